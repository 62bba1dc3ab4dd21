"""What is sent again, and what is left to the runner."""

from __future__ import annotations

import httpx
import pytest

from bulkportal.portal.failures import Broken, Failure, Unanswered, Unreachable
from bulkportal.portal.retrying import REPEAT, Retry

from .fakes import BASE, Played, now, run, timing

GOOD = httpx.Response(200, json={"data": {}})
BUSY = httpx.Response(429, headers={"Retry-After": "3"}, json={"error": {"code": "RATE_LIMIT_EXCEEDED"}})
CLOSED = httpx.Response(429, json={"error": {"code": "capacity_cooldown"}})
DEAD_LINK = httpx.Response(500, json={"error": {"code": "UPLOAD_FAILED", "message": "could not fetch"}})
OUTAGE = httpx.Response(502, content=b"<html>bad gateway</html>")
CUT = httpx.Response(200, content=b'{"data": {"id": "b')
ELSEWHERE = httpx.Response(302, headers={"Location": "https://elsewhere.example/"})
REFUSAL = httpx.Response(409, json={"error": {"code": "invalid_status"}})


def attempts(repeat: str | None, *script: httpx.Response | Exception, method: str = "POST") -> tuple[int, object]:
    """How often a request was sent, and what came of it: a status or a kind of failure."""

    async def story() -> tuple[int, object]:
        played = Played(*script)
        extensions = {} if repeat is None else {REPEAT: repeat}
        request = httpx.Request(method, BASE + "/bundles", json={"a": 1}, extensions=extensions)
        try:
            response = await Retry(played, timing()).handle_async_request(request)
        except Failure as failure:
            return len(played.requests), type(failure)
        return len(played.requests), response.status_code

    return run(story())


@pytest.mark.parametrize("repeat", ["safe", "keyed", "never", None])
def test_what_was_not_executed_is_always_sent_again(repeat: str | None) -> None:
    """A plain 429, and a request that never left."""
    assert attempts(repeat, BUSY, BUSY, GOOD) == (3, 200)
    assert attempts(repeat, httpx.ConnectError("x"), httpx.PoolTimeout("x"), GOOD) == (3, 200)


@pytest.mark.parametrize("trouble", [httpx.ReadTimeout("x"), httpx.RemoteProtocolError("x"), OUTAGE, CUT])
def test_an_unknown_outcome_is_repeated_only_where_that_is_safe(trouble: httpx.Response | Exception) -> None:
    """What costs money is left to the runner, which looks first."""
    assert attempts("safe", trouble, trouble, GOOD) == (3, 200)
    for repeat in ("keyed", "never", None):
        assert attempts(repeat, trouble, GOOD)[0] == 1


def test_reads_are_safe_unless_they_say_otherwise() -> None:
    """The default goes by the method."""
    assert attempts(None, OUTAGE, GOOD, method="GET") == (2, 200)
    assert attempts("never", OUTAGE, GOOD, method="GET") == (1, 502)
    assert attempts("nonsense", OUTAGE, GOOD, method="GET") == (1, 502)


def test_every_patience_has_an_end() -> None:
    """Eight times or two minutes; four times; three in all."""
    assert attempts("never", BUSY) == (9, 429)
    assert attempts("never", httpx.ConnectError("x")) == (5, Unreachable)
    assert attempts("safe", httpx.ReadTimeout("x")) == (3, Unanswered)
    assert attempts("safe", httpx.DecodingError("x")) == (3, Broken)
    assert attempts("safe", OUTAGE) == (3, 502)


def test_a_long_wait_is_kept_and_then_given_up() -> None:
    """A minute each: two minutes are enough."""
    slow = httpx.Response(429, headers={"Retry-After": "60"})

    async def story() -> tuple[int, float]:
        played = Played(slow)
        await Retry(played, timing()).handle_async_request(httpx.Request("GET", BASE))
        return len(played.requests), now()

    assert run(story()) == (3, 120)


def test_closed_capacity_and_refusals_are_never_repeated() -> None:
    """They come back at once; a redirect would only come again."""
    for answer in (CLOSED, REFUSAL, ELSEWHERE):
        assert attempts("safe", answer, GOOD) == (1, answer.status_code)


def test_a_dead_link_is_tried_once_more() -> None:
    """Reference 7.2: UPLOAD_FAILED is a 500, but the row's fault."""
    assert attempts("safe", DEAD_LINK) == (2, 500)
    assert attempts("keyed", DEAD_LINK) == (2, 500)
    assert attempts("never", DEAD_LINK) == (1, 500)


def test_every_attempt_sends_the_same_bytes() -> None:
    """One key, one body."""

    async def story() -> set[bytes]:
        played = Played(BUSY, OUTAGE, GOOD)
        request = httpx.Request("PUT", BASE, json={"a": 1}, extensions={REPEAT: "safe"})
        await Retry(played, timing()).handle_async_request(request)
        return {each.content for each in played.requests}

    assert len(run(story())) == 1
