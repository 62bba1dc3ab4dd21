"""A launch through its whole life by nothing but workbooks: from the template to the last post.

The user writes cells and runs commands; the manager (the simulator's operator) accepts, posts, flags and
completes. After each step stand the platform's statuses and the credits that were taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Desk, Ended, OpenDesk
from tests.conftest import bundle as bundle_row
from tests.conftest import video as video_row

LAUNCH, PAGE = "aurora-01", "aurora-page"
PRICES = {"2026-02": (5, 10), "2026-05": (32, 2)}
"""Credits for an account and for a video slot, by edition (API reference 5.1)."""


@dataclass
class Life:
    """One launch: the workplace, what was spent, and how many exports there were."""

    desk: Desk
    spent: int = 0
    exports: int = 0

    # -- the user

    def export(self, *options: str) -> Path:
        """A new export of everything, or of what the options choose."""
        self.exports += 1
        path = self.desk.folder / f"export-{self.exports}.xlsx"
        ended = self.desk.run("export", "-o", path, *options)
        assert ended.code == 0, ended.err
        return path

    def edited(self, *edits: tuple[str, str, int | None, Mapping[str, object]]) -> Path:
        """A new export with cells written: (sheet, bundle, position, cells)."""
        return edit(self.export(), *edits)

    def send(self, path: Path, *, price: int = 0, **rows: int) -> Ended:
        """Import a workbook: what becomes of its rows, and what it takes."""
        before = self.desk.balance
        ended = self.desk.import_(path)
        assert (ended.code, {name: n for name, n in ended.rows.items() if name != "total"}) == (0, rows), ended.err
        assert (before - self.desk.balance, ended.document["credits"]["charged"]) == (price, price)
        self.spent += price
        return ended

    def again(self, path: Path) -> None:
        """The same file once more: no write."""
        writes = self.desk.writes
        ended = self.desk.import_(path)
        assert (ended.code, set(ended.rows) - {"total"}, self.desk.writes) == (0, {"unchanged"}, writes), ended.err

    def status(self) -> dict[str, object]:
        """What `bulkportal status` says; it must know of every credit spent."""
        document = self.desk.run("status").document
        assert (document["credits"]["spent"], document["credits"]["left"]) == (self.spent, self.desk.balance)
        return document

    # -- the manager

    def manager(self, what: str, bundle: str = LAUNCH, position: int | None = None, **words: object) -> None:
        """Let the manager do something with a bundle or one of its videos."""
        place = f"/bundles/{self.desk.bundles[bundle].id}" + (f"/videos/{position}" if position else "")
        self.desk.operate("POST", f"{place}/{what}", words)

    # -- what is there

    @property
    def bundles(self) -> tuple[str, str]:
        """The statuses of both bundles."""
        return self.desk.bundles[LAUNCH].status, self.desk.bundles[PAGE].status

    @property
    def videos(self) -> list[str]:
        """The statuses of the launch's videos."""
        return [slot.status for slot in self.desk.bundles[LAUNCH].slots]

    @property
    def account(self) -> str:
        """The status of the launch's account."""
        account = self.desk.bundles[LAUNCH].account
        assert account is not None
        return account.status


def edit(path: Path, *edits: tuple[str, str, int | None, Mapping[str, object]]) -> Path:
    """Write cells by header into the row of a bundle, or of one of its positions; a row that is not there is added."""
    book = openpyxl.load_workbook(path)
    for sheet, bundle, position, cells in edits:
        page = book[sheet]
        columns = {str(cell.value): cell.column for cell in page[1]}
        for row in range(2, page.max_row + 2):
            name, place = page.cell(row, columns["bundle"]).value, page.cell(row, columns.get("position", 1)).value
            if name is None or (name == bundle and (position is None or str(place) == str(position))):
                break
        page.cell(row, columns["bundle"]).value = bundle
        if position is not None:
            page.cell(row, columns["position"]).value = position
        for name, value in cells.items():
            page.cell(row, columns[name]).value = value
    book.save(path)
    return path


@pytest.mark.parametrize("edition", PRICES)
def test_a_launch_lives_through_workbooks_alone(open_desk: OpenDesk, edition: str) -> None:
    """pending_setup to completed, with corrections, a broken link, added slots, unpublishing and an account in review."""
    life = Life(open_desk(edition=edition))
    account, slot = PRICES[edition]
    begun(life, 2 * account + 2 * slot)
    published_and_taken_back(life)
    accepted_and_reviewed(life)
    posted_and_corrected(life)
    link_mended(life)
    slot_added(life, slot)
    finished(life)


def begun(life: Life, price: int) -> None:
    """A filled-in template becomes two bundles in setup; nothing is published yet."""
    path = life.desk.folder / "launch.xlsx"
    assert life.desk.said("template", path).code == 0
    country = "USA" if life.desk.state.edition.current else "US"
    mine = bundle_row(LAUNCH, publish="no", country=country)
    page = bundle_row(PAGE, publish="no", country=country, bundle_type="account_only", videos_quantity=None)
    videos = [("Videos", LAUNCH, n, video_row(LAUNCH, n)) for n in (1, 2)]
    edit(path, ("Bundles", LAUNCH, None, mine), ("Bundles", PAGE, None, page), *videos)
    checked = life.desk.run("check", path)
    assert checked.code == 0, checked.err
    plan = life.desk.folder / "plan.xlsx"
    assert life.desk.run("plan", path, "-o", plan).document["credits"]["planned"] == price
    life.send(path, price=price, done=4)
    life.again(path)
    assert (life.bundles, life.videos, life.account) == (("pending_setup", "pending_setup"), ["configured"] * 2, "configured")
    assert {todo["what"] for todo in life.status()["todo"]} == {"Publish it"}


def published_and_taken_back(life: Life) -> None:
    """Published by a cell, taken back by an action, corrected, and published again."""
    life.send(life.edited(("Bundles", LAUNCH, None, {"publish": "yes"}), ("Bundles", PAGE, None, {"action": "publish"})), done=2, unchanged=2)
    assert life.bundles == ("published", "published")
    for _ in range(2):  # what was done once can be wanted once more, of a later export
        back = life.edited(("Bundles", PAGE, None, {"action": "unpublish"}))
        life.send(back, done=1, unchanged=3)
        life.again(back)
        assert life.bundles == ("published", "pending_setup")
        life.send(life.edited(("Bundles", PAGE, None, {"publish": "yes", "biography": "Another dish, every day."})), done=1, unchanged=3)
        life.again(life.export())
    assert life.bundles == ("published", "published")


def accepted_and_reviewed(life: Life) -> None:
    """The manager accepts and delivers the account; it is sent back once and then finalized."""
    life.manager("accept")
    life.manager("deliver-account")
    assert any(todo["kind"] == "account_review" for todo in life.status()["todo"])
    words = {"action": "account-corrections", "message": "biography: a little shorter"}
    path = life.edited(("Bundles", LAUNCH, None, words))
    life.send(path, done=1, unchanged=3)
    assert (life.bundles[0], life.account) == ("accepted", "pending_corrections")
    life.again(path)
    life.manager("deliver-account")
    life.send(life.edited(("Bundles", LAUNCH, None, {"action": "finalize-account"})), done=1, unchanged=3)
    assert life.account == "finalized"


def posted_and_corrected(life: Life) -> None:
    """A post is sent back with a word, comes again, and is finalized."""
    life.manager("post", position=1)
    path = life.edited(("Videos", LAUNCH, 1, {"action": "corrections", "message": "A larger logo, please."}))
    life.send(path, done=1, unchanged=3)
    # The editions have two words for it (API reference D6).
    assert life.videos == ["pending_corrections" if life.desk.state.edition.current else "configured", "configured"]
    life.again(path)
    life.manager("post", position=1)
    # The same words once more, of a later export: it was not done well.
    life.send(life.edited(("Videos", LAUNCH, 1, {"action": "corrections", "message": "A larger logo, please."})), done=1, unchanged=3)
    life.manager("post", position=1)
    life.manager("accept", position=1)
    life.send(life.edited(("Videos", LAUNCH, 1, {"action": "finalize"})), done=1, unchanged=3)
    assert life.videos == ["finalized", "configured"]


def link_mended(life: Life) -> None:
    """The manager cannot open a file; the sheet of issues brings a new one. Twice, for the second file is broken too."""
    for number in (1, 2):
        life.manager("flag-download", position=2, comment="403 Forbidden")
        assert life.status()["todo"][0]["kind"] == "download_issue"
        issues = life.export("--download-issues")
        found = life.desk.run("plan", issues)
        assert (found.code, found.rows) == (0, {"total": 1, "unchanged": 1})
        mended = edit(issues, ("Videos", LAUNCH, 2, {"video": f"https://cdn.example.com/mended-{number}.mp4"}))
        ended = life.send(mended, done=1)
        assert f"now due {life.desk.bundles[LAUNCH].slots[1].target}" in result_of(ended)
        assert life.desk.bundles[LAUNCH].slots[1].download_issue is False
        life.again(mended)
    assert all(todo["kind"] != "download_issue" for todo in life.status()["todo"])


def slot_added(life: Life, price: int) -> None:
    """One slot more, its video with it, handed over in the same file."""
    bundle = {"videos_quantity": 3, "action": "publish-videos"}
    new = {name: value for name, value in video_row(LAUNCH, 3).items() if name not in ("bundle", "position")}
    path = life.edited(("Bundles", LAUNCH, None, bundle), ("Videos", LAUNCH, 3, new))
    life.send(path, price=price, done=2, unchanged=3)
    assert life.videos == ["finalized", "published", "published"]
    life.again(path)


def finished(life: Life) -> None:
    """The rest is accepted and finalized, the bundles completed; in the end there is nothing to do."""
    for position in (2, 3):
        life.manager("accept", position=position)
    actions = [("Videos", LAUNCH, position, {"action": "finalize"}) for position in (2, 3)]
    life.send(life.edited(*actions), done=2, unchanged=3)
    life.manager("accept", PAGE)
    for step in ("review", "finalize", "complete"):
        life.manager(step)
    life.manager("complete", PAGE)
    assert (life.bundles, life.videos) == (("completed", "completed"), ["finalized"] * 3)
    assert life.status()["todo"] == []
    life.again(life.export())


def result_of(ended: Ended) -> str:
    """The words of the status columns in a report."""
    book = openpyxl.load_workbook(str(ended.document["report"]))
    return " ".join(str(cell) for row in book["Videos"].iter_rows(values_only=True) for cell in row if cell)
