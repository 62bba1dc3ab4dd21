"""A tab of a Google Sheet as values: its contents when it was read, and what is to be written there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Value: TypeAlias = str | int | float | bool
"""What a cell holds; the empty text for a blank one."""

Place: TypeAlias = tuple[int, int]
"""The row and the column of a cell, both counted from 1."""

_SHARED = re.compile(r"https://docs\.google\.com/spreadsheets/(?:u/\d{1,3}/)?d/(?!e/)([\w-]+)(?:[/?#]|$)")


def spreadsheet_of(address: str) -> str:
    """The id of the Google Sheet that an address leads to; empty for any other address, also for one that is only published."""
    found = _SHARED.match(address)
    return found[1] if found else ""


class NotDone(Exception):
    """Google did not do what was asked. `why` and `hint` may be shown: nothing of its own words, and nothing of the account's key, is in them."""

    def __init__(self, why: str, hint: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.hint = hint


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveTab:
    """A tab of a user's Google Sheet as it was when it was read: its rows from the first, each without blank cells at its end.

    `number` is Google's own for the tab. `trouble` says why it cannot be written, with `hint` for what to do; then there are no rows.
    """

    spreadsheet: str
    title: str
    number: int = 0
    rows: tuple[tuple[Value, ...], ...] = ()
    trouble: str = ""
    hint: str = ""

    def row(self, number: int) -> tuple[Value, ...]:
        """The cells of a row, counted from 1."""
        return self.rows[number - 1] if 0 < number <= len(self.rows) else ()

    @property
    def width(self) -> int:
        """The last column that holds anything."""
        return max(map(len, self.rows), default=0)


def to_lines(tabs: Iterable[LiveTab]) -> list[str]:
    """Tabs as lines of text to be stored: a line of JSON that describes each, and one for each of its rows."""
    lines: list[str] = []
    for tab in tabs:
        about = {"spreadsheet": tab.spreadsheet, "title": tab.title, "number": tab.number, "trouble": tab.trouble, "hint": tab.hint}
        lines += [json.dumps(about, ensure_ascii=False), *(json.dumps(row, ensure_ascii=False) for row in tab.rows)]
    return lines


def from_lines(lines: Iterable[str]) -> tuple[LiveTab, ...]:
    """The tabs stored by `to_lines`. Raises ValueError, TypeError and IndexError for anything else."""
    found: list[tuple[dict[str, Any], list[tuple[Value, ...]]]] = []
    for line in lines:
        parsed = json.loads(line)
        if isinstance(parsed, dict):
            found.append((parsed, []))
        else:
            found[-1][1].append(tuple(parsed))
    return tuple(LiveTab(**about, rows=tuple(rows)) for about, rows in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class TabEdit:
    """What is to be written into a tab: values by row and column, the empty text for blank, and backgrounds as RRGGBB, None for none.

    `columns` are those of the values. `ours` are backgrounds that earlier edits have set: below row `header`, a cell that has one and
    gets none now loses it, except in the rows of `kept`.
    """

    tab: LiveTab
    values: Mapping[int, Mapping[int, Value]]
    colours: Mapping[Place, str | None]
    columns: frozenset[int]
    header: int
    ours: frozenset[str]
    kept: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTab:
    """A tab that does not exist yet: its rows, and backgrounds as RRGGBB."""

    title: str
    rows: Sequence[Sequence[Value]]
    is_hidden: bool = False
    colours: Mapping[Place, str] = field(default_factory=dict)
