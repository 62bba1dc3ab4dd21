"""Dates that break the calendar, with the day to which `fix --dates` would move each: the same moves, proposed at their cells."""

from __future__ import annotations

import polars as pl

from bulkportal.check.calendar_solver import CALENDAR_CODES
from bulkportal.check.checker import Frames, Typed
from bulkportal.check.date_moves import Wishes, date_moves
from bulkportal.check.finding_list import Findings, proposing
from bulkportal.check.prepare import Terms


def with_moves(findings: Findings, typed: Typed, terms: Terms, wishes: Wishes) -> Findings:
    """The findings; those about dates that are to be moved propose the day. Where no date breaks the calendar, none is reckoned."""
    if findings.frame.filter(pl.col("code").is_in(list(CALENDAR_CODES))).is_empty():
        return findings
    moved = date_moves(typed, Frames.of(typed, terms), terms.known, wishes)
    places = ((move.place.sheet.table, move) for move in moved.moves)
    mended = [(table.file, table.sheet, move.place.row, move.place.field, move.after.isoformat()) for table, move in places]
    return proposing(findings, mended, only=CALENDAR_CODES)
