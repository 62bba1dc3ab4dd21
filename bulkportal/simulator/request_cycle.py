"""One request from its arrival to its answer, with the requested faults in between."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from http import HTTPStatus

from bulkportal.simulator import middleware, storage
from bulkportal.simulator.calls import Answer, ApiCall, ApiRefusal
from bulkportal.simulator.faults import AFTER, BEFORE, FaultRule, html, refusal_of
from bulkportal.simulator.journal import Write
from bulkportal.simulator.records import stamp
from bulkportal.simulator.routes import Endpoint, find
from bulkportal.simulator.state import State


class ReplyEnding(Enum):
    """How much of the answer reaches the client."""

    WHOLE = "whole"
    HALF = "half"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiReply:
    """An answer and how it goes out."""

    answer: Answer
    ending: ReplyEnding = ReplyEnding.WHOLE


def _operation(call: ApiCall) -> Endpoint | None:
    try:
        return find(call.method, call.path)[0]
    except ApiRefusal:
        return None


async def exchange_api(state: State, call: ApiCall) -> ApiReply:
    """An API request; `call.path` is below the base."""
    operation = _operation(call)
    template = operation.template if operation is not None else call.path
    rule = state.faults.strike(call.method, template, call.path)
    write = _noted(state, call, template, rule)
    reply = await _exchange(state, call, operation, rule, write)
    standing = middleware.standing_headers(state, write.request_id)
    # Only authenticated answers have them (API reference 1.6): without a valid key there is no bucket to report.
    rates = middleware.rate_headers(state, call) if reply.answer.status != HTTPStatus.UNAUTHORIZED else {}
    answer = reply.answer.with_headers({**rates, **standing})
    # What the client saw, not what was decided: an answer that was dropped has no status for it.
    write.status = answer.status if reply.ending is not ReplyEnding.NOTHING else None
    return replace(reply, answer=answer)


async def _exchange(state: State, call: ApiCall, operation: Endpoint | None, rule: FaultRule | None, write: Write) -> ApiReply:
    kind = rule.fault if rule is not None else None
    if kind in BEFORE and kind is not None:
        lower = operation is not None and middleware.lowered(state, operation)
        return _trouble_before(kind, lower=lower)
    admitted = middleware.admit(state, replace(call, trouble=kind))
    if isinstance(admitted, Answer):
        write.replayed = "Idempotent-Replayed" in admitted.headers
        write.error = _code(admitted)
        answer = admitted
    else:
        if rule is not None and kind == "slow":
            await state.faults.hold(rule)
        answer = _performed(state, admitted, write)
        # A server that carried the request out and lost the key with its crash: the same key then buys once more.
        if rule is not None and not rule.remembered and admitted.key is not None:
            state.remembered.drop(admitted.call, admitted.key)
    if rule is not None and kind in AFTER:
        return await _trouble_after(state, rule, answer)
    return ApiReply(answer=answer)


def _performed(state: State, admitted: middleware.Admitted, write: Write) -> Answer:
    tenant = admitted.call.tenant
    write.tenant, write.dry_run = tenant, admitted.dry_run
    # Measured at the wallet and not read from the answer: a test compares what was taken with what the answer says was taken.
    before = state.wallet(tenant).balance
    answer = middleware.perform(state, admitted)
    write.charged = before - state.wallet(tenant).balance
    write.executed = answer.status < HTTPStatus.BAD_REQUEST and not admitted.dry_run
    write.error = _code(answer)
    return answer


def _noted(state: State, call: ApiCall, template: str, rule: FaultRule | None) -> Write:
    write = Write(
        number=len(state.journal.writes) + 1,
        at=stamp(state.clock.now()),
        method=call.method,
        route=template,
        path=call.path,
        tenant="",
        request_id=middleware.request_id(call),
        idempotency_key=call.headers.get("idempotency-key"),
        fault=rule.fault if rule is not None else None,
    )
    if call.is_write:
        state.journal.writes.append(write)
    else:
        state.journal.reads += 1
    return write


def _code(answer: Answer) -> str | None:
    error = None if isinstance(answer.body, bytes) else answer.body.get("error")
    return str(error.get("code")) if isinstance(error, dict) else None


def _trouble_before(kind: str, *, lower: bool) -> ApiReply:
    match kind:
        case "drop_before":
            return ApiReply(answer=Answer(), ending=ReplyEnding.NOTHING)
        case "html_502":
            return ApiReply(answer=html(502))
        case "storage_403":
            return ApiReply(answer=Answer(status=403, body=b"<Error><Code>AccessDenied</Code></Error>"))
        case _:
            refusal = refusal_of(kind)
            return ApiReply(answer=middleware.refused(refusal, lower=lower and refusal.status == HTTPStatus.PAYMENT_REQUIRED))


async def _trouble_after(state: State, rule: FaultRule, answer: Answer) -> ApiReply:
    match rule.fault:
        case "drop_after":
            return ApiReply(answer=answer, ending=ReplyEnding.NOTHING)
        case "truncate_after":
            return ApiReply(answer=answer, ending=ReplyEnding.HALF)
        case "html_after":
            return ApiReply(answer=html(rule.status))
        case "empty_200":
            return ApiReply(answer=Answer(status=200))
        case "slow_after":
            await state.faults.hold(rule)
            return ApiReply(answer=answer)
        case _:
            return ApiReply(answer=middleware.refused(refusal_of(rule.fault)))


async def exchange_storage(state: State, call: ApiCall) -> ApiReply:
    """A request to the storage host; its template is ``/_storage/{token}``."""
    public = call.path.startswith(storage.PUBLIC)
    template = "/_storage/public/{path}" if public else "/_storage/{token}"
    rule = state.faults.strike(call.method, template, call.path)
    kind = rule.fault if rule is not None else None
    if kind in BEFORE and kind is not None:
        return _trouble_before(kind, lower=False)
    if rule is not None and kind == "slow":
        await state.faults.hold(rule)
    answer = storage.answer_storage(state, call)
    if rule is not None and kind in AFTER:
        return await _trouble_after(state, rule, answer)
    return ApiReply(answer=answer)
