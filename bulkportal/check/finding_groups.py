"""Findings grouped by what brought them about: 312 errors may well have 4 causes.

One cause is one kind of mistake in one column of one sheet; where a word is not known, each word is its
own cause, because each needs a correction of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bulkportal.a1 import split_address
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

    findings: tuple[Finding, ...]

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
        ranges = list(compressed(finding.cell for finding in self.findings if finding.cell))
        shown = ", ".join(ranges[:_MOST_RANGES])
        return f"{self.first.sheet}!{shown}" + (f" and {len(ranges) - _MOST_RANGES} more" if len(ranges) > _MOST_RANGES else "")

    @property
    def in_words(self) -> str:
        """What is wrong, by the first of them, and how many more there are like it."""
        others = len(self.findings) - 1
        return f"{self.first.message} ({others} more like it.)" if others else self.first.message

    @property
    def cells(self) -> tuple[str, ...]:
        """All its cells, neighbours in a column as a range."""
        return tuple(compressed(finding.cell for finding in self.findings if finding.cell))

    @property
    def proposal(self) -> str | None:
        """What the cells should hold instead, where that is the same and sure for all of them."""
        proposals = {finding.proposal for finding in self.findings}
        return proposals.pop() if len(proposals) == 1 else None

    @property
    def can_be_fixed(self) -> bool:
        """Whether `bulkportal fix --safe` corrects every one of them."""
        return all(finding.proposal is not None for finding in self.findings)


def groups_of(findings: Sequence[Finding]) -> tuple[FindingGroup, ...]:
    """The causes: errors first, then the most frequent, then as they stand in the sheet."""
    groups: dict[tuple[str | None, ...], list[Finding]] = {}
    for finding in findings:
        value = finding.value if finding.code in BY_VALUE or finding.code.endswith("_duplicate") else None
        groups.setdefault((finding.severity, finding.code, finding.file, finding.sheet, finding.column, value), []).append(finding)
    causes = [FindingGroup(findings=tuple(group)) for group in groups.values()]
    return tuple(sorted(causes, key=lambda cause: (not cause.is_error, -len(cause.findings))))


def compressed(cells: Iterable[str]) -> Iterator[str]:
    """``F4, F5, F6, F9`` as ``F4:F6, F9``, column by column."""
    places = sorted({split_address(cell) for cell in cells}, key=lambda place: (len(place[0]), place))
    for letter, column in groupby(places, key=lambda place: place[0]):
        rows = [row for _, row in column]
        start = rows[0]
        for row, following in zip(rows, [*rows[1:], None], strict=True):
            if following != row + 1:
                yield f"{letter}{start}" if start == row else f"{letter}{start}:{letter}{row}"
                start = following or row
