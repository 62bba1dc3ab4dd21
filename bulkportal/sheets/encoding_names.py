"""The names of text encodings; apart from reading, so that a command line is understood without loading what reads."""

from __future__ import annotations

import codecs

_NO_TEXT = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
"""What Python calls encodings and no file is written in, or only on some machines."""


def encoding_of(name: str) -> str | None:
    """The usual name of a text encoding; None where there is none of that name."""
    try:
        found = codecs.lookup(name.strip()).name
        "a".encode(found)
    except (LookupError, ValueError):
        return None
    return None if found in _NO_TEXT else found
