"""The status as JSON and as CSV, for scripts.

JSON, schema ``bulkportal.status/1`` (frozen; fields may be added, none goes away):

    {"schema": "bulkportal.status/1", "command": "status", "exit_code": 0, "moment": "2027-03-01T12:00:00+00:00",
     "bundles": {"total": 2, "by_status": {"published": 2}, "by_type": {}, "by_platform": {}, "by_country": {}, "by_client": {}},
     "videos": {"total": 5, "empty": 1, "flagged": 1, "by_status": {"configured": 4, "pending": 1}},
     "todo": [{"kind": "download_issue", "bundle": "spring-01", "client": "spring", "position": 2, "what": "...",
               "detail": "...", "due": null}],
     "reviews": [{"bundle": "spring-01", "client": "spring", "position": 3, "in_review_since": "...", "finalizes_by": "...", "at_the_latest": true}],
     "calendar": [{"day": "2027-03-04", "videos": 2, "bundles": {"spring-01": 2}}],
     "credits": {"spent": 80, "untold": 0, "left": 920},
     "lines": [{"bundle": "spring-01", "client": "spring", "type": "...", "platform": "...", "country": "...", "status": "...",
                "account_status": "...", "videos": {"configured": 2}, "flagged": 1, "first_day": "...", "last_day": "...",
                "credits": 40, "next_step": "..."}],
     "requests": {"total": 7, "retried": 0, "throttled": 0}, "report": "status.xlsx"}

`kind` is one of download_issue, account_review, configure_account, configure_videos, publish, blocked, next_action, empty_slots, video_review.
`due` is a moment in UTC. `reviews` are the videos in review, those that finalize themselves soonest first; `at_the_latest` says that
the platform did not tell when the review began, so that the first run that saw it counts. `credits.untold` counts bundles whose cost the
platform does not report. Nothing in it is an id or a secret. The CSV holds the lines, one bundle each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bulkportal.portal.remote import Json
from bulkportal.sheets.writer import write_csv
from bulkportal.status_report.metrics import NOT_SHOWN, BundleLine, Metrics
from bulkportal.status_report.tasks import Task

SCHEMA = "bulkportal.status/1"

CSV_COLUMNS = (
    "bundle",
    "client",
    "type",
    "platform",
    "country",
    "status",
    "account_status",
    "video_slots",
    "filled",
    "empty",
    "flagged",
    "first_day",
    "last_day",
    "credits",
    "next_step",
)


def to_json(figures: Metrics, requests: Mapping[str, int], report: str | None) -> dict[str, Json]:
    """The whole status as one JSON document."""
    kinds = {"by_status": "status", "by_type": "bundle_type", "by_platform": "platform", "by_country": "country", "by_client": "client"}
    videos = figures.videos_by_status
    return {
        "schema": SCHEMA,
        "command": "status",
        "exit_code": 0,
        "moment": figures.moment.isoformat(timespec="seconds"),
        "bundles": {"total": len(figures.lines), **{name: dict(figures.bundles_by(field)) for name, field in kinds.items()}},
        "videos": {"total": figures.slots, "empty": videos.get("pending", 0), "flagged": figures.flagged, "by_status": dict(videos)},
        "todo": [_todo(todo) for todo in figures.todo],
        "reviews": [review.document() for review in figures.reviews],
        "calendar": [{"day": day.day.isoformat(), "videos": day.videos, "bundles": dict(day.bundles)} for day in figures.calendar],
        "credits": {"spent": figures.spent, "untold": figures.untold, "left": figures.left},
        "lines": [_line(line) for line in figures.lines],
        "requests": dict(requests),
        "report": report,
    }


def write_lines(figures: Metrics, path: Path) -> None:
    """Write one line for each bundle as CSV. Raises UsageProblem."""
    write_csv(path, _rows(figures))


def _rows(figures: Metrics) -> Iterator[Sequence[str]]:
    yield CSV_COLUMNS
    for line in figures.lines:
        # The JSON's own line first, so that a column of both has one value.
        shown = {
            **_line(line),
            "video_slots": line.slots,
            "filled": line.filled,
            "empty": line.slots - line.filled - line.videos.get(NOT_SHOWN, 0),
        }
        yield ["" if shown[name] is None else str(shown[name]) for name in CSV_COLUMNS]


def _line(line: BundleLine) -> dict[str, Json]:
    return {
        "bundle": line.bundle,
        "client": line.client,
        "type": line.bundle_type,
        "platform": line.platform,
        "country": line.country,
        "status": line.status,
        "account_status": line.account_status,
        "videos": dict(line.videos),
        "flagged": line.flagged,
        "first_day": line.days[0].isoformat() if line.days else None,
        "last_day": line.days[-1].isoformat() if line.days else None,
        "credits": line.credits,
        "next_step": line.next_step,
    }


def _todo(todo: Task) -> Json:
    return {
        "kind": todo.kind,
        "bundle": todo.bundle,
        "client": todo.client,
        "position": todo.position,
        "what": todo.what,
        "detail": todo.detail,
        "due": todo.due.isoformat(timespec="seconds") if todo.due else None,
    }
