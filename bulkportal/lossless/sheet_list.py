"""The workbook part: which sheets there are, in which order, and the names that count them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape

from bulkportal.lossless.editable_package import EditablePackage
from bulkportal.lossless.package import part_key
from bulkportal.lossless.xml_spans import RELATIONSHIPS, ByteEdit, CannotKeep, Span, appended, outline, splice, with_attribute

_WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_BEFORE_NAMES = (
    "fileVersion",
    "fileSharing",
    "workbookPr",
    "AlternateContent",
    "revisionPtr",
    "absPath",
    "workbookProtection",
    "bookViews",
    "sheets",
    "functionGroups",
    "externalReferences",
)
"""The elements before the defined names (ECMA-376, CT_Workbook)."""

_SUFFIXES = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": ".xlsx",
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml": ".xlsm",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml": ".xltx",
    "application/vnd.ms-excel.template.macroEnabled.main+xml": ".xltm",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetEntry:
    """One sheet of the workbook. `ours` means that it bears the mark of sheets added by an earlier run."""

    name: str
    part: str
    kind: str
    identity: str
    written: bytes
    state: str
    ours: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSheet:
    """A sheet to be added, with the names that belong to it: (attributes, text)."""

    name: str
    part: str
    state: str = "visible"
    names: Sequence[tuple[str, str]] = ()


class SheetList:
    """The list of sheets of a package. `mark` is a hidden name, local to a sheet, that marks a sheet which may be replaced."""

    def __init__(self, archive: EditablePackage, mark: str = "") -> None:
        self._archive, self._mark = archive, mark
        found = archive.related("", "officeDocument")
        if found is None:
            raise CannotKeep("it has no workbook inside")
        self.part = found
        self._data = archive.read(found)
        self._root = outline(self._data)
        self.suffix = _SUFFIXES.get(archive.content_type(found), "")
        if self._root.name != "workbook" or not self.suffix:
            raise CannotKeep("it is a workbook of another kind")
        self._sheets = self._root.child("sheets")
        self.all = self._read()
        parts = [part_key(tab.part) for tab in self.all if tab.part]
        if len(set(parts)) < len(parts):
            raise CannotKeep("two of its sheets are one")

    @property
    def formats_part(self) -> str:
        """The part with the cell formats. Raises CannotKeep if there is none."""
        part = self._archive.related(self.part, "styles")
        if part is None:
            raise CannotKeep("it has no cell formats")
        return part

    @property
    def space(self) -> str:
        """The namespace of the workbook."""
        return self._root.space

    @property
    def relationships(self) -> str:
        """The namespace of its relationships: the usual one, or that of the strict dialect."""
        return RELATIONSHIPS["purl.oclc.org" in self._root.space]

    @property
    def active(self) -> int:
        """The place of the sheet that the workbook opens at."""
        views = self._root.child("bookViews")
        return int(views.children[0].attributes.get("activeTab", "0")) if views and views.children else 0

    def rearrange(self, front: Sequence[NewSheet], back: Sequence[NewSheet], *, active: int) -> None:
        """Remove the sheets that bear the mark and put new ones around the user's own.

        The workbook opens at the sheet at `active`, which is one of those in front.
        """
        kept = [tab for tab in self.all if not tab.ours]
        for tab in self.all:
            if tab.ours:
                self._forget(tab)
        edits = [self._listed(kept, front, back), *self._views(active), *self._names(kept, front, back)]
        self._archive.write(self.part, splice(self._data, edits))

    def request_recalculation(self) -> None:
        """Have formulas recalculated when the workbook is opened: cells that they depend on were changed."""
        stated = self._root.child("calcPr")
        if stated is not None:
            tag = with_attribute(self._data[stated.start : stated.inner], "fullCalcOnLoad", 1)
            self._archive.write(self.part, splice(self._data, [(stated.start, stated.inner, tag)]))

    def forget_order(self) -> None:
        """Remove the calculation chain, which a program rebuilds: one that names a cell without a formula counts as damage."""
        for relation in self._archive.relations(self.part):
            if relation.kind == "calcChain" and not relation.external:
                self._archive.unrelate(self.part, [relation.id])
                self._archive.remove(relation.target)

    def _read(self) -> tuple[SheetEntry, ...]:
        relations = {relation.id: relation for relation in self._archive.relations(self.part)}
        marked = {span.attributes.get("localSheetId") for span in self._defined() if self._mark and span.attributes.get("name") == self._mark}
        tabs = []
        for number, span in enumerate(self._sheets.children if self._sheets else ()):
            relation = relations.get(span.related() or "")
            tab = SheetEntry(
                name=span.attributes.get("name", ""),
                part=relation.target if relation else "",
                kind=relation.kind if relation else "",
                identity=span.related() or "",
                state=span.attributes.get("state", "visible"),
                written=self._data[span.start : span.end],
                ours=str(number) in marked,
            )
            tabs.append(tab)
        return tuple(tabs)

    def _defined(self) -> list[Span]:
        names = self._root.child("definedNames")
        return names.children if names else []

    def _forget(self, tab: SheetEntry) -> None:
        """Remove a sheet with everything that only it refers to."""
        own = {part_key(relation.target) for relation in self._archive.relations(tab.part) if not relation.external}
        self._archive.remove(tab.part)
        self._archive.unrelate(self.part, [tab.identity])
        # Once the sheet itself is gone: what any other part still refers to, such as a shared drawing, stays.
        listings = [key for name in self._archive.names if (key := part_key(name)).endswith(".rels")]
        owners = (name.replace("_rels/", "", 1).removesuffix(".rels") for name in listings)
        shared = {part_key(relation.target) for owner in owners for relation in self._archive.relations(owner)}
        for part in own - shared:
            if self._archive.has(part):
                self._archive.remove(part)

    def _listed(self, kept: Sequence[SheetEntry], front: Sequence[NewSheet], back: Sequence[NewSheet]) -> ByteEdit:
        if self._sheets is None:
            raise CannotKeep("it lists no sheets")
        taken = [int(span.attributes.get("sheetId", "0")) for span in self._sheets.children]
        # The user's sheets keep their ids, which other parts refer to; those of our old sheets may be given again.
        kept_ids = [number for number, tab in zip(taken, self.all, strict=True) if not tab.ours]
        following = max(kept_ids, default=0) + 1
        new: dict[str, bytes] = {}
        for tab in (*front, *back):
            new[tab.name] = self._line(tab, following)
            following += 1
        lines = [*(new[tab.name] for tab in front), *(tab.written for tab in kept), *(new[tab.name] for tab in back)]
        return (self._sheets.inner, self._sheets.close, b"".join(lines))

    def _line(self, tab: NewSheet, number: int) -> bytes:
        self._archive.declare(tab.part, _WORKSHEET)
        identity = self._archive.relate(self.part, f"{self.relationships}/worksheet", tab.part)
        state = "" if tab.state == "visible" else f' state="{tab.state}"'
        # Declared on the element itself, since the workbook may use the prefix r for something else, or for nothing.
        space = f'xmlns:r="{self.relationships}"'
        prefix = self._root.prefix.decode()
        return f'<{prefix}sheet {space} name="{escape(tab.name)}" sheetId="{number}"{state} r:id="{identity}"/>'.encode()

    def _views(self, active: int) -> list[ByteEdit]:
        views = self._root.child("bookViews")
        edits: list[ByteEdit] = []
        for view in views.children if views else ():
            tag = self._data[view.start : view.inner]
            # firstSheet is the leftmost tab shown: left as it was, our sheets in front would be scrolled out of view.
            edits.append((view.start, view.inner, with_attribute(with_attribute(tag, "firstSheet", 0), "activeTab", active)))
        return edits

    def _names(self, kept: Sequence[SheetEntry], front: Sequence[NewSheet], back: Sequence[NewSheet]) -> list[ByteEdit]:
        """Names that belong to a sheet count the sheets, so they move with it."""
        # localSheetId is a place in the list, not a sheetId: with sheets in front every name would belong to another one.
        moved = {str(self.all.index(tab)): len(front) + place for place, tab in enumerate(kept)}
        edits: list[ByteEdit] = []
        for span in self._defined():
            local = span.attributes.get("localSheetId")
            if local is None:
                continue
            tag = self._data[span.start : span.inner]
            new = with_attribute(tag, "localSheetId", moved[local]) if local in moved else b""
            edits.append((span.start, span.inner if new else span.end, new))
        places = {id(tab): place for place, tab in [*enumerate(front), *enumerate(back, start=len(front) + len(kept))]}
        added = b"".join(self._name(attributes, text, places[id(tab)]) for tab in (*front, *back) for attributes, text in tab.names)
        return [*edits, *self._added_names(added)]

    def _name(self, attributes: str, text: str, place: int) -> bytes:
        prefix = self._root.prefix.decode()
        return f'<{prefix}definedName {attributes} localSheetId="{place}">{escape(text, quote=False)}</{prefix}definedName>'.encode()

    def _added_names(self, xml: bytes) -> list[ByteEdit]:
        there = self._root.child("definedNames")
        if not xml:
            return []
        if there is not None:
            return [appended(self._data, there, xml)]
        place = next((child.start for child in self._root.children if child.name not in _BEFORE_NAMES), self._root.close)
        tag = self._root.prefix + b"definedNames"
        return [(place, place, b"<%s>%s</%s>" % (tag, xml, tag))]


def selected(data: bytes, root: Span) -> list[ByteEdit]:
    """The edits that deselect a sheet: two selected sheets are edited together, cell for cell."""
    views = root.child("sheetViews")
    chosen = [view for view in (views.children if views else ()) if view.attributes.get("tabSelected") in ("1", "true")]
    return [(view.start, view.inner, with_attribute(data[view.start : view.inner], "tabSelected", 0)) for view in chosen]


def names_of(data: bytes) -> Mapping[int, list[tuple[str, str]]]:
    """The names that belong to each sheet of a workbook part that we wrote: (attributes, text) by sheet."""
    found: dict[int, list[tuple[str, str]]] = {}
    names = outline(data).child("definedNames")
    for span in names.children if names else ():
        if "localSheetId" in span.attributes:
            attributes = " ".join(f'{key}="{escape(value)}"' for key, value in span.attributes.items() if key != "localSheetId")
            text = unescape(data[span.inner : span.close].decode())
            found.setdefault(int(span.attributes["localSheetId"]), []).append((attributes, text))
    return found
