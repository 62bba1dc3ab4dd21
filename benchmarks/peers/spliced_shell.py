"""A report of a CSV file as fast as it can be written: openpyxl's workbook as a shell, the rows streamed into it as XML, a status behind each.

The source is its first argument; what is written lies beside it.
"""

from __future__ import annotations

import csv
import io
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

_ODD = re.compile("[&<>\x00-\x08\x0b\x0c\x0e-\x1f]")
_SHEET = "xl/worksheets/sheet1.xml"


def shell(headers: list[str]) -> tuple[io.BytesIO, int]:
    """A workbook with its headers, and the number of the look of a red cell."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append([*headers, "status", "result"])
    sheet.freeze_panes = "B2"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    red = sheet.cell(2, 1, "x")
    red.fill = PatternFill("solid", fgColor="FFC7CE")
    look = red.style_id
    red.value = None
    made = io.BytesIO()
    book.save(made)
    return made, look


def rows(lines: Iterator[list[str]], look: int) -> Iterator[bytes]:
    """The rows as XML, many at a time; every tenth begins with a red cell."""
    block: list[str] = []
    for number, line in enumerate(lines, 2):
        cells = []
        for column, text in enumerate((*line, "waiting", "no errors"), 1):
            if text:
                said = escape(_ODD.sub(lambda sign: sign[0] if sign[0] in "&<>" else "", text)) if _ODD.search(text) else text
                red = f' s="{look}"' if column == 1 and number % 10 == 2 else ""
                cells.append(f'<c r="{get_column_letter(column)}{number}"{red} t="inlineStr"><is><t xml:space="preserve">{said}</t></is></c>')
        block.append(f'<row r="{number}">{"".join(cells)}</row>')
        if len(block) == 2000:
            yield "".join(block).encode()
            block = []
    yield "".join(block).encode()


def main() -> None:
    """Read, and write."""
    path = Path(sys.argv[1])
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file)
        made, look = shell(next(lines))
        source = zipfile.ZipFile(made)
        with zipfile.ZipFile(path.with_suffix(".spliced.xlsx"), "w", zipfile.ZIP_DEFLATED) as out:
            for part in source.namelist():
                if part != _SHEET:
                    out.writestr(part, source.read(part))
            before, _, after = source.read(_SHEET).partition(b"</sheetData>")
            with out.open(_SHEET, "w", force_zip64=True) as sheet:
                sheet.write(re.sub(rb'<row r="2".*?</row>', b"", before))
                for block in rows(lines, look):
                    sheet.write(block)
                sheet.write(b"</sheetData>" + after)


if __name__ == "__main__":
    main()
