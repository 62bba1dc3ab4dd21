"""Facts about media that can be known without asking anyone: kind, size, hash, and whether it is whole."""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal
from urllib.parse import urlsplit

import filetype

CHUNK = 1 << 20
START = 8192

Kind = Literal["video", "image", "other"]

_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):", re.IGNORECASE)
_ISO_KINDS = frozenset({"video/mp4", "video/quicktime", "video/x-m4v", "video/3gpp"})


class OutsideRoot(Exception):
    """A path leads out of the folders in which media may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One local file. `trouble` says in a sentence why it cannot be used as media, if so."""

    path: Path
    size: int
    kind: Kind
    mime: str
    sha256: str
    playable: bool
    trouble: str = ""


def probe(path: Path) -> Facts:
    """Look at a file once: its type by content, its hash, and whether it ends before its time.

    Raises `OSError` when the file cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(START)
        file.seek(0)
        digest, size = _hashed(file)
        mime = _mime(start)
        trouble = _trouble(file, start, size, mime)
    family = mime.partition("/")[0]
    kind: Kind = "video" if family == "video" else "image" if family == "image" else "other"
    return Facts(path=path, size=size, kind=kind, mime=mime, sha256=digest, playable=not trouble, trouble=trouble)


def scheme(text: str) -> str:
    r"""The scheme of an address in lower case, such as `https`, `s3` or `gs`; empty for a path.

    A drive letter (`C:\clips`) is no scheme.
    """
    found = _SCHEME.match(text.strip())
    return found.group(1).lower() if found else ""


def is_address(text: str) -> bool:
    """Whether the text is a web address: http or https, with a host and without blanks."""
    text = text.strip()
    if scheme(text) not in ("http", "https") or re.search(r"\s", text):
        return False
    try:
        return bool(urlsplit(text).hostname)
    except ValueError:
        return False


def locate(text: str, *, roots: Sequence[Path]) -> Path:
    """The file that a cell names, looked for in each root in turn and never outside them.

    Links are followed before the question is asked. When no root has the file, the answer is where
    it would be in the first root, so that its absence can be told with a place. Raises `OutsideRoot`.
    """
    named = Path(text.strip().replace("\\", "/"))
    inside: list[Path] = []
    for root in roots:
        base = root.resolve()
        try:
            place = (base / named).resolve()
        except (OSError, RuntimeError, ValueError):  # a loop of links, or a name no system allows
            continue
        if place.is_relative_to(base) and place != base:
            if place.exists():
                return place
            inside.append(place)
    if not inside:
        raise OutsideRoot(f"{text.strip()} is not inside the media folders")
    return inside[0]


def split_list(text: str) -> tuple[str, ...]:
    """The items of a list cell: separated by semicolons or new lines, blanks left out."""
    return tuple(item.strip() for item in re.split(r"[;\r\n]", text) if item.strip())


def _hashed(file: BinaryIO) -> tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    while chunk := file.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def _mime(start: bytes) -> str:
    if _PAGE.match(start):
        return "text/html"
    guess = filetype.guess_mime(start)
    if guess is None and start[4:8] == b"ftyp":
        return "video/mp4"
    return guess or "application/octet-stream"


def _trouble(file: BinaryIO, start: bytes, size: int, mime: str) -> str:
    if not size:
        return "The file is empty."
    if mime == "text/html":
        return "The file is a web page, not media: the download went wrong."
    if start[4:8] == b"ftyp" and mime in _ISO_KINDS:
        return _video_trouble(file, size)
    if (mime == "image/jpeg" and not _jpeg_ends(file)) or (mime == "image/png" and not _png_ends(file)):
        return "The picture is cut off: its end is missing."
    return ""


def _jpeg_ends(file: BinaryIO) -> bool:
    """Whether the end mark follows the picture's own data; a thumbnail in its head has one too."""
    file.seek(0)
    data = file.read()
    place = 2
    while data[place : place + 1] == b"\xff" and len(data) >= place + 4:
        kind, length = data[place + 1], struct.unpack(">H", data[place + 2 : place + 4])[0]
        place += 2 + length
        if kind == 0xDA:
            return data.find(b"\xff\xd9", place) >= 0
    return False


def _png_ends(file: BinaryIO) -> bool:
    file.seek(0)
    return b"IEND\xaeB`\x82" in file.read()


def _video_trouble(file: BinaryIO, size: int) -> str:
    """Walk the boxes of an MP4: an overrun or a missing index is a file that was cut off."""
    found: set[bytes] = set()
    file.seek(0)
    for kind, end in _boxes(file, size):
        if end > size:
            return "The video is cut off: it ends before its own table says it should."
        found.add(kind)
    if b"moov" not in found:
        return "The video cannot be played: its index is missing, as in an upload or export that was cut off."
    if not found & {b"mdat", b"moof"}:
        return "The video holds no pictures."
    return ""


def _boxes(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int]]:
    """The outermost boxes as (kind, end); the last one may end beyond the file. Junk after them is no box."""
    place = 0
    while place < size:
        file.seek(place)
        header = file.read(16)
        if len(header) < 8:
            return
        length, kind = struct.unpack(">I4s", header[:8])
        if length == 1 and len(header) == 16:
            length = struct.unpack(">Q", header[8:])[0]
        if not kind.isascii() or not kind.decode().isprintable() or 0 < length < 8:
            return
        end = size if length == 0 else place + length
        yield kind, end
        if end > size:
            return
        place = end
