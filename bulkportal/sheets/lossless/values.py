"""A value as the XML of a cell."""

from __future__ import annotations

import re
from html import escape
from typing import Literal, NamedTuple

from bulkportal.sheets.writer import cell_text


class Typed(NamedTuple):
    """What is no text although it is kept as one: a number with all its digits, a formula without a value, an error."""

    kind: Literal["n", "f", "e"]
    written: str


Written = str | int | float | Typed | None
"""What a cell can hold. None, and an empty text, is a cell that has a format and nothing else."""

_CARE = re.compile("[^ -%'-;=?-~\xa0-\ud7ff]")
"""A character that is spelled in another way in XML, or that XML does not take at all."""


def text_xml(text: str, prefix: str = "") -> str:
    """A text as the ``t`` element of a cell."""
    if _CARE.search(text) is None and "_x" not in text and text[:1] != " " != text[-1:]:
        return f"<{prefix}t>{text}</{prefix}t>"
    return f'<{prefix}t xml:space="preserve">{escape(cell_text(text), quote=False)}</{prefix}t>'


def cell_xml(address: str, value: Written, style: int, prefix: str = "") -> str:
    """One cell, with its value in itself: texts are not shared."""
    p = prefix
    start = f'<{p}c r="{address}" s="{style}"' if style else f'<{p}c r="{address}"'
    match value:
        case None | "":
            return f"{start}/>"
        case str():
            return f'{start} t="inlineStr"><{p}is>{text_xml(value, p)}</{p}is></{p}c>'
        case Typed(kind="f"):
            return f"{start}><{p}f>{escape(value.written.removeprefix('='), quote=False)}</{p}f></{p}c>"
        case Typed(kind="e"):
            return f'{start} t="e"><{p}v>{escape(value.written, quote=False)}</{p}v></{p}c>'
        case Typed():
            return f"{start}><{p}v>{value.written}</{p}v></{p}c>"
        case _:
            return f"{start}><{p}v>{value!r}</{p}v></{p}c>"
