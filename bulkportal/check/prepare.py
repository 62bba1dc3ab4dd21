"""The frames that rules look at: typed rows, joined with their bundle and with what is known.

Everything that needs a join, a window or the day is worked out here once, so that each rule is a
plain comparison. Columns made here begin with ``_``, with ``e.`` (the sheet's value, or the
platform's where the cell is blank) or with ``b.`` (the bundle of a position); ``x.`` is what an export said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from bulkportal.check.bundle_rules import ACCOUNT_FIELDS
from bulkportal.check.casting import TABLE
from bulkportal.check.empty_slots import brings
from bulkportal.check.known import DAYS_DELIVERED, DAYS_NEW, Known
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.corrections import by_field
from bulkportal.columns.countries import spellings
from bulkportal.columns.field import Catalogue
from bulkportal.columns.positions import POSITIONS
from bulkportal.sheets.sifting import beside, is_blank, repeated
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


MAKING = ("bundle_type", "platform", "country", "account_id")
"""What a row must say to have a bundle made. One that says none of it can only mean a bundle that exists."""


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
    for name, fields in (("_acts", ("action",)), ("_makes", MAKING)):
        said = pl.any_horizontal(pl.lit(value=False), *(pl.col(field).is_not_null() for field in typed.columns if field in fields))
        meant_there = misread.filter(pl.col("field").is_in(fields)).select(TABLE, ROW, pl.lit(value=True).alias(name)).unique()
        if meant_there.is_empty():
            typed = typed.with_columns(said.alias(name))
        else:
            joined = typed.join(meant_there, on=[TABLE, ROW], how="left", maintain_order="left")
            typed = joined.with_columns(pl.col(name).fill_null(value=False) | said)
    return typed


def known_frame(known: Known) -> pl.DataFrame:
    """The known bundles as a frame, one row each."""
    rows = [
        (b.id, b.reference, b.bundle_type, b.platform, b.videos_quantity, b.edits_quantity, b.delivered, sorted(b.account_has), bool(b.slots))
        for b in known.bundles
    ]
    return pl.DataFrame(rows, schema=_BUNDLE_FACTS, orient="row")


def bundles(typed: pl.DataFrame, positions: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """The frame for the bundle rules, in the order of `typed` (which carries `_bundle`, as `positions` does)."""
    facts = known_frame(terms.known)
    # Once each: of two bundles under one reference a finding of its own speaks, and joined to both a row would become two.
    by_ref = facts.filter(pl.col("k.ref").is_not_null()).unique("k.ref", keep="first", maintain_order=True)
    # By its name only without an id: beside an id the name may be a new one, which another bundle had before.
    by_name = pl.when(pl.col("bundle_id").is_null()).then("bundle")
    joined = typed.join(by_ref, left_on=by_name, right_on="k.ref", how="left", maintain_order="left")
    joined = joined.join(facts.drop("k.ref"), left_on="bundle_id", right_on="k.id", how="left", suffix=".i", maintain_order="left")
    joined = joined.with_columns(pl.coalesce(f"{name}.i", name).alias(name) for name in _BUNDLE_FACTS if name not in ("k.id", "k.ref"))
    positions = positions.clear() if typed.is_empty() else positions
    counts = positions.filter(~pl.col("_stays_empty")).group_by("_bundle").agg(pl.len().alias("_video_rows"))
    keyed = joined.join(counts, on="_bundle", how="left", maintain_order="left")
    keyed = keyed.join(_filled(typed, positions), on="_bundle", how="left", maintain_order="left")
    exists = pl.col("k.type").is_not_null()
    acting = _acting(online=terms.known.online)
    perhaps = pl.lit(not terms.known.online) & ~pl.col("_makes")
    return keyed.with_columns(
        pl.coalesce("bundle_type", "k.type").alias("e.bundle_type"),
        pl.coalesce("platform", "k.platform").alias("e.platform"),
        pl.coalesce("videos_quantity", "k.videos").alias("e.videos_quantity"),
        pl.coalesce("edits_quantity", "k.edits").alias("e.edits_quantity"),
        (pl.col("k.videos").alias("_remote_videos")),
        (pl.col("k.edits").alias("_remote_edits")),
        pl.coalesce("k.has", pl.lit([], dtype=pl.List(pl.String))).alias("_account_has"),
        pl.coalesce("k.configured", "x.videos", pl.lit(value=False)).alias("_remote_configured"),
        pl.col("k.delivered").fill_null(value=False).alias("_delivered"),
        exists.alias("_exists"),
        (pl.col("slots") - pl.col("filled")).alias("empty"),
        # The words of slots_unfilled have a place for a price, which only a plan can fill.
        pl.lit("").alias("price"),
        pl.lit(terms.known.online).alias("_online"),
        acting.alias("_acting"),
        (~exists & ~acting & ~perhaps & pl.col("bundle_id").is_null()).alias("_new"),
        (~exists & ~acting & perhaps & pl.col("bundle").is_not_null() & pl.col("bundle_id").is_null()).alias("_perhaps"),
        pl.col("message").map_elements(lambda text: bool(by_field(text)), return_dtype=pl.Boolean).alias("_names_field"),
        (pl.lit(terms.known.online) & pl.col("bundle_id").is_not_null() & ~exists).alias("_id_absent"),
        _refused(terms).alias("_refused"),
        _username_meant().alias("_username_meant"),
        _publishes(terms).alias("_publish"),
        pl.any_horizontal(pl.col(name).is_not_null() for name in ACCOUNT_FIELDS).alias("_some_account"),
        pl.col("_video_rows").fill_null(0),
        _country_closed(terms).alias("_country_closed"),
        pl.lit(", ".join(sorted(terms.known.countries))).alias("_countries"),
    ).pipe(
        _sharing,
        _same_bundle=pl.when(_counts()).then("bundle"),
        _same_id=pl.when(_counts()).then("bundle_id"),
        _same_key=pl.when(_counts()).then("_bundle"),
        # The networks know no capitals in a username, and each network has names of its own.
        _same_username=pl.struct("platform", pl.col("username").str.to_lowercase()),
    )


def positions(typed: pl.DataFrame, bundle_frame: pl.DataFrame, terms: Terms, *, has_bundles: bool) -> pl.DataFrame:
    """The frame for the position rules, in the order of `typed` (which carries `_bundle`)."""
    frame = beside(typed, _of_bundle(bundle_frame, terms), "_bundle")
    frame = beside(frame, _slots(terms.known), ["_bundle", "position"])
    known, by_id = (pl.col(name).fill_null(value=False) for name in ("b.known", "b.by_id"))
    acts = pl.col("_acts")
    # Of a bundle nobody has asked the platform about, the account may be delivered: only what is surely wrong is one.
    perhaps_delivered = pl.col("b.delivered").fill_null(value=False) | ~known | by_id
    lead = pl.when(perhaps_delivered).then(DAYS_DELIVERED).otherwise(DAYS_NEW)
    frame = frame.with_columns(
        known.alias("b.known"),
        pl.lit(terms.known.online or has_bundles).alias("_closed"),
        pl.lit(_where_not(terms, has_bundles=has_bundles)).alias("_where_not"),
        pl.coalesce("bundle", "bundle_id").alias("_bundle_shown"),
        _refused(terms).alias("_refused"),
        pl.coalesce("bundle", "bundle_id").alias("_bundle_field"),
        pl.col("_bundle").is_first_distinct().alias("_first_of_bundle"),
        pl.coalesce("s.has", pl.lit([], dtype=pl.List(pl.String))).alias("_slot_has"),
        # A row with an action does that and nothing else: its other cells are not judged as content to send.
        ((pl.col("target_publish_date") == pl.col("s.date")).fill_null(value=False) | acts).alias("_date_stands"),
        (_unheard(terms, by_id) | acts | _silent() | pl.col("_emptied") | pl.col("_stays_empty")).alias("_lenient"),
        (pl.lit(terms.today) + lead * pl.lit(timedelta(days=1))).alias("_earliest"),
        *_far_away(frame, terms.today),
        pl.when(lead == DAYS_NEW)
        .then(pl.lit(f"a new account needs {DAYS_NEW} days"))
        .otherwise(pl.lit(f"even a delivered account needs {DAYS_DELIVERED} day"))
        .alias("_why_earliest"),
    )
    frame = frame.with_columns(_effective_type().alias("e.video_type"))
    edits = pl.col("editing_instructions").is_not_null().sum().over("_bundle")
    frame = frame.with_columns(_edits_wanted=pl.lit(0) if is_blank(frame["editing_instructions"]) else edits)
    return _sharing(
        frame,
        _same_position=pl.when(_says(POSITIONS)).then(pl.struct("_bundle", "position")),
        _same_day=pl.struct("_bundle", "target_publish_date"),
        _same_ref=pl.col("external_ref"),
    )


def _filled(typed: pl.DataFrame, positions: pl.DataFrame) -> pl.DataFrame:
    """For each bundle of the sheet how many of the slots that it asks for are filled by rows."""
    slots = typed.select("_bundle", pl.col("videos_quantity").alias("slots")).drop_nulls().unique("_bundle", keep="first")
    fills = brings() & (pl.col("action") != "unschedule").fill_null(value=True)
    filling = (
        positions.filter(fills).select("_bundle", "position").join(slots, on="_bundle").filter(pl.col("position").is_between(1, pl.col("slots")))
    )
    counts = filling.group_by("_bundle").agg(pl.col("position").n_unique().cast(pl.Int64).alias("filled"))
    return slots.join(counts, on="_bundle", how="left").with_columns(pl.col("filled").fill_null(0))


def _far_away(frame: pl.DataFrame, today: date) -> tuple[pl.Series, pl.Expr]:
    """Whether a date is so far ahead that its year may be mistyped, and the next day of that name.

    A launch of which all dates lie years ahead is a plan; one date among others, or one that nobody lives to see, is not.
    """
    day = pl.col("target_publish_date")
    ahead = (day - pl.lit(today)).dt.total_days()
    apart = (day.cast(pl.Int32) - day.cast(pl.Int32).median()) > FAR_DAYS
    far = frame.select(((ahead > FAR_DAYS) & (apart | (ahead > NEVER_DAYS))).fill_null(value=False).alias("_far_away")).to_series()
    if not far.any():
        return far, pl.lit(None, dtype=pl.Date).alias("_meant_day")
    this_year, next_year = (
        pl.concat_str(pl.lit(f"{today.year + later}-"), day.dt.to_string("%m-%d")).str.to_date("%Y-%m-%d", strict=False) for later in (0, 1)
    )
    following = pl.when(this_year > today).then(this_year).otherwise(next_year)
    return far, following.alias("_meant_day")


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


def _unheard(terms: Terms, by_id: pl.Expr) -> pl.Expr:
    """Whether a row may only change what nobody has asked the platform about. Where the export says that there is nothing, it does not."""
    return pl.lit(not terms.known.online) & (pl.col("bundle_id").is_not_null() | by_id) & ~pl.col("_was_empty")


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
    return frame.unique(["_bundle", "position"], keep="first", maintain_order=True)


def _of_bundle(bundle_frame: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    sheet = bundle_frame.filter(pl.col("_bundle").is_not_null()).select(
        "_bundle",
        pl.lit(value=True).alias("b.known"),
        pl.coalesce("e.platform", "x.platform").alias("b.platform"),
        pl.coalesce("e.bundle_type", "x.type").alias("b.bundle_type"),
        pl.max_horizontal("e.videos_quantity", "_remote_videos").alias("b.videos_quantity"),
        pl.max_horizontal(pl.col("e.edits_quantity").fill_null(0), "_remote_edits").alias("b.edits_quantity"),
        (pl.col("_delivered") | (pl.col("e.bundle_type") == "videos_only").fill_null(value=False)).alias("b.delivered"),
        ((pl.col("bundle_id").is_not_null() | pl.col("_acting") | pl.col("_perhaps")) & ~pl.col("_exists")).alias("b.by_id"),
    )
    remote = pl.DataFrame(
        [
            (key, True, b.platform, b.bundle_type, b.videos_quantity, b.edits_quantity, b.delivered, False)
            for b in terms.known.bundles
            for key in terms.known.keys(b)
        ],
        schema=sheet.schema,
        orient="row",
    )
    # The sheet's own rows stand first and win: they hold what is to be, with the platform's values where a cell is blank.
    return pl.concat([sheet, remote]).unique("_bundle", keep="first", maintain_order=True)


def _effective_type() -> pl.Expr:
    # A blank type on a slot that has content keeps its type; which one is seen by the media it has.
    # A slot that was not read in full may have either.
    video, images = (pl.col("_slot_has").list.contains(name) for name in ("video", "carousel_images"))
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


def _publishes(terms: Terms) -> pl.Expr:
    # An action other than publish says what is to become of the bundle; the publish column is then silent.
    asked = pl.col("publish").fill_null(value=False) | pl.lit(terms.publish)
    return (pl.col("action") == "publish").fill_null(value=False) | (asked & pl.col("action").is_null())


def _acting(*, online: bool) -> pl.Expr:
    """Whether a row means a bundle that exists, since it asks for something that can only be done to such a one.

    A new bundle can be published too; nobody means one, though, by a row that says nothing of it.
    """
    asks = (pl.col("action") != "publish").fill_null(value=False)
    return asks if online else asks | (pl.col("_acts") & ~_told(BUNDLES))


def _sharing(frame: pl.DataFrame, /, **keys: pl.Expr) -> pl.DataFrame:
    """For each row and key: how many rows share it, and where those are several which, as text such as ``rows 4, 7``.

    A row without a key shares it with none.
    """
    told = []
    for name, key in keys.items():
        keyed = frame.select(ROW, key=key).with_row_index("_at")
        there = keyed["key"].is_not_null()
        count = there.cast(pl.Int64).alias(f"{name}_count")
        rows = pl.repeat(None, len(keyed), dtype=pl.String, eager=True).alias(name)
        present = keyed if there.all() else keyed.filter(there)
        several = present.filter(repeated(present["key"]))
        if not several.is_empty():  # few rows share what each must have for itself, and only those are put together
            sizes = several.select("_at", n=pl.len().over("key").cast(pl.Int64), rows=pl.lit("rows ") + _numbers_of(name))
            count, rows = count.scatter(sizes["_at"], sizes["n"]), rows.scatter(sizes["_at"], sizes["rows"])
        told += [count, rows]
    return frame.with_columns(told)


def _numbers_of(name: str) -> pl.Expr:
    """The rows that share a key, as text. Those of one day are only counted."""
    return pl.lit("") if name == "_same_day" else pl.col(ROW).cast(pl.String).str.join(", ").over("key")


def _where_not(terms: Terms, *, has_bundles: bool) -> str:
    if terms.known.online:
        return "neither on the Bundles sheet nor on the platform" if has_bundles else "not on the platform"
    return "not on the Bundles sheet"
