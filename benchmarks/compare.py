"""What whole commands take, beside what others take for the same work: processor time, wall time and memory, each in a process of its own.

    python benchmarks/compare.py [--rounds 3] [--rows 110000] [--large 1100000] [--plot FILE.svg]

The peers are scripts in `peers/`; those that need pandas or frictionless run in an environment of their own (`make .peers/.ready`), and
are left out where it is not there. Of several rounds the one with the least processor time counts: what else the machine does only adds.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sheets import COLUMNS, rows

HERE = Path(__file__).resolve().parent
PEERS = HERE.parent / ".peers" / "bin" / "python"
COMMAND = ("-c", "import sys; from bulkportal.cli.main import main; sys.argv[0] = 'bulkportal'; main()")


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """What a process took: seconds of processor, seconds of the clock, megabytes at the most."""

    cpu: float
    wall: float
    peak: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the table: what is done, by whom, and what it took; `limit` says beside which other line it may take how much."""

    work: str
    who: str
    took: Took
    beside: str = ""
    limit: float | None = None
    more: bool = False
    """Whether the limit is so many seconds more, and not so many times as much."""


def took(words: Sequence[object], rounds: int, home: Path) -> Took:
    """The best of several rounds."""
    _once(list(map(str, words)), home)  # what is compiled and cached at the first time
    return min((_once(list(map(str, words)), home) for _ in range(rounds)), key=lambda one: one.cpu)


def _once(words: list[str], home: Path) -> Took:
    # Compiled once, wherever that is kept: an installed program is.
    kept = {"PYTHONPYCACHEPREFIX": str(home / "compiled"), "PYTHONDONTWRITEBYTECODE": ""}
    environment = {**os.environ, **kept, "BULKPORTAL_HOME": str(home), "PYTHONPATH": str(HERE.parent)}
    began = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
    said = process.stderr.read() if process.stderr else b""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 6):
        raise SystemExit(f"{' '.join(words)} ended with {process.returncode}: {said.decode()[-2000:]}")
    return Took(cpu=used.ru_utime + used.ru_stime, wall=time.perf_counter() - began, peak=used.ru_maxrss / 1024)


def bulkportal(*words: object) -> list[object]:
    """A command, in an interpreter like everybody else's."""
    return [sys.executable, *COMMAND, *words]


def write(path: Path, lines: Sequence[Sequence[str]]) -> Path:
    """A sheet as CSV, or as a workbook."""
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([COLUMNS, *lines])
        return path
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet("Videos")
    for number, line in enumerate([COLUMNS, *lines]):
        for column, text in enumerate(line):
            sheet.write_string(number, column, text)
    book.close()
    return path


def spoilt(lines: Sequence[Sequence[str]]) -> list[list[str]]:
    """Each row wrong in five cells, each in its own way."""
    wrong = [list(line) for line in lines]
    for number, line in enumerate(wrong):
        line[1], line[3], line[5], line[8], line[11] = "one", f"movie {number % 7}", f"ftp://cdn.example.com/{number}", "2026-01-01", "perhaps"
    return wrong


def lines_of(rounds: int, count: int, large: int, folder: Path) -> Iterator[Line]:
    """Every line, one after the other; what compares with a line stands before it."""
    home = folder / "home"

    def line(work: str, who: str, words: Sequence[object], **limit: object) -> Line:
        return Line(work=work, who=who, took=took(words, rounds, home), **limit)  # type: ignore[arg-type] # beside, limit and more

    def peer(script: str, path: Path, python: object = sys.executable) -> list[object]:
        return [python, HERE / "peers" / f"{script}.py", path]

    yield line("start", "bare Python", [sys.executable, "-c", "pass"])
    yield line("start", "bulkportal --help", bulkportal("--help"), beside="bare Python", limit=0.1, more=True)
    few = rows(20)
    check = ("check", "--today", "2027-03-01", "--json")
    yield line("20 rows, CSV", "bulkportal", bulkportal(*check, write(folder / "few.csv", few)), beside="bare Python", limit=0.45, more=True)
    yield line("20 rows, XLSX", "bulkportal", bulkportal(*check, write(folder / "few.xlsx", few)), beside="bare Python", limit=0.6, more=True)
    made = rows(count)
    good, bad, book = write(folder / "good.csv", made), write(folder / "bad.csv", spoilt(made)), write(folder / "good.xlsx", made)
    of, of_book = f"{count:,} rows, CSV", f"{count:,} rows, XLSX"
    yield line(of, "bare polars", peer("bare_polars", good))
    yield line(of, "bulkportal", bulkportal(*check, good), beside="bare polars", limit=2.5)
    yield line(of, "csv and pydantic", peer("csv_pydantic", good), beside="bare polars")
    if PEERS.exists():
        yield line(of, "pandas", peer("pandas_openpyxl", good, PEERS), beside="bare polars")
        yield line(of, "frictionless", peer("frictionless_check", good, PEERS), beside="bare polars")
    yield line(f"{of}, all wrong", "bulkportal", bulkportal(*check, bad), beside="bulkportal", limit=2.0)
    yield line(of_book, "fastexcel reads", peer("fastexcel_reads", book))
    yield line(of_book, "bulkportal", bulkportal(*check, book), beside="fastexcel reads", limit=2.5)
    yield line(of_book, "openpyxl reads", peer("openpyxl_reads", book), beside="fastexcel reads")
    if PEERS.exists():
        yield line(of_book, "pandas and openpyxl", peer("pandas_openpyxl", book, PEERS), beside="fastexcel reads")
    if large:
        many = write(folder / "large.csv", rows(large))
        yield line(f"{large:,} rows, CSV", "bare polars", peer("bare_polars", many))
        yield line(f"{large:,} rows, CSV", "bulkportal", bulkportal(*check, many), beside="bare polars", limit=2.5)


def table(found: Sequence[Line]) -> Iterator[str]:
    """The lines as Markdown."""
    yield "| work | by | seconds of processor | of the clock | peak MB | beside | target |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: |"
    for number, one in enumerate(found):
        other = next((line for line in reversed(found[:number]) if line.who == one.beside and (line.work == one.work or one.limit)), None)
        beside = target = ""
        if other is not None:
            beside = f"{one.took.cpu - other.took.cpu:+.2f} s" if one.more else f"{one.took.cpu / other.took.cpu:.1f} ×"
            beside += f" {one.beside}"
        if one.limit is not None:
            target = f"{one.limit:+.2f} s" if one.more else f"{one.limit:.1f} ×"
        yield f"| {one.work} | {one.who} | {one.took.cpu:.2f} | {one.took.wall:.2f} | {one.took.peak:,.0f} | {beside} | {target} |"


def plot(found: Sequence[Line]) -> str:
    """The processor time of every line as bars on a logarithmic scale, as SVG."""
    from math import log10

    width, height, left = 860, 22, 330
    least = 0.01
    scale = (width - left - 70) / log10(max(one.took.cpu for one in found) / least)
    bars = []
    for number, one in enumerate(found):
        length = max(1.0, log10(max(one.took.cpu, least) / least) * scale)
        top = number * height + 6
        colour = "#2f6f4f" if one.who.startswith("bulkportal") else "#b9c2bd"
        bars.append(
            f'<text x="{left - 8}" y="{top + 12}" text-anchor="end">{one.work} · {one.who}</text>'
            f'<rect x="{left}" y="{top}" width="{length:.0f}" height="15" fill="{colour}"/>'
            f'<text x="{left + length + 6:.0f}" y="{top + 12}">{one.took.cpu:.2f} s</text>'
        )
    size = f'width="{width}" height="{len(found) * height + 10}"'
    style = "<style>text{font:12px system-ui,sans-serif;fill:#333}</style>"
    back = '<rect width="100%" height="100%" fill="#fff"/>'
    title = "<title>Seconds of processor, on a logarithmic scale</title>"
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">{title}{style}{back}{"".join(bars)}</svg>\n'


def main() -> int:
    """Measure, print, and draw."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name, default in (("rounds", 3), ("rows", 110_000), ("large", 1_100_000)):
        asked.add_argument(f"--{name}", type=int, default=default)
    asked.add_argument("--plot", type=Path)
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = list(lines_of(chosen.rounds, chosen.rows, chosen.large, Path(folder)))
    print("\n".join(table(found)))
    if chosen.plot:
        chosen.plot.write_text(plot(found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
