"""Looking at one file: its type by content, its hash, whether it is whole, and what it holds.

MediaInfo reads videos (it also notices what was cut off), imagesize reads pictures; neither decodes
anything, so that a video takes milliseconds and no memory, however large it is.
"""

from __future__ import annotations

import functools
import hashlib
import io
import os
import re
import struct
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from bulkportal.media.facts import Facts, Kind
from bulkportal.regular import open_to_read

CHUNK = 1 << 20
START = 8192

# Possessive and atomic: these are a stranger's bytes, and an unfinished comment must not make the search try every split.
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*+(?:<!--(?>.*?-->)\s*+)*+<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)


def probe(path: Path) -> Facts:
    """Look at a file once. Raises `OSError` when it cannot be read, or is no regular file."""
    with open_to_read(path) as file:
        # Before the first byte is read: a change while it is read then shows as another time when it is sent (`portal.bodies`).
        changed_at = os.fstat(file.fileno()).st_mtime_ns
        start = file.read(START)
        file.seek(0)
        digest, size = _hashed(file)
        mime = mime_of(start)
        family = mime.partition("/")[0]
        kind: Kind = "video" if family == "video" else "image" if family == "image" else "other"
        facts = Facts(path=path, size=size, kind=kind, mime=mime, sha256=digest, playable=True, changed_at=changed_at)
        if not size:
            return _with_trouble(facts, "The file is empty.")
        if mime == "text/html":
            return _with_trouble(facts, "The file is a web page, not media: the download went wrong.")
        if kind == "video":
            return _video(facts)
        return _image(facts, file) if kind == "image" else facts


def mime_of(start: bytes) -> str:
    """The type of what begins like this: a web page, media, or ``application/octet-stream``."""
    if _PAGE.match(start):
        return "text/html"
    import filetype  # late: a check of links probes nothing

    guess = filetype.guess_mime(start)
    # The library knows the usual brands of MP4; cameras and phones write others.
    if guess is None and start[4:8] == b"ftyp":
        return "video/mp4"
    return guess or "application/octet-stream"


def _with_trouble(facts: Facts, trouble: str) -> Facts:
    return replace(facts, playable=False, trouble=trouble)


def _hashed(file: BinaryIO) -> tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    while chunk := file.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


# -- videos


@functools.cache
def _has_mediainfo() -> bool:
    """Whether MediaInfo's library can be loaded: the wheels of all common systems contain it, a rare one's does not."""
    from pymediainfo import MediaInfo  # late, as imagesize: a sheet of links looks at no file

    return bool(MediaInfo.can_parse())


def _video(facts: Facts) -> Facts:
    # Nothing more is known of the file then, which is no reason to refuse it.
    if not _has_mediainfo():
        return facts
    from pymediainfo import MediaInfo

    found = MediaInfo.parse(facts.path)
    general = found.general_tracks[0].to_data() if found.general_tracks else {}
    tracks = [track.to_data() for track in found.video_tracks]
    # Of what was tried, only MediaInfo notices a faststart video that is cut off; PyAV and tinytag open it as if it were whole.
    if general.get("istruncated"):
        return _with_trouble(facts, "The video is cut off: it ends before its own table says it should.")
    if not tracks:
        return _with_trouble(facts, "The video cannot be played: its index is missing, as in an upload or export that was cut off.")
    shown = tracks[0]
    # MediaInfo writes it as 90.000.
    turned = round(_number(shown.get("rotation"))) % 360
    width, height = (round(_number(shown.get(name))) for name in ("width", "height"))
    # Phones store upright videos lying down, with a flag; a rule about their shape means what people see.
    if turned in (90, 270):
        width, height = height, width
    seconds = _number(general.get("duration")) / 1000
    return replace(
        facts,
        container=str(general.get("format", "")),
        codec=str(shown.get("format", "")),
        seconds=seconds or None,
        width=width,
        height=height,
        turned=turned,
        sound=bool(found.audio_tracks),
    )


def _number(value: object) -> float:
    """MediaInfo's numbers come as numbers or as text."""
    try:
        return float(str(value))
    except ValueError:
        return 0.0


# -- pictures


def _is_whole(mime: str, data: bytes) -> bool:
    """Whether the file ends as its format requires."""
    match mime:
        case "image/jpeg":
            return _jpeg_ends(data)
        case "image/png":
            # Anywhere, since some programs append data of their own after the last chunk.
            return b"IEND\xaeB`\x82" in data
        case "image/webp":
            # RIFF counts from after its own eight bytes; more may follow.
            return len(data) >= 8 + int(struct.unpack("<I", data[4:8])[0])
        case "image/gif":
            return data.rstrip(b"\0")[-1:] == b";"
        case _:
            return True


def _image(facts: Facts, file: BinaryIO) -> Facts:
    file.seek(0)
    data = file.read()
    width, height = _shown_size(data)
    facts = replace(facts, container=facts.mime.partition("/")[2].upper(), width=width, height=height)
    if not _is_whole(facts.mime, data):
        return _with_trouble(facts, "The picture is cut off: its end is missing.")
    return facts


def _shown_size(data: bytes) -> tuple[int, int]:
    """Width and height as displayed, turned by the EXIF flag; 0 where they are not known."""
    try:
        import imagesize

        width, height = imagesize.get(io.BytesIO(data))
    except (OSError, ValueError, struct.error):
        return 0, 0
    return max(width, 0), max(height, 0)


def _jpeg_ends(data: bytes) -> bool:
    """Whether the end mark follows the picture's own data; a thumbnail in its head has one too."""
    place = 2
    while data[place : place + 1] == b"\xff" and len(data) >= place + 4:
        kind, length = data[place + 1], struct.unpack(">H", data[place + 2 : place + 4])[0]
        place += 2 + length
        if kind == 0xDA:
            # Pillow's verify() takes a JPEG that was cut off for whole; decoding it all would find out, at 20 to 100 ms a picture.
            return data.find(b"\xff\xd9", place) >= 0
    return False
