"""What people at the platform do: accept, post, review, complete, deliver, report a broken link, ban.

Each step is taken from the statuses where a person would take it, and refused in all others with 409 WRONG_STATUS.
"""

from __future__ import annotations

from bulkportal.simulator import views
from bulkportal.simulator.calls import Answer, ApiCall, ApiRefusal, data
from bulkportal.simulator.records import Bundle, BundleAccount, SavedAccount, VideoSlot
from bulkportal.simulator.state import State

AT_WORK = ("accepted", "in_review", "finalized")
"""Statuses of a bundle that a manager has taken on."""
SUBMITTED = ("published", "published_priority", *AT_WORK)
"""Statuses of a bundle that the people at the platform can see."""
ENDED = ("completed", "cancelled")
BUNDLE_STEPS = {
    "accept": ("accepted", ("published", "published_priority")),
    "review": ("in_review", ("accepted",)),
    "finalize": ("finalized", ("in_review",)),
    "complete": ("completed", ("finalized",)),
}
"""Each step, its result, and the statuses it is taken from, by a bundle with videos (seed 003)."""
WITHOUT_VIDEOS = {"accept": BUNDLE_STEPS["accept"], "complete": ("completed", ("accepted",))}
"""The same by a bundle without videos, which has no video phase."""
VIDEO_STEPS = {
    "post": ("published", ("configured", "published", "pending_corrections")),
    "accept": ("accepted", ("published",)),
    "review": ("in_review", ("accepted",)),
}
"""The same by a video, in the order of seed 001."""
FLAGGABLE = ("configured", "published", "accepted", "in_review", "pending_corrections")
DELIVERABLE = ("configured", "pending_corrections")
BANS = ("appeal_pending", "appeal_accepted", "appeal_refused", "no_appeal_banned")
_VALIDATED = ("appeal_refused", "no_appeal_banned")


def bundle_of(state: State, identity: str) -> Bundle:
    """The bundle of that id or external_ref, whoever owns it."""
    bundles = state.books.bundles
    found = bundles.get(identity) or next((bundle for bundle in bundles.values() if bundle.external_ref == identity), None)
    if found is None:
        raise ApiRefusal(404, "BUNDLE_NOT_FOUND", f"There is no bundle '{identity}'.")
    return found


def shown(state: State, bundle: Bundle) -> Answer:
    """The bundle as it is now, with the status of its account."""
    bundle.updated_at = state.clock.now()
    return data({**views.bundle_full(bundle), "account_status": views.account_status(bundle)})


def _require(what: str, status: str, allowed: tuple[str, ...]) -> None:
    if status not in allowed:
        facts = {"current_status": status, "allowed_statuses": list(allowed)}
        raise ApiRefusal(409, "WRONG_STATUS", f"{what} is {status}; it must be {' or '.join(allowed)}.", facts)


def bundle_step(state: State, call: ApiCall) -> Answer:
    """A bundle goes one step on in its lifecycle, which is strict (seed 003)."""
    bundle, step = bundle_of(state, call.params["id"]), call.params["step"]
    if step not in BUNDLE_STEPS:
        raise ApiRefusal(404, "NOT_FOUND", f"There is no step '{step}'.")
    steps = BUNDLE_STEPS if bundle.has_videos else WITHOUT_VIDEOS
    if step not in steps:
        raise ApiRefusal(409, "WRONG_STATUS", "The bundle has no videos, and so no video phase.", {"current_status": bundle.status})
    status, allowed = steps[step]
    _require("The bundle", bundle.status, allowed)
    if status in ("finalized", "completed"):
        _require_no_open_video(bundle)
    bundle.status = status
    return shown(state, bundle)


def _require_no_open_video(bundle: Bundle) -> None:
    """Videos that were begun must be finalized first; a slot that nobody used is in nobody's way."""
    waiting = [slot.position for slot in bundle.standing if slot.status not in ("pending", "finalized")]
    if waiting:
        message = f"Not all videos are finalized yet: positions {', '.join(map(str, waiting))}."
        raise ApiRefusal(409, "WRONG_STATUS", message, {"current_status": bundle.status, "open_positions": waiting})


def cancel(state: State, call: ApiCall) -> Answer:
    """The bundle is called off, unless it has ended already."""
    bundle = bundle_of(state, call.params["id"])
    if bundle.status in ENDED:
        raise ApiRefusal(409, "WRONG_STATUS", f"The bundle is {bundle.status} already.", {"current_status": bundle.status})
    bundle.status = "cancelled"
    return shown(state, bundle)


def deliver_account(state: State, call: ApiCall) -> Answer:
    """The account exists: it goes to review and joins the saved accounts (API reference 2.4)."""
    bundle = bundle_of(state, call.params["id"])
    account = bundle.account
    if account is None:
        raise ApiRefusal(409, "WRONG_STATUS", "The bundle has no account configuration.", {"current_status": bundle.status})
    _require("The bundle", bundle.status, SUBMITTED)
    _require("The account", account.status, DELIVERABLE)
    account.status, account.in_review_at = "in_review", state.clock.now()
    # Delivered again after corrections, it stays the same account: a second one would have a second Coverage to pay.
    if bundle.saved_account_id is None:
        bundle.saved_account_id = _save_account(state, bundle, account)
    return shown(state, bundle)


def _save_account(state: State, bundle: Bundle, account: BundleAccount) -> str:
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


def video_step(state: State, call: ApiCall) -> Answer:
    """Post, accept or review one video, flag its download link, or take it away (seeds 001 and 004)."""
    bundle = bundle_of(state, call.params["id"])
    slot, step = state.slot(bundle, call.params["position"]), call.params["step"]
    if step == "flag-download":
        comment = call.json().get("comment")
        _require("The bundle", bundle.status, SUBMITTED)
        _require("The video", slot.status, FLAGGABLE)
        slot.download_issue, slot.download_issue_comment = True, str(comment or "The link does not work.")
    elif step == "remove":
        slot.removed = True
    elif step in VIDEO_STEPS:
        _go_on(state, bundle, slot, step)
    else:
        raise ApiRefusal(404, "NOT_FOUND", f"There is no step '{step}'.")
    slot.updated_at = bundle.updated_at = state.clock.now()
    return data(views.slot_full(slot))


def _go_on(state: State, bundle: Bundle, slot: VideoSlot, step: str) -> None:
    status, allowed = VIDEO_STEPS[step]
    _require("The bundle", bundle.status, AT_WORK)
    _require("The video", slot.status, allowed)
    slot.status = status
    slot.in_review_at = state.clock.now() if status == "in_review" else None


def ban(state: State, call: ApiCall) -> Answer:
    """A delivered account is banned, or its appeal is decided (API reference 2.21).

    A validated ban cancels every bundle of the account that has not ended (API reference 4.1).
    """
    account = state.books.accounts.get(call.params["id"])
    if account is None:
        raise ApiRefusal(404, "SAVED_ACCOUNT_NOT_FOUND", f"There is no account '{call.params['id']}'.")
    status = call.json().get("status", "no_appeal_banned")
    if status not in BANS:
        raise ValueError(f"The status of a ban is one of {', '.join(BANS)}.")
    now = state.clock.now()
    account.ban_id, account.banned_at = account.ban_id or state.new_id(), account.banned_at or now
    account.ban_status, account.updated_at = str(status), now
    # While an appeal is open the bundles go on: it may still be accepted.
    for bundle in state.books.bundles.values() if status in _VALIDATED else ():
        if account.id in (bundle.saved_account_id, bundle.existing_account_id) and bundle.status not in ENDED:
            bundle.status, bundle.updated_at = "cancelled", now
    return data(views.saved_account(account))
