"""What to say of a cell that could not be understood: what was expected, and what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bulkportal.check.casting import Misread
from bulkportal.check.corrupt_text import error_finding
from bulkportal.check.dates import Calendar
from bulkportal.check.day_numbers import behind, is_day
from bulkportal.check.findings import Finding, Place, Sheet
from bulkportal.check.readings import SEVERAL_LINKS
from bulkportal.check.suggestions import suggestion
from bulkportal.check.unseen import Unseen
from bulkportal.check.wording import shortened
from bulkportal.columns.field import Catalogue, Kind
from bulkportal.sheets.error_words import is_error


def misread_finding(item: Misread, sheets: Sequence[Sheet], catalogue: Catalogue, unseen: Unseen | None, calendar: Calendar) -> Finding:
    """The finding about a cell; `unseen` is what nobody sees in it, `calendar` how dates are written."""
    place = Place(sheet=sheets[item.table], row=item.row, field=item.field)
    if is_error(item.value):
        return error_finding(place, item.value)
    known = catalogue[item.field]
    if known.kind is Kind.URL and re.match(SEVERAL_LINKS, item.value):
        return place.found("several_links", value=item.value)
    words: dict[str, object] = {"value": shortened(item.value), "field": known.title, "choices": ", ".join(known.choices)}
    variant = ""
    if item.code == "integer_invalid" and is_day(item.value):
        words["number"] = behind(item.value, file=sheets[item.table].table.file)
        variant = "day" if words["number"] is None else "shown_as_day"
    meant = suggestion(item.value, known, calendar)
    meant = f"{meant} " if meant else ""
    if unseen is not None:
        meant += f"Nobody sees that it holds more: {unseen.characters}. "
    value = item.value if unseen is None else unseen.text
    finding = place.found(item.code, words, value=value, variant=variant)
    return replace(finding, hint=meant + finding.hint)
