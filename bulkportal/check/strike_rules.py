"""Which cells a conditional format strikes out now: worked out for the conditions that people commonly write, unknown for any other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bulkportal.a1 import column_number, letter, split_address

_ANY_ROW = 1_048_576
_ANY_COLUMN = 16_384
_REFERENCE = r"(\$?)([A-Za-z]{1,3})(\$?)(\d{1,7})"
_LITERAL = r"(\"(?:[^\"]|\"\")*\"|-?\d+(?:\.\d+)?|TRUE(?:\(\))?|FALSE(?:\(\))?)"
_COMPARED = re.compile(rf"{_REFERENCE}\s*(=|<>|!=|<=|>=|<|>)\s*{_LITERAL}", re.IGNORECASE)
_OF_ITSELF = re.compile(rf"(=|<>|!=|<=|>=|<|>)\s*{_LITERAL}", re.IGNORECASE)
_SEARCHED = re.compile(rf"(?:NOT\(ISERROR|\(?ISNUMBER)\((?:SEARCH|FIND)\(\"((?:[^\"]|\"\")*)\"\s*[,;]\s*{_REFERENCE}\)\)+", re.IGNORECASE)
_BLANK = re.compile(rf"ISBLANK\(\s*{_REFERENCE}\s*\)", re.IGNORECASE)
_JOINED = re.compile(r"(AND|OR|NOT)\((.*)\)", re.IGNORECASE | re.DOTALL)
_PIECE = re.compile(r"\"[^\"]*\"|'[^']*'|.", re.DOTALL)
_DEEPEST = 64
"""Excel nests no functions deeper."""

_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_ALWAYS = {"true": True, "true()": True, "1": True, "false": False, "false()": False, "0": False}

Cells = Mapping[int, Mapping[str, str | None]]
"""What stands in the rows of a table, by row and letter; None where a cell is blank."""


@dataclass(frozen=True, slots=True)
class Area:
    """The cells of one part of an area such as ``A2:F20 H2``, rows and columns counted from 1."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


def areas(text: str) -> list[Area]:
    """The parts of an area; a part without rows or columns has all of them."""
    found: list[Area] = []
    for part in text.replace(";", " ").split():
        (left, top), (right, bottom) = (split_address(corner) for corner in (part.split(":")[0], part.split(":")[-1]))
        found.append(Area(top or 1, bottom or _ANY_ROW, column_number(left or "A"), column_number(right) if right else _ANY_COLUMN))
    return found


def is_struck(condition: str, parts: Sequence[Area], row: int, column: int, cells: Cells) -> bool | None:
    """Whether the condition holds for a cell of the area; None where only the program that shows the sheet can say."""
    whole = condition.strip()
    said = whole.removeprefix("=")
    if found := _OF_ITSELF.fullmatch(whole) or _OF_ITSELF.fullmatch(said):
        return _compared(cells[row].get(letter(column - 1)), found[1], found[2])
    first_row, first_column = min(part.first_row for part in parts), min(part.first_column for part in parts)
    return _holds(said, row - first_row, column - first_column, cells)


def _holds(said: str, down: int, right: int, cells: Cells, depth: int = 0) -> bool | None:
    """Whether a condition, or a part of one, holds so far from the first cell of its area."""
    said = said.strip()
    if said.casefold() in _ALWAYS:
        return _ALWAYS[said.casefold()]
    compared, searched, blank = _COMPARED.fullmatch(said), _SEARCHED.fullmatch(said), _BLANK.fullmatch(said)
    if compared is None and searched is None and blank is None:
        name, parts = _call(said) if depth < _DEEPEST else ("", ())
        return _joined(name, [_holds(part, down, right, cells, depth + 1) for part in parts])
    reference = compared.groups()[:4] if compared else searched.groups()[1:5] if searched else blank.groups() if blank else ()
    there, name = _moved(reference, down, right)
    if there not in cells:  # beside the table: what stands there was not read as a row
        return None
    text = cells[there].get(name)
    if compared:
        return _compared(text, compared[5], compared[6])
    if blank:
        return text is None
    return searched is not None and searched[1].replace('""', '"').casefold() in (text or "").casefold()


@lru_cache(maxsize=1024)
def _call(said: str) -> tuple[str, tuple[str, ...]]:
    """The name of the function that joins a condition, and its parts; none where it is anything else."""
    found = _JOINED.fullmatch(said)
    if found is None:
        return "", ()
    parts: dict[str, list[str]] = {",": [""], ";": [""]}
    depth = 0
    for piece in _PIECE.findall(found[2]):
        depth += (piece in ("(", "{")) - (piece in (")", "}"))
        if depth < 0:  # AND(...)+OR(...): the last bracket is not that of the first
            return "", ()
        for separator, texts in parts.items():
            if piece == separator and depth == 0:
                texts.append("")
            else:
                texts[-1] += piece
    return found[1].upper(), tuple(parts[";"] if len(parts[";"]) > 1 else parts[","])  # beside semicolons a comma may be that of 1,5


def _joined(name: str, parts: Sequence[bool | None]) -> bool | None:
    """What AND, OR or NOT makes of its parts; None where a part that nobody knows decides."""
    if name == "NOT" and len(parts) == 1:
        return None if parts[0] is None else not parts[0]
    if name not in ("AND", "OR"):
        return None
    decides = name == "OR"
    return decides if decides in parts else None if None in parts else not decides


def _moved(reference: Sequence[str | None], down: int, right: int) -> tuple[int, str]:
    """The cell that a reference means from another cell than the first one of the area."""
    fixed_column, column, fixed_row, row = (part or "" for part in reference)
    return int(row) + (0 if fixed_row else down), column.upper() if fixed_column else letter(max(column_number(column) + right, 1) - 1)


def _compared(text: str | None, sign: str, literal: str) -> bool | None:
    if sign in ("<>", "!="):
        same = _compared(text, "=", literal)
        return None if same is None else not same
    if literal.startswith('"'):
        wanted = literal[1:-1].replace('""', '"').casefold()
        return (text or "").casefold() == wanted if sign == "=" else None
    if literal.casefold().startswith(("true", "false")):
        return (text or "").casefold() == literal.casefold().removesuffix("()") if sign == "=" else None
    if text is None or not _NUMBER.fullmatch(text):
        return None if text else (float(literal) == 0 if sign == "=" else None)
    one, other = float(text.replace(",", ".")), float(literal)
    return {"=": one == other, "<": one < other, ">": one > other, "<=": one <= other, ">=": one >= other}[sign]


def rows_within(parts: Sequence[Area], rows: Iterable[int]) -> Iterator[tuple[int, Area]]:
    """The rows that lie in an area, each with its part."""
    for row in rows:
        yield from ((row, part) for part in parts if part.first_row <= row <= part.last_row)
