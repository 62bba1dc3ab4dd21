"""Small real media, made on the spot with PyAV and Pillow: what cameras and editors hand over."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pillow_heif
from PIL import Image

_CODECS = {"mp4": "libx264", "mov": "libx264", "webm": "libvpx-vp9", "mkv": "libx264", "avi": "mpeg4"}


def video(
    path: Path,
    *,
    size: tuple[int, int] = (1080, 1920),
    seconds: float = 4,
    rate: int = 4,
    sound: bool = True,
    codec: str = "",
    turned: int = 0,
    options: dict[str, str] | None = None,
) -> Path:
    """A film of one colour: container by the name, `turned` as a phone writes it (by a flag, in degrees)."""
    kind = path.suffix.removeprefix(".")
    with av.open(str(path), "w", options=options or {}) as container:
        stream = container.add_stream(codec or _CODECS[kind], rate=rate)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.bit_rate = 100_000
        tone = container.add_stream("libopus" if kind == "webm" else "aac", rate=48000) if sound else None
        for number in range(round(seconds * rate)):
            frame = av.VideoFrame(*size, "yuv420p")
            for plane, level in zip(frame.planes, (120, 90, 180), strict=True):
                plane.update(bytes([level]) * plane.buffer_size)
            frame.pts, frame.time_base = number, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if tone is not None:
            _silence(container, tone, seconds)
    if turned:
        _turn(path, turned)
    return path


def _silence(container: av.container.OutputContainer, tone: av.AudioStream, seconds: float) -> None:
    for number in range(round(seconds * 48000) // 960):
        frame = av.AudioFrame(format="fltp", layout="stereo", samples=960)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.sample_rate, frame.pts, frame.time_base = 48000, number * 960, Fraction(1, 48000)
        container.mux(tone.encode(frame))
    container.mux(tone.encode())


_QUARTER = b"\0\0\0\0" + b"\0\1\0\0" + b"\0\0\0\0" + b"\xff\xff\0\0" + b"\0\0\0\0" * 4 + b"\x40\0\0\0"


def _turn(path: Path, degrees: int) -> None:
    """Write a quarter turn into the first track's header, as phones do."""
    assert degrees == 90, "phones write quarters; this makes the first"
    content = path.read_bytes()
    place = content.index(b"tkhd") + 4 + 40
    path.write_bytes(content[:place] + _QUARTER + content[place + 36 :])


def image(path: Path, *, size: tuple[int, int] = (1080, 1350), turned: int = 0) -> Path:
    """A picture of one colour; the format by the name. `turned` is the EXIF orientation."""
    picture = Image.new("RGB", size, (30, 120, 90))
    if path.suffix in (".heic", ".heif"):
        pillow_heif.from_pillow(picture).save(path)
        return path
    exif = Image.Exif()
    if turned:
        exif[0x0112] = turned
    picture.save(path, exif=exif)
    return path
