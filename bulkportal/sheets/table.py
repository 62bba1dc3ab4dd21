"""What reading gives: a table of text in which every cell keeps its address.

Rows and columns are those that the user sees in a spreadsheet program: rows are counted from 1 with
everything above the header included, columns are letters. A CSV record is one row, however many
lines it spans.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from bulkportal.a1 import letter
from bulkportal.google_sheets.tabs import LiveTab
from bulkportal.lossless.package import Visibility

ROW = "_row"
"""The column of `Table.frame` that holds the row number."""


class RowAddress(NamedTuple):
    """One row of the input: the file's name as shown, the sheet and the row number."""  # a tuple: there is one for each row, many times over

    file: str
    sheet: str
    row: int

    def __str__(self) -> str:
        return f"{self.sheet}!{self.row}"


class CellProblem(StrEnum):
    """Why a cell has no trustworthy value."""

    ERROR_VALUE = "cell_error_value"
    FORMULA_WITHOUT_VALUE = "formula_without_value"
    NUMBER_TOO_LONG = "number_too_long"
    SHOWN_OTHERWISE = "number_shown_otherwise"
    """Its number format shows more than the number; that matters where a text is wanted, such as an id."""
    ANOTHER_NUMBER = "number_shows_another"
    """Its number format shows another number: scaled, rounded, or with digits of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellWarning:
    """A cell that must not be believed: its place, why, and what the file holds there."""

    row: int
    column: str
    trouble: CellProblem
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A doubt about how a whole sheet was read: a code, its words, and a cell that shows it."""

    code: str
    words: Mapping[str, object]
    row: int = 0
    column: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Cells merged into one, of which only the first holds a value. Rows and columns count from 1."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int

    def __str__(self) -> str:
        return f"{letter(self.first_column - 1)}{self.first_row}:{letter(self.last_column - 1)}{self.last_row}"


@dataclass(frozen=True, slots=True)
class CellSet:
    """Many cells, as the runs of rows (first, last) of each column by its letter: whole columns cost no more than one cell."""

    runs: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)

    def __contains__(self, cell: tuple[int, str]) -> bool:
        row, letter = cell
        runs = self.runs.get(letter)
        if not runs:
            return False
        place = bisect_right(runs, row, key=itemgetter(0))
        return place > 0 and runs[place - 1][1] >= row

    @classmethod
    def at(cls, places: Sequence[tuple[int, str]]) -> CellSet:
        """Those at these places, given by row and letter."""
        return cls.of(pl.DataFrame(list(places), schema={ROW: pl.Int64, "column": pl.String}, orient="row"))

    @classmethod
    def of(cls, cells: pl.DataFrame) -> CellSet:
        """Those of a frame with `_row` and `column`."""
        run = (pl.col(ROW) - pl.int_range(pl.len())).over("column")
        runs = cells.unique().sort("column", ROW).group_by("column", run.alias("run")).agg(first=pl.col(ROW).min(), last=pl.col(ROW).max())
        found: dict[str, list[tuple[int, int]]] = {}
        for column, first, last in runs.sort("column", "first").select("column", "first", "last").iter_rows():
            found.setdefault(column, []).append((first, last))
        return cls({column: tuple(each) for column, each in found.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """A row under the header that holds headers itself, with the titles right above it; it is not among the rows of the table.

    `cells` are all of it as (row, column letter, text). `is_same` means that the headers stand as in the header row: what follows
    is more of the same table. `title` is what stands in the rows from `first` to it.
    """

    first: int
    row: int
    cells: tuple[tuple[int, str, str], ...]
    is_same: bool
    title: str = ""


_WHERE_FROM = frozenset({"file", "path", "is_named", "live", "frame"})
"""Fields of `Table` that do not say what it holds, and the frame, which `==` does not compare as a whole."""

StrikeRule = tuple[str, str]
"""A conditional format that strikes cells out: its area, and its condition as the file has it."""

CellNote = tuple[int, str, str]
"""A note on a cell: row, letter, text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFacts:
    """What is known of a sheet besides the texts of its cells; the same before and after its header row is found.

    `marks` lists cells that must not be believed, `formulas` the cells that a program computes, `links` the addresses behind
    cells by row and letter, `leading` those of them that are formulas which do nothing else. `merges` are merged cells, `struck` those
    that are struck out, wholly or in part, `unshown` those whose value a format or a colour hides, `hidden`
    the rows that the program does not show, as (first, last), and `hidden_columns` the columns, counted from 1; `visibility` says whether
    the whole sheet is one that it does not show. `doubt` is about the text as a whole.
    `cell_notes` are the notes that people put on cells, `struck_by` the conditional formats that strike cells out, `text_boxes` the
    lines of texts that float over the sheet; `notes` says what had to be guessed to read it. Of a text file, `delimiter` is what parts
    its cells. `is_writable` says that its kind of file can be written as well.
    """

    marks: tuple[CellWarning, ...] = ()
    formulas: CellSet = field(default_factory=CellSet)
    links: Mapping[tuple[int, str], str] = field(default_factory=dict)
    leading: frozenset[tuple[int, str]] = frozenset()
    merges: tuple[Merge, ...] = ()
    struck: CellSet = field(default_factory=CellSet)
    unshown: CellSet = field(default_factory=CellSet)
    hidden: tuple[tuple[int, int], ...] = ()
    hidden_columns: tuple[tuple[int, int], ...] = ()
    visibility: Visibility = Visibility.SHOWN
    cell_notes: tuple[CellNote, ...] = ()
    struck_by: tuple[StrikeRule, ...] = ()
    text_boxes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    delimiter: str = ","
    doubt: Doubt | None = None
    is_writable: bool = True

    def facts(self) -> dict[str, Any]:
        """The same facts by name, for another view of the sheet."""
        return {each.name: getattr(self, each.name) for each in fields(SheetFacts)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(SheetFacts):
    """One sheet as text.

    `file` is the name to show; `path` the file on disk (None for standard input).
    `headers` maps a column letter to the header's text, in order, blank headers left out.
    `frame` has one String column per letter that holds anything, named by the letter, plus `_row`
    (Int64). A blank cell is null; rows without any text are left out. `above` holds the rows before
    the header as (row number, column letter, text), `aside` likewise example rows and
    notes under the table. `repeats` are rows under the header that are headers again.
    Of a text file, `width` says how many cells the line of the headers has; None where a program kept the cells apart. `is_named` means that
    somebody named the file it stands in, and did not find it in a folder.
    `indented` are cells that begin with a blank, as what follows a comma does: those under no header, and in a text file all that are
    unlike the others. `wider` are the rows of a text file that have more cells than its headers and than most rows, and how many.
    `live` is the tab of a Google Sheet that it was read from, where a service account may write results back.
    """

    file: str
    path: Path | None
    sheet: str
    header_row: int
    headers: dict[str, str]
    frame: pl.DataFrame
    above: tuple[tuple[int, str, str], ...] = ()
    aside: tuple[tuple[int, str, str], ...] = ()
    repeats: tuple[Repeat, ...] = ()
    width: int | None = None
    is_named: bool = False
    indented: frozenset[tuple[int, str]] = frozenset()
    wider: Mapping[int, int] = field(default_factory=dict)
    live: LiveTab | None = None

    @property
    def letters(self) -> list[str]:
        """The columns of its rows, from the left."""
        return [name for name in self.frame.columns if name != ROW]

    def cells(self) -> Iterator[tuple[int, str, str]]:
        """Every cell with text as (row number, column letter, text), from the top."""
        yield from self.above
        yield from ((self.header_row, letter, text) for letter, text in self.headers.items())
        letters = self.letters
        for row, *texts in self.frame.select(ROW, *letters).iter_rows():
            yield from ((row, letter, text) for letter, text in zip(letters, texts, strict=True) if text is not None)

    def only(self, rows: Collection[int]) -> Table:
        """The table with some of its rows alone, and what is known of them; not the notes beside them."""
        return replace(
            self,
            frame=self.frame.filter(pl.col(ROW).is_in(sorted(rows))),
            aside=(),
            marks=tuple(mark for mark in self.marks if mark.row in rows),
            links={place: link for place, link in self.links.items() if place[0] in rows},
            leading=frozenset(place for place in self.leading if place[0] in rows),
            wider={row: count for row, count in self.wider.items() if row in rows},
        )

    def holds_the_same(self, other: Table) -> bool:
        """Whether another reading gave the same, wherever the files of the two lie: all cells, and all that is known of them."""
        facts = ((getattr(self, each.name), getattr(other, each.name)) for each in fields(Table) if each.name not in _WHERE_FROM)
        return self.frame.equals(other.frame) and all(one == another for one, another in facts)

    def takes(self, text: str, row: int, column: str) -> bool:
        """Whether a correction may write a text into a cell: never over a formula, but for one that does nothing but lead there."""
        cell = (row, column)
        return self.is_writable and (cell not in self.formulas or (cell in self.leading and self.links.get(cell) == text))

    def address(self, row: int) -> RowAddress:
        """The address of a row of this table."""
        return RowAddress(file=self.file, sheet=self.sheet, row=row)
