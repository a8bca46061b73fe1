"""The commands (contract §9). Each builds its settings, calls one function, prints and exits."""

import io
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, TextIO

import click


class MeetingDate(click.ParamType[date]):
    """A date as people type it (`settings.meeting_date`)."""

    name = "日期"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:  # noqa: ANN401 - click's own signature
        """Return the date, or fail with one Chinese line."""
        from pipeline.records import meeting_date

        day = value if isinstance(value, date) else meeting_date(value)
        return day or self.fail(f"“{value}”不是日期，请写成 2023-04-14 的样子。", param, ctx)


class Folder(click.ParamType[Path]):
    """A folder, there already or to be made."""

    name = "文件夹"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:  # noqa: ANN401 - click's own signature
        """Return the path, or fail with one Chinese line when a file bears that name."""
        path = Path(value)
        if path.is_file():
            self.fail(f"“{value}”是文件，不是文件夹，请改正后再运行。", param, ctx)
        return path


FOLDER = Folder()

meeting_option = click.option(
    "--meeting", type=MeetingDate(), metavar="日期", help="双周推进会的日期，如 2023-04-14；不写为今天。"
)
inputs_option = click.option("--inputs", type=FOLDER, default="inputs", show_default=True, help="放来件的文件夹。")
outputs_option = click.option("--outputs", type=FOLDER, default="outputs", show_default=True, help="放结果的文件夹。")
verbose_option = click.option("--verbose", is_flag=True, help="出错时附上技术细节，给工程师看。")


@contextmanager
def speaking_chinese(verbose: bool) -> Iterator[None]:
    """Turn what may go wrong into one Chinese line and exit 2; `--verbose` adds the technical detail."""
    from pipeline.records import MisuseError
    from schemas.plan import PlanError

    try:
        yield
    except click.Abort:
        raise
    except (MisuseError, PlanError) as error:
        sys.exit(_refuse(str(error), verbose))
    except Exception as error:
        sys.exit(_refuse(_failure(error), verbose))


def _failure(error: Exception) -> str:
    """What the disk refused, or a mistake of ours: said in one line like everything else, whole with --verbose."""
    from pipeline.intake.disk import is_full

    if is_full(error):
        return "磁盘空间不足，没有写出结果，请清理后重试。"
    if isinstance(error, OSError):
        where = f"（{error.filename}）" if error.filename else ""
        return f"磁盘或文件夹出了问题，没有写出结果：{_reason(error)}{where}"
    kind = type(error).__name__
    return f"程序内部出错（{kind}），没有写出结果；请加 --verbose 再运行一次，把显示的内容交给工程师。"


def _reason(error: OSError) -> str:
    import errno

    from pipeline.intake.disk import is_full

    if is_full(error):
        return "磁盘空间不足，请清理后重试"
    known = {
        errno.EACCES: "没有权限，请换一个可以写入的文件夹，或关闭正在使用的文件",
        errno.EPERM: "没有权限，请换一个可以写入的文件夹",
        errno.EROFS: "文件夹是只读的，请换一个可以写入的文件夹",
        errno.ENOENT: "文件夹或文件不存在",
        errno.ENOTDIR: "路径中有一段不是文件夹",
        errno.ENAMETOOLONG: "文件名太长，请改短后重试",
    }
    return known.get(error.errno or 0, error.strerror or str(error))


def _refuse(message: str, verbose: bool) -> int:
    _complain(message)
    if verbose:
        import traceback

        _complain(traceback.format_exc())
    return 2


def _say(line: str) -> None:
    """Print a line; a screen that takes no more (a closed pipe, a full disk behind `>`) ends no run."""
    try:
        click.echo(line)
    except OSError as error:
        _give_up(sys.stdout)
        if not isinstance(error, BrokenPipeError):
            _complain(f"屏幕上的话没有写全：{_reason(error)}。")


def _complain(line: str) -> None:
    try:
        click.echo(line, err=True)
    except OSError:
        _give_up(sys.stderr)


def _give_up(stream: TextIO) -> None:
    """Send what else is written to nowhere: Python tries to flush once more as it ends, and would end with 120."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, stream.fileno())
    os.close(nothing)


def _open_streams() -> None:
    """Streams that take everything: a GBK console has no √ (better a ? than a traceback), a service has none at all."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - for the whole process
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


@contextmanager
def progress_bar(label: str = "读取来件") -> Iterator[Callable[[int, int], None] | None]:
    """Click's bar on a terminal, nothing when piped: yields progress(done, total)."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=0, label=label, file=sys.stderr) as bar:

        def advance(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield advance


_HELP_WORDS = {
    "Usage:": "用法：",
    "Options:": "选项：",
    "Commands:": "命令：",
    "[OPTIONS]": "[选项]",
    "COMMAND [ARGS]...": "命令 [参数]",
    "Show this message and exit.": "显示这段说明。",
    "Show the version and exit.": "显示版本号。",
    "[default:": "[默认:",
    "[required]": "[必填]",
    "DIRECTORY": "文件夹",
    "INTEGER RANGE": "整数",
}


class ChineseCommand(click.Command):
    """A command whose help speaks Chinese, click's own words included."""

    def get_help(self, ctx: click.Context) -> str:
        """The help text, click's fixed words replaced."""
        text = super().get_help(ctx)
        for english, chinese in _HELP_WORDS.items():
            text = text.replace(english, chinese)
        return text


class ChineseGroup(ChineseCommand, click.Group):
    """Click's own complaints about how a command was typed, in Chinese."""

    command_class = ChineseCommand

    def main(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - click's own signature
        """Run; a misuse ends with one Chinese line and exit 2."""
        _open_streams()
        try:
            return super().main(*args, **{**kwargs, "standalone_mode": False})
        except click.exceptions.NoArgsIsHelpError as error:
            _complain(error.format_message())
            sys.exit(2)
        except click.UsageError as error:
            _complain(_usage_line(error))
            sys.exit(2)
        except click.ClickException as error:
            _complain(error.format_message())
            sys.exit(2)
        except click.Abort:
            _complain("已取消。")
            sys.exit(2)


def _usage_line(error: click.UsageError) -> str:
    usage = "可用 yjbj --help 查看用法。"
    if isinstance(error, click.NoSuchOption):
        return f"没有“{error.option_name}”这个选项，{usage}"
    if isinstance(error, click.MissingParameter):
        return f"命令缺少必须写的内容，{usage}"
    if isinstance(error, click.BadOptionUsage):
        return f"选项“{error.option_name}”写得不完整，{usage}"
    if isinstance(error, click.BadParameter):
        option = error.param.opts[-1] if error.param else ""
        return error.message if error.message.endswith("。") else f"“{option}”的内容写得不对，{usage}"
    typed = re.search(r"['(](.+)[')]", error.message)  # click quotes what it does not know
    return f"不认得“{typed[1]}”，{usage}" if typed else f"命令写得不对，{usage}"


@click.group(cls=ChineseGroup, help="应进必进：汇总双周填报表，写出总矩阵、评分表和红黄绿督办台账。")
@click.version_option(package_name="yjbj", message="yjbj %(version)s")
def main() -> None:
    """The `yjbj` command."""


@main.command(name="run", help="读取 inputs 里的来件，写出本期的全部工作簿。")
@meeting_option
@inputs_option
@outputs_option
@click.option("--workers", type=click.IntRange(min=1), default=None, help="同时读取来件的进程数；不写为处理器个数。")
@click.option("--engine", default="", metavar="dask://主机:端口", help="在这个 dask 集群上读取来件；不写为在本机读取。")
@click.option("--anyway", is_flag=True, help="来件写的是另一次会议，或这次会议已经结束，也照所写的日期汇总。")
@verbose_option
def run_command(
    meeting: date | None, inputs: Path, outputs: Path, workers: int | None, engine: str, anyway: bool, verbose: bool
) -> None:
    """The main job."""
    with speaking_chinese(verbose), progress_bar() as progress:
        from pipeline.records import Settings
        from pipeline.run import run

        outcome = run(Settings.of(meeting, inputs, outputs, workers, engine, verbose, anyway), progress)
    _finish(outcome.lines, outcome.exit_code, outcome.details if verbose else ())


@main.command(help="写出各单位的填报表（有上期的按上期预填），以及空白的督查核查表、豁免事项。")
@meeting_option
@click.option("--unit", "units", multiple=True, metavar="单位", help="只写这个单位的，可重复；不写为全部单位。")
@inputs_option
@outputs_option
@verbose_option
def templates(meeting: date | None, units: tuple[str, ...], inputs: Path, outputs: Path, verbose: bool) -> None:
    """Blank or prefilled templates."""
    with speaking_chinese(verbose):
        from pipeline.commands.templates import write_templates
        from pipeline.records import Settings

        lines = write_templates(Settings.of(meeting, inputs, outputs), units)
    _finish(lines, 0)


@main.command(help="只检查来件，列出问题；加 --mark 另存标注好的副本。")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="文件…")
@click.option("--mark", is_flag=True, help="在当前文件夹的“退回修改”里另存标注好的副本。")
@meeting_option
@inputs_option
@verbose_option
def check(files: tuple[Path, ...], mark: bool, meeting: date | None, inputs: Path, verbose: bool) -> None:
    """Findings only."""
    with speaking_chinese(verbose):
        from pipeline.commands.check import check_files
        from pipeline.records import Settings

        settings = Settings.of(meeting, inputs, Path("outputs"), verbose=verbose)
        outcome = check_files(settings, files, meeting is not None, mark)
    _finish(outcome.lines, outcome.exit_code, outcome.details if verbose else ())


@main.command(name="rollup", help="市、省汇总：读取各区的期次文件夹（或 1-总矩阵），写出各区的红黄绿、评分和台账。")
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="文件夹…")
@inputs_option
@outputs_option
@click.option("--workers", type=click.IntRange(min=1), default=None, help="同时读取几个区；不写为处理器个数。")
@verbose_option
def rollup_command(folders: tuple[Path, ...], inputs: Path, outputs: Path, workers: int | None, verbose: bool) -> None:
    """Board, scores and ledger over districts."""
    with speaking_chinese(verbose), progress_bar("读取各区") as progress:
        from pipeline.commands.rollup import RollupSettings, rollup

        outcome = rollup(RollupSettings.of(folders, inputs, outputs, workers, verbose), progress)
    _finish(outcome.lines, outcome.exit_code)


@main.command(help="造出 33 个单位六期的示例来件并逐期运行，先睹为快。")
@click.argument("folder", type=FOLDER, default="demo", metavar="[文件夹]")
@verbose_option
def demo(folder: Path, verbose: bool) -> None:
    """Six periods of believable returns, and the main job on each."""
    with speaking_chinese(verbose):
        from pipeline.commands.demo import demo as run_demo

        lines = run_demo(folder, _say)
    _finish(lines, 0)


@main.command(help="把现行工作方案写成《工作方案.xlsx》，改好放进 inputs 即可生效。")
@inputs_option
@outputs_option
@verbose_option
def plan(inputs: Path, outputs: Path, verbose: bool) -> None:
    """The current plan as a workbook for the office to edit."""
    with speaking_chinese(verbose):
        from pipeline.memory.plan import copy_plan

        lines = copy_plan(inputs, outputs, Path.cwd())
    _finish(lines, 0)


@main.command(help="给没有报送或被退回的单位写好催报文字，可直接粘贴到工作群。")
@click.option("--meeting", type=MeetingDate(), metavar="日期", help="哪次双周推进会；不写为最近一期。")
@inputs_option
@outputs_option
@verbose_option
def remind(meeting: date | None, inputs: Path, outputs: Path, verbose: bool) -> None:
    """Texts for the units that are late or were returned."""
    with speaking_chinese(verbose):
        from pipeline.commands.remind import remind as texts_of

        lines = texts_of(meeting, inputs, outputs)
    _finish(lines, 0)


@main.command(help="会议开完，结束这一期：不再重新汇总，迟到的来件计入下一期。")
@click.option("--meeting", type=MeetingDate(), metavar="日期", help="哪次双周推进会；不写为最近一期。")
@outputs_option
@verbose_option
def close(meeting: date | None, outputs: Path, verbose: bool) -> None:
    """The meeting is over."""
    with speaking_chinese(verbose):
        from pipeline.commands.close import close as close_meeting

        lines = close_meeting(meeting, outputs)
    _finish(lines, 0)


@main.command(help="一个单位的得分构成和提分清单，显示在屏幕上，接电话时用。")
@click.argument("unit", metavar="单位")
@click.option("--meeting", type=MeetingDate(), metavar="日期", help="哪次双周推进会；不写为最近一期。")
@outputs_option
@verbose_option
def explain(unit: str, meeting: date | None, outputs: Path, verbose: bool) -> None:
    """What a unit's score is made of."""
    with speaking_chinese(verbose):
        from pipeline.commands.explain import explain as explained

        lines = explained(unit, meeting, outputs)
    _finish(lines, 0)


@main.command(help="删去某日以前各次会议的个人信息（来件、退回件、旧结果、电话号码），得分和接续不受影响。")
@click.option("--before", type=MeetingDate(), required=True, metavar="日期", help="删去会议日期早于这一天的。")
@click.option("--yes", is_flag=True, help="不再询问，直接删去。")
@outputs_option
@verbose_option
def purge(before: date, yes: bool, outputs: Path, verbose: bool) -> None:
    """Personal data of earlier meetings removed."""

    def agreed(lines: Sequence[str]) -> bool:
        for line in lines:
            _say(line)
        return yes or click.confirm("确定删去吗？请输入 y，回车", prompt_suffix="：")

    with speaking_chinese(verbose):
        from pipeline.commands.purge import purge as purge_before

        outcome = purge_before(outputs, before, agreed)
    _finish(outcome.lines, outcome.exit_code)


def _finish(lines: tuple[str, ...], exit_code: int, details: tuple[str, ...] = ()) -> None:
    for line in lines:
        _say(line)
    for detail in details:
        _complain(detail)
    sys.exit(exit_code)


if __name__ == "__main__":
    main()
