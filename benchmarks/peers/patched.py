"""A workbook patched in place: a status behind each row of its first sheet, every other part of the package copied as it is stored.

It trusts the usual spelling of a sheet, adds no notes and reads nothing back: the least that such a patch can take.
The source is its first argument; what is written lies beside it.
"""

from __future__ import annotations

import re
import sys
import zipfile
from pathlib import Path

_SHEET = "xl/worksheets/sheet1.xml"
_ROW = re.compile(rb'(<row r="(\d+)"[^>]*>)(.*?)(</row>)', re.DOTALL)


def with_status(row: re.Match[bytes]) -> bytes:
    """A row with two cells more."""
    number = row[2].decode()
    cells = "".join(f'<c r="{letter}{number}" t="inlineStr"><is><t>{text}</t></is></c>' for letter, text in (("Q", "waiting"), ("R", "no errors")))
    return row[1] + row[3] + cells.encode() + row[4]


def main() -> None:
    """Patch, and write."""
    path = Path(sys.argv[1])
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(path.with_suffix(".patched.xlsx"), "w", zipfile.ZIP_DEFLATED) as out:
        for part in source.namelist():
            data = source.read(part)
            out.writestr(part, _ROW.sub(with_status, data) if part == _SHEET else data)


if __name__ == "__main__":
    main()
