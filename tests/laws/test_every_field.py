"""Every field on every platform and for every type: sent once where it belongs, and told and not sent where it does not (laws 1 and 5).

A field that is added to the columns is tried here without anybody's naming it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from bulkportal.columns.bundles import BUNDLE_TYPES, BUNDLES, PLATFORMS
from bulkportal.columns.field import Field, Kind, Role
from bulkportal.columns.positions import POSITIONS, VIDEO_TYPES
from tests.conftest import Desk, OpenDesk, bundle, video

OF_A_SLOT = (Role.CONTENT, Role.LABEL)
FIRST_ROW = 2
"""Of a sheet, below its headers."""

_NEEDED = {
    "instagram": {"instagram_content_type": "post"},
    "tiktok": {"tiktok_sound_url": "https://www.tiktok.com/music/original-sound-7004"},
    "youtube": {"youtube_title": "The market at dawn"},
}
_IMAGES = "https://cdn.example.com/slides/1.jpg; https://cdn.example.com/slides/2.jpg"
_SPECIAL: dict[str, object] = {
    "bundle_type": "account_and_videos",
    "username": "another.name",
    "niche_warming_instructions": "Street food",
    "instagram_content_type": "reel",
    "tiktok_sound_url": "https://www.tiktok.com/music/another-sound-7005",
    "account_id": "acc-1",
    "country": "FR",
}


def value_of(field: Field) -> object:
    """A value for a field that the base row does not have."""
    if field.name in _SPECIAL:
        return _SPECIAL[field.name]
    by_kind: dict[Kind, object] = {
        Kind.TEXT: "Other words",
        Kind.INTEGER: 1,
        Kind.BOOLEAN: "yes",
        Kind.DATE: "2030-05-05",
        Kind.CHOICE: field.choices[-1] if field.choices else "",
        Kind.LIST: "one; two",
        Kind.URL: "https://www.example.com/other",
        Kind.MEDIA: "https://cdn.example.com/other/1.mp4",
        Kind.MEDIA_LIST: "https://cdn.example.com/other/1.jpg; https://cdn.example.com/other/2.jpg",
    }
    return by_kind[field.kind]


def clip(platform: str, kind: str, **over: object) -> dict[str, object]:
    """A right row of that type for that platform."""
    row = video("one", 1) | _NEEDED[platform]
    if kind == "carousel":
        row |= {"video_type": "carousel", "video": None, "carousel_images": _IMAGES}
    return row | over


def told(desk: Desk, folder: object) -> set[tuple[int, str]]:
    """The rows and columns at which the check says something."""
    return {(finding["row"], finding["column"]) for finding in desk.run("check", folder).document["findings"]}


def sends_none(desk: Desk, sheet: Callable[[Mapping[str, object]], object], values: Mapping[str, object]) -> None:
    """Nothing of these values is sent: imported together, and each by itself that is a mistake, which keeps back what stands beside it."""
    before, together = desk.writes, dict(values)
    while (ended := desk.import_(sheet(together))).code:
        wrong = together.keys() & {finding["column"] for finding in ended.document["findings"] if finding["severity"] == "error"}
        assert wrong, ended.document["findings"]
        for name in wrong:
            desk.import_(sheet({name: together.pop(name)}))
    assert desk.writes == before, f"one of {', '.join(values)} was sent where it does not belong"


def comes_to_rest(desk: Desk, folder: object) -> None:
    """Imported again it sends nothing, and an export of what is there plans nothing."""
    before = desk.writes
    again = desk.import_(folder)
    assert again.code == 0, again.err
    assert desk.writes == before, "imported a second time, it sent something"
    back = desk.folder / "back.xlsx"
    assert desk.run("export", "-o", back, "--force").code == 0
    planned = desk.run("plan", back, BULKPORTAL_HOME=str(desk.folder / "another"))
    assert planned.code == 0 and not planned.document["operations"], [planned.document["operations"], planned.document["findings"]]


def slot(desk: Desk) -> dict[str, object]:
    """What the platform has in the first slot."""
    (one,) = desk.bundles.values()
    held = one.slots[0]
    shown = {"name": held.name, "external_ref": held.external_ref, "video_type": held.video_type, "target_publish_date": held.target}
    return shown | held.content


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("kind", VIDEO_TYPES)
def test_every_field_of_a_video_is_sent_once_where_it_belongs_and_told_where_it_does_not(open_desk: OpenDesk, platform: str, kind: str) -> None:
    """All that belong together in one row, and each that does not in a row of its own."""
    if (platform, kind) == ("youtube", "carousel"):
        return  # there are none
    own = [field for field in POSITIONS.fields if field.role in OF_A_SLOT and field.belongs(platform, kind)]
    foreign = [field for field in POSITIONS.fields if field.role in OF_A_SLOT and not field.belongs(platform, kind)]
    desk = open_desk()
    row = clip(platform, kind)
    new = bundle("one", platform=platform, videos_quantity=1, edits_quantity=1, publish=None)
    assert desk.import_(desk.sheets("all", bundles=[new], videos=[row])).code == 0
    for field in own:
        if field.name == "video_type":
            continue
        row |= {field.name: value_of(field)}
    folder = desk.sheets("all", bundles=[new], videos=[row])
    assert desk.import_(folder).code == 0
    there = slot(desk)
    for field in own:
        assert there.get(field.wire) not in (None, "", []), f"{field.name} did not arrive"
    comes_to_rest(desk, folder)
    beside = [row | {"position": number, field.name: value_of(field)} for number, field in enumerate(foreign, start=1)]
    found = told(desk, desk.sheets("beside", bundles=[new | {"videos_quantity": len(beside)}], videos=beside))
    for number, field in enumerate(foreign, start=FIRST_ROW):
        assert (number, field.name) in found, f"{field.name} is not said to mean nothing on {platform} for a {kind}"
    values = {field.name: value_of(field) for field in foreign}
    sends_none(desk, lambda some: desk.sheets("foreign", bundles=[new], videos=[row | some]), values)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_field_of_a_new_video_is_sent_once(open_desk: OpenDesk, platform: str) -> None:
    """Foreign ones among them: the first import leaves them out, and so does the second."""
    desk = open_desk()
    row = clip(platform, "video")
    for field in POSITIONS.fields:
        if field.role in OF_A_SLOT and field.name not in row and field.name != "carousel_images":
            row |= {field.name: value_of(field)}
    new = bundle("one", platform=platform, videos_quantity=1, edits_quantity=1, publish=None)
    folder = desk.sheets("all", bundles=[new], videos=[row])
    assert desk.import_(folder).code == 0
    assert not [name for name in slot(desk) if name.startswith(tuple(f"{other}_" for other in PLATFORMS if other != platform))]
    comes_to_rest(desk, folder)


@pytest.mark.parametrize("platform", ["tiktok", "instagram"])
@pytest.mark.parametrize("kind", BUNDLE_TYPES)
def test_every_field_of_a_bundle_is_sent_once_where_it_belongs_and_told_where_it_does_not(open_desk: OpenDesk, platform: str, kind: str) -> None:
    """Creation, settings and account; what belongs elsewhere is told before anything is bought."""
    accounts = {
        "accounts": [{"id": f"acc-{number}", "platform": platform, "country": "US", "username": f"there.already{number}"} for number in range(1, 50)]
    }
    desk = open_desk(data=accounts if kind == "videos_only" else None)
    roles = (Role.CREATION, Role.SLOTS, Role.SETTING, Role.ACCOUNT)
    fields = [field for field in BUNDLES.fields if field.role in roles]
    own = [field for field in fields if field.belongs(platform, kind)]
    foreign = [field for field in fields if not field.belongs(platform, kind)]
    right = {name: value for name, value in bundle("one", platform=platform, bundle_type=kind, publish=None).items() if name in {f.name for f in own}}
    right |= {"bundle": "one"}
    for field in own:
        # The two warmings exclude each other.
        if field.name not in right and field.name != "deep_warming":
            right |= {field.name: value_of(field)}
    if "profile_picture" in right:
        right |= {"profile_picture": "https://cdn.example.com/faces/one.jpg"}
    beside = [
        right
        | {"bundle": f"one-{number}"}
        | ({"username": f"another.name{number}"} if "username" in right else {})
        | ({"account_id": f"acc-{number}"} if "account_id" in right else {})
        | {field.name: value_of(field)}
        for number, field in enumerate(foreign, start=1)
    ]
    found = desk.run("check", desk.sheets("foreign", bundles=beside)).document["findings"]
    for number, field in enumerate(foreign, start=FIRST_ROW):
        named = {finding["column"] for finding in found if finding["row"] == number}
        assert field.name in named or (field.role is Role.ACCOUNT and "username" in named), f"{field.name} is not said to mean nothing"
    mistaken = {finding["row"] for finding in found if finding["severity"] == "error"}
    wrong = {field.name: row for number, (field, row) in enumerate(zip(foreign, beside, strict=True), start=FIRST_ROW) if number in mistaken}
    if wrong:
        desk.import_(desk.sheets("wrong", bundles=list(wrong.values())))
        assert not desk.bundles, f"a bundle was bought although one of {', '.join(wrong)} cannot go with it"
    folder = desk.sheets("right", bundles=[right])
    ended = desk.import_(folder)
    assert ended.code == 0, ended.document["findings"]
    comes_to_rest(desk, folder)
    sends_none(desk, lambda some: desk.sheets("foreign", bundles=[right | some]), {field.name: value_of(field) for field in foreign})


def test_a_volume_and_a_repost_are_priced_where_they_are_first_set(open_desk: OpenDesk) -> None:
    """The plan says what they take, the run takes no more, and setting them again takes nothing."""
    desk = open_desk(edition="2026-05")
    new = bundle("one", videos_quantity=1, publish=None)
    folder = desk.sheets("priced", bundles=[new], videos=[clip("tiktok", "video")])
    assert desk.import_(folder).code == 0
    folder = desk.sheets("priced", bundles=[new], videos=[clip("tiktok", "video", volume_added_sound=20, instant_repost_as_story="yes")])
    assert desk.run("plan", folder).document["credits"]["planned"] == 2
    before = desk.balance
    assert desk.import_(folder, "--max-credits", "1").code == 8 and desk.balance == before
    ended = desk.import_(folder, "--max-credits", "2")
    assert ended.code == 0 and before - desk.balance == 2
    louder = desk.sheets("priced", bundles=[new], videos=[clip("tiktok", "video", volume_added_sound=30, instant_repost_as_story="yes")])
    assert desk.run("plan", louder).document["credits"]["planned"] == 0
    assert desk.import_(louder).code == 0 and before - desk.balance == 2


def test_a_disclosure_survives_an_edit_of_something_else(desk: Desk) -> None:
    """Another caption, from a sheet that has no such column: a request that replaces everything must keep it."""
    new = bundle("one", videos_quantity=1, publish=None)
    asked = clip("tiktok", "video", disclose_as_ads="yes", ai_content_disclaimer="yes", volume_original_sound=40)
    assert desk.import_(desk.sheets("first", bundles=[new], videos=[asked])).code == 0
    other = clip("tiktok", "video", description="Another caption for the same dish")
    assert desk.import_(desk.sheets("second", bundles=[new], videos=[other])).code == 0
    there = slot(desk)
    assert there["description"] == other["description"]
    assert (there["disclose_as_ads"], there["ai_content_disclaimer"], there["volume_original_sound"]) == (True, True, 40)
