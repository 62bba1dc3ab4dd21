"""Idempotency keys: which answers are kept, and what a key means when it comes again.

All of this is inferred (API reference 1.7): keys live 24 hours and have up to 255 characters; the
same key with the same request replays the answer, with another request it is a conflict; answers
of 5xx and 429 are not kept. Whether refusals are kept is a switch.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from bulkportal.simulator.calls import Answer, ApiCall, ApiRefusal, invalid

TTL = timedelta(hours=24)
LONGEST_KEY = 255


@dataclass(slots=True)
class _StoredAnswer:
    fingerprint: str
    at: datetime
    answer: Answer | None


class IdempotencyStore:
    """The keys of all tenants. `forgetful` keeps nothing; `refusals` keeps 4xx answers too."""

    def __init__(self) -> None:
        self.forgetful = False
        self.refusals = True
        self._kept: dict[tuple[str, str], _StoredAnswer] = {}

    def clear(self) -> None:
        """Forget every key."""
        self._kept.clear()

    def __len__(self) -> int:
        return len(self._kept)

    def begin(self, call: ApiCall, key: str, now: datetime) -> Answer | None:
        """The kept answer to replay, or None after marking the key as in progress."""
        if not 1 <= len(key) <= LONGEST_KEY:
            raise invalid(f"An Idempotency-Key has 1 to {LONGEST_KEY} characters.")
        place, fingerprint = (call.tenant, key), _fingerprint(call)
        kept = self._kept.get(place)
        if kept is None or now - kept.at >= TTL:
            self._kept[place] = _StoredAnswer(fingerprint, now, None)
            return None
        # The body counts byte for byte: a multipart body with another random boundary is another request, and the client must send the
        # same bytes again.
        if kept.fingerprint != fingerprint:
            message = "This Idempotency-Key was used for another request."
            raise ApiRefusal(409, "IDEMPOTENCY_KEY_CONFLICT", message)
        if kept.answer is None:
            message = "A request with this Idempotency-Key is still being worked on."
            raise ApiRefusal(409, "IDEMPOTENCY_IN_PROGRESS", message)
        return kept.answer.with_headers({"Idempotent-Replayed": "true"})

    def finish(self, call: ApiCall, key: str, answer: Answer) -> None:
        """Keep the answer, or drop the key when such an answer is not kept."""
        place = (call.tenant, key)
        kept = self._kept.get(place)
        transient = answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status == HTTPStatus.TOO_MANY_REQUESTS
        refused = answer.status >= HTTPStatus.BAD_REQUEST and not self.refusals
        if kept is None or transient or refused or self.forgetful:
            self._kept.pop(place, None)
        else:
            kept.answer = answer

    def drop(self, call: ApiCall, key: str) -> None:
        """Forget one key."""
        self._kept.pop((call.tenant, key), None)


def _fingerprint(call: ApiCall) -> str:
    query = "&".join(f"{name}={value}" for name, value in sorted(call.query.items()))
    digest = hashlib.sha256(f"{call.method} {call.path}?{query}\n".encode())
    digest.update(call.body)
    return digest.hexdigest()
