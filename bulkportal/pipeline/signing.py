"""An approved plan against the platform as it is now: what was signed, or why it must not be done."""

from __future__ import annotations

from collections.abc import Iterable

from bulkportal.apply.ledger import Ledger
from bulkportal.check.findings import Finding
from bulkportal.counting import counted, noun
from bulkportal.errors import StalePlan, UsageProblem
from bulkportal.plan.approval import Signed, approved_only, lines_of, moved
from bulkportal.plan.operations import Plan
from bulkportal.portal.remote import in_figures
from bulkportal.report.as_plan import texts_of

_MOST = 20


def as_signed(made: Plan, signed: Signed, ledger: Ledger, errors: Iterable[Finding]) -> Plan:
    """The plan cut down to what was approved. `errors` are what the check finds in the rows by now.

    Raises StalePlan, naming what has moved since, and UsageProblem for a plan of another workspace.
    """
    if signed.workspace and signed.workspace != ledger.workspace:
        raise UsageProblem(
            "This plan was made for another account or another address of the platform.",
            hint="Use the key and the address (--base-url, --profile) with which it was planned, or make a new plan.",
        )
    found = signed.edited + _not_shown(made, signed) + moved(made, signed, ledger.finished(signed.stamps), errors)
    if found:
        more = [f"... and {len(found) - _MOST} more"] if len(found) > _MOST else []
        head = "The plan is stale; this has moved since it was made:"
        raise StalePlan.listing(head, [*found[:_MOST], *more], hint="Make a new plan and have it approved.")
    return approved_only(made, signed.approved)


def as_covered(made: Plan, signed: Signed) -> Plan:
    """The approved plan, once it is known which accounts it writes to. Raises StalePlan where Coverage may take more than was signed."""
    if made.renewals > signed.coverage:
        raise StalePlan(
            f"The plan is stale; this has moved since it was made:\n  Coverage of delivered accounts: it said at most {in_figures(signed.coverage)} "
            f"credits, and renewing them may take {in_figures(made.renewals)} now",
            hint="Make a new plan and have it approved.",
        )
    return made


def _not_shown(made: Plan, signed: Signed) -> tuple[str, ...]:
    """Approved lines that show something else than what would be done now, such as another price."""
    found: list[str] = []
    for line in lines_of(made):
        shown = signed.shown.get(line.identity) if line.identity in signed.approved else None
        wrong = {name: text for name, text in texts_of(line).items() if shown is not None and _plain(text) != shown.get(name, "")}
        found += [f"{line.row}: the plan says {(shown or {}).get(name) or 'nothing'} under {name}, and it is {text}" for name, text in wrong.items()]
    return tuple(found)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def approvers(signed: Signed) -> str:
    """Who approved a plan, in words; nothing where nobody wrote it."""
    return "; ".join(filter(None, signed.signatures))


def left_out(made: Plan, signed: Signed | None) -> str:
    """What was not done for want of an approval, in one sentence; nothing where all was approved, or none was asked for."""
    if signed is not None and signed.stamps and not signed.approved:
        return "Nothing was sent: no line of the plan is approved. Write yes beside the lines that are to be done, and apply it again."
    waiting = len(made.unsigned.keys() - {hold.row for hold in made.held})
    if not waiting:
        return ""
    return f"What was not approved was not done: {counted(waiting, 'row')} {noun(waiting, 'waits', 'wait')} for it."
