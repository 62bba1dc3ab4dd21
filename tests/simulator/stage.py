"""A running simulator with a client and the operator's hand, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import httpx

from bulkportal.simulator import RunningSimulator, State
from bulkportal.simulator.calls import JsonObject

TODAY = date(2027, 3, 1)
ACCOUNT: JsonObject = {
    "username": "daily.bites",
    "visible_name": "Daily Bites",
    "biography": "One dish a day.",
    "profile_picture_url": "https://cdn.example.com/bites.jpg",
}


def day(ahead: int) -> str:
    """The date so many days after the simulated today."""
    return (TODAY + timedelta(days=ahead)).isoformat()


def video(**changes: object) -> JsonObject:
    """A correct TikTok video on the first date a new account allows."""
    body: JsonObject = {
        "video_type": "video",
        "description": "A market at dawn",
        "video_url": "https://cdn.example.com/dawn.mp4",
        "target_publish_date": day(3),
    }
    body.update(changes)
    return {name: value for name, value in body.items() if value is not None}


def code(answer: httpx.Response) -> tuple[int, str]:
    """The status and the error code of a refusal."""
    return answer.status_code, answer.json()["error"]["code"]


class Stage:
    """One simulator, cleared between tests; requests are made by method name and path."""

    def __init__(self, simulator: RunningSimulator) -> None:
        self.simulator = simulator
        self.http = httpx.Client(base_url=simulator.base_url, headers={"X-API-Key": "tok_live_x"}, trust_env=False)
        self.plain = httpx.Client(trust_env=False)

    @property
    def state(self) -> State:
        """What the simulated platform knows."""
        return self.simulator.state

    def clear(self) -> None:
        """Make it the first day again."""
        self.operate("POST", "/reset", {"balance": 1000})
        self.operate("POST", "/clock", {"today": TODAY.isoformat()})
        self.operate("POST", "/forget-keys", {"on": False})
        self.operate("POST", "/settings", {"remember_refusals": True, "rate": 0})

    def close(self) -> None:
        """Close the connections."""
        self.http.close()
        self.plain.close()

    def operate(self, method: str, path: str, body: object = None) -> JsonObject:
        """Ask the operator; anything but success fails the test."""
        answer = self.plain.request(method, self.simulator.operator_url + path, json=body)
        assert answer.status_code == 200, answer.text
        found: JsonObject = answer.json()
        return found

    def fault(self, route: str, kind: str, **more: object) -> None:
        """Script one fault."""
        self.operate("POST", "/faults", {"route": route, "fault": kind, **more})

    def send(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        """An API request; ``key`` stands for the idempotency key, other words for headers."""
        names = {"key": "Idempotency-Key", "api_key": "X-API-Key", "dry": "X-TokPortal-Dry-Run"}
        sent = {names[name]: value for name, value in headers.items()}
        return self.http.request(method, path, json=body, headers=sent)

    def create(self, **changes: object) -> str:
        """Create a bundle and give its id."""
        body: JsonObject = {
            "bundle_type": "account_and_videos",
            "platform": "tiktok",
            "country": "FR",
            "videos_quantity": 3,
        }
        body.update(changes)
        answer = self.send("POST", "/bundles", body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["data"]["id"])

    def published(self, **changes: object) -> str:
        """A bundle with an account and one configured video, published."""
        bundle = self.create(**changes)
        for method, path, body in (
            ("PUT", "account", ACCOUNT),
            ("PUT", "videos/1", video()),
            ("POST", "publish", None),
        ):
            answer = self.send(method, f"/bundles/{bundle}/{path}", body)
            assert answer.status_code == 200, answer.text
        return bundle

    def accepted(self, **changes: object) -> str:
        """A published bundle that a manager has accepted."""
        bundle = self.published(**changes)
        self.operate("POST", f"/bundles/{bundle}/accept")
        return bundle

    @property
    def balance(self) -> int:
        """The owner's credits."""
        return self.state.wallet("owner").balance


@contextmanager
def opened(edition: str) -> Iterator[Stage]:
    """A stage of that edition, without a limit of the rate."""
    with RunningSimulator(edition=edition, rate=0) as simulator:
        stage = Stage(simulator)
        try:
            yield stage
        finally:
            stage.close()
