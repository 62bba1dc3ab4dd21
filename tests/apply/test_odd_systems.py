"""What some systems do not have: a clock that nobody can set, a look at processes, hard links, a server that answers."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import cast

import pytest

from bulkportal.apply import landing, lease, ledger_file
from bulkportal.apply.claim import Holder
from bulkportal.apply.entries import LedgerEntry
from bulkportal.apply.handlers import HANDLERS, Request, rehearse, send
from bulkportal.apply.postgres_claim import PostgresClaim
from bulkportal.apply.transfers import Transfers
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Operation
from bulkportal.portal.client import Portal
from bulkportal.postgres.books import PostgresBooks
from tests.apply.test_ledger import Working
from tests.apply.test_ledger import operation as begun

NOBODY = cast(Portal, None)
"""No platform: it is not to be asked."""


def test_without_a_clock_of_the_system_the_process_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """And without a name of its start there is none: then only the time of day tells how long ago something was."""
    monkeypatch.delattr(time, "CLOCK_BOOTTIME", raising=False)
    assert abs(landing.uptime() - time.monotonic()) < 60
    monkeypatch.setattr(landing, "_BOOT", Path("/nowhere/boot_id"))
    assert landing.boot() == ""
    then, now = landing.moment(lambda: 100.0, lambda: 5.0), landing.moment(lambda: 160.0, lambda: 5.0)
    assert landing.seconds_between(then, now) == 60
    assert landing.seconds_between(now, then) is None, "a clock that was set back tells nothing"
    assert landing.seconds_between("", now) is None


def test_a_machine_that_does_not_say_which_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is blank, and no ledger counts as copied for that; a file that is empty says nothing either."""
    blank, named = tmp_path / "blank", tmp_path / "named"
    blank.write_text(" \n")
    named.write_text("0123\n")
    monkeypatch.setattr(lease, "_MACHINE", (tmp_path / "none", blank, named))
    assert lease._machine() == "0123"
    monkeypatch.setattr(lease, "_MACHINE", (tmp_path / "none", blank))
    assert lease._machine() == ""


def test_a_process_of_somebody_else_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may not be asked, which shows that it is there."""

    def kill(pid: int, _signal: int) -> None:
        raise {1: PermissionError, 2: ProcessLookupError}[pid]

    assert lease._exists(os.getpid())
    monkeypatch.setattr(os, "kill", kill)
    assert (lease._exists(1), lease._exists(2)) == (True, False)


def test_nobody_is_asked_by_a_signal_where_that_is_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows signal 0 would end the other run."""
    asked: list[int] = []
    monkeypatch.setattr(os, "kill", lambda pid, _: asked.append(pid))
    with monkeypatch.context() as there:
        there.setattr(os, "name", "nt")
        assert lease._exists(2)
    assert not asked


def test_a_file_system_without_hard_links(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A new ledger is moved to its place; where there is one already, that one stays."""
    draft, place = tmp_path / "draft", tmp_path / "place"
    draft.write_text("new")
    place.write_text("old")
    with pytest.raises(FileExistsError):
        ledger_file._place(draft, place)
    assert place.read_text() == "old"

    def refused(_self: Path, _other: Path) -> None:
        raise OSError("not supported")

    monkeypatch.setattr(Path, "hardlink_to", refused)
    ledger_file._place(draft, tmp_path / "other")
    assert (tmp_path / "other").read_text() == "new" and not draft.exists()


def test_a_claim_that_has_not_spoken_to_its_server_has_nothing_to_let_go() -> None:
    """Nor a connection to lose."""
    claim = PostgresClaim(cast(PostgresBooks, None), Holder("w", "run-1"))
    claim.let_go("create:spring")
    claim._lost_connection()
    claim.close()
    assert claim.copied_from() is None


def upload() -> Operation:
    """An upload without its file."""
    return Operation(
        identity="upload:spring:video:aa", kind=OperationKind.UPLOAD_MEDIA, bundle="spring", bundle_id="bnd-1", target="a", rows=(), price=0
    )


def test_what_is_sent_in_another_way_is_never_sent_by_a_handler(tmp_path: Path) -> None:
    """A mistake of ours stops there, before anything leaves."""
    with Working(tmp_path, "w", "run-1") as books:
        entry = books.begin(upload(), "bnd-1", {})
        slots = books.begin(begun(OperationKind.ADD_VIDEO_SLOTS, "slots:spring:4"), "bnd-1", {"quantity": "two"})
    with pytest.raises(RuntimeError, match="is an upload"):
        asyncio.run(send(NOBODY, upload(), entry))
    with pytest.raises(RuntimeError, match="takes no credits"):
        asyncio.run(rehearse(NOBODY, upload()))
    with pytest.raises(RuntimeError, match="has no file"):
        asyncio.run(Transfers().send(NOBODY, upload(), entry))
    buy = HANDLERS[OperationKind.ADD_VIDEO_SLOTS].send
    assert buy is not None and isinstance(entry, LedgerEntry)

    class Asked:
        """A platform that must not be reached."""

        def add_video_slots(self, *_: object) -> None:
            pytest.fail("a number that is none was sent")

    with pytest.raises(TypeError, match="has no quantity"):
        buy(cast(Portal, Asked()), Request(slots))


def test_a_limit_of_speed_gives_each_piece_its_time() -> None:
    """One line for all transfers: the second piece waits for the first, whoever sent it."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    async def played() -> None:
        free, slow = Transfers(), Transfers(max_rate=100, clock=lambda: 10.0, sleep=sleep)
        await free.pace(1_000_000)
        for _ in range(2):
            await slow.pace(50)

    asyncio.run(played())
    assert waited == [0.5, 1.0]
