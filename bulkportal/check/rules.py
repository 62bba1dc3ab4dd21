"""What makes a rule, and how pandera runs them.

A rule is a mask of bad rows over a prepared frame, attached to the field at fault. All masks are looked at
in one pass; pandera then blames the right cells of the rules that some row breaks. A rule answers for nulls itself (a null counts as
good), because a null answer would count as a pass anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from bulkportal.check.findings import Severity
from bulkportal.codes import REGISTER
from bulkportal.sheets.sifting import sifted


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. `code` is stable; `message` and `hint` may name columns of the frame in braces."""

    code: str
    field: str
    bad: pl.Expr
    message: str
    hint: str
    severity: Severity = Severity.ERROR


def registered(code: str, field: str, bad: pl.Expr) -> Rule:
    """A rule for a registered code, whose words name columns of the frame. Raises KeyError for an unknown code."""
    kind = REGISTER[code]
    return Rule(code=code, field=field, bad=bad, message=kind.message, hint=kind.hint, severity=kind.severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A rule that a row breaks; `index` is the row's place in the frame."""

    rule: Rule
    index: int


def message_unused(taker: str) -> pl.Expr:
    """The rows with a message that no action takes; an action that could not be understood may well be the one that does."""
    action = pl.col("action")
    misread = action.is_null() & pl.col("_acts")
    return pl.col("message").is_not_null() & ~misread & (action != taker).fill_null(value=True)


def apply_rules(frame: pl.DataFrame, rules: Sequence[Rule]) -> Iterator[Breach]:
    """Every breach of every rule."""
    numbered = {str(number): rule for number, rule in enumerate(rules)}
    broken = {number: numbered[number] for number, _ in sifted(frame, {number: rule.bad for number, rule in numbered.items()})}
    if broken:
        yield from _blamed(frame, broken)


def _blamed(frame: pl.DataFrame, broken: Mapping[str, Rule]) -> Iterator[Breach]:
    """Which rows break which of these rules, in one lazy validation."""
    import pandera.polars as pa  # only a sheet that breaks a rule pays for the import
    from pandera.errors import SchemaErrors

    by_field: dict[str, list[pa.Check]] = {}
    for number, rule in broken.items():
        by_field.setdefault(rule.field, []).append(pa.Check(_good(rule.bad), name=number, error=number))
    schema = pa.DataFrameSchema({field: pa.Column(nullable=True, checks=checks) for field, checks in by_field.items()})
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        for number, index in errors.failure_cases.select("check", "index").unique(maintain_order=True).rows():
            yield Breach(rule=broken[number], index=index)


def _good(bad: pl.Expr) -> Callable[[Any], pl.LazyFrame]:
    # A closure, not a bound method: pandera deep-copies what a check holds, each time.
    def check(data: Any) -> pl.LazyFrame:
        frame: pl.LazyFrame = data.lazyframe
        return frame.select(~bad.fill_null(value=False))

    return check
