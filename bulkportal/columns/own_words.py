"""The fixed words of columns that accept only some: what a word of the user's own can be mapped to."""

from __future__ import annotations

from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import Kind, Role
from bulkportal.columns.positions import POSITIONS


def choices_of(column: str) -> tuple[str, ...]:
    """The words that a column of either sheet accepts; none if it takes any text or is an action. Raises KeyError for an unknown column."""
    fields = [catalogue[column] for catalogue in (BUNDLES, POSITIONS) if column in catalogue.names]
    if not fields:
        raise KeyError(column)
    if fields[0].role is Role.ACTION:  # what is done once is asked for in its own words
        return ()
    return ("yes", "no") if fields[0].kind is Kind.BOOLEAN else tuple(dict.fromkeys(choice for field in fields for choice in field.choices))
