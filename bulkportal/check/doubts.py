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
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

import polars as pl

from bulkportal import names
from bulkportal.check.casting import TABLE
from bulkportal.check.escaped import escaped
from bulkportal.check.findings import Finding, Place, Severity, Sheet
from bulkportal.check.spoilt import spoilt
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import Catalogue, Kind
from bulkportal.columns.positions import POSITIONS
from bulkportal.sheets.sifting import sifted
from bulkportal.sheets.table import ROW

WARNING = Severity.WARNING
SHORTEST_CAPTION = 12
"""A shorter caption, such as one emoji, may well be meant twice."""

_FEWEST = 4
"""So many rows must agree before a habit is evidence."""
_MOST = 0.75
_FEW = 0.5
_NUMBER = re.compile(r"\d{1,3}\Z")
_LOOKS = {
    "number": r"^\d{1,4}$",
    "date": r"^\d{4}-\d\d?-\d\d?|^\d\d?[/.]\d\d?[/.]\d{4}",
    "address": r"(?i)^https?://|\.(?:mp4|mov|jpe?g|png|webp|webm)$",
}
_PARTING = re.compile(r"[-_ .]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The cells of both kinds of rows: `whole` as they stand, `said` without what the platform has already."""

    whole: Mapping[str, pl.DataFrame]
    said: Mapping[str, pl.DataFrame]


def doubts(bundles: pl.DataFrame, positions: pl.DataFrame, texts: Texts, sheets: Sequence[Sheet]) -> Iterator[Finding]:
    """Every doubt about the typed rows (`positions` with `_bundle`), and about their texts."""
    yield from _reused(positions, sheets)
    yield from _named_otherwise(bundles, positions, sheets)
    for kind, catalogue in (("bundle", BUNDLES), ("position", POSITIONS)):
        yield from spoilt(texts.said[kind], catalogue, sheets)
        yield from escaped(texts.said[kind], catalogue, sheets)
        yield from _zeros_lost(texts.whole[kind], texts.said[kind], catalogue, sheets)
        yield from _swapped(texts.whole[kind], catalogue, sheets)


def _reused(positions: pl.DataFrame, sheets: Sequence[Sheet]) -> Iterator[Finding]:
    """One video for several bundles or slots, and one caption twice in a bundle."""
    sends = positions.filter(pl.col("action").is_null())
    for key, field, code in ((["video"], "video", "video_reused"), (["_bundle", "description"], "description", "caption_reused")):
        known = sends.drop_nulls(key)
        if field == "description":
            known = known.filter(pl.col(field).str.len_chars() >= SHORTEST_CAPTION)
        groups = known.group_by(key, maintain_order=True).agg(
            pl.len().alias("n"), pl.col(ROW), pl.col(TABLE), pl.col("_bundle").n_unique().alias("accounts")
        )
        for group in groups.filter(pl.col("n") > 1).iter_rows(named=True):
            yield from _same(sheets, field, code, group)


def _same(sheets: Sequence[Sheet], field: str, code: str, group: Mapping[str, Any]) -> Iterator[Finding]:
    rows, value = group[ROW], str(group[field])
    listed = ", ".join(str(row) for row in rows[:6]) + (" and more" if len(rows) > 6 else "")
    where = f"rows {listed}" + (f", of {group['accounts']} bundles" if code == "video_reused" and group["accounts"] != 1 else "")
    what = "video" if code == "video_reused" else "description"
    for table, row in zip(group[TABLE], rows, strict=True):
        yield Place(sheet=sheets[table], row=row, field=field).finding(
            code=code,
            message=f"The same {what} stands on {len(rows)} rows ({where}).",
            hint="Nothing to do if it is meant; platforms show less of what they have seen before.",
            value=value,
            severity=WARNING,
        )


@dataclass(frozen=True, slots=True)
class _Named:
    """A row whose file name speaks of a bundle or of a position: what the row says and what the name says."""

    table: int
    row: int
    video: str
    bundle: str
    position: int
    named_bundle: str | None
    named_position: int | None

    @property
    def agrees(self) -> bool:
        return self.named_bundle in (None, self.bundle) and self.named_position in (None, self.position)


def _named_otherwise(bundles: pl.DataFrame, positions: pl.DataFrame, sheets: Sequence[Sheet]) -> Iterator[Finding]:
    """Files whose names speak of another bundle or position than their rows."""
    known = {_plain(name): name for name in [*bundles["bundle"].drop_nulls(), *positions["bundle"].drop_nulls()]}
    rows = positions.drop_nulls(["_bundle", "position", "video"]).select(TABLE, ROW, "video", pl.coalesce("bundle", "_bundle"), "position").rows()
    for number, sheet in enumerate(sheets):
        named = [_named(row, known) for row in rows if row[0] == number]
        found = _only_habits(named)
        wrong = [one for one in found if not one.agrees]
        if not wrong:
            continue
        whole = _moved(found, sheet)
        if whole is not None:
            yield whole
        else:
            for one in wrong:
                yield _named_finding(one, sheet)


def _named(row: tuple[int, int, str, str, int], known: Mapping[str, str]) -> _Named:
    table, number, video, bundle, position = row
    *folders, file = unquote(video.partition("?")[0].replace("\\", "/")).split("/")
    stem = file.rpartition(".")[0] or file
    ending = _NUMBER.search(stem)
    words = [*(_plain(folder) for folder in folders), _plain(stem), *([_plain(stem[: ending.start()])] if ending else [])]
    spoken = [known[word] for word in words if word in known]
    own = bundle if any(_plain(one) == _plain(bundle) for one in spoken) else spoken[-1] if spoken else None
    counts = ending is not None and _plain(stem) not in known
    return _Named(table, number, video, bundle, position, own, int(ending[0]) if ending and counts else None)


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    return _PARTING.sub("-", name.casefold() if name.isascii() else names.likeness(name)).strip("-")


def _only_habits(named: Sequence[_Named]) -> list[_Named]:
    """The rows, without the numbers of files where those are no positions in this sheet."""
    for shift in (0, 1, -1):
        pairs = list(zip(named, named[shift:] if shift >= 0 else [None, *named], strict=False))
        numbered = [(one, other) for one, other in pairs if one.named_position is not None and other is not None]
        agreeing = sum(one.named_position == other.position for one, other in numbered)
        if len(numbered) >= _FEWEST and agreeing >= _MOST * len(numbered):
            return list(named)
    return [_Named(one.table, one.row, one.video, one.bundle, one.position, one.named_bundle, None) for one in named]


def _moved(named: Sequence[_Named], sheet: Sheet) -> Finding | None:
    """One finding for the whole column: sorted alone, or shifted by a row."""
    speaking = [one for one in named if one.named_bundle is not None or one.named_position is not None]
    agreeing = sum(one.agrees for one in speaking)
    if len(speaking) < _FEWEST or agreeing > _FEW * len(speaking):
        return None
    place = Place(sheet=sheet, row=speaking[0].row, field="video")
    for shift, direction in ((1, "up"), (-1, "down")):
        if _fits(named, shift) >= _MOST * (len(speaking) - 1):
            return place.finding(
                code="rows_shifted",
                message=f"The videos seem to have slipped {direction} by one row: their names fit the row {'below' if shift == 1 else 'above'}.",
                hint=f"{len(speaking) - agreeing} of {len(speaking)} names disagree with their rows. Move the column back, or rename the files.",
                value=speaking[0].video,
                severity=WARNING,
            )
    order = [one.video for one in named]
    if order == sorted(order) and len(set(order)) >= _FEWEST:
        return place.finding(
            code="column_sorted_alone",
            message="The column of videos seems to have been sorted alone: it is in order, and its names fit other rows.",
            hint=f"{len(speaking) - agreeing} of {len(speaking)} names disagree with their rows. Undo the sorting, and sort all columns together.",
            value=speaking[0].video,
            severity=WARNING,
        )
    return None


def _fits(named: Sequence[_Named], shift: int) -> int:
    """How many names fit the row that lies so far below."""
    pairs = ((one, other) if shift == 1 else (other, one) for one, other in pairwise(named))
    return sum(
        one.named_bundle in (None, other.bundle) and one.named_position in (None, other.position)
        for one, other in pairs
        if one.named_bundle is not None or one.named_position is not None
    )


def _named_finding(one: _Named, sheet: Sheet) -> Finding:
    other = one.named_bundle if one.named_bundle not in (None, one.bundle) else f"position {one.named_position}"
    return Place(sheet=sheet, row=one.row, field="video").finding(
        code="video_names_another",
        message=f"The file's name speaks of {other}, but the row is position {one.position} of {one.bundle}.",
        hint="Check that this is the right video; nothing to do if it is.",
        value=one.video,
        severity=WARNING,
    )


def _zeros_lost(texts: pl.DataFrame, said: pl.DataFrame, catalogue: Catalogue, sheets: Sequence[Sheet]) -> Iterator[Finding]:
    """Ids of digits that are shorter than their neighbours which begin with a zero, and new to the platform."""
    ids = [name for name in catalogue.names if name in ("bundle_id", "account_id", "external_ref", "bundle")]
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
                yield Place(sheet=sheets[table], row=row, field=name).finding(
                    code="zeros_lost",
                    message=f"{value} has {len(value)} digits, but others in this column have {length} and begin with 0: zeros seem lost.",
                    hint="Format the column as text and enter the value again, with its zeros.",
                    value=value,
                )


def _swapped(texts: pl.DataFrame, catalogue: Catalogue, sheets: Sequence[Sheet]) -> Iterator[Finding]:
    """Two columns of which each holds what belongs into the other."""
    looks = {Kind.INTEGER: "number", Kind.DATE: "date", Kind.URL: "address", Kind.MEDIA: "address", Kind.TEXT: "text"}
    for number, sheet in enumerate(sheets):
        here = texts.filter(pl.col(TABLE) == number)
        fields = [(field.name, looks[field.kind]) for field in catalogue.fields if field.kind in looks and field.name in sheet.letters]
        held = _looks(here.select(name for name, _ in fields))
        for at, (first, wanted) in enumerate(fields):
            for second, other in fields[at + 1 :]:
                if wanted != other and held[first] == other and held[second] == wanted:
                    yield _swap_finding(sheet, here, first, second)


def _swap_finding(sheet: Sheet, here: pl.DataFrame, first: str, second: str) -> Finding:
    row = here.drop_nulls([first])[ROW][0]
    letters = f"{sheet.letters[first]} and {sheet.letters[second]}"
    return Place(sheet=sheet, row=row, field=first).finding(
        code="columns_swapped",
        message=f"The columns {letters} seem swapped: {first} holds what belongs into {second}, and the other way round.",
        hint="Exchange the two headers, if so.",
        value=here.drop_nulls([first])[first][0],
        severity=WARNING,
    )


def _looks(texts: pl.DataFrame) -> dict[str, str | None]:
    """What most values of each column look like; None where there are too few to tell, or they differ."""
    if not texts.width:
        return {}
    shares = [texts.select(pl.all().str.contains(pattern).mean()).row(0) for pattern in _LOOKS.values()]
    counts = texts.select(pl.all().count()).row(0)
    return {name: _look(found) if count >= _FEWEST - 1 else None for name, count, *found in zip(texts.columns, counts, *shares, strict=True)}


def _look(shares: Sequence[float]) -> str | None:
    """The look that most have, by the shares of them all."""
    for name, share in zip(_LOOKS, shares, strict=True):
        if share >= _MOST:
            return name
        if share > 1 - _MOST:
            return None
    return "text"
