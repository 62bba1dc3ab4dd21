"""The rows of a long sheet of ours, written one by one into the empty sheet that openpyxl made for them.

openpyxl keeps every cell as an object, and so 100,000 rows fill a gigabyte. What is around the rows
(widths, panes, filters, print set-up) it writes well; of the rows, only the one being written is in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bulkportal.a1 import letter
from bulkportal.lossless.cell_formats import Formats
from bulkportal.lossless.cell_links import CellPlace, Link, hyperlinks
from bulkportal.lossless.cell_values import CellContent, cell_xml
from bulkportal.lossless.editable_package import EditablePackage
from bulkportal.lossless.notes import Notes
from bulkportal.lossless.sheet_list import SheetList
from bulkportal.lossless.worksheet import Frame


@dataclass(frozen=True, slots=True)
class StreamRow:
    """One row: its number, its cells from the left as (column, value, look), and its height in points."""

    number: int
    cells: Sequence[tuple[int, CellContent, str]]
    height: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowStream:
    """All rows of a sheet below those that openpyxl has written, from the top. They are iterated once.

    `last` is the last row and the last column of the sheet.
    """

    rows: Iterable[StreamRow]
    last: CellPlace
    links: Mapping[CellPlace, Link] = field(default_factory=dict)
    notes: Mapping[CellPlace, str] = field(default_factory=dict)
    author: str = ""


def assembled(shell: bytes, lines: Mapping[str, RowStream]) -> bytes:
    """A workbook saved by openpyxl, with the lines of each sheet named. Looks are its named styles."""
    archive = EditablePackage(shell, label="workbook")
    tabs = SheetList(archive)
    part = tabs.formats_part
    formats = Formats(archive.read(part))
    looks = formats.looks_of(formats)
    archive.write(part, formats.data())
    for tab in tabs.all:
        if tab.name in lines:
            fill(archive, tab.part, lines[tab.name], looks)
    return archive.pack()


def fill(archive: EditablePackage, part: str, lines: RowStream, looks: Mapping[str, int]) -> None:
    """Put the lines into the sheet at a part; `looks` are the numbers of the formats in this package."""
    frame = Frame(archive.read(part))
    frame.cells((frame.close, frame.close, xml) for xml in _rows(lines.rows, looks))
    frame.grow([lines.last[1]], [lines.last[0]])
    if lines.links:
        frame.add("hyperlinks", hyperlinks(archive, part, frame, lines.links))
    Notes(archive, part, frame).replace(lines.notes, lines.author)
    archive.write_blocks(part, frame.blocks())


def _rows(lines: Iterable[StreamRow], looks: Mapping[str, int]) -> Iterator[bytes]:
    numbers = {"": 0, **looks}
    for line in lines:
        height = "" if line.height is None else f' ht="{line.height:g}" customHeight="1"'
        cells = "".join([cell_xml(f"{letter(column - 1)}{line.number}", value, numbers[look]) for column, value, look in line.cells])
        yield f'<row r="{line.number}"{height}>{cells}</row>'.encode()
