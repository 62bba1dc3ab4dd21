"""A workbook opened to add an annotator's columns, colours, notes and sheets, or to correct some cells.

Every part that is not named here is copied byte for byte. Whatever is not understood raises CannotKeep
with a reason; then the caller writes a workbook of its own and explains why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from bulkportal.lossless.cell_edits import CellChange, Keep, Restyle, SheetCells
from bulkportal.lossless.cell_formats import Formats
from bulkportal.lossless.cell_links import CellPlace, Link, hyperlinks
from bulkportal.lossless.editable_package import EditablePackage, Relation
from bulkportal.lossless.notes import Notes
from bulkportal.lossless.package import part_key
from bulkportal.lossless.row_stream import RowStream, fill
from bulkportal.lossless.sheet_list import SheetEntry, SheetList, selected
from bulkportal.lossless.source_workbook import SourceWorkbook
from bulkportal.lossless.worksheet import Frame, area_of
from bulkportal.lossless.xml_spans import CannotKeep, Span, outline, splice

_ANCHORED = re.compile(rb"<(?:\w+:)?(?:from|to)>\s*<(?:\w+:)?col>\s*(\d+)")
_SIGNATURE = "The digital signature of the workbook no longer holds: it was made for the workbook as it was before."


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """How an annotator recognises what it added before, so that doing it twice has the effect of once.

    `author` is that of its notes, `sheet` a defined name that its sheets bear, `tints` the colours (RGB, as ``FDE2E1``) that mark cells.
    """

    author: str
    sheet: str
    tints: tuple[str, ...] = ()


class CellValue(NamedTuple):
    """A value in a column of the annotator's own. None empties the cell; `look` names a style."""

    value: str | int | float | None
    look: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """What is added to one of the user's sheets: columns of the annotator's own, colours and notes.

    `columns` are all of these columns, `widths` those that are new, with their widths in characters.
    `rows` are the values in them, row by row from the top, by column; they are iterated once. `last` is the last row.
    """

    columns: frozenset[int]
    widths: Mapping[int, float]
    rows: Iterable[tuple[int, Mapping[int, CellValue]]]
    last: int
    links: Mapping[CellPlace, Link]
    tints: Mapping[CellPlace, str]
    notes: Mapping[CellPlace, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """The new text of a cell, its note, and the colour that marks it; it replaces a formula only if `instead_of_formula`."""

    text: str
    note: str
    tint: str
    instead_of_formula: bool = False


@dataclass(slots=True)
class Editor:
    """A workbook that can be edited without loss. Every method raises CannotKeep, with the reason, if it cannot."""

    data: bytes
    label: str
    marks: Marks
    _archive: EditablePackage = field(init=False)
    _tabs: SheetList = field(init=False)

    def __post_init__(self) -> None:
        self._archive = EditablePackage(self.data, label=self.label)
        self._tabs = SheetList(self._archive, self.marks.sheet)
        # Its log of changes states each cell's value: edited behind its back, the two would contradict each other.
        if any("revisionheaders" in part_key(name) for name in self._archive.names):
            raise CannotKeep("it is shared, with a history of changes")

    @property
    def suffix(self) -> str:
        """The ending of its name: a workbook with macros that is called .xlsx does not open."""
        return self._tabs.suffix

    @property
    def sheets(self) -> tuple[str, ...]:
        """The user's own sheets."""
        return tuple(tab.name for tab in self._tabs.all if not tab.ours)

    @property
    def losses(self) -> tuple[str, ...]:
        """What cannot be kept, as sentences."""
        signed = any(part_key(name).startswith("_xmlsignatures/") for name in self._archive.names)
        return (_SIGNATURE,) if signed else ()

    def first_free(self, sheet: str, *, below: int) -> int:
        """The first column right of all tables, filters, pictures and merged cells; `below` is the header row."""
        tab = self._tab(sheet)
        frame = Frame(self._archive.read(tab.part))
        # From the header row on: a merged title above the table is no reason to move the columns away from it.
        right = [area[2] for area in frame.merged() if area[3] >= below]
        filters = [span.attributes.get("ref", "") for span in frame.root.all("autoFilter")]
        tables = [outline(self._archive.read(r.target)).attributes.get("ref", "") for r in self._of(tab, "table")]
        right += [area[2] for area in map(area_of, (*filters, *tables)) if area]
        for relation in self._of(tab, "drawing"):
            right += [int(column) + 1 for column in _ANCHORED.findall(self._archive.read(relation.target))]
        return max(right, default=0) + 1

    def finish(self, donor: bytes, lines: Mapping[str, RowStream], *, front: Collection[str], annotations: Mapping[str, Annotation]) -> bytes:
        """The package with the donor's sheets around the user's own, and with the annotations.

        `donor` is a workbook written by openpyxl, `lines` are the rows of its long sheets; those in `front` come before the user's.
        """
        part = self._tabs.formats_part
        given, formats = SourceWorkbook(donor), Formats(self._archive.read(part))
        looks = formats.looks_of(given.formats)
        new = given.move(self._archive, formats, self._tabs.space, self._tabs.relationships)
        for made in new:
            if made.name in lines:
                fill(self._archive, made.part, lines[made.name], looks)
        for tab in self._tabs.all:
            if tab.ours or not tab.part:
                continue
            if tab.name in annotations:
                self._annotate(tab, annotations[tab.name], formats, looks)
            else:
                self._deselect(tab)
        before, behind = [tab for tab in new if tab.name in front], [tab for tab in new if tab.name not in front]
        self._tabs.rearrange(before, behind, active=given.active)
        # Last of all, since every sheet may have added formats.
        self._archive.write(part, formats.data())
        return self._archive.pack()

    def formulas(self, sheet: str, places: Collection[CellPlace]) -> dict[CellPlace, str]:
        """Those of the cells that hold a formula, with its text, which is empty if it is shared with other cells."""
        return _cells(Frame(self._archive.read(self._tab(sheet).part))).formulas(places)

    def correct(self, corrections: Mapping[str, Mapping[CellPlace, Correction]], author: str) -> bytes:
        """The package with some cells of its sheets corrected; every formula is recalculated when it is opened."""
        part = self._tabs.formats_part
        formats = Formats(self._archive.read(part))
        tints = self.marks.tints
        for sheet, cells in corrections.items():
            tab = self._tab(sheet)
            frame = Frame(self._archive.read(tab.part))
            changes: dict[int, dict[int, CellChange]] = {}
            for (row, column), one in cells.items():
                changes.setdefault(row, {})[column] = CellChange(one.text, partial(_corrected, formats, tints, one.tint), one.instead_of_formula)
            frame.cells(_cells(frame).edits(sorted(changes.items()), restyled={}, spared=frozenset()))
            Notes(self._archive, tab.part, frame).extend({place: one.note for place, one in cells.items()}, author)
            self._archive.write_blocks(tab.part, frame.blocks())
        # The cached results of formulas that use the corrected cells are those of the old values.
        self._tabs.request_recalculation()
        if any(one.instead_of_formula for cells in corrections.values() for one in cells.values()):
            self._tabs.forget_order()
        self._archive.write(part, formats.data())
        return self._archive.pack()

    def _tab(self, sheet: str) -> SheetEntry:
        return next(tab for tab in self._tabs.all if tab.name == sheet and not tab.ours)

    def _of(self, tab: SheetEntry, kind: str) -> list[Relation]:
        return [r for r in self._archive.relations(tab.part) if r.kind == kind and not r.external and self._archive.has(r.target)]

    def _deselect(self, tab: SheetEntry) -> None:
        data = self._archive.read(tab.part)
        if b"tabSelected" not in data:
            return
        if tab.kind != "worksheet":  # a chart or a dialog, which has no cells
            if edits := selected(data, outline(data)):
                self._archive.write(tab.part, splice(data, edits))
            return
        frame = Frame(data)
        if edits := selected(data, frame.root):
            frame.edit(edits)
            self._archive.write_blocks(tab.part, frame.blocks())

    def _annotate(self, tab: SheetEntry, annotation: Annotation, formats: Formats, looks: Mapping[str, int]) -> None:
        if tab.kind != "worksheet":
            raise CannotKeep(f"the sheet {tab.name} is not a worksheet")
        frame = Frame(self._archive.read(tab.part))
        frame.edit(selected(frame.written, frame.root))
        # Only where an earlier report has been may a cell wear one of our colours; elsewhere such a colour is the user's own.
        again = not annotation.widths or any(tab.ours for tab in self._tabs.all)
        restyled = {number: partial(_untinted, formats, self.marks.tints) for number in formats.tints(*self.marks.tints)} if again else {}
        changes = _changes(annotation, formats, looks, self.marks.tints)
        frame.cells(_cells(frame).edits(changes, restyled=restyled, spared=annotation.columns))
        frame.grow(annotation.columns, [annotation.last])
        if annotation.widths:
            frame.widen(annotation.widths)
        self._link(tab, frame, annotation)
        Notes(self._archive, tab.part, frame).replace(annotation.notes, self.marks.author)
        self._archive.write_blocks(tab.part, frame.blocks())

    def _link(self, tab: SheetEntry, frame: Frame, annotation: Annotation) -> None:
        """Replace the links in the annotator's columns."""
        there = frame.root.child("hyperlinks")
        old = [span for span in there.children if _column_of(span) in annotation.columns] if there else []
        new = hyperlinks(self._archive, tab.part, frame, annotation.links)
        self._archive.unrelate(tab.part, [identity for span in old if (identity := span.related())])
        if there is not None and len(old) == len(there.children) and not new:
            frame.remove(there)
            return
        for span in old:
            frame.remove(span)
        if new:
            frame.add("hyperlinks", new)


def _cells(frame: Frame) -> SheetCells:
    return SheetCells(data=frame.written, start=frame.inner, end=frame.close, prefix=frame.prefix, column_style=frame.column_style)


def _changes(
    annotation: Annotation, formats: Formats, looks: Mapping[str, int], marks: tuple[str, ...]
) -> Iterator[tuple[int, Mapping[int, CellChange]]]:
    """The changes of each row, from the top: the contents of the annotator's columns, and the colours of the other cells."""
    styles_of: dict[str, Restyle] = {"": _same, **{name: _constant(number) for name, number in looks.items()}}
    tints = {color: CellChange(Keep.VALUE, partial(_tinted, formats, marks, color)) for color in marks}
    coloured = groupby(sorted(annotation.tints.items()), key=lambda item: item[0][0])
    by_row = ((row, {column: tints[color] for (_, column), color in items}) for row, items in coloured)
    put = ((row, {column: CellChange(one.value, styles_of[one.look]) for column, one in puts.items()}) for row, puts in annotation.rows)
    row, found = 0, dict[int, CellChange]()
    for number, changes in merge(by_row, put, key=itemgetter(0)):
        if number == row:
            found |= changes  # the annotator's own column is not tinted
            continue
        if found:
            yield row, found
        row, found = number, changes
    if found:
        yield row, found


def _constant(number: int) -> Callable[[int], int]:
    return lambda _: number


def _same(number: int) -> int:
    return number


def _tinted(formats: Formats, marks: tuple[str, ...], color: str, number: int) -> int:
    return formats.tinted(_untinted(formats, marks, number), color)


def _untinted(formats: Formats, marks: tuple[str, ...], number: int) -> int:
    return formats.untinted(number, *marks)


def _corrected(formats: Formats, marks: tuple[str, ...], tint: str, number: int) -> int:
    return formats.as_text(formats.tinted(_untinted(formats, marks, number), tint))


def _column_of(span: Span) -> int:
    area = area_of(span.attributes.get("ref", ""))
    return area[0] if area else 0


__all__ = ["Annotation", "CannotKeep", "CellValue", "Correction", "Editor", "Marks"]
