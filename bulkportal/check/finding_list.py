"""Findings held as columns: a sheet of which every row is wrong has hundreds of thousands, and each becomes an object only where it is shown.

What is alike is worded once: a block of findings is made from the rows at fault, and not from one row after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Self, overload

import polars as pl

from bulkportal.check.casting import TABLE
from bulkportal.check.findings import Finding, Severity, Sheet, letter_of
from bulkportal.check.wording import Wording, quoted_all, shown_all
from bulkportal.codes import REGISTER
from bulkportal.redaction import KEY_FORM, LOGIN_FORM, known, masked
from bulkportal.sheets.table import ROW, RowAddress

_TEXTS = ("code", "severity", "message", "hint", "file", "sheet", "column", "cell", "value", "proposal")
SCHEMA: dict[str, pl.DataType] = {**{name: pl.String() for name in _TEXTS}, "row": pl.Int64()}
_COLUMNS = list(SCHEMA)
NO_FINDINGS = pl.DataFrame(schema=SCHEMA)
_BLOCK = 20_000
PLACE = ("file", "sheet", "row", "column")
"""What the cell of a finding goes by."""


class Findings(Sequence[Finding]):
    """Findings in order. `frame` holds one row for each, with the columns of a `Finding`."""

    __slots__ = ("frame",)

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame

    @classmethod
    def of(cls, parts: Iterable[Finding | pl.DataFrame]) -> Self:
        """Findings, and blocks of them as frames, in order."""
        frames: list[pl.DataFrame] = [NO_FINDINGS]
        single: list[Finding] = []
        for part in parts:
            if isinstance(part, Finding):
                single.append(part)
                continue
            if part.is_empty():
                continue
            frames += [_frame(single)] if single else []
            single = []
            frames.append(part if part.columns == _COLUMNS else part.select(_COLUMNS))
        frames += [_frame(single)] if single else []
        return cls(pl.concat(frames) if len(frames) > 1 else frames[0])

    def __len__(self) -> int:
        return self.frame.height

    def __iter__(self) -> Iterator[Finding]:
        for start in range(0, self.frame.height, _BLOCK):
            for row in self.frame.slice(start, _BLOCK).iter_rows(named=True):
                yield _finding(row)

    @overload
    def __getitem__(self, place: int) -> Finding: ...
    @overload
    def __getitem__(self, place: slice) -> Findings: ...
    def __getitem__(self, place: int | slice) -> Finding | Findings:
        if isinstance(place, slice):
            return Findings(self.frame[place])
        return _finding(self.frame.row(range(len(self))[place], named=True))

    def __add__(self, others: Sequence[Finding]) -> Findings:
        if not others:
            return self
        more = others.frame if isinstance(others, Findings) else _frame(others)
        return Findings(pl.concat([self.frame, more.select(*SCHEMA)]))

    def __radd__(self, others: Sequence[Finding]) -> Findings:
        return Findings(pl.concat([_frame(others), self.frame])) if others else self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Findings({list(self)!r})"

    @property
    def errors(self) -> Findings:
        """Those that keep something from being sent."""
        return Findings(self.frame.filter(pl.col("severity") == Severity.ERROR.value))

    def count_errors(self) -> int:
        """How many they are."""
        return int((self.frame["severity"] == Severity.ERROR.value).sum())


def as_list(findings: Sequence[Finding]) -> Findings:
    """Findings as columns, however they are held."""
    return findings if isinstance(findings, Findings) else Findings(_frame(findings))


def _frame(findings: Sequence[Finding]) -> pl.DataFrame:
    return pl.DataFrame([asdict(one) | {"severity": one.severity.value} for one in findings], schema=SCHEMA)


def _finding(row: Mapping[str, Any]) -> Finding:
    return Finding(**{**row, "severity": Severity(row["severity"])})


def hidden(block: pl.DataFrame) -> pl.DataFrame:
    """A block without what must not be seen, as each `Finding` hides it of itself."""
    names = ("message", "hint", "value", "proposal")
    # Sifted by patterns first: masking looks at texts one by one, and hardly any of them needs it.
    suspects = block.select(_may_be_secret(pl.col(name)).fill_null(value=False).alias(name) for name in names)
    for name in names:
        suspect = suspects[name]
        if suspect.any():
            texts = [masked(text) for text in block[name].filter(suspect)]
            changed: list[str | None] = list(texts)
            if name == "proposal":
                # A proposal with a mask in it would be written into the cell as it stands, by `fix`.
                changed = [text if text == before else None for text, before in zip(texts, block[name].filter(suspect), strict=True)]
            column = block[name].scatter(suspect.arg_true(), pl.Series(changed, dtype=pl.String))
            block = block.with_columns(column.alias(name))
    return block


def _may_be_secret(texts: pl.Expr) -> pl.Expr:
    secrets = [texts.str.contains(secret, literal=True) for secret in known()]
    return pl.any_horizontal(texts.str.contains(KEY_FORM), texts.str.contains(LOGIN_FORM), *secrets)


def of_rule(
    code: str, rows: pl.DataFrame, field: str, wording: tuple[Wording, Wording], words: Mapping[str, str], sheets: Sequence[Sheet]
) -> Iterator[pl.DataFrame]:
    """A finding at the field of each of these rows, as blocks: one for each sheet. What must not be seen is still to be taken out (`hidden`)."""
    if rows.is_empty():
        return
    value = pl.col(field)
    told = {name: _told(name, rows, field, words) for name in {*wording[0].names, *wording[1].names}}
    message, hint = (one.filled_all(told) for one in wording)
    numbers = rows[TABLE].unique(maintain_order=True).to_list()
    for number in numbers:
        sheet = sheets[number]
        here = rows if len(numbers) == 1 else rows.filter(pl.col(TABLE) == number)
        yield here.select(
            code=pl.lit(code),
            severity=pl.lit(REGISTER[code].severity.value),
            message=message,
            hint=hint,
            file=pl.lit(sheet.table.file),
            sheet=pl.lit(sheet.table.sheet),
            column=pl.lit(field),
            cell=pl.lit(letter_of(sheet, field)) + pl.col(ROW).cast(pl.String),
            value=shown_all(value, rows.schema[field]),
            proposal=pl.lit(None, dtype=pl.String),
            row=pl.col(ROW).cast(pl.Int64),
        )


def _told(name: str, rows: pl.DataFrame, field: str, words: Mapping[str, str]) -> pl.Expr:
    """What a sentence about the field says in place of a name: one of its `words`, or what the rows hold."""
    if name in words:
        return quoted_all(name, pl.lit(words[name]), pl.String())
    if name == "length":
        is_text = rows.schema[field] == pl.String
        return quoted_all(name, pl.col(field).str.len_chars() if is_text else pl.lit(None, dtype=pl.Int64), pl.Int64())
    column = field if name == "value" else name
    return quoted_all(name, pl.col(column), rows.schema[column])


def alike(rows: pl.DataFrame, by: Sequence[str], worded: Callable[[Mapping[str, Any]], Finding]) -> pl.DataFrame:
    """A finding for each of these rows, as a block: `worded` for one of those that have the same in the columns `by`, and like it for the others.

    The sheet must be among what they have in common, and nothing but place may depend on the row.
    """
    if rows.is_empty():
        return NO_FINDINGS
    numbered = rows.with_columns(pl.struct(by).rank("dense").alias("_kind"))
    first = numbered.unique("_kind", keep="first", maintain_order=True)
    found = _frame([worded(row) for row in first.iter_rows(named=True)]).with_columns(first["_kind"])
    block = numbered.select("_kind", row=pl.col(ROW).cast(pl.Int64)).join(found.drop("row"), on="_kind", how="left", maintain_order="left")
    letter = pl.col("cell").str.extract(r"^([A-Z]+)", 1)
    return block.with_columns(cell=letter + pl.col("row").cast(pl.String)).select(*SCHEMA)


def of_cells(cells: pl.DataFrame | Sequence[tuple[int, int, str, str, str, str, str]], sheets: Sequence[Sheet]) -> pl.DataFrame:
    """A block of findings that are worded one by one: table, row, field, code, message, hint and value of each."""
    if not len(cells):
        return NO_FINDINGS
    names = (TABLE, "row", "column", "code", "message", "hint", "value")
    schema = {name: pl.Int64() if name in (TABLE, "row") else pl.String() for name in names}
    if isinstance(cells, pl.DataFrame):
        told = cells.rename(dict(zip(cells.columns, names, strict=True)))
    else:
        told = pl.DataFrame(cells, schema=schema, orient="row")
    severities = {code: REGISTER[code].severity.value for code in told["code"].unique()}
    letters = [(number, field, letter_of(sheets[number], field)) for number, field in told.select(TABLE, "column").unique().iter_rows()]
    where = pl.DataFrame(letters, schema={TABLE: pl.Int64, "column": pl.String, "letter": pl.String}, orient="row")
    placed = told.join(where, on=[TABLE, "column"], how="left", maintain_order="left").join(
        numbered(sheets, unique=False), on=TABLE, how="left", maintain_order="left"
    )
    block = placed.with_columns(
        severity=pl.col("code").replace_strict(severities, default=None, return_dtype=pl.String),
        cell=pl.col("letter") + pl.col("row").cast(pl.String),
        proposal=pl.lit(None, dtype=pl.String),
    )
    return hidden(block.select(*SCHEMA))


def numbered(sheets: Sequence[Sheet], *, unique: bool = True) -> pl.DataFrame:
    """The number of each sheet beside its `file` and `sheet`; of two of one name the first."""
    numbers = [(sheet.table.file, sheet.table.sheet, number) for number, sheet in enumerate(sheets)]
    if unique:
        numbers = list({place[:2]: place for place in reversed(numbers)}.values())
    return pl.DataFrame(numbers, schema={"file": pl.String, "sheet": pl.String, TABLE: pl.Int64}, orient="row")


def in_order(findings: Findings, sheets: Sequence[Sheet]) -> Findings:
    """By sheet, row and column; those of one cell as they are."""
    if len(findings) < 2:
        return findings
    letter = pl.col("cell").str.extract(r"^([A-Za-z]+)", 1).fill_null("")
    placed = findings.frame.join(numbered(sheets), on=["file", "sheet"], how="left", maintain_order="left")
    # The length of the letters first: AA stands behind Z.
    by = [pl.col(TABLE).fill_null(len(sheets)), pl.col("row").fill_null(0), letter.str.len_chars(), letter]
    return Findings(placed.sort(by, maintain_order=True).select(*SCHEMA))


def without(findings: Findings, blamed: Findings) -> Findings:
    """The findings about other cells than these."""
    if not findings or not blamed:
        return findings
    return Findings(findings.frame.join(blamed.frame.select(*PLACE).unique(), on=PLACE, how="anti", nulls_equal=True, maintain_order="left"))


def rows_of_errors(findings: Findings, sheets: Sequence[Sheet]) -> pl.DataFrame:
    """Each row that an error keeps from being sent: its `file`, `sheet` and `row`, and `held`, whether every one of its errors holds it.

    An error of a sheet that is about none of its rows keeps all of them (see `findings.rows_at_fault`).
    """
    if not findings.count_errors():
        return pl.DataFrame(schema={"file": pl.String, "sheet": pl.String, "row": pl.Int64, "held": pl.Boolean})
    holding = [code.code for code in REGISTER.values() if code.holds]
    errors = findings.errors.frame.select("file", "sheet", "row", held=pl.col("code").is_in(holding))
    keys = {(sheet.table.file, sheet.table.sheet): sheet.table for sheet in sheets}
    schema = {"file": pl.String, "sheet": pl.String, "row": pl.Int64}
    there = pl.concat(
        [
            pl.DataFrame(schema=schema),
            *(table.frame.select(file=pl.lit(file), sheet=pl.lit(name), row=pl.col(ROW).cast(pl.Int64)) for (file, name), table in keys.items()),
        ]
    )
    place = list(schema)
    elsewhere = errors.join(there, on=place, how="anti")
    if elsewhere.height:
        ours = pl.DataFrame(list(keys), schema={"file": pl.String, "sheet": pl.String}, orient="row")
        rows = elsewhere.drop_nulls(["row", "sheet"]).join(ours, on=["file", "sheet"], how="anti")
        whole = elsewhere.join(rows, on=place, how="anti").with_columns(pl.col("sheet").fill_null(""))
        of_sheets = there.join(whole.drop("row"), on=["file", "sheet"], how="inner")
        errors = pl.concat([errors.join(there, on=place, how="semi"), rows, of_sheets])
    return errors.group_by(place).agg(pl.col("held").all())


def addresses(rows: pl.DataFrame) -> Iterator[RowAddress]:
    """The addresses of rows with `file`, `sheet` and `row`."""
    return (RowAddress(file=file, sheet=sheet, row=row) for file, sheet, row in rows.select("file", "sheet", "row").iter_rows())


def candidates(findings: Findings, spots: Collection[tuple[str, str, str]], codes: Collection[str]) -> Iterator[tuple[int, Finding]]:
    """The findings of these codes about these cells, by file, sheet and cell, each with its number."""
    if spots:
        where = pl.DataFrame(list(spots), schema={"file": pl.String, "sheet": pl.String, "cell": pl.String}, orient="row")
        of_codes = findings.frame.with_row_index("_at").filter(pl.col("code").is_in(list(codes)))
        for row in of_codes.join(where, on=["file", "sheet", "cell"], how="semi", maintain_order="left").iter_rows(named=True):
            number = row.pop("_at")
            yield number, _finding(row)


def with_others(findings: Findings, changed: Mapping[int, Finding]) -> Findings:
    """The findings with others in their place, by number."""
    if not changed:
        return findings
    given = _frame(list(changed.values())).with_columns(_at=pl.Series(list(changed), dtype=pl.UInt32))
    kept = findings.frame.with_row_index("_at").filter(~pl.col("_at").is_in(list(changed)))
    return Findings(pl.concat([kept, given.select(kept.columns)]).sort("_at").select(*SCHEMA))


def proposing(findings: Findings, mended: Iterable[tuple[str, str, int, str, str]], *, only: Collection[str]) -> Findings:
    """The findings, those of some codes with what their cells should hold: by file, sheet, row and column."""
    schema = {"file": pl.String, "sheet": pl.String, "row": pl.Int64, "column": pl.String, "mended": pl.String}
    given = pl.DataFrame(list(mended), schema=schema, orient="row").unique(PLACE, keep="last")
    joined = findings.frame.join(given, on=PLACE, how="left", maintain_order="left")
    is_mended = pl.col("code").is_in(list(only)) & pl.col("mended").is_not_null()
    proposed = joined.with_columns(proposal=pl.when(is_mended).then("mended").otherwise("proposal"))
    return Findings(hidden(proposed.select(*SCHEMA)))
