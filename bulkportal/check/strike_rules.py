"""Which cells a conditional format strikes out now: worked out for the conditions that people commonly write, unknown for any other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bulkportal.a1 import column_number, letter, split_address

_ANY_ROW = 1_048_576
_ANY_COLUMN = 16_384
_REFERENCE = r"(\$?)([A-Za-z]{1,3})(\$?)(\d{1,7})"
_LITERAL = r"(\"(?:[^\"]|\"\")*\"|-?\d+(?:\.\d+)?|TRUE(?:\(\))?|FALSE(?:\(\))?)"
_COMPARED = re.compile(rf"{_REFERENCE}\s*(=|<>|!=|<=|>=|<|>)\s*{_LITERAL}", re.IGNORECASE)
_OF_ITSELF = re.compile(rf"(=|<>|!=|<=|>=|<|>)\s*{_LITERAL}", re.IGNORECASE)
_SEARCHED = re.compile(rf"(?:NOT\(ISERROR|\(?ISNUMBER)\((?:SEARCH|FIND)\(\"((?:[^\"]|\"\")*)\"\s*[,;]\s*{_REFERENCE}\)\)+", re.IGNORECASE)
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
    said = condition.strip().removeprefix("=") if not _OF_ITSELF.fullmatch(condition.strip()) else condition.strip()
    if said.casefold() in _ALWAYS:
        return _ALWAYS[said.casefold()]
    if found := _OF_ITSELF.fullmatch(said):
        return _compared(cells[row].get(letter(column - 1)), found[1], found[2])
    corner = (min(part.first_row for part in parts), min(part.first_column for part in parts))
    compared, searched = _COMPARED.fullmatch(said), _SEARCHED.fullmatch(said)
    if compared is None and searched is None:
        return None
    reference = compared.groups()[:4] if compared else searched.groups()[1:5] if searched else ()
    there, name = _moved(reference, row - corner[0], column - corner[1])
    if there not in cells:  # beside the table: what stands there was not read as a row
        return None
    text = cells[there].get(name)
    if compared:
        return _compared(text, compared[5], compared[6])
    return searched is not None and searched[1].replace('""', '"').casefold() in (text or "").casefold()


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
