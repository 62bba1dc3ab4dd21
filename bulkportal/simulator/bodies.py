"""Reading the fields of a JSON body; every wrong one is a 400 VALIDATION_ERROR."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from bulkportal.simulator.calls import ApiCall, ApiRefusal, JsonObject, invalid
from bulkportal.simulator.records import LAST_YEAR

REFERENCE_MAX = 200
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(T.+)?", re.ASCII)
# ASCII, since \d and int() also take the digits of other scripts; bounded, since Python refuses integers of thousands of digits.
_NUMBER = re.compile(r"0*[1-9]\d{0,17}", re.ASCII)


def text(body: JsonObject, name: str, *, longest: int | None = None) -> str | None:
    """A string or null; blank counts as null."""
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise invalid(f"'{name}' must be a string.", field=name)
    if longest is not None and len(value) > longest:
        raise invalid(f"'{name}' must have at most {longest} characters.", field=name)
    return value if value.strip() else None


def required_text(body: JsonObject, name: str, *, longest: int | None = None) -> str:
    """A string that must be there."""
    value = text(body, name, longest=longest)
    if value is None:
        raise invalid(f"'{name}' is required.", field=name)
    return value


def flag(body: JsonObject, name: str, *, default: bool = False) -> bool:
    """A boolean; null counts as left out."""
    return default if body.get(name) is None else required_flag(body, name)


def required_flag(body: JsonObject, name: str) -> bool:
    """A boolean that must be there."""
    value = body.get(name)
    if not isinstance(value, bool):
        raise invalid(f"'{name}' must be true or false.", field=name)
    return value


def whole(body: JsonObject, name: str, *, default: int = 0, least: int = 0) -> int:
    """An integer of at least `least`; true and 2.0 are not integers here."""
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise invalid(f"'{name}' must be an integer of at least {least}.", field=name)
    return value


def one_of(body: JsonObject, name: str, choices: Iterable[str]) -> str | None:
    """One of a few words, or null."""
    value, allowed = text(body, name), tuple(choices)
    if value is not None and value not in allowed:
        raise invalid(f"'{name}' must be one of {', '.join(allowed)}.", field=name)
    return value


def texts(body: JsonObject, name: str) -> list[str] | None:
    """A list of strings, or null."""
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, list):
        raise invalid(f"'{name}' must be a list of strings.", field=name)
    found = [item for item in value if isinstance(item, str) and item.strip()]
    if len(found) != len(value):
        raise invalid(f"'{name}' must hold non-empty strings only.", field=name)
    return found


def day(body: JsonObject, name: str) -> date | None:
    """YYYY-MM-DD or a full timestamp, whose UTC date counts (API reference 2.17, 3.4)."""
    value = text(body, name)
    if value is None:
        return None
    try:
        return known_day(value)
    except (ValueError, OverflowError):
        raise invalid(f"'{name}' must be a date, YYYY-MM-DD.", field=name) from None


def known_day(value: str) -> date:
    """The UTC date of YYYY-MM-DD or a full timestamp, up to `LAST_YEAR`; a ValueError or OverflowError otherwise."""
    if not _DAY.fullmatch(value):
        raise ValueError(f"{value!r} is not a date.")
    moment = datetime.fromisoformat(value)
    found = (moment if moment.tzinfo is None else moment.astimezone(UTC)).date()
    if found.year > LAST_YEAR:
        raise ValueError(f"{value!r} is too far away.")
    return found


def url(body: JsonObject, name: str) -> str | None:
    """An http or https address, or null."""
    value = text(body, name)
    if value is not None and not is_url(value):
        raise invalid(f"'{name}' must be an http or https URL.", field=name)
    return value


def is_url(value: str) -> bool:
    """Whether a value is an http or https address with a host and no blanks."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not any(c.isspace() for c in value)


def page_of(call: ApiCall, items: list[JsonObject], *, with_pagination: bool) -> JsonObject:
    """One page of a list (API reference 1.5); the seeds show no pagination object (S13)."""
    page = _query_number(call, "page", 1)
    per_page = min(_query_number(call, "per_page", 25), 100)
    chosen = items[(page - 1) * per_page : page * per_page]
    answer: JsonObject = {"data": chosen}
    if with_pagination:
        answer["pagination"] = {
            "page": page,
            "per_page": per_page,
            "total": len(items),
            "total_pages": -(-len(items) // per_page),
        }
    return answer


def _query_number(call: ApiCall, name: str, default: int) -> int:
    value = call.query.get(name)
    if value is None:
        return default
    if not _NUMBER.fullmatch(value):
        raise invalid(f"'{name}' must be a positive integer.", field=name)
    return int(value)


def query_flag(query: Mapping[str, str], name: str) -> bool | None:
    """True or false in a query, in any case: Python's own clients write True. None when it is not asked."""
    value = query.get(name)
    if value is None:
        return None
    if value.lower() not in ("true", "false"):
        raise invalid(f"'{name}' must be true or false.", field=name)
    return value.lower() == "true"


def refuse_unknown(body: JsonObject, known: Iterable[str], *, when: bool) -> None:
    """400 UNKNOWN_FIELD, which only the current edition sends (API reference 2.14)."""
    unknown = sorted(set(body) - set(known))
    if when and unknown:
        message = f"Unknown field: {', '.join(unknown)}."
        raise ApiRefusal(400, "UNKNOWN_FIELD", message, {"fields": unknown})
