"""What goes on beside the requests: dates that become too early, transfers, the platform's history, and books of another time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast

import httpx
import pytest

from bulkportal import names
from bulkportal.apply import credit_history, transfers
from bulkportal.apply.carrying import Carried, Carrier
from bulkportal.apply.credit_history import CreditHistory, debits_since
from bulkportal.apply.date_guard import DateGuard
from bulkportal.apply.dry_run_quote import quote
from bulkportal.apply.entries import Completion, LedgerEntry, bought_of
from bulkportal.apply.ledger import Ledger
from bulkportal.apply.outcomes import Applied, OperationState, Outcome, RowState, Stop
from bulkportal.apply.recovery import reconcile, without_renamed
from bulkportal.apply.references import Sent
from bulkportal.apply.transfers import Transfers, _given
from bulkportal.apply.verification import _status, find_event, find_refused, note_of
from bulkportal.check.checker import check, understand
from bulkportal.check.findings import ValidationResult
from bulkportal.check.known import OFFLINE, Known
from bulkportal.check.prepare import Terms
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Coverage, Operation, Plan, Upload
from bulkportal.portal.client import Portal
from bulkportal.portal.failures import Failure, FailureFacts, Family, Refused
from bulkportal.portal.uploading import Uploaded
from tests.apply.answering import EDITS, LAUNCH, MADE, THERE, Answer, applied, platform, refusal
from tests.apply.homes import asked, silent
from tests.apply.test_ledger import Working
from tests.check.sheets import TODAY, checked, table
from tests.conftest import bundle, video
from tests.plan.plans import facts, planned, remote_bundle
from tests.portal.fakes import portal_to, run


def late_run(home: Path, *late: int) -> Applied:
    """The launch of two videos, of which the dates of these rows have become too early."""
    rows = {row for operation in LAUNCH.operations for row in operation.rows if row.sheet == "Videos" and row.row in late}
    found, _ = applied(LAUNCH, platform(POST_bundles=MADE, PUT_batch={"data": {"results": [2]}}), home, late=lambda: rows)
    return found


def test_a_video_that_became_too_early_is_left_out_of_its_batch(tmp_path: Path) -> None:
    """The bundle is worth its price for the other one."""
    outcomes = {outcome.operation.identity: outcome for outcome in late_run(tmp_path, 2).outcomes}
    assert outcomes["create:spring"].state is OperationState.DONE
    verdicts = outcomes["configure:spring:1,2"].verdicts
    assert next(verdict.state for _, verdict in sorted(verdicts.items())) is RowState.INVALID


def test_nothing_is_bought_for_videos_that_are_all_too_late(tmp_path: Path) -> None:
    """Each row says so itself."""
    found = late_run(tmp_path, 2, 3)
    create, batch = found.outcomes[0], next(o for o in found.outcomes if o.operation.kind is OperationKind.CONFIGURE_POSITIONS)
    assert create.state is OperationState.HELD and create.problem.startswith(
        "Not bought: the dates of all videos that it is for (Videos!2, Videos!3)"
    )
    assert {verdict.state for verdict in batch.verdicts.values()} == {RowState.INVALID}


def judged(known: Known, day: date) -> ValidationResult:
    """One video that is due on 5 March, judged on that day."""
    rows = understand(
        [table([bundle("spring", videos_quantity=1)], "Bundles"), table([video("spring", 1, target_publish_date="2027-03-05")], "Videos")]
    )
    return check(rows, {}, Terms(today=day, known=known))


def test_a_day_is_judged_once_and_rows_that_it_makes_late_are_told() -> None:
    """Those that will be tomorrow are urgent today; a date that is far away is neither."""
    now = [TODAY]
    guard = DateGuard(check=judged, known=OFFLINE, checked=judged(OFFLINE, TODAY), today=lambda: now[0], judged=TODAY)
    assert not guard.late()
    now[0] = date(2027, 3, 4)
    assert [str(row) for row in guard.late()] == ["Videos!2"] and guard.late() == guard.late()
    far = DateGuard(check=judged, known=OFFLINE, checked=checked([bundle("a")], [video("a", 1)]), today=lambda: TODAY)
    assert not far.urgent()
    assert not guard.findings([])


def with_a_picture(folder: Path) -> Plan:
    """An account whose picture is a file."""
    face = folder / "face.jpg"
    face.write_bytes(b"picture")
    image = replace(facts("face.jpg", "cc"), kind="image", mime="image/jpeg", path=face, size=7)
    return planned(
        [bundle("spring", bundle_type="account_only", videos_quantity=None, profile_picture="face.jpg", publish=None)], files={"face.jpg": image}
    )


def test_an_upload_that_waits_lets_wait_what_needs_it(tmp_path: Path) -> None:
    """Nobody has to do anything about it: the next run sends both."""
    made = with_a_picture(tmp_path)

    def answered(request: httpx.Request) -> httpx.Response:
        if "upload" in request.url.path:
            raise httpx.ConnectError("away")
        return httpx.Response(200, json=MADE)

    found, _ = applied(made, answered, tmp_path / "home")
    assert [outcome.state for outcome in found.outcomes] == [OperationState.DONE, OperationState.WAITING, OperationState.WAITING]
    assert found.stop is Stop.TROUBLE


def upload(path: Path, sha256: str = "aa") -> Operation:
    """The upload of a file."""
    wanted = Upload(path=str(path), purpose="video", sha256=sha256, size=4, mime="video/mp4", changed_at=0)
    return Operation(
        identity=f"upload:spring:video:{sha256}",
        kind=OperationKind.UPLOAD_MEDIA,
        bundle="spring",
        bundle_id="bnd-1",
        target="a",
        rows=(),
        price=0,
        upload=wanted,
    )


class Carries:
    """Somebody who transfers the first file, and leaves the others to us."""

    carried = 0

    async def carry(self, _wanted: Upload, _entry: LedgerEntry) -> Carried | None:
        self.carried += 1
        return Carried(public_url="https://store.example.com/a.mp4", storage_path=None, request_id="req-1") if self.carried == 1 else None


def test_a_file_that_another_machine_transfers_is_counted(tmp_path: Path) -> None:
    """Where it cannot, the file goes from here."""
    file = tmp_path / "a.mp4"
    file.write_bytes(b"film")
    told: list[str] = []
    moving = Transfers(carrier=cast(Carrier, Carries()), tell=lambda event: told.append(event.text))

    async def played() -> list[object]:
        async with portal_to(platform(POST_direct={"data": {"public_url": "https://store.example.com/b.mp4"}})) as portal:
            with Working(tmp_path / "home", "w", "run-1") as ledger:
                sent = []
                for sha256 in ("aa", "bb"):
                    operation = upload(file, sha256)
                    sent.append(await moving.send(portal, operation, ledger.begin(operation, "bnd-1", {})))
                return [one.answer["public_url"] for one in sent]

    assert run(played()) == ["https://store.example.com/a.mp4", "https://store.example.com/b.mp4"]
    assert moving.sent_bytes == 8 and "a.mp4" in told


def test_who_waits_for_a_file_that_fails_sends_it_itself() -> None:
    """And is cancelled only by its own end."""

    async def played() -> None:
        loop = asyncio.get_running_loop()
        good: asyncio.Future[Uploaded] = loop.create_future()
        good.set_result(Uploaded(public_url="u", storage_path=None))
        assert (await _given(good)) == good.result()
        bad: asyncio.Future[Uploaded] = loop.create_future()
        bad.cancel()
        assert await _given(bad) is None
        waits = asyncio.ensure_future(_given(loop.create_future()))
        await asyncio.sleep(0)
        waits.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waits

    asyncio.run(played())


def test_a_transfer_that_stands_still_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """For how long; one that moves is not."""
    told: list[float] = []
    meter = transfers._Meter(Transfers(tell=lambda event: told.append(event.transfer.still if event.transfer else 0)), "a.mp4", 4)
    monkeypatch.setattr(transfers, "STILL_AFTER", 0.0)

    async def played(moved_at: float) -> None:
        meter.moved_at = moved_at
        watching = asyncio.ensure_future(meter.watch())
        for _ in range(5):
            await asyncio.sleep(0)
        watching.cancel()

    asyncio.run(played(float("inf")))
    assert told == []
    asyncio.run(played(0.0))
    assert told and all(still > 0 for still in told)


# -- the platform's books


def history(*pages: object) -> Answer:
    """A platform whose history has these pages, the last for ever."""
    asked: list[int] = []

    def answered(request: httpx.Request) -> httpx.Response:
        page = pages[min(len(asked), len(pages) - 1)]
        asked.append(1)
        return httpx.Response(page) if isinstance(page, int) else httpx.Response(200, json={"data": page})

    return answered


def test_a_history_without_an_end_is_not_read_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server may ignore the page."""
    monkeypatch.setattr(credit_history, "MOST_PAGES", 2)
    pages = [[{"id": f"line-{n}", "amount": -5}] for n in (1, 2, 3)]

    async def played() -> list[str]:
        async with portal_to(history(*pages)) as portal:
            return [debit.id for debit in await debits_since(portal, frozenset())]

    assert run(played()) == ["line-1", "line-2"]


def compared(answers: Answer, *, charged: float = 0, renewals: float = 0) -> list[str]:
    """The codes of what does not agree after a run that charged so much."""
    create = replace(LAUNCH.operations[0], price=None) if charged < 0 else LAUNCH.operations[0]
    outcome = Outcome(operation=create, state=OperationState.DONE, credits=max(charged, 0), request_id="req-1")
    cover = Coverage(account="acc-1", bundles=("spring",), row=create.rows[0], most=renewals)
    made = replace(LAUNCH, coverage=(cover,) if renewals else ())

    async def played() -> list[str]:
        async with portal_to(answers) as portal:
            account = await (await CreditHistory.open(portal)).compared(made, [outcome], [], "l.xlsx")
            return [finding.code for finding in account.findings]

    return run(played())


def test_a_history_that_cannot_be_read_confirms_nothing() -> None:
    """Neither a charge nor a renewal that may have come; a run that paid nothing asks for nothing."""
    assert compared(history(500), charged=25) == ["credits_unconfirmed"]
    assert compared(history([], 500), charged=25) == ["credits_unconfirmed"]
    assert compared(history([], 500), renewals=25) == ["coverage_unconfirmed"]
    assert compared(history(500)) == []


def test_a_price_that_was_not_known_is_told_by_the_history() -> None:
    """Then only what was charged and what is shown must agree."""
    assert compared(history([], [{"id": "line-1", "amount": -25}]), charged=-1) == ["credits_differ"]
    assert compared(history([], [{"id": "line-1", "amount": -25}]), charged=25) == []


def quoted(answers: Answer, made: object = LAUNCH) -> str:
    """What is said of a quote, or what it raises."""

    async def played() -> str:
        async with portal_to(answers) as portal:
            return (await quote(portal, made, checked([bundle("spring", publish=None)]))).message  # type: ignore[arg-type]  # a plan

    return run(played())


def test_a_quote_is_asked_for_only_where_a_dry_run_is_known_to_be_one() -> None:
    """Not for what costs nothing; a key that is refused is told; a bundle that cannot be tried on says nothing."""
    assert quoted(platform(), EDITS) == "Nothing to quote: no step takes credits."
    untold, other = {**THERE, "id": "bnd-8"}, {**THERE, "id": "bnd-9", "auto_finalize_videos": True}
    listed = {"data": [untold, other], "pagination": {"page": 1, "total_pages": 1}}
    assert quoted(platform(GET_bundles=listed, PATCH_bundle=(403, refusal("NOT_OWNER")), PATCH_bundles=(403, refusal("NOT_OWNER")))).startswith(
        "Not quoted: "
    )

    def answered(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json=listed)
        if request.method == "PATCH":
            return httpx.Response(200, json={"dry_run": True, "data": {}})
        return httpx.Response(401, json=refusal("AUTH_INVALID_KEY", "No such key."))

    with pytest.raises(Failure, match="No such key"):
        quoted(answered)


# -- books of another time


def test_a_bundle_whose_id_was_never_told_was_not_bought() -> None:
    """As far as a name can be given to it."""
    rows = [{"bundle": "Spring ", "answer": '{"id": "bnd-1"}'}, {"bundle": "autumn", "answer": None}, {"bundle": "winter", "answer": '{"id": 7}'}]
    assert dict(bought_of(rows)) == {names.plain("Spring"): "bnd-1"}


@pytest.mark.parametrize(
    ("there", "operations", "findings", "doubts"),
    [
        ({"data": THERE}, 0, ["reference_changed"], []),
        ((404, refusal("BUNDLE_NOT_FOUND")), len(LAUNCH.operations), [], ["bundle_bought_again"]),
    ],
)
def test_a_bundle_that_was_created_before_is_not_created_again(
    tmp_path: Path, there: object, operations: int, findings: list[str], doubts: list[str]
) -> None:
    """While it is there, under whatever name; one that is gone is bought again, with a warning."""

    async def played(answers: Answer) -> tuple[int, list[str], list[str]]:
        async with portal_to(answers) as portal:
            with Working(tmp_path, "w", "run-1") as ledger:
                rows = checked([bundle("spring", publish=None)], [video("spring", n) for n in (1, 2)])
                assert await without_renamed(portal, ledger, LAUNCH, rows) == LAUNCH
                ledger.end(ledger.begin(LAUNCH.operations[0], None, {}), Completion(state="done", answer={"id": "bnd-1"}, credits=25))
                made = await without_renamed(portal, ledger, LAUNCH, rows)
                return len(made.operations), [one.code for one in made.findings], [one.code for one in made.doubts]

    assert run(played(platform(GET_bundle=there, GET_bundles=there))) == (operations, findings, doubts)
    if not operations:
        with pytest.raises(Failure):
            run(played(platform(GET_bundle=(400, refusal("VALIDATION_ERROR")), GET_bundles=(400, refusal("VALIDATION_ERROR")))))


def test_what_cannot_be_asked_about_an_event_is_not_known() -> None:
    """One that was refused for its status is looked for; for anything else it is not."""
    made = planned([{"bundle": "spring", "action": "publish"}], remote=[remote_bundle()])
    (event,) = made.operations

    async def played(status: int) -> list[object]:
        async with portal_to(platform(GET_bundle=(status, {"data": THERE}), GET_bundles=(status, {"data": THERE}))) as portal:
            entry = cast(LedgerEntry, _Entry())
            state = Refused(FailureFacts(message="No.", family=Family.STATE, status=409, code="INVALID_STATUS"))
            other = Refused(FailureFacts(message="No.", family=Family.VALIDATION, status=400, code="VALIDATION_ERROR"))
            found = await find_event(cast(Portal, portal), event, entry, ours=True)
            return [found, *[await find_refused(portal, event, entry, refused, ours=True) for refused in (state, other)]]

    assert run(played(500)) == [None, None, None]
    assert [_status(answer) for answer in (None, {"status": "a"}, {"account": {"status": "b"}, "status": "a"}, {"account": {}})] == [
        None,
        "a",
        "b",
        None,
    ]


class _Entry:
    """A publication as the books have it."""

    kind = OperationKind.PUBLISH.value
    bundle_id = "bnd-1"


@pytest.mark.parametrize(
    ("answer", "state"), [((400, refusal("VALIDATION_ERROR")), OperationState.HELD), ((402, refusal("INSUFFICIENT_CREDITS")), OperationState.WAITING)]
)
def test_an_account_goes_the_way_of_its_picture(tmp_path: Path, answer: tuple[int, object], state: OperationState) -> None:
    """Refused, it holds it; where it only waits, nobody has to do anything about either."""
    made = with_a_picture(tmp_path)

    def answered(request: httpx.Request) -> httpx.Response:
        status, body = answer if "upload" in request.url.path else (200, MADE)
        return httpx.Response(status, json=body)

    found, _ = applied(made, answered, tmp_path / "home")
    account = next(outcome for outcome in found.outcomes if outcome.operation.kind is OperationKind.CONFIGURE_ACCOUNT)
    assert account.state is state
    assert state is OperationState.WAITING or account.problem.startswith("Not sent: it needs the upload media of spring: face.jpg")


def test_what_is_due_tomorrow_is_urgent_today() -> None:
    """A run that crosses midnight must not have paid for videos that it can no longer date."""
    today = date(2027, 3, 3)
    guard = DateGuard(check=judged, known=OFFLINE, checked=judged(OFFLINE, today), today=lambda: today, judged=today)
    assert [str(row) for row in guard.urgent()] == (["Videos!2"] if not judged(OFFLINE, today).invalid else [])


def test_a_purchase_of_which_the_clocks_tell_nothing_is_waited_for_once_more(tmp_path: Path) -> None:
    """Late is cheaper than twice; and what cannot be asked about is a failure of the run."""
    slots = planned([bundle("spring", videos_quantity=4, publish=None)], remote=[remote_bundle()]).operations[0]

    async def played(answers: Answer) -> float | None:
        async with portal_to(answers) as portal:
            with Working(tmp_path, "w", "run-1") as ledger:
                entry = ledger.begin(slots, "bnd-1", {"quantity": 2})
                asked(tmp_path, "UPDATE operations SET sent_at=''")
                assert await reconcile(portal, ledger) == ()
                found = ledger.find(entry.identity)
                return None if found is None else ledger.since_sent(found)

    passed = run(played(platform(GET_bundle={"data": THERE}, GET_bundles={"data": THERE})))
    assert passed is not None and passed < 60
    no = (400, refusal("VALIDATION_ERROR"))
    with pytest.raises(Failure, match="No"):
        run(played(platform(GET_bundle=no, GET_bundles=no)))


def test_what_the_platform_set_by_itself_is_told() -> None:
    """Its dates, and the cells that stayed behind."""
    fix = Operation(identity="f", kind=OperationKind.FIX_DOWNLOAD, bundle="spring", bundle_id="bnd-1", target="s", rows=(), price=0, unsent=("name",))
    day = {"target_publish_date": "2030-03-02T00:00:00Z"}
    assert note_of(fix, Sent(answer=day)) == "now due 2030-03-02; not sent with it: name"
    assert note_of(fix, Sent(answer=day | {"target_publish_end_date": "2030-03-05"}), ours=False).startswith(
        "by somebody else meanwhile; now due 2030-03-02 to"
    )
    publish = replace(fix, kind=OperationKind.PUBLISH, unsent=())
    assert note_of(publish, Sent(answer={"adjusted_videos": [1, 2]})) == "the platform moved the dates of 2 videos"
    assert note_of(publish, Sent(answer={})) == note_of(replace(fix, unsent=()), Sent(answer={})) == ""


def test_progress_is_told_now_and_then() -> None:
    """Not with every piece; and where nothing is in the way, a piece need not wait."""
    told: list[int] = []
    moving = Transfers(tell=lambda event: told.append(event.transfer.sent if event.transfer else 0), max_rate=100, clock=lambda: 10.0)
    meter = transfers._Meter(moving, "a.mp4", 4)

    async def played() -> None:
        await meter.passed(0)
        await meter.passed(0)
        meter.begin()

    asyncio.run(played())
    assert told == [0]


def test_a_holder_that_is_gone_keeps_nobody_from_moving_the_books(tmp_path: Path) -> None:
    """Its lease stands there yet."""
    with Working(tmp_path, "w", "run-1"):
        silent(tmp_path)
        with Ledger(tmp_path, "", "") as other, other.alone_at_work() as database:
            assert len(database.execute("SELECT * FROM lease").fetchall()) == 1
