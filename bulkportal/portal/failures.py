"""What went wrong with one request, classified by what the caller does next.

    Failure              root; carries the facts
    ├── Refused          the request is wrong: this row's fault, the others go on
    ├── Busy             not executed: too many requests, or capacity is closed
    ├── Unreachable      never left this machine
    ├── Unanswered       left, and nothing came back: the outcome is unknown
    ├── Broken           a server error or an unreadable answer: the outcome is unknown
    ├── Unverified       as Busy, of a purchase that nobody could look for: the next run does
    ├── Stopped          the run was stopped while it waited: never left
    ├── Halted           no request can succeed: key, credits, permission
    └── PriceMoved       the price is no longer the one planned with

These exist between the client and the runner only; above that a failure is an outcome. Codes are compared
upper-cased and sorted into families (API reference 2.24); an unknown code is judged by its HTTP status.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal, Self, TypeAlias

from bulkportal.codes import REGISTER
from bulkportal.portal.remote import Json

HaltReason: TypeAlias = Literal["key", "credits", "forbidden"]


_GATEWAYS = (502, 504, 524)
"""Statuses by which a gateway reports that its server did not answer."""


class Family(StrEnum):
    """What an error code is about (API reference 2.24)."""

    AUTH = "auth"
    VALIDATION = "validation"
    NOT_FOUND = "not_found"
    NOT_OWNED = "not_owned"
    STATE = "state"
    CREDITS = "credits"
    DUPLICATE = "duplicate"
    RATE = "rate"
    CAPACITY = "capacity"
    UPLOAD = "upload"
    IDEMPOTENCY = "idempotency"
    SERVER = "server"
    NETWORK = "network"


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureFacts:
    """What is known of a failure.

    `code` is as the platform spelt it, `message` its own words where it gave any, `status` None where there was no answer.
    `request_id` is the one to quote to its support; `retry_after` the seconds that it asked to wait, by header or body (1.6).
    """

    message: str
    family: Family
    status: int | None = None
    code: str = ""
    details: Mapping[str, Json] = field(default_factory=dict)
    request_id: str | None = None
    retry_after: float | None = None

    @classmethod
    def of(cls, code: str, family: Family, /, *, request_id: str | None = None, **words: object) -> Self:
        """A failure with a registered code of our own, where the platform was not asked or gave no usable answer."""
        return cls(message=REGISTER[code].worded(words)[0], family=family, code=code, request_id=request_id)


class Failure(Exception):
    """A request that did not do what was asked, with what is known of it (see `FailureFacts`)."""

    def __init__(self, facts: FailureFacts) -> None:
        super().__init__(facts.message)
        self.facts = facts
        self.family, self.message, self.status = facts.family, facts.message, facts.status
        self.code, self.details = facts.code, facts.details
        self.request_id, self.retry_after = facts.request_id, facts.retry_after

    @property
    def may_still_land(self) -> bool:
        """Whether the request may still be carried out, since no answer from the platform itself says how it ended.

        An error of the platform's own says that its work on it is over; a proxy's page, a gateway that waited too
        long, or a success that cannot be read says nothing.
        """
        return False

    @property
    def is_strange(self) -> bool:
        """Whether its code is undocumented: then it may come from a proxy, after the platform has carried the request out."""
        return not is_documented(self.code)


class Refused(Failure):
    """The request is wrong and will be refused again as it stands."""


class Busy(Failure):
    """429: certainly not executed."""

    @property
    def capacity(self) -> bool:
        """Whether creation or publication is closed for minutes, not seconds (API reference 1.6)."""
        return self.family is Family.CAPACITY

    @property
    def wait_seconds(self) -> float:
        """How long to wait at least."""
        return max(self.retry_after or 0.0, 1.0)


class Unreachable(Failure):
    """The request never left: certainly not executed."""


class Unanswered(Failure):
    """The request left and nothing came back."""

    @property
    def may_still_land(self) -> bool:
        """Always."""
        return True


class Broken(Failure):
    """A server error, or an answer that cannot be read."""

    @property
    def may_still_land(self) -> bool:
        """Unless it is the platform's own error."""
        return not self.code or self.status in _GATEWAYS


class Unverified(Failure):
    """A purchase was answered with 429, or refused in a way that leaves doubt, and nobody could look whether it was carried out all the same.

    The next run looks.
    """


class Stopped(Failure):
    """The run was stopped while the request waited for its turn: certainly not executed."""


class PriceMoved(Failure):
    """409 BUNDLE_PRICING_CHANGED: nothing was charged; quote again, with a new key (API reference 1.7)."""


class Halted(Failure):
    """No request can succeed until a person does something."""

    @property
    def reason(self) -> HaltReason:
        """The obstacle."""
        if self.family is Family.CREDITS:
            return "credits"
        return "forbidden" if self.status == 403 and "KEY" not in self.code.upper() else "key"


_CODES = {
    Family.VALIDATION: """
        VALIDATION_ERROR UNKNOWN_FIELD INVALID_DATE INVALID_QUANTITY INVALID_BUNDLE_TYPE EDITS_EXCEED_VIDEOS
        VIDEOS_PER_DAY_EXCEEDED VIDEO_POSITION_OUT_OF_RANGE COUNTRY_NOT_ENABLED ACCOUNT_ID_NOT_ALLOWED YOUTUBE_DELAYED
        DEEP_WARMING_DEPRECATED WARMING_CONFLICT DRY_RUN_ID_IN_LIVE_REQUEST
    """,
    Family.STATE: """
        BUNDLE_ALREADY_PUBLISHED ALREADY_ACCEPTED ACCOUNT_NOT_CONFIGURED NO_VIDEOS_CONFIGURED BUNDLE_COMPLETED
        BUNDLE_NOT_IN_SETUP VIDEO_NO_DOWNLOAD_ISSUE MANAGED_ACCOUNT_TASK_BLOCKED BUNDLE_PRICING_CHANGED
    """,
    Family.CREDITS: """
        INSUFFICIENT_CREDITS
    """,
    Family.UPLOAD: """
        UPLOAD_FAILED
    """,
}
_EXACT: Mapping[str, Family] = {code: family for family, codes in _CODES.items() for code in codes.split()}

_BY_PART: tuple[tuple[str, Family], ...] = (
    # The first that fits decides: a complaint about a key is one, whatever else its code contains.
    ("IDEMPOTEN", Family.IDEMPOTENCY),
    ("RATE_LIMIT", Family.RATE),
    ("CAPACITY", Family.CAPACITY),
    # Cut short, so that the older `not_owner` is one of them too (API reference 0.2).
    ("NOT_OWNE", Family.NOT_OWNED),
    ("NOT_FOUND", Family.NOT_FOUND),
    ("DUPLICATE", Family.DUPLICATE),
    ("INVALID_STATUS", Family.STATE),
    ("ADVANCED_WARMING", Family.VALIDATION),
)

_BY_STATUS: Mapping[int, Family] = {
    401: Family.AUTH,
    402: Family.CREDITS,
    # What a read-only key gets for a write is documented nowhere (API reference 1.1).
    403: Family.AUTH,
    404: Family.NOT_FOUND,
    408: Family.NETWORK,
    409: Family.STATE,
    413: Family.UPLOAD,
    429: Family.RATE,
}


def family_of(code: str, status: int | None) -> Family:
    """The family of a code; of an unknown code, the family its status suggests."""
    upper = code.upper()
    if upper in _EXACT:
        return _EXACT[upper]
    if upper.startswith("AUTH_"):
        return Family.AUTH
    for part, family in _BY_PART:
        if part in upper:
            return family
    # Below 400 too: an error in a success or a redirect is the server's fault, and its outcome unknown.
    if status is None or status >= 500 or status < 400:
        return Family.SERVER
    return _BY_STATUS.get(status, Family.VALIDATION)


def is_documented(code: str) -> bool:
    """Whether the platform's documents name an error code: then the answer is the platform's own, and states what it did."""
    upper = code.upper()
    return upper in _EXACT or upper.startswith("AUTH_") or any(part in upper for part, _ in _BY_PART)


def failure_for(facts: FailureFacts) -> Failure:
    """The failure an error answer means. `facts.family` must come from `family_of`."""
    status = facts.status or 0
    # Before its family is looked at: as a refusal of this one row, the others would go on and pay the new price.
    if "PRICING_CHANGED" in facts.code.upper():
        return PriceMoved(facts)
    if status == 429 or facts.family in (Family.RATE, Family.CAPACITY):
        return Busy(facts)
    if status in (401, 402) or facts.family in (Family.AUTH, Family.CREDITS):
        return Halted(_as_halt(facts))
    if facts.family is Family.IDEMPOTENCY:
        return _of_key(facts)
    # Whoever in the chain gave up waiting does not know what the platform went on to do.
    if status == 408:
        return Unanswered(facts)
    # UPLOAD_FAILED is a 500, but it is the row's link that could not be fetched (seed 004).
    refused = 400 <= status < 500 or (facts.family is Family.UPLOAD and status >= 500)
    return Refused(facts) if refused else Broken(facts)


def _as_halt(facts: FailureFacts) -> FailureFacts:
    """401 and 402 mean the key and the credits, whatever the code says."""
    wanted = {401: Family.AUTH, 402: Family.CREDITS}.get(facts.status or 0, facts.family)
    return replace(facts, family=wanted)


def _of_key(facts: FailureFacts) -> Failure:
    """A key still being worked on has no outcome yet; any other complaint about a key is a refusal (1.7)."""
    upper = facts.code.upper()
    pending = any(part in upper for part in ("IN_PROGRESS", "IN_FLIGHT", "PROCESSING", "CONCURRENT"))
    return Unanswered(facts) if pending else Refused(facts)
