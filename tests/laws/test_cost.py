"""What a row costs, in calls of Python: a sheet of many rows is worked on as columns. No clock is asked."""

from __future__ import annotations

import csv
import sys
from datetime import date, timedelta
from pathlib import Path
from types import FrameType

import pytest

from bulkportal.pipeline import Job, check
from bulkportal.pipeline.job import Result

COLUMNS = ("bundle", "position", "video_type", "instagram_content_type", "video", "description", "target_publish_date", "external_ref")


def videos(path: Path, count: int, *, wrong: bool = False) -> Path:
    """Right rows, ten to a bundle that is made on the sheet; or rows that are wrong in five cells each."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(COLUMNS)
        for number in range(count):
            day = date(2027, 4, 1) + timedelta(days=number // 3)
            good = [
                "spring",
                str(number + 1),
                "video",
                "reel",
                f"https://cdn.example.com/{number}.mp4",
                f"Dish number {number} at dawn",
                str(day),
                f"r-{number}",
            ]
            bad = ["spring", "one", "movie", "rel", f"ftp://cdn.example.com/{number}", f"Dish number {number} at dawn", "01.02.", f"r-{number}"]
            out.writerow(bad if wrong else good)
    return path


def calls(path: Path) -> tuple[int, Result]:
    """How many functions of Python are called to check a sheet."""
    made = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal made
        made += event == "call"

    job = Job(command="check", inputs=(path,), today=date(2027, 3, 1))
    check(job)  # what is loaded and remembered at the first time is not what a row costs
    sys.setprofile(count)
    try:
        result = check(job)
    finally:
        sys.setprofile(None)
    return made, result


@pytest.mark.parametrize(("wrong", "most"), [(False, 30), (True, 450)])
def test_calls_a_row(tmp_path: Path, wrong: bool, most: int) -> None:
    """Twice the rows take at most so many calls a row more, in a sheet where all is right and in one where nothing is."""
    few, _ = calls(videos(tmp_path / "few.csv", 1_000, wrong=wrong))
    many, result = calls(videos(tmp_path / "many.csv", 2_000, wrong=wrong))
    assert len(result.report.findings) >= (5 * 2_000 if wrong else 0)
    assert (many - few) / 1_000 <= most
