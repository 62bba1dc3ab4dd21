"""The status as one HTML page: the same figures as the workbook, to open anywhere and to send on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from bulkportal.html.page import EMPTY, BarChart, CalendarChart, Column, ColumnKind, HtmlPage, PageCell, PageTable, Point, Points, Tile, Tone
from bulkportal.html.rendering import day_cell, number_cell, render
from bulkportal.html.statuses import counted, status_cell
from bulkportal.html.words import Words, said
from bulkportal.sheets.writer import write_bytes
from bulkportal.status_report.metrics import BundleLine, Metrics
from bulkportal.status_report.tasks import Task


def write_status(figures: Metrics, words: Words, path: Path) -> None:
    """Write the status page. Raises UsageProblem when it cannot be written."""
    write_bytes(path, render(status_page(figures, words), words))


def status_page(figures: Metrics, words: Words) -> HtmlPage:
    """What is on the page of a status, the most pressing first."""
    bundles = words.count(len(figures.lines), "bundle")
    clients = words.count(len(figures.bundles_by("client")), "client")
    return HtmlPage(
        title=words["status.title"],
        lead=f"{words.moment(figures.moment)}  ·  {words.fill('of', part=bundles, whole=clients)}",
        tiles=tuple(_tiles(figures, words)),
        points=Points(title=words["todo"], points=tuple(_point(todo, words) for todo in figures.todo), empty=words["todo.none"]),
        charts=tuple(_charts(figures, words)),
        tables=(_bundles(figures.lines, words),),
    )


def days_of(figures: Metrics, words: Words) -> CalendarChart:
    """The publish days of all videos."""
    return CalendarChart(title=words["calendar"], days={day.day: day.videos for day in figures.calendar}, today=figures.moment.date())


def _tiles(figures: Metrics, words: Words) -> Iterator[Tile]:
    filled = sum(line.filled for line in figures.lines)
    yield Tile(value=words.number(len(figures.lines)), label=words.noun(len(figures.lines), "bundle"))
    yield Tile(value=words.number(filled), label=words.fill("filled", number=figures.slots, all=words.number(figures.slots)))
    yield Tile(
        value=words.number(figures.flagged), label=words.noun(figures.flagged, "broken.count"), tone=Tone.BAD if figures.flagged else Tone.PLAIN
    )
    yield Tile(value=words.number(len(figures.todo)), label=words.noun(len(figures.todo), "todo.count"))
    untold = words.fill("credits.untold", number=figures.untold, count=words.number(figures.untold)) if figures.untold else words["credits.spent"]
    yield Tile(value=words.number(figures.spent), label=untold)
    left = "–" if figures.left is None else words.number(figures.left)
    yield Tile(value=left, label=words["credits.left"], tone=Tone.BAD if figures.left == 0 else Tone.PLAIN)


def _point(todo: Task, words: Words) -> Point:
    due = words.fill("due", moment=words.moment(todo.due)) if todo.due else ""
    tones = {"download_issue": Tone.BAD, "blocked": Tone.OPEN}
    detail = f"{due} {said(todo.reasons, words.language)}".strip()
    return Point(what=todo.task.said(words.language), where=words.name(todo.bundle), detail=detail, tone=tones.get(todo.kind, Tone.PLAIN))


def _charts(figures: Metrics, words: Words) -> Iterator[BarChart | CalendarChart]:
    yield counted(words["by.status"], figures.bundles_by("status"), words)
    yield counted(words["by.videos"], figures.videos_by_status, words)
    yield counted(words["by.platform"], figures.bundles_by("platform"), words)
    spent = {words.name(client): spent for client, (_, _, spent) in figures.amounts_by("client").items() if spent}
    yield counted(words["by.credits"], dict(sorted(spent.items(), key=lambda item: -item[1])), words, plain=True)
    yield days_of(figures, words)


def _bundles(lines: Iterable[BundleLine], words: Words) -> PageTable:
    columns = (
        Column(title=words["bundle"]),
        Column(title=words["client"], choices=True),
        Column(title=words["platform"], choices=True),
        Column(title=words["country"], choices=True),
        Column(title=words["status"], choices=True),
        Column(title=words["account"], choices=True),
        Column(title=words["videos.filled"], kind=ColumnKind.NUMBER),
        Column(title=words["broken"], kind=ColumnKind.NUMBER),
        Column(title=words["day.first"], kind=ColumnKind.DAY),
        Column(title=words["day.last"], kind=ColumnKind.DAY),
        Column(title=words["credits"], kind=ColumnKind.NUMBER),
        Column(title=words["next.step"], kind=ColumnKind.LONG),
    )
    return PageTable(title=words["bundles"], columns=columns, rows=[_bundle(line, words) for line in lines], empty=words["bundles.none"])


def _bundle(line: BundleLine, words: Words) -> tuple[PageCell, ...]:
    days = line.days
    return (
        PageCell(text=words.name(line.bundle)),
        PageCell(text=words.name(line.client)),
        PageCell(text=line.platform),
        PageCell(text=line.country),
        status_cell(line.status, words),
        status_cell(line.account_status, words),
        share_cell(line.filled, line.slots, words),
        number_cell(line.flagged or None, words),
        day_cell(days[0] if days else None, words),
        day_cell(days[-1] if days else None, words),
        number_cell(line.credits, words),
        PageCell(text=line.step.said(words.language)),
    )


def share_cell(part: int, whole: int, words: Words) -> PageCell:
    """``5 / 6``, sorted by the first; blank where there is nothing to fill."""
    return PageCell(text=f"{words.number(part)} / {words.number(whole)}", value=str(part)) if whole else EMPTY
