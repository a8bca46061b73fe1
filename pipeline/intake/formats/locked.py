"""Workbooks under Excel's own key, which Excel, WPS and LibreOffice open without asking (保护工作簿 makes them)."""

from io import BytesIO

from pipeline.intake.unreadable import ENCRYPTED, Unreadable

_EXCELS_OWN_KEY = "VelvetSweatshop"


def unlocked(data: bytes) -> bytes:
    """The workbook inside; raises Unreadable (WJ-003) when somebody set a password of their own."""
    import msoffcrypto
    from msoffcrypto import exceptions

    opened = BytesIO()
    try:
        locked = msoffcrypto.OfficeFile(BytesIO(data))
        locked.load_key(password=_EXCELS_OWN_KEY, **({"verify_password": True} if locked.format == "ooxml" else {}))
        locked.decrypt(opened)
    except (
        exceptions.InvalidKeyError,
        exceptions.DecryptionError,
        exceptions.ParseError,
        exceptions.FileFormatError,
    ) as error:
        raise Unreadable(ENCRYPTED, what="文件") from error
    return opened.getvalue()
