"""The frames that rules look at: typed rows, joined with their bundle and with what is known.

Everything that needs a join, a window or the day is worked out here once, so that each rule is a
plain comparison. Columns made here begin with ``_``, with ``e.`` (the sheet's value, or the
platform's where the cell is blank) or with ``b.`` (the bundle of a position); ``x.`` is what an export said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import polars as pl

from bulkportal.check.bundle_rules import ACCOUNT_FIELDS
from bulkportal.check.casting import TABLE
from bulkportal.check.empty_slots import brings
from bulkportal.check.known import DAYS_DELIVERED, DAYS_NEW, OFFLINE, Known
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.corrections import by_field
from bulkportal.columns.countries import spellings
from bulkportal.columns.field import Catalogue
from bulkportal.columns.positions import POSITIONS
from bulkportal.sheets.sifting import beside, is_blank, repeated, repeating
from bulkportal.sheets.table import ROW

_BUNDLE_FACTS: dict[str, pl.DataType | type[pl.DataType]] = {
    "k.id": pl.String,
    "k.ref": pl.String,
    "k.type": pl.String,
    "k.platform": pl.String,
    "k.videos": pl.Int64,
    "k.edits": pl.Int64,
    "k.delivered": pl.Boolean,
    "k.has": pl.List(pl.String),
    "k.configured": pl.Boolean,
}
FAR_DAYS = 548
"""Eighteen months."""

NEVER_DAYS = 5 * 365
"""Further ahead than any launch is planned."""

_SLOT_FACTS: dict[str, pl.DataType | type[pl.DataType]] = {"_bundle": pl.String, "position": pl.Int64, "s.has": pl.List(pl.String), "s.date": pl.Date}
_ITS_BUNDLE: dict[str, pl.DataType | type[pl.DataType]] = {
    "_bundle": pl.String,
    "b.known": pl.Boolean,
    "b.platform": pl.String,
    "b.bundle_type": pl.String,
    "b.videos_quantity": pl.Int64,
    "b.edits_quantity": pl.Int64,
    "b.delivered": pl.Boolean,
    "b.by_id": pl.Boolean,
}


MAKING = ("bundle_type", "platform", "country", "account_id")
"""What a row must say to have a bundle made. One that says none of it can only mean a bundle that exists."""

_MEANT = {"_acts": ("action",), "_makes": MAKING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms of a check: the UTC day, what is known of the platform, and whether all is to be published.

    `meant_names` are names that somebody has said to be meant, though they read like those of rows that are not.
    """

    today: date
    known: Known
    publish: bool = False
    meant_names: tuple[str, ...] = ()


def meant(typed: pl.DataFrame, misread: pl.DataFrame) -> pl.DataFrame:
    """The rows with `_acts` and `_makes`: whether an action, or a bundle to be made, was meant, also in cells that could not be understood."""
    there = {name: [pl.col(field).is_not_null() for field in fields if field in typed.columns] for name, fields in _MEANT.items()}
    said = {name: pl.any_horizontal(pl.lit(value=False), *cells) for name, cells in there.items()}
    unread = misread.filter(pl.col("field").is_in([field for fields in _MEANT.values() for field in fields])) if misread.height else misread
    if unread.is_empty():
        return typed.with_columns(**said)
    unread = unread.group_by(TABLE, ROW).agg(pl.col("field").is_in(fields).any().alias(name) for name, fields in _MEANT.items())
    joined = typed.join(unread, on=[TABLE, ROW], how="left", maintain_order="left")
    return joined.with_columns(pl.col(name).fill_null(value=False) | cells for name, cells in said.items())


def known_frame(known: Known) -> pl.DataFrame:
    """The known bundles as a frame, one row each."""
    rows = [
        (b.id, b.reference, b.bundle_type, b.platform, b.videos_quantity, b.edits_quantity, b.delivered, sorted(b.account_has), bool(b.slots))
        for b in known.bundles
    ]
    return pl.DataFrame(rows, schema=_BUNDLE_FACTS, orient="row")


def bundles(typed: pl.DataFrame, positions: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """The frame for the bundle rules, in the order of `typed` (which carries `_bundle`, as `positions` does)."""
    return _bundles(typed, positions, terms) if typed.height else _no_bundles(tuple(typed.schema.items()))


@cache
def _no_bundles(columns: tuple[tuple[str, pl.DataType], ...]) -> pl.DataFrame:
    """The same where there is none, made once: many sheets hold rows of one kind alone."""
    none = pl.DataFrame(schema=dict(columns))
    return _bundles(none, none, Terms(today=date.min, known=OFFLINE))


def _bundles(typed: pl.DataFrame, positions: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    frame = _with_counts(_with_known(typed, terms.known), positions)
    return frame.with_columns(
        *_asked_of_bundles(online=terms.known.online, publish=terms.publish),
        _refused(terms).alias("_refused"),
        _country_closed(terms).alias("_country_closed"),
        pl.lit(", ".join(sorted(terms.known.countries))).alias("_countries"),
        *_sharing(frame, _KEYS_OF_BUNDLES),
    )


def _with_known(typed: pl.DataFrame, known: Known) -> pl.DataFrame:
    """The rows of bundles with what the platform has of each."""
    told = [name for name in _BUNDLE_FACTS if name not in ("k.id", "k.ref")]
    if not known.bundles:  # as of every check without the platform: a join takes as long for none
        return typed.with_columns(pl.lit(None, dtype=_BUNDLE_FACTS[name]).alias(name) for name in told)
    facts = known_frame(known)
    # Once each: of two bundles under one reference a finding of its own speaks, and joined to both a row would become two.
    by_ref = facts.filter(pl.col("k.ref").is_not_null()).unique("k.ref", keep="first", maintain_order=True)
    # By its name only without an id: beside an id the name may be a new one, which another bundle had before.
    by_name = pl.when(pl.col("bundle_id").is_null()).then("bundle")
    joined = typed.join(by_ref, left_on=by_name, right_on="k.ref", how="left", maintain_order="left")
    joined = joined.join(facts.drop("k.ref"), left_on="bundle_id", right_on="k.id", how="left", suffix=".i", maintain_order="left")
    return joined.with_columns(pl.coalesce(f"{name}.i", name).alias(name) for name in told)


def _with_counts(bundles: pl.DataFrame, positions: pl.DataFrame) -> pl.DataFrame:
    """The rows of bundles with how many rows of videos each has, how many slots it asks for, and how many of those are filled by rows."""
    if positions.is_empty():
        nothing = pl.lit(None, dtype=pl.Int64)
        return bundles.with_columns(slots=nothing, filled=nothing, _video_rows=pl.lit(0, dtype=pl.UInt32))
    slots = bundles.select("_bundle", pl.col("videos_quantity").alias("slots")).drop_nulls().unique("_bundle", keep="first")
    fills = brings() & (pl.col("action") != "unschedule").fill_null(value=True)
    rows = beside(positions.select("_bundle", "position", "_stays_empty", fills=fills), slots, "_bundle")
    filled = pl.col("position").filter(pl.col("fills") & pl.col("position").is_between(1, pl.col("slots"))).n_unique().cast(pl.Int64)
    counts = rows.group_by("_bundle").agg(filled=filled, _video_rows=(~pl.col("_stays_empty")).sum())
    return beside(beside(bundles, slots, "_bundle"), counts, "_bundle").with_columns(pl.col("_video_rows").fill_null(0))


@cache
def _asked_of_bundles(*, online: bool, publish: bool) -> tuple[pl.Expr, ...]:
    """What rules ask of bundles of which the platform's own facts stand beside them. To make these takes longer than to look at a few rows."""
    exists = pl.col("k.type").is_not_null()
    acting = _acting(online=online)
    perhaps = pl.lit(not online) & ~pl.col("_makes")
    return (
        pl.coalesce("bundle_type", "k.type").alias("e.bundle_type"),
        pl.coalesce("platform", "k.platform").alias("e.platform"),
        pl.coalesce("videos_quantity", "k.videos").alias("e.videos_quantity"),
        pl.coalesce("edits_quantity", "k.edits").alias("e.edits_quantity"),
        pl.col("k.videos").alias("_remote_videos"),
        pl.col("k.edits").alias("_remote_edits"),
        pl.coalesce("k.has", pl.lit([], dtype=pl.List(pl.String))).alias("_account_has"),
        pl.coalesce("k.configured", "x.videos", pl.lit(value=False)).alias("_remote_configured"),
        pl.col("k.delivered").fill_null(value=False).alias("_delivered"),
        exists.alias("_exists"),
        (pl.col("slots") - pl.col("filled").fill_null(0)).alias("empty"),
        # The words of slots_unfilled have a place for a price, which only a plan can fill.
        pl.lit("").alias("price"),
        pl.lit(online).alias("_online"),
        acting.alias("_acting"),
        (~exists & ~acting & ~perhaps & pl.col("bundle_id").is_null()).alias("_new"),
        (~exists & ~acting & perhaps & pl.col("bundle").is_not_null() & pl.col("bundle_id").is_null()).alias("_perhaps"),
        pl.col("message").map_elements(lambda text: bool(by_field(text)), return_dtype=pl.Boolean).alias("_names_field"),
        (pl.lit(online) & pl.col("bundle_id").is_not_null() & ~exists).alias("_id_absent"),
        _username_meant().alias("_username_meant"),
        _publishes(publish=publish).alias("_publish"),
        pl.any_horizontal(pl.col(name).is_not_null() for name in ACCOUNT_FIELDS).alias("_some_account"),
    )


def positions(typed: pl.DataFrame, bundle_frame: pl.DataFrame, terms: Terms, *, has_bundles: bool) -> pl.DataFrame:
    """The frame for the position rules, in the order of `typed` (which carries `_bundle`)."""
    if typed.is_empty():
        return _no_positions(tuple(typed.schema.items()))
    return _positions(typed, _of_bundle(bundle_frame, terms), terms, has_bundles=has_bundles)


@cache
def _no_positions(columns: tuple[tuple[str, pl.DataType], ...]) -> pl.DataFrame:
    """The same where there is none (see `_no_bundles`)."""
    none = pl.DataFrame(schema=dict(columns))
    return _positions(none, pl.DataFrame(schema=_ITS_BUNDLE), Terms(today=date.min, known=OFFLINE), has_bundles=False)


def _positions(typed: pl.DataFrame, its_bundle: pl.DataFrame, terms: Terms, *, has_bundles: bool) -> pl.DataFrame:
    frame = beside(beside(typed, its_bundle, "_bundle"), _slots(terms.known), ["_bundle", "position"])
    edits = pl.col("editing_instructions").is_not_null().sum().over("_bundle")
    frame = frame.with_columns(
        *_asked_of_positions(online=terms.known.online, slots=any(bundle.slots for bundle in terms.known.bundles)),
        pl.lit(terms.known.online or has_bundles).alias("_closed"),
        pl.lit(_where_not(terms, has_bundles=has_bundles)).alias("_where_not"),
        _refused(terms).alias("_refused"),
        (pl.lit(terms.today) + _lead() * pl.lit(timedelta(days=1))).alias("_earliest"),
        _is_far_away(terms.today).alias("_far_away"),
        (pl.lit(0) if is_blank(frame["editing_instructions"]) else edits).alias("_edits_wanted"),
        *_sharing(frame, _KEYS_OF_POSITIONS),
    )
    meant = _meant_day(terms.today) if frame["_far_away"].any() else pl.lit(None, dtype=pl.Date)
    return frame.with_columns(meant.alias("_meant_day"))


@cache
def _asked_of_positions(*, online: bool, slots: bool) -> tuple[pl.Expr, ...]:
    """What rules ask of videos beside which the facts of their bundles stand, and of their `slots` if there are any (see `_asked_of_bundles`)."""
    silent = _silent() if slots else pl.lit(value=False)
    known, by_id = _is_known("b.known"), _is_known("b.by_id")
    acts = pl.col("_acts")
    return (
        known.alias("b.known"),
        pl.coalesce("bundle", "bundle_id").alias("_bundle_shown"),
        pl.coalesce("bundle", "bundle_id").alias("_bundle_field"),
        pl.col("_bundle").is_first_distinct().alias("_first_of_bundle"),
        pl.coalesce("s.has", pl.lit([], dtype=pl.List(pl.String))).alias("_slot_has"),
        # A row with an action does that and nothing else: its other cells are not judged as content to send.
        ((pl.col("target_publish_date") == pl.col("s.date")).fill_null(value=False) | acts).alias("_date_stands"),
        (_unheard(by_id, online=online) | acts | silent | pl.col("_emptied") | pl.col("_stays_empty")).alias("_lenient"),
        pl.when(_lead() == DAYS_NEW)
        .then(pl.lit(f"a new account needs {DAYS_NEW} days"))
        .otherwise(pl.lit(f"even a delivered account needs {DAYS_DELIVERED} day"))
        .alias("_why_earliest"),
        (_effective_type() if slots else pl.col("video_type")).alias("e.video_type"),
    )


def _is_known(name: str) -> pl.Expr:
    return pl.col(name).fill_null(value=False)


def _lead() -> pl.Expr:
    """How many days ahead a video must be dated."""
    # Of a bundle nobody has asked the platform about, the account may be delivered: only what is surely wrong is one.
    perhaps_delivered = _is_known("b.delivered") | ~_is_known("b.known") | _is_known("b.by_id")
    return pl.when(perhaps_delivered).then(DAYS_DELIVERED).otherwise(DAYS_NEW)


def _is_far_away(today: date) -> pl.Expr:
    """Whether a date is so far ahead that its year may be mistyped.

    A launch of which all dates lie years ahead is a plan; one date among others, or one that nobody lives to see, is not.
    """
    day = pl.col("target_publish_date")
    ahead = (day - pl.lit(today)).dt.total_days()
    apart = (day.cast(pl.Int32) - day.cast(pl.Int32).median()) > FAR_DAYS
    return ((ahead > FAR_DAYS) & (apart | (ahead > NEVER_DAYS))).fill_null(value=False)


def _meant_day(today: date) -> pl.Expr:
    """The next day of that name."""
    day = pl.col("target_publish_date")
    this_year, next_year = (
        pl.concat_str(pl.lit(f"{today.year + later}-"), day.dt.to_string("%m-%d")).str.to_date("%Y-%m-%d", strict=False) for later in (0, 1)
    )
    return pl.when(this_year > today).then(this_year).otherwise(next_year)


def _says(catalogue: Catalogue) -> pl.Expr:
    """Whether a row asks for anything. One that only repeats what is there, as in a copy of an exported sheet, asks for nothing."""
    return _told(catalogue) | pl.col("_acts") | (pl.col("_clear").list.len() > 0)


def _told(catalogue: Catalogue) -> pl.Expr:
    """Whether a row has a cell that says how things are to be."""
    return pl.any_horizontal(pl.col(name).is_not_null() for name in catalogue.names if name not in catalogue.always_speaking)


def _counts() -> pl.Expr:
    """Whether a Bundles row is one too many where another is about the same bundle; a repeated one is not, unless they differ in the name."""
    renames = pl.col("bundle").n_unique().over("bundle_id") > 1
    return _says(BUNDLES) | renames | pl.col("bundle_id").is_null()


def _unheard(by_id: pl.Expr, *, online: bool) -> pl.Expr:
    """Whether a row may only change what nobody has asked the platform about. Where the export says that there is nothing, it does not."""
    return pl.lit(not online) & (pl.col("bundle_id").is_not_null() | by_id) & ~pl.col("_was_empty")


def _silent() -> pl.Expr:
    """Whether a row of a slot that has content asks for nothing: then nothing is sent, and nothing can be missing."""
    return pl.col("s.has").is_not_null() & ~_says(POSITIONS)


def _slots(known: Known) -> pl.DataFrame:
    rows = [
        (key, number, sorted(slot.has), slot.publish_date)
        for bundle in known.bundles
        for key in known.keys(bundle)
        for number, slot in bundle.slots.items()
    ]
    frame = pl.DataFrame(rows, schema=_SLOT_FACTS, orient="row")
    return frame.unique(["_bundle", "position"], keep="first", maintain_order=True) if rows else frame


def _of_bundle(bundle_frame: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """What videos ask of their bundles, one row for each bundle of the sheet or of the platform."""
    remote = [
        (key, True, b.platform, b.bundle_type, b.videos_quantity, b.edits_quantity, b.delivered, False)
        for b in terms.known.bundles
        for key in terms.known.keys(b)
    ]
    found = pl.DataFrame(remote, schema=_ITS_BUNDLE, orient="row")
    if bundle_frame.height:
        # The sheet's own rows stand first and win: they hold what is to be, with the platform's values where a cell is blank.
        found = pl.concat([bundle_frame.select(_as_asked_of_videos()).drop_nulls("_bundle"), found])
    return found.unique("_bundle", keep="first", maintain_order=True) if found.height else found


@cache
def _as_asked_of_videos() -> tuple[pl.Expr, ...]:
    return (
        pl.col("_bundle"),
        pl.lit(value=True).alias("b.known"),
        pl.coalesce("e.platform", "x.platform").alias("b.platform"),
        pl.coalesce("e.bundle_type", "x.type").alias("b.bundle_type"),
        pl.max_horizontal("e.videos_quantity", "_remote_videos").alias("b.videos_quantity"),
        pl.max_horizontal(pl.col("e.edits_quantity").fill_null(0), "_remote_edits").alias("b.edits_quantity"),
        (pl.col("_delivered") | (pl.col("e.bundle_type") == "videos_only").fill_null(value=False)).alias("b.delivered"),
        ((pl.col("bundle_id").is_not_null() | pl.col("_acting") | pl.col("_perhaps")) & ~pl.col("_exists")).alias("b.by_id"),
    )


def _effective_type() -> pl.Expr:
    # A blank type on a slot that has content keeps its type; which one is seen by the media it has.
    # A slot that was not read in full may have either.
    video, images = (pl.col("s.has").list.contains(name) for name in ("video", "carousel_images"))
    known = pl.when(images & ~video).then(pl.lit("carousel")).when(video & ~images).then(pl.lit("video"))
    return pl.coalesce("video_type", known)


def _country_closed(terms: Terms) -> pl.Expr:
    if not terms.known.countries:
        return pl.lit(value=False)
    accepted = {spelling for code in terms.known.countries for spelling in spellings(code)}
    return ~pl.col("country").str.to_uppercase().is_in(sorted(accepted))


def _username_meant() -> pl.Expr:
    """The beginning of a hint: the name alone, of one written with its sign or as the address of its page."""
    name = pl.col("username").str.extract(r"(?i)^(?:(?:https?://)?(?:www\.)?(?:tiktok|instagram|youtube)\.com/)?@?([A-Za-z0-9_.]{1,24})/?$")
    return pl.when(name.is_not_null()).then(pl.lit("Did you mean ") + name + "? ").otherwise(pl.lit(""))


def _refused(terms: Terms) -> pl.Expr:
    """What the platform says of an id that it does not show, in brackets; nothing where it was not asked."""
    said = terms.known.refused
    words = pl.col("bundle_id").replace_strict(said, default=None, return_dtype=pl.String) if said else pl.lit(None, dtype=pl.String)
    return words.fill_null("")


def _publishes(*, publish: bool) -> pl.Expr:
    # An action other than publish says what is to become of the bundle; the publish column is then silent.
    asked = pl.col("publish").fill_null(value=False) | pl.lit(publish)
    return (pl.col("action") == "publish").fill_null(value=False) | (asked & pl.col("action").is_null())


def _acting(*, online: bool) -> pl.Expr:
    """Whether a row means a bundle that exists, since it asks for something that can only be done to such a one.

    A new bundle can be published too; nobody means one, though, by a row that says nothing of it.
    """
    asks = (pl.col("action") != "publish").fill_null(value=False)
    return asks if online else asks | (pl.col("_acts") & ~_told(BUNDLES))


@dataclass(frozen=True, slots=True)
class Key:
    """What several rows may share that each must have for itself; a row that does not count shares it with none."""

    of: pl.Expr
    counts: pl.Expr = pl.lit(value=True)  # noqa: RUF009 - an expression does not change


_KEYS_OF_BUNDLES = {
    "_same_bundle": Key(pl.col("bundle"), _counts()),
    "_same_id": Key(pl.col("bundle_id"), _counts()),
    "_same_key": Key(pl.col("_bundle"), _counts()),
    # The networks know no capitals in a username, and each network has names of its own.
    "_same_username": Key(pl.struct("platform", pl.col("username").str.to_lowercase())),
}
_KEYS_OF_POSITIONS = {
    "_same_position": Key(pl.struct("_bundle", "position"), _says(POSITIONS)),
    "_same_day": Key(pl.struct("_bundle", "target_publish_date")),
    "_same_ref": Key(pl.col("external_ref")),
}


def _sharing(frame: pl.DataFrame, keys: Mapping[str, Key]) -> Iterator[pl.Expr | pl.Series]:
    """For each row and key: how many rows share it (``..._count``), and where those are several which, as text such as ``rows 4, 7``.

    A row without a key shares it with none, and counts as one.
    """
    perhaps = repeating(frame, {name: key.of for name, key in keys.items()})
    for name, key in keys.items():
        if name not in perhaps:
            yield pl.lit(1, dtype=pl.Int64).alias(f"{name}_count")
            yield pl.lit(None, dtype=pl.String).alias(name)
            continue
        # Few rows share what each must have for itself, and only those are put together.
        keyed = frame.select(ROW, key=pl.when(key.counts).then(key.of)).with_row_index("_at").drop_nulls("key")
        several = keyed.filter(repeated(keyed["key"]))
        sizes = several.select("_at", n=pl.len().over("key").cast(pl.Int64), rows=pl.lit("rows ") + _numbers_of(name))
        yield pl.repeat(1, len(frame), dtype=pl.Int64, eager=True).scatter(sizes["_at"], sizes["n"]).alias(f"{name}_count")
        yield pl.repeat(None, len(frame), dtype=pl.String, eager=True).scatter(sizes["_at"], sizes["rows"]).alias(name)


def _numbers_of(name: str) -> pl.Expr:
    """The rows that share a key, as text. Those of one day are only counted."""
    return pl.lit("") if name == "_same_day" else pl.col(ROW).cast(pl.String).str.join(", ").over("key")


def _where_not(terms: Terms, *, has_bundles: bool) -> str:
    if terms.known.online:
        return "neither on the Bundles sheet nor on the platform" if has_bundles else "not on the platform"
    return "not on the Bundles sheet"
