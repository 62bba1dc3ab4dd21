"""Corrections that cannot be wrong: the same value in the spelling that every reader understands.

What has one reading is written in its usual form (a known synonym, the case of a choice, a date as
YYYY-MM-DD); invisible characters and quotation marks are taken off where they cannot be meant. Captions
and other free texts are left alone, and nothing with two readings is ever chosen.

What is marked as sure in a finding, and what `bulkportal fix` writes, are both these corrections.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from bulkportal.check import casting
from bulkportal.check.casting import TABLE
from bulkportal.check.dates import Calendar, has_other_weekday, stated_day
from bulkportal.check.finding_list import Findings, proposing
from bulkportal.check.findings import Sheet
from bulkportal.check.unseen import plainly
from bulkportal.codes.unread_codes import MISREAD
from bulkportal.columns.countries import CODES, code_of
from bulkportal.columns.field import CLEAR, Catalogue, Field, Kind
from bulkportal.sheets.sifting import is_blank
from bulkportal.sheets.table import ROW

_INVISIBLE = r"[\u200b-\u200f\u2060-\u2064\ufeff\u00ad]"
_MARKS = "\"'\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u00ab\u00bb"
_ADDRESSES = r"(?i)^https?://[^\s;]+(?:[\s;]+https?://[^\s;]+)*[\s;]*$"
_QUOTED = rf"^[{_MARKS}]\s*(.*?)\s*[{_MARKS}]$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One corrected cell: `table` is the index of its sheet, `why` a sentence for its comment."""

    table: int
    row: int
    field: str
    before: str
    after: str
    why: str


BY_SPELLING = frozenset({*(code.code for code in MISREAD), "country_not_a_code", "media_not_found", "unseen_character", "time_dropped"})
"""Codes of which a finding is gone as soon as its cell is corrected: they are about how a value is written, not about the value."""


def with_proposals(
    findings: Findings, sheets: Sequence[Sheet], texts: Mapping[str, pl.DataFrame], catalogues: Mapping[str, Catalogue], calendar: Calendar
) -> Findings:
    """The findings; each that a correction of its cell resolves, with what the cell should hold."""
    spelled = findings.frame.filter(pl.col("code").is_in(BY_SPELLING) & pl.col("row").is_not_null())
    if spelled.is_empty():
        return findings
    # By the number of the row alone, of whatever sheet: a few rows too many cost time, and change no proposal.
    rows, fields = spelled["row"].unique(), frozenset(spelled["column"].drop_nulls())
    mended = [
        (sheets[change.table].table.file, sheets[change.table].table.sheet, change.row, change.field, change.after)
        for kind, catalogue in catalogues.items()
        for change in changes(texts[kind].filter(pl.col(ROW).is_in(rows.implode())), sheets, catalogue, calendar, only=fields)
    ]
    return proposing(findings, mended, only=BY_SPELLING) if mended else findings


def changes(
    texts: pl.DataFrame, sheets: Sequence[Sheet], catalogue: Catalogue, calendar: Calendar, only: Collection[str] | None = None
) -> Iterator[Change]:
    """Every safe correction of the rows in `texts` (as `casting.gather` gives them), where the cell can be written, or `only` of some fields."""
    fields = [field for field in catalogue.fields if (only is None or field.name in only) and not is_blank(texts[field.name])]
    if not fields:
        return
    others = [name for name in catalogue.names if only is not None and name not in only]
    texts = texts.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in others)
    cleaned = plainly(texts, catalogue).with_columns(_cleaned(field).alias(field.name) for field in fields)
    as_is, parsed = (casting.parsed(frame, catalogue, calendar) for frame in (texts, cleaned))
    for field in fields:
        after = _usual(field, cleaned[field.name], parsed[field.name], calendar, is_read=as_is[field.name].is_not_null())
        before = texts[field.name]
        if is_blank(after) or after.equals(before):
            continue
        differs = (after.is_not_null() & (after != before) & (before.str.to_lowercase() != CLEAR)).fill_null(value=False)
        for index in differs.arg_true().to_list():
            sheet = sheets[texts[TABLE][index]]
            if not sheet.table.takes(after[index], texts[ROW][index], sheet.letters[field.name]):
                continue
            yield Change(
                table=texts[TABLE][index],
                row=texts[ROW][index],
                field=field.name,
                before=before[index],
                after=after[index],
                why=_why(field, before[index], cleaned[field.name][index]),
            )


def _cleaned(field: Field) -> pl.Expr:
    """Without what nobody sees; for a value that is no free text also without full-width letters and quotation marks."""
    column = pl.col(field.name)
    if field.kind is Kind.TEXT and not field.is_name:
        return column
    plain = column.str.replace_all(_INVISIBLE, "")
    if field.kind in (Kind.LIST, Kind.MEDIA_LIST):
        return plain
    plain = plain.str.replace_all(r"\s+", " ").str.strip_chars()
    if field.kind is Kind.TEXT:
        return plain
    if field.kind is not Kind.MEDIA:
        plain = plain.str.normalize("NFKC")
    return plain.str.replace(_QUOTED, "$1")


def _usual(field: Field, cleaned: pl.Series, parsed: pl.Series, calendar: Calendar, *, is_read: pl.Series) -> pl.Series:
    """The text to write; null where there is nothing to correct, or where the text has no sure reading."""
    if field.is_country:
        known = {text: code for text in cleaned.drop_nulls().unique() if text not in CODES and (code := code_of(text))}
        return cleaned.replace(known) if known else cleaned
    match field.kind:
        case Kind.DATE:
            return parsed.set(_contradicts(cleaned, parsed, calendar), None).dt.to_string("%Y-%m-%d")
        case Kind.CHOICE:
            return parsed
        case Kind.MEDIA | Kind.MEDIA_LIST:  # a file may be called by any name, in quotation marks too
            return cleaned.set(~cleaned.str.contains(_ADDRESSES).fill_null(value=False), None)
        case Kind.INTEGER | Kind.BOOLEAN | Kind.URL:  # what is read as it stands needs no correction
            return cleaned.set(is_read | parsed.is_null(), None)
        case _:
            return cleaned


def _contradicts(written: pl.Series, read: pl.Series, calendar: Calendar) -> pl.Series:
    """Where a date was read, and its weekday or the place that its time is of speaks for another day."""
    text = pl.col(written.name)
    stated = (stated_day(text, calendar) != read).fill_null(value=False)
    return written.to_frame().select(stated | has_other_weekday(text)).to_series()


def _why(field: Field, before: str, cleaned: str) -> str:
    if field.is_country and before.strip() != cleaned.strip().upper() and cleaned.upper() not in CODES:
        return "The code of that country."
    match field.kind:
        case Kind.DATE:
            return "The same day, written as YYYY-MM-DD."
        case Kind.CHOICE if before.casefold() == cleaned.casefold():
            return "The same word in its usual spelling."
        case _ if before.casefold() == cleaned.casefold():
            return "The same code in capitals."
        case _:
            return "Without quotation marks or characters that nobody sees."
