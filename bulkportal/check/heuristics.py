"""Sheets in which every cell is valid and something is wrong all the same.

A column sorted alone, rows shifted by one, one video for several accounts: no rule of the platform
forbids them, and each of them posts the wrong thing. So these warn, and only with evidence from the sheet
itself; what a file is called counts only where most names of the sheet keep to the same habit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

import polars as pl

from bulkportal import names
from bulkportal.check.casting import TABLE
from bulkportal.check.corrupt_text import spoilt
from bulkportal.check.escaped import escaped
from bulkportal.check.findings import Finding, Place, Sheet
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import Catalogue, Kind
from bulkportal.columns.positions import POSITIONS
from bulkportal.sheets.sifting import is_blank, repeated, repeating, sifted
from bulkportal.sheets.table import ROW

SHORTEST_CAPTION = 12
"""A shorter caption, such as one emoji, may well be meant twice."""

_FEWEST = 4
"""So many rows must agree before a habit is evidence."""
_FEWEST_CELLS = _FEWEST - 1
"""So many cells of a column must look alike before it has a look."""
_MOST = 0.75
_FEW = 0.5
_LOOKS = {
    "number": r"^\d{1,4}$",
    "date": r"^\d{4}-\d\d?-\d\d?|^\d\d?[/.]\d\d?[/.]\d{4}",
    "address": r"(?i)^https?://|\.(?:mp4|mov|jpe?g|png|webp|webm)$",
}
_PARTING = r"[-_ .]+"
_NOT_PLAIN = r"[^!-,/-@\[-^`-~-]|--|^-|-$"
"""What is changed where a text is made plain: capitals, other letters than those of ASCII, and signs that part words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The cells of both kinds of rows: `whole` as they stand, `said` without what the platform has already.

    `plain` are the columns of each kind in which nothing is hidden (see `unseen.plain_columns`).
    """

    whole: Mapping[str, pl.DataFrame]
    said: Mapping[str, pl.DataFrame]
    plain: Mapping[str, frozenset[str]]


def doubts(bundles: pl.DataFrame, positions: pl.DataFrame, texts: Texts, sheets: Sequence[Sheet]) -> Iterator[Finding]:
    """Every doubt about the typed rows (`positions` with `_bundle`), and about their texts."""
    yield from _reused(positions, sheets)
    yield from _named_otherwise(bundles, positions, sheets)
    for kind, catalogue in (("bundle", BUNDLES), ("position", POSITIONS)):
        yield from spoilt(texts.said[kind], catalogue, sheets, texts.plain.get(kind, frozenset()))
        yield from escaped(texts.said[kind], catalogue, sheets)
        yield from _zeros_lost(texts.whole[kind], texts.said[kind], catalogue, sheets)
        yield from _swapped(texts.whole[kind], catalogue, sheets)


def _reused(positions: pl.DataFrame, sheets: Sequence[Sheet]) -> Iterator[Finding]:
    """One video for several bundles or slots, and one caption twice in a bundle."""
    # A row with an action sends nothing of its content, so it posts no video a second time.
    sends = pl.col("action").is_null()
    posts = {
        ("video_reused", "video"): pl.when(sends & pl.col("video").is_not_null()).then(pl.struct("video")),
        ("caption_reused", "description"): pl.when(
            sends & pl.col("_bundle").is_not_null() & (pl.col("description").str.len_chars() >= SHORTEST_CAPTION)
        ).then(pl.struct("_bundle", "description")),
    }
    for code, field in repeating(positions, posts):
        known = positions.with_columns(posts[code, field].alias("_key")).drop_nulls("_key")
        shared = known.filter(repeated(known["_key"]))
        if shared.is_empty():
            continue
        groups = shared.group_by("_key", maintain_order=True).agg(
            pl.col(field).first(), pl.len().alias("n"), pl.col(ROW), pl.col(TABLE), pl.col("_bundle").n_unique().alias("accounts")
        )
        for group in groups.iter_rows(named=True):
            yield from _same(sheets, field, code, group)


def _same(sheets: Sequence[Sheet], field: str, code: str, group: Mapping[str, Any]) -> Iterator[Finding]:
    rows, value = group[ROW], str(group[field])
    listed = ", ".join(str(row) for row in rows[:6]) + (" and more" if len(rows) > 6 else "")
    where = f"rows {listed}" + (f", of {group['accounts']} bundles" if code == "video_reused" and group["accounts"] != 1 else "")
    for table, row in zip(group[TABLE], rows, strict=True):
        yield Place(sheet=sheets[table], row=row, field=field).found(code, {"count": len(rows), "where": where}, value=value)


def _fits(bundle: pl.Expr, position: pl.Expr) -> pl.Expr:
    """Whether all that a name refers to is this bundle and position; nothing fits a row that is not there."""
    named, number = pl.col("named_bundle"), pl.col("named_position")
    return ((named.is_null() | (named == bundle)) & (number.is_null() | (number == position)) & position.is_not_null()).fill_null(value=False)


def _named_otherwise(bundles: pl.DataFrame, positions: pl.DataFrame, sheets: Sequence[Sheet]) -> Iterator[Finding]:
    """Files whose names refer to another bundle or position than their rows."""
    if is_blank(positions["video"]):
        return
    names_of_sheets = pl.concat([bundles["bundle"], positions["bundle"]]).drop_nulls().unique(maintain_order=True)
    spelled = names_of_sheets.reverse()
    known = dict(zip(_plain_all(spelled).to_list(), spelled.to_list(), strict=True))  # of two that are read alike, the first
    rows = positions.drop_nulls(["_bundle", "position", "video"]).select(TABLE, ROW, "video", "position", bundle=pl.coalesce("bundle", "_bundle"))
    for number, sheet in enumerate(sheets):
        here = rows.filter(pl.col(TABLE) == number)
        if here.is_empty():
            continue
        found = _only_habits(_named(here, known))
        wrong = found.filter(~_AGREES)
        if wrong.is_empty():
            continue
        whole = _moved(found, sheet)
        if whole is not None:
            yield whole
        else:
            yield from (_named_finding(one, sheet) for one in wrong.iter_rows(named=True))


_SPEAKS = pl.col("named_bundle").is_not_null() | pl.col("named_position").is_not_null()
_AGREES = _fits(pl.col("bundle"), pl.col("position"))


def _named(rows: pl.DataFrame, known: Mapping[str, str]) -> pl.DataFrame:
    """The rows with what the name of the file, and of its folders, refers to: `named_bundle` and `named_position`."""
    names_of = {text: _words(text) for text in rows["video"].filter(rows["video"].str.contains(r"[%\\]")).unique()}
    path = pl.col("video").str.splitn("?", 2).struct[0] if rows["video"].str.contains("?", literal=True).any() else pl.col("video")
    plainly = pl.col("video").replace_strict(names_of, default=path, return_dtype=pl.String) if names_of else path
    files = rows.select(path=plainly, bundle="bundle").with_columns(file=pl.col("path").str.extract(r"([^/]*)$", 1))
    parts = files.select(folder=pl.col("path").str.strip_suffix(pl.col("file")).str.strip_suffix("/"), file="file", bundle="bundle")
    stems = parts.with_columns(stem=pl.coalesce(pl.col("file").str.extract(r"(?s)^(.+)\.[^.]*$", 1), "file"))
    ends = stems.with_columns(
        number=pl.col("stem").str.extract(r"([0-9]{1,3})$", 1).cast(pl.Int64), start=pl.col("stem").str.replace(r"[0-9]{1,3}$", "")
    )
    plain = ends.with_columns(_plain_all(ends[name]).alias(f"plain_{name}") for name in ("stem", "start", "bundle"))
    folders = {folder: [word for part in folder.split("/") if (word := _plain(part)) in known] for folder in plain["folder"].unique()}
    spoken = {folder: words for folder, words in folders.items() if words}
    heard = (
        pl.col("folder").replace_strict(spoken, default=None, return_dtype=pl.List(pl.String)) if spoken else pl.lit(None, dtype=pl.List(pl.String))
    )
    ours = list(known)
    words = plain.select(
        "number",
        "plain_bundle",
        folders=heard,
        stem=pl.when(pl.col("plain_stem").is_in(ours)).then("plain_stem"),
        start=pl.when(pl.col("plain_start").is_in(ours) & pl.col("number").is_not_null()).then("plain_start"),
    )
    own = pl.any_horizontal(
        pl.col("folders").list.contains(pl.col("plain_bundle")), pl.col("stem") == pl.col("plain_bundle"), pl.col("start") == pl.col("plain_bundle")
    ).fill_null(value=False)
    last = words.select(last=pl.coalesce("start", "stem", pl.col("folders").list.last())).to_series()
    named = words.select(
        own=own,
        last=last if is_blank(last) else last.replace_strict(known, default=None, return_dtype=pl.String),
        number=pl.when(pl.col("stem").is_null()).then("number"),
    )
    return rows.with_columns(
        named_bundle=pl.when(named["own"]).then("bundle").otherwise(named["last"]),
        named_position=named["number"],
    )


def _words(video: str) -> str:
    """The path of a file as a person reads it."""
    return unquote(video.partition("?")[0].replace("\\", "/"))


def _plain_all(texts: pl.Series) -> pl.Series:
    """Each text as `_plain` writes it; what is written in ASCII, as nearly all is, at once, and what is plain already as it stands."""
    changed = texts.str.contains(_NOT_PLAIN).fill_null(value=False)
    if not changed.any():
        return texts
    some = texts.filter(changed)
    odd = {text: _plain(text) for text in some.filter(~some.str.contains(r"^[\x00-\x7F]*$")).unique()}
    plain = pl.col(some.name).str.to_lowercase().str.replace_all(_PARTING, "-").str.strip_chars("-")
    made = some.to_frame().select(pl.col(some.name).replace_strict(odd, default=plain, return_dtype=pl.String) if odd else plain).to_series()
    return texts.scatter(changed.arg_true(), made)


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    return re.sub(_PARTING, "-", name.casefold() if name.isascii() else names.likeness(name)).strip("-")


def _only_habits(named: pl.DataFrame) -> pl.DataFrame:
    """The rows, without the numbers of files where those are no positions in this sheet."""
    for shift in (0, 1, -1) if named.height >= _FEWEST else ():
        other = pl.col("position").shift(-shift)
        numbered = named.select(agrees=pl.when(pl.col("named_position").is_not_null()).then(pl.col("named_position") == other))["agrees"].drop_nulls()
        # Also where the numbers fit the rows beside: a column that has slipped by one keeps to its habit, one row off.
        if len(numbered) >= _FEWEST and numbered.sum() >= _MOST * len(numbered):
            return named
    return named.with_columns(named_position=pl.lit(None, dtype=pl.Int64))


def _moved(named: pl.DataFrame, sheet: Sheet) -> Finding | None:
    """One finding for the whole column: sorted alone, or shifted by a row."""
    speaking = named.filter(_SPEAKS)
    agreeing = speaking.filter(_AGREES).height
    if speaking.height < _FEWEST or agreeing > _FEW * speaking.height:
        return None
    disagreeing = f"{speaking.height - agreeing} of {speaking.height}"
    row, video = speaking.select(ROW, "video").row(0)
    place = Place(sheet=sheet, row=row, field="video")
    for shift, direction in ((1, "up"), (-1, "down")):
        fitting = named.filter(_SPEAKS & _fits(pl.col("bundle").shift(-shift), pl.col("position").shift(-shift))).height
        if fitting >= _MOST * (speaking.height - 1):
            words = {"direction": direction, "where": "below" if shift == 1 else "above", "disagreeing": disagreeing}
            return place.found("rows_shifted", words, value=video)
    order = named["video"]
    if order.is_sorted() and order.n_unique() >= _FEWEST:
        return place.found("column_sorted_alone", {"disagreeing": disagreeing}, value=video)
    return None


def _named_finding(one: Mapping[str, Any], sheet: Sheet) -> Finding:
    other = one["named_bundle"] if one["named_bundle"] not in (None, one["bundle"]) else f"position {one['named_position']}"
    words = {"other": other, "position": one["position"], "bundle": one["bundle"]}
    return Place(sheet=sheet, row=one[ROW], field="video").found("video_names_another", words, value=one["video"])


def _zeros_lost(texts: pl.DataFrame, said: pl.DataFrame, catalogue: Catalogue, sheets: Sequence[Sheet]) -> Iterator[Finding]:
    """Ids of digits that are shorter than their neighbours which begin with a zero, and new to the platform."""
    ids = [field.name for field in catalogue.fields if field.is_name and not field.is_country]
    for name, _ in sifted(texts, {name: pl.col(name).str.contains(r"^0\d*$") for name in ids}):
        column = texts.select(TABLE, ROW, name).filter(pl.col(name).str.contains(r"^\d+$"))
        new = said.select(TABLE, ROW, name).drop_nulls()
        for table in column[TABLE].unique(maintain_order=True).to_list():
            rows = column.filter(pl.col(TABLE) == table)
            length = max((len(text) for text in rows[name] if text.startswith("0")), default=0)
            short = rows.filter(~pl.col(name).str.starts_with("0") & (pl.col(name).str.len_chars() < length))
            short = short.join(new, on=[TABLE, ROW], how="semi", maintain_order="left")
            for _, row, text in short.iter_rows():
                value = str(text)
                words = {"value": value, "digits": len(value), "length": length}
                yield Place(sheet=sheets[table], row=row, field=name).found("zeros_lost", words, value=value)


def _swapped(texts: pl.DataFrame, catalogue: Catalogue, sheets: Sequence[Sheet]) -> Iterator[Finding]:
    """Two columns of which each holds what belongs in the other."""
    looks = {Kind.INTEGER: "number", Kind.DATE: "date", Kind.URL: "address", Kind.MEDIA: "address", Kind.TEXT: "text"}
    for number, sheet in enumerate(sheets):
        if sheet.catalogue is not catalogue or sheet.table.frame.height < _FEWEST_CELLS:
            continue
        here = texts.filter(pl.col(TABLE) == number)
        fields = [(field.name, looks[field.kind]) for field in catalogue.fields if field.kind in looks and field.name in sheet.letters]
        # Of two columns that are swapped, one is no column of texts, and these are few.
        known = _looks(here.select(name for name, wanted in fields if wanted != "text"))
        if all(known.get(name, wanted) in (None, wanted) for name, wanted in fields):
            continue
        held = known | _looks(here.select(name for name, wanted in fields if wanted == "text"))
        for at, (first, wanted) in enumerate(fields):
            for second, other in fields[at + 1 :]:
                if wanted != other and held[first] == other and held[second] == wanted:
                    yield _swap_finding(sheet, here, first, second)


def _swap_finding(sheet: Sheet, here: pl.DataFrame, first: str, second: str) -> Finding:
    row = here.drop_nulls([first])[ROW][0]
    letters = f"{sheet.letters[first]} and {sheet.letters[second]}"
    words = {"letters": letters, "first": first, "second": second}
    return Place(sheet=sheet, row=row, field=first).found("columns_swapped", words, value=here.drop_nulls([first])[first][0])


def _looks(texts: pl.DataFrame) -> dict[str, str | None]:
    """What most values of each column look like; None where there are too few to tell, or they differ."""
    if not texts.width:
        return {}
    names_of = range(len(_LOOKS))
    looks = (pl.all().str.contains(pattern).mean().name.suffix(f"/{number}") for number, pattern in zip(names_of, _LOOKS.values(), strict=True))
    told = texts.select(pl.all().count(), *looks).row(0)
    counts, *shares = (told[start : start + texts.width] for start in range(0, len(told), texts.width))
    return {name: _look(found) if count >= _FEWEST_CELLS else None for name, count, *found in zip(texts.columns, counts, *shares, strict=True)}


def _look(shares: Sequence[float]) -> str | None:
    """The look that most have, by the shares of them all."""
    for name, share in zip(_LOOKS, shares, strict=True):
        if share >= _MOST:
            return name
        if share > 1 - _MOST:
            return None
    return "text"
