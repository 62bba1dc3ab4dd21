"""What makes a rule, and how it is run.

A rule says which rows break it, at the field at fault; all are looked at in one pass. The same rules are pandera's checks in the schemas
for scripts (`as_check`): the bounds of fields are its own, the platform's are ours, named by their codes; a test holds what both blame against
each other. A check of a sheet does not load pandera, which takes longer than to check ten thousand rows.
A rule answers for nulls itself (a null counts as good), because a null answer would count as a pass anyway.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from bulkportal.codes import REGISTER, Severity
from bulkportal.columns.field import Catalogue, Field
from bulkportal.sheets.sifting import Sieve, sifted

if TYPE_CHECKING:
    import pandera.polars as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltIn:
    """One of pandera's own checks that says the same as a rule's mask: its name, such as ``in_range``, and its arguments."""

    name: str
    arguments: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: a registered code, the field at fault, and what is true of the rows that break it.

    The words of the code, or of the `variant` of it, may name columns of the frame, `words`, and the cell's own ``{value}`` and ``{length}``.
    """

    code: str
    field: str
    bad: pl.Expr
    _: KW_ONLY
    variant: str = ""
    words: Mapping[str, str] = dataclasses.field(default_factory=dict)
    built_in: BuiltIn | None = None
    perhaps: pl.Expr | None = None
    """What is true of every row that breaks it, where that takes much less time to ask than `bad`."""

    @property
    def message(self) -> str:
        """What the register says of it, with the words still in braces."""
        return REGISTER[self.code].sentences(self.variant)[0]

    @property
    def hint(self) -> str:
        """What to do, in the same way."""
        return REGISTER[self.code].sentences(self.variant)[1]

    @property
    def severity(self) -> Severity:
        """Whether it keeps its row from being sent."""
        return REGISTER[self.code].severity


def bounds(catalogue: Catalogue) -> tuple[Rule, ...]:
    """The rules that each field of a sheet declares: how long its text may be, and between which numbers it lies."""
    return tuple(rule for known in catalogue.fields for rule in _bounds_of(known))


def _bounds_of(known: Field) -> Iterator[Rule]:
    cell = pl.col(known.name)
    if known.max_length is not None:
        yield Rule(
            "text_too_long",
            known.name,
            cell.str.len_chars() > known.max_length,
            words={"field": known.title, "most": str(known.max_length)},
            built_in=BuiltIn(name="str_length", arguments={"max_value": known.max_length}),
        )
    if known.least is not None and known.most is not None:
        yield Rule(
            "number_out_of_range",
            known.name,
            ~cell.is_between(known.least, known.most),
            words={"field": known.title, "least": str(known.least), "most": str(known.most)},
            built_in=BuiltIn(name="in_range", arguments={"min_value": known.least, "max_value": known.most}),
        )


def message_unused(taker: str) -> Rule:
    """A message without the action that takes one; an action that could not be understood may well be that one."""
    action = pl.col("action")
    misread = action.is_null() & pl.col("_acts")
    unused = pl.col("message").is_not_null() & ~misread & (action != taker).fill_null(value=True)
    return Rule("message_unused", "message", unused, words={"taker": taker})


def breaches(frame: pl.DataFrame, rules: Sequence[Rule]) -> Iterator[tuple[Rule, pl.DataFrame]]:
    """Each rule that some row breaks, with the rows that break it."""
    masks = (rule.bad if rule.perhaps is None else Sieve(coarse=rule.perhaps, fine=rule.bad) for rule in rules)
    for number, rows in sifted(frame, dict(zip(map(str, range(len(rules))), masks, strict=True))):
        yield rules[int(number)], rows


def as_check(rule: Rule, *, error: str | None = None) -> pa.Check:
    """The rule as a check of pandera's on the column at fault; failure cases call it `error`, and else by its code.

    A warning warns (pandera's SchemaWarning) where no `error` is asked for.
    """
    import pandera.polars as pa

    said: dict[str, Any] = {"error": error or rule.code, "raise_warning": error is None and rule.severity is Severity.WARNING}
    if rule.built_in is not None:
        return getattr(pa.Check, rule.built_in.name)(**rule.built_in.arguments, **said)  # type: ignore[no-any-return] # pandera's checks are made so
    return pa.Check(_good(rule.bad), name=rule.code, description=rule.message, **said)


def _good(bad: pl.Expr) -> Callable[[Any], pl.LazyFrame]:
    # A closure, not a bound method: pandera deep-copies what a check holds, each time.
    def check(data: Any) -> pl.LazyFrame:
        frame: pl.LazyFrame = data.lazyframe
        return frame.select(~bad.fill_null(value=False))

    return check
