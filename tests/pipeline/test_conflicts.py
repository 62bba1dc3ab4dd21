"""An exported sheet: only edited cells are sent, and a cell changed on both sides is told and not sent."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Desk, OpenDesk, bundle, video


@pytest.fixture
def exported(desk: Desk) -> Path:
    """The export of one unpublished bundle with two configured videos."""
    folder = desk.sheets("launch", bundles=[bundle("spring", publish="")], videos=[video("spring", n) for n in (1, 2)])
    assert desk.import_(folder).code == 0
    return export(desk, "mine.xlsx")


def export(desk: Desk, name: str) -> Path:
    """The platform as a workbook."""
    path = desk.folder / name
    assert desk.run("export", "-o", path).code == 0
    return path


def edit(path: Path, sheet: str, row: int, **cells: str) -> Path:
    """Write into cells, by their headers."""
    book = openpyxl.load_workbook(path)
    page = book[sheet]
    columns = {str(cell.value): cell.column for cell in page[1]}
    for name, text in cells.items():
        page.cell(row, columns[name]).value = text
    book.save(path)
    return path


def test_only_the_edited_cell_is_sent(desk: Desk, exported: Path) -> None:
    """One caption: one position, and its other fields stay."""
    ended = desk.import_(edit(exported, "Videos", 2, description="New words"))
    assert (ended.code, ended.rows) == (0, {"total": 3, "done": 1, "unchanged": 2})
    slot = desk.run("export", "-o", desk.folder / "after.xlsx")
    assert slot.code == 0
    page = openpyxl.load_workbook(desk.folder / "after.xlsx")["Videos"]
    names = [cell.value for cell in page[1]]
    values = dict(zip(names, [cell.value for cell in page[2]], strict=True))
    assert (values["description"], values["name"], values["target_publish_date"]) == ("New words", "Video 1", "2030-03-02")


def test_two_people_editing_the_same_cell_get_a_conflict(desk: Desk, exported: Path) -> None:
    """The second import shows base, yours and theirs, and overwrites nothing."""
    theirs = export(desk, "theirs.xlsx")
    assert desk.import_(edit(theirs, "Videos", 2, description="Their words")).code == 0
    writes = desk.writes
    ended = desk.import_(edit(exported, "Videos", 2, description="My words"))
    finding = next(f for f in ended.document["findings"] if f["code"] == "conflict")
    assert (ended.code, desk.writes, finding["column"]) == (4, writes, "description")
    assert all(words in finding["message"] for words in ("Base: Dish number 1", "Yours: My words", "Theirs: Their words"))


def test_what_somebody_else_changed_in_another_cell_stands(desk: Desk, exported: Path) -> None:
    """My edit of the name does not put their caption back."""
    theirs = export(desk, "theirs.xlsx")
    desk.import_(edit(theirs, "Videos", 2, description="Their words"))
    ended = desk.import_(edit(exported, "Videos", 2, target_publish_date="2030-05-05"))
    assert ended.code == 0
    page = openpyxl.load_workbook(export(desk, "after.xlsx"))["Videos"]
    values = dict(zip([cell.value for cell in page[1]], [cell.value for cell in page[2]], strict=True))
    assert (values["description"], values["target_publish_date"]) == ("Their words", "2030-05-05")


def test_an_edited_title_that_moved_on_the_platform_is_a_conflict(desk: Desk, exported: Path) -> None:
    """Settings of a bundle as well as videos."""
    theirs = export(desk, "theirs.xlsx")
    assert desk.import_(edit(theirs, "Bundles", 2, username="their.name")).code == 0
    ended = desk.import_(edit(exported, "Bundles", 2, username="my.name"))
    assert (ended.code, "conflict" in ended.codes) == (4, True)


def test_a_replaced_link_is_sent_although_the_platform_keeps_copies(desk: Desk, exported: Path) -> None:
    """An edit in an export is an edit, whatever host the new link is on."""
    desk.home = desk.folder / "no memory"
    ended = desk.import_(edit(exported, "Videos", 3, video="https://other.example.com/new.mp4"))
    assert (ended.code, ended.rows["done"]) == (0, 1)


def replace_in(path: Path, old: str, new: str) -> None:
    """Edit a CSV file as text."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_two_people_with_csv_folders_get_a_conflict(desk: Desk, exported: Path) -> None:
    """A folder of CSV files has its base copy too."""
    assert exported.exists()
    mine, theirs = desk.folder / "mine", desk.folder / "theirs"
    for folder in (mine, theirs):
        assert desk.run("export", "-o", folder, "--csv").code == 0
    replace_in(theirs / "videos.csv", "Dish number 1", "Their words")
    assert desk.import_(theirs).rows == {"total": 3, "done": 1, "unchanged": 2}
    replace_in(mine / "videos.csv", "Dish number 1", "My words")
    writes = desk.writes
    ended = desk.import_(mine)
    (finding,) = (f for f in ended.document["findings"] if f["severity"] == "error")
    assert (ended.code, desk.writes, finding["code"], finding["column"]) == (4, writes, "conflict", "description")
    assert all(words in finding["message"] for words in ("Base: Dish number 1", "Yours: My words", "Theirs: Their words"))


def test_without_its_base_copy_a_sheet_says_what_it_says(desk: Desk, exported: Path) -> None:
    """A file taken out of the folder cannot know what was there: what it says is wanted, as in any sheet."""
    assert exported.exists()
    desk.run("export", "-o", desk.folder / "mine", "--csv")
    replace_in(desk.folder / "mine" / "videos.csv", "Dish number 1", "My words")
    assert desk.import_(desk.folder / "mine" / "videos.csv").rows == {"total": 2, "done": 1, "unchanged": 1}


@pytest.mark.parametrize("command", [("import",), ("plan", "-o")], ids=["report", "plan"])
def test_what_comes_back_of_an_export_still_knows_its_base(desk: Desk, exported: Path, command: tuple[str, ...]) -> None:
    """A red cell in the report of an export is corrected there; meanwhile somebody changed another cell, and it stands."""
    wrong = edit(exported, "Videos", 2, target_publish_date="03/04/2030")
    made = desk.folder / "made.xlsx"
    words = (command[0], wrong, "--yes", "--report", made) if command == ("import",) else (*command, made, wrong)
    assert "date_ambiguous" in desk.run(*words).codes
    theirs = export(desk, "theirs.xlsx")
    assert desk.import_(edit(theirs, "Videos", 2, description="Their words")).code == 0
    if command != ("import",):
        return
    ended = desk.import_(edit(made, "Videos", 2, target_publish_date="2030-05-05"))
    assert (ended.code, ended.rows["done"]) == (0, 1), ended.err
    slot = desk.bundles["spring"].slots[0]
    assert (slot.content["description"], str(slot.target)) == ("Their words", "2030-05-05")


def test_a_plan_of_an_export_is_applied_as_it_was_signed(desk: Desk, exported: Path) -> None:
    """Only the edited cell, and stale when somebody else changed that one."""
    edit(exported, "Videos", 2, description="My words")
    plan = desk.folder / "plan.xlsx"
    assert desk.run("plan", exported, "-o", plan).code == 0
    book = openpyxl.load_workbook(plan)
    book["Plan"]["B2"] = "yes"
    book.save(plan)
    assert desk.import_(edit(export(desk, "theirs.xlsx"), "Videos", 2, name="Their name", description="Their words")).code == 0
    writes = desk.writes
    ended = desk.run("apply", plan, "--yes")
    assert (ended.code, desk.writes) == (11, writes)
    assert "Videos!2" in ended.err
    assert "description" in ended.err, ended.err


@pytest.fixture
def two(desk: Desk) -> Path:
    """The export of two bundles with one configured video each; spring stands on row 2 of both sheets, autumn on row 3."""
    names = ("autumn", "spring")
    folder = desk.sheets("two", bundles=[bundle(n, publish="", videos_quantity=1) for n in names], videos=[video(n, 1) for n in names])
    assert desk.import_(folder).code == 0
    return export(desk, "mine.xlsx")


def rename(desk: Desk, **names: str) -> None:
    """Somebody else gives bundles other names."""
    found = {name: desk.bundles[name] for name in names}
    for name, other in names.items():
        found[name].external_ref = other


def test_a_name_that_was_changed_on_the_platform_is_not_put_back(desk: Desk, two: Path) -> None:
    """An export speaks only where it was edited, and its name is no edit; what was edited still finds its bundle, and every field of it."""
    before = dict(desk.bundles["spring"].slots[0].content)
    rename(desk, spring="renamed")
    writes = desk.writes
    ended = desk.import_(two)
    assert (ended.code, ended.rows, desk.writes) == (0, {"total": 4, "unchanged": 4}, writes)
    ended = desk.import_(edit(two, "Videos", 2, description="New words"))
    assert (ended.code, ended.rows) == (0, {"total": 4, "done": 1, "unchanged": 3})
    assert desk.bundles["renamed"].slots[0].content == before | {"description": "New words"}


def test_an_edit_goes_to_the_bundle_that_was_exported_whatever_it_is_called_by_now(desk: Desk, two: Path) -> None:
    """Two bundles have exchanged their names since: the id says which is meant."""
    rename(desk, spring="autumn", autumn="spring")
    ended = desk.import_(edit(two, "Videos", 2, description="Words for what was spring"))
    assert (ended.code, ended.rows["done"]) == (0, 1), ended.err
    assert desk.bundles["autumn"].slots[0].content["description"] == "Words for what was spring"
    assert desk.bundles["spring"].slots[0].content["description"] != "Words for what was spring"


def test_a_new_name_in_the_sheet_is_one_change(desk: Desk, two: Path) -> None:
    """Whether or not the videos are told as well; a new row may use the new name or the old."""
    for row, name in ((2, "new-spring"), (3, "new-autumn")):
        edit(two, "Bundles", row, bundle=name, videos_quantity="2")
    edit(two, "Videos", 2, bundle="new-spring")
    for row, name in ((4, "new-spring"), (5, "autumn")):
        edit(two, "Videos", row, **{column: str(value) for column, value in video(name, 2).items()})
    ended = desk.import_(two)
    assert (ended.code, ended.rows, ended.document["findings"]) == (0, {"total": 6, "done": 4, "unchanged": 2}, []), ended.err
    for name in ("new-spring", "new-autumn"):
        assert [slot.status for slot in desk.bundles[name].slots] == ["configured", "configured"]


def test_a_name_changed_on_both_sides_is_a_conflict(desk: Desk, two: Path) -> None:
    """As any other cell."""
    rename(desk, spring="their name")
    writes = desk.writes
    ended = desk.import_(edit(two, "Bundles", 2, bundle="my name"))
    (finding,) = (f for f in ended.document["findings"] if f["code"] == "conflict")
    assert (ended.code, desk.writes, finding["cell"]) == (4, writes, "A2")
    assert "Base: spring. Yours: my name. Theirs: their name." in finding["message"]


def test_a_row_that_names_one_bundle_and_has_the_id_of_another_is_not_guessed_at(desk: Desk, two: Path) -> None:
    """As a row copied for another bundle does, with its id left in it."""
    writes = desk.writes
    ended = desk.import_(edit(two, "Videos", 2, bundle="autumn", description="For autumn"))
    (finding,) = (f for f in ended.document["findings"] if f["severity"] == "error")
    assert (ended.code, desk.writes) == (4, writes)
    assert (finding["code"], finding["cell"], "of spring" in finding["message"]) == ("bundle_contradicts_id", "A2", True)


def test_an_exported_name_is_not_judged(open_desk: OpenDesk) -> None:
    """The platform has names that no sheet of ours would be let to give: numbers beside numbers with zeros, torn letters, 260 of them."""
    names = ("007", "42", "caf\ufffd", "r" * 260)
    desk = open_desk(data={"bundles": [{"id": f"bnd_{n}", "external_ref": name, "bundle_type": "account_only"} for n, name in enumerate(names)]})
    ended = desk.import_(export(desk, "all.xlsx"))
    assert (ended.code, ended.rows, ended.document["findings"]) == (0, {"total": 4, "unchanged": 4}, [])
    assert desk.import_(
        edit(desk.folder / "all.xlsx", "Bundles", 6, bundle="9", bundle_type="account_only", platform="tiktok", country="US")
    ).codes == ["zeros_lost"]


@pytest.mark.parametrize(
    ("theirs", "mine", "column"),
    [
        ({"title": "Their title"}, {"title": "My title", "videos_quantity": "3", "username": "my.name"}, "title"),
        ({"videos_quantity": "3"}, {"videos_quantity": "4", "title": "My title"}, "videos_quantity"),
    ],
)
def test_nothing_of_a_bundles_row_with_a_conflict_is_sent(
    desk: Desk, exported: Path, theirs: dict[str, str], mine: dict[str, str], column: str
) -> None:
    """Neither its settings nor its account, and no slots are bought for a row that is told to be invalid; its videos go on."""
    assert desk.import_(edit(export(desk, "theirs.xlsx"), "Bundles", 2, **theirs)).code == 0
    balance, before = desk.balance, desk.writes
    edit(exported, "Videos", 3, name="My video")
    ended = desk.import_(edit(exported, "Bundles", 2, **mine))
    (finding,) = (f for f in ended.document["findings"] if f["severity"] == "error")
    assert (finding["code"], finding["column"]) == ("conflict", column)
    assert desk.balance == balance
    if column == "videos_quantity":
        assert (ended.rows, desk.writes) == ({"total": 3, "done": 1, "unchanged": 1, "invalid": 1}, before + 1)


def test_a_conflict_is_settled_by_giving_way(desk: Desk, exported: Path) -> None:
    """As the hint says, with the base value; what was emptied is shown as it was written."""
    assert desk.import_(edit(export(desk, "theirs.xlsx"), "Videos", 2, name="Their name")).code == 0
    ended = desk.import_(edit(exported, "Videos", 2, name="(clear)"))
    assert "Base: Video 1. Yours: (clear). Theirs: Their name." in next(f["message"] for f in ended.document["findings"])
    assert desk.import_(edit(exported, "Videos", 2, name="Video 1")).rows == {"total": 3, "unchanged": 3}
    assert desk.bundles["spring"].slots[0].name == "Their name"


def test_an_edit_that_no_request_can_make_is_told(desk: Desk, exported: Path) -> None:
    """What is chosen when a bundle is made: to call the row unchanged would let its author believe it was done."""
    ended = desk.import_(edit(exported, "Bundles", 2, niche_warming="yes", niche_warming_instructions="Markets", moderation="yes"))
    fixed = [f["column"] for f in ended.document["findings"] if f["code"] == "bundle_fixed"]
    assert (ended.code, fixed) == (4, ["niche_warming", "moderation"])


def test_the_account_keeps_its_warming_instructions(desk: Desk, exported: Path) -> None:
    """A PUT replaces the account: they are in it whatever else is edited, and can be edited themselves."""
    account = desk.bundles["spring"].account
    assert account is not None
    account.fields["niche_warming_instructions"] = "Markets at dawn"
    edited = export(desk, "edited.xlsx")
    assert desk.import_(edit(edited, "Bundles", 2, username="new.name")).code == 0
    fields = desk.bundles["spring"].account.fields
    assert (fields["username"], fields["niche_warming_instructions"]) == ("new.name", "Markets at dawn")
    ended = desk.import_(edit(export(desk, "again.xlsx"), "Bundles", 2, niche_warming_instructions="Markets at night"))
    assert (ended.code, ended.rows["done"]) == (0, 1)
    assert desk.bundles["spring"].account.fields["niche_warming_instructions"] == "Markets at night"


def test_an_action_is_not_repeated_because_its_bundle_got_another_name(desk: Desk, exported: Path) -> None:
    """It is remembered by the bundle's id."""
    desk.operate("POST", "/status", {"bundle": desk.bundles["spring"].id, "position": 1, "status": "published"})
    asking = edit(exported, "Videos", 2, action="corrections", message="Larger, please.")
    assert desk.import_(asking).rows["done"] == 1
    rename(desk, spring="renamed")
    desk.operate("POST", "/status", {"bundle": desk.bundles["renamed"].id, "position": 1, "status": "published"})
    writes = desk.writes
    assert (desk.import_(asking).rows, desk.writes) == ({"total": 3, "unchanged": 3}, writes)


def test_a_copy_of_a_sheet_that_says_nothing_is_no_second_row(desk: Desk, two: Path) -> None:
    """Somebody keeps a copy of each sheet before editing: only rows that ask for something can be asked twice."""
    book = openpyxl.load_workbook(two)
    for name in ("Bundles", "Videos"):
        book.copy_worksheet(book[name]).title = f"{name} before"
    book.save(two)
    edit(edit(two, "Videos", 2, name="My video"), "Bundles before", 2, title="My title")
    ended = desk.import_(two)
    assert (ended.code, ended.rows) == (0, {"total": 8, "done": 2, "unchanged": 6}), ended.err
    assert (desk.bundles["spring"].title, desk.bundles["spring"].slots[0].name) == ("My title", "My video")
    edit(edit(edit(two, "Videos", 3, name="a"), "Videos before", 3, name="b"), "Bundles", 3, bundle="another")
    assert {"position_duplicate", "bundle_id_duplicate"} <= set(desk.import_(two).codes)
