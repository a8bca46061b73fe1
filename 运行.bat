@echo off
chcp 936 >nul
rem 双击本文件即可使用；首次使用会自动准备运行环境，不需要管理员权限。
rem 本文件为 GBK 编码、CRLF 换行；上一行保证各种区域设置下中文都能正常显示。
setlocal
title 应进必进：双周汇总
pushd "%~dp0" || goto no_folder
set "VENV=.venv"
set "PYTHON=%VENV%\Scripts\python.exe"
set "WANTED=source"
for %%f in (wheels\yjbj-*.whl) do set "WANTED=%%~nxf"

rem 已经装好、而且还是这一版：直接运行。文件夹搬过家或换了新版：重新准备。
if not exist "%VENV%\%WANTED%.ok" goto prepare
"%PYTHON%" -c "import pipeline" >nul 2>nul && goto menu

:prepare
set "FOUND="
py -3 -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul && set "FOUND=py -3"
if defined FOUND goto make
python -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul && set "FOUND=python"
if not defined FOUND goto no_python

:make
echo 正在准备运行环境，约需一两分钟，只需这一次……
if exist "%VENV%\" rmdir /s /q "%VENV%"
%FOUND% -m venv "%VENV%" || goto no_install
if exist "wheels\" goto offline
"%PYTHON%" -m pip install --quiet --disable-pip-version-check ".[briefing]" || goto no_install
goto ready
:offline
"%PYTHON%" -m pip install --quiet --disable-pip-version-check --no-index --find-links wheels "yjbj[briefing]" || goto no_install
:ready
type nul > "%VENV%\%WANTED%.ok"
echo 运行环境已经备好。

:menu
if not exist "inputs\" mkdir inputs
if not exist "outputs\" mkdir outputs
echo.
echo   直接按回车   汇总 inputs 文件夹里的来件，写出本期全部工作簿；会后填好批示、会议决定，再按一次
echo   1            写出各单位的填报表（有督办事项的含督办回复），以及督查核查表、豁免事项、议定事项
echo   2            写好催报、催答复的文字，可粘贴到工作群
echo   3            把现行工作方案写成《工作方案.xlsx》，供修改
echo   4            先睹为快：造出六期示例并逐期汇总
echo   5            会议开完，结束最近一期：不再重新汇总，迟到的来件计入下一期
echo.
set "CHOICE="
set /p "CHOICE=请选择："
if "%CHOICE%"=="2" goto remind
if "%CHOICE%"=="3" goto plan
if "%CHOICE%"=="4" goto demo
if "%CHOICE%"=="5" goto close

set "MEETING="
set /p "MEETING=请输入双周推进会日期，如 2023-04-14，直接按回车为今天："
if defined MEETING set MEETING=%MEETING:"=%
if "%CHOICE%"=="1" goto templates
if defined MEETING goto run_on
"%PYTHON%" -m pipeline run
goto done
:run_on
"%PYTHON%" -m pipeline run --meeting "%MEETING%"
goto done

:templates
if defined MEETING goto templates_on
"%PYTHON%" -m pipeline templates
goto done
:templates_on
"%PYTHON%" -m pipeline templates --meeting "%MEETING%"
goto done

:remind
"%PYTHON%" -m pipeline remind
set "RESULT=%ERRORLEVEL%"
goto end

:plan
"%PYTHON%" -m pipeline plan
set "RESULT=%ERRORLEVEL%"
if "%RESULT%"=="0" echo 改好后放进 inputs 文件夹，下次汇总即生效。
if "%RESULT%"=="0" start "" "%CD%"
goto end

:close
"%PYTHON%" -m pipeline close
set "RESULT=%ERRORLEVEL%"
goto end

:demo
"%PYTHON%" -m pipeline demo
set "RESULT=%ERRORLEVEL%"
if exist "demo\outputs\" start "" "%CD%\demo\outputs"
goto end

:done
set "RESULT=%ERRORLEVEL%"
echo.
if "%RESULT%"=="0" echo 已完成，没有等待处理的错误。
if "%RESULT%"=="1" echo 已完成；还有未报送的单位、未采用的文件或要改的错误，见上面各行。
if not "%RESULT%"=="0" if not "%RESULT%"=="1" echo 没有完成，原因见上面一行。
if "%RESULT%"=="0" start "" "%CD%\outputs"
if "%RESULT%"=="1" start "" "%CD%\outputs"
goto end

:no_folder
echo 打不开本文件所在的文件夹，请把整个文件夹复制到本机（如“文档”）后再双击。
pause
exit /b 2
:no_python
echo 没有找到 Python 3.11 或更新的版本。请安装 Python（安装时勾选“Add to PATH”，不需要管理员权限），再双击本文件。
set "RESULT=2"
goto end
:no_install
echo 运行环境没有备好，原因见上面几行。请检查磁盘空间和网络；没有网络的机器请使用离线包。
set "RESULT=2"

:end
echo.
pause
popd
exit /b %RESULT%
