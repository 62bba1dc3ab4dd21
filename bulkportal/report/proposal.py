"""What a person must know before confirming: what was found, what is left out and what follows from it, and the question itself.

The terminal asks with it and the Plan sheet begins with it, so that those who confirm and those who approve read the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bulkportal.apply.outcomes import RowState
from bulkportal.check.finding_groups import FindingGroup, groups_of
from bulkportal.check.findings import Severity, ValidationResult
from bulkportal.counting import counted, noun
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Operation, Plan
from bulkportal.portal.remote import in_figures
from bulkportal.report.summary import Report, RowLine
from bulkportal.sheets.table import ROW, RowAddress

_MOST_ROWS = 4
_MOST_STEPS = 3
_OUT = (RowState.INVALID, RowState.HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What is about to be done, to be confirmed or refused.

    `causes` are the findings, grouped. `consequences` state for each bundle what is left out and what follows; `forever` names the
    steps that cannot be undone. `question` asks for the yes, with the credits, the rows that are left out, and nothing to look up.
    """

    causes: tuple[FindingGroup, ...]
    found: str
    consequences: tuple[str, ...]
    forever: tuple[str, ...]
    coverage: str
    coverage_may_cost: bool
    question: str


def propose(report: Report, checked: ValidationResult, plan: Plan) -> Proposal:
    """The proposal of a plan that has not been carried out."""
    errors = sum(finding.severity is Severity.ERROR for finding in report.findings)
    warnings = len(report.findings) - errors
    consequences = tuple(_consequences(report, checked, plan))
    return Proposal(
        causes=groups_of(report.findings),
        found=f"{counted(errors, 'error')} and {counted(warnings, 'warning')}" if report.findings else "",
        consequences=consequences,
        forever=tuple(step_in_words(operation) for operation in plan.irreversible),
        coverage=coverage_in_words(plan),
        coverage_may_cost=plan.renewals > 0,
        question=" ".join((_amount(plan), *_left_out(report, plan))),
    )


def _amount(plan: Plan) -> str:
    """The question: how many credits of how many, and what cannot be undone."""
    left = "" if plan.balance is None else f" of {in_figures(plan.balance)}"
    extra = in_figures(plan.renewals)
    asked: list[str] = []
    if plan.paid:
        price = "an unknown number" if plan.price is None else in_figures(plan.price)
        asked.append(f"spend {price}{left} credits" + (f", and up to {extra} more for Coverage" if plan.renewals else ""))
    elif plan.renewals:
        asked.append(f"spend up to {extra}{left} credits for Coverage")
    if plan.irreversible:
        named = [step_in_words(operation) for operation in plan.irreversible[:_MOST_STEPS]]
        more = len(plan.irreversible) - len(named)
        steps = ", ".join(named) + (f" and {more} more" if more else "")
        asked.append(f"do {counted(len(plan.irreversible), 'step')} that cannot be undone ({steps})")
    text = " and ".join(asked) or f"do {counted(len(plan.operations), 'step')}"
    return f"{text[0].upper()}{text[1:]}?"


def _left_out(report: Report, plan: Plan) -> Iterator[str]:
    for state, words in ((RowState.INVALID, "invalid and left out"), (RowState.HELD, "held")):
        if number := report.totals.get(state, 0):
            yield f"{counted(number, 'row')} {noun(number, 'is', 'are')} {words}."
    # Rows that are held anyway would not be sent with a yes either.
    if waiting := len(plan.unsigned.keys() - {hold.row for hold in plan.held}):
        yield f"{counted(waiting, 'row')} {noun(waiting, 'is', 'are')} not approved."
    if unpublished := len(_unpublished(plan) & {operation.bundle for operation in plan.paid}):
        yield f"{counted(unpublished, 'bundle')} {noun(unpublished, 'is', 'are')} paid for and not published."


def coverage_in_words(plan: Plan) -> str:
    """Which accounts may be renewed, and until when the others are covered, in one sentence."""
    may = [coverage for coverage in plan.coverage if coverage.most]
    covered = [coverage for coverage in plan.coverage if not coverage.most and coverage.until is not None]
    told: list[str] = []
    if may:
        accounts = "the account" if len(may) == 1 else f"{len(may)} accounts"
        told.append(f"at most {in_figures(plan.renewals)} credits to renew {accounts} of {_few(name for c in may for name in c.bundles)}")
    if covered:
        first = min(coverage.until for coverage in covered if coverage.until is not None)
        until = f"until {first:%Y-%m-%d}" if len(covered) == 1 else f"until {first:%Y-%m-%d} or longer"
        told.append(f"{counted(len(covered), 'account')} covered {until}")
    return f"Coverage: {'; '.join(told)}." if told else ""


def _unpublished(plan: Plan) -> set[str]:
    return {hold.unpublished for hold in plan.held if hold.unpublished}


def _consequences(report: Report, checked: ValidationResult, plan: Plan) -> Iterator[str]:
    """One sentence for each bundle that something is left out of, in the order of the sheet."""
    out = {line.address: line for line in report.lines if line.state in _OUT}
    done: dict[str, list[Operation]] = {}
    for operation in plan.operations:
        done.setdefault(operation.bundle, []).append(operation)
    unpublished = _unpublished(plan)
    for name, lines in _by_bundle(checked, out).items():
        # Rows that are merely held wait for the invalid ones: naming them as well would hide the cause.
        wrong = [line for line in lines if line.state is RowState.INVALID] or lines
        yield _consequence(name, _rows(wrong), done.get(name, []), unpublished=name in unpublished)


def _consequence(name: str, rows: str, operations: list[Operation], *, unpublished: bool) -> str:
    if not name:
        return f"Left out: {rows}."
    paid = [operation for operation in operations if operation.paid]
    bought = "bought" if any(operation.kind is OperationKind.CREATE_BUNDLE for operation in paid) else "paid for"
    prices = [operation.price for operation in paid]
    price = "an unknown number of" if None in prices else in_figures(sum(price for price in prices if price is not None))
    done = f"{bought} ({price} credits)" if paid else ""
    if unpublished:
        return f"{name} is {done + ' and not' if done else 'not'} published: {rows}."
    published = any(operation.kind is OperationKind.PUBLISH for operation in operations)
    done = " and ".join(filter(None, (done, "published" if published else "")))
    if not done and not operations:
        return f"Nothing is done for {name}: {rows}."
    return f"{name} is {done or 'changed'} without some of its rows: {rows}."


def _rows(lines: list[RowLine]) -> str:
    """The rows and their states: ``Videos!3 and Videos!7 are invalid``."""
    names = [str(line.address) for line in lines]
    state = lines[0].state.value
    return f"{_few(names)} {noun(len(names), 'is', 'are')} {state}"


def _few(names: Iterable[str]) -> str:
    every = list(dict.fromkeys(names))
    shown, more = every[:_MOST_ROWS], len(every) - _MOST_ROWS
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _by_bundle(checked: ValidationResult, out: Mapping[RowAddress, RowLine]) -> dict[str, list[RowLine]]:
    found: dict[str, list[RowLine]] = {}
    for frame in (checked.bundles, checked.positions) if out else ():
        for table, row, bundle in frame.select("_table", ROW, "_bundle").iter_rows():
            line = out.get(checked.sheets[table].table.address(row))
            if line is not None:
                found.setdefault(bundle or "", []).append(line)
    return found


def step_in_words(operation: Operation) -> str:
    """An operation by what it does and to what: ``finalize video spring-01 position 2``."""
    return f"{operation.kind.words} {operation.target}"
