"""The vocabulary of columns: a field, its kind, and a catalogue of fields for one sheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile

CLEAR = "(clear)"
"""The visible token that empties a value; a blank cell leaves it as it is (docs/reference/columns.md)."""

EXAMPLE = "Example"
"""The first cell of the template's example row; reading skips such a row while it is unchanged."""


class Role(StrEnum):
    """What a field is for, and so which request takes it."""

    KEY = "key"
    """Says which bundle or position the row is about."""
    CREATION = "creation"
    """Goes with the creation of a bundle and cannot change afterwards."""
    SLOTS = "slots"
    """A number of slots, which can only grow."""
    SETTING = "setting"
    """A setting of the bundle, which can be changed at any time (seed 003)."""
    ACCOUNT = "account"
    """A part of the account's profile."""
    CONTENT = "content"
    """A part of a slot's content."""
    LABEL = "label"
    """What a slot is called, filled or not; it can be changed at any time (API reference 2.15)."""
    WISH = "wish"
    """What is to hold of the bundle, such as being published."""
    ACTION = "action"
    """Something to do once, or the words that go with it."""


class Kind(StrEnum):
    """How the text of a cell is interpreted."""

    TEXT = "text"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"
    CHOICE = "choice"
    LIST = "list"
    URL = "url"
    MEDIA = "media"
    MEDIA_LIST = "media_list"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Field:
    """One column.

    `name` is the header bulkportal writes; `api` the platform's name where it differs.
    `aliases` are other headers that mean the same, compared without case, spaces and underscores.
    `choices` are the accepted values of a CHOICE, `synonyms` other spellings of them.
    `max_length` counts Unicode code points, `least` and `most` bound a number. `clearable` says whether ``(clear)`` may
    empty it. `help` is the sentence shown in templates and in the reference.

    `role` says which request takes it. `platforms` and `only_for` name the platforms and the types of bundle, or of video,
    that it belongs to; empty means all. Elsewhere it is reported and not sent. With `in_account`, the account holds it too.
    `is_country` is a country by its code. `prose` is text of several lines, `is_caption` a text that the public reads.
    `price_item` names what the platform charges for when the field is chosen for a new bundle, or first set on a slot (API reference 5.1).
    `is_people` says that the entries of a list are accounts, which have neither blanks nor commas in their names.
    `is_name` says that it stands for something by its spelling, so that it is read without what nobody sees (see `names`).
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
    role: Role = Role.CONTENT
    platforms: tuple[str, ...] = ()
    only_for: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    in_account: bool = False
    prose: bool = False
    is_caption: bool = False
    is_country: bool = False
    price_item: str = ""
    is_name: bool = False
    is_people: bool = False

    def belongs(self, platform: str | None, kind: str | None) -> bool:
        """Whether it applies on that platform and for that type; None for either rules nothing out."""
        # An unknown platform counts as every one: a cell must not be dropped because its bundle's row has a mistake.
        fits_platform = not self.platforms or not platform or platform in self.platforms
        return fits_platform and (not self.only_for or not kind or kind in self.only_for)

    @property
    def is_media(self) -> bool:
        """Whether its cells name files or links."""
        return self.kind in (Kind.MEDIA, Kind.MEDIA_LIST)

    @property
    def wire(self) -> str:
        """The platform's name for this field."""
        return self.api or self.name


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Catalogue:
    """The fields of one sheet, in the order in which they are written.

    `identity` names the columns of which at least one must be there for a sheet to be of this kind. `type_field` is the
    one that `Field.only_for` refers to. `not_sent` are fields of the platform's that have no column, with what to do
    where a sheet asks for one all the same. `untold` are values of the platform that no column says and that a request which
    replaces everything must keep: by wire name, with the type that has them (empty: all).
    """

    sheet: str
    row_is: str
    fields: tuple[Field, ...]
    identity: tuple[str, ...]
    type_field: str
    not_sent: tuple[tuple[str, str], ...] = ()
    untold: tuple[tuple[str, str], ...] = ()

    def __getitem__(self, name: str) -> Field:
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        """The field names, in order."""
        return tuple(field.name for field in self.fields)

    def of(self, *roles: Role) -> tuple[str, ...]:
        """The names of the fields with one of these roles, in order."""
        return tuple(field.name for field in self.fields if field.role in roles)

    @property
    def media(self) -> tuple[str, ...]:
        """The names of the fields that hold media, in order."""
        return tuple(field.name for field in self.fields if field.is_media)

    @property
    def captions(self) -> tuple[str, ...]:
        """The names of the fields whose text the public reads, in order."""
        return tuple(field.name for field in self.fields if field.is_caption)

    @property
    def always_speaking(self) -> tuple[str, ...]:
        """Columns that identify the row or ask for an action: they count even where they repeat the platform's value."""
        return self.of(Role.KEY, Role.ACTION)


def in_view(names: Iterable[str | None]) -> int:
    """How many columns from the left stay in view while a sheet is scrolled: those by which a person knows the row, which no id is."""
    return len(list(takewhile(("bundle", "position").__contains__, names)))


STATUS_COLUMNS = ("status", "result", "problem", "next_step", "live_url", "credits")
"""Columns that bulkportal writes beside a row and that reading ignores (docs/reference/columns.md)."""

REPORT_SHEETS = ("Summary", "Plan", "Findings", "Operations", "Failed", "Guide", "Lists", "Cannot be undone")
"""Sheets that bulkportal itself writes around the user's own, and that reading skips."""

OURS = " (bulkportal)"
"""Appended to the name of such a sheet if the user already has a sheet of that name."""

IGNORE = "ignore"
"""Stands in a profile, instead of the name of a column, for a header whose column is not to be read."""

FAILED_COLUMNS = ("original row", "error")
"""Columns of a workbook of failed rows: a row's original place and what is wrong with it. Reading ignores them."""


def is_report_sheet(name: str) -> bool:
    """Whether reading skips a sheet because of its name."""
    return name.removesuffix(OURS) in REPORT_SHEETS
