"""Filters: some asked of the platform, some sorted out here; what is not wanted is not read."""

from __future__ import annotations

import httpx
import pytest

from tests.conftest import NOBODY, Desk, OpenDesk
from tests.exporting.launches import BUNDLE_STATUSES
from tests.exporting.looking import table


def names(desk: Desk, *options: str, sheet: str = "bundles.csv") -> list[str]:
    folder = desk.folder / "out"
    assert desk.run("export", "-o", folder, "--csv", "--force", *options).code == 0
    return [row["bundle"] for row in table(folder / sheet)]


@pytest.mark.parametrize("status", BUNDLE_STATUSES)
def test_by_status(full: Desk, status: str) -> None:
    found = names(full, "--status", status)
    assert {f"acme-{status}", f"lumen/{status}", f"volta-{status}"} <= set(found)
    assert len(found) == sum(one.status == status for one in full.state.books.bundles.values())


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (("--ref", "nova-ready"), ["nova-ready"]),
        (("--ref", "nova"), []),
        (("--platform", "instagram"), ["nova-insta"]),
        (("--account-status", "in_review"), ["lumen/accepted", "acme-accepted"]),
        (("--type", "videos_only", "--status", "completed"), ["volta-completed"]),
        (("--country", "fr", "--status", "completed"), ["lumen/completed"]),
        (("--text", "nobody's"), [""]),
        (("--text", "DAILY.BITES.21"), ["nova-ready"]),
        (("--text", "paris"), []),
        (("--from", "2031-05-01"), ["nova-ready"]),
        (("--from", "2031-05-02"), []),
    ],
)
def test_by_other_words(full: Desk, options: tuple[str, ...], wanted: list[str]) -> None:
    assert names(full, *options) == wanted


def test_days_and_words_choose_among_the_videos_of_a_bundle(full: Desk) -> None:
    """Both ends of the range count; a bundle found by its own name keeps all its videos."""
    assert names(full, "--from", "2024-04-02", "--to", "2024-04-04", sheet="videos.csv") == ["nova-hostile"] * 3
    assert names(full, "--text", "handle and", sheet="videos.csv") == ["nova-hostile"]
    assert names(full, "--text", "nova-flagged", sheet="videos.csv") == ["nova-flagged"] * 3


def test_empty_slots_are_counted_also_where_only_some_days_are_wanted(full: Desk) -> None:
    folder = full.folder / "out"
    assert full.run("export", "-o", folder, "--csv", "--from", "2031-01-01").code == 0
    (row,) = table(folder / "bundles.csv")
    assert "1 of 2 video slots is empty." in row["next_step"]


def test_what_is_not_wanted_is_not_read(full: Desk) -> None:
    """One page, one account, one list of slots, one slot."""
    ended = full.run("export", "-o", full.folder / "one.xlsx", "--ref", "nova-ready")
    assert ended.document["requests"]["total"] == 4
    ended = full.run("export", "-o", full.folder / "two.xlsx", "--country", "DE")
    assert (ended.document["requests"]["total"], ended.document["bundles"]) == (1, 0)
    assert "Nothing on the platform fits" in ended.err


def test_a_wrong_day_is_a_usage_error(full: Desk) -> None:
    assert full.run("export", "-o", full.folder / "one.xlsx", "--from", "01/02/2027").code == 2
    reads = full.state.journal.reads
    turned = full.run("export", "-o", full.folder / "one.xlsx", "--from", "2027-02-02", "--to", "2027-02-01")
    assert (turned.code, "is after the last" in turned.err, full.state.journal.reads) == (2, True, reads)


def test_a_bundle_that_may_not_be_looked_into_keeps_its_row(open_desk: OpenDesk) -> None:
    """A colleague's is listed for the organization (API reference, S18) and does not open; all the rest goes on."""
    desk = open_desk()
    order = {"bundle_type": "account_and_videos", "platform": "tiktok", "country": "US", "videos_quantity": 2}
    for name, key in (("mine", "tok_live_x"), ("theirs", "tok_live_colleague")):
        made = httpx.post(
            f"{desk.simulator.base_url}/bundles", json={**order, "external_ref": name}, headers={"X-API-Key": key}, trust_env=False, verify=NOBODY
        )
        assert made.status_code == 201
    folder = desk.folder / "out"
    assert desk.run("export", "-o", folder, "--csv").code == 0
    problems = {row["bundle"]: "BUNDLE_NOT_OWNED" in row["problem"] for row in table(folder / "bundles.csv")}
    assert problems == {"mine": False, "theirs": True}
    assert [(row["bundle"], row["position"]) for row in table(folder / "videos.csv")] == [("mine", "1"), ("mine", "2")]
    assert desk.run("status").document["videos"]["by_status"] == {"not shown": 2, "pending": 2}
    again = desk.import_(folder)
    assert (again.code, set(again.rows)) == (0, {"total", "unchanged"})
