"""What is proposed is accepted one by one, and kept in the profile only where somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from bulkportal.settings.template_file import TEXT
from tests.automate.inboxes import workbook
from tests.conftest import Desk, bundle, video
from tests.desk.conftest import Page

Enter = Callable[..., Page]


@pytest.fixture
def profile(desk: Desk) -> Path:
    """A settings file with one profile."""
    path = desk.folder / "bulkportal.toml"
    path.write_text(TEXT, "utf-8")
    return path


def test_the_day_that_is_proposed_for_a_date_is_accepted_at_its_cell(enter: Enter, desk: Desk) -> None:
    """As `fix --dates` moves it, and taken back like any change; where nothing is proposed, nothing is accepted."""
    videos = [video("spring-01", 1, target_publish_date="2020-01-01"), video("spring-01", 2)]
    sheets = workbook(desk.folder / "launch.xlsx", [bundle("spring-01")], videos)
    assert desk.run("fix", "--dates", sheets, "-o", desk.folder / "moved.xlsx").code == 0
    moved = load_workbook(desk.folder / "moved.xlsx")["Videos"]
    page = enter()
    address = page.open(sheets)

    def marks() -> list[list[Any]]:
        return [mark for mark in page.get(f"{address}/rows?table=1").json()["marks"] if mark[5]]

    ((row, column, _, _, _, day, code),) = marks()
    cell = {"table": 1, "row": row, "column": column}
    assert (code, day) == ("publish_date_too_early", moved[f"{column}{row}"].value)
    assert page.post(f"{address}/accept", cell).json()["cells"] == [[1, row, column, day]]
    assert page.get(f"{address}/findings").json()["checked"] and marks() == []
    assert page.post(f"{address}/accept", cell).status_code == 422
    assert page.post(f"{address}/undo").json()["cells"] == [[1, row, column, "2020-01-01"]]


@pytest.mark.parametrize("keep", [False, True])
def test_words_and_headers_are_kept_only_where_somebody_asks_for_it(enter: Enter, desk: Desk, profile: Path, keep: bool) -> None:
    """Every cell of the word gets the value; the profile gets it, and the header, by `map`'s own way, or stays byte for byte."""
    rows = [video("spring-01", n, video_type="Kurzvideo") for n in (1, 2)]
    rows = [{("descripton" if name == "description" else name): value for name, value in row.items()} for row in rows]
    sheets = desk.sheets("launch", bundles=[bundle("spring-01")], videos=rows)
    before = profile.read_bytes()
    page = enter(BULKPORTAL_CONFIG=str(profile))
    address = page.open(sheets)
    text = page.get(f"{address}/sheet").text
    assert "1 word is not known" in text and "Kurzvideo" in text and 'name="keep"' in text
    kept = {"keep": "on"} if keep else {}
    said = {"sheet": "videos", "column": "video_type", "word": "Kurzvideo", **kept}
    assert page.post(f"{address}/word", {**said, "meaning": "film"}).status_code == 422
    assert page.post(f"{address}/word", {**said, "meaning": "video"}).status_code == 200
    cell = text.split('name="cell" value="')[1].split('"')[0]
    assert page.post(f"{address}/header", {"sheet": "videos", "cell": cell, **kept}).status_code == 200
    after = page.get(f"{address}/sheet").text
    assert "Kurzvideo" not in after and "nearly right" not in after
    if keep:
        told = desk.said("map", "--values", sheets, BULKPORTAL_CONFIG=str(profile)).out
        assert "Kurzvideo: means video, as you said" in told
        assert 'descripton = "description"' in profile.read_text("utf-8")
    else:
        assert profile.read_bytes() == before
