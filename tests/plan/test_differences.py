"""What the sheet wants against what is there, cell by cell, where neither is plain."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bulkportal.plan.change_volume import Extent, extent
from bulkportal.plan.diff import plain
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.knowing import known_of
from bulkportal.plan.operations import Memory, Remembered
from bulkportal.plan.planner import Choices, bundles_to_read, details_wanted, plan, wants_detail
from bulkportal.portal.remote import Refusal, RemoteBundle, RemotePosition
from tests.conftest import bundle, video
from tests.plan.plans import ACCOUNT, Rows, basis, facts, of_kind, planned, remote_bundle, remote_state, remote_video, shape

EDITED = {"bundle": "spring", "bundle_id": "bnd-1", "position": 1}
WAS = {"bundle_id": "bnd-1", "bundle": "spring", "position": 1}


def test_values_go_over_the_wire_in_their_plain_form() -> None:
    """A date as its day; what has no plain form is a mistake of ours."""
    assert [plain(value) for value in (date(2030, 3, 1), ["a", "b"], True, 2, 2.5, None)] == ["2030-03-01", ["a", "b"], True, 2, 2.5, None]
    with pytest.raises(TypeError, match="object"):
        plain(object())


def test_an_edit_of_an_export_is_held_against_its_base_copy() -> None:
    """What somebody else has changed since is a conflict, with all three values; what nobody has changed is sent."""
    copied = {"_base_videos": [{**WAS, "description": "Old dish"}]}
    made = planned(videos=[{**EDITED, "description": "New dish"}], remote=[remote_bundle()], copied=copied)
    assert (shape(made), [(finding.code, finding.cell) for finding in made.findings]) == ([], [("conflict", "D2")])
    said = made.findings[0].message + made.findings[0].hint
    assert all(text in said for text in ("Old dish", "New dish", "Dish number 1 #streetfood"))
    seen = {"_base_videos": [{**WAS, "description": "Dish number 1 #streetfood"}]}
    assert shape(planned(videos=[{**EDITED, "description": "New dish"}], remote=[remote_bundle()], copied=seen)) == ["configure:spring:1"]
    unedited = planned(videos=[{**EDITED, "description": "Old dish"}], remote=[remote_bundle()], copied=copied)
    assert (shape(unedited), unedited.findings) == ([], ())
    sound = [remote_video(1, tiktok_sound_url="https://www.tiktok.com/music/2"), remote_video(2)]
    cleared = planned(
        videos=[{**EDITED, "tiktok_sound_url": "(clear)"}],
        remote=[remote_bundle(positions=tuple(sound))],
        copied={"_base_videos": [{**WAS, "tiktok_sound_url": "https://www.tiktok.com/music/1"}]},
    )
    assert [finding.code for finding in cleared.findings] == ["conflict"]


def test_what_neither_the_export_nor_the_platform_shows_is_no_conflict() -> None:
    """It cannot have been changed by anybody as far as can be known."""
    made = planned(
        videos=[{**EDITED, "tiktok_sound_url": "https://www.tiktok.com/music/1"}],
        remote=[remote_bundle()],
        copied={"_base_videos": [{**WAS, "tiktok_sound_url": ""}]},
    )
    assert shape(made) == ["configure:spring:1"]


def test_a_slot_that_had_no_name_was_not_renamed() -> None:
    """The platform calls it Video 1, which is nobody's name."""
    empty = RemotePosition(position=1, status="pending", values={"name": "Video 1"}, complete=True)
    there = remote_bundle(positions=(empty, remote_video(2)))
    made = planned(videos=[{**EDITED, "name": "Mine"}], remote=[there], copied={"_base_videos": [{**WAS, "name": ""}]})
    assert (shape(made), made.findings) == (["rename:spring:1"], ())


def test_more_slots_than_the_export_knew_are_a_conflict() -> None:
    """Somebody has bought some since: a total of five may mean three more, or one."""
    row = {"bundle": "spring", "bundle_id": "bnd-1", "videos_quantity": 5}
    was = {"bundle": "spring", "bundle_id": "bnd-1", "videos_quantity": 2}
    there = remote_bundle(videos_quantity=4)
    made = planned([row], remote=[there], copied={"_base_bundles": [was]})
    assert (shape(made), [finding.code for finding in made.findings]) == ([], ["conflict"])
    assert shape(planned([row], remote=[there], copied={"_base_bundles": [{**was, "videos_quantity": 4}]})) == ["slots:spring:5"]


def test_what_rests_on_a_row_that_turned_out_wrong_is_held() -> None:
    """The slot is not bought, since its row is not sent: its video waits, and says for which row. What rests on neither goes on."""
    published = remote_bundle(status="published", is_published=True)
    row = {"bundle": "spring", "videos_quantity": 3, "biography": "Two markets."}
    made = planned([row], [video("spring", 3), video("spring", 1, description="New")], remote=[published])
    assert [(finding.code, finding.cell) for finding in made.findings] == [("account_locked", "C2")]
    assert shape(made) == ["configure:spring:1"]
    assert [(str(hold.row), hold.reason) for hold in made.held] == [("Videos!2", "it waits for Bundles!2, which has errors")]


def test_where_a_post_can_be_seen_is_told_of_its_row() -> None:
    """Of a slot that is there; one that is still to be bought has no place yet."""
    live = replace(remote_video(1, live_url="https://www.tiktok.com/@spring/1"), status="published")
    made = planned(
        [bundle("spring", videos_quantity=3, publish=None)], [video("spring", 1), video("spring", 3)], remote=[remote_bundle(positions=(live,))]
    )
    assert {str(row): link for row, link in made.links.items()} == {"Videos!2": "https://www.tiktok.com/@spring/1"}


def test_a_plan_without_some_bundles_holds_their_rows() -> None:
    """With the reason; the positions that a purchase is made for are named by it."""
    made = planned([bundle("a", publish=None), bundle("b", publish=None)], [video("a", 1), video("b", 1)])
    left = made.without({"a"}, "not today")
    assert {operation.bundle for operation in left.operations} == {"b"}
    assert {(str(hold.row), hold.reason) for hold in left.held} == {("Bundles!2", "not today"), ("Videos!2", "not today")}
    create = made.operations[0]
    assert create.identity == "create:a" and [str(row) for row in made.bought_for(create)] == ["Videos!2"]
    assert create.kind.is_event is False and OperationKind.FIX_DOWNLOAD.is_event


def test_how_much_of_what_is_there_a_plan_would_change() -> None:
    """Only what replaces something counts, of the rows that are there; an option sets how much may be."""
    rows = [
        {"bundle": "spring", "position": 1, "description": "New"},
        {"bundle": "spring", "position": 2, "tiktok_sound_url": "https://www.tiktok.com/music/1"},
    ]
    found = extent(planned([{"bundle": "spring", "title": "Spring"}], rows, remote=[remote_bundle()]))
    assert (found, found.percent) == (Extent(changed=1, standing=2), 50.0)
    assert found.objection(None) == found.objection(50) == Extent(changed=0, standing=0).objection(0) == ""
    assert found.objection(49.5).startswith(
        "Nothing was sent: 1 of the 2 rows that are there already would change (50 %), and --max-changes allows 49.5 %."
    )
    assert found.doubts("x.xlsx") == ()
    assert [doubt.code for doubt in Extent(changed=95, standing=100).doubts("x.xlsx")] == ["nearly_all_rows_change"]


@pytest.mark.parametrize(
    ("cells", "was", "codes"),
    [
        ({"title": "Better"}, {"title": "Old"}, ["conflict"]),
        ({"biography": "Two markets."}, {"biography": "Old"}, ["conflict"]),
        ({"niche_warming": "yes"}, {"niche_warming": "no"}, ["bundle_fixed"]),
        ({"country": "FR"}, {"country": "US"}, ["bundle_fixed"]),
        ({"country": "USA"}, {"country": "US"}, []),
    ],
)
def test_an_edited_bundle_is_held_against_its_base_copy_too(cells: dict[str, object], was: dict[str, object], codes: list[str]) -> None:
    """And what cannot change after the creation is told, also where the platform does not tell what was ordered."""
    key = {"bundle": "spring", "bundle_id": "bnd-1"}
    made = planned([{**key, **cells}], remote=[remote_bundle()], copied={"_base_bundles": [{**key, **was}]})
    assert (shape(made), [finding.code for finding in made.findings]) == ([], codes)


def test_settings_are_cleared_and_set_one_by_one() -> None:
    """A title that is there, the name by its id, and a switch of which the platform tells how it stands."""
    key = {"bundle": "spring", "bundle_id": "bnd-1"}
    cleared = planned([{**key, "title": "(clear)"}], remote=[remote_bundle()])
    assert dict(of_kind(cleared, OperationKind.UPDATE_BUNDLE).body) == {"title": None}
    assert shape(planned([{**key, "title": "(clear)"}], remote=[remote_bundle(title=None)])) == []
    nameless = planned([{"bundle": "(clear)", "bundle_id": "bnd-1"}], remote=[remote_bundle()])
    assert dict(of_kind(nameless, OperationKind.UPDATE_BUNDLE).body) == {"external_ref": None}
    switch = [{**key, "auto_finalize_videos": "yes"}]
    assert dict(of_kind(planned(switch, remote=[remote_bundle(auto_finalize_videos=False)]), OperationKind.UPDATE_BUNDLE).body) == {
        "auto_finalize_videos": True
    }
    assert shape(planned(switch, remote=[remote_bundle(auto_finalize_videos=None)])) == []
    assert shape(planned(switch, remote=[remote_bundle(auto_finalize_videos=True)])) == []


def test_an_exported_name_that_was_not_edited_asks_for_nothing() -> None:
    """Whatever the bundle is called by now; an edited one does."""
    renamed = remote_bundle(external_ref="summer")
    copied: dict[str, Rows] = {"_base_bundles": [{"bundle": "spring", "bundle_id": "bnd-1"}]}
    assert shape(planned([{"bundle": "spring", "bundle_id": "bnd-1"}], remote=[renamed], copied=copied)) == []
    made = planned([{"bundle": "autumn", "bundle_id": "bnd-1"}], remote=[remote_bundle()], copied=copied)
    assert dict(of_kind(made, OperationKind.UPDATE_BUNDLE).body) == {"external_ref": "autumn"}


def test_what_the_list_does_not_show_is_compared_with_what_was_sent() -> None:
    """So that the same sheet is not sent for ever."""
    brief = RemotePosition(position=1, status="configured", values={"video_type": "video", "name": "Video 1"}, complete=False)
    there = remote_bundle(positions=(brief, remote_video(2)))
    row = {"bundle": "spring", "position": 1, "description": "New"}
    sent = Memory(places={("bnd-1", 1): Remembered(media="", sent={"description": "New"})})
    assert shape(planned(videos=[row], remote=[there], memory=sent)) == []
    assert shape(planned(videos=[row], remote=[there])) == ["configure:spring:1"]


def test_media_differ_where_it_is_known_that_they_do() -> None:
    """Nothing there, other links of one host, or an edited cell; the platform's own address is what is there."""
    empty = remote_bundle(positions=(remote_video(1, video_url=None), remote_video(2)))
    row = {"bundle": "spring", "position": 1, "video": "https://cdn.example.com/other.mp4"}
    assert shape(planned(videos=[row], remote=[empty])) == ["configure:spring:1"]
    assert shape(planned(videos=[row], remote=[remote_bundle()])) == ["configure:spring:1"], "both are links to one host"
    kept = remote_bundle(positions=(remote_video(1, video_url="https://store.example.com/x.mp4"), remote_video(2)))
    assert shape(planned(videos=[row], remote=[kept])) == []
    assert shape(planned(videos=[{**row, "bundle_id": "bnd-1"}], remote=[kept])) == ["configure:spring:1"]
    assert shape(planned(videos=[{**row, "video": "https://store.example.com/x.mp4", "bundle_id": "bnd-1"}], remote=[kept])) == []


def test_an_upload_is_used_again_where_the_platform_allows_that() -> None:
    """That of the bundle itself always, that of another only if it was said; and one that a picture takes has another place."""
    files = {"one.mp4": facts("one.mp4", "aa")}
    elsewhere = Memory(uploads={("bnd-9", "aa", "video"): {"public_url": "https://store.example.com/aa.mp4", "storage_path": "aa"}})
    row = [video("spring", 1, video="one.mp4")]
    empty = remote_bundle(positions=(RemotePosition(position=1, status="pending", values={}, complete=True), remote_video(2)))
    assert shape(planned(videos=row, remote=[empty], memory=elsewhere, files=files)) == ["upload:spring:video:aa", "configure:spring:1"]
    again = planned(videos=row, remote=[empty], memory=elsewhere, files=files, choices=Choices(reuse_uploads=True))
    assert shape(again) == ["configure:spring:1"]
    assert [(one.bundle_id, one.size, one.public_url) for one in again.reused] == [("bnd-9", 1000, "https://store.example.com/aa.mp4")]
    face = replace(facts("face.jpg", "cc"), kind="image", mime="image/jpeg")
    bare = remote_bundle(account={name: text for name, text in ACCOUNT.items() if name != "profile_picture_url"})
    made = planned([{"bundle": "spring", "profile_picture": "face.jpg"}], remote=[bare], files={"face.jpg": face})
    assert shape(made) == ["upload:spring:profile_picture:cc", "account:spring"]
    assert str(made.operations[1].body["profile_picture_url"].field) == "storage_path"  # type: ignore[union-attr]


def test_a_file_in_two_places_of_one_row_is_one_upload_for_it() -> None:
    """A carousel may show an image twice; its row is named once."""
    image = replace(facts("1.jpg", "aa"), kind="image", mime="image/jpeg")
    row = video("spring", 1, video_type="carousel", carousel_images="1.jpg;2.jpg") | {"video": None}
    row |= {"tiktok_sound_url": "https://www.tiktok.com/music/1"}
    made = planned([bundle("spring")], [row], files={"1.jpg": image, "2.jpg": image})
    upload = next(operation for operation in made.operations if operation.kind is OperationKind.UPLOAD_MEDIA)
    assert [str(address) for address in upload.rows] == ["Videos!2"] and len(made.reused) == 1


# -- what must be read before


def of_rows(bundles: Rows = (), videos: Rows = (), *remote: RemoteBundle, memory: Memory | None = None) -> tuple[list[str], list[bool]]:
    """The bundles to read, and for each slot of these whether it must be read in full."""
    stand = basis(bundles, videos, remote=remote_state(*remote), memory=memory)
    rows = details_wanted(stand.checked, stand.files)
    wanted = [wants_detail(rows, stand.memory, one, slot) for one in remote for slot in one.positions]
    return bundles_to_read(stand.checked, stand.memory), wanted


def test_a_slot_is_read_in_full_where_the_list_s_view_is_not_enough() -> None:
    """A field is missing there, something will change, an action takes it away; not where no row is about it."""
    brief = replace(remote_video(1), complete=False)
    bare = replace(brief, values={"video_type": "video", "name": "Video 1"})
    same = {"bundle": "spring", "position": 1, "description": "Dish number 1 #streetfood"}
    assert of_rows((), [same], remote_bundle(positions=(brief, remote_video(2)))) == ([], [False, False])
    assert of_rows((), [same], remote_bundle(positions=(bare,)))[1] == [True]
    assert of_rows((), [same | {"description": "New"}], remote_bundle(positions=(brief,)))[1] == [True]
    action = {"bundle": "spring", "bundle_id": "bnd-1", "position": 1, "action": "unschedule"}
    assert of_rows((), [action], remote_bundle(positions=(brief,))) == (["bnd-1"], [True])
    assert of_rows((), [action | {"action": "finalize"}], remote_bundle(positions=(brief,)))[1] == [False]


def test_a_slot_whose_media_cell_names_what_is_there_is_not_read_in_full() -> None:
    """The check that comes before does not know the platform yet: an export's own addresses are no change."""
    stand = basis(
        videos=[{"bundle": "spring", "bundle_id": "bnd-1", "position": 1, "video": "https://cdn.example.com/spring/1.mp4"}], remote=remote_state()
    )
    rows, there = details_wanted(stand.checked, stand.files), remote_bundle()
    brief = replace(remote_video(1), complete=False)
    assert not wants_detail(rows, stand.memory, there, brief)
    assert wants_detail(rows, stand.memory, there, replace(brief, values={**brief.values, "video_url": "https://cdn.example.com/spring/0.mp4"}))


def test_an_empty_slot_is_read_in_full_for_what_it_is_called() -> None:
    """It goes along with what fills it."""
    row = video("spring", 1)
    told = RemotePosition(position=1, status="pending", values={"name": "Video 1", "external_ref": None})
    untold = replace(told, values={"name": "Video 1"})
    assert [of_rows((), [row], remote_bundle(positions=(slot,)))[1] for slot in (told, untold)] == [[False], [True]]
    silent = {"bundle": "spring", "position": 1}
    assert of_rows((), [silent], remote_bundle(positions=(untold,)))[1] == [False]


def test_bundles_that_were_bought_under_a_name_like_this_one_are_read() -> None:
    """What became of them must be known before another is bought."""
    memory = Memory(bought={"sprlng": "bnd-7", "spring": "bnd-1", "winter": "bnd-8"})
    named = of_rows([bundle("spring"), {**bundle("sprIng2"), "bundle_id": "bnd-5"}], memory=memory)[0]
    assert named[0] == "bnd-5" and "bnd-8" not in named and "bnd-1" not in named


# -- what rules ask of the platform


def test_what_the_rules_are_told_of_the_platform() -> None:
    """A slot has what it shows, and of a brief view perhaps anything; a day that cannot be read is none."""
    brief = RemotePosition(position=2, status="configured", values={"target_publish_date": "soon"})
    dateless = replace(remote_video(3), values={**remote_video(3).values, "target_publish_date": None})
    there = remote_bundle(positions=(remote_video(1), brief, dateless, RemotePosition(position=4, status="pending", values={"name": "Video 4"})))
    refused = {
        "bnd-9": Refusal(code="forbidden", message="Not yours.", request_id="req-1"),
        "bnd-8": Refusal(code="gone", message="Gone", request_id=""),
    }
    known = known_of(replace(remote_state(there), refused=refused), Memory(bought={"spring": "bnd-1", "old": "bnd-0"}))
    (one,) = known.bundles
    assert (one.slots[1].publish_date, one.slots[2].publish_date, one.slots[3].publish_date) == (date(2030, 3, 2), None, None)
    assert "tiktok_sound_url" in one.slots[2].has and "tiktok_sound_url" not in one.slots[1].has
    assert set(one.empty) == {4} and dict(known.bought) == {"spring": "bnd-1"}
    assert dict(known.refused) == {"bnd-9": " (forbidden: Not yours, request req-1)", "bnd-8": " (gone: Gone)"}


def test_a_row_of_no_bundle_plans_nothing() -> None:
    """It is an error of the check and belongs to nobody; nor does a video that has no position."""
    stand = basis(
        [bundle("spring", publish=None), bundle("") | {"bundle": ""}],
        [video("", 1) | {"bundle": ""}, video("spring", 1) | {"position": ""}],
        remote=remote_state(),
    )
    made = plan(stand)
    assert [operation.bundle for operation in made.operations] == ["spring", "spring"]
    assert {operation.kind for operation in made.operations} == {OperationKind.CREATE_BUNDLE, OperationKind.CONFIGURE_ACCOUNT}
