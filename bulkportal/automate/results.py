"""How launches and nights end: what became of each file, and the one exit code of the whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from bulkportal.automate.inbox import Inbox
from bulkportal.automate.maintenance import Links
from bulkportal.check.findings import Finding
from bulkportal.errors import ExitCode
from bulkportal.portal.remote import Credits
from bulkportal.records.failing_rows import Changes, RowSeen, SeenRows
from bulkportal.status_report.review_clock import InReview

WORST_FIRST = (
    ExitCode.FAULT,
    ExitCode.INTERRUPTED,
    ExitCode.KEY,
    ExitCode.LOCKED,
    ExitCode.USAGE,
    ExitCode.CREDITS,
    ExitCode.INVALID,
    ExitCode.ROWS_FAILED,
    # The least of them but for success: the next night tries again, and nobody has to do anything.
    ExitCode.TEMPORARY,
    ExitCode.OK,
)
"""A night's exit code is the first of these that any of its launches, or the night itself, ended with."""

STAY = (ExitCode.TEMPORARY, ExitCode.CREDITS, ExitCode.KEY, ExitCode.LOCKED, ExitCode.INTERRUPTED)
"""Endings after which a launch stays in the inbox: the next night tries it again, and nothing is sent twice."""


class FileOutcome(StrEnum):
    """What became of one file of the inbox."""

    DONE = "done"
    FAILED = "failed"
    DUPLICATE = "duplicate"
    WAITING = "waiting"
    BEING_WRITTEN = "being written"
    FINISHED = "finished"
    RETRIED = "tried again"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileResult:
    """What became of one file. `outcome` FINISHED is the rest of a night before that was killed: it was only moved.

    `moved_to` and `report` are None where there is none. `credits` is what this night paid for it. `money` are the findings on
    which credits or wrong posts hang, whether or not they kept anything from being sent. `passing` are the rows that failed for
    reasons that may be over by themselves, and `places` where they stand; RETRIED is a launch of which only such rows were tried.
    """

    name: str
    outcome: FileOutcome
    run_id: str = ""
    exit_code: ExitCode = ExitCode.OK
    message: str = ""
    totals: dict[str, int] = field(default_factory=dict)
    credits: Credits = 0
    moved_to: Path | None = None
    report: Path | None = None
    seen: SeenRows | None = None
    passing: tuple[RowSeen, ...] = ()
    places: tuple[tuple[str, int], ...] = ()
    money: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult:
    """One night, as it ended. `trouble` says what kept it from its work, if anything did. `reminders` are videos that soon finalize themselves."""

    night_id: str
    inbox: Inbox
    exit_code: ExitCode
    launches: tuple[FileResult, ...]
    changes: Changes
    today: date
    started_at: str
    finished_at: str
    trouble: str = ""
    links: Links = field(default_factory=Links)
    status: Path | None = None
    reminders: tuple[InReview, ...] = ()
    cap: Credits | None = None
    """What the night could take at most; None where nothing said so."""

    @property
    def decisions(self) -> Path | None:
        """The sheet of broken links that somebody has to decide about, if it is news."""
        return self.links.decisions

    @property
    def worked(self) -> bool:
        """Whether anything was imported, moved, or is different from the night before."""
        quiet = (FileOutcome.WAITING, FileOutcome.BEING_WRITTEN, FileOutcome.RETRIED)
        news = self.changes.new or self.changes.fixed or self.changes.given_up or self.links.mended or self.reminders
        return any(launch.outcome not in quiet for launch in self.launches) or bool(news)

    @property
    def credits(self) -> Credits:
        """What the night paid."""
        return sum(launch.credits for launch in self.launches) + self.links.credits


def worst(*codes: ExitCode) -> ExitCode:
    """The one that counts for the whole."""
    return min(codes, key=WORST_FIRST.index)


def outcome_of(code: ExitCode) -> FileOutcome:
    """What becomes of a launch that ended so."""
    if code is ExitCode.OK:
        return FileOutcome.DONE
    return FileOutcome.WAITING if code in STAY else FileOutcome.FAILED
