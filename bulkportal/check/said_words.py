"""Words that somebody has said the meaning of: offered at their cells, never applied unseen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import polars as pl

from bulkportal.check.finding_list import Findings, candidates, with_others
from bulkportal.check.findings import Finding, Sheet
from bulkportal.columns.own_words import choices_of

UNKNOWN_WORD = ("choice_invalid", "boolean_invalid")
"""The codes of cells that hold a word which is none of those that their column knows."""

WHY = "What the profile says that this word means."
"""What a corrected cell says of it."""

Values: TypeAlias = Mapping[str, Mapping[str, str]]
"""For each column what words of one's own mean there."""


def plain_word(text: str) -> str:
    """A word as words are compared: capitals and blanks make no difference."""
    return " ".join(text.split()).casefold()


def meant(values: Values, column: str, word: str) -> str:
    """What a word was said to mean in a column; empty where nobody has said so."""
    said = {plain_word(own): value for own, value in values.get(column, {}).items()}
    return said.get(plain_word(word), "")


def with_said(findings: Findings, values: Values) -> Findings:
    """The findings; each about a word of which somebody has said the meaning proposes that."""
    if not values:
        return findings
    frame = findings.frame.filter(pl.col("code").is_in(list(UNKNOWN_WORD)) & pl.col("column").is_in(list(values)) & pl.col("cell").is_not_null())
    spots = [(file, sheet, cell) for file, sheet, cell in frame.select("file", "sheet", "cell").iter_rows()]
    changed: dict[int, Finding] = {}
    for number, finding in candidates(findings, spots, UNKNOWN_WORD):
        value = meant(values, finding.column or "", finding.value or "")
        if value:
            hint = f"The profile says that it means {value}. Write that, or let `bulkportal fix --safe` write it."
            changed[number] = replace(finding, hint=hint, proposal=value)
    return with_others(findings, changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownWord:
    """A word that its column does not know: where it stands, what the column knows, and what it was said to mean, if anything."""

    column: str
    word: str
    sheet: str
    cells: tuple[str, ...]
    choices: tuple[str, ...]
    meaning: str
    hint: str


def unknown_words(findings: Sequence[Finding], sheets: Sequence[Sheet], values: Values) -> Iterator[UnknownWord]:
    """Every word that is unknown, once for each column and sheet, in the order in which they stand."""
    found: dict[tuple[str, str, str], list[Finding]] = {}
    tabs = {(sheet.table.file, sheet.table.sheet) for sheet in sheets}
    for finding in findings:
        if finding.code in UNKNOWN_WORD and finding.column and finding.value and (finding.file, finding.sheet or "") in tabs:
            found.setdefault((finding.sheet or "", finding.column, plain_word(finding.value)), []).append(finding)
    for (sheet, column, _), alike in found.items():
        if choices_of(column):
            yield UnknownWord(
                column=column,
                word=str(alike[0].value),
                sheet=sheet,
                cells=tuple(str(finding.cell) for finding in alike),
                choices=choices_of(column),
                meaning=meant(values, column, str(alike[0].value)),
                hint=alike[0].hint,
            )
