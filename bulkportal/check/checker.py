"""The door of the room: tables in, typed rows and every finding out, in one pass.

Matching, casting and rules each add findings and never raise. A cell that one step could not
understand is not blamed again by a later step.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from bulkportal import names
from bulkportal.check import casting, prepare
from bulkportal.check.appearance import looks_findings
from bulkportal.check.autofix import Change, changes, with_proposals
from bulkportal.check.base import Base, Seals, base_of, copied, edited_only, emptied, export_run, is_filled, split, with_exported
from bulkportal.check.bundle_rules import BUNDLE_RULES
from bulkportal.check.called_off import called_off
from bulkportal.check.casting import TABLE
from bulkportal.check.corrupt_text import errors_as_text, in_place_of_text
from bulkportal.check.country_codes import country_findings
from bulkportal.check.dates import PLAIN, Calendar
from bulkportal.check.empty_slots import with_empty, with_unread
from bulkportal.check.example import example_findings
from bulkportal.check.finding_list import NO_FINDINGS, Findings, addresses, hidden, in_order, of_cells, of_rule, rows_of_errors, without
from bulkportal.check.findings import Finding, Place, Sheet, ValidationResult
from bulkportal.check.heuristics import Texts, doubts
from bulkportal.check.identity import Names
from bulkportal.check.labels import with_addresses
from bulkportal.check.lookalikes import Lookalikes
from bulkportal.check.media_cells import media_frame
from bulkportal.check.media_files import FileFacts, judge, unusable, worth_judging
from bulkportal.check.misread import misread_findings
from bulkportal.check.position_rules import POSITION_RULES
from bulkportal.check.prepare import Terms
from bulkportal.check.readings import readings
from bulkportal.check.recognise import recognise
from bulkportal.check.rules import Rule, bounds, breaches
from bulkportal.check.sheet_layout import layout_findings
from bulkportal.check.unchanged_cells import without_unchanged
from bulkportal.check.unseen import left_out, plain_columns, plainly, unseen_findings
from bulkportal.check.wording import Wording
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import Catalogue, Field, Kind
from bulkportal.columns.matcher import NO_MAPPING
from bulkportal.columns.positions import POSITIONS
from bulkportal.sheets.table import ROW, CellProblem, CellWarning, Table

_CATALOGUES = {"bundle": BUNDLES, "position": POSITIONS}
_BOUNDS = {kind: tuple(rule for rule in bounds(catalogue) if rule.field != "username") for kind, catalogue in _CATALOGUES.items()}
"""A username has a rule of its own, which says more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """Recognised sheets as typed rows, with what was found on the way; the rules come next.

    `copies` are the sheets of an export's base copy as they were read, `base` what they hold.
    """

    sheets: tuple[Sheet, ...]
    bundles: pl.DataFrame
    positions: pl.DataFrame
    findings: Findings
    base: Base
    texts: Mapping[str, pl.DataFrame]
    calendar: Calendar
    copies: tuple[Table, ...] = ()
    plain: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By kind the columns of which it is known that nothing is hidden in them (see `unseen.plain_columns`)."""

    def media_texts(self) -> pl.DataFrame:
        """Every file and link that the rows name, in order: the `table`, and the `text` as it stands in the cell."""
        return _media(self.bundles, self.positions).select("table", "text")

    def was_filled(self, bundle_id: str, position: int) -> bool:
        """Whether an export held content for a slot."""
        copied = self.base.get((bundle_id, position))
        return copied is not None and is_filled(copied)

    def corrections(self) -> tuple[Change, ...]:
        """Every correction of a cell that cannot be wrong."""
        return tuple(change for kind, catalogue in _CATALOGUES.items() for change in changes(self.texts[kind], self.sheets, catalogue, self.calendar))


def understand(
    tables: Sequence[Table],
    *,
    bundle: str | None = None,
    calendar: Calendar = PLAIN,
    mapping: Mapping[str, str] = NO_MAPPING,
    read_hidden: bool | None = None,
) -> Typed:
    """Recognise the sheets, find their columns and type their cells.

    `bundle` names the bundle of every row that does not name one (TokPortal's one-bundle CSVs);
    `calendar` says how dates are written, `mapping` what the user's own headers mean, `read_hidden` whether tabs are meant
    that nobody sees (None: nobody has said so). Raises UnreadableInput when there is no sheet to read, or one that must be read cannot be.
    """
    tables, copies = split(tables)
    sheets, told = recognise(tables, mapping, read_hidden=read_hidden)
    findings: list[Finding | pl.DataFrame] = list(told)
    texts = {kind: casting.gather(sheets, catalogue, kind) for kind, catalogue in _CATALOGUES.items()}
    texts, marked = _without_marked(texts, sheets)
    exported = {copy.file for copy in copies}
    findings += [*marked, *(found for sheet in sheets for found in _sheet_findings(sheet, is_export=sheet.table.file in exported))]
    # A line of headers behind the last row is one mistake; each of its cells, read as a value, would be another.
    glued = [finding.spot for finding in findings if isinstance(finding, Finding) and finding.code == "headers_glued"]
    typed: dict[str, pl.DataFrame] = {}
    plain: dict[str, frozenset[str]] = {}
    for kind, catalogue in _CATALOGUES.items():
        plain[kind] = plain_columns(texts[kind], catalogue)
        typed[kind], found = _typed(texts[kind], catalogue, sheets, calendar, plain[kind])
        findings.append(found.frame.join(_spots(glued), on=["file", "sheet", "cell"], how="anti", maintain_order="left") if glued else found.frame)
    if bundle is not None:
        # A row with an id names its bundle already, and a second name beside it would contradict the first.
        nameless = pl.col("bundle").is_null() & pl.col("bundle_id").is_null()
        named = pl.when(nameless).then(pl.lit(names.plain(bundle))).otherwise(pl.col("bundle"))
        typed["position"] = typed["position"].with_columns(named.alias("bundle"))
        plain["position"] -= {"bundle"}
    base: dict[tuple[str, int | None], Mapping[str, object]] = {}
    seals = Seals.of(copies)
    findings += seals.findings()
    for kind, copy in _copies(copied(copies)):
        keys = ("bundle_id",) if kind == "bundle" else ("bundle_id", "position")
        if kind not in seals.doubted():  # then each cell is held against the platform, and what differs there from the copy is a conflict
            typed[kind] = edited_only(typed[kind], copy, _CATALOGUES[kind], keys)
        base |= base_of(copy, kind)
    return Typed(
        sheets=sheets,
        bundles=typed["bundle"],
        positions=typed["position"],
        findings=Findings.of(findings),
        base=base,
        texts=texts,
        calendar=calendar,
        copies=tuple(copies),
        plain=plain,
    )


def _spots(spots: Iterable[tuple[str, str | None, str | None]]) -> pl.DataFrame:
    return pl.DataFrame(list(spots), schema={"file": pl.String, "sheet": pl.String, "cell": pl.String}, orient="row")


def _typed(
    texts: pl.DataFrame, catalogue: Catalogue, sheets: Sequence[Sheet], calendar: Calendar, plain: frozenset[str]
) -> tuple[pl.DataFrame, Findings]:
    """The rows of one kind, typed, and the findings about how their cells were read."""
    seen = plainly(texts, catalogue, plain)
    typed, misread = casting.cast(seen, catalogue, calendar)
    unseen = {(one.table, one.row, one.field.name): one for one in left_out(texts, catalogue, plain)}
    cells = set(misread.select(TABLE, ROW, "field").iter_rows()) if unseen else frozenset[tuple[int, int, str]]()
    findings = Findings.of(
        (
            *misread_findings(misread, sheets, catalogue, unseen, calendar),
            *readings(seen, typed, catalogue, sheets, calendar),
            *unseen_findings(unseen, sheets, cells),
        )
    )
    return prepare.meant(typed, misread), findings


def _copies(copies: Sequence[Table]) -> Iterator[tuple[str, pl.DataFrame]]:
    """The base copy of an export, typed like the sheets themselves."""
    # The copy has bulkportal's own headers and is hidden on purpose: neither
    # the user's mapping nor their word about hidden tabs is meant for it.
    sheets, _ = recognise(copies, NO_MAPPING, read_hidden=True) if copies else ((), [])
    for kind, catalogue in _CATALOGUES.items():
        if any(sheet.kind == kind for sheet in sheets):
            yield kind, casting.parsed(plainly(casting.gather(sheets, catalogue, kind), catalogue), catalogue)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """Typed rows as rules look at them: without what the platform holds already, and (`of_bundles`, `of_positions`) with all that rules ask of."""

    bundles: pl.DataFrame
    positions: pl.DataFrame
    of_bundles: pl.DataFrame
    of_positions: pl.DataFrame
    owners: Names
    lookalikes: Lookalikes

    @classmethod
    def of(cls, typed: Typed, terms: Terms) -> Frames:
        """Prepare the rows for every rule."""
        owners = Names(typed.bundles, terms.known, typed.base)
        bundles, positions = without_unchanged(owners.keyed(typed.bundles), owners.contradicted(owners.keyed(typed.positions)), terms.known)
        lookalikes = Lookalikes(typed.bundles, terms.known, typed.base, typed.sheets)
        positions = emptied(lookalikes.told_of(positions), typed.base, terms.known)
        positions = with_empty(with_unread(positions, typed.sheets, typed.findings), bundles, typed.sheets, typed.base, terms.known)
        of_bundles = prepare.bundles(with_exported(bundles, typed.base), positions, terms)
        return cls(
            bundles=bundles,
            positions=positions,
            of_bundles=of_bundles,
            of_positions=prepare.positions(positions, of_bundles, terms, has_bundles=not bundles.is_empty()),
            owners=owners,
            lookalikes=lookalikes,
        )

    def media(self) -> pl.DataFrame:
        """Every file and link that the rows name and the platform does not have, in order (see `media_frame`)."""
        return _media(self.bundles, self.positions)


def _media(bundles: pl.DataFrame, positions: pl.DataFrame) -> pl.DataFrame:
    return media_frame([(bundles, BUNDLES), (positions, POSITIONS)])


def check(typed: Typed, facts: FileFacts, terms: Terms, frames: Frames | None = None) -> ValidationResult:
    """Apply every rule. `facts` are about local files, `terms` about the day and the platform, `frames` the rows that were prepared for them."""
    frames = frames or Frames.of(typed, terms)
    bundles, positions, owners = frames.bundles, frames.positions, frames.owners
    first: list[Finding | pl.DataFrame] = [typed.findings.frame]
    said = {"bundle": owners.unfamiliar(bundles), "position": owners.unfamiliar(positions)}
    for kind, catalogue in _CATALOGUES.items():
        first += errors_as_text(said[kind], catalogue, typed.sheets)
        first += in_place_of_text(said[kind], catalogue, typed.sheets)
        first += called_off(said[kind], kind, typed.sheets, terms.meant_names)
        first += _breaches(said[kind], _BOUNDS[kind], typed.sheets)
    first += country_findings(said["bundle"], typed.sheets, terms.known)
    # In two steps: what is wrong with a cell by itself, and then everything else, but
    # for cells that have an error by now. Corrected, such a cell says something else.
    findings = Findings.of(first)
    alike = tuple(frames.lookalikes.findings())
    doubtful = Texts(whole=typed.texts, said=said, plain=typed.plain)
    later: tuple[Finding | pl.DataFrame, ...] = (
        *_breaches(frames.of_bundles, BUNDLE_RULES, typed.sheets),
        *_breaches(frames.of_positions, POSITION_RULES, typed.sheets),
        *alike,
        _media_findings(frames.media(), typed.sheets, facts, terms.today),
        *(one for one in doubts(bundles, positions, doubtful, typed.sheets) if not _said_of_name(one, alike)),
    )
    findings += without(Findings.of(later), findings.errors)
    findings = with_proposals(findings, typed.sheets, typed.texts, _CATALOGUES, typed.calendar)
    findings = in_order(with_addresses(findings, typed.sheets), typed.sheets)
    at_fault = rows_of_errors(findings, typed.sheets)
    return ValidationResult(
        sheets=typed.sheets,
        bundles=bundles,
        positions=positions,
        findings=findings,
        invalid=frozenset(addresses(at_fault)),
        held=frozenset(addresses(at_fault.filter("held"))) if at_fault.height else frozenset(),
        base=typed.base,
        copies=typed.copies,
        export=export_run(typed.copies),
    )


def _said_of_name(doubt: Finding, alike: Sequence[Finding]) -> bool:
    """Whether a name that seems to have lost zeros has a finding already: that it looks like the one that has them."""
    return doubt.code == "zeros_lost" and any((one.address, one.column) == (doubt.address, doubt.column) for one in alike)


def _sheet_findings(sheet: Sheet, *, is_export: bool) -> Iterator[Finding]:
    yield from layout_findings(sheet, is_export=is_export)
    yield from looks_findings(sheet)
    yield from example_findings(sheet, sheet.catalogue)


def _without_marked(texts: dict[str, pl.DataFrame], sheets: Sequence[Sheet]) -> tuple[dict[str, pl.DataFrame], list[Finding]]:
    """Blank the cells that the reader does not believe, so that nothing is made of their text."""
    findings: list[Finding] = []
    blank: dict[tuple[str, int, str], list[int]] = {}
    for number, sheet in enumerate(sheets):
        names = {letter: name for name, letter in sheet.letters.items()}
        rows = set(sheet.table.frame[ROW].to_list()) if sheet.table.marks else frozenset[int]()
        for mark in sheet.table.marks:
            name = names.get(mark.column)
            if name is None or mark.row not in rows or not _matters(mark, sheet.catalogue[name]):
                continue
            findings.append(Place(sheet=sheet, row=mark.row, field=name).found(mark.trouble.value, value=mark.value))
            blank.setdefault((sheet.kind, number, name), []).append(mark.row)
    for (kind, number, name), marked in blank.items():
        here = (pl.col(TABLE) == number) & pl.col(ROW).is_in(marked)
        texts[kind] = texts[kind].with_columns(pl.when(here).then(None).otherwise(pl.col(name)).alias(name))
    return texts, findings


def _matters(mark: CellWarning, known: Field) -> bool:
    """A number is a number, however it is shown; only a text is what is shown."""
    return mark.trouble is not CellProblem.SHOWN_OTHERWISE or known.kind is Kind.TEXT


def _breaches(frame: pl.DataFrame, rules: Sequence[Rule], sheets: Sequence[Sheet]) -> list[pl.DataFrame]:
    blocks: list[pl.DataFrame] = []
    for rule, rows in breaches(frame, rules):
        wording = Wording.of(rule.message), Wording.of(rule.hint)
        if rule.field != "_bundle_field":
            blocks += of_rule(rule.code, rows, rule.field, wording, rule.words, sheets)
            continue
        is_named = pl.col("bundle").is_not_null()
        blocks += of_rule(rule.code, rows.filter(is_named), "bundle", wording, rule.words, sheets)
        blocks += of_rule(rule.code, rows.filter(~is_named), "bundle_id", wording, rule.words, sheets)
    return [hidden(pl.concat(blocks))] if blocks else []


def _media_findings(cells: pl.DataFrame, sheets: Sequence[Sheet], facts: FileFacts, today: date) -> pl.DataFrame:
    if cells.is_empty():
        return NO_FINDINGS
    known = unusable(cells, facts)
    others = cells.join(known, on=["table", "row", "field"], how="anti", maintain_order="left") if known.height else cells
    judged = judge(worth_judging(others, facts), facts, today)
    told = [(cell.table, cell.row, cell.field, problem.code, problem.message, problem.hint, cell.text) for cell, problem in judged]
    return pl.concat([of_cells(known, sheets), of_cells(told, sheets)])
