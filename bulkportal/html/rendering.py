"""A page as HTML: one file, with a policy that lets nothing in and nothing out."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import date
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bulkportal.html.calendar_chart import Weeks, weeks_of
from bulkportal.html.page import CalendarChart, HtmlPage, PageCell
from bulkportal.html.words import Words
from bulkportal.redaction import masked
from bulkportal.version import __version__

MOST_CHOICES = 40
"""A column with more different texts is searched, not chosen from."""

_FOLDER = Path(__file__).with_name("templates")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_TURNING = re.compile(r"[\x80-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
"""Marks that change the reading order of what follows, even beyond their own word, and the C1 control characters."""


def render(page: HtmlPage, words: Words) -> bytes:
    """The page as a file. Every text on it stays text, whatever it holds."""
    style, script = _text("page.css"), _text("page.js")

    def weeks(calendar: CalendarChart) -> Weeks:
        return weeks_of(calendar.days, words, noun="video", today=calendar.today)

    text = (
        _environment()
        .get_template("page.html")
        .render(
            page=page,
            words=words,
            weeks=weeks,
            most_choices=MOST_CHOICES,
            version=__version__,
            style=Markup(style),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
            policy=_policy(style, script),
        )
    )
    return as_bytes(text)


def as_bytes(text: str) -> bytes:
    """A page as bytes: without secrets, without characters that HTML cannot hold, and without those that reverse the text shown."""
    # Characters that HTML cannot hold are left out, as in a workbook; a lone surrogate could not be encoded at all.
    text = _UNSEEN.sub("", masked(text))
    # Shown as an escape, not left out: who checks a name must see that something is in it.
    return _TURNING.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text).encode()


def number_cell(value: float | None, words: Words) -> PageCell:
    """A number; blank where there is none."""
    return PageCell() if value is None else PageCell(text=words.number(value), value=str(value))


def day_cell(day: date | None, words: Words) -> PageCell:
    """A day; blank where there is none."""
    return PageCell() if day is None else PageCell(text=words.day(day), value=day.isoformat())


def _policy(style: str, script: str) -> str:
    # By their hashes, not by 'unsafe-inline': a text that slipped through the escaping would still not run.
    rules = {"default-src": "'none'", "style-src": _hash(style), "script-src": _hash(script), "base-uri": "'none'", "form-action": "'none'"}
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    # StrictUndefined: a name that is misspelt in the template is an error, and not a blank on the page.
    return Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
