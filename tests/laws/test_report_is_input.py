"""Reading a report equals reading its source: fix the red cells and import it again (law 5)."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.conftest import SAMPLES, Desk, Ended, OpenDesk, bundle, video


def found(ended: Ended) -> list[tuple[object, ...]]:
    """The findings cell for cell; the file alone has another name."""
    names = ("sheet", "cell", "row", "column", "code", "severity", "value", "message", "hint")
    return [tuple(finding[name] for name in names) for finding in ended.document["findings"]]


def written(desk: Desk, *arguments: object) -> Path:
    """The report of a check, beside its source."""
    first = Path(str(arguments[0]))
    report = (first if first.is_dir() else first.parent) / "out.report.xlsx"
    desk.run("check", *arguments, "--report", report)
    return report


@pytest.mark.parametrize("story", ["good_launch", "csv_launch", "local_media", "half_there", "every_mistake"])
def test_a_check_of_the_report_finds_what_a_check_of_the_source_finds(desk: Desk, story: str) -> None:
    """The report of a check, and the report of that report, read like the source."""
    place = desk.story(story)
    source = desk.run("check", place)
    report = written(desk, place)
    again = written(desk, report)
    for file in (report, again):
        read = desk.run("check", file)
        assert found(read) == found(source), file
        assert (read.code, read.rows) == (source.code, source.rows)


def test_the_report_of_mistakes_in_headers_reads_like_its_source(desk: Desk) -> None:
    """The unknown column is still there and still unknown; so are sheets that were not read."""
    headers = desk.story("every_mistake").parent / "headers.xlsx"
    report = desk.folder / "headers.report.xlsx"
    source = desk.run("check", headers, "--report", report)
    assert found(desk.run("check", report)) == found(source)


@pytest.mark.parametrize("headers", [["bundle"], ["bundle", "whose idea"]])
def test_a_sheet_of_few_headers_is_known_beside_the_columns_of_a_report(desk: Desk, headers: list[str]) -> None:
    """Bundles without a row, for videos of a bundle that is there already: its plan and its report are read like it."""
    desk.import_(desk.sheets("first", bundles=[bundle("spring", videos_quantity=1)], videos=[video("spring", 1)]))
    book = openpyxl.Workbook()
    book.active.title = "Bundles"
    book.active.append(headers)
    row = video("spring", 1, description="In newer words")
    for cells in (list(row), list(row.values())):
        (book["Videos"] if "Videos" in book.sheetnames else book.create_sheet("Videos")).append(cells)
    launch, plan = desk.folder / "launch.xlsx", desk.folder / "plan.xlsx"
    book.save(launch)
    source = desk.run("check", launch)
    assert desk.run("plan", launch, "-o", plan).code == source.code == 0
    report = Path(desk.import_(launch).document["report"])
    for file in (plan, report):
        read = desk.run("check", file)
        assert (read.code, read.rows, found(read)) == (0, source.rows, found(source)), read.err
    assert desk.import_(report).rows == {"total": 1, "unchanged": 1}


@pytest.mark.parametrize("story", ["csv_launch", "every_mistake"])
def test_a_check_of_the_report_of_an_import_finds_the_same(open_desk: OpenDesk, story: str) -> None:
    """Status columns with words in them change nothing."""
    desk = open_desk(data=SAMPLES / "good_launch" / "remote.json")
    place = desk.story(story)
    source = desk.run("check", place)
    report = Path(desk.import_(place).document["report"])
    media = ["--media-root", place] if place.is_dir() else []
    assert found(desk.run("check", report, *media)) == found(source)


def test_a_corrected_report_is_imported_and_does_what_was_missing(desk: Desk) -> None:
    """One red cell: import, correct it in the report, import that: done, and paid once."""
    launch = desk.sheets(
        "launch",
        bundles=[bundle("spring-01"), bundle("spring-02")],
        videos=[video("spring-01", 1), video("spring-01", 2, target_publish_date="03/04/2030"), video("spring-02", 1), video("spring-02", 2)],
    )
    first = desk.import_(launch)
    assert first.code == 4
    assert first.rows == {"total": 6, "done": 4, "invalid": 1, "held": 1}
    report = Path(first.document["report"])
    (finding,) = first.document["findings"]
    book = openpyxl.load_workbook(report)
    red = book[finding["sheet"]][finding["cell"]]
    assert red.value == "03/04/2030" and red.comment is not None
    red.value = "2030-04-03"
    book.save(report)
    second = desk.import_(report)
    assert second.code == 0, second.err
    assert second.rows == {"total": 6, "done": 2, "unchanged": 4}
    assert desk.bundles["spring-01"].status == "published"
    assert second.document["credits"]["charged"] == 0


def test_the_report_never_replaces_its_input(desk: Desk) -> None:
    """Neither by its own choice of a name nor when told to."""
    launch = desk.story("half_there")
    before = launch.read_bytes()
    assert Path(desk.import_(launch).document["report"]).name == "launch.report.xlsx"
    report = launch.with_name("launch.report.xlsx")
    content = report.read_bytes()
    assert Path(desk.import_(report).document["report"]) != report
    assert (launch.read_bytes(), report.read_bytes()) == (before, content)
    told = desk.run("check", launch, "--report", launch)
    assert (told.code, launch.read_bytes()) == (2, before)
