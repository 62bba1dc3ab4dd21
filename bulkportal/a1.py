"""A1 notation: the letters of columns, and the addresses of cells."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=20_000)
def letter(index: int) -> str:
    """The name of a column counted from 0: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


@lru_cache(maxsize=20_000)
def column_number(name: str) -> int:
    """The inverse of `letter`, counted from 1: A is 1, AA is 27."""
    number = 0
    for character in name.upper():
        number = number * 26 + ord(character) - 64
    return number


def split_address(text: str) -> tuple[str, int]:
    """The letters and the row of an address such as ``B7`` or ``$B$7``; what it leaves out, or what is none, is empty and 0."""
    bare = text.strip().replace("$", "")
    letters = bare.rstrip("0123456789").upper()
    row = bare[len(letters) :]
    is_one = letters.isascii() and (letters.isalpha() or not letters) and len(letters) < 4
    return (letters, int(row) if row.isascii() and row.isdecimal() and len(row) < 10 else 0) if is_one else ("", 0)
