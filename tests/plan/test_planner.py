"""From checked rows and the remote state to a plan: order, batches, prices, and what is held."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bulkportal.plan.approval import in_words, lines_of
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Memory, Ref, Remembered
from bulkportal.plan.planner import Choices, in_order
from bulkportal.portal.remote import RemotePosition
from tests.conftest import bundle, video
from tests.plan.plans import ACCOUNT, facts, of_kind, planned, remote_bundle, remote_video, shape


def test_a_new_bundle_is_created_configured_and_published_in_that_order() -> None:
    """With needs that say so, and names that do not change with the content."""
    made = planned([bundle("spring")], [video("spring", 2), video("spring", 1)])
    assert shape(made) == ["create:spring", "account:spring", "configure:spring:1,2", "publish:spring"]
    create, account, configure, publish = made.operations
    assert account.needs == configure.needs == ("create:spring",)
    assert set(publish.needs) == {"create:spring", "account:spring", "configure:spring:1,2"}
    assert account.bundle_id == Ref(identity="create:spring", field="id")
    assert create.body["external_ref"] == "spring"
    edited = planned([bundle("spring", title="Another", biography="Other")], [video("spring", 1, description="x"), video("spring", 2)])
    assert shape(edited) == shape(made)


def test_ten_positions_are_one_batch_and_eleven_are_two() -> None:
    """Of at most ten by default; the last one alone."""
    for quantity, expected in ((10, [10]), (11, [10, 1]), (21, [10, 10, 1])):
        made = planned([bundle("a", videos_quantity=quantity)], [video("a", n) for n in range(1, quantity + 1)])
        batches = [operation for operation in made.operations if operation.kind is OperationKind.CONFIGURE_POSITIONS]
        assert [len(batch.slots) for batch in batches] == expected
    small = planned([bundle("a", videos_quantity=3)], [video("a", n) for n in (1, 2, 3)], choices=Choices(batch=2))
    assert [o.identity for o in small.operations if o.kind is OperationKind.CONFIGURE_POSITIONS] == ["configure:a:1,2", "configure:a:3"]


def test_the_price_is_the_sum_of_what_is_paid() -> None:
    """An account, two videos, one edit and niche warming."""
    made = planned([bundle("a", edits_quantity=1, niche_warming="yes", niche_warming_instructions="Food", publish=None)])
    assert of_kind(made, OperationKind.CREATE_BUNDLE).price == made.price == 5 + 20 + 5 + 5
    assert [operation.identity for operation in made.paid] == ["create:a"]


def test_an_unknown_price_is_unknown_and_never_nought() -> None:
    """One item without a price makes the operation and the plan unknown; others stay known."""
    rows = [bundle("a", moderation="yes", publish=None), bundle("b", publish=None)]
    made = planned(rows)
    assert [operation.price for operation in made.paid] == [None, 25]
    assert made.price is None
    nothing_known = planned([bundle("a", publish=None)], prices={})
    assert nothing_known.price is None
    assert planned([bundle("a", publish=None)], prices={"account_creation": 5, "video_slot": None}).price is None
    assert planned([bundle("a", bundle_type="account_only", videos_quantity=None)], prices={"account_creation": 5}).price == 5


def test_what_is_there_already_is_not_planned() -> None:
    """The same content, a date as a timestamp, lines of another system: nothing to do, every row unchanged."""
    made = planned([bundle("spring", publish=None)], [video("spring", 1), video("spring", 2)], remote=[remote_bundle()])
    assert (shape(made), len(made.unchanged), made.held, made.findings) == ([], 3, (), ())


def test_a_changed_caption_is_sent_with_everything_else_of_its_slot() -> None:
    """A PUT clears what is left out: the sheet over the remote, dates as days, media as they are there."""
    stored = remote_video(1, tiktok_sound_url="https://www.tiktok.com/music/1", external_ref="r-1", video_url="https://store.example.com/copy.mp4")
    row = {"bundle": "spring", "position": 1, "description": "Another dish"}
    made = planned(videos=[row], remote=[remote_bundle(positions=(stored, remote_video(2)))])
    (slot,) = of_kind(made, OperationKind.CONFIGURE_POSITIONS).slots
    assert slot.changes == ("description",)
    assert dict(slot.body) == {
        "position": 1,
        "video_type": "video",
        "name": "Video 1",
        "video_url": "https://store.example.com/copy.mp4",
        "description": "Another dish",
        "target_publish_date": "2030-03-02",
        "tiktok_sound_url": "https://www.tiktok.com/music/1",
        "external_ref": "r-1",
    }


def test_what_no_column_says_is_sent_again_with_the_rest() -> None:
    """A PUT without the disclosures, volumes or titles that somebody set elsewhere would clear them (API reference 2.14, 3.3)."""
    video_only = {"volume_original_sound": 30, "volume_added_sound": 0, "ai_content_disclaimer": True, "disclose_as_ads": True}
    carousel_only = {"video_type": "carousel", "video_url": None, "carousel_images": ["images/1.jpg"], "carousel_title": "Three dishes"}
    sound = {"tiktok_sound_url": "https://www.tiktok.com/music/1"}
    there = remote_bundle(
        positions=(remote_video(1, **video_only), remote_video(2, **carousel_only, **sound)),
        account=ACCOUNT | {"niche_warming_instructions": "food"},
    )
    rows = [{"bundle": "spring", "position": number, "description": "Another dish"} for number in (1, 2)]
    made = planned([{"bundle": "spring", "biography": "Two markets."}], rows, remote=[there])
    first, second = (slot.body for slot in of_kind(made, OperationKind.CONFIGURE_POSITIONS).slots)
    assert {name: first.get(name) for name in video_only} == video_only
    assert (second["carousel_title"], second["carousel_images"]) == ("Three dishes", ["images/1.jpg"])
    assert of_kind(made, OperationKind.CONFIGURE_ACCOUNT).body["niche_warming_instructions"] == "food"
    became = {"bundle": "spring", "position": 2, "video_type": "video", "video": "https://x.example.com/2.mp4"}
    (slot,) = of_kind(planned(videos=[became], remote=[there]), OperationKind.CONFIGURE_POSITIONS).slots
    assert not {"carousel_title", "carousel_images"}.intersection(slot.body)


def test_a_name_that_is_the_platforms_own_is_cleared_already() -> None:
    """The platform calls a slot without a name Video 1: clearing it again would be sent for ever."""
    row = {"bundle": "spring", "position": 1, "name": "(clear)"}
    assert shape(planned(videos=[row], remote=[remote_bundle()])) == []
    named = remote_bundle(positions=(remote_video(1, name="Noodles"),))
    assert of_kind(planned(videos=[row], remote=[named]), OperationKind.UPDATE_POSITION).body == {"name": None}


def test_clear_takes_a_value_away_and_blank_leaves_it() -> None:
    """The body of a slot whose sound is to go and whose reference is not spoken of."""
    stored = remote_video(1, external_ref="r-1", tiktok_sound_url="https://www.tiktok.com/music/1")
    row = {"bundle": "spring", "position": 1, "tiktok_sound_url": "(clear)", "external_ref": ""}
    made = planned(videos=[row], remote=[remote_bundle(positions=(stored,))])
    (slot,) = of_kind(made, OperationKind.CONFIGURE_POSITIONS).slots
    assert "tiktok_sound_url" not in slot.body and slot.body["external_ref"] == "r-1"
    assert shape(planned(videos=[row], remote=[remote_bundle(positions=(remote_video(1),))])) == []


def test_another_day_is_a_change_and_the_same_day_is_none() -> None:
    """Timestamps are compared by their day."""
    row = video("spring", 1, target_publish_date="2030-03-03")
    made = planned(videos=[row], remote=[remote_bundle()])
    assert of_kind(made, OperationKind.CONFIGURE_POSITIONS).slots[0].body["target_publish_date"] == "2030-03-03"


def test_an_account_is_sent_whole() -> None:
    """One changed field, and the three others from the platform."""
    row = {"bundle": "spring", "bundle_type": "account_and_videos", "biography": "Two markets."}
    made = planned([row], remote=[remote_bundle()])
    assert dict(of_kind(made, OperationKind.CONFIGURE_ACCOUNT).body) == ACCOUNT | {"biography": "Two markets."}


def test_an_account_of_a_published_bundle_cannot_be_changed() -> None:
    """It is a finding at its cell, not a request that will be refused."""
    row = {"bundle": "spring", "bundle_type": "account_and_videos", "biography": "Two markets."}
    made = planned([row], remote=[remote_bundle(status="published", is_published=True)])
    assert shape(made) == []
    assert [(finding.code, finding.cell) for finding in made.findings] == [("account_locked", "C2")]


def test_a_slot_that_is_published_cannot_be_changed() -> None:
    """Likewise; what is as it was is no trouble."""
    gone = RemotePosition(position=1, status="published", values=remote_video(1).values, complete=True)
    made = planned(videos=[video("spring", 1, description="Another")], remote=[remote_bundle(positions=(gone,))])
    assert [(finding.code, finding.cell) for finding in made.findings] == [("slot_locked", "F2")]
    assert shape(planned(videos=[video("spring", 1)], remote=[remote_bundle(positions=(gone,))])) == []


@pytest.mark.parametrize("status", ["cancelled", "archived", "completed"])
def test_a_video_of_a_bundle_that_is_over_cannot_be_changed(status: str) -> None:
    """Nothing is sent that can only be refused, and before which an account's Coverage might be renewed; names are taken in every status."""
    over = remote_bundle(status=status, positions=(remote_video(1), RemotePosition(position=2, status="pending", values={}, complete=True)))
    made = planned(videos=[video("spring", 1, description="Another"), video("spring", 2)], remote=[over])
    assert shape(made) == []
    assert [(finding.code, finding.row) for finding in made.findings] == [("slot_locked", 2), ("slot_locked", 3)]
    assert f"spring is {status}" in made.findings[0].message
    assert shape(planned(videos=[video("spring", 1)], remote=[over])) == []
    assert len(shape(planned(videos=[video("spring", 1) | {"name": "Other"}], remote=[over]))) == 1


def test_more_slots_are_phrased_as_a_total() -> None:
    """From two to five: three are bought, under a name that says five; the positions wait for it."""
    rows = [bundle("spring", videos_quantity=5, publish=None)], [video("spring", 5)]
    made = planned(*rows, remote=[remote_bundle()])
    slots, configure = made.operations
    assert (slots.identity, slots.body, slots.total, slots.before, slots.price) == ("slots:spring:5", {"quantity": 3}, 5, 2, 30)
    assert configure.needs == ("slots:spring:5",)


def test_what_is_there_does_not_wait_for_what_is_bought() -> None:
    """Edits follow the video slots; a new position waits for its slot, an edited one for its edit, and all else for neither."""
    rows = [video("spring", 1, description="New"), video("spring", 2, editing_instructions="Cut it"), video("spring", 4)]
    made = planned([bundle("spring", title="Better", videos_quantity=4, edits_quantity=1, publish=None)], rows, remote=[remote_bundle()])
    assert {operation.identity: operation.needs for operation in made.operations} == {
        "slots:spring:4": (),
        "edits:spring:1": ("slots:spring:4",),
        "settings:spring": (),
        "configure:spring:1": (),
        "configure:spring:2": ("edits:spring:1",),
        "configure:spring:4": ("slots:spring:4",),
    }


@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_no_slots_are_bought_for_a_bundle_that_is_over(status: str) -> None:
    """The platform refuses them, or takes the credits for nothing (seed 002): told at the cell, and what needs them is held."""
    row = {"bundle": "spring", "videos_quantity": 3, "edits_quantity": 1}
    made = planned([row], [video("spring", 3)], remote=[remote_bundle(status=status, is_published=True)])
    assert shape(made) == []
    assert [(finding.code, finding.cell) for finding in made.findings] == [("slots_bundle_over", "B2"), ("slots_bundle_over", "C2")]
    assert [hold.row.sheet for hold in made.held] == ["Videos"]


def test_a_new_name_is_shown_and_is_not_another_bundles() -> None:
    """By its id a bundle is renamed, from what to what; a name that another bundle has is told at its cell, and nothing of the row is sent."""
    rows = [{"bundle": "autumn", "bundle_id": "bnd-1", "videos_quantity": 4}]
    made = planned(rows, remote=[remote_bundle()])
    assert of_kind(made, OperationKind.UPDATE_BUNDLE).body == {"external_ref": "autumn"}
    assert [in_words(line) for line in lines_of(made)][1] == "update bundle (bundle: spring → autumn)"
    taken = planned(rows, remote=[remote_bundle(), remote_bundle(id="bnd-2", external_ref="autumn")])
    assert (shape(taken), [(finding.code, finding.cell) for finding in taken.findings]) == ([], [("bundle_name_taken", "A2")])


def test_a_bundle_found_by_its_name_is_never_created_again() -> None:
    """Whatever else the row says; what cannot change is a finding."""
    made = planned([bundle("spring", country="FR", platform="instagram", publish=None)], remote=[remote_bundle()])
    assert not made.paid
    assert sorted(finding.code for finding in made.findings) == ["bundle_fixed", "bundle_fixed"]


def test_two_bundles_under_one_name_are_left_to_a_person() -> None:
    """Which one is meant would be a guess: nothing is planned for it."""
    twins = [remote_bundle(), remote_bundle(id="bnd-2")]
    made = planned([bundle("spring"), bundle("autumn")], [video("spring", 1), video("autumn", 1)], remote=twins)
    assert [finding.code for finding in made.findings] == ["reference_twice"]
    assert {operation.bundle for operation in made.operations} == {"autumn"}


def test_publishing_waits_for_rows_with_errors() -> None:
    """Its Bundles row is held and says which rows it waits for; the others go on."""
    rows = [bundle("spring")], [video("spring", 1), video("spring", 2, target_publish_date="soon")]
    made = planned(*rows)
    assert shape(made) == ["create:spring", "account:spring", "configure:spring:1"]
    (hold,) = made.held
    assert str(hold.row) == "Bundles!2" and "Videos!3" in hold.reason
    partial = planned(*rows, choices=Choices(publish_partial=True))
    assert shape(partial)[-1] == "publish:spring"


def test_a_bundle_whose_own_row_has_an_error_is_not_touched() -> None:
    """Its videos are held, and say why."""
    made = planned([bundle("spring", country=None)], [video("spring", 1), video("spring", 2)])
    assert shape(made) == []
    assert [str(hold.row) for hold in made.held] == ["Videos!2", "Videos!3"]


def test_a_published_bundle_is_not_published_again() -> None:
    """In whatever state after setup."""
    for status in ("published", "accepted", "completed", "cancelled"):
        remote = remote_bundle(status=status, is_published=status != "cancelled")
        assert shape(planned([bundle("spring")], [video("spring", 1), video("spring", 2)], remote=[remote])) == []


def test_a_file_used_twice_in_a_bundle_is_uploaded_once() -> None:
    """And once more in another bundle; what it is called does not matter, what it holds does."""
    files = {name: facts(name, sha256) for name, sha256 in (("one.mp4", "aa"), ("same.mp4", "aa"), ("two.mp4", "bb"))}
    rows = [bundle("a", videos_quantity=3), bundle("b", videos_quantity=1)]
    videos = [video("a", 1, video="one.mp4"), video("a", 2, video="same.mp4"), video("a", 3, video="two.mp4"), video("b", 1, video="one.mp4")]
    made = planned(rows, videos, files=files)
    uploads = [operation for operation in made.operations if operation.kind is OperationKind.UPLOAD_MEDIA]
    assert [operation.identity for operation in uploads] == ["upload:a:video:aa", "upload:a:video:bb", "upload:b:video:aa"]
    assert [len(operation.rows) for operation in uploads] == [2, 1, 1]
    batch = next(operation for operation in made.operations if operation.identity == "configure:a:1,2,3")
    assert [slot.body["video_url"] for slot in batch.slots[:2]] == [Ref(identity="upload:a:video:aa", field="public_url")] * 2


def test_a_file_is_compared_by_what_it_holds() -> None:
    """The platform keeps a copy under an address of its own: only the memory tells whether the file is another."""
    stored = remote_bundle(positions=(remote_video(1, video_url="https://store.example.com/copy.mp4"),))
    row = video("spring", 1, video="one.mp4")
    same = Memory(places={("bnd-1", 1): Remembered(media="sha256:aa", sent={})})
    other = Memory(places={("bnd-1", 1): Remembered(media="sha256:bb", sent={})})
    known = Memory(places=other.places, uploads={("bnd-1", "aa", "video"): {"public_url": "https://store.example.com/aa.mp4", "storage_path": ""}})
    files = {"one.mp4": facts("one.mp4", "aa")}
    assert shape(planned(videos=[row], remote=[stored], memory=same, files=files)) == []
    assert shape(planned(videos=[row], remote=[stored], files=files)) == [], "nothing remembered: it is taken to be the same"
    assert shape(planned(videos=[row], remote=[stored], memory=other, files=files)) == ["upload:spring:video:aa", "configure:spring:1"]
    again = planned(videos=[row], remote=[stored], memory=known, files=files)
    assert shape(again) == ["configure:spring:1"]
    assert again.operations[0].slots[0].body["video_url"] == "https://store.example.com/aa.mp4"


def test_a_carousel_in_another_order_is_another_carousel() -> None:
    """The fingerprint of several images keeps their order."""
    images = ["https://cdn.example.com/1.jpg", "https://cdn.example.com/2.jpg"]
    stored = remote_video(1, video_type="carousel", carousel_images=images, tiktok_sound_url="https://www.tiktok.com/music/1")
    row = {"bundle": "spring", "position": 1, "video_type": "carousel", "carousel_images": ";".join(reversed(images))}
    made = planned(videos=[row], remote=[remote_bundle(positions=(stored,))])
    (slot,) = of_kind(made, OperationKind.CONFIGURE_POSITIONS).slots
    assert slot.body["carousel_images"] == images[::-1]
    assert "video_url" not in slot.body
    same = row | {"carousel_images": ";".join(images)}
    assert shape(planned(videos=[same], remote=[remote_bundle(positions=(stored,))])) == []


def test_a_video_that_becomes_a_carousel_drops_its_video() -> None:
    """The body holds the media of its type alone."""
    row = {"bundle": "spring", "position": 1, "video_type": "carousel", "carousel_images": "https://x.example.com/1.jpg;https://x.example.com/2.jpg"}
    row |= {"tiktok_sound_url": "https://www.tiktok.com/music/1"}
    made = planned(videos=[row], remote=[remote_bundle()])
    body = of_kind(made, OperationKind.CONFIGURE_POSITIONS).slots[0].body
    assert "video_url" not in body and len(body["carousel_images"]) == 2  # type: ignore[arg-type]


def test_settings_that_differ_are_patched_alone() -> None:
    """The title; and nothing where the platform does not tell its title and nobody remembers one."""
    made = planned([bundle("spring", title="Better", publish=None)], remote=[remote_bundle()])
    assert dict(of_kind(made, OperationKind.UPDATE_BUNDLE).body) == {"title": "Better"}
    silent = remote_bundle(title=None, title_known=False)
    assert shape(planned([bundle("spring", title="Better", publish=None)], remote=[silent])) == []
    remembered = Memory(places={("bnd-1", -1): Remembered(media="", sent={"title": "Spring"})})
    assert shape(planned([bundle("spring", title="Better", publish=None)], remote=[silent], memory=remembered)) == ["settings:spring"]


def test_the_order_keeps_the_operations_of_a_bundle_together() -> None:
    """Bundles in the order of the sheet, each with its own operations in order."""
    made = planned([bundle("b"), bundle("a")], [video("a", 1), video("b", 1)])
    assert [name for name, _ in in_order(made.operations)] == ["b", "a"]
    for _, own in in_order(made.operations):
        done: set[str] = set()
        for operation in own:
            assert set(operation.needs) <= done
            done.add(operation.identity)


def test_videos_alone_configure_a_bundle_that_exists() -> None:
    """A sheet of Videos only, by id; a bundle nobody knows is an error and plans nothing."""
    rows = [{"bundle_id": "bnd-1"} | {name: value for name, value in video("x", 1, description="New").items() if name != "bundle"}]
    made = planned(videos=rows, remote=[remote_bundle()])
    assert [operation.kind for operation in made.operations] == [OperationKind.CONFIGURE_POSITIONS]
    assert made.operations[0].bundle_id == "bnd-1"
    assert shape(planned(videos=[video("nowhere", 1)], remote=[remote_bundle()])) == []


@pytest.mark.parametrize(
    ("row", "status", "begun"),
    [
        ({"action": "publish"}, "published", "publish-action:spring"),
        ({"action": "unpublish"}, "pending_setup", "unpublish:#bnd-1"),
        ({"action": "publish-videos"}, "accepted", "publish-videos:#bnd-1:1,2"),
    ],
)
def test_an_event_that_a_killed_run_began_is_seen_to_have_happened(row: dict[str, str], status: str, begun: str) -> None:
    """It is kept as done from then on, under the bundle's id where there is one; what another bundle began is none of this one's."""
    there = remote_bundle(
        status=status, is_published=status != "pending_setup", positions=tuple(replace(remote_video(n), status="published") for n in (1, 2))
    )
    name = str(there.external_ref)
    begun = begun.replace("spring", name)
    memory = Memory(begun=frozenset({begun, "publish-videos:another:1"}))
    made = planned([{"bundle": name, **row}], remote=[there], memory=memory)
    assert (made.operations, made.happened) == ((), (begun,))
