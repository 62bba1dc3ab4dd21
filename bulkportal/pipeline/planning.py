"""From a snapshot of the platform to a plan: what is there, what that means for the rows, and what is left to do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from bulkportal.apply.date_guard import DateGuard
from bulkportal.apply.ledger import Ledger
from bulkportal.apply.outcomes import Event
from bulkportal.apply.recovery import without_renamed
from bulkportal.apply.upload_reuse import without_gone
from bulkportal.check.findings import ValidationResult
from bulkportal.pipeline.portal_session import required
from bulkportal.pipeline.source import Source
from bulkportal.plan.coverage import asks_for_covers, with_coverage
from bulkportal.plan.knowing import known_of
from bulkportal.plan.operations import Memory, Plan
from bulkportal.plan.planner import Basis, Choices, bundles_to_read, details_wanted, wants_detail
from bulkportal.plan.planner import plan as make_plan
from bulkportal.portal import snapshot
from bulkportal.portal.client import Portal
from bulkportal.portal.remote import RemoteState


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan, and what it was made from: the rows as checked on `day`, the snapshot, and the memory of earlier runs."""

    plan: Plan
    checked: ValidationResult
    remote: RemoteState
    memory: Memory
    day: date

    def dates(self, source: Source) -> DateGuard:
        """A guard that judges the dates of the rows again at any moment."""
        known = known_of(self.remote, self.memory)
        return DateGuard(check=source.check, known=known, checked=self.checked, today=source.job.day, judged=self.day)


async def planned(source: Source, offline: ValidationResult, portal: Portal, ledger: Ledger) -> Planned:
    """Take a snapshot, check again with what it shows, and plan. Raises the errors of `errors`."""
    job, memory, files = source.job, ledger.memory(), source.usable_files()
    rows = details_wanted(offline, files)
    job.tell(Event(text="asking the platform what is there"))
    remote = await required(
        snapshot.take(
            portal,
            [key for key in rows if not key.startswith("#")],  # names; the same bundles by id are in the next argument
            bundles_to_read(offline, memory),
            now=job.clock(),
            detail=lambda bundle, slot: wants_detail(rows, memory, bundle, slot),
        )
    )
    # After the snapshot: reading a few thousand bundles takes an hour at two requests a second, and may cross midnight.
    day = job.day()
    checked = source.check(known_of(remote, memory), day)
    choices = Choices(publish=job.publish, publish_partial=job.publish_partial, batch=job.batch, reuse_uploads=job.profile.reuse_uploads)
    basis = Basis(checked=checked, remote=remote, memory=memory, files=files, choices=choices)
    made = make_plan(basis)
    # Only a plan shows which earlier uploads would serve again; those alone are looked at, and it is made again without what is gone.
    still_there = await without_gone(memory, made, portal)
    if still_there is not memory:
        made = make_plan(replace(basis, memory=still_there))
    # After the plan: only a planned creation can be one of a bundle that has merely lost its reference.
    made = await required(without_renamed(portal, ledger, made, checked))
    if asks_for_covers(made, remote):  # one request, which not every platform answers, returns until when accounts are covered
        remote = replace(remote, covers=await required(snapshot.if_told(portal.coverage(), None)))
    return Planned(plan=with_coverage(made, remote), checked=checked, remote=remote, memory=still_there, day=day)


def replanned(now: Planned, source: Source) -> Planned:
    """The plan of other rows about the same bundles, from the same snapshot: reading it again could take an hour."""
    job = source.job
    checked = source.check(known_of(now.remote, now.memory), now.day)
    choices = Choices(publish=job.publish, publish_partial=job.publish_partial, batch=job.batch, reuse_uploads=job.profile.reuse_uploads)
    made = make_plan(Basis(checked=checked, remote=now.remote, memory=now.memory, files=source.usable_files(), choices=choices))
    return Planned(plan=made, checked=checked, remote=now.remote, memory=now.memory, day=now.day)
