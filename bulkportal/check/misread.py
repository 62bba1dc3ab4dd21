"""What to say of a cell that could not be understood: what was expected, and what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from bulkportal.check.casting import TABLE, code_of
from bulkportal.check.corrupt_text import error_finding
from bulkportal.check.dates import Calendar
from bulkportal.check.day_numbers import behind, is_day
from bulkportal.check.finding_list import alike
from bulkportal.check.findings import Finding, Place, Sheet
from bulkportal.check.readings import SEVERAL_LINKS
from bulkportal.check.suggestions import suggestion
from bulkportal.check.unseen import Cell, Unseen
from bulkportal.check.wording import shortened
from bulkportal.columns.field import Catalogue, Kind
from bulkportal.sheets.error_words import is_error
from bulkportal.sheets.table import ROW


def misread_findings(
    misread: pl.DataFrame, sheets: Sequence[Sheet], catalogue: Catalogue, unseen: Mapping[Cell, Unseen], calendar: Calendar
) -> tuple[pl.DataFrame, ...]:
    """The findings about cells (as `casting.cast` gives them), as blocks; `unseen` is what nobody sees in some, `calendar` how dates are written."""
    if misread.is_empty():
        return ()

    def worded(item: Mapping[str, Any]) -> Finding:
        known = catalogue[item["field"]]
        place = Place(sheet=sheets[item[TABLE]], row=item[ROW], field=known.name)
        code = "clear_not_allowed" if item["clear"] else code_of(known, item["value"], calendar)
        return _finding(place, code, item["value"], unseen.get((item[TABLE], item[ROW], known.name)), calendar)

    if not unseen:
        return (alike(misread, [TABLE, "field", "value"], worded),)
    hiding = misread.join(_places(unseen), on=[TABLE, ROW, "field"], how="semi", maintain_order="left")
    plain = misread.join(_places(unseen), on=[TABLE, ROW, "field"], how="anti", maintain_order="left")
    # What nobody sees in a cell is told by the place of its characters, so each of those is worded for itself.
    return alike(plain, [TABLE, "field", "value"], worded), alike(hiding, [TABLE, ROW, "field", "value"], worded)


def _places(unseen: Collection[Cell]) -> pl.DataFrame:
    return pl.DataFrame(list(unseen), schema={TABLE: pl.Int64, ROW: pl.Int64, "field": pl.String}, orient="row")


def _finding(place: Place, code: str, text: str, unseen: Unseen | None, calendar: Calendar) -> Finding:
    if is_error(text):
        return error_finding(place, text)
    known = place.sheet.catalogue[place.field]
    if known.kind is Kind.URL and re.match(SEVERAL_LINKS, text):
        return place.found("several_links", value=text)
    words: dict[str, object] = {"value": shortened(text), "field": known.title, "choices": ", ".join(known.choices)}
    variant = ""
    if code == "integer_invalid" and is_day(text):
        words["number"] = behind(text, file=place.sheet.table.file)
        variant = "day" if words["number"] is None else "shown_as_day"
    meant = suggestion(text, known, calendar)
    meant = f"{meant} " if meant else ""
    if unseen is not None:
        meant += f"Nobody sees that it holds more: {unseen.characters}. "
    value = text if unseen is None else unseen.text
    finding = place.found(code, words, value=value, variant=variant)
    return replace(finding, hint=meant + finding.hint)
