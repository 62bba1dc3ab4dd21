"""The one way to the terminal. A sheet, a file's name or a platform's answer is a stranger's word, and passes here like every other.

`say` writes one line: what a stranger's word holds of line breaks cannot make another. `write` is for texts of several
lines that are made here, `say_json` for documents. None lets through what a terminal would obey, or a secret.
"""

from __future__ import annotations

import json
import re

import click

from bulkportal.redaction import masked

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_COMMANDS = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029{_BIDI}\ud800-\udfff]")
"""Signs that a terminal obeys instead of showing them, and those that turn the order of what it shows."""

_BREAKS = re.compile(r"\r\n|[\n\r]")


def harmless(text: str) -> str:
    """The text with a question mark for each sign that a terminal would obey; line breaks and tabs stay."""
    return _COMMANDS.sub("?", masked(text))


def one_line(text: str) -> str:
    """The same in one line."""
    return harmless(_BREAKS.sub("?", text))


def say(text: object = "", *, err: bool = False, fg: str | None = None, lead: str = "", color: bool | None = None) -> None:
    """Write one line. With `fg`, the `lead` before it is coloured, or the whole line if there is none; `color` as in click."""
    lead, line = one_line(lead), one_line(str(text))
    if fg and color:
        lead, line = (click.style(lead, fg=fg), line) if lead else ("", click.style(line, fg=fg))
    click.echo(lead + line, err=err, color=color)


def write(text: str, *, err: bool = False) -> None:
    """Write a text of our own, as many lines as it has. It must quote nothing that could hold a line break."""
    click.echo(harmless(text), nl=False, err=err)


def write_ours(text: str) -> None:
    """Write a text that is ours to the last letter, such as an example file: nothing in it is hidden."""
    click.echo(text, nl=False)


def as_json(document: object, *, indent: int | None = 2) -> str:
    """A document as JSON text, readable, with escapes for the signs that a terminal would obey."""
    text = masked(json.dumps(document, ensure_ascii=False, indent=indent))
    return re.sub(rf"[\x7f-\x9f\u2028\u2029{_BIDI}\ud800-\udfff]", lambda sign: f"\\u{ord(sign[0]):04x}", text)


def say_json(document: object, *, indent: int | None = 2) -> None:
    """Write a document to standard output."""
    click.echo(as_json(document, indent=indent))
