"""Countries by their code: what is none gets a finding with the code that is meant, before the platform is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import polars as pl

from bulkportal.check.casting import TABLE
from bulkportal.check.findings import Finding, Place, Sheet
from bulkportal.check.known import Known
from bulkportal.check.wording import shortened
from bulkportal.columns.countries import CODES, code_of, nearest
from bulkportal.sheets.sifting import is_blank
from bulkportal.sheets.table import ROW


def country_findings(bundles: pl.DataFrame, sheets: Sequence[Sheet], known: Known) -> Iterator[Finding]:
    """A finding for each row of `bundles` (typed, without what the platform has) whose country is no code."""
    if is_blank(bundles["country"]):
        return
    codes = sorted(CODES | {code.upper() for code in known.countries})
    wrong = bundles.filter(~pl.col("country").is_in(codes) & (pl.col("bundle_type") != "videos_only").fill_null(value=True))
    for table, row, value in wrong.select(TABLE, ROW, "country").iter_rows():
        code = code_of(value)
        if code is None and known.countries and re.fullmatch(r"[A-Z]{2,3}", value):
            continue  # it looks like a code, and the platform's own list says more (country_not_enabled)
        place = Place(sheet=sheets[table], row=row, field="country")
        yield place.found("country_not_a_code", {"value": shortened(value), "todo": _todo(value, code)}, value=value)


def _todo(value: str, code: str | None) -> str:
    if code is not None:
        return f"Write {code}."
    if len([part for part in re.split(r"[,;/|+&\n]", value) if part.strip()]) > 1:
        return "A bundle is in one country: write one code, such as US, UK, FR or DE, and make a row for each country."
    near = nearest(value)
    return f"Did you mean {near}? Write the country's code." if near else "Write the country's code, such as US, UK, FR or DE."
