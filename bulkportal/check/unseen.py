"""Cells read without what nobody sees: names, ids, and values of one word; texts for people to read without what stands at their ends."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import polars as pl

from bulkportal import names
from bulkportal.check.casting import TABLE
from bulkportal.check.comparison import EDGES, UNSEEN, trimmed
from bulkportal.check.findings import Finding, Place, Sheet
from bulkportal.columns.field import Catalogue, Field, Kind
from bulkportal.sheets.sifting import Sieve, is_blank, others, sifted
from bulkportal.sheets.table import ROW

Cell: TypeAlias = tuple[int, int, str]
"""A table, a row and a field."""

_ONE_WORD = (Kind.INTEGER, Kind.BOOLEAN, Kind.DATE, Kind.CHOICE, Kind.URL)
_LISTS = (Kind.LIST, Kind.MEDIA_LIST)
_PERHAPS = r"[^\x21-\x7e ]|  "
"""What a text must hold before anything can be left out of it: only such texts are looked at one by one."""

_NOT_PLAIN = r"[^\x20-\x7e]|^\s|\s$|  "
_NOT_PLAIN_TEXT = r"[^\x20-\x7e\n]|^\s|\s$|  "
"""A text may have several lines; a name that has is read as one line, like one with other blanks."""

_ADDRESS = r"(?i)^\W*https?://"
"""A link; the name of a file is compared where files are looked for, since the exact one goes before all others."""


_WITHIN = r"[\x{ad}\x{34f}\x{180e}\x{200b}\x{200e}\x{200f}\x{2060}-\x{2064}\x{feff}]"
"""What nobody sees in the entries of a list: tags, names of people, links."""

_MOST = 3
"""So many characters of a cell are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """A cell of which something was left out: where, how it stands, and how it was read."""

    table: int
    row: int
    field: Field
    text: str
    read: str

    @property
    def characters(self) -> str:
        """What was left out, with places, in words."""
        found = _noticed(self.field, self.text)
        named = [f"character {place} is {names.describe(letter)}" for place, letter in found[:_MOST]]
        more = [f"and {len(found) - _MOST} more"] if len(found) > _MOST else []
        return ", ".join((*named, *more))


def plain_columns(texts: pl.DataFrame, catalogue: Catalogue) -> frozenset[str]:
    """The filled columns of which one look shows that nothing can be hidden there.

    They hold nothing but the characters of ASCII that print, and in texts and lists the ends of lines, no two blanks together, and no blank at
    an end.
    """
    filled = [name for name in catalogue.names if not is_blank(texts[name])]
    if not filled:
        return frozenset()
    patterns = {name: _NOT_PLAIN if _is_plain(catalogue[name]) else _NOT_PLAIN_TEXT for name in filled}
    odd = texts.select(pl.col(name).str.contains(pattern).any() for name, pattern in patterns.items())
    return frozenset(column.name for column in odd.get_columns() if not column.item())


def plainly(texts: pl.DataFrame, catalogue: Catalogue, plain: Collection[str] = ()) -> pl.DataFrame:
    """The texts as they are read, with every name in its plain form; what nobody sees alone is blank. `plain` are columns to be left as they are."""
    read: list[pl.Expr] = []
    for name, rows in sifted(texts, others({**_masks_of_odd(catalogue), **_masks_of_others(catalogue)}, plain)):
        read += _read(name, rows[name].unique()) if _is_plain(catalogue[name]) else [_seen(catalogue[name]).alias(name)]
    return texts.with_columns(read) if read else texts


def left_out(texts: pl.DataFrame, catalogue: Catalogue, plain: Collection[str] = ()) -> Iterator[Unseen]:
    """Every cell of which something is left out that a person should know of; in columns that are `plain` there is none."""
    for name, odd in sifted(texts, others({**_masks_of_hiding(catalogue), **_masks_of_others(catalogue)}, plain)):
        field = catalogue[name]
        for table, row, text, seen in odd.select(TABLE, ROW, name, seen=_seen(field)).iter_rows():
            if _noticed(field, text):
                yield Unseen(table=table, row=row, field=field, text=text, read=names.plain(text) if _is_plain(field) else seen or "")


def unseen_findings(found: Mapping[Cell, Unseen], sheets: Sequence[Sheet], misread: Collection[Cell]) -> Iterator[Finding]:
    """What to say of them; a cell that could not be understood is `misread`, and said to be so elsewhere."""
    for cell, one in found.items():
        if cell not in misread:
            words = {"field": one.field.title, "characters": one.characters, "read": one.read}
            yield Place(sheet=sheets[one.table], row=one.row, field=one.field.name).found("unseen_character", words, value=one.text)


@cache
def _masks_of_others(catalogue: Catalogue) -> dict[str, pl.Expr]:
    """Texts with something at their ends, and lists with something anywhere; files are compared where they are looked for."""
    texts = (field for field in catalogue.fields if field.kind is Kind.TEXT and not field.is_name)
    lists = (field for field in catalogue.fields if field.kind in _LISTS)
    masks = {field.name: pl.col(field.name).str.contains(EDGES) for field in texts}
    for field in lists:
        within = pl.col(field.name).str.contains(_WITHIN)
        masks[field.name] = within & pl.col(field.name).str.contains(_ADDRESS) if field.kind is Kind.MEDIA_LIST else within
    return masks


def _seen(field: Field) -> pl.Expr:
    """What is seen of a text or a list."""
    return pl.col(field.name).str.replace_all(_WITHIN, "") if field.kind in _LISTS else trimmed(pl.col(field.name))


def _is_plain(field: Field) -> bool:
    return field.is_name or field.kind in _ONE_WORD or field.kind is Kind.MEDIA


@cache
def _masks_of_odd(catalogue: Catalogue) -> dict[str, pl.Expr | Sieve]:
    return {field.name: _may_change(field) for field in filter(_is_plain, catalogue.fields)}


@cache
def _masks_of_hiding(catalogue: Catalogue) -> dict[str, Sieve]:
    return {name: Sieve(coarse=pl.col(name).str.contains(_PERHAPS), fine=_hides(catalogue[name])) for name in _masks_of_odd(catalogue)}


def _hides(field: Field) -> pl.Expr:
    text = pl.col(field.name).str
    return text.contains(_ADDRESS) & text.contains(names.HIDES) if field.kind is Kind.MEDIA else text.contains(names.HIDES)


def _may_change(field: Field) -> pl.Expr | Sieve:
    text = pl.col(field.name).str
    perhaps = text.contains(_PERHAPS)
    return Sieve(coarse=perhaps, fine=text.contains(_ADDRESS)) if field.kind is Kind.MEDIA else perhaps


def _read(name: str, odd: pl.Series) -> Iterator[pl.Expr]:
    """The column, where any of its odd texts is read otherwise than it stands."""
    read = {text: plain for text in odd.to_list() if (plain := names.plain(text)) != text}
    if read:
        yield pl.col(name).replace(list(read), [plain or None for plain in read.values()])


def _noticed(field: Field, text: str) -> tuple[tuple[int, str], ...]:
    """What is reported: of a name everything, of a number or a choice no blank, since it is read with any."""
    if field.kind in _LISTS:
        return tuple((place, letter) for place, letter in enumerate(text, start=1) if letter in names.UNSEEN)
    if not _is_plain(field):
        return tuple((place, letter) for place, letter in enumerate(text, start=1) if _is_at_end(text, place) and not letter.isspace())
    return tuple((place, letter) for place, letter in names.unseen(text) if field.is_name or not letter.isspace())


def _is_at_end(text: str, place: int) -> bool:
    """Whether nothing that is seen stands on one side of a character."""
    return UNSEEN.fullmatch(text[:place]) is not None or UNSEEN.fullmatch(text[place - 1 :]) is not None
