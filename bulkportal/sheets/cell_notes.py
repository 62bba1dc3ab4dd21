"""The notes that people put on cells, and the texts that they lay over a sheet, out of the parts of a workbook that hold them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from xml.parsers import expat

from bulkportal.a1 import split_address
from bulkportal.lossless.package import Package
from bulkportal.sheets.table import CellNote

MOST_NOTES = 200_000
_LONGEST = 4_000

OURS = "bulkportal: "
"""How a line of a note begins that says something of ours and is nobody's order."""

BEFORE = "Before: "
"""How the last line of the note on a corrected cell begins, below the line that says why."""


def read_notes(package: Package, part: str) -> Iterator[CellNote]:
    """The notes of a worksheet, and what stands in threads that nobody has resolved.

    Raises UnreadableInput for a part that is damaged.
    """
    for name in package.note_parts(part):
        walk = _Notes()
        _go_through(package, name, walk)
        for address, text in islice(walk.found, MOST_NOTES):
            column, row = split_address(address)
            if column and row and text.strip():
                yield row, column, text


def read_text_boxes(package: Package, part: str) -> Iterator[str]:
    """The lines of every text box and shape of a worksheet.

    Raises UnreadableInput for a part that is damaged.
    """
    for name in package.drawing_parts(part):
        walk = _Paragraphs()
        _go_through(package, name, walk)
        yield from (line for text in walk.found for line in text.splitlines() if line.strip())


def _go_through(package: Package, name: str, walk: _Notes | _Paragraphs) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = walk.start, walk.end, walk.text
    try:
        for block in package.blocks(name):
            parser.Parse(block)
        parser.Parse(b"", True)  # noqa: FBT003 - the parser takes no names
    except (expat.ExpatError, ValueError) as error:
        raise package.damaged() from error


class _Paragraphs:
    """A pass over a drawing: each paragraph of a shape is a text; line breaks in it are kept."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._is_text = False

    def start(self, tag: str, _: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        self._is_text = name == "t"
        if name == "p" and len(self.found) < MOST_NOTES:
            self.found.append("")
        elif name == "br" and self.found:
            self.found[-1] += "\n"

    def end(self, _: str) -> None:
        self._is_text = False

    def text(self, text: str) -> None:
        if self._is_text and self.found and len(self.found[-1]) < _LONGEST:
            self.found[-1] += text


class _Notes:
    """A pass over a part with notes: the old kind lists its authors first, then the notes; the newer kind has one text for each entry of a thread."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []
        self._authors: list[str] = []
        self._address: str | None = None
        self._into: list[str] | None = None
        self._length = 0

    def start(self, tag: str, given: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if name == "author":
            self._into = []
        elif name in ("comment", "threadedComment"):
            self._address = given.get("ref", "") if self._is_meant(given) else None
            self._length, self._into = 0, None
            if self._address is not None and len(self.found) < MOST_NOTES:
                self.found.append((self._address, ""))
        elif name in ("t", "text") and self._address is not None:
            self._into = []

    def end(self, tag: str) -> None:
        name = tag.rpartition(" ")[2]
        text = "".join(self._into or ())
        if name == "author":
            self._authors.append(text)
        elif name in ("t", "text") and self._address is not None and self.found:
            self.found[-1] = (self.found[-1][0], self.found[-1][1] + text)
        elif name in ("comment", "threadedComment"):
            self._address = None
        self._into = None

    def text(self, text: str) -> None:
        if self._into is not None and self._length < _LONGEST:
            self._length += len(text)
            self._into.append(text)

    def _is_meant(self, given: dict[str, str]) -> bool:
        """Not what is resolved, nor the copy of a thread (its author is "tc=" and an id), which has advice of the program's own before it."""
        number = given.get("authorId", "")
        author = self._authors[int(number)] if number.isdecimal() and int(number) < len(self._authors) else ""
        return not author.startswith("tc=") and given.get("done") not in ("1", "true")
