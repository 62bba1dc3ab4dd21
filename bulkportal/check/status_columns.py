"""Columns that say how far a row is: those that bulkportal wrote itself, and those of the team.

bulkportal's own are known by their place and their values, not by their headers alone. A row that its team calls a draft,
on hold or cancelled is held, wherever the team writes so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, takewhile

import polars as pl

from bulkportal.a1 import column_number
from bulkportal.check.findings import Address, Finding, found
from bulkportal.check.wording import listed, shortened
from bulkportal.codes import REGISTER
from bulkportal.columns.field import FAILED_COLUMNS, STATUS_COLUMNS
from bulkportal.columns.matcher import Match, called, plain_header
from bulkportal.columns.progress_words import bare, forbids, is_order_to_wait, is_put_aside, is_standing, is_word_of_standing, says_not_yet
from bulkportal.counting import counted, noun
from bulkportal.sheets.cell_notes import BEFORE, OURS
from bulkportal.sheets.table import ROW, Table

_FEWEST = 4
"""One column called Status may well be the user's own; so many of the six side by side, in our order, are ours."""

_STATES = frozenset(
    {
        *("done", "unchanged", "invalid", "held", "refused", "waiting", "unknown"),
        *("draft", "pending", "pending_setup", "configured", "published", "published_priority", "in_review", "accepted", "completed", "finalized"),
        *("pending_corrections", "cancelled", "archived", "active"),
    }
)
"""What stands under `status` in a report, and in an export."""

_WORD_OF_THE_PLATFORM = re.compile(r"[a-z]+(?:_[a-z]+)*")
_NUMBERS = r"^[\d.,\s]+$"
_STATUS = {plain_header(name): name for name in STATUS_COLUMNS}
_FAILED = tuple(map(plain_header, FAILED_COLUMNS))
_PLACE = ("sheet", "row")
_MOST_WORDS = 200
"""A column of more different texts is one of notes."""

_MAY_FORBID = r"(?is)^.{0,80}$"
"""A longer note is not looked at: it says more than that."""

_LONGEST_TITLE = 120
_MOST_SHOWN = 3


def own_status(table: Table) -> Mapping[str, str]:
    """The letters of the status columns that bulkportal wrote into the table, by their names; none where it wrote none."""
    runs: list[dict[str, str]] = [{}]
    last = 0
    for letter in sorted(table.headers, key=column_number):
        name = _STATUS.get(plain_header(table.headers[letter]))
        run = runs[-1]
        follows = column_number(letter) == last + 1 and name and (not run or _place(name) > _place(list(run)[-1]))
        if name and not follows:
            runs.append({})
        if name:
            runs[-1][name] = letter
            last = column_number(letter)
    best = max(runs, key=len)
    is_ours = len(best) == len(STATUS_COLUMNS) or (len(best) >= _FEWEST and _are_states(table, best.get("status")))
    return best if is_ours and _are_numbers(table, best.get("credits")) else {}


def own_letters(table: Table) -> frozenset[str]:
    """The letters of every column that bulkportal wrote into the table: those of a report, and those of a workbook of failed rows."""
    found: set[str] = set(own_status(table).values())
    letters = sorted(table.headers, key=column_number)
    for one, other in pairwise(letters):
        pair = (plain_header(table.headers[one]), plain_header(table.headers[other]))
        if column_number(other) == column_number(one) + 1:
            if pair == _FAILED and _are_numbers(table, one):
                found |= {one, other}
            if pair == _PLACE and _are_numbers(table, other):
                found |= {one, other}
    return frozenset(found)


def standing_findings(table: Table, matched: Match) -> Iterator[Finding]:
    """Columns of the team that bulkportal might have taken for its own, and sheets and rows that the team does not want to be sent."""
    yield from _aside(table)
    ours = own_letters(table) if matched.feedback else frozenset()
    foreign = {letter: text for letter, text in matched.feedback.items() if letter not in ours}
    for letter, header in foreign.items():
        values = _words(table, letter)
        if not values.is_empty():
            such = ", ".join(repr(_short(text)) for text in values.head(_MOST_SHOWN))
            place = {"sheet": table.sheet, "column": header, "cell": f"{letter}{table.header_row}", "value": header}
            yield found("column_not_ours", {"header": _short(header), "such": such}, file=table.file, row=table.header_row, **place)
    for letter in (*foreign, *matched.unknown):
        is_status = letter in foreign or is_standing(table.headers[letter])
        values = _words(table, letter)
        if is_status or (len(values) <= _MOST_WORDS and all(map(is_word_of_standing, values.to_list()))):
            yield from _held(table, letter, list(filter(says_not_yet, values.to_list())))
        else:
            yield from _held(table, letter, _forbidding(values))
    if "message" in matched.found:  # a comment is a note, where no action makes it a message
        yield from _held(table, matched.found["message"], _forbidding(_words(table, matched.found["message"])), but=matched.found.get("action"))
    yield from _held_by_notes(table)
    status = own_status(table).get("status") if ours else None
    if status is not None:
        words = _words(table, status)
        yield from _held(table, status, [text for text in words.to_list() if not _is_state(text) and says_not_yet(text)])


def _aside(table: Table) -> Iterator[Finding]:
    """A tab of a workbook whose name says that it is not to be sent, and a line above a table that says so."""
    titles: list[tuple[str, str, str | None]] = [(table.sheet, "The name of the tab", None)] if table.width is None else []
    titles += [(text, f"Cell {letter}{row}, above the table,", f"{letter}{row}") for row, letter, text in table.above]
    said = next(_said_over(table), None)
    if said is not None:
        words = {"what": "A text box over it", "value": _short(said), "sheet": table.sheet}
        yield found("sheet_on_hold", words, file=table.file, sheet=table.sheet, value=said)
        return
    for text, what, cell in titles:
        kinds = {word for word in bare(text).split() if called(word) is not None}
        if len(text) <= _LONGEST_TITLE and is_put_aside(text, kinds):
            words = {"what": what, "value": _short(text), "sheet": table.sheet}
            place: Address = {"sheet": table.sheet, "value": text}
            yield found("sheet_on_hold", words, file=table.file, **(place if cell is None else {**place, "cell": cell}))
            return


def _said_over(table: Table) -> Iterator[str]:
    """The lines of text boxes that say nothing but that the sheet is not to be sent; in a list of what colours mean they say no such thing."""
    lines = [line.strip() for line in table.text_boxes if len(line) <= _LONGEST_TITLE]
    if not any(is_word_of_standing(line) and not says_not_yet(line) for line in lines):
        yield from filter(is_order_to_wait, lines)


def _forbidding(values: pl.Series) -> list[str]:
    """The notes that say nothing but that a row is not to be sent."""
    return [text for text in values.filter(values.str.contains(_MAY_FORBID)).to_list() if forbids(text)]


def _held(table: Table, letter: str, held: Sequence[str], *, but: str | None = None) -> Iterator[Finding]:
    """The rows in which the column says one of these; not those that have something in the column `but`."""
    if not held:
        return
    header = table.headers[letter]
    rows = table.frame.filter(pl.col(letter).is_in(held))
    if but in rows.columns:
        rows = rows.filter(pl.col(but).is_null())
    for row, text in rows.select(ROW, letter).iter_rows():
        place = {"sheet": table.sheet, "column": header, "cell": f"{letter}{row}", "value": text}
        yield found("row_on_hold", {"header": _short(header), "value": _short(text)}, file=table.file, row=row, **place)


def _order_in(note: str) -> str | None:
    """The line of a note that says that what it stands on is not to be sent; Excel writes the name of its author above it."""
    return next((line for line in _lines_of_people(note) if len(line) <= _LONGEST_TITLE and is_order_to_wait(line)), None)


def _held_by_notes(table: Table) -> Iterator[Finding]:
    """The rows, or by a note on a header the whole sheet, of which a note says that they are not to be sent."""
    rows = frozenset(table.frame[ROW].to_list()) if table.cell_notes else frozenset[int]()
    told = set[int]()
    others: list[tuple[int, str]] = []
    for row, letter, text in table.cell_notes:
        cell = f"{letter}{row}"
        said = _order_in(text)
        if said is None and row in rows and _own_words(text):
            others.append((row, cell))
        if said is None or row in told or (row not in rows and row != table.header_row):
            continue
        told.add(row)
        place: Address = {"sheet": table.sheet, "row": row, "column": table.headers.get(letter, letter), "cell": cell, "value": said}
        if row == table.header_row:
            words = {"what": f"The note on cell {cell}", "value": _short(said), "sheet": table.sheet}
            yield found("sheet_on_hold", words, file=table.file, **place)
        else:
            yield found("row_on_hold", {"cell": cell, "value": _short(said)}, variant="note", file=table.file, **place)
    if others:
        notes = f"{counted(len(others), 'cell')} of the rows {noun(len(others), 'has a note', 'have notes')}"
        words = {"notes": notes, "cells": listed([cell for _, cell in others])}
        yield found("notes_on_cells", words, file=table.file, sheet=table.sheet, row=others[0][0], cell=others[0][1])


def _own_words(note: str) -> bool:
    """Whether a person wrote a part of a note: a report's names a code in each line, a correction's says why, and what was there before."""
    lines = list(_lines_of_people(note))
    corrected = next((number for number, line in enumerate(lines) if line.startswith(BEFORE.strip())), None)
    return bool(lines if corrected is None else lines[: max(corrected - 1, 0)])


def _lines_of_people(note: str) -> Iterator[str]:
    """The lines of a note above those that a report wrote, which begin with a code; without those of an export."""
    above = takewhile(lambda line: line.partition(":")[0] not in REGISTER, note.splitlines())
    return (line.strip() for line in above if line.strip() and not line.startswith(OURS))


def _words(table: Table, letter: str) -> pl.Series:
    """The different texts of a column, in the order in which they come."""
    return table.frame[letter].drop_nulls().unique(maintain_order=True) if letter in table.frame.columns else pl.Series(dtype=pl.String)


def _are_states(table: Table, letter: str | None) -> bool:
    """Whether most of its texts are states; somebody may have written over a few."""
    texts = _words(table, letter).to_list() if letter else []
    return sum(map(_is_state, texts)) * 2 >= len(texts)


def _is_state(text: str) -> bool:
    return text in _STATES or (_WORD_OF_THE_PLATFORM.fullmatch(text) is not None and not says_not_yet(text))


def _are_numbers(table: Table, letter: str | None) -> bool:
    return letter is None or bool(_words(table, letter).str.contains(_NUMBERS).all())


def _place(name: str) -> int:
    return STATUS_COLUMNS.index(name)


def _short(text: str) -> str:
    return shortened(" ".join(text.split()), 60)
