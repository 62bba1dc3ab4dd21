"""What a night does besides importing: repairs or lists broken video links, and refreshes the status report."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from bulkportal import pipeline
from bulkportal.apply.ledger import Ledger
from bulkportal.apply.outcomes import SETTLED, Event, RowState
from bulkportal.automate.inbox import REPORTS
from bulkportal.exporting.as_workbook import write_issues
from bulkportal.exporting.export_rows import ExportRow
from bulkportal.exporting.filters import Filters
from bulkportal.html.words import Words
from bulkportal.media import OutsideRoot, locate
from bulkportal.media.cache import Seen as SeenFiles
from bulkportal.pipeline import reading
from bulkportal.pipeline.job import Job
from bulkportal.portal.remote import Credits
from bulkportal.records.failing_rows import RowSeen, SeenRows
from bulkportal.records.history import RunHistory
from bulkportal.settings import Settings
from bulkportal.sheets.writer import write_csv
from bulkportal.status_report.as_html import write_status
from bulkportal.status_report.as_workbook import write_status_workbook
from bulkportal.status_report.review_clock import InReview

LINKS = "broken links"
"""The name under which the diary keeps flagged links, as if they were a launch."""

_FILES = frozenset({".mp4", ".mov", ".m4v", ".webm", ".avi", ".mkv", ".jpg", ".jpeg", ".png", ".webp", ".gif"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """The flagged links of a night: how many there were, how many were repaired (`mended`), and the sheet of those that need a decision.

    `reviews` are the videos in review, which the same export shows.
    """

    flagged: int = 0
    mended: int = 0
    credits: Credits = 0
    seen: SeenRows | None = None
    decisions: Path | None = None
    reviews: tuple[InReview, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceContext:
    """What maintenance needs. `mend` says whether links may be repaired; `known` names the links that were open before."""

    folder: Path
    settings: Settings
    workspace: str
    night_id: str
    job: Callable[[Path], Job]
    tell: Callable[[Event], None]
    mend: bool
    known: frozenset[str]


async def status(context: MaintenanceContext) -> Path:
    """Refresh the status report, as a workbook and as a page beside it. Raises the errors of `errors`."""
    counted = await reading.status(Filters(), context.settings, context.tell)
    path = context.folder / REPORTS / "status.xlsx"
    figures = counted.figures
    profile = context.settings.profile
    write_status_workbook(figures, path)
    write_status(figures, Words(profile.language, profile.time_zone), path.with_suffix(".html"))
    return path


async def links(context: MaintenanceContext) -> Links:
    """Check the flagged links, repair those whose file is found, and list the others. Raises the errors of `errors`.

    A link is repaired with the very file that was set there, recognised by its hash. Media that was set as a link, or by another
    tool, or is no longer on this machine, needs a person's decision.
    """
    exported = await reading.export(Filters(), context.settings, context.tell, issues=True)
    flagged = {_name(row): row for row in exported.sheets.videos}
    mended: frozenset[str] = frozenset()
    credits_: Credits = 0
    if flagged and context.mend:
        mended, credits_ = await _repair(context, flagged)
    left = {name: row for name, row in flagged.items() if name not in mended}
    rows = tuple(
        RowSeen(sheet="Videos", key=name, place=name, state=RowState.REFUSED, problem=row.status.get("problem", "")) for name, row in left.items()
    )
    decisions = None
    # Only if it differs from the list of the night before, which somebody may be working through.
    if left and frozenset(left) != context.known:
        decisions = context.folder / REPORTS / f"download-issues.{context.night_id}.xlsx"
        write_issues(replace(exported.sheets, videos=tuple(left.values())), exported.stamp, decisions)
    seen = SeenRows(run_id=context.night_id, item=LINKS, rows=rows, whole=True)
    return Links(flagged=len(flagged), mended=len(mended), credits=credits_, seen=seen, decisions=decisions, reviews=exported.reviews)


def reminded(reviews: Iterable[InReview], diary: RunHistory, settings: Settings, now: datetime) -> tuple[InReview, ...]:
    """The videos in review that finalize themselves within the profile's `remind_before`, and of which no night has reminded yet."""
    soon = timedelta(hours=settings.profile.remind_before)
    due = {review.place: review for review in reviews if review.finalizes_by - now < soon}
    told = diary.remind(settings.base_url, due) if due else frozenset()
    return tuple(review for place, review in due.items() if place in told)


async def _repair(context: MaintenanceContext, flagged: Mapping[str, ExportRow]) -> tuple[frozenset[str], Credits]:
    """Import a sheet of fix-download actions for each folder in which media was found. Returns the names of the repaired videos."""
    mended: set[str] = set()
    paid: Credits = 0
    # One import for each folder, since a job has one media folder.
    for root, rows in _found(context, flagged).items():
        with tempfile.TemporaryDirectory(prefix="bulkportal-") as place:
            sheet = Path(place) / "videos.csv"
            write_csv(sheet, _sheet(rows))
            job = replace(context.job(sheet), media_root=root)
            result = await pipeline.import_(job, context.settings)
        # The rows of the sheet are those of the report, in order.
        done = [line.state in SETTLED for line in result.report.lines]
        mended |= {name for (name, _, _), is_done in zip(rows, done, strict=True) if is_done}
        paid += result.report.charged
    return frozenset(mended), paid


def _sheet(rows: Sequence[tuple[str, ExportRow, str]]) -> Iterator[tuple[str, ...]]:
    yield ("bundle_id", "position", "action", "video", "carousel_images")
    for _, row, files in rows:
        carousel = row.base.get("video_type") == "carousel"
        media = ("", files) if carousel else (files, "")
        yield (_bundle_id(row), row.cells["position"], "fix-download", *media)


def _found(context: MaintenanceContext, flagged: Mapping[str, ExportRow]) -> dict[Path, list[tuple[str, ExportRow, str]]]:
    """The flagged rows whose files are all here, by the folder they are in, each with its files as a cell would name them."""
    with Ledger(context.settings.books, context.workspace, context.night_id) as ledger:
        places = ledger.memory().places
    wanted: dict[str, tuple[str, ...]] = {}
    for name, row in flagged.items():
        remembered = places.get((_bundle_id(row), int(row.cells["position"])))
        marks = remembered.media.split() if remembered else []
        # A link that was set may hold another file by now; only a hash shows that this is the very one.
        if marks and all(mark.startswith("sha256:") for mark in marks):
            wanted[name] = tuple(mark.removeprefix("sha256:") for mark in marks)
    found: dict[Path, list[tuple[str, ExportRow, str]]] = {}
    missing = {mark for marks in wanted.values() for mark in marks}
    for root in dict.fromkeys((context.folder, *filter(None, (context.settings.profile.media_root, context.job(context.folder).media_root)))):
        files = _by_hash(root, missing, context.settings.home)
        for name, hashes in list(wanted.items()):
            if all(one in files for one in hashes):
                found.setdefault(root, []).append((name, flagged[name], ";".join(str(files[one]) for one in hashes)))
                del wanted[name]
    return found


def _by_hash(root: Path, wanted: Iterable[str], home: Path) -> dict[str, Path]:
    """The files below a folder that have one of these hashes; files hashed before are not read again."""
    hashes = set(wanted)
    found: dict[str, Path] = {}
    if not hashes:
        return found
    with SeenFiles(home) as seen:
        # Sorted, so that of two equal files the same one is taken each night.
        for path in sorted(root.rglob("*")):
            if path.suffix.casefold() in _FILES and _is_inside(path, root) and hashes - set(found):
                facts = seen.facts(path)
                if facts.sha256 in hashes:
                    found.setdefault(facts.sha256, path.resolve())
    return found


def _is_inside(path: Path, root: Path) -> bool:
    try:
        return path.is_file() and locate(str(path), roots=[root]).is_file()
    except OutsideRoot:
        return False


def _name(row: ExportRow) -> str:
    return f"{row.cells.get('bundle') or _bundle_id(row)} position {row.cells['position']}"


def _bundle_id(row: ExportRow) -> str:
    return row.cells.get("bundle_id") or row.base.get("bundle_id", "")
