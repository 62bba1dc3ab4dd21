"""Rows that a night retries by itself: they failed for a passing reason, and are retried until they succeed, are corrected, or are given up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from pathlib import Path

from bulkportal.apply.outcomes import SETTLED
from bulkportal.automate.inbox import DONE, FAILED, Item
from bulkportal.automate.moving import move
from bulkportal.automate.results import FileOutcome, FileResult
from bulkportal.counting import counted, ordinal
from bulkportal.errors import BulkportalError, ExitCode
from bulkportal.records.history import RunHistory
from bulkportal.records.retries import RowRetry, copy_of, drop_copies, drop_retries, every_retry, keep_copy, keep_retries, open_retries


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrying:
    """The retries of an inbox. `most` is the profile's `give_up_after`, in nights."""

    diary: RunHistory
    home: Path
    workspace: str
    inbox: str
    today: date
    most: int

    def known(self, item: Item) -> tuple[RowRetry, ...]:
        """The open retries of a launch. To be read before its import, which drops them, being a newer file for the same rows."""
        return tuple(one for one in open_retries(self.diary, self.inbox) if one.item == item.plain)

    def after(self, item: Item, launch: FileResult, before: Sequence[RowRetry]) -> FileResult:
        """Record the rows of an imported launch that are to be retried, and return it with a message; given up if it has waited for too long."""
        stays = launch.outcome is FileOutcome.WAITING and launch.exit_code is ExitCode.TEMPORARY
        if not launch.passing or not (stays or launch.exit_code is ExitCode.ROWS_FAILED):
            return launch
        since = {one.key: one.since for one in before}
        rows = [self._retry(item, launch, number, since) for number in range(len(launch.passing))]
        over = [one for one in rows if one.nights(self.today) > self.most]
        going = [one for one in rows if one not in over]
        try:
            # A launch that stays in the inbox is imported again as a whole; only one that is moved away needs a copy.
            if going and not stays:
                keep_copy(self.home, launch.run_id, item.path)
            keep_retries(self.diary, going)
        except BulkportalError as problem:
            return replace(launch, message=f"{launch.message} {problem.message} {problem.hint}".strip())
        if over and not going and stays:
            launch = replace(launch, outcome=FileOutcome.FAILED)
        return replace(launch, message=f"{launch.message} {_told(going, over, self.today)}".strip())

    def due(self, names: Iterable[str]) -> list[tuple[RowRetry, ...]]:
        """The rows to retry now, by launch; without the launches of these names, which this night has imported, and those in the inbox."""
        taken = set(names)
        waiting = [one for one in open_retries(self.diary, self.inbox) if one.item not in taken]
        found = [tuple(rows) for _, rows in groupby(waiting, key=lambda one: (one.item, one.run_id))]
        # Without a copy the launch still lies in the inbox, and its turn comes there.
        return [rows for rows in found if self.copy(rows).exists()]

    def copy(self, rows: Sequence[RowRetry]) -> Path:
        """The kept copy of these rows' launch."""
        return copy_of(self.home, rows[0].run_id, rows[0].name)

    def settle(self, rows: Sequence[RowRetry], launch: FileResult) -> FileResult:
        """Record the outcome of retried rows; returns the launch with a message."""
        state = {(one.sheet, one.key): one.state for one in launch.seen.rows} if launch.seen is not None else {}
        passing = {(one.sheet, one.key) for one in launch.passing}
        # The import ended before it checked any row: none of them has passed or failed.
        unseen = launch.seen is None or not launch.seen.rows
        left = [one for one in rows if unseen or (one.sheet, one.key) in passing]
        over = [one for one in left if one.nights(self.today) > self.most]
        done = sum(state.get((one.sheet, one.key)) in SETTLED for one in rows)
        drop_retries(self.diary, [one for one in rows if one not in left or one in over])
        going = [one for one in left if one not in over]
        words = f"{counted(len(rows), 'row')} tried again for the {ordinal(rows[0].nights(self.today))} night: {done} done."
        message = " ".join(filter(None, (words, launch.message, _told(going, over, self.today, again=True))))
        return replace(launch, name=rows[0].name, outcome=FileOutcome.RETRIED, message=message)

    def put_done(self, folder: Path, rows: Sequence[RowRetry], launch: FileResult) -> FileResult:
        """Move the file from failed/ to done/ once none of its rows fails any more. If that is impossible, it stays."""
        target = self.diary.archived(self.inbox, rows[0].item)
        settled = {row.key for row in launch.seen.rows if row.state in SETTLED} if launch.seen is not None else set()
        open_ones = [one for one in self.diary.problems(self.inbox) if one.open and one.item == rows[0].item]
        if launch.exit_code or target is None or target.parent.name != FAILED or not target.exists() or any(p.key not in settled for p in open_ones):
            return launch
        try:
            move(target, folder / DONE / target.name)
        except BulkportalError:
            return launch
        self.diary.decide(rows[0].run_id, ExitCode.OK, folder / DONE / target.name)
        self.diary.mark_moved(rows[0].run_id)
        return replace(launch, moved_to=folder / DONE / target.name)

    def give_up(self, rows: Sequence[RowRetry]) -> None:
        """Drop retries whose launch somebody has removed."""
        drop_retries(self.diary, rows)

    def tidy(self) -> None:
        """Delete the copies that no retry needs."""
        drop_copies(self.home, (one.run_id for one in every_retry(self.diary)))

    def _retry(self, item: Item, launch: FileResult, number: int, since: dict[str, date]) -> RowRetry:
        row, (tab, line) = launch.passing[number], launch.places[number]
        return RowRetry(
            inbox=self.inbox,
            item=item.plain,
            sheet=row.sheet,
            key=row.key,
            about=row.about,
            since=since.get(row.key, self.today),
            run_id=launch.run_id,
            name=item.path.name,
            tab=tab,
            row=line,
            message=row.problem,
            workspace=self.workspace,
        )


def _told(going: Sequence[RowRetry], over: Sequence[RowRetry], today: date, *, again: bool = False) -> str:
    words = []
    if going:
        nights = max(one.nights(today) for one in going)
        tried = "" if again or nights == 1 else f", this being the {ordinal(nights)} night"
        words.append(f"{counted(len(going), 'row')} failed for a reason that may pass, and will be tried again{tried}.")
    if over:
        words.append(f"Given up after {counted(max(one.nights(today) for one in over) - 1, 'night')}: {', '.join(one.key for one in over[:5])}.")
    return " ".join(words)
