"""The audit log: who ran, approved and paid what, in a file that reveals when one of its lines was tampered with.

Each line holds the hash of the line before it and its own. The newest hash is kept in a small database beside the file, which
is also the lock between processes: a line that was changed, removed, inserted or moved breaks the chain, and lines
cut off at the end are noticed. Someone who may write both files can forge both; the hash that `verify` shows can
be noted elsewhere.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import socket
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bulkportal import private
from bulkportal.apply.ledger import Ledger
from bulkportal.apply.ledger_file import FILE as LEDGER
from bulkportal.counting import counted, noun
from bulkportal.database import connect
from bulkportal.errors import UsageProblem, unwritten
from bulkportal.records.log import plain

SCHEMA = "bulkportal.audit/1"
FILE, HEAD = "audit.jsonl", "audit.sqlite3"

START = "0" * 64
"""The hash that the first line names as that of the line before it."""

_ELSEWHERE = "Set BULKPORTAL_HOME to another folder."
_MOST_FAULTS = 20
_STEP = 1 << 16
"""Bytes that are read from the end of the log first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditVerdict:
    """The result of verifying the whole log. `head` is the hash of its last line.

    `open` names steps that were about to be sent and have no recorded end: the run was killed there, or is still active.
    """

    lines: int
    head: str
    faults: tuple[str, ...]
    open: tuple[str, ...] = ()


class Audit:
    """The audit log of one home folder."""

    def __init__(self, home: Path) -> None:
        self._path = home / FILE
        self._head = home / HEAD

    def append(self, event: str, run_id: str, **facts: object) -> None:
        """Append a line; on return it is on the disk. Raises UsageProblem, and then nothing of the line stays."""
        try:
            with closing(self._opened()) as head:
                number, before = self._last(head)
                line = _line(number + 1, before, event, run_id, facts)
                size = _append(self._path, line)
                try:
                    _keep(head, number + 1, _hash_of(line))
                except sqlite3.Error:  # a full disk may have room for the line and none for its count
                    os.truncate(self._path, size)
                    raise
        except (OSError, sqlite3.Error) as error:
            raise unwritten(error, f"The audit log {self._path} cannot be written ({error}).", hint=_ELSEWHERE) from error

    def lines(self) -> Iterator[Mapping[str, object]]:
        """The lines that can be read, in order."""
        for text in self._texts():
            found = _read(text)
            if found is not None:
                yield found

    def verify(self) -> AuditVerdict:
        """Verify every line. Raises UsageProblem where the files cannot be read."""
        try:
            texts, head = self._at_one_moment()
            if texts and not texts[-1].endswith("\n") and (head is None or head[0] < len(texts)):
                texts.pop()  # a line that a crash has cut off, and that was never counted; `append` replaces it
        except (OSError, sqlite3.Error) as error:
            raise UsageProblem(f"The audit log {self._path} cannot be read ({error}).", hint="Look at its rights.") from error
        faults: list[str] = []
        number, before = 0, START
        hashes = {0: START}
        steps: dict[tuple[str, str], str] = {}
        for place, text in enumerate(texts, start=1):
            found = _read(text)
            if found is None or found["hash"] != _digest(found):
                faults.append(f"Line {place} was changed: it does not fit its own hash.")
                # Whether the next line followed this one can no longer be known; one fault is reported once.
                number, before = number + 1, "?"
                continue
            if found["before"] != before and before != "?":
                faults.append(f"Line {place} does not follow the line before it: a line was taken out, put in or moved.")
            number, before = int(str(found["n"])), str(found["hash"])
            hashes[number] = before
            _follow(steps, found)
        faults += _against_head(number, hashes, head)
        return AuditVerdict(lines=len(texts), head=before, faults=tuple(faults[:_MOST_FAULTS]), open=tuple(steps.values()))

    def runs(self) -> frozenset[str]:
        """The runs that have a line. Raises UsageProblem."""
        try:
            return frozenset(str(line.get("run_id")) for line in self.lines())
        except OSError as error:
            raise UsageProblem(f"The audit log {self._path} cannot be read ({error}).", hint="Look at its rights.") from error

    def _opened(self) -> sqlite3.Connection:
        head = connect(self._head)
        head.execute("CREATE TABLE IF NOT EXISTS head (one INTEGER PRIMARY KEY, n INTEGER NOT NULL, hash TEXT NOT NULL)")
        return head

    def _kept(self) -> tuple[int, str] | None:
        """The number and hash of the newest line, as the database has them, or None."""
        if not self._head.exists():
            return None
        with closing(self._opened()) as head:
            row = head.execute("SELECT n, hash FROM head").fetchone()
        return None if row is None else (int(row[0]), str(row[1]))

    def _at_one_moment(self) -> tuple[list[str], tuple[int, str] | None]:
        """The lines, and the head that belongs to them: a line that is appended between two reads would look like one that was lost."""
        head = self._kept()
        while True:
            texts, before = self._texts(), head
            head = self._kept()
            if head == before:
                return texts, head

    def _last(self, head: sqlite3.Connection) -> tuple[int, str]:
        """Begin the transaction, and return the number and hash of the line that the next one follows.

        A complete line that a crash has left uncounted is counted now, so there is never more than one.
        """
        # Takes the write lock at once: it is what keeps two processes from appending at the same time.
        head.execute("BEGIN IMMEDIATE")
        row = head.execute("SELECT n, hash FROM head").fetchone()
        number, kept = (0, START) if row is None else (int(row[0]), str(row[1]))
        texts = _tail(self._path)
        if texts and not texts[-1].endswith(b"\n"):  # cut off by a crash while it was written
            _cut(self._path, len(texts[-1]))
            texts.pop()
        last = _read(texts[-1].decode("utf-8", "replace")) if texts else None
        if last is not None and last["n"] == number + 1 and last["before"] == kept and last["hash"] == _digest(last):
            _keep(head, number + 1, str(last["hash"]))
            return self._last(head)  # from the start: `_keep` has released the lock, so another process may have written
        return number, kept

    def _texts(self) -> list[str]:
        if not self._path.exists():
            return []
        # Split as bytes: str.splitlines also splits at characters such as U+2028, which a name may contain.
        return [line.decode("utf-8", "replace") for line in self._path.read_bytes().splitlines(keepends=True)]


def verified(home: Path) -> AuditVerdict:
    """Verify the whole log of a home, and that every run in the ledger has lines in it: so a deleted log is noticed.

    Raises UsageProblem, and what the ledger raises where it cannot be read.
    """
    audit = Audit(home)
    verdict = audit.verify()
    if not (home / LEDGER).exists():
        return verdict
    with Ledger(home, "", "") as ledger:
        meant = [run.run_id for run in ledger.runs() if not run.job.get("dry_run")]
    written = audit.runs()
    missing = [run_id for run_id in meant if run_id not in written]
    if not missing:
        return verdict
    more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
    fault = f"The ledger remembers {missing[0]}{more}, of which the log has no line: lines were deleted, or the whole log was."
    return replace(verdict, faults=(*verdict.faults, fault))


def _follow(steps: dict[tuple[str, str], str], line: Mapping[str, object]) -> None:
    """Track the steps about to be sent until an end of the same step is recorded, by whichever run."""
    facts = line.get("facts")
    if not isinstance(facts, dict) or line.get("event") not in ("sending", "operation"):
        return
    step = (str(facts.get("operation")), str(facts.get("target")))
    if line["event"] == "operation":
        steps.pop(step, None)
    else:
        steps[step] = f"{line.get('run_id')}: {step[0]} {step[1]}, at {str(line.get('at'))[:19].replace('T', ' ')}"


def _against_head(number: int, hashes: Mapping[int, str], head: tuple[int, str] | None) -> Iterator[str]:
    if head is None:
        if number:
            yield f"{HEAD} is missing, so nobody can say whether lines were cut off at the end."
        return
    kept, last = head
    if number < kept:
        yield f"{_lines(kept - number)} missing at the end: the last one was number {kept}."
    elif hashes.get(kept) != last:
        yield f"Line {kept} is not the one that was written then: the log was rewritten."
    elif number > kept + 1:
        yield f"{_lines(number - kept - 1)} at the end that bulkportal did not write."


def _lines(count: int) -> str:
    return f"{counted(count, 'line')} {noun(count, 'is', 'are')}"


def _line(number: int, before: str, event: str, run_id: str, facts: Mapping[str, object]) -> str:
    body = {
        "schema": SCHEMA,
        "n": number,
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "event": event,
        "run_id": run_id,
        "user": _user(),
        "host": socket.gethostname(),
        "facts": plain(dict(facts)),
        "before": before,
    }
    return json.dumps({**body, "hash": _digest(body)}, ensure_ascii=False) + "\n"


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user may have no name
        return "unknown"


def _digest(line: Mapping[str, object]) -> str:
    body = {name: value for name, value in line.items() if name != "hash"}
    # Sorted and without blanks: the content of a line is hashed, not its formatting.
    return hashlib.sha256(json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "replace")).hexdigest()


def _hash_of(line: str) -> str:
    return str(json.loads(line)["hash"])


def _read(text: str) -> Mapping[str, object] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    wanted = ("n", "before", "hash")
    return found if isinstance(found, dict) and all(name in found for name in wanted) and isinstance(found["n"], int) else None


def _tail(path: Path) -> list[bytes]:
    """The last lines; the log grows for years, and must not be read as a whole for each new line."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            step = _STEP
            while True:
                file.seek(max(0, size - step))
                lines = file.read().splitlines(keepends=True)
                # The first of them may be cut by the step; three are needed for a complete one before a torn last line.
                if len(lines) > 2 or step >= size:
                    return lines
                step *= 2
    except FileNotFoundError:
        return []


def _keep(head: sqlite3.Connection, number: int, hash_: str) -> None:
    """Store which line is the newest, and end the transaction."""
    head.execute("INSERT OR REPLACE INTO head VALUES (1,?,?)", (number, hash_))
    head.execute("COMMIT")


def _append(path: Path, line: str) -> int:
    """Append the whole line or nothing: a full disk may take a part of it, and fails only at the next write.

    Returns the size of the file before.
    """
    handle = private.appending(path)
    size, data = os.fstat(handle).st_size, line.encode()
    try:
        while data:
            data = data[os.write(handle, data) :]
        os.fsync(handle)
    except OSError:
        with suppress(OSError):
            os.ftruncate(handle, size)
        raise
    finally:
        os.close(handle)
    return size


def _cut(path: Path, size: int) -> None:
    os.truncate(path, path.stat().st_size - size)
