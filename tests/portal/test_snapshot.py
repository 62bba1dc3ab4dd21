"""The snapshot, against a small platform in a function."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import httpx
import pytest

from bulkportal.portal import snapshot
from bulkportal.portal.failures import Broken, Halted
from bulkportal.portal.remote import Json, RemoteBundle, RemotePosition, RemoteState

from .fakes import portal_to, run

NOW = datetime(2026, 3, 1, 23, 30, tzinfo=timezone(-timedelta(hours=5)))


class Platform:
    """Bundles in memory, a few wishes, and a list of what was asked."""

    def __init__(self, count: int = 3, *, counted: bool = True, filters: bool = True) -> None:
        self.counted, self.filters = counted, filters
        self.asked: list[str] = []
        self.answers: dict[str, httpx.Response] = {}
        self.bundles: list[dict[str, Json]] = [
            {
                "id": f"b{number}",
                "external_ref": f"r{number}",
                "bundle_type": "account_and_videos",
                "platform": "tiktok",
                "status": "pending_setup",
                "account_status": "pending",
                "videos_quantity": 2,
            }
            for number in range(count)
        ]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/ext")
        self.asked.append(path)
        if path in self.answers:
            return self.answers[path]
        if path == "/bundles":
            return self._list(request.url.params)
        if path in ("/credits/balance", "/credit-costs", "/countries"):
            data: Json = {"credits": 100, "video_slot": 10}
            return httpx.Response(200, json={"data": [{"code": "US"}] if path == "/countries" else data})
        return self._inside(*path.split("/")[2:])

    def _list(self, asked: httpx.QueryParams) -> httpx.Response:
        page, size, ref = int(asked["page"]), int(asked["per_page"]), asked.get("external_ref")
        found = [each for each in self.bundles if not self.filters or ref in (None, each["external_ref"])]
        body: dict[str, Json] = {"data": list(found[(page - 1) * size : page * size])}
        if self.counted:
            body["pagination"] = {"total_pages": -(-len(found) // size)}
        return httpx.Response(200, json=body)

    def _inside(self, identity: str, *rest: str) -> httpx.Response:
        bundle = next((each for each in self.bundles if each["id"] == identity), None)
        if bundle is None or rest == ("account",):
            code = "ACCOUNT_NOT_FOUND" if bundle else "BUNDLE_NOT_FOUND"
            return httpx.Response(404, json={"error": {"code": code, "message": ""}})
        if not rest:
            seen = {name: value for name, value in bundle.items() if name != "account_status"}
            return httpx.Response(200, json={"data": seen})
        slots: list[dict[str, Json]] = [{"position": place, "status": "pending"} for place in (1, 2)]
        if len(rest) == 1:
            return httpx.Response(200, json={"data": slots})
        return httpx.Response(200, json={"data": {**slots[int(rest[1]) - 1], "editing_instructions": "cut"}})


def none(bundle: RemoteBundle, slot: RemotePosition) -> bool:
    return False


def taken(platform: Platform, references: list[str], ids: list[str] | None = None) -> RemoteState:
    async def story() -> RemoteState:
        async with portal_to(platform) as portal:
            return await snapshot.take(portal, references, ids or [], now=NOW, detail=none)

    return run(story())


def test_a_short_list_is_read_once_and_each_bundle_looked_into() -> None:
    """One list, then bundle, account and slots of what was asked for, no more."""
    platform = Platform()
    state = taken(platform, ["r1", "nowhere", "r1"])
    assert platform.asked.count("/bundles") == 1
    assert state.by_reference == {"r1": ("b1",), "nowhere": ()}
    assert set(state.bundles) == {"b1"}
    bundle = state.bundles["b1"]
    assert [slot.position for slot in bundle.positions] == [1, 2] and not bundle.account
    assert bundle.account_status == "pending"
    assert (state.balance, state.prices.of("video_slot"), state.countries) == (100, 10, frozenset({"US"}))
    assert (state.taken_at, state.today) == (NOW, date(2026, 3, 2))


@pytest.mark.parametrize("counted", [True, False])
def test_a_long_list_is_not_read_for_a_few_references(counted: bool) -> None:
    """Look-ups instead, whether the pages are counted or only discovered."""
    platform = Platform(700, counted=counted)
    state = taken(platform, ["r650", "r3"])
    assert state.by_reference == {"r650": ("b650",), "r3": ("b3",)}
    assert platform.asked.count("/bundles") <= (4 if counted else 6)


def test_a_filter_that_is_ignored_is_noticed() -> None:
    """The list is then read once, in full, rather than once per reference."""
    platform = Platform(700, filters=False)
    state = taken(platform, ["r650", "r3", "nowhere"])
    assert state.by_reference == {"r650": ("b650",), "r3": ("b3",), "nowhere": ()}
    assert platform.asked.count("/bundles") <= 9


@pytest.mark.parametrize("count", [3, 700])
def test_several_bundles_under_one_reference_are_told_as_several(count: int) -> None:
    """A conflict for a person."""
    platform = Platform(count)
    platform.bundles[2]["external_ref"] = "r1"
    state = taken(platform, ["r1"])
    assert state.by_reference == {"r1": ("b1", "b2")} and set(state.bundles) == {"b1", "b2"}


def test_ids_are_read_without_the_list_and_may_be_absent() -> None:
    """404 and 403 are no failures here."""
    platform = Platform()
    refusal = httpx.Response(403, json={"error": {"code": "BUNDLE_NOT_OWNED", "message": ""}})
    platform.answers["/bundles/b2"] = refusal
    state = taken(platform, [], ["b0", "b2", "gone", ""])
    assert set(state.bundles) == {"b0"} and "/bundles" not in platform.asked


def test_anothers_bundle_in_the_list_stays() -> None:
    """S18: writing to it may be refused later."""
    platform = Platform()
    platform.answers["/bundles/b1"] = httpx.Response(403, json={"error": {"code": "BUNDLE_NOT_OWNED", "message": ""}})
    state = taken(platform, ["r1"])
    assert state.by_reference == {"r1": ("b1",)} and state.bundles["b1"].positions == ()


def test_only_the_wanted_slots_are_read_whole() -> None:
    """The single view costs a request each."""
    platform = Platform()

    async def story() -> RemoteState:
        async with portal_to(platform) as portal:
            return await snapshot.take(portal, ["r0"], [], now=datetime.now(UTC), detail=lambda bundle, slot: slot.position == 2)

    one, two = run(story()).bundles["b0"].positions
    assert not one.complete and two.complete and two.values["editing_instructions"] == "cut"
    assert "/bundles/b0/videos/1" not in platform.asked


def test_an_account_is_read_with_its_status() -> None:
    """And a finalized one is delivered."""
    platform = Platform()
    account = {"username": "u", "link_in_bio": "https://x", "status": "finalized", "password": "p"}
    platform.answers["/bundles/b0/account"] = httpx.Response(200, json={"data": account})
    bundle = taken(platform, ["r0"]).bundles["b0"]
    assert bundle.delivered and bundle.account_configured and bundle.account_status == "finalized"
    assert bundle.account["username"] == "u" and "password" not in bundle.account


def test_what_the_run_can_do_without_may_be_refused() -> None:
    """Countries missing, prices forbidden, a balance that is HTML: unknown, not nothing."""
    platform = Platform()
    platform.answers["/countries"] = httpx.Response(404, content=b"<html>")
    platform.answers["/credit-costs"] = httpx.Response(403, json={"error": {"code": "FORBIDDEN", "message": ""}})
    platform.answers["/credits/balance"] = httpx.Response(200, content=b"<html>")
    state = taken(platform, [])
    assert (state.balance, state.prices.of("video_slot"), state.countries) == (None, None, frozenset())


def test_a_failure_comes_as_itself() -> None:
    """Not in a group, and not as an empty platform."""
    platform = Platform()
    platform.answers["/bundles/b1/videos"] = httpx.Response(502)
    with pytest.raises(Broken):
        taken(platform, ["r0", "r1", "r2"])
    platform.answers["/bundles/b1/videos"] = httpx.Response(401)
    with pytest.raises(Halted):
        taken(platform, ["r0", "r1", "r2"])
