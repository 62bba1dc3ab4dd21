"""What checking gives: findings with addresses, and typed rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypedDict, Unpack

import polars as pl

from bulkportal.codes import REGISTER
from bulkportal.codes import Severity as Severity  # noqa: PLC0414 - a part of what a finding is
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import Catalogue
from bulkportal.columns.positions import POSITIONS
from bulkportal.redaction import masked
from bulkportal.sheets.table import ROW, RowAddress, Table

NO_WORDS: Mapping[str, object] = MappingProxyType({})


class Address(TypedDict, total=False):
    """Where a finding stands below its file, and the text at fault there."""

    sheet: str
    row: int
    column: str
    cell: str
    value: str | None
    proposal: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to look at.

    `column` is the field's name, or the header's text where no field is meant. `cell` is an address
    such as ``F14``; a finding about a whole file or sheet has none. `row` is what the user sees. `proposal` is the text
    that would correct it, where that is sure (see `check.autofix`).
    """

    code: str
    severity: Severity
    message: str
    hint: str
    file: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    cell: str | None = None
    value: str | None = None
    proposal: str | None = None

    def __post_init__(self) -> None:
        # Findings go to screens, logs, reports and messages: what a cell holds of a key or a password stops here.
        for name in ("message", "hint", "value", "proposal"):
            text = getattr(self, name)
            if text and (shown := masked(text)) != text:
                object.__setattr__(self, name, None if name == "proposal" else shown)

    @property
    def place(self) -> str:
        """Where it is, as people write it: ``Videos!F14``, a sheet, or the file."""
        if self.sheet is None:
            return self.file
        if self.cell is not None:
            return f"{self.sheet}!{self.cell}"
        return self.sheet if self.row is None else f"{self.sheet}!{self.row}"

    def __str__(self) -> str:
        """The two lines that the terminal prints: where and what, and what to do."""
        return in_lines(self.severity, self.place, self.message, self.hint, self.code)

    @property
    def spot(self) -> tuple[str, str | None, str | None]:
        """Its cell, with sheet and file: what two findings about one cell have in common."""
        return self.file, self.sheet, self.cell

    @property
    def address(self) -> RowAddress | None:
        """The row it is about, if it is about a row."""
        if self.sheet is None or self.row is None:
            return None
        return RowAddress(file=self.file, sheet=self.sheet, row=self.row)

    @property
    def money(self) -> bool:
        """Whether credits, or a post that nobody meant, hang on it."""
        return self.code in REGISTER and REGISTER[self.code].money

    @property
    def holds(self) -> bool:
        """Whether its row is held until somebody has said what is meant, rather than invalid."""
        return self.code in REGISTER and REGISTER[self.code].holds


def in_lines(severity: Severity, place: str, message: str, hint: str, code: str) -> str:
    """A finding as it is printed: where and what in the first line, what to do in the second."""
    first, second = (" ".join(text.splitlines()) for text in (message, hint))
    return f"{severity.value:<8}{place:<16} {first}\n{'':<24} {second}  [{code}]"


def found(code: str, words: Mapping[str, object] = NO_WORDS, /, *, file: str, variant: str = "", **place: Unpack[Address]) -> Finding:
    """A case of a registered code at an address; `words` fill in its message and hint. Raises KeyError for an unknown code or a missing word."""
    kind = REGISTER[code]
    message, hint = kind.worded(words, variant)
    return Finding(code=code, severity=kind.severity, message=message, hint=hint, file=file, **place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table that was recognised: which catalogue it follows and where each field stands.

    `kind` is ``bundle`` or ``position``; `letters` maps a field name to its column letter.
    """

    table: Table
    kind: str
    letters: dict[str, str]

    @property
    def catalogue(self) -> Catalogue:
        """The fields that it follows."""
        return BUNDLES if self.kind == "bundle" else POSITIONS


def letter_of(sheet: Sheet, field: str) -> str:
    """The column of a field; of one that the sheet does not have, the first column that is known."""
    return sheet.letters.get(field) or min(sheet.letters.values(), key=lambda text: (len(text), text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A field of a row of a sheet, and the findings one can make about it."""

    sheet: Sheet
    row: int
    field: str

    @property
    def cell(self) -> str:
        """Its address. A column that the sheet does not have is blamed on the row's first known cell: every finding has an address."""
        return f"{letter_of(self.sheet, self.field)}{self.row}"

    def found(self, code: str, words: Mapping[str, object] = NO_WORDS, /, *, value: str | None, variant: str = "") -> Finding:
        """A case of a registered code here; `words` fill in its message and hint, `value` is the text at fault, None where the cell is blank."""
        message, hint = REGISTER[code].worded(words, variant)
        return self.finding(code, message, hint, value)

    def finding(self, code: str, message: str, hint: str, value: str | None) -> Finding:
        """A case of a registered code here, with words that are filled in already."""
        table = self.sheet.table
        return Finding(
            code=code,
            severity=REGISTER[code].severity,
            message=message,
            hint=hint,
            file=table.file,
            sheet=table.sheet,
            row=self.row,
            column=self.field,
            cell=self.cell,
            value=value,
        )


def errors_of(findings: Sequence[Finding]) -> Sequence[Finding]:
    """Those that are errors; of findings that are held as columns, as columns (see `check.finding_list`)."""
    columns: Sequence[Finding] | None = getattr(findings, "errors", None)
    return tuple(f for f in findings if f.severity is Severity.ERROR) if columns is None else columns


def rows_at_fault(findings: Iterable[Finding], sheets: Sequence[Sheet]) -> dict[RowAddress, list[Finding]]:
    """The errors that keep each row from being sent. An error of a sheet that is about none of its rows keeps all of them."""
    found: dict[RowAddress, list[Finding]] = {}
    of_sheets: dict[tuple[str, str], list[Finding]] = {}
    tables = {(sheet.table.file, sheet.table.sheet): sheet.table for sheet in sheets}
    rows = {key: set(table.frame[ROW].to_list()) for key, table in tables.items()}
    for finding in findings:
        if finding.severity is not Severity.ERROR:
            continue
        key = (finding.file, finding.sheet or "")
        if finding.address is not None and finding.row in rows.get(key, (finding.row,)):
            found.setdefault(finding.address, []).append(finding)
        else:
            of_sheets.setdefault(key, []).append(finding)
    for key, errors in of_sheets.items():
        for row in sorted(rows.get(key, ())):
            found.setdefault(tables[key].address(row), []).extend(errors)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationResult:
    """The whole input, checked.

    `bundles` and `positions` are typed frames with one column per field of their catalogue, plus
    `_table` (index into `sheets`), `_row` and `_bundle` (the bundle's key: its name, or ``#id``).
    Lists are ``List(String)``, dates ``Date``. A value of ``(clear)`` is null there and its field is named in the ``List(String)`` column `_clear`.
    `invalid` holds the rows with an error of their own, `held` those of them whose errors all hold them.
    `base` is what an exported sheet held when it left the platform, by (bundle id, position); see `check.base`. `copies` are the sheets that say so,
    and `export` is the run that wrote them, empty for a sheet that was not exported.
    """

    sheets: tuple[Sheet, ...]
    bundles: pl.DataFrame
    positions: pl.DataFrame
    findings: Sequence[Finding]
    invalid: frozenset[RowAddress]
    held: frozenset[RowAddress] = frozenset()
    base: Mapping[tuple[str, int | None], Mapping[str, object]] = field(default_factory=dict)
    copies: tuple[Table, ...] = ()
    export: str = ""

    @property
    def errors(self) -> Sequence[Finding]:
        """The findings that keep something from being sent."""
        return errors_of(self.findings)

    @property
    def height(self) -> int:
        """How many rows the input has."""
        return sum(sheet.table.frame.height for sheet in self.sheets)

    @property
    def rows(self) -> tuple[RowAddress, ...]:
        """Every row of the input, in order: the rows that a report must account for."""
        found: list[RowAddress] = []
        for sheet in self.sheets:
            found.extend(sheet.table.address(row) for row in sheet.table.frame["_row"].to_list())
        return tuple(found)

    @property
    def left_empty(self) -> frozenset[RowAddress]:
        """The rows of empty slots that nobody has filled in (see `check.empty_slots`)."""
        places = self.positions.filter("_stays_empty").select("_table", ROW).iter_rows()
        return frozenset(self.sheets[table].table.address(row) for table, row in places)

    def place(self, address: RowAddress, field: str) -> Place:
        """A field of a row, to make a finding about it."""
        sheet = next(s for s in self.sheets if s.table.file == address.file and s.table.sheet == address.sheet)
        return Place(sheet=sheet, row=address.row, field=field)
