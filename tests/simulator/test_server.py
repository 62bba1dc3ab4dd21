"""Starting, stopping, start data and the operator interface."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from bulkportal.simulator import RunningSimulator
from bulkportal.simulator.state import SimulatorSettings

from .stage import Stage

START = {
    "balance": 500,
    "today": "2027-03-01",
    "accounts": [{"id": "acc-1", "platform": "instagram", "username": "bites", "country": "FR"}],
    "bundles": [
        {
            "external_ref": "spring-01",
            "bundle_type": "account_and_videos",
            "platform": "tiktok",
            "country": "FR",
            "title": "Spring",
            "videos_quantity": 3,
            "edits_quantity": 1,
            "status": "accepted",
            "account": {"username": "a", "visible_name": "A", "status": "configured"},
            "videos": [
                {
                    "position": 2,
                    "status": "published",
                    "description": "Noon",
                    "video_url": "https://cdn.example.com/noon.mp4",
                    "target_publish_date": "2027-02-20",
                    "download_issue": True,
                }
            ],
        },
        {"bundle_type": "videos_only", "account_id": "acc-1", "videos_quantity": 1},
    ],
}


def written(folder: Path, start: object) -> Path:
    """The start data as a file."""
    path = folder / "start.json"
    path.write_text(json.dumps(start), "utf-8")
    return path


def test_it_begins_with_the_start_data_and_returns_to_it(tmp_path: Path) -> None:
    """Bundles, accounts, balance and day come from the file; reset brings them back."""
    with RunningSimulator(data=written(tmp_path, START)) as simulator:
        headers = {"X-API-Key": "k"}
        with httpx.Client(base_url=simulator.base_url, headers=headers) as client:
            row = client.get("/bundles?external_ref=spring-01").json()["data"][0]
            assert (row["status"], row["videos_configured_count"]) == ("accepted", 1)
            slot = client.get(f"/bundles/{row['id']}/videos/2").json()["data"]
            assert (slot["status"], slot["download_issue"]) == ("published", True)
            assert client.get("/accounts/acc-1").json()["data"]["username"] == "bites"
            assert client.get("/credits/balance").json()["data"] == {"credits": 500}
            client.post(f"/bundles/{row['id']}/add-video-slots", json={"quantity": 1})
            client.post(f"{simulator.operator_url}/reset")
            assert client.get("/credits/balance").json()["data"] == {"credits": 500}
            again = client.get("/bundles?external_ref=spring-01").json()["data"][0]
            assert again["videos_quantity"] == 3
        assert simulator.state.clock.today().isoformat() == "2027-03-01"


@pytest.mark.parametrize(
    ("start", "sentence"),
    [
        ([], "must be a JSON object"),
        ({"balances": 5}, "unknown field balances"),
        ({"balance": "5"}, "'balance' must be a whole number"),
        ({"today": "1 March"}, "'today' must be a date"),
        ({"bundles": [{"platform": "myspace"}]}, "'platform' must be one of"),
        ({"bundles": [{"bundle_type": "videos_only"}]}, "needs an 'account_id'"),
        ({"bundles": [{"account_id": "x"}]}, "no account with the id x"),
        (
            {"bundles": [{"videos_quantity": 1, "videos": [{"position": 2}]}]},
            "position 2 is beyond",
        ),
        ({"bundles": [{"external_ref": "a"}, {"external_ref": "a"}]}, "occurs twice"),
        ({"bundles": [{"videos": [{"position": 1, "colour": "red"}]}]}, "unknown field colour"),
    ],
)
def test_a_mistake_in_the_start_data_is_a_sentence(tmp_path: Path, start: object, sentence: str) -> None:
    """A ValueError says where and what."""
    with pytest.raises(ValueError, match=sentence):
        RunningSimulator(data=written(tmp_path, start))


def test_unreadable_start_data_are_a_value_error(tmp_path: Path) -> None:
    """A missing file and broken JSON alike."""
    with pytest.raises(ValueError, match="cannot be read"):
        RunningSimulator(data=tmp_path / "none.json")


def test_configured_keys_are_the_only_ones() -> None:
    """With a table of keys any other key is refused."""
    settings = SimulatorSettings(keys={"tok_live_a": "owner"}, rate=0)
    with RunningSimulator(settings=settings) as simulator:
        statuses = [httpx.get(f"{simulator.base_url}/me", headers={"X-API-Key": key}).status_code for key in ("tok_live_a", "tok_live_b")]
    assert statuses == [200, 401]
    with pytest.raises(httpx.ConnectError):
        httpx.get(simulator.base_url)


def test_serve_tells_its_address_and_serves() -> None:
    """The blocking server in a process of its own, on a free port."""
    script = "from bulkportal.simulator.server import serve\nserve(ready=lambda url: print(url, flush=True))"
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        base_url = process.stdout.readline().strip()
        answer = httpx.get(f"{base_url}/me", headers={"X-API-Key": "k"})
        process.terminate()
    assert answer.json()["data"]["credits"] == 1000
    assert base_url.endswith("/api/ext")


def test_the_operator_sets_any_status(stage: Stage) -> None:
    """Bundles, videos and accounts, whatever the rules."""
    bundle = stage.create()
    stage.operate("POST", "/status", {"bundle": bundle, "status": "published_priority"})
    stage.operate("POST", "/status", {"bundle": bundle, "position": 2, "status": "in_review"})
    stage.operate("POST", "/status", {"bundle": bundle, "account_status": "in_review"})
    row = stage.send("GET", "/bundles").json()["data"][0]
    assert (row["status"], row["account_status"]) == ("published_priority", "in_review")
    assert row["videos_configured_count"] == 1


def test_the_operator_shows_every_write_in_order(stage: Stage) -> None:
    """Counts by route, and each write with its key, status and charge."""
    bundle = stage.create()
    stage.send("POST", f"/bundles/{bundle}/publish", key="p")
    shown = stage.operate("GET", "/state")["data"]
    assert isinstance(shown, dict)
    assert shown["counts"] == {"POST /bundles": 1, "POST /bundles/{id}/publish": 1}
    assert shown["executed"] == {"POST /bundles": 1}
    assert [write["status"] for write in shown["writes"]] == [201, 400]
    assert (shown["writes"][0]["charged"], shown["writes"][1]["idempotency_key"]) == (35, "p")
    assert shown["writes"][1]["error"] == "account_not_configured"
    assert (shown["balance"], len(shown["history"])) == (965, 1)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/nowhere", {}, 404),
        ("/bundles/none/accept", {}, 404),
        ("/clock", {}, 400),
        ("/clock", {"today": "soon"}, 400),
        ("/faults", {"fault": "earthquake"}, 400),
        ("/settings", {"speed": 1}, 400),
        ("/credits", {"amount": -1}, 400),
    ],
)
def test_the_operator_explains_mistakes(stage: Stage, path: str, body: dict[str, object], status: int) -> None:
    """A 4xx with a message."""
    answer = stage.plain.post(stage.simulator.operator_url + path, json=body)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


def test_bans_are_listed(tmp_path: Path) -> None:
    """/account-bans is the authority; accounts can be filtered by it."""
    start = {"accounts": [{"id": "a", "ban_status": "appeal_pending"}, {"id": "b"}]}
    with RunningSimulator(data=written(tmp_path, start)) as simulator:
        headers = {"X-API-Key": "k"}
        bans = httpx.get(f"{simulator.base_url}/account-bans", headers=headers).json()["data"]
        free = httpx.get(f"{simulator.base_url}/accounts?banned=false", headers=headers).json()["data"]
    assert [ban["status"] for ban in bans] == ["appeal_pending"]
    assert [account["id"] for account in free] == ["b"]
