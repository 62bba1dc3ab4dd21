"""A value as the XML of a cell."""

from __future__ import annotations

import re
from html import escape
from typing import Literal, NamedTuple

LONGEST_TEXT = 32_767
CUT = " […cut]"

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def without_control_signs(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return _CONTROL.sub("", text)


def safe_text(text: str) -> str:
    """The text as a cell can hold it: without control characters, and cut visibly when too long.

    Line ends become a single newline, as a spreadsheet program writes them.
    """
    text = without_control_signs(text.replace("\r\n", "\n").replace("\r", "\n"))
    # A cell counts UTF-16 units, of which an emoji takes two.
    if len(text) <= LONGEST_TEXT // 2 or len(text.encode("utf-16-le")) // 2 <= LONGEST_TEXT:
        return text
    kept = text.encode("utf-16-le")[: 2 * (LONGEST_TEXT - len(CUT))].decode("utf-16-le", errors="ignore")
    return kept + CUT


def cell_text(text: str) -> str:
    """The text as a workbook spells it: ``_x0041_``, which would mean an A, is escaped."""
    return _ESCAPE.sub("_x005F_", safe_text(text))


class TypedValue(NamedTuple):
    """A value that is not text although it is kept as text: a number with all its digits, a formula without a value, an error."""

    kind: Literal["n", "f", "e"]
    written: str


CellContent = str | int | float | TypedValue | None
"""What a cell can hold. None, and an empty text, is a cell that has a format and nothing else."""

_CARE = re.compile("[^ -%'-;=?-~\xa0-\ud7ff]")
"""A character that is spelled in another way in XML, or that XML does not take at all."""


def text_xml(text: str, prefix: str = "") -> str:
    """A text as the ``t`` element of a cell."""
    # Nearly every text: neither escaped nor cut, and the test is one pattern over a hundred thousand cells.
    if _CARE.search(text) is None and "_x" not in text and text[:1] != " " != text[-1:]:
        return f"<{prefix}t>{text}</{prefix}t>"
    return f'<{prefix}t xml:space="preserve">{escape(cell_text(text), quote=False)}</{prefix}t>'


def cell_xml(address: str, value: CellContent, style: int, prefix: str = "") -> str:
    """One cell, with its value in itself: texts are not shared."""
    p = prefix
    start = f'<{p}c r="{address}" s="{style}"' if style else f'<{p}c r="{address}"'
    match value:
        case None | "":
            return f"{start}/>"
        case str():
            return f'{start} t="inlineStr"><{p}is>{text_xml(value, p)}</{p}is></{p}c>'
        case TypedValue(kind="f"):
            return f"{start}><{p}f>{escape(value.written.removeprefix('='), quote=False)}</{p}f></{p}c>"
        case TypedValue(kind="e"):
            return f'{start} t="e"><{p}v>{escape(value.written, quote=False)}</{p}v></{p}c>'
        case TypedValue():
            return f"{start}><{p}v>{value.written}</{p}v></{p}c>"
        case _:
            # `repr` gives the fewest digits that are read back as the same number.
            return f"{start}><{p}v>{value!r}</{p}v></{p}c>"
