"""Explains a refusal of the platform to a person: its details in words, and the next step by its code.

The documented codes are those of API reference 2.24; one that is not documented is judged by its family.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bulkportal.portal.failures import Failure, Family, family_of
from bulkportal.portal.remote import Json

_DETAILS: Mapping[str, str] = {
    "current_status": "its status is {}",
    "allowed_statuses": "possible in {}",
    "missing_fields": "missing: {}",
    "required": "credits needed: {}",
    "available": "there: {}",
    "missing": "missing: {}",
    "earliest_allowed": "the earliest date is {}",
    "min_days_ahead": "days ahead, at least: {}",
    "date": "on {}",
    "current_count": "there already: {}",
    "existing_bundle_id": "the bundle that is there is {}",
    "purchased_terms_count": "terms bought: {}",
    "videos_quantity": "its video slots: {}",
    "field": "the field is {}",
    "fields": "the fields are {}",
    "allowed": "allowed: {}",
    "allowed_values": "allowed: {}",
    "coverage_ended_at": "its Coverage ended at {}",
}
"""The details that the platform's documents name, as words."""

_QUIET = frozenset({"retry_after_seconds", "limit", "remaining", "position", "request_id", "breakdown"})
"""Details that would not help the reader."""

# Parts of the names of details that are left out: a message ends up in reports and mails.
_SECRET = ("password", "credential", "secret", "token", "key")
_LONGEST = 200

_STATUS = "Look at its status on the platform, which does not allow what the row asks for. Empty that cell, or wait until it does."
_COLUMNS = "Correct the cell that it names, then run this again."
_GONE = "It is no longer there: look for it on the platform, or empty its id to have it looked up by its name."
_THEIRS = "It belongs to another user: use that user's key, or remove the row."
_SETUP = "Fill in what is missing in the bundle's row (username, visible name, biography, profile picture), then run this again."
_SUPPORT = "Ask the platform's support about this request before running it again."

NEXT_STEPS: Mapping[str, str] = {
    "VALIDATION_ERROR": _COLUMNS,
    "UNKNOWN_FIELD": "Empty the cell of the field that it names: this edition of the platform does not take it.",
    "BUNDLE_NOT_FOUND": _GONE,
    "BUNDLE_NOT_OWNED": _THEIRS,
    "BUNDLE_INVALID_STATUS": _STATUS,
    "INVALID_STATUS": _STATUS,
    "INVALID_STATUS_TRANSITION": _STATUS,
    "ACCOUNT_INVALID_STATUS": _STATUS,
    "BUNDLE_ALREADY_PUBLISHED": "It is published already, and its account is fixed: restore what the platform has, or unpublish it first.",
    "BUNDLE_NOT_IN_SETUP": "Only a bundle that is being set up can be published: look at its status on the platform.",
    "ALREADY_ACCEPTED": "A manager has accepted it, so it can no longer be unpublished: empty the action.",
    "ACCOUNT_MISSING": _SETUP,
    "ACCOUNT_NOT_CONFIGURED": _SETUP,
    "ACCOUNT_MISSING_FIELDS": _SETUP,
    "NO_VIDEOS_CONFIGURED": "Fill in at least one video of the bundle, then run this again.",
    "DUPLICATE_EXTERNAL_REF": "Another bundle has this name: give this one another, or write the id of that one into bundle_id.",
    "DUPLICATE_ACCOUNT_BUNDLE": "The account already has an open bundle: write its id into bundle_id, or wait until it is completed.",
    "BUNDLE_PRICING_CHANGED": "Run this again: the plan will show the new price.",
    "INSUFFICIENT_CREDITS": "Buy credits, then run this again; what is done is not paid again.",
    "INVALID_BUNDLE_TYPE": "A bundle of this type takes no slots: correct bundle_type or the quantity.",
    "INVALID_QUANTITY": "Write a whole number of at least 1.",
    "EDITS_EXCEED_VIDEOS": "Write an edits_quantity that is not larger than videos_quantity.",
    "BUNDLE_COMPLETED": "The bundle is completed, and slots cannot be added to it: use a new bundle.",
    "ACCOUNT_NOT_FOUND": "The bundle has no account of its own: empty the cells of the account, or the action on it.",
    "SAVED_ACCOUNT_NOT_FOUND": "There is no such account: correct account_id; `bulkportal export` names those that are there.",
    "SAVED_ACCOUNT_NOT_OWNED": "The account belongs to another user: correct account_id, or use that user's key.",
    "VIDEO_NOT_FOUND": "There is no longer a video at this position: remove the row, or use another position.",
    "VIDEO_POSITION_OUT_OF_RANGE": "The bundle has no such position: correct it, or raise videos_quantity, which buys slots.",
    "VIDEO_NO_DOWNLOAD_ISSUE": "Its link is not flagged, so there is nothing to fix: empty the action.",
    "UPLOAD_FAILED": "Open the link in a private window: it must lead to the file itself, for everybody, for 30 days. Then run this again.",
    "INVALID_DATE": "Move the date to one that is allowed, then run this again.",
    "VIDEOS_PER_DAY_EXCEEDED": "Move a video of that day to another day (at most 3 a day for each account), then run this again.",
    "RATE_LIMIT_EXCEEDED": "Run this again later; nothing is lost.",
    "CAPACITY_COOLDOWN": "The platform takes no new work for some minutes: run this again later; nothing is lost.",
    "MANAGED_ACCOUNT_TASK_BLOCKED": "The account's Coverage is not active: buy credits or reactivate Coverage on the platform, then run this again.",
    "COUNTRY_NOT_ENABLED": "Choose a country that is open; `bulkportal template --live` offers those.",
    "ACCOUNT_ID_NOT_ALLOWED": "Only a bundle of videos_only takes an account_id: empty it, or correct bundle_type.",
    "YOUTUBE_DELAYED": "New YouTube accounts cannot be ordered here: choose another platform, or ask the platform's team.",
    "DEEP_WARMING_DEPRECATED": "Deep warming is no longer offered: empty deep_warming.",
    "WARMING_CONFLICT": "Only one kind of warming is possible: keep one, and empty the others.",
    "DRY_RUN_ID_IN_LIVE_REQUEST": "The id comes from a dry run: empty bundle_id, or write the real one.",
    "IDEMPOTENCY_KEY_CONFLICT": _SUPPORT,
    "IDEMPOTENCY_KEY_NOT_ALLOWED_FOR_SENSITIVE_RESPONSE": _SUPPORT,
    "AUTH_MISSING_KEY": "Set TOKPORTAL_API_KEY, or name the key in the profile, then run this again.",
    "AUTH_INVALID_KEY": "Check the key (`bulkportal doctor`), then run this again.",
    "AUTH_REVOKED_KEY": "The key was revoked: make a new one on the platform, then run this again.",
}
"""What to do next, by the platform's code in capitals."""

_BY_PART = (("ADVANCED_WARMING", "Correct the terms of the warming: 3 to 30, a multiple of 3, each once, and as many as were bought."),)

_BY_FAMILY: Mapping[Family, str] = {
    Family.AUTH: "Check the key and its permissions, then run this again.",
    Family.VALIDATION: _COLUMNS,
    Family.NOT_FOUND: _GONE,
    Family.NOT_OWNED: _THEIRS,
    Family.STATE: _STATUS,
    Family.CREDITS: NEXT_STEPS["INSUFFICIENT_CREDITS"],
    Family.DUPLICATE: "Something of this name is there already: look for it on the platform, or give this one another name.",
    Family.RATE: NEXT_STEPS["RATE_LIMIT_EXCEEDED"],
    Family.CAPACITY: NEXT_STEPS["CAPACITY_COOLDOWN"],
    Family.UPLOAD: NEXT_STEPS["UPLOAD_FAILED"],
    Family.IDEMPOTENCY: _SUPPORT,
}

_ANY = "Correct the row as the platform's message says, then run this again; if that does not help, ask its support about this request."


def next_step(code: str, status: int | None = None, details: Mapping[str, Json] | None = None) -> str:
    """What to do after a refusal with this code; a date that the platform offers is named."""
    upper = code.upper()
    # Offered and never applied: which day is right for a campaign is not for a program to decide (API reference 6.2, D4).
    earliest = (details or {}).get("earliest_allowed")
    if isinstance(earliest, str) and earliest:
        return f"Move the date to {earliest} or later, then run this again."
    known = NEXT_STEPS.get(upper) or next((text for part, text in _BY_PART if part in upper), None)
    return known or _BY_FAMILY.get(family_of(code, status), _ANY)


def explain(failure: Failure) -> str:
    """The platform's words and the details that it gave with them, in one sentence or two."""
    return in_words(failure.message, failure.details)


def in_words(message: str, details: Mapping[str, Json]) -> str:
    """A message with the details that it does not contain already."""
    parts = list(_parts(details, message))
    if not parts:
        return message
    ends = message.endswith((".", "!", "?"))
    return f"{message.rstrip('.') if ends else message} ({', '.join(parts)})" + ("." if ends else "")


def refusal(code: str, message: str) -> str:
    """A refusal as a sentence: the platform's code, and its words."""
    return f"The platform refused it ({code}): {message}" if code else f"The platform refused it: {message}"


def _parts(details: Mapping[str, Json], message: str) -> Iterator[str]:
    for name, value in details.items():
        text = _plain(value)
        if not text or name in _QUIET or any(part in name.lower() for part in _SECRET) or _is_said(value, message):
            continue
        words = _DETAILS.get(name)
        yield words.format(text) if words is not None else f"{name.replace('_', ' ')}: {text}"


def _is_said(value: Json, message: str) -> bool:
    """Whether the message contains every item of a detail."""
    items = value if isinstance(value, list) else [value]
    return bool(items) and all(_plain(item) and _plain(item) in message for item in items)


def _plain(value: Json) -> str:
    """A detail as text: words, numbers and lists of them; nested values are left out."""
    # Before numbers: a bool is an int in Python.
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        text = str(value)
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    if isinstance(value, list) and not any(isinstance(item, list | dict) for item in value):
        return ", ".join(str(item) for item in value[:20])
    return ""
