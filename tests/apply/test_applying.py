"""Applying against the platform: batches that speak per position, lost answers, refusals, and whose money it was."""

from __future__ import annotations

import pytest

from tests.conftest import NOBODY, Desk, OpenDesk, bundle, video

BATCH = "PUT /bundles/{id}/videos/batch"
SPRING = [bundle("spring", videos_quantity=4)]
VIDEOS = [video("spring", position) for position in (1, 2, 3, 4)]


def statuses(desk: Desk) -> list[str]:
    """The slots of `spring`."""
    return [slot.status for slot in desk.bundles["spring"].slots]


def test_a_position_that_the_answer_does_not_mention_is_read_back(desk: Desk) -> None:
    """It was configured after all: done, without being sent again."""
    desk.trouble("unmentioned", BATCH)
    ended = desk.import_(desk.sheets("launch", bundles=SPRING, videos=VIDEOS))
    assert (ended.code, ended.rows) == (0, {"total": 5, "done": 5})
    assert len(desk.executed(BATCH)) == 1


def test_one_failed_position_is_refused_and_the_others_are_done(desk: Desk) -> None:
    """The row at fault is told the platform's words; publishing is held; the next run sends that row alone."""
    desk.trouble("partial_batch", BATCH)
    launch = desk.sheets("launch", bundles=SPRING, videos=VIDEOS)
    ended = desk.import_(launch)
    assert (ended.code, ended.rows) == (4, {"total": 5, "done": 3, "held": 1, "refused": 1})
    assert statuses(desk) == ["configured", "configured", "configured", "pending"]
    assert [(finding["code"], finding["cell"]) for finding in ended.document["findings"]] == [("refused_by_platform", "C5")]
    assert "videos!C5" in ended.err
    again = desk.import_(launch)
    assert (again.code, again.rows) == (0, {"total": 5, "done": 2, "unchanged": 3})
    assert desk.bundles["spring"].status == "published"


def test_a_batch_that_is_too_large_for_the_platform_is_halved(desk: Desk) -> None:
    """Until it fits; no row is refused for its neighbours' number."""
    desk.operate("POST", "/settings", {"batch_cap": 1})
    ended = desk.import_(desk.sheets("launch", bundles=SPRING, videos=VIDEOS))
    assert (ended.code, ended.rows) == (0, {"total": 5, "done": 5})
    assert len(desk.executed(BATCH)) == 4


@pytest.mark.parametrize("fault", ["drop_after", "500_after", "empty_200"])
def test_a_batch_whose_answer_is_lost_is_not_believed_to_have_failed(desk: Desk, fault: str) -> None:
    """However often: the slots are read, and what holds the right content is done."""
    desk.trouble(fault, BATCH, times=None)
    ended = desk.import_(desk.sheets("launch", bundles=SPRING, videos=VIDEOS))
    assert (ended.code, ended.rows) == (0, {"total": 5, "done": 5})


def test_a_batch_that_never_arrives_leaves_its_rows_unknown(desk: Desk) -> None:
    """Exit 5, the bundle is not published, and the next run does what is missing."""
    desk.trouble("drop_before", BATCH, times=None)
    launch = desk.sheets("launch", bundles=SPRING, videos=VIDEOS)
    ended = desk.import_(launch)
    assert (ended.code, ended.rows) == (5, {"total": 5, "unknown": 4, "held": 1})
    assert desk.bundles["spring"].status == "pending_setup"
    desk.operate("DELETE", "/faults")
    assert desk.import_(launch).code == 0
    assert 5000 - desk.balance == 45


def test_a_refused_creation_gets_a_new_key_once_the_row_is_corrected(open_desk: OpenDesk) -> None:
    """The platform remembers its refusal under the old key; the corrected row must not be answered with it."""
    desk = open_desk()
    wrong = [bundle("spring", videos_quantity=1, title="x")]
    desk.trouble("402", "POST /bundles")
    launch = desk.sheets("launch", bundles=wrong, videos=[video("spring", 1)])
    first = desk.import_(launch)
    assert first.code == 8
    assert desk.import_(launch).code == 0
    keys = [write.idempotency_key for write in desk.state.journal.writes if write.route == "/bundles"]
    assert len(keys) == len(set(keys)) == 2


def test_a_bundle_of_that_name_that_was_made_meanwhile_is_found_and_not_paid(desk: Desk) -> None:
    """Between plan and request somebody else made it: nothing is charged, and the next run compares it."""
    import httpx

    def made_by_hand() -> None:
        body = {"bundle_type": "account_and_videos", "platform": "tiktok", "country": "US", "videos_quantity": 4, "external_ref": "spring"}
        httpx.post(f"{desk.base_url}/bundles", json=body, headers={"X-API-Key": "by-hand"}, trust_env=False, verify=NOBODY).raise_for_status()

    launch = desk.sheets("launch", bundles=SPRING, videos=VIDEOS)
    desk.trouble("slow", "GET /countries", seconds=300)
    process = desk.start("import", launch, "--yes", "--json")
    desk.wait(process, lambda: desk.state.faults.rules[0].struck)
    made_by_hand()
    desk.operate("DELETE", "/faults")
    out, _ = process.communicate(timeout=250)
    assert process.returncode in (0, 4, 5), out
    assert desk.until_done(launch).code == 0
    assert list(desk.bundles) == ["spring"]
    assert 5000 - desk.balance == 45


def test_a_bundle_that_lost_its_name_is_not_created_again(desk: Desk) -> None:
    """A person changed the reference on the platform: the ledger remembers whose money it was."""
    launch = desk.sheets("launch", bundles=SPRING, videos=VIDEOS)
    assert desk.import_(launch).code == 0
    next(iter(desk.state.books.bundles.values())).external_ref = "renamed"
    ended = desk.import_(launch)
    assert (ended.code, ended.codes) == (4, ["reference_changed"])
    assert len(desk.state.books.bundles) == 1
    assert 5000 - desk.balance == 45


def test_two_bundles_under_one_name_stop_that_bundle_only(desk: Desk) -> None:
    """Which is meant would be a guess; the others are done."""
    launch = desk.sheets("launch", bundles=[*SPRING, bundle("autumn", videos_quantity=1)], videos=[*VIDEOS, video("autumn", 1)])
    twins = [bundle(name, videos_quantity=1, publish=None) for name in ("spring", "twin")]
    assert desk.import_(desk.sheets("first", bundles=twins)).code == 0
    for made in desk.state.books.bundles.values():
        made.external_ref = "spring"
    ended = desk.import_(launch)
    assert (ended.code, ended.codes) == (4, ["reference_twice"])
    assert sorted(made.external_ref or "" for made in desk.state.books.bundles.values()) == ["autumn", "spring", "spring"]


def test_a_charge_above_the_plan_stops_further_spending(desk: Desk) -> None:
    """A price that moved between plan and purchase: the rest waits, and the next run shows the new price."""
    from dataclasses import replace

    bundles = [bundle(f"spring-{number:02}", bundle_type="account_only", videos_quantity=None) for number in range(12)]
    launch = desk.sheets("launch", bundles=bundles)
    desk.trouble("slow", "GET /countries", seconds=300)
    process = desk.start("import", launch, "--yes", "--json")
    desk.wait(process, lambda: desk.state.faults.rules[0].struck)
    desk.state.edition = replace(desk.state.edition, prices={**desk.state.edition.prices, "account_creation": 50})
    desk.operate("DELETE", "/faults")
    process.communicate(timeout=250)
    assert process.returncode == 8
    assert 1 <= len(desk.bundles) <= 4, "those that were under way, and no more"
    assert desk.import_(launch).code == 0
    assert 5000 - desk.balance == 12 * 50


def test_a_file_that_disappears_before_it_is_sent_holds_its_row(desk: Desk) -> None:
    """Found at check time, gone at sending time: its row is held, the others are done, nothing crashes."""
    launch = desk.story("local_media")
    desk.trouble("slow", "POST /bundles", times=2, seconds=300)
    process = desk.start("import", launch, "--yes", "--json")
    desk.wait(process, lambda: desk.writes)
    clip = launch.parent / "media" / "clip-2.mp4"
    content = clip.read_bytes()
    clip.unlink()
    desk.operate("DELETE", "/faults")
    _, err = process.communicate(timeout=250)
    assert process.returncode == 4, err
    clip.write_bytes(content)
    assert desk.until_done(launch).code == 0
    assert 5000 - desk.balance == 60


def test_an_update_of_what_a_person_changed_since_is_planned_afresh(desk: Desk) -> None:
    """What is free is not replayed from the ledger: a stored body could overwrite a later change."""
    launch = desk.sheets("launch", bundles=[bundle("spring", videos_quantity=1, publish=None)], videos=[video("spring", 1)])
    assert desk.import_(launch).code == 0
    desk.sheets("launch", bundles=[bundle("spring", videos_quantity=1, publish=None)], videos=[video("spring", 1, description="Second")])
    sent = desk.writes
    desk.trouble("drop_before", BATCH, times=None)
    assert desk.killed_at(sent + 1, "import", launch, "--yes")
    desk.operate("DELETE", "/faults")
    desk.sheets("launch", bundles=[bundle("spring", videos_quantity=1, publish=None)], videos=[video("spring", 1)])
    ended = desk.import_(launch)
    assert (ended.code, ended.rows) == (0, {"total": 2, "unchanged": 2})
    assert desk.bundles["spring"].slots[0].content["description"] == "Dish number 1 #streetfood"
