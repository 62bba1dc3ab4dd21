"""What is done once: planned where its status allows it, found done where it was done, and told at its cell where neither is so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bulkportal.media import Facts
from bulkportal.plan import event_names, events
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Memory, Plan, Ref
from bulkportal.plan.planner import Choices
from bulkportal.portal.remote import RemoteBundle, RemotePosition
from bulkportal.sheets.table import RowAddress
from tests.plan.plans import facts, of_kind, planned, remote_bundle, remote_video, shape

DAY = "2027-02-03T04:05:06Z"
LINK = "https://cdn.example.com/fixed.mp4"
PICTURES = ["https://cdn.example.com/1.jpg", "https://cdn.example.com/2.jpg"]
EXPORT = "export-2027"
FACTS = {"_base": [{"fact": "run_id", "value": EXPORT}]}


def video_in(status: str, **values: object) -> RemoteBundle:
    """The bundle `spring`, accepted, with its first video in that status."""
    return remote_bundle(status="accepted", is_published=True, positions=(replace(remote_video(1, **values), status=status), remote_video(2)))


def asked(action: str, **cells: object) -> dict[str, object]:
    """A row of Videos that asks for that."""
    return {"bundle": "spring", "position": 1, "action": action, **cells}


def notes(made: Plan) -> list[str]:
    """What is told of rows that nothing is done for."""
    return list(made.notes.values())


def said(made: Plan) -> list[tuple[str, str | None]]:
    """The findings, and where."""
    return [(finding.code, finding.cell) for finding in made.findings]


@pytest.mark.parametrize(
    ("action", "status", "kind", "warning"),
    [
        ("finalize", "accepted", OperationKind.FINALIZE_VIDEO, "a finalized video cannot be changed any more"),
        ("unschedule", "configured", OperationKind.UNSCHEDULE_VIDEO, "its content and settings are cleared"),
    ],
)
def test_an_action_on_a_video_says_what_it_does(action: str, status: str, kind: OperationKind, warning: str) -> None:
    """One operation with no words of its own."""
    made = planned(videos=[asked(action)], remote=[video_in(status)])
    operation = of_kind(made, kind)
    assert (operation.identity, operation.target) == (f"{action}:#bnd-1 position 1", "spring position 1")
    assert (operation.warning, operation.changes, dict(operation.body)) == (warning, (action,), {})
    assert (made.findings, made.irreversible) == ((), (operation,))


def test_corrections_are_named_by_their_words() -> None:
    """Other words are another event; the words themselves are sent."""
    first, second = (planned(videos=[asked("corrections", message=words)], remote=[video_in("accepted")]) for words in ("Larger logo", "Louder"))
    assert shape(first) != shape(second) and all(name.startswith("corrections:#bnd-1 position 1:") for name in shape(first) + shape(second))
    assert dict(of_kind(first, OperationKind.CORRECT_VIDEO).body) == {"message": "Larger logo"}


@pytest.mark.parametrize(
    ("row", "remote", "expected"),
    [
        (asked("finalize"), video_in("published"), "action_not_allowed"),
        (asked("unschedule"), video_in("accepted"), "action_not_allowed"),
        (asked("finalize") | {"position": 9}, remote_bundle(videos_quantity=9), "action_no_target"),
    ],
)
def test_what_cannot_be_done_to_a_video_is_told_at_its_cell(row: dict[str, object], remote: RemoteBundle, expected: str) -> None:
    """By its status, or for want of a slot."""
    made = planned(videos=[row], remote=[remote])
    assert (shape(made), said(made)) == ([], [(expected, "C2")])


def test_a_status_that_may_still_come_is_waited_for_and_one_that_is_past_is_not() -> None:
    """The sentence says which of the two it is."""
    early, late = (planned(videos=[asked("finalize")], remote=[video_in(status)]).findings[0] for status in ("published", "cancelled"))
    assert early.hint == "Empty the cell, or wait until the status allows it."
    assert "wait until" not in late.hint


def test_an_action_on_a_bundle_that_is_not_there_is_told() -> None:
    """Nothing can be done to what this very sheet makes."""
    made = planned([{"bundle": "new", "action": "unpublish", "bundle_type": "account_only", "platform": "tiktok", "country": "US", "title": "New"}])
    assert ("action_no_target", "B2") in said(made) and "unpublish" not in str(shape(made))


def test_what_was_done_is_not_done_again() -> None:
    """Its day is told, and how to ask for it once more where the status would allow that."""
    done = Memory(events={"finalize:#bnd-1 position 1": DAY})
    again = planned(videos=[asked("finalize")], remote=[video_in("accepted")], memory=done)
    assert (shape(again), notes(again)) == ([], [f"finalize: done on 2027-02-03 04:05 UTC; it is accepted again: {events.AGAIN}"])
    settled = planned(videos=[asked("finalize")], remote=[video_in("finalized")], memory=done)
    assert notes(settled) == ["finalize: done on 2027-02-03 04:05 UTC"]
    by_others = planned(videos=[asked("finalize")], remote=[video_in("finalized")])
    assert (notes(by_others), by_others.happened) == (["finalize: it is finalized already"], ())


def test_of_what_was_begun_only_its_result_is_taken_for_its_end() -> None:
    """Corrections leave a video configured, which proves nothing unless they had been begun."""
    (name,) = shape(planned(videos=[asked("corrections", message="Louder")], remote=[video_in("accepted")]))
    begun = Memory(begun=frozenset({name}))
    row = asked("corrections", message="Louder")
    assert planned(videos=[row], remote=[video_in("configured")], memory=begun).happened == (name,)
    assert planned(videos=[row], remote=[video_in("accepted")], memory=begun).happened == ()
    assert said(planned(videos=[row], remote=[video_in("configured")])) == [("action_not_allowed", "C2")]


def test_a_row_made_by_hand_does_its_action_and_names_what_stays_behind() -> None:
    """Cells that differ by now are history there; in an export they are a wish, and an error."""
    row = asked("finalize", description="Another")
    made = planned(videos=[row], remote=[video_in("accepted")])
    operation = of_kind(made, OperationKind.FINALIZE_VIDEO)
    assert operation.unsent == ("description",) and operation.warning.endswith("; not sent with it: description")
    exported = planned(videos=[row | {"bundle_id": "bnd-1"}], remote=[video_in("accepted")])
    assert (shape(exported), said(exported)) == ([], [("action_with_changes", "D2")])


def test_an_export_asks_for_an_event_of_its_own() -> None:
    """Whoever asks in a later export has seen what came of the first."""
    row = asked("finalize") | {"bundle_id": "bnd-1"}
    (name,) = shape(planned(videos=[row], remote=[video_in("accepted")], copied=FACTS))
    assert name == f"finalize:#bnd-1 position 1@{EXPORT}"
    done = Memory(events={"finalize:#bnd-1 position 1": DAY})
    assert shape(planned(videos=[row], remote=[video_in("accepted")], copied=FACTS, memory=done)) == [name]
    assert shape(planned(videos=[row], remote=[video_in("accepted")], copied=FACTS, memory=Memory(events={name: DAY}))) == []
    of_an_export = Memory(events={"finalize:#bnd-1 position 2": DAY, name: DAY})
    assert shape(planned(videos=[asked("finalize")], remote=[video_in("accepted")], memory=of_an_export)) == [], "by hand, any of that name is it"


def test_nobody_empties_what_somebody_else_has_changed() -> None:
    """The export held another caption: what stands there now was never seen."""
    was = {"bundle_id": "bnd-1", "bundle": "spring", "position": 1, "description": "Old dish", "action": ""}
    row = {"bundle": "spring", "bundle_id": "bnd-1", "position": 1, "description": "Old dish", "action": "unschedule"}
    made = planned(videos=[row], remote=[video_in("configured")], copied={**FACTS, "_base_videos": [was]})
    assert (shape(made), said(made)) == ([], [("conflict", "D2")])
    assert "Old dish" in made.findings[0].message + made.findings[0].hint
    seen = {**was, "description": "Dish number 1 #streetfood"}
    as_seen = planned(videos=[{**row, "description": seen["description"]}], remote=[video_in("configured")], copied={**FACTS, "_base_videos": [seen]})
    assert [operation.kind for operation in as_seen.operations] == [OperationKind.UNSCHEDULE_VIDEO]


# -- links that were flagged


def flagged(**values: object) -> RemoteBundle:
    """A bundle whose first video has a flagged link."""
    return video_in("accepted", **{"download_issue": True, "download_issue_comment": "403", **values})


def test_a_flagged_link_is_fixed_with_an_address() -> None:
    """A video takes one, a carousel all of its images."""
    made = planned(videos=[asked("fix-download", video=LINK)], remote=[flagged()])
    assert dict(of_kind(made, OperationKind.FIX_DOWNLOAD).body) == {"video_url": LINK}
    carousel = flagged(video_type="carousel", video_url=None, carousel_images=["images/1.jpg"])
    images = planned(videos=[asked("fix-download", carousel_images=";".join(PICTURES))], remote=[carousel])
    assert dict(of_kind(images, OperationKind.FIX_DOWNLOAD).body) == {"carousel_images": PICTURES}


def test_a_file_for_a_flagged_link_is_uploaded_and_its_public_address_is_sent() -> None:
    """The platform fetches it from there itself, for images too."""
    files: Mapping[str, Facts] = {"one.mp4": facts("one.mp4", "aa")}
    made = planned(videos=[asked("fix-download", video="one.mp4")], remote=[flagged()], files=files)
    assert shape(made)[0] == "upload:spring:video:aa"
    fix = of_kind(made, OperationKind.FIX_DOWNLOAD)
    assert dict(fix.body) == {"video_url": Ref(identity="upload:spring:video:aa", field="public_url")}


@pytest.mark.parametrize(
    ("cells", "code", "cell"),
    [
        ({"carousel_images": ";".join(PICTURES)}, "action_media_missing", "A2"),
        ({"video": LINK, "carousel_images": ";".join(PICTURES)}, "action_media_unused", "E2"),
    ],
)
def test_a_fix_takes_the_media_of_its_video_and_no_other(cells: dict[str, object], code: str, cell: str) -> None:
    """Of two kinds one would be lost without a word."""
    made = planned(videos=[asked("fix-download", **cells)], remote=[flagged()])
    assert (shape(made), said(made)) == ([], [(code, cell)])


def test_a_link_that_was_fixed_is_not_fixed_again() -> None:
    """Flagged again, it takes another file; not flagged, there is nothing to do, and when it was done is told."""
    (name,) = shape(planned(videos=[asked("fix-download", video=LINK)], remote=[flagged()]))
    row, done = asked("fix-download", video=LINK), Memory(events={name: DAY})
    again = planned(videos=[row], remote=[flagged()], memory=done)
    assert (shape(again), said(again)) == ([], [("link_flagged_again", "D2")])
    assert 'and says: "403"' in again.findings[0].message
    assert 'says: "' not in planned(videos=[row], remote=[flagged(download_issue_comment="")], memory=done).findings[0].message
    assert notes(planned(videos=[row], remote=[video_in("accepted")], memory=done)) == ["fix-download: done on 2027-02-03 04:05 UTC"]
    begun = planned(videos=[row], remote=[video_in("accepted")], memory=Memory(begun=frozenset({name})))
    assert (notes(begun), begun.happened) == (["nothing to fix: its link is not flagged (any more)"], (name,))
    assert planned(videos=[row], remote=[video_in("accepted")]).happened == ()


def test_new_media_for_a_flagged_link_are_a_fix_that_nobody_asked_for() -> None:
    """Only the action clears the flag; until then the row says that its manager waits."""
    open_one = remote_bundle(positions=(remote_video(1, download_issue=True), remote_video(2)))
    row = {"bundle": "spring", "position": 1, "video": LINK}
    other = Memory(places={})
    made = planned(videos=[row | {"bundle_id": "bnd-1"}], remote=[open_one], memory=other)
    assert (shape(made), said(made)) == ([], [("link_flagged", "C2")])
    unchanged = planned(videos=[{"bundle": "spring", "position": 1, "description": "Dish number 1 #streetfood"}], remote=[open_one])
    assert notes(unchanged) == ["as it should be, but its link is flagged: the manager waits for fix-download"]
    caption = planned(videos=[{"bundle": "spring", "position": 1, "description": "New"}], remote=[open_one])
    assert shape(caption) == ["configure:spring:1"]


# -- bundles and accounts


def test_unpublishing_comes_before_the_account_that_it_makes_room_for() -> None:
    """In the same row: a published account cannot be changed."""
    published = remote_bundle(status="published", is_published=True)
    made = planned([{"bundle": "spring", "action": "unpublish", "biography": "Two markets."}], remote=[published])
    assert shape(made) == ["unpublish:#bnd-1", "account:spring"]
    assert made.operations[1].needs == ("unpublish:#bnd-1",)
    assert made.operations[0].warning == "credits are not refunded"


@pytest.mark.parametrize(("status", "allowed"), [("accepted", False), (None, False), ("in_review", True)])
def test_an_account_is_sent_back_while_it_is_in_review(status: str | None, allowed: bool) -> None:
    """With words for each field; of a status that is not told nothing is assumed."""
    row = {"bundle": "spring", "action": "account-corrections", "message": "biography: too formal"}
    made = planned([row], remote=[remote_bundle(status="accepted", is_published=True, account_status=status)])
    if allowed:
        body = of_kind(made, OperationKind.CORRECT_ACCOUNT).body
        assert dict(body) == {"comment": "biography: too formal", "fields": {"biography": "too formal"}}
    else:
        assert (shape(made), said(made)) == ([], [("action_not_allowed", "B2")])
        assert "the account of spring" in made.findings[0].message


def test_finalizing_an_account_has_no_words() -> None:
    """And cannot be undone."""
    made = planned([{"bundle": "spring", "action": "finalize-account"}], remote=[remote_bundle(status="accepted", account_status="in_review")])
    operation = of_kind(made, OperationKind.FINALIZE_ACCOUNT)
    assert (dict(operation.body), operation.kind.traits.can_be_undone) == ({}, "no")
    assert OperationKind.CREATE_BUNDLE.traits.can_be_undone == "no: credits are not refunded"


def test_publishing_as_an_action_is_done_once() -> None:
    """After an unpublishing it is not done again by the same sheet; the wish in the cell `publish` is."""
    row = {"bundle": "spring", "action": "publish"}
    assert shape(planned([row], remote=[remote_bundle()])) == ["publish-action:spring"]
    done = Memory(events={"publish-action:spring": DAY})
    again = planned([row], remote=[remote_bundle()], memory=done)
    told = "publish: done on 2027-02-03 04:05 UTC; it is pending_setup again: write yes under publish, or ask in a new export"
    assert (shape(again), notes(again)) == ([], [told])
    out = remote_bundle(status="published", is_published=True)
    assert notes(planned([row], remote=[out], memory=done)) == ["publish: done on 2027-02-03 04:05 UTC"]
    assert notes(planned([row], remote=[out])) == ["publish: it is published already"]
    assert said(planned([row], remote=[remote_bundle(status="cancelled")])) == [("action_not_allowed", "B2")]


def test_a_wish_that_nobody_can_fulfil_is_held_on_every_row_that_has_it() -> None:
    """Also where the sheet has no row of Bundles, and the option asks for all to be published."""
    cancelled = remote_bundle(status="cancelled")
    made = planned(videos=[{"bundle": "spring", "position": 1, "name": "Other"}], remote=[cancelled], choices=Choices(publish=True))
    assert (shape(made), [str(hold.row) for hold in made.held]) == (["rename:spring:1"], ["Videos!2"])
    unchanged = planned(
        videos=[{"bundle": "spring", "position": n, "description": f"Dish number {n} #streetfood"} for n in (1, 2)],
        remote=[cancelled],
        choices=Choices(publish=True),
    )
    assert [str(hold.row) for hold in unchanged.held] == ["Videos!2", "Videos!3"]
    assert "the bundle is cancelled, and only one that is pending_setup can be published" in unchanged.held[0].reason
    published = planned(
        videos=[{"bundle": "spring", "position": 1, "description": "Dish number 1 #streetfood"}],
        remote=[remote_bundle()],
        choices=Choices(publish=True),
    )
    assert shape(published) == ["publish:spring"] and published.operations[0].rows == (RowAddress("Videos", "Videos", 2),)


def accepted(*positions: RemotePosition) -> RemoteBundle:
    """A live bundle with these slots."""
    return remote_bundle(status="accepted", is_published=True, videos_quantity=len(positions), positions=positions)


def test_videos_are_handed_over_once_each() -> None:
    """Those that are configured, those that this plan configures, and none that was handed over before."""
    empty = RemotePosition(position=3, status="pending", values={}, complete=True)
    row = {"bundle": "spring", "action": "publish-videos"}
    live = accepted(remote_video(1), remote_video(2), empty)
    third = {"bundle": "spring", "position": 3, "video_type": "video", "video": LINK, "description": "d", "target_publish_date": "2030-04-01"}
    both = planned([row], [third], remote=[live])
    handed = of_kind(both, OperationKind.PUBLISH_VIDEOS)
    assert (dict(handed.body), handed.target) == ({"positions": [1, 2, 3]}, "spring positions 1, 2, 3")
    assert handed.needs == ("configure:spring:3",)
    before = Memory(events={"publish-videos:#bnd-1:1": DAY, "publish-videos:#bnd-2:2": DAY})
    one = of_kind(planned([row], remote=[live], memory=before), OperationKind.PUBLISH_VIDEOS)
    assert (one.identity, one.target) == ("publish-videos:#bnd-1:2", "spring position 2")
    all_of_them = Memory(events={"publish-videos:#bnd-1:1,2": DAY})
    waits = planned([row], remote=[live], memory=all_of_them)
    assert notes(waits) == [f"publish-videos: done on 2027-02-03 04:05 UTC; configured again: positions 1, 2; {events.AGAIN}"]
    assert notes(planned([row], remote=[accepted(replace(remote_video(1), status="published"))])) == ["no configured video waits"]
    assert said(planned([row], remote=[remote_bundle()])) == [("action_not_allowed", "B2")]


def test_in_an_export_only_its_own_handing_over_counts() -> None:
    """What was handed over before it was written was seen by whoever asks there."""
    events_before = {"publish-videos:#bnd-1:1": DAY, f"publish-videos:#bnd-1:2@{EXPORT}": DAY, f"publish-videos:#bnd-1:x@{EXPORT}": DAY}
    assert event_names.handed_over("#bnd-1", events_before) == {1: DAY, 2: DAY}
    assert event_names.handed_over("#bnd-1", events_before, export=EXPORT) == {2: DAY}
    row = {"bundle": "spring", "action": "publish-videos"}
    made = planned([row], remote=[accepted(remote_video(1), remote_video(2))], memory=Memory(events=events_before), copied=FACTS)
    assert shape(made) == [f"publish-videos:#bnd-1:1@{EXPORT}"]
