"""The rows of an export: the cells, the platform's status of each row, and the actions it allows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bulkportal import names
from bulkportal.counting import noun
from bulkportal.exporting.cell_texts import STORED, CellTexts, bundle_cells, slot_cells
from bulkportal.exporting.fetched import FetchedBundle, comment_of, next_action_in_words, words
from bulkportal.portal.remote import Credits, RemoteBundle, RemotePosition, live_link
from bulkportal.portal.transitions import OF_ACCOUNTS, OF_BUNDLES, OF_VIDEOS
from bulkportal.remote_files import web_link

_FILL = "Fill in this row: its slot is paid for, and empty."
_REVIEW = "Review the account: finalize-account or account-corrections."


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRow:
    """One row: texts by column, status columns, the actions its status allows, and why cells were left blank.

    `base` is what the platform has, also where the cell was left blank.
    """

    cells: Mapping[str, str]
    base: Mapping[str, str]
    status: Mapping[str, str]
    actions: tuple[str, ...] = ()
    left: Mapping[str, str] = field(default_factory=dict)
    credits: Credits | None = None
    flagged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """The rows of both sheets. `empty` counts the rows of videos whose slots hold nothing yet."""

    bundles: tuple[ExportRow, ...]
    videos: tuple[ExportRow, ...]
    empty: int = 0


def sheets_of(fetched: Sequence[FetchedBundle]) -> Sheets:
    """Every bundle, and every slot that has content or can be filled, in the order in which they were listed."""
    shared = _shared(fetched)
    bundles: list[ExportRow] = []
    videos: list[ExportRow] = []
    for one in fetched:
        bundles.append(_bundle_row(one, shared))
        videos += [_video_row(slot, one.bundle, shared) for slot in one.shown]
    return Sheets(bundles=tuple(bundles), videos=tuple(videos), empty=sum(slot.pending for one in fetched for slot in one.shown))


def issues_of(fetched: Sequence[FetchedBundle]) -> Sheets:
    """The flagged slots only: enough to know each one again, a blank cell for its new file, and the action that sends it."""
    shared = _shared(fetched)
    rows = [_issue_row(slot, one.bundle, shared) for one in fetched for slot in one.flagged]
    return Sheets(bundles=(), videos=tuple(rows))


def _shared(fetched: Iterable[FetchedBundle]) -> frozenset[str]:
    counts = Counter(names.plain(one.bundle.external_ref or "") for one in fetched)
    return frozenset(reference for reference, count in counts.items() if reference and count > 1)


def bundle_actions(fetched: FetchedBundle) -> tuple[str, ...]:
    """What can be done with a bundle as it is now."""
    bundle = fetched.bundle
    found = [name for name, allowed in OF_BUNDLES.items() if bundle.status in allowed]
    # With nothing configured there is nothing to hand over, whatever the bundle's status allows.
    if not any(slot.status == "configured" for slot in bundle.positions):
        found = [name for name in found if name != "publish-videos"]
    if bundle.bundle_type != "videos_only":
        found += [name for name, allowed in OF_ACCOUNTS.items() if bundle.account_status in allowed]
    return tuple(found)


def video_actions(slot: RemotePosition) -> tuple[str, ...]:
    """What can be done with a slot as it is now; fix-download wherever it is flagged (seed 004)."""
    actions = tuple(name for name, allowed in OF_VIDEOS.items() if slot.status in allowed)
    return (*actions, "fix-download") if slot.values.get("download_issue") is True else actions


def _bundle_row(fetched: FetchedBundle, shared: frozenset[str]) -> ExportRow:
    bundle = fetched.bundle
    cells = bundle_cells(bundle, fetched.view, shared)
    problems = [fetched.hidden.said() if fetched.hidden else "", _flags(fetched), *_left_out(cells)]
    status = {"status": bundle.status, "problem": " ".join(filter(None, problems)), "next_step": _next_step(fetched)}
    return ExportRow(
        cells=cells.texts,
        base=cells.base,
        left=cells.left,
        status=status | {"live_url": _profile(bundle)},
        actions=bundle_actions(fetched),
        credits=bundle.credit_cost,
        flagged=bool(fetched.flagged),
    )


def _profile(bundle: RemoteBundle) -> str:
    link = words(bundle.account.get("profile_url"))
    return web_link(link)


def _flags(fetched: FetchedBundle) -> str:
    numbers = ", ".join(str(slot.position) for slot in fetched.flagged)
    return f"Download issue at position {numbers}: see Videos, or export --download-issues." if numbers else ""


def _next_step(fetched: FetchedBundle) -> str:
    bundle = fetched.bundle
    steps: list[str] = []
    if bundle.account_status == "in_review" and bundle.bundle_type != "videos_only":
        steps.append(_REVIEW)
    if bundle.next_action:
        steps.append(next_action_in_words(bundle.next_action))
    if fetched.empty:
        slots = bundle.videos_quantity or len(bundle.positions)
        steps.append(f"{fetched.empty} of {slots} video slots {noun(fetched.empty, 'is', 'are')} empty.")
    # A status that no document names is neither filled nor empty, and must not vanish from the sum.
    odd = Counter(slot.status for slot in bundle.positions if not slot.configured and not slot.pending)
    steps += [f"{count} without a row here: {status or 'status unknown'}." for status, count in odd.items()]
    return " ".join(steps)


def _video_row(slot: RemotePosition, bundle: RemoteBundle, shared: frozenset[str]) -> ExportRow:
    cells = slot_cells(slot, bundle, shared)
    flagged = slot.values.get("download_issue") is True
    problems = [comment_of(slot).said() if flagged else "", *_left_out(cells)]
    step = f"{_fix(slot)} and choose fix-download." if flagged else _FILL if slot.pending else ""
    return ExportRow(
        cells=cells.texts,
        base=cells.base,
        left=cells.left,
        status={"status": slot.status, "problem": " ".join(filter(None, problems)), "next_step": step, "live_url": live_link(slot.values)},
        actions=video_actions(slot),
        flagged=flagged,
    )


def _issue_row(slot: RemotePosition, bundle: RemoteBundle, shared: frozenset[str]) -> ExportRow:
    whole = slot_cells(slot, bundle, shared)
    # No other values: a row of fix-download that also held a caption would change it on import.
    kept: tuple[str, ...] = ("bundle", "bundle_id", "position")
    if slot.configured:
        kept += ("name", "video_type", "description")
    chosen = {"action": "fix-download"}
    return ExportRow(
        cells={name: text for name, text in whole.texts.items() if name in kept} | chosen,
        # The action is in the base copy as well, so a sheet that is imported unread asks for nothing (see `check.base.edited_only`).
        base={**whole.base, **chosen},
        left={name: why for name, why in whole.left.items() if name in kept},
        status={"status": slot.status, "problem": comment_of(slot).said(), "next_step": f"{_fix(slot)}."},
        actions=("fix-download",),
        flagged=True,
    )


def _fix(slot: RemotePosition) -> str:
    carousel = slot.values.get("video_type") == "carousel"
    return "Write links that work under carousel_images" if carousel else "Write a link that works under video"


def _left_out(cells: CellTexts) -> list[str]:
    """What must be reported even where no note can be attached to the cell; a file that the platform keeps is not a problem."""
    names = [name for name, why in cells.left.items() if why != STORED]
    return [f"Left blank, since a cell cannot hold what the platform has: {', '.join(names)}."] if names else []
