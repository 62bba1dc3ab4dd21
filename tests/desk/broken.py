"""A launch with ten kinds of mistake, as people make them, and how a person would mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Font, PatternFill

from tests.conftest import bundle, video

BUNDLES = (
    bundle("spring-01", country="United Kingdom", platform="TikTok"),
    bundle("spring-02", videos_quantity="two", username="spring two!"),
    bundle("summer-01", platform="instagramm"),
)
VIDEOS = (
    video("spring-01", 1, target_publish_date="15 March 2030"),
    video("spring-01", 2, target_publish_date="2030-13-45"),
    video("spring-02", 1, video_type="vidoe"),
    video("sprng-02", 2),
    video("summer-01", 1, video_type="video", instagram_content_type="reel", target_publish_date="03/04/2030"),
    video("summer-01", 3, video_type="video", instagram_content_type="reel"),
)
HOSTILE = "<img src=x onerror=alert(1)> {{7*7}} =cmd|' /C calc'!A0"

BY_HAND: Sequence[tuple[str, str, str]] = (
    ("Bundles", "videos_quantity", "2"),
    ("Bundles", "username", "spring.two"),
    ("Bundles", "platform", "instagram"),
)


def write(path: Path) -> Path:
    """The workbook, with what only a spreadsheet program puts there: a chart, colours, a formula, a sheet of notes."""
    book = Workbook()
    for name, rows in (("Bundles", BUNDLES), ("Videos", VIDEOS)):
        sheet = book.active if name == "Bundles" else book.create_sheet(name)
        sheet.title = name
        headers = list(dict.fromkeys(column for row in rows for column in row))
        shown = ["descripton" if header == "description" else header for header in headers]
        for number, header in enumerate(shown, start=1):
            cell = sheet.cell(1, number, header)
            cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDEBF7")
        for number, row in enumerate(rows, start=2):
            _row(sheet, number, headers, row)
        sheet.column_dimensions["A"].width = 22
    notes = book.create_sheet("Notes")
    notes["A1"], notes["A2"], notes["A3"] = "Budget", 120, "=A2*2"
    chart = BarChart()
    chart.add_data(Reference(notes, min_col=1, min_row=1, max_row=2), titles_from_data=True)
    notes.add_chart(chart, "C2")
    book["Videos"].cell(2, 1 + list(VIDEOS[0]).index("description")).value = HOSTILE
    book["Videos"].cell(2, 1 + list(VIDEOS[0]).index("description")).data_type = "s"
    book.save(path)
    return path


def _row(sheet: object, number: int, headers: Sequence[str], row: Mapping[str, object]) -> None:
    for column, header in enumerate(headers, start=1):
        if row.get(header) is not None:
            sheet.cell(number, column, row[header])  # type: ignore[attr-defined]
