"""TokPortal Coverage of delivered accounts, which only the current edition has (API reference 5.1, 5.2).

The first 30 days are included. A write that needs the account, once they are over, takes the next 30 just before it runs.
The documents do not show the report's answer in full; its field names beyond the first two flags are inferred.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bulkportal.simulator import bodies
from bulkportal.simulator.calls import Answer, ApiCall, ApiRefusal, JsonObject
from bulkportal.simulator.records import Bundle, SavedAccount, stamp
from bulkportal.simulator.state import State

PRICE = 25
PERIOD = timedelta(days=30)
_MOST = 1000


def ends(account: SavedAccount) -> datetime:
    """Until when an account is covered; the first period begins with its delivery."""
    return account.covered_until or account.created_at + PERIOD


def renew(state: State, call: ApiCall) -> None:
    """Take the next period of the account that this write is about, where its Coverage is over.

    The endpoint itself checks whose bundle it is, and whether it exists. Raises ApiRefusal where the credits do not suffice.
    """
    bundle = state.books.bundles.get(call.params.get("id", ""))
    account = None if bundle is None or bundle.tenant != call.tenant else _account_of(state, bundle)
    if account is None or not account.coverage_fee_required or ends(account) > state.clock.now():
        return
    available = state.wallet(call.tenant).balance
    if available < PRICE:
        facts = {"account_id": account.id, "required": PRICE, "available": available, "coverage_ended_at": stamp(ends(account))}
        raise ApiRefusal(409, "MANAGED_ACCOUNT_TASK_BLOCKED", "The Coverage of this account is over and could not be renewed.", facts)
    state.charge(call.tenant, {"coverage": PRICE}, f"Coverage renewal for account {account.id}")
    # From now and not from the end of the last period: the days between were not covered, and are not paid for (inferred).
    account.covered_until = state.clock.now() + PERIOD


def _account_of(state: State, bundle: Bundle) -> SavedAccount | None:
    return state.books.accounts.get(bundle.existing_account_id or bundle.saved_account_id or "")


def report(state: State, call: ApiCall) -> Answer:
    """GET /reports/account-coverage: every saved account, up to 1,000 a call; it renews nothing."""
    if not state.edition.current:
        raise ApiRefusal(404, "NOT_FOUND", f"There is nothing at {call.path}.")
    query = dict(call.query)
    limit = min(max(int(query["limit"]), 1), _MOST) if query.get("limit", "").isdecimal() else _MOST
    start = int(query["cursor"]) if query.get("cursor", "").isdecimal() else 0
    rows = [_row(state, account) for account in state.books.accounts.values() if account.tenant == call.tenant]
    more = start + limit < len(rows)
    return Answer(body={"data": rows[start : start + limit], "pagination": {"limit": limit, "next_cursor": str(start + limit) if more else None}})


def _row(state: State, account: SavedAccount) -> JsonObject:
    required = account.coverage_fee_required
    return {
        "account_id": account.id,
        "username": account.username,
        "platform": account.platform,
        "country": account.country,
        "banned": account.banned,
        "coverage_fee_required": required,
        "coverage_on_now": not required or ends(account) > state.clock.now(),
        "current_period_end": stamp(ends(account)) if required else None,
        "renewal_credits": PRICE if required else 0,
    }


def change(state: State, call: ApiCall) -> Answer:
    """The operator sets until when an account is covered, or that it owes no fee."""
    account = state.books.accounts.get(call.params["id"])
    if account is None:
        raise ApiRefusal(404, "SAVED_ACCOUNT_NOT_FOUND", f"There is no account '{call.params['id']}'.")
    body = call.json()
    if "until" in body:
        until = datetime.fromisoformat(bodies.required_text(body, "until"))
        account.covered_until = until if until.tzinfo else until.replace(tzinfo=UTC)
    account.coverage_fee_required = bodies.flag(body, "fee_required", default=account.coverage_fee_required)
    return Answer(body={"data": _row(state, account)})
