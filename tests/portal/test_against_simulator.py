"""The client and the snapshot against the simulator, on a real socket, in both editions."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bulkportal.portal import snapshot
from bulkportal.portal.client import Portal
from bulkportal.portal.failures import Broken, Failure, Refused, Unanswered
from bulkportal.portal.pacing import Timing
from bulkportal.portal.remote import Json, RemoteState
from bulkportal.portal.secret import Secret
from bulkportal.portal.uploading import UploadRequest
from bulkportal.simulator.editions import EDITIONS
from bulkportal.simulator.server import RunningSimulator

from .fakes import KEY

TODAY = datetime.now(UTC).date()
BUNDLE: dict[str, Json] = {
    "bundle_type": "account_and_videos",
    "platform": "tiktok",
    "country": "US",
    "videos_quantity": 2,
    "external_ref": "launch-1",
    "title": "Launch",
    "auto_finalize_videos": False,
}
ACCOUNT: dict[str, Json] = {
    "username": "cool.user",
    "visible_name": "Cool",
    "biography": "Vibes.",
    "profile_picture_url": "https://cdn.example/p.jpg",
}


HURRIED = Timing(sleep=lambda seconds: asyncio.sleep(seconds / 20))


def video(position: int) -> dict[str, Json]:
    day = (TODAY + timedelta(days=5)).isoformat()
    body: dict[str, Json] = {"position": position, "video_type": "video", "description": "Hello"}
    return body | {"video_url": "https://cdn.example/v.mp4", "target_publish_date": day}


def portal_of(simulator: RunningSimulator) -> Portal:
    return Portal(base_url=simulator.base_url, key=Secret(KEY), version="1.0", timing=HURRIED)


def play(story: Coroutine[object, object, None]) -> None:
    asyncio.run(asyncio.wait_for(story, 20))


def strike(simulator: RunningSimulator, route: str, fault: str) -> None:
    rules = [{"route": route, "fault": fault, "times": 1}]
    httpx.post(f"{simulator.operator_url}/faults", json=rules).raise_for_status()


async def seen(portal: Portal, *references: str) -> RemoteState:
    return await snapshot.take(portal, references, [], now=datetime.now(UTC), detail=lambda bundle, slot: True)


@pytest.mark.parametrize("edition", sorted(EDITIONS))
def test_a_bundle_lives_its_life(edition: str) -> None:
    """Created, enlarged, configured, published, and seen as such."""

    async def story(portal: Portal) -> None:
        before = await portal.balance()
        made = await portal.create_bundle(BUNDLE, "key-1")
        bundle_id = str(made.data["id"])
        assert before is not None and made.credits_charged and made.credits_remaining == before - made.credits_charged
        again = await portal.create_bundle(BUNDLE, "key-1")
        assert again.replayed and again.data["id"] == bundle_id
        more = await portal.add_video_slots(bundle_id, 1, "key-2")
        assert more.data["videos_quantity"] == 3 and more.credits_charged
        await portal.put_account(bundle_id, ACCOUNT, "key-3")
        batch = await portal.put_batch(bundle_id, [video(1), video(2)], "key-4")
        assert {place: said.ok for place, said in batch.positions.items()} == {1: True, 2: True}
        await portal.update_bundle(bundle_id, {"title": "New"}, "k")
        assert (await portal.readiness(bundle_id))["ready"] is True
        await portal.publish(bundle_id, "key-5")
        state = await seen(portal, "launch-1")
        bundle = state.bundles[bundle_id]
        assert bundle.is_published and bundle.account_configured and not bundle.delivered
        assert [slot.configured for slot in bundle.positions] == [True, True, False]
        assert bundle.positions[0].complete and bundle.positions[0].values["description"] == "Hello"
        assert bundle.account["username"] == "cool.user"
        assert state.prices.of("video_slot") and state.countries and state.balance == await portal.balance()
        with pytest.raises(Refused) as twice:
            await portal.publish(bundle_id, "key-6")
        assert twice.value.code and twice.value.request_id

    async def whole(simulator: RunningSimulator) -> None:
        async with portal_of(simulator) as portal:
            await story(portal)

    with RunningSimulator(edition=edition) as simulator:
        play(whole(simulator))


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("drop_after", Unanswered),
        ("500_after", Broken),
        ("html_after", Broken),
        ("truncate_after", Broken),
        ("empty_200", Broken),
        ("drop_before", Unanswered),
        ("html_502", Broken),
    ],
)
def test_a_creation_whose_answer_is_lost_is_not_sent_again(fault: str, kind: type[Failure]) -> None:
    """It may have been charged: the caller looks first."""

    async def story(simulator: RunningSimulator) -> None:
        strike(simulator, "POST /bundles", fault)
        async with portal_of(simulator) as portal:
            with pytest.raises(kind):
                await portal.create_bundle(BUNDLE, "key-1")
            assert portal.traffic.total == 1
            found = await portal.find_bundles("launch-1")
            assert len(found) == (0 if fault in ("drop_before", "html_502") else 1)

    with RunningSimulator() as simulator:
        play(story(simulator))


@pytest.mark.parametrize("fault", ["drop_after", "html_502", "truncate_after"])
def test_a_read_is_repeated_until_it_is_whole(fault: str) -> None:
    """Reading twice harms nobody."""

    async def story(simulator: RunningSimulator) -> None:
        strike(simulator, "GET /credits/balance", fault)
        async with portal_of(simulator) as portal:
            assert await portal.balance() == 1000
            assert portal.traffic.retried == 1

    with RunningSimulator() as simulator:
        play(story(simulator))


@pytest.mark.parametrize("size", [1000, 5_000_000])
def test_files_arrive_as_they_are(tmp_path: Path, size: int) -> None:
    """Directly when small, past the platform when large."""
    path = tmp_path / "clip.mp4"
    path.write_bytes(bytes(range(250)) * (size // 250))

    async def story(simulator: RunningSimulator) -> None:
        async with portal_of(simulator) as portal:
            bundle_id = str((await portal.create_bundle(BUNDLE, "key-1")).data["id"])
            file = UploadRequest(path=path, bundle_id=bundle_id, content_type="video/mp4", purpose="video", identity="upload:1")
            uploaded = await portal.upload(file, "key-2")
            assert uploaded.public_url
        kept = [stored.content for stored in simulator.state.books.stored.values() if stored.content]
        assert kept == [path.read_bytes()]

    with RunningSimulator() as simulator:
        play(story(simulator))


def test_the_simulators_limiter_is_never_provoked() -> None:
    """As many reads at once as the bucket holds, of which the last have to wait."""

    async def story(simulator: RunningSimulator) -> None:
        async with portal_of(simulator) as portal:
            await asyncio.gather(*(portal.balance() for _ in range(120)))
            assert portal.traffic.throttled == 0 and portal.traffic.total == 120

    with RunningSimulator() as simulator:
        play(story(simulator))
