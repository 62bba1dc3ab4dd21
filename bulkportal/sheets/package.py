"""A zip package that may come from anyone: opened, bounded and inflated under count.

The reader behind a workbook allocates what the file asks for, and a few bytes can ask for everything.
So each part is inflated here first, one block at a time, by its own deflate stream: the sizes that a
zip states about itself are the first thing a hostile file lies about.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from bulkportal.errors import UnreadableInput

BLOCK = 1 << 20
MOST_PARTS = 10_000
MOST_BYTES = 1 << 30
MOST_SHARED_STRINGS = 256 << 20
MOST_OUTLINE = 16 << 20
BOMB_FROM = 32 << 20
BOMB_RATIO = 250

_FOREIGN = (
    ("xl/workbook.bin", "a binary workbook (.xlsb), which cannot be read safely"),
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a presentation"),
    ("Index/Document.iwa", "an Apple Numbers or Pages document"),
)

_LOCAL_HEADER = 30
_DOCUMENT = "/officeDocument"
_WORKSHEET = "/worksheet"
_STYLES = "/styles"
_PERCENTAGES = {"9": "0%", "10": "0.00%"}
"""The formats of every workbook that show something else than the number and are no dates (ECMA-376 18.8.30)."""
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_RELATED_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPart:
    """A worksheet that the workbook lists, and the part that holds it."""

    name: str
    part: str
    hidden: bool


class Package:
    """One zip file in memory. Every method raises `UnreadableInput` for what it cannot trust."""

    def __init__(self, data: bytes, *, label: str) -> None:
        self.data = data
        self.label = label
        self.from_1904 = False
        """Whether days are counted as on old Macs; known once `sheets` was asked for."""
        self._inflated = 0
        try:
            self._parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
        except Exception as error:  # zipfile raises half a dozen kinds for a damaged directory
            raise self.damaged() from error
        names = {info.filename.casefold() for info in self._parts}
        if len(names) < len(self._parts) or len(self._parts) > MOST_PARTS:
            raise self.not_a_workbook()
        if any(info.flag_bits & 1 for info in self._parts):
            raise self.locked()
        self._by_name = {info.filename: info for info in self._parts}

    @property
    def names(self) -> tuple[str, ...]:
        """The parts of the package."""
        return tuple(self._by_name)

    def blocks(self, name: str) -> Iterator[bytes]:
        """The bytes of an XML part in blocks, refusing a bomb, a document type and a damaged stream."""
        edge = b""
        for number, block in enumerate(self.raw_blocks(name)):
            if b"<!DOCTYPE" in edge + block or (number == 0 and b"\0" in block[:64]):
                raise self.not_a_workbook()
            edge = block[-9:]
            yield block

    def raw_blocks(self, name: str) -> Iterator[bytes]:
        """The bytes of any part in blocks, refusing a bomb and a damaged stream."""
        info = self._by_name.get(name)
        if info is None:
            raise self.damaged()
        size = check = 0
        for block in self._inflate(info):
            size += len(block)
            self._inflated += len(block)
            self._bound(name, size, info.compress_size)
            check = zlib.crc32(block, check)
            yield block
        if size != info.file_size or check != info.CRC:
            raise self.damaged()

    def start_of(self, name: str) -> bytes:
        """The first bytes of a part; none where there is no such part."""
        return next(self.raw_blocks(name), b"") if name in self._by_name else b""

    def sheets(self) -> tuple[SheetPart, ...]:
        """The worksheets, in the order of their tabs; chart sheets are not among them."""
        workbook = self._workbook()
        if workbook not in self._by_name:
            raise self.not_a_workbook()
        targets = dict(self._related(workbook, by_id=True))
        found = []
        for element in self._outline(workbook).iter():
            self.from_1904 |= element.tag.endswith("workbookPr") and element.get("date1904") in ("1", "true")
            identity = element.get(_RELATED) or element.get(_RELATED_STRICT)
            if element.tag.rpartition("}")[2] != "sheet" or identity not in targets:
                continue
            hidden = element.get("state", "visible") != "visible"
            found.append(SheetPart(name=element.get("name", ""), part=targets[identity], hidden=hidden))
        if not found:
            raise self.not_a_workbook()
        return tuple(found)

    def number_formats(self) -> dict[int, str]:
        """The own number format of each cell style that has one; none where the styles cannot be read."""
        part = next((target for kind, target in self._related(self._workbook()) if kind.endswith(_STYLES)), "")
        if part not in self._by_name or self._by_name[part].file_size > MOST_OUTLINE:
            return {}
        try:
            styles = ET.fromstring(b"".join(self.blocks(part)))  # noqa: S314 - a document type was refused in `blocks`
        except (ET.ParseError, ValueError, LookupError):
            return {}
        codes = _PERCENTAGES | {element.get("numFmtId", ""): element.get("formatCode", "") for element in styles.iterfind("{*}numFmts/{*}numFmt")}
        used = (element.get("numFmtId") for element in styles.iterfind("{*}cellXfs/{*}xf"))
        return {number: codes[identity] for number, identity in enumerate(used) if identity and identity in codes}

    def verify(self, *, without: frozenset[str]) -> None:
        """Inflate every XML part once, but for those named, so that nothing unbounded is left."""
        for name in self._by_name:
            if name not in without and name.casefold().endswith((".xml", ".rels", ".vml")):
                for _ in self.blocks(name):
                    pass

    def locked(self) -> UnreadableInput:
        """Only its owner can open it."""
        return UnreadableInput(
            "The file is protected with a password.",
            file=self.label,
            code="file_encrypted",
            hint="Remove the password and save it again.",
        )

    def damaged(self) -> UnreadableInput:
        """The file ends early or was changed on its way."""
        return UnreadableInput(
            "The workbook is damaged or was not copied completely.",
            file=self.label,
            code="file_truncated",
            hint="Copy or download it again, or open it in your spreadsheet program and save it as .xlsx.",
        )

    def too_large(self, what: str) -> UnreadableInput:
        """The file asks for more than is reasonable for a launch."""
        return UnreadableInput(
            f"The workbook is too large to read safely: {what}.",
            file=self.label,
            code="file_too_large",
            hint="Delete unused rows and columns, or copy the cells that matter into a new workbook.",
        )

    def not_a_workbook(self) -> UnreadableInput:
        """A zip, but not a spreadsheet."""
        what = next((name for part, name in _FOREIGN if part in self._by_name), "an archive, but no workbook that can be read")
        return UnreadableInput(
            f"The file is {what}.",
            file=self.label,
            code="file_not_spreadsheet",
            hint="Save the sheet as .xlsx or as CSV.",
        )

    def _inflate(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        start = info.header_offset
        header = self.data[start : start + _LOCAL_HEADER]
        if len(header) < _LOCAL_HEADER or not header.startswith(b"PK\3\4"):
            raise self.damaged()
        name_length, extra_length = struct.unpack("<HH", header[26:30])
        start += _LOCAL_HEADER + name_length + extra_length
        packed = memoryview(self.data)[start : start + info.compress_size]
        if len(packed) < info.compress_size or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self.damaged()
        if info.compress_type == zipfile.ZIP_STORED:
            yield from (bytes(packed[at : at + BLOCK]) for at in range(0, len(packed), BLOCK))
            return
        stream = zlib.decompressobj(-15)
        waiting: bytes | memoryview = packed
        try:
            while not stream.eof:
                block = stream.decompress(waiting, BLOCK)
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

    def _workbook(self) -> str:
        return next((target for kind, target in self._related("") if kind.endswith(_DOCUMENT)), "xl/workbook.xml")

    def _related(self, part: str, *, by_id: bool = False) -> Iterator[tuple[str, str]]:
        """The parts that a part refers to, as (type or id, name); worksheets only when by id."""
        folder, name = posixpath.split(part)
        listing = posixpath.join(folder, "_rels", f"{name}.rels")
        if listing not in self._by_name:
            return
        for element in self._outline(listing).iter():
            kind, target = element.get("Type", ""), element.get("Target", "")
            if by_id and not kind.endswith(_WORKSHEET):
                continue
            place = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            yield element.get("Id", "") if by_id else kind, place

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
