"""The plan as a workbook to sign: only what is approved is done, and a stale plan names what has moved."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Desk, bundle, video


def planned(desk: Desk, source: Path) -> Path:
    """A plan workbook of a launch."""
    path = desk.folder / "plan.xlsx"
    assert desk.run("plan", source, "-o", path).code == 0
    return path


def approve(path: Path, *lines: str, everything: bool = False) -> None:
    """Sign lines, by words that stand in them."""
    book = openpyxl.load_workbook(path)
    sheet = book["Plan"]
    if everything:
        sheet["B2"] = "yes"
    for row in sheet.iter_rows(min_row=5):
        text = " ".join(str(cell.value or "") for cell in row[1:])
        if any(all(word in text for word in line.split()) for line in lines):
            row[0].value = "yes"
    book.save(path)


@pytest.fixture
def launch(desk: Desk) -> Path:
    """Two bundles of two videos."""
    names = ("spring-01", "spring-02")
    return desk.sheets("launch", bundles=[bundle(name) for name in names], videos=[video(name, n) for name in names for n in (1, 2)])


def test_an_approved_plan_is_done_as_shown(desk: Desk, launch: Path) -> None:
    """Everything signed: as an import would do it."""
    path = planned(desk, launch)
    approve(path, everything=True)
    ended = desk.run("apply", path, "--yes")
    assert (ended.code, ended.rows) == (0, {"total": 6, "done": 6})
    assert {b.status for b in desk.bundles.values()} == {"published"}


def test_only_signed_lines_are_done_and_the_rest_is_held(desk: Desk, launch: Path) -> None:
    """One bundle signed, the other not: one is paid."""
    path = planned(desk, launch)
    approve(path, "spring-01")
    ended = desk.run("apply", path, "--yes")
    assert (ended.code, list(desk.bundles), ended.rows) == (4, ["spring-01"], {"total": 6, "done": 3, "held": 3})


def test_nothing_signed_is_nothing_done(desk: Desk, launch: Path) -> None:
    """A plan that nobody approved sends no write."""
    ended = desk.run("apply", planned(desk, launch), "--yes")
    assert (ended.code, desk.writes) == (4, 0)


def test_a_signed_publish_does_not_go_without_what_it_needs(desk: Desk, launch: Path) -> None:
    """Publishing alone cannot be done: the bundle is not there."""
    path = planned(desk, launch)
    approve(path, "publish spring-01")
    assert desk.run("apply", path, "--yes").code == 4
    assert desk.writes == 0


def test_a_stale_plan_is_refused_and_names_what_moved(desk: Desk, launch: Path) -> None:
    """Somebody imported meanwhile: 11, and nothing more is sent."""
    path = planned(desk, launch)
    approve(path, everything=True)
    desk.import_(launch)
    writes = desk.writes
    desk.home = desk.folder / "another"
    ended = desk.run("apply", path, "--yes")
    assert (ended.code, desk.writes) == (11, writes)
    assert "create:spring-01" in ended.err


def test_an_edited_cell_of_the_plan_makes_it_stale(desk: Desk, launch: Path) -> None:
    """What is sent must be what was signed."""
    path = planned(desk, launch)
    approve(path, everything=True)
    book = openpyxl.load_workbook(path)
    sheet = book["videos"]
    column = next(cell.column for cell in sheet[1] if cell.value == "description")
    sheet.cell(2, column).value = "Something else"
    book.save(path)
    ended = desk.run("apply", path, "--yes")
    assert (ended.code, desk.writes) == (11, 0)
    assert "videos!2" in ended.err


def test_applying_a_plan_again_does_nothing_and_is_not_stale(desk: Desk, launch: Path) -> None:
    """What the plan itself has done has not moved."""
    path = planned(desk, launch)
    approve(path, everything=True)
    desk.run("apply", path, "--yes")
    writes = desk.writes
    ended = desk.run("apply", path, "--yes")
    assert (ended.code, desk.writes) == (0, writes)


def test_a_workbook_that_is_no_plan_is_told(desk: Desk) -> None:
    """An ordinary launch cannot be applied."""
    assert desk.run("apply", desk.story("good_launch"), "--yes").code == 6


def test_the_plan_shows_prices_old_and_new_values_and_what_cannot_be_undone(desk: Desk, launch: Path) -> None:
    """For a person to read before signing."""
    desk.import_(launch)
    changed = desk.sheets("more", bundles=[bundle("spring-01", videos_quantity=4)], videos=[video("spring-02", 1, description="New words")])
    path = planned(desk, changed)
    rows = [[str(cell or "") for cell in row] for row in openpyxl.load_workbook(path)["Plan"].iter_rows(values_only=True)]
    text = "\n".join(" | ".join(row) for row in rows)
    assert "20" in text
    assert "description: Dish number 1 #streetfood → New words" in text
    assert "no: credits are not refunded" in text
