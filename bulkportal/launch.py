"""What `import bulkportal` gives: sheets opened by their names, and every command as a call that waits for its answer.

    launch = bulkportal.open("launch.xlsx")
    for finding in launch.check().findings:
        print(finding)
    result = launch.import_(confirm=lambda plan: plan.most is not None and plan.most <= 200)
    result.write("launch.report.xlsx")

The calls also work inside a running event loop, as in a notebook, and stop it meanwhile; the functions of `bulkportal.pipeline`
can be awaited there with the same jobs (`Launch.job`).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypedDict, TypeVar, Unpack

from bulkportal import pipeline, remote_files
from bulkportal.apply.outcomes import Event
from bulkportal.exporting.filters import Filters
from bulkportal.pipeline import reading
from bulkportal.pipeline.job import Job, MediaOptions, Result, quiet
from bulkportal.pipeline.reading import Accounts, Export, Status
from bulkportal.pipeline.undo import Undo
from bulkportal.pipeline.undo import undo as undo_run
from bulkportal.plan.operations import Plan
from bulkportal.portal.remote import Credits
from bulkportal.settings import Settings, home_of, profile_of, resolve

T = TypeVar("T")


class LaunchOptions(TypedDict, total=False):
    """What may be said of a launch; the fields of `Job` of the same names."""

    bundle: str | None
    publish: bool
    publish_partial: bool
    all_or_nothing: bool
    max_credits: Credits | None
    max_changes: float | None
    date_order: str | None
    encoding: str | None
    media_root: Path | None
    bringing: MediaOptions
    today: date | None
    tell: Callable[[Event], None]


class BundleFilters(TypedDict, total=False):
    """Which bundles are wanted; the fields of `Filters`."""

    status: str | None
    bundle_type: str | None
    platform: str | None
    account_status: str | None
    external_ref: str | None
    country: str | None
    since: date | None
    until: date | None
    text: str | None
    client: str | None


@dataclass(frozen=True, slots=True)
class Launch:
    """The sheets of a launch, and all that can be done with them. Nothing is read before it is asked for.

    `wanted` is the job without its command. `settings` are those of the environment and of the profile where none are given.
    """

    wanted: Job
    settings: Settings | None = None

    def job(self, command: str) -> Job:
        """A new job of a command (``check``, ``plan``, ``import``), for the functions of `bulkportal.pipeline`; each is for one run."""
        new = Job(command=command)
        return replace(self.wanted, command=command, run_id=new.run_id, brake=new.brake)

    def check(self, *, online: bool = False) -> Result:
        """Every finding; with `online`, links and cloud addresses are looked at too.

        Raises:
            UnreadableInput: a file that cannot be read as a sheet.

        """
        job = self.job("check")
        return _waited(pipeline.check_online(job)) if online else pipeline.check(job)

    def plan(self, *, quote: bool = False) -> Result:
        """What an import would do; `quote` asks the platform for the price of each step. Only reads.

        Raises:
            BulkportalError: what keeps the plan from being made; see `bulkportal.errors`.

        """
        return _waited(pipeline.plan(replace(self.job("plan"), quote=quote), self._settings()))

    def import_(self, confirm: Callable[[Plan], bool] | None = None, *, dry_run: bool = False) -> Result:
        """Check, plan, ask `confirm`, apply. Without `confirm` nothing is sent that takes credits or cannot be undone.

        The run is kept in the home as the command keeps it: ledger, audit log, history.

        Raises:
            BulkportalError: what ends the run early; see `bulkportal.errors`.

        """
        job = replace(self.job("import"), dry_run=dry_run)
        return _waited(pipeline.import_(job if confirm is None else replace(job, confirm=confirm), self._settings()))

    def _settings(self) -> Settings:
        return self.settings or resolve(profile=self.wanted.profile)


def open_launch(*inputs: str | Path, profile: str | None = None, settings: Settings | None = None, **options: Unpack[LaunchOptions]) -> Launch:
    """A launch from workbooks, CSV files, folders, or addresses of sheets elsewhere; exported as `bulkportal.open`.

    `profile` is the name of one in `bulkportal.toml`; without it the one of the environment counts. `settings` take the place of both.

    Raises:
        UsageProblem: the configuration file, or the profile, cannot be used.

    """
    habits = settings.profile if settings else profile_of(os.environ, profile)
    paths, addresses = remote_files.split_names(inputs)
    home = settings.home if settings else home_of(os.environ, habits)
    return Launch(Job(command="check", profile=habits, inputs=paths, addresses=addresses, home=home, **options), settings)


def export(
    *, issues: bool = False, settings: Settings | None = None, tell: Callable[[Event], None] = quiet, **wanted: Unpack[BundleFilters]
) -> Export:
    """What the platform has, as rows that can be edited and imported; with `issues`, the videos with flagged downloads alone.

    Raises:
        BulkportalError: what keeps it from being read; see `bulkportal.errors`.

    """
    return _waited(reading.export(Filters(**wanted), settings or resolve(), tell, issues=issues))


def export_accounts(*, settings: Settings | None = None, tell: Callable[[Event], None] = quiet) -> Accounts:
    """The saved accounts. Raises as `export` does."""
    return _waited(reading.accounts(settings or resolve(), tell))


def status(*, settings: Settings | None = None, tell: Callable[[Event], None] = quiet, **wanted: Unpack[BundleFilters]) -> Status:
    """What stands where on the platform, and what needs doing. Raises as `export` does."""
    return _waited(reading.status(Filters(**wanted), settings or resolve(), tell))


def undo(run: str, *, settings: Settings | None = None, tell: Callable[[Event], None] = quiet) -> Undo:
    """What puts a run back, by its name or the beginning of it, and what of it cannot be put back. Only reads.

    Raises:
        BulkportalError: the run is not remembered, or what keeps the platform from being read; see `bulkportal.errors`.

    """
    return _waited(undo_run(run, settings or resolve(), tell))


def _waited(work: Coroutine[object, object, T]) -> T:
    """The answer of the work, also where an event loop is running already, as in a notebook."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(max_workers=1) as thread:
        # A loop cannot be run inside a running one; in a thread it can, and its caller waits as asked.
        return thread.submit(asyncio.run, work).result()
