"""The one way to the terminal. Texts from a sheet, a file name or the platform are untrusted, and pass through here like all others.

`say` writes one line: line breaks in foreign texts cannot start another. `write` is for texts of several
lines that are made here, `say_json` for documents. None lets control sequences or secrets through.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable

import click

from bulkportal.redaction import masked

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_COMMANDS = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029{_BIDI}\ud800-\udfff]")
"""Characters that a terminal obeys instead of showing them, and those that reverse the order of text."""

_MARGIN = 2
_GAP = re.compile(r"(?:^|(?<=\S)) {2,}(?=\S)")
"""The gap before a column of a line: two blanks or more, or the indentation of the first."""

_WORD = re.compile(r"\s*\S+\s?")
_BREAKS = re.compile(r"\r\n|[\n\r]")


def sanitize(text: str) -> str:
    """The text with a question mark for each character that a terminal would obey; line breaks and tabs stay."""
    return _COMMANDS.sub("?", masked(text))


def one_line(text: str) -> str:
    """The same in one line."""
    return sanitize(_BREAKS.sub("?", text))


def say(text: object = "", *, err: bool = False, fg: str | None = None, lead: str = "", color: bool | None = None) -> None:
    """Write one line. With `fg`, the `lead` before it is coloured, or the whole line if there is none; `color` as in click.

    On a terminal it is folded between words, and goes on under the last of its columns.
    """
    # Folded together with its text, so that the width is right, and cut off again, so that only the lead is coloured.
    lead = one_line(lead)
    line = folded(lead + one_line(str(text)), err=err)[len(lead) :]
    if fg and color:
        lead, line = (click.style(lead, fg=fg), line) if lead else ("", click.style(line, fg=fg))
    click.echo(lead + line, err=err, color=color)


def folded(line: str, *, err: bool = False) -> str:
    """A line folded to the width of its terminal, unchanged without one. Continuation lines are indented."""
    # In a pipe a line stays a line: scripts count and grep them.
    if not (sys.stderr if err else sys.stdout).isatty():
        return line
    width = shutil.get_terminal_size().columns
    if _wide(line) <= width:
        return line
    columns = [gap.end() for gap in _GAP.finditer(line) if gap.end() <= width // 2]
    margin = " " * max(columns[-1] if columns else 0, _MARGIN)
    lines = [""]
    for word in _WORD.findall(line):
        if lines[-1].strip() and _wide(lines[-1] + word.rstrip()) > width:
            lines.append(margin)
        lines[-1] += word if lines[-1].strip() or not lines[1:] else word.lstrip()
    return "\n".join(part.rstrip() for part in lines)


def _wide(text: str) -> int:
    """How many columns a text takes on a terminal: letters of East Asia take two, marks that belong to another letter none."""
    return sum(0 if unicodedata.combining(sign) else 1 + (unicodedata.east_asian_width(sign) in "WF") for sign in text)


def write(text: str, *, err: bool = False) -> None:
    """Write a text of our own, as many lines as it has. It must quote nothing that could hold a line break."""
    click.echo(sanitize(text), nl=False, err=err)


def write_ours(text: str) -> None:
    """Write a text that is entirely ours, such as an example file: nothing in it is masked."""
    click.echo(text, nl=False)


_SIGNS = rf"[\x7f-\x9f\u2028\u2029{_BIDI}\ud800-\udfff]"
"""Characters that JSON does not escape, and that a terminal obeys."""


def as_json(document: object, *, indent: int | None = 2) -> str:
    """A document as JSON text, readable, with escapes for the signs that a terminal would obey."""
    return _shielded(json.dumps(document, ensure_ascii=False, indent=indent))


def _shielded(text: str) -> str:
    text = masked(text)
    return text if text.isascii() and "\x7f" not in text else re.sub(_SIGNS, _escaped, text)


def _escaped(sign: re.Match[str]) -> str:
    return f"\\u{ord(sign[0]):04x}"


def say_json(document: object, *, indent: int | None = 2) -> None:
    """Write a document to standard output."""
    click.echo(as_json(document, indent=indent))


def say_json_around(document: object, name: str, blocks: Iterable[str]) -> None:
    """The same for a document whose list `name` is empty; its entries come in blocks of JSON text, indented by two steps."""
    head, mark, tail = as_json(document).partition(f'\n  "{name}": [')  # in a text, a quotation mark has a backslash before it
    click.echo(head + mark, nl=False)
    end = ""
    for number, block in enumerate(blocks):
        click.echo((",\n" if number else "\n") + _shielded(block), nl=False)
        end = "\n  "
    click.echo(end + tail)


def say_link(name: str, link: str) -> None:
    """Write a link that lets its reader in, the one secret that is meant to be seen, on a line that is never folded; at once."""
    sys.stdout.write(f"{name}: {_COMMANDS.sub('?', link)}\n")
    sys.stdout.flush()


def colored(*, no_color: bool, err: bool = False) -> bool:
    """Whether to use colours: never against NO_COLOR, on a terminal that has some, or where CLICOLOR_FORCE asks for them.

    The rules are those of no-color.org and bixense.com/clicolors.
    """
    environment = os.environ
    if no_color or environment.get("NO_COLOR"):
        return False
    if environment.get("CLICOLOR_FORCE", "0") != "0":
        return True
    return (sys.stderr if err else sys.stdout).isatty() and environment.get("CLICOLOR") != "0" and environment.get("TERM") != "dumb"
