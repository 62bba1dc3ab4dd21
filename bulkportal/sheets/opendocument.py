"""OpenDocument spreadsheets (.ods) to grids, in one pass over their XML.

Such a file says "this row a million times" in a few bytes, and a reader that lays its cells out in a
rectangle believes it. So the XML is walked as a stream, and only cells that hold something are kept.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from xml.parsers import expat

from bulkportal.a1 import letter
from bulkportal.lossless.package import Package, Visibility
from bulkportal.sheets.cell_notes import MOST_NOTES
from bulkportal.sheets.error_words import is_error
from bulkportal.sheets.formats import as_written, iso_text
from bulkportal.sheets.grid import LAST_COLUMN, LAST_ROW, MOST_FILLED, MOST_TEXT, Grid, doubtful, in_order, normalize, number_text, pivot
from bulkportal.sheets.hyperlinks import MOST_LINKS, of_formula
from bulkportal.sheets.opendocument_styles import Attributes, Styles
from bulkportal.sheets.table import CellNote, CellProblem, CellSet, CellWarning, Merge, StrikeRule

CONTENT = "content.xml"
MOST_MERGES = 100_000

_MANIFEST = "META-INF/manifest.xml"
_LONGEST_CELL = 1 << 20
_DURATION = re.compile(r"(-)?P(?:(\d{1,6})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,4})M)?(?:(\d{1,4})(?:[.,]\d+)?S)?)?")
_CELLS = ("table-cell", "covered-table-cell")

_DRAWN = ("custom-shape", "text-box", "rect", "ellipse", "caption")
_LONGEST_LINE = 1000
_STYLES = "styles.xml"
_FORMULA_IS = re.compile(r"^formula-is\((.*)\)$", re.DOTALL)
_SHEET_OF = re.compile(r"(?:'[^']*+'|[^\s:'.]*+)\.(?=[A-Z])")
"""The name of the sheet before each corner of an area."""


@dataclass(slots=True)
class _Sheet:
    """What has been read of one table."""

    name: str
    visible: bool
    rows: array[int] = field(default_factory=lambda: array("q"))
    letters: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    marks: list[CellWarning] = field(default_factory=list)
    links: dict[tuple[int, str], str] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    struck: list[tuple[int, str]] = field(default_factory=list)
    unshown: list[tuple[int, str]] = field(default_factory=list)
    cell_notes: list[CellNote] = field(default_factory=list)
    struck_by: list[StrikeRule] = field(default_factory=list)
    text_boxes: list[str] = field(default_factory=list)
    hidden: list[tuple[int, int]] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    columns: int = 0
    column_styles: list[tuple[int, str]] = field(default_factory=list)
    """The last column of each run, and the style of its cells."""

    def grid(self) -> Grid:
        raw = pivot(self.rows, self.letters, self.texts)
        cells = normalize(raw)
        return Grid(
            sheet=self.name,
            cells=cells,
            raw=raw,
            marks=in_order([*self.marks, *doubtful(cells, typed=True)]),
            links=self.links,
            merges=tuple(self.merges),
            struck=CellSet.at(self.struck),
            unshown=CellSet.at(self.unshown),
            cell_notes=tuple(self.cell_notes),
            struck_by=tuple(self.struck_by),
            text_boxes=tuple(filter(str.strip, self.text_boxes)),
            hidden=tuple(self.hidden),
            hidden_columns=tuple(self.hidden_columns),
            visibility=Visibility.SHOWN if self.visible else Visibility.HIDDEN,
        )


@dataclass(slots=True)
class _Cell:
    """The cell that is being read: its attributes, the columns it spans, and its lines of text."""

    given: Attributes
    repeated: int
    covered: bool
    lines: list[str] = field(default_factory=list)
    note: list[str] = field(default_factory=list)
    length: int = 0
    link: str = ""
    is_struck: bool = False


def read_opendocument(package: Package) -> list[Grid]:
    """Every table of the document as text with its own addresses, spelled like those of a workbook.

    Raises UnreadableInput for what is encrypted, damaged or larger than a launch can be.
    """
    if package.has(_MANIFEST) and any(b"encryption-data" in block for block in package.blocks(_MANIFEST)):
        raise package.locked()
    walk = _Walk(package)
    try:
        for part in filter(package.has, (_STYLES, CONTENT)):
            parser = expat.ParserCreate(namespace_separator=" ")
            parser.buffer_text, parser.buffer_size = True, 1 << 20
            parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = walk.start, walk.end, walk.text
            for block in package.blocks(part):
                parser.Parse(block)
            parser.Parse(b"", True)  # noqa: FBT003 - the parser takes no names
    except (expat.ExpatError, LookupError, ValueError, OverflowError) as error:  # an unknown encoding is a LookupError
        raise package.damaged() from error
    return [sheet.grid() for sheet in walk.sheets]


class _Walk:
    """The state of the pass: where it is, and what it has found."""

    def __init__(self, package: Package) -> None:
        self.sheets: list[_Sheet] = []
        self._package = package
        self._path: list[str] = []
        self._styles = Styles(_of)
        self._row_style = self._area = ""
        self._drawn = 0
        self._tables = 0
        self._row = self._column = 0
        self._rows = 1
        self._filled = self._length = 0
        self._cell: _Cell | None = None
        self._cell_depth = 0

    def start(self, tag: str, given: Attributes) -> None:
        name = tag.rpartition(" ")[2]
        self._path.append(name)
        self._note_drawn(name)
        if self._cell is not None:
            self._inside(name, given)
        elif name == "table":
            self._open_table(given)
        elif name == "table-row" and self._tables == 1:
            self._open_row(given)
        elif name == "table-column" and self._tables == 1:
            self._pass_columns(given)
        elif name == "conditional-format":
            self._area = _SHEET_OF.sub("", _of(given, "target-range-address"))
        elif name == "condition" and self.sheets and self._styles.is_struck(_of(given, "apply-style-name")):
            self.sheets[-1].struck_by.append((self._area, _FORMULA_IS.sub(r"\1", _of(given, "value")).replace("[.", "").replace("]", "")))
        elif name in _CELLS and self._tables == 1:
            self._cell = _Cell(given=given, repeated=_times(_of(given, "number-columns-repeated")), covered=name != "table-cell")
            self._cell_depth = len(self._path)
        else:
            self._styles.note(name, given)

    def _note_drawn(self, name: str) -> None:
        """Open a line of a text box for each of its paragraphs."""
        self._drawn += name in _DRAWN
        if self._drawn and name == "p" and self.sheets and len(self.sheets[-1].text_boxes) < MOST_NOTES:
            self.sheets[-1].text_boxes.append("")

    def end(self, tag: str) -> None:
        name = tag.rpartition(" ")[2]
        if self._cell is not None and len(self._path) == self._cell_depth:
            self._close_cell(self._cell)
            self._cell = None
        elif self._cell is None and name == "table-row" and self._tables == 1:
            self._row += self._rows - 1
        elif self._cell is None and name == "table":
            self._tables -= 1
        self._drawn -= name in _DRAWN
        self._path.pop()

    def text(self, text: str) -> None:
        if self._drawn and "p" in self._path and self.sheets and self.sheets[-1].text_boxes:
            self.sheets[-1].text_boxes[-1] += text[:_LONGEST_LINE]
        elif self._cell is not None and self._is_own_text():
            self._add(self._cell, self._cell.lines, text)
        elif self._cell is not None and self._is_note():
            self._add(self._cell, self._cell.note, text)

    def _add(self, cell: _Cell, lines: list[str], text: str) -> None:
        """Add to the last line of a cell, or of its note; one that grows without end is refused while it does."""
        cell.length += len(text)
        if cell.length > _LONGEST_CELL:
            raise self._package.too_large("one of its cells holds more text than a spreadsheet program can")
        lines[-1] += text

    def _is_own_text(self) -> bool:
        """A paragraph of the cell itself: not of its note, nor of a drawing in it."""
        return self._path[self._cell_depth : self._cell_depth + 1] == ["p"]

    def _is_note(self) -> bool:
        """A paragraph of the note on the cell: not who wrote it, nor when."""
        inside = self._path[self._cell_depth :]
        return inside[:1] == ["annotation"] and "p" in inside

    def _inside(self, name: str, given: Attributes) -> None:
        if self._cell is not None and name == "p" and self._path[self._cell_depth : self._cell_depth + 1] == ["annotation"]:
            self._cell.note.append("")
        if self._cell is None or not self._is_own_text():
            return
        if len(self._path) == self._cell_depth + 1:
            self._cell.lines.append("")
        elif name == "s":
            self._add(self._cell, self._cell.lines, " " * min(_times(_of(given, "c")), 1000))
        elif name == "a":
            self._cell.link = _of(given, "href")
        elif name == "span":
            self._cell.is_struck |= self._styles.is_struck(_of(given, "style-name"), "text")
        elif name in ("tab", "line-break"):
            self._add(self._cell, self._cell.lines, "\t" if name == "tab" else "\n")

    def _open_table(self, given: Attributes) -> None:
        self._tables += 1
        if self._tables == 1:
            self.sheets.append(_Sheet(name=_of(given, "name"), visible=_of(given, "style-name") not in self._styles.invisible))
            self._row = 0

    def _open_row(self, given: Attributes) -> None:
        self._row += 1
        self._rows = _times(_of(given, "number-rows-repeated"))
        self._column = 0
        self._row_style = _of(given, "default-cell-style-name")
        hidden = self.sheets[-1].hidden
        if _of(given, "visibility") in ("collapse", "filter") or _of(given, "style-name") in self._styles.flat:
            last = self._row + self._rows - 1
            if hidden and hidden[-1][1] == self._row - 1:
                hidden[-1] = (hidden[-1][0], last)
            else:
                hidden.append((self._row, last))

    def _pass_columns(self, given: Attributes) -> None:
        sheet = self.sheets[-1]
        first = sheet.columns + 1
        sheet.columns += _times(_of(given, "number-columns-repeated"))
        sheet.column_styles.append((sheet.columns, _of(given, "default-cell-style-name")))
        if _of(given, "visibility") in ("collapse", "filter") or _of(given, "style-name") in self._styles.narrow:
            sheet.hidden_columns.append((first, sheet.columns))

    def _close_cell(self, cell: _Cell) -> None:
        first = self._column + 1
        self._column += cell.repeated
        # Covered by a merged cell: what a program kept there is seen by nobody.
        if cell.covered:
            return
        self._merge(cell.given, first)
        if any(map(str.strip, cell.note)) and len(self.sheets[-1].cell_notes) < MOST_NOTES:
            self.sheets[-1].cell_notes.append((self._row, letter(first - 1), "\n".join(cell.note)))
        text, trouble = _value(cell)
        if text.strip():
            self._fill(first, cell.repeated, text, trouble)
            link, links = cell.link or of_formula(_of(cell.given, "formula")), self.sheets[-1].links
            if link and len(links) < MOST_LINKS:
                links[self._row, letter(first - 1)] = link
            self._look(cell, first)

    def _look(self, cell: _Cell, first: int) -> None:
        """Note a cell that is struck out, or of which nothing is seen."""
        sheet = self.sheets[-1]
        style = _of(cell.given, "style-name") or self._row_style
        style = style or next((name for last, name in sheet.column_styles if last >= first), "")
        is_struck = cell.is_struck or self._styles.is_struck(style)
        # A value of which no line of text is left has a number format that shows nothing.
        is_unshown = self._styles.is_unseen(style) or (bool(cell.lines) and not any(map(str.strip, cell.lines)) and bool(_of(cell.given, "value")))
        if is_struck or is_unshown:
            columns = [letter(column - 1) for column in range(first, first + cell.repeated)]
            places = [(row, column) for row in range(self._row, self._row + self._rows) for column in columns]
            sheet.struck += places if is_struck else []
            sheet.unshown += places if is_unshown else []

    def _merge(self, given: Attributes, column: int) -> None:
        across, down = _times(_of(given, "number-columns-spanned")), _times(_of(given, "number-rows-spanned"))
        merges = self.sheets[-1].merges
        if (across > 1 or down > 1) and len(merges) < MOST_MERGES:
            last_row, last_column = self._row + down - 1, column + across - 1
            merges.append(Merge(first_row=self._row, last_row=last_row, first_column=column, last_column=last_column))

    def _fill(self, first: int, columns: int, text: str, trouble: CellProblem | None) -> None:
        sheet = self.sheets[-1]
        self._filled += columns * self._rows
        self._length += columns * self._rows * len(text)
        if self._length > MOST_TEXT:
            raise self._package.too_large(f"its cells hold more than {MOST_TEXT >> 20} MB of text")
        if self._filled > MOST_FILLED or self._row + self._rows > LAST_ROW + 1 or first + columns > LAST_COLUMN + 1:
            raise self._package.too_large(f"the sheet {sheet.name} has far too many cells")
        for column in range(first, first + columns):
            name = letter(column - 1)
            for row in range(self._row, self._row + self._rows):
                sheet.rows.append(row)
                sheet.letters.append(name)
                sheet.texts.append(text)
                if trouble:
                    sheet.marks.append(CellWarning(row=row, column=name, trouble=trouble, value=text))


def _of(given: Attributes, name: str) -> str:
    """An attribute by its local name; where two have it, that of the standard comes first."""
    found = [(key, value) for key, value in given.items() if key.rpartition(" ")[2] == name]
    return next((value for key, value in found if "oasis" in key), found[0][1] if found else "")


def _times(text: str) -> int:
    """How often something is repeated; once where nothing is stated."""
    return max(int(text), 1) if text.isdecimal() and len(text) < 10 else 1


def _value(cell: _Cell) -> tuple[str, CellProblem | None]:
    """What a cell says, and why it must not be believed, if so."""
    given = cell.given
    shown = "\n".join(cell.lines)
    if any(key.endswith("calc:xmlns:calcext:1.0 value-type") and value == "error" for key, value in given.items()):
        return shown or "#VALUE!", CellProblem.ERROR_VALUE
    kind = _of(given, "value-type")
    formula = _of(given, "formula")
    if formula and is_error(shown):
        return shown, CellProblem.ERROR_VALUE
    # A cell without a type has no value, but it may still show a text, and its formula may never have been computed.
    if not kind:
        return (formula, CellProblem.FORMULA_WITHOUT_VALUE) if formula and not shown else (shown, None)
    match kind:
        case "float" | "percentage" | "currency":
            number, trouble = number_text(_of(given, "value") or shown)
            return (number, trouble) if trouble or kind == "currency" else as_written(shown, number)
        case "date":
            return iso_text(_of(given, "date-value")) or shown, None
        case "time":
            return _clock(_of(given, "time-value")) or shown, None
        case "boolean":
            return _of(given, "boolean-value") or shown, None
        case _:
            return _of(given, "string-value") or shown, None


def _clock(duration: str) -> str:
    """``PT12H30M00S`` as 12:30:00, hours beyond a day as they are; anything else as it is."""
    found = _DURATION.fullmatch(duration)
    if found is None:
        return duration
    sign, days, *parts = found.groups()
    hours, minutes, seconds = (int(part or 0) for part in parts)
    return f"{sign or ''}{24 * int(days or 0) + hours:02}:{minutes:02}:{seconds:02}"
