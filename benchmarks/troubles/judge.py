"""The verdict, from the platform's own books: what exists, what was charged, what was carried out."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from bulkportal.simulator import State
from bulkportal.simulator.journal import Write
from bulkportal.simulator.records import Bundle
from troubles import books
from troubles.rules import Lagging
from troubles.scenarios import ACT, Scenario
from troubles.sheets import Row, Sheet, whole

if TYPE_CHECKING:
    from troubles.play import Play
    from troubles.runs import Told

_ENDS_AS = {
    "finalize": "finalized",
    "corrections": "configured",
    "unschedule": "pending",
    "fix-download": "configured",
    "finalize-account": "finalized",
    "account-corrections": "pending_corrections",
}
_FORGOTTEN = ("corrections", "account-corrections")
"""Actions that leave no trace on the platform: whoever has lost the memory of them may refuse, and must not repeat."""


@dataclass(slots=True)
class Verdict:
    """What came of one scenario. `complaints` say in words what is counted."""

    scenario: Scenario
    expected: int = 0
    charged: int = 0
    doubles: int = 0
    published_twice: int = 0
    lost: int = 0
    wrong: int = 0
    unseen: int = 0
    struck: bool = True
    reported: float | None = None
    complaints: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether the law held."""
        return not self.complaints

    def complain(self, counter: str, words: str, times: int = 1) -> None:
        """Count something that is wrong."""
        if times > 0:
            setattr(self, counter, getattr(self, counter) + times)
            self.complaints.append(f"{counter}: {words}")


class Staged(Protocol):
    """What can be judged by the books: the platform, the sheet, and what was done besides."""

    @property
    def state(self) -> State:
        """The platform."""

    @property
    def sheet(self) -> Sheet:
        """What was wanted in the end."""

    @property
    def acted(self) -> dict[tuple[str, int], str]:
        """The actions asked for, by bundle and position; position 0 is the bundle."""

    @property
    def again(self) -> bool:
        """Whether the first bundle was to be published a second time."""

    @property
    def raised(self) -> bool:
        """Whether quantities were raised between the runs."""


@dataclass(slots=True, kw_only=True)
class Stage:
    """A platform and a sheet, and nothing besides."""

    state: State
    sheet: Sheet
    acted: dict[tuple[str, int], str] = field(default_factory=dict)
    again: bool = False
    raised: bool = False


def judge(play: Play, *, last: Told | None, sent_by_last: int) -> Verdict:
    """Hold what the platform has, and what the runs said, against what the sheet wanted."""
    verdict = books_verdict(play.scenario, play)
    verdict.struck = play.struck > 0
    _reports(verdict, play, last, sent_by_last)
    return verdict


def books_verdict(scenario: Scenario, stage: Staged) -> Verdict:
    """Hold what the platform has against what the sheet wanted."""
    verdict = Verdict(scenario, expected=stage.sheet.price(stage.state.edition))
    books = stage.state.books.bundles
    bundles = list(books.everything() if isinstance(books, Lagging) else books.values())
    _money(verdict, stage, bundles)
    _published(verdict, stage, bundles)
    for row in stage.sheet.bundles:
        found = [bundle for bundle in bundles if bundle.external_ref == row["bundle"]]
        if not found:
            verdict.complain("lost", f"{row['bundle']} was never made", 1 + len(stage.sheet.of(str(row["bundle"]))))
        for bundle in found[:1]:
            for words in _differences(stage, row, bundle):
                verdict.complain("wrong", f"{row['bundle']}: {words}")
    for violation in stage.state.journal.violations:
        verdict.complain("wrong", f"a careful client never does this: {violation}")
    return verdict


def _money(verdict: Verdict, stage: Staged, bundles: list[Bundle]) -> None:
    debits = [entry for entry in stage.state.wallet("owner").entries if entry.type == "debit"]
    verdict.charged = -sum(entry.amount for entry in debits)
    references = Counter(bundle.external_ref for bundle in bundles)
    for reference, count in references.items():
        verdict.complain("doubles", f"{reference} was bought {count} times", count - 1)
    rows = {row["bundle"]: row for row in stage.sheet.bundles}
    for bundle in bundles:
        row = rows.get(bundle.external_ref)
        if row is None:
            verdict.complain("wrong", f"nobody asked for the bundle {bundle.external_ref}")
            continue
        for what, there, name in (("video", len(bundle.slots), "videos_quantity"), ("edit", bundle.edits_quantity, "edits_quantity")):
            verdict.complain("doubles", f"{bundle.external_ref} has {there} {what} slots and not {whole(row, name)}", there - whole(row, name))
            if there < whole(row, name):
                verdict.complain("wrong", f"{bundle.external_ref} has {there} {what} slots and not {whole(row, name)}")
        creations = sum(entry.description == f"Bundle {bundle.id}: creation" for entry in debits)
        verdict.complain("doubles", f"the creation of {bundle.external_ref} was charged {creations} times", creations - 1)
    exists = sum(bundle.credit_cost for bundle in bundles)
    if verdict.charged != exists:
        verdict.complain("doubles", f"{verdict.charged} credits were charged for what costs {exists}")
    if verdict.charged != verdict.expected and not verdict.complaints:
        verdict.complain("wrong", f"{verdict.charged} credits were charged for a sheet of {verdict.expected}")


def _published(verdict: Verdict, stage: Staged, bundles: list[Bundle]) -> None:
    done = Counter(write.path for write in stage.state.journal.writes if write.executed and write.route.endswith("/publish"))
    for bundle in bundles:
        first = bundle.external_ref == stage.sheet.bundles[0]["bundle"] or (bundle.external_ref or "", 0) in stage.acted
        most = 2 if first and stage.again else 1
        count = done[f"/bundles/{bundle.id}/publish"]
        verdict.complain("published_twice", f"{bundle.external_ref} was published {count} times", count - most)
    acted = Counter(_name(write) for write in stage.state.journal.writes if write.executed and write.route in _ACTS)
    for name, count in acted.items():
        again = stage.raised and name.endswith("/publish-all")
        verdict.complain("wrong", f"{name} was done {count} times", 0 if again else count - 1)


_ACTS = frozenset(route for name, route in ACT.items() if name != "publish again")


def _name(write: Write) -> str:
    return f"{write.method} {write.path}"


def _differences(stage: Staged, row: Row, bundle: Bundle) -> Iterator[str]:
    """In what a bundle is not as its row wants it."""
    if bundle.title != row["title"]:
        yield f"its title is {bundle.title!r}"
    status = "published" if row.get("publish") == "yes" or row.get("action") == "publish-videos" else "pending_setup"
    named = (bundle.external_ref or "", 0)
    action = stage.acted.get(named, "")
    if action in ("finalize-account", "account-corrections"):
        account = bundle.account.status if bundle.account else None
        if account != _ENDS_AS[action]:
            yield f"its account is {account} after {action}"
    elif bundle.status != status:
        yield f"it is {bundle.status} and not {status}"
    if bundle.has_account and (bundle.account is None or bundle.account.fields.get("username") != row["username"]):
        yield "its account is not configured"
    for video in stage.sheet.of(str(row["bundle"])):
        if int(str(video["position"])) <= len(bundle.slots):
            yield from _slot_differences(stage, video, bundle)


def _slot_differences(stage: Staged, row: Row, bundle: Bundle) -> Iterator[str]:
    slot = bundle.slots[int(str(row["position"])) - 1]
    action = str(row.get("action") or "")
    handed_over = stage.acted.get((bundle.external_ref or "", 0)) == "publish-videos"
    status = _ENDS_AS.get(action, "published" if handed_over else "configured")
    if action == "corrections" and stage.state.edition.current:
        status = "pending_corrections"
    if slot.status != status:
        yield f"position {slot.position} is {slot.status} and not {status}"
    if action == "fix-download" and slot.download_issue:
        yield f"the link of position {slot.position} is still flagged"
    if action == "corrections" and slot.correction_message != row["message"]:
        yield f"position {slot.position} was sent back with {slot.correction_message!r}"
    if not action and (slot.name != row["name"] or slot.content.get("description") != row["description"]):
        yield f"position {slot.position} holds {slot.name!r}, {slot.content.get('description')!r}"


def _reports(verdict: Verdict, play: Play, last: Told | None, sent_by_last: int) -> None:
    """What the runs said of themselves, and the ledger of what they paid."""
    for told in play.runs:
        if told is not None and told.crashed:
            verdict.complain("wrong", f"a run crashed: {told.message}")
        if told is not None and told.states is not None and sum(told.states.values()) != 2 * told.states["total"]:
            verdict.complain("lost", f"a report does not add up: {told.states}")
    states = (last.states if last else None) or {}
    verdict.complain("lost", f"the last report has {states.get('total', 0)} rows of {play.sheet.rows}", play.sheet.rows - states.get("total", 0))
    scenario = play.scenario
    allowed = len(play.acted) if scenario.target in _FORGOTTEN and play.homes > 1 else 0  # the last run was not the one that asked
    open_rows = states.get("total", 0) - states.get("unchanged", 0)
    if open_rows > allowed:
        problems = " / ".join(last.problems) if last else ""
        verdict.complain("wrong", f"at the end not all rows are unchanged: {states} {problems}", 1)
    verdict.complain("wrong", f"the last run sent {sent_by_last} writes where nothing was to be done", 1 if sent_by_last else 0)
    if all(play.runs):
        verdict.reported = sum(told.charged for told in play.runs if told is not None)
    if play.homes == 1:
        seen = _ledger_sum(play)
        if seen != verdict.charged:
            verdict.complain("unseen", f"the ledger knows of {seen} credits, {verdict.charged} were charged")


def _ledger_sum(play: Play) -> float:
    if books.SERVER in os.environ:
        return books.charged(play.home)
    with sqlite3.connect(play.home / "ledger.sqlite3") as database:
        found = database.execute("SELECT total(credits) FROM operations WHERE paid=1 AND state='done'").fetchone()
    database.close()
    return float(found[0])
