"""What cannot be reverted of a run: which operation, why, and what it cost."""

from __future__ import annotations

from dataclasses import dataclass

from bulkportal.plan.changes import RunChange
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import ACCOUNT_PLACE, BUNDLE_PLACE
from bulkportal.portal.remote import Credits, Json


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUndone:
    """One line of the list. `columns` are those that stay as the run left them, if it is about columns; `before` is their previous content."""

    operation: str
    target: str
    why: str
    credits: Credits = 0
    bundle: str = ""
    position: int | None = None
    columns: tuple[str, ...] = ()
    before: str = ""

    def document(self) -> dict[str, Json]:
        """The line, for scripts."""
        return {
            "operation": self.operation,
            "target": self.target,
            "why": self.why,
            "credits": self.credits,
            "bundle": self.bundle or None,
            "position": self.position,
            "columns": list(self.columns),
            "before": self.before or None,
        }


def not_undone(change: RunChange, why: str, columns: tuple[str, ...] = (), before: str = "") -> NotUndone:
    """A line for a change, or for some of its columns. What the change cost is added once, by `draft`."""
    return NotUndone(
        operation=change.kind.words if change.kind else "renew Coverage",
        target=target_of(change),
        why=why,
        bundle=change.bundle,
        position=change.place if change.place > 0 else None,
        columns=columns,
        before=before,
    )


def target_of(change: RunChange) -> str:
    """The place of a change, for people."""
    if change.place > 0:
        return f"{change.bundle} position {change.place}"
    return {ACCOUNT_PLACE: f"the account of {change.bundle}", BUNDLE_PLACE: change.bundle}[change.place]


_UNPAID = "Credits are not refunded."

NEVER = {
    OperationKind.CREATE_BUNDLE: f"A bundle that was made stays, and so do its slots. {_UNPAID}",
    OperationKind.ADD_VIDEO_SLOTS: f"Slots that were added stay. {_UNPAID}",
    OperationKind.ADD_EDIT_SLOTS: f"Slots that were added stay. {_UNPAID}",
    OperationKind.UPLOAD_MEDIA: "A file that was uploaded stays in the platform's storage; nothing shows it.",
    OperationKind.PUBLISH_VIDEOS: "Videos that were handed over to the account manager cannot be taken back.",
    OperationKind.FINALIZE_VIDEO: "A finalized video cannot be changed any more.",
    OperationKind.FINALIZE_ACCOUNT: "A finalized account cannot be sent back.",
    OperationKind.CORRECT_VIDEO: "Corrections that were asked for cannot be withdrawn.",
    OperationKind.CORRECT_ACCOUNT: "Corrections that were asked for cannot be withdrawn.",
    OperationKind.FIX_DOWNLOAD: "The file that could not be opened was replaced, and the publish date moved to the day after.",
}
"""The kinds that have no way back, each with the reason."""
