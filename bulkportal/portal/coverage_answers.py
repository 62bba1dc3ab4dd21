"""The Coverage of delivered accounts: what the platform states about it, and how its renewals look in the credit history.

Of the report only its first fields are documented, and of a renewal's line in the history nothing: the rest is read leniently.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime

from bulkportal.portal.parsing import Fields, fields, flag, identity_of, items_of, price_of, text
from bulkportal.portal.remote import Cover, Json
from bulkportal.portal.wire import Reply

_COVERAGE = "coverage"
_PER_PAGE = 1000
_COVERED_UNTIL = ("current_period_end", "covered_until", "coverage_ends_at", "next_renewal_at", "renews_at")
_CREDITS = ("renewal_credits", "coverage_credits", "renewal_price")
_DEBIT_TEXTS = ("type", "description", "reference", "account_id", "saved_account_id")
_SOME_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


async def read_covers(read: Callable[[str, Mapping[str, str]], Awaitable[Reply]]) -> dict[str, Cover]:
    """The Coverage of every saved account, by its id, page by page."""
    found: dict[str, Cover] = {}
    cursor: str | None = ""
    while cursor is not None:
        reply = await read("/reports/account-coverage", {"limit": str(_PER_PAGE), **({"cursor": cursor} if cursor else {})})
        more = dict(filter(None, map(_cover, items_of(reply.body) or ())))
        # A page that brings nothing new ends it: a server that ignores the cursor would be asked for ever.
        cursor = _following(reply.body) if more.keys() - found.keys() else None
        found |= more
    return found


def _following(body: Json) -> str | None:
    return text(fields(fields(body).get("pagination")).get("next_cursor")) or text(fields(body).get("next_cursor"))


def _cover(item: Fields) -> tuple[str, Cover] | None:
    account = text(item.get("account_id")) or identity_of(item)
    if account is None:
        return None
    until = next((moment for name in _COVERED_UNTIL if (moment := _moment(item.get(name))) is not None), None)
    takes = next((price for name in _CREDITS if (price := price_of(item.get(name))) is not None), None)
    fee, on = flag(item.get("coverage_fee_required")), flag(item.get("coverage_on_now"))
    return account, Cover(account=account, fee=fee, on=on, until=until, credits=takes)


def _moment(value: Json) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text(value) or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def is_renewal(debit: Fields) -> bool:
    """Whether a line of the credit history is a renewal of Coverage, by its own words (API reference 5.2)."""
    items = " ".join(fields(debit.get("breakdown"))).casefold()
    if items:
        return _COVERAGE in items
    # A description may hold the name of a bundle, which may be any word.
    description = (text(debit.get("description")) or "").casefold()
    return _COVERAGE in (text(debit.get("type")) or "").casefold() or (_COVERAGE in description and "renew" in description)


def is_about(debit: Fields, accounts: Collection[str]) -> bool | None:
    """Whether a line of the history names one of these accounts; None where it names none at all."""
    # All of it as text: no document says under which name the account stands.
    line = " ".join(json.dumps(debit.get(name)) for name in (*_DEBIT_TEXTS, "metadata", "details", "breakdown"))
    if any(account in line for account in accounts):
        return True
    # An id that is none of ours belongs to another account, or to the bundle: either way the line is about something else.
    return False if _SOME_ID.search(line) else None
