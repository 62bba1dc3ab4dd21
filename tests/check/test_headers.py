"""Headers as people write them: with hints, twice, once more further down, and lines that are longer than theirs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from bulkportal.check.findings import ValidationResult
from tests.conftest import Desk, bundle, video
from tests.report.samples import checked, workbook

LINK = "https://cdn.example.com/{}.mp4"
HEADER = "bundle,position,video_type,video,description,target_publish_date"


def row(number: int, caption: str = "Noodles") -> str:
    """A right line under that header."""
    return f"a,{number},video,{LINK.format(number)},{caption},2030-03-0{number}"


def csv(folder: Path, text: str) -> ValidationResult:
    """The text as videos.csv, checked."""
    path = folder / "videos.csv"
    path.write_text(text, encoding="utf-8")
    return checked(path)


def told(found: ValidationResult, *, but: tuple[str, ...] = ("bundle_not_checked",)) -> list[tuple[str | None, str]]:
    """Cell and code of what was found."""
    return [(one.cell, one.code) for one in found.findings if one.code not in but]


@pytest.mark.parametrize(
    "header",
    [
        "Bundle*,Position (1-n),Video type [video/carousel],Video (link or file),Caption (max 2200 chars),Publish date (YYYY-MM-DD)",
        "* Bundle,Position (required),Video type \uff08required\uff09,Video URL - required,Caption {text},Publish date: mandatory",
        '"bundle\n(one per row)",Position *,video_type (choose),Video <url>,"Beschreibung\nmax. 2200 Zeichen",Datum (JJJJ-MM-TT)',
    ],
)
def test_headers_are_read_without_their_hints(tmp_path: Path, header: str) -> None:
    """Brackets, stars, and whether the column is required; nothing needs to be said of that."""
    found = csv(tmp_path, f"{header}\n{row(1)}\n")
    assert told(found) == []
    assert set(found.sheets[0].letters) == set(HEADER.split(","))


def test_words_in_brackets_that_are_no_hint_are_said_or_make_another_column(tmp_path: Path) -> None:
    """Of a caption for Berlin nobody knows whether it is meant; an old one is not."""
    found = csv(tmp_path, f"{HEADER},Name (Berlin),Location (old)\n{row(1)},Dish 1,Mitte\n")
    assert told(found) == [("G1", "header_part_unread"), ("H1", "column_unknown")]
    assert "name" in found.sheets[0].letters and "instagram_location" not in found.sheets[0].letters


def test_the_exact_header_counts_and_every_alias_is_told(tmp_path: Path) -> None:
    """All pairs in one pass, and a warning."""
    found = csv(tmp_path, f"{HEADER},Caption,Datum,file\n{row(1)},internal,Q1,x\n".replace("file", "video_url"))
    assert told(found) == [("G1", "header_beside"), ("H1", "header_beside"), ("I1", "header_beside")]
    assert found.positions["description"].to_list() == ["Noodles"] and not found.invalid


def test_two_aliases_hold_the_sheet_and_all_pairs_are_told_at_once(desk: Desk) -> None:
    """Which one counts would be a guess; the profile may say which is not read."""
    rows = [
        {"bundle": "a", "position": 1, "video_type": "video", "video url": LINK, "media": LINK, "caption": "one", "text": "two", "date": "2030-03-04"}
    ]
    sheets = desk.sheets("launch", bundles=[bundle("a", videos_quantity=1)], videos=rows)
    ended = desk.import_(sheets)
    twice = [f for f in ended.document["findings"] if f["code"] == "header_twice"]
    assert [(f["column"], f["severity"], f["cell"]) for f in twice] == [("media", "error", "E1"), ("text", "error", "G1")]
    assert "'caption'" in twice[1]["message"] and "'text'" in twice[1]["message"]
    assert ended.document["rows"]["invalid"] == 1
    assert desk.executed("PUT /bundles/{id}/videos/{position}") == []
    config = desk.folder / "bulkportal.toml"
    config.write_text(
        '[profiles.main]\nkey_env = "TOKPORTAL_API_KEY"\n[profiles.main.columns]\ntext = "ignore"\nmedia = "ignore"\n', encoding="utf-8"
    )
    assert "header_twice" not in desk.run("check", sheets, BULKPORTAL_CONFIG=str(config)).codes


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_files_that_were_put_together_bring_their_headers_along(tmp_path: Path, mark: str) -> None:
    """One warning for the row, which is no row; a byte order mark in the middle is nobody's text."""
    found = csv(tmp_path, f"{mark}{HEADER}\n{row(1)}\n{mark}{HEADER}\n{row(2)}\n{mark}{row(3)}\n")
    assert told(found) == [("A3", "header_repeated")]
    assert found.positions["bundle"].to_list() == ["a", "a", "a"]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_headers_behind_a_line_without_an_end_are_one_error(tmp_path: Path, mark: str) -> None:
    """The last cell of that row is spoilt; the others are read."""
    found = csv(tmp_path, f"{HEADER}\n{row(1)}\n{row(2)}{mark}{HEADER}\n{row(3)}\n")
    assert told(found) == [("F3", "headers_glued")]
    assert [address.row for address in found.invalid] == [3]


def test_tables_in_blocks_are_one_table(tmp_path: Path) -> None:
    """The titles between them go with the headers; in a workbook as well."""
    lines = [
        HEADER.split(","),
        row(1).split(","),
        [],
        ["WEEK 2"],
        HEADER.split(","),
        row(2).split(","),
        ["Week 3"],
        HEADER.split(","),
        row(3).split(","),
    ]
    found = checked(workbook(tmp_path / "launch.xlsx", {"Videos": lines}))
    assert told(found) == [("A5", "header_repeated"), ("A8", "header_repeated")]
    assert any("WEEK 2" in one.message for one in found.findings)
    assert found.positions.height == 3


def test_a_block_with_other_headers_holds_the_sheet(tmp_path: Path) -> None:
    """What stands below would be sent as something else."""
    other = "bundle,position,video_type,video,target_publish_date,description"
    found = csv(tmp_path, f"{HEADER}\n{row(1)}\n{other}\n{row(2)}\n")
    assert told(found)[0] == ("A3", "header_changes")
    assert sorted(address.row for address in found.invalid) == [2, 4]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_line_with_more_cells_than_headers_is_an_error(tmp_path: Path, delimiter: str) -> None:
    """Also where most of the lines are so; a header without a name is a column all the same."""
    names = HEADER.replace("description,", "") + ",description"
    lines = [f"a,{n},video,{LINK.format(n)},2030-03-0{n},Hello, world, today only" for n in (1, 2, 3)]
    text = "\n".join((names, *lines, "")).replace(",", delimiter)
    found = csv(tmp_path, text)
    assert told(found) == [(f"G{n}", "row_too_long") for n in (2, 3, 4)]
    assert all("8 cells" in one.message and "6 headers" in one.message for one in found.errors)
    named = csv(tmp_path, f"{HEADER},,\n{row(1)},ask Ines,\n{row(2)},,\n")
    assert told(named) == [("G2", "cell_without_header")]


QUOTE = '"'
TORN = ",".join((*HEADER.replace("description,", "").split(","), "description", "editing_instructions"))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Hello, world", [("G2", "text_parted")]),
        ("Hello, world,", [("G2", "text_parted")]),
        ("Hello,world,", [("H2", "row_too_long")]),
        ('"Hello"," world"', []),
        ('"Hello, world",', []),
        ("Hello,", []),
    ],
)
def test_a_text_whose_rest_slipped_into_a_blank_cell_is_not_sent(tmp_path: Path, line: str, expected: list[tuple[str, str]]) -> None:
    """By the blank behind the comma, or by one cell more than all other lines have; quotation marks keep it together."""
    start = f"a,1,video,{LINK.format(1)},2030-03-01"
    others = [f"a,{n},video,{LINK.format(n)},2030-03-0{n},Fine," for n in (2, 3, 4)]
    found = csv(tmp_path, "\n".join((TORN, f"{start},{line}", *others, "")))
    assert [one for one in told(found) if one[1] in ("text_parted", "row_too_long")] == expected


def test_a_blank_behind_every_comma_is_a_habit(tmp_path: Path) -> None:
    """And a closing comma on every line is one too."""
    lines = [f"a, {n}, video, {LINK.format(n)}, 2030-03-0{n}, Noodles, cut it," for n in (1, 2, 3)]
    assert not {code for _, code in told(csv(tmp_path, "\n".join((TORN, *lines, ""))))} & {"text_parted", "row_too_long"}


def test_rows_inside_a_text_are_told(tmp_path: Path) -> None:
    """Where a quotation mark was closed only further down; a text of several lines with commas is one all the same."""
    opened = csv(tmp_path, f"{HEADER}\n{row(1, QUOTE + 'Hello')}\n{row(2)}\n{row(3, 'Bye' + QUOTE)}\n")
    assert ("E2", "rows_swallowed") in told(opened)
    lines = "Eggs, milk,\n2, 3, go, https://a.example, 5, video"
    assert told(csv(tmp_path, f"{HEADER}\n{row(1, QUOTE + lines + QUOTE)}\n")) == []


def test_in_a_workbook_a_note_beside_the_table_is_no_torn_text(tmp_path: Path) -> None:
    """What follows a comma begins with a blank."""
    names = [*HEADER.replace("description,", "").split(","), "description"]
    cells = [["a", n, "video", LINK.format(n), f"2030-03-0{n}", "Hello"] for n in range(1, 6)]
    found = checked(
        workbook(tmp_path / "launch.xlsx", {"Videos": [names, [*cells[0], " world", " today only"], [*cells[1], "check with Ana"], *cells[2:]]})
    )
    assert told(found) == [("G2", "row_too_long"), ("G3", "cell_without_header")]


@pytest.mark.parametrize(
    "total",
    [
        *(
            "Total",
            "TOTAL:",
            "Total: 3 videos",
            "Grand total",
            "Subtotal",
            "Total general",
            "Sum",
            "Summe",
            "Gesamt",
            "Gesamtsumme",
            "Totale",
            "Totaux",
        ),
        *("Suma", "Somme", "Soma", "\u5408\u8ba1", "\u5408\u8a08\uff1a", "\u0418\u0442\u043e\u0433\u043e", "Toplam", "Razem", "\u03a3", "Totales"),
    ],
)
def test_rows_of_totals_are_no_rows(tmp_path: Path, total: str) -> None:
    """In whatever cell the word stands; and it is said."""
    columns = list(bundle("a"))
    line = {"title": total, "videos_quantity": 4, "biography": "12 credits"}
    rows = [columns, list(bundle("a", publish=None).values()), [line.get(name) for name in columns]]
    found = checked(workbook(tmp_path / "launch.xlsx", {"Bundles": rows}))
    assert told(found) == [("E3", "note_not_read")] and found.bundles.height == 1


def test_a_bundle_that_is_called_total_is_a_bundle(tmp_path: Path) -> None:
    """Its row has words in it."""
    row = bundle("Total", publish=None)
    assert checked(workbook(tmp_path / "launch.xlsx", {"Bundles": [list(row), list(row.values())]})).bundles.height == 1


def test_a_position_in_a_cell_that_is_formatted_as_a_date_is_named(desk: Desk) -> None:
    """The number that is meant, and what is wrong with the cell."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Videos"
    sheet.append(list(video("a", 1)))
    for number in (1, 7, 61):
        sheet.append(list(video("a", number).values()))
        sheet.cell(sheet.max_row, 2).number_format = "yyyy-mm-dd"
    sheet.append(list((video("a", 2) | {"position": datetime(2027, 2, 1)}).values()))
    book.save(desk.folder / "launch.xlsx")
    found = [f for f in desk.run("check", desk.folder / "launch.xlsx").document["findings"] if f["code"] == "integer_invalid"]
    assert [f["cell"] for f in found] == ["B2", "B3", "B4", "B5"]
    for finding, number in zip(found, (1, 7, 61), strict=False):
        assert f"holds the number {number} and is formatted as a date" in finding["hint"]
    assert "write it again" in found[3]["hint"]
