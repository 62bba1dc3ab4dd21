"""The report as one HTML page: how many rows ended how, what is wrong and why, and every row to search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from bulkportal.apply.outcomes import SETTLED, TO_FIX, RowState
from bulkportal.check.finding_groups import FindingGroup, groups_of
from bulkportal.check.findings import ValidationResult
from bulkportal.html.page import EMPTY, Bar, BarChart, CalendarChart, Column, ColumnKind, HtmlPage, PageCell, PageTable, Tile, Tone
from bulkportal.html.rendering import day_cell, number_cell, render
from bulkportal.html.statuses import counted, status_cell
from bulkportal.html.words import Words
from bulkportal.remote_files import web_link
from bulkportal.report.summary import Report, RowLine
from bulkportal.sheets.table import RowAddress
from bulkportal.sheets.writer import write_bytes

_LONGEST = 160
_MOST_PLACES = 6


def write_run(report: Report, checked: ValidationResult, words: Words, path: Path) -> None:
    """Write the report page, whole or not at all. Raises UsageProblem when it cannot be written."""
    write_bytes(path, render(run_page(report, checked, words), words))


def run_page(report: Report, checked: ValidationResult, words: Words) -> HtmlPage:
    """What is on the page of a run: `check`, `plan`, `import` or `apply`."""
    contents = _contents(checked)
    started = _moment(report.started_at, words)
    tables = [_rows(report, contents, words)]
    causes = groups_of(report.findings)
    if causes:
        tables.insert(0, _causes(causes, words))
    return HtmlPage(
        title=_title(report, words),
        lead="  ·  ".join(filter(None, (f"bulkportal {report.command}", ", ".join(report.files), started))),
        tiles=tuple(_tiles(report, words)),
        notices=(report.message,) if report.message else (),
        command=report.next_command,
        charts=tuple(_charts(report, contents, words)),
        tables=tuple(tables),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """What a row is about, as far as it could be read."""

    bundle: str = ""
    position: int | None = None
    platform: str = ""
    text: str = ""
    day: date | None = None


_NOTHING = _Content()


def _contents(checked: ValidationResult) -> dict[RowAddress, _Content]:
    found: dict[RowAddress, _Content] = {}
    platforms: dict[str, str] = {}
    for row in checked.bundles.iter_rows(named=True):
        key = str(row.get("_bundle") or "")
        platforms[key] = row.get("platform") or ""
        address = checked.sheets[row["_table"]].table.address(row["_row"])
        found[address] = _Content(bundle=row.get("bundle") or key, platform=platforms[key], text=_short(row.get("title")))
    for row in checked.positions.iter_rows(named=True):
        key = str(row.get("_bundle") or "")
        address = checked.sheets[row["_table"]].table.address(row["_row"])
        found[address] = _Content(
            bundle=row.get("bundle") or key,
            position=row.get("position"),
            platform=platforms.get(key, ""),
            text=_short(row.get("description") or row.get("youtube_title") or row.get("name")),
            day=row.get("target_publish_date"),
        )
    return found


def _short(text: str | None) -> str:
    text = text or ""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _moment(text: str, words: Words) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return words.moment(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _title(report: Report, words: Words) -> str:
    total = report.totals.get("total", 0)
    if not total:
        return words["run.empty"]
    states = {"check": SETTLED | {RowState.WAITING}, "plan": {RowState.WAITING}}.get(report.command, SETTLED)
    key = f"{report.command}.title" if report.command in ("check", "plan") else "run.title"
    return words.fill(key, number=total, done=words.number(_sum(report, *states)), all=words.number(total))


def _sum(report: Report, *states: RowState) -> int:
    return sum(report.totals.get(state, 0) for state in states)


def _tiles(report: Report, words: Words) -> Iterator[Tile]:
    total, fix = report.totals.get("total", 0), _sum(report, *TO_FIX)
    yield Tile(value=words.number(total), label=words.noun(total, "row"))
    if report.command == "check":
        yield Tile(value=words.number(_sum(report, *SETTLED, RowState.WAITING)), label=words["run.checked"])
    else:
        yield Tile(value=words.number(_sum(report, *SETTLED)), label=words["run.in_order"])
        yield Tile(value=words.number(_sum(report, RowState.HELD, RowState.WAITING)), label=words["run.open"])
    yield Tile(value=words.number(fix), label=words["run.fix"], tone=Tone.BAD if fix else Tone.PLAIN)
    if report.command != "check":
        yield Tile(value="–" if report.planned is None else words.number(report.planned), label=words["run.planned"])
        yield Tile(value=words.number(report.charged), label=words["run.charged"])
        yield Tile(value="–" if report.remaining is None else words.number(report.remaining), label=words["credits.left"])


def _charts(report: Report, contents: Mapping[RowAddress, _Content], words: Words) -> Iterator[BarChart | CalendarChart]:
    states = {_said(report, state): report.totals.get(state, 0) for state in RowState}
    yield counted(words["by.row"], {state: count for state, count in states.items() if count}, words)
    platforms = Counter(contents.get(line.address, _NOTHING).platform for line in report.lines)
    yield counted(words["by.row.platform"], dict(platforms.most_common()), words)
    if report.findings:
        yield counted(words["by.column"], dict(Counter(finding.column or "" for finding in report.findings).most_common()), words, plain=True)
    if report.command != "check":
        amounts = {"planned": report.planned, "charged": report.charged, "remaining": report.remaining}
        bars = (Bar(name=words[name], amount=amount, text=words.number(amount)) for name, amount in amounts.items() if amount is not None)
        yield BarChart(title=words["credits"], bars=tuple(bars))
    days = Counter(content.day for content in contents.values() if content.day)
    if days:
        yield CalendarChart(title=words["calendar"], days=days, today=_day(report.started_at) or min(days))


def _day(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None


def _said(report: Report, state: RowState) -> str:
    """A row that nothing has been sent for yet is not waiting: it has no errors, or it would be done."""
    return {"check": "in_order", "plan": "planned"}.get(report.command, state.value) if state is RowState.WAITING else state.value


def _causes(causes: tuple[FindingGroup, ...], words: Words) -> PageTable:
    columns = (
        Column(title=words["cause"], kind=ColumnKind.LONG, foreign=True),
        Column(title=words["severity"], choices=True),
        Column(title=words["column"], choices=True),
        Column(title=words["count"], kind=ColumnKind.NUMBER),
        Column(title=words["places"], kind=ColumnKind.LONG),
        Column(title=words["hint"], kind=ColumnKind.LONG, foreign=True),
        Column(title=words["code"]),
    )
    return PageTable(title=words["causes"], columns=columns, rows=[_cause(cause, words) for cause in causes], empty=words["causes.none"])


def _cause(cause: FindingGroup, words: Words) -> tuple[PageCell, ...]:
    return (
        PageCell(text=cause.first.message),
        status_cell(cause.first.severity, words),
        PageCell(text=cause.first.column or ""),
        number_cell(len(cause.findings), words),
        PageCell(text=_places(cause, words)),
        PageCell(text=cause.first.hint),
        PageCell(text=cause.first.code),
    )


def _places(cause: FindingGroup, words: Words) -> str:
    """The first cells, neighbours as a range, and how many more there are; without cells the sheet or the file."""
    if len(cause.findings) == 1 or not cause.cells:
        return cause.first.place
    shown, rest = ", ".join(cause.cells[:_MOST_PLACES]), len(cause.cells) - _MOST_PLACES
    places = f"{cause.first.sheet}!{shown}"
    return words.fill("places.more", places=places, count=words.number(rest)) if rest > 0 else places


def _rows(report: Report, contents: Mapping[RowAddress, _Content], words: Words) -> PageTable:
    columns = (
        Column(title=words["place"]),
        Column(title=words["bundle"]),
        Column(title=words["position"], kind=ColumnKind.NUMBER),
        Column(title=words["platform"], choices=True),
        Column(title=words["status"], choices=True),
        Column(title=words["problem"], kind=ColumnKind.LONG, foreign=True),
        Column(title=words["hint"], kind=ColumnKind.LONG, foreign=True),
        Column(title=words["content"], kind=ColumnKind.LONG),
        Column(title=words["day.publish"], kind=ColumnKind.DAY),
        Column(title=words["result"], foreign=True),
        Column(title=words["credits"], kind=ColumnKind.NUMBER),
        Column(title=words["link"]),
    )
    several = len(report.files) > 1
    rows = [_row(line, contents.get(line.address, _NOTHING), _said(report, line.state), words, several=several) for line in report.lines]
    # An empty column only takes up space.
    used = [number for number in range(len(columns)) if number == 0 or any(row[number].text for row in rows)]
    return PageTable(
        title=words["rows"],
        columns=tuple(columns[number] for number in used),
        rows=[[row[number] for number in used] for row in rows],
        empty=words["rows.none"],
    )


def _row(line: RowLine, content: _Content, state: str, words: Words, *, several: bool) -> tuple[PageCell, ...]:
    link = web_link(line.live_url)
    return (
        PageCell(text=f"{line.address.file} {line.address}" if several else str(line.address)),
        PageCell(text=content.bundle),
        number_cell(content.position, words),
        PageCell(text=content.platform),
        status_cell(state, words),
        PageCell(text=line.problem),
        PageCell(text=line.next_step),
        PageCell(text=content.text),
        day_cell(content.day, words),
        PageCell(text=line.result),
        number_cell(line.credits or None, words),
        PageCell(text=words["link.open"], link=link) if link else EMPTY if not line.live_url else PageCell(text=line.live_url),
    )
