"""Dates that break the calendar, with the day to which `fix --dates` would move each: the same moves, proposed at their cells."""

from __future__ import annotations

import polars as pl

from bulkportal.check.calendar_solver import CALENDAR_CODES
from bulkportal.check.casting import TABLE
from bulkportal.check.checker import Frames, Typed
from bulkportal.check.date_moves import MovesWanted, Wishes, date_moves
from bulkportal.check.finding_list import Findings, numbered, proposing
from bulkportal.check.prepare import Terms
from bulkportal.sheets.table import ROW

_MOST_STEPS = 2_000_000
"""What a check takes upon itself for proposals (see `MovesWanted`), some ten seconds; `fix --dates` moves all dates, however many they are."""


def with_moves(findings: Findings, typed: Typed, terms: Terms, wishes: Wishes, frames: Frames | None = None) -> Findings:
    """The findings; those about dates that are to be moved propose the day. Only the accounts of which a date breaks the calendar are reckoned.

    `frames` are those of the check that found them, where they are at hand.
    """
    against = findings.frame.filter(pl.col("code").is_in(list(CALENDAR_CODES)))
    if against.is_empty():
        return findings
    at_fault = against.join(numbered(typed.sheets, unique=False), on=["file", "sheet"]).select(TABLE, pl.col("row").alias(ROW)).unique()
    moved = date_moves(typed, frames or Frames.of(typed, terms), terms.known, wishes, MovesWanted(rows=at_fault, steps=_MOST_STEPS))
    places = ((move.place.sheet.table, move) for move in moved.moves)
    mended = [(table.file, table.sheet, move.place.row, move.place.field, move.after.isoformat()) for table, move in places]
    return proposing(findings, mended, only=CALENDAR_CODES)
