"""Number formats that show more than the number they stand on: leading zeros, or words around it.

A cell that shows 00123 may hold 123 and the format ``00000``. What is shown is then what its reader means, and it
is certain; so it is read. Where a format shows anything else (``"ID-"0000``, ``000-000``, ``0%``), the cell is doubted.
"""

from __future__ import annotations

import re

from bulkportal.sheets.table import Trouble

_TOKEN = re.compile(r'"([^"]*)"?|\\(.)|[_*].|\[([^\]]*)\]|(.)', re.DOTALL)
_DATE = re.compile(r"[ymdhs]", re.IGNORECASE)
_ZEROS = re.compile(r"0{2,}")
_WHOLE = re.compile(r"(\d{1,15})(?:\.0+)?")


def is_telling(code: str) -> bool:
    """Whether a number format can show more than the number."""
    return _width(code) > 0 or _adds(code)


def as_shown(code: str, text: str) -> tuple[str, Trouble | None]:
    """What a number, read as `text`, is under a telling number format: as it is shown, or doubtful."""
    width = _width(code)
    whole = _WHOLE.fullmatch(text)
    if width and whole:
        return whole[1].zfill(width), None
    return text, None if width else Trouble.SHOWN_OTHERWISE


def as_written(shown: str, text: str) -> tuple[str, Trouble | None]:
    """The same where a file keeps what is shown beside the number (OpenDocument)."""
    if shown.rstrip().endswith("%"):
        return text, Trouble.SHOWN_OTHERWISE
    whole = _WHOLE.fullmatch(text)
    if whole is None or shown == text:
        return text, None
    digits = "".join(filter(str.isdecimal, shown))
    if shown.isdecimal() and digits.lstrip("0") == whole[1].lstrip("0"):
        return shown, None
    # 12.00 and 1,234 show no more than the number; ID-12, 000-123 and 0,012 do.
    padded = digits.startswith("0") and digits.lstrip("0") == whole[1]
    return text, Trouble.SHOWN_OTHERWISE if padded or any(character.isalpha() for character in shown) else None


def _width(code: str) -> int:
    """To how many digits the format fills a whole number up with zeros, if that is all it does."""
    bare, words, conditional = _first_section(code)
    return len(bare) if _ZEROS.fullmatch(bare) and not words and not conditional else 0


def _adds(code: str) -> bool:
    bare, words, _ = _first_section(code)
    if _DATE.search(bare):
        return False
    return "%" in bare or any(character.isalnum() for character in words) or _ZEROS.search(bare.partition(".")[0].replace(",", "")) is not None


def _first_section(code: str) -> tuple[str, str, bool]:
    """The part for positive numbers: its signs, its quoted words, and whether it holds for some numbers only."""
    bare, words, conditional = [], [], False
    for token in _TOKEN.finditer(code):
        quoted, escaped, bracket, sign = token.groups()
        if sign == ";":
            break
        words += [quoted or escaped or ""]
        bare += [sign or ""]
        conditional |= (bracket or "")[:1] in ("<", ">", "=") if bracket else False
    return "".join(bare), "".join(words), conditional
