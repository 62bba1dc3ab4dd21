"""What the styles of an OpenDocument spreadsheet say of its cells: struck out, white on white, tables, rows and columns not shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

Attributes = Mapping[str, str]
Of = Callable[[Attributes, str], str]

_LENGTH = re.compile(r"(\d{0,9}(?:\.\d{0,9})?)(pt|in|cm|mm|px|pc)?")
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "px": 0.75, "pc": 12.0}
_THIN = 3.0
"""Points. What is thinner is a line, and nothing in it can be read."""

_DEEPEST = 20
_BLANK = ("", "transparent")
_OFF = ("", "none")
_OF_LETTERS = ("text-line-through-style", "text-line-through-type", "color", "font-size")


class Styles:
    """Collects styles as they come by; each may take from its parent what it does not say."""

    def __init__(self, of: Of) -> None:
        self.invisible: set[str] = set()
        self.narrow: set[str] = set()
        self.flat: set[str] = set()
        self._of = of
        self._now = ("", "")
        self._parents: dict[tuple[str, str], str] = {}
        self._said: dict[tuple[str, str], dict[str, str]] = {}
        self._found: dict[tuple[str, str, str], str] = {}

    def note(self, name: str, given: Attributes) -> None:
        """One element of a style."""
        of = self._of
        if name == "style":
            self._now = (of(given, "family"), of(given, "name"))
            self._parents[self._now] = of(given, "parent-style-name")
            shown = of(given, "display-name")  # conditional formats call a style by this one
            if shown:
                self._parents.setdefault((self._now[0], shown), self._now[1])
        elif name == "table-column-properties" and _is_thin(of(given, "column-width")):
            self.narrow.add(self._now[1])
        elif name == "table-row-properties" and _is_thin(of(given, "row-height")):
            self.flat.add(self._now[1])
        elif name == "table-properties" and of(given, "display") == "false":
            self.invisible.add(self._now[1])
        elif name in ("text-properties", "table-cell-properties"):
            wanted = _OF_LETTERS if name == "text-properties" else ("background-color",)
            said = {one: of(given, one) for one in wanted if of(given, one)}
            if said:
                self._said.setdefault(self._now, {}).update(said)

    def is_struck(self, name: str, family: str = "table-cell") -> bool:
        """Whether what has this style is struck out."""
        return any(self._value(family, name, line) not in _OFF for line in ("text-line-through-style", "text-line-through-type"))

    def is_unseen(self, name: str) -> bool:
        """Whether the letters of a cell of this style have the colour of their ground, or are dots."""
        ground = self._value("table-cell", name, "background-color").lower()
        letters = self._value("table-cell", name, "color").lower() or "#000000"
        return letters == ("#ffffff" if ground in _BLANK else ground) or _is_thin(self._value("table-cell", name, "font-size"))

    def _value(self, family: str, name: str, what: str) -> str:
        """What a style says of this; known once for all cells that have it, since styles come before cells."""
        key = (family, name, what)
        if key not in self._found:
            self._found[key] = self._inherited(family, name, what)
        return self._found[key]

    def _inherited(self, family: str, name: str, what: str) -> str:
        for _ in range(_DEEPEST):
            found = self._said.get((family, name), {}).get(what)
            if found is not None or not name:
                return found or ""
            name = self._parents.get((family, name), "")
        return ""


def _is_thin(length: str) -> bool:
    """Whether a row or a column of this size cannot be read; one of which nothing is said has its usual size."""
    found = _LENGTH.fullmatch(length)
    return found is not None and found[1] not in ("", ".") and float(found[1]) * _POINTS[found[2] or "pt"] < _THIN
