"""What holds for every request: keys, headers, the rate, idempotency, half-sent bodies."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from urllib.parse import urlsplit

import httpx
import pytest

from .stage import Stage, code

ORDER = {"bundle_type": "account_only", "country": "FR"}


def test_the_rate_is_told_and_enforced(stage: Stage) -> None:
    """Three tokens allow three requests; the fourth gets 429 with the wait (1.6)."""
    stage.operate("POST", "/settings", {"rate": 3})
    left = [stage.send("GET", "/me").headers["X-RateLimit-Remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    refused = stage.send("GET", "/me")
    assert code(refused) == (429, "RATE_LIMIT_EXCEEDED")
    wait = refused.json()["error"]["details"]["retry_after_seconds"]
    assert refused.headers["Retry-After"] == str(wait)
    assert int(refused.headers["X-RateLimit-Reset"]) >= int(time.time())
    assert refused.headers["X-RateLimit-Limit"] == "3"
    assert stage.send("GET", "/me", api_key="tok_live_other").status_code == 200


def test_a_key_with_another_body_is_a_conflict(stage: Stage) -> None:
    """409 IDEMPOTENCY_KEY_CONFLICT; another user may use the same key."""
    stage.send("POST", "/bundles", ORDER, key="k1")
    other = stage.send("POST", "/bundles", {**ORDER, "title": "x"}, key="k1")
    assert code(other) == (409, "IDEMPOTENCY_KEY_CONFLICT")
    assert stage.send("POST", "/bundles", ORDER, key="k1", api_key="tok_live_other").is_success
    assert code(stage.send("POST", "/bundles", ORDER, key="k" * 256))[0] == 400


def test_a_key_is_busy_while_its_request_is(stage: Stage) -> None:
    """409 IDEMPOTENCY_IN_PROGRESS during the first request."""
    stage.fault("POST /bundles", "slow", seconds=0.4)
    slow = threading.Thread(target=stage.send, args=("POST", "/bundles", ORDER), kwargs={"key": "k"})
    slow.start()
    time.sleep(0.15)
    answer = stage.plain.post(
        f"{stage.simulator.base_url}/bundles",
        json=ORDER,
        headers={"X-API-Key": "k", "Idempotency-Key": "k"},
    )
    slow.join()
    assert code(answer) == (409, "IDEMPOTENCY_IN_PROGRESS")
    assert stage.balance == 995


def test_keys_are_forgotten_after_a_day_or_on_request(stage: Stage) -> None:
    """24 hours, or the operator, make the same key charge again."""
    stage.send("POST", "/bundles", ORDER, key="k")
    stage.operate("POST", "/clock", {"advance_seconds": 24 * 3600})
    stage.send("POST", "/bundles", ORDER, key="k")
    assert stage.balance == 990
    stage.operate("POST", "/forget-keys", {"on": True})
    stage.send("POST", "/bundles", ORDER, key="k")
    stage.send("POST", "/bundles", ORDER, key="k")
    assert stage.balance == 980


@pytest.mark.parametrize(("remembered", "status"), [(True, 402), (False, 200)])
def test_refusals_are_remembered_or_not(stage: Stage, remembered: bool, status: int) -> None:
    """A switch, because nobody documents it: credits bought after a 402 help or do not."""
    stage.operate("POST", "/settings", {"remember_refusals": remembered})
    path = f"/bundles/{stage.create()}/add-video-slots"
    assert stage.send("POST", path, {"quantity": 100}, key="k").status_code == 402
    stage.operate("POST", "/credits", {"amount": 500})
    assert stage.send("POST", path, {"quantity": 100}, key="k").status_code == status


def test_half_a_request_has_no_effect(stage: Stage) -> None:
    """A client that dies in mid-send buys nothing, even when the half would be valid."""
    body = json.dumps(ORDER).encode()
    parts = urlsplit(stage.simulator.base_url)
    head = (
        f"POST {parts.path}/bundles HTTP/1.1\r\nHost: x\r\nX-API-Key: k\r\nContent-Type: application/json\r\nContent-Length: {len(body) + 10}\r\n\r\n"
    )
    with socket.create_connection((str(parts.hostname), parts.port or 0)) as connection:
        connection.sendall(head.encode() + body)
        time.sleep(0.05)
    deadline = time.monotonic() + 60
    while stage.state.journal.incomplete == 0 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert stage.state.journal.incomplete == 1
    assert (stage.balance, stage.state.books.bundles) == (1000, {})


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b"\xff"])
def test_a_body_that_is_no_object_is_invalid(stage: Stage, body: bytes) -> None:
    """400 VALIDATION_ERROR, in the envelope."""
    answer = stage.http.post("/bundles", content=body)
    assert code(answer) == (400, "VALIDATION_ERROR")


def test_nothing_is_served_outside_the_base(stage: Stage) -> None:
    """The API lives at /api/ext only."""
    with contextlib.closing(httpx.Client(trust_env=False)) as client:
        assert client.get(f"{stage.state.origin}/bundles").status_code == 404


@pytest.mark.parametrize("query", ["page=0", "page=x", "per_page=-1", "date_from=soon"])
def test_a_wrong_query_is_invalid(stage: Stage, query: str) -> None:
    """400 VALIDATION_ERROR for pages and dates that are none."""
    answer = stage.send("GET", f"/credits/history?{query}")
    assert code(answer) == (400, "VALIDATION_ERROR")


def test_the_history_is_cut_by_date(stage: Stage) -> None:
    """date_from and date_to are inclusive."""
    stage.create()
    found = [
        len(stage.send("GET", f"/credits/history?{query}").json()["data"])
        for query in ("date_from=2027-03-01&date_to=2027-03-01", "date_from=2027-03-02", "date_to=2027-02-28")
    ]
    assert found == [1, 0, 0]


def test_a_fault_of_the_simulator_itself_is_a_500(stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """It is answered in the envelope, logged, and its key is free again."""

    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    with monkeypatch.context() as patch:
        patch.setattr(stage.state, "charge", broken)
        answer = stage.send("POST", "/bundles", ORDER, key="k")
    assert code(answer) == (500, "INTERNAL_ERROR")
    assert "POST /bundles failed" in caplog.text
    assert stage.send("POST", "/bundles", ORDER, key="k").status_code == 201
