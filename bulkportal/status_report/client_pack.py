"""A pack for one client: its bundles and videos as a page and a workbook, and the hashes of both.

Only what is named here is in it: how far each bundle is, and what is published when and where. No id, no
credits, no note of an account manager, no other client.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bulkportal.errors import UsageProblem
from bulkportal.exporting.fetched import FetchedBundle, day_of, words
from bulkportal.html.page import EMPTY, Column, ColumnKind, HtmlPage, PageCell, PageTable, Tile
from bulkportal.html.rendering import day_cell, number_cell, render
from bulkportal.html.statuses import counted, status_cell
from bulkportal.html.words import Words
from bulkportal.portal.remote import RemotePosition, live_link
from bulkportal.sheets.builder import WorkbookBuilder
from bulkportal.sheets.layout import Value, begin_list, end_list, fit_ruled, put
from bulkportal.sheets.styles import Style
from bulkportal.sheets.writer import write_bytes
from bulkportal.status_report.as_html import days_of, share_cell
from bulkportal.status_report.metrics import BundleLine, Metrics, metrics_of

PAGE, BOOK, SUMS = "status.html", "status.xlsx", "SHA256SUMS"
_WIDTHS = {ColumnKind.TEXT: 26.0, ColumnKind.LONG: 70.0, ColumnKind.NUMBER: 12.0, ColumnKind.DAY: 16.0}
_STYLES = {
    ColumnKind.TEXT: Style.LIST_TEXT,
    ColumnKind.LONG: Style.LIST_WRAPPED,
    ColumnKind.NUMBER: Style.LIST_NUMBER,
    ColumnKind.DAY: Style.LIST_DAY,
}
_SHORTEST = 3
"""Shorter names of other clients are too common as words to be looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """The files of a pack by name. `left_out` lists the videos whose caption was left out because it names another client."""

    files: Mapping[str, bytes]
    bundles: int
    videos: int
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackScope:
    """The client of a pack, its moment, and the names of other clients, which must not be in it."""

    client: str
    moment: datetime
    others: frozenset[str]

    def names_another(self, text: str) -> bool:
        """Whether a text names another client, as a word of its own."""
        own = self.client.casefold()
        # A name that is a part of this client's own would be found in all of its texts.
        names = [re.escape(name) for name in self.others if len(name) >= _SHORTEST and name.casefold() not in own]
        return bool(names) and re.search(rf"(?<!\w)(?:{'|'.join(names)})(?!\w)", text, re.IGNORECASE) is not None


def pack_of(fetched: Sequence[FetchedBundle], asked: PackScope, words_: Words) -> Pack:
    """The pack. `fetched` are the bundles of this client only."""
    figures = metrics_of(fetched, left=None, moment=asked.moment)
    videos = list(_videos(fetched, asked, words_))
    page = _page(figures, asked, [cells for cells, _ in videos], words_)
    # Both from one page, so that they cannot differ in what they let out.
    files = {PAGE: render(page, words_), BOOK: _book(page)}
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
    left_out = tuple(place for _, place in videos if place)
    return Pack(files={**files, SUMS: sums.encode()}, bundles=len(fetched), videos=len(videos), left_out=left_out)


def require_room(path: Path, *, force: bool) -> None:
    """A pack goes into a new zip or an empty folder; `force` lets it take the place of an older pack. Raises UsageProblem."""
    if path.suffix.casefold() == ".zip":
        taken = path.exists() and not (force and path.is_file())
    elif path.exists() and not path.is_dir():
        taken = True
    else:
        there = {file.name for file in path.iterdir()} if path.exists() else set()
        # Any other file in the folder would be sent on with the pack, whoever it is about.
        taken = bool(there - {PAGE, BOOK, SUMS}) if force else bool(there)
    if taken:
        raise UsageProblem(
            f"{path} is there already.", hint="Give another name, or --force to replace an older pack; the folder may hold nothing else."
        )


def write_pack(pack: Pack, path: Path) -> None:
    """Write it as a zip or into a folder, the hashes last. Raises UsageProblem."""
    if path.suffix.casefold() != ".zip":
        for name, data in pack.files.items():
            write_bytes(path / name, data)
        return
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in pack.files.items():
            # Without the time of this machine, so that the same pack has the same bytes, and reveals nothing else.
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    write_bytes(path, packed.getvalue())


def _page(figures: Metrics, asked: PackScope, videos: list[tuple[PageCell, ...]], words_: Words) -> HtmlPage:
    bundles = PageTable(
        title=words_["bundles"],
        columns=(
            Column(title=words_["bundle"]),
            Column(title=words_["platform"], choices=True),
            Column(title=words_["country"], choices=True),
            Column(title=words_["status"], choices=True),
            Column(title=words_["videos.filled"], kind=ColumnKind.NUMBER),
            Column(title=words_["day.first"], kind=ColumnKind.DAY),
            Column(title=words_["day.last"], kind=ColumnKind.DAY),
        ),
        rows=[_bundle(line, words_) for line in figures.lines],
        empty=words_["bundles.none"],
    )
    clips = PageTable(
        title=words_["videos"],
        columns=(
            Column(title=words_["bundle"], choices=True),
            Column(title=words_["position"], kind=ColumnKind.NUMBER),
            Column(title=words_["caption"], kind=ColumnKind.LONG),
            Column(title=words_["day.publish"], kind=ColumnKind.DAY),
            Column(title=words_["status"], choices=True),
            Column(title=words_["link"]),
        ),
        rows=videos,
        empty=words_["videos.none"],
    )
    return HtmlPage(
        title=asked.client,
        lead=words_.moment(asked.moment),
        tiles=tuple(_tiles(figures, words_)),
        charts=(
            counted(words_["by.status"], figures.bundles_by("status"), words_),
            counted(words_["by.videos"], figures.videos_by_status, words_),
            counted(words_["by.platform"], figures.bundles_by("platform"), words_),
            days_of(figures, words_),
        ),
        tables=(bundles, clips),
    )


def _tiles(figures: Metrics, words_: Words) -> Iterator[Tile]:
    yield Tile(value=words_.number(len(figures.lines)), label=words_.noun(len(figures.lines), "bundle"))
    yield Tile(
        value=words_.number(sum(line.filled for line in figures.lines)),
        label=words_.fill("filled", number=figures.slots, all=words_.number(figures.slots)),
    )
    coming = [day.day for day in figures.calendar if day.day >= figures.moment.date()]
    yield Tile(value=words_.day(min(coming)) if coming else "–", label=words_["day.next"])


def _bundle(line: BundleLine, words_: Words) -> tuple[PageCell, ...]:
    return (
        PageCell(text=words_.name(line.bundle)),
        PageCell(text=line.platform),
        PageCell(text=line.country),
        status_cell(line.status, words_),
        share_cell(line.filled, line.slots, words_),
        day_cell(line.days[0] if line.days else None, words_),
        day_cell(line.days[-1] if line.days else None, words_),
    )


def _videos(fetched: Iterable[FetchedBundle], asked: PackScope, words_: Words) -> Iterator[tuple[tuple[PageCell, ...], str]]:
    """The cells of each video that holds something, and its place where its caption was left out."""
    for one in fetched:
        for slot in one.bundle.positions:
            if not slot.configured:
                continue
            caption = words(slot.values.get("description"))
            # A caption may thank or mention another client, of whom this one must not learn.
            another = asked.names_another(caption)
            cells = (
                PageCell(text=words_.name(one.name)),
                number_cell(slot.position, words_),
                EMPTY if another else PageCell(text=caption),
                day_cell(_day(slot), words_),
                status_cell(slot.status, words_),
                _link(slot, asked, words_),
            )
            yield cells, f"{one.name} position {slot.position}" if another else ""


def _day(slot: RemotePosition) -> date | None:
    try:
        return date.fromisoformat(day_of(slot))
    except ValueError:
        return None


def _link(slot: RemotePosition, asked: PackScope, words_: Words) -> PageCell:
    """Where the post can be seen, without what an address may also carry, such as a signature or who shared it."""
    link = live_link(slot.values)
    if not link or asked.names_another(link):
        return EMPTY
    parts = urlsplit(link)
    # `v` is the video of a YouTube address; all other parts are about who shared it, and how.
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name == "v"]
    return PageCell(text=words_["link.open"], link=urlunsplit(parts._replace(query=urlencode(kept), fragment="")))


def _book(page: HtmlPage) -> bytes:
    """The tables of the page as a workbook, numbers and days as such."""
    book = WorkbookBuilder(page.title)
    for table in page.tables:
        columns = [(column.title, _WIDTHS[column.kind]) for column in table.columns]
        right = [column.title for column in table.columns if column.kind in (ColumnKind.NUMBER, ColumnKind.DAY)]
        sheet = book.add(table.title)
        begin_list(sheet, columns, right=right, left=1, ruled=True)
        for number, row in enumerate(table.rows, start=2):
            for place, (cell, column) in enumerate(zip(row, table.columns, strict=True), start=1):
                put(sheet, number, place, _value(cell, column.kind), _STYLES[column.kind])
            fit_ruled(sheet, number, *((cell.text, _WIDTHS[column.kind]) for cell, column in zip(row, table.columns, strict=True)))
        end_list(sheet, columns=len(columns), rows=len(table.rows), empty=table.empty)
    return book.data()


def _value(cell: PageCell, kind: ColumnKind) -> Value:
    if kind is ColumnKind.DAY:
        return date.fromisoformat(cell.value) if cell.value else None
    if kind is ColumnKind.NUMBER and cell.value and "/" not in cell.text:
        return float(cell.value)
    return cell.link or cell.text or None
