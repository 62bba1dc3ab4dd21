"""What work costs, counted and not timed: calls of Python for a row, questions to polars for a check, statements and requests for a bundle."""

from __future__ import annotations

import csv
import sqlite3
import sys
import threading
from collections.abc import Callable, Collection
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from types import FrameType

import polars as pl
import pytest

from bulkportal.pipeline import Job, check
from bulkportal.pipeline.job import Result
from tests.conftest import OpenDesk, bundle, video

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


@pytest.mark.parametrize(("wrong", "most"), [(False, 1), (True, 14)])
def test_calls_a_row(tmp_path: Path, wrong: bool, most: int) -> None:
    """Twice the rows take at most so many calls a row more, in a sheet where all is right and in one where nothing is."""
    few, _ = calls(videos(tmp_path / "few.csv", 1_000, wrong=wrong))
    many, result = calls(videos(tmp_path / "many.csv", 2_000, wrong=wrong))
    assert len(result.report.findings) >= (5 * 2_000 if wrong else 0)
    assert (many - few) / 1_000 <= most


def counted(work: Callable[[], object], names: Collection[str], kind: type) -> int:
    """How often, in all threads, methods of these names are called of objects of a kind that is written in C."""
    made = 0

    def count(_frame: FrameType, event: str, called: object) -> None:
        nonlocal made
        made += event == "c_call" and getattr(called, "__name__", "") in names and isinstance(getattr(called, "__self__", None), kind)

    threading.setprofile(count)
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return made


@pytest.mark.parametrize(("wrong", "most"), [(False, 150), (True, 210)])
def test_questions_of_a_check(tmp_path: Path, wrong: bool, most: int) -> None:
    """Most of what a small check takes is what each question to polars takes, however few rows it is about."""
    job = Job(command="check", inputs=(videos(tmp_path / "few.csv", 20, wrong=wrong),), today=date(2027, 3, 1))
    assert counted(lambda: check(job), {"collect"}, type(pl.LazyFrame()._ldf)) <= most


def test_an_unchanged_import_asks_little(open_desk: OpenDesk) -> None:
    """Three reads of the platform for each bundle, eight statements for each request (the pace that a key's processes share), and the books once."""
    desk = open_desk()
    asked: list[tuple[int, int]] = []
    for count in (2, 6):
        names = [f"spring-{count}-{number}" for number in range(count)]
        rows = [video(name, number) for name in names for number in (1, 2)]
        launch = desk.sheets(f"launch-{count}", bundles=[bundle(name) for name in names], videos=rows)
        assert desk.import_(launch).code == 0
        desk.import_(launch)  # what a second import keeps for itself is kept
        reads, writes = desk.state.journal.reads, desk.writes
        statements = counted(partial(desk.import_, launch), {"execute", "executemany"}, sqlite3.Connection)
        assert desk.writes == writes
        asked.append((desk.state.journal.reads - reads, statements))
    (few, of_few), (many, of_many) = asked
    assert many - few <= 3 * 4 and few <= 3 * 2 + 5
    assert of_many - of_few <= 8 * (many - few) and of_few - 8 * few <= 76
