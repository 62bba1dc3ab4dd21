"""The fixed words of a page in each language, and its dates and numbers as people there write them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

LANGUAGES = ("en", "de", "es", "fr", "pt")
"""Those with a catalogue beside this file. Texts of the platform and of findings are not translated."""

NAMELESS = "(no name)"
"""The name of a bundle or a client that has none; a page translates it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence that exists in each language: `key` names it in the catalogues, `facts` fill its blanks.

    One with a form for one and a form for others has the `count` that decides. Without a key it is `text`: somebody else's words, unchanged.
    A fact may be a list of sentences, in the same language.
    """

    key: str = ""
    facts: Mapping[str, str | int | tuple[Sentence, ...]] = field(default_factory=dict)
    count: int | None = None
    text: str = ""

    def said(self, language: str = "en") -> str:
        """The sentence in that language."""
        if not self.key:
            return self.text
        form = "" if self.count is None else ".one" if self.count == 1 else ".other"
        facts = {name: _listed(fact, language) if isinstance(fact, tuple) else fact for name, fact in self.facts.items()}
        return _catalogue(language)[f"{self.key}{form}"].format(**facts, count=self.count)


def _listed(sentences: tuple[Sentence, ...], language: str) -> str:
    return ", ".join(sentence.said(language) for sentence in sentences)


def said(sentences: Iterable[Sentence], language: str = "en") -> str:
    """Several sentences one after the other."""
    return " ".join(sentence.said(language) for sentence in sentences)


class Words:
    """The words of one language. `time_zone` is that of the moments on the page; publish days are never shifted.

    An unknown language is English; a region is allowed (``fr-CA``) and decides on dates and numbers.
    """

    def __init__(self, language: str = "en", time_zone: str | None = None) -> None:
        from babel import Locale, UnknownLocaleError  # its data takes a while to load: only where a page is made

        tag = language.replace("_", "-")
        self.language = tag.split("-", maxsplit=1)[0].casefold()
        if self.language not in LANGUAGES:
            # Both: English sentences with the numbers and dates of another language would help nobody.
            self.language = tag = "en"
        try:
            self.locale = Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            # A region that does not exist is no reason to fall back to English.
            self.locale = Locale.parse(self.language)
        self.zone = ZoneInfo(time_zone or "UTC")
        self._words = _catalogue(self.language)

    def __getitem__(self, key: str) -> str:
        return self._words[key]

    def fill(self, key: str, *, number: float | None = None, **values: object) -> str:
        """A sentence with its blanks filled in; with a `number` in the form that goes with it."""
        form = self._words[key] if number is None else self.noun(number, key)
        return form.format(**values)

    def count(self, number: int, key: str) -> str:
        """``1 bundle``, ``12 bundles``: `key` has a form for one and a form for others."""
        return f"{self.number(number)} {self.noun(number, key)}"

    def noun(self, number: float, key: str) -> str:
        """The form of a word that goes with a number."""
        # Two forms are enough for the languages that have a catalogue; "many" of French and Spanish is for round millions.
        return self._words[f"{key}.one" if self.locale.plural_form(number) == "one" else f"{key}.other"]

    def status(self, word: str) -> str:
        """A status of ours or of the platform; an unknown one stays unchanged."""
        return self._words.get(f"status.{word.replace(' ', '_')}", word.replace("_", " "))

    def name(self, name: str) -> str:
        """A name unchanged, or the words for no name."""
        return self._words["nameless"] if name == NAMELESS else name

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
        from babel.dates import format_date

        local = moment.astimezone(self.zone)
        # Babel's long form of English is the American one: March 15, 2027.
        day = format_date(local, "d MMMM y" if self.language == "en" else "long", locale=self.locale)
        return f"{day}, {local:%H:%M %Z}"


@cache
def _catalogue(language: str) -> Mapping[str, str]:
    path = Path(__file__).with_name(f"{language}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))
