"""Control of the simulation: any status, the clock, credits, settings, faults, and a view of everything.

A mistake in a request is a ValueError with a sentence, and changes nothing.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from bulkportal.simulator import bodies, faults, start_data, views
from bulkportal.simulator.calls import Answer, ApiCall, JsonObject, data, parsed
from bulkportal.simulator.credits_api import entry_view
from bulkportal.simulator.lifecycle import bundle_of, shown
from bulkportal.simulator.records import Bundle, BundleAccount, CreditEntry, stamp
from bulkportal.simulator.state import Clock, State


def set_status(state: State, call: ApiCall) -> Answer:
    """Set any status of a bundle, a video or an account, whatever the rules."""
    body = call.json()
    if unknown := sorted(set(body) - {"bundle", "status", "position", "account_status"}):
        raise ValueError(f"There is no field {', '.join(unknown)}.")
    bundle, status, account = bundle_of(state, str(body.get("bundle"))), _word(body, "status"), _word(body, "account_status")
    slot = state.slot(bundle, str(body["position"])) if "position" in body else None
    if status is None and (account is None or slot is not None):
        raise ValueError("Give the 'status' of the bundle or of the video, or an 'account_status'.")
    if account is not None:
        bundle.account = bundle.account or BundleAccount()
        bundle.account.status = account
    if status is not None:
        (slot or bundle).status = status
    return shown(state, bundle)


def _word(body: JsonObject, name: str) -> str | None:
    value = body.get(name)
    if name in body and (not isinstance(value, str) or not value):
        raise ValueError(f"'{name}' is a word.")
    return value if isinstance(value, str) else None


def show_state(state: State, _call: ApiCall) -> Answer:
    """Everything there is to know, in one answer."""
    state.settle()
    books = state.books
    wallets = {
        tenant: {
            "initial": wallet.initial,
            "balance": wallet.balance,
            "history": [entry_view(entry) for entry in wallet.entries],
        }
        for tenant, wallet in books.wallets.items()
    }
    owner = state.wallet("owner")
    return data(
        {
            "edition": state.edition.name,
            "now": stamp(state.clock.now()),
            "today": state.clock.today().isoformat(),
            "balance": owner.balance,
            "history": [entry_view(entry) for entry in owner.entries],
            "wallets": wallets,
            "bundles": [_bundle_state(bundle) for bundle in books.bundles.values()],
            "accounts": [views.saved_account(account) for account in books.accounts.values()],
            "uploads": [
                {"key": s.key, "filename": s.filename, "size": len(s.content or b"")} for s in books.stored.values() if s.content is not None
            ],
            "remembered_keys": len(state.remembered),
            **state.journal.as_json(),
        }
    )


def _bundle_state(bundle: Bundle) -> JsonObject:
    account = bundle.account
    shown = None if account is None else {"status": account.status, **account.fields}
    return {
        **views.bundle_row(bundle),
        "tenant": bundle.tenant,
        "account": shown,
        "videos": [views.slot_full(slot) for slot in bundle.standing],
    }


def reset(state: State, call: ApiCall) -> Answer:
    """Begin again with the data of the start; `balance` may be set."""
    body = call.json()
    if "balance" in body:
        state.settings.balance = bodies.whole(body, "balance")
    state.clear()
    # The balance is a setting by now: what was asked here, or set before, would be overwritten by the file's.
    start_data.load(state, {k: v for k, v in state.start.items() if k != "balance"})
    return data({"reset": True})


def set_clock(state: State, call: ApiCall) -> Answer:
    """Set the day or the moment, or let time pass."""
    try:
        _move(state.clock, call.json())
    except OverflowError:
        raise ValueError("That is outside of the calendar.") from None
    return data({"now": stamp(state.clock.now()), "today": state.clock.today().isoformat()})


def _move(clock: Clock, body: JsonObject) -> None:
    if isinstance(today := body.get("today"), str):
        clock.set_today(date.fromisoformat(today))
    elif isinstance(now := body.get("now"), str):
        moment = datetime.fromisoformat(now)
        clock.set(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    elif isinstance(seconds := body.get("advance_seconds"), int | float) and not isinstance(seconds, bool):
        clock.advance(seconds)
    else:
        raise ValueError("Give 'today', 'now' or 'advance_seconds'.")  # noqa: TRY004 - a mistake in a request, told as one


def forget_keys(state: State, call: ApiCall) -> Answer:
    """Forget all idempotency keys, and keep none until switched off."""
    on = call.json().get("on") is not False
    state.remembered.forgetful = on
    if on:
        state.remembered.clear()
    return data({"forgetful": on})


def change_settings(state: State, call: ApiCall) -> Answer:
    """Change the switches for what the documents leave open."""
    asked = call.json()
    # All of them before the first is set, so that a mistake in one leaves the others as they were.
    for name, value in asked.items():
        if not _fits(name, value):
            raise ValueError(f"There is no such setting as {name} = {value!r}.")
    for name, value in asked.items():
        if name == "remember_refusals":
            state.remembered.refusals = value is True
        else:
            setattr(state.settings, name, value)
    # Buckets were filled at the old rate, and would hold back, or let through, for a minute what the new one does not.
    state.buckets.clear()
    return data({"changed": True})


def _fits(name: str, value: object) -> bool:
    if name in ("remember_refusals", "strict_biography"):
        return isinstance(value, bool)
    if name == "direct_limit" and value is None:
        return True
    known = name in ("rate", "batch_cap", "presigned_seconds", "direct_limit")
    return known and isinstance(value, int) and not isinstance(value, bool) and value >= 0


def add_credits(state: State, call: ApiCall) -> Answer:
    """Credits are bought: `amount`, for the tenant `owner` unless another is named."""
    body = call.json()
    amount, tenant = body.get("amount"), str(body.get("tenant", "owner"))
    if isinstance(amount, bool) or not isinstance(amount, int) or amount < 1:
        raise ValueError("The amount is a whole number of at least 1.")
    wallet = state.wallet(tenant)
    wallet.entries.append(
        CreditEntry(
            id=state.new_id(),
            type="credit",
            amount=amount,
            description="Credits bought",
            balance_after=wallet.balance + amount,
            created_at=state.clock.now(),
        )
    )
    return data({"balance": wallet.balance})


def add_faults(state: State, call: ApiCall) -> Answer:
    """Add one rule, or a list of them."""
    given = parsed(call.body)
    rules = [faults.rule_from(item) for item in (given if isinstance(given, list) else [given])]
    for rule in rules:
        state.faults.add(rule)
    return data({"added": len(rules)})


def list_faults(state: State, _call: ApiCall) -> Answer:
    """The rules in force and how often each has struck."""
    return data([rule.as_json() for rule in state.faults.rules])


def clear_faults(state: State, _call: ApiCall) -> Answer:
    """No more trouble."""
    state.faults.clear()
    return data([])
