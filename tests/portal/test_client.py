"""The client against a platform in a function."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterator

import httpx
import pytest

from bulkportal.errors import KeyProblem, UsageProblem
from bulkportal.portal.client import Portal
from bulkportal.portal.failures import Broken, Busy, Halted, Refused, Unanswered
from bulkportal.portal.remote import Json, RemoteBundle
from bulkportal.portal.secret import Secret

from .fakes import BASE, KEY, Played, portal_to, run


def bundles(*numbers: int) -> list[Json]:
    return [{"id": f"b{number}", "external_ref": f"r{number}", "status": "pending_setup"} for number in numbers]


def paged(items: list[Json], *, counted: bool) -> Callable[[httpx.Request], httpx.Response]:
    """A list endpoint, with or without a pagination object."""

    def answer(request: httpx.Request) -> httpx.Response:
        page, size = int(request.url.params["page"]), int(request.url.params["per_page"])
        body: dict[str, Json] = {"data": items[(page - 1) * size : page * size]}
        if counted:
            body["pagination"] = {"page": page, "per_page": size, "total_pages": -(-len(items) // size)}
        return httpx.Response(200, json=body)

    return answer


def listed(answer: Callable[[httpx.Request], httpx.Response]) -> tuple[list[str], int]:
    """The ids, and how many requests they took."""

    async def story() -> tuple[list[str], int]:
        async with portal_to(answer) as portal:
            return [bundle.id async for bundle in portal.list_bundles()], portal.traffic.total

    return run(story())


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize(("total", "requests"), [(0, 1), (99, 1), (150, 2), (230, 3)])
def test_a_list_is_read_to_its_end(total: int, requests: int, counted: bool) -> None:
    """Reference 1.5: the seeds show no pagination object, and a full page is then not the last."""
    ids, taken = listed(paged(bundles(*range(total)), counted=counted))
    assert ids == [f"b{number}" for number in range(total)]
    assert taken == requests


def test_full_last_page_without_a_count_costs_one_request_more() -> None:
    """And no bundle is lost."""
    assert len(listed(paged(bundles(*range(200)), counted=False))[0]) == 200


def test_a_server_that_repeats_its_page_for_ever_is_left() -> None:
    """No new id: the end."""
    ids, taken = listed(lambda _: httpx.Response(200, json={"data": bundles(*range(100))}))
    assert len(ids) == 100 and taken == 2


def test_a_bundle_that_slides_onto_the_next_page_is_told_once() -> None:
    """Bundles are created while the list is read."""
    ids, _ = listed(paged(bundles(*range(100), *range(95, 140)), counted=True))
    assert len(ids) == len(set(ids)) == 140


def test_a_reference_is_compared_here_too() -> None:
    """A server may ignore the filter."""

    async def story() -> tuple[RemoteBundle, ...]:
        async with portal_to(paged(bundles(1, 2, 1, 11), counted=False)) as portal:
            return await portal.find_bundles("r1")

    assert [bundle.id for bundle in run(story())] == ["b1"]


def test_a_list_that_is_no_list_is_broken() -> None:
    """Not an empty workspace."""
    with pytest.raises(Broken):
        listed(lambda _: httpx.Response(200, json={"data": "maintenance"}))


def test_a_creation_carries_what_it_should() -> None:
    """Key, ids, who we are; the answer's charge, id, request id and replay."""
    headers = {"X-TokPortal-Request-ID": "req_1", "X-Request-ID": "other", "Idempotent-Replayed": "true"}
    body = {"data": {"bundle_id": "b1"}, "credits_charged": 60, "credits_remaining": 40}
    played = Played(httpx.Response(201, headers=headers, json=body))

    async def story() -> None:
        async with portal_to(played) as portal:
            reply = await portal.create_bundle({"title": "é"}, "key-1")
            assert (reply.data["id"], reply.credits_charged, reply.credits_remaining) == ("b1", 60, 40)
            assert (reply.request_id, reply.replayed, reply.status) == ("req_1", True, 201)

    run(story())
    sent = played.requests[0]
    assert (sent.method, str(sent.url)) == ("POST", f"{BASE}/bundles")
    assert sent.headers["x-api-key"] == KEY and sent.headers["idempotency-key"] == "key-1"
    assert sent.headers["x-tokportal-client"] == "bulkportal/1.0" and sent.headers["x-request-id"].startswith("bp_")
    assert json.loads(sent.content) == {"title": "é"}


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"data": {}}', b'{"data": []}', b'{"data":{"id":"b'])
def test_a_creation_without_an_id_has_an_unknown_outcome(body: bytes) -> None:
    """It may have been charged; it is not sent again here."""
    played = Played(httpx.Response(201, content=body))

    async def story() -> None:
        async with portal_to(played) as portal:
            with pytest.raises(Broken):
                await portal.create_bundle({}, "key")

    run(story())
    assert len(played.requests) == 1


def test_a_failure_carries_the_platforms_words_and_our_request_id() -> None:
    """Without an answer the id we gave is all there is."""
    words = {"error": {"code": "insufficient_credits", "message": "not enough", "details": {"missing": 12}}}

    async def story() -> None:
        async with portal_to(Played(httpx.Response(402, json=words))) as portal:
            with pytest.raises(Halted) as halt:
                await portal.add_video_slots("b", 2, "k")
            assert halt.value.reason == "credits" and halt.value.details == {"missing": 12}
            assert str(halt.value) == "not enough"
        silent = Played(httpx.ReadTimeout("x"))
        async with portal_to(silent) as portal:
            with pytest.raises(Unanswered) as silence:
                await portal.publish("b", "k")
            assert silence.value.request_id == silent.requests[0].headers["x-request-id"]
        async with portal_to(Played(httpx.Response(429, json={"error": {"code": "capacity_cooldown"}}))) as portal:
            with pytest.raises(Busy) as busy:
                await portal.publish("b", "k")
            assert busy.value.capacity

    run(story())


def test_no_httpx_exception_hangs_on_a_failure() -> None:
    """It holds the request, and the request holds the key."""

    async def story() -> None:
        async with portal_to(Played(httpx.ReadTimeout("x"))) as portal:
            with pytest.raises(Unanswered) as silence:
                await portal.create_bundle({}, "k")
            chain: list[BaseException | None] = [silence.value.__context__, silence.value.__cause__]
            assert not any(isinstance(each, httpx.HTTPError) for each in chain)

    run(story())


def test_a_redirect_is_not_followed_with_the_key() -> None:
    """Whatever it points to."""
    played = Played(httpx.Response(307, headers={"Location": "https://elsewhere.example/"}))

    async def story() -> None:
        async with portal_to(played) as portal:
            with pytest.raises(Broken):
                await portal.me()

    run(story())
    assert [request.url.host for request in played.requests] == ["platform.example"]


def test_ids_are_quoted_and_none_climbs_out() -> None:
    """They come from people's sheets."""
    played = Played(httpx.Response(200, json={"data": {"id": "x"}}))

    async def story() -> None:
        async with portal_to(played) as portal:
            await portal.get_bundle("a/../b?c#d é")
            for identity in ("", ".", ".."):
                with pytest.raises(Refused):
                    await portal.get_bundle(identity)

    run(story())
    assert [request.url.raw_path for request in played.requests] == [b"/api/ext/bundles/a%2F..%2Fb%3Fc%23d%20%C3%A9"]


def calls(portal: Portal) -> Iterator[tuple[str, object]]:
    """Every write once, with where it should go."""
    yield "PATCH /bundles/b", portal.update_bundle("b", {"title": "t"}, "k")
    yield "POST /bundles/b/add-video-slots", portal.add_video_slots("b", 1, "k")
    yield "POST /bundles/b/add-edit-slots", portal.add_edit_slots("b", 1, "k")
    yield "PUT /bundles/b/account", portal.put_account("b", {}, "k")
    yield "POST /bundles/b/account/finalize", portal.finalize_account("b", "k")
    yield "POST /bundles/b/account/corrections", portal.correct_account("b", {}, "k")
    yield "PATCH /bundles/b/videos/1", portal.patch_video("b", 1, {}, "k")
    yield "PUT /bundles/b/videos/batch", portal.put_batch("b", [{}], "k")
    yield "POST /bundles/b/publish", portal.publish("b", "k")
    yield "POST /bundles/b/unpublish", portal.unpublish("b", "k")
    yield "POST /bundles/b/videos/1/finalize", portal.finalize_video("b", 1, "k")
    yield "POST /bundles/b/videos/1/corrections", portal.correct_video("b", 1, "m", "k")
    yield "POST /bundles/b/videos/1/unschedule", portal.unschedule("b", 1, "k")
    yield "POST /bundles/b/videos/1/fix-download", portal.fix_download("b", 1, {}, "k")
    yield "POST /bundles/b/videos/publish-all", portal.publish_all("b", "k")


def test_every_write_goes_to_its_endpoint_with_its_key() -> None:
    """Reference, appendix A."""
    played = Played(httpx.Response(200, json={"data": {"id": "b"}}))

    async def story() -> list[str]:
        expected = []
        async with portal_to(played) as portal:
            for where, call in calls(portal):
                expected.append(where)
                await call  # type: ignore[misc]
        return expected

    expected = run(story())
    assert [f"{each.method} {each.url.path.removeprefix('/api/ext')}" for each in played.requests] == expected
    assert {each.headers["idempotency-key"] for each in played.requests} == {"k"}


def test_a_batch_is_answered_position_by_position() -> None:
    """207 too; what is not spoken of is unknown."""
    body = {"data": {"results": [{"position": 1}, {"position": 2, "error": {"code": "UPLOAD_FAILED"}}]}}

    async def story() -> None:
        async with portal_to(Played(httpx.Response(207, json=body))) as portal:
            reply = await portal.put_batch("b", [{"position": 1}, {"position": 2}, {"position": 3}], "k")
            assert {place: said.ok for place, said in reply.positions.items()} == {1: True, 2: False}

    run(story())


def test_a_correction_is_said_in_the_other_word_where_the_first_is_refused() -> None:
    """D5: `message`, then `comment`, under another key since the body is another."""
    refusal = httpx.Response(400, json={"error": {"code": "VALIDATION_ERROR", "message": "comment is required"}})
    played = Played(refusal, httpx.Response(200, json={"data": {"position": 1}}))

    async def story() -> None:
        async with portal_to(played) as portal:
            await portal.correct_video("b", 1, "larger logo", "k")

    run(story())
    assert [json.loads(each.content) for each in played.requests] == [
        {"message": "larger logo"},
        {"comment": "larger logo"},
    ]
    assert len({each.headers["idempotency-key"] for each in played.requests}) == 2


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "ftp://x/",
        "http://platform.example/api",
        "https://",
        "https://u:p@x/",
        "https://x/?a=1",
        "http://[x",
    ],
)
def test_an_address_that_would_show_the_key_is_refused(url: str) -> None:
    """Or that is none."""
    with pytest.raises(UsageProblem) as problem:
        Portal(base_url=url, key=Secret(KEY), version="1")
    assert "u:p" not in problem.value.message + problem.value.hint


@pytest.mark.parametrize("url", [BASE, BASE + "//", "http://localhost:8000", "http://127.0.0.1:1/x", "http://[::1]:9/"])
def test_usable_addresses_are_taken_with_or_without_a_slash(url: str) -> None:
    """The machine may be spoken to in clear."""
    Portal(base_url=url, key=Secret(KEY), version="1")


@pytest.mark.parametrize("key", ["", " k", '"k"', "k\n", "kéy", "a\tb"])
def test_a_key_that_cannot_be_right_is_refused_unshown(key: str) -> None:
    """Quotes and blanks are a slip (reference 1.1)."""
    with pytest.raises(KeyProblem) as problem:
        Portal(base_url=BASE, key=Secret(key), version="1")
    assert "kéy" not in problem.value.message


def test_the_key_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    """Not even at the most talkative level."""
    caplog.set_level(logging.DEBUG)

    async def story() -> None:
        async with portal_to(Played(httpx.Response(200, json={"data": {}}))) as portal:
            await portal.me()

    asyncio.run(story())
    assert KEY not in caplog.text
