"""Lists and dates that were read differently from what a person may see: the finding says how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import polars as pl

from bulkportal.check.casting import TABLE
from bulkportal.check.dates import Calendar, has_other_weekday, has_time, stated_day
from bulkportal.check.findings import Finding, Place, Sheet
from bulkportal.check.lists import separator_of, split_plainly
from bulkportal.check.month_names import WEEKDAY_NAMES
from bulkportal.columns.field import Catalogue, Field, Kind
from bulkportal.counting import counted
from bulkportal.sheets.sifting import is_blank, sifted
from bulkportal.sheets.table import ROW

SEVERAL_LINKS = r"^[a-zA-Z][a-zA-Z0-9+.-]*://\S+?[\s,;|]+[a-zA-Z][a-zA-Z0-9+.-]*://"
"""Two addresses, parted by what no address ends with."""

_SAMPLE = 60


def readings(texts: pl.DataFrame, typed: pl.DataFrame, catalogue: Catalogue, sheets: Sequence[Sheet], calendar: Calendar) -> Iterator[Finding]:
    """Lists that were taken apart at other signs than semicolons, and dates of which a part was left out."""
    for field in catalogue.fields:
        if field.kind in (Kind.LIST, Kind.MEDIA_LIST) and not is_blank(texts[field.name]):
            yield from _lists(texts, typed, field, sheets)
    for name, _ in sifted(texts, _masks_of_links(catalogue)):
        several = texts.filter(typed[name].is_not_null() & pl.col(name).str.contains(SEVERAL_LINKS))
        for table, row, text in several.select(TABLE, ROW, name).iter_rows():
            yield Place(sheet=sheets[table], row=row, field=name).found("several_links", value=text)
    for name, _ in sifted(texts, _masks_of_dates(catalogue)):
        yield from _dates(texts, typed, catalogue[name], sheets, calendar)


@cache
def _masks_of_links(catalogue: Catalogue) -> dict[str, pl.Expr]:
    return {field.name: pl.col(field.name).str.contains(SEVERAL_LINKS) for field in catalogue.fields if field.kind in (Kind.MEDIA, Kind.URL)}


@cache
def _masks_of_dates(catalogue: Catalogue) -> dict[str, pl.Expr]:
    """Dates that hold more than digits and the signs between them."""
    return {field.name: pl.col(field.name).str.contains(r"[:\p{L}]") for field in catalogue.fields if field.kind is Kind.DATE}


def _lists(texts: pl.DataFrame, typed: pl.DataFrame, field: Field, sheets: Sequence[Sheet]) -> Iterator[Finding]:
    frame = texts.select(TABLE, ROW, text=field.name, plain=split_plainly(field.name)).with_columns(read=typed[field.name])
    apart = frame.filter(pl.col("read").is_not_null() & (pl.col("read") != pl.col("plain")))
    for table, row, text, _, read in apart.iter_rows():
        words = {"count": counted(len(read), "entry", "entries"), "entries": _short("; ".join(read))}
        yield Place(sheet=sheets[table], row=row, field=field.name).found("list_read_apart", words, value=text)
    whole = frame.filter(pl.col("read").list.len() == 1).with_columns(separator=separator_of(field, "text")).drop_nulls("separator")
    for table, row, text, separator in whole.select(TABLE, ROW, "text", "separator").iter_rows():
        yield Place(sheet=sheets[table], row=row, field=field.name).found("list_separator", {"separator": separator}, value=text)


def _dates(texts: pl.DataFrame, typed: pl.DataFrame, field: Field, sheets: Sequence[Sheet], calendar: Calendar) -> Iterator[Finding]:
    column = pl.col(field.name)
    values = texts.select(column.drop_nulls().unique()).select(column, time=has_time(column), other=has_other_weekday(column))
    values = values.filter(pl.col("time") | pl.col("other"))
    if values.is_empty():
        return
    values = values.with_columns(stated=stated_day(column, calendar))
    rows = texts.select(TABLE, ROW, column).with_columns(day=typed[field.name]).drop_nulls("day")
    frame = rows.join(values, on=field.name, how="inner", maintain_order="left").rename({field.name: "text"})
    for table, row, text, stated, day in frame.filter(pl.col("time")).select(TABLE, ROW, "text", "stated", "day").iter_rows():
        why = "" if stated is None or stated == day else f", the day in UTC, and not as {stated}"
        yield Place(sheet=sheets[table], row=row, field=field.name).found("time_dropped", {"day": day, "why": why}, value=text)
    for table, row, text, day in frame.filter(pl.col("other")).select(TABLE, ROW, "text", "day").iter_rows():
        words: Mapping[str, object] = {"day": day, "weekday": WEEKDAY_NAMES[day.weekday()]}
        yield Place(sheet=sheets[table], row=row, field=field.name).found("weekday_contradicts", words, value=text)


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _SAMPLE else f"{plain[: _SAMPLE - 1]}…"
