"""When two names are the same name, and when two different names look alike.

One definition for bundles in a sheet, in the ledger and on the platform, for files beside a sheet, and for saved
accounts. `plain` takes away what nobody sees; two names with the same plain form are the same name. `likeness` takes
away what people confuse as well (capitals, dashes, quotation marks, scripts); two names that differ in their plain form and share a
likeness look alike, and nobody can say which was meant.
"""

from __future__ import annotations

import unicodedata

_UNSEEN = frozenset(
    chr(code) for code in (0x00AD, 0x034F, 0x061C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF)
)
"""Characters without a look of their own: zero-width marks, byte order marks, directions, soft hyphens."""

_DASHES = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\ufe58\ufe63\uff0d\u30fc")
_QUOTES = frozenset("'`\u00b4\u2018\u2019\u201a\u201b\u2032\u02bc\u02b9")
_DOUBLE_QUOTES = frozenset('"\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb')

# Letters of other scripts that look like a Latin one (Unicode TR 39, the confusables people meet on keyboards), after casefold.
_LOOKS_LIKE = {
    **dict(zip("аеорсухіјѕԁһԛԝѵӏгкмтнвп", "aeopcyxijsdhqwvlrkmthbn", strict=True)),
    **dict(zip("αβγεηικνορτυχωϲϳ", "aByenikvoptuxwcj".lower(), strict=True)),
    **dict(zip("աոսցօհ", "wnugoh", strict=True)),
    "ı": "i",
    "ł": "l",
    "ø": "o",
    "đ": "d",
}


def plain(text: str) -> str:
    """The name without what nobody sees: composed (NFC), no zero-width characters, any blank as one blank, none at the ends."""
    return " ".join("".join(letter for letter in unicodedata.normalize("NFC", text) if letter not in _UNSEEN).split())


def is_same(one: str, other: str) -> bool:
    """Whether two names are the same name."""
    return plain(one) == plain(other)


def likeness(text: str) -> str:
    """What a person sees of a name at a glance: without case, kind of dash, kind of quotation mark, width and script."""
    seen = unicodedata.normalize("NFKC", plain(text)).casefold()
    return " ".join("".join(_seen(letter) for letter in unicodedata.normalize("NFKC", seen)).split())


def is_alike(one: str, other: str) -> bool:
    """Whether two different names look alike."""
    return not is_same(one, other) and likeness(one) == likeness(other)


def has_unseen(text: str) -> bool:
    """Whether the text holds something that reading leaves out and that nobody sees; blanks at the ends do not count."""
    return plain(text) != text.strip()


def describe(letter: str) -> str:
    """A character in words, for a message: ``U+200B ZERO WIDTH SPACE``."""
    return f"U+{ord(letter):04X} {unicodedata.name(letter, 'unnamed')}"


def first_difference(one: str, other: str) -> tuple[int, str, str]:
    """Where two names first differ: the place, counted from 1, and the character of each there (empty at an end)."""
    a, b = plain(one), plain(other)
    place = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return place + 1, a[place : place + 1], b[place : place + 1]


def _seen(letter: str) -> str:
    if letter in _DASHES:
        return "-"
    if letter in _QUOTES:
        return "'"
    if letter in _DOUBLE_QUOTES:
        return '"'
    return _LOOKS_LIKE.get(letter, letter)
