"""When two names are the same name, and when two different names look alike.

One definition for bundles in a sheet, in the ledger and on the platform, for files beside a sheet, and for saved
accounts. `plain` takes away what nobody sees; two names with the same plain form are the same name. `likeness` takes
away what people confuse as well (capitals, dashes, quotation marks, scripts); two names that differ in their plain form and share a
likeness look alike, and nobody can say which was meant.

What differs at a glance is different: ``a-1`` and ``a_1``, ``café`` and ``cafe``, ``Spring 1`` and ``Spring 01``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

UNSEEN = frozenset(
    chr(code)
    for code in (
        *(code for code in range(0xA0) if unicodedata.category(chr(code)) == "Cc" and not chr(code).isspace()),
        *(0x00AD, 0x034F, 0x061C, 0x17B4, 0x17B5, 0x180E, 0xFEFF),
        *(*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFFF9, 0xFFFC)),
    )
)
"""Characters without a look of their own: zero-width marks, byte order marks, directions, soft hyphens, controls."""

_BLANKS = frozenset("\u2800\u3164\uffa0")
"""Blanks that Unicode does not call so: the empty Braille cell and the fillers of Hangul."""

_SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0000, 0xE0080), *range(0xE0100, 0xE01F0))))
"""Characters that at most change the look of the one before: with or without them, it is hardly seen."""

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2500\u2796\u30fc\u4e00\ufe58\ufe63\uff0d\uff70"
_QUOTES = "`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u05f3\u2018\u2019\u201a\u201b\u2032\u2035\u2039\u203a\uff07\uff40"
_DOUBLE_QUOTES = "\u00ab\u00bb\u02ba\u05f4\u201c\u201d\u201e\u201f\u2033\u2036\u301d\u301e\u301f\uff02"
_SLASHES = "\u2044\u2215\u29f8\uff0f"
_COLONS = "\u02d0\u2236\ua789\uff1a"
_MARKS = str.maketrans(
    {
        **dict.fromkeys(_DASHES, "-"),
        **dict.fromkeys(_QUOTES, "'"),
        **dict.fromkeys(_DOUBLE_QUOTES, '"'),
        **dict.fromkeys(_SLASHES, "/"),
        **dict.fromkeys(_COLONS, ":"),
        **dict.fromkeys("\u301c\u223c\uff5e", "~"),
        **dict.fromkeys(_SELECTORS, None),
    }
)

# Letters of other scripts that look like a Latin one (Unicode TR 39, the confusables people meet on keyboards), in lower case. Where
# the capital and the small letter look like different ones, the pair that people type by mistake counts.
_LETTERS = str.maketrans(
    {
        **dict(zip("аеорсухіјѕԁһԛԝѵӏгкмтнвп", "aeopcyxijsdhqwvlrkmthbn", strict=True)),
        **dict(zip("αβγεζηικμνορτυχωϲϳ", "abyezhikmvoptuxwcj", strict=True)),
        **dict(zip("աոսցօհ", "wnugoh", strict=True)),
        **dict(zip("ıɑɡɩ", "iagi", strict=True)),
    }
)

_OTHER_LOOKS = ("<super>", "<sub>", "<circle>", "<square>", "<fraction>")
"""Forms of a character that differ at a glance from the plain one."""

_AROUND_DASHES = re.compile(r" *- *")
_NUMBER = re.compile(r"0*(\d+?)(?:[.,]0+)?")
"""A name that is a number: spreadsheet programs take its zeros off, and add some."""

HIDES = (
    r"[\x00-\x1f\x7f-\xa0\u00ad\u034f\u061c\u1680\u17b4\u17b5\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f"
    r"\u2800\u3000\u3164\ufeff\uffa0\ufff9-\ufffb]|  "
)
"""A pattern for text in which `unseen` may find something."""

_ORDINARY = re.compile(r"[!-~]*(?: [!-~]+)*")
"""Text in which there is nothing to take away."""


def plain(text: str) -> str:
    """The name without what nobody sees: composed (NFC), no zero-width characters, any blank as one blank, none at the ends."""
    if _ORDINARY.fullmatch(text):
        return text
    seen = "".join(" " if letter in _BLANKS else letter for letter in text if letter not in UNSEEN)
    return unicodedata.normalize("NFC", " ".join(seen.split()))


def is_same(one: str, other: str) -> bool:
    """Whether two names are the same name."""
    return plain(one) == plain(other)


@lru_cache(maxsize=1 << 16)
def likeness(text: str) -> str:
    """What a person sees of a name at a glance: without case, kind of dash, kind of quotation mark, width and script.

    A name that is a number loses the zeros that a spreadsheet program takes off or adds: ``007``, ``7`` and ``7.0`` look alike.
    """
    seen = _folded(plain(text))
    seen = _AROUND_DASHES.sub("-", " ".join(seen.split()))
    number = _NUMBER.fullmatch(seen)
    return number[1] if number else seen


def is_alike(one: str, other: str) -> bool:
    """Whether two different names look alike."""
    return not is_same(one, other) and likeness(one) == likeness(other)


def unseen(text: str) -> tuple[tuple[int, str], ...]:
    """What reading a name leaves out or changes and nobody sees: places, counted from 1, and characters. Blanks at the ends do not count.

    Of a doubled blank, the second one counts. A letter that is merely written in two parts (NFD) does not: it is the same letter.
    """
    found: list[tuple[int, str]] = []
    stripped = text.strip()
    first = text.find(stripped) + 1
    for place, letter in enumerate(stripped, first):
        doubled = letter.isspace() and place > first and text[place - 2].isspace()
        if letter in UNSEEN or letter in _BLANKS or (letter.isspace() and letter != " ") or doubled:
            found.append((place, letter))
    return tuple(found)


def has_unseen(text: str) -> bool:
    """Whether the text holds something that reading leaves out and that nobody sees; blanks at the ends do not count."""
    return bool(unseen(text))


def describe(letter: str) -> str:
    """A character in words, for a message: ``U+200B ZERO WIDTH SPACE``."""
    return f"U+{ord(letter):04X} {unicodedata.name(letter, 'unnamed')}"


def first_difference(one: str, other: str) -> tuple[int, str, str]:
    """Where two names first differ: the place, counted from 1, and the character of each there (empty at an end)."""
    a, b = plain(one), plain(other)
    place = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return place + 1, a[place : place + 1], b[place : place + 1]


def told_apart(one: str, other: str) -> str:
    """The first difference of two names in words: ``character 7 is U+2013 EN DASH here, and U+002D HYPHEN-MINUS there``."""
    place, here, there = first_difference(one, other)
    said = [describe(letter) if letter else "missing" for letter in (here, there)]
    return f"character {place} is {said[0]} here, and {said[1]} there"


class Nearest:
    """Names, of which one may have been meant by a text that is none of them."""

    def __init__(self, known: Iterable[str]) -> None:
        self._alike: dict[str, str] = {}
        self._near: dict[tuple[int, ...], dict[str, str]] = {}
        for name in known:
            seen = likeness(name)
            if seen:
                self._alike.setdefault(seen, name)
                self._near.setdefault(_numbers(seen), {})[name] = seen

    def of(self, text: str) -> str:
        """The name that looks alike, else one of nearly the same letters; empty where none is near.

        Names with other numbers in them are other names, never slips of the same one.
        """
        seen = likeness(text)
        if not seen or seen in self._alike:
            return self._alike.get(seen, "")
        near = self._near.get(_numbers(seen))
        if not near:
            return ""
        from rapidfuzz import fuzz, process  # only a name that is not there, and may be meant for another, pays for the import

        # Not WRatio, which also scores parts: it finds "IG content type" to be video_type at 86 of 100.
        best = process.extractOne(seen, near, scorer=fuzz.ratio, score_cutoff=_NEAR)
        return str(best[2]) if best else ""


_NEAR = 80
"""How alike (0 to 100) a name must be to be suggested: one slip in a short name, a few in a long one."""


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(digits) for digits in re.findall(r"[0-9]{1,18}", text))


def _folded(text: str) -> str:
    """In lower case and Latin look-alikes, with one form for each mark, and composed."""
    if text.isascii():
        return text.lower().translate(_MARKS)
    small = _wide(_wide(text.translate(_MARKS)).casefold()).casefold()
    apart = unicodedata.normalize("NFD", small).translate(_MARKS).translate(_LETTERS).replace("i\u0307", "i")
    return unicodedata.normalize("NFC", apart)


def _wide(text: str) -> str:
    """Without the widths, fonts and ligatures of letters."""
    if unicodedata.is_normalized("NFKD", text):
        return text
    return "".join(letter if unicodedata.decomposition(letter).startswith(_OTHER_LOOKS) else unicodedata.normalize("NFKD", letter) for letter in text)
