"""What a code is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps its row from being sent; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Stage(StrEnum):
    """When a finding can first be made."""

    FILE = "file"
    """While a file is read; ends the command with exit code 6."""
    CHECK = "check"
    """By the sheet alone, offline."""
    PLAN = "plan"
    """By what the platform, a link, the ledger or another file of the night says."""
    RUN = "run"
    """While sending, or afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One kind of finding.

    `message` and `hint` may name words in braces, which the finder fills in; `variants` are other messages and hints for the
    same thing elsewhere, by a name that the finder gives. `column` says in the documentation where such a finding stands (a
    kind of cells in braces stands for all columns of that kind), `explanation` why it matters, in one or two sentences. With
    `holds`, a row whose errors are all of this kind is ``held``, not ``invalid``: nothing in it is wrong, and somebody has to
    say what is meant. A `passing` one may be over by itself: a night tries its row again. `money` marks what could cost credits
    or post something that nobody meant (law 9).
    """

    code: str
    message: str
    hint: str
    column: str
    explanation: str
    variants: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    severity: Severity = Severity.ERROR
    stage: Stage = Stage.CHECK
    holds: bool = False
    passing: bool = False
    money: bool = False

    def sentences(self, variant: str = "") -> tuple[str, str]:
        """The message and the hint, or those of a variant. Raises KeyError for one that there is not."""
        return self.variants[variant] if variant else (self.message, self.hint)

    def worded(self, words: Mapping[str, object], variant: str = "") -> tuple[str, str]:
        """The same with these words filled in. Raises KeyError for a word that is missing."""
        message, hint = self.sentences(variant)
        return message.format(**words), hint.format(**words)


@dataclass(frozen=True, slots=True)
class Subject:
    """Codes that belong together, under the title that the page of findings gives them."""

    title: str
    codes: tuple[Code, ...]
