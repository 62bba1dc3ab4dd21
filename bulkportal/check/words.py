"""The words for cells that could not be read, by code: a message and a hint each; and how a sentence quotes a text."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass

from bulkportal.sheets.table import CellProblem

MISREADINGS: dict[str, tuple[str, str]] = {
    "integer_invalid": ('{field} must be a whole number, not "{value}".', "Write digits only, such as 3."),
    "boolean_invalid": ('{field} must be yes or no, not "{value}".', "Write yes or no."),
    "date_invalid": ('"{value}" is not a date bulkportal can read.', "Write it as YYYY-MM-DD, such as 2027-03-15."),
    "date_ambiguous": (
        '"{value}" can be read as two different days.',
        "Write it as YYYY-MM-DD; bulkportal never guesses which number is the month.",
    ),
    "choice_invalid": ('"{value}" is not one of: {choices}.', "Write one of: {choices}."),
    "url_invalid": ('"{value}" is not a web address.', "Write an address that begins with https://."),
    "list_invalid": ('"{value}" is not a list.', "Separate the entries by semicolons or new lines."),
    "media_list_invalid": ('"{value}" is not a list of links or files.', "Separate the entries by semicolons or new lines."),
    "media_invalid": ('"{value}" is not a link or a file.', "Write a link, or the name of a file beside the sheet."),
    "text_invalid": ('"{value}" is not text.', "Write plain text."),
    "clear_not_allowed": ("{field} cannot be emptied.", "Write a value, or leave the cell blank to keep what is there."),
}

NUMBER_SHOWN_AS_DAY = "The cell holds the number # and is formatted as a date: format it as a number, and it shows #."
DAY_FOR_A_NUMBER = "The cell is formatted as a date, or a date was made of what was written (such as 1-2): format it as a number and write it again."

MARKS: dict[CellProblem, tuple[str, str]] = {
    CellProblem.ERROR_VALUE: ("The cell shows an error of the spreadsheet program.", "Repair the formula, or write the value itself."),
    CellProblem.FORMULA_WITHOUT_VALUE: (
        "The cell holds a formula whose value is not stored in the file.",
        "Open the file in Excel and save it, or write the value itself.",
    ),
    CellProblem.NUMBER_TOO_LONG: (
        "The number has too many digits: the spreadsheet program has rounded it.",
        "Format the column as text and enter the value again.",
    ),
    CellProblem.SHOWN_OTHERWISE: (
        "The cell shows something else than the number it holds: its number format adds digits, words or signs.",
        "Format the cell as text and enter the value as it should be read.",
    ),
    CellProblem.ANOTHER_NUMBER: (
        "The cell shows another number than it holds: its number format scales it, rounds it, or adds digits.",
        "Format the cell as General, look at the number, and correct it.",
    ),
}


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
