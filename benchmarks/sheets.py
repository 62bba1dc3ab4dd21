"""How long reading, checking and reporting take for a large sheet, beside what openpyxl takes for the same work.

    python benchmarks/sheets.py [ROWS ...]

Each step runs in a process of its own; seconds are of work (CPU), memory is the peak of that process.
Ratios within one run can be trusted, seconds only on the machine they were taken on.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what loading it takes is part of what is measured
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

COLUMNS = (
    *("bundle", "position", "name", "video_type", "instagram_content_type", "video", "carousel_images", "description"),
    *("target_publish_date", "tiktok_sound_url", "instagram_location", "instagram_add_to_story", "youtube_title"),
    *("youtube_tags", "editing_instructions", "external_ref"),
)
EVERY = 10
"""One row in so many gets a finding, and so a colour and a note: the first of each bundle."""


def rows(count: int) -> list[list[str]]:
    """A sheet of right rows, ten to a bundle."""
    return [
        [
            *(f"launch-{number // EVERY:06}", str(number % EVERY + 1), f"Video {number}", "video", "reel"),
            *(f"https://cdn.example.com/{number}.mp4", "", f"Dish number {number} of the market at dawn #streetfood #{number}"),
            *(f"2030-{number % 12 + 1:02}-{number % 28 + 1:02}", "", "Berlin", "yes", "", "", "", f"ref-{number}"),
        ]
        for number in range(count)
    ]


def make(folder: Path, count: int) -> None:
    """The sheet as CSV and as a workbook."""
    from openpyxl import Workbook

    from bulkportal.sheets.writer import write_csv

    made = rows(count)
    write_csv(folder / "videos.csv", [list(COLUMNS), *made])
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Videos")
    for row in [list(COLUMNS), *made]:
        sheet.append(row)
    book.save(folder / "videos.xlsx")


def step(name: str, path: Path) -> dict[str, float]:
    """One step in this process."""
    from bulkportal.pipeline import Job, check

    job = Job(command="check", inputs=(path,), today=date(2027, 3, 1))
    steps: dict[str, Callable[[], object]] = {
        "bytes": path.read_bytes,
        "read": lambda: _read(path),
        "check": lambda: check(job),
        "openpyxl reads": lambda: _openpyxl_reads(path),
        "openpyxl reports": lambda: _openpyxl_annotates(path) if path.suffix == ".xlsx" else _openpyxl_writes(path),
    }
    started = time.process_time()
    if name == "report":
        from bulkportal.report.as_workbook import write_report

        result = check(job)
        started = time.process_time()
        write_report(result.report, result.checked, path.with_suffix(".report.xlsx"))
    else:
        steps[name]()
    return {"seconds": time.process_time() - started, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _read(path: Path) -> object:
    from bulkportal.columns.matcher import count_known
    from bulkportal.sheets.reader import read

    return read(path, label=path.name, recognise=count_known)


def _openpyxl_reads(path: Path) -> object:
    from openpyxl import load_workbook

    return [list(row) for row in load_workbook(path, read_only=True, data_only=True).worksheets[0].iter_rows(values_only=True)]


def _openpyxl_writes(path: Path) -> None:
    """What the report of a text file is, by openpyxl alone: a new workbook, every cell dressed, a status beside each row."""
    import csv

    from openpyxl import Workbook

    book = Workbook()
    _register(book)
    sheet = book.worksheets[0]
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, texts in enumerate(csv.reader(file), start=1):
            for column, text in enumerate((*texts, "waiting", "no errors"), start=1):
                if text:
                    sheet.cell(number, column, text).style = "status" if column > len(texts) else "text"
            sheet.row_dimensions[number].height = 18
            _judge(sheet, number)
    book.save(path.with_suffix(".openpyxl.xlsx"))


def _openpyxl_annotates(path: Path) -> None:
    """What the report of a workbook is, by openpyxl alone: loaded, a status beside each row, red cells with notes, saved."""
    from openpyxl import load_workbook

    book = load_workbook(path)
    _register(book)
    sheet = book.worksheets[0]
    for number in range(1, sheet.max_row + 1):
        for column, text in enumerate(("waiting", "no errors"), start=len(COLUMNS) + 1):
            sheet.cell(number, column, text).style = "status"
        _judge(sheet, number)
    book.save(path.with_suffix(".openpyxl.xlsx"))


def _register(book: Workbook) -> None:
    from openpyxl.styles import Alignment, Font, NamedStyle, PatternFill

    for name, colour in (("text", "FFFFFF"), ("status", "F1F5F9"), ("red", "FDE2E1")):
        fill, top = PatternFill("solid", start_color=colour), Alignment(vertical="top", wrap_text=True)
        book.add_named_style(NamedStyle(name=name, fill=fill, font=Font(name="Calibri", size=11), alignment=top))


def _judge(sheet: Worksheet, number: int) -> None:
    """Every tenth row has a finding."""
    from openpyxl.comments import Comment

    if number > 1 and (number - 2) % EVERY == 0:
        sheet.cell(number, 1).style = "red"
        sheet.cell(number, 1).comment = Comment("bundle_not_checked: its row is on another sheet.", "bench")


def told(name: str, path: Path) -> dict[str, float]:
    """One step in a process of its own."""
    done = subprocess.run([sys.executable, __file__, "--step", name, str(path)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def main() -> None:
    """A table: one line for each size, file and step."""
    if sys.argv[1:2] == ["--step"]:
        print(json.dumps(step(sys.argv[2], Path(sys.argv[3]))))
        return
    sizes = [int(text) for text in sys.argv[1:]] or [50_000, 100_000]
    print("| rows | file | step | seconds of work | of openpyxl's | peak MB |\n| ---: | --- | --- | ---: | ---: | ---: |")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder), size)
            for file in ("videos.csv", "videos.xlsx"):
                path = Path(folder) / file
                theirs = {"report": told("openpyxl reports", path)}
                theirs |= {"read": told("openpyxl reads", path)} if path.suffix == ".xlsx" else {}
                for name in ("bytes", "read", "check", "report"):
                    ours = told(name, path)
                    ratio = f"1/{theirs[name]['seconds'] / ours['seconds']:.1f}" if name in theirs else ""
                    print(f"| {size:,} | {file} | {name} | {ours['seconds']:.2f} | {ratio} | {ours['peak_mb']:.0f} |", flush=True)
                for name, their in theirs.items():
                    print(f"| {size:,} | {file} | openpyxl {name}s | {their['seconds']:.2f} | 1 | {their['peak_mb']:.0f} |", flush=True)


if __name__ == "__main__":
    main()
