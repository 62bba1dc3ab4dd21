"""The results of launches and nights: the outcome of each file, and the one exit code of a night."""

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
    # The mildest but success: the next night retries it, and nobody has to do anything.
    ExitCode.TEMPORARY,
    ExitCode.OK,
)
"""A night's exit code is the first of these that any of its launches, or the night itself, ended with."""

STAY = (ExitCode.TEMPORARY, ExitCode.CREDITS, ExitCode.KEY, ExitCode.LOCKED, ExitCode.INTERRUPTED)
"""Endings after which a launch stays in the inbox: the next night retries it, and nothing is sent twice."""


class FileOutcome(StrEnum):
    """The outcome of one file of the inbox."""

    DONE = "done"
    FAILED = "failed"
    DUPLICATE = "duplicate"
    WAITING = "waiting"
    BEING_WRITTEN = "being written"
    FINISHED = "finished"
    RETRIED = "tried again"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileResult:
    """The result of one file. `outcome` FINISHED means that a killed night had imported it, and this one only moved it.

    `moved_to` and `report` are None where there is none. `credits` is what this night paid for it. `money` are the findings that may
    cost credits or post something wrong, whether or not they held anything back. `passing` are the rows that failed for
    reasons that may go away by themselves, and `places` where they stand; RETRIED is a launch of which only such rows were imported.
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
    """The result of one night. `trouble` says what prevented its work, if anything did. `reminders` are videos that soon finalize themselves."""

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
    """The night's limit of credits; None where there is none."""

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
    """The outcome of a launch with this exit code."""
    if code is ExitCode.OK:
        return FileOutcome.DONE
    return FileOutcome.WAITING if code in STAY else FileOutcome.FAILED
