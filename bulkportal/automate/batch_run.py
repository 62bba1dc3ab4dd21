"""One night: imports every launch of an inbox, one after the other; a failing launch does not affect the others.

For each launch: check that it is complete and was not done before, import it, write its report, move it away. Each step is
recorded in the diary before it is taken, so the next start finishes a night that was killed, and the ledger
keeps what was sent from being sent again.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from bulkportal import pipeline, remote_files
from bulkportal.apply.circuit_breaker import CircuitBreaker
from bulkportal.apply.outcomes import Stop
from bulkportal.automate import inbox as inboxes
from bulkportal.automate import maintenance
from bulkportal.automate.inbox import DONE, FAILED, LOCK, REPORTS, Inbox, Item, ScanContext
from bulkportal.automate.maintenance import Links
from bulkportal.automate.moving import archived_name, finish_move, move
from bulkportal.automate.results import STAY, BatchResult, FileOutcome, FileResult, outcome_of, worst
from bulkportal.automate.row_retries import Retrying
from bulkportal.automate.versions import held_rows, imported_since
from bulkportal.check.findings import Finding
from bulkportal.errors import AnotherRun, BulkportalError, ExitCode, Interrupted
from bulkportal.pipeline.job import Job, Result
from bulkportal.pipeline.portal_session import workspace
from bulkportal.portal.remote import Credits
from bulkportal.records.failing_rows import SeenRows, changes, rows_of
from bulkportal.records.history import FileMark, RunHistory, Taken
from bulkportal.report.as_workbook import write_report
from bulkportal.settings import Settings
from bulkportal.sheets.file_names import fitting
from bulkportal.sheets.writer import write_bytes
from bulkportal.status_report.review_clock import InReview

# Every other launch would end in the same way: all of them share the key and the workspace.
_ENDS_THE_NIGHT = (ExitCode.KEY, ExitCode.LOCKED, ExitCode.INTERRUPTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRequest:
    """What a night is asked to do.

    `job` makes the import of one launch; its limit is `max_credits` minus what the night has paid already.
    `still_seconds` is how long a file must have been unchanged. `fault` stores the details of a fault of ours and returns
    where. `today` is the day by which nights are counted. `maintenance` says that links and status are checked even
    if nothing was imported.
    """

    inbox: Inbox
    settings: Settings
    job: Callable[[Path], Job]
    fault: Callable[[Exception], str]
    today: date
    brake: CircuitBreaker
    max_credits: Credits | None = None
    still_seconds: float = 0
    maintenance: bool = True
    clock: Callable[[], float] = time.time


async def run(request: BatchRequest) -> BatchResult:
    """Import everything in the inbox. Raises AnotherRun while another run works on it, UsageProblem for a folder that cannot be used."""
    request.inbox.open()
    with _locked(request), RunHistory(request.settings.home) as diary:
        return await _BatchRun(request=request, folder=request.inbox.folder, diary=diary).run()


@contextmanager
def _locked(request: BatchRequest) -> Iterator[None]:
    """Lock the inbox until the process ends, however it ends: the system releases the lock.

    Where several machines share the books, an inbox at an address is locked for all of them.
    """
    inbox, settings = request.inbox, request.settings
    another = AnotherRun(f"Another run is working on {inbox.name}.", hint="Wait until it has ended; nothing was done here.")
    with ExitStack() as locks:
        if settings.ledger is not None and remote_files.is_remote(inbox.name):
            from bulkportal.postgres.locks import held

            locks.enter_context(held(settings.ledger, another, "night", settings.base_url, settings.profile.account or "", inbox.name))
        try:
            locks.enter_context(FileLock(inbox.folder / LOCK, timeout=0))
        except Timeout as busy:
            raise another from busy
        yield


@dataclass(slots=True, kw_only=True)
class _BatchRun:
    request: BatchRequest
    folder: Path
    diary: RunHistory
    workspace: str = ""
    launches: list[FileResult] = field(default_factory=list)
    links: Links = field(default_factory=Links)
    status: Path | None = None
    reminders: tuple[InReview, ...] = ()
    night_id: str = field(default_factory=lambda: f"night-{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}")

    async def run(self) -> BatchResult:
        started = _now()
        self.diary.start_night(self.night_id, str(self.folder))
        code, trouble = ExitCode.OK, ""
        try:
            self._finish_moves()
            # First what a killed night still had to deliver, and after the work what this one has.
            await self._deliver()
            await self._work()
            await self._deliver()
        except BulkportalError as problem:
            code, trouble = problem.exit_code, f"{problem.message} {problem.hint}".strip()
        return self._ended(started, code, trouble, gone=await self._gone())

    async def _work(self) -> None:
        found = await self.request.inbox.find(self._look())
        self.launches += [FileResult(name=name, outcome=FileOutcome.BEING_WRITTEN) for name in found.incomplete]
        self.launches += [_not_had(name, why) for name, why in found.failed]
        self.launches += [FileResult(name=name, outcome=FileOutcome.WAITING, message=why) for name, why in found.passed]
        if found.ready:
            self.workspace = await workspace(self.request.settings)
        # Before the first import: of two versions, the first would be paid for by the time that the second one is read.
        imported = {item.name: imported_since(self.diary, self.workspace, str(self.folder), item, _content(item)) for item in found.ready}
        held = held_rows(found.ready, {item.name: self.request.job(item.path) for item in found.ready}, imported)
        for item in found.ready:
            launch = await self._safely(item, held.get(item.name, ()))
            self.launches.append(launch)
            # A key that is refused is refused for every launch: the others would end in the same way, file after file.
            if launch.exit_code in _ENDS_THE_NIGHT:
                return
            self._reset_brake()
        await self._try_again(item.plain for item in found.ready)
        await self.request.brake.heed()
        if self.request.maintenance or found.ready:
            await self._maintain()

    async def _maintain(self) -> None:
        night, request = self.request.settings.profile.night, self.request
        known = {p.key for p in self.diary.problems(str(self.folder)) if p.open and p.item == maintenance.LINKS}
        if not self.workspace:
            self.workspace = await workspace(request.settings)
        context = maintenance.MaintenanceContext(
            folder=self.folder,
            settings=request.settings,
            workspace=self.workspace,
            night_id=self.night_id,
            job=request.job,
            tell=request.job(self.folder).tell,
            mend=night.fix_downloads,
            known=frozenset(known),
        )
        self.links = await maintenance.links(context)
        self.reminders = maintenance.reminded(self.links.reviews, self.diary, request.settings, datetime.fromtimestamp(request.clock(), UTC))
        if night.status:
            self.status = await maintenance.status(context)

    def _look(self) -> ScanContext:
        brake = self.request.brake
        return ScanContext(diary=self.diary, still_seconds=self.request.still_seconds, clock=self.request.clock, stopped=lambda: brake.is_interrupted)

    def _reset_brake(self) -> None:
        """Reset the circuit breaker: what stopped one launch need not stop the next, except an interrupt."""
        brake = self.request.brake
        if not brake.is_interrupted:
            brake.stop, brake.message, brake.capacity = Stop.NONE, "", False

    # -- one launch

    async def _safely(self, item: Item, held: tuple[Finding, ...]) -> FileResult:
        """Process one launch. A failure outside its import, such as with its report or its move, does not affect the others."""
        try:
            return await self._launch(item, held)
        except Interrupted:
            raise
        except BulkportalError as problem:
            return _not_had(item.name, problem)
        except Exception as fault:  # noqa: BLE001 - a fault of ours with one launch must not cost the others their night
            return _not_had(item.name, self._as_problem(fault))

    def _as_problem(self, fault: Exception) -> BulkportalError:
        return BulkportalError(f"This is a fault in bulkportal itself ({type(fault).__name__}). {self.request.fault(fault)}")

    async def _launch(self, item: Item, held: tuple[Finding, ...]) -> FileResult:
        await self.request.brake.heed()
        content = _content(item)
        if content is None:
            return FileResult(name=item.name, outcome=FileOutcome.BEING_WRITTEN)
        before = self.diary.done_before(self.workspace, content)
        if before is not None:
            return await self._duplicate(item, content, before)
        job = self.request.job(item.path)
        report = self.folder / REPORTS / fitting(Path(item.plain).stem, f".{job.run_id}.report.xlsx")
        job = replace(job, report=report, max_credits=self._left(), held=held)
        # On the disk before anything is sent: the next start must know what a killed night was working on.
        self.diary.take(self._taken(item, content, job.run_id))
        # Before the import, which drops the retries of all rows in its file (`retries.replaced_by`), and with them their first day.
        tried = self._retrying().known(item)
        launch = self._retrying().after(item, await self._import(item, job), tried)
        return await self._put_away(item, launch)

    def _retrying(self) -> Retrying:
        settings = self.request.settings
        most = settings.profile.give_up_after
        return Retrying(diary=self.diary, home=settings.home, workspace=self.workspace, inbox=str(self.folder), today=self.request.today, most=most)

    async def _try_again(self, names: Iterable[str]) -> None:
        """Import the rows that failed for a passing reason in nights before, and nothing else of their files."""
        retrying = self._retrying()
        for rows in retrying.due(names):
            await self.request.brake.heed()
            if rows[0].item in await self._gone():
                retrying.give_up(rows)
                continue
            copy = retrying.copy(rows)
            job = self.request.job(copy)
            report = self.folder / REPORTS / fitting(Path(rows[0].item).stem, f".{job.run_id}.report.xlsx")
            # The copy lies in the home, so media that is named relative to the launch is looked for in the inbox.
            only = frozenset((one.tab, one.row) for one in rows)
            job = replace(job, report=report, max_credits=self._left(), only=only, media_root=job.media_root or self.folder)
            launch = retrying.settle(rows, await self._import(Item(path=copy, mark=inboxes.mark_of(copy) or FileMark(size=0, newest=0)), job))
            self.launches.append(retrying.put_done(self.folder, rows, launch))
            if launch.exit_code in _ENDS_THE_NIGHT:
                return
            self._reset_brake()
        retrying.tidy()

    def _left(self) -> Credits | None:
        most = self.request.max_credits
        return None if most is None else max(most - sum(launch.credits for launch in self.launches), 0)

    def _taken(self, item: Item, content: str, run_id: str) -> Taken:
        return Taken(
            run_id=run_id,
            night_id=self.night_id,
            inbox=str(self.folder),
            workspace=self.workspace,
            name=item.name,
            plain=item.plain,
            digest=content,
        )

    async def _duplicate(self, item: Item, content: str, before: Taken) -> FileResult:
        run_id = self.request.job(item.path).run_id
        self.diary.take(self._taken(item, content, run_id))
        message = f"The same content was done as {before.name} on {before.taken_at[:10]} ({before.run_id}); nothing was sent."
        return await self._put_away(item, FileResult(name=item.name, outcome=FileOutcome.DUPLICATE, run_id=run_id, message=message))

    async def _import(self, item: Item, job: Job) -> FileResult:
        """Import it. Whatever goes wrong is reported for this launch, and the others go on."""
        try:
            result = await pipeline.import_(job, self.request.settings)
        except BulkportalError as problem:
            return self._unread(item, job, problem)
        except Exception as fault:  # noqa: BLE001 - a fault of ours with one launch must not cost the others their night
            return self._unread(item, job, self._as_problem(fault))
        report = result.report
        seen = SeenRows(run_id=job.run_id, item=item.plain, rows=rows_of(report, result.checked))
        code = ExitCode(report.exit_code)
        if code not in (ExitCode.OK, ExitCode.ROWS_FAILED):
            seen = replace(seen, trouble=report.message, state=code.name.lower())
        return FileResult(
            name=item.name,
            outcome=outcome_of(code),
            run_id=job.run_id,
            exit_code=code,
            message=report.message,
            totals=dict(report.totals),
            credits=report.charged,
            report=_reported(result, job.report),
            seen=seen,
            passing=tuple(row for row, line in zip(seen.rows, report.lines, strict=True) if line.address in report.passing),
            places=tuple((line.address.sheet, line.address.row) for line in report.lines if line.address in report.passing),
            money=tuple(finding for finding in report.findings if finding.money),
        )

    def _unread(self, item: Item, job: Job, problem: BulkportalError) -> FileResult:
        """The result of a launch of which no row was checked. Its report is the problem as a text file."""
        message = f"{problem.message} {problem.hint}".strip()
        code = problem.exit_code
        seen = SeenRows(run_id=job.run_id, item=item.plain, trouble=message, state=code.name.lower())
        where = None
        if code not in STAY:
            where = self.folder / REPORTS / fitting(Path(item.plain).stem, f".{job.run_id}.problem.txt")
            write_bytes(where, f"{item.name}\n\n{problem.message}\n{problem.hint}\n".encode())
        return FileResult(name=item.name, outcome=outcome_of(code), run_id=job.run_id, exit_code=code, message=message, report=where, seen=seen)

    async def _put_away(self, item: Item, launch: FileResult) -> FileResult:
        """Record where it goes, then move it there."""
        # The import has recorded the rows itself (`pipeline.recorder`); here only the trouble of the whole file is added.
        if launch.seen is not None and launch.seen.trouble:
            self.diary.remember(launch.seen, self.request.today)
        if launch.outcome is FileOutcome.WAITING:
            self.diary.decide(launch.run_id, launch.exit_code, None)
            return launch
        target = self.folder / (FAILED if launch.outcome is FileOutcome.FAILED else DONE) / archived_name(item.name, launch.run_id)
        self.diary.decide(launch.run_id, launch.exit_code, target)
        try:
            move(item.path, target)
            self.diary.mark_moved(launch.run_id)
            await self.request.inbox.deliver(self.diary)
        except BulkportalError as problem:
            return replace(launch, exit_code=worst(launch.exit_code, problem.exit_code), message=f"{launch.message} {problem.message} {problem.hint}")
        return replace(launch, moved_to=target)

    def _finish_moves(self) -> None:
        """Move what an earlier night had done but did not get to move. Raises UsageProblem."""
        for taken in self.diary.unmoved(str(self.folder)):
            source = self.folder / taken.name
            # By its content: a file of the same name that was put there since is another launch, and not yet done.
            if taken.target is not None and source.exists() and inboxes.digest(source) == taken.digest:
                finish_move(source, taken.target)
                self._finished(taken)
            self.diary.mark_moved(taken.run_id)

    async def _deliver(self) -> None:
        """Deliver to the inbox what is not there yet. Raises the errors of `errors`."""
        done = {launch.run_id for launch in self.launches}
        for taken in await self.request.inbox.deliver(self.diary):
            if taken.run_id not in done:
                self._finished(taken)

    def _finished(self, taken: Taken) -> None:
        message = "It was imported by an earlier run, which did not get as far as moving it."
        self.launches.append(FileResult(name=taken.name, outcome=FileOutcome.FINISHED, run_id=taken.run_id, message=message, moved_to=taken.target))

    # -- the end

    def _ended(self, started: str, code: ExitCode, trouble: str, gone: set[str]) -> BatchResult:
        seen = [one for one in (*(launch.seen for launch in self.launches), self.links.seen) if one is not None]
        inbox, profile = str(self.folder), self.request.settings.profile
        known = self.diary.problems(inbox)
        found = changes(known, [*seen, self._as_seen(code, trouble)], self.request.today, gone=gone)
        self.diary.keep(inbox, found.every)
        night = BatchResult(
            night_id=self.night_id,
            inbox=self.request.inbox,
            exit_code=worst(code, *(launch.exit_code for launch in self.launches)),
            launches=tuple(self.launches),
            changes=found,
            today=self.request.today,
            started_at=started,
            finished_at=_now(),
            trouble=trouble,
            links=self.links,
            status=self.status,
            reminders=self.reminders,
            cap=min((most for most in (self.request.max_credits, profile.max_credits_per_night) if most is not None), default=None),
        )
        self.diary.finish_night(self.night_id, night.exit_code)
        return night

    def _as_seen(self, code: ExitCode, trouble: str) -> SeenRows:
        """The night itself as a row that can fail, so that its trouble is reported as new once only."""
        return SeenRows(run_id=self.night_id, item="the night", trouble=trouble, state=code.name.lower() if trouble else "")

    async def _gone(self) -> set[str]:
        """Launches whose failed copy somebody has removed: their problems are given up."""
        inbox = str(self.folder)
        names = {problem.item for problem in self.diary.problems(inbox) if problem.open}
        places = {name: place for name in names if (place := self.diary.archived(inbox, name)) is not None}
        try:
            there = await self.request.inbox.there(places.values())
        except BulkportalError:  # the place cannot be checked now, so nothing is given up
            return set()
        return {name for name, place in places.items() if place not in there}


def _not_had(name: str, why: BulkportalError) -> FileResult:
    """The result of a launch that could not be processed; it stays where it is."""
    return FileResult(name=name, outcome=FileOutcome.WAITING, exit_code=why.exit_code, message=f"{why.message} {why.hint}".strip())


def _content(item: Item) -> str | None:
    """The hash of its content; None if it changed while it was read."""
    try:
        found = inboxes.digest(item.path)
    except OSError:
        return None
    # Hashing a large file takes a while, and a copying program may have written more meanwhile.
    return found if inboxes.mark_of(item.path) == item.mark else None


def _reported(result: Result, path: Path | None) -> Path | None:
    """Write the report. One that cannot be written must not hide what was done."""
    if path is None:
        return None
    try:
        return write_report(result.report, result.checked, path).path
    except BulkportalError:
        return None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
