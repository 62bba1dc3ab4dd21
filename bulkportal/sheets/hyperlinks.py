"""The addresses that stand behind cells: a program shows a label, and leads elsewhere when somebody clicks on it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from bulkportal.a1 import column_number, letter

MOST_LINKS = 100_000
_MOST_CELLS = 1_000
"""Cells of one link that are listed at most; a link of a whole column belongs to none in particular."""

_TAG = re.compile(rb"<(?:[\w.-]{1,40}:)?hyperlink(?=\s)[^<>]*+>")
_ATTRIBUTE = re.compile(rb"\s(?:[\w.-]{1,40}:)?(ref|id)\s{0,9}=\s{0,9}[\"']([^\"'<>]{1,200})[\"']")
_AREA = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
_FORMULA = re.compile(r'\s{0,99}(?:of:)?=?\s{0,99}HYPERLINK\(\s{0,99}"((?:[^"]|"")++)"\s{0,99}(?=[,;)])', re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*+"')

Related = tuple[str, str]
"""An area of cells, and the id of what it leads to."""


def related(rows: bytes) -> Iterator[Related]:
    """What the XML of a worksheet says of links."""
    for tag in _TAG.findall(rows):
        given = dict(_ATTRIBUTE.findall(tag))
        if b"ref" in given and b"id" in given:
            yield given[b"ref"].decode(), given[b"id"].decode()


def of_formula(formula: str) -> str:
    """The address that a formula leads to; empty where it is computed, or where the formula does anything else."""
    found = _FORMULA.match(formula)
    if found is None:
        return ""
    depth = 1
    for number, sign in enumerate(rest := _QUOTED.sub("", formula[found.end() :])):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            # HYPERLINK(...)&"" and the like make a text of their own: the formula does more than lead there.
            return "" if rest[number + 1 :].strip() else found[1].replace('""', '"')
    return ""


def addressed(areas: Iterable[Related], targets: Mapping[str, str]) -> dict[tuple[int, str], str]:
    """The address behind each cell, by row and letter; `targets` are the addresses by their ids."""
    return {cell: targets[identity] for area, identity in areas if identity in targets for cell in _cells(area)}


def _cells(area: str) -> Iterator[tuple[int, str]]:
    found = _AREA.fullmatch(area)
    if found is None:
        return
    left, top, right, bottom = found.groups()
    rows = range(int(top), int(bottom or top) + 1)
    columns = range(column_number(left), column_number(right or left) + 1)
    if len(rows) * len(columns) <= _MOST_CELLS:
        yield from ((row, letter(column - 1)) for row in rows for column in columns)
