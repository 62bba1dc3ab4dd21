"""The path of every API request: key, rate, idempotency, endpoint, headers of the answer.

The order of checks is that of API reference 8: a key, then the rate, then the endpoint's own checks.
"""

from __future__ import annotations

import logging
import re
import uuid
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import cast

from bulkportal.simulator import coverage
from bulkportal.simulator.calls import Answer, ApiCall, ApiRefusal
from bulkportal.simulator.routes import Endpoint, find
from bulkportal.simulator.state import State

SAFE_ID = re.compile(r"[\x21-\x7e]{1,128}")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """A request that may be carried out."""

    call: ApiCall
    operation: Endpoint
    key: str | None
    dry_run: bool


def request_id(call: ApiCall) -> str:
    """The caller's own id when it is safe, else a fresh one (API reference 1.3)."""
    sent = call.headers.get("x-request-id", "")
    return sent if SAFE_ID.fullmatch(sent) else f"req_{uuid.uuid4().hex}"


def standing_headers(state: State, identity: str) -> dict[str, str]:
    """The headers of every answer (API reference 1.2)."""
    return {
        "X-TokPortal-API-Version": state.edition.api_version,
        "X-TokPortal-API-Stability": "stable",
        "X-TokPortal-Request-ID": identity,
    }


def rate_headers(state: State, call: ApiCall) -> dict[str, str]:
    """The rate headers of an authenticated answer; none while the limit is off."""
    key, rate = call.headers.get("x-api-key", ""), state.settings.rate
    return state.buckets.headers(key, rate) if rate and key else {}


def refused(refusal: ApiRefusal, *, lower: bool = False) -> Answer:
    """A refusal as an answer; a wait is given in the header too (API reference 1.6), and so are the allowed methods."""
    headers, details = {}, refusal.details or {}
    if "retry_after_seconds" in details:
        headers["Retry-After"] = str(details["retry_after_seconds"])
    if refusal.status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(map(str, cast("list[str]", details["allowed"])))
    return Answer(status=refusal.status, body=refusal.envelope(lower=lower), headers=headers)


def admit(state: State, call: ApiCall) -> Admitted | Answer:
    """Everything that comes before the endpoint: a refusal, a replay, or leave to go on."""
    state.settle()
    try:
        return _admit(state, call)
    except ApiRefusal as refusal:
        return refused(refusal)


def _admit(state: State, call: ApiCall) -> Admitted | Answer:
    api_key = call.headers.get("x-api-key")
    tenant = state.tenant_of(api_key)
    rate = state.settings.rate
    # Before the path is looked at: a request to a path that does not exist takes from the bucket as well.
    wait = state.buckets.take(api_key or "", rate) if rate else None
    if wait is not None:
        facts = {"retry_after_seconds": wait, "limit": rate, "remaining": 0}
        raise ApiRefusal(429, "RATE_LIMIT_EXCEEDED", "Too many requests.", facts)
    operation, params = find(call.method, call.path)
    call = replace(call, tenant=tenant, params=params)
    key = call.headers.get("idempotency-key") if call.is_write else None
    if key is not None and operation.secret:
        code = "IDEMPOTENCY_KEY_NOT_ALLOWED_FOR_SENSITIVE_RESPONSE"
        raise ApiRefusal(400, code, "This operation does not take an Idempotency-Key.")
    asked = call.headers.get("x-tokportal-dry-run", "").lower() == "true"
    # The seeds' edition does not know the header and acts for real (API reference 1.8).
    dry_run = asked and call.is_write and state.edition.current
    # A rehearsal leaves no answer behind: the real request that follows with the same key must be carried out, not replayed.
    if key is not None and not dry_run:
        replay = state.remembered.begin(call, key, state.clock.now())
        if replay is not None:
            return replay
    return Admitted(call=call, operation=operation, key=key, dry_run=dry_run)


def perform(state: State, admitted: Admitted) -> Answer:
    """Carry the request out and remember the answer under its key."""
    if admitted.dry_run:
        return _rehearse(state, admitted)
    answer = _handled(state, admitted)
    if admitted.key is not None:
        state.remembered.finish(admitted.call, admitted.key, answer)
    return answer


def _handled(state: State, admitted: Admitted) -> Answer:
    operation = admitted.operation
    try:
        # Just before the endpoint runs (API reference 5.2), so that even a call which is then refused may have taken credits.
        if operation.renews and state.edition.current:
            coverage.renew(state, admitted.call)
        return operation.handler(state, admitted.call)
    except ApiRefusal as refusal:
        return refused(refusal, lower=lowered(state, operation))
    except Exception:  # noqa: BLE001  a server answers 500 whatever went wrong
        _log.exception("%s %s failed", operation.method, operation.template)
        broken = ApiRefusal(500, "INTERNAL_ERROR", "Something went wrong on our side.")
        return refused(broken)


def lowered(state: State, operation: Endpoint) -> bool:
    """Whether this endpoint's codes are lower case (S1)."""
    return operation.lower and not state.edition.current


def _rehearse(state: State, admitted: Admitted) -> Answer:
    """The same validation and price, and no effect at all (API reference 1.8)."""
    # Both from the copy's wallet and from the real one, so that a price cannot be quoted by one rule and charged by another.
    before = state.wallet(admitted.call.tenant).balance
    rehearsal = state.rehearsal()
    answer = _handled(rehearsal, admitted)
    if answer.status >= HTTPStatus.BAD_REQUEST or isinstance(answer.body, bytes):
        return answer
    marks = {
        "dry_run": True,
        "dry_run_notice": "Nothing was changed and nothing was charged.",
        "credits_would_charge": before - rehearsal.wallet(admitted.call.tenant).balance,
        "credits_charged": 0,
        "credits_remaining": before,
    }
    done = replace(answer, body={**answer.body, **marks})
    return done.with_headers({"X-TokPortal-Dry-Run": "true"})
