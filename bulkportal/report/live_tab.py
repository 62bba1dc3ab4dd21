"""What the report adds to a tab of the user's own Google Sheet: the status columns, and colours on cells with findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from bulkportal.a1 import column_number
from bulkportal.columns.field import STATUS_COLUMNS
from bulkportal.google_sheets.tabs import LiveTab, Place, TabEdit, Value
from bulkportal.report.own_sheets import Numbered, by_cell, is_error, state_style, status_letters, status_texts
from bulkportal.report.summary import RowLine
from bulkportal.sheets import styles
from bulkportal.sheets.styles import Style
from bulkportal.sheets.table import ROW, RowAddress, Table

HEADER = styles.UNCHANGED

_COLOURS = {Style.GOOD: styles.DONE, Style.SETTLED: styles.UNCHANGED, Style.ERROR: styles.ERROR, Style.WARNING: styles.WARNING}
_LONGEST = 50_000
"""The characters that a cell of a Google Sheet holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveEdit:
    """What is to be written, and the cells that changed since they were read, by row: nothing is written into these rows."""

    edit: TabEdit
    changed: Mapping[int, tuple[Place, ...]]


def is_same_header(table: Table, then: LiveTab, now: LiveTab) -> bool:
    """Whether the headers, and what is above them, are as they were read: otherwise a column may be another one by now."""
    ours: frozenset[int] = frozenset()  # also the titles of the status columns: one that moved would be written where it stood
    return all(_row(then, row, ours) == _row(now, row, ours) for row in range(1, table.header_row + 1))


def edit_of(table: Table, lines: Mapping[RowAddress, RowLine], findings: Sequence[Numbered], stood: tuple[LiveTab, LiveTab]) -> LiveEdit:
    """The edit of a table; `stood` holds its tab as it was read, and as it is just before writing."""
    (then, now), ours = stood, _ours(table)
    # Right of what is there now: columns may have been added while the import ran.
    letters = status_letters(table, first_free=now.width + 1)
    columns = {name: column_number(letters[name]) for name in STATUS_COLUMNS}
    rows: list[int] = table.frame[ROW].to_list()
    found = by_cell(findings)
    concerned = {*rows, *(row for row, _ in found if row > table.header_row)}
    changed = {row: cells for row in sorted(concerned) if (cells := _edited(then, now, row, ours))}
    values: dict[int, dict[int, Value]] = {table.header_row: {columns[name]: name for name in STATUS_COLUMNS if letters[name] not in table.headers}}
    colours: dict[Place, str | None] = {(table.header_row, column): HEADER for column in values[table.header_row]}
    for row in rows:
        if row not in changed and then.row(row):  # a row that was added in a copy of the sheet has no place in it
            line = lines.get(table.address(row))
            values[row] = _status(line, columns)
            # Without a line the colour is taken away: an earlier result must not look like today's.
            colours[row, columns["status"]] = _COLOURS.get(state_style(line.state)) if line else None
    red = {place: styles.ERROR if is_error(cells) else styles.WARNING for place, cells in found.items()}
    colours.update({place: colour for place, colour in red.items() if place[0] not in changed and place[1] not in columns.values()})
    edit = TabEdit(
        tab=now,
        values={row: cells for row, cells in values.items() if cells},
        colours=colours,
        columns=frozenset(columns.values()),
        header=table.header_row,
        ours=frozenset({styles.ERROR, styles.WARNING}),
        kept=frozenset(changed),
    )
    return LiveEdit(edit=edit, changed=changed)


def _status(line: RowLine | None, columns: Mapping[str, int]) -> dict[int, Value]:
    if line is None:
        return dict.fromkeys(columns.values(), "")
    texts: dict[str, Value] = {name: text[:_LONGEST] for name, text in status_texts(line).items()}
    texts |= {"status": line.state.value, "credits": "" if line.credits is None else line.credits}
    return {columns[name]: text for name, text in texts.items()}


def _ours(table: Table) -> frozenset[int]:
    """The status columns that are there already: their contents are not the user's."""
    return frozenset(column_number(letter) for name, letter in status_letters(table).items() if table.headers.get(letter))


def _edited(then: LiveTab, now: LiveTab, row: int, ours: frozenset[int]) -> tuple[Place, ...]:
    """The user's own cells of a row that have changed since."""
    pairs = zip_longest(_row(then, row, ours), _row(now, row, ours), fillvalue="")
    return tuple((row, column) for column, (before, after) in enumerate(pairs, start=1) if before != after)


def _row(tab: LiveTab, row: int, ours: frozenset[int]) -> tuple[Value, ...]:
    """The values of the user's own cells of a row, without blank ones at the end."""
    cells = ["" if column in ours else value for column, value in enumerate(tab.row(row), start=1)]
    while cells and cells[-1] == "":
        cells.pop()
    return tuple(cells)
