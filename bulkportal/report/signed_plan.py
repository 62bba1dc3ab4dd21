"""An approved plan workbook: what was approved, by whom, and whether it still shows the plan as it was made.

Each line is found by its hidden name, wherever it has been moved. The cells shown are compared with a hidden copy, and the copy
with the stamps and itself, so that a price cannot be lowered in both; what `apply` would do now is compared with it afterwards.
"""

from __future__ import annotations

import json
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.columns.field import OURS
from bulkportal.columns.yes_no import NO, NOT_SEEN, YES
from bulkportal.counting import counted
from bulkportal.errors import UnreadableInput
from bulkportal.google_sheets import LiveTab
from bulkportal.google_sheets.tabs import from_lines
from bulkportal.plan.approval import ApprovedPlan, digest
from bulkportal.portal.remote import Credits, credits_in_words, in_figures
from bulkportal.report.as_plan import ALL, AT, FIRST_LINE, GOOGLE, HEADER, KEY, PLAN, SCHEMA, STAMPS, plain, shown_in, totals_of

_YES = frozenset({*YES, "ok"})

_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row(?=\s)[^<>]*?\s(?:hidden=[\"'](?:1|true)|ht=[\"']0(?:\.\d*)?)[\"'][^<>]*>")
_NUMBER = re.compile(rb"\sr=[\"'](\d+)[\"']")
_COPY = 4
"""The column of the hidden sheet at which the copy of a line's cells begins, after name, stamp, place and words."""


def read_signed(path: Path, label: str) -> ApprovedPlan:
    """Read a plan workbook. Raises UnreadableInput for any other file, and for an approval that is not understood."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl does not know of the user's own sheets is not read here
            # The values, since a formula that somebody put into an approval cell shows yes or no as well.
            book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except FileNotFoundError as error:
        raise UnreadableInput.of("file_missing", file=label) from error
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, InvalidFileException) as error:
        raise _no_plan(label) from error
    # The longer name first: where it exists, the sheet called Plan is the user's own.
    name = next((name for name in (PLAN + OURS, PLAN) if name in book.sheetnames), None)
    if name is None or STAMPS not in book.sheetnames:
        raise _no_plan(label)
    kept = [[str(cell or "") for cell in row] for row in book[STAMPS].iter_rows(values_only=True)]
    if len(kept) < FIRST_LINE - 1 or kept[0][0] != SCHEMA:
        raise _no_plan(label, "older") if kept and kept[0][0].startswith("bulkportal.plan/") else _no_plan(label)
    options, workspace = dict(option.partition("=")[::2] for option in kept[1][1:] if option), kept[2][1]
    lines = {row[0]: row for row in kept[FIRST_LINE - 1 :] if row[0]}
    ticks = _Ticks(_values(book, name), lines, label, _hidden_rows(path, book[name]))
    approved = frozenset(ticks.approved())
    return ApprovedPlan(
        stamps={identity: row[1] for identity, row in lines.items()},
        approved=approved,
        rows={identity: row[2] for identity, row in lines.items()},
        said={identity: row[3] for identity, row in lines.items()},
        edited=(*ticks.edited(), *ticks.untrue(options.get("headline", ""))),
        shown=ticks.shown(),
        signatures=tuple(dict.fromkeys(ticks.signatures(approved))),
        workspace=workspace,
        publish="publish" in options,
        publish_partial="publish_partial" in options,
        bundle=options.get("bundle"),
        date_order=options.get("date_order"),
        read_hidden={"True": True, "False": False}.get(options.get("read_hidden", "")),
        coverage=_number(options.get("coverage", "")) or 0,
        live=_live(book, label),
    )


@dataclass(frozen=True, slots=True)
class _Ticks:
    """The returned Plan sheet: each line is found by its hidden name, wherever it has been moved."""

    sheet: Worksheet
    lines: Mapping[str, Sequence[str]]
    label: str
    hidden: frozenset[int] = field(default_factory=frozenset)

    def approved(self) -> Iterator[str]:
        """The lines that were approved, one by one or all at once; a no counts against both."""
        everything = self._everything()
        for name, ticks in self._said().items():
            # A line that was copied may say yes once and no once; then it is no.
            if name in self.lines and False not in ticks and (everything or True in ticks):
                yield name

    def _everything(self) -> bool:
        return any(self._tick(row, 2) for row in self._rows() if plain(self.sheet, row, 1) == ALL)

    def _said(self) -> dict[str, set[bool | None]]:
        """The cells of each line, wherever it has been moved, and however often it occurs."""
        said: dict[str, set[bool | None]] = {}
        header = self._header()
        for row in self._rows():
            if plain(self.sheet, row, 1) in (ALL, "approve") or (row < header and not self._name(row)):
                continue
            tick = self._tick(row, 1)
            if tick and self._name(row) not in self.lines:
                raise self._unclear(row, 1, "there is no line of the plan in this row", "Empty the cell; lines cannot be added by hand.")
            said.setdefault(self._name(row), set()).add(tick)
        return said

    def _header(self) -> int:
        return next((row for row in self._rows() if plain(self.sheet, row, 1) == "approve"), HEADER)

    def signatures(self, approved: frozenset[str]) -> Iterator[str]:
        """Who approved what, and when, as written; one entry suffices for everything approved at once."""
        everything = self._signature(*((row, 2, 4) for row in self._rows() if plain(self.sheet, row, 1) == "by" and row < self._header()))
        for row in self._rows():
            if self._name(row) in approved:
                yield self._signature((row, AT["by"], AT["on"])) or everything

    def _signature(self, *places: tuple[int, int, int]) -> str:
        for row, by, on in places:
            who, when = plain(self.sheet, row, by), _day(self.sheet.cell(row, on).value)
            if who or when:
                return " ".join(filter(None, (f"by {who}" if who else "", f"on {when}" if when else "")))
        return ""

    def shown(self) -> dict[str, dict[str, str]]:
        """What each line shows, by column, with the cell of its price."""
        columns = list(AT)[AT["row"] - 1 :]
        found = {self._name(row): (row, shown_in(self.sheet, row)) for row in self._rows() if self._name(row) in self.lines}
        return {name: {**dict(zip(columns, texts, strict=True)), "": str(row)} for name, (row, texts) in found.items()}

    def edited(self) -> Iterator[str]:
        """What was changed in the lines themselves, or is hidden of them: then what was signed is not what was planned."""
        for row in self._rows():
            said = self.lines.get(self._name(row))
            for column, (was, text) in enumerate(zip(said[_COPY:], shown_in(self.sheet, row), strict=False), start=AT["row"]) if said else ():
                if was != text:
                    yield f"{self._cell(row, column)}: it said {was or 'nothing'}, and was changed to {text or 'nothing'}"
        if not self._everything():
            return
        ticks = self._said()
        for name in self.lines:
            said_yes_or_no = ticks.get(name, set()) - {None}
            rows = [row for row in self._rows() if self._name(row) == name]
            # Rows that were filtered away were once approved by "approve all", and paid, without anybody having seen them.
            if rows and (said_yes_or_no or not self.hidden.issuperset(rows)):
                continue
            where = f"its row {rows[0]} is hidden" if rows else "its row is gone"
            yield f"{PLAN}: everything is approved, {counted(len(self.lines), 'line')}, and one is not visible ({self.lines[name][3]}): {where}"

    def untrue(self, headline: str) -> Iterator[str]:
        """Prices that are not the planned ones, and totals that are not their sum."""
        paid: list[tuple[str, Credits | None]] = []
        for line in self.lines.values():
            copy = dict(zip(list(AT)[AT["row"] - 1 :], line[_COPY:], strict=False))
            price = _number(copy.get("credits", "")) if copy.get("credits") else 0
            # Whoever lowers a price may lower it in the hidden copy too; the stamp holds only its hash.
            if not _is_price(line[1], price):
                yield f"{line[2]}: {line[3]}: the price beside it ({copy.get('credits') or 'nothing'}) is not the one that was planned"
            if copy.get("credits"):
                paid.append((copy.get("bundle", ""), price))
        total = None if any(price is None for _, price in paid) else sum(price or 0 for _, price in paid)
        planned = f"{counted(len(self.lines), 'line')}, {credits_in_words(total)}"
        above = {plain(self.sheet, row, 1) for row in range(1, self._header())}
        if self.lines and headline and not headline.startswith(f"{planned} of "):
            yield f"{PLAN}: the headline was planned as {planned}, and its copy says {headline}"
        if headline and headline not in above:
            yield f"{PLAN}!A1: it said {headline}, and was changed"
        yield from self._wrong_totals(paid)

    def _wrong_totals(self, paid: Sequence[tuple[str, Credits | None]]) -> Iterator[str]:
        titles = {plain(self.sheet, row, AT["bundle"]): row for row in self._rows() if not self._name(row)}
        for title, totals in totals_of(paid).items():
            first = titles.get(title)
            for row, (name, price) in enumerate(totals.items(), start=(first or 0) + 1):
                there = (plain(self.sheet, row, AT["bundle"]), plain(self.sheet, row, AT["credits"]))
                if first is not None and there != (name, in_figures(price)):
                    yield f"{self._cell(row, AT['credits'])}: {title.lower()}: {name} takes {in_figures(price)}, and it says {' '.join(there)}"

    def _cell(self, row: int, column: int) -> str:
        return f"{PLAN}!{get_column_letter(column)}{row}"

    def _rows(self) -> range:
        return range(1, self.sheet.max_row + 1)

    def _name(self, row: int) -> str:
        return plain(self.sheet, row, KEY)

    def _tick(self, row: int, column: int) -> bool | None:
        text = re.sub(NOT_SEEN, "", plain(self.sheet, row, column)).strip().casefold()
        if not text:
            return None
        if text in _YES or text in NO:
            return text in _YES
        raise self._unclear(row, column, f"{text!r} is neither yes nor no", "Write yes, or leave the cell blank.")

    def _unclear(self, row: int, column: int, what: str, hint: str) -> UnreadableInput:
        return UnreadableInput.of("approval_unclear", file=self.label, cell=self._cell(row, column), what=what, mend=hint)


def _is_price(stamp: str, price: Credits | None) -> bool:
    """Whether a line's stamp was made with this price."""
    try:
        parts = json.loads(stamp)
    except ValueError:
        return False
    # A whole price was stamped as 45 or as 45.0, which is the same price under two fingerprints.
    forms = [price] if price is None else [int(price), float(price)] if price == int(price) else [price]
    return isinstance(parts, dict) and parts.get("credits") in {digest(form) for form in forms}


def _number(text: str) -> Credits | None:
    try:
        return float(text)
    except ValueError:
        return None


def _live(book: Workbook, label: str) -> tuple[LiveTab, ...]:
    if GOOGLE not in book.sheetnames:
        return ()
    try:
        return from_lines("".join(str(cell or "") for cell in row) for row in book[GOOGLE].iter_rows(values_only=True))
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise _no_plan(label) from error


def _day(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value or "").strip()


def _hidden_rows(path: Path, sheet: object) -> frozenset[int]:
    """The numbers of a sheet's invisible rows, filtered out or hidden: openpyxl does not report them in read-only mode."""
    part = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
    with zipfile.ZipFile(path) as package:
        data = package.read(part) if part in package.namelist() else b""
    return frozenset(int(number.group(1)) for tag in _HIDDEN_ROW.findall(data) if (number := _NUMBER.search(tag)))


def _values(book: Workbook, name: str) -> Worksheet:
    """The values of a sheet alone: in the user's own workbook the others may hold anything."""
    # Copied, since a read-only sheet of openpyxl goes through the file again for each cell that is asked for.
    copy = Workbook().worksheets[0]
    for number, row in enumerate(book[name].iter_rows(values_only=True), start=1):
        for column, value in enumerate(row, start=1):
            if value is not None:
                copy.cell(number, column).value = value
    return copy


def _no_plan(label: str, variant: str = "") -> UnreadableInput:
    return UnreadableInput.of("not_a_plan", variant, file=label, name=label)
