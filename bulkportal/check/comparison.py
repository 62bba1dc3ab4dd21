"""When two values of a field are the same: one definition for a cell, its copy in an export, the platform's value, and what was sent.

Line ends, what nobody sees at the ends of a text, and guards against formulas make no difference; a name is the same name (see
`names`); a date is a day; what is empty is nothing. `is_same` says it of two values, `same_cells` of two columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

import polars as pl

from bulkportal import names
from bulkportal.columns.field import Field, Kind
from bulkportal.sheets.breaks import newlines, with_newlines
from bulkportal.sheets.guard import without_guard, without_guards

_UNSEEN = r"[\s\u00ad\u034f\u180e\u200b-\u200d\u2060-\u2064\u2800\u3164\ufeff\uffa0]"
"""What nobody sees at the ends of a text. Marks of direction stay: they say how the punctuation beside them is set."""

UNSEEN = re.compile(f"{_UNSEEN}*")
"""A text of which nobody sees anything."""

EDGES = re.sub(r"\\u([0-9a-f]{4})", r"\\x{\1}", rf"^{_UNSEEN}+|{_UNSEEN}+$")
"""The ends of a text that nobody sees, as polars writes it."""

_AT_EDGES = re.compile(rf"\A{_UNSEEN}+|{_UNSEEN}+\Z")
_LISTS = (Kind.LIST, Kind.MEDIA_LIST)


def is_same(field: Field, one: object, other: object) -> bool:
    """Whether two values of a field, typed or as the platform tells them, are the same."""
    return _comparable(field, one) == _comparable(field, other)


def same_cells(field: Field, here: pl.Expr, there: pl.Expr) -> pl.Expr:
    """Whether two typed columns hold the same value of a field, row by row; a cell that is null is the same as none."""
    if field.kind in _LISTS:
        here, there = here.list.join("\n"), there.list.join("\n")
    elif field.kind not in (Kind.BOOLEAN, Kind.INTEGER, Kind.DATE) and not field.is_name:
        here, there = _as_read(here), _as_read(there)
    return (here == there).fill_null(value=False)


def trimmed(text: pl.Expr) -> pl.Expr:
    """A text without what nobody sees at its ends; null where nothing is left."""
    seen = text.str.replace_all(EDGES, "")
    return pl.when(seen != "").then(seen)


def typed_value(field: Field, value: object) -> object:
    """A value of the platform as a cell of the field holds it; None where it is none."""
    if field.is_name:
        text = _text(value)
        return None if text is None else names.plain(text)
    return _TYPED.get(field.kind, _text)(value)


def _as_read(text: pl.Expr) -> pl.Expr:
    return without_guards(trimmed(newlines(text)))


def _comparable(field: Field, value: object) -> object:
    typed = typed_value(field, value)
    if isinstance(typed, str) and not field.is_name:
        typed = without_guard(_AT_EDGES.sub("", with_newlines(typed)))
    # Zero is a number of slots; no, "" and [] are what the platform answers where nothing was set.
    return typed or None if not isinstance(typed, int) or isinstance(typed, bool) else typed


def _text(value: object) -> str | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if isinstance(value, str) else str(value) if is_number else None


def _flag(value: object) -> bool | None:
    return bool(value) if isinstance(value, int) else None


def _whole(value: object) -> int | None:
    match value:
        case bool():
            return None
        case int():
            return value
        case float() if value.is_integer():
            return int(value)
        case str() if re.fullmatch(r"-?[0-9]{1,18}", value.strip()):
            return int(value)
        case _:
            return None


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def _list(value: object) -> list[str] | None:
    return [str(item) for item in value] if isinstance(value, list) else None


_TYPED: Mapping[Kind, Callable[[object], object]] = {
    Kind.BOOLEAN: _flag,
    Kind.INTEGER: _whole,
    Kind.DATE: _day,
    Kind.LIST: _list,
    Kind.MEDIA_LIST: _list,
}
