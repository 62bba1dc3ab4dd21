"""Money in sight: quotes, caps, charges above the plan, and the platform's own books."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bulkportal import pipeline
from bulkportal.apply.budget import Budget, night_began
from bulkportal.apply.circuit_breaker import CircuitBreaker
from bulkportal.apply.outcomes import OperationState, Outcome, Stop
from bulkportal.columns.bundles import client_of
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Operation, Plan, summed
from bulkportal.portal.secret import Secret
from bulkportal.settings import Profile, Settings
from bulkportal.simulator.calls import JsonObject
from bulkportal.simulator.editions import Edition
from tests.conftest import KEY, Desk, bundle, video


class Dearer(Edition):
    """A platform that takes two credits more for an account than its price list says."""

    def price(self, item: str) -> int:
        return Edition.price(self, item) + (2 if item == "account_creation" else 0)


class Cheaper(Edition):
    """A platform that takes less than its price list says."""

    def price(self, item: str) -> int:
        return Edition.price(self, item) - (2 if item == "account_creation" else 0)


def charging(desk: Desk, kind: type[Edition]) -> None:
    """From now on the platform's charges are of that kind; its price list stays."""
    now = desk.state.edition
    desk.state.edition = kind(**{field.name: getattr(now, field.name) for field in fields(Edition)})


def accounts(desk: Desk, count: int, stem: str = "spring") -> Path:
    """A sheet of so many bundles that are an account and nothing else, five credits each."""
    rows = [bundle(f"{stem}-{number:02}", bundle_type="account_only", videos_quantity=None) for number in range(count)]
    return desk.sheets(stem, bundles=rows)


def test_a_charge_above_the_price_list_stops_the_spending(desk: Desk) -> None:
    """Exit 8 after those under way; the sentence names the request, the books agree with the report, nothing is paid again."""
    charging(desk, Dearer)
    launch = accounts(desk, 12)
    ended = desk.import_(launch)
    assert ended.code == 8
    made = len(desk.bundles)
    assert 1 <= made <= 4
    assert ended.document["credits"]["charged"] == 5000 - desk.balance == made * 7
    assert "was planned at 5 credits and took 7" in ended.err and "(request " in ended.err
    assert ended.codes == ["credits_differ"], "planned and charged differ, though the history agrees with what was charged"
    assert f"{made * 7} by {made * 5} planned" in ended.document["findings"][0]["message"]
    assert ended.rows == {"total": 12, "done": made, "waiting": 12 - made}


def test_a_charge_below_the_price_list_is_told_and_stops_nothing(desk: Desk) -> None:
    """Exit 0 with a warning that names the requests."""
    charging(desk, Cheaper)
    ended = desk.import_(accounts(desk, 3))
    assert (ended.code, ended.codes, 5000 - desk.balance) == (0, ["credits_differ"], 9)
    created = [operation["request_id"] for operation in ended.document["operations"] if operation["kind"] == "create_bundle"]
    assert all(request in ended.document["findings"][0]["hint"] for request in created)


def test_a_step_that_should_be_free_and_is_not_stops_everything() -> None:
    """Another free step might take credits as well."""
    free = Operation(identity="configure:a:1", kind=OperationKind.CONFIGURE_POSITIONS, bundle="a", bundle_id="b", target="a positions 1", rows=())
    paid = Operation(identity="create:b", kind=OperationKind.CREATE_BUNDLE, bundle="b", bundle_id="", target="b", rows=(), price=5)
    brake = CircuitBreaker()
    brake.observe(Outcome(operation=free, state=OperationState.DONE))
    assert brake.allows(free) and brake.allows(paid)
    brake.observe(Outcome(operation=paid, state=OperationState.DONE, credits=6))
    assert brake.stop is Stop.PRICE and brake.allows(free) and not brake.allows(paid)
    brake.observe(Outcome(operation=free, state=OperationState.DONE, credits=25, request_id="req-9"))
    assert brake.stop is Stop.CHARGED, "it stops more than the price did"
    assert not brake.allows(free) and not brake.allows(paid)
    assert "req-9" in brake.message


def silent(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the platform takes credits without saying how many, as a 2xx of seed 002 without `credits_charged` does."""
    charge = desk.state.charge

    def said(tenant: str, breakdown: Mapping[str, int], description: str) -> JsonObject:
        charge(tenant, breakdown, description)
        return {}

    monkeypatch.setattr(desk.state, "charge", said)


def test_a_charge_that_is_not_named_is_looked_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bundle itself tells what it cost; what it holds is compared before it is filled, and nothing is paid again."""
    silent(desk, monkeypatch)
    launch = accounts(desk, 2)
    bought = desk.import_(launch)
    assert (bought.code, bought.codes) == (5, [])
    assert bought.document["credits"]["charged"] == 5000 - desk.balance == 10
    assert bought.rows == {"total": 2, "waiting": 2}
    ended = desk.import_(launch)
    assert (ended.code, ended.document["credits"]["charged"], 5000 - desk.balance) == (0, 0, 10)


def test_a_charge_that_is_nowhere_to_be_known_is_held_against_the_history(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """No price list, no word about the charge, no cost of the bundle: the difference is told, never taken for nothing."""
    silent(desk, monkeypatch)
    monkeypatch.setattr(desk.state, "edition", replace(desk.state.edition, prices={}))
    real = desk.state.charge
    monkeypatch.setattr(desk.state, "charge", lambda tenant, _, description: real(tenant, {"account_creation": 5}, description))
    ended = desk.import_(accounts(desk, 2))
    assert (ended.codes, 5000 - desk.balance) == (["credits_differ"], 10)
    assert "its credit history shows 10" in ended.document["findings"][0]["message"]


def test_without_a_readable_history_the_charges_count_as_unconfirmed(desk: Desk) -> None:
    """It is said, with the requests; silence would look like agreement."""
    desk.trouble("402", "GET /credits/history", times=None)
    ended = desk.import_(accounts(desk, 2))
    assert (ended.code, ended.codes) == (0, ["credits_unconfirmed"])
    assert "10 credits" in ended.document["findings"][0]["message"]


def test_too_few_credits_in_the_middle_stop_the_paid_part_only(desk: Desk) -> None:
    """The platform refuses the third purchase: exit 8, what was bought is configured and published, the rest waits."""
    rows = [bundle(f"spring-{number}", videos_quantity=1) for number in range(8)]
    launch = desk.sheets("launch", bundles=rows, videos=[video(f"spring-{number}", 1) for number in range(8)])
    desk.trouble("402", "POST /bundles", skip=2, times=None)
    ended = desk.import_(launch)
    assert (ended.code, len(desk.bundles)) == (8, 2)
    assert {made.status for made in desk.bundles.values()} == {"published"}
    assert ended.rows == {"total": 16, "done": 4, "waiting": 12}
    assert len(desk.executed("POST /bundles")) == 2
    desk.operate("DELETE", "/faults")
    assert desk.import_(launch).code == 0
    assert 5000 - desk.balance == 8 * 15


def test_what_is_not_known_is_said_to_be_unknown(desk: Desk) -> None:
    """A platform without a price list: null in the document, words for people, and no cap can be kept."""
    desk.state.edition = replace(desk.state.edition, prices={})
    launch = accounts(desk, 2)
    planned = desk.run("plan", launch)
    assert planned.document["credits"]["planned"] is None
    assert "an unknown number of credits" in planned.err
    capped = desk.import_(launch, "--max-credits", "100")
    assert (capped.code, desk.writes) == (8, 0)
    assert "cannot be kept" in capped.err


def test_prices_are_summed_by_client(desk: Desk) -> None:
    """Each bundle, each client, and all of it, before anything is paid."""
    rows = [bundle(name, bundle_type="account_only", videos_quantity=None) for name in ("acme-1", "acme-2", "zenith-1")]
    planned = desk.said("plan", desk.sheets("launch", bundles=rows))
    assert "acme-1  5 credits" in planned.out
    assert "By client: acme 10 credits, zenith 5 credits" in planned.out
    assert "15 credits of 5000" in planned.out
    assert summed([("acme", 5), ("acme", None), ("zenith", 5)]) == {"acme": None, "zenith": 5}


@pytest.mark.parametrize(("name", "client"), [("acme-1", "acme"), ("acme/de-1", "acme"), ("-1", "-1"), ("acme", "acme")])
def test_a_client_is_what_a_name_begins_with(name: str, client: str) -> None:
    """Up to the first - or /: the same everywhere, in plans, in status and in share packs."""
    assert client_of(name) == client


# -- the night


@pytest.mark.parametrize(
    ("now", "zone", "began"),
    [
        ("2027-03-10T23:00", "Europe/Paris", "2027-03-10T11:00"),
        ("2027-03-11T03:00", "Europe/Paris", "2027-03-10T11:00"),
        ("2027-03-11T10:59", "Europe/Paris", "2027-03-10T11:00"),
        ("2027-03-11T11:00", "Europe/Paris", "2027-03-11T11:00"),
        ("2027-03-28T20:00", "Europe/Paris", "2027-03-28T10:00"),
        ("2027-03-11T03:00", "Asia/Tokyo", "2027-03-11T03:00"),
    ],
)
def test_a_night_begins_at_noon(now: str, zone: str, began: str) -> None:
    """In the client's time zone, summer time or not."""
    assert night_began(datetime.fromisoformat(now).replace(tzinfo=UTC), zone) == datetime.fromisoformat(began).replace(tzinfo=UTC)


def test_the_night_has_a_cap_of_its_own(desk: Desk) -> None:
    """Several runs of one night share it; the next night has its own."""
    profile = Profile(max_credits_per_night=12, time_zone="UTC")

    def night(name: str, clock: Callable[[], datetime]) -> tuple[int, str]:
        job = pipeline.Job(command="import", inputs=(accounts(desk, 2, name),), profile=profile, confirm=lambda _: True, clock=clock)
        settings = Settings(base_url=desk.base_url, key=Secret(KEY), home=desk.home, profile=profile)
        report = asyncio.run(pipeline.import_(job, settings)).report
        return report.exit_code, report.message

    assert night("first", lambda: datetime.now(UTC)) == (0, "")
    code, message = night("second", lambda: datetime.now(UTC))
    assert (code, 5000 - desk.balance) == (8, 10)
    assert "10 have been spent since noon; max_credits_per_night allows 12" in message
    assert night("second", lambda: datetime.now(UTC) + timedelta(days=1))[0] == 0
    assert 5000 - desk.balance == 20


def test_an_unknown_price_keeps_no_cap() -> None:
    """Neither the run's nor the night's; without a cap it is the user's to say yes."""
    operation = Operation(identity="create:a", kind=OperationKind.CREATE_BUNDLE, bundle="a", bundle_id="", target="a", rows=(), price=None)
    made = Plan(operations=(operation,))
    assert "--max-credits" in Budget(run=5).objection(made)
    assert "max_credits_per_night" in Budget(run=None, night=5).objection(made)
    assert Budget(run=None).objection(made) == ""


def test_a_purchase_of_an_earlier_run_that_was_sent_again_is_not_called_nothing(desk: Desk) -> None:
    """The cap stops the rest; what was sent before is in the report, and the sentence does not deny it."""
    launch = accounts(desk, 3)
    desk.trouble("drop_before", "POST /bundles", skip=2, times=None)
    assert desk.killed_at(4, "import", launch, "--yes")
    desk.operate("DELETE", "/faults")
    bought = 5000 - desk.balance
    rows = [bundle(f"spring-{number:02}", bundle_type="account_only", videos_quantity=None) for number in range(20)]
    ended = desk.import_(desk.sheets("spring", bundles=rows), "--max-credits", "20")
    assert ended.code == 8
    assert "Nothing more was sent: the plan takes 85 credits after" in ended.err
    assert 5000 - desk.balance == 15 > bought
