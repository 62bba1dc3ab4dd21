"""Findings grouped by what is wrong: one cause may be found in a thousand rows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bulkportal.check.findings import Finding, Severity

_OWN = re.compile(r"“[^”]*”|\"[^\"]*\"|'[^']*'|\S*\d\S*(?<![.,:;])")
"""What a sentence says of one row only: quoted words, and whatever has a number in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """All findings of one code and column whose sentences say the same. There is at least one."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The first of them, in the order of the rows."""
        return self.findings[0]

    @property
    def message(self) -> str:
        """What they have in common: the sentence, with … for what differs from row to row."""
        return _common(self.first) if len({finding.message for finding in self.findings}) > 1 else self.first.message


def causes_of(findings: Iterable[Finding]) -> tuple[Cause, ...]:
    """Errors before warnings, then the most frequent first."""
    groups: dict[tuple[Severity, str, str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.severity, finding.code, finding.column or "", _common(finding)), []).append(finding)
    causes = (Cause(findings=tuple(group)) for group in groups.values())
    return tuple(sorted(causes, key=lambda cause: (cause.first.severity is not Severity.ERROR, -len(cause.findings), cause.first.code)))


def _common(finding: Finding) -> str:
    message = finding.message
    if finding.value and len(finding.value) > 1:
        message = message.replace(finding.value, "…")
    return re.sub("…(?:[ ,]*…)+", "…", _OWN.sub("…", message))
