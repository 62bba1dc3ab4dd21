"""A plan that is signed line by line: what was not signed is not done, what moved since is named, and nothing shown may differ from what is done."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest

from bulkportal.errors import StalePlan, UsageProblem
from bulkportal.plan import approval
from bulkportal.plan.approval import ApprovedPlan, approved_only, approved_part, drift, in_words, lines_of, texts_of, within_coverage
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Coverage, Plan
from tests.conftest import bundle, video
from tests.plan.plans import Rows, facts, planned, remote_bundle, remote_video, shape

FILES = {"one.mp4": facts("one.mp4", "aa"), "two.mp4": facts("two.mp4", "bb")}
LAUNCH: tuple[Rows, Rows] = ([bundle("spring")], [video("spring", 1, video="one.mp4"), video("spring", 2, video="two.mp4")])


def launch() -> Plan:
    """A new bundle with two videos of local files."""
    return planned(*LAUNCH, files=FILES)


def signed(made: Plan, approved: Iterable[str] | None = None, **over: object) -> ApprovedPlan:
    """That plan as its workbook says it, with these lines approved, or all of them."""
    lines = lines_of(made)
    whole = ApprovedPlan(
        stamps={line.identity: line.stamp for line in lines},
        approved=frozenset(line.identity for line in lines) if approved is None else frozenset(approved),
        rows={line.identity: str(line.row) for line in lines},
        said={line.identity: in_words(line) for line in lines},
        shown={line.identity: texts_of(line) for line in lines},
    )
    return replace(whole, **over)  # type: ignore[arg-type]


def stale(made: Plan, plan: ApprovedPlan) -> str:
    """What is said of a plan that no longer stands."""
    with pytest.raises(StalePlan) as refused:
        approved_part(made, plan, "here", (), ())
    return str(refused.value)


def test_a_line_is_one_thing_of_one_row() -> None:
    """A batch is as many lines as it has positions, each with its price; uploads have none of their own."""
    lines = lines_of(launch())
    assert [line.identity for line in lines] == ["create:spring", "account:spring", "configure:spring:1", "configure:spring:2", "publish:spring"]
    assert [str(line.row) for line in lines] == ["Bundles!2", "Bundles!2", "Videos!2", "Videos!3", "Bundles!2"]
    assert [line.costs for line in lines] == [True, False, False, False, False]
    assert in_words(lines[0]) == "create bundle (spring) for 25 credits"


def test_what_a_line_says_to_its_reader() -> None:
    """Of a new bundle all that makes its price; of slots the totals; of an action its words."""
    rows = [bundle("a", edits_quantity=1, niche_warming="yes", niche_warming_instructions="Food", publish=None)]
    (create, *_) = lines_of(planned(rows))
    assert texts_of(create)["changes"] == "a: account_and_videos, tiktok, US, 2 videos, 1 edit, niche warming"
    assert (texts_of(create)["credits"], texts_of(create)["can be undone"]) == ("35", "no: credits are not refunded")
    more = lines_of(planned([bundle("spring", videos_quantity=5, publish=None)], remote=[remote_bundle()]))[0]
    assert texts_of(more)["changes"] == "videos_quantity: 2 → 5"
    live = remote_bundle(status="accepted", is_published=True, positions=(replace(remote_video(1), status="accepted"), remote_video(2)))
    asked = [
        {"bundle": "spring", "position": 1, "action": "corrections", "message": "Larger logo"},
        {"bundle": "spring", "position": 2, "action": "unschedule"},
    ]
    words, bare = (texts_of(line) for line in lines_of(planned(videos=asked, remote=[live])))
    assert words["changes"] == "spring position 1: Larger logo"
    assert (bare["changes"], bare["can be undone"]) == ("spring position 2", "no; its content and settings are cleared")
    named = remote_bundle(positions=(remote_video(1, name="Noodles"),))
    emptied = lines_of(planned(videos=[{"bundle": "spring", "position": 1, "name": "(clear)"}], remote=[named]))
    assert [texts_of(line)["changes"] for line in emptied] == ["name: Noodles → (empty)"]


def test_only_signed_lines_are_kept() -> None:
    """Of a batch the signed part, with its upload alone; what rests on a part that is missing is held."""
    made = launch()
    part = approved_only(made, {"create:spring", "account:spring", "configure:spring:2", "publish:spring"})
    assert shape(part) == ["create:spring", "account:spring", "upload:spring:video:bb", "configure:spring:1,2"]
    assert [slot.position for slot in part.operations[-1].slots] == [2]
    assert {str(row): words for row, words in part.unsigned.items()} == {"Videos!2": "configure positions"}
    assert [hold.reason for hold in part.held] == ["publish rests on configure positions (Videos!2), which is not approved"]
    assert approval.left_out(part, signed(made)) == "What was not approved was not done: 1 row waits for it."


def test_an_unsigned_creation_holds_all_that_rests_on_it() -> None:
    """And no file is uploaded for nothing."""
    made = launch()
    part = approved_only(made, {"configure:spring:1", "configure:spring:2"})
    assert shape(part) == []
    assert {hold.reason for hold in part.held} == {"configure positions rests on create bundle (Bundles!2), which is not approved"}
    assert {str(row): words for row, words in part.unsigned.items()} == {"Bundles!2": "create bundle, configure account, publish"}


def test_nothing_signed_is_said_in_one_sentence() -> None:
    """And nothing is said where all was, or where none was asked for."""
    made = launch()
    assert approval.left_out(approved_only(made, ()), signed(made, ())).startswith("Nothing was sent: no line of the plan is approved.")
    assert approval.left_out(made, signed(made)) == approval.left_out(made, None) == ""
    assert approval.approvers(signed(made, signatures=("Ana, 1 March", "", "Ben"))) == "Ana, 1 March; Ben"


def test_a_plan_that_still_stands_is_done_as_it_was_signed() -> None:
    """Line ends that a spreadsheet program changed are no change."""
    made = planned(videos=[{"bundle": "spring", "position": 1, "description": "One dish\r\nTwo dishes"}], remote=[remote_bundle()])
    plan = signed(made)
    saved = {line: {column: text.replace("\r\n", "\n").strip() for column, text in texts.items()} for line, texts in plan.shown.items()}
    part = approved_part(made, replace(plan, shown=saved, workspace="here"), "here", (), ())
    assert (shape(part), part.unsigned) == (["configure:spring:1"], {})


def test_a_plan_of_another_workspace_is_refused() -> None:
    """Its names mean other bundles."""
    made = launch()
    with pytest.raises(UsageProblem, match="another account or another address"):
        approved_part(made, signed(made, workspace="there"), "here", (), ())


def test_what_moved_since_is_named() -> None:
    """The parts of a line, what it would be now, and a line that was not in the plan; of an older stamp only that it moved."""
    made = launch()
    now = planned([bundle("spring", biography="Two markets.")], [*LAUNCH[1], video("spring", 2, video="two.mp4")][:2], files=FILES)
    text = stale(now, signed(made))
    assert "Bundles!2: configure account (" in text
    assert "is no longer what was signed (moved: biography); now it would be: configure account (" in text
    old = signed(made, stamps={**signed(made).stamps, "account:spring": "0123abcd"})
    assert "is no longer what was signed; now it would be" in stale(made, old)
    assert "is no longer what was signed; now it would be" in stale(made, replace(old, stamps={**old.stamps, "account:spring": json.dumps("x")}))
    without = signed(planned([bundle("spring", publish=None)], LAUNCH[1], files=FILES))
    assert "Bundles!2 (spring): publish (spring) was not in the plan" in stale(made, without)


def test_a_line_that_nobody_signed_may_move() -> None:
    """It is not sent either way."""
    made = launch()
    plan = signed(made, {"create:spring"}, stamps={**signed(made).stamps, "account:spring": "0123abcd"})
    assert drift(made, plan, (), ()) == ()


def test_a_line_that_is_gone_is_said_with_its_reason() -> None:
    """No longer needed, no longer possible, or in trouble; one that has been done already has not moved, unless its row is in trouble now."""
    rows = [{"bundle": "spring", "position": 1, "description": "New"}]
    made = planned(videos=rows, remote=[remote_bundle()])
    plan = signed(made)
    by_now = planned(videos=rows, remote=[remote_bundle(positions=(remote_video(1, description="New"), remote_video(2)))])
    (said,) = drift(by_now, plan, (), ())
    assert said.startswith("Videos!2: configure positions (description: Dish number 1 #streetfood → New): it is no longer needed")
    assert drift(by_now, plan, ["configure:spring:1"], ()) == ()
    locked = planned(videos=rows, remote=[remote_bundle(status="cancelled")])
    (told,) = drift(locked, plan, ["configure:spring:1"], ())
    assert locked.findings[0].message in told
    other = planned(videos=[{"bundle": "spring", "position": 2, "name": "Two"}], remote=[remote_bundle()])
    gone = drift(other, plan, (), ())[0]
    assert gone.endswith("it is no longer possible")
    (nameless,) = drift(by_now, replace(plan, rows={}, said={}), (), ())
    assert nameless == "configure:spring:1: it is no longer possible"


def test_a_price_that_was_edited_in_the_plan_makes_it_stale() -> None:
    """A lowered price in a visible cell would be signed and then paid in full."""
    made = launch()
    plan = signed(made)
    lowered = {**plan.shown, "create:spring": {**plan.shown["create:spring"], "credits": "5"}}
    assert "Bundles!2: the plan says 5 under credits, and it is 25" in stale(made, replace(plan, shown=lowered))
    emptied: Mapping[str, Mapping[str, str]] = {**plan.shown, "create:spring": {}}
    assert "the plan says nothing under bundle, and it is spring" in stale(made, replace(plan, shown=emptied))
    assert "Videos!7 was edited" in stale(made, replace(plan, edited=("Videos!7 was edited",)))


def test_of_very_much_that_moved_the_first_is_named_and_the_rest_counted() -> None:
    """Nobody reads a thousand lines."""
    made = launch()
    text = stale(made, signed(made, edited=tuple(f"line {number}" for number in range(25))))
    assert "line 19" in text and "line 20" not in text and "... and 5 more" in text


def test_renewals_may_take_no_more_than_was_signed() -> None:
    """They are paid without a line of their own."""
    made = launch()
    dear = replace(made, coverage=(Coverage(account="acc-1", bundles=("spring",), row=made.operations[0].rows[0], most=25, sure=True),))
    assert within_coverage(dear, signed(dear, coverage=25)) is dear
    with pytest.raises(StalePlan, match="it said at most 0 credits, and renewing them may take 25 now"):
        within_coverage(dear, signed(dear))
    assert (dear.price, dear.least, dear.most, dear.may_cost) == (25, 50, 50, True)


def test_all_kinds_say_whether_they_can_be_undone() -> None:
    """In words, beside their warning where there is one."""
    undone = {kind.words: kind.traits.can_be_undone for kind in OperationKind}
    assert undone["publish"] == "yes, until it is accepted" and undone["finalize video"] == "no" and undone["configure positions"] == "yes"
