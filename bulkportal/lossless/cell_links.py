"""Links of cells, to other cells and to addresses."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import NamedTuple

from bulkportal.a1 import letter
from bulkportal.lossless.editable_package import EditablePackage
from bulkportal.lossless.worksheet import Frame

CellPlace = tuple[int, int]
"""Row and column of a cell, counted from 1."""


class Link(NamedTuple):
    """Where a cell leads: to an address that begins with https://, else to a place such as ``'Videos'!D4``."""

    target: str
    tip: str = ""


def link_to(sheet: str, cell: str, tip: str = "") -> Link:
    """A link to a cell of the same workbook."""
    quoted = sheet.replace("'", "''")
    return Link(f"'{quoted}'!{cell}", tip)


def hyperlinks(archive: EditablePackage, part: str, frame: Frame, links: Mapping[CellPlace, Link]) -> bytes:
    """The links as XML of the sheet at a part, which relates to every address once."""
    outside = list(dict.fromkeys(link.target for link in links.values() if link.target.startswith("https://")))
    ids: dict[str, str] = {}
    if outside:
        ids = dict(zip(outside, archive.relate_all(part, f"{frame.relationships}/hyperlink", outside, external=True), strict=True))
    return b"".join(_hyperlink(frame, place, link, ids.get(link.target)) for place, link in sorted(links.items()))


def _hyperlink(frame: Frame, place: CellPlace, link: Link, identity: str | None) -> bytes:
    ref = f' ref="{letter(place[1] - 1)}{place[0]}"'
    if link.tip:
        ref += f' tooltip="{escape(link.tip)}"'
    if identity is not None:
        return frame.related("hyperlink", identity, ref)
    return f'<{frame.prefix.decode()}hyperlink{ref} location="{escape(link.target)}"/>'.encode()
