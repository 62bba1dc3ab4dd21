"""A zip that holds delimited text files: each is a sheet named by its file."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePosixPath

from bulkportal.errors import UnreadableInput
from bulkportal.lossless.package import Package

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
BOOK_SUFFIXES = (".xlsx", ".xlsm", ".ods", ".xls", ".xlsb", ".numbers")
MOST_FILES = 100
MOST_TEXT = 256 << 20
_MOST_TOLD = 5


def text_files(package: Package) -> dict[str, bytes]:
    """The text files of an archive by the name of their sheet; those that a computer adds unasked are left out.

    Raises UnreadableInput for an archive without any, for one that holds a workbook, and for a bomb.
    """
    own = [name for name in package.names if _is_own(PurePosixPath(name))]
    names = [name for name in own if PurePosixPath(name).suffix.casefold() in TEXT_SUFFIXES]
    books = [name for name in own if PurePosixPath(name).suffix.casefold() in BOOK_SUFFIXES]
    if books or len(names) > MOST_FILES:
        raise UnreadableInput.of("file_archive", file=package.label, holds=_listed(books or names))
    if not names:
        raise package.not_a_workbook()
    # Two folders may each hold a videos.csv; then the folder becomes a part of the sheet's name.
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


def _is_own(place: PurePosixPath) -> bool:
    """Not what a computer adds unasked, nor the lock that a program leaves beside an open workbook."""
    return not any(part.startswith((".", "__MACOSX", "~$")) for part in place.parts)


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_TOLD
    return ", ".join(names[:_MOST_TOLD]) + (f" and {more} more" if more > 0 else "")
