"""A zip that holds delimited text files: each is a sheet named by its file."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePosixPath

from bulkportal.sheets.package import Package

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
MOST_FILES = 100
MOST_TEXT = 256 << 20


def text_files(package: Package) -> dict[str, bytes]:
    """The text files of an archive by the name of their sheet; those that a computer adds unasked are left out.

    Raises UnreadableInput for an archive without any, and for a bomb.
    """
    names = [name for name in package.names if _is_text(PurePosixPath(name))]
    if not names or len(names) > MOST_FILES:
        raise package.not_a_workbook()
    stems = Counter(PurePosixPath(name).stem.casefold() for name in names)
    found: dict[str, bytes] = {}
    total = 0
    for name in names:
        place = PurePosixPath(name)
        data = b"".join(package.raw_blocks(name))
        total += len(data)
        if total > MOST_TEXT:
            raise package.too_large(f"its files unpack to more than {MOST_TEXT >> 20} MB")
        found[place.stem if stems[place.stem.casefold()] == 1 else str(place.with_suffix(""))] = data
    return found


def _is_text(place: PurePosixPath) -> bool:
    return place.suffix.casefold() in TEXT_SUFFIXES and not any(part.startswith((".", "__MACOSX")) for part in place.parts)
