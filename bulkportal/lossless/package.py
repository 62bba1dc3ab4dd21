"""An untrusted zip package: opened, bounded and decompressed with limits.

A few bytes can ask for everything. So each part is inflated here, one block at a time, by its own deflate
stream: the sizes that a zip states about itself are the first thing a hostile file lies about. A part that
is not needed is not examined, whatever it holds.
"""

from __future__ import annotations

import codecs
import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from bulkportal.errors import UnreadableInput

BLOCK = 1 << 20
MOST_PARTS = 10_000
MOST_BYTES = 1 << 30
MOST_SHARED_STRINGS = 256 << 20
MOST_OUTLINE = 16 << 20
# Cells repeat themselves, but a part that shrinks to less than a 250th was made to exhaust memory; small parts may.
BOMB_FROM = 32 << 20
BOMB_RATIO = 250

_FOREIGN = (
    ("xl/workbook.bin", "a binary workbook (.xlsb), which cannot be read safely"),
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a presentation"),
    ("Index/Document.iwa", "an Apple Numbers or Pages document"),
)

LOCAL_HEADER = 30
_DOCUMENT = "/officeDocument"
_WORKSHEET = "/worksheet"
_STYLES = "/styles"
_STRINGS = "/sharedStrings"
_COMMENTS = "/comments"
_THREADS = "/threadedComment"
_DRAWING = "/drawing"
_TYPES = "[Content_Types].xml"
_WORKBOOK = "xl/workbook.xml"
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_RELATED_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"

_WIDE_STARTS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
_DECLARED = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,99}<\?xml[^>]{0,200}?\sencoding\s{0,9}=\s{0,9}[\"']([\w.:-]{1,40})")
_DECLARATION = re.compile(r"^(\s{0,99}<\?xml[^>]{0,200}?\sencoding\s{0,9}=\s{0,9}[\"'])[^\"']*")
_NARROW = ("utf-8", "ascii")


class Visibility(StrEnum):
    """Whether a program shows a sheet. One that is very hidden is not in its menus either."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    VERY_HIDDEN = "very hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPart:
    """A worksheet that the workbook lists, and the part that holds it."""

    name: str
    part: str
    visibility: Visibility


class Package:
    """One zip file in memory. Every method raises `UnreadableInput` for what it cannot trust."""

    def __init__(self, data: bytes, *, label: str) -> None:
        self.data = data
        self.label = label
        self.from_1904 = False
        """Whether days are counted as on old Macs; known once `sheets` has been called."""
        self._inflated = 0
        self._by_key: Mapping[str, zipfile.ZipInfo] = {}
        self._doubled: frozenset[str] = frozenset()
        try:
            parts = [info for info in zipfile.ZipFile(io.BytesIO(data)).infolist() if not info.is_dir()]
        except Exception as error:  # zipfile raises half a dozen kinds for a damaged directory
            raise self.damaged() from error
        if len(parts) > MOST_PARTS:
            raise self.not_a_workbook(f"an archive of {len(parts):,} files, which no workbook has")
        # Encrypted as a zip; Excel's own encryption is no zip at all, and is recognised by the reader.
        if any(info.flag_bits & 1 for info in parts):
            raise self.locked()
        self._by_key = {part_key(info.filename): info for info in reversed(parts)}
        counted = Counter(part_key(info.filename) for info in parts)
        self._doubled = frozenset(key for key, times in counted.items() if times > 1)
        self._names = tuple(info.filename for info in parts)

    @property
    def names(self) -> tuple[str, ...]:
        """The parts of the package, as they are spelled in it."""
        return self._names

    @property
    def is_workbook(self) -> bool:
        """Whether it declares itself an Office document, or holds what only a workbook holds."""
        return self.has(_TYPES) or self.has(_WORKBOOK)

    @property
    def is_opendocument(self) -> bool:
        """Whether it is an OpenDocument spreadsheet."""
        return self.has("content.xml") and b"spreadsheet" in self.start_of("mimetype")

    def has(self, name: str) -> bool:
        """Whether there is a part of this name."""
        return part_key(name) in self._by_key

    def blocks(self, name: str) -> Iterator[bytes]:
        """The text of an XML part as UTF-8 in blocks, refusing a bomb, a document type and a damaged stream."""
        edge = b""
        for block in self._in_utf8(self.raw_blocks(name)):
            if b"<!DOCTYPE" in edge + block:
                raise self.not_a_workbook("a workbook with a document type in it, which no spreadsheet program writes")
            # The beginning of a document type may lie across two blocks.
            edge = block[-9:]
            yield block

    def raw_blocks(self, name: str) -> Iterator[bytes]:
        """The bytes of any part in blocks, refusing a bomb and a damaged stream."""
        info = self._by_key.get(part_key(name))
        if info is None or part_key(name) in self._doubled:  # of two parts with one name, no two programs read the same
            raise self.damaged()
        size = check = 0
        for block in self._inflate(info):
            size += len(block)
            self._inflated += len(block)
            self._bound(name, size, info.compress_size)
            check = zlib.crc32(block, check)
            yield block
        # Only now: what a zip states of a part is compared with what came out, never used to make room for it.
        if size != info.file_size or check != info.CRC:
            raise self.damaged()

    def start_of(self, name: str) -> bytes:
        """The first bytes of a part; none where there is no such part."""
        return next(self.raw_blocks(name), b"") if self.has(name) else b""

    def sheets(self) -> tuple[SheetPart, ...]:
        """The worksheets, in the order of their tabs; chart sheets are not among them."""
        workbook = self._workbook()
        if not self.has(workbook):
            raise self.not_a_workbook()
        targets = dict(self._related(workbook, by_id=True))
        found = []
        for element in self._outline(workbook).iter():
            self.from_1904 |= element.tag.endswith("workbookPr") and element.get("date1904") in ("1", "true")
            identity = element.get(_RELATED) or element.get(_RELATED_STRICT)
            if element.tag.rpartition("}")[2] != "sheet" or identity not in targets:
                continue
            tab = {"visible": Visibility.SHOWN, "veryHidden": Visibility.VERY_HIDDEN}.get(element.get("state", "visible"), Visibility.HIDDEN)
            found.append(SheetPart(name=element.get("name", ""), part=targets[identity], visibility=tab))
        if not found:
            raise self.not_a_workbook()
        return tuple(found)

    def styles(self) -> ET.Element | None:
        """The styles of the workbook; None where they cannot be read."""
        part = self._part_of(_STYLES)
        # The stated size, which may be a lie: `blocks` counts for itself.
        if part is None or self._by_key[part_key(part)].file_size > MOST_OUTLINE:
            return None
        try:
            return ET.fromstring(b"".join(self.blocks(part)))  # noqa: S314 - a document type was refused in `blocks`
        except (ET.ParseError, ValueError, LookupError):
            return None

    def shared_strings(self) -> bytes:
        """The part with the texts that cells share; empty where there is none."""
        part = self._part_of(_STRINGS) or "xl/sharedStrings.xml"
        return b"".join(self.blocks(part)) if self.has(part) else b""

    def addresses(self, part: str) -> dict[str, str]:
        """What a part leads to outside of the package, by id."""
        listing = relations_of(part)
        if not self.has(listing):
            return {}
        outside = (element for element in self._outline(listing).iter() if element.get("TargetMode") == "External")
        return {element.get("Id", ""): element.get("Target", "") for element in outside}

    def note_parts(self, part: str) -> list[str]:
        """The parts with the notes on the cells of a worksheet, and with the threads of the newer kind."""
        return [target for kind, target in self._related(part) if kind.endswith((_COMMENTS, _THREADS)) and self.has(target)]

    def drawing_parts(self, part: str) -> list[str]:
        """The parts with what is drawn over the cells of a worksheet."""
        return [target for kind, target in self._related(part) if kind.endswith(_DRAWING) and self.has(target)]

    def locked(self) -> UnreadableInput:
        """Only its owner can open it."""
        return UnreadableInput.of("file_encrypted", file=self.label)

    def damaged(self) -> UnreadableInput:
        """The file ends early or was changed on its way."""
        return UnreadableInput.of("file_truncated", file=self.label)

    def too_large(self, what: str) -> UnreadableInput:
        """The file asks for more than can be read safely."""
        return UnreadableInput.of("file_too_large", file=self.label, what=what)

    def not_a_workbook(self, what: str = "an archive, but no workbook that can be read") -> UnreadableInput:
        """A zip, but not a spreadsheet; `what` it is if its parts do not show it."""
        what = next((name for part, name in _FOREIGN if self.has(part)), what)
        return UnreadableInput.of("file_not_spreadsheet", file=self.label, what=what)

    def _inflate(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        start = info.header_offset
        header = self.data[start : start + LOCAL_HEADER]
        if len(header) < LOCAL_HEADER or not header.startswith(b"PK\3\4"):
            raise self.damaged()
        # From the header beside the part: the directory at the end of the file may state other lengths.
        name_length, extra_length = struct.unpack("<HH", header[26:30])
        start += LOCAL_HEADER + name_length + extra_length
        packed = memoryview(self.data)[start : start + info.compress_size]
        if len(packed) < info.compress_size or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self.damaged()
        if info.compress_type == zipfile.ZIP_STORED:
            yield from (bytes(packed[at : at + BLOCK]) for at in range(0, len(packed), BLOCK))
            return
        # Negative: within a zip a deflate stream stands without a header of its own.
        stream = zlib.decompressobj(-15)
        waiting: bytes | memoryview = packed
        try:
            while not stream.eof:
                block = stream.decompress(waiting, BLOCK)
                # Nothing came out and the stream has not ended: the input has, too early.
                if not block and not stream.eof:
                    raise self.damaged()
                waiting = stream.unconsumed_tail
                if block:
                    yield block
        except zlib.error as error:
            raise self.damaged() from error

    def _bound(self, name: str, size: int, packed: int) -> None:
        if self._inflated > MOST_BYTES:
            raise self.too_large(f"it unpacks to more than {MOST_BYTES >> 20:,} MB")
        if size > BOMB_FROM and size > BOMB_RATIO * max(packed, 1):
            raise self.too_large("it is packed far more tightly than a spreadsheet can be")
        if size > MOST_SHARED_STRINGS and name.casefold().endswith("sharedstrings.xml"):
            raise self.too_large("it holds too much text")

    def _in_utf8(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """The blocks of a part in the one encoding that everything behind this reads."""
        first = next(blocks, b"")
        encoding = _encoding(first)
        if encoding is None:
            yield first
            yield from blocks
            return
        try:
            "a".encode(encoding)  # refuses what Python calls an encoding and is none of text: uu, hex, zip
            decoder = codecs.getincrementaldecoder(encoding)()
            yield _DECLARATION.sub(r"\1UTF-8", decoder.decode(first).removeprefix("\ufeff"), count=1).encode()
            yield from (decoder.decode(block).encode() for block in blocks)
            yield decoder.decode(b"", final=True).encode()
        except (UnicodeError, LookupError) as error:
            raise self.damaged() from error

    def _workbook(self) -> str:
        return next((target for kind, target in self._related("") if kind.endswith(_DOCUMENT)), _WORKBOOK)

    def _part_of(self, kind: str) -> str | None:
        """The first part of a kind that the workbook refers to and that is there."""
        return next((target for one, target in self._related(self._workbook()) if one.endswith(kind) and self.has(target)), None)

    def _related(self, part: str, *, by_id: bool = False) -> Iterator[tuple[str, str]]:
        """The parts that a part refers to, as (type or id, name); worksheets only when by id."""
        listing = relations_of(part)
        if not self.has(listing):
            return
        for element in self._outline(listing).iter():
            kind, target = element.get("Type", ""), element.get("Target", "")
            if (by_id and not kind.endswith(_WORKSHEET)) or element.get("TargetMode") == "External":
                continue
            yield element.get("Id", "") if by_id else kind, resolved(part, target)

    def _outline(self, name: str) -> ET.Element:
        text = bytearray()
        for block in self.blocks(name):
            text += block
            if len(text) > MOST_OUTLINE:
                raise self.too_large("its table of contents is too long")
        try:
            return ET.fromstring(bytes(text))  # noqa: S314 - a document type was refused in `blocks`
        except (ET.ParseError, ValueError, LookupError) as error:
            raise self.damaged() from error


def part_key(name: str) -> str:
    """The name of a part as packages compare it (ECMA-376, part 2): without case, a backslash as a slash, percent signs decoded."""
    return posixpath.normpath(unquote(name).replace("\\", "/")).lstrip("/").casefold()


def relations_of(part: str) -> str:
    """The part that lists the relationships of a part."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def resolved(part: str, target: str) -> str:
    """The part that a target means, which is written relative to the part that names it."""
    target = unquote(target).replace("\\", "/")
    # Joined below a root, so that no number of `..` climbs out of the package.
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")


def _encoding(start: bytes) -> str | None:
    """How a part must be decoded; None for UTF-8. Its bytes count, then what it declares."""
    wide = _WIDE_STARTS.get(start[:2])
    if wide:
        return wide
    declared = _DECLARED.match(start)
    name = declared.group(1).decode("ascii", "replace").casefold() if declared else "utf-8"
    if name.replace("_", "-") in (*_NARROW, "utf8", "us-ascii"):
        return None
    # Some programs write UTF-8 under a declaration that was made for UTF-16.
    return "utf-8" if name.startswith(("utf-16", "utf16", "ucs-2", "utf-32", "utf32", "unicode")) else name
