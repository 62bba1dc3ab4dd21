"""What `check` marks as sure is what `fix` mends: those findings, no others, and with that text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.worksheet.formula import ArrayFormula

from bulkportal.check.calendar_solver import CALENDAR_CODES
from tests.conftest import Desk, bundle, video

ADDRESS = "https://media.example.org/a/spring.mp4?v=1&w=2"
Found = set[tuple[str, str, str]]


def promised_and_kept(desk: Desk, path: Path, *how: object) -> tuple[Found, Found]:
    """The findings of a file that are marked as sure, and those of its corrected cells that are gone from the corrected copy beside it."""
    before = desk.run("check", path, *how).document["findings"]
    marked = {(one["sheet"], one["cell"]): one["proposal"] for one in before if _is_sure(one)}
    target = path.with_name(f"fixed{path.suffix}")
    ended = desk.run("fix", "--safe", path, "-o", target, *how)
    changed = {(one["sheet"], one["cell"]): one["after"] for one in ended.document["changes"]}
    assert marked.items() <= changed.items()
    after = {(one["cell"], one["code"]) for one in (desk.run("check", target, *how).document["findings"] if changed else before)}
    target.unlink(missing_ok=True)
    gone = {_named(one) for one in before if (one["sheet"], one["cell"]) in changed and (one["cell"], one["code"]) not in after}
    return {_named(one) for one in before if _is_sure(one)}, gone


def _is_sure(finding: Mapping[str, str]) -> bool:
    """Another day is proposed, and written by `fix --dates`; it is no correction."""
    return bool(finding["proposal"]) and finding["code"] not in CALENDAR_CODES


def _named(finding: Mapping[str, str]) -> tuple[str, str, str]:
    return finding["sheet"], finding["cell"], finding["code"]


@pytest.mark.parametrize("name", ["launch.xlsx", "headers.xlsx", "layout.xlsx", "legacy.csv"])
def test_of_every_mistake(desk: Desk, name: str) -> None:
    """In the sample with one of each."""
    desk.story("every_mistake")
    marked, gone = promised_and_kept(desk, desk.folder / "every_mistake" / name)
    assert marked == gone
    assert marked or name != "launch.xlsx"


SPELLINGS: Mapping[str, Iterable[object]] = {
    "bundle": ("spring-01", "spring\u200b-01", "spring\u00a0-01", "Spring-01"),
    "position": ("\u201c1\u201d", "\uff11", "1st", "one"),
    "video_type": ("Clip", "\u201cvideo\u201d", "vidoe", "VIDEO\u200b"),
    "video": (
        *(f"\u201c{ADDRESS}\u201d", f"\u200b{ADDRESS}", "\u201cfilm.mp4\u201d", "\u201cother.mp4\u201d", "film\u200b.mp4", "no.mp4"),
        *(f"{ADDRESS} {ADDRESS}", "www.example.org/a.mp4"),
    ),
    "target_publish_date": (
        *("15 March 2030", "Friday, 15 March 2030", "Monday, 15 March 2030", "2030-03-15 18:30", "15.03.2030 18:30", "15 March 2020"),
        *("2030-03-15T18:30:00+09:00", "2030-03-15T01:30:00+09:00", "03/04/2030", "\u200e15.03.2030", "15/03/2570", "\u201c2030-03-15\u201d"),
    ),
    "instagram_add_to_story": ("\u201cyes\u201d", "vero", "yse", "\u2713"),
    "tiktok_sound_url": ("\u201chttps://www.tiktok.com/music/a-7\u201d", "www.tiktok.com/music/a-7", "\u200bhttps://www.tiktok.com/music/a-7"),
    "youtube_tags": ("a, b", "#a\u200b; b"),
    "carousel_images": ("https://e.org/1.jpg\u200b; https://e.org/2.jpg", "\u200b1.jpg; 2.jpg"),
    "description": ("\u201cquoted\u201d", "zero\u200bwidth"),
}
COUNTRIES = ("France", "fr", "\u201cUS\u201d", "US\u200b", "Atlantis", "Allemagne", "ZZ")


def reckoned(path: Path, rows: Mapping[str, Sequence[Mapping[str, object]]], formulas: Mapping[str, str]) -> Path:
    """A workbook with those rows, in which a text that is a key of `formulas` is what the formula comes to."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"strings_to_urls": False})
    for name, many in rows.items():
        sheet = book.add_worksheet(name)
        columns = {header: column for column, header in enumerate(dict.fromkeys(header for row in many for header in row))}
        sheet.write_row(0, 0, columns)
        for line, row in enumerate(many, start=1):
            for header, value in row.items():
                column, formula = columns[header], formulas.get(str(value))
                if formula is None:
                    sheet.write(line, column, value)
                elif formula.startswith("{"):
                    sheet.write_array_formula(line, column, line, column, formula, None, str(value))
                else:
                    sheet.write_formula(line, column, formula, None, str(value))
    book.close()
    path.write_bytes(made.getvalue())
    return path


def spelled() -> list[dict[str, object]]:
    """A row of Videos for each odd spelling."""
    each = [(field, text) for field, texts in SPELLINGS.items() for text in texts]
    return [video("spring-01", number) | {field: text} for number, (field, text) in enumerate(each, start=1)]


@pytest.mark.parametrize(("kind", "order"), [("xlsx", ("--date-order", "day")), ("csv", ())])
def test_of_every_spelling(desk: Desk, kind: str, order: tuple[str, ...]) -> None:
    """Of each kind of field, in a workbook and as text, with a file of one of those names beside it."""
    (desk.folder / "\u201cfilm.mp4\u201d").write_bytes(b"")
    videos = spelled()
    bundles = [bundle(f"autumn-{number}", country=country) for number, country in enumerate(COUNTRIES)]
    if kind == "xlsx":
        reckoned(desk.folder / "launch.xlsx", {"Bundles": bundles, "Videos": videos}, {})
        paths = [desk.folder / "launch.xlsx"]
    else:
        folder = desk.sheets("launch", bundles=bundles, videos=videos)
        paths = [folder / "bundles.csv", folder / "videos.csv"]
    for path in paths:
        marked, gone = promised_and_kept(desk, path, *order)
        assert marked == gone
        assert marked


FORMULAS = {
    "Film 1": f'=HYPERLINK("{ADDRESS}","Film 1")',
    "Film 2": f'=HYPERLINK("{ADDRESS}"&"x","Film 2")',
    "Film 3": f'=HYPERLINK("{ADDRESS}","Film")&" 3"',
    "Film 4": f'=HYPERLINK("{ADDRESS}",IF(B2="","a)","Film 4"))',
    "Film 5": f'{{=HYPERLINK("{ADDRESS}","Film 5")}}',
    "Film 6": '=HYPERLINK("https://drive.google.com/drive/folders/abc","Film 6")',
    "\u201cyes\u201d": '=CHAR(147)&"yes"&CHAR(148)',
    "Friday, 15 March 2030": '=TEXT(B2,"dddd, d mmmm yyyy")',
    "clip": '=HYPERLINK("https://e.org/a","clip")',
}


def test_of_formulas(desk: Desk) -> None:
    """One that does nothing but lead to an address is replaced by it; what another comes to is left alone, and not marked."""
    films = [video("spring-01", number, video=f"Film {number}", instagram_add_to_story="no") for number in range(1, 7)]
    films[0] |= {"instagram_add_to_story": "\u201cyes\u201d", "target_publish_date": "Friday, 15 March 2030", "video_type": "clip"}
    path = reckoned(desk.folder / "launch.xlsx", {"Bundles": [bundle("spring-01", videos_quantity=6)], "Videos": films}, FORMULAS)
    marked, gone = promised_and_kept(desk, path)
    assert marked == gone == {("Videos", "E2", "media_not_found"), ("Videos", "E5", "media_not_found")}
    assert desk.run("fix", "--safe", path, "-o", desk.folder / "copy.xlsx").code == 0
    there, copy = openpyxl.load_workbook(path)["Videos"], openpyxl.load_workbook(desk.folder / "copy.xlsx")["Videos"]
    changed = {cell.coordinate: cell.value for row in copy for cell in row if _written(cell) != _written(there[cell.coordinate])}
    assert changed == {"E2": ADDRESS, "E5": ADDRESS}


def _written(cell: Cell | MergedCell) -> object:
    return cell.value.text if isinstance(cell.value, ArrayFormula) else cell.value


def test_of_files_that_are_only_read(desk: Desk) -> None:
    """`fix` writes no archive, and so nothing in one is marked."""
    folder = desk.sheets("launch", bundles=[bundle("a", niche_warming="\u201cyes\u201d")], videos=[video("a", 1), video("a", 2)])
    packed = desk.folder / "launch.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in folder.iterdir():
            archive.write(path, path.name)
    (finding,) = [one for one in desk.run("check", packed).document["findings"] if one["code"] == "boolean_invalid"]
    assert finding["proposal"] is None
    assert desk.run("fix", "--safe", packed, "-o", desk.folder / "fixed.zip").document["changes"] == []
