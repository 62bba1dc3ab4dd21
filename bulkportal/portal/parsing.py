"""What the platform's answers mean: the only place that knows their shapes.

The API has two generations of shapes and two spellings of codes; both are read without knowing which
(API reference 0.2). Unknown fields are ignored, a missing one becomes None, and nothing here raises: what
cannot be read as the thing asked for comes back as None or empty.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bulkportal.portal.remote import PUBLISHED, Credits, Json, PriceList, RemoteBundle, RemotePosition

Fields = Mapping[str, Json]

_SECRET_PARTS = ("password", "credential", "verification_code", "secret", "token")
ACCOUNT_STATES = frozenset({"configured", "in_review", "finalized"})
"""Account statuses that count as configured where the flag is missing (seed 003; API reference S6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """An error answer: `{error: {code, message, details?}}` (seed 000), or as much of it as there is."""

    code: str = ""
    message: str = ""
    details: Fields = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionAnswer:
    """The outcome that a batch answer states for one position."""

    ok: bool
    code: str = ""
    message: str = ""
    details: Fields = field(default_factory=dict)


# --- bodies and envelopes ---------------------------------------------------------------------------------


def parsed(content: bytes) -> Json:
    """The JSON in a body, or None where there is none."""
    try:
        value: Json = json.loads(content)
    # A body of nothing but opening brackets nests deeper than Python can follow.
    except (ValueError, RecursionError):
        return None
    return value


def fields(value: Json) -> dict[str, Json]:
    """The object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def text(value: Json) -> str | None:
    """A text that is not empty, or None."""
    return value if isinstance(value, str) and value else None


def number(value: Json) -> Credits | None:
    """A finite number, written as one or as a text; truth values are not numbers."""
    if isinstance(value, str):
        try:
            value = float(value) if "." in value else int(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if math.isfinite(value) else None


def count(value: Json) -> int | None:
    """A whole number of at least nothing, or None."""
    read = number(value)
    return int(read) if read is not None and read >= 0 and read == int(read) else None


def flag(value: Json) -> bool | None:
    """A boolean, or None where there is none."""
    return value if isinstance(value, bool) else None


def data_of(body: Json) -> dict[str, Json] | None:
    """The object under `data`, or None where the answer has none (API reference 1.4)."""
    found = fields(body).get("data")
    return found if isinstance(found, dict) else None


def items_of(body: Json) -> list[dict[str, Json]] | None:
    """The objects of a list answer: `data` as a list, a list inside `data`, or a bare list."""
    found = body if isinstance(body, list) else fields(body).get("data")
    if isinstance(found, dict):
        lists = (found.get(name) for name in ("bundles", "videos", "items", "results", "countries"))
        found = next((each for each in lists if isinstance(each, list)), None)
    if not isinstance(found, list):
        return None
    return [each for each in found if isinstance(each, dict)]


def pages_of(body: Json) -> int | None:
    """The number of pages that a list answer states, None if it states none (as in seed 003)."""
    pagination = fields(fields(body).get("pagination"))
    pages = count(pagination.get("total_pages"))
    if pages is not None:
        return pages
    total, size = count(pagination.get("total")), count(pagination.get("per_page"))
    return math.ceil(total / size) if total is not None and size else None


def error_of(body: Json) -> Error:
    """The error in a body of any shape: the envelope, a bare object, a text, or nothing."""
    top = fields(body)
    # What stands in front of the platform has error shapes of its own; of a list the first says enough.
    inner = top.get("error", top.get("errors", body))
    if isinstance(inner, list):
        inner = inner[0] if inner else None
    if isinstance(inner, str):
        return Error(code=text(top.get("code")) or "", message=text(top.get("message")) or inner)
    found = fields(inner)
    message = text(found.get("message")) or text(found.get("detail")) or ""
    return Error(code=text(found.get("code")) or "", message=message, details=fields(found.get("details")))


# --- bundles, accounts, slots -----------------------------------------------------------------------------


def identity_of(data: Fields) -> str | None:
    """A bundle's id: `id`, else `bundle_id` (API reference 2.1). A number is taken as it is written."""
    for name in ("id", "bundle_id"):
        value = data.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if found := text(value):
            return found
    return None


def bundle_from(data: Fields) -> RemoteBundle | None:
    """A bundle of the list or of its own view (seed 003), without slots; None where it has no id."""
    identity = identity_of(data)
    if identity is None:
        return None
    status = text(data.get("status")) or ""
    account_status = text(data.get("account_status")) or text(fields(data.get("account")).get("status"))
    configured = flag(data.get("account_configured"))
    return RemoteBundle(
        id=identity,
        external_ref=text(data.get("external_ref")),
        bundle_type=text(data.get("bundle_type")) or text(data.get("type")) or "",
        platform=text(data.get("platform")) or "",
        country=text(data.get("country")),
        status=status,
        videos_quantity=_first_count(data, "videos_quantity", "videos_total"),
        edits_quantity=_first_count(data, "edits_quantity"),
        title=text(data.get("title")),
        title_known="title" in data,
        auto_finalize_videos=flag(data.get("auto_finalize_videos")),
        account_status=account_status,
        # The flag where there is one: the platform's own example has it true in a status that its rule leaves out (S6).
        account_configured=account_status in ACCOUNT_STATES if configured is None else configured,
        delivered=_delivered(data, account_status),
        # Either: the list behind the platform's flag leaves two statuses out (API reference 6.1, S4).
        is_published=bool(flag(data.get("is_published"))) or status in PUBLISHED,
        credit_cost=number(data.get("credit_cost")),
        next_action=text(data.get("next_action")),
        created_at=text(data.get("created_at")),
        account=account_from(fields(data.get("account"))),
        account_id=text(data.get("existing_account_id")) or text(data.get("saved_account_id")),
    )


def _first_count(data: Fields, *names: str) -> int:
    return next((found for name in names if (found := count(data.get(name))) is not None), 0)


def _delivered(data: Fields, account_status: str | None) -> bool:
    """Whether the account exists already, so that its dates may be nearer (API reference 3.4)."""
    handed_over = data.get("existing_account_id") or data.get("saved_account_id")
    return bool(handed_over) or account_status == "finalized" or data.get("bundle_type") == "videos_only"


def account_from(data: Fields) -> dict[str, Json]:
    """An account's fields, flat or under `account`; empty where nothing is set.

    Whatever looks like a credential is dropped even if a server sends it (API reference 2.21).
    """
    inner = data.get("account")
    # Around a nested account, id and status are the bundle's.
    around = {name: value for name, value in data.items() if name not in ("account", "id", "status")}
    # Checked by name rather than listed: an account may gain fields, and none that holds a password may reach a report or the ledger.
    merged = {**around, **inner} if isinstance(inner, dict) else dict(data)
    kept = {name: value for name, value in merged.items() if not _is_secret(name)}
    # An answer with nothing but a status is an account that nobody has configured.
    named = any(kept.get(name) for name in ("username", "visible_name", "biography", "profile_picture_url"))
    return kept if named else {}


def _is_secret(name: str) -> bool:
    return any(part in name.lower() for part in _SECRET_PARTS)


def position_from(data: Fields, *, complete: bool = False) -> RemotePosition | None:
    """A slot of the list or of its own view (seed 001); None where it has no position."""
    position = count(data.get("position"))
    if not position:
        return None
    return RemotePosition(position=position, status=text(data.get("status")) or "", values=dict(data), complete=complete)


# --- money and countries ----------------------------------------------------------------------------------

_PRICE_NAMES: Mapping[str, tuple[str, ...]] = {
    "account_creation": ("account_creation", "account_setup", "account"),
    "video_slot": ("video_slot", "video_upload", "video"),
    "edit_slot": ("edit_slot", "video_edit", "edit"),
    "niche_warming": ("niche_warming", "wants_niche_warming"),
    "deep_warming": ("deep_warming", "wants_deep_warming"),
    "moderation": ("moderation", "wants_moderation"),
    # The most exact name first: `video_option` is one price for both options, where an edition has no other.
    "sound_volume": ("sound_volume", "volume", "video_volume", "volume_original_sound", "video_option"),
    "instant_repost": ("instant_repost", "instant_repost_as_story", "video_option"),
    "coverage": ("coverage", "account_coverage", "coverage_renewal"),
}


def prices_from(body: Json) -> PriceList:
    """`/credit-costs`, flat or under `costs` (API reference 2.22). A price that is missing stays unknown, never 0."""
    data = data_of(body) or {}
    costs = data.get("costs")
    source = {**data, **costs} if isinstance(costs, dict) else data
    return PriceList(
        items={
            item: next((price for name in names if (price := price_of(source.get(name))) is not None), None) for item, names in _PRICE_NAMES.items()
        }
    )


def price_of(value: Json) -> Credits | None:
    """One price. Several, by platform or country, are a price only where they agree."""
    if isinstance(value, dict):
        for name in ("credits", "cost", "price", "amount"):
            if name in value:
                return price_of(value[name])
        # Which platform or country applies is not known here, and a price that may be the wrong one counts as unknown.
        inner = [price_of(each) for each in value.values()]
        return inner[0] if inner and all(each == inner[0] for each in inner) else None
    found = number(value)
    return found if found is not None and found >= 0 else None


def balance_from(body: Json) -> Credits | None:
    """The credits left: `total_credits`, else `credits`, else `balance` (API reference D18)."""
    data = data_of(body) or {}
    names = ("total_credits", "credits", "balance")
    return next((found for name in names if (found := number(data.get(name))) is not None), None)


def countries_from(body: Json) -> dict[str, str]:
    """The countries open for new accounts, names by code: `[{code, name}]` or plain texts (API reference 2.22)."""
    codes = [(fields(each).get("code") or each, text(fields(each).get("name"))) for each in _choices(body, "countries")]
    return {code.strip().upper(): name or "" for code, name in codes if isinstance(code, str) and code.strip()}


def platforms_from(body: Json) -> tuple[str, ...]:
    """The platforms on offer; the answer's shape is not documented (API reference 2.22): plain texts, or objects with one of these fields."""
    names = ("value", "code", "id", "slug", "name")
    said = [next((found for name in names if (found := text(fields(each).get(name)))), None) or text(each) for each in _choices(body, "platforms")]
    return tuple(dict.fromkeys(name.casefold() for name in said if name))


def _choices(body: Json, name: str) -> list[Json]:
    """The entries of a list of what can be chosen: bare, under `data`, or under its name inside `data`."""
    listed = fields(body).get("data") if isinstance(body, dict) else body
    if isinstance(listed, dict):
        listed = listed.get(name)
    return listed if isinstance(listed, list) else []


def charged(body: Json, name: str) -> Credits | None:
    """`credits_charged` or `credits_remaining`: beside `data` (seed 002), or inside it."""
    beside = number(fields(body).get(name))
    return beside if beside is not None else number((data_of(body) or {}).get(name))


def rehearsed(body: Json) -> bool:
    """Whether an answer says that it was a dry run and nothing happened (API reference 1.8)."""
    # True and nothing merely truthy: to take a real purchase for a dry run would hide what was spent.
    return fields(body).get("dry_run") is True or (data_of(body) or {}).get("dry_run") is True


# --- batches ----------------------------------------------------------------------------------------------


def batch_from(body: Json) -> dict[int, PositionAnswer]:
    """The outcomes of a batch answer by position. A position that it does not mention is not in the mapping.

    The answer's shape is undocumented (API reference 2.16): every place seen or guessed is looked at, and of
    two contradicting statements about one position the failure counts.
    """
    found: dict[int, PositionAnswer] = {}
    for place, failed in _places(body):
        for position, answer in _spoken_of(place, failed=failed):
            if position not in found or not answer.ok:
                found[position] = answer
    return found


def _places(body: Json) -> Iterator[tuple[Json, bool]]:
    """Where outcomes may stand, and whether standing there already means failure."""
    top = fields(body)
    data = top.get("data")
    yield (body if isinstance(body, list) else None), False
    yield (data if isinstance(data, list) else None), False
    inner = fields(data)
    for name in ("results", "videos", "configured"):
        yield inner.get(name), False
    for source in (inner, top):
        for name in ("errors", "failed", "failures"):
            yield source.get(name), True


def _spoken_of(place: Json, *, failed: bool) -> Iterator[tuple[int, PositionAnswer]]:
    """Entries of a list, or of an object whose names are positions."""
    entries: Sequence[Json] = place if isinstance(place, list) else ()
    if isinstance(place, dict):
        entries = [{"position": name, **_as_entry(value)} for name, value in place.items()]
    for entry in entries:
        said = {"position": entry} if isinstance(entry, int) else fields(entry)
        position = count(said.get("position"))
        if position:
            yield position, _answer(said, failed=failed)


def _as_entry(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {"error": value}


def _answer(entry: Fields, *, failed: bool) -> PositionAnswer:
    """One entry: `{position, status}` is a success, `{position, error}` a failure."""
    error = error_of(dict(entry))
    said_no = entry.get("ok") is False or entry.get("success") is False
    bad_status = entry.get("status") in ("error", "failed", "rejected", "skipped")
    if failed or said_no or bad_status or entry.get("error") or entry.get("errors") or text(entry.get("code")):
        return PositionAnswer(ok=False, code=error.code, message=error.message, details=error.details)
    return PositionAnswer(ok=True)
