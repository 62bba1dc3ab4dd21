"""A run is a process of its own: neither a killed desk nor a killed run makes anything paid twice, and the page tells what is so."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from bulkportal.desk import launch_views
from bulkportal.desk.approving import sign
from bulkportal.desk.running import RunFolder, how_far
from tests.conftest import Desk, bundle, video
from tests.desk.conftest import Page
from tests.desk.starting import begin, link_of

Enter = Callable[..., Page]


@pytest.fixture
def sheets(desk: Desk) -> Path:
    """Three bundles, six videos, no mistake: 75 credits."""
    names = ("spring-01", "spring-02", "spring-03")
    return desk.sheets("launch", bundles=[bundle(name) for name in names], videos=[video(name, place) for name in names for place in (1, 2)])


def until(happened: Callable[[], object]) -> None:
    """Wait for it."""
    end = time.monotonic() + 120
    while not happened():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)


def sent(ask: Any, address: str) -> None:
    """Plan, approve every line, and send."""
    assert ask.post(f"{address}/plan").status_code == 200
    text = ask.get(f"{address}/plan").text
    lines = [part.split('"')[0] for part in text.split('name="line" value="')[1:]]
    price = ask.post(f"{address}/price", {"approved": lines}).json()
    body = {"digest": text.split('data-digest="')[1].split('"')[0], "approved": lines, "credits": price["credits"]}
    answer = ask.post(f"{address}/send", body)
    assert answer.status_code == 200, answer.text


def last_run(desk: Desk) -> RunFolder:
    return RunFolder(path=max((desk.folder / "launch.bulkportal" / "runs").iterdir()))


def test_a_run_that_was_killed_is_told_and_nothing_is_paid_twice(enter: Enter, desk: Desk, sheets: Path) -> None:
    """Kill -9 while it pays: the page says that it broke off; planned and sent again, the rest is done."""
    page = enter()
    address = page.open(sheets)
    # Each bundle waits for an answer when the run is killed, however long that takes to come: no request of it is still under way.
    desk.trouble("slow_after", "*write", times=None, skip=2, seconds=250)
    sent(page, address)
    run = last_run(desk)
    until(lambda: sum(write.executed for write in desk.state.journal.writes) >= 5)
    os.kill(run.said["pid"], signal.SIGKILL)
    desk.operate("DELETE", "/faults")
    until(lambda: not run.is_running)
    assert 'data-state="broken"' in page.get(f"{address}/run").text
    assert "There is no report yet" in page.get(f"{address}/report").text
    sent(page, address)
    again = last_run(desk)
    assert again.path != run.path
    until(lambda: again.summary and not again.is_running)
    assert 'data-state="ended"' in page.get(f"{address}/run").text
    assert (len(desk.bundles), 5000 - desk.balance) == (3, 75)
    assert desk.run("import", sheets, "--dry-run").rows == {"total": 9, "unchanged": 9}


class _Outside:
    """A page on a desk in a process of its own."""

    def __init__(self, link: str) -> None:
        self.origin = link.split("/?", maxsplit=1)[0]
        self.client = httpx.Client(base_url=self.origin, trust_env=False, timeout=60)
        assert self.client.get(link, follow_redirects=True).status_code == 200

    def get(self, place: str) -> httpx.Response:
        return self.client.get(place)

    def post(self, place: str, body: object = None) -> httpx.Response:
        return self.client.post(place, json=body or {}, headers={"X-Bulkportal": "desk", "Origin": self.origin, "Sec-Fetch-Site": "same-origin"})


def test_a_desk_that_was_killed_does_not_stop_what_is_paid(desk: Desk, sheets: Path) -> None:
    """Kill -9 of the desk: the run goes on, and a new desk shows it at work, and then its report."""
    first = begin(desk)
    try:
        page = _Outside(link_of(first))
        address = page.post("/open", {"path": str(sheets)}).json()["go"].removesuffix("/sheet")
        sent(page, address)
        until(lambda: desk.writes >= 1)
    finally:
        first.kill()
        first.communicate(timeout=60)
        page.client.close()
    run = last_run(desk)
    second = begin(desk)
    try:
        page = _Outside(link_of(second))
        shown = page.get(f"{address}/run").text
        assert 'data-state="running"' in shown or run.summary
        until(lambda: run.summary and not run.is_running)
        assert 'data-state="ended"' in page.get(f"{address}/run").text
        assert "Every row is done" in page.get(f"{address}/report").text
        page.client.close()
    finally:
        second.send_signal(signal.SIGTERM)
        second.communicate(timeout=60)
    assert (len(desk.bundles), 5000 - desk.balance) == (3, 75)
    assert run.summary["credits"]["charged"] == 75


def test_stop_is_what_ctrl_c_is(enter: Enter, desk: Desk, sheets: Path) -> None:
    """What is in flight is finished, the report says what waits, and sending again does the rest."""
    page = enter()
    address = page.open(sheets)
    sent(page, address)
    run = last_run(desk)
    until(lambda: desk.writes >= 1)
    assert page.post(f"{address}/stop").json() == {"stopped": True}
    until(lambda: not run.is_running)
    assert page.post(f"{address}/stop").json() == {"stopped": False}
    assert run.summary["exit_code"] in (130, 0)
    if run.summary["exit_code"]:
        sent(page, address)
    until(lambda: not last_run(desk).is_running)
    assert (len(desk.bundles), 5000 - desk.balance) == (3, 75)


def test_stop_is_said_to_a_run_once_however_often_it_is_pressed(enter: Enter, desk: Desk, sheets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second Ctrl-C would not wait for the answers of purchases; a desk that is opened later does not send one either."""
    page, signals, kill = enter(), list[int](), os.kill

    def seen(pid: int, number: int) -> None:
        if number:
            signals.append(number)
        kill(pid, number)

    address = page.open(sheets)
    desk.trouble("slow", "POST /bundles", times=None, seconds=600)
    sent(page, address)
    run = last_run(desk)
    until(lambda: desk.writes >= 1)
    monkeypatch.setattr(os, "kill", seen)
    for asked in (page, page, enter()):
        assert asked.post(f"{address}/stop").json() == {"stopped": True}
        shown = asked.get(f"{address}/run").text
        assert "Stopping after what is in flight" in shown and f'data-post="{address}/stop"' not in shown
    desk.operate("DELETE", "/faults")
    until(lambda: not run.is_running)
    assert signals == [signal.SIGINT]
    assert run.summary["exit_code"] in (130, 0) and 5000 - desk.balance == run.summary["credits"]["charged"]


def test_a_yes_is_for_what_was_shown(enter: Enter, desk: Desk, sheets: Path) -> None:
    """Another plan, other credits, an edit since, no lines: nothing is sent."""
    page = enter()
    address = page.open(sheets)
    page.post(f"{address}/plan")
    text = page.get(f"{address}/plan").text
    lines = [part.split('"')[0] for part in text.split('name="line" value="')[1:]]
    digest = text.split('data-digest="')[1].split('"')[0]
    right = {"digest": digest, "approved": lines, "credits": "75"}
    for wrong in ({"digest": "0" * 64}, {"credits": "74"}, {"approved": []}, {"approved": ["create:evil"]}, {"credits": None}):
        assert page.post(f"{address}/send", {**right, **wrong}).status_code in (409, 422), wrong
    sheet = sheets / "videos.csv"
    before = sheet.read_bytes()
    sheet.write_bytes(before.replace(b"2", b"3"))
    assert page.post(f"{address}/send", right).status_code == 409, "somebody has saved the file anew"
    sheet.write_bytes(before)
    page.post(f"{address}/cells", {"table": 0, "cells": [[2, "A", "spring-09"]]})
    assert page.post(f"{address}/send", right).status_code == 409
    assert desk.writes == 0
    assert not (desk.folder / "launch.bulkportal" / "runs").exists()


def test_two_yeses_at_once_are_one(enter: Enter, desk: Desk, sheets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A double click, or the same page twice: the second finds the plan sent, and does not take the folder of the run."""
    page = enter()
    address = page.open(sheets)
    page.post(f"{address}/plan")
    text = page.get(f"{address}/plan").text
    lines = [part.split('"')[0] for part in text.split('name="line" value="')[1:]]
    body = {"digest": text.split('data-digest="')[1].split('"')[0], "approved": lines, "credits": "75"}

    def slow(*given: Any) -> None:
        time.sleep(0.5)
        sign(*given)

    monkeypatch.setattr(launch_views, "sign", slow)
    with ThreadPoolExecutor(2) as pool:
        codes = sorted(pool.map(lambda _: page.post(f"{address}/send", body).status_code, range(2)))
    assert codes == [200, 422]
    run = last_run(desk)
    until(lambda: run.summary and not run.is_running)
    assert (len(desk.bundles), 5000 - desk.balance, run.summary["exit_code"]) == (3, 75, 0)


def test_many_credits_are_typed_once_more(enter: Enter, desk: Desk) -> None:
    names = [f"spring-{number:02}" for number in range(1, 6)]
    sheets = desk.sheets("many", bundles=[bundle(name) for name in names], videos=[video(name, place) for name in names for place in (1, 2)])
    page = enter()
    address = page.open(sheets)
    page.post(f"{address}/plan")
    text = page.get(f"{address}/plan").text
    lines = [part.split('"')[0] for part in text.split('name="line" value="')[1:]]
    body = {"digest": text.split('data-digest="')[1].split('"')[0], "approved": lines, "credits": "125"}
    assert page.post(f"{address}/price", {"approved": lines}).json()["typed"] is True
    assert page.post(f"{address}/send", body).status_code == 422
    assert page.post(f"{address}/send", {**body, "typed": "12"}).status_code == 422
    assert desk.writes == 0
    assert page.post(f"{address}/send", {**body, "typed": " 125 "}).status_code == 200
    run = RunFolder(path=desk.folder / "many.bulkportal" / "runs" / "1")
    until(lambda: run.summary and not run.is_running)
    assert run.summary["credits"]["charged"] == 125


def test_the_events_of_a_run_go_on_where_a_page_was(enter: Enter, desk: Desk, sheets: Path) -> None:
    """One stream, with a number for each event; a page that comes again gets only what is new, and the end closes it."""
    page = enter()
    address = page.open(sheets)
    sent(page, address)
    stream = page.get(f"{address}/events").text
    assert stream.rstrip().splitlines()[-1].startswith("data: ") and "event: end" in stream
    last = [line for line in stream.splitlines() if line.startswith("id: ")][-1].removeprefix("id: ")
    again = page.get(f"{address}/events", **{"Last-Event-ID": last}).text
    assert "event: far" not in again and "event: end" in again


def test_a_rehearsal_is_marked_and_leaves_the_platform_alone(enter: Enter, desk: Desk, sheets: Path) -> None:
    """The same way on a simulator of the desk's own; its plan, report and runs are by themselves."""
    page = enter(TOKPORTAL_API_KEY="")
    assert "Before the first launch" in page.get("/").text
    address = page.open(sheets)
    assert page.post(f"{address}/plan").status_code == 403
    page.post("/rehearsal", {"on": "on"})
    for place in ("/", "/status", "/runs", "/settings", f"{address}/grid", f"{address}/plan"):
        assert 'class="banner"' in page.get(place).text, place
    sent(page, address)
    run = RunFolder(path=desk.folder / "launch.bulkportal" / "rehearsal" / "runs" / "1")
    until(lambda: run.summary and not run.is_running)
    assert run.summary["credits"]["charged"] == 75
    assert run.said["rehearsal"] is True
    assert (desk.folder / "launch.bulkportal" / "launch.rehearsal.report.xlsx").exists()
    assert desk.writes == 0
    assert "spring-01" in page.get("/status").text
    page.post("/rehearsal", {"on": "off"})
    assert "Nothing has been sent yet" in page.get(f"{address}/run").text


def test_how_far_a_run_is_is_reckoned_from_its_events() -> None:
    """Steps, credits, pace and time left from the log's own moments; what it waits for is said as long as it waits."""
    lines = [
        {"at": "2027-03-01T09:00:00+00:00", "event": "run_started"},
        {"at": "2027-03-01T09:00:10+00:00", "event": "operation", "state": "done", "credits": 25, "done": 1, "total": 5, "target": "a"},
        {"at": "2027-03-01T09:00:40+00:00", "event": "operation", "state": "refused", "credits": 0, "done": 2, "total": 5, "target": "b"},
        {"at": "2027-03-01T09:00:41+00:00", "event": "waiting", "message": "asked to wait", "seconds": 20, "done": 2, "total": 5},
    ]
    far = how_far(lines, datetime(2027, 3, 1, 9, 1, tzinfo=UTC))
    assert (far.done, far.total, far.credits, far.troubled, far.waits) == (2, 5, 25, 1, 20)
    assert (far.pace, far.left, far.seconds) == (2.0, 90.0, 60.0)
    assert json.dumps(far.document())
    assert how_far([], datetime(2027, 3, 1, tzinfo=UTC)).total == 0


def test_what_the_platform_refuses_comes_back_to_its_row(enter: Enter, desk: Desk, sheets: Path) -> None:
    """The credits run out on the platform: the rows that wait are told in the report and in the grid, and sent again only they are paid."""
    page = enter()
    address = page.open(sheets)
    desk.trouble("402", "POST /bundles", times=None, skip=1)
    sent(page, address)
    run = last_run(desk)
    until(lambda: run.summary and not run.is_running)
    assert run.summary["exit_code"] == 8
    report = page.get(f"{address}/report").text
    assert "Rows to look at" in report and "/grid#bundles!3" in report
    states = {row: told for row, *told in page.get(f"{address}/rows?table=0").json()["states"]}
    assert {told[0] for told in states.values()} <= {"waiting", "held", "refused"} and states
    desk.operate("DELETE", "/faults")
    sent(page, address)
    again = last_run(desk)
    until(lambda: again.summary and not again.is_running)
    assert page.get(f"{address}/rows?table=0").json()["states"] == []
    assert (len(desk.bundles), 5000 - desk.balance) == (3, 75)
