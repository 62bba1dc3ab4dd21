"""What may stand on a terminal: a sheet, a file's name or a platform's answer is a stranger's word."""

from __future__ import annotations

import re

_COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Signs that a terminal obeys instead of showing them, and those that turn the order of what it shows."""


def counted(number: int, noun: str) -> str:
    """A number with its noun: ``1 row``, ``3 rows``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def harmless(text: str) -> str:
    """The text with a question mark for each sign that a terminal would obey; line breaks and tabs stay."""
    return _COMMANDS.sub("?", text)
