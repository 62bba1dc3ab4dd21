"""The two editions of the API that are simulated (API reference 0.2, 5.1, 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What differs between the generations. Prices are in credits."""

    name: str
    api_version: str
    prices: Mapping[str, int]
    platforms: tuple[str, ...]
    countries: Mapping[str, str]
    aliases: Mapping[str, str]
    current: bool

    def price(self, item: str) -> int:
        """The price of one item; an item the edition does not know costs nothing."""
        return self.prices.get(item, 0)


_NAMES = {
    "FR": "France",
    "DE": "Germany",
    "IT": "Italy",
    "ES": "Spain",
    "NL": "Netherlands",
    "PL": "Poland",
    "CA": "Canada",
    "AU": "Australia",
    "BR": "Brazil",
    "MX": "Mexico",
    "PH": "Philippines",
    "ID": "Indonesia",
    "TH": "Thailand",
    "TR": "Turkey",
}

SEEDS = Edition(
    name="2026-02",
    api_version="2026-02-01",
    # Seed 002: 2 slots = 20, 1 edit = 5. Seed 003: 5 slots with niche warming = 60, 3 = 40. The
    # split of the remaining 10 into 5 + 5 is inferred (API reference 5.1).
    prices={
        "account_creation": 5,
        "video_slot": 10,
        "edit_slot": 5,
        "niche_warming": 5,
        "deep_warming": 40,
        "moderation": 25,
    },
    platforms=("tiktok", "instagram", "youtube"),
    countries={"US": "United States", "UK": "United Kingdom", **_NAMES},
    aliases={"USA": "US", "GB": "UK"},
    current=False,
)

CURRENT = Edition(
    name="2026-05",
    api_version="2026-05-25",
    prices={
        "account_creation": 32,
        "video_slot": 2,
        "edit_slot": 3,
        "niche_warming": 7,
        "advanced_warming": 5,
        "video_option": 1,
    },
    platforms=("tiktok", "instagram"),
    countries={"USA": "United States", "UK": "United Kingdom", **_NAMES},
    aliases={"US": "USA", "GB": "UK"},
    current=True,
)

VIDEOS_ONLY_COUNTRIES = {"JP": "Japan", "KR": "South Korea"}

EDITIONS: Mapping[str, Edition] = {edition.name: edition for edition in (SEEDS, CURRENT)}


def edition_named(name: str) -> Edition:
    """The edition of that name; an unknown one is a ValueError that lists the known ones."""
    if name not in EDITIONS:
        known = ", ".join(EDITIONS)
        raise ValueError(f"There is no edition {name!r}; the simulator plays {known}.")
    return EDITIONS[name]
