"""Feedback on single fields of an account, as people write it into the message of account-corrections."""

from __future__ import annotations

from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.matcher import match

FIELDS = ("username", "visible_name", "biography", "profile_picture")
"""What the platform takes feedback on (API reference 2.12)."""


def by_field(message: str) -> dict[str, str]:
    """The feedback on single fields: lines such as ``biography: too formal``.

    A field may be called by every name that a header may have. Its words follow the colon or, if there are
    none, are on the next line; feedback on one field in several places is joined.
    """
    found: dict[str, list[str]] = {}
    waits = ""
    for line in message.splitlines():
        named, colon, words = line.partition(":")
        name = _field(named) if colon else ""
        if name or (waits and line.strip()):
            said = words.strip() if name else line.strip()
            if said:
                found.setdefault(name or waits, []).append(said)
            waits = "" if said else name
    return {name: "\n".join(said) for name, said in found.items()}


def _field(text: str) -> str:
    # By the matcher, so that "Bio: too long" is understood wherever "Bio" is as a header.
    known = match({"A": text}, BUNDLES).found
    return next((name for name in known if name in FIELDS), "")
