"""Text that spells its letters in plain signs, by sequences: ISO-2022, HZ and UTF-7. Read as it stands it is sound text, and gibberish."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_ESCAPES = re.compile(rb"\x1b(?:\$[@AB]|\$\([@-D]|\([BIJ]|\$\)[ACEG]|\.[AF])")
_SHIFTS = {
    "iso2022_jp_ext": ((b"\x1b",), _ESCAPES),
    "iso2022_kr": ((b"\x1b", b"\x0e"), re.compile(rb"\x1b\$\)C|\x0e")),
    "hz": ((b"~",), re.compile(rb"~\{(?:[!-}][!-~]){1,999}~\}")),
}
"""By encoding: the signs with which its sequences begin, and what such a sequence looks like."""
_SHIFT = re.compile(rb"\+([A-Za-z0-9+/]{3,999})-?")
_LONG, _MANY = 6, 3
"""What stands behind a plus is hardly a word by chance where it is so long, or where there are so many."""
_COMMON = "\u3100"
"""Below are the letters of Europe, the Near East and Japan: one of them is enough."""
_WRONG = ("Co", "Cn", "Cs", "Cc")
_SHOWN = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class SevenBit:
    """How a text is written, where that is first seen, and how it would read."""

    encoding: str
    offset: int
    sample: str
    read: str


def seven_bit(data: bytes) -> SevenBit | None:
    """What a text of plain signs is written in, if its sequences are those of such an encoding and make sense in it."""
    if not data.isascii():
        return None
    for encoding, (marks, pattern) in _SHIFTS.items():
        # To look for a sign takes a fiftieth of the time that a pattern takes, and hardly a text has any.
        first = pattern.search(data) if any(mark in data for mark in marks) else None
        if first is not None and _is_sound(data, encoding):
            return _found(data, encoding, first.start())
    if b"+" not in data:
        return None
    # A plus behind a blank is more often a sign of its own, as in a sum; then only lengths that UTF-7 can have count.
    sequences = [one for one in _SHIFT.finditer(data) if not data[one.start() - 1 : one.start()].isspace() or len(one[1]) % 8 in (0, 3, 6)]
    if sequences and _is_sound(data, "utf-7") and any(map(_is_telling, sequences)) | (len(sequences) >= _MANY):
        return _found(data, "utf-7", sequences[0].start())
    return None


def _is_sound(data: bytes, encoding: str) -> bool:
    """Whether all of it can be read so, and holds letters that it could not hold otherwise."""
    try:
        text = data.decode(encoding)
    except (UnicodeError, ValueError):
        return False
    letters = {letter for letter in text if not letter.isascii()}
    return bool(letters) and not any(unicodedata.category(letter) in _WRONG for letter in letters)


def _is_telling(sequence: re.Match[bytes]) -> bool:
    text = sequence[0].decode("utf-7", errors="replace")
    return len(sequence[1]) >= _LONG or (sequence[1][:1].isupper() and all(letter < _COMMON for letter in text))


def _found(data: bytes, encoding: str, offset: int) -> SevenBit:
    start = data.rfind(b"\n", 0, offset) + 1
    line = re.split(rb"[\r\n]", data[start:], maxsplit=1)[0]
    cells = re.split(r"[,;\t\"|]", line.decode(encoding, errors="ignore"))
    read = next((cell for cell in cells if not cell.isascii()), "")
    seen = "".join(filter(str.isprintable, data[offset : offset + _SHOWN].splitlines()[0].decode()))
    return SevenBit(encoding=encoding, offset=offset, sample=seen, read=read[:_SHOWN])
