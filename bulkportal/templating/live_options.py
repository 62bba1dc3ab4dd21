"""What the platform has to offer a template: countries, bundles and accounts at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedBundle:
    """A bundle that can take more rows. `name` is its external reference, empty where it has none."""

    id: str
    name: str
    title: str
    platform: str
    country: str
    status: str
    slots: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedAccount:
    """A saved account that videos can go to. No address and no secret of it is ever read."""

    id: str
    platform: str
    username: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOptions:
    """The platform as a template shows it.

    `address` and `read_at` (UTC) are where and when it was read, `client` for whom, if it was read for one client only.
    `countries` are names by code, of those open for new accounts; `platforms` are empty where the platform does not list them.
    """

    address: str
    read_at: datetime
    client: str = ""
    platforms: tuple[str, ...] = ()
    countries: Mapping[str, str] = field(default_factory=dict)
    bundles: tuple[OfferedBundle, ...] = ()
    accounts: tuple[OfferedAccount, ...] = ()

    @property
    def moment(self) -> str:
        """When it was read, for people."""
        return f"{self.read_at:%Y-%m-%d %H:%M} UTC"
