"""The template's example row: left out as it came, and said; read as soon as something of it is somebody's own."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from bulkportal.codes import REGISTER
from bulkportal.templating import write_template
from tests.conftest import Desk, Ended, bundle, video

ROW = {name: value for name, value in bundle("x", bundle_type="account_only", videos_quantity=None, publish="no").items() if value is not None}


def template(desk: Desk, platform: str | None = None, **sheets: list[dict[str, object]]) -> Path:
    """A template in which these rows were written over the first rows, the example among them."""
    path = desk.folder / "launch.xlsx"
    write_template(path, platform=platform)
    book = openpyxl.load_workbook(path)
    for name, rows in sheets.items():
        sheet = book[name]
        headers = [cell.value for cell in sheet[1]]
        for number, row in enumerate(rows, start=2):
            for field, value in row.items():
                sheet.cell(number, headers.index(field) + 1).value = value
    book.save(path)
    return path


def told(ended: Ended) -> list[tuple[str, str]]:
    """Where and what."""
    return [(finding["cell"], finding["code"]) for finding in ended.document["findings"] if "example" in finding["code"]]


@pytest.mark.parametrize("platform", [None, "instagram", "youtube"])
def test_the_untouched_example_is_left_out_and_said(desk: Desk, platform: str | None) -> None:
    """On both sheets; also below a row of one's own, and in the spelling that another program gives it."""
    launch = template(desk, platform)
    book = openpyxl.load_workbook(launch)
    book["Bundles"]["A2"], book["Videos"]["B2"] = "EXAMPLE", 1.0
    book.save(launch)
    ended = desk.run("check", launch)
    assert (ended.code, ended.document["rows"]["total"]) == (0, 0)
    assert told(ended) == [("A2", "example_not_read"), ("A2", "example_not_read")]


def test_an_example_that_was_written_over_is_bought_like_any_other(desk: Desk) -> None:
    """Its name may have stayed; the cells that still hold the template's words are named."""
    own = {name: value for name, value in ROW.items() if name not in ("bundle", "biography")}
    launch = template(desk, Bundles=[{**own, "videos_quantity": None, "title": "My first launch"}])
    ended = desk.import_(launch)
    assert set(desk.bundles) == {"Example"}
    assert ("A2", "row_named_example") in told(ended)
    (finding,) = [each for each in ended.document["findings"] if each["code"] == "row_named_example"]
    assert "biography" in finding["message"] and "username" not in finding["message"]


def test_a_video_of_the_example_is_told_and_not_lost(desk: Desk) -> None:
    """The drop-down once offered that name: the row is there, and wrong."""
    ended = desk.run("check", template(desk, Bundles=[{}, {**ROW, "bundle": "mine"}], Videos=[{"bundle": "Example", "description": "Mine alone"}]))
    assert ended.code == 6 and ended.rows["invalid"] == 1
    assert "bundle_unknown" in ended.codes and told(ended) == [("A2", "example_not_read"), ("A2", "row_named_example")]


def test_the_drop_down_offers_no_example(tmp_path: Path) -> None:
    """It begins below the example row as long as that is there, and holds when the row is deleted."""
    write_template(tmp_path / "launch.xlsx")
    rules = openpyxl.load_workbook(tmp_path / "launch.xlsx")["Videos"].data_validations.dataValidation
    (rule,) = [rule for rule in rules if str(rule.sqref).startswith("A2:")]
    assert 'INDEX(Bundles!$A:$A,2)="Example"' in rule.formula1 and "$A$2" not in rule.formula1


def test_a_bundle_may_be_called_example(desk: Desk) -> None:
    """In a sheet of one's own, with its videos, and in any language; it is said once a sheet."""
    names = ("Example", "Beispiel", "Sample 1", "Sample 2", "Muster 7")
    bundles = [
        bundle(name, username=f"food.at.{place}", profile_picture="https://cdn.example.com/f.jpg", publish="no") for place, name in enumerate(names)
    ]
    launch = desk.sheets(
        "own",
        bundles=bundles,
        videos=[video(name, place, video=f"https://cdn.example.com/{name[-1]}/{place}.mp4") for name in names for place in (1, 2)],
    )
    ended = desk.import_(launch)
    assert set(desk.bundles) == set(names) and ended.code == 0
    assert [code for _, code in told(ended)] == ["row_named_example"] * 10


def test_a_row_that_says_it_is_an_example_is_held(desk: Desk) -> None:
    """With a colon, in brackets, or as a row: nobody knows whether it is meant."""
    names = ("Example:", "(Beispiel)", "sample row 2", "examples-are-fun")
    launch = desk.sheets("own", bundles=[{**ROW, "bundle": name, "username": f"food.at.{place}"} for place, name in enumerate(names)])
    ended = desk.import_(launch)
    assert (ended.code, set(desk.bundles)) == (4, {"examples-are-fun"})
    assert told(ended) == [(f"A{row}", "row_called_example") for row in (2, 3, 4)] and REGISTER["row_called_example"].holds
    assert ended.rows == {"total": 4, "done": 1, "held": 3}


def test_the_csv_templates_hold_no_example(desk: Desk) -> None:
    """Nothing to leave out, nothing to say."""
    assert desk.run("template", "--csv", desk.folder / "csv").code == 0
    assert desk.run("check", desk.folder / "csv").codes == []
