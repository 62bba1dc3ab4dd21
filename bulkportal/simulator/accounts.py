"""The account of a bundle and the delivered accounts (API reference 2.11, 2.12, 2.21)."""

from __future__ import annotations

import re

from bulkportal.simulator import bodies, storage, views
from bulkportal.simulator.calls import Answer, ApiCall, ApiRefusal, JsonObject, data, invalid
from bulkportal.simulator.records import Bundle, BundleAccount, stamp
from bulkportal.simulator.state import State
from bulkportal.simulator.warming import check_terms

USERNAME = re.compile(r"[A-Za-z0-9._]{1,24}")
CORRECTABLE = ("username", "visible_name", "biography", "profile_picture")


def _account_bundle(state: State, call: ApiCall) -> Bundle:
    bundle = state.bundle(call.params["id"], call.tenant)
    if not bundle.has_account:
        message = "A videos_only bundle has no account of its own."
        raise ApiRefusal(404, "ACCOUNT_NOT_FOUND", message)
    return bundle


def get_account(state: State, call: ApiCall) -> Answer:
    """GET /bundles/:id/account; its shape is inferred."""
    bundle = _account_bundle(state, call)
    account = bundle.account or BundleAccount()
    shown = {name: account.fields.get(name) for name in views.ACCOUNT_FIELDS}
    view = {"status": account.status, **shown, "configured_at": stamp(account.configured_at)}
    if state.edition.current:
        view["advanced_warming"] = _warming_view(bundle)
    return data(view)


def put_warming_terms(state: State, call: ApiCall) -> Answer:
    """PUT /bundles/:id/warming-terms names the terms that were bought (API reference 2.1, 2.11).

    Only the current edition has it. As many terms as were bought, or the refusal tells their number.
    """
    if not state.edition.current:
        raise ApiRefusal(404, "NOT_FOUND", f"There is nothing at {call.path}.")
    bundle = _account_bundle(state, call)
    body = call.json()
    bodies.refuse_unknown(body, ("advanced_warming_terms",), when=True)
    terms = bodies.texts(body, "advanced_warming_terms")
    if not terms:
        raise invalid("'advanced_warming_terms' is required.", field="advanced_warming_terms")
    check_terms(terms)
    if len(terms) != bundle.warming_targets:
        message = f"{bundle.warming_targets} warming terms were bought, and {len(terms)} are given."
        facts = {"purchased_terms_count": bundle.warming_targets}
        raise ApiRefusal(400, "ADVANCED_WARMING_COUNT_MISMATCH", message, facts)
    bundle.warming_terms, bundle.updated_at = terms, state.clock.now()
    return data({"id": bundle.id, "advanced_warming": _warming_view(bundle)})


def _warming_view(bundle: Bundle) -> JsonObject | None:
    if not bundle.warming_targets:
        return None
    return {"purchased_terms_count": bundle.warming_targets, "terms": bundle.warming_terms}


def put_account(state: State, call: ApiCall) -> Answer:
    """PUT /bundles/:id/account: full replacement, only while the bundle is in setup."""
    bundle = _account_bundle(state, call)
    body = call.json()
    known = (*views.ACCOUNT_FIELDS, "advanced_warming_terms")
    bodies.refuse_unknown(body, known, when=state.edition.current)
    # The body is judged before the status, so a mistake in a field is heard of even where the account can no longer be changed.
    fields = _account_fields(bundle, body)
    _require_picture(state, bundle, fields["profile_picture_url"])
    if bundle.status != "pending_setup":
        published = bundle.status in views.PAST_SETUP
        code = "BUNDLE_ALREADY_PUBLISHED" if published else "BUNDLE_INVALID_STATUS"
        message = "The account can only be configured while the bundle is in pending_setup."
        raise ApiRefusal(409, code, message, {"current_status": bundle.status})
    now = state.clock.now()
    bundle.account = BundleAccount(status="configured", fields=fields, configured_at=now)
    bundle.updated_at = now
    return data({"id": bundle.id, "account": {**fields, "configured_at": stamp(now)}})


def _account_fields(bundle: Bundle, body: JsonObject) -> JsonObject:
    username = bodies.required_text(body, "username")
    if not USERNAME.fullmatch(username):
        message = "'username' has 1 to 24 letters, digits, dots and underscores."
        raise invalid(message, field="username")
    link = bodies.url(body, "link_in_bio")
    if link is not None and bundle.platform != "instagram":
        raise invalid("'link_in_bio' is for Instagram only.", field="link_in_bio")
    return {
        "username": username,
        "visible_name": bodies.required_text(body, "visible_name", longest=30),
        "biography": bodies.text(body, "biography", longest=80),
        "profile_picture_url": bodies.text(body, "profile_picture_url"),
        "link_in_bio": link,
        "niche_warming_instructions": bodies.text(body, "niche_warming_instructions"),
    }


def _require_picture(state: State, bundle: Bundle, picture: object) -> None:
    """An address, a storage path, or what the account shows already; a path on somebody's disk is none of these."""
    # What it shows already may come from the start data, whose files the storage does not have.
    shown = bundle.account.fields.get("profile_picture_url") if bundle.account is not None else None
    if isinstance(picture, str) and picture != shown and not bodies.is_url(picture):
        storage.require_stored(state, picture, "profile_picture_url")


def _in_review(state: State, bundle: Bundle) -> BundleAccount:
    account = bundle.account
    if account is None or account.status != "in_review":
        status = views.account_status(bundle)
        code = "ACCOUNT_INVALID_STATUS" if state.edition.current else "INVALID_STATUS"
        message = f"The account must be in_review, but it is {status}."
        raise ApiRefusal(409, code, message, {"current_status": status})
    return account


def finalize_account(state: State, call: ApiCall) -> Answer:
    """POST /bundles/:id/account/finalize, from in_review only."""
    bundle = _account_bundle(state, call)
    account = _in_review(state, bundle)
    account.status, account.finalized_at = "finalized", state.clock.now()
    bundle.updated_at = account.finalized_at
    done = {"status": "finalized", "finalized_at": stamp(account.finalized_at)}
    return data({"id": bundle.id, "account": done})


def correct_account(state: State, call: ApiCall) -> Answer:
    """POST /bundles/:id/account/corrections: a comment, and feedback on at least one field."""
    bundle = _account_bundle(state, call)
    body = call.json()
    comment = bodies.required_text(body, "comment")
    fields = body.get("fields")
    if fields is None and not state.edition.current:
        raise invalid("'fields' needs at least one field.", field="fields")
    if fields is not None:
        _require_feedback(fields)
    account = _in_review(state, bundle)
    account.status, account.correction_comment = "pending_corrections", comment
    account.in_review_at, bundle.updated_at = None, state.clock.now()
    answer = {"status": account.status, "correction_comment": comment}
    return data({"id": bundle.id, "account": answer})


def _require_feedback(fields: object) -> None:
    if not isinstance(fields, dict) or not fields or not set(fields) <= set(CORRECTABLE):
        raise invalid(f"'fields' may name {', '.join(CORRECTABLE)}.", field="fields")
    for name in fields:
        bodies.required_text(fields, name)


def list_accounts(state: State, call: ApiCall) -> Answer:
    """GET /accounts with its filters."""
    own = [a for a in state.books.accounts.values() if a.tenant == call.tenant]
    rows = [views.saved_account(account) for account in own]
    for name in ("platform", "country"):
        wanted = call.query.get(name)
        if wanted is not None:
            rows = [row for row in rows if row[name] == wanted]
    banned = bodies.query_flag(call.query, "banned")
    if banned is not None:
        rows = [row for row in rows if row["banned"] is banned]
    return Answer(body=bodies.page_of(call, rows, with_pagination=state.edition.current))


def get_saved_account(state: State, call: ApiCall) -> Answer:
    """GET /accounts/:id."""
    return data(views.saved_account(state.saved_account(call.params["id"], call.tenant)))


def list_account_bundles(state: State, call: ApiCall) -> Answer:
    """GET /accounts/:id/bundles."""
    account = state.saved_account(call.params["id"], call.tenant)
    wanted = call.query.get("status")
    rows = [
        views.bundle_row(bundle)
        for bundle in reversed(state.books.bundles.values())
        if account.id in (bundle.saved_account_id, bundle.existing_account_id) and wanted in (None, bundle.status)
    ]
    return Answer(body=bodies.page_of(call, rows, with_pagination=state.edition.current))


def list_bans(state: State, call: ApiCall) -> Answer:
    """GET /account-bans, the only authority on bans, with the filters that are understood."""
    since = bodies.day(dict(call.query), "since")
    rows = [
        views.ban(account)
        for account in state.books.accounts.values()
        if account.tenant == call.tenant
        and account.ban_status is not None
        and call.query.get("status") in (None, account.ban_status)
        and call.query.get("account_id") in (None, account.id)
        and (since is None or (account.banned_at or account.created_at).date() >= since)
    ]
    return Answer(body=bodies.page_of(call, rows, with_pagination=state.edition.current))
