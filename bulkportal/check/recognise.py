"""Which tables are sheets of bundles and of videos, which are something else, and which must not be something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bulkportal.check.disclosures import Unknown, asked_elsewhere
from bulkportal.check.example import without_example
from bulkportal.check.findings import Finding, Sheet, found
from bulkportal.check.status_columns import standing_findings
from bulkportal.check.unheaded import is_turned, reason_of
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import Catalogue, is_report_sheet
from bulkportal.columns.matcher import Match, called, catalogue_of, match
from bulkportal.counting import counted
from bulkportal.errors import UnreadableInput
from bulkportal.lossless.package import Visibility
from bulkportal.names import plain
from bulkportal.sheets.table import Table

Mapped = Mapping[str, str]


@dataclass(slots=True)
class _Recognised:
    sheets: list[Sheet] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def recognise(tables: Sequence[Table], mapping: Mapped, *, read_hidden: bool | None) -> tuple[tuple[Sheet, ...], list[Finding]]:
    """The sheets with their columns found, and what there is to say of them and of the others.

    Tabs that nobody sees are left out unless `read_hidden`. Raises UnreadableInput where nothing is left, where a sheet that
    must be read cannot be, and, unless `read_hidden` is false, where the rest of the launch needs a hidden tab.
    """
    if not tables:
        raise UnreadableInput.of("no_known_header", "nothing", file="")
    seen = _Recognised()
    shown = [table for table in tables if table.visibility is Visibility.SHOWN or read_hidden]
    hidden = [table for table in tables if table not in shown and not is_report_sheet(table.sheet)]
    own = [table for table in shown if not is_report_sheet(table.sheet)]
    readable = [table for table in own if _follows(table, mapping)]
    _refuse_unread(own, readable, mapping)
    for table in own if readable else shown:
        catalogue = _follows(table, mapping)
        if catalogue is None:
            seen.findings.append(_unread_sheet(table, mapping))
        else:
            _add_sheet(table, catalogue, mapping, seen)
    launch = [table for table in hidden if _follows(table, mapping)]
    if launch and not seen.sheets:
        raise _all_hidden("All rows of the launch", launch)
    if not seen.sheets:
        raise _nothing_known(own or list(tables), mapping)
    if read_hidden is None:
        _refuse_needed(launch, seen.sheets, mapping)
    seen.findings += [_hidden_sheet(table, mapping) for table in hidden]
    return tuple(seen.sheets), [*seen.findings, *asked_elsewhere(seen.sheets, seen.unknown)]


def _follows(table: Table, mapping: Mapped) -> Catalogue | None:
    return None if is_turned(table, mapping) else catalogue_of(table.sheet, list(table.headers.values()), mapping)


def _refuse_unread(own: Sequence[Table], readable: Sequence[Table], mapping: Mapped) -> None:
    """Raise for every sheet that is called Bundles or Videos, and every file that was named, of which nothing can be read."""
    if not readable:  # then there is one sentence for all of it
        return
    files = {(table.file, table.path) for table in readable}
    unread = [table for table in own if table not in readable]
    alone = {(table.file, table.path): table for table in reversed(unread) if table.is_named and (table.file, table.path) not in files}
    wrong = [table for table in unread if called(table.sheet) is not None or table in alone.values()]
    problems = [_not_understood(table, mapping) for table in wrong]
    if problems:
        # All of them at once (law 2): corrected one by one, each would only show the next.
        problems[0].others = tuple(problems[1:])
        raise problems[0]


def _not_understood(table: Table, mapping: Mapped) -> UnreadableInput:
    kind = called(table.sheet)
    cause = reason_of(table, kind, mapping)
    words = kind.sheet if kind else "Bundles or Videos"
    return UnreadableInput.of("sheet_not_understood", file=table.file, sheet=table.sheet, kind=words, cause=cause.sentence, mend=cause.mend)


def _nothing_known(tables: Sequence[Table], mapping: Mapped) -> UnreadableInput:
    first = next((table for table in tables if called(table.sheet)), tables[0])
    cause = reason_of(first, called(first.sheet), mapping)
    where = f"; of the sheet {first.sheet}" if len(tables) > 1 else ""
    words = {"name": first.file, "where": where, "cause": cause.sentence, "mend": cause.mend}
    return UnreadableInput.of("no_known_header", file=first.file, sheet=first.sheet, **words)


def _refuse_needed(hidden: Sequence[Table], sheets: Sequence[Sheet], mapping: Mapped) -> None:
    """Raise where no videos are seen, and those of the bundles that are seen stand on a hidden tab."""
    # Some videos are seen, so a hidden tab is an older state of them more often than a part of the launch: a warning does.
    if any(sheet.kind == "position" for sheet in sheets):
        return
    bundles = {plain(name) for sheet in sheets for name in _bundles_of(sheet.table, sheet.letters)}
    needed = [
        table
        for table in hidden
        if (catalogue := _follows(table, mapping)) is not None
        and catalogue is not BUNDLES
        and bundles & {plain(name) for name in _bundles_of(table, match(table.headers, catalogue, mapping).found)}
    ]
    if needed:
        raise _all_hidden("The videos of these bundles", needed)


def _bundles_of(table: Table, letters: Mapping[str, str]) -> Iterator[str]:
    for name in ("bundle", "bundle_id"):
        if letters.get(name) in table.frame.columns:
            yield from table.frame[letters[name]].drop_nulls().unique()


def _all_hidden(what: str, tables: Sequence[Table]) -> UnreadableInput:
    tabs = ", ".join(f"{table.sheet} ({_rows(table)})" for table in tables)
    return UnreadableInput.of("tabs_hidden", file=tables[0].file, what=what, tabs=tabs)


def _rows(table: Table) -> str:
    return counted(table.frame.height, "row")


def _hidden_sheet(table: Table, mapping: Mapped) -> Finding:
    catalogue = _follows(table, mapping)
    holds = f"{_rows(table)} of {catalogue.sheet}" if catalogue else f"{_rows(table)}, and no headers that bulkportal knows"
    return found("sheet_hidden", {"sheet": table.sheet, "tab": table.visibility.value, "holds": holds}, file=table.file, sheet=table.sheet)


def _unread_sheet(table: Table, mapping: Mapped) -> Finding:
    cause = reason_of(table, None, mapping)
    otherwise = f" Otherwise: {cause.sentence}. {cause.mend}" if cause.is_telling else ""
    return found("sheet_unknown", {"sheet": table.sheet, "otherwise": otherwise}, file=table.file, sheet=table.sheet)


def _add_sheet(table: Table, catalogue: Catalogue, mapping: Mapped, seen: _Recognised) -> None:
    matched = match(table.headers, catalogue, mapping)
    seen.findings += _header_findings(table, matched)
    seen.findings += [_unknown_column(table, letter, suggestion) for letter, suggestion in matched.unknown.items()]
    seen.unknown.append({letter: table.headers[letter] for letter in matched.unknown})
    sheet = Sheet(table=table, kind="bundle" if catalogue is BUNDLES else "position", letters=dict(matched.found))
    sheet = without_example(sheet, catalogue)
    # Without the template's example row, which has a note of ours.
    seen.findings += standing_findings(sheet.table, matched)
    seen.sheets.append(sheet)


def _header_findings(table: Table, matched: Match) -> Iterator[Finding]:
    """Headers that mean the same, that mean it less well than another, or that were understood in part."""
    for name, letters in matched.twice.items():
        cells = " and ".join(f"{letter}{table.header_row} ({table.headers[letter]!r})" for letter in letters)
        words = {"field": name, "cells": cells, "header": _one_line(table.headers[letters[-1]])}
        yield _at_header("header_twice", words, table, letters[-1])
    for letter, name in matched.beside.items():
        best = matched.found[name]
        words = {"header": table.headers[letter], "field": name, "cell": f"{best}{table.header_row}", "counts": table.headers[best]}
        yield _at_header("header_beside", words, table, letter)
    for letter, part in matched.unread.items():
        field_name = next((name for name, at in matched.found.items() if at == letter), None)
        if field_name:
            words = {"header": _one_line(table.headers[letter]), "field": field_name, "part": part}
            yield _at_header("header_part_unread", words, table, letter)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _at_header(code: str, words: Mapping[str, object], table: Table, letter: str, *, variant: str = "") -> Finding:
    text = table.headers[letter]
    place = {"sheet": table.sheet, "column": text, "cell": f"{letter}{table.header_row}", "value": text}
    return found(code, words, file=table.file, variant=variant, row=table.header_row, **place)


def _unknown_column(table: Table, letter: str, suggestion: str) -> Finding:
    words = {"header": table.headers[letter], "meant": suggestion}
    return _at_header("column_unknown", words, table, letter, variant="meant" if suggestion else "")
