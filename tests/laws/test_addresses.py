"""Every finding has an address, a stable code, plain words and what to do (law 3)."""

from __future__ import annotations

import csv
import re

from bulkportal.codes import REGISTER, Stage
from tests.conftest import SAMPLES, Desk, OpenDesk

# Of a launch without a Bundles sheet.
_WITHOUT_BUNDLES = {"bundle_not_checked"}
# What no cell can hold, and what would take hundreds of megabytes (tests/media/test_codes.py).
_NOWHERE = {"text_invalid", "list_invalid", "media_list_invalid", "media_invalid"}
_TOO_LARGE = {"video_large", "image_large"}


def test_every_finding_about_a_row_has_its_whole_address(open_desk: OpenDesk) -> None:
    """File, sheet, cell, row, code, message and hint; the cell is in the row. Offline and online."""
    desk = open_desk(data=SAMPLES / "half_there" / "remote.json")
    mistakes = desk.story("every_mistake")
    others = [mistakes.parent / "headers.xlsx", mistakes.parent / "layout.xlsx", desk.story("good_launch")]
    runs = [desk.run("check", mistakes), desk.import_(mistakes), *(desk.run("check", other) for other in others)]
    seen = [finding for ended in runs for finding in ended.document["findings"]]
    assert len(seen) > 150
    for finding in seen:
        assert all(finding[name] for name in ("file", "sheet", "code", "message", "hint")), finding
        if finding["code"] in ("sheet_unknown", "sheet_hidden", "sheet_on_hold"):
            continue
        assert re.fullmatch(rf"[A-Z]+{finding['row']}", finding["cell"]), finding
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", finding["code"]), finding
        assert finding["message"].endswith((".", "?", "!")), finding
        assert not re.search(r"[{}]|None|null\b|nothing and|Traceback", finding["message"] + finding["hint"]), finding


def test_a_finding_about_a_missing_column_is_blamed_on_a_cell_of_its_row(desk: Desk) -> None:
    """No publish date column at all: each row still says where."""
    rows = [{"bundle": "a", "position": number, "video_type": "video", "video": "https://cdn.example.com/v.mp4"} for number in (1, 2)]
    ended = desk.run("check", desk.sheets("launch", videos=rows))
    cells = [(f["code"], f["cell"]) for f in ended.document["findings"] if f["code"] == "publish_date_missing"]
    assert cells == [("publish_date_missing", "A2"), ("publish_date_missing", "A3")]


def test_every_code_that_a_check_can_find_is_planted_in_the_sample_data() -> None:
    """Each code of the register is broken at least once in `every_mistake`, whether a rule finds it or not."""
    planted: set[str] = set()
    for path in (SAMPLES / "every_mistake").glob("planted*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            planted |= {row["code"] for row in csv.DictReader(stream)}
    known = {code.code for code in REGISTER.values() if code.stage is Stage.CHECK}
    assert known - planted == _WITHOUT_BUNDLES | _NOWHERE | _TOO_LARGE
