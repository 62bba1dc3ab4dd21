"""The identities of events, made from everything that distinguishes them: place, action, and the message or media."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

_OF = "@export-"
_HANDING_OVER = "publish-videos"


def identity(action: str, place: str, *words: str, export: str = "") -> str:
    """The identity of one event: the same place, action and words are the same event, in whatever file.

    In a later export they are another event: whoever asks for it there has seen the result of the first.
    """
    stamp = hashlib.sha256("\x1f".join(words).encode()).hexdigest()[:12] if any(words) else ""
    return f"{action}:{place}" + (f":{stamp}" if stamp else "") + (f"@{export}" if export else "")


def done_on(identity: str, events: Mapping[str, str]) -> str | None:
    """When an event was done; None if it was not. For an identity without an export, an event of any export counts."""
    if identity in events or _OF in identity:
        return events.get(identity)
    return next((moment for name, moment in events.items() if name.startswith(identity + _OF)), None)


def handing_over(place: str, positions: Iterable[int], *, export: str = "") -> str:
    """The identity of the event of publishing these positions of a live bundle."""
    return f"{_HANDING_OVER}:{place}:{','.join(str(number) for number in positions)}" + (f"@{export}" if export else "")


def handed_over(place: str, events: Mapping[str, str], *, export: str = "") -> Mapping[int, str]:
    """The positions of a bundle that were published in this way, and when; for an export, only its own events count."""
    found: dict[int, str] = {}
    for name, moment in events.items():
        own, _, origin = name.partition(_OF)
        of, _, numbers = own.rpartition(":")
        if of == f"{_HANDING_OVER}:{place}" and (not export or _OF + origin == f"@{export}"):
            found.update((int(number), moment) for number in numbers.split(",") if number.isdecimal())
    return found


def when(moment: str) -> str:
    """An ISO 8601 moment in UTC, for people."""
    return f"on {moment[:16].replace('T', ' ')} UTC"
