"""Answers that are no plain yes: what they leave undone, unknown or waiting, each with its sentence."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bulkportal.apply import runner
from bulkportal.apply.outcomes import Applied, OperationState, Outcome, RowState, Stop
from bulkportal.errors import AnotherRun
from bulkportal.plan.operations import Plan
from tests.apply.answering import EDITS, LAUNCH, MADE, THERE, Answer, applied, platform
from tests.apply.test_ledger import Working
from tests.conftest import bundle
from tests.plan.plans import facts, planned, remote_bundle, remote_video


def by_identity(found: Applied) -> dict[str, Outcome]:
    """The outcomes by their operations."""
    return {outcome.operation.identity: outcome for outcome in found.outcomes}


def test_a_plain_yes_is_done(tmp_path: Path) -> None:
    """Each operation in order, for what it was planned to take."""
    found, _ = applied(
        LAUNCH, platform(POST_bundles=MADE, PUT_videos={"data": {"results": [1, 2]}}, PUT_batch={"data": {"results": [1, 2]}}), tmp_path
    )
    assert [(outcome.operation.identity, outcome.state) for outcome in found.outcomes][:2] == [
        ("create:spring", OperationState.DONE),
        ("account:spring", OperationState.DONE),
    ]
    assert (found.outcomes[0].credits, found.outcomes[0].bundle_id, found.stop) == (25, "bnd-1", Stop.NONE)


def test_a_creation_whose_answer_tells_no_charge_is_asked_about(tmp_path: Path) -> None:
    """The bundle's own cost counts, and else what was planned; whether it was there before nobody knows, so what follows waits."""
    listed = {"data": [{**THERE, "credit_cost": 20}], "pagination": {"page": 1, "total_pages": 1}}
    found, _ = applied(LAUNCH, platform(POST_bundles={"data": {"id": "bnd-1"}}, GET_bundles=listed), tmp_path)
    first = found.outcomes[0]
    assert (first.state, first.credits) == (OperationState.WAITING, 20)
    assert first.problem == "A bundle named spring was made or found; the platform does not say which."
    assert {outcome.state for outcome in found.outcomes[1:]} == {OperationState.WAITING}


def test_a_creation_that_charged_nothing_was_there_already(tmp_path: Path) -> None:
    """What it holds must be seen first."""
    found, _ = applied(LAUNCH, platform(POST_bundles={**MADE, "credits_charged": 0}), tmp_path)
    assert found.outcomes[0].problem == "A bundle named spring was there already; nothing was charged."
    assert (found.outcomes[0].state, found.outcomes[0].credits) == (OperationState.WAITING, 0)


def test_two_bundles_under_the_name_of_a_lost_creation_are_a_person_s_case(tmp_path: Path) -> None:
    """It is not sent again."""
    listed = {"data": [THERE, {**THERE, "id": "bnd-2"}], "pagination": {"page": 1, "total_pages": 1}}
    found, _ = applied(LAUNCH, platform(POST_bundles=(502, {}), GET_bundles=listed), tmp_path)
    assert (found.outcomes[0].state, found.outcomes[0].problem) == (
        OperationState.UNKNOWN,
        "The platform has several bundles under spring: bnd-1, bnd-2.",
    )


def test_a_creation_without_an_id_leaves_what_needs_it(tmp_path: Path) -> None:
    """It is done and paid; nobody can say for which bundle the rest is."""
    found, _ = applied(LAUNCH, platform(POST_bundles={"data": {}, "credits_charged": 25}), tmp_path)
    made = by_identity(found)
    assert made["create:spring"].state is not OperationState.WAITING or made["create:spring"].problem
    assert all(outcome.state is not OperationState.DONE for name, outcome in made.items() if name != "create:spring")


def batch(made: Plan, home: Path, answers: Answer) -> Outcome:
    """What came of the positions of `spring`."""
    found, _ = applied(made, answers, home)
    return found.outcomes[-1]


def states(outcome: Outcome) -> list[RowState]:
    """How each row ended, in order."""
    return [verdict.state for _, verdict in sorted(outcome.verdicts.items())]


@pytest.mark.parametrize(
    ("answer", "there", "expected"),
    [
        ({"data": {"results": [1, 2]}}, "New", [RowState.DONE, RowState.DONE]),
        ({"data": {"results": [1]}}, "New", [RowState.DONE, RowState.DONE]),
        ({"data": {"results": [1]}}, "Old", [RowState.DONE, RowState.UNKNOWN]),
        ({"data": {"results": [{"position": 1, "error": "No."}, {"position": 2}]}}, "Old", [RowState.REFUSED, RowState.DONE]),
        ((502, {}), "New", [RowState.DONE, RowState.DONE]),
        ((502, {}), "Old", [RowState.UNKNOWN, RowState.UNKNOWN]),
        ((502, {}), None, [RowState.UNKNOWN, RowState.UNKNOWN]),
        ((404, {"error": {"code": "BUNDLE_NOT_FOUND", "message": "No such bundle."}}), "Old", [RowState.REFUSED, RowState.REFUSED]),
    ],
)
def test_a_position_is_believed_if_it_was_named_or_seen(tmp_path: Path, answer: object, there: str | None, expected: list[RowState]) -> None:
    """Of one that the answer does not mention, or whose answer was lost, the slot is looked at; one that cannot be read is unknown."""

    def answered(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            position = request.url.path.rpartition("/")[2]
            slot = {"position": int(position), "status": "configured", "description": there} if position.isdecimal() else {}
            return httpx.Response(500) if there is None else httpx.Response(200, json={"data": slot})
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        return httpx.Response(status, json=body)

    outcome = batch(EDITS, tmp_path, answered)
    assert states(outcome) == expected
    worst = (
        OperationState.UNKNOWN if RowState.UNKNOWN in expected else OperationState.REFUSED if RowState.REFUSED in expected else OperationState.DONE
    )
    assert outcome.state is worst


def test_a_batch_that_is_refused_is_halved_until_the_position_at_fault_stands_alone(tmp_path: Path) -> None:
    """The others are done."""

    def answered(request: httpx.Request) -> httpx.Response:
        positions = [slot["position"] for slot in json.loads(request.content)["videos"]]
        if 2 in positions:
            return httpx.Response(400, json={"error": {"code": "VALIDATION_ERROR", "message": "No."}})
        return httpx.Response(200, json={"data": {"results": positions}})

    assert states(batch(EDITS, tmp_path, answered)) == [RowState.DONE, RowState.REFUSED]


def test_an_event_that_ends_in_another_status_is_unknown(tmp_path: Path) -> None:
    """The platform took it, and shows something else than it should."""
    accepted = remote_bundle(status="accepted", is_published=True, positions=(replace(remote_video(1), status="accepted"),), videos_quantity=1)
    made = planned(videos=[{"bundle": "spring", "position": 1, "action": "finalize"}], remote=[accepted])
    found, _ = applied(made, platform(POST_finalize={"data": {"id": "vid-1", "status": "accepted"}}), tmp_path)
    assert (found.outcomes[0].state, found.outcomes[0].problem) == (
        OperationState.UNKNOWN,
        "The platform took it, but answered with the status accepted.",
    )
    good, _ = applied(made, platform(POST_finalize={"data": {"status": "finalized"}}), tmp_path / "good")
    assert good.outcomes[0].state is OperationState.DONE
    busy, _ = applied(made, platform(POST_finalize=(503, {"error": {"code": "CAPACITY_CLOSED", "message": "Closed."}})), tmp_path / "busy")
    assert busy.outcomes[0].state is not OperationState.DONE


def test_a_file_that_is_gone_by_now_holds_its_rows(tmp_path: Path) -> None:
    """It is said which, and what needs it is held for it."""
    files = {"one.mp4": replace(facts("one.mp4", "aa"), path=tmp_path / "gone.mp4")}
    made = planned(videos=[{"bundle": "spring", "position": 1, "video": "one.mp4", "bundle_id": "bnd-1"}], remote=[remote_bundle()], files=files)
    found, _ = applied(made, platform(), tmp_path / "home")
    upload, configure = found.outcomes
    assert (upload.state, configure.state) == (OperationState.HELD, OperationState.HELD)
    assert upload.problem.startswith("gone.mp4 was not uploaded: the file gone.mp4 cannot be read: ") and upload.problem.endswith(".")
    assert configure.problem == "Not sent: its media was not uploaded."


class Lost(Working):
    """Books that another run has taken over as soon as it says that it lives."""

    def beat(self) -> None:
        raise AnotherRun("Another run has taken this workspace over.", hint="Wait until it has ended.")


def test_a_run_that_has_lost_its_workspace_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the work: a single call may take longer than a lease lasts. What is not begun waits."""
    monkeypatch.setattr(runner, "HEARTBEAT", 0.0)
    found, _ = applied(LAUNCH, platform(POST_bundles=MADE), tmp_path, books=Lost)
    assert found.stop is Stop.LOCKED and found.message == "Another run has taken this workspace over: Another run has taken this workspace over."


def test_silence_that_the_platform_asks_for_is_told(tmp_path: Path) -> None:
    """While it lasts, for people who look on."""
    asked: list[int] = []

    def answered(request: httpx.Request) -> httpx.Response:
        if request.method == "POST" and not asked:
            asked.append(1)
            return httpx.Response(429, headers={"Retry-After": "20"}, json={"error": {"code": "RATE_LIMITED", "message": "Slower."}})
        return httpx.Response(200, json=MADE if request.method == "POST" else {"data": []})

    made = planned([bundle("spring", publish=None, username=None, visible_name=None, biography=None, profile_picture=None)])
    _, told = applied(made, answered, tmp_path)
    assert [event.text for event in told if event.seconds > 3][:1] == ["waiting, as the platform asked"]
