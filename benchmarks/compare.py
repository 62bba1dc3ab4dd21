"""What whole commands take, beside what others take for the same work: processor time, wall time and memory, each in a process of its own.

    python benchmarks/compare.py [--rounds 2] [--rows 110000] [--large 1100000] [--bundles 1000] [--plot FILE.svg] [--write]

The peers are scripts in `peers/`; those that need pandas or frictionless run in an environment of their own (`make .peers/.ready`), and
are left out where it is not there. Of several rounds the one with the least processor time counts: what else the machine does only adds.
What takes long is measured once. `--write` puts the tables into the page of the documentation, and the plot beside it.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import hours  # it puts this checkout first, whatever is installed
import on_platform
from measured import COMMAND, HERE, Took, took
from sheets import COLUMNS, rows

PEERS = HERE.parent / ".peers" / "bin" / "python"
PAGE = HERE.parent / "docs" / "explanation" / "performance.md"
PLOT = HERE.parent / "docs" / "images" / "performance.svg"
CHECK = ("check", "--today", "2027-03-01", "--json")


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
    most: int = 0
    """Megabytes that it may take, where there is a target."""
    less: str = ""
    """The work whose time is taken off, since it was done as well."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What is measured, how often, and where its files are."""

    rounds: int
    count: int
    large: int
    bundles: int
    folder: Path

    def line(self, work: str, who: str, words: Sequence[object], *, once: bool = False, **limit: object) -> Line:
        """One line; what takes long is measured once."""
        found = took(words, 1 if once else self.rounds, self.folder)
        print(f"  {work}: {who}: {found.cpu:.2f} s, {found.peak:,.0f} MB", file=sys.stderr, flush=True)
        return Line(work=work, who=who, took=found, **limit)  # type: ignore[arg-type] # the limits

    def lines(self) -> Iterator[Line]:
        """Every line, one after the other; what compares with a line stands before it."""
        for part in (self._starts, self._text_files, self._workbooks, self._large, self._plan):
            try:
                yield from part()
            except SystemExit as failed:  # the lines that were measured are worth having
                print(f"  left out: {failed}", file=sys.stderr, flush=True)

    def _starts(self) -> Iterator[Line]:
        few = rows(20)
        yield self.line("start", "bare Python", [sys.executable, "-c", "pass"])
        yield self.line("start", "bulkportal --help", bulkportal("--help"), beside="bare Python", limit=0.1, more=True)
        for suffix, limit in ((".csv", 0.45), (".xlsx", 0.6)):
            path = write(self.folder / f"few{suffix}", few)
            yield self.line(f"20 rows, {suffix[1:].upper()}", "bulkportal", bulkportal(*CHECK, path), beside="bare Python", limit=limit, more=True)

    def _text_files(self) -> Iterator[Line]:
        made = rows(self.count)
        good, bad = write(self.folder / "good.csv", made), write(self.folder / "bad.csv", spoilt(made))
        of = f"{self.count:,} rows, CSV"
        yield self.line(of, "bare polars", peer("bare_polars", good))
        yield self.line(of, "bulkportal", bulkportal(*CHECK, good), beside="bare polars", limit=2.5)
        yield self.line(of, "csv and pydantic", peer("csv_pydantic", good), once=True, beside="bare polars")
        if PEERS.exists():
            yield self.line(of, "pandas", peer("pandas_openpyxl", good, PEERS), once=True, beside="bare polars")
            yield self.line(of, "frictionless", peer("frictionless_check", good, PEERS), once=True, beside="bare polars")
        yield self.line(f"{of}, all wrong", "bulkportal", bulkportal(*CHECK, bad), beside="bulkportal", limit=2.0, most=700)
        of = f"report of {self.count:,} rows, CSV"
        yield self.line(of, "spliced shell", peer("spliced_shell", good))
        report = (*CHECK, "--report", self.folder / "of.report.xlsx")
        yield self.line(
            of, "bulkportal, the check with it", bulkportal(*report, good), beside="spliced shell", limit=2.0, less=f"{self.count:,} rows, CSV"
        )

    def _workbooks(self) -> Iterator[Line]:
        book = write(self.folder / "good.xlsx", rows(self.count))
        of = f"{self.count:,} rows, XLSX"
        yield self.line(of, "fastexcel reads", peer("fastexcel_reads", book))
        yield self.line(of, "bulkportal", bulkportal(*CHECK, book), beside="fastexcel reads", limit=2.5)
        yield self.line(of, "openpyxl reads", peer("openpyxl_reads", book), once=True, beside="fastexcel reads")
        if PEERS.exists():
            yield self.line(of, "pandas and openpyxl", peer("pandas_openpyxl", book, PEERS), once=True, beside="fastexcel reads")
        copy = f"annotated copy of {self.count:,} rows, XLSX"
        yield self.line(copy, "patch", peer("patched", book))
        report = (*CHECK, "--report", self.folder / "of.book.report.xlsx")
        yield self.line(copy, "bulkportal, the check with it", bulkportal(*report, book), beside="patch", limit=2.0, less=of)

    def _large(self) -> Iterator[Line]:
        if self.large:
            many = write(self.folder / "large.csv", rows(self.large))
            of = f"{self.large:,} rows, CSV"
            yield self.line(of, "bare polars", peer("bare_polars", many), once=True)
            yield self.line(of, "bulkportal", bulkportal(*CHECK, many), once=True, beside="bare polars", limit=2.5, most=1300)
            many.unlink()

    def _plan(self) -> Iterator[Line]:
        if self.bundles:
            print(f"  plan of {self.bundles:,} bundles", file=sys.stderr, flush=True)
            of = f"plan of {self.bundles:,} × 10, equal platform"
            reading, planning = on_platform.plan(self.folder, self.bundles, 10, rounds=1)
            yield Line(work=of, who="reading both", took=reading)
            yield Line(work=of, who="bulkportal", took=planning, beside="reading both", limit=2.0)


def peer(script: str, path: Path, python: object = sys.executable) -> list[object]:
    """A script of another way to do it."""
    return [python, HERE / "peers" / f"{script}.py", path]


def table(found: Sequence[Line]) -> Iterator[str]:
    """The lines as Markdown."""
    yield "| work | by | seconds of processor | of the clock | peak MB | beside | target | |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |"
    for number, one in enumerate(found):
        other = next((line for line in reversed(found[:number]) if line.who == one.beside and (line.work == one.work or one.limit)), None)
        own = one.took.cpu - sum(line.took.cpu for line in found[:number] if line.work == one.less and line.who == "bulkportal")
        beside = target = met = ""
        if other is not None:
            reached = own - other.took.cpu if one.more else own / other.took.cpu
            beside = f"{reached:+.2f} s {one.beside}" if one.more else f"{reached:.1f} × {one.beside}"
            if one.limit is not None:
                target = f"{one.limit:+.2f} s" if one.more else f"{one.limit:.1f} ×"
                target += f", {one.most:,} MB" if one.most else ""
                met = "met" if reached <= one.limit and (not one.most or one.took.peak <= one.most) else "not met"
        yield f"| {one.work} | {one.who} | {one.took.cpu:.2f} | {one.took.wall:.2f} | {one.took.peak:,.0f} | {beside} | {target} | {met} |"
    sizes = [line for line in found if line.who == "bulkportal" and re.fullmatch(r"[\d,]+ rows, CSV", line.work) and not line.work.startswith("20 ")]
    if len(sizes) == 2:
        each = [line.took.cpu / int(line.work.split(" ")[0].replace(",", "")) * 1e6 for line in sizes]
        yield ""
        met = "met" if each[1] <= 1.2 * each[0] else "not met"
        sizes_said = f"A row of the larger CSV file takes {each[1]:.1f} µs, of the smaller one {each[0]:.1f} µs"
        yield f"{sizes_said}: {each[1] / each[0]:.2f} × (target 1.2 ×, {met})."


def requests_table(asked: Sequence[on_platform.Asked]) -> Iterator[str]:
    """The requests as Markdown."""
    yield "| work | by | writes | reads | target |"
    yield "| --- | --- | ---: | ---: | ---: |"
    for one in asked:
        yield f"| {one.work} | {one.who} | {one.writes} | {one.reads} | {one.target} |"


def plot(found: Sequence[Line]) -> str:
    """The processor time of every line as bars on a logarithmic scale, as SVG."""
    from math import log10

    width, height, left = 970, 22, 440
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


def put(name: str, text: str) -> None:
    """Write a part of the page, between its two marks."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    page = PAGE.read_text("utf-8")
    before, mark, rest = page.partition(begin)
    _, last, after = rest.partition(end)
    if not mark or not last:
        raise SystemExit(f"{PAGE.name} has no place for {name}: {begin} ... {end}")
    PAGE.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", "utf-8")


def main() -> int:
    """Measure, print, and where asked write the page and draw."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    for name, default in (("rounds", 2), ("rows", 110_000), ("large", 1_100_000), ("bundles", 1_000)):
        asked.add_argument(f"--{name}", type=int, default=default)
    asked.add_argument("--plot", type=Path, help="draw the table into this SVG file")
    asked.add_argument("--write", action="store_true", help="write the tables into docs/explanation/performance.md, and the plot beside it")
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="bulkportal-bench-") as folder:
        bench = Bench(rounds=chosen.rounds, count=chosen.rows, large=chosen.large, bundles=chosen.bundles, folder=Path(folder))
        found = list(bench.lines())
        times = "\n".join(table(found))
        print(times, flush=True)
        counts = "\n".join(requests_table(list(on_platform.requests(Path(folder)))))
    print(f"\n{counts}\n", flush=True)
    virtual, fine = hours.table(100_000, 10, 3600.0)
    print("\n".join(virtual))
    where = chosen.plot or (PLOT if chosen.write else None)
    if where:
        where.write_text(plot(found), encoding="utf-8")
    if chosen.write:
        put("times", f"{times}\n\n![Seconds of processor of each line, on a logarithmic scale](../images/{PLOT.name})")
        put("requests", counts)
        put("hours", "\n".join(virtual))
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
