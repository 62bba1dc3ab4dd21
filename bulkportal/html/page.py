"""What is on a page, before it is drawn: everything here is text, and is escaped when it is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Tone(StrEnum):
    """How something is to be understood. The words express it as well: no meaning is carried by colour alone."""

    PLAIN = "plain"
    GOOD = "good"
    OPEN = "open"
    BAD = "bad"
    QUIET = "quiet"


class ColumnKind(StrEnum):
    """What a column holds: it decides how the column is set and by what it is sorted."""

    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One figure at the top of a page."""

    value: str
    label: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar of a chart: `text` is its amount as it is written."""

    name: str
    amount: float
    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class BarChart:
    """A chart of horizontal bars, the first on top. `note` is shown below it."""

    title: str
    bars: tuple[Bar, ...]
    note: str = ""

    @property
    def most(self) -> float:
        """The largest amount, which is drawn over the whole width."""
        return max((bar.amount for bar in self.bars), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarChart:
    """How many there are on each day, drawn as weeks beside each other, around today where there are too many."""

    title: str
    days: Mapping[date, int]
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table. One with `choices` gets a list to choose from beside the search field."""

    title: str
    kind: ColumnKind = ColumnKind.TEXT
    choices: bool = False
    foreign: bool = False
    """Whether its texts are not in the language of the page (findings are in English)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCell:
    """One cell: its text, what it is sorted by where that is not the text, and where it leads (see `web_link`)."""

    text: str = ""
    value: str = ""
    tone: Tone = Tone.PLAIN
    link: str = ""


EMPTY = PageCell()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTable:
    """Rows of cells; the first cell of a row is its name. `empty` is shown where there are none."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[PageCell]]
    empty: str

    def choices(self, number: int) -> list[str]:
        """The different texts of a column, in order, to choose from."""
        return sorted({row[number].text for row in self.rows} - {""}, key=str.casefold)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One thing to do or to know: what, for which bundle or row, and details."""

    what: str
    where: str = ""
    detail: str = ""
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Things to do, the most urgent first. `empty` is shown where there are none."""

    title: str
    points: tuple[Point, ...]
    empty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlPage:
    """One page, from top to bottom. `notices` are sentences under the head; `command` is what to type next."""

    title: str
    lead: str
    tiles: tuple[Tile, ...]
    tables: tuple[PageTable, ...]
    notices: tuple[str, ...] = ()
    command: str = ""
    points: Points | None = None
    charts: tuple[BarChart | CalendarChart, ...] = ()
