"""The package as a whole: parts are read, replaced, added and removed; the rest is copied as compressed bytes."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import count
from urllib.parse import quote

from bulkportal.errors import UnreadableInput
from bulkportal.lossless.package import LOCAL_HEADER, Package, part_key, relations_of, resolved
from bulkportal.lossless.xml_spans import XML_HEAD, CannotKeep, Span, appended, outline, sound, splice, with_attribute

TYPES = "[Content_Types].xml"

_QUICKLY = 3
"""A third of the time of the usual level, for a twentieth more bytes: cells are much alike."""
_NO_RELATIONS = XML_HEAD + b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
_RELATIONS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """One line of a part's relationships; `target` is the name of a part unless it is external."""

    id: str
    type: str
    target: str
    external: bool

    @property
    def kind(self) -> str:
        """The last word of the type: ``worksheet``, ``comments``, ..."""
        return self.type.rstrip("/").rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class _Packed:
    """A part that is deflated already, with the sizes and the checksum that a zip states of it."""

    deflated: bytes
    size: int
    check: int


class EditablePackage:
    """A workbook's package. Part names are compared as the format prescribes, and a part is read as UTF-8, whatever its encoding."""

    def __init__(self, data: bytes, *, label: str) -> None:
        self._data = data
        try:
            self._package = Package(data, label=label)
        except UnreadableInput as error:
            raise CannotKeep(error.message) from error
        with zipfile.ZipFile(io.BytesIO(data)) as zipped:
            self._folders = [info for info in zipped.infolist() if info.is_dir()]
            self._infos = {part_key(info.filename): info for info in zipped.infolist() if not info.is_dir()}
        # Which of the two a program shows depends on the program: an edit of one would be seen by half of the readers.
        if len(self._infos) != len(self._package.names):
            raise CannotKeep("two of its parts have one name")
        self._changed: dict[str, tuple[str, bytes | _Packed]] = {}
        self._removed: set[str] = set()

    @property
    def names(self) -> tuple[str, ...]:
        """Every part, as it is spelled in the package."""
        old = [info.filename for key, info in self._infos.items() if key not in self._removed]
        return (*old, *(name for key, (name, _) in self._changed.items() if key not in self._infos))

    def has(self, part: str) -> bool:
        """Whether there is such a part."""
        key = part_key(part)
        return key in self._changed or (key in self._infos and key not in self._removed)

    def read(self, part: str) -> bytes:
        """The bytes of a part. Raises CannotKeep if there is none, or it is damaged."""
        key = part_key(part)
        if key in self._changed:
            data = self._changed[key][1]
            return data if isinstance(data, bytes) else zlib.decompress(data.deflated, -zlib.MAX_WBITS)
        if not self.has(part):
            raise CannotKeep(f"its part {part} is missing")
        try:
            return b"".join(self._package.blocks(self._infos[key].filename))
        except UnreadableInput as error:
            raise CannotKeep(error.message) from error

    def write(self, part: str, data: bytes) -> None:
        """Replace or add a part."""
        self._put(part, data)

    def write_blocks(self, part: str, blocks: Iterable[bytes]) -> None:
        """Replace or add an XML part that is too large to be held as it is: each block is deflated as it comes."""
        deflate = zlib.compressobj(_QUICKLY, wbits=-zlib.MAX_WBITS)
        packed, size, check = bytearray(), 0, 0
        for block in sound(blocks):
            packed += deflate.compress(block)
            size, check = size + len(block), zlib.crc32(block, check)
        self._put(part, _Packed(bytes(packed + deflate.flush()), size, check))

    def _put(self, part: str, data: bytes | _Packed) -> None:
        key = part_key(part)
        self._removed.discard(key)
        # As it is spelled in the package: in another spelling it would be a second part of the same name.
        self._changed[key] = (self._infos[key].filename if key in self._infos else part, data)

    def remove(self, part: str) -> None:
        """Take a part away, with its relationships and its content type."""
        for name in (part, relations_of(part)):
            self._changed.pop(part_key(name), None)
            if part_key(name) in self._infos:
                self._removed.add(part_key(name))
        types = self.read(TYPES)
        gone = [span for span in outline(types).all("Override") if part_key(span.attributes.get("PartName", "")) == part_key(part)]
        if gone:
            self.write(TYPES, splice(types, [(span.start, span.end, b"") for span in gone]))

    def free(self, pattern: str) -> str:
        """The first name of a pattern such as ``xl/comments%d.xml`` that no part has."""
        number = 1
        while self.has(pattern % number):
            number += 1
        return pattern % number

    def relations(self, part: str) -> tuple[Relation, ...]:
        """What a part refers to; the part with an empty name is the package itself."""
        listing = relations_of(part)
        if not self.has(listing):
            return ()
        return tuple(_relation(span, part) for span in outline(self.read(listing)).children)

    def related(self, part: str, kind: str) -> str | None:
        """The first part of a kind that a part refers to."""
        return next((r.target for r in self.relations(part) if r.kind == kind and not r.external and self.has(r.target)), None)

    def relate(self, part: str, type_: str, target: str) -> str:
        """Add a relationship to another part, and give its id."""
        (identity,) = self.relate_all(part, type_, ["/" + quote(target.replace("\\", "/"))])
        return identity

    def relate_all(self, part: str, type_: str, targets: Sequence[str], *, external: bool = False) -> list[str]:
        """Add relationships of one type, and give their ids in order."""
        listing = relations_of(part)
        if not self.has(listing):
            self.write(listing, _NO_RELATIONS)
            self._declare_relations()
        data = self.read(listing)
        root = outline(data)
        taken = {span.attributes.get("Id", "").casefold() for span in root.children}
        free = (f"rId{number}" for number in count(len(taken) + 1) if f"rid{number}" not in taken)
        # Compared without case: two ids that differ in nothing else would be confused.
        ids = [identity for _, identity in zip(targets, free, strict=False)]
        mode = ' TargetMode="External"' if external else ""
        head = f'{root.prefix.decode()}Relationship Type="{escape(type_)}"{mode}'
        lines = "".join(f'<{head} Id="{identity}" Target="{escape(target)}"/>' for identity, target in zip(ids, targets, strict=True))
        self.write(listing, splice(data, [appended(data, root, lines.encode())]))
        return ids

    def unrelate(self, part: str, ids: Iterable[str]) -> None:
        """Take relationships away."""
        gone = set(ids)
        if not gone:
            return
        data = self.read(relations_of(part))
        spans = [span for span in outline(data).children if span.attributes.get("Id") in gone]
        self.write(relations_of(part), splice(data, [(span.start, span.end, b"") for span in spans]))

    def content_type(self, part: str) -> str:
        """What a part is declared to be; empty if it is not declared."""
        root = outline(self.read(TYPES))
        suffix = posixpath.splitext(part)[1].lstrip(".").casefold()
        for span in root.all("Override"):
            if part_key(span.attributes.get("PartName", "")) == part_key(part):
                return span.attributes.get("ContentType", "")
        found = (s for s in root.all("Default") if s.attributes.get("Extension", "").casefold() == suffix)
        return next((span.attributes.get("ContentType", "") for span in found), "")

    def declare(self, part: str, type_: str) -> None:
        """Say what a part is, unless that is declared already."""
        if self.content_type(part) == type_:
            return
        data = self.read(TYPES)
        root = outline(data)
        same = next((span for span in root.all("Override") if part_key(span.attributes.get("PartName", "")) == part_key(part)), None)
        if same is not None:
            edit = (same.start, same.inner, with_attribute(data[same.start : same.inner], "ContentType", type_))
        else:
            line = f'Override PartName="/{escape(part)}" ContentType="{type_}"/>'
            edit = appended(data, root, b"<" + root.prefix + line.encode())
        self.write(TYPES, splice(data, [edit]))

    def pack(self) -> bytes:
        """The package again: what was not touched is copied as it is stored."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
            for folder in self._folders:
                self._copy(zipped, folder)
            for key, info in self._infos.items():
                if key in self._changed:
                    self._add(zipped, _fresh(info), self._changed[key][1])
                elif key not in self._removed:
                    self._copy(zipped, info)
            for key, (name, data) in self._changed.items():
                if key not in self._infos:
                    # The earliest time that a zip knows, so that the same edits of the same workbook give the same bytes.
                    self._add(zipped, zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)
        return out.getvalue()

    def _declare_relations(self) -> None:
        data = self.read(TYPES)
        root = outline(data)
        if any(span.attributes.get("Extension", "").casefold() == "rels" for span in root.all("Default")):
            return
        line = f'Default Extension="rels" ContentType="{_RELATIONS_TYPE}"/>'
        self.write(TYPES, splice(data, [(root.inner, root.inner, b"<" + root.prefix + line.encode())]))

    def _add(self, zipped: zipfile.ZipFile, info: zipfile.ZipInfo, data: bytes | _Packed) -> None:
        info.compress_type = zipfile.ZIP_DEFLATED
        if isinstance(data, _Packed):
            info.CRC, info.file_size, info.compress_size = data.check, data.size, len(data.deflated)
            _stored(zipped, info, data.deflated)
            return
        if not info.filename.casefold().endswith(".vml"):  # a spreadsheet program's own VML is not always sound XML
            deque(sound([data]), maxlen=0)
        zipped.writestr(info, data)

    def _copy(self, zipped: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        """Copy one part's stored bytes, whatever they are."""
        header = self._data[info.header_offset : info.header_offset + LOCAL_HEADER]
        name_length, extra_length = struct.unpack("<HH", header[26:30])
        start = info.header_offset + LOCAL_HEADER + name_length + extra_length
        # Without its extra fields: those of zip64 state sizes and offsets of the old package.
        copy = _fresh(info)
        copy.CRC, copy.compress_size, copy.file_size, copy.compress_type = info.CRC, info.compress_size, info.file_size, info.compress_type
        copy.flag_bits = info.flag_bits & 0x800  # only the name's encoding: the sizes are in the local header again
        _stored(zipped, copy, self._data[start : start + info.compress_size])


def _stored(zipped: zipfile.ZipFile, info: zipfile.ZipInfo, data: bytes) -> None:
    """Add a part whose bytes are compressed already: zipfile itself would compress them again."""
    out = zipped.fp
    if out is None:
        raise CannotKeep("its package is closed")
    info.header_offset = out.tell()
    # What zipfile does in `close` and `writestr`: the entry in its directory, and where the next part and the directory begin.
    out.write(info.FileHeader(zip64=False))
    out.write(data)
    zipped.filelist.append(info)
    zipped.NameToInfo[info.filename] = info
    zipped.start_dir = out.tell()


def _relation(span: Span, part: str) -> Relation:
    target, external = span.attributes.get("Target", ""), span.attributes.get("TargetMode") == "External"
    if not external:
        target = resolved(part, target)
    return Relation(id=span.attributes.get("Id", ""), type=span.attributes.get("Type", ""), target=target, external=external)


def _fresh(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    fresh = zipfile.ZipInfo(info.filename, info.date_time)
    fresh.compress_type = info.compress_type
    fresh.external_attr, fresh.create_system = info.external_attr, info.create_system
    return fresh
