"""Dates as people write them to days in UTC, which is what the platform takes (API reference 3.4).

A day without a time of day is sent as it is written. A moment is first brought to UTC: by the offset
it states, else by the time zone of the profile, else it is taken for UTC.
"""

from __future__ import annotations

import calendar as calendar_names
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import polars as pl

from bulkportal.check.month_names import MONTHS, WEEKDAYS

_TIME = r"(?:(?:T|,? +)(\d{1,2}):(\d{2})(?::\d{2}(?:[.,]\d+)?)? ?(am|pm)? ?(z|utc|gmt|[+-]\d{2}:?\d{2})?)?$"
_ISO = r"(?i)^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})" + _TIME
_NUMERIC = r"(?i)^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})" + _TIME
_DASHES = r"[\u2010-\u2015\u2212]"
"""What programs make of a hyphen while somebody types."""
_DAY = 24 * 60
_AWAY = timedelta(hours=6)
"""Far enough from any change of the clocks to have only one reading."""
_EAST_ASIAN = r"^(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?$"
_COMPACT = r"^(20\d{2})(\d{2})(\d{2})$"
_DAY_MONTH = r"^(?:([a-z-]+) )?(\d{1,2}) ([a-z]+) (\d{4})$"
_MONTH_DAY = r"^(?:([a-z-]+) )?([a-z]+) (\d{1,2}) (\d{4})$"
_BETWEEN = r" (?:de|del|di|do|of|the|le|el|il|den|der|am) "
_UNSEEN = r"[\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2069}\x{feff}\x{ad}]"
_DIGITS = {chr(first + digit): str(digit) for first in (0x0660, 0x06F0, 0x0966, 0xFF10) for digit in range(10)}
"""Arabic, Persian, Devanagari and full-width digits."""
_BARE = str.maketrans("áàâãäçéèêëíìîïñóòôõöúùûü", "aaaaaceeeeiiiinooooouuuu")
_SHORT_YEAR = r"^(\d{1,2})[-/. ](\d{1,2}|[A-Za-z]{3,9})[-/. ](\d{2})$"
_FIRST_SERIAL, _LAST_SERIAL = 36_526, 73_415
"""The numbers by which Excel knows the days of this century."""
_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """How the user writes dates: `order` is ``day`` or ``month``, whichever comes first in 03/04/2027; `zone` an IANA time zone."""

    order: str | None = None
    zone: str | None = None


PLAIN = Calendar()
"""Nothing is known: a date with two readings is an error, and a moment is in UTC."""


def to_day(column: pl.Expr, calendar: Calendar) -> pl.Expr:
    """The day in UTC; null where it cannot be told."""
    column = _tidied(column)
    iso, numeric = column.str.extract_groups(_ISO), column.str.extract_groups(_NUMERIC)
    year, month, day, *time_iso = (iso.struct.field(str(number)) for number in range(1, 8))
    first, second, last, *time_numeric = (numeric.struct.field(str(number)) for number in range(1, 8))
    day_first, month_first = _reading(first, second, calendar.order)
    return pl.coalesce(
        _utc_day((year, month, day), time_iso, calendar.zone),
        pl.when(day_first)
        .then(_utc_day((last, second, first), time_numeric, calendar.zone))
        .when(month_first)
        .then(_utc_day((last, first, second), time_numeric, calendar.zone)),
        _written_day(column.str.extract_groups(_EAST_ASIAN)),
        _in_words(column).struct.field("day"),
    )


def stated_day(column: pl.Expr, calendar: Calendar) -> pl.Expr:
    """The day as it is written, whatever time and zone stand behind it; null where it is written in words."""
    column = _tidied(column)
    iso, numeric = column.str.extract_groups(_ISO), column.str.extract_groups(_NUMERIC)
    first, second, last = (numeric.struct.field(str(number)) for number in range(1, 4))
    day_first, month_first = _reading(first, second, calendar.order)
    return pl.coalesce(
        _written_day(iso),
        pl.when(day_first).then(_day_of(last, second, first)).when(month_first).then(_day_of(last, first, second)),
    )


def has_time(column: pl.Expr) -> pl.Expr:
    """Whether a time of day other than midnight is written, or a time of any kind with a zone."""
    column = _tidied(column)
    return column.str.contains(r"[ T]\d?[1-9]:\d\d|[ T][12]\d:\d\d|[ T]0?0:(?:[1-5]\d|0[1-9])|:\d\d ?(?:[+-]\d\d:?\d\d)$").fill_null(value=False)


def has_other_weekday(column: pl.Expr) -> pl.Expr:
    """Whether a weekday is written that is not the one of the date in words."""
    read = _in_words(_tidied(column))
    return (read.struct.field("weekday") != read.struct.field("day").dt.weekday()).fill_null(value=False)


def explain(value: str, calendar: Calendar) -> str:
    """What may be meant by a text that is no date, or why it is none, as a sentence; empty where nobody can tell."""
    plain = re.sub(_DASHES, "-", value.strip())
    if plain.isdecimal() and _FIRST_SERIAL <= int(plain) <= _LAST_SERIAL:
        return f"Did you mean {_EPOCH + timedelta(days=int(plain))}? That is the day which Excel knows by this number."
    if (compact := re.match(_COMPACT, plain)) and (day := pl.select(to_day(pl.lit("-".join(compact.groups())), calendar)).item()):
        return f"Did you mean {day}?"
    if short := re.match(_SHORT_YEAR, plain):
        full = f"{short[1]}-{short[2]}-20{short[3]}" if short[2].isdecimal() else f"{short[1]} {short[2]} 20{short[3]}"
        day = pl.select(to_day(pl.lit(full), calendar)).item()
        return f"Did you mean {day}? Write the year with four digits." if day else ""
    found = re.match(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$", plain) or re.match(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$", plain)
    if found is None:
        return ""
    year, month, day_number = map(int, found.groups() if len(found[1]) == 4 else reversed(found.groups()))
    if not 1 <= month <= 12 or not 1 <= day_number <= 31:
        return ""
    name, last = calendar_names.month_name[month], calendar_names.monthrange(year, month)[1]
    return f"{name} {year} has {last} days." if day_number > last else ""


def _tidied(column: pl.Expr) -> pl.Expr:
    """The text with plain digits and hyphens, without what nobody sees, and without a closing dot."""
    plain = column.str.replace_all(_UNSEEN, "").str.replace_many(list(_DIGITS), list(_DIGITS.values())).str.replace_all(_DASHES, "-")
    return plain.str.replace_all(r"(\d)\.\s+", "$1.").str.strip_chars().str.strip_chars_end(".")


def _written_day(parts: pl.Expr) -> pl.Expr:
    year, month, day = (parts.struct.field(str(number)) for number in range(1, 4))
    return _day_of(year, month, day)


def _day_of(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    return pl.concat_str([year, month.str.zfill(2), day.str.zfill(2)], separator="-").str.to_date("%Y-%m-%d", strict=False)


def _in_words(column: pl.Expr) -> pl.Expr:
    """A date whose month is a word, as `day` and, where one is written, `weekday`; both null where it is none."""
    words = column.str.to_lowercase().str.replace_many([chr(letter) for letter in _BARE], [chr(letter) for letter in _BARE.values()])
    words = (
        words.str.replace_all(r"(\d)(?:st|nd|rd|th|er|º|ª|°)\b?", "$1")
        .str.replace_all(r"\s+-\s*|-\s+", " ")
        .str.replace_all(r"[,.\s]+|(\d)-|-(\d)", "$1 $2")
    )
    words = (pl.lit(" ") + words + " ").str.replace_all(_BETWEEN, "  ").str.replace_all(_BETWEEN, "  ").str.replace_all(r"\s+", " ").str.strip_chars()
    day_month, month_day = words.str.extract_groups(_DAY_MONTH), words.str.extract_groups(_MONTH_DAY)
    months, weekdays = (_number_of(names) for names in (MONTHS, WEEKDAYS))
    one = _day_of(day_month.struct.field("4"), months(day_month.struct.field("3")), day_month.struct.field("2"))
    other = _day_of(month_day.struct.field("4"), months(month_day.struct.field("2")), month_day.struct.field("3"))
    said = pl.coalesce(day_month.struct.field("1"), month_day.struct.field("1"))
    weekday = weekdays(said).cast(pl.Int8, strict=False)
    day = pl.when(said.is_null() | weekday.is_not_null()).then(pl.coalesce(one, other))
    return pl.struct(day.alias("day"), weekday.alias("weekday"))


def _number_of(names: Mapping[str, int]) -> Callable[[pl.Expr], pl.Expr]:
    numbers = [str(number) for number in names.values()]
    return lambda column: column.replace_strict(list(names), numbers, default=None, return_dtype=pl.String)


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
    written = _day_of(year, month, day)
    twelve, late = hour.cast(pl.Int64, strict=False), half.str.to_lowercase() == "pm"
    hours = pl.when(half.is_null()).then(twelve).otherwise(twelve % 12 + pl.when(late).then(12).otherwise(0))
    minutes = hours * 60 + minute.cast(pl.Int64, strict=False)
    moment = pl.when(minutes < _DAY).then(written.cast(pl.Datetime("us")) + pl.duration(minutes=minutes))
    elsewhere = (moment - pl.duration(minutes=_offset(offset))).dt.date()
    # A spreadsheet program writes midnight behind a mere day.
    is_day = hour.is_null() | ((minutes == 0) & offset.is_null())
    return pl.when(is_day).then(written).when(offset.is_not_null()).then(elsewhere).otherwise(_local_day(moment, zone))


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
