"""Texts that another program has damaged on their way.

Apostrophes that a CSV file needed, letters in a wrong encoding, control characters, and errors of a formula that were copied as text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache

import polars as pl

from bulkportal import names
from bulkportal.check.casting import TABLE
from bulkportal.check.findings import Finding, Place, Sheet
from bulkportal.check.unfinished import GAPS, NOT_FINAL, PLACE
from bulkportal.columns.field import Catalogue, Field, Kind, Role
from bulkportal.sheets.error_words import BEGINNING, is_error_word
from bulkportal.sheets.guard import is_guarded
from bulkportal.sheets.sifting import Sieve, is_beyond_ascii, others, sifted
from bulkportal.sheets.table import ROW, CellProblem

_GARBLED = (
    r"\x{fffd}|[\x{c2}-\x{f4}][\x{80}-\x{bf}\x{152}\x{153}\x{160}\x{161}\x{178}\x{17d}\x{17e}\x{192}\x{2c6}\x{2dc}"
    r"\x{2013}\x{2014}\x{2018}-\x{201e}\x{2020}-\x{2022}\x{2026}\x{2030}\x{2039}\x{203a}\x{20ac}\x{2122}]"
)
"""The sign for a letter that is lost; or one that begins a character in UTF-8 and one that goes on with it, read as Windows text."""
_FORMULA = r"^=\s*[+-]?(?:\p{Lu}[\p{Lu}\d._]*\(|\$?[A-Z]{1,3}\$?\d+(?:$|\s*[&+*/:,;)-])|(?:'[^']+'|\w+)!\$?[A-Z]{1,3}\$?\d)"
"""A call of a function, a cell, or a cell of another sheet."""
_PLACEHOLDER = (
    r"(?i)^[\[<{(]*\s*(?:tb[acd]|to ?do|n/a|null|undefined|placeholder|platzhalter|dummy(?: text)?|lorem ipsum.*|object object"
    r"|(?:caption|text|copy|description|bio|title|name)(?: (?:goes)? ?here| tb[acd]| to (?:come|follow)| follows)"
    r"|(?:insert|add|enter|write) (?:your |the )?(?:caption|text|copy|description|bio|title|name)(?: here)?|(?:text|caption) folgt|hier (?:der )?text"
    r"|texte? à venir|à compléter|légende à venir|por definir|a definir|da definire|texto aquí|texto aqui)\s*[\]>})]*$"
    r"|\{\{\s*[\w.]+\s*\}\}|(?-i:^NaN$)"
)
_LOST_LETTERS = r"\p{L}\?\p{Ll}|(?:^|\s)\?{2,}\s(?:.*\s)?\?{2,}(?:\s|$)"
"""Among letters, or as words of their own; one or two marks behind a word are what people write."""
_MARK = "?"
_ADDRESSES = r"\S*(?://|www\.|[\w-]\.\p{Ll}{2,}/)\S*"
_CONTROL = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F\x{80}-\x{9F}\x{202D}\x{202E}]"
"""Controls, and those two that turn the direction of what follows: a person sees other words than are posted."""
_MOST = 3
"""So many characters of a text are named."""
_WANTED = (Kind.TEXT, Kind.MEDIA, Kind.URL, Kind.LIST, Kind.MEDIA_LIST)
_LOST = "\ufffd"
_SHOWN = 60


def spoilt(rows: pl.DataFrame, catalogue: Catalogue, sheets: Sequence[Sheet], plain: Collection[str] = ()) -> Iterator[Finding]:
    """Every doubt about the texts of typed rows; in the columns `plain` every character is one of ASCII that prints, or ends a line."""
    garbled: set[tuple[int, int, str]] = set()
    beyond = {(code, name) for code in ("text_garbled", "control_character") for name in plain}
    for (code, name), found in sifted(rows, others(_masks_of_texts(catalogue), beyond)):
        for table, row, text in found.select(TABLE, ROW, text=_whole(catalogue[name])).iter_rows():
            words = _words(code, text)
            if code == "text_garbled" and words is not None:
                garbled.add((table, row, name))
            if words is not None and not (code == "control_character" and (table, row, name) in garbled):
                yield Place(sheet=sheets[table], row=row, field=name).found(code, words, value=text)


def _words(code: str, text: str) -> Mapping[str, object] | None:
    """What there is to say of a text that is spoilt in such a way; None where it is not."""
    match code:
        case "apostrophe_left":
            return {"sign": _sign(text)}
        case "letters_lost":
            return {"text": _cut(text)}
        case "text_garbled":
            meant = _meant(text)
            return None if meant is None else {"meant": meant}
        case _:
            return {"characters": _controls_in(text)}


def errors_as_text(rows: pl.DataFrame, catalogue: Catalogue, sheets: Sequence[Sheet]) -> Iterator[Finding]:
    """Every text of typed rows that says nothing but what a spreadsheet program shows in place of a value."""
    for name, found in sifted(rows, _masks_of_errors(catalogue)):
        for table, row, value in found.select(TABLE, ROW, text=_first(catalogue[name])).iter_rows():
            yield error_finding(Place(sheet=sheets[table], row=row, field=name), value)


def in_place_of_text(rows: pl.DataFrame, catalogue: Catalogue, sheets: Sequence[Sheet]) -> Iterator[Finding]:
    """Every text for the public that only keeps the place of one, and every formula that stands as a text."""
    for (code, name), found in sifted(rows, _masks_of_places(catalogue)):
        for table, row, value in found.select(TABLE, ROW, text=_whole(catalogue[name])).iter_rows():
            words = {"field": catalogue[name].title, "value": _cut(value)}
            yield Place(sheet=sheets[table], row=row, field=name).found(code, words, value=value)


def error_finding(place: Place, value: str) -> Finding:
    """A cell that shows an error instead of a value."""
    return place.found(CellProblem.ERROR_VALUE.value, value=value)


def _controls_in(text: str) -> str:
    """The characters of a text that no text has, with their places, in words."""
    places = [(number, letter) for number, letter in enumerate(text, start=1) if _is_control(letter)]
    named = [f"character {number} is {names.describe(letter)}" for number, letter in places[:_MOST]]
    more = [f"and {len(places) - _MOST} more"] if len(places) > _MOST else []
    return ", ".join((*named, *more))


def _whole(field: Field) -> pl.Expr:
    column = pl.col(field.name)
    return column.list.join("; ") if field.kind in (Kind.LIST, Kind.MEDIA_LIST) else column


def _first(field: Field) -> pl.Expr:
    column = pl.col(field.name)
    return column.list.first() if field.kind in (Kind.LIST, Kind.MEDIA_LIST) else column


# Masks are made once: to make them takes longer than to look at a small sheet.


@cache
def _masks_of_texts(catalogue: Catalogue) -> dict[tuple[str, str], pl.Expr | Sieve]:
    texts = {field.name: pl.col(field.name) for field in catalogue.fields if field.kind is Kind.TEXT}
    whole = {field.name: _whole(field) for field in catalogue.fields if field.kind in (Kind.TEXT, Kind.LIST)}
    return {
        **{("apostrophe_left", name): is_guarded(text) for name, text in texts.items()},
        **{("letters_lost", name): _has_lost_letters(text) for name, text in texts.items()},
        **{("text_garbled", name): Sieve(coarse=is_beyond_ascii(text), fine=text.str.contains(_GARBLED)) for name, text in texts.items()},
        **{("control_character", name): text.str.contains(_CONTROL) for name, text in whole.items()},
    }


def _has_lost_letters(text: pl.Expr) -> Sieve:
    return Sieve(coarse=text.str.contains(_MARK, literal=True), fine=text.str.replace_all(_ADDRESSES, "").str.contains(_LOST_LETTERS))


@cache
def _masks_of_errors(catalogue: Catalogue) -> dict[str, Sieve]:
    firsts = {field.name: _first(field) for field in catalogue.fields if field.kind in _WANTED}
    return {name: Sieve(coarse=first.str.contains(BEGINNING), fine=is_error_word(first)) for name, first in firsts.items()}


@cache
def _masks_of_places(catalogue: Catalogue) -> dict[tuple[str, str], pl.Expr]:
    texts = {field.name: _whole(field) for field in catalogue.fields if field.kind in _WANTED}
    public = [field for field in catalogue.fields if field.is_caption or (field.role is Role.ACCOUNT and field.kind is Kind.TEXT)]
    return {
        **{("formula_as_text", name): text.str.contains(_FORMULA) for name, text in texts.items()},
        **{("text_placeholder", field.name): _is_placeholder(field, texts[field.name]) for field in public},
        **{("text_not_final", name): texts[name].str.contains(NOT_FINAL) for name in catalogue.captions},
    }


def _is_placeholder(field: Field, text: pl.Expr) -> pl.Expr:
    """Names may be odd words, and a caption may not be nothing but a dash."""
    found = text.str.contains(_PLACEHOLDER) | text.str.contains(GAPS)
    return found | text.str.contains(PLACE) if field.is_caption else found


def _is_control(letter: str) -> bool:
    return (letter < " " and letter not in "\t\n\r") or "\x7f" <= letter <= "\x9f" or letter in "\u202d\u202e"


def _sign(text: str) -> str:
    """What follows the apostrophes of a text."""
    sign = text.lstrip("'")[0]
    return "a blank" if sign.isspace() else sign


def _meant(text: str) -> str | None:
    """What a text that was read as Windows text said in UTF-8, as a sentence; None where that cannot have been."""
    if _LOST in text:
        return "Some of them are lost."
    try:
        return f"It probably says: {_cut(b''.join(map(_byte, text)).decode('utf-8'))}."
    except UnicodeError:
        return None


def _byte(letter: str) -> bytes:
    """The byte that a Windows program shows as this letter; some bytes have no letter there and are kept as they are."""
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        # Python's cp1252 refuses five bytes that Windows itself lets through as they are.
        return letter.encode("latin-1")


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else f"{flat[:_SHOWN]}…"
