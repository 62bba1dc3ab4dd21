"""What a file really is, by its first bytes: a workbook, text, or something to be refused by name."""

from __future__ import annotations

import re
from enum import StrEnum

from bulkportal.errors import UnreadableInput

WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm")
"""The endings of workbooks that can be written back, by their kind."""


class Container(StrEnum):
    """The kinds of file that can be looked into."""

    ZIP = "zip"
    OLE = "ole"
    TEXT = "text"


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_RAW_BOOK = re.compile(rb"\x09[\x00\x02\x04\x08][\x04\x06\x08\x10]\x00(?:[\x00-\xff][\x00\x02-\x06]|\x00\x00)[\x05\x06\x10\x20\x40]?", re.DOTALL)
"""A workbook of Excel 2 to 95 as it was written before such files had a package around them: the record that begins it."""

_START = 4096
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_FEWEST_WIDE = 16
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*+(?:<!--(?>.*?-->)\s*+)*+<(?:!doctype\s+html|html|head|body|table|meta)\b", re.IGNORECASE | re.DOTALL)
_MARK = rb"(?:\xef\xbb\xbf)?\s*+"
_TEXTS = (
    (re.compile(rb"%PDF-"), "a PDF document"),
    (re.compile(rb"\{\\rtf"), "an RTF document"),
    (_PAGE, "a web page (HTML)"),
    (
        re.compile(_MARK + rb"<\?xml\b.*?urn:schemas-microsoft-com:office:spreadsheet", re.IGNORECASE | re.DOTALL),
        "a workbook in the XML format of Excel 2003",
    ),
    (re.compile(_MARK + rb"<\?xml\b", re.IGNORECASE), "an XML document"),
    (re.compile(rb"(?:[\w-]{1,40}:[^\r\n]{0,200}\r?\n){0,9}MIME-Version:[^\r\n]{0,200}\r?\n", re.IGNORECASE), "a web archive (MHTML)"),
    (re.compile(rb"ID;P[^\r\n]{0,99}\r?\n[A-Z];"), "a sheet in the SYLK format"),
    (re.compile(rb"TABLE\r?\n0,1\r?\n\""), "a sheet in the DIF format"),
)
"""Texts that are no tables, although programs give them the ending .xls or .csv: how they begin."""

_SHEETS = (
    (b"\x00\x00\x02\x00\x04\x04", "a Lotus 1-2-3 sheet"),
    (b"\x00\x00\x02\x00\x06\x04", "a Lotus 1-2-3 sheet"),
    (b"\x00\x00\x1a\x00", "a Lotus 1-2-3 sheet"),
    (b"\xff\x00\x02\x00\x04\x04", "a Microsoft Works sheet"),
    (b"\x00\x00\x02\x00\x20\x51", "a Quattro Pro sheet"),
)
_OTHER_SHEETS = ("sheet", "SYLK format", "DIF format", "Excel 2003")
"""How the names of kinds end that are sheets, but none that can be read."""


def container(data: bytes, *, label: str) -> Container:
    """Tell a package from an old workbook and from text by content; the file's name does not matter.

    Raises `UnreadableInput` for everything else, saying what the file is.
    """
    if not data[:_START].strip() and not data.strip():
        raise UnreadableInput.of("file_empty", file=label)
    if data.startswith(b"PK"):
        return Container.ZIP
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise UnreadableInput.of("file_encrypted", "workbook", file=label)
        return Container.OLE
    if _RAW_BOOK.match(data):
        return Container.OLE
    kind = _foreign(data)
    if kind:
        what = f"{kind}, {'which is not read here' if kind.endswith(_OTHER_SHEETS) else 'not a spreadsheet'}"
        raise UnreadableInput.of("file_not_spreadsheet", "foreign", file=label, what=what)
    return Container.TEXT


def wide_encoding(data: bytes) -> str:
    """UTF-16 in either order, by its mark or by the zeros beside its letters; empty for anything else."""
    if data.startswith(_WIDE_MARKS):
        return "utf-16"
    start = data[:_START]
    if len(start) < _FEWEST_WIDE:
        return ""
    left, right = (start[side::2].count(0) / (len(start) // 2) for side in (0, 1))
    if min(left, right) > 0.02 or max(left, right) < 0.5:
        return ""
    return "utf-16-le" if right > left else "utf-16-be"


def _foreign(data: bytes) -> str:
    """What a file that is neither workbook nor text should be called; empty for text."""
    start = data[:_START]
    wide = wide_encoding(data)
    text = start.decode(wide, errors="replace").encode() if wide else start
    name = next((name for pattern, name in _TEXTS if pattern.match(text)), "")
    if name or wide or (b"\0" not in data and not _CONTROL.search(start)):
        return name
    name = next((name for signature, name in _SHEETS if start.startswith(signature)), "")
    return name or _by_signature(data)


def _by_signature(data: bytes) -> str:
    # only now: two plain letters such as BM are enough for some of these signatures, and it takes a while to load
    import filetype

    guess = filetype.guess_mime(data[:_START])
    if guess is None:
        return "binary data" if b"\0" in data else ""
    family, _, name = guess.partition("/")
    return {"image": "an image", "video": "a video", "audio": "a sound"}.get(family, "a file of type") + f" ({name})"
