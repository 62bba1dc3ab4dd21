"""Where an export comes from, as its base copy says it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """The platform's host, the moment in UTC, the run and the version. Nothing about who asked."""

    host: str
    taken_at: str
    run_id: str
    version: str
