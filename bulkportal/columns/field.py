"""The vocabulary of columns: a field, its kind, and a catalogue of fields for one sheet."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

CLEAR = "(clear)"
"""The visible token that empties a value; a blank cell leaves it as it is (product.md 3)."""

EXAMPLE = "Example"
"""What the first cell of the template's example row says; reading leaves such a row aside."""


class Kind(StrEnum):
    """How the text of a cell is to be understood."""

    TEXT = "text"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"
    CHOICE = "choice"
    LIST = "list"
    URL = "url"
    MEDIA = "media"
    MEDIA_LIST = "media_list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column.

    `name` is the header bulkportal writes; `api` the platform's name where it differs.
    `aliases` are other headers that mean the same, compared without case, spaces and underscores.
    `choices` are the accepted values of a CHOICE, `synonyms` other spellings of them.
    `max_length` counts Unicode code points. `clearable` says whether ``(clear)`` may empty it.
    `help` is the sentence shown in templates and in the reference.
    """

    name: str
    title: str
    kind: Kind
    help: str
    api: str = ""
    aliases: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    synonyms: tuple[tuple[str, str], ...] = ()
    example: str = ""
    max_length: int | None = None
    clearable: bool = False

    @property
    def wire(self) -> str:
        """The platform's name for this field."""
        return self.api or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The fields of one sheet, in the order in which they are written.

    `identity` names the columns of which at least one must be there for a sheet to be of this kind.
    """

    sheet: str
    row_is: str
    fields: tuple[Field, ...]
    identity: tuple[str, ...]

    def __getitem__(self, name: str) -> Field:
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        """The field names, in order."""
        return tuple(field.name for field in self.fields)


STATUS_COLUMNS = ("status", "result", "problem", "next_step", "live_url", "credits")
"""Columns that bulkportal writes beside a row and that reading ignores (product.md 3)."""

REPORT_SHEETS = ("Summary", "Plan", "Findings", "Operations", "Failed", "Guide", "Lists")
"""Sheets that bulkportal itself writes around the user's own, and that reading skips."""

OURS = " (bulkportal)"
"""What is added to the name of such a sheet where the user has a sheet of that name himself."""

FAILED_COLUMNS = ("original row", "error")
"""Columns of a workbook of failed rows: where a row stood and what is wrong with it. Reading ignores them."""


def is_report_sheet(name: str) -> bool:
    """Whether reading skips a sheet because of its name."""
    return name.removesuffix(OURS) in REPORT_SHEETS
