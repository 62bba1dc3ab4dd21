"""Cells that ask for something in a column that is not read: a disclosure above all, which is never dropped.

A header that nobody knows is a warning, since a team keeps columns of its own. One about advertising or AI
and says yes asks for a disclosure; and a field of the platform's own that has no column here asks for what
would not be sent. Both keep their row from being sent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import polars as pl

from bulkportal.check.findings import Finding, Sheet, found
from bulkportal.columns.matcher import plain_header
from bulkportal.columns.yes_no import NO, YES
from bulkportal.sheets.table import ROW

Unknown: TypeAlias = Mapping[str, str]
"""The headers of a sheet that are not known, by column letter."""

_AI = "ai_content_disclaimer"
_ADS = "disclose_as_ads"

_MACHINE = r"\b(?:ai|ia|ki|a i|artificial intelligence|intelligence artificielle|inteligencia artificial|kunstliche intelligenz)\b"
_MADE = (
    r"generat|gener|creat|made|label|disclos|disclaim|content|contenu|contenido|conteudo|inhalt|kennzeich|flag|tag|erzeugt|erstellt|hecho|feito|cree"
)
_SURELY_AI = re.compile(rf"{_MACHINE}.*(?:{_MADE})|(?:{_MADE}).*{_MACHINE}|\baigc\b|\bsynthetic\b|\baltered content\b|\bdeepfake\b")
_PERHAPS_AI = re.compile(rf"^(?:is |with |uses? |mit |avec |con |com )?{_MACHINE}$")
_SURELY_ADS = re.compile(
    r"disclos|\bpaid (?:partner|promo|collab|ad|content)|\bbrand(?:ed)? (?:content|partner|collab)|\bcommercial content\b|\bsponsored\b|"
    r"\bpartenariat|\bcollaboration (?:commerciale|remuneree|payee)|\bcontenu (?:sponsorise|de marque|commercial)|\bsponsoris|\bpatrocinad|"
    r"\bcolaboracion (?:pagada|remunerada|comercial)|\bparceria|\bcontenido (?:de marca|comercial)|\bconteudo (?:de marca|comercial)|"
    r"\bgesponsert|\bbezahlte|\bwerbekenn|\bwerbehinweis|\bals werbung|\b(?:ad|ads|advertis\w+) (?:label|disclos\w*|flag|tag)\b"
)
_PERHAPS_ADS = re.compile(
    r"\b(?:ad|ads|advert|adverts|advertisement|advertising|sponsor|sponsoring|promotional|publicite|pub|publicidad|publicidade|anuncio|anzeige|werbung|"
    r"reklame|reclame|pubblicita|kennzeichnung|disclaimer|disclaim)\b"
)
_LONGEST_HEADER = 200
"""Of a longer one the beginning tells: it is no header, but a note."""

_NO_FLAG = re.compile(
    r"\b(?:budget|account|id|set|group|campaign|spend|cost|costs|name|link|url|manager|text|copy|date|kosten|"
    r"konto|compte|cuenta|conta)\b"
)
_NOTHING = (
    *NO,
    *("none", "n/a", "na", "nil", "keine", "keiner", "kein", "aucun", "aucune", "ninguno", "ninguna", "nenhum", "nenhuma", "not applicable"),
    *("\u2013", "\u2014"),
)
_AGREES = (*YES, "ad", "#ad", "ai", "paid", "required", "needed", "needs label", "tbd")


def asked_elsewhere(sheets: Sequence[Sheet], unknown: Sequence[Unknown]) -> Iterator[Finding]:
    """A finding for each cell that asks for what is not read; `unknown` holds the unknown headers of each sheet."""
    for sheet, headers in zip(sheets, unknown, strict=True):
        not_sent = {plain_header(name): hint for name, hint in sheet.catalogue.not_sent}
        for letter, header in headers.items():
            hint = not_sent.get(plain_header(header))
            if hint is not None:
                for row, value in _cells(sheet, letter, but=_NOTHING):
                    yield _finding(sheet, row, letter, "field_not_sent", {"header": header, "value": value, "hint": hint})
                continue
            yield from _disclosures(sheet, letter, header)


def _disclosures(sheet: Sheet, letter: str, header: str) -> Iterator[Finding]:
    meant, sure = meaning(header)
    if not meant:
        return
    said = _cells(sheet, letter, but=_NOTHING) if sure else _cells(sheet, letter, of=_AGREES)
    there = [set(_rows_with_yes(sheet, name)) for name in meant]
    for row, value in said:
        if not any(row in rows for rows in there):
            words = {"header": header, "value": value, "column": " or ".join(meant)}
            yield _finding(sheet, row, letter, "disclosure_not_read", words)


def meaning(header: str) -> tuple[tuple[str, ...], bool]:
    """The disclosures that a header may ask for, and whether it can hardly mean anything else."""
    words = _words(header)
    if _SURELY_AI.search(words):
        return (_AI,), True
    if _SURELY_ADS.search(words):
        return ((_ADS,) if "disclos" not in words or _PERHAPS_ADS.search(words) else (_ADS, _AI)), True
    if _PERHAPS_AI.search(words):
        return (_AI,), False
    if _PERHAPS_ADS.search(words) and not _NO_FLAG.search(words):
        return (_ADS,), False
    return (), False


def _words(header: str) -> str:
    """A header as plain words: without accents, case and signs, and parted where a capital begins a word."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", header)
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", parted.casefold()) if not unicodedata.combining(sign))
    return " ".join(re.findall(r"[a-z0-9]+", bare))[:_LONGEST_HEADER]


def _cells(sheet: Sheet, letter: str, *, but: Sequence[str] = (), of: Sequence[str] = ()) -> list[tuple[int, str]]:
    """The filled cells of a column: those that say none of `but`, or one of `of`."""
    frame = sheet.table.frame
    plain = pl.col(letter).cast(pl.String).str.strip_chars().str.to_lowercase()
    wanted = plain.is_in(list(of)) if of else ~plain.is_in(["", *but])
    return [(int(row), str(text)) for row, text in frame.filter(wanted.fill_null(value=False)).select(ROW, letter).iter_rows()]


def _rows_with_yes(sheet: Sheet, name: str) -> list[int]:
    letter = sheet.letters.get(name)
    return [row for row, _ in _cells(sheet, letter, of=YES)] if letter else []


def _finding(sheet: Sheet, row: int, letter: str, code: str, words: Mapping[str, object]) -> Finding:
    table = sheet.table
    value, header = str(words["value"]), str(words["header"])
    shown = {**words, "value": value if len(value) <= 80 else f"{value[:77]}..."}
    return found(code, shown, file=table.file, sheet=table.sheet, row=row, column=header, cell=f"{letter}{row}", value=value)
