"""The input of a job: read, typed, and its local files inspected."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from bulkportal import remote_files
from bulkportal.apply.outcomes import Event
from bulkportal.check.base import PREFIX
from bulkportal.check.checker import Frames, Typed, understand
from bulkportal.check.checker import check as check_rows
from bulkportal.check.date_moves import Wishes
from bulkportal.check.date_proposals import with_moves
from bulkportal.check.dates import Calendar
from bulkportal.check.finding_list import as_list
from bulkportal.check.findings import Sheet, ValidationResult
from bulkportal.check.identity import Names
from bulkportal.check.known import OFFLINE, Known
from bulkportal.check.mapping import Meaning, meanings
from bulkportal.check.media_files import FileFacts
from bulkportal.check.prepare import Terms
from bulkportal.check.said_words import UnknownWord, Values, unknown_words, with_said
from bulkportal.columns.matcher import NO_MAPPING, count_known, own_headers
from bulkportal.errors import UsageProblem
from bulkportal.media import Facts
from bulkportal.pipeline.job import Job
from bulkportal.pipeline.media_lookup import Key, look
from bulkportal.pipeline.media_matching import with_matches
from bulkportal.report.summary import Occasion
from bulkportal.sheets.file_names import shown
from bulkportal.sheets.reader import read, read_stream, refuse_longer_than_worksheet
from bulkportal.sheets.table import Table

if TYPE_CHECKING:  # what reads profiles takes a while to load
    from bulkportal.settings import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The input, read and typed, with the facts about its local files; those in `left` are inspected with the links."""

    job: Job
    names: tuple[str, ...]
    typed: Typed
    facts: FileFacts
    home: Path | None = None
    matched: str = ""
    left: Mapping[Key, Path] = field(default_factory=dict)

    @classmethod
    def read(cls, job: Job, home: Path | None = None) -> Source:
        """Read and type everything the job names, and inspect its files. `home` caches their facts. Raises UnreadableInput."""
        return cls.of(job, tables_of(job), home)

    @classmethod
    def of(cls, job: Job, tables: Sequence[Table], home: Path | None = None) -> Source:
        """The same from tables that have been read already."""
        if job.command != "check":  # the report is a worksheet too, and could not hold them; found out before anything is sent
            refuse_longer_than_worksheet(tables)
        typed = _typed(job, tables)
        typed, matched = with_matches(replace(typed, findings=typed.findings + job.held), job)
        looked = look(typed, job, home)
        names = tuple(dict.fromkeys(table.file for table in tables if not table.sheet.startswith(PREFIX)))
        return cls(job=job, names=names, typed=typed, facts=looked.facts, home=home, matched=matched, left=looked.left)

    async def with_links(self, *, fetch: bool) -> Source:
        """The same with facts about remote media: links are checked if asked for; `fetch` downloads what must be uploaded from here."""
        from bulkportal.pipeline.remote_media import look_elsewhere  # late: an offline check needs no client

        found = await look_elsewhere(self.typed, self.job, self.home, self.left, fetch=fetch)
        return replace(self, facts={**self.facts, **found}, left={})

    def check(self, known: Known, day: date | None = None) -> ValidationResult:
        """All findings, with what is known of the platform, as of `day` or today (UTC)."""
        profile, terms = self.job.profile, self.terms(known, day)
        frames = Frames.of(self.typed, terms)
        checked = check_rows(self.typed, self.facts, terms, frames)
        findings = with_moves(with_said(as_list(checked.findings), profile.values), self.typed, terms, wishes_of(profile), frames)
        return replace(checked, findings=findings)

    def terms(self, known: Known, day: date | None = None) -> Terms:
        """The terms by which rows are judged."""
        job = self.job
        return Terms(today=day or job.day(), known=known, publish=job.publish, meant_names=job.profile.meant_names)

    def addresses(self) -> dict[str, str]:
        """The addresses of files that were downloaded from stores, by their paths here."""
        return {str(facts.path): text for (_, text), facts in self.usable_files().items() if remote_files.is_remote(text)}

    def usable_files(self) -> Mapping[tuple[int, str], Facts]:
        """The local files that can be used."""
        return {key: facts for key, facts in self.facts.items() if isinstance(facts, Facts)}


def wishes_of(profile: Profile) -> Wishes:
    """The profile's wishes for the calendar, beyond the platform's rules."""
    return Wishes(no_posts_on=profile.no_posts_on, days_between_posts=profile.days_between_posts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """The rows of an input as understood offline, each with `_bundle`; its files were not inspected, and no rule was applied."""

    sheets: tuple[Sheet, ...]
    bundles: pl.DataFrame
    positions: pl.DataFrame


def understood(job: Job) -> Understood:
    """Read what the job names, and nothing else. Raises UnreadableInput."""
    typed = _typed(job, tables_of(job))
    names = Names(typed.bundles, OFFLINE, typed.base)
    return Understood(sheets=typed.sheets, bundles=names.keyed(typed.bundles), positions=names.keyed(typed.positions))


def _typed(job: Job, tables: Sequence[Table]) -> Typed:
    calendar = Calendar(order=job.date_order, zone=job.profile.time_zone)
    return understand(tables, bundle=job.bundle, calendar=calendar, mapping=_mapping(job), read_hidden=job.profile.read_hidden)


def tables_of(job: Job) -> list[Table]:
    """All tables that the job names. Raises UnreadableInput."""
    return _tables(job, _mapping(job))


def words(job: Job, said: Values) -> tuple[UnknownWord, ...]:
    """The words of the input that its columns do not know, with their meanings from the profile and from `said`. Raises UnreadableInput."""
    typed = _typed(job, tables_of(job))
    values = {column: {**job.profile.values.get(column, {}), **said.get(column, {})} for column in {*job.profile.values, *said}}
    return tuple(unknown_words(tuple(typed.findings), typed.sheets, values))


def headers(job: Job, said: Mapping[str, str], tables: Sequence[Table] | None = None) -> tuple[Meaning, ...]:
    """What each header of the input means, by the profile's own headers and those in `said`; `tables` if they are read already."""
    mapping = _mapping(job, said)
    return tuple(meanings(_tables(job, mapping) if tables is None else tables, mapping))


def _mapping(job: Job, said: Mapping[str, str] = NO_MAPPING) -> Mapping[str, str]:
    try:
        return own_headers({**job.profile.columns, **said})
    except ValueError as error:
        raise UsageProblem(
            f"{f'[profiles.{job.profile.name}.columns]' if not said else '--set'} names columns that do not exist: {error}.",
            hint="`bulkportal map` shows what each header means; the names are those of the template.",
        ) from error


def _tables(job: Job, mapping: Mapping[str, str]) -> list[Table]:
    recognise, encoding = partial(count_known, mapping=mapping), job.encoding or job.profile.encoding
    if job.stream is not None:
        return list(read_stream(job.stream, label="standard input", recognise=recognise, encoding=encoding))
    tables: list[Table] = []
    for path in job.inputs:
        tables += read(path, label=shown(path.name or path), recognise=recognise, encoding=encoding)
    if job.live:
        from bulkportal.pipeline.live_sheets import live

        tables = live(tables, job.live)
    for address in job.addresses:
        job.tell(Event(text="fetching a sheet"))
        from bulkportal.pipeline.live_sheets import fetched, live  # late: a sheet on this machine needs no client

        found = fetched(address, job)
        tables += live(list(read_stream(found.data, label=found.label, recognise=recognise, encoding=encoding)), found.tabs)
    if not tables:
        raise UsageProblem("No file was given.", hint="Name a workbook, CSV files, a folder of CSV files, or - for standard input.")
    return [_narrowed(table, job.only) for table in _named_apart(tables)] if job.only is not None else _named_apart(tables)


def _narrowed(table: Table, only: Collection[tuple[str, int]]) -> Table:
    """The sheet with these rows only; a base copy stays complete."""
    if table.sheet.startswith(PREFIX):
        return table
    # The table keeps its row numbers, so a finding about one of these rows still names its place in the user's file.
    return table.only({row for sheet, row in only if sheet == table.sheet})


def _named_apart(tables: Sequence[Table]) -> list[Table]:
    """Tables of equal file and sheet names get their folder in front: an address must mean one cell."""
    seen: dict[tuple[str, str], int] = {}
    for table in tables:
        seen[table.file, table.sheet] = seen.get((table.file, table.sheet), 0) + 1
    return [replace(table, file=str(table.path)) if seen[table.file, table.sheet] > 1 and table.path is not None else table for table in tables]


def occasion_of(source: Source, started: str) -> Occasion:
    """What the report says about its run."""
    job = source.job
    return Occasion(command=job.command, run_id=job.run_id, files=source.names, started_at=started, finished_at=now())


def now() -> str:
    """The current moment in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")
