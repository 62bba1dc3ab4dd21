"""The rows the simulated platform keeps: bundles, accounts, slots, credits, uploads."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Protocol

from bulkportal.simulator.calls import JsonObject

FIRST_YEAR, LAST_YEAR = 2000, 2999
"""The years that are accepted here; far enough from both ends of the calendar for every sum of days."""


def stamp(moment: datetime | None) -> str | None:
    """A moment as the seeds write it, ``2026-02-10T14:00:00Z``."""
    if moment is None:
        return None
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(slots=True, kw_only=True)
class VideoSlot:
    """One position of a bundle (seed 001). `content` holds the configured fields.

    A removed slot leaves its position empty: it counts among the slots paid for and is seen no more.
    """

    id: str
    position: int
    created_at: datetime
    updated_at: datetime
    status: str = "pending"
    name: str = ""
    video_type: str = "video"
    external_ref: str | None = None
    target: date | None = None
    target_end: date | None = None
    content: JsonObject = field(default_factory=dict)
    ignored_fields: list[str] = field(default_factory=list)
    paid_options: set[str] = field(default_factory=set)
    download_issue: bool = False
    download_issue_comment: str | None = None
    correction_message: str | None = None
    correction_requested_at: datetime | None = None
    in_review_at: datetime | None = None
    finalized_at: datetime | None = None
    removed: bool = False

    def clear(self) -> None:
        """Empty the slot, as unschedule does (seed 000); what was paid stays paid."""
        self.status = "pending"
        self.name = f"Video {self.position}"
        self.video_type = "video"
        self.external_ref = None
        self.target = self.target_end = None
        self.content = {}
        self.ignored_fields = []
        self.download_issue = False
        self.download_issue_comment = None
        self.correction_message = None
        self.correction_requested_at = None


@dataclass(slots=True, kw_only=True)
class BundleAccount:
    """The account listing of a bundle (API reference 2.11, 4.2)."""

    status: str = "pending"
    fields: JsonObject = field(default_factory=dict)
    configured_at: datetime | None = None
    in_review_at: datetime | None = None
    finalized_at: datetime | None = None
    correction_comment: str | None = None


@dataclass(slots=True, kw_only=True)
class Bundle:
    """A bundle (seed 003)."""

    id: str
    tenant: str
    bundle_type: str
    platform: str
    country: str
    created_at: datetime
    updated_at: datetime
    status: str = "pending_setup"
    title: str | None = None
    external_ref: str | None = None
    edits_quantity: int = 0
    credit_cost: int = 0
    auto_finalize_videos: bool = True
    wants_niche_warming: bool = False
    wants_deep_warming: bool = False
    wants_moderation: bool = False
    warming_targets: int = 0
    warming_terms: list[str] = field(default_factory=list)
    niche_warming_instructions: str | None = None
    existing_account_id: str | None = None
    saved_account_id: str | None = None
    published_at: datetime | None = None
    account: BundleAccount | None = None
    slots: list[VideoSlot] = field(default_factory=list)

    @property
    def has_account(self) -> bool:
        """Whether the bundle sets up an account of its own."""
        return self.bundle_type != "videos_only"

    @property
    def has_videos(self) -> bool:
        """Whether the bundle may hold video slots."""
        return self.bundle_type != "account_only"

    @property
    def delivered(self) -> bool:
        """Whether its account exists already, which shortens the date rule (seed 001)."""
        return self.existing_account_id is not None or self.saved_account_id is not None

    @property
    def standing(self) -> list[VideoSlot]:
        """The slots that have not been removed, in order."""
        return [slot for slot in self.slots if not slot.removed]

    @property
    def used_edits(self) -> int:
        """How many slots carry editing instructions (seed 003, API reference 3.3)."""
        return sum(1 for slot in self.standing if slot.content.get("editing_instructions"))

    def add_slot(self, identity: str, now: datetime) -> VideoSlot:
        """Append one pending slot after the last one (API reference 2.9)."""
        # Removed slots count: their positions are never given again.
        position = len(self.slots) + 1
        slot = VideoSlot(
            id=identity,
            position=position,
            name=f"Video {position}",
            created_at=now,
            updated_at=now,
        )
        self.slots.append(slot)
        return slot


@dataclass(slots=True, kw_only=True)
class SavedAccount:
    """A delivered account (API reference 2.21). It never holds a secret."""

    id: str
    tenant: str
    platform: str
    country: str
    created_at: datetime
    updated_at: datetime
    username: str = ""
    visible_name: str = ""
    biography: str = ""
    profile_picture_url: str | None = None
    link_in_bio: str | None = None
    covered_until: datetime | None = None
    coverage_fee_required: bool = True
    ban_id: str | None = None
    ban_status: str | None = None
    banned_at: datetime | None = None

    @property
    def banned(self) -> bool:
        """Whether it is banned: an appeal that was accepted lifts the ban."""
        return self.ban_status not in (None, "appeal_accepted")


@dataclass(slots=True, kw_only=True)
class CreditEntry:
    """One line of the credit history; a debit has a negative amount (API reference 2.22)."""

    id: str
    type: str
    amount: int
    description: str
    balance_after: int
    created_at: datetime
    breakdown: JsonObject = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Wallet:
    """A tenant's credits. Invariant: `initial` plus the sum of the amounts is the balance."""

    initial: int
    entries: list[CreditEntry] = field(default_factory=list)

    @property
    def balance(self) -> int:
        """What is left."""
        # Kept in each entry, as the platform's history shows it; a test adds the amounts up against it.
        return self.entries[-1].balance_after if self.entries else self.initial


@dataclass(slots=True, kw_only=True)
class Stored:
    """A file in the simulated storage; `content` is None until the bytes have been sent."""

    key: str
    bundle_id: str
    filename: str
    content_type: str
    content: bytes | None = None
    expires_at: datetime | None = None
    elsewhere: bool = False


class StorageHost(Protocol):
    """A storage host of its own, such as a real S3 server, to which presigned uploads go instead of to this server.

    Its addresses carry its own signature; what it refuses and when is its own affair. `public` is what its
    public addresses begin with; the key of the file follows.
    """

    public: str

    def upload_url(self, key: str, content_type: str, seconds: int) -> str:
        """An address to PUT that file to, with that Content-Type, for so many seconds."""

    def holds(self, key: str) -> bool:
        """Whether the file has come."""
