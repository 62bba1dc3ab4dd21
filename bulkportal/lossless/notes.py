"""Notes on cells, and the legacy drawing that a spreadsheet program needs for each of them.

A note written by somebody else is never touched; a cell that has one gets none of ours. Threads of the newer
kind are accompanied by a note of their own author, and so they are left alone as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape, unescape

from bulkportal.a1 import letter
from bulkportal.lossless.cell_links import CellPlace
from bulkportal.lossless.cell_values import cell_text
from bulkportal.lossless.editable_package import EditablePackage
from bulkportal.lossless.worksheet import Frame, area_of
from bulkportal.lossless.xml_spans import INSIDE, XML_HEAD, ByteEdit, CannotKeep, Span, appended, outline, splice, with_attribute

_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_BLOCK = 1024
"""Shapes are numbered in blocks of this size; a drawing states the blocks it uses."""

_SPACES = (
    (b"v", b"urn:schemas-microsoft-com:vml"),
    (b"o", b"urn:schemas-microsoft-com:office:office"),
    (b"x", b"urn:schemas-microsoft-com:office:excel"),
)
_KIND = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"{}>'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;margin-top:2pt;width:248pt;'
    'height:{height}pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"{spaces}><v:fill color2="#ffffe1"/>'
    '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto">'
    '<div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:Anchor>{column}, 15, {above}, 10, {right}, 15, {below}, 4</x:Anchor><x:AutoFill>False</x:AutoFill>"
    "<x:Row>{row0}</x:Row><x:Column>{column0}</x:Column></x:ClientData></v:shape>"
)
_ONE_SHAPE = re.compile(rb"<v:shape\b(?!type)(?:[^<]|<(?!/?v:shape\b))*+</v:shape>", re.DOTALL)
_ROW_OF = re.compile(rb"<x:Row>\s*(\d+)\s*</x:Row>")
_COLUMN_OF = re.compile(rb"<x:Column>\s*(\d+)\s*</x:Column>")
_NUMBER = re.compile(rb"_x0000_s(\d{1,9})\b")
_BLOCKS = re.compile(rb"(<o:idmap\b[^<>]*?\bdata\s*=\s*[\"'])([\d,\s]*)([\"'])")
_ROOT = re.compile(rb"<(?:\w+:)?xml\b" + INSIDE + rb">", re.DOTALL)
_LINE = 46


class Notes:
    """The notes of one worksheet."""

    def __init__(self, archive: EditablePackage, part: str, frame: Frame) -> None:
        self._archive, self._part, self._frame = archive, part, frame
        self._comments = archive.related(part, "comments")
        self._drawing = self._drawing_part()

    def replace(self, notes: Mapping[CellPlace, str], author: str) -> None:
        """Replace the notes of this author by these; the notes of others stay, and keep their cells."""
        # Nothing to take away and nothing to add: a sheet without notes keeps its bytes.
        if self._comments is None and not notes:
            return
        listing = self._listing()
        ours = [span for span in listing.notes if listing.author(span) == author]
        theirs = {_place(span) for span in listing.notes} - {_place(span) for span in ours}
        new = {place: text for place, text in sorted(notes.items()) if place not in theirs}
        if ours or new:
            self._save(listing, [(span.start, span.end, b"") for span in ours], new, author)
            self._save_drawing([_place(span) for span in ours], new)

    def extend(self, notes: Mapping[CellPlace, str], author: str) -> None:
        """Add these notes, each after the text that the note of its cell already has; a cell with a thread gets none."""
        listing = self._listing()
        there = {_place(span): span for span in listing.notes}
        behind = [edit for place, text in notes.items() if place in there for edit in listing.behind(there[place], text)]
        new = {place: text for place, text in sorted(notes.items()) if place not in there}
        self._save(listing, behind, new, author)
        self._save_drawing([], new)

    def _listing(self) -> _Listing:
        return _Listing(self._archive.read(self._comments) if self._comments else self._empty())

    def _save(self, listing: _Listing, edits: list[ByteEdit], new: Mapping[CellPlace, str], author: str) -> None:
        names = listing.names
        if author not in names:
            edits.append(appended(listing.written, listing.authors, _tag(listing.root, "author", "", escape(author))))
        number = names.index(author) if author in names else len(names)
        edits.append(appended(listing.written, listing.list, b"".join(_comment(listing.root, place, number, text) for place, text in new.items())))
        self._save_comments(splice(listing.written, edits))

    def _drawing_part(self) -> str | None:
        """The legacy drawing of the sheet, which notes and form buttons share."""
        span = self._frame.root.child("legacyDrawing")
        if span is None:
            return None
        found = [r.target for r in self._archive.relations(self._part) if r.id == span.related() and self._archive.has(r.target)]
        if not found:
            raise CannotKeep("the drawing behind its notes is missing")
        return found[0]

    def _empty(self) -> bytes:
        return XML_HEAD + f'<comments xmlns="{self._frame.root.space}"><authors></authors><commentList></commentList></comments>'.encode()

    def _save_comments(self, data: bytes) -> None:
        if self._comments is None:
            self._comments = self._archive.free("xl/comments%d.xml")
            self._archive.relate(self._part, f"{self._frame.relationships}/comments", self._comments)
        self._archive.write(self._comments, data)
        self._archive.declare(self._comments, _COMMENTS)

    def _save_drawing(self, gone: Sequence[CellPlace], new: Mapping[CellPlace, str]) -> None:
        if self._drawing is None:
            if not new:
                return
            self._drawing = self._archive.free("xl/drawings/vmlDrawing%d.vml")
            spaces = b"".join(b' xmlns:%s="%s"' % space for space in _SPACES)
            blank = b'<xml%s><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>' % spaces
            self._archive.write(self._drawing, _with_shapes(blank, new))
            self._archive.declare(self._drawing, _DRAWING)
            identity = self._archive.relate(self._part, f"{self._frame.relationships}/vmlDrawing", self._drawing)
            self._frame.put("legacyDrawing", self._frame.related("legacyDrawing", identity))
            return
        self._archive.write(self._drawing, _with_shapes(_without_shapes(self._archive.read(self._drawing), gone), new))


class _Listing:
    """The part that holds the notes of a sheet, as it was read."""

    def __init__(self, written: bytes) -> None:
        root = outline(written)
        authors, listed = root.child("authors"), root.child("commentList")
        if authors is None or listed is None:
            raise CannotKeep("its notes are incomplete")
        self.written, self.root, self.authors, self.list = written, root, authors, listed
        self.notes = listed.children
        self.names = [unescape(written[span.inner : span.close].decode()) for span in authors.children]

    def author(self, note: Span) -> str:
        """Who wrote a note."""
        number = int(note.attributes.get("authorId", "0"))
        return self.names[number] if number < len(self.names) else ""

    def behind(self, note: Span, text: str) -> list[ByteEdit]:
        """The edit that adds to a note; none for a thread, whose text is only a copy."""
        said = note.child("text")
        if said is None or self.author(note).startswith("tc="):
            return []
        plain, rich = said.child("t"), list(said.all("r"))
        added = "\n\n" + text if plain or rich else text
        written = f' xml:space="preserve">{escape(cell_text(added), quote=False)}</'
        prefix = self.root.prefix.decode()
        if plain is None or rich:
            run = f"<{prefix}r><{prefix}t{written}{prefix}t></{prefix}r>"
            return [(rich[-1].end, rich[-1].end, run.encode())] if rich else [appended(self.written, said, run.encode())]
        tag = with_attribute(self.written[plain.start : plain.inner], "xml:space", "preserve")
        before = self.written[plain.inner : plain.close]
        end = f"{escape(cell_text(added), quote=False)}</{prefix}t>".encode()
        return [(plain.start, plain.end, tag.removesuffix(b"/>").rstrip(b">") + b">" + before + end)]


def _address(place: CellPlace) -> str:
    return f"{letter(place[1] - 1)}{place[0]}"


def _place(span: Span) -> CellPlace:
    area = area_of(span.attributes.get("ref", ""))
    return (area[1], area[0]) if area else (0, 0)


def _tag(root: Span, name: str, attributes: str, inside: str) -> bytes:
    prefix = root.prefix.decode()
    return f"<{prefix}{name}{attributes}>{inside}</{prefix}{name}>".encode()


def _comment(root: Span, place: CellPlace, author: int, text: str) -> bytes:
    written = _tag(root, "t", ' xml:space="preserve"', escape(cell_text(text), quote=False)).decode()
    inside = _tag(root, "text", "", written).decode()
    return _tag(root, "comment", f' ref="{_address(place)}" authorId="{author}"', inside)


def _without_shapes(data: bytes, gone: Iterable[CellPlace]) -> bytes:
    """The drawing without the shapes of notes that are gone."""
    places = set(gone)
    if not places:
        return data

    def kept(match: re.Match[bytes]) -> bytes:
        row, column = _ROW_OF.search(match.group()), _COLUMN_OF.search(match.group())
        is_note = row and column and b'ObjectType="Note"' in match.group()
        return b"" if is_note and row and column and (int(row.group(1)) + 1, int(column.group(1)) + 1) in places else match.group()

    return _ONE_SHAPE.sub(kept, data)


def _with_shapes(data: bytes, notes: Mapping[CellPlace, str]) -> bytes:
    """The drawing with a hidden yellow box for each note."""
    if not notes:
        return data
    root, end = _ROOT.search(data), data.rfind(b"</xml")
    if root is None or end < 0:
        raise CannotKeep("the drawing behind its notes is spelled in an unusual way")
    missing = [space for space in _SPACES if not re.search(rb"xmlns:%s\s*=\s*[\"']%s[\"']" % space, root.group())]
    spaces = b"".join(b' xmlns:%s="%s"' % space for space in missing).decode()
    # Behind every number in use: two shapes of one number count as damage.
    first = max([_BLOCK, *(int(number) for number in _NUMBER.findall(data))]) + 1
    added = "" if re.search(rb"id\s*=\s*[\"']_x0000_t202[\"']", data) else _KIND.format(spaces)
    added += "".join(_shape(place, text, first + at, spaces) for at, (place, text) in enumerate(notes.items()))
    data = data[:end] + added.encode() + data[end:]
    used = {number // _BLOCK for number in range(first, first + len(notes))}

    def claimed(match: re.Match[bytes]) -> bytes:
        blocks = used | {int(block) for block in match.group(2).split(b",") if block.strip()}
        return match.group(1) + ",".join(map(str, sorted(blocks))).encode() + match.group(3)

    return _BLOCKS.sub(claimed, data, count=1)


def _shape(place: CellPlace, text: str, number: int, spaces: str) -> str:
    row, column = place
    lines = sum(1 + max(len(line) - 1, 0) // _LINE for line in text.split("\n"))
    rows = min(2 + lines, 24)
    above = max(row - 2, 0)
    return _SHAPE.format(
        number=number,
        height=15 * rows,
        spaces=spaces,
        column=column,
        right=column + 4,
        above=above,
        below=above + rows,
        row0=row - 1,
        column0=column - 1,
    )
