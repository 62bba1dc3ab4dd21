"""The plan as a workbook to sign: only what is approved is done, and a stale plan names what has moved."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import openpyxl
import pytest

from bulkportal.pipeline import run as running
from tests.conftest import SAMPLES, Desk, OpenDesk, bundle, video


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
        if row[3].value and any(all(word in text for word in line.split()) for line in lines):
            row[0].value = "yes"
    book.save(path)


def rows_of(report: Path, name: str) -> dict[object, dict[str, object]]:
    """The rows of a report's sheet, by bundle, and position where there is one."""
    rows = list(openpyxl.load_workbook(report)[name].iter_rows(values_only=True))
    found = [dict(zip(map(str, rows[0]), row, strict=True)) for row in rows[1:]]
    return {(row["bundle"], str(row["position"])) if row.get("position") else row["bundle"]: row for row in found}


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


def test_only_signed_lines_are_done_and_the_rest_waits(desk: Desk, launch: Path) -> None:
    """One bundle signed, the other not: one is paid, and to leave a line out is no failure."""
    path = planned(desk, launch)
    approve(path, "spring-01")
    ended = desk.run("apply", path, "--yes")
    assert (ended.code, list(desk.bundles), ended.rows) == (0, ["spring-01"], {"total": 6, "done": 3, "waiting": 3})
    assert "What was not approved was not done: 3 rows wait for it." in ended.err
    row = rows_of(desk.folder / "plan.report.xlsx", "bundles")["spring-02"]
    assert (row["status"], row["problem"]) == ("waiting", "Not approved: create bundle, configure account, publish.")


def test_nothing_signed_is_nothing_done(desk: Desk, launch: Path) -> None:
    """A plan that nobody approved sends no write, and says so."""
    ended = desk.run("apply", planned(desk, launch), "--yes")
    assert (ended.code, desk.writes, ended.rows) == (4, 0, {"total": 6, "waiting": 6})
    assert "Nothing was sent: no line of the plan is approved." in ended.err


@pytest.mark.parametrize(
    ("lines", "held", "on"),
    [
        (("until spring-01",), "Publish", "create bundle (bundles!2)"),
        (("create spring-01", "account spring-01", "until spring-01", "videos!2"), "Publish", "configure positions (videos!3)"),
    ],
    ids=["no bundle", "one video of two"],
)
def test_a_signed_publish_does_not_go_without_what_it_needs(desk: Desk, launch: Path, lines: tuple[str, ...], held: str, on: str) -> None:
    """Not without the bundle, nor while one of its videos is not approved; the row says what it waits for."""
    path = planned(desk, launch)
    approve(path, *lines)
    assert desk.run("apply", path, "--yes").code == 4
    assert not desk.executed("POST /bundles/{id}/publish")
    row = rows_of(desk.folder / "plan.report.xlsx", "bundles")["spring-01"]
    assert (row["status"], row["problem"]) == ("held", f"{held} rests on {on}, which is not approved.")


def test_one_of_two_purchases_and_what_rests_on_neither(desk: Desk) -> None:
    """Video slots yes, edit slots no: the edited video is held, a caption of what is there goes, and all of it may be applied again."""
    desk.import_(desk.sheets("there", bundles=[bundle("spring-01", publish="")], videos=[video("spring-01", n) for n in (1, 2)]))
    bought = bundle("spring-01", videos_quantity=3, edits_quantity=1, publish="")
    rows = [video("spring-01", 1, description="New words"), video("spring-01", 2, editing_instructions="Cut it"), video("spring-01", 3)]
    path = planned(desk, desk.sheets("more", bundles=[bought], videos=rows))
    approve(path, "add video slots", "configure positions")
    for sent in ({"done": 2, "held": 1, "waiting": 1}, {"unchanged": 2, "held": 1, "waiting": 1}):
        ended = desk.run("apply", path, "--yes")
        assert (ended.code, ended.rows) == (4, {"total": 4, **sent}), ended.err
    there = desk.bundles["spring-01"]
    assert (len(there.slots), there.edits_quantity, there.slots[0].content["description"]) == (3, 0, "New words")
    row = rows_of(desk.folder / "plan.report.xlsx", "videos")["spring-01", "2"]
    assert row["problem"] == "Configure positions rests on add edit slots (bundles!2), which is not approved."


def test_an_open_purchase_is_not_sent_again_without_its_approval(desk: Desk, launch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import died while it bought; in the plan made then that line is not approved. It stays open, and costs nothing."""
    monkeypatch.setattr(running, "LANDING", 0)
    desk.import_(launch)
    more = desk.sheets("more", bundles=[bundle("spring-01", videos_quantity=4)], videos=[video("spring-02", 1) | {"name": "Noodles"}])
    desk.trouble("drop_before", "POST /bundles/{id}/add-video-slots", times=None)
    assert desk.import_(more).code == 5
    desk.operate("DELETE", "/faults")
    path = planned(desk, more)
    approve(path, "update position")
    ended = desk.run("apply", path, "--yes")
    assert (len(desk.bundles["spring-01"].slots), ended.document["credits"]["charged"]) == (2, 0)
    approve(path, everything=True)
    ended = desk.run("apply", path, "--yes")
    assert (ended.code, len(desk.bundles["spring-01"].slots)) == (0, 4), ended.err


def test_publish_is_for_a_plan_that_was_made_with_it(desk: Desk, launch: Path) -> None:
    """What was not in the plan was not approved."""
    ended = desk.run("apply", planned(desk, launch), "--yes", "--publish")
    assert (ended.code, desk.writes) == (2, 0) and "plan --publish" in ended.err


def test_a_dry_run_says_whether_a_plan_still_stands(desk: Desk, launch: Path) -> None:
    """Nothing is sent; and with a mistake in a row, --all-or-nothing sends nothing either."""
    path = planned(desk, launch)
    approve(path, "spring-01")
    ended = desk.run("apply", path, "--dry-run")
    assert (ended.code, desk.writes, ended.document["credits"]["planned"]) == (0, 0, 25)
    wrong = desk.sheets("wrong", bundles=[bundle("spring-01"), bundle("spring-02", platform="")], videos=[video("spring-01", n) for n in (1, 2)])
    desk.run("plan", wrong, "-o", path)
    approve(path, everything=True)
    assert (desk.run("apply", path, "--yes", "--all-or-nothing").code, desk.writes) == (6, 0)


def test_what_is_resumed_is_the_same_command(desk: Desk) -> None:
    """Also what keeps it from sending, and the platform it was for: the environment may name another by now."""
    wrong = desk.sheets("wrong", bundles=[bundle("spring-01"), bundle("spring-02", platform="")], videos=[video("spring-01", n) for n in (1, 2)])
    path = desk.folder / "plan.xlsx"
    desk.run("plan", wrong, "-o", path)
    approve(path, everything=True)
    here, elsewhere = desk.base_url, {"TOKPORTAL_BASE_URL": "http://127.0.0.1:9/api/ext"}
    for words, code in (
        (("apply", path, "--all-or-nothing"), 6),
        (("import", wrong, "--all-or-nothing"), 6),
        (("import", wrong, "--dry-run"), 4),
    ):
        assert desk.run(*words, "--base-url", here, "--yes", **elsewhere).code == code, words
        again = desk.run("runs", "resume", "--yes", **elsewhere)
        assert (again.code, desk.writes) == (code, 0), words


def test_a_stale_plan_is_refused_and_names_what_moved(desk: Desk, launch: Path) -> None:
    """Somebody imported meanwhile: 11, and nothing more is sent."""
    path = planned(desk, launch)
    approve(path, everything=True)
    desk.import_(launch)
    writes = desk.writes
    desk.home = desk.folder / "another"
    ended = desk.run("apply", path, "--yes")
    assert (ended.code, desk.writes) == (11, writes)
    assert "bundles!2: create bundle (spring-01) for 25 credits: it is no longer needed: the row is as the sheet wants it" in ended.err


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
    """An ordinary launch cannot be applied, nor a file that is not there."""
    assert desk.run("apply", desk.story("good_launch"), "--yes").codes == ["not_a_plan"]
    assert desk.run("apply", desk.folder / "nowhere.xlsx", "--yes").codes == ["file_missing"]


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
    assert "add video slots | videos_quantity: 2 → 4 | 20" in text
    told = {change["field"]: change for operation in desk.run("plan", changed).document["operations"] for change in operation["changes"]}
    assert told["videos_quantity"] == {"row": "bundles!2", "field": "videos_quantity", "old": "2", "new": "4"}
    assert (told["description"]["row"], told["description"]["new"]) == ("videos!2", "New words")


# -- a plan that comes back from people


def lines(sheet: object) -> dict[str, int]:
    """The lines of a plan, by what they do and for which bundle: the rows they stand in."""
    found = [(row, sheet.cell(row, 5).value, sheet.cell(row, 6).value) for row in range(5, sheet.max_row + 1)]
    return {f"{what} {name}": row for row, name, what in found if what}


def test_sorting_and_deleting_lines_keeps_each_approval_with_its_line(desk: Desk, launch: Path) -> None:
    """The first line is deleted and the rest turned round: what was signed is still what is done."""
    path = planned(desk, launch)
    approve(path, "spring-02")
    book = openpyxl.load_workbook(path)
    sheet = book["Plan"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5, max_row=4 + len(lines(sheet)))]
    for number, values in enumerate(reversed(rows[1:]), start=5):
        for column, value in enumerate(values, start=1):
            sheet.cell(number, column).value = value
    sheet.delete_rows(4 + len(rows))
    sheet.insert_rows(1)
    book.save(path)
    ended = desk.run("apply", path, "--yes")
    assert (ended.code, list(desk.bundles)) == (0, ["spring-02"]), ended.err


@pytest.mark.parametrize(("word", "done"), [("yes", 2), ("x", 2), ("YES ", 2), (True, 2), (1, 2), ("no", 1), (False, 1), (0, 1)])
def test_a_no_counts_although_everything_is_approved(desk: Desk, launch: Path, word: object, done: int) -> None:
    """All approved, but for what somebody said no to."""
    path = planned(desk, launch)
    approve(path, everything=True)
    book = openpyxl.load_workbook(path)
    sheet = book["Plan"]
    sheet.cell(lines(sheet)["create bundle spring-01"], 1).value = word
    book.save(path)
    desk.run("apply", path, "--yes")
    assert len(desk.bundles) == done


def test_a_line_copied_with_a_no_is_not_done(desk: Desk, launch: Path) -> None:
    """The same line twice, once yes and once no: the no counts."""
    path = planned(desk, launch)
    book = openpyxl.load_workbook(path)
    sheet = book["Plan"]
    for column in range(2, 11):
        sheet.cell(30, column).value = sheet.cell(5, column).value
    sheet["A5"], sheet["A30"] = "yes", "no"
    book.save(path)
    assert (desk.run("apply", path, "--yes").code, desk.writes) == (4, 0)


@pytest.mark.parametrize("row", [5, 40], ids=["a line", "beside the lines"])
def test_words_that_are_neither_yes_nor_no_stop_it(desk: Desk, launch: Path, row: int) -> None:
    """Nothing is sent, and the cell is named."""
    path = planned(desk, launch)
    approve(path, everything=True)
    book = openpyxl.load_workbook(path)
    book["Plan"].cell(row, 1).value = "later" if row == 5 else "yes"
    book.save(path)
    ended = desk.run("apply", path, "--yes")
    assert (ended.code, ended.codes, desk.writes) == (6, ["approval_unclear"], 0)
    assert f"Plan!A{row}" in ended.err


def test_a_plan_remembers_how_its_sheet_was_read(desk: Desk) -> None:
    """The bundle of rows that name none, and which comes first in 05/04/2030; and it says what is wrong with a row by now."""
    desk.import_(desk.sheets("there", bundles=[bundle("spring-01", publish="")], videos=[]))
    plain = desk.folder / "plain.csv"
    cells = {"position": 1, "video_type": "video", "description": "Words", "target_publish_date": "05/04/2030", "video": "clip.mp4"}
    shutil.copy(SAMPLES / "media" / "clip-1.mp4", desk.folder / "clip.mp4")
    plain.write_text(f"{','.join(cells)}\n{','.join(map(str, cells.values()))}\n")
    path = desk.folder / "plan.xlsx"
    assert desk.run("plan", plain, "--bundle", "spring-01", "--date-order", "day", "-o", path).code == 0
    approve(path, everything=True)
    (desk.folder / "elsewhere").mkdir()
    ended = desk.run("apply", shutil.copy(path, desk.folder / "elsewhere"), "--yes")
    assert (ended.code, "clip.mp4" in ended.err.split("possible")[0]) == (11, True), ended.err
    assert desk.run("apply", path, "--yes").code == 0
    assert str(desk.bundles["spring-01"].slots[0].target) == "2030-04-05"


def test_an_edited_price_makes_it_stale(desk: Desk, launch: Path) -> None:
    """What stands in the line is what was planned, or nothing is done."""
    path = planned(desk, launch)
    approve(path, everything=True)
    book = openpyxl.load_workbook(path)
    sheet = book["Plan"]
    row = lines(sheet)["create bundle spring-01"]
    sheet.cell(row, 8).value = 1
    book.save(path)
    ended = desk.run("apply", path, "--yes")
    assert (ended.code, desk.writes) == (11, 0)
    assert f"Plan!H{row}: it said 25, and was changed to 1" in ended.err


def test_a_plan_for_another_account_or_address_is_refused(open_desk: OpenDesk) -> None:
    """Signed for one client's workspace, it must not be paid from another's."""
    one, other = open_desk(), open_desk()
    path = planned(one, one.sheets("launch", bundles=[bundle("spring-01", publish="")], videos=[video("spring-01", 1)]))
    approve(path, everything=True)
    ended = other.run("apply", path, "--yes")
    assert (ended.code, other.writes) == (2, 0)
    assert "another account or another address" in ended.err
    ended = one.run("apply", path, "--yes", TOKPORTAL_API_KEY="tok_live_other")
    assert (ended.code, one.writes) == (2, 0)


def test_a_stale_plan_names_what_a_colleague_set_beside_it(desk: Desk) -> None:
    """A field that the sheet does not speak of, and which the complete body would have put back."""
    desk.import_(desk.sheets("there", bundles=[bundle("spring-01", publish="")], videos=[video("spring-01", n) for n in (1, 2)]))
    path = planned(desk, desk.sheets("more", bundles=[bundle("spring-01", publish="")], videos=[video("spring-01", 1, description="New words")]))
    approve(path, everything=True)
    desk.bundles["spring-01"].slots[0].content["tiktok_sound_url"] = "https://www.tiktok.com/music/1"
    writes = desk.writes
    ended = desk.run("apply", path, "--yes")
    assert (ended.code, desk.writes) == (11, writes)
    assert "is no longer what was signed (moved: tiktok_sound_url); now it would be" in ended.err


def test_a_stale_plan_names_row_field_and_price(desk: Desk, launch: Path) -> None:
    """A caption that somebody else changed, a price that moved."""
    desk.import_(launch)
    desk.home = desk.folder / "colleague"
    more = desk.sheets("more", bundles=[bundle("spring-03", videos_quantity=1)], videos=[video("spring-03", 1)])
    path = planned(desk, more)
    approve(path, everything=True)
    prices = dict(desk.state.edition.prices) | {"video_slot": 11}
    desk.state.edition = dataclasses.replace(desk.state.edition, prices=prices)
    ended = desk.run("apply", path, "--yes")
    assert (ended.code, ended.rows) == (11, {})
    assert "bundles!2: create bundle (spring-03) for 15 credits is no longer what was signed (moved: credits); now it would be: create" in ended.err
    assert "for 16 credits" in ended.err
