"""What else people drop into such a folder, by accident or not; each file with a word of the reason it must be given."""

import os
import random
import socket
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.intake import odd_books

#: Name → how it is made, 处理, and what the reason must say.
Maker = Callable[[Path], None]


def holding(data: bytes) -> Maker:
    """A file with these bytes."""
    return lambda path: path.write_bytes(data)  # type: ignore[return-value]


def _bomb(path: Path) -> None:
    """400 MB of spaces in half a megabyte."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in odd_books.parts("").items():
            if name != odd_books.SHEET:
                archive.writestr(name, content)
        with archive.open(odd_books.SHEET, "w") as part:
            for _ in range(400):
                part.write(b" " * (1 << 20))


def _two_alike(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile knows that it is not done
        for name, content in [*odd_books.parts("").items(), (odd_books.SHEET, "<worksheet/>")]:
            archive.writestr(name, content)


def _locked_zip() -> bytes:
    """A zip whose only member says that it needs a password."""
    data = bytearray(odd_books.zipped({"区司法局.xlsx": odd_books.xlsx()}, zipfile.ZIP_STORED))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def _socket(path: Path) -> None:
    """Bound by its last name: such an address may be but a hundred bytes long."""
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as opened:
            opened.bind(path.name)
    finally:
        os.chdir(here)


def _text(row: int, column: str, text: str) -> str:
    return f'<row r="{row}"><c r="{column}{row}" t="inlineStr"><is><t>{text}</t></is></c></row>'


_FAR = _text(1, "A", "事项名称") + _text(1_048_576, "XFD", "x")
_WIDE = '<dimension ref="A1:XFD1048576"/>'
_EMPTY_ROWS = "".join(f'<row r="{row}" s="1" customFormat="1"/>' for row in range(1, 300_001))
_LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
_NESTED = "<a>" * 200_000
_WORD = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>"}
_MANY = odd_books.parts("") | {f"xl/media/{number}.bin": "x" for number in range(3_000)}
_NOISE = random.Random(7).randbytes(20_000)


def _in_sheet(text: str) -> bytes:
    return odd_books.xlsx_with(lambda name, content: text + content if name == odd_books.SHEET else content)


HOSTILE: dict[str, tuple[Maker, str, str]] = {
    "扫描件.pdf": (holding(b"%PDF-1.7\n" + _NOISE), "拒收", "PDF"),
    "情况说明.docx": (holding(odd_books.zipped(_WORD)), "拒收", "Word"),
    "情况说明.doc": (holding(odd_books.compound({"WordDocument": b"x"})), "拒收", "Word"),
    "照片.jpg": (holding(b"\xff\xd8\xff\xe0" + _NOISE), "拒收", "图片"),
    "照片改名.xlsx": (holding(b"\x89PNG\r\n\x1a\n" + _NOISE), "拒收", "图片"),
    "打包.rar": (holding(b"Rar!\x1a\x07\x01\x00" + _NOISE), "拒收", "rar"),
    "没传完.xlsx": (holding(odd_books.xlsx()[:-300]), "拒收", "不完整或已损坏"),
    "加密.xlsx": (
        holding(odd_books.compound({"EncryptionInfo": b"x", "EncryptedPackage": _NOISE})),
        "拒收",
        "密码",
    ),
    "加密.zip": (holding(_locked_zip()), "拒收", "密码"),
    "炸弹.xlsx": (_bomb, "拒收", "内部结构异常"),
    "空.xlsx": (holding(b""), "拒收", "0 字节"),
    "管道.xlsx": (os.mkfifo, "拒收", "管道"),
    "套接字.xlsx": (_socket, "拒收", "套接字"),
    "链接.xlsx": (lambda path: path.symlink_to("/etc/passwd"), "拒收", "链接"),
    "文件夹.xlsx": (Path.mkdir, "拒收", "文件夹"),
    "程序.xlsx": (holding(b"MZ\x90\x00" + _NOISE), "拒收", "认不出"),
    "乱字节.dat": (holding(_NOISE), "拒收", "认不出"),
    "外部定义.xlsx": (holding(_in_sheet(_LAUGHS)), "拒收", "DOCTYPE"),
    "重名.xlsx": (_two_alike, "拒收", "内部结构异常"),
    "部件太多.xlsx": (holding(odd_books.zipped(_MANY)), "拒收", "内部结构异常"),
    "越界.xlsx": (holding(odd_books.xlsx(_text(1, "XFE", "x"))), "拒收", "XFE1"),
    "嵌套.xlsx": (holding(odd_books.xlsx(_NESTED)), "拒收", "没有填报表的任何一张表"),
    "套娃.zip": (
        holding(odd_books.zipped({"里面.zip": odd_books.zipped({"区司法局.xlsx": odd_books.xlsx()})})),
        "拒收",
        "只解一层",
    ),
    "角落里一个字.xlsx": (holding(odd_books.xlsx(_FAR)), "拒收", "没有填报表的任何一张表"),
    "声称很大.xlsx": (
        holding(odd_books.xlsx(_text(1, "A", "事项名称"), before=_WIDE)),
        "拒收",
        "没有填报表的任何一张表",
    ),
    "三十万空行.xlsx": (holding(odd_books.xlsx(_EMPTY_ROWS)), "拒收", "没有填报表的任何一张表"),
    "通讯录.csv": (holding("科室,电话\r\n办公室,2536288\r\n".encode("gbk")), "拒收", "没有填报表的任何一张表"),
    "系统导出.xls": (holding("<table><tr><td>科室<td>电话</table>".encode("gbk")), "拒收", "没有填报表的任何一张表"),
    "老格式.xls": (holding(odd_books.old_xls({(0, 0): "科室", (0, 1): "电话"})), "拒收", "没有填报表的任何一张表"),
}


def listed_as(name: str) -> str:
    """The name under which a file is registered: of an archive that is opened, its member's."""
    return {"套娃.zip": "套娃.zip/里面.zip", "加密.zip": "加密.zip/区司法局.xlsx"}.get(name, name)
