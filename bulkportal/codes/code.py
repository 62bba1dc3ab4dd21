"""What a code is."""

from __future__ import annotations

from dataclasses import dataclass
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
    """By what the platform, the ledger or another file of the night says."""
    RUN = "run"
    """While sending, or afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One kind of finding.

    `message` and `hint` may name words in braces, which the finder fills in. `column` says in the documentation where such a
    finding stands, `explanation` why it matters, in one or two sentences. With `holds`, a row whose errors are all of this
    kind is ``held``, not ``invalid``: nothing in it is wrong, and somebody has to say what is meant. `money` marks what
    could cost credits or post something that nobody meant (product.md 5, law 9).
    """

    code: str
    message: str
    hint: str
    column: str
    explanation: str
    severity: Severity = Severity.ERROR
    stage: Stage = Stage.CHECK
    holds: bool = False
    money: bool = False

    def worded(self, words: dict[str, object]) -> tuple[str, str]:
        """The message and the hint with these words filled in. Raises KeyError for a word that is missing."""
        return self.message.format(**words), self.hint.format(**words)
