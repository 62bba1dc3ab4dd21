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

_TIME = r"(?:(?:T|,? +)(\d{1,2}):(\d{2})(?::\d{2}(?:[.,]\d+)?)? ?(am|pm)? ?(z|utc|gmt|[+-](?:0\d|1[01]):?\d{2}|\+1[2-4]:?\d{2})?)?$"
"""A zone lies at most 11 hours behind and 14 before: 18:30-19:00 is no moment, but from when until when."""
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
_HOUR = re.compile(
    r"\d{1,2}\s?[:.h]\s?\d{2}|\d\s?(?:am|pm|uhr|h|hrs|o'clock|時|点)\b|^\W*\d{4,6}z?$|[上下]午"
    r"|\b(?:noon|midday|midnight|morning|afternoon|evening|night|mittags?|morgens?|abends?|midi|matin|soir|tarde|noche|sera|mattina|noite)\b",
    re.IGNORECASE,
)
"""How people write a time of day behind a date, or before it."""

_PLAIN = r"^\d{4}-\d{2}-\d{2}$"
_LONGEST = 60
"""A longer text is no date with a time."""

_FIRST_SERIAL, _LAST_SERIAL = 36_526, 73_415
"""The numbers by which Excel knows the days of this century."""
# Not the 31st: Excel counts a 29 February 1900, which never was, and so is a day ahead from then on.
_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """How the user writes dates: `order` is ``day`` or ``month``, whichever comes first in 03/04/2027; `zone` an IANA time zone."""

    order: str | None = None
    zone: str | None = None


PLAIN = Calendar()
"""Nothing is known: a date with two readings is an error, and a moment is in UTC."""


def to_day(column: pl.Expr, calendar: Calendar) -> pl.Expr:
    """The day in UTC; null where it is not certain."""
    return column.map_batches(lambda texts: _days(texts, calendar), return_dtype=pl.Date, is_elementwise=True)


def stated_day(column: pl.Expr, calendar: Calendar) -> pl.Expr:
    """The day as it is written, whatever time and zone stand behind it; null where it is written in words."""
    return column.map_batches(lambda texts: _parted(_tidy(texts), calendar)["written"], return_dtype=pl.Date, is_elementwise=True)


def has_time(column: pl.Expr) -> pl.Expr:
    """Whether a time of day other than midnight is written, or a time of any kind with a zone."""
    column = _tidied(column)
    return column.str.contains(r"[ T]\d?[1-9]:\d\d|[ T][12]\d:\d\d|[ T]0?0:(?:[1-5]\d|0[1-9])|:\d\d ?(?:[+-]\d\d:?\d\d)$").fill_null(value=False)


def has_other_weekday(column: pl.Expr) -> pl.Expr:
    """Whether a weekday is written that is not the one of the date in words."""
    return column.map_batches(have_other_weekday, return_dtype=pl.Boolean, is_elementwise=True)


def have_other_weekday(texts: pl.Series) -> pl.Series:
    """The same of each of these texts."""
    if not texts.str.contains(r"\p{L}").any():
        return pl.repeat(value=False, n=len(texts), dtype=pl.Boolean, eager=True)  # what follows reads words, at a price
    read = _in_words(_tidy(texts))
    return (read["weekday"] != read["day"].dt.weekday()).fill_null(value=False)


def explain(value: str, calendar: Calendar) -> str:
    """What may be meant by a text that is no date, or why it is none, as a sentence; empty where nobody can tell."""
    plain = re.sub(_DASHES, "-", value.strip())
    # Offered and never read: 46461 may as well be somebody's number of a post.
    if plain.isdecimal() and _FIRST_SERIAL <= int(plain) <= _LAST_SERIAL:
        return f"Did you mean {_EPOCH + timedelta(days=int(plain))}? That is the day which Excel knows by this number."
    if (compact := re.match(_COMPACT, plain)) and (day := pl.select(to_day(pl.lit("-".join(compact.groups())), calendar)).item()):
        return f"Did you mean {day}?"
    if day := _beside_a_time(plain, calendar):
        return f"Did you mean {day}? The platform knows days only: leave out the time."
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


def _beside_a_time(text: str, calendar: Calendar) -> date | None:
    """The day of a date that stands beside a time of day in a way that is not read; None where there is none."""
    if len(text) > _LONGEST:
        return None
    places = [found.start() for found in re.finditer(r"[\s,T_@/(]", text)]
    parts = [(text[:at], text[at:]) for at in reversed(places)] + [(text[at:], text[:at]) for at in places]
    dates = [re.sub(r"[\s,(]+(?:at|um|à|a las|alle|às|ore)?[\s,]*$", "", day).strip(" ,()") for day, time in parts if _HOUR.search(time)]
    found = pl.Series(dates, dtype=pl.String).to_frame("text").select(to_day(pl.col("text"), calendar)).to_series().drop_nulls()
    return found[0] if len(found) else None


def _tidied(column: pl.Expr) -> pl.Expr:
    """The text with plain digits and hyphens, without what nobody sees, and without a closing dot."""
    plain = column.str.replace_all(_UNSEEN, "").str.replace_many(list(_DIGITS), list(_DIGITS.values())).str.replace_all(_DASHES, "-")
    return plain.str.replace_all(r"(\d)\.\s+", "$1.").str.strip_chars().str.strip_chars_end(".")


def _tidy(texts: pl.Series) -> pl.Series:
    return texts.alias("text").to_frame().select(_tidied(pl.col("text"))).to_series()


# Each step is a frame of its own: one expression for all of them repeats the former steps within the later ones, over and over.


def _days(texts: pl.Series, calendar: Calendar) -> pl.Series:
    """The days in UTC of texts."""
    if texts.str.contains(_PLAIN).all():  # as programs write them, and most people
        days = texts.str.to_date("%Y-%m-%d", strict=False)
        if days.null_count() == texts.null_count():
            return days
    texts = _tidy(texts)
    days = _utc_days(_parted(texts, calendar), calendar.zone)
    # Dates in words are looked for only where something is left: that costs more than all the rest.
    if not (texts.is_not_null() & days.is_null()).any():
        return days
    year, month, day = _groups(texts, _EAST_ASIAN, 3).get_columns()
    other = pl.select(_day_of(year, month, day)).to_series()
    return pl.select(pl.coalesce(days, other, _in_words(texts)["day"])).to_series()


def _parted(texts: pl.Series, calendar: Calendar) -> pl.DataFrame:
    """What stands where in dates of digits, by the order of their parts; `written` is the day that they make."""
    # By patterns of ours: dateutil takes "10" for a day of this month and 03/04 for March, and needs 30 µs a text.
    iso, numeric = (_groups(texts, pattern, 7, name) for pattern, name in ((_ISO, "i"), (_NUMERIC, "n")))
    day_first, month_first = _reading(pl.col("n1"), pl.col("n2"), calendar.order)
    both = iso.hstack(numeric).with_columns(day_first=day_first, month_first=month_first)
    parts = both.select(
        year=pl.coalesce("i1", pl.when(pl.col("day_first") | pl.col("month_first")).then("n3")),
        month=pl.coalesce("i2", pl.when("day_first").then("n2").when("month_first").then("n1")),
        day=pl.coalesce("i3", pl.when("day_first").then("n1").when("month_first").then("n2")),
        **{name: pl.coalesce(f"i{number}", f"n{number}") for number, name in enumerate(("hour", "minute", "half", "offset"), start=4)},
    )
    return parts.with_columns(written=_day_of(pl.col("year"), pl.col("month"), pl.col("day")))


def _groups(texts: pl.Series, pattern: str, count: int, name: str = "") -> pl.DataFrame:
    """What the groups of a pattern hold, a column each."""
    names = [f"{name}{number}" for number in range(1, count + 1)]
    return texts.alias("text").to_frame().select(pl.col("text").str.extract_groups(pattern).struct.rename_fields(names)).unnest("text")


def _day_of(year: pl.Expr | pl.Series, month: pl.Expr | pl.Series, day: pl.Expr | pl.Series) -> pl.Expr:
    return pl.concat_str([year, month.str.zfill(2), day.str.zfill(2)], separator="-").str.to_date("%Y-%m-%d", strict=False)


def _in_words(texts: pl.Series) -> pl.DataFrame:
    """Dates whose month is a word, as `day` and, where one is written, `weekday`; both null where it is none."""
    words = texts.str.to_lowercase().str.replace_many([chr(letter) for letter in _BARE], [chr(letter) for letter in _BARE.values()])
    words = (
        words.str.replace_all(r"(\d)(?:st|nd|rd|th|er|º|ª|°)\b?", "$1")
        .str.replace_all(r"\s+-\s*|-\s+", " ")
        .str.replace_all(r"[,.\s]+|(\d)-|-(\d)", "$1 $2")
    )
    # Twice, since two such words in a row share a blank, which one pass gives to the first of them.
    words = (" " + words + " ").str.replace_all(_BETWEEN, "  ").str.replace_all(_BETWEEN, "  ").str.replace_all(r"\s+", " ").str.strip_chars()
    both = _groups(words, _DAY_MONTH, 4, "d").hstack(_groups(words, _MONTH_DAY, 4, "m"))
    months, weekdays = (_number_of(names) for names in (MONTHS, WEEKDAYS))
    read = both.select(
        day=pl.coalesce(
            _day_of(pl.col("d4"), months(pl.col("d3")), pl.col("d2")),
            _day_of(pl.col("m4"), months(pl.col("m2")), pl.col("m3")),
        ),
        said=pl.coalesce("d1", "m1"),
    ).with_columns(weekday=weekdays(pl.col("said")).cast(pl.Int8, strict=False))
    return read.select(day=pl.when(pl.col("said").is_null() | pl.col("weekday").is_not_null()).then("day"), weekday="weekday")


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
    # 03/03 is the same day either way.
    return (one > 12) | (one == two), two > 12


def _utc_days(parts: pl.DataFrame, zone: str | None) -> pl.Series:
    twelve, half, offset = pl.col("hour").cast(pl.Int64, strict=False), pl.col("half"), pl.col("offset")
    late = pl.when(half.str.to_lowercase() == "pm").then(12).otherwise(0)
    # 12 am is midnight and 12 pm is noon: as a number of hours both are a 0 first.
    hours = pl.when(half.is_null()).then(twelve).otherwise(twelve % 12 + late)
    timed = parts.with_columns(minutes=hours * 60 + pl.col("minute").cast(pl.Int64, strict=False))
    timed = timed.with_columns(
        moment=pl.when(pl.col("minutes") < _DAY).then(pl.col("written").cast(pl.Datetime("us")) + pl.duration(minutes="minutes"))
    )
    elsewhere = (pl.col("moment") - pl.duration(minutes=_offset(offset))).dt.date()
    # A spreadsheet program writes midnight behind a mere day.
    is_day = pl.col("hour").is_null() | ((pl.col("minutes") == 0) & offset.is_null())
    local = _local_day(pl.col("moment"), zone)
    return timed.select(pl.when(is_day).then("written").when(offset.is_not_null()).then(elsewhere).otherwise(local).alias("day")).to_series()


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
