"""A quote from the platform itself: a dry run of the plan's paid steps, where the platform supports dry runs.

A server that does not know the dry-run header carries the request out and charges for it (API reference
1.8; docs/explanation/paying-once.md, rule 12). So an update that changes nothing is tried first, and paid steps follow only
if its answer says that it was a dry run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bulkportal.apply.handlers import rehearse
from bulkportal.check.findings import Finding, Place, ValidationResult
from bulkportal.counting import counted
from bulkportal.errors import UsageProblem
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Operation, Plan
from bulkportal.portal import parsing
from bulkportal.portal.client import Portal
from bulkportal.portal.failures import Failure, Halted, Refused
from bulkportal.portal.remote import Credits, credits_in_words
from bulkportal.portal.wire import Reply

_TRIED = 3  # bundles: a listed one may be a colleague's, and then refuses
_NOT_PLAYED = "Not quoted: this platform does not support dry runs, or has no bundle to try one on. The credits are computed from its price list."


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The platform's quote in one sentence, and where it differs from the plan."""

    message: str
    findings: tuple[Finding, ...] = ()


async def quote(portal: Portal, made: Plan, checked: ValidationResult) -> Quote:
    """Ask what each paid step would cost. Raises UsageProblem if a dry run was executed for real, and the portal's failures except refusals."""
    # Slots of a bundle that this plan creates have no id to ask about: no state is kept between dry runs (API reference 1.8).
    steps = [o for o in made.operations if o.paid and isinstance(o.bundle_id, str)]
    if not steps:
        return Quote(message="Nothing to quote: no step takes credits.")
    if not await _is_played(portal):
        return Quote(message=_NOT_PLAYED)
    quoted: list[Credits] = []
    findings: list[Finding] = []
    for step in steps:
        try:
            price = _quoted(step, await rehearse(portal, step))
        except (Refused, Halted) as no:
            # Too few credits is an answer about the price; a key that is refused is one about everything that follows.
            if isinstance(no, Halted) and no.reason != "credits":
                raise
            if not _rests_on_slots(step, no, steps):
                findings.append(_refused(step, no, _place(checked, step)))
            continue
        # Compared below as it is: no price in the answer is a difference too, and only the sum counts it as nothing.
        quoted.append(price or 0)
        if price != step.price:
            findings.append(_differs(step, price, _place(checked, step)))
    return Quote(message=_told(quoted, len(steps)), findings=tuple(findings))


def _told(quoted: Sequence[Credits], steps: int) -> str:
    of = f"{len(quoted)} of {steps} steps; the others are computed" if len(quoted) < steps else counted(steps, "step")
    return f"Quoted by the platform: {credits_in_words(sum(quoted))} for {of}."


def _rests_on_slots(step: Operation, no: Failure, steps: Sequence[Operation]) -> bool:
    """Whether edit slots were refused only because the plan's video slots are not there yet: a dry run adds none (seed 002, API reference 1.8)."""
    before = any(other.kind is OperationKind.ADD_VIDEO_SLOTS and other.bundle == step.bundle for other in steps)
    return step.kind is OperationKind.ADD_EDIT_SLOTS and before and (no.code or "").upper() == "EDITS_EXCEED_VIDEOS"


def _refused(step: Operation, no: Failure, place: Place) -> Finding:
    words = {"what": _words(step), "answer": no.code, "words": no.message.rstrip("."), "request": no.request_id}
    return place.found("quote_refused", words, value=step.bundle)


def _differs(step: Operation, price: Credits | None, place: Place) -> Finding:
    words = {"quoted": credits_in_words(price), "what": _words(step), "reckoned": credits_in_words(step.price)}
    return place.found("quote_differs", words, value=step.bundle)


async def _is_played(portal: Portal) -> bool:
    """Whether an update that changes nothing is answered as a dry run."""
    # Tried on a setting that is written as it stands: where the header is not
    # known, this is a real change that changes nothing (API reference 1.8).
    for bundle in (await portal.page_of_bundles(1)).bundles[:_TRIED]:
        if bundle.auto_finalize_videos is None:
            continue
        try:
            reply = await portal.rehearse_update(bundle.id, {"auto_finalize_videos": bundle.auto_finalize_videos})
        except Refused:  # a colleague's bundle, perhaps
            continue
        return parsing.rehearsed(reply.body)
    return False


def _quoted(step: Operation, reply: Reply) -> Credits | None:
    if parsing.rehearsed(reply.body):
        return parsing.charged(reply.body, "credits_would_charge")
    charged = "" if not reply.credits_charged else f" and charged {credits_in_words(reply.credits_charged)}"
    raise UsageProblem(
        f"The platform was asked for a dry run to {_words(step)}, and did it for real{charged} (request {reply.request_id}).",
        hint="Nothing more was asked. Do not use --quote with this platform; an import finds what was made and does not pay for it again.",
    )


def _place(checked: ValidationResult, step: Operation) -> Place:
    return checked.place(step.rows[0], step.kind.traits.column)


def _words(step: Operation) -> str:
    return f"{step.kind.words} {step.target}"
