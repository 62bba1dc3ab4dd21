"""The report as a page: the totals, the causes, every row with what it is about, and nothing that runs."""

from __future__ import annotations

import re
from pathlib import Path

from bulkportal.apply.outcomes import RowState
from bulkportal.check.findings import Severity
from bulkportal.html.words import Words
from bulkportal.report.as_html import run_page, write_run
from tests.conftest import KEY, Desk, bundle, video
from tests.report import samples


def test_the_page_tells_of_every_row(tmp_path: Path) -> None:
    """In the order of the report, with bundle, position, caption and day as they were read."""
    source = samples.checked(samples.launch(tmp_path / "launch.xlsx"))
    videos = [row for row in source.rows if row.sheet == "Videos"]
    bad = samples.line(videos[0], RowState.INVALID, problem="E4: too long.", result="not sent")
    page = run_page(samples.report(source, [bad]), source, Words())
    table = page.tables[-1]
    titles = [column.title for column in table.columns]
    rows = [dict(zip(titles, (cell.text for cell in row), strict=True)) for row in table.rows]
    assert [row["Row"] for row in rows] == [str(row) for row in source.rows]
    of_video = next(row for row in rows if row["Row"] == str(videos[0]))
    assert (of_video["Bundle"], of_video["Position"], of_video["Platform"]) == ("spring-01", "1", "tiktok")
    assert (of_video["Status"], of_video["Problem"], of_video["Publish date"]) == ("invalid", "E4: too long.", "Jan 1, 2030")
    assert {row["Content"] for row in rows} >= {"=)", "@name"}
    assert page.title == f"{len(rows) - 1} of {len(rows)} rows done"
    assert [(tile.value, tile.label) for tile in page.tiles if tile.tone == "bad"] == [("1", "to correct")]


def test_a_column_that_says_nothing_is_left_out(tmp_path: Path) -> None:
    source = samples.checked(samples.launch(tmp_path / "launch.xlsx"))
    titles = [column.title for column in run_page(samples.report(source), source, Words()).tables[-1].columns]
    assert "Problem" not in titles
    assert "Result" in titles


def test_findings_stand_by_cause_above_the_rows(tmp_path: Path) -> None:
    """Errors first; each with how many there are and where, neighbours as a range."""
    source = samples.checked(samples.launch(tmp_path / "launch.xlsx"))
    videos = [row for row in source.rows if row.sheet == "Videos"]
    late = [samples.finding(row, f"F{row.row}", "late", Severity.WARNING) for row in videos[2:6]]
    page = run_page(samples.report(source, findings=[*late, samples.finding(videos[0], f"E{videos[0].row}")]), source, Words())
    rows = [[cell.text for cell in row] for row in page.tables[0].rows]
    assert [(row[0], row[1], row[3]) for row in rows] == [("video_missing says so.", "error", "1"), ("late says so.", "warning", "4")]
    assert rows[1][4] == f"Videos!F{videos[2].row}:F{videos[5].row}"
    assert page.tables[1].title == "Rows"


def test_hostile_captions_stay_text(tmp_path: Path) -> None:
    """In the source of the page there is no tag that came from a cell."""
    captions = ("<script>alert(1)</script>", "{{7*7}}", '"><img src=x onerror=alert(1)>', "]]>", "javascript:alert(1)")
    source = samples.checked(samples.launch(tmp_path / "launch.xlsx", captions=captions))
    write_run(samples.report(source), source, Words(), tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text("utf-8")
    assert len(re.findall(r"<script", text)) == 1
    assert "<img" not in text
    assert "{{7*7}}" in text
    assert 'href="javascript' not in text


def test_import_writes_a_page_beside_the_report(desk: Desk) -> None:
    """Also where the rest is asked for in JSON; the key is not in it."""
    folder = desk.sheets("launch", bundles=[bundle("spring-01")], videos=[video("spring-01", 1), video("spring-01", 2, video="")])
    ended = desk.import_(folder, "--html")
    assert ended.code == 4
    page = desk.folder / "launch.report.html"
    assert f"Page: {page}" in ended.err
    text = page.read_text("utf-8")
    assert "Dish number 1 #streetfood" in text
    assert KEY not in text
    assert "<h1>1 of 3 rows done</h1>" in text


def test_a_page_goes_where_it_is_asked_for_and_only_there(desk: Desk) -> None:
    """`check` writes one too; an option in the wrong place does not write over the sheet."""
    folder = desk.sheets("launch", bundles=[bundle("spring-01", publish="")], videos=[video("spring-01", 1)])
    page = desk.folder / "pages" / "first.html"
    assert desk.run("check", folder, "--html", page).code == 0
    assert "<h1>2 of 2 rows without errors</h1>" in page.read_text("utf-8")
    ended = desk.run("check", "--html", folder / "bundles.csv")
    assert ended.code == 2
    assert "must end in .html" in ended.err
    assert desk.run("plan", folder, "--html").code == 0
    assert (desk.folder / "launch.report.html").exists()


def test_a_page_that_cannot_be_written_is_told(desk: Desk) -> None:
    """And fails a command that was asked for nothing else."""
    folder = desk.sheets("launch", bundles=[bundle("spring-01", publish="")], videos=[video("spring-01", 1)])
    (desk.folder / "taken.html").mkdir()
    ended = desk.run("check", folder, "--html", desk.folder / "taken.html")
    assert ended.code == 2
    assert "taken.html cannot be written" in ended.err
