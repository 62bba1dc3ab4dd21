"""Each kind of trouble, told by what the client sees and by what really happened."""

from __future__ import annotations

import time

import httpx
import pytest

from bulkportal.simulator.faults import KINDS, rule_from

from .stage import Stage, code, video

ORDER = {"bundle_type": "account_only", "country": "FR"}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("503_before", (503, "SERVICE_UNAVAILABLE")),
        ("429", (429, "RATE_LIMIT_EXCEEDED")),
        ("capacity_cooldown", (429, "capacity_cooldown")),
        ("402", (402, "INSUFFICIENT_CREDITS")),
    ],
)
def test_a_refusal_before_changes_nothing(stage: Stage, kind: str, expected: tuple[int, str]) -> None:
    """The request is refused once and charged only when it is sent again."""
    stage.fault("POST /bundles", kind)
    answer = stage.send("POST", "/bundles", ORDER, key="k")
    assert code(answer) == expected
    assert ("Retry-After" in answer.headers) == (kind == "429")
    assert stage.balance == 1000
    assert stage.send("POST", "/bundles", ORDER, key="k").status_code == 201
    assert stage.balance == 995


@pytest.mark.parametrize("kind", ["500_after", "503_after"])
def test_a_failure_after_has_charged(stage: Stage, kind: str) -> None:
    """5xx is answered although the bundle exists; the key replays the truth."""
    stage.fault("POST /bundles", kind)
    assert stage.send("POST", "/bundles", ORDER, key="k").status_code == int(kind[:3])
    assert stage.balance == 995
    again = stage.send("POST", "/bundles", ORDER, key="k")
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert stage.balance == 995


def test_a_failure_after_may_lose_the_key_too(stage: Stage) -> None:
    """With ``remembered: false`` the same key charges twice: only a look-up helps."""
    stage.fault("POST /bundles", "500_after", remembered=False)
    for _ in range(2):
        stage.send("POST", "/bundles", ORDER, key="k")
    assert stage.balance == 990


@pytest.mark.parametrize(("kind", "charged"), [("drop_before", 0), ("drop_after", 5)])
def test_a_connection_is_dropped_without_a_byte(stage: Stage, kind: str, charged: int) -> None:
    """The client sees the connection end; the books say whether it was carried out."""
    stage.fault("*write", kind)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        stage.send("POST", "/bundles", ORDER)
    assert stage.balance == 1000 - charged
    write = stage.state.journal.writes[0]
    assert (write.status, write.executed, write.charged) == (None, charged > 0, charged)


def test_half_an_answer_is_a_protocol_error(stage: Stage) -> None:
    """truncate_after breaks off in the middle of the JSON."""
    stage.fault("*write", "truncate_after")
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
        stage.send("POST", "/bundles", ORDER)
    assert stage.balance == 995


@pytest.mark.parametrize(
    ("kind", "more", "status", "charged"),
    [("html_502", {}, 502, 0), ("html_after", {}, 502, 5), ("html_after", {"status": 200}, 200, 5)],
)
def test_a_proxy_answers_html(stage: Stage, kind: str, more: dict[str, object], status: int, charged: int) -> None:
    """HTML instead of JSON, before or after."""
    stage.fault("*", kind, **more)
    answer = stage.send("POST", "/bundles", ORDER)
    assert (answer.status_code, answer.text[:6]) == (status, "<html>")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert stage.balance == 1000 - charged


def test_an_empty_answer_follows_a_charge(stage: Stage) -> None:
    """200 and no body."""
    stage.fault("*write", "empty_200")
    answer = stage.send("POST", "/bundles", ORDER)
    assert (answer.status_code, answer.content, stage.balance) == (200, b"", 995)


@pytest.mark.parametrize("kind", ["slow", "slow_after"])
def test_a_slow_answer_comes_late(stage: Stage, kind: str) -> None:
    """The client gives up, the platform does not; it goes on after its seconds, or when its faults are taken away."""
    stage.fault("*write", kind, seconds=0.2 if kind == "slow_after" else 300)
    with pytest.raises(httpx.ReadTimeout):
        stage.http.post("/bundles", json=ORDER, timeout=httpx.Timeout(60, read=0.05))
    assert kind == "slow_after" or stage.balance == 1000
    stage.operate("DELETE", "/faults")
    until = time.monotonic() + 60
    while stage.balance != 995 and time.monotonic() < until:
        time.sleep(0.01)
    assert stage.balance == 995


def test_part_of_a_batch_fails(stage: Stage) -> None:
    """partial_batch: the last position reports UPLOAD_FAILED and stays pending."""
    bundle = stage.create()
    stage.fault("PUT /bundles/{id}/videos/batch", "partial_batch")
    items = {"videos": [{"position": 1, **video()}, {"position": 2, **video()}]}
    answer = stage.send("PUT", f"/bundles/{bundle}/videos/batch", items).json()["data"]
    assert (answer["configured"], answer["failed"]) == (1, 1)
    assert answer["results"][1]["error"]["code"] == "UPLOAD_FAILED"
    assert [slot.status for slot in stage.state.books.bundles[bundle].slots][:2] == [
        "configured",
        "pending",
    ]


def test_a_batch_forgets_to_mention_a_position(stage: Stage) -> None:
    """unmentioned: done, yet not in the results."""
    bundle = stage.create()
    stage.operate("POST", "/faults", {"fault": "unmentioned"})
    items = {"videos": [{"position": 1, **video()}, {"position": 2, **video()}]}
    answer = stage.send("PUT", f"/bundles/{bundle}/videos/batch", items).json()["data"]
    assert [item["position"] for item in answer["results"]] == [1]
    assert stage.state.books.bundles[bundle].slots[1].status == "configured"


def test_storage_refuses_once(stage: Stage) -> None:
    """storage_403 strikes the PUT to the presigned address."""
    bundle = stage.create()
    stage.operate("POST", "/faults", {"fault": "storage_403"})
    made = stage.send("POST", "/upload/video", {"filename": "a.mp4", "bundle_id": bundle}).json()
    address, headers = made["data"]["upload_url"], {"Content-Type": "video/mp4"}
    statuses = [stage.plain.put(address, content=b"x", headers=headers).status_code for _ in range(2)]
    assert statuses == [403, 200]


def test_faults_wait_count_and_end(stage: Stage) -> None:
    """A skip lets requests pass, times ends it, globs and methods choose; DELETE clears."""
    stage.fault("GET /bundles*", "503_before", times=2, skip=1)
    seen = [stage.send("GET", "/bundles").status_code for _ in range(4)]
    assert seen == [200, 503, 503, 200]
    rules = stage.operate("GET", "/faults")["data"]
    assert isinstance(rules, list)
    assert rules[0]["struck"] == 2
    stage.fault("*read", "503_before", times=None)
    stage.operate("DELETE", "/faults")
    assert stage.send("GET", "/me").status_code == 200


def test_chance_is_repeatable() -> None:
    """The same seed strikes the same requests."""
    rules = [rule_from({"route": "*", "fault": "429", "probability": 0.5, "seed": 7, "times": None}) for _ in range(2)]
    runs = [[rule.strikes() for _ in range(30)] for rule in rules]
    assert runs[0] == runs[1]
    assert 5 < sum(runs[0]) < 25


@pytest.mark.parametrize(
    "item",
    [{"fault": "earthquake"}, {"fault": "429", "time": 3}, {"fault": "429", "times": "many"}],
)
def test_a_wrong_rule_is_a_sentence(item: dict[str, object]) -> None:
    """A mistake in a rule is told, not ignored."""
    with pytest.raises(ValueError, match=r"\.$"):
        rule_from(item)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_scripted(kind: str) -> None:
    """All kinds make a rule, with a route that fits them."""
    assert rule_from({"fault": kind}).fault == kind
