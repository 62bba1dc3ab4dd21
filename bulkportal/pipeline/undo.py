"""Drafts the undo of a run from the changes it recorded, and tries it against the current state of the platform. Only reads."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from bulkportal.apply.entries import RunRecord
from bulkportal.apply.homes import Where
from bulkportal.apply.ledger import Ledger, workspace_of
from bulkportal.apply.run_changes import changes_of_run, runs_with_changes
from bulkportal.check.findings import Severity
from bulkportal.check.known import OFFLINE
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.positions import POSITIONS
from bulkportal.errors import UsageProblem
from bulkportal.exporting.provenance import Provenance
from bulkportal.pipeline.job import Job, quiet
from bulkportal.pipeline.planning import Planned, planned, replanned
from bulkportal.pipeline.portal_session import account_of, open_portal
from bulkportal.pipeline.reading import Tell
from bulkportal.pipeline.source import Source
from bulkportal.portal.client import Portal
from bulkportal.portal.remote import Credits, Json
from bulkportal.settings import Settings
from bulkportal.undoing.not_undone import NotUndone, not_undone
from bulkportal.undoing.stamp import stamp_of
from bulkportal.undoing.undo_draft import UndoDraft, UndoRow, drafted
from bulkportal.version import __version__

SCHEMA = "bulkportal.undo/1"
LAST = "last"
"""The name for the newest run that changed something."""

_MOST_PASSES = 12
"""Passes over the draft. Each removes the cells that would be refused, and each row has a limited number of columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """The workbook that undoes a run, before it is written, and the list of what cannot be undone.

    `looked` says whether the draft was compared with the current state of the platform; else the import of the workbook does that.
    """

    run_id: str
    draft: UndoDraft
    not_undone: tuple[NotUndone, ...]
    stamp: Provenance
    looked: bool

    @property
    def rows(self) -> int:
        """How many rows undo something."""
        return len(self.draft.rows)

    @property
    def changed_nothing(self) -> bool:
        """Whether the run changed nothing, so that there is nothing to undo and nothing to report."""
        return not self.draft.rows and not self.not_undone

    @property
    def credits(self) -> Credits:
        """The credits that the run took, which are not refunded."""
        return sum(line.credits for line in self.not_undone)

    def write(self, path: str | Path) -> None:
        """Write the workbook. Raises UsageProblem."""
        from bulkportal.undoing.as_workbook import write_undo  # openpyxl takes a while to load

        write_undo(self.draft.sheets(), self.not_undone, self.stamp, Path(path))

    def document(self) -> dict[str, Json]:
        """The document that ``--json`` prints, without the path of the workbook."""
        return {
            "schema": SCHEMA,
            "command": "undo",
            "exit_code": 0,
            "run_id": self.run_id,
            "rows": self.rows,
            "not_undone": [line.document() for line in self.not_undone],
            "credits": self.credits,
            "looked": self.looked,
        }


async def undo(run: str, settings: Settings, tell: Tell = quiet) -> Undo:
    """The undo of a run, by its name or the beginning of it.

    With a key, the draft is compared with the platform, which is only read. Raises UsageProblem for an unknown run
    or one of another account, and the errors of `errors`.
    """
    record, draft, workspace = _drafted(run, settings)
    stamp = Provenance(
        host=urlsplit(settings.base_url).hostname or "",
        taken_at=datetime.now(UTC).isoformat(timespec="seconds"),
        run_id=stamp_of(record.run_id),
        version=__version__,
    )
    made = Undo(run_id=record.run_id, draft=draft, not_undone=draft.not_undone, stamp=stamp, looked=False)
    if not settings.key or not draft.rows:
        return made
    async with open_portal(settings) as portal:
        if workspace_of(settings.base_url, await account_of(portal, settings.profile)) != workspace:
            hint = "Use the key and the profile that the run was made with."
            raise UsageProblem(f"{record.run_id} was a run of another account, or on another platform.", hint=hint)
        return await _tried(made, settings, portal, workspace, tell)


def undone_by(run: RunRecord, runs: Sequence[RunRecord], books: Where) -> RunRecord | None:
    """The import that undid a run, unless that was undone itself; None if the run's changes still stand."""
    undoing = [one for one in runs if one.job.get("undoes") == run.run_id]
    return next((one for one in _changing(undoing, books) if undone_by(one, runs, books) is None), None)


def _chosen_run(runs: Sequence[RunRecord], run_id: str, books: Where) -> RunRecord:
    """The run whose name begins so, or the ``last`` one: the newest that changed something, or the newest if none has. Raises UsageProblem."""
    if run_id == LAST and runs:
        return next(_changing(runs, books), runs[0])
    matching = [run for run in runs if run.run_id.startswith(run_id)]
    if run_id and len(matching) == 1:
        return matching[0]
    many = "Several runs begin like this" if run_id and matching else "There is no such run"
    raise UsageProblem(f"{many}: {run_id}.", hint="`bulkportal runs list` shows the names.")


def _changing(runs: Sequence[RunRecord], books: Where) -> Iterator[RunRecord]:
    """Those of the runs that changed anything, including killed runs, and runs of an older bulkportal that recorded no values."""
    with Ledger(books, "", "") as ledger:
        touching = runs_with_changes(ledger) if runs else frozenset()
        workspaces = {run.run_id: ledger.workspace_of_run(run.run_id) for run in runs if run.run_id in touching}
    for run in runs:
        if run.run_id in touching:
            with Ledger(books, workspaces[run.run_id], "") as ledger:
                is_one = bool(changes_of_run(ledger, run.run_id)) or _has_done(ledger, run.run_id)
            if is_one:
                yield run


def _has_done(ledger: Ledger, run_id: str) -> bool:
    return any(state == "done" for _, state, _, _ in ledger.operations_of(run_id))


def _drafted(run: str, settings: Settings) -> tuple[RunRecord, UndoDraft, str]:
    with Ledger(settings.books, "", "") as ledger:
        runs = ledger.runs()
    record = _chosen_run(runs, run, settings.books)
    with Ledger(settings.books, "", "") as ledger:
        workspace = ledger.workspace_of_run(record.run_id)
    with Ledger(settings.books, workspace, "") as ledger:
        changes = changes_of_run(ledger, record.run_id)
        if not changes and _has_done(ledger, record.run_id):
            hint = "`bulkportal runs show` lists what was sent; the values from before are in the sheets and exports of that time."
            raise UsageProblem(f"What stood there before {record.run_id} was not kept: an older bulkportal ran it.", hint=hint)
    return record, drafted(changes), workspace


# -- against the platform


async def _tried(made: Undo, settings: Settings, portal: Portal, workspace: str, tell: Tell) -> Undo:
    """The undo without what an import would refuse now; conflicts, which need a person, are listed as well, and stay in."""
    refused: list[NotUndone] = []
    now: Planned | None = None
    conflicts: dict[tuple[str, int], NotUndone] = {}
    with tempfile.TemporaryDirectory(prefix="bulkportal-undo-") as folder, Ledger(settings.books, workspace, made.stamp.run_id) as ledger:
        path = Path(folder) / "undo.xlsx"
        # Again after each correction: the error of one cell may have hidden that of another.
        for _ in range(_MOST_PASSES):
            if not made.draft.rows:
                break
            made.write(path)
            # Without the client's own headers: this workbook has ours, and a mapping could send one to another column.
            job = Job(command="undo", profile=settings.profile.model_copy(update={"columns": {}}), inputs=(path,), tell=tell)
            source = Source.read(job, settings.home)
            now = await planned(source, source.check(OFFLINE), portal, ledger) if now is None else replanned(now, source)
            problems = list(_problems(now, made.draft))
            conflicts = {(one.row.bundle_id, one.row.position or 0): _conflicting(one) for one in problems if one.is_conflict}
            wrong = [one for one in problems if not one.is_conflict]
            if not wrong:
                break
            refused += [_take_out(one) for one in wrong]
            made = replace(made, draft=_without_silent(made.draft))
    lines = (*made.not_undone, *dict.fromkeys(refused), *conflicts.values())
    return replace(made, not_undone=lines, looked=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Objection:
    """Why an import would not send a row of the draft; `column` is at fault, where it is one alone."""

    row: UndoRow
    why: str
    column: str = ""
    is_conflict: bool = False


def _problems(now: Planned, draft: UndoDraft) -> Iterator[_Objection]:
    """The objections of an import to rows of the draft."""
    # The draft is written with one row of headers, so its first row is row 2.
    rows = {(BUNDLES.sheet, number): row for number, row in enumerate(draft.bundles, start=2)}
    rows |= {(POSITIONS.sheet, number): row for number, row in enumerate(draft.videos, start=2)}
    told: set[tuple[str, int]] = set()
    for finding in (*now.checked.errors, *now.plan.findings):
        place = (finding.sheet or "", finding.row or 0)
        if place in rows and finding.severity is Severity.ERROR:
            told.add(place)
            yield _Objection(row=rows[place], why=finding.message, column=finding.column or "", is_conflict=finding.code == "conflict")
    for hold in now.plan.held:
        place = (hold.row.sheet or "", hold.row.row)
        if place in rows and place not in told:
            yield _Objection(row=rows[place], why=f"{hold.reason[:1].upper()}{hold.reason[1:]}.")


def _take_out(objection: _Objection) -> NotUndone:
    """Remove the cell at fault from a row of the draft, or all of its cells if no single one is at fault."""
    row, column = objection.row, objection.column
    columns: tuple[str, ...] = (column,)
    if column in row.cells:
        before = row.cells.pop(column)
        row.base.pop(column, None)
    else:
        columns, before = tuple(row.cells), "; ".join(f"{name}: {text}" for name, text in row.cells.items())
        row.cells.clear()
        row.action = ""
    return not_undone(row.changes[-1], objection.why, columns, before)


def _conflicting(objection: _Objection) -> NotUndone:
    row, words = objection.row, f"{objection.why} The row stays as it is until that is settled; its import says so."
    return not_undone(row.changes[-1], words, tuple(row.cells), "; ".join(f"{name}: {text}" for name, text in row.cells.items()))


def _without_silent(draft: UndoDraft) -> UndoDraft:
    return replace(
        draft,
        bundles=tuple(row for row in draft.bundles if row.says_something),
        videos=tuple(row for row in draft.videos if row.says_something),
    )
