"""A night as text, for the screen and for messages, and as one JSON document."""

from __future__ import annotations

from collections.abc import Iterator

from bulkportal.automate.inbox import Inbox
from bulkportal.automate.results import BatchResult, FileOutcome, FileResult
from bulkportal.check.finding_groups import groups_of
from bulkportal.counting import counted, noun
from bulkportal.portal.remote import Json, credits_in_words, in_figures
from bulkportal.records.failing_rows import Problem
from bulkportal.report.as_json import finding_document

SCHEMA = "bulkportal.night/1"

MOST = 10
"""How many problems of one kind a message lists."""


def headline(night: BatchResult) -> str:
    """The night in one line."""
    named = {FileOutcome.FINISHED: "moved", FileOutcome.BEING_WRITTEN: "still being written"}
    counts = [(named.get(outcome, outcome.value), sum(launch.outcome is outcome for launch in night.launches)) for outcome in FileOutcome]
    files = ", ".join(f"{count} {name}" for name, count in counts if count) or "nothing new"
    new, fixed = len(night.changes.new), len(night.changes.fixed)
    rows = [f"{new} new {noun(new, 'problem')}" if new else "", f"{fixed} fixed" if fixed else ""]
    return "; ".join(part for part in (files, *rows) if part)


def lines(night: BatchResult) -> Iterator[str]:
    """The lines of a night's summary: the files, what is new, what is fixed, and what still waits for somebody."""
    for launch in night.launches:
        yield f"{launch.outcome.value:<14}{launch.name}{_figures(launch)}"
        if launch.message:
            yield f"{'':<14}{launch.message}"
        yield from _money(launch)
    if night.trouble:
        yield night.trouble
    if night.links.mended:
        yield f"Broken links repaired with their original files: {night.links.mended} of {night.links.flagged}."
    if night.links.decisions:
        yield f"Broken links to decide about: {night.inbox.display_path(night.links.decisions)}"
    yield from _reviews(night)
    found = night.changes
    yield from _listed("New problems:", found.new, night)
    yield from _listed("Fixed:", found.fixed, night)
    if found.given_up:
        yield f"Given up, since their files were taken out of failed/: {', '.join(sorted({problem.item for problem in found.given_up}))}"
    if found.still:
        oldest = found.still[0] if found.oldest is None else found.oldest
        since = f"{oldest.name}, for {_nights(oldest, night)}"
        yield f"Still failing: {len(found.still)} {noun(len(found.still), 'problem')}; the oldest is {since}."
    yield f"{headline(night)[:1].upper()}{headline(night)[1:]}. Credits: {in_figures(night.credits)} charged."


def next_command(night: BatchResult) -> str:
    """What to do now, if anything."""
    failed = [launch for launch in night.launches if launch.outcome is FileOutcome.FAILED]
    reported = next((launch.report for launch in failed if launch.report is not None and launch.report.suffix == ".xlsx"), None)
    if reported is not None:
        return f"Correct the red cells of {reported.name} and put it into {night.inbox.name}."
    if failed:
        return f"Correct {failed[0].name} and put it into {night.inbox.name} again."
    return ""


def document(night: BatchResult) -> dict[str, Json]:
    """The night for scripts. Every key is always there."""
    found = night.changes
    return {
        "schema": SCHEMA,
        "command": "run",
        "exit_code": int(night.exit_code),
        "night_id": night.night_id,
        "inbox": night.inbox.name,
        "started_at": night.started_at,
        "finished_at": night.finished_at,
        "trouble": night.trouble,
        "launches": [_launch(launch, night.inbox) for launch in night.launches],
        "credits": {"charged": night.credits, "cap": night.cap},
        "links": {
            "flagged": night.links.flagged,
            "mended": night.links.mended,
            "decisions": night.inbox.display_path(night.links.decisions) if night.links.decisions else None,
        },
        "reviews": [review.document() for review in night.links.reviews],
        "reminders": [review.document() for review in night.reminders],
        "status": night.inbox.display_path(night.status) if night.status else None,
        "changes": {
            "new": [_problem(problem, night) for problem in found.new],
            "fixed": [_problem(problem, night) for problem in found.fixed],
            "still": [_problem(problem, night) for problem in found.still],
            "flapping": [_problem(problem, night) for problem in found.flapping],
            "given_up": [_problem(problem, night) for problem in found.given_up],
            "oldest": _problem(found.oldest, night) if found.oldest else None,
        },
    }


def _launch(launch: FileResult, inbox: Inbox) -> Json:
    return {
        "file": launch.name,
        "fate": launch.outcome.value,
        "run_id": launch.run_id or None,
        "exit_code": int(launch.exit_code),
        "message": launch.message,
        "rows": dict(launch.totals),
        "credits": launch.credits,
        "moved_to": inbox.display_path(launch.moved_to) if launch.moved_to else None,
        "report": inbox.display_path(launch.report) if launch.report else None,
        "money": [finding_document(finding) for finding in launch.money],
    }


def _problem(problem: Problem, night: BatchResult) -> Json:
    return {
        **problem.document(),
        "since": problem.since.isoformat(),
        "nights": problem.nights(night.today),
        "flapping": problem.flapping,
    }


def _reviews(night: BatchResult) -> Iterator[str]:
    """Videos in review, and reminders of those that soon finalize themselves, each given once."""
    if night.reminders:
        yield "Soon finalized by the platform, unless somebody finalizes them or asks for corrections:"
        yield from (f"  {review.in_words()}." for review in night.reminders[:MOST])
        if len(night.reminders) > MOST:
            yield f"  ... and {len(night.reminders) - MOST} more."
    elif night.links.reviews:
        count = len(night.links.reviews)
        yield f"In review: {counted(count, 'video')}; first {night.links.reviews[0].in_words()}."


def _money(launch: FileResult) -> Iterator[str]:
    """The findings that may cost money, grouped by cause; all of them are in the report."""
    causes = groups_of(launch.money)
    for cause in causes[:MOST]:
        yield f"{'':<14}{cause.first.severity.value} {cause.place}: {cause.in_words} [{cause.first.code}]"
    if len(causes) > MOST:
        yield f"{'':<14}... and {len(causes) - MOST} more on which money hangs."


def _figures(launch: FileResult) -> str:
    rows = ", ".join(f"{count} {state}" for state, count in launch.totals.items() if count and state != "total")
    paid = credits_in_words(launch.credits) if launch.credits else ""
    shown = "; ".join(part for part in (rows, paid) if part)
    return f"  ({shown})" if shown else ""


def _listed(title: str, problems: tuple[Problem, ...], night: BatchResult) -> Iterator[str]:
    if not problems:
        return
    yield title
    for problem in problems[:MOST]:
        again = " (it had been solved before)" if problem.flapping and problem in night.changes.new else ""
        place = f" [{problem.place}]" if problem.sheet else ""
        yield f"  {problem.name}{place}: {problem.message}{again}".rstrip()
    if len(problems) > MOST:
        yield f"  ... and {len(problems) - MOST} more."


def _nights(problem: Problem, night: BatchResult) -> str:
    return counted(problem.nights(night.today), "night")
