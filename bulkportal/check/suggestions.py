"""What may be meant by a cell that could not be understood: the nearest value there is. Suggested, never applied."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache

from bulkportal.check import dates
from bulkportal.check.dates import Calendar
from bulkportal.columns.field import Field, Kind
from bulkportal.columns.yes_no import NO, YES

_NEAR = 0.75
"""How alike a word must be to one of a field's choices."""


@lru_cache(maxsize=4096)  # a column that is wrong throughout says the same thing in each of its cells
def suggestion(value: str, field: Field, calendar: Calendar) -> str:
    """A sentence that names what may be meant, or why it cannot be; empty where nothing is near."""
    match field.kind:
        case Kind.CHOICE:
            near = get_close_matches(value.casefold(), field.choices, n=1, cutoff=_NEAR)
            return f"Did you mean {near[0]}?" if near else ""
        case Kind.BOOLEAN:
            near = get_close_matches(value.casefold().split(maxsplit=1)[0], [*YES, *NO], n=1, cutoff=_NEAR) if value.strip() else []
            return f"Did you mean {'yes' if near[0] in YES else 'no'}?" if near else ""
        case Kind.DATE:
            return dates.explain(value, calendar)
        case Kind.URL if value.casefold().startswith("www."):
            return f"Did you mean https://{value}?"
        case _:
            return ""
