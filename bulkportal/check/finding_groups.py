"""Findings grouped by what brought them about: 312 errors may well have 4 causes.

One cause is one kind of mistake in one column of one sheet; where a word is not known, each word is its
own cause, because each needs a correction of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice

import polars as pl

from bulkportal.check.calendar_solver import CALENDAR_CODES
from bulkportal.check.finding_list import SCHEMA, Findings, as_list
from bulkportal.check.findings import Finding, Severity

BY_VALUE = frozenset(
    {
        "choice_invalid",
        "bundle_unknown",
        "country_not_enabled",
        "country_not_a_code",
        "media_not_found",
        "boolean_invalid",
        "video_reused",
        "caption_reused",
    }
)
"""Codes of which each value at fault is a cause of its own."""

_MOST_RANGES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingGroup:
    """What several findings have in common, in the order of the sheet. There is at least one finding."""

    findings: Findings

    @property
    def first(self) -> Finding:
        """The finding that speaks for all of them."""
        return self.findings[0]

    @property
    def is_error(self) -> bool:
        """Whether it keeps rows from being sent."""
        return self.first.severity is Severity.ERROR

    @property
    def place(self) -> str:
        """Where it is, as people write it: ``Videos!F4:F9, F12``; shortened where it is in many places."""
        if len(self.findings) == 1 or self.first.cell is None:
            return self.first.place
        ranges = _runs(self.findings.frame["cell"].drop_nulls())
        shown = ", ".join(islice(_in_words(ranges), _MOST_RANGES))
        return f"{self.first.sheet}!{shown}" + (f" and {len(ranges) - _MOST_RANGES} more" if len(ranges) > _MOST_RANGES else "")

    @property
    def in_words(self) -> str:
        """What is wrong, by the first of them, and how many more there are like it."""
        others = len(self.findings) - 1
        return f"{self.first.message} ({others} more like it.)" if others else self.first.message

    @property
    def cells(self) -> tuple[str, ...]:
        """All its cells, neighbours in a column as a range."""
        return tuple(compressed(self.findings.frame["cell"].drop_nulls()))

    @property
    def proposal(self) -> str | None:
        """What the cells should hold instead, where that is the same and sure for all of them."""
        proposals = self.findings.frame["proposal"].unique()
        return proposals[0] if len(proposals) == 1 else None

    @property
    def can_be_fixed(self) -> bool:
        """Whether `bulkportal fix --safe` corrects every one of them."""
        return not self.can_be_moved and not self.findings.frame["proposal"].has_nulls()

    @property
    def can_be_moved(self) -> bool:
        """Whether they are about dates, some of which `bulkportal fix --dates` moves."""
        return self.first.code in CALENDAR_CODES and not self.findings.frame["proposal"].is_null().all()

    @property
    def is_said_alike(self) -> bool:
        """Whether all of them have the same words."""
        return self.findings.frame["message"].n_unique() == 1


def groups_of(findings: Sequence[Finding]) -> tuple[FindingGroup, ...]:
    """The causes: errors first, then the most frequent, then as they stand in the sheet."""
    code = pl.col("code")
    told_apart = code.is_in(BY_VALUE) | code.str.ends_with("_duplicate")
    keys = ["severity", "code", "file", "sheet", "column", pl.when(told_apart).then("value").alias("_value")]
    frame = as_list(findings).frame.with_row_index("_at").with_columns(_first=pl.col("_at").min().over(keys), _size=pl.len().over(keys))
    frame = frame.sort(pl.col("severity") != Severity.ERROR.value, -pl.col("_size").cast(pl.Int64), "_first", "_at")
    sizes = frame.filter(pl.col("_at") == pl.col("_first"))["_size"].to_list()
    kept = frame.select(*SCHEMA)
    return tuple(FindingGroup(findings=Findings(kept.slice(end - size, size))) for size, end in zip(sizes, accumulate(sizes), strict=True))


def each_alone(findings: Sequence[Finding]) -> Iterator[FindingGroup]:
    """Each finding as a cause of its own."""
    return (FindingGroup(findings=as_list((finding,))) for finding in findings)


def compressed(cells: Iterable[str]) -> Iterator[str]:
    """``F4, F5, F6, F9`` as ``F4:F6, F9``, column by column."""
    yield from _in_words(_runs(pl.Series(cells, dtype=pl.String)))


def _runs(cells: pl.Series) -> pl.DataFrame:
    """The first and the last row of each run of neighbours, with the letter of its column."""
    places = (
        cells.alias("cell")
        .to_frame()
        .select(letter=pl.col("cell").str.extract(r"^(.*?)[0-9]*$", 1), row=pl.col("cell").str.extract(r"([0-9]+)$", 1).cast(pl.Int64))
    )
    places = places.unique().sort(pl.col("letter").str.len_chars(), "letter", "row")
    begins = (pl.col("letter") != pl.col("letter").shift(1)) | (pl.col("row") != pl.col("row").shift(1) + 1)
    runs = places.with_columns(run=begins.fill_null(value=True).cum_sum()).group_by("run", maintain_order=True)
    return runs.agg(pl.col("letter").first(), first=pl.col("row").first(), last=pl.col("row").last()).drop("run")


def _in_words(runs: pl.DataFrame) -> Iterator[str]:
    for letter, first, last in runs.iter_rows():
        yield f"{letter}{first}" if first == last else f"{letter}{first}:{letter}{last}"
