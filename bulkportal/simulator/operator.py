"""The operator interface below ``/_sim``: what people at the platform do, and control of the stage.

The API cannot accept, post or review (API reference 4.1), so a test or a demo does it here. It
takes JSON and no key. It is not part of the platform's API.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

from bulkportal.simulator import faults, start_data, views
from bulkportal.simulator.calls import Answer, Call, JsonObject, Refusal, data
from bulkportal.simulator.money import entry_view
from bulkportal.simulator.records import Account, Bundle, Entry, SavedAccount, stamp
from bulkportal.simulator.routes import matched
from bulkportal.simulator.state import State

BASE = "/_sim"
Handler = Callable[[State, Call], Answer]
_BUNDLE_STEPS = {
    "accept": ("accepted", ("published", "published_priority")),
    "review": ("in_review", ("accepted",)),
    "finalize": ("finalized", ("in_review",)),
    "complete": ("completed", ("accepted", "in_review", "finalized")),
}
_ENDED = ("completed", "cancelled")
_BANS = ("appeal_pending", "appeal_accepted", "appeal_refused", "no_appeal_banned")
_VALIDATED = ("appeal_refused", "no_appeal_banned")
_VIDEO_STEPS = {
    "post": ("published", ("configured", "published", "pending_corrections")),
    "accept": ("accepted", ("published", "in_review")),
    "review": ("in_review", ("published", "accepted")),
}


def answer(state: State, call: Call) -> Answer:
    """Answer a request to the operator interface; `call.path` is below its base."""
    try:
        for method, template, handler in _ROUTES:
            params = matched(template, call.path)
            if params is not None and method == call.method:
                return handler(state, replace(call, params=params))
    except Refusal as refusal:
        return Answer(status=refusal.status, body=refusal.envelope())
    except ValueError as mistake:
        return Answer(status=400, body=Refusal(400, "BAD_REQUEST", str(mistake)).envelope())
    nothing = Refusal(404, "NOT_FOUND", f"The operator has no {call.method} {call.path}.")
    return Answer(status=404, body=nothing.envelope())


def _bundle(state: State, identity: str) -> Bundle:
    bundles = state.books.bundles
    found = bundles.get(identity) or next((bundle for bundle in bundles.values() if bundle.external_ref == identity), None)
    if found is None:
        raise Refusal(404, "BUNDLE_NOT_FOUND", f"There is no bundle '{identity}'.")
    return found


def _shown(state: State, bundle: Bundle) -> Answer:
    bundle.updated_at = state.clock.now()
    return data({**views.bundle_full(bundle), "account_status": views.account_status(bundle)})


def _wrong_status(what: str, status: str) -> Refusal:
    return Refusal(409, "WRONG_STATUS", f"{what} is {status}.", {"current_status": status})


def bundle_step(state: State, call: Call) -> Answer:
    """A bundle goes one step on in its lifecycle, which is strict (seed 003)."""
    bundle, step = _bundle(state, call.params["id"]), call.params["step"]
    if step not in _BUNDLE_STEPS:
        raise Refusal(404, "NOT_FOUND", f"There is no step '{step}'.")
    status, allowed = _BUNDLE_STEPS[step]
    if bundle.status not in allowed:
        raise _wrong_status("The bundle", bundle.status)
    if status in ("in_review", "finalized") and not bundle.has_videos:
        raise _wrong_status("The bundle", "without videos")
    bundle.status = status
    return _shown(state, bundle)


def cancel(state: State, call: Call) -> Answer:
    """The bundle is called off."""
    bundle = _bundle(state, call.params["id"])
    bundle.status = "cancelled"
    return _shown(state, bundle)


def deliver_account(state: State, call: Call) -> Answer:
    """The account exists: it goes to review and joins the saved accounts (API reference 2.4)."""
    bundle = _bundle(state, call.params["id"])
    account = bundle.account
    if account is None:
        raise _wrong_status("The account", "not configured")
    now = state.clock.now()
    account.status, account.in_review_at = "in_review", now
    if bundle.saved_account_id is None:
        bundle.saved_account_id = _save_account(state, bundle, account)
    return _shown(state, bundle)


def ban(state: State, call: Call) -> Answer:
    """A delivered account is banned, or its appeal is decided (API reference 2.21).

    A validated ban cancels every bundle of the account that has not ended (API reference 4.1).
    """
    account = state.books.accounts.get(call.params["id"])
    if account is None:
        raise Refusal(404, "SAVED_ACCOUNT_NOT_FOUND", f"There is no account '{call.params['id']}'.")
    status = call.json().get("status", "no_appeal_banned")
    if status not in _BANS:
        raise ValueError(f"The status of a ban is one of {', '.join(_BANS)}.")
    now = state.clock.now()
    account.ban_id, account.banned_at = account.ban_id or state.new_id(), account.banned_at or now
    account.ban_status, account.updated_at = str(status), now
    for bundle in state.books.bundles.values() if status in _VALIDATED else ():
        if account.id in (bundle.saved_account_id, bundle.existing_account_id) and bundle.status not in _ENDED:
            bundle.status, bundle.updated_at = "cancelled", now
    return data(views.saved_account(account))


def _save_account(state: State, bundle: Bundle, account: Account) -> str:
    now, fields = state.clock.now(), account.fields
    picture, link = fields.get("profile_picture_url"), fields.get("link_in_bio")
    saved = SavedAccount(
        id=state.new_id(),
        tenant=bundle.tenant,
        platform=bundle.platform,
        country=bundle.country,
        created_at=now,
        updated_at=now,
        username=str(fields.get("username") or ""),
        visible_name=str(fields.get("visible_name") or ""),
        biography=str(fields.get("biography") or ""),
        profile_picture_url=str(picture) if picture else None,
        link_in_bio=str(link) if link else None,
    )
    state.books.accounts[saved.id] = saved
    return saved.id


def video_step(state: State, call: Call) -> Answer:
    """Post, accept or review one video, flag its download link, or take it away (seeds 001 and 004)."""
    bundle = _bundle(state, call.params["id"])
    slot = state.slot(bundle, call.params["position"])
    step = call.params["step"]
    if step == "flag-download":
        if slot.status == "finalized":
            raise _wrong_status("The video", slot.status)
        slot.download_issue = True
        slot.download_issue_comment = str(call.json().get("comment") or "The link does not work.")
    elif step == "remove":
        slot.removed = True
    elif step in _VIDEO_STEPS:
        status, allowed = _VIDEO_STEPS[step]
        if slot.status not in allowed:
            raise _wrong_status("The video", slot.status)
        slot.status = status
        slot.in_review_at = state.clock.now() if status == "in_review" else None
    else:
        raise Refusal(404, "NOT_FOUND", f"There is no step '{step}'.")
    slot.updated_at = bundle.updated_at = state.clock.now()
    return data(views.slot_full(slot))


def set_status(state: State, call: Call) -> Answer:
    """Set any status of a bundle, a video or an account, whatever the rules."""
    body = call.json()
    bundle, status = _bundle(state, str(body.get("bundle"))), body.get("status")
    if "account_status" in body:
        bundle.account = bundle.account or Account()
        bundle.account.status = str(body["account_status"])
    if "position" in body:
        state.slot(bundle, str(body["position"])).status = str(status)
    elif status is not None:
        bundle.status = str(status)
    return _shown(state, bundle)


def show_state(state: State, _call: Call) -> Answer:
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


def reset(state: State, call: Call) -> Answer:
    """Begin again with the data of the start; `balance` may be given anew."""
    balance = call.json().get("balance")
    if isinstance(balance, int) and not isinstance(balance, bool):
        state.settings.balance = balance
    state.clear()
    start_data.load(state, {k: v for k, v in state.start.items() if k != "balance"})
    return data({"reset": True})


def set_clock(state: State, call: Call) -> Answer:
    """Set the day or the moment, or let time pass."""
    body = call.json()
    if isinstance(today := body.get("today"), str):
        state.clock.set_today(date.fromisoformat(today))
    elif isinstance(now := body.get("now"), str):
        moment = datetime.fromisoformat(now)
        state.clock.set(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    elif isinstance(seconds := body.get("advance_seconds"), int | float):
        state.clock.advance(seconds)
    else:
        raise ValueError("Give 'today', 'now' or 'advance_seconds'.")  # noqa: TRY004 - a mistake in a request, told as one
    return data({"now": stamp(state.clock.now()), "today": state.clock.today().isoformat()})


def forget_keys(state: State, call: Call) -> Answer:
    """Forget all idempotency keys, and keep none until switched off."""
    on = call.json().get("on") is not False
    state.remembered.forgetful = on
    if on:
        state.remembered.clear()
    return data({"forgetful": on})


def change_settings(state: State, call: Call) -> Answer:
    """Change the switches for what the documents leave open."""
    numbers = ("rate", "batch_cap", "presigned_seconds", "direct_limit")
    for name, value in call.json().items():
        if name == "remember_refusals" and isinstance(value, bool):
            state.remembered.refusals = value
        elif name == "strict_biography" and isinstance(value, bool):
            state.settings.strict_biography = value
        elif name in numbers and isinstance(value, int) and not isinstance(value, bool):
            setattr(state.settings, name, value)
        else:
            raise ValueError(f"There is no such setting as {name} = {value!r}.")
    state.buckets.clear()
    return data({"changed": True})


def add_credits(state: State, call: Call) -> Answer:
    """Credits are bought: `amount`, for the tenant `owner` unless another is named."""
    body = call.json()
    amount, tenant = body.get("amount"), str(body.get("tenant", "owner"))
    if isinstance(amount, bool) or not isinstance(amount, int) or amount < 1:
        raise ValueError("The amount is a whole number of at least 1.")
    wallet = state.wallet(tenant)
    wallet.entries.append(
        Entry(
            id=state.new_id(),
            type="credit",
            amount=amount,
            description="Credits bought",
            balance_after=wallet.balance + amount,
            created_at=state.clock.now(),
        )
    )
    return data({"balance": wallet.balance})


def add_faults(state: State, call: Call) -> Answer:
    """Add one rule, or a list of them."""
    given: object = json.loads(call.body or b"[]")
    listed = given if isinstance(given, list) else [given]
    rules = [faults.rule_from(item) for item in listed if isinstance(item, dict)]
    for rule in rules:
        state.faults.add(rule)
    return data({"added": len(rules)})


def list_faults(state: State, _call: Call) -> Answer:
    """The rules in force and how often each has struck."""
    return data([rule.as_json() for rule in state.faults.rules])


def clear_faults(state: State, _call: Call) -> Answer:
    """No more trouble."""
    state.faults.clear()
    return data([])


_ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("POST", "/bundles/{id}/cancel", cancel),
    ("POST", "/bundles/{id}/deliver-account", deliver_account),
    ("POST", "/bundles/{id}/{step}", bundle_step),
    ("POST", "/accounts/{id}/ban", ban),
    ("POST", "/bundles/{id}/videos/{position}/{step}", video_step),
    ("POST", "/status", set_status),
    ("GET", "/state", show_state),
    ("POST", "/reset", reset),
    ("POST", "/clock", set_clock),
    ("POST", "/forget-keys", forget_keys),
    ("POST", "/settings", change_settings),
    ("POST", "/credits", add_credits),
    ("POST", "/faults", add_faults),
    ("GET", "/faults", list_faults),
    ("DELETE", "/faults", clear_faults),
)
