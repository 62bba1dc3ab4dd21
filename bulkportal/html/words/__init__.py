"""The fixed words of a page in each language, and its dates and numbers as people there write them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

LANGUAGES = ("en", "de", "es", "fr", "pt")
"""Those with a catalogue beside this file. What the platform or a finding says stays as it was said."""


class Words:
    """The words of one language. `time_zone` is that of the moments on the page; publish days are never shifted.

    An unknown language is English; a region is allowed (``fr-CA``) and decides on dates and numbers.
    """

    def __init__(self, language: str = "en", time_zone: str | None = None) -> None:
        from babel import Locale, UnknownLocaleError  # its data takes a while to load: only where a page is made

        tag = language.replace("_", "-")
        self.language = tag.split("-", maxsplit=1)[0].casefold()
        if self.language not in LANGUAGES:
            self.language = tag = "en"
        try:
            self.locale = Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            self.locale = Locale.parse(self.language)
        self.zone = ZoneInfo(time_zone or "UTC")
        self._words = _catalogue(self.language)

    def __getitem__(self, key: str) -> str:
        return self._words[key]

    def fill(self, key: str, **values: object) -> str:
        """A sentence with its blanks filled in."""
        return self._words[key].format(**values)

    def count(self, number: int, key: str) -> str:
        """``1 bundle``, ``12 bundles``: `key` has a form for one and a form for others."""
        return f"{self.number(number)} {self.noun(number, key)}"

    def noun(self, number: int, key: str) -> str:
        """The form of a word that goes with a number."""
        return self._words[f"{key}.one" if number == 1 else f"{key}.other"]

    def status(self, word: str) -> str:
        """A status of ours or of the platform; an unknown one as it came."""
        return self._words.get(f"status.{word}", word.replace("_", " "))

    def number(self, value: float) -> str:
        """A number with the separators of the language."""
        from babel.numbers import format_decimal

        return format_decimal(value, locale=self.locale)

    def day(self, day: date) -> str:
        """A day, short."""
        from babel.dates import format_date

        return format_date(day, "medium", locale=self.locale)

    def pattern(self, day: date, skeleton: str) -> str:
        """Parts of a day, such as ``EEE`` or ``MMM``."""
        from babel.dates import format_date

        return format_date(day, skeleton, locale=self.locale)

    def moment(self, moment: datetime) -> str:
        """A moment in the zone of the page, with the zone's name. `moment` must know its own."""
        from babel.dates import format_datetime

        local = moment.astimezone(self.zone)
        return f"{format_datetime(local, 'd MMMM y, HH:mm', locale=self.locale)} {local:%Z}"


@cache
def _catalogue(language: str) -> Mapping[str, str]:
    path = Path(__file__).with_name(f"{language}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))
