"""Dates as people write them to days in UTC, which is what the platform takes (API reference 3.4).

A day without a time of day is sent as it is written. A moment is first brought to UTC: by the offset
it states, else by the time zone of the profile, else it is taken for UTC.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import polars as pl

_TIME = r"(?:(?:T|,? +)(\d{1,2}):(\d{2})(?::\d{2}(?:[.,]\d+)?)? ?(am|pm)? ?(z|utc|gmt|[+-]\d{2}:?\d{2})?)?$"
_ISO = r"(?i)^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})" + _TIME
_NUMERIC = r"(?i)^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})" + _TIME
_DASHES = r"[\u2010-\u2015\u2212]"
"""What programs make of a hyphen while somebody types."""
_DAY = 24 * 60
_AWAY = timedelta(hours=6)
"""Far enough from any change of the clocks to have only one reading."""
_WRITTEN = ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """How the user writes dates: `order` is ``day`` or ``month``, whichever comes first in 03/04/2027; `zone` an IANA time zone."""

    order: str | None = None
    zone: str | None = None


PLAIN = Calendar()
"""Nothing is known: a date with two readings is an error, and a moment is in UTC."""


def to_day(column: pl.Expr, calendar: Calendar) -> pl.Expr:
    """The day in UTC; null where it cannot be told."""
    column = column.str.replace_all(_DASHES, "-")
    iso, numeric = column.str.extract_groups(_ISO), column.str.extract_groups(_NUMERIC)
    year, month, day, *time_iso = (iso.struct.field(str(number)) for number in range(1, 8))
    first, second, last, *time_numeric = (numeric.struct.field(str(number)) for number in range(1, 8))
    day_first, month_first = _reading(first, second, calendar.order)
    words = column.str.replace_all(r"(?i)(\d)(st|nd|rd|th)\b", "$1").str.replace_all(r"[,.\s-]+", " ")
    return pl.coalesce(
        _utc_day((year, month, day), time_iso, calendar.zone),
        pl.when(day_first)
        .then(_utc_day((last, second, first), time_numeric, calendar.zone))
        .when(month_first)
        .then(_utc_day((last, first, second), time_numeric, calendar.zone)),
        *(words.str.to_date(form, strict=False) for form in _WRITTEN),
    )


def why_not(value: str, calendar: Calendar) -> str:
    """The code for a text of which `to_day` could make nothing."""
    numeric = re.match(_NUMERIC, re.sub(_DASHES, "-", value))
    if numeric and calendar.order is None and all(0 < int(part) <= 12 for part in numeric.groups()[:2]):
        return "date_ambiguous"
    if calendar.zone is None:  # it is this very calendar by which it could not be read
        return "date_invalid"
    readable = pl.select(to_day(pl.lit(value), Calendar(order=calendar.order))).item()
    return "date_invalid" if readable is None else "date_ambiguous"


def _reading(first: pl.Expr, second: pl.Expr, order: str | None) -> tuple[pl.Expr, pl.Expr]:
    """Whether the day comes first, and whether the month does."""
    if order is not None:
        return pl.lit(order == "day"), pl.lit(order == "month")
    one, two = first.cast(pl.Int32, strict=False), second.cast(pl.Int32, strict=False)
    return (one > 12) | (one == two), two > 12


def _utc_day(parts: tuple[pl.Expr, pl.Expr, pl.Expr], time: list[pl.Expr], zone: str | None) -> pl.Expr:
    year, month, day = parts
    hour, minute, half, offset = time
    date = pl.concat_str([year, month.str.zfill(2), day.str.zfill(2)], separator="-").str.to_date("%Y-%m-%d", strict=False)
    twelve, late = hour.cast(pl.Int64, strict=False), half.str.to_lowercase() == "pm"
    hours = pl.when(half.is_null()).then(twelve).otherwise(twelve % 12 + pl.when(late).then(12).otherwise(0))
    minutes = hours * 60 + minute.cast(pl.Int64, strict=False)
    moment = pl.when(minutes < _DAY).then(date.cast(pl.Datetime("us")) + pl.duration(minutes=minutes))
    elsewhere = (moment - pl.duration(minutes=_offset(offset))).dt.date()
    # A spreadsheet program writes midnight behind a mere day.
    is_day = hour.is_null() | ((minutes == 0) & offset.is_null())
    return pl.when(is_day).then(date).when(offset.is_not_null()).then(elsewhere).otherwise(_local_day(moment, zone))


def _offset(text: pl.Expr) -> pl.Expr:
    """``+05:30`` as minutes; ``Z`` is none."""
    digits = text.str.extract_groups(r"^([+-])(\d{2}):?(\d{2})$")
    sign, hours, minutes = (digits.struct.field(str(number)) for number in (1, 2, 3))
    total = hours.cast(pl.Int64, strict=False) * 60 + minutes.cast(pl.Int64, strict=False)
    return pl.when(sign == "-").then(-total).otherwise(total).fill_null(0)


def _local_day(moment: pl.Expr, zone: str | None) -> pl.Expr:
    """The UTC day of a local moment. An hour that the clocks skip or repeat has one only if both readings agree."""
    if zone is None:
        return moment.dt.date()

    def in_utc(local: pl.Expr, ambiguous: Literal["null", "earliest"]) -> pl.Expr:
        return local.dt.replace_time_zone(zone, ambiguous=ambiguous, non_existent="null").dt.convert_time_zone("UTC")

    before, after = ((in_utc(moment + shift, "earliest") - shift).dt.date() for shift in (-_AWAY, _AWAY))
    return pl.coalesce(in_utc(moment, "null").dt.date(), pl.when(before == after).then(before))
