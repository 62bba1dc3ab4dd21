"""The whole way in a real browser: from a broken workbook to a finished launch and its report, and back to the cells."""

from __future__ import annotations

import json
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.conftest import KEY, Desk
from tests.desk import broken
from tests.desk.parts import parts_of
from tests.desk.walk import Person

MENDED = (
    ("F3", "2"),
    ("G3", "spring.two"),
    ("C4", "instagram"),
    ("G3", "2030-03-20"),
    ("D4", "video"),
    ("A5", "spring-02"),
    ("G6", "2030-04-03"),
    ("B7", "2"),
)
"""The cells as F8 comes to them, three of Bundles and then those of Videos, and what a person writes there."""


def test_by_keyboard_from_a_broken_workbook_to_the_report(person: Person, desk: Desk, launch: Path) -> None:
    """Ten kinds of mistake, mended by keys; the copy is what `fix` and a person in Excel would have made; paid once, and every row done."""
    page, before = person.page, launch.read_bytes()
    person.sees_no_barrier()
    person.picture("desk-sheet")
    page.get_by_role("button", name="Yes, it means that").press("Enter")
    expect(page.get_by_text("nearly right")).to_have_count(0)
    page.get_by_role("link", name="To the cells").press("Enter")
    person.at_grid()
    person.sees_no_barrier()
    page.get_by_role("button", name="Correct 3 cells").press("Enter")
    person.left(8)
    page.keyboard.press("Control+z")
    person.left(9)
    page.keyboard.press("Control+y")
    person.left(8)
    page.locator("#grid .tabulator-tableholder").focus()
    for place, text in MENDED:
        person.next_mistake(place)
        if place == "G3" and text.startswith("2030"):
            person.picture("desk-grid")
        person.types(text)
    person.left(0)
    person.sees_no_barrier()
    assert page.locator("#grid img").count() == 0
    assert broken.HOSTILE in page.locator("#grid").inner_text()

    page.get_by_role("link", name="See the plan").press("Enter")
    page.get_by_role("button", name="Make the plan").press("Enter")
    expect(page.locator("#approve")).to_be_visible()
    person.sees_no_barrier()
    page.locator("#all").press("Space")
    expect(page.locator("#sum")).to_contain_text("they take at most 75 credits")
    person.sees_no_barrier()
    person.picture("desk-plan")
    page.locator("#send").press("Enter")
    page.wait_for_url("**/run")
    expect(page.locator("#state")).to_have_text("Ended")
    person.sees_no_barrier()
    page.get_by_role("link", name="Report").last.press("Enter")
    expect(page.get_by_role("heading", name="What came of it")).to_be_visible()
    expect(page.locator(".tile", has_text="done")).to_contain_text("9")
    person.sees_no_barrier()
    person.picture("desk-report")

    folder = desk.folder / "launch.bulkportal"
    assert launch.read_bytes() == before
    _is_what_a_person_would_have_made(launch, folder / "launch.xlsx")
    assert sorted(desk.bundles) == ["spring-01", "spring-02", "summer-01"]
    assert 5000 - desk.balance == 75
    again = desk.apart("import", folder / "launch.xlsx", "--dry-run", "--json")
    assert again.rows == {"total": 9, "unchanged": 9}, again.err
    assert not [path for path in desk.folder.iterdir() if path.name not in ("launch.xlsx", "launch.bulkportal", "home")]
    assert KEY not in "".join(path.read_text("utf-8", "ignore") for path in folder.rglob("*") if path.is_file())


def _is_what_a_person_would_have_made(original: Path, corrected: Path) -> None:
    """Only the cells, their looks and notes differ; chart, formula and the sheet of notes are there as they were."""
    was, is_now = parts_of(original), parts_of(corrected)
    for name, data in was.items():
        if "chart" in name or "drawing" in name or name.endswith("sheet3.xml"):
            assert is_now[name] == data, name
    book = load_workbook(corrected)
    texts = {f"{sheet.title}!{cell.coordinate}": cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    before = {f"{sheet.title}!{cell.coordinate}": cell.value for sheet in load_workbook(original) for row in sheet.iter_rows() for cell in row}
    sheets = ["Bundles"] * 3 + ["Videos"] * 5
    mine = {f"{sheet}!{place}": text for sheet, (place, text) in zip(sheets, MENDED, strict=True)}
    mine |= {"Videos!F1": "description", "Bundles!C2": "tiktok", "Bundles!D2": "UK", "Videos!G2": "2030-03-15"}
    assert {place: text for place, text in texts.items() if before.get(place) != text} == mine


def _mends_by_mouse(person: Person) -> None:
    """Clicks, a pasted range, a search, and only the rows with findings."""
    page = person.page
    page.get_by_role("button", name="Yes, it means that").click()
    expect(page.get_by_text("nearly right")).to_have_count(0)
    page.get_by_role("link", name="Correct", exact=True).click()
    person.at_grid()
    page.get_by_role("button", name="Correct 3 cells").click()
    person.left(8)
    person.cell(3, "F").click()
    person.pastes('2\tspring.two\r\n2\t"summer.01"\r\n')
    person.left(6)
    person.cell(4, "C").click()
    person.types("instagram")
    person.left(5)
    page.get_by_role("button", name="Videos", exact=True).click()
    expect(page.locator("#shown")).to_have_text("6 of 6 rows")
    person.cell(3, "G").click()
    person.pastes("2030-03-20")
    person.cell(4, "D").dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("video")
    page.locator("#find").click()
    person.left(3)
    page.locator("#find").fill("sprng")
    expect(page.locator("#shown")).to_have_text("1 of 6 rows")
    person.cell(5, "A").click()
    person.types("spring-02")
    page.locator("#find").fill("")
    person.left(2)
    page.get_by_label("Only rows with findings").check()
    expect(page.locator("#shown")).to_have_text("2 of 6 rows")
    person.cell(6, "G").click()
    person.types("2030-04-03")
    person.cell(7, "B").click()
    person.types("2")
    person.left(0)


def test_by_mouse_with_a_pasted_range_a_refusal_and_the_way_back(person: Person, desk: Desk, launch: Path) -> None:
    """What the platform refuses comes back to its cell; only what is missing is paid when it is sent again."""
    page = person.page
    _mends_by_mouse(person)
    page.get_by_role("link", name="See the plan").click()
    page.get_by_role("button", name="Make the plan").click()
    line = page.get_by_label("summer-01, create bundle")
    line.check()
    expect(page.locator("#sum")).to_contain_text("1 of")
    by_command = desk.apart("plan", desk.folder / "launch.bulkportal" / "launch.xlsx", "--json").document
    rows = {change["row"] for one in by_command["operations"] if one["kind"] == "configure_positions" for change in one["changes"]}
    others = [one for one in by_command["operations"] if one["kind"] != "configure_positions"]
    assert page.locator("#approve tbody tr").count() == len(rows) + len(others)
    page.locator("#send").click()
    page.wait_for_url("**/run")
    expect(page.locator("#state")).to_have_text("Ended")
    assert list(desk.bundles) == ["summer-01"]
    page.get_by_role("link", name="Report").last.click()
    expect(page.get_by_role("heading", name="Rows to look at")).to_be_visible()
    person.sees_no_barrier()
    page.get_by_label("The steps of this launch").get_by_role("link", name="Plan").click()
    page.get_by_role("button", name="Make the plan").click()
    page.locator("#all").check()
    expect(page.locator("#sum")).to_contain_text("they take at most 50 credits")
    page.locator("#send").click()
    page.wait_for_url("**/run")
    expect(page.locator("#state")).to_have_text("Ended")
    assert 5000 - desk.balance == 75
    runs = sorted((desk.folder / "launch.bulkportal" / "runs").iterdir())
    assert [json.loads((run / "summary.json").read_text())["credits"]["charged"] for run in runs] == [25, 50]
