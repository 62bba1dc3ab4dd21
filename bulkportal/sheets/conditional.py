"""Conditional formats: which look a program gives to which cells, and when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

MOST_CONDITIONS = 1_000

_BLOCK = re.compile(rb"<conditionalFormatting(?=\s)[^<>]*?\ssqref=[\"']([^\"'<>]{1,400})[\"'][^<>]*+>(.*?)</conditionalFormatting>", re.DOTALL)
_RULE = re.compile(rb"<cfRule(?=\s)[^<>]*?\sdxfId=[\"'](\d{1,6})[\"'][^<>]*+>(?:\s*<formula>([^<]{0,400}))?")

Condition = tuple[str, str, str]
"""The id of a look, the area of the cells, and the first formula of the condition."""


def conditions(rows: bytes) -> Iterator[Condition]:
    """What the XML of a worksheet says of conditional formats that have a look."""
    for area, rules in _BLOCK.findall(rows):
        yield from ((look.decode(), area.decode(), unescape(formula.decode())) for look, formula in _RULE.findall(rules))
