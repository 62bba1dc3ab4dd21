"""Pages to look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from bulkportal.exporting.fetched import FetchedBundle
from bulkportal.html.words import Words
from bulkportal.portal.remote import RemoteBundle, RemotePosition
from bulkportal.status_report.as_html import write_status
from bulkportal.status_report.metrics import Metrics, metrics_of

NOON = datetime(2027, 3, 1, 11, tzinfo=UTC)


def bundle(number: int, *, name: str = "", status: str = "published", videos: int = 2) -> FetchedBundle:
    """A bundle with videos on days that follow each other."""
    slots = tuple(
        RemotePosition(position=place, status="configured", values={"target_publish_date": date(2027, 3, 1 + (number + place) % 28).isoformat()})
        for place in range(1, videos + 1)
    )
    return FetchedBundle(
        bundle=RemoteBundle(
            id=f"bnd_{number}",
            external_ref=name or f"{('acme', 'nova', 'lumen')[number % 3]}-{number:05}",
            bundle_type="account_and_videos",
            platform=("tiktok", "instagram")[number % 2],
            country=("US", "FR", "DE")[number % 3],
            status=status,
            videos_quantity=videos,
            edits_quantity=0,
            credit_cost=number % 7 * 200,
            positions=slots,
        )
    )


def figures(bundles: Sequence[FetchedBundle]) -> Metrics:
    """Their status."""
    return metrics_of(bundles, left=1234.5, moment=NOON)


def status_page(folder: Path, bundles: Sequence[FetchedBundle], *, language: str = "en", time_zone: str | None = None) -> Path:
    """Their status page."""
    path = folder / "status.html"
    write_status(figures(bundles), Words(language, time_zone), path)
    return path
