"""Workbooks that others wrote, annotated and corrected: nothing else of them is other than it was.

A few of them on every run, where the registry can be reached; all of them, and a look by LibreOffice, with BULKPORTAL_LONG=1.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bulkportal.a1 import column_number
from bulkportal.apply.outcomes import RowState
from bulkportal.columns.field import STATUS_COLUMNS
from bulkportal.columns.matcher import count_known
from bulkportal.errors import UnreadableInput, UsageProblem
from bulkportal.report.annotate_in_place import AnnotatedWorkbook, open_input
from bulkportal.report.as_workbook import write_report
from bulkportal.report.own_sheets import status_letters
from bulkportal.sheets.correcting import Edit, write_corrected
from bulkportal.sheets.reader import read
from bulkportal.sheets.table import ROW, Table
from tests.office import as_csv, needs_office
from tests.sheets.corpus import LONG, gathered

from . import foreign, samples

SMALL = 20_000
"""The bytes up to which a workbook is looked at on every run."""

SAMPLE = 12
"""How many of them LibreOffice looks at: it takes seconds for each."""


@pytest.fixture(scope="module")
def workbooks(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> dict[Path, tuple[Table, ...]]:
    """Every workbook of the corpus that can be read, in a folder of its own, with its tables."""
    folder = tmp_path_factory.mktemp("foreign")
    found: dict[Path, tuple[Table, ...]] = {}
    for number, path in enumerate(gathered(pytestconfig)):
        if path.suffix.casefold() in (".xlsx", ".xlsm") and (LONG or path.stat().st_size < SMALL):
            copy = Path(shutil.copy(path, folder / f"{number:03}-{path.name}"))
            try:
                found[copy] = read(copy, label=copy.name, recognise=count_known)
            except UnreadableInput:
                continue
    assert len(found) > 3
    return found


def annotated(path: Path, tables: tuple[Table, ...], target: Path) -> Path:
    """The report on a workbook of whatever headers: its first row refused, some cells red or amber."""
    source = foreign.seen(tables)
    told = tuple(samples.line(row, RowState.REFUSED, problem="The link is dead.") for row in source.rows[:1])
    return write_report(samples.report(source, told, foreign.blamed(source)), source, target).path


def status_columns(path: Path, tables: tuple[Table, ...]) -> dict[str, set[int]] | None:
    """The columns that the report adds to each sheet; None where the workbook cannot be given back, in words."""
    kept = open_input(foreign.seen(tables))
    if not isinstance(kept, AnnotatedWorkbook):
        assert "because" in kept, path
        return None
    free = {table.sheet: kept.opened.first_free(table.sheet, below=table.header_row) for table in tables}
    return {table.sheet: {column_number(letter) for letter in status_letters(table, first_free=free[table.sheet]).values()} for table in tables}


def test_annotated_copies_keep_everything(workbooks: dict[Path, tuple[Table, ...]], tmp_path: Path) -> None:
    """Every part but the edited cells; valid for two other readers, which see the values they saw; refreshed when made again."""
    wrong: list[str] = []
    kept = 0
    for path, tables in workbooks.items():
        columns = status_columns(path, tables)
        if columns is None:
            continue
        target = annotated(path, tables, tmp_path / f"{path.stem}.report.xlsx")
        if foreign.is_anew(target):
            continue
        kept += 1
        found = foreign.lost(path.read_bytes(), target.read_bytes(), columns=columns)
        for reader in (foreign.by_openpyxl, foreign.by_calamine):
            found += foreign.differing(reader(path), reader(target), columns)
        found += made_again(target, tmp_path)
        wrong += [f"{path.name}: {what}" for what in found[:3]]
    assert wrong == []
    assert kept > 0.9 * len(workbooks)


def made_again(first: Path, folder: Path) -> list[str]:
    """What a second report adds that the first did not."""
    tables = tuple(table for table in read(first, label=first.name, recognise=count_known) if "bulkportal" not in table.sheet)
    own = tuple(table for table in tables if table.sheet not in ("Summary", "Findings", "Operations", "Failed"))
    second = annotated(first, own, folder / f"again-{first.name}")
    names = {table.sheet: list(table.headers.values()) for table in read(second, label=second.name, recognise=count_known)}
    before = {table.sheet: list(table.headers.values()) for table in tables}
    found = [] if list(names) == list(before) else [f"a second report has the sheets {list(names)} and not {list(before)}"]
    return found + [f"{sheet} has {titles}" for sheet, titles in names.items() if any(titles.count(name) > 1 for name in STATUS_COLUMNS)]


def test_corrected_copies_keep_everything(workbooks: dict[Path, tuple[Table, ...]], tmp_path: Path) -> None:
    """What `fix` writes is as whole a package as a report: one cell is another one, and no other."""
    wrong: list[str] = []
    fit = done = 0
    for path, tables in workbooks.items():
        table = next((table for table in tables if table.frame.height and len(table.frame.columns) > 1), None)
        if table is None:
            continue
        fit += 1
        target = tmp_path / path.name
        edit = first_text(table)
        try:
            corrected = write_corrected(path, target, [(table, [edit])])
        except UsageProblem:  # no copy can be written, and a sentence says so
            assert not target.exists(), path
            continue
        if corrected.notice or not corrected.written:
            continue
        done += 1
        columns = {table.sheet: {edit.place[1]}}
        found = foreign.lost(path.read_bytes(), target.read_bytes(), columns=columns)
        for reader in (foreign.by_openpyxl, foreign.by_calamine):
            found += foreign.differing(reader(path), reader(target), columns)
        again = next(again for again in read(target, label="again", recognise=count_known) if again.sheet == table.sheet)
        if {edit.after} - {text for _, _, text in again.cells()}:
            found.append("the correction is not in it")
        wrong += [f"{path.name}: {what}" for what in found[:3]]
    assert wrong == []
    assert done > 0.7 * fit > 2


def first_text(table: Table) -> Edit:
    """Another text for the first cell with one, under the header."""
    row, texts = table.frame[ROW][0], table.frame.drop(ROW).row(0, named=True)
    column, text = next((name, text) for name, text in texts.items() if text is not None)
    return Edit(row=row, column=column, before=text, after="Mended =here=", why="A test.")


@needs_office
@pytest.mark.skipif(not LONG, reason="a long one: BULKPORTAL_LONG=1")
@pytest.mark.timeout(600)
def test_libreoffice_sees_what_it_saw(workbooks: dict[Path, tuple[Table, ...]], tmp_path: Path) -> None:
    """A sample of them, opened before and after: each line begins as it did."""
    pairs: list[tuple[Path, Path]] = []
    for path, tables in list(workbooks.items())[:: max(len(workbooks) // SAMPLE, 1)]:
        target = annotated(path, tables, tmp_path / "new" / path.name)
        if not foreign.is_anew(target):
            pairs.append((Path(shutil.copy(path, tmp_path / f"old-{path.stem}.xlsx")), target.rename(tmp_path / f"new-{path.stem}.xlsx")))
    out = as_csv([file for pair in pairs for file in pair], tmp_path)
    compared = 0
    for old, _ in pairs:
        for was in out.glob(f"{old.stem}-*.csv"):
            now = out / f"new-{was.name.removeprefix('old-')}"
            before, after = (file.read_text(encoding="utf-8").splitlines() for file in (was, now))
            assert all(again.startswith(line.rstrip(",")) for line, again in zip(before, after, strict=False)), was.name
            compared += 1
    assert compared > SAMPLE // 2
