"""Failures that end a command, and the exit code each one means.

    BulkportalError            root; carries a sentence, a hint and an exit code
    ├── UsageProblem       2   wrong use or settings
    │   └── NoRoom         5   a full disk: make room, run again
    ├── KeyProblem         3   key missing or refused
    ├── TemporaryTrouble   5   rate, capacity, network, 5xx: run again
    │   └── BooksAway      5   the server that holds the books is away: run again
    ├── UnreadableInput    6   a file that cannot be read as a sheet
    ├── CreditStop         8   stopped by the budget or by insufficient credits
    ├── StalePlan         11   the platform or the sheet moved since the plan was made
    ├── AnotherRun        12   another run holds the lock
    └── Interrupted      130   stopped by a signal; resumable

A mistake in a user's cell is never an exception: it is a finding (see ``check.findings``).
A failed request is not one either, above the runner: it is an outcome (see ``apply.outcomes``).
Exit codes are those of docs/reference/exit-codes.md and are frozen.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable
from enum import IntEnum
from typing import Self

from bulkportal.codes import REGISTER


class ExitCode(IntEnum):
    """What a command's exit status means (docs/reference/exit-codes.md)."""

    OK = 0
    USAGE = 2
    KEY = 3
    ROWS_FAILED = 4
    TEMPORARY = 5
    INVALID = 6
    FAULT = 7
    CREDITS = 8
    CHANGES = 10
    STALE = 11
    LOCKED = 12
    INTERRUPTED = 130


class BulkportalError(Exception):
    """A failure that ends the command with one sentence and a hint.

    `message` says what happened and why, `hint` what to do next; neither may hold a secret.
    """

    exit_code: ExitCode = ExitCode.FAULT

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.lines: tuple[str, ...] = (message,)

    @classmethod
    def listing(cls, head: str, items: Iterable[str], *, hint: str = "") -> Self:
        """One of several lines: a head, and what is wrong one by one."""
        lines = (head, *(f"  {item}" for item in items))
        made = cls("\n".join(lines), hint=hint)
        made.lines = lines
        return made


class UsageProblem(BulkportalError):
    """Wrong use or settings."""

    exit_code = ExitCode.USAGE


class NoRoom(UsageProblem):
    """A file cannot be written because its disk is full, or a limit is reached: nothing is lost, and room can be made."""

    exit_code = ExitCode.TEMPORARY


def is_no_room(error: BaseException) -> bool:
    """Whether an error of the system, or of a database, says that there is no room to write."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    # SQLite says "disk I/O error" where a quota or a limit is reached.
    return type(error).__module__ == "sqlite3" and any(words in str(error) for words in ("full", "disk I/O"))


def unwritten(error: BaseException, message: str, *, hint: str) -> UsageProblem:
    """What to say where something cannot be written: the message, and to make room where that is what it needs."""
    if is_no_room(error):
        return NoRoom(message, hint="Make room on its disk, or raise its limit, and run this again; nothing is lost.")
    return UsageProblem(message, hint=hint)


class KeyProblem(BulkportalError):
    """The API key is missing or was refused."""

    exit_code = ExitCode.KEY


class TemporaryTrouble(BulkportalError):
    """The platform cannot be used just now; running again later may succeed."""

    exit_code = ExitCode.TEMPORARY


class BooksAway(TemporaryTrouble):
    """The server that holds the books cannot be reached just now, or went away in the middle of a transaction."""


class UnreadableInput(BulkportalError):
    """A file cannot be read as a sheet. `file` is the name to show, `code` a stable finding code.

    `sheet` is the sheet at fault, if it is one, and `others` what else was found at the same time.
    """

    exit_code = ExitCode.INVALID

    def __init__(self, message: str, *, file: str, code: str, hint: str = "", sheet: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.file = file
        self.code = code
        self.sheet = sheet
        self.lines = (str(self),)
        self.others: tuple[UnreadableInput, ...] = ()

    def __str__(self) -> str:
        """The message, with the file in front where it does not name it."""
        return self.message if self.file in self.message else f"{self.file}: {self.message}"

    @classmethod
    def of(cls, code: str, variant: str = "", /, *, file: str, **words: object) -> Self:
        """A case of a registered code of files; `words` fill in its message and hint."""
        message, hint = REGISTER[code].worded(words, variant)
        return cls(message, file=file, code=code, hint=hint, sheet=str(words["sheet"]) if "sheet" in words else None)


class CreditStop(BulkportalError):
    """The budget or the balance does not cover what was asked for."""

    exit_code = ExitCode.CREDITS


class StalePlan(BulkportalError):
    """The plan no longer fits the sheet or the platform."""

    exit_code = ExitCode.STALE


class AnotherRun(BulkportalError):
    """Another run holds the lock of this workspace."""

    exit_code = ExitCode.LOCKED


class Interrupted(BulkportalError):
    """The run was stopped by a signal; everything sent so far is remembered."""

    exit_code = ExitCode.INTERRUPTED
