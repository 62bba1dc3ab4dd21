"""How a sentence quotes what a cell holds."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass


def shortened(text: str, most: int = 80) -> str:
    """A text as a sentence quotes it."""
    return text if len(text) <= most else f"{text[: most - 3]}..."


_WHOLE = ("_refused", "_meant")
"""The platform's own words, and a name to be written: quoted whole, however long."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A sentence with words in braces, taken apart once and filled in for many rows. A name such as ``{e.platform}`` is one name."""

    parts: tuple[tuple[str, str | None], ...]

    @classmethod
    def of(cls, text: str) -> Wording:
        """The sentence taken apart."""
        return cls(tuple((literal, name) for literal, name, _, _ in string.Formatter().parse(text)))

    @property
    def names(self) -> tuple[str, ...]:
        """What stands in braces."""
        return tuple(name for _, name in self.parts if name)

    def filled(self, words: Mapping[str, object]) -> str:
        """The sentence with these words in it. Raises KeyError for one that is missing."""
        return "".join(literal + (_quoted(name, words[name]) if name else "") for literal, name in self.parts)


def _quoted(name: str, value: object) -> str:
    if name in _WHOLE:
        return shown(value)
    return "nothing" if value is None else shortened(shown(value))


def shown(value: object) -> str:
    """A cell's value as a finding quotes it."""
    if isinstance(value, list):
        return "; ".join(str(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
