"""Makes the sample stories beside this file: workbooks, CSV files and the platform's state.

Run it with the project's own environment: ``python sample_data/make.py``. It writes the same bytes
every time, so a change in a story shows up as a change in its files. The media under ``media/`` are
drawn once and committed; the stories get copies.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import mistakes
import stories
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from rows import Page, Row

HERE = Path(__file__).parent
MEDIA = HERE / "media"

_STAMP = (2026, 1, 1, 0, 0, 0)
_HEADER = PatternFill("solid", fgColor="E8EEF2")
_WIDE = {"video", "carousel_images", "description", "biography", "profile_picture", "editing_instructions"}


def main() -> None:
    """Write every story."""
    write_workbook(HERE / "good_launch" / "launch.xlsx", stories.good_launch())
    write_workbook(HERE / "half_there" / "launch.xlsx", stories.half_there())
    write_json(HERE / "half_there" / "remote.json", stories.half_there_remote())
    for story in ("good_launch", "every_mistake"):  # the account that their videos_only bundles use
        write_json(HERE / story / "remote.json", stories.saved_account_remote())
    write_local_media()
    write_csv_stories()
    write_every_mistake()


def write_local_media() -> None:
    """A launch whose media lie beside the sheet."""
    folder = HERE / "local_media"
    write_workbook(folder / "launch.xlsx", stories.local_media())
    for name in ("clip-1.mp4", "clip-2.mp4", "slide-1.jpg", "slide-2.jpg", "slide-3.jpg", "avatar.png"):
        copy_media(name, folder / "media")


def write_csv_stories() -> None:
    """The same kind of launch as CSV, in our columns and in TokPortal's own templates."""
    for page in stories.csv_launch():
        write_csv(HERE / "csv_launch" / f"{page.sheet.lower()}.csv", page, delimiter=";", encoding="utf-8-sig")
    for page in stories.tokportal_csv():
        write_csv(HERE / "tokportal_csv" / f"{page.sheet}.csv", page, delimiter=",", encoding="utf-8")


def write_every_mistake() -> None:
    """Three workbooks and a text file full of planted mistakes, with the lists of what was planted where."""
    folder = HERE / "every_mistake"
    launch = mistakes.launch()
    write_workbook(folder / "launch.xlsx", launch)
    write_planted(folder / "planted.csv", [mark for page in launch for mark in planted(page)])
    headers = mistakes.headers()
    write_workbook(folder / "headers.xlsx", headers)
    write_planted(folder / "planted_headers.csv", [mark for page in headers for mark in planted(page)])
    layout = mistakes.layout()
    write_workbook(folder / "layout.xlsx", layout)
    write_planted(folder / "planted_layout.csv", [mark for page in layout for mark in planted(page)])
    legacy = mistakes.legacy()
    write_csv(folder / "legacy.csv", legacy, delimiter=",", encoding="cp1252")
    write_planted(folder / "planted_legacy.csv", list(planted(legacy)))
    for name in ("clip-1.mp4", "slide-1.jpg", "picture.heic", "tiny.jpg", "square.jpg", *mistakes.UNUSUAL_VIDEOS):
        copy_media(name, folder / "media")
    whole = (MEDIA / "clip-1.mp4").read_bytes()
    for name in mistakes.BY_PLACE:
        (folder / "media" / name).parent.mkdir(exist_ok=True)
        (folder / "media" / name).write_bytes(whole)
    (folder / "media" / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    (folder / "media" / "empty.mp4").write_bytes(b"")
    (folder / "media" / "page.mp4").write_bytes(mistakes.NOT_A_VIDEO)


def planted(page: Page) -> Iterable[tuple[str, str, str]]:
    """The mistakes of one sheet as (sheet, cell, code), in reading order; a whole sheet has no cell."""
    for code in page.sheet_codes:
        yield page.sheet, "", code
    letters = {name: get_column_letter(number) for number, name in enumerate(page.columns, start=1)}
    for name, code in page.header_codes:
        yield page.sheet, f"{letters[name]}{page.header_row}", code
    for number, row in enumerate(page.rows, start=page.header_row + 1):
        for name, code in row.planted:
            yield page.sheet, f"{letters[name]}{number}", code
    for number, (_, code) in enumerate(page.below, start=page.below_row):
        yield page.sheet, f"A{number}", code


def write_planted(path: Path, marks: Sequence[tuple[str, str, str]]) -> None:
    """The list of planted mistakes, for a test to compare with what checking finds."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("sheet", "cell", "code"))
        writer.writerows(marks)


def write_workbook(path: Path, pages: Sequence[Page]) -> None:
    """A workbook with one sheet per page, as a careful person would lay it out."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for page in pages:
        _fill(book.create_sheet(page.sheet), page)
    book.properties.creator = "bulkportal"
    book.properties.created = datetime(*_STAMP, tzinfo=UTC).replace(tzinfo=None)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_same_bytes(book))


def _fill(sheet: Worksheet, page: Page) -> None:
    for number, line in enumerate(page.above, start=1):
        sheet.cell(number, 1, line).font = Font(bold=number == 1, size=14 if number == 1 else 11)
    for column, name in enumerate(page.columns, start=1):
        cell = sheet.cell(page.header_row, column, page.titles.get(name, name) or None)
        cell.font = Font(bold=True)
        cell.fill = _HEADER
        longest = max((len(str(row.values.get(name) or "")) for row in page.rows), default=0)
        sheet.column_dimensions[get_column_letter(column)].width = 34 if name in _WIDE else min(max(12, len(name) + 3, longest + 2), 34)
    for number, row in enumerate(page.rows, start=page.header_row + 1):
        _fill_row(sheet, number, page.columns, row)
    for number, (note, _) in enumerate(page.below, start=page.below_row):
        sheet.cell(number, 1, note)
    _lay_out(sheet, page)


def _lay_out(sheet: Worksheet, page: Page) -> None:
    """What is around the cells: merged areas, what is hidden or struck out, and whether the tab is shown."""
    for area in page.merged:
        sheet.merge_cells(area)
    for number in page.hidden:
        sheet.row_dimensions[number].hidden = True
    for name in page.hidden_columns:
        sheet.column_dimensions[get_column_letter(page.columns.index(name) + 1)].hidden = True
    if page.struck_where:
        area = f"A{page.header_row + 1}:{get_column_letter(len(page.columns))}{page.header_row + len(page.rows)}"
        sheet.conditional_formatting.add(area, FormulaRule(formula=[page.struck_where], font=Font(strike=True)))
    sheet.sheet_state = page.tab
    sheet.freeze_panes = f"B{page.header_row + 1}"


def _fill_row(sheet: Worksheet, number: int, columns: Sequence[str], row: Row) -> None:
    for column, name in enumerate(columns, start=1):
        value = row.values.get(name)
        if value is None:
            continue
        cell = sheet.cell(number, column, value)
        if name in row.formats:
            cell.number_format = row.formats[name]
        if name in row.notes:
            cell.comment = Comment(row.notes[name], "Ana")
        if name in row.struck:
            cell.font = Font(strike=True)
        if name in _WIDE:
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def _same_bytes(book: Workbook) -> bytes:
    """The workbook with every time of day taken out of it."""
    made = io.BytesIO()
    book.save(made)
    fixed = io.BytesIO()
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, date_time=_STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            target.writestr(entry, _undated(source.read(name)) if name == "docProps/core.xml" else source.read(name))
    return fixed.getvalue()


def _undated(core: bytes) -> bytes:
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2026-01-01T00:00:00Z", core)


def write_csv(path: Path, page: Page, *, delimiter: str, encoding: str) -> None:
    """One page as CSV, the way a spreadsheet program saves it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
        writer.writerow([page.titles.get(name, name) for name in page.columns])
        for row in page.rows:
            writer.writerow(["" if row.values.get(name) is None else row.values[name] for name in page.columns])


def write_json(path: Path, value: object) -> None:
    """The platform's state for the simulator to start from."""
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def copy_media(name: str, folder: Path) -> None:
    """One of the committed media, beside a sheet."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(MEDIA / name, folder / name)


if __name__ == "__main__":
    main()
