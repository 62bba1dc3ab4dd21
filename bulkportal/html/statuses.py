"""How the statuses of rows, bundles, accounts and videos are worded and coloured on a page."""

from __future__ import annotations

from collections.abc import Mapping

from bulkportal.html.page import EMPTY, Bar, BarChart, PageCell, Tone
from bulkportal.html.words import Words

MOST_BARS = 8
_TONES: Mapping[str, Tone] = {
    **dict.fromkeys(("completed", "finalized", "done"), Tone.GOOD),
    **dict.fromkeys(("pending_setup", "draft", "pending_corrections", "held", "waiting", "warning"), Tone.OPEN),
    **dict.fromkeys(("invalid", "refused", "unknown", "error"), Tone.BAD),
    **dict.fromkeys(("cancelled", "archived", "pending", "unchanged"), Tone.QUIET),
}


def tone_of(status: str) -> Tone:
    """How a status is to be understood; most are neutral."""
    return _TONES.get(status, Tone.PLAIN)


def status_cell(status: str, words: Words) -> PageCell:
    """A status in the words of the page; blank where there is none."""
    return PageCell(text=words.status(status), tone=tone_of(status)) if status else EMPTY


def counted(title: str, counts: Mapping[str, float], words: Words, *, plain: bool = False) -> BarChart:
    """A chart of how many there are of each; beyond the first eight the others are summed up.

    The names are statuses and the like, to be translated into the language of the page, unless they are `plain`.
    """
    first, rest = list(counts.items())[:MOST_BARS], list(counts.items())[MOST_BARS:]
    note = words.fill("others", number=len(rest), count=words.number(len(rest)), sum=words.number(sum(amount for _, amount in rest))) if rest else ""
    # A client may be called like a status.
    say = str if plain else words.status
    bars = (Bar(name=say(name) or words["unnamed"], amount=amount, text=words.number(amount), tone=tone_of(name)) for name, amount in first)
    return BarChart(title=title, bars=tuple(bars), note=note)
