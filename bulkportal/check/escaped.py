"""Texts that hold signs as a program spells them: of a web page, an address, an e-mail, a text to be laid out or a programming language."""

from __future__ import annotations

import html
import quopri
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from urllib.parse import unquote_to_bytes

import polars as pl

from bulkportal.check.casting import TABLE
from bulkportal.check.findings import Finding, Place, Sheet
from bulkportal.check.wording import shortened
from bulkportal.columns.field import Catalogue, Kind
from bulkportal.sheets.sifting import sifted
from bulkportal.sheets.table import ROW

_PERHAPS = r"[&%=\\<*\[]"
_WORD = re.compile(r"\S+")

_MARKDOWN = re.compile(r"\*\*[^\s*][^*\n]{0,200}\*\*|\[[^\[\]\n]{1,80}\]\(https?://[^()\s]{1,300}\)")
"""What writing programs make bold, and links with a label."""

Meaning = Callable[[str], str]


def _entity(text: str) -> str:
    meant = html.unescape(text)
    return meant if meant != text and (meant.isprintable() or meant.isspace()) else ""


def _bytes(read: Callable[[str], bytes]) -> Meaning:
    def meaning(text: str) -> str:
        try:
            return read(text).decode()
        except UnicodeDecodeError:
            return ""

    return meaning


def _letter(text: str) -> str:
    units = "".join(chr(int(digits, 16)) for digits in re.findall(r"[0-9A-Fa-f]{4}", text))
    return units.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


_SPELLED: tuple[tuple[re.Pattern[str], Meaning], ...] = (
    (re.compile(r"&(?:[A-Za-z]{2,8}\d{0,2}|#\d{2,6}|#[xX][0-9A-Fa-f]{2,6});"), _entity),
    (re.compile(r"</?(?:br|p|b|i|u|em|strong|div|span|a|ul|ol|li|h[1-6])(?:\s[^<>]{0,200})?/?>", re.IGNORECASE), lambda _: "\n"),
    (re.compile(r"(?:%[C-Fc-f][0-9A-Fa-f](?:%[89ABab][0-9A-Fa-f]){1,3})+"), _bytes(unquote_to_bytes)),
    (re.compile(r"(?:=[C-F][0-9A-F](?:=[89AB][0-9A-F]){1,3})+"), _bytes(lambda text: quopri.decodestring(text.encode()))),
    (re.compile(r"=\?[\w-]{3,20}\?[QB]\?[^?\s]{1,200}\?=", re.IGNORECASE), lambda _: "\n"),
    (re.compile(r"(?:\\u[0-9A-Fa-f]{4})+"), _letter),
    (re.compile(r"(?<!:)(?:\\r)?\\n(?![a-z]{0,12}\\)"), lambda _: "\n"),
)
"""How signs are spelled, and what they mean; a line break where no sign can be named."""


def escaped(rows: pl.DataFrame, catalogue: Catalogue, sheets: Sequence[Sheet]) -> Iterator[Finding]:
    """Every text of typed rows that holds a sign spelled out, with the first of them."""
    for name, found in sifted(rows, _masks(catalogue)):
        for table, row, text in found.select(TABLE, ROW, name).iter_rows():
            first = _first(text)
            if first is not None:
                sample, meant = first
                meaning = f"; it means {meant!r}" if meant.strip() else ""
                words = {"sample": shortened(sample, 40), "meaning": meaning}
                yield Place(sheet=sheets[table], row=row, field=name).found("text_escaped", words, value=text)


def _first(text: str) -> tuple[str, str] | None:
    marked = _MARKDOWN.search(text)
    if marked is not None:
        return marked[0], "\n"
    bare = _WORD.sub(_unless_address, text)
    for pattern, meaning in _SPELLED:
        for found in pattern.finditer(bare):
            meant = meaning(found[0])
            if meant:
                return found[0], meant
    return None


def _unless_address(word: re.Match[str]) -> str:
    """In an address such signs are as they should be."""
    return " " if "//" in word[0] or "www." in word[0] else word[0]


@cache
def _masks(catalogue: Catalogue) -> dict[str, pl.Expr]:
    return {field.name: pl.col(field.name).str.contains(_PERHAPS) for field in catalogue.fields if field.kind is Kind.TEXT and not field.is_name}
