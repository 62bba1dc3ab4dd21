"""The journal of what was changed in the cells of a launch: every edit is written down before it counts, and can be taken back.

It is a file of JSON lines beside the corrected copy (schema ``bulkportal.edits/1``). What it says is only about texts and places, so that
a desk that was killed goes on with it, and a workbook that was saved by somebody meanwhile keeps those edits that still fit.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bulkportal.regular import open_to_append
from bulkportal.sheets.writer import write_bytes

SCHEMA = "bulkportal.edits/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class CellEdit:
    """One changed cell: table (by its number), row and column letter, both texts, and why."""

    table: int
    row: int
    column: str
    before: str
    after: str
    why: str

    @property
    def place(self) -> tuple[int, int, str]:
        """Which cell."""
        return self.table, self.row, self.column


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What was changed at once, and is taken back at once."""

    what: str
    cells: tuple[CellEdit, ...]


@dataclass(slots=True)
class Journal:
    """The steps of one launch, those that count and those that were taken back. `source` is the fingerprint of the files they are about."""

    path: Path
    source: str
    done: list[Step] = field(default_factory=list)
    undone: list[Step] = field(default_factory=list)

    @classmethod
    def open(cls, path: Path, source: str, text_at: Callable[[int, int, str], str | None]) -> tuple[Journal, int]:
        """The journal at a place, and how many edits no longer fit the files, since somebody has saved them meanwhile.

        `text_at` tells what a cell holds, None where there is none to be edited.
        """
        journal = cls(path, source)
        known, dropped = journal._read(), 0
        if known and known != source:
            steps = journal.done
            journal.done, journal.undone = [], []
            for step in steps:
                cells = tuple(one for one in step.cells if journal._fits(one, text_at))
                dropped += len(step.cells) - len(cells)
                if cells:
                    journal.done.append(Step(what=step.what, cells=cells))
            journal._write_anew()
        return journal, dropped

    def _fits(self, one: CellEdit, text_at: Callable[[int, int, str], str | None]) -> bool:
        now = self.texts().get(one.table, {}).get((one.row, one.column), text_at(*one.place))
        return now == one.before

    def texts(self) -> dict[int, dict[tuple[int, str], str]]:
        """What the changed cells hold now, by table, row and column letter."""
        found: dict[int, dict[tuple[int, str], str]] = {}
        for one in self._cells():
            found.setdefault(one.table, {})[one.row, one.column] = one.after
        return found

    def reasons(self) -> dict[tuple[int, int, str], str]:
        """Why each changed cell was changed last."""
        return {one.place: one.why for one in self._cells()}

    def _cells(self) -> list[CellEdit]:
        return [one for step in self.done for one in step.cells]

    def add(self, step: Step) -> None:
        """Write down a step, which counts from then on. Raises UsageProblem or OSError where it cannot be written."""
        self._append({"what": step.what, "cells": [_written(one) for one in step.cells]})
        self.done.append(step)
        self.undone.clear()

    def undo(self) -> Step | None:
        """Take the last step back."""
        return self._move(self.done, self.undone, "undo")

    def redo(self) -> Step | None:
        """Do the step again that was taken back last."""
        return self._move(self.undone, self.done, "redo")

    def _move(self, source: list[Step], target: list[Step], word: str) -> Step | None:
        if not source:
            return None
        self._append({word: True})
        target.append(source.pop())
        return target[-1]

    def _append(self, line: Mapping[str, object]) -> None:
        if not self.path.exists():
            self._write_anew()
        text = json.dumps({"at": datetime.now(UTC).isoformat(timespec="seconds"), **line}, ensure_ascii=False)
        handle = open_to_append(self.path)
        try:
            os.write(handle, f"\n{text}\n".encode())  # what came before may have been cut off by a crash
            os.fsync(handle)
        finally:
            os.close(handle)

    def _write_anew(self) -> None:
        lines: list[Mapping[str, object]] = [{"schema": SCHEMA, "source": self.source}]
        lines += [{"what": step.what, "cells": [_written(one) for one in step.cells]} for step in self.done]
        write_bytes(self.path, b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines))

    def _read(self) -> str:
        """Read what was written; a line that was cut off by a crash is the last, and never counted. Gives the files' fingerprint."""
        try:
            lines = self.path.read_bytes().splitlines()
        except OSError:
            return ""
        known = ""
        for line in map(_parsed, lines):
            if "schema" in line:
                known = str(line["source"]) if line["schema"] == SCHEMA else ""
            else:
                self._replay(line)
        return known

    def _replay(self, line: Mapping[str, Any]) -> None:
        if "undo" in line and self.done:
            self.undone.append(self.done.pop())
        elif "redo" in line and self.undone:
            self.done.append(self.undone.pop())
        elif "cells" in line:
            self.done.append(Step(what=str(line["what"]), cells=tuple(map(_cell, line["cells"]))))
            self.undone.clear()


def _written(one: CellEdit) -> Sequence[object]:
    return [one.table, one.row, one.column, one.before, one.after, one.why]


def _cell(values: Sequence[object]) -> CellEdit:
    table, row, column, before, after, why = values
    return CellEdit(table=int(str(table)), row=int(str(row)), column=str(column), before=str(before), after=str(after), why=str(why))


def _parsed(text: bytes) -> Mapping[str, Any]:
    """A line; nothing of one that was cut off."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
