"""What to say of a cell that could not be understood: what was expected, and what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bulkportal.check.casting import Misread
from bulkportal.check.dates import Calendar
from bulkportal.check.findings import Finding, Place, Sheet
from bulkportal.check.numbers import behind, is_day
from bulkportal.check.readings import SEVERAL_LINKS
from bulkportal.check.spoilt import error_finding
from bulkportal.check.suggestions import suggestion
from bulkportal.check.unseen import Unseen
from bulkportal.check.words import DAY_FOR_A_NUMBER, MISREADINGS, NUMBER_SHOWN_AS_DAY, shortened
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
    message, hint = MISREADINGS[item.code]
    if item.code == "integer_invalid" and is_day(item.value):
        number = behind(item.value, file=sheets[item.table].table.file)
        hint = DAY_FOR_A_NUMBER if number is None else NUMBER_SHOWN_AS_DAY.replace("#", str(number))
    words = {"value": shortened(item.value), "field": known.title, "choices": ", ".join(known.choices)}
    meant = suggestion(item.value, known, calendar)
    meant = f"{meant} " if meant else ""
    if unseen is not None:
        meant += f"Nobody sees that it holds more: {unseen.characters}. "
    value = item.value if unseen is None else unseen.text
    return place.finding(code=item.code, message=message.format(**words), hint=meant + hint.format(**words), value=value)
