"""The status as a calendar (RFC 5545): the days on which videos are to be published, and until when a review can be answered.

The ids of events stay the same from one export to the next, so that a calendar program updates them and adds none twice.
No event contains an id of the platform, an address or a caption.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bulkportal import redaction
from bulkportal.exporting.fetched import FetchedBundle, day_of
from bulkportal.sheets.writer import write_bytes
from bulkportal.status_report.metrics import Metrics
from bulkportal.version import __version__

if TYPE_CHECKING:
    from icalendar import Event


def write_calendar(fetched: Sequence[FetchedBundle], figures: Metrics, path: Path) -> None:
    """Write the calendar, whole or not at all. Raises UsageProblem."""
    write_bytes(path, calendar_of(fetched, figures))


def calendar_of(fetched: Sequence[FetchedBundle], figures: Metrics) -> bytes:
    """The calendar as a file holds it."""
    from icalendar import Calendar  # late: nothing else needs it

    calendar = Calendar()
    calendar.add("prodid", f"-//bulkportal//{__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Launch")
    for one in fetched:
        for slot in one.bundle.positions:
            try:
                day = date.fromisoformat(day_of(slot))
            except ValueError:
                continue
            title = f"Publish {one.name} position {slot.position}"
            calendar.add_component(_event(("publish", one.bundle.id, slot.position), title, day, figures.moment, note=f"Status: {slot.status}."))
    for review in figures.reviews:
        title = f"{review.bundle} position {review.position} is finalized automatically"
        latest = "" if review.is_told else " It was first seen in review then, and is finalized automatically by this moment at the latest."
        note = f"In review since {review.since:%Y-%m-%d %H:%M} UTC.{latest} Finalize it, or ask for corrections, before then."
        calendar.add_component(_event(("review", *review.place), title, review.finalizes_by, figures.moment, note=note))
    for todo in figures.todo:
        if todo.kind == "account_review" and todo.due is not None:
            title = f"The account of {todo.bundle} is finalized automatically"
            calendar.add_component(_event(("account", todo.bundle, 0), title, todo.due, figures.moment, note=todo.detail))
    return bytes(calendar.to_ical())


def _event(name: tuple[str, str, int], title: str, when: date, moment: datetime, *, note: str) -> Event:
    from icalendar import Event  # the same

    event = Event()
    # Hashed: the calendar is shared, and the ids of bundles are nobody's business.
    event.add("uid", f"{hashlib.sha256('|'.join(map(str, name)).encode()).hexdigest()[:32]}@bulkportal")
    event.add("dtstamp", moment.astimezone(UTC).replace(microsecond=0))
    if isinstance(when, datetime):
        event.add("dtstart", when.astimezone(UTC).replace(microsecond=0))
        event.add("duration", timedelta(0))
    else:
        event.add("dtstart", when)
        # The end of a whole day is the day after it (RFC 5545, 3.6.1).
        event.add("dtend", when + timedelta(days=1))
        # Else everybody who subscribes would be shown as busy all day.
        event.add("transp", "TRANSPARENT")
    # Masked like everything that leaves: a bundle's name is any text.
    event.add("summary", redaction.masked(title))
    event.add("description", redaction.masked(note))
    return event
