"""Broken links are mended with the very file that was set, or listed; the status is refreshed."""

from __future__ import annotations

import shutil
from pathlib import Path

from openpyxl import load_workbook

from tests.automate.inboxes import inbox_of, night, profiled
from tests.conftest import SAMPLES, Desk


def published(desk: Desk) -> Path:
    """The story with local media, imported from the inbox, its media beside it."""
    shutil.copytree(SAMPLES / "local_media" / "media", inbox_of(desk) / "media")
    shutil.copy(SAMPLES / "local_media" / "launch.xlsx", inbox_of(desk))
    assert night(desk).code == 0
    return inbox_of(desk)


def flag(desk: Desk, name: str, position: int) -> None:
    """The account manager cannot open a file."""
    desk.operate("POST", f"/bundles/{desk.bundles[name].id}/videos/{position}/flag-download", {"comment": "It stops after a second."})


def test_a_broken_link_is_mended_with_the_file_that_was_set_there(desk: Desk) -> None:
    """Known by its hash: the file was renamed since. Every flag that can be is cleared, once."""
    box = published(desk)
    for path in (box / "media").rglob("*.mp4"):
        path.rename(path.with_name(f"renamed {path.name}"))
    flag(desk, "local-tiktok-01", 1)
    ended = night(desk, **profiled(desk, night={"fix_downloads": True}))
    assert (ended.code, ended.document["links"]) == (0, {"flagged": 1, "mended": 1, "decisions": None})
    assert [slot.download_issue for slot in desk.bundles["local-tiktok-01"].slots if slot.position == 1] == [False]
    assert len(desk.executed("POST /bundles/{id}/videos/{position}/fix-download")) == 1
    assert night(desk, **profiled(desk, night={"fix_downloads": True})).document["links"]["flagged"] == 0


def test_what_may_not_or_cannot_be_mended_is_listed_once_as_a_sheet_to_decide(desk: Desk) -> None:
    """The sheet is the one of `export --download-issues`, and written only when something in it is new."""
    box = published(desk)
    flag(desk, "local-tiktok-01", 1)
    first = night(desk)
    assert first.document["links"]["mended"] == 0
    sheet = Path(first.document["links"]["decisions"])
    rows = list(load_workbook(sheet)["Videos"].values)
    assert (len(rows), "It stops after a second." in rows[1]) == (2, True)
    assert [problem["row"] for problem in first.document["changes"]["new"]] == ["local-tiktok-01 position 1"]

    second = night(desk)
    assert (second.document["links"]["decisions"], second.document["changes"]["new"]) == (None, [])

    shutil.rmtree(box / "media")
    third = night(desk, **profiled(desk, night={"fix_downloads": True}))
    assert third.document["links"] == {"flagged": 1, "mended": 0, "decisions": None}

    desk.bundles["local-tiktok-01"].slots[0].download_issue = False
    assert [problem["row"] for problem in night(desk).document["changes"]["fixed"]] == ["local-tiktok-01 position 1"]


def test_the_status_is_refreshed_each_night_unless_it_is_not_wanted(desk: Desk) -> None:
    """One workbook, always the newest."""
    assert night(desk, **profiled(desk, night={"status": False})).document["status"] is None
    ended = night(desk)
    assert ended.document["status"] == str(inbox_of(desk) / "reports" / "status.xlsx")
    assert "Status" in load_workbook(ended.document["status"]).sheetnames
