"""The simulator's initial data, from a JSON file; a mistake in it is a ValueError."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bulkportal.simulator import bodies, views
from bulkportal.simulator.calls import JsonObject
from bulkportal.simulator.records import Bundle, BundleAccount, SavedAccount, VideoSlot
from bulkportal.simulator.state import State

_TOP = ("balance", "bundles", "accounts", "today")
_BUNDLE = (
    "id",
    "tenant",
    "external_ref",
    "bundle_type",
    "platform",
    "country",
    "title",
    "videos_quantity",
    "edits_quantity",
    "status",
    "account",
    "account_id",
    "videos",
    "auto_finalize_videos",
    "credit_cost",
)
_VIDEO = (
    "position",
    "status",
    "name",
    "video_type",
    "external_ref",
    "target_publish_date",
    "download_issue",
    "download_issue_comment",
    *views.CONTENT_FIELDS,
)
_ACCOUNT = (
    "id",
    "tenant",
    "platform",
    "country",
    "username",
    "visible_name",
    "biography",
    "profile_picture_url",
    "link_in_bio",
    "ban_status",
    "covered_until",
)
_BUNDLE_TYPES = ("account_only", "account_and_videos", "videos_only")
_PLATFORMS = ("tiktok", "instagram", "youtube")


@dataclass(frozen=True, slots=True)
class _Reader:
    """One object of the file, with its place in it for the sentence."""

    item: JsonObject
    place: str

    def wrong(self, what: str) -> ValueError:
        return ValueError(f"In the start data, {self.place}: {what}")

    def known(self, names: Collection[str]) -> None:
        if unknown := sorted(set(self.item) - set(names)):
            raise self.wrong(f"unknown field {', '.join(unknown)}.")

    def text(self, name: str, default: str | None = None) -> str | None:
        value = self.item.get(name, default)
        if value is not None and not isinstance(value, str):
            raise self.wrong(f"'{name}' must be text.")
        return value

    def word(self, name: str, default: str, choices: Collection[str] = ()) -> str:
        value = self.text(name, default) or default
        if choices and value not in choices:
            raise self.wrong(f"'{name}' must be one of {', '.join(choices)}.")
        return value

    def whole(self, name: str, default: int = 0) -> int:
        value = self.item.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.wrong(f"'{name}' must be a whole number of at least 0.")
        return value

    def day(self, name: str) -> date | None:
        value = self.text(name)
        try:
            return None if value is None else bodies.known_day(value)
        except (ValueError, OverflowError):
            raise self.wrong(f"'{name}' must be a date, YYYY-MM-DD.") from None

    def objects(self, name: str) -> list[_Reader]:
        value = self.item.get(name, [])
        if not isinstance(value, list):
            raise self.wrong(f"'{name}' must be a list.")
        found = []
        for number, item in enumerate(value, start=1):
            if not isinstance(item, dict):
                raise self.wrong(f"item {number} of '{name}' must be an object.")
            found.append(_Reader(item, f"{name} {number} of {self.place}"))
        return found


def read(path: Path) -> JsonObject:
    """The file as JSON."""
    try:
        parsed: object = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as mistake:
        raise ValueError(f"The start data {path} cannot be read: {mistake}") from mistake
    if not isinstance(parsed, dict):
        raise ValueError(f"The start data {path} must be a JSON object.")  # noqa: TRY004  a mistake in the data
    return parsed


def load(state: State, start: JsonObject) -> None:
    """Put the start data into an empty state."""
    top = _Reader(start, "the file")
    top.known(_TOP)
    today = top.day("today")
    if today is not None:
        state.clock.set_today(today)
    if "balance" in start:
        state.settings.balance = top.whole("balance")
    for item in top.objects("accounts"):
        _load_account(state, item)
    for item in top.objects("bundles"):
        _load_bundle(state, item)


def _load_account(state: State, item: _Reader) -> None:
    item.known(_ACCOUNT)
    now, covered = state.clock.now(), item.day("covered_until")
    account = SavedAccount(
        id=item.text("id") or state.new_id(),
        tenant=item.word("tenant", "owner"),
        platform=item.word("platform", "tiktok", _PLATFORMS),
        country=item.word("country", next(iter(state.edition.countries))),
        created_at=now,
        updated_at=now,
        username=item.word("username", ""),
        visible_name=item.word("visible_name", ""),
        biography=item.word("biography", ""),
        profile_picture_url=item.text("profile_picture_url"),
        link_in_bio=item.text("link_in_bio"),
        ban_status=item.text("ban_status"),
        covered_until=None if covered is None else datetime(covered.year, covered.month, covered.day, tzinfo=UTC),
    )
    if account.id in state.books.accounts:
        raise item.wrong(f"the id {account.id} occurs twice.")
    state.books.accounts[account.id] = account


def _load_bundle(state: State, item: _Reader) -> None:
    item.known(_BUNDLE)
    now = state.clock.now()
    bundle = Bundle(
        id=item.text("id") or state.new_id(),
        tenant=item.word("tenant", "owner"),
        bundle_type=item.word("bundle_type", "account_and_videos", _BUNDLE_TYPES),
        platform=item.word("platform", "tiktok", _PLATFORMS),
        country=item.word("country", next(iter(state.edition.countries))),
        created_at=now,
        updated_at=now,
        status=item.word("status", "pending_setup"),
        title=item.text("title"),
        external_ref=item.text("external_ref"),
        edits_quantity=item.whole("edits_quantity"),
        credit_cost=item.whole("credit_cost"),
        auto_finalize_videos=item.item.get("auto_finalize_videos", True) is True,
    )
    bundle.published_at = now if bundle.status in views.PAST_SETUP else None
    _tie_account(state, bundle, item)
    bundle.account = _listing(bundle, item)
    _load_slots(state, bundle, item)
    _require_unique(state, bundle, item)
    state.books.bundles[bundle.id] = bundle


def _tie_account(state: State, bundle: Bundle, item: _Reader) -> None:
    identity = item.text("account_id")
    if identity is not None and identity not in state.books.accounts:
        raise item.wrong(f"there is no account with the id {identity}.")
    if identity is None and not bundle.has_account:
        raise item.wrong("a videos_only bundle needs an 'account_id'.")
    bundle.saved_account_id = identity
    bundle.existing_account_id = None if bundle.has_account else identity


def _listing(bundle: Bundle, item: _Reader) -> BundleAccount | None:
    given = item.item.get("account")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise item.wrong("'account' must be an object.")
    account = _Reader(given, f"the account of {item.place}")
    account.known((*views.ACCOUNT_FIELDS, "status"))
    fields: JsonObject = {name: account.text(name) for name in views.ACCOUNT_FIELDS}
    status = account.word("status", "configured")
    moment = bundle.created_at
    # The review begins with the file: without a beginning its 72 hours would never end.
    reviewed = moment if status == "in_review" else None
    return BundleAccount(status=status, fields=fields, configured_at=moment, in_review_at=reviewed)


def _load_slots(state: State, bundle: Bundle, item: _Reader) -> None:
    videos = item.objects("videos")
    highest = max((video.whole("position") for video in videos), default=0)
    quantity = item.whole("videos_quantity", highest)
    if quantity and not bundle.has_videos:
        raise item.wrong("an account_only bundle has no videos.")
    if highest > quantity:
        raise item.wrong(f"position {highest} is beyond the {quantity} videos of the bundle.")
    for _ in range(quantity):
        bundle.add_slot(state.new_id(), bundle.created_at)
    for video in videos:
        position = video.whole("position")
        if position < 1:
            raise video.wrong("'position' is counted from 1.")
        _fill(bundle.slots[position - 1], video)


def _fill(slot: VideoSlot, video: _Reader) -> None:
    video.known(_VIDEO)
    slot.status = video.word("status", "pending")
    slot.name = video.word("name", slot.name)
    slot.video_type = video.word("video_type", "video")
    slot.in_review_at = slot.updated_at if slot.status == "in_review" else None
    slot.external_ref = video.text("external_ref")
    slot.target = video.day("target_publish_date")
    slot.target_end = slot.target + timedelta(days=1) if slot.target else None
    slot.download_issue = video.item.get("download_issue") is True
    slot.download_issue_comment = video.text("download_issue_comment")
    slot.content = {name: video.item[name] for name in views.CONTENT_FIELDS if video.item.get(name) is not None}


def _require_unique(state: State, bundle: Bundle, item: _Reader) -> None:
    for other in state.books.bundles.values():
        if other.id == bundle.id:
            raise item.wrong(f"the id {bundle.id} occurs twice.")
        same = bundle.external_ref is not None and other.external_ref == bundle.external_ref
        if same and other.tenant == bundle.tenant:
            raise item.wrong(f"the external_ref {bundle.external_ref} occurs twice.")
