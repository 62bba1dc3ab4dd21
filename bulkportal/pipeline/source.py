"""The input of a job: read, typed, and its local files looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bulkportal import media
from bulkportal.apply.outcomes import Event
from bulkportal.check.base import PREFIX
from bulkportal.check.checker import Typed, understand
from bulkportal.check.checker import check as check_rows
from bulkportal.check.dates import Calendar
from bulkportal.check.files import FileFacts, MediaProblem
from bulkportal.check.findings import Checked
from bulkportal.check.known import Known
from bulkportal.check.prepare import Terms
from bulkportal.columns.matcher import count_known, own_headers
from bulkportal.errors import UsageProblem
from bulkportal.pipeline.job import Job
from bulkportal.sheets.address import fetch
from bulkportal.sheets.reader import read, read_stream
from bulkportal.sheets.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The input, read and typed, with the facts of its local files."""

    job: Job
    names: tuple[str, ...]
    typed: Typed
    facts: FileFacts

    @classmethod
    def read(cls, job: Job) -> Source:
        """Read and type everything the job names, and look at its files. Raises UnreadableInput."""
        mapping = _mapping(job)
        tables = _tables(job, mapping)
        calendar = Calendar(order=job.date_order, zone=job.profile.time_zone)
        typed = understand(tables, bundle=job.bundle, calendar=calendar, mapping=mapping)
        files = typed.local_files()
        if files:
            job.tell(Event(text=f"looking at {len(files)} media files"))
        facts = {key: _look_at(key, typed, job) for key in files}
        names = tuple(dict.fromkeys(table.file for table in tables if not table.sheet.startswith(PREFIX)))
        return cls(job=job, names=names, typed=typed, facts=facts)

    def check(self, known: Known) -> Checked:
        """All findings, with what is known of the platform."""
        today = self.job.today or datetime.now(UTC).date()
        return check_rows(self.typed, self.facts, Terms(today=today, known=known, publish=self.job.publish))

    def usable_files(self) -> Mapping[tuple[int, str], media.Facts]:
        """The local files that are there."""
        return {key: facts for key, facts in self.facts.items() if isinstance(facts, media.Facts)}


def _mapping(job: Job) -> Mapping[str, str]:
    try:
        return own_headers(job.profile.columns)
    except ValueError as error:
        raise UsageProblem(
            f"[profiles.{job.profile.name}.columns] names columns that there are not: {error}.",
            hint="`bulkportal map` shows what each header means; the names are those of the template.",
        ) from error


def _tables(job: Job, mapping: Mapping[str, str]) -> list[Table]:
    recognise = partial(count_known, mapping=mapping)
    if job.stream is not None:
        return list(read_stream(job.stream, label="standard input", recognise=recognise))
    tables: list[Table] = []
    for path in job.inputs:
        tables += read(path, label=path.name or str(path), recognise=recognise)
    for address in job.addresses:
        job.tell(Event(text="fetching a sheet"))
        found = fetch(address)
        tables += read_stream(found.data, label=found.label, recognise=recognise)
    if not tables:
        raise UsageProblem("No file was given.", hint="Name a workbook, CSV files, a folder of CSV files, or - for standard input.")
    return _named_apart(tables)


def _named_apart(tables: Sequence[Table]) -> list[Table]:
    """Tables of equal file and sheet names get their folder in front: an address must mean one cell."""
    seen: dict[tuple[str, str], int] = {}
    for table in tables:
        seen[table.file, table.sheet] = seen.get((table.file, table.sheet), 0) + 1
    return [replace(table, file=str(table.path)) if seen[table.file, table.sheet] > 1 and table.path is not None else table for table in tables]


def _look_at(key: tuple[int, str], typed: Typed, job: Job) -> media.Facts | MediaProblem:
    number, text = key
    path = typed.sheets[number].table.path
    folder = path.parent if path is not None else Path.cwd()
    roots = [folder] if job.media_root is None else [folder, job.media_root]
    if media.scheme(text):
        return MediaProblem(
            code="media_address_unknown",
            message=f"{text.split(':')[0]}: addresses are not known here.",
            hint="Use an https:// link, or a file beside the sheet.",
        )
    try:
        place = media.locate(text, roots=roots)
        return media.probe(place)
    except media.OutsideRoot:
        return MediaProblem(
            code="media_outside_folder",
            message=f"The file {text} lies outside the folder of the sheet.",
            hint="Move it beside the sheet, or name its folder with --media-root.",
        )
    except FileNotFoundError:
        where = " or ".join(str(root.name or root) for root in roots)
        return MediaProblem(
            code="media_not_found",
            message=f"There is no file {text} in {where}.",
            hint="Correct the name (it is relative to the sheet), or name the folder with --media-root.",
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return MediaProblem(code="media_unreadable", message=f"The file {text} cannot be read: {reason}.", hint="Check its permissions.")
