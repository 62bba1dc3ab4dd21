"""The rows to fix as a workbook of their own, and the report written into its source."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from bulkportal.apply.outcomes import RowState
from bulkportal.report.failed import write_failed
from tests.conftest import Desk, bundle, video

from .samples import checked, finding, launch, line, report


def test_only_the_rows_to_fix_in_the_users_order(tmp_path: Path) -> None:
    """Where each stood, what is wrong, then the user's own headers; held rows too, rows in order not."""
    source = checked(launch(tmp_path / "launch.xlsx", captions=["one", "=two", "three"]))
    rows = [row for row in source.rows if row.sheet == "Videos"]
    told = (line(rows[1], RowState.REFUSED, problem="The link is dead."), line(rows[2], RowState.HELD))
    written = write_failed(report(source, told, [finding(rows[1], f"D{rows[1].row}")]), source, tmp_path / "failed.xlsx")
    book = openpyxl.load_workbook(tmp_path / "failed.xlsx")
    assert (written, book.sheetnames) == (2, ["Videos"])
    values = [[cell.value for cell in row] for row in book["Videos"].iter_rows()]
    assert values[0] == ["original row", "error", *source.sheets[1].table.headers.values()]
    assert [row[:2] for row in values[1:]] == [[str(rows[1].row), "The link is dead."], [str(rows[2].row), "held"]]
    assert values[1][6] == "=two"
    assert book["Videos"]["F2"].comment is not None
    again = checked(tmp_path / "failed.xlsx")
    assert not {"original row", "error"} & {found.value for found in again.findings}


def test_failed_rows_are_corrected_imported_and_gone(desk: Desk) -> None:
    """One row fails; its workbook is corrected and imported, does what was missing, and is not written again."""
    videos = [video("spring-01", 1), video("spring-01", 2, target_publish_date="03/04/2030")]
    launch = desk.sheets("launch", bundles=[bundle("spring-01")], videos=videos)
    first = desk.run("import", launch, "--yes")
    failed = launch.with_name("launch.failed.xlsx")
    assert f"To fix: {failed}, 2 rows" in first.err
    book = openpyxl.load_workbook(failed)
    assert [cell.value for cell in book["videos"]["A"]] == ["original row", "3"]
    header = [cell.value for cell in book["videos"][1]]
    book["videos"].cell(2, header.index("target_publish_date") + 1).value = "2030-04-03"
    book.save(failed)
    second = desk.run("import", failed, "--yes")
    assert second.code == 0, second.out + second.err
    assert desk.bundles["spring-01"].status == "published"
    assert not failed.with_name("launch.failed-2.xlsx").exists()


def test_a_stale_one_goes_and_an_edited_one_stays(desk: Desk) -> None:
    """When nothing failed any more, one that nobody touched is removed; one with corrections in it is not."""
    bad = [video("spring-01", 1, target_publish_date="03/04/2030"), video("spring-01", 2)]
    launch = desk.sheets("launch", bundles=[bundle("spring-01")], videos=bad)
    desk.run("check", launch, "--report", desk.folder / "out.xlsx")
    failed = desk.folder / "out.failed.xlsx"
    untouched = failed.read_bytes()
    book = openpyxl.load_workbook(failed)
    book["videos"]["B2"].value = "asked Ana"
    book.save(failed)
    edited = failed.read_bytes()
    good = desk.sheets("good", bundles=[bundle("spring-01")], videos=[video("spring-01", 1), video("spring-01", 2)])
    desk.run("check", good, "--report", desk.folder / "out.xlsx")
    assert failed.read_bytes() == edited
    failed.write_bytes(untouched)
    desk.run("check", good, "--report", desk.folder / "out.xlsx")
    assert not failed.exists()


def test_in_place_keeps_a_backup(desk: Desk) -> None:
    """Only on request: the input gets the report, and the file as it was stands beside it."""
    launch = desk.story("every_mistake")
    before = launch.read_bytes()
    ended = desk.run("check", launch, "--in-place")
    backup = launch.with_name("launch.backup.xlsx")
    assert f"Backup: {backup}" in ended.err
    assert (backup.read_bytes(), launch.read_bytes() == before) == (before, False)
    assert openpyxl.load_workbook(launch).sheetnames[:3] == ["Summary", "Bundles", "Videos"]
    desk.run("check", launch, "--in-place")
    assert launch.with_name("launch.backup-2.xlsx").exists()


def test_in_place_is_refused_where_it_cannot_be(desk: Desk) -> None:
    """Two inputs, a CSV, a file that is open elsewhere: told before anything is done, and nothing is changed."""
    launch = desk.story("half_there")
    before = launch.read_bytes()
    assert desk.run("check", launch, launch, "--in-place").code == 2
    assert desk.run("check", desk.story("csv_launch"), "--in-place").code == 2
    assert desk.run("check", launch, "--in-place", "--report", "x.xlsx").code == 2
    launch.with_name(f"~${launch.name}").touch()
    ended = desk.run("check", launch, "--in-place")
    assert (ended.code, "is open in a spreadsheet program" in ended.err) == (2, True)
    assert launch.read_bytes() == before
