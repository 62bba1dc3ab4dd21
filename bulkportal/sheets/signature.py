"""What a file really is, by its first bytes: a workbook, text, or something to be refused by name."""

from __future__ import annotations

import re
from enum import StrEnum

import filetype

from bulkportal.errors import UnreadableInput

WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm")
"""What the names of workbooks end in that can be given back, by their kind."""


class Container(StrEnum):
    """The kinds of file that can be looked into."""

    ZIP = "zip"
    OLE = "ole"
    TEXT = "text"


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_FEWEST_WIDE = 16
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|meta)\b", re.IGNORECASE | re.DOTALL)
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml\b", re.IGNORECASE)


def container(data: bytes, *, label: str) -> Container:
    """Tell a package from an old workbook and from text by content; the file's name does not matter.

    Raises `UnreadableInput` for everything else, saying what the file is.
    """
    if not data.strip():
        raise UnreadableInput(
            "The file is empty.",
            file=label,
            code="file_empty",
            hint="Was it saved? Choose the file that holds the rows.",
        )
    if data.startswith(b"PK"):
        return Container.ZIP
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise _encrypted(label)
        return Container.OLE
    kind = _foreign(data)
    if kind:
        raise UnreadableInput(
            f"The file is {kind}, not a spreadsheet.",
            file=label,
            code="file_not_spreadsheet",
            hint="Open the sheet in your spreadsheet program and save it as .xlsx or as CSV UTF-8.",
        )
    return Container.TEXT


def _encrypted(label: str) -> UnreadableInput:
    return UnreadableInput(
        "The workbook is protected with a password.",
        file=label,
        code="file_encrypted",
        hint="Open it, remove the password (File, Info, Protect Workbook) and save it again.",
    )


def wide_encoding(data: bytes) -> str:
    """UTF-16 in either order, by its mark or by the zeros beside its letters; empty for anything else."""
    if data.startswith(_WIDE_MARKS):
        return "utf-16"
    start = data[: 4096 & -2]
    if len(start) < _FEWEST_WIDE:
        return ""
    left, right = (start[side::2].count(0) / (len(start) // 2) for side in (0, 1))
    if min(left, right) > 0.02 or max(left, right) < 0.5:
        return ""
    return "utf-16-le" if right > left else "utf-16-be"


def _foreign(data: bytes) -> str:
    """What a file that is neither workbook nor text should be called; empty for text."""
    start = data[:4096]
    if start.startswith(b"%PDF-"):
        return "a PDF document"
    if start.startswith(b"{\\rtf"):
        return "an RTF document"
    if _PAGE.match(start):
        return "a web page (HTML)"
    if _MARKUP.match(start):
        return "an XML document"
    if wide_encoding(data):
        return ""
    if b"\0" not in data and not _CONTROL.search(start):
        return ""
    # only now: two plain letters such as BM are enough for some of these signatures
    guess = filetype.guess_mime(start)
    if guess is None:
        return "binary data" if b"\0" in data else ""
    family, _, name = guess.partition("/")
    return {"image": "an image", "video": "a video", "audio": "a sound"}.get(family, "a file of type") + f" ({name})"
