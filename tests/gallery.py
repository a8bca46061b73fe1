"""Draws the README's pictures from a demo: `python -m tests.gallery demo` (needs LibreOffice, poppler, a Chinese font)."""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

GALLERY = Path(__file__).resolve().parent / "gallery"
_DOTS = "64"  # an inch: wide enough to read the headings, small enough for a README


@dataclass(frozen=True)
class Picture:
    """name: of the file; workbook: a glob under the demo; words: what the page to draw holds."""

    name: str
    workbook: str
    words: str


PICTURES = (
    Picture("home", "outputs/第06期_*/3-*.xlsx", "会前一页"),
    Picture("board", "outputs/第06期_*/3-*.xlsx", "红黄绿灯一览"),
    Picture("scores", "outputs/第06期_*/2-*.xlsx", "名次变化"),
    Picture("returned", "outputs/第06期_*/4-退回修改/区卫健委_退回.xlsx", "退回清单"),
    Picture("slip", "outputs/第06期_*/5-督办单/区公安局.xlsx", "区公安局"),
)


def pages_of(workbook: Path, folder: Path) -> Path:
    """The workbook as it prints: one PDF."""
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(workbook)]
    subprocess.run(convert, check=True, capture_output=True, timeout=300)
    return folder / f"{workbook.stem}.pdf"


def page_with(pdf: Path, words: str) -> int:
    """The number (from 1) of the first page that holds the words."""
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True).stdout.decode()
    pages = (page.replace(" ", "") for page in text.split("\f"))
    return next(number for number, page in enumerate(pages, start=1) if words in page)


def draw(demo: Path, picture: Picture, folder: Path) -> Path:
    """Draw one picture into the gallery."""
    workbook = next(demo.glob(picture.workbook))
    pdf = folder / f"{workbook.stem}.pdf"
    pdf = pdf if pdf.exists() else pages_of(workbook, folder)
    number = str(page_with(pdf, picture.words))
    target = GALLERY / picture.name
    page = ["pdftoppm", "-r", _DOTS, "-png", "-singlefile", "-f", number, "-l", number, str(pdf), str(target)]
    subprocess.run(page, check=True)
    return target.with_suffix(".png")


def main(demo: str) -> None:
    """Draw all of them."""
    GALLERY.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for picture in PICTURES:
            path = draw(Path(demo), picture, Path(folder))
            print(f"{path.name} {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main(*sys.argv[1:])
