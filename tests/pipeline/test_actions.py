"""Actions from the sheet: checked against the status, sent once, found done afterwards (seeds 000, 002, 004)."""

from __future__ import annotations

import pytest

from tests.conftest import Desk, bundle, video


@pytest.fixture
def live(desk: Desk) -> Desk:
    """A workplace with one accepted bundle of three configured videos, `spring`."""
    folder = desk.sheets("launch", bundles=[bundle("spring", videos_quantity=3)], videos=[video("spring", n) for n in (1, 2, 3)])
    assert desk.import_(folder).code == 0
    step(desk, "accept")
    return desk


def step(desk: Desk, what: str, position: int | None = None, **body: object) -> None:
    """The operator moves the bundle, or one of its videos, on."""
    identity = desk.bundles["spring"].id
    path = f"/bundles/{identity}" + (f"/videos/{position}" if position else "")
    desk.operate("POST", f"{path}/{what}", body)


def act(desk: Desk, *rows: dict[str, object], sheet: str = "videos") -> object:
    """Import rows that hold an action."""
    return desk.import_(desk.sheets("actions", **{sheet: [{"bundle": "spring", **row} for row in rows]}))


def status(desk: Desk, position: int) -> str:
    """The status of a video on the platform."""
    return desk.bundles["spring"].slots[position - 1].status


def result(ended: object) -> tuple[int, dict[str, int]]:
    """The exit code and the counts of an import."""
    return ended.code, {name: count for name, count in ended.rows.items() if name != "total"}


def test_finalize_ends_an_accepted_video_and_is_not_repeated(live: Desk) -> None:
    """Once, and the second import says when."""
    step(live, "post", 1)
    step(live, "accept", 1)
    assert result(act(live, {"position": 1, "action": "finalize"})) == (0, {"done": 1})
    assert status(live, 1) == "finalized"
    writes = live.writes
    assert result(act(live, {"position": 1, "action": "finalize"})) == (0, {"unchanged": 1})
    assert live.writes == writes


def test_a_finalized_video_is_found_finalized_without_any_memory(live: Desk) -> None:
    """A new home: the platform itself says it."""
    step(live, "post", 1)
    step(live, "accept", 1)
    act(live, {"position": 1, "action": "finalize"})
    live.home = live.folder / "another home"
    assert result(act(live, {"position": 1, "action": "finalize"})) == (0, {"unchanged": 1})


def test_an_action_in_the_wrong_status_is_told_at_its_cell(live: Desk) -> None:
    """Nothing is sent, and the finding names the statuses that allow it."""
    writes = live.writes
    ended = act(live, {"position": 1, "action": "finalize"})
    finding = next(f for f in ended.document["findings"] if f["code"] == "action_not_allowed")
    assert (ended.code, finding["cell"], "accepted or in_review" in finding["message"]) == (4, "C2", True)
    assert live.writes == writes


def test_corrections_send_the_message_once(live: Desk) -> None:
    """The video goes back to configured; another message is another event."""
    step(live, "post", 2)
    assert result(act(live, {"position": 2, "action": "corrections", "message": "Larger logo"})) == (0, {"done": 1})
    assert status(live, 2) in ("configured", "pending_corrections")
    step(live, "post", 2)
    assert result(act(live, {"position": 2, "action": "corrections", "message": "Larger logo"})) == (0, {"unchanged": 1})
    assert result(act(live, {"position": 2, "action": "corrections", "message": "Softer music"})) == (0, {"done": 1})


def test_corrections_without_a_message_are_refused_offline(live: Desk) -> None:
    """`check` says so, at the message cell."""
    ended = live.run("check", live.sheets("actions", videos=[{"bundle": "spring", "position": 1, "action": "corrections", "message": ""}]))
    assert "message_missing" in ended.codes


def test_unschedule_empties_a_slot_and_a_second_import_does_not_fill_it(live: Desk) -> None:
    """The row's content stays in the sheet, and stays unsent."""
    row = {**video("spring", 3), "action": "unschedule"}
    assert result(act(live, row)) == (0, {"done": 1})
    assert status(live, 3) == "pending"
    assert result(act(live, row)) == (0, {"unchanged": 1})
    assert status(live, 3) == "pending"


def test_a_flagged_link_is_fixed_and_the_new_date_is_told(live: Desk) -> None:
    """The loop of seed 004; a flag that has vanished counts as fixed."""
    step(live, "flag-download", 1, comment="403 Forbidden")
    row = {"position": 1, "action": "fix-download", "video": "https://cdn.example.com/new/teaser.mp4"}
    ended = act(live, row)
    assert result(ended) == (0, {"done": 1})
    assert not live.bundles["spring"].slots[0].download_issue
    assert result(act(live, row)) == (0, {"unchanged": 1})


def test_fixing_without_media_or_with_the_wrong_kind_is_told(live: Desk) -> None:
    """Images for a video are no fix."""
    step(live, "flag-download", 1, comment="gone")
    assert "action_media_missing" in act(live, {"position": 1, "action": "fix-download", "video": ""}).codes
    assert "action_media_missing" in act(live, {"position": 1, "action": "fix-download", "carousel_images": "https://cdn.example.com/1.jpg"}).codes


def test_an_account_in_review_is_finalized(live: Desk) -> None:
    """Only from review; before that, the status is told."""
    assert "action_not_allowed" in act(live, {"action": "finalize-account"}, sheet="bundles").codes
    step(live, "deliver-account")
    assert result(act(live, {"action": "finalize-account"}, sheet="bundles")) == (0, {"done": 1})
    assert result(act(live, {"action": "finalize-account"}, sheet="bundles")) == (0, {"unchanged": 1})


def test_account_corrections_carry_words_on_single_fields(live: Desk) -> None:
    """Lines that name a field become feedback on that field."""
    step(live, "deliver-account")
    ended = act(live, {"action": "account-corrections", "message": "biography: too formal\nusername: add a dot"}, sheet="bundles")
    assert result(ended) == (0, {"done": 1})


def test_unpublish_is_possible_until_the_bundle_is_accepted(desk: Desk) -> None:
    """It goes back to setup once, although the publish column still says yes."""
    folder = desk.sheets("launch", bundles=[bundle("spring")], videos=[video("spring", 1)])
    desk.import_(folder)
    back = desk.sheets("launch", bundles=[bundle("spring", action="unpublish")], videos=[video("spring", 1)])
    assert result(desk.import_(back)) == (0, {"done": 1, "unchanged": 1})
    assert desk.bundles["spring"].status == "pending_setup"
    assert result(desk.import_(back)) == (0, {"unchanged": 2})


def test_an_accepted_bundle_cannot_be_unpublished(live: Desk) -> None:
    """Told before anything is sent."""
    assert "action_not_allowed" in act(live, {"action": "unpublish"}, sheet="bundles").codes


def test_slots_added_to_a_live_bundle_are_paid_configured_and_published(live: Desk) -> None:
    """By total, once; then publish-videos hands them over."""
    balance = live.balance
    rows = {"bundles": [bundle("spring", videos_quantity=5, action="publish-videos")], "videos": [video("spring", n) for n in (4, 5)]}
    assert live.import_(live.sheets("more", **rows)).code == 0
    assert (balance - live.balance, status(live, 4), status(live, 5)) == (20, "published", "published")
    writes = live.writes
    assert live.import_(live.sheets("more", **rows)).code == 0
    assert live.writes == writes


def test_a_smaller_number_of_slots_is_an_error_that_says_why(live: Desk) -> None:
    """Slots cannot be given back."""
    assert "videos_quantity_smaller" in live.import_(live.sheets("less", bundles=[bundle("spring", videos_quantity=2)])).codes


def test_a_new_name_alone_is_patched_and_clears_nothing(live: Desk) -> None:
    """A PATCH, also of a published video; never a PUT."""
    step(live, "post", 1)
    row = {**video("spring", 1), "name": "Renamed", "external_ref": "ref-1"}
    assert live.import_(live.sheets("names", videos=[row])).code == 0
    assert live.state.journal.writes[-1].method == "PATCH"
    assert live.import_(live.sheets("names", videos=[row])).rows == {"total": 1, "unchanged": 1}


def test_an_irreversible_action_needs_a_yes(live: Desk) -> None:
    """Without a terminal and without --yes nothing is sent, and the exit says so."""
    ended = live.run("import", live.sheets("actions", videos=[{"bundle": "spring", "position": 3, "action": "unschedule"}]))
    assert (ended.code, status(live, 3)) == (2, "configured")


@pytest.mark.parametrize("fault", ["drop_after", "500_after", "drop_before", "503_before"])
def test_an_action_whose_answer_is_lost_happens_once(live: Desk, fault: str) -> None:
    """The platform is asked what became of it."""
    step(live, "post", 2)
    live.trouble(fault, "POST /bundles/{id}/videos/{position}/corrections")
    act(live, {"position": 2, "action": "corrections", "message": "Larger logo"})
    ended = act(live, {"position": 2, "action": "corrections", "message": "Larger logo"})
    assert ended.code == 0
    assert len(live.executed("POST /bundles/{id}/videos/{position}/corrections")) == 1


def test_an_action_on_nothing_is_told(desk: Desk) -> None:
    """A bundle that does not exist has nothing to unpublish."""
    ended = desk.import_(desk.sheets("none", bundles=[bundle("ghost", action="unpublish", publish="")]))
    assert "action_no_target" in ended.codes
