"""Purchases that are refused, lost or held: what is believed, what is asked, and what is never sent a second time unseen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bulkportal.apply.circuit_breaker import CircuitBreaker
from bulkportal.apply.entries import Completion, LedgerEntry
from bulkportal.apply.in_hand import alone
from bulkportal.apply.landing import LANDING
from bulkportal.apply.outcomes import OperationState, Outcome, RowState, Stop, Verdict
from bulkportal.apply.recovery import may_land, reconcile
from bulkportal.apply.refused import _plain
from bulkportal.apply.run_changes import bought_again, changes_of_run, keep_changes, runs_with_changes, settle_changes
from bulkportal.apply.runner import RunContext
from bulkportal.errors import AnotherRun
from bulkportal.plan.changes import changes_of
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Memory, Operation, Plan
from bulkportal.portal.remote import Json
from tests.apply.answering import EDITS, LAUNCH, MADE, THERE, applied, platform, refusal
from tests.apply.homes import asked
from tests.apply.test_ledger import Working
from tests.conftest import bundle
from tests.plan.plans import planned, remote_bundle, remote_state
from tests.portal.fakes import portal_to, run

NONE_LISTED: Mapping[str, object] = {"data": [], "pagination": {"page": 1, "total_pages": 1}}
LISTED = {"data": [{**THERE, "credit_cost": 25}], "pagination": {"page": 1, "total_pages": 1}}
SLOTS = planned([bundle("spring", videos_quantity=4, publish=None)], remote=[remote_bundle()])


@pytest.mark.parametrize(
    ("answer", "listed", "state", "stop"),
    [
        ((400, refusal("VALIDATION_ERROR")), NONE_LISTED, OperationState.REFUSED, Stop.NONE),
        ((402, refusal("INSUFFICIENT_CREDITS")), NONE_LISTED, OperationState.WAITING, Stop.CREDITS),
        ((409, refusal("BUNDLE_PRICING_CHANGED")), NONE_LISTED, OperationState.WAITING, Stop.PRICE),
        ((409, refusal("DUPLICATE_EXTERNAL_REF")), (500, {}), OperationState.REFUSED, Stop.NONE),
        ((409, refusal("DUPLICATE_EXTERNAL_REF")), NONE_LISTED, OperationState.REFUSED, Stop.NONE),
        ((409, refusal("DUPLICATE_EXTERNAL_REF")), LISTED, OperationState.WAITING, Stop.NONE),
        ((409, refusal("IDEMPOTENCY_KEY_REUSED")), (500, {}), OperationState.WAITING, Stop.TROUBLE),
        ((503, refusal("CAPACITY_CLOSED")), NONE_LISTED, OperationState.WAITING, Stop.TROUBLE),
        ((502, {}), NONE_LISTED, OperationState.UNKNOWN, Stop.NONE),
        ((502, {}), (500, {}), OperationState.UNKNOWN, Stop.NONE),
        ((502, {}), LISTED, OperationState.DONE, Stop.NONE),
    ],
)
def test_what_becomes_of_a_creation(tmp_path: Path, answer: tuple[int, object], listed: object, state: OperationState, stop: Stop) -> None:
    """By the platform's word, and where that is none by its books; where they cannot be asked it is unknown, and never sent again unseen."""
    found, _ = applied(LAUNCH, platform(POST_bundles=answer, GET_bundles=listed), tmp_path)
    assert (found.outcomes[0].state, found.stop) == (state, stop), found.outcomes[0]
    assert found.outcomes[0].credits == (25 if state is OperationState.DONE else 0)


def test_closed_capacity_lets_go_on_what_needs_none(tmp_path: Path) -> None:
    """The second creation is not even asked for; an edit is made."""
    both = planned(
        [bundle("autumn", publish=None), bundle("winter", publish=None)],
        [{"bundle": "spring", "position": 1, "name": "Noodles"}],
        remote=[remote_bundle()],
    )
    asked: list[str] = []

    def answered(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.method} {request.url.path.removeprefix('/api/ext')}")
        if request.method == "POST":
            return httpx.Response(503, json=refusal("CAPACITY_CLOSED"))
        return httpx.Response(200, json=NONE_LISTED if request.method == "GET" else {"data": {}})

    found, _ = applied(both, answered, tmp_path)
    states = {outcome.operation.identity: outcome.state for outcome in found.outcomes}
    assert states["create:autumn"] is states["create:winter"] is OperationState.WAITING
    assert states["rename:spring:1"] is OperationState.DONE
    assert found.hint == "Run this again later; nothing is lost."
    brake = CircuitBreaker(capacity=True)
    assert [brake.allows(operation) for operation in both.operations if operation.kind.traits.new_work] == [False, False]


@pytest.mark.parametrize(("there", "state", "taken"), [(4, OperationState.DONE, 20), (3, OperationState.UNKNOWN, 0), (2, OperationState.UNKNOWN, 0)])
def test_slots_whose_answer_was_lost_are_looked_for(tmp_path: Path, there: int, state: OperationState, taken: int) -> None:
    """Bought where the number is there; where others have changed it, and where it may still land, nobody knows."""

    def answered(request: httpx.Request) -> httpx.Response:
        return httpx.Response(502, json={}) if request.method == "POST" else httpx.Response(200, json={"data": {**THERE, "videos_quantity": there}})

    found, _ = applied(SLOTS, answered, tmp_path)
    assert (found.outcomes[0].state, found.outcomes[0].credits) == (state, taken)


class Contested(Working):
    """Books in which another process has a purchase in hand for a while, and had begun it."""

    held = 2

    def try_alone(self, identity: str) -> str | None:
        self.held -= 1
        return "process 7 on office" if self.held >= 0 else super().try_alone(identity)


def in_hand(home: Path, *, patience: float, stopped: bool = False) -> bool:
    """Whether another process had the purchase meanwhile."""

    async def played() -> bool:
        async with portal_to(platform()) as portal:
            with Contested(home, "w", "run-1") as ledger:
                context = RunContext(portal=portal, ledger=ledger, tell=lambda _: None, patience=patience)
                if stopped:
                    context.brake.interrupt("Ctrl-C")
                async with alone(LAUNCH.operations[0], context) as contested:
                    return contested

    return run(played())


def test_a_purchase_waits_for_the_process_that_has_it_in_hand(tmp_path: Path) -> None:
    """Not for ever, and not once it is told to stop: what that process has sent nobody knows."""
    assert in_hand(tmp_path, patience=600)
    with pytest.raises(AnotherRun, match="A suspended process is working on spring"):
        in_hand(tmp_path / "silent", patience=0)
    with pytest.raises(AnotherRun, match="Stopped while process 7 on office was working on it"):
        in_hand(tmp_path / "stopped", patience=600, stopped=True)


@pytest.mark.parametrize(("there", "state"), [(2, OperationState.UNKNOWN), (4, OperationState.DONE)])
def test_slots_that_another_process_had_in_hand_are_looked_for_first(tmp_path: Path, there: int, state: OperationState) -> None:
    """They are not asked for again as long as its request may still land."""
    with Working(tmp_path, "w", "run-0") as before:
        before.begin(SLOTS.operations[0], "bnd-1", {"quantity": 2})
    sent: list[str] = []

    def answered(request: httpx.Request) -> httpx.Response:
        sent.append(request.method)
        return httpx.Response(200, json={"data": {**THERE, "videos_quantity": there}})

    found, _ = applied(SLOTS, answered, tmp_path, books=Contested)
    assert (found.outcomes[0].state, "POST" in sent) == (state, False)
    assert state is OperationState.DONE or "nothing is paid twice" in found.outcomes[0].next_step


# -- what an earlier run left open


def reconciled(home: Path, made: Plan, there: object, *, landing: float = LANDING) -> tuple[list[str], str]:
    """What is settled of the first purchase of a plan that was left open, and how the books have it."""

    async def played() -> tuple[list[str], str]:
        async with portal_to(platform(GET_bundle=there, GET_bundles=there)) as portal:
            with Working(home, "w", "run-1") as ledger:
                operation = made.operations[0]
                ledger.begin(operation, "bnd-1" if operation.bundle_id else None, {"quantity": 2, "external_ref": "spring"})
                settled = await reconcile(portal, ledger, landing)
                entry = ledger.find(operation.identity)
                assert entry is not None and (may_land(ledger, entry, LANDING) > 0) is operation.kind.traits.adds_slots
                return [entry.identity for entry, _ in settled], entry.state

    return run(played())


@pytest.mark.parametrize(
    ("made", "there", "landing", "expected"),
    [
        (SLOTS, {"data": {**THERE, "videos_quantity": 4}}, LANDING, (["slots:spring:4"], "done")),
        (SLOTS, {"data": {**THERE, "videos_quantity": 2}}, LANDING, ([], "sent")),
        (SLOTS, {"data": {**THERE, "videos_quantity": 3}}, LANDING, ([], "sent")),
        (SLOTS, {"data": {**THERE, "videos_quantity": 3}}, 0.0, ([], "refused")),
        (SLOTS, (404, refusal("BUNDLE_NOT_FOUND")), LANDING, ([], "sent")),
        (LAUNCH, LISTED, LANDING, (["create:spring"], "done")),
        (LAUNCH, {"data": [THERE, {**THERE, "id": "bnd-2"}]}, LANDING, (["create:spring"], "sent")),
        (LAUNCH, NONE_LISTED, LANDING, ([], "sent")),
    ],
)
def test_what_was_left_open_is_asked_about(tmp_path: Path, made: Plan, there: object, landing: float, expected: tuple[list[str], str]) -> None:
    """Settled by what the platform shows; what may still land is not judged by what others have done."""
    assert reconciled(tmp_path, made, there, landing=landing) == expected


# -- what a run changed


def test_changes_are_kept_before_and_settled_after(tmp_path: Path) -> None:
    """What was not done is forgotten; a batch is one charge, booked on the first of its changes."""
    state = remote_state(remote_bundle())
    (batch,) = EDITS.operations
    rows = batch.rows
    verdicts = {rows[0]: Verdict(state=RowState.DONE), rows[1]: Verdict(state=RowState.REFUSED)}
    with Working(tmp_path, "w", "run-1") as ledger:
        ledger.start_run("import", ["l.xlsx"], {})
        keep_changes(ledger, changes_of(EDITS, state, Memory()))
        assert changes_of_run(ledger, "run-1") == (), "nothing was begun"
        settle_changes(ledger, [])
        settle_changes(ledger, [Outcome(operation=batch, state=OperationState.REFUSED, bundle_id="bnd-1", credits=3, verdicts=verdicts)])
        (kept,) = changes_of_run(ledger, "run-1")
        assert (kept.state, kept.credits, kept.place, kept.after) == ("done", 3, 1, {"description": "New"})
        assert runs_with_changes(ledger) == {"run-1"}
        (again,) = bought_again(
            [Outcome(operation=batch, state=OperationState.FOUND, credits=5), Outcome(operation=batch, state=OperationState.HELD)], {}
        )
        assert (again.credits, again.state) == (5, "done")
        assert [change.identity for change in bought_again([], {"line-1": 25})] == ["coverage:line-1"]
        assert ledger.workspace_of_run("run-1") == "w" and ledger.workspace_of_run("none") == ""
        ledger.finish_run(0, {"done": 1}, 3)
        assert [record.run_id for record in ledger.runs()] == ["run-1"]


@pytest.mark.parametrize(
    ("ending", "other", "state"),
    [("done", False, "done"), ("refused", False, ""), (None, False, "unknown"), ("done", True, "unknown")],
)
def test_a_killed_run_is_judged_by_what_it_had_begun(tmp_path: Path, ending: str | None, other: bool, state: str) -> None:
    """Done, not done, or nobody can say: still open, or of another run by now."""
    create = LAUNCH.operations[0]
    with Working(tmp_path, "w", "run-1") as ledger:
        ledger.start_run("import", ["l.xlsx"], {})
        keep_changes(ledger, changes_of(LAUNCH, remote_state(), Memory()))
        entry = ledger.begin(create, None, {"external_ref": "spring"})
        if ending and not other:
            ledger.end(entry, Completion(state=ending, answer={"id": "bnd-1"}, credits=25))
        if not other:
            made = {change.identity: change for change in changes_of_run(ledger, "run-1")}
            assert made["create:spring"].state == state if state else made == {}
            assert not state or made["create:spring"].credits == (25 if state == "done" else 0)
            return
    with Working(tmp_path, "w", "run-2") as later:
        later.end(later.begin(create, None, {}), Completion(state="done", answer={"id": "bnd-1"}, credits=25))
        assert [(change.state, change.bundle_id) for change in changes_of_run(later, "run-1")] == [("unknown", "bnd-1")]
        assert later.operations_of("run-2") == (("create:spring", "done", 25, ""),)


def test_details_of_a_refusal_are_for_people() -> None:
    """Words, numbers and lists of them; what is nested says nothing."""
    assert [_plain(value) for value in (True, False, 3, ["a", 1], {"a": 1}, [["a"]], None)] == ["yes", "no", "3", "a, 1", "", "", ""]
    assert len(_plain("x" * 10_000)) < 10_000


@pytest.mark.parametrize(
    ("there", "state"), [((200, {"data": {**THERE, "videos_quantity": 2}}), OperationState.WAITING), ((500, {}), OperationState.WAITING)]
)
def test_slots_that_the_platform_is_too_busy_for_are_looked_for_all_the_same(
    tmp_path: Path, there: tuple[int, object], state: OperationState
) -> None:
    """Some servers say so after they have committed; where nobody can look, the next run does."""

    def answered(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(503, json=refusal("CAPACITY_CLOSED"))
        return httpx.Response(there[0], json=there[1])

    found, _ = applied(SLOTS, answered, tmp_path)
    assert (found.outcomes[0].state, found.outcomes[0].credits) == (state, 0)
    with Working(tmp_path, "w", "run-2") as later:
        entry = later.find(SLOTS.operations[0].identity)
        assert entry is not None and entry.state == ("planned" if there[0] == 200 else "unknown")


class TakenOver(Working):
    """Books that another run takes over, before a request is written down or after it was sent."""

    def begin(self, operation: Operation, bundle_id: str | None, body: Mapping[str, Json]) -> LedgerEntry:
        if operation.kind is not OperationKind.CREATE_BUNDLE:
            raise AnotherRun("Another run has it.", hint="Wait until it has ended.")
        return super().begin(operation, bundle_id, body)

    def end(self, entry: LedgerEntry, ending: Completion) -> None:
        raise AnotherRun("Another run has it.", hint="Wait until it has ended.")


@pytest.mark.parametrize(
    ("made", "answer", "state"),
    [
        (LAUNCH, MADE, OperationState.DONE),
        (LAUNCH, (400, refusal("VALIDATION_ERROR")), OperationState.UNKNOWN),
        (EDITS, {"data": {}}, OperationState.UNKNOWN),
    ],
)
def test_a_run_whose_books_were_taken_over_says_what_it_knows(tmp_path: Path, made: Plan, answer: object, state: OperationState) -> None:
    """What is done and paid is reported all the same; of all else the run that has the workspace knows."""
    found, _ = applied(made, platform(POST_bundles=answer), tmp_path, books=TakenOver)
    first = found.outcomes[0]
    assert (first.state, found.stop) == (state, Stop.LOCKED)
    assert state is OperationState.DONE or first.next_step == "Wait until it has ended."


def test_what_another_run_has_settled_meanwhile_stays_as_it_settled_it(tmp_path: Path) -> None:
    """The answer is reported; the books are theirs by now."""

    def answered(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            asked(tmp_path, "UPDATE operations SET state='done'")
        return httpx.Response(400, json=refusal("VALIDATION_ERROR"))

    found, _ = applied(LAUNCH, answered, tmp_path)
    assert (found.outcomes[0].state, found.stop) == (OperationState.REFUSED, Stop.NONE)
    assert asked(tmp_path, "SELECT state FROM operations") == [("done",)]


@pytest.mark.parametrize("is_alone", [True, False])
def test_the_last_word_before_a_request_leaves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_alone: bool) -> None:
    """Where the word of `begin` has grown old: a purchase goes only if nobody else can have begun to pay for it."""
    with Working(tmp_path, "w", "run-1") as ledger:
        entry = ledger.begin(LAUNCH.operations[0], None, {})
        ledger.last_word(entry)
        monkeypatch.setattr(ledger._claim, "is_alone", lambda _: is_alone)
        old = replace(entry, sent_at="")
        if is_alone:
            ledger.last_word(old)
        else:
            with pytest.raises(AnotherRun):
                ledger.last_word(old)


def test_what_is_done_is_known_by_single_positions(tmp_path: Path) -> None:
    """The next run may divide its batches differently."""
    with Working(tmp_path, "w", "run-1") as ledger:
        for operation in (LAUNCH.operations[0], EDITS.operations[0]):
            ledger.end(ledger.begin(operation, "bnd-1", {}), Completion(state="done", answer={"id": "bnd-1"}))
        asked_for = ["create:spring", "configure:spring:1", "configure:spring:2", "configure:spring:3", "publish:spring"]
        assert list(ledger.finished(asked_for)) == asked_for[:3]
