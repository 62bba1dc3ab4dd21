"""The plan on the desk: made by the pipeline, shown line by line, approved by ticks, and sent as the plan workbook that `apply` takes."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bulkportal.errors import StalePlan, UsageProblem
from bulkportal.pipeline import plan as make_plan
from bulkportal.pipeline.job import Job, Result
from bulkportal.plan.approval import PlanLine, approved_only, lines_of, texts_of
from bulkportal.plan.operations import Plan
from bulkportal.portal.remote import Credits, in_figures
from bulkportal.report.as_plan import Approval, Circumstances, write_plan
from bulkportal.report.proposal import Proposal, propose
from bulkportal.settings import Settings

TYPED_FROM = 100
"""Credits from which they are typed once more before anything is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A plan as it was shown: of which version of the cells, from which file, and everything in it."""

    version: int
    source: Path
    result: Result
    plan: Plan
    lines: tuple[PlanLine, ...]
    proposal: Proposal

    @property
    def digest(self) -> str:
        """What tells exactly this plan from any other, also from one that only looks the same."""
        parts = [[line.identity, line.stamp, in_figures(line.price), *texts_of(line).values()] for line in self.lines]
        said = json.dumps([self.result.workspace, self.result.report.run_id, parts], ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()

    def part(self, approved: Collection[str]) -> Plan:
        """What would be done if these lines were approved, and no other."""
        return approved_only(self.plan, approved)

    def credits(self, approved: Collection[str]) -> Credits | None:
        """The most that these lines take, renewals of Coverage among it; None where a price is not known."""
        part = self.part(approved)
        return None if part.price is None else part.price + (self.plan.renewals if part.operations else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Yes:
    """What somebody agreed to: which plan, which of its lines, for how many credits, and those typed once more where that is asked."""

    digest: str
    approved: tuple[str, ...]
    credits: str
    typed: str = ""


def shown(job: Job, settings: Settings, version: int) -> Shown:
    """Make a plan, and see what is to be known of it. Only reads. Raises the errors of `errors`."""
    result = asyncio.run(make_plan(job, settings))
    plan = result.plan or Plan()
    proposal = propose(result.report, result.checked, plan)
    return Shown(version=version, source=job.inputs[0], result=result, plan=plan, lines=lines_of(plan), proposal=proposal)


def agreed(plan: Shown | None, yes: Yes) -> tuple[Shown, Credits]:
    """The plan that a yes is for, and its credits. Raises StalePlan and UsageProblem where it is not for what was shown."""
    if plan is None or plan.digest != yes.digest:
        raise StalePlan("This is not the plan that was shown last.", hint="Look at the plan again, and approve it again.")
    if not yes.approved or not set(yes.approved) <= {line.identity for line in plan.lines}:
        raise UsageProblem("No line is approved.", hint="Tick what is to be done.")
    taken = plan.credits(yes.approved)
    if taken is None:
        raise UsageProblem("The price of a line is not known.", hint="Leave it out here; `bulkportal import` asks about it, with a cap that you set.")
    # The sum that stood beside the button is sent back with it: a page that showed another one has asked about something else.
    if in_figures(taken) != yes.credits:
        raise StalePlan(f"These lines take {in_figures(taken)} credits, not {yes.credits}.", hint="Look at the plan again, and approve it again.")
    if taken >= TYPED_FROM and yes.typed.strip() != in_figures(taken):
        raise UsageProblem(f"Type {in_figures(taken)} to confirm that many credits.", hint="Nothing was sent.")
    return plan, taken


def sign(plan: Shown, yes: Yes, options: Mapping[str, object], path: Path, who: tuple[str, date]) -> None:
    """Write the plan workbook with its approvals, as a person would have filled it in: `who`, and on which day. Raises UsageProblem."""
    told = tuple(name if value is True and name.startswith("publish") else f"{name}={value}" for name, value in options.items() if value is not None)
    by, on = who
    made = Circumstances(options=told, workspace=plan.result.workspace, approval=Approval(lines=frozenset(yes.approved), by=by, on=on.isoformat()))
    write_plan(plan.result.report, plan.result.checked, plan.plan, path, made)
