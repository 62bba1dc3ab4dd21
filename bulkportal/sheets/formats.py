"""What a number means under its number format: a day, a moment, a duration, or a number that is shown with more to it.

A cell that shows 00123 may hold 123 and the format ``00000``. What is shown is then what its reader means, and it
is certain; so it is read. Where a format shows anything else (``"ID-"0000``, ``000-000``, ``0%``), the cell is doubted.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from bulkportal.sheets.grid import number_text
from bulkportal.sheets.shown import is_another, is_another_written
from bulkportal.sheets.table import CellProblem

GENERAL = "General"

_BUILT_IN = {
    **dict.fromkeys((*range(14, 18), *range(27, 37), *range(50, 59), *range(71, 77)), "yyyy-mm-dd"),
    **dict.fromkeys((18, 19, 20, 21, 45, 47, 79, 81), "h:mm:ss"),
    **dict.fromkeys((22, 78), "yyyy-mm-dd h:mm"),
    46: "[h]:mm:ss",
    80: "[h]:mm:ss",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    48: "##0.0E+0",
    **dict.fromkeys((5, 6, 37, 38), "#,##0;-#,##0"),
    **dict.fromkeys((7, 8, 39, 40), "#,##0.00;-#,##0.00"),
}
"""The formats that every workbook has without stating them, where they show something else than the number (ECMA-376 18.8.30)."""

_ELAPSED = re.compile(r"(h+|m+|s+)", re.IGNORECASE)
_MILLISECONDS = 86_400_000
_LAST_DAY = 2_958_466
_FIRST_DAY = dt.date(1899, 12, 31)
_LEAP_DAY = 60
"""29 February 1900: a day that spreadsheets count and that never was."""

_TOKEN = re.compile(r'"([^"]*)"?|\\(.)|[_*].|\[([^\[\]]*)\]|(.)', re.DOTALL)
_DATE = re.compile(r"[ymdhs]", re.IGNORECASE)
_ZEROS = re.compile(r"0{2,}")
_WHOLE = re.compile(r"(\d{1,15})(?:\.0+)?")


def read_number(written: str, code: str, *, from_1904: bool = False) -> tuple[str, CellProblem | None]:
    """A number as it is read under its number format, and why it must not be believed, if so."""
    number, trouble = number_text(written)
    if trouble or code == GENERAL:
        return number, trouble
    kind = _kind(code)
    if not kind and is_another(code, number):
        return number, CellProblem.ANOTHER_NUMBER
    if kind:
        return (_duration(written, kind) if kind != "date" else _moment(written, from_1904=from_1904)) or number, None
    return as_shown(code, number) if is_telling(code) else (number, None)


def built_in(code: str) -> str:
    """The code of a format that is given by its number, as ``#14``."""
    if not code.startswith("#") or not code[1:].isdecimal():
        return code or GENERAL
    return _BUILT_IN.get(int(code[1:]), GENERAL)


def iso_text(written: str) -> str:
    """A day or a moment that is written out (ISO 8601), as days and moments are read everywhere: to the second, a midnight as the day alone."""
    day, _, time = written.strip().replace("T", " ").partition(" ")
    time = re.split(r"[.,Zz+-]", time, maxsplit=1)[0]
    return day if time in ("", "00:00", "00:00:00") else f"{day} {time}"


@lru_cache(maxsize=4096)
def _kind(code: str) -> str:
    """``date`` for days, moments and times of day; the code itself for a duration; empty for what is no date."""
    bare, _, _ = _first_section(code)
    if _elapsed(code):
        return code
    # After the words in quotation marks and brackets are off: "mo." would be a month, and [Red] a day.
    return "date" if _DATE.search(bare) else ""


def _moment(written: str, *, from_1904: bool) -> str | None:
    """A day or a moment; None for what lies outside of the calendar. Less than a day is a time."""
    value = float(written)
    if not 0 <= value < _LAST_DAY:
        return None
    # In whole milliseconds: a time is a fraction of a day, and most of them have no exact one, so that 12:00:00 would be read as 11:59:59.
    days, rest = divmod(round(value * _MILLISECONDS), _MILLISECONDS)
    time = f"{rest // 3_600_000:02}:{rest // 60_000 % 60:02}:{rest // 1000 % 60:02}"
    if value < 1 and not days:
        return time
    if from_1904:
        first = dt.date(1904, 1, 1)
    elif days == _LEAP_DAY:
        return None
    else:
        first = _FIRST_DAY if days < _LEAP_DAY else _FIRST_DAY - dt.timedelta(days=1)
    day = str(first + dt.timedelta(days=days))
    return day if time == "00:00:00" else f"{day} {time}"


def _duration(written: str, code: str) -> str | None:
    """Hours, minutes or seconds that are not cut into days, as the format shows them: 36:30:00."""
    value = float(written)
    if abs(value) >= _LAST_DAY:
        return None
    seconds = round(abs(value) * _MILLISECONDS) // 1000
    lead = _elapsed(code)
    behind = _first_section(code)[0].lower()
    parts = [seconds // {"h": 3600, "m": 60, "s": 1}[lead[0]]]
    if lead[0] == "h" and ("m" in behind or "s" in behind):
        parts.append(seconds // 60 % 60)
    if lead[0] in "hm" and "s" in behind:
        parts.append(seconds % 60)
    first, *others = parts
    sign = "-" if value < 0 and seconds else ""
    return sign + ":".join([str(first).zfill(len(lead)), *(f"{part:02}" for part in others)])


def _elapsed(code: str) -> str:
    """The unit in brackets of a duration, such as ``h`` or ``hh``; empty where there is none."""
    brackets = (token.group(3) for token in _TOKEN.finditer(code) if token.group(3))
    return next((text.lower() for text in brackets if _ELAPSED.fullmatch(text)), "")


def is_telling(code: str) -> bool:
    """Whether a number format can show more than the number."""
    return _width(code) > 0 or _adds(code)


def as_shown(code: str, text: str) -> tuple[str, CellProblem | None]:
    """What a number, read as `text`, is under a telling number format: as it is shown, or doubtful."""
    width = _width(code)
    whole = _WHOLE.fullmatch(text)
    if width and whole:
        return whole[1].zfill(width), None
    return text, None if width else CellProblem.SHOWN_OTHERWISE


def as_written(shown: str, text: str) -> tuple[str, CellProblem | None]:
    """The same where a file keeps what is shown beside the number (OpenDocument)."""
    if is_another_written(shown, text):
        return text, CellProblem.ANOTHER_NUMBER
    whole = _WHOLE.fullmatch(text)
    if whole is None or shown == text:
        return text, None
    digits = "".join(filter(str.isdecimal, shown))
    if shown.isdecimal() and digits.lstrip("0") == whole[1].lstrip("0"):
        return shown, None
    # 12.00 and 1,234 show no more than the number; ID-12, 000-123 and 0,012 do.
    padded = digits.startswith("0") and digits.lstrip("0") == whole[1]
    return text, CellProblem.SHOWN_OTHERWISE if padded or any(character.isalpha() for character in shown) else None


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
