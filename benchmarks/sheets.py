"""How long reading, checking and reporting take for a large sheet, beside what cannot be faster on the same machine.

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

COLUMNS = (
    *("bundle", "position", "name", "video_type", "instagram_content_type", "video", "carousel_images", "description"),
    *("target_publish_date", "tiktok_sound_url", "instagram_location", "instagram_add_to_story", "youtube_title"),
    *("youtube_tags", "editing_instructions", "external_ref"),
)


def rows(count: int) -> list[list[str]]:
    """A sheet of right rows, ten to a bundle."""
    return [
        [
            *(f"launch-{number // 10:06}", str(number % 10 + 1), f"Video {number}", "video", "reel"),
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
    steps: dict[str, Callable[[], object]] = {"bytes": path.read_bytes, "read": lambda: _read(path), "check": lambda: check(job)}
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


def main() -> None:
    """A table: one line for each size, file and step."""
    if sys.argv[1:2] == ["--step"]:
        print(json.dumps(step(sys.argv[2], Path(sys.argv[3]))))
        return
    sizes = [int(text) for text in sys.argv[1:]] or [10_000, 100_000]
    print("| rows | file | step | seconds of work | peak MB |\n| ---: | --- | --- | ---: | ---: |")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder), size)
            for file in ("videos.csv", "videos.xlsx"):
                for name in ("bytes", "read", "check", "report"):
                    command = [sys.executable, __file__, "--step", name, str(Path(folder) / file)]
                    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
                    print(f"| {size:,} | {file} | {name} | {told['seconds']:.2f} | {told['peak_mb']:.0f} |", flush=True)


if __name__ == "__main__":
    main()
