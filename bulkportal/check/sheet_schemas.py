"""The rules of both sheets as pandera schemas; their door is `bulkportal.schemas`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pandera.polars as pa
import polars as pl

from bulkportal.check import prepare
from bulkportal.check.bundle_rules import BUNDLE_RULES
from bulkportal.check.casting import ADDRESS, CLEARED, NOTHING_MISREAD, TABLE, dtype_of
from bulkportal.check.checker import Frames, Typed
from bulkportal.check.dates import PLAIN
from bulkportal.check.finding_list import Findings
from bulkportal.check.findings import Sheet
from bulkportal.check.known import OFFLINE
from bulkportal.check.position_rules import POSITION_RULES
from bulkportal.check.rules import Rule, as_check, bounds
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import Catalogue, Field, Kind
from bulkportal.columns.positions import POSITIONS
from bulkportal.sheets.table import ROW, Table

_OF_THE_OTHER = {"bundle": ("_video_rows", "empty"), "position": ("b.known", "_closed")}
"""What a rule asks of the other sheet. Where that is not given, the rules that cannot do without say nothing."""

_AS_BUNDLE = {"_bundle_field": "bundle"}
"""A rule about whichever column names the bundle stands on this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherSheet:
    """What stands beside the rows that a schema judges: the other sheet's rows, if they are given, and the day."""

    rows: pl.DataFrame | None
    today: date


class SheetSchema(pa.DataFrameSchema):
    """The schema of one sheet: pandera's, whose checks see the rows together with what they ask of the other sheet and the day.

    `validate` takes an eager frame with columns of `bulkportal`'s names and types, and returns it. Columns may be left out; one that is
    not known is a failure. It raises pandera's SchemaError, or with ``lazy=True`` SchemaErrors, whose `failure_cases` name column, check
    and row; rules that are warnings warn (SchemaWarning). Where a type is wrong, only types are judged. Raises TypeError for a
    lazy frame, of which pandera would look at the types alone.
    """

    def __init__(self, catalogue: Catalogue, rules: Sequence[Rule], beside: OtherSheet) -> None:
        self._catalogue, self._other_sheet = catalogue, beside
        fields = {known.name: _column(known) for known in catalogue.fields}
        self._fields = pa.DataFrameSchema(fields, strict=True, name=catalogue.sheet)
        checks: dict[str, list[pa.Check]] = {}
        for rule in rules:
            checks.setdefault(_AS_BUNDLE.get(rule.field, rule.field), []).append(as_check(rule))
        columns = {known.name: _column(known, checks.get(known.name, ())) for known in catalogue.fields}
        super().__init__(columns, name=catalogue.sheet, title=f"The {catalogue.sheet} sheet")

    @classmethod
    def get_backend(cls, check_obj: Any | None = None, check_type: type | None = None) -> Any:
        """Pandera's own backend for polars."""
        return pa.DataFrameSchema.get_backend(check_obj, check_type)

    def validate(self, check_obj: Any, *args: Any, **kwargs: Any) -> Any:
        """The rows, if all is right; see the class."""
        if not isinstance(check_obj, pl.DataFrame):
            raise TypeError("A schema judges a polars DataFrame; collect a lazy frame first, and make one of pandas by polars.from_pandas.")
        # Types on their own first: within one pass, a rule over a column of the wrong type would raise from polars.
        self._fields.validate(check_obj, *args, **kwargs)
        super().validate(self._prepared(check_obj), *args, **kwargs)
        return check_obj

    def _prepared(self, frame: pl.DataFrame) -> pl.DataFrame:
        other = self._other_sheet.rows
        is_bundles = self._catalogue is BUNDLES
        bundles, positions = (frame, other) if is_bundles else (other, frame)
        typed = Typed(
            sheets=(_sheet(BUNDLES, "bundle"), _sheet(POSITIONS, "position")),
            bundles=_rows(bundles, BUNDLES, 0),
            positions=_rows(positions, POSITIONS, 1),
            findings=Findings.of(()),
            base={},
            texts={},
            calendar=PLAIN,
        )
        frames = Frames.of(typed, prepare.Terms(today=self._other_sheet.today, known=OFFLINE))
        return frames.of_bundles if is_bundles else frames.of_positions


def bundles(videos: pl.DataFrame | None = None, *, today: date | None = None) -> SheetSchema:
    """The schema of the Bundles sheet: a row for each bundle. With the rows of `videos`, what publishing asks of them is judged too.

    `today` is the day in UTC; none means the day it is now.
    """
    rules = (*bounds(BUNDLES), *BUNDLE_RULES)
    return SheetSchema(BUNDLES, tuple(_answerable(rules, "bundle", videos)), _other_sheet(videos, today))


def videos(bundles: pl.DataFrame | None = None, *, today: date | None = None) -> SheetSchema:
    """The schema of the Videos sheet: a row for each position of a bundle.

    Most rules ask for the platform, the type and the slots of the row's bundle: give the rows of `bundles`, or none of these is judged.
    `today` is the day in UTC from which dates are counted; none means the day it is now.
    """
    rules = (*bounds(POSITIONS), *POSITION_RULES)
    return SheetSchema(POSITIONS, tuple(_answerable(rules, "position", bundles)), _other_sheet(bundles, today))


def _other_sheet(rows: pl.DataFrame | None, today: date | None) -> OtherSheet:
    return OtherSheet(rows=rows, today=today or datetime.now(UTC).date())


def _answerable(rules: Sequence[Rule], kind: str, other: pl.DataFrame | None) -> Iterator[Rule]:
    """The rules that need nothing of the other sheet, or all where it is given."""
    asked = set(_OF_THE_OTHER[kind])
    return (rule for rule in rules if other is not None or not asked.intersection(rule.bad.meta.root_names()))


def _column(known: Field, checks: Sequence[pa.Check] = ()) -> pa.Column:
    """What the field declares, and these checks."""
    own: list[pa.Check] = []
    if known.choices:
        own.append(pa.Check.isin(list(known.choices), error="choice_invalid"))
    if known.kind is Kind.URL:
        own.append(pa.Check.str_matches(ADDRESS, error="url_invalid"))
    return pa.Column(dtype_of(known), [*own, *checks], nullable=True, required=False, title=known.title, description=known.help)


def _rows(frame: pl.DataFrame | None, catalogue: Catalogue, number: int) -> pl.DataFrame:
    """The rows as `check` types them, numbered from 0, with every column."""
    given = pl.DataFrame() if frame is None else frame
    rows = given.select(
        pl.lit(number, dtype=pl.Int64).alias(TABLE),
        pl.int_range(pl.len(), dtype=pl.Int64).alias(ROW),
        *(_cell(given, known) for known in catalogue.fields),
        pl.lit([], dtype=pl.List(pl.String)).alias(CLEARED),
    )
    return prepare.meant(rows if given.height else rows.clear(), NOTHING_MISREAD)


def _cell(frame: pl.DataFrame, known: Field) -> pl.Expr:
    dtype = dtype_of(known)
    return pl.col(known.name).cast(dtype) if known.name in frame.columns else pl.lit(None, dtype=dtype).alias(known.name)


def _sheet(catalogue: Catalogue, kind: str) -> Sheet:
    letters = {name: name for name in catalogue.names}
    return Sheet(table=Table(file="", sheet=catalogue.sheet, path=None, header_row=0, headers={}, frame=pl.DataFrame()), kind=kind, letters=letters)
