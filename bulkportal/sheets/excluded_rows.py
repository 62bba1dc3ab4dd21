"""Which rows under a header are rows of the table, and which are there for people: examples, totals, notes, headers once more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from bulkportal.sheets.table import ROW, Repeat

_EXAMPLE = r"^\W*(?:example|sample|exemple|ejemplo|beispiel|exemplo|muster)(?: row| line)?\W*\d*\W*$"
"""What the one cell of a row says that announces how to fill the table in."""

_TOTAL_WORDS = """
    total, totals, sum, sums, average, avg, totale, totali, totaux, somme, moyenne, summe, summen, gesamt, gesamtsumme, zwischensumme,
    insgesamt, durchschnitt, suma, sumas, totales, promedio, somma, totais, soma, complessivo, generale, subtotal, subtotals, subtotale,
    totaal, totalt, summa, razem, ogółem, łącznie, celkem, összesen, yhteensä, toplam, itogo, total general, итого, всего, сумма, разом,
    усього, σύνολο,
    合计, 总计, 小计, 总和, 合計, 総計, 總計, 小計, 합계, 총계, 소계, σ, ∑,
    المجموع, الإجمالي, סהכ, סה.כ, kokku, kopā, viso, ukupno, skupaj,
    skupno, общо, jumlah, tổng, tổng cộng, รวม
"""
_TOTAL_OF = "general|général|generale|geral|complessivo|cộng|bundles?|videos?|vídeos?|vidéos?|credits?|rows?|posts?|lots?"
_TOTAL = (
    r"^\W*(?:(?:grand|sub|sous|genel|ara|gesamt|общий|total)[- ]?)?(?:∑|"
    + "|".join(sorted((word.strip() for word in _TOTAL_WORDS.split(",")), key=len, reverse=True))
    + rf")(?:\s(?:{_TOTAL_OF}))?(?:\W*|\s*[:=(–-]?\s*\d.*)$"
)
_NUMBER = r"^[\d.,'\s€$£¥%+-]+(?:\s*[\p{L}]{1,12}\.?)?$"
"""What the first cell of a row of totals says, and what all others of it are, perhaps with a unit: a row of the table has words in them."""

_FEWEST_COLUMNS = 3
"""A table narrower than this may well have rows of one cell."""

_MOST_TITLES = 3
"""Lines of one cell above headers that come once more: what their block is called."""

_LOOKED_AT = 6
"""The columns of which two must hold their own header for a row to be looked at closely."""

_MARK = "\ufeff"

_SINGLE = pl.sum_horizontal(pl.exclude(ROW).is_not_null()) == 1
_WORDS = pl.sum_horizontal(pl.exclude(ROW).is_not_null()) - pl.sum_horizontal(pl.exclude(ROW).str.contains(_NUMBER))
"""How many cells of a row are no numbers."""

Recognise = Callable[[Sequence[str]], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """The rows of the table, what is not of it, and where its headers stand once more."""

    rows: pl.DataFrame
    aside: pl.DataFrame
    repeats: tuple[Repeat, ...] = ()


def split_rows(below: pl.DataFrame, headers: dict[str, str], recognise: Recognise | None) -> Split:
    """Split the rows under the header. Without `recognise` no header was known, and nothing can be distinguished."""
    if recognise is None or below.is_empty():
        return Split(rows=below, aside=below.clear())
    repeats = _repeats(below, headers, recognise)
    if repeats:
        inside = [(pl.col(ROW) >= repeat.first) & (pl.col(ROW) <= repeat.row) for repeat in repeats]
        below = below.filter(~pl.any_horizontal(inside))
    first = pl.coalesce(pl.exclude(ROW)).str.to_lowercase()
    called = below.select(heads=first.str.contains(_EXAMPLE) & _SINGLE & (len(headers) >= _FEWEST_COLUMNS), totals=first.str.contains(_TOTAL))
    aside = below.clear()
    if called["heads"].any() or called["totals"].any():
        totals = below.filter(called["totals"]).filter(_WORDS <= 1)[ROW]
        for_people = pl.lit(called["heads"]).fill_null(value=False) | pl.col(ROW).is_in(totals.implode())
        below, aside = below.filter(~for_people), below.filter(for_people)
    end = _notes_from(below, len(headers))
    if end < below.height:
        below, aside = below.head(end), pl.concat([aside, below.slice(end)]).sort(ROW)
    return Split(rows=below, aside=aside, repeats=repeats)


def texts_of(cells: pl.DataFrame) -> tuple[tuple[int, str, str], ...]:
    """Every cell with text as (row, letter, text)."""
    names = cells.columns[1:]
    return tuple((row, name, text) for row, *texts in cells.iter_rows() for name, text in zip(names, texts, strict=True) if text is not None)


def _repeats(below: pl.DataFrame, headers: dict[str, str], recognise: Recognise) -> tuple[Repeat, ...]:
    """The rows that are headers: they begin with one, or hold several, and most of their cells are headers that are known."""
    first = pl.coalesce(pl.exclude(ROW)).str.strip_chars(f"{_MARK} \n").str.to_lowercase().is_in({_plain(text) for text in headers.values()})
    places = [pl.col(name) == text for name, text in list(headers.items())[:_LOOKED_AT] if name in below.columns]
    several = pl.sum_horizontal(place.fill_null(value=False) for place in places) >= min(2, len(places)) if places else pl.lit(value=False)
    found: list[Repeat] = []
    for row, texts in _cells_by_row(below.filter(first.fill_null(value=False) | several)):
        known = recognise([text.strip(_MARK) for text in texts.values()])
        # A caption may well be "title" or "country"; a row of headers is one in most of its cells.
        if known < min(2, len(headers)) or known * 2 < len(texts):
            continue
        is_same = all(_plain(text) == _plain(headers.get(name, "")) for name, text in texts.items())
        start, title = _titled(below, row, len(headers))
        cells = texts_of(below.filter((pl.col(ROW) >= start) & (pl.col(ROW) <= row)))
        found.append(Repeat(first=start, row=row, cells=cells, is_same=is_same, title=title))
    return tuple(found)


def _cells_by_row(rows: pl.DataFrame) -> list[tuple[int, dict[str, str]]]:
    names = rows.columns[1:]
    return [(row, {name: text for name, text in zip(names, texts, strict=True) if text is not None}) for row, *texts in rows.iter_rows()]


def _titled(below: pl.DataFrame, row: int, columns: int) -> tuple[int, str]:
    """The first row of the titles right above a row of headers, and what they say; the row itself where there are none."""
    above = below.filter(pl.col(ROW) < row).tail(_MOST_TITLES)
    lines = _cells_by_row(above)
    start = row
    words: list[str] = []
    while lines and columns >= _FEWEST_COLUMNS and len(lines[-1][1]) == 1 and lines[-1][0] >= start - 2:
        start, texts = lines.pop()
        words += texts.values()
    return start, " / ".join(reversed(words))


def _plain(text: str) -> str:
    return text.strip(f"{_MARK} \n").casefold()


def _notes_from(below: pl.DataFrame, columns: int) -> int:
    """The place from which all rows are notes: apart from the table, and of one cell each."""
    if columns < _FEWEST_COLUMNS or below.is_empty():
        return below.height
    if columns > 1 and below.tail(1).select(~_SINGLE).item():
        return below.height
    single = below.select(_SINGLE).to_series().to_list()
    rows = below[ROW].to_list()
    place = below.height
    while place and single[place - 1]:
        place -= 1
    # Only what a blank row sets apart: a row of the table may have one cell as well.
    return next((at for at in range(place, below.height) if at and rows[at] - rows[at - 1] > 1), below.height)
