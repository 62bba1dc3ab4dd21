"""A ledger knows where it belongs: a copy of it is told, and buys nothing before somebody has said that it is the only one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bulkportal.apply.lease import LedgerHome
from bulkportal.apply.ledger import Ledger
from tests.conftest import Desk, bundle, video

HOME = LedgerHome(machine="m-1", host="office", folder="/data/home", file="11")


@pytest.mark.parametrize(
    ("here", "copied"),
    [
        (HOME, False),
        (LedgerHome(machine="m-1", host="office", folder="/elsewhere", file="11"), False),
        (LedgerHome(machine="m-2", host="pod-7", folder="/data/home", file="11"), False),
        (LedgerHome(machine="m-1", host="office", folder="/data/home", file="12"), False),
        (LedgerHome(machine="", host="pod-7", folder="/data/home", file="12"), False),
        (LedgerHome(machine="m-1", host="office", folder="/elsewhere", file="12"), True),
        (LedgerHome(machine="m-2", host="laptop", folder="/data/home", file="12"), True),
    ],
    ids=["at home", "moved", "another container", "restored in its place", "a disk that counts anew", "copied beside", "copied to another machine"],
)
def test_a_copy_is_another_file_in_another_place(here: LedgerHome, copied: bool) -> None:
    """A home that is moved, or shared by containers, keeps its file."""
    assert here.is_copy_of(HOME) is copied


def grown(desk: Desk) -> Path:
    """A bundle of one slot that is there, and a sheet that wants three; the platform forgets keys."""
    row = bundle("harvest", videos_quantity=1, publish=None)
    assert desk.import_(desk.sheets("launch", bundles=[row], videos=[video("harvest", 1)])).code == 0
    desk.operate("POST", "/forget-keys", {"on": True})
    return desk.sheets("launch", bundles=[row | {"videos_quantity": 3}], videos=[video("harvest", n) for n in (1, 2, 3)])


def test_a_copied_home_buys_nothing_and_says_what_to_do(desk: Desk) -> None:
    """With --yes and without a terminal: 2, nothing is sent. The original goes on as before."""
    launch = grown(desk)
    original, copy = desk.home, desk.folder / "copied-home"
    shutil.copytree(original, copy)
    desk.home, writes = copy, desk.writes
    ended = desk.import_(launch)
    assert (ended.code, desk.writes) == (2, writes)
    assert "bulkportal runs adopt" in ended.err and str(original) in ended.err
    assert "ledger_copied" in desk.run("plan", launch).codes
    desk.home = original
    ended = desk.import_(launch)
    assert (ended.code, ended.codes, len(desk.bundles["harvest"].slots)) == (0, [], 3)


def test_a_copied_home_that_was_adopted_buys(desk: Desk) -> None:
    """Once said, it is the home."""
    launch = grown(desk)
    copy = desk.folder / "new-home"
    shutil.copytree(desk.home, copy)
    desk.home = copy
    assert desk.run("runs", "adopt").document["home"] == str(copy)
    for _ in range(2):
        ended = desk.import_(launch)
        assert (ended.code, ended.codes) == (0, [])
    assert len(desk.bundles["harvest"].slots) == 3


def test_a_copied_home_does_what_is_free(desk: Desk) -> None:
    """Only what is paid for is held: another caption is set, and the copy is told."""
    grown(desk)
    copy = desk.folder / "copied-home"
    shutil.copytree(desk.home, copy)
    desk.home = copy
    row = bundle("harvest", videos_quantity=1, publish=None)
    ended = desk.import_(desk.sheets("launch", bundles=[row], videos=[video("harvest", 1, description="New words")]))
    assert (ended.code, ended.codes) == (0, ["ledger_copied"])
    assert desk.bundles["harvest"].slots[0].content["description"] == "New words"


def test_a_home_that_is_moved_is_at_home(desk: Desk) -> None:
    """Renamed or put elsewhere on the same disk; and moved again from there."""
    launch = grown(desk)
    for name in ("moved", "moved-again"):
        place = desk.folder / "elsewhere" / name
        place.parent.mkdir(exist_ok=True)
        desk.home.rename(place)
        desk.home = place
        ended = desk.import_(launch)
        assert (ended.code, ended.codes) == (0, [])


def test_a_ledger_of_an_older_version_belongs_where_it_is_first_used(tmp_path: Path) -> None:
    """It has no place of its own yet."""
    with Ledger(tmp_path, "w", "run-1") as own:
        own.adopt()
        own.books._db.execute("DELETE FROM belonging")
        assert own.copied_from() is None
        own.acquire()
        assert own.copied_from() is None
