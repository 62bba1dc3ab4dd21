"""A date that breaks the calendar proposes the day to which `fix --dates` would move it: in the JSON, on the screen, in the workbook."""

from __future__ import annotations

from openpyxl import load_workbook

from tests.conftest import Desk, bundle, video

TODAY = "2030-03-01"


def test_calendar_findings_propose_the_moves_of_fix_dates(desk: Desk) -> None:
    """The same days; `fix --safe` does not move them, and a profile's wishes count."""
    videos = [video("spring", number, target_publish_date=day) for number, day in enumerate(["2030-03-02", *["2030-03-10"] * 4], start=1)]
    sheet = desk.sheets("launch", bundles=[bundle("spring", videos_quantity=5)], videos=videos)
    (desk.folder / "bulkportal.toml").write_text('[profiles.main]\nno_posts_on = ["2030-03-04", "2030-03-11"]\n', "utf-8")
    config = {"BULKPORTAL_CONFIG": str(desk.folder / "bulkportal.toml")}
    found = desk.run("check", sheet, "--today", TODAY, "--report", desk.folder / "report.xlsx", **config).document["findings"]
    told = {(one["code"], one["cell"]): one["proposal"] for one in found if one["column"] == "target_publish_date"}
    moves = {cell: day for (_, cell), day in told.items() if day}
    assert sorted(moves.values()) == ["2030-03-05", "2030-03-09"], told
    assert told["publish_date_too_early", "G2"] == "2030-03-05"
    book = load_workbook(desk.folder / "report.xlsx")["Findings"]
    assert {str(cell.value) for line in book.iter_rows() for cell in line} >= {"proposal", *moves.values()}
    of_full_day = {cell: day for cell, day in moves.items() if cell != "G2"}  # by today's clock the first date is not too early
    for asked, expected in (("--safe", {}), ("--dates", of_full_day)):
        fixed = desk.run("fix", asked, sheet / "videos.csv", "-o", desk.folder / f"{asked}.csv", **config).document["changes"]
        assert {one["cell"]: one["after"] for one in fixed if one["column"] == "target_publish_date"} == expected
