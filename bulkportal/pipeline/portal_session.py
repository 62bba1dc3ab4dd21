"""Opens the client, identifies the account of the key, and turns failures into sentences."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import TypeVar

import httpx

from bulkportal.apply.circuit_breaker import CircuitBreaker
from bulkportal.apply.ledger import workspace_of
from bulkportal.errors import BulkportalError, CreditStop, Interrupted, KeyProblem, TemporaryTrouble, UsageProblem
from bulkportal.portal.client import Portal
from bulkportal.portal.failures import Broken, Busy, Failure, Halted, Stopped, Unanswered, Unreachable
from bulkportal.portal.pacing import Timing
from bulkportal.portal.parsing import balance_from
from bulkportal.portal.remote import Credits, Json
from bulkportal.portal.wire import checked_url, transport_to
from bulkportal.settings import Profile, Settings
from bulkportal.version import __version__
from bulkportal.web import Prompt

T = TypeVar("T")


def address_of(settings: Settings) -> str:
    """The platform's address, if the key may be sent there. Raises UsageProblem for an unencrypted or invalid address."""
    return checked_url(settings.base_url)


def way_to(settings: Settings) -> httpx.AsyncBaseTransport:
    """The transport by which the client reaches the platform, for requests without the client. Raises UsageProblem."""
    return Prompt(transport_to(settings.base_url))


def balance_of(body: Json) -> Credits | None:
    """The credits left, from an answer about the balance; None if it does not say."""
    return balance_from(body)


@asynccontextmanager
async def open_portal(settings: Settings, brake: CircuitBreaker | None = None) -> AsyncIterator[Portal]:
    """The client, with the key checked against the account that the profile names, if it names one. Raises KeyProblem.

    With a `brake`, stopping the run also ends a pause that the platform has asked for.
    """
    timing = Timing(shared=settings.books) if brake is None else Timing(shared=settings.books, sleep=brake.sleep)
    async with Portal(base_url=settings.base_url, key=settings.require_key(), version=__version__, timing=timing) as portal:
        if settings.profile.account:
            await account_of(portal, settings.profile)
        yield portal


async def account_of(portal: Portal, profile: Profile) -> str:
    """The account of the key: e-mail, else id. Raises KeyProblem if it is not the profile's: clients must not be mixed up."""
    me = await required(portal.me())
    # By the account and not by the key: a renewed key must find what the old one has bought.
    names = [str(me[name]) for name in ("email", "id", "user_id") if me.get(name)]
    wanted = profile.account
    if wanted and wanted.casefold() not in {name.casefold() for name in names}:
        raise KeyProblem(
            f"The key belongs to {names[0] if names else 'an account without a name'}, but profile {profile.name} is for {wanted}.",
            hint="Nothing was sent. Use that client's key, or correct account in bulkportal.toml.",
        )
    return names[0] if names else ""


async def required(question: Awaitable[T]) -> T:
    """The result of a request that the whole run depends on; a failure ends the run, with a sentence."""
    try:
        return await question
    except Failure as failure:
        raise _fatal(failure) from failure


def _fatal(failure: Failure) -> BulkportalError:
    words = failure.message.rstrip(".")
    quoted = f" (request {failure.request_id})" if failure.request_id else ""
    match failure:
        case Halted() if failure.reason == "credits":
            return CreditStop(f"The platform says: {words}{quoted}.", hint="Buy credits, then run this again.")
        case Halted():
            return KeyProblem(f"The platform refused the key: {words}{quoted}.", hint="Check TOKPORTAL_API_KEY; nothing was sent.")
        case Stopped():
            return Interrupted("Stopped; nothing was in flight.", hint="Run this again; it goes on where it stopped.")
        case Unreachable():
            hint = "Check the network and TOKPORTAL_BASE_URL, then run this again."
            return TemporaryTrouble(f"{words[:1].upper()}{words[1:]}.", hint=hint)
        case Busy() | Unanswered() | Broken():
            return TemporaryTrouble(
                f"The platform gave no usable answer: {words}{quoted}.",
                hint="Run this again later. If it keeps happening, check that TOKPORTAL_BASE_URL is the address of the API.",
            )
        case _:
            return UsageProblem(f"The platform refused to answer: {words}{quoted}.", hint="Check that TOKPORTAL_BASE_URL is the address of the API.")


def requests_of(portal: Portal) -> dict[str, int]:
    """How many requests there were, as the summary names them (docs/reference/json-summary.md)."""
    traffic = portal.traffic
    return {"total": traffic.total, "retried": traffic.retried, "throttled": traffic.throttled}


async def workspace(settings: Settings) -> str:
    """The name of the workspace that the key belongs to. Raises KeyProblem or TemporaryTrouble."""
    async with open_portal(settings) as portal:
        return workspace_of(settings.base_url, await account_of(portal, settings.profile))
