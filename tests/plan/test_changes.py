"""What a run changes, and what stood there before: what is not known is said to be unknown, since an undo would write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bulkportal.plan.changes import RunChange, changes_of
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Memory, Remembered
from bulkportal.plan.planner import plan
from bulkportal.portal.remote import RemoteBundle, RemotePosition
from tests.conftest import bundle, video
from tests.plan.plans import Rows, basis, facts, remote_bundle, remote_state, remote_video


def changed(
    bundles: Rows = (), videos: Rows = (), *, remote: RemoteBundle | None = None, memory: Memory | None = None, files: bool = False
) -> list[RunChange]:
    """The changes that the plan for these rows makes."""
    state = remote_state(*(() if remote is None else (remote,)))
    stand = basis(bundles, videos, remote=state, memory=memory, files={"one.mp4": facts("one.mp4", "aa")} if files else None)
    return list(changes_of(plan(stand), state, stand.memory))


def one(made: list[RunChange], kind: OperationKind) -> RunChange:
    """The only change of a kind."""
    (found,) = [change for change in made if change.kind is kind]
    return found


def test_a_launch_changes_what_was_not_there() -> None:
    """Each place with nothing before it; what an upload will tell is not known."""
    made = changed([bundle("spring", videos_quantity=1)], [video("spring", 1, video="one.mp4")], files=True)
    assert [(change.kind, change.place) for change in made] == [
        (OperationKind.CREATE_BUNDLE, -1),
        (OperationKind.CONFIGURE_ACCOUNT, 0),
        (OperationKind.UPLOAD_MEDIA, -1),
        (OperationKind.CONFIGURE_POSITIONS, 1),
        (OperationKind.PUBLISH, -1),
    ]
    assert {(change.bundle_id, change.platform, change.bundle_type) for change in made} == {("", "tiktok", "account_and_videos")}
    account, slot = made[1], made[3]
    assert account.was_empty and account.before == dict.fromkeys(account.after) and account.after["username"] == "spring"
    assert slot.was_empty and (slot.before, slot.status) == ({}, "")
    assert slot.after["video"] is None and slot.after["description"] == "Dish number 1 #streetfood"
    assert [change.price for change in made] == [15, 0, 0, 0, 0]


def test_settings_are_remembered_from_what_to_what() -> None:
    """A title that the platform does not tell is the one that was sent last, or is not known."""
    row = [{"bundle": "spring", "bundle_id": "bnd-1", "title": "Better", "auto_finalize_videos": "yes"}]
    there = remote_bundle(auto_finalize_videos=False)
    change = one(changed(row, remote=there), OperationKind.UPDATE_BUNDLE)
    assert (change.before, change.after) == ({"auto_finalize_videos": False, "title": "Spring"}, {"auto_finalize_videos": True, "title": "Better"})
    silent = replace(there, title=None, title_known=False)
    sent = Memory(places={("bnd-1", -1): Remembered(media="", sent={"title": "Sent"})})
    assert one(changed(row, remote=silent, memory=sent), OperationKind.UPDATE_BUNDLE).before == {"auto_finalize_videos": False, "title": "Sent"}
    nothing = Memory(places={("bnd-1", -1): Remembered(media="", sent={})})
    unknown = one(changed(row, remote=silent, memory=nothing), OperationKind.UPDATE_BUNDLE)
    assert (unknown.before, unknown.untold, unknown.after["title"]) == ({"auto_finalize_videos": False}, ("title",), "Better")


def test_a_slot_keeps_what_it_changes_and_what_it_loses() -> None:
    """A video that becomes a carousel loses its video, which nobody named."""
    row = {"bundle": "spring", "position": 1, "video_type": "carousel", "carousel_images": "https://x.example.com/1.jpg;https://x.example.com/2.jpg"}
    remembered = Memory(places={("bnd-1", 1): Remembered(media="sha256:aa", sent={})})
    row |= {"tiktok_sound_url": "https://www.tiktok.com/music/1"}
    change = one(changed(videos=[row], remote=remote_bundle(), memory=remembered), OperationKind.CONFIGURE_POSITIONS)
    assert (change.before["video"], change.after.get("video")) == ("https://cdn.example.com/spring/1.mp4", None)
    assert change.after["carousel_images"] == ["https://x.example.com/1.jpg", "https://x.example.com/2.jpg"]
    assert (change.media, change.status, change.was_empty, change.untold) == ("sha256:aa", "configured", False, ())


def test_what_the_list_does_not_show_is_what_was_sent_or_is_not_known() -> None:
    """Nothing would be a guess, and an undo would write it."""
    brief = RemotePosition(position=1, status="configured", values={"video_type": "video", "name": "Video 1"}, complete=False)
    there = remote_bundle(positions=(brief, remote_video(2)))
    row = [{"bundle": "spring", "position": 1, "description": "New", "target_publish_date": "2030-04-01"}]
    sent = Memory(places={("bnd-1", 1): Remembered(media="", sent={"description": "Sent"})})
    change = one(changed(videos=row, remote=there, memory=sent), OperationKind.CONFIGURE_POSITIONS)
    assert (change.before, change.untold) == ({"description": "Sent"}, ("target_publish_date",))
    assert one(changed(videos=row, remote=there), OperationKind.CONFIGURE_POSITIONS).untold == ("description", "target_publish_date")


def test_a_slot_that_only_has_a_name_was_empty() -> None:
    """Its own name is kept, and not the one that the platform gives to every slot."""
    for name, kept in (("Noodles", "Noodles"), ("Video 1", None)):
        empty = RemotePosition(position=1, status="pending", values={"name": name, "external_ref": None}, complete=True)
        there = remote_bundle(positions=(empty, remote_video(2)))
        filled = one(changed(videos=[{**video("spring", 1), "name": "Mine"}], remote=there), OperationKind.CONFIGURE_POSITIONS)
        assert filled.was_empty and (filled.before["name"], filled.after["name"]) == (kept, "Mine")
        renamed = one(changed(videos=[{"bundle": "spring", "position": 1, "name": "Mine"}], remote=there), OperationKind.UPDATE_POSITION)
        assert (renamed.before, renamed.after) == ({"name": kept}, {"name": "Mine"})
    there = remote_bundle(positions=(remote_video(1, name="Old"),))
    configured = one(changed(videos=[{"bundle": "spring", "position": 1, "name": "(clear)"}], remote=there), OperationKind.UPDATE_POSITION)
    assert (configured.before, configured.after) == ({"name": "Old"}, {"name": None})


def test_what_an_action_takes_away_is_kept() -> None:
    """All of a slot that is emptied, and of a fixed one what is replaced; of a view that leaves things out nothing is sure."""
    row = {"bundle": "spring", "position": 1, "action": "unschedule"}
    emptied = one(changed(videos=[row], remote=remote_bundle()), OperationKind.UNSCHEDULE_VIDEO)
    assert (emptied.before["description"], emptied.status, emptied.untold) == ("Dish number 1 #streetfood", "configured", ())
    brief = remote_bundle(positions=(replace(remote_video(1), complete=False), remote_video(2)))
    assert "description" in one(changed(videos=[row], remote=brief), OperationKind.UNSCHEDULE_VIDEO).untold
    fix = {"bundle": "spring", "position": 1, "action": "fix-download", "video": "https://cdn.example.com/fixed.mp4"}
    flagged = remote_bundle(positions=(remote_video(1, download_issue=True), remote_video(2)))
    fixed = one(changed(videos=[fix], remote=flagged), OperationKind.FIX_DOWNLOAD)
    assert fixed.before == {"video": "https://cdn.example.com/spring/1.mp4", "target_publish_date": "2030-03-02T12:00:00.000Z"}
    finalize = {"bundle": "spring", "position": 1, "action": "finalize"}
    accepted = remote_bundle(positions=(replace(remote_video(1), status="accepted"), remote_video(2)))
    assert one(changed(videos=[finalize], remote=accepted), OperationKind.FINALIZE_VIDEO).place == 1


def test_a_published_bundle_is_remembered_by_its_status() -> None:
    """So that taking it back is seen to be possible."""
    out = remote_bundle(status="published", is_published=True)
    made = changed([{"bundle": "spring", "action": "unpublish", "biography": "Two markets."}], remote=out)
    assert (made[0].kind, made[0].status, made[0].place) == (OperationKind.UNPUBLISH, "published", -1)
    before: Mapping[str, object] = made[1].before
    assert (before, made[1].was_empty) == ({"biography": "One market, one dish, every day."}, False)
