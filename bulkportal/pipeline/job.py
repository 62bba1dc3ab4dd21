"""A job, which is what a user asks for, and its result."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from bulkportal.apply.circuit_breaker import CircuitBreaker
from bulkportal.apply.outcomes import Event
from bulkportal.check.findings import Finding, ValidationResult, errors_of
from bulkportal.errors import BulkportalError, UsageProblem
from bulkportal.google_sheets import LiveTab
from bulkportal.plan.approval import ApprovedPlan
from bulkportal.plan.operations import BATCH, Plan
from bulkportal.portal.remote import Credits, Json
from bulkportal.records.log import SILENT, Log
from bulkportal.remote_files import holds_secret
from bulkportal.report.as_json import to_json
from bulkportal.report.summary import Report
from bulkportal.settings import EMPTY

if TYPE_CHECKING:
    from bulkportal.apply.carrying import Carrier
    from bulkportal.settings import Profile


def _now() -> datetime:
    return datetime.now(UTC)


def quiet(_: Event) -> None:
    """Ignore an event."""


def _not_shown(_: Result) -> None:
    """Ignore a proposal."""


def _not_kept(_: CutShort) -> None:
    """Ignore the way to a cut-short result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaOptions:
    """How media is transferred: whether links are checked (`online`), and whether they are downloaded and uploaded instead of passed on.

    `max_rate` is in bytes per second, None for no limit.
    """

    online: bool = False
    rehost: bool = False
    max_rate: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a user asks for.

    `profile` holds the client's habits (columns, time zone); options of the command line have fields of their own.
    `inputs` are files or folders, `addresses` remote sheets; `stream` the bytes of standard input instead;
    `live` are the tabs of the Google Sheet that the files were made from, as they stood then, into which the results go. `bundle` names the
    bundle of rows that name none, `encoding` is that of text files. `home` caches facts about files, if no settings
    name a home. `clock` returns the time; `today` fixes the UTC day, for tests. `confirm` is asked
    before anything is sent that takes credits or cannot be undone; it returns whether to go on. Before that, `show` gets
    everything there is to know: every finding, every row that is left out, and the plan. `read` gets, once the files are read,
    a function that makes a result if the command is cut short. `signed`
    is the approved plan to apply; nothing else is sent. `approver` names in the records who confirms, `log` takes the events.
    `adopt` is asked, with a sentence about it, before anything is paid from a copied ledger. `held` are findings made elsewhere about these rows.
    `only` names the rows to read, by sheet and number, if not all: those that a night retries.
    `carrier` hands files to other machines. `quote` asks the
    platform itself for the price of a plan. `report` is where the report will go,
    for the ledger only.
    """

    command: str
    profile: Profile = EMPTY
    inputs: tuple[Path, ...] = ()
    addresses: tuple[str, ...] = ()
    live: tuple[LiveTab, ...] = ()
    stream: bytes | None = None
    bundle: str | None = None
    publish: bool = False
    publish_partial: bool = False
    all_or_nothing: bool = False
    quote: bool = False
    dry_run: bool = False
    signed: ApprovedPlan | None = None
    report: Path | None = None
    max_credits: Credits | None = None
    max_changes: float | None = None
    date_order: str | None = None
    encoding: str | None = None
    media_root: Path | None = None
    batch: int = BATCH
    home: Path | None = None
    bringing: MediaOptions = field(default_factory=MediaOptions)
    today: date | None = None
    clock: Callable[[], datetime] = _now
    tell: Callable[[Event], None] = quiet
    confirm: Callable[[Plan], bool] = lambda _: False
    adopt: Callable[[str], bool] = lambda _: False
    held: tuple[Finding, ...] = ()
    only: frozenset[tuple[str, int]] | None = None
    show: Callable[[Result], None] = _not_shown
    read: Callable[[CutShort], None] = _not_kept
    brake: CircuitBreaker = field(default_factory=CircuitBreaker)
    carrier: Carrier | None = None
    log: Log = SILENT
    approver: str = "caller"
    run_id: str = field(default_factory=lambda: f"run-{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}")

    def __post_init__(self) -> None:
        # Scripts pass strings as paths, and no type checker warns them.
        object.__setattr__(self, "inputs", tuple(map(Path, self.inputs)))
        for name in ("media_root", "report", "home"):
            if (path := getattr(self, name)) is not None:
                object.__setattr__(self, name, Path(path))

    def day(self) -> date:
        """The current UTC day."""
        return self.today or self.clock().astimezone(UTC).date()

    def remembered(self, base_url: str = "") -> dict[str, Json]:
        """What is needed to resume the job, as plain values without secrets. `base_url` is the platform that it was sent to."""
        return {
            "base_url": base_url if base_url and not holds_secret(base_url) else None,
            "profile": self.profile.name or None,
            # Resolved: the run may be resumed from another folder.
            "inputs": [*(str(path.resolve()) for path in self.inputs), *(text for text in self.addresses if not holds_secret(text))],
            "bundle": self.bundle,
            "publish": self.publish,
            "publish_partial": self.publish_partial,
            "all_or_nothing": self.all_or_nothing,
            "max_credits": self.max_credits,
            "max_changes": self.max_changes,
            "date_order": self.date_order,
            "read_hidden": self.profile.read_hidden,
            "encoding": self.encoding,
            "media_root": str(self.media_root.resolve()) if self.media_root else None,
            "batch": self.batch,
            **({"dry_run": True} if self.dry_run else {}),
            "rehost": self.bringing.rehost,
            "report": str(self.report.resolve()) if self.report else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The result of a command: the report, what it was made from, and the workspace.

    `not_kept` says which of the run's records could not be written, if any.
    """

    report: Report
    checked: ValidationResult
    plan: Plan | None = None
    workspace: str = ""
    not_kept: str = ""

    @property
    def findings(self) -> Sequence[Finding]:
        """Everything that was found, errors and warnings."""
        return self.report.findings

    @property
    def errors(self) -> Sequence[Finding]:
        """The findings that keep rows from being sent."""
        return errors_of(self.findings)

    @property
    def exit_code(self) -> int:
        """What the command would have ended with (docs/reference/exit-codes.md)."""
        return self.report.exit_code

    def to_json(self) -> dict[str, Json]:
        """The document that ``--json`` prints, without the path of a report."""
        return to_json(self.report, None)

    def write(self, path: str | Path, language: str = "en") -> Path:
        """Write the report: a workbook, an HTML page in one of its languages, or the JSON document, by the ending of the name.

        Returns where it went: a copy of a workbook keeps the workbook's own ending.

        Raises:
            UsageProblem: another ending, or a place that cannot be written.

        """
        path = Path(path)
        match path.suffix.casefold():
            case ".xlsx" | ".xlsm":
                from bulkportal.report.as_workbook import write_report  # openpyxl takes a while to load

                return write_report(self.report, self.checked, path).path
            case ".html" | ".htm":
                from bulkportal.html.words import Words
                from bulkportal.report.as_html import write_run

                write_run(self.report, self.checked, Words(language), path)
            case ".json":
                from bulkportal.sheets.writer import write_bytes

                write_bytes(path, json.dumps(self.to_json(), ensure_ascii=False, indent=2).encode() + b"\n")
            case _:
                raise UsageProblem(f"No report is written as {path.name}.", hint="Write a name that ends in .xlsx, .html or .json.")
        return path


class CutShort(Protocol):
    """Makes the result of a command that was cut short after its files were read."""

    def __call__(self, problem: BulkportalError, *, sent: bool) -> Result:
        """Every row accounted for; `sent` says that requests may have left already."""
