"""Conditional formats: which look a program gives to which cells, and when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

MOST_CONDITIONS = 1_000

_BLOCK = re.compile(rb"<conditionalFormatting(?=\s)[^<>]*?\ssqref=[\"']([^\"'<>]{1,400})[\"'][^<>]*+>(.*?)</conditionalFormatting>", re.DOTALL)
_RULE = re.compile(rb"<cfRule(?=\s)([^<>]*?\sdxfId=[\"'](\d{1,6})[\"'][^<>]*+)>(?:\s*<formula>([^<]{0,400}))?")
_OPERATOR = re.compile(rb"\soperator=[\"'](\w+)[\"']")
_SIGNS = {
    b"equal": "=",
    b"notEqual": "<>",
    b"lessThan": "<",
    b"lessThanOrEqual": "<=",
    b"greaterThan": ">",
    b"greaterThanOrEqual": ">=",
}
"""A rule that compares the cell itself says only with what; its sign stands apart (ECMA-376 18.18.15)."""

Condition = tuple[str, str, str]
"""The id of a look, the area of the cells, and the first formula of the condition; one that begins with a sign compares the cell itself."""


def conditions(rows: bytes) -> Iterator[Condition]:
    """What the XML of a worksheet says of conditional formats that have a look."""
    for area, rules in _BLOCK.findall(rows):
        yield from ((look.decode(), area.decode(), _sign(given) + unescape(formula.decode())) for given, look, formula in _RULE.findall(rules))


def _sign(given: bytes) -> str:
    operator = _OPERATOR.search(given) if re.search(rb"\stype=[\"']cellIs[\"']", given) else None
    return "" if operator is None else _SIGNS.get(operator[1], f"{operator[1].decode()} ")
