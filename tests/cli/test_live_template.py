"""`bulkportal template --live`, against the simulator over HTTP."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.conftest import Desk, OpenDesk
from tests.exporting.launches import bundle, launches, video
from tests.office import as_csv, needs_office


def platform() -> dict[str, object]:
    """Bundles of several clients and statuses, and accounts on two platforms, one of them banned."""
    start = launches()
    more = [{"id": f"acc_{number}", "username": f"bites.{number}", "platform": ("tiktok", "instagram")[number % 2]} for number in range(2, 7)]
    own = bundle("nova-old", bundle_type="videos_only", account_id="acc_2", status="completed", videos=[video(1)])
    return start | {"accounts": [*start["accounts"], *more], "bundles": [*start["bundles"], own]}


@pytest.fixture
def live(open_desk: OpenDesk) -> Desk:
    """A workplace before that platform."""
    return open_desk(data=platform())


def made(desk: Desk, *options: str) -> Workbook:
    """The template that the command writes."""
    path = desk.folder / "live.xlsx"
    ended = desk.run("template", path, "--live", *options)
    assert ended.code == 0, ended.err
    return openpyxl.load_workbook(path)


def rules(sheet: Worksheet) -> dict[str, str]:
    """The formulas of the validations, by the column's header."""
    found = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    areas = {str(cell.value): f"{cell.column_letter}2:{cell.column_letter}1001" for cell in sheet[1]}
    return {name: found[area] for name, area in areas.items() if area in found}


def listed(book: Workbook, name: str) -> list[str]:
    """What stands where a defined name points to."""
    sheet, area = book.defined_names[name].attr_text.split("!")
    return [str(row[0].value) for row in book[sheet][area.replace("$", "")]]


def texts(book: Workbook) -> str:
    """Everything that a reader of the file could find."""
    return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None)


def test_drop_downs_offer_what_the_platform_has(live: Desk) -> None:
    """Countries, platforms, bundles that can take more rows, accounts: as lists on a hidden sheet."""
    book = made(live)
    bundles, videos = rules(book["Bundles"]), rules(book["Videos"])
    assert (bundles["country"], bundles["platform"]) == ("offered_countries", "offered_platforms")
    assert listed(book, "offered_countries")[:3] == ["US", "UK", "FR"]
    assert listed(book, "offered_platforms") == ["tiktok", "instagram", "youtube"]
    assert videos["bundle"] == "offered_bundles"
    known = listed(book, "offered_known")
    assert {"acme-published", "nova-empty", "nova-insta"} <= set(known)
    assert not {"acme-completed", "nova-old", "lumen/published"} & set(known), "nothing can be added to these"
    assert listed(book, "offered_ids") == ["bnd_nameless"] and videos["bundle_id"] == "offered_ids"
    assert "offered_accounts" in bundles["account_id"]
    assert listed(book, "offered_accounts") == ["acc_3", "acc_5", "acc_2", "acc_4", "acc_6", "acc_1"]
    assert book["Lists"].sheet_state == "hidden"
    assert all(len(formula) <= 255 for sheet in (bundles, videos) for formula in sheet.values())


def test_the_guide_says_when_and_where_it_was_read(live: Desk) -> None:
    """And what stands behind codes and ids."""
    guide = texts(made(live))
    assert f"UTC from {live.base_url}." in guide
    assert "16 open for new accounts." in guide and "United Kingdom" in guide
    assert "tiktok · US · published · 6 video slots" in guide and "bites.3" in guide


def test_the_example_row_is_not_read_and_rows_can_be_added_to_what_is_there(live: Desk) -> None:
    """Checking the template says nothing; a video of a bundle that the drop-down offers is planned."""
    book = made(live)
    assert live.run("check", live.folder / "live.xlsx").document["rows"]["total"] == 0
    names = [cell.value for cell in book["Videos"][1]]
    row = {"bundle": "nova-empty", "position": 1, "video_type": "video", "video": "https://cdn.example.com/1.mp4"}
    row |= {"description": "A dish", "target_publish_date": "2031-01-01"}
    for name, value in row.items():
        book["Videos"].cell(3, names.index(name) + 1).value = value
    book.save(live.folder / "filled.xlsx")
    ended = live.run("plan", live.folder / "filled.xlsx")
    assert [operation["target"] for operation in ended.document["operations"]] == ["nova-empty positions 1"], ended.err


@pytest.mark.parametrize("by_profile", [True, False])
def test_another_client_does_not_leak(live: Desk, *, by_profile: bool) -> None:
    """Neither bundles, titles nor accounts; the profile's client_prefix is enough."""
    if by_profile:
        (live.folder / "bulkportal.toml").write_text('[profiles.nova]\nclient_prefix = "nova-"\n', "utf-8")
        options, where = ("--profile", "nova"), {"BULKPORTAL_CONFIG": str(live.folder / "bulkportal.toml")}
    else:
        options, where = ("--client", "nova"), {}
    ended = live.run("template", live.folder / "live.xlsx", "--live", *options, **where)
    assert ended.code == 0, ended.err
    book = openpyxl.load_workbook(live.folder / "live.xlsx")
    words = texts(book)
    assert "nova-empty" in words and "for nova alone" in words
    assert not any(other in words for other in ("acme", "volta", "lumen", "Nobody", "kept.one", "bites.3"))
    assert listed(book, "offered_accounts") == ["acc_2"], "an account that its own bundle used"


def test_for_one_platform_only_what_is_there(live: Desk) -> None:
    """Bundles and accounts of other platforms are of no use."""
    book = made(live, "--platform", "instagram")
    assert listed(book, "offered_known") == ["nova-insta"]
    assert listed(book, "offered_accounts") == ["acc_3", "acc_5"]
    assert "acme" not in texts(book) and "bites.2" not in texts(book)


def test_an_empty_platform_offers_countries_alone(desk: Desk) -> None:
    """The columns without a list stay as they are in the plain template."""
    book = made(desk)
    assert rules(book["Videos"])["bundle"].startswith("OFFSET(Bundles!$A$1,")
    assert "account_id" not in rules(book["Bundles"])
    assert "None yet." in texts(book) and "None is saved yet." in texts(book)


@pytest.mark.parametrize(
    ("more", "options", "code"),
    [
        ({"TOKPORTAL_API_KEY": ""}, (), 3),
        ({}, ("--base-url", "{there}/elsewhere"), 2),
        ({}, ("--profile", "nobody"), 2),
    ],
)
def test_without_an_answer_nothing_is_written(desk: Desk, more: dict[str, str], options: tuple[str, ...], code: int) -> None:
    """A sentence, the exit code of every command that reads the platform, and no file, not even half of one."""
    ended = desk.run("template", desk.folder / "live.xlsx", "--live", *(word.format(there=desk.base_url) for word in options), **more)
    assert (ended.code, "Traceback" in ended.err) == (code, False)
    assert ended.err.strip()
    assert not [path for path in desk.folder.iterdir() if "live" in path.name]


def test_what_cannot_be_meant_is_refused(desk: Desk) -> None:
    """CSV has no drop-downs, and offline there is no client and no address."""
    for words in (
        ("--csv", desk.folder / "csv", "--live"),
        (desk.folder / "a.xlsx", "--client", "nova"),
        (desk.folder / "a.xlsx", "--base-url", "http://x"),
    ):
        ended = desk.run("template", *words)
        assert (ended.code, ended.err.strip() != "") == (2, True)
    assert list(desk.folder.glob("*.xlsx")) == []


@needs_office
@pytest.mark.timeout(180)
def test_libreoffice_follows_the_lists(live: Desk, tmp_path: Path) -> None:
    """The names and the formulas behind the drop-downs give what they should, as LibreOffice understands them; the example row is not offered."""
    book = made(live)
    formulas = {sheet: rules(book[sheet]) for sheet in ("Bundles", "Videos")}
    book["Bundles"]["A3"], book["Bundles"]["D3"], book["Bundles"]["A5"] = "mine-insta", "instagram", "mine-later"
    for row, name in enumerate(("nova-insta", "nova-empty", "mine-insta", "nowhere"), start=3):
        book["Videos"].cell(row, 1).value = name
    asked = book.create_sheet("Asked")
    names = len(listed(book, "offered_known"))
    asked.append([f"=INDEX(offered_bundles,{place})" for place in (1, names + 1, names + 3)] + ["=ROWS(offered_bundles)"])
    asked.append([f'=INDEX({formulas["Videos"]["instagram_content_type"].replace("$A2", f"Videos!$A{row}")},1)&""' for row in range(3, 7)])
    asked.append([f"=ROWS({formulas['Bundles']['account_id'].replace('$D2', f'Bundles!$D{row}')})" for row in (3, 4)])
    book.save(tmp_path / "asked.xlsx")
    shown = (as_csv([tmp_path / "asked.xlsx"], tmp_path) / "asked-Asked.csv").read_text("utf-8").splitlines()
    assert shown[0] == f"acme-accepted,mine-insta,mine-later,{names + 3}"
    assert shown[1] == "reel,,reel,reel"
    assert shown[2].rstrip(",") == "2,6"
