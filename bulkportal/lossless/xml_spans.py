"""XML by offsets: the place of each element in the bytes, so that an edit leaves all others untouched.

Serialising a part again would lose what the parser does not model. Here an element is a span of the
part's own bytes, and an edit replaces one span by new bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from xml.parsers import expat

XML_HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

INSIDE = rb"""(?:[^<>"']++|"[^"]*+"|'[^']*+')*+"""
"""What is between the name of a start tag and its end: attribute values may hold a ``>``. It never backtracks, so it is always fast."""

RELATIONSHIPS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
"""The namespace of ``r:id``, in the usual and in the strict dialect of the format."""

_TAG = re.compile(rb"<" + INSIDE + rb">", re.DOTALL)
_NAME = re.compile(rb"<([^\s/>]+)")
_DECLARED = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']+)")
_XMLNS = re.compile(rb"\sxmlns(?::[\w.\-]+)?\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_DEEPEST = 64
_BLOCK = 1 << 18


class CannotKeep(Exception):
    """The workbook cannot be edited without loss. Its text is the reason, as a clause after "because"."""


ByteEdit = tuple[int, int, bytes]
"""Replace the bytes from the first offset up to the second one."""


@dataclass(slots=True, kw_only=True)
class Span:
    """One element: its start tag is `start` to `inner`, its end tag `close` to `end`."""

    name: str
    space: str
    attributes: dict[str, str]
    start: int
    inner: int
    close: int = 0
    end: int = 0
    tag: bytes = b""
    children: list[Span] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Written as ``<a/>``: there is no inside yet."""
        return self.inner == self.end

    @property
    def prefix(self) -> bytes:
        """The prefix with its colon; empty in the default namespace."""
        before, colon, _ = self.tag.rpartition(b":")
        return before + colon

    def child(self, name: str) -> Span | None:
        """The first child of this name."""
        return next(self.all(name), None)

    def all(self, name: str) -> Iterator[Span]:
        """The children of this name."""
        return (child for child in self.children if child.name == name)

    def related(self) -> str | None:
        """The value of ``r:id``."""
        return next((self.attributes[key] for space in RELATIONSHIPS if (key := f"{space}\n" + "id") in self.attributes), None)

    def shifted(self, after: int, by: int) -> None:
        """Move every offset beyond `after`: something of that length was left out while parsing."""
        for name in ("start", "inner", "close", "end"):
            offset = getattr(self, name)
            setattr(self, name, offset + by if offset > after else offset)
        for child in self.children:
            child.shifted(after, by)


def outline(data: bytes) -> Span:
    """The tree of a part. Raises CannotKeep for a document type, another encoding than UTF-8 or broken XML."""
    declared = _DECLARED.match(data[:300])
    # Offsets are counted in the bytes of the part, and the parser counts those of its own UTF-8.
    if declared and declared.group(1).lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
        raise CannotKeep("one of its parts is not written in UTF-8")
    parser = expat.ParserCreate(namespace_separator="\n")
    stack: list[Span] = []
    roots: list[Span] = []

    def started(name: str, attributes: dict[str, str]) -> None:
        start = parser.CurrentByteIndex
        match = _TAG.match(data, start)
        written = _NAME.match(data, start)
        if match is None or written is None or len(stack) > _DEEPEST:
            raise CannotKeep("one of its parts is spelled in an unusual way")
        space, _, local = name.rpartition("\n")
        span = Span(name=local, space=space, attributes=attributes, start=start, inner=match.end(), tag=written.group(1))
        (stack[-1].children if stack else roots).append(span)
        stack.append(span)

    def ended(_: str) -> None:
        # expat ends <a/> as well, but at the place of its start.
        span = stack.pop()
        if data[span.inner - 2 : span.inner] == b"/>":
            span.close = span.end = span.inner
        else:
            span.close = parser.CurrentByteIndex
            span.end = data.index(b">", span.close) + 1

    parser.StartElementHandler, parser.EndElementHandler = started, ended
    _parse(parser, data)
    return roots[0]


def sound(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Pass the blocks of a part through. Raises CannotKeep unless they are well-formed XML: far cheaper than building its tree."""
    parser = expat.ParserCreate(namespace_separator="\n")
    for block in blocks:
        _parse(parser, block, last=False)
        yield block
    _parse(parser, b"", last=True)


def _parse(parser: expat.XMLParserType, data: bytes, *, last: bool = True) -> None:
    def refused(*_: object) -> None:
        raise CannotKeep("one of its parts declares a document type")

    parser.StartDoctypeDeclHandler = refused
    try:
        parser.Parse(data, last)
    except expat.ExpatError as error:
        raise CannotKeep("one of its parts is not valid XML") from error


def fragment(xml: bytes, declared: bytes = b"") -> Span:
    """The tree of one element cut out of a part whose root declares the prefixes in `declared`."""
    head = b"<fragment" + declared + b">"
    span = outline(head + xml + b"</fragment>").children[0]
    # The offsets are those in `xml` again, without the root around it.
    span.shifted(-1, -len(head))
    return span


def declarations(data: bytes, root: Span) -> bytes:
    """The prefixes that a root element declares, as they are written."""
    return b"".join(match.group() for match in _XMLNS.finditer(data, root.start, root.inner))


def splice(data: bytes, edits: Iterable[ByteEdit]) -> bytes:
    """The bytes with every edit made; edits at one place keep their order."""
    return b"".join(spliced(data, in_order(edits), 0, len(data)))


def in_order(edits: Iterable[ByteEdit]) -> list[ByteEdit]:
    """Edits from the front; those at one place keep their order."""
    return sorted(edits, key=lambda edit: (edit[0], edit[1]))


def spliced(data: bytes, edits: Iterable[ByteEdit], start: int, end: int) -> Iterator[bytes]:
    """The bytes from `start` to `end` with edits that come in order, in pieces."""
    done = start
    for first, last, new in edits:
        if first < done:
            raise CannotKeep("two changes meet in one place")
        yield data[done:first]
        yield new
        done = last
    yield data[done:end]


def blocks_of(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Many small pieces as a few large ones: each costs a call to the parser and one to the packer."""
    waiting: list[bytes] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size > _BLOCK:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


def appended(data: bytes, span: Span, xml: bytes) -> ByteEdit:
    """The edit that adds to the end of an element, opening it if it was ``<a/>``."""
    if not span.is_empty:
        return (span.close, span.close, xml)
    opened = data[span.start : span.inner].removesuffix(b"/>").rstrip() + b">"
    return (span.start, span.end, opened + xml + b"</" + span.tag + b">")


def with_attribute(tag: bytes, name: str, value: object) -> bytes:
    """A start tag with one attribute set."""
    key = name.encode()
    written = f'{name}="{escape(str(value))}"'.encode()
    # With a blank before the name, or `s` would be found in `spans`.
    found = re.search(rb"\s" + re.escape(key) + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')", tag)
    if found:
        return tag[: found.start() + 1] + written + tag[found.end() :]
    end = len(tag) - (2 if tag.endswith(b"/>") else 1)
    return tag[:end].rstrip() + b" " + written + tag[end:]


def prefixed(xml: bytes, prefix: bytes) -> bytes:
    """A fragment in the default namespace, written for a document that uses a prefix."""
    return re.sub(rb"<(/?)(?=\w)", rb"<\1" + prefix, xml) if prefix else xml
