"""Everything that the simulated platform knows, in memory, with a clock that can be set.

Nothing here speaks HTTP. A dry run works on a copy of the books, so it can have no effect.
"""

from __future__ import annotations

import copy
import re
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from bulkportal.simulator.calls import ApiRefusal, JsonObject, invalid
from bulkportal.simulator.editions import Edition, edition_named
from bulkportal.simulator.faults import Faults
from bulkportal.simulator.idempotency import IdempotencyStore
from bulkportal.simulator.journal import Journal
from bulkportal.simulator.limits import Buckets
from bulkportal.simulator.records import (
    FIRST_YEAR,
    LAST_YEAR,
    Bundle,
    BundleAccount,
    CreditEntry,
    SavedAccount,
    StorageHost,
    Stored,
    VideoSlot,
    Wallet,
)

# Any other key is the owner's, so that a demo needs no setup; these four stand for the people and the refusals of API reference 1.1.
OTHER_KEY = "tok_live_other"
COLLEAGUE_KEY = "tok_live_colleague"
REFUSED_KEY = "tok_live_refused"
REVOKED_KEY = "tok_live_revoked"
SYNTHETIC_PREFIX = "00000000-0000-4000-8000-"
_WHOLE_NUMBER = re.compile(r"-?\d+", re.ASCII)
# Python refuses to read more than 4,300 digits with an error of its own, which
# would be answered as 500; a position that long is out of range either way.
_LONGEST_POSITION = 18
REVIEW_WINDOW = timedelta(hours=72)


def _system_now() -> datetime:
    return datetime.now(UTC)


class Clock:
    """UTC time, shifted as the operator asks; it keeps running."""

    def __init__(self, base: Callable[[], datetime] = _system_now) -> None:
        self._base = base
        self._shift = timedelta()

    def now(self) -> datetime:
        """The simulated moment."""
        return self._base() + self._shift

    def today(self) -> date:
        """The UTC date, which the publish date rules count from (API reference 3.4)."""
        return self.now().date()

    def set(self, moment: datetime) -> None:
        """Make it `moment` now; a ValueError or OverflowError outside the years that are known here."""
        self._move(moment.astimezone(UTC) - self._base())

    def set_today(self, day: date) -> None:
        """Make it noon of `day`, far from either midnight."""
        self.set(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))

    def advance(self, seconds: float) -> None:
        """Let time pass; errors as with `set`."""
        self._move(self._shift + timedelta(seconds=seconds))

    def _move(self, shift: timedelta) -> None:
        if not FIRST_YEAR <= (self._base() + shift).year <= LAST_YEAR:
            raise ValueError(f"The clock goes from the year {FIRST_YEAR} to {LAST_YEAR}.")
        self._shift = shift


@dataclass(slots=True, kw_only=True)
class SimulatorSettings:
    """Switches for what the documents leave open (API reference 8, 9)."""

    balance: int = 1000
    rate: int = 120
    batch_cap: int = 50
    presigned_seconds: int = 900
    strict_biography: bool = True
    direct_limit: int | None = None
    keys: Mapping[str, str] | None = None


@dataclass(slots=True)
class Books:
    """Everything a request may change."""

    bundles: dict[str, Bundle] = field(default_factory=dict)
    accounts: dict[str, SavedAccount] = field(default_factory=dict)
    wallets: dict[str, Wallet] = field(default_factory=dict)
    stored: dict[str, Stored] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)


class State:
    """The simulated platform. Read it in tests; change it through the API or the operator."""

    def __init__(
        self,
        *,
        edition: str = "2026-02",
        settings: SimulatorSettings | None = None,
        clock: Clock | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.edition: Edition = edition_named(edition)
        self.settings = settings or SimulatorSettings()
        self.clock = clock or Clock()
        self.books = Books()
        self.journal = Journal()
        self.faults = Faults()
        self.remembered = IdempotencyStore()
        self.buckets = Buckets(monotonic)
        self.origin = "http://127.0.0.1"
        self.storage_host: StorageHost | None = None
        self.start: JsonObject = {}
        self.dry = False

    def clear(self) -> None:
        """Forget everything but the settings, the edition and the clock."""
        self.books = Books()
        self.journal = Journal()
        self.faults = Faults()
        self.remembered.clear()
        self.buckets.clear()

    def rehearsal(self) -> State:
        """A copy on which a dry run may act without effect (API reference 1.8)."""
        # Only the books are copied: the clock, the faults and the request limit are those of the real platform, which counts a dry run too.
        other = copy.copy(self)
        other.books = copy.deepcopy(self.books)
        other.dry = True
        return other

    # -- who is asking

    def tenant_of(self, key: str | None) -> str:
        """The tenant of a key (API reference 1.1); 401 for a missing, refused or revoked one."""
        if key is None or not key.strip():
            raise ApiRefusal(401, "AUTH_MISSING_KEY", "The X-API-Key header is missing.")
        if key == REVOKED_KEY:
            raise ApiRefusal(401, "AUTH_REVOKED_KEY", "The API key has been revoked.")
        known = self.settings.keys
        if known is not None and key in known:
            return known[key]
        if known is not None or key == REFUSED_KEY:
            raise ApiRefusal(401, "AUTH_INVALID_KEY", "The API key is not valid.")
        return {OTHER_KEY: "other", COLLEAGUE_KEY: "colleague"}.get(key, "owner")

    def listed_for(self, tenant: str) -> list[Bundle]:
        """The bundles of the user's organization, newest first (the order is inferred, API reference 2.3).

        A colleague's are in the list (seed 003), and yet belong to another user (S18).
        """
        organization = ("owner", "colleague") if tenant in ("owner", "colleague") else (tenant,)
        # Newest first, so a bundle that is made between two pages moves the others on: a reader sees one twice, and has to cope with it.
        return [bundle for bundle in reversed(self.books.bundles.values()) if bundle.tenant in organization]

    # -- finding things

    def new_id(self) -> str:
        """A fresh id; one made in a dry run is recognisably synthetic (API reference 1.8)."""
        made = str(uuid.uuid4())
        return SYNTHETIC_PREFIX + made[-12:] if self.dry else made

    def bundle(self, identity: str, tenant: str) -> Bundle:
        """The bundle: 404 when it does not exist, 403 when another user owns it (seed 003)."""
        found = self.books.bundles.get(identity)
        if found is None and identity.startswith(SYNTHETIC_PREFIX) and not self.dry:
            message = "An id from a dry run cannot be used in a live request."
            raise ApiRefusal(400, "DRY_RUN_ID_IN_LIVE_REQUEST", message)
        if found is None:
            raise ApiRefusal(404, "BUNDLE_NOT_FOUND", f"There is no bundle '{identity}'.")
        if found.tenant != tenant:
            raise ApiRefusal(403, "BUNDLE_NOT_OWNED", "The bundle belongs to another user.")
        return found

    def slot(self, bundle: Bundle, position: str) -> VideoSlot:
        """The slot at a position; out of range is 400 before missing is 404 (seed 004)."""
        if not _WHOLE_NUMBER.fullmatch(position):
            raise invalid(f"'{position}' is not a video position.", field="position")
        # Cut, not refused: the first digits alone are out of range already, which is the answer wanted.
        number = int(position[:_LONGEST_POSITION])
        if not 1 <= number <= len(bundle.slots):
            message = f"Position {position} is outside 1..{len(bundle.slots)}."
            raise ApiRefusal(400, "VIDEO_POSITION_OUT_OF_RANGE", message, {"videos_quantity": len(bundle.slots)})
        found = bundle.slots[number - 1]
        if found.removed:
            raise ApiRefusal(404, "VIDEO_NOT_FOUND", f"There is no video at position {number}.", {"position": number})
        return found

    def saved_account(self, identity: str, tenant: str) -> SavedAccount:
        """The delivered account, or the refusals of API reference 2.21."""
        found = self.books.accounts.get(identity)
        if found is None:
            raise ApiRefusal(404, "SAVED_ACCOUNT_NOT_FOUND", f"There is no account '{identity}'.")
        if found.tenant != tenant:
            raise ApiRefusal(403, "SAVED_ACCOUNT_NOT_OWNED", "The account belongs to another user.")
        return found

    def require_free_reference(self, reference: str, tenant: str, but: str = "") -> None:
        """409 when another bundle of the user has this external_ref (seed 003)."""
        for bundle in self.books.bundles.values():
            if bundle.tenant == tenant and bundle.external_ref == reference and bundle.id != but:
                raise ApiRefusal(
                    409,
                    "DUPLICATE_EXTERNAL_REF",
                    f"Another bundle already uses the external_ref '{reference}'.",
                    {"existing_bundle_id": bundle.id},
                )

    # -- credits

    def wallet(self, tenant: str) -> Wallet:
        """The tenant's credits, opened with the initial balance."""
        if tenant not in self.books.wallets:
            self.books.wallets[tenant] = Wallet(initial=self.settings.balance)
        return self.books.wallets[tenant]

    def require_credits(self, tenant: str, breakdown: Mapping[str, int]) -> None:
        """402 when the balance does not cover the sum; nothing is charged (seed 002)."""
        required, available = sum(breakdown.values()), self.wallet(tenant).balance
        if required > available:
            raise ApiRefusal(
                402,
                "INSUFFICIENT_CREDITS",
                f"{required} credits are needed and {available} are available.",
                {
                    "required": required,
                    "available": available,
                    "missing": required - available,
                    "breakdown": dict(breakdown),
                },
            )

    def charge(self, tenant: str, breakdown: Mapping[str, int], description: str) -> JsonObject:
        """Debit and write the history; gives the two fields that go beside ``data``."""
        self.require_credits(tenant, breakdown)
        wallet, amount = self.wallet(tenant), sum(breakdown.values())
        left = wallet.balance - amount
        if amount:
            wallet.entries.append(
                CreditEntry(
                    id=self.new_id(),
                    type="debit",
                    amount=-amount,
                    description=description,
                    balance_after=left,
                    created_at=self.clock.now(),
                    breakdown=dict(breakdown),
                )
            )
        return {"credits_charged": amount, "credits_remaining": left}

    # -- time passing

    def settle(self) -> None:
        """What the platform does by itself: reviews end after 72 hours.

        An account in review is finalised in any case (API reference 2.12); a video is where the bundle
        has `auto_finalize_videos` (seed 003, which does not say when: the 72 hours are inferred).
        """
        due = self.clock.now() - REVIEW_WINDOW
        for bundle in self.books.bundles.values():
            reviews: list[BundleAccount | VideoSlot] = list(bundle.standing) if bundle.auto_finalize_videos else []
            reviews += [bundle.account] if bundle.account is not None else []
            for review in reviews:
                begun = review.in_review_at
                if review.status == "in_review" and begun is not None and begun <= due:
                    # The moment when the window ended, not the one when somebody looked: nothing runs here between requests.
                    review.status, review.finalized_at = "finalized", begun + REVIEW_WINDOW
