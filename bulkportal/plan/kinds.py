"""The kinds of operations, each declared once: its cost, whether it can be undone, what asks for it, and its names.

`apply.handlers` defines for the same kinds which request carries one out, and how its effect is found on the platform.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Self

from bulkportal.portal.transitions import OF_ACCOUNTS, OF_BUNDLES, OF_VIDEOS


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """An event, not a state: it is done once for a row, and a later import of the same row finds it done (docs/reference/columns.md).

    `name` is its value in the column action, and `of` says whose status decides. `results` are the statuses that it may
    lead to; `proves` says that such a status alone shows that the action is done, whoever did it. `warning` is
    what a person should know before it is sent; empty if there is nothing to warn about.
    """

    name: str
    of: Literal["bundle", "account", "video"]
    results: tuple[str, ...] = ()
    proves: bool = True
    warning: str = ""

    @property
    def settled(self) -> tuple[str, ...]:
        """The statuses that prove that it has been done."""
        return self.results if self.proves else ()

    @property
    def allowed(self) -> tuple[str, ...]:
        """The statuses from which it is allowed; empty if it depends on none."""
        return {"bundle": OF_BUNDLES, "account": OF_ACCOUNTS, "video": OF_VIDEOS}[self.of].get(self.name, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """The properties of a kind of operation.

    `done` is the report's word for a success. A `paid` operation takes credits with each request, which are never refunded (seed
    002). `action` is set for events; other operations set a value and may be repeated. `column` asks
    for the operation where neither an action nor a change of single cells does; for slots, which the price list calls `item`, by
    their total. `remembered` is what the ledger stores for later plans. `renews` says that it may first renew an
    account's Coverage, `new_work` that the platform refuses it while it has no capacity.
    """

    done: str
    paid: bool = False
    irreversible: bool = False
    undo: str = ""
    action: Action | None = None
    item: str = ""
    column: str = ""
    remembered: Literal["", "body", "media", "addresses"] = ""
    renews: bool = False
    new_work: bool = False

    @property
    def adds_slots(self) -> bool:
        """Whether it adds slots, which have no name by which the platform could refuse a duplicate order."""
        return bool(self.item)

    @property
    def can_be_undone(self) -> str:
        """Whether there is a way back, in words."""
        return self.undo or ("no: credits are not refunded" if self.paid else "no" if self.irreversible else "yes")


class OperationKind(StrEnum):
    """The kinds of operations, with their traits."""

    traits: Traits

    CREATE_BUNDLE = "create_bundle", Traits(done="created", paid=True, column="bundle", remembered="body", new_work=True)
    ADD_VIDEO_SLOTS = "add_video_slots", Traits(done="video slots added", paid=True, column="videos_quantity", item="video_slot")
    ADD_EDIT_SLOTS = "add_edit_slots", Traits(done="edit slots added", paid=True, column="edits_quantity", item="edit_slot")
    UPDATE_BUNDLE = "update_bundle", Traits(done="settings updated", remembered="body", renews=True)
    UPLOAD_MEDIA = "upload_media", Traits(done="media uploaded", undo="no: the file stays in the platform's storage", remembered="addresses")
    CONFIGURE_ACCOUNT = "configure_account", Traits(done="account configured", remembered="body", renews=True)
    CONFIGURE_POSITIONS = "configure_positions", Traits(done="configured", remembered="body", renews=True)
    UPDATE_POSITION = "update_position", Traits(done="renamed", renews=True)
    PUBLISH = (
        "publish",
        Traits(
            done="published",
            undo="yes, until it is accepted",
            action=Action(name="publish", of="bundle"),
            column="publish",
            renews=True,
            new_work=True,
        ),
    )
    PUBLISH_VIDEOS = (
        "publish_videos",
        Traits(
            done="videos published",
            undo="no: the account manager has them",
            action=Action(name="publish-videos", of="bundle"),
            renews=True,
        ),
    )
    UNPUBLISH = (
        "unpublish",
        Traits(
            done="unpublished",
            action=Action(name="unpublish", of="bundle", results=("pending_setup",), warning="credits are not refunded"),
        ),
    )
    FINALIZE_VIDEO = (
        "finalize_video",
        Traits(
            done="finalized",
            irreversible=True,
            action=Action(name="finalize", of="video", results=("finalized",), warning="a finalized video cannot be changed any more"),
        ),
    )
    CORRECT_VIDEO = (
        "request_corrections",
        Traits(
            done="corrections requested",
            undo="no: they cannot be withdrawn",
            # A video may be configured without any request for corrections, so its status proves nothing.
            # Newer servers answer pending_corrections (API reference 6.2, D6).
            action=Action(name="corrections", of="video", results=("configured", "pending_corrections"), proves=False),
        ),
    )
    UNSCHEDULE_VIDEO = (
        "unschedule_video",
        Traits(
            done="unscheduled",
            irreversible=True,
            action=Action(name="unschedule", of="video", results=("pending",), warning="its content and settings are cleared"),
            renews=True,
        ),
    )
    FIX_DOWNLOAD = (
        "fix_download",
        Traits(
            done="link fixed",
            undo="no: the file is replaced, and the date has moved",
            action=Action(name="fix-download", of="video", warning="its publish date moves to tomorrow"),
            remembered="media",
            renews=True,
        ),
    )
    FINALIZE_ACCOUNT = (
        "finalize_account",
        Traits(
            done="account finalized",
            irreversible=True,
            action=Action(name="finalize-account", of="account", results=("finalized",), warning="a finalized account cannot be sent back"),
        ),
    )
    CORRECT_ACCOUNT = (
        "request_account_corrections",
        Traits(
            done="account corrections requested",
            undo="no: they cannot be withdrawn",
            action=Action(name="account-corrections", of="account", results=("pending_corrections", "configured", "pending"), proves=False),
        ),
    )

    def __new__(cls, value: str, traits: Traits = Traits(done="")) -> Self:
        """Make one kind, by its name in the plan, the ledger and the JSON."""
        # The default of `traits` is for type checkers: OperationKind("publish") looks a member up, and never comes here.
        kind = str.__new__(cls, value)
        kind._value_, kind.traits = value, traits
        return kind

    @property
    def words(self) -> str:
        """The kind for people, such as ``create bundle``."""
        return self.value.replace("_", " ")

    @property
    def is_event(self) -> bool:
        """Whether it is an event, which happens once; all other kinds set a value and may be repeated."""
        return self.traits.action is not None


ACTIONS: Mapping[str, OperationKind] = {kind.traits.action.name: kind for kind in OperationKind if kind.traits.action is not None}
"""The kinds that the column action asks for, by its values."""

PAID = tuple(kind for kind in OperationKind if kind.traits.paid)
"""The kinds that are purchases."""
