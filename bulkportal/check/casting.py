"""Text to typed columns, with every cell that cannot be understood kept as a finding.

We cast ourselves, with `strict=False`: a library that coerces for us loses which cell failed
(style guide, section 3). Nothing here guesses; what has two readings is an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

import polars as pl

from bulkportal.check.dates import PLAIN, Calendar, to_day, why_not
from bulkportal.check.findings import Sheet
from bulkportal.check.lists import entries
from bulkportal.columns.field import CLEAR, Catalogue, Field, Kind
from bulkportal.columns.yes_no import NO, NOT_SEEN, YES
from bulkportal.sheets.sifting import Sieve, is_blank, sifted
from bulkportal.sheets.table import ROW

TABLE = "_table"
CLEARED = "_clear"
_BLANK = "_blank "
_MISREAD = {TABLE: pl.Int64, ROW: pl.Int64, "field": pl.String, "value": pl.String, "clear": pl.Boolean}


ADDRESS = r"(?i)^https?://[^\s/]+\S*$"
"""An address of the web."""
_WHOLE = r"^[+-]?\d+(?:\.0{0,2}|,0{1,2})?$"
"""Two zeros at most: in 1.000 or 1,000 the sign may well part the thousands."""
_FEW_VALUES = (Kind.INTEGER, Kind.BOOLEAN, Kind.DATE, Kind.CHOICE)
"""Of these a column of many rows holds the same values again and again."""

_MANY_ROWS = 1000
"""So many rows are worth looking for the values that they have in common."""

_DTYPES: dict[Kind, pl.DataType] = {
    Kind.INTEGER: pl.Int64(),
    Kind.BOOLEAN: pl.Boolean(),
    Kind.DATE: pl.Date(),
    Kind.LIST: pl.List(pl.String()),
    Kind.MEDIA_LIST: pl.List(pl.String()),
}
NOTHING_MISREAD = pl.DataFrame(schema=_MISREAD)


def dtype_of(field: Field) -> pl.DataType:
    """The polars type of a field's column."""
    return _DTYPES.get(field.kind, pl.String())


def gather(sheets: Sequence[Sheet], catalogue: Catalogue, kind: str) -> pl.DataFrame:
    """All rows of one kind as text, one column per field, whatever sheets and order they stand in."""
    frames = [
        sheet.table.frame.select(
            pl.lit(number, dtype=pl.Int64).alias(TABLE),
            pl.col(ROW).cast(pl.Int64),
            *(
                pl.col(sheet.letters[name]).cast(pl.String).alias(name)
                if name in sheet.letters and sheet.letters[name] in sheet.table.frame.columns
                else pl.lit(None, dtype=pl.String).alias(name)
                for name in catalogue.names
            ),
        )
        for number, sheet in enumerate(sheets)
        if sheet.kind == kind
    ]
    if frames:
        return pl.concat(frames)
    return pl.DataFrame(schema={TABLE: pl.Int64, ROW: pl.Int64, **dict.fromkeys(catalogue.names, pl.String)})


def cast(text: pl.DataFrame, catalogue: Catalogue, calendar: Calendar = PLAIN) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Typed columns, and the cells that could not be understood: `_table`, `_row`, `field`, `value`, and `clear`, whether it says (clear).

    `calendar` says how the user writes dates.
    """
    typed = parsed(text, catalogue, calendar)
    misread = list(_misread(text, typed, catalogue))
    return typed, pl.concat([NOTHING_MISREAD, *misread]) if misread else NOTHING_MISREAD


def parsed(text: pl.DataFrame, catalogue: Catalogue, calendar: Calendar = PLAIN) -> pl.DataFrame:
    """The typed columns alone; a cell that could not be understood is null."""
    filled = [field for field in catalogue.fields if not is_blank(text[field.name])]
    if not filled:
        return text.select(TABLE, ROW, *map(_blank, catalogue.fields), _cleared(()).alias(CLEARED))
    clears = {name for name, _ in sifted(text, _clears(catalogue))}
    by_value = [field for field in filled if field.kind in _FEW_VALUES] if text.height >= _MANY_ROWS else []
    at_once = {field.name: _parse_bare(field, calendar) for field in filled if field not in by_value}
    bare = text.select(pl.col(name).str.strip_chars() for name in at_once)
    if clears:
        bare = bare.with_columns(pl.when(~_is_clear(name)).then(name).alias(name) for name in at_once if name in clears)
    read = {column.name: column for column in bare.select(parse.alias(name) for name, parse in at_once.items()).get_columns()}
    read |= {field.name: _by_value(text[field.name], _parse_text(field, calendar)) for field in by_value}
    cleared = [field.name for field in filled if field.clearable and field.name in clears]
    return text.select(TABLE, ROW, *(read.get(field.name, _blank(field)) for field in catalogue.fields), _cleared(cleared).alias(CLEARED))


@cache
def _blank(field: Field) -> pl.Expr:
    return pl.lit(None, dtype=dtype_of(field)).alias(field.name)


def _by_value(column: pl.Series, read: pl.Expr) -> pl.Series:
    """A column read, where many cells hold the same: each value once."""
    values = column.unique()
    # Where nearly all values differ, joining them back costs more than reading each of them.
    if 2 * len(values) > len(column):
        return column.to_frame().select(read.alias(column.name)).to_series()
    known = values.to_frame().with_columns(read.alias("_read"))
    return column.to_frame().join(known, on=column.name, how="left", nulls_equal=True, maintain_order="left")["_read"].alias(column.name)


def readable(values: pl.Series, field: Field) -> int:
    """How many of these texts can be understood as values of the field, however its dates are ordered."""
    read = [_parse_text(field, Calendar(order=order)).is_not_null() for order in ("day", "month")]
    found = values.alias(field.name).to_frame().select(pl.any_horizontal(*read, _is_clear(field.name)))
    return sum(found.to_series().to_list())


def _misread(text: pl.DataFrame, parsed: pl.DataFrame, catalogue: Catalogue) -> Iterator[pl.DataFrame]:
    fewer = [name for name in catalogue.names if parsed[name].null_count() > text[name].null_count()]
    if not fewer:  # every cell that holds something was read
        return
    both = text.hstack(parsed.select(pl.col(name).is_null().name.prefix(_BLANK) for name in fewer))
    for name, rows in sifted(both, {name: _wrong(catalogue)[name] for name in fewer}):
        yield rows.select(TABLE, ROW, field=pl.lit(name), value=pl.col(name), clear=_is_clear(name))


@cache
def _wrong(catalogue: Catalogue) -> dict[str, pl.Expr | Sieve]:
    return {field.name: _is_wrong(field) for field in catalogue.fields}


def _is_wrong(field: Field) -> pl.Expr | Sieve:
    """Whether a cell holds something and was read as nothing, as (clear) is too, which only some fields may say."""
    failed = pl.col(field.name).is_not_null() & pl.col(f"{_BLANK}{field.name}")
    return Sieve(coarse=failed, fine=~_is_clear(field.name)) if field.clearable else failed


def code_of(field: Field, value: str, calendar: Calendar) -> str:
    """The code of a cell that could not be understood."""
    return why_not(value, calendar) if field.kind is Kind.DATE else f"{field.kind.value}_invalid"


@cache
def _is_clear(name: str) -> pl.Expr:
    return pl.col(name).str.strip_chars().str.to_lowercase() == CLEAR


@cache
def _clears(catalogue: Catalogue) -> dict[str, Sieve]:
    """By field, whether a cell says (clear)."""
    return {name: Sieve(coarse=pl.col(name).str.contains(CLEAR[0], literal=True), fine=_is_clear(name)) for name in catalogue.names}


def _cleared(clearable: Sequence[str]) -> pl.Expr:
    """The names of the fields that each row empties, as a list; `clearable` are those that some row does."""
    marks = [pl.when(_is_clear(name)).then(pl.lit(name)) for name in clearable]
    return pl.concat_list(marks).list.drop_nulls() if marks else pl.lit([], dtype=pl.List(pl.String))


@lru_cache(maxsize=512)
def _parse_text(field: Field, calendar: Calendar) -> pl.Expr:
    """The value of a cell as it stands."""
    return _parse(pl.when(~_is_clear(field.name)).then(pl.col(field.name).str.strip_chars()), field, calendar)


@lru_cache(maxsize=512)
def _parse_bare(field: Field, calendar: Calendar) -> pl.Expr:
    """The value of a cell that has no blanks around it and does not say (clear)."""
    return _parse(pl.col(field.name), field, calendar)


def _parse(column: pl.Expr, field: Field, calendar: Calendar) -> pl.Expr:
    match field.kind:
        case Kind.INTEGER:
            whole = pl.when(column.str.contains(_WHOLE)).then(column.str.replace(r"[.,]0*$", ""))
            # Not by pandera's coerce=True: it reports valid nulls too, only the first failing column's rows, and no column at all.
            return whole.cast(pl.Int64, strict=False)
        case Kind.BOOLEAN:
            # `TRUE()` is what a formula kept as text says, `yes.` what people type, and 1.0 a number that a program has made of 1.
            word = column.str.replace_all(NOT_SEEN, "").str.strip_chars().str.to_lowercase().str.replace(r"(?:\(\)|[!.]|\.0)$", "")
            return pl.when(word.is_in(YES)).then(pl.lit(value=True)).when(word.is_in(NO)).then(pl.lit(value=False))
        case Kind.DATE:
            return to_day(column, calendar)
        case Kind.CHOICE:
            return _choice(column, field)
        case Kind.URL:
            return pl.when(column.str.contains(ADDRESS)).then(column)
        case Kind.LIST | Kind.MEDIA_LIST:
            return entries(field, column)
        case Kind.TEXT if field.is_country:  # a code is the same code in small letters
            is_code = column.str.contains(r"^[A-Za-z]{2,3}$")
            return pl.when(is_code).then(column.str.to_uppercase()).when(column != "").then(column)
        case _:
            return pl.when(column != "").then(column)


def _choice(column: pl.Expr, field: Field) -> pl.Expr:
    plain = column.str.to_lowercase().str.replace_all(r"[\s_-]+", " ")
    table = {choice.replace("_", " ").replace("-", " "): choice for choice in field.choices}
    # Synonyms are declared in this very form: small letters, one blank between words.
    table |= dict(field.synonyms)
    return plain.replace_strict(list(table), list(table.values()), default=None, return_dtype=pl.String)
