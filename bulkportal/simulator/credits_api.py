"""The caller's identity, prices, and the balance (API reference 1.1, 2.22)."""

from __future__ import annotations

from collections.abc import Mapping

from bulkportal.simulator import bodies
from bulkportal.simulator.calls import Answer, ApiCall, JsonObject, data
from bulkportal.simulator.editions import VIDEOS_ONLY_COUNTRIES
from bulkportal.simulator.records import CreditEntry, stamp
from bulkportal.simulator.state import State

_TITLES = {"tiktok": "TikTok", "instagram": "Instagram", "youtube": "YouTube"}


def me(state: State, call: ApiCall) -> Answer:
    """GET /me."""
    balance = state.wallet(call.tenant).balance
    return data({"email": f"{call.tenant}@example.com", "credits": balance})


def countries(state: State, _call: ApiCall) -> Answer:
    """GET /countries: open for new accounts, and beside them those for videos only."""
    return Answer(
        body={
            "data": _named(state.edition.countries),
            "videos_only_countries": _named(VIDEOS_ONLY_COUNTRIES),
        }
    )


def _named(names: Mapping[str, str]) -> list[JsonObject]:
    return [{"code": code, "name": name} for code, name in names.items()]


def platforms(state: State, _call: ApiCall) -> Answer:
    """GET /platforms; its shape is inferred."""
    return data([{"value": name, "name": _TITLES[name]} for name in state.edition.platforms])


def credit_costs(state: State, _call: ApiCall) -> Answer:
    """GET /credit-costs: flat in the seeds' time, under ``costs`` now."""
    prices = state.edition.prices
    if not state.edition.current:
        return data(dict(prices))
    # Today's answer names two of its prices otherwise than the seeds do; a client has to read both.
    names = {"video_slot": "video_upload", "edit_slot": "video_edit"}
    return data({"costs": {names.get(item, item): price for item, price in prices.items()}})


def balance(state: State, call: ApiCall) -> Answer:
    """GET /credits/balance in either shape."""
    left = state.wallet(call.tenant).balance
    if not state.edition.current:
        return data({"credits": left})
    return data(
        {
            "total_credits": left,
            "expiring_within_7_days": 0,
            "upcoming_expirations": [],
            "last_updated": stamp(state.clock.now()),
        }
    )


def history(state: State, call: ApiCall) -> Answer:
    """GET /credits/history, newest first, between two dates if asked."""
    first, last = (bodies.day(dict(call.query), name) for name in ("date_from", "date_to"))
    rows = [
        entry_view(entry)
        for entry in reversed(state.wallet(call.tenant).entries)
        if (first is None or entry.created_at.date() >= first) and (last is None or entry.created_at.date() <= last)
    ]
    return Answer(body=bodies.page_of(call, rows, with_pagination=state.edition.current))


def entry_view(entry: CreditEntry) -> JsonObject:
    """One line of the history."""
    return {
        "id": entry.id,
        "type": entry.type,
        "amount": entry.amount,
        "description": entry.description,
        "breakdown": entry.breakdown,
        "balance_after": entry.balance_after,
        "created_at": stamp(entry.created_at),
    }
