"""What holds of every plan: the same rows make the same plan, its sums add up, and every row is accounted for once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Plan
from bulkportal.plan.planner import in_order
from tests.conftest import bundle, examples, video
from tests.plan.plans import PRICES, planned, remote_bundle, remote_video

Rows = list[dict[str, object]]
FEW = examples(6)

quantities = st.integers(1, 4)


@st.composite
def launches(draw: st.DrawFn) -> tuple[Rows, Rows, Mapping[str, int]]:
    """Bundles of mixed kinds with some of their videos, some of them wrong; and what some of them have already."""
    bundles: Rows = []
    videos: Rows = []
    there: dict[str, int] = {}
    for number in range(draw(st.integers(1, 4))):
        name, quantity = f"launch-{number}", draw(quantities)
        kind = draw(st.sampled_from(["account_and_videos", "account_only"]))
        row = bundle(
            name, bundle_type=kind, videos_quantity=quantity if kind != "account_only" else None, publish=draw(st.sampled_from(["yes", None]))
        )
        bundles.append({**row, "country": draw(st.sampled_from(["US", "US", "US", None])), "edits_quantity": draw(st.sampled_from([None, 1]))})
        if kind == "account_only":
            continue
        videos += [video(name, position) for position in range(1, quantity + 1) if draw(st.booleans())]
        if draw(st.booleans()):
            there[name] = draw(st.integers(1, quantity))
    return bundles, videos, there


def plan_of(launch: tuple[Rows, Rows, Mapping[str, int]]) -> Plan:
    """Its plan on a platform that has what it has."""
    bundles, videos, there = launch
    blank = replace(remote_video(1), status="pending", values={})
    remote = [
        remote_bundle(
            id=f"bnd-{name}",
            external_ref=name,
            videos_quantity=count,
            account_configured=False,
            account={},
            positions=tuple(replace(blank, position=n) for n in range(1, count + 1)),
        )
        for name, count in there.items()
    ]
    return planned(bundles, videos, remote=remote)


@FEW
@given(launches())
def test_the_same_rows_make_the_same_plan(launch: tuple[Rows, Rows, Mapping[str, int]]) -> None:
    """Operation for operation, hold for hold."""
    assert plan_of(launch) == plan_of(launch)


@FEW
@given(launches())
def test_the_sums_add_up(launch: tuple[Rows, Rows, Mapping[str, int]]) -> None:
    """The price is that of what is paid, item by item of the price list; only three kinds of operation have one."""
    made = plan_of(launch)
    assert made.price == sum(operation.price or 0 for operation in made.paid)
    assert not any(operation.price for operation in made.operations if not operation.paid)
    items: Counter[str] = Counter()
    for operation in made.paid:
        body = operation.body
        if operation.kind is OperationKind.CREATE_BUNDLE:
            items["account_creation"] += 1
            items["video_slot"] += int(str(body.get("videos_quantity") or 0))
            items["edit_slot"] += int(str(body.get("edits_quantity") or 0))
        else:
            items["video_slot" if operation.kind is OperationKind.ADD_VIDEO_SLOTS else "edit_slot"] += int(str(body["quantity"]))
    assert made.price == sum(int(PRICES[item] or 0) * count for item, count in items.items())


@FEW
@given(launches())
def test_every_row_is_accounted_for_and_every_operation_has_its_needs_before_it(launch: tuple[Rows, Rows, Mapping[str, int]]) -> None:
    """In work, as it should be, held or wrong; and no identity twice, since one identity is one payment."""
    made = plan_of(launch)
    identities = [operation.identity for operation in made.operations]
    assert len(identities) == len(set(identities))
    for number, operation in enumerate(made.operations):
        assert set(operation.needs) <= set(identities[:number])
    unchanged = set(made.unchanged)
    assert not unchanged & {row for operation in made.operations for row in operation.rows}
    assert not unchanged & {hold.row for hold in made.held}
    assert [operation for _, own in in_order(made.operations) for operation in own] == list(made.operations)
