"""Sheets of a workbook that we wrote, prepared for another one."""

from __future__ import annotations

import posixpath
import re
from html import escape

from bulkportal.lossless.cell_formats import Formats
from bulkportal.lossless.editable_package import EditablePackage, Relation
from bulkportal.lossless.package import relations_of
from bulkportal.lossless.sheet_list import NewSheet, SheetList, names_of
from bulkportal.lossless.xml_spans import outline

_STYLED = re.compile(rb"<(c|row|col)\b([^>]*?)\b(s|style)=\"(\d+)\"")
_SHARED = re.compile(rb"<c ([^>]*?)\bt=\"s\"([^>]*)><v>(\d+)</v></c>")
_SPACE = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATION_SPACE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORKSHEET = "xl/worksheets/sheet%d.xml"


class SourceWorkbook:
    """A workbook saved by openpyxl: its spelling is known, so that its cells can be rewritten by pattern."""

    def __init__(self, data: bytes) -> None:
        self._archive = EditablePackage(data, label="workbook")
        self._tabs = SheetList(self._archive)
        self.formats = Formats(self._archive.read(self._tabs.formats_part))
        self._strings = self._shared_strings()
        self.active = self._tabs.active

    def move(self, archive: EditablePackage, formats: Formats, space: str, relationships: str) -> tuple[NewSheet, ...]:
        """Put every sheet into another package, in its formats and its dialect. The list of sheets is the caller's."""
        names = names_of(self._archive.read(self._tabs.part))
        numbers: dict[int, int] = {}
        moved: list[NewSheet] = []
        for place, tab in enumerate(self._tabs.all):
            part = archive.free(_WORKSHEET)
            data = self._archive.read(tab.part)
            data = _STYLED.sub(lambda found: self._styled(found, formats, numbers), data)
            data = _SHARED.sub(self._inline, data)
            # A workbook in the strict dialect takes its sheets in that dialect only.
            data = data.replace(_SPACE, space.encode()).replace(_RELATION_SPACE, relationships.encode())
            archive.write(part, data)
            self._move_related(tab.part, archive, part)
            moved.append(NewSheet(name=tab.name, part=part, state=tab.state, names=tuple(names.get(place, ()))))
        return tuple(moved)

    def _styled(self, found: re.Match[bytes], formats: Formats, numbers: dict[int, int]) -> bytes:
        number = int(found.group(4))
        if number not in numbers:
            numbers[number] = formats.add(self.formats.format(number))
        return b'<%s%s%s="%d"' % (found.group(1), found.group(2), found.group(3), numbers[number])

    def _inline(self, found: re.Match[bytes]) -> bytes:
        before, after, number = found.groups()
        return b'<c %st="inlineStr"%s><is>%s</is></c>' % (before, after, self._strings[int(number)])

    def _shared_strings(self) -> list[bytes]:
        part = self._archive.related(self._tabs.part, "sharedStrings")
        if part is None:
            return []
        data = self._archive.read(part)
        return [data[span.inner : span.close] for span in outline(data).children]

    def _move_related(self, source: str, archive: EditablePackage, part: str) -> None:
        """Copy what a sheet refers to, under free names and the same ids."""
        relations = self._archive.relations(source)
        if not relations:
            return
        targets = {relation.id: self._move_part(relation, archive) for relation in relations}
        lines = "".join(_line(relation, targets[relation.id]) for relation in relations)
        space = "http://schemas.openxmlformats.org/package/2006/relationships"
        head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        archive.write(relations_of(part), f'{head}<Relationships xmlns="{space}">{lines}</Relationships>'.encode())

    def _move_part(self, relation: Relation, archive: EditablePackage) -> str:
        if relation.external:
            return relation.target
        stem, suffix = posixpath.splitext(relation.target)
        # Without a percent sign, since `free` fills in the number by one.
        target = archive.free(re.sub(r"\d+$", "", stem).replace("%", "") + "%d" + suffix)
        archive.write(target, self._archive.read(relation.target))
        archive.declare(target, self._archive.content_type(relation.target))
        return "/" + target


def _line(relation: Relation, target: str) -> str:
    mode = ' TargetMode="External"' if relation.external else ""
    return f'<Relationship Id="{relation.id}" Type="{relation.type}" Target="{escape(target)}"{mode}/>'
