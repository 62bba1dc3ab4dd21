"""Codes and statuses to consequences."""

from __future__ import annotations

import ast
import pickle
from pathlib import Path

import httpx
import pytest

import bulkportal.portal
from bulkportal.portal import error_mapping
from bulkportal.portal.failures import (
    Broken,
    Busy,
    Failure,
    Family,
    Halted,
    PriceMoved,
    Refused,
    Unanswered,
    Unreachable,
)
from bulkportal.portal.secret import Secret
from bulkportal.web import BrokenAnswer


def answered(status: int, code: str = "", **headers: str) -> Failure:
    body = {"error": {"code": code, "message": "so it is", "details": {"a": 1}}} if code else {"oops": True}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    failure = error_mapping.failure_of(httpx.Response(status, json=body, headers=named))
    assert failure is not None
    return failure


@pytest.mark.parametrize(
    ("status", "code", "kind", "family"),
    [
        (401, "AUTH_INVALID_KEY", Halted, Family.AUTH),
        (401, "", Halted, Family.AUTH),
        (402, "insufficient_credits", Halted, Family.CREDITS),
        (402, "INSUFFICIENT_CREDITS", Halted, Family.CREDITS),
        (402, "SOMETHING_NEW", Halted, Family.CREDITS),
        (403, "BUNDLE_NOT_OWNED", Refused, Family.NOT_OWNED),
        (403, "SAVED_ACCOUNT_NOT_OWNED", Refused, Family.NOT_OWNED),
        (403, "MANAGED_ACCOUNT_TASK_BLOCKED", Refused, Family.STATE),
        (403, "AUTH_SCOPE", Halted, Family.AUTH),
        (403, "", Halted, Family.AUTH),
        (400, "VALIDATION_ERROR", Refused, Family.VALIDATION),
        (400, "account_not_configured", Refused, Family.STATE),
        (409, "ACCOUNT_NOT_CONFIGURED", Refused, Family.STATE),
        (404, "bundle_not_found", Refused, Family.NOT_FOUND),
        (404, "", Refused, Family.NOT_FOUND),
        (409, "invalid_status", Refused, Family.STATE),
        (409, "INVALID_STATUS_TRANSITION", Refused, Family.STATE),
        (409, "DUPLICATE_EXTERNAL_REF", Refused, Family.DUPLICATE),
        (409, "DUPLICATE_ACCOUNT_BUNDLE", Refused, Family.DUPLICATE),
        (409, "BUNDLE_PRICING_CHANGED", PriceMoved, Family.STATE),
        (409, "IDEMPOTENCY_KEY_CONFLICT", Refused, Family.IDEMPOTENCY),
        (409, "IDEMPOTENCY_IN_PROGRESS", Unanswered, Family.IDEMPOTENCY),
        (422, "WHATEVER", Refused, Family.VALIDATION),
        (413, "", Refused, Family.UPLOAD),
        (408, "", Unanswered, Family.NETWORK),
        (429, "RATE_LIMIT_EXCEEDED", Busy, Family.RATE),
        (429, "", Busy, Family.RATE),
        (429, "capacity_cooldown", Busy, Family.CAPACITY),
        (500, "UPLOAD_FAILED", Refused, Family.UPLOAD),
        (500, "", Broken, Family.SERVER),
        (500, "VALIDATION_ERROR", Broken, Family.VALIDATION),
        (502, "", Broken, Family.SERVER),
        (503, "MAINTENANCE", Broken, Family.SERVER),
        (302, "", Broken, Family.SERVER),
    ],
)
def test_an_answer_means_what_its_code_says_and_else_its_status(status: int, code: str, kind: type[Failure], family: Family) -> None:
    """Reference 2.24: codes in either case; unknown ones by status; the raw code is kept."""
    failure = answered(status, code)
    assert type(failure) is kind
    assert failure.family is family
    assert (failure.status, failure.code) == (status, code)


def test_a_halt_says_what_stands_in_the_way() -> None:
    """Key, credits or permission."""
    pairs = [(401, "AUTH_REVOKED_KEY"), (402, ""), (403, ""), (403, "AUTH_INVALID_KEY")]
    halts = [answered(*pair) for pair in pairs]
    assert [halt.reason for halt in halts if isinstance(halt, Halted)] == [
        "key",
        "credits",
        "forbidden",
        "key",
    ]


def test_waiting_takes_the_longer_of_header_and_body() -> None:
    """Reference 1.6: the documented example has 1 in the header and 2 in the body."""
    body = {"error": {"code": "RATE_LIMIT_EXCEEDED", "message": "", "details": {"retry_after_seconds": 2}}}
    busy = error_mapping.failure_of(httpx.Response(429, json=body, headers={"Retry-After": "1"}))
    assert isinstance(busy, Busy) and busy.wait_seconds == 2 and not busy.capacity


@pytest.mark.parametrize("header", ["", "soon", "-3", "nan", "1e999", "²"])
def test_waiting_is_a_second_where_the_header_is_nonsense(header: str) -> None:
    """A header is data from elsewhere."""
    busy = error_mapping.failure_of(httpx.Response(429, headers=[(b"retry-after", header.encode())]))
    assert isinstance(busy, Busy) and busy.wait_seconds == 1


def test_waiting_reads_a_date_against_the_answers_own_date() -> None:
    """No local clock is asked."""
    headers = {"Retry-After": "Wed, 21 Oct 2026 07:28:30 GMT", "Date": "Wed, 21 Oct 2026 07:28:00 GMT"}
    failure = error_mapping.failure_of(httpx.Response(503, headers=headers))
    assert failure is not None and failure.retry_after == 30


@pytest.mark.parametrize("body", [b"", b"<html>502</html>", b"[1,2]", b'"no"', b"null", b'{"error":"no"}', b"\xff"])
def test_an_error_of_any_shape_is_still_a_failure(body: bytes) -> None:
    """Reference 1.4: HTML, arrays, empty bodies, plain texts."""
    failure = error_mapping.failure_of(httpx.Response(502, content=body))
    assert type(failure) is Broken and failure.message


@pytest.mark.parametrize("body", [b"", b"<html></html>", b'{"data": {"id": "a', b"null"])
def test_a_success_that_is_not_json_is_broken(body: bytes) -> None:
    """The outcome is unknown."""
    assert type(error_mapping.failure_of(httpx.Response(200, content=body))) is Broken


def every(kind: type[Exception]) -> set[type[Exception]]:
    return {kind}.union(*(every(each) for each in kind.__subclasses__()))


NEVER_LEFT = {httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError}
MALFORMED = {httpx.LocalProtocolError, httpx.UnsupportedProtocol, httpx.TooManyRedirects, httpx.InvalidURL}
UNREADABLE = {httpx.DecodingError, httpx.HTTPStatusError}
OURS = every(httpx.StreamError) | {httpx.CookieConflict}


def test_every_exception_of_httpx_has_a_meaning() -> None:
    """A new class in a new httpx fails here first."""
    public = {each for name in httpx.__all__ if isinstance(each := getattr(httpx, name), type) and issubclass(each, Exception)}
    for kind in public | every(httpx.HTTPError):
        if kind in OURS:
            assert not issubclass(kind, error_mapping.TRANSLATED), kind
            continue
        assert issubclass(kind, error_mapping.TRANSLATED), kind
        error = kind.__new__(kind)
        expected = Unreachable if kind in NEVER_LEFT else Refused if kind in MALFORMED else Broken if kind in UNREADABLE else Unanswered
        assert type(error_mapping.failure_from(error)) is expected, kind


def test_an_answer_that_breaks_off_is_broken() -> None:
    """The status was there, so something answered."""
    assert type(error_mapping.failure_from(BrokenAnswer("broke off"))) is Broken


def test_no_failure_tells_the_text_of_an_exception() -> None:
    """It may hold a presigned address."""
    failure = error_mapping.failure_from(httpx.ReadError("https://store/?signature=abc"))
    assert "signature" not in str(failure)


def test_a_secret_hides() -> None:
    """repr, str, format and pickle."""
    secret = Secret("tok")
    assert "tok" not in f"{secret!r} {secret} {secret:>30}"
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    assert secret.reveal() == "tok" and secret == Secret("tok")


def test_the_thinking_modules_stay_pure() -> None:
    """remote, failures, parsing and secret touch neither network nor database nor loop nor screen."""
    folder = Path(bulkportal.portal.__path__[0])
    for name in ("remote", "failures", "parsing", "secret"):
        tree = ast.parse((folder / f"{name}.py").read_text())
        imported = {
            name.split(".")[0]
            for node in ast.walk(tree)
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        assert not imported & {"httpx", "sqlite3", "asyncio", "tqdm", "anyio"}
