"""The frame around a worksheet's cells: columns, links, drawings, each put where the format requires it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from itertools import chain

from bulkportal.a1 import column_number, letter
from bulkportal.lossless.xml_spans import (
    INSIDE,
    RELATIONSHIPS,
    ByteEdit,
    CannotKeep,
    Span,
    appended,
    blocks_of,
    in_order,
    outline,
    spliced,
    with_attribute,
)

ORDER = tuple(
    re.findall(
        r"\w+",
        "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios autoFilter sortState "
        "dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations hyperlinks printOptions pageMargins "
        "pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing "
        "legacyDrawingHF drawingHF picture oleObjects controls webPublishItems tableParts extLst",
    )
)
"""The children of a worksheet in the only order that a spreadsheet program accepts (ECMA-376, CT_Worksheet)."""

_CELLS = re.compile(rb"<((?:[A-Za-z_][\w.\-]*:)?)sheetData(?=[\s/>])" + INSIDE + rb">", re.DOTALL)
_RANGE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d+)(?::\$?([A-Za-z]{1,3})\$?(\d+))?")


class Frame:
    """One worksheet part. Edits are collected; `blocks` applies them all at once, `written` is the original part."""

    def __init__(self, data: bytes) -> None:
        found = _CELLS.search(data)
        if not found:
            raise CannotKeep("a sheet has no cells")
        self.prefix = found.group(1)
        self.written = data
        self.inner = self.close = found.end()
        if not found.group().endswith(b"/>"):
            self.close = data.find(b"</" + self.prefix + b"sheetData", self.inner)
        # The cells are cut out for this: as a tree they would take far more memory than as bytes.
        self.root = outline(data[: self.inner] + data[self.close :])
        self.root.shifted(self.inner, self.close - self.inner)
        cells = self.root.child("sheetData")
        if self.root.name != "worksheet" or cells is None:
            raise CannotKeep("a sheet is not a worksheet")
        if not cells.is_empty:
            cells.close, cells.end = self.close, data.index(b">", self.close) + 1
        self._cells = cells
        self._edits: list[ByteEdit] = []
        self._cell_edits: Iterable[ByteEdit] = ()
        self._new: dict[str, list[bytes]] = {}
        self._column_styles: dict[int, int] = {}

    def blocks(self) -> Iterator[bytes]:
        """The part with every edit, in blocks: the cells may be many."""
        places = {name: self._place(name) for name in sorted(self._new, key=ORDER.index)}
        edits = in_order([*self._edits, *((place, place, b"".join(self._new[name])) for name, place in places.items())])
        start, end = (self._cells.start, self._cells.end) if self._cells.is_empty else (self.inner, self.close)
        yield from blocks_of(
            chain(
                spliced(self.written, (edit for edit in edits if edit[1] <= start), 0, start),
                self._opened() if self._cells.is_empty else spliced(self.written, self._cell_edits, start, end),
                spliced(self.written, (edit for edit in edits if edit[0] >= end), end, len(self.written)),
            )
        )

    def _opened(self) -> Iterator[bytes]:
        """The cells of a sheet that had none."""
        yield self.written[self._cells.start : self._cells.inner].removesuffix(b"/>").rstrip() + b">"
        yield from (xml for _, _, xml in self._cell_edits)
        yield b"</" + self._cells.tag + b">"

    def edit(self, edits: Iterable[ByteEdit]) -> None:
        """Take over edits."""
        self._edits += edits

    def cells(self, edits: Iterable[ByteEdit]) -> None:
        """Take over edits of the cells, which come in order and are iterated once, by `blocks`."""
        self._cell_edits = edits

    def remove(self, span: Span) -> None:
        """Take an element away."""
        self._edits.append((span.start, span.end, b""))

    def add(self, container: str, xml: bytes) -> None:
        """Add to a container such as ``hyperlinks``, which is made if it is not there."""
        there = self.root.child(container)
        if there is not None:
            self._edits.append(appended(self.written, there, xml))
        else:
            tag = self.prefix + container.encode()
            self.put(container, b"<%s>%s</%s>" % (tag, xml, tag))

    def put(self, name: str, xml: bytes) -> None:
        """Put a new element of this name in its place."""
        self._new.setdefault(name, []).append(xml)

    @property
    def relationships(self) -> str:
        """The namespace of relationships: the usual one, or that of the strict dialect."""
        return RELATIONSHIPS["purl.oclc.org" in self.root.space]

    def related(self, name: str, identity: str, attributes: str = "") -> bytes:
        """An element that points to a relationship."""
        return f'<{self.prefix.decode()}{name} xmlns:r="{self.relationships}" r:id="{escape(identity)}"{attributes}/>'.encode()

    def grow(self, columns: Iterable[int], rows: Iterable[int]) -> None:
        """Extend the stated dimension to these columns and rows."""
        dimension = self.root.child("dimension")
        area = area_of(dimension.attributes.get("ref", "")) if dimension is not None else None
        # A sheet without one is read whole by every program, so none is added.
        if dimension is None or area is None:
            return
        left, top, right, bottom = area
        ref = f"{_name(left)}{min((top, *rows))}:{_name(max((right, *columns)))}{max((bottom, *rows))}"
        tag = self.written[dimension.start : dimension.inner]
        self._edits.append((dimension.start, dimension.inner, with_attribute(tag, "ref", ref)))

    def widen(self, widths: Mapping[int, float]) -> None:
        """Give columns a width; their other attributes, and their neighbours, stay."""
        columns = self.root.child("cols")
        new = b"".join(self._column(column, width, self._stating(column)) for column, width in sorted(widths.items()))
        if columns is None:
            self.put("cols", b"<%scols>%s</%scols>" % (self.prefix, new, self.prefix))
            return
        stated: list[tuple[int, bytes]] = [(column, self._column(column, width, self._stating(column))) for column, width in widths.items()]
        for span in columns.children:
            first, last = _reach(span)
            tag = self._closed(span)
            # One <col> may cover many columns, and two must not overlap: it is split around those that get a width.
            for low, high in _gaps(first, last, widths):
                stated.append((low, with_attribute(with_attribute(tag, "min", low), "max", high)))
        xml = b"".join(text for _, text in sorted(stated))
        self._edits.append((columns.inner, columns.close, xml))

    def column_style(self, column: int) -> int:
        """The format that a column gives to its cells."""
        if column not in self._column_styles:
            span = self._stating(column)
            self._column_styles[column] = int(span.attributes.get("style", "0")) if span is not None else 0
        return self._column_styles[column]

    def merged(self) -> Iterator[tuple[int, int, int, int]]:
        """The merged areas as (left, top, right, bottom)."""
        merges = self.root.child("mergeCells")
        areas = (area_of(span.attributes.get("ref", "")) for span in merges.children) if merges is not None else ()
        return (area for area in areas if area is not None)

    def _stating(self, column: int) -> Span | None:
        columns = self.root.child("cols")
        spans = columns.children if columns is not None else []
        return next((span for span in spans if _reach(span)[0] <= column <= _reach(span)[1]), None)

    def _column(self, column: int, width: float, stated: Span | None) -> bytes:
        tag = self._closed(stated) if stated is not None else b"<" + self.prefix + b"col/>"
        for name, value in (("min", column), ("max", column), ("width", width), ("customWidth", 1)):
            tag = with_attribute(tag, name, value)
        # A hidden column would hide what is written into it.
        return with_attribute(tag, "hidden", 0) if b"hidden" in tag else tag

    def _closed(self, span: Span) -> bytes:
        """The tag of an element without an inside, also where that is written as ``<col></col>``."""
        tag = self.written[span.start : span.inner]
        return tag if span.is_empty else tag.removesuffix(b">") + b"/>"

    def _place(self, name: str) -> int:
        """Where a new element of this name belongs."""
        rank = ORDER.index(name)
        for child in self.root.children:
            # What AlternateContent wraps keeps the place that it would have without the wrapper.
            inside = {leaf.name for branch in child.children for leaf in branch.children} if child.name == "AlternateContent" else {child.name}
            if any(inner in ORDER and ORDER.index(inner) > rank for inner in inside):
                return child.start
        return self.root.close


def area_of(ref: str) -> tuple[int, int, int, int] | None:
    """An area such as ``A1:C9`` as (left, top, right, bottom), counted from 1."""
    found = _RANGE.fullmatch(ref)
    if not found:
        return None
    left, top, right, bottom = found.groups()
    return column_number(left), int(top), column_number(right or left), int(bottom or top)


def _reach(span: Span) -> tuple[int, int]:
    return int(span.attributes.get("min", "0")), int(span.attributes.get("max", "0"))


def _gaps(first: int, last: int, taken: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The stretches from `first` to `last` that are not taken."""
    start = first
    for column in sorted(column for column in taken if first <= column <= last):
        if start < column:
            yield start, column - 1
        start = column + 1
    if start <= last:
        yield start, last


def _name(column: int) -> str:
    return letter(column - 1)
