"""What is seldom in a sheet: merged cells, columns that hold nothing, headers in the first column, labels, and signs that mean nothing."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from bulkportal.check.base import base_of, seal_of
from bulkportal.check.checker import check, understand
from bulkportal.check.comparison import typed_value
from bulkportal.check.dates import PLAIN, explain, have_other_weekday
from bulkportal.check.findings import Severity, ValidationResult
from bulkportal.check.known import OFFLINE, Known
from bulkportal.check.media_cells import MediaCell, MediaProblem
from bulkportal.check.media_files import judge
from bulkportal.check.prepare import Terms
from bulkportal.check.strike_rules import _compared
from bulkportal.check.wording import Wording
from bulkportal.columns.matcher import count_known
from bulkportal.columns.positions import POSITIONS
from bulkportal.media import Facts, LinkFacts
from bulkportal.sheets.reader import read_stream
from tests.check.sheets import TODAY, checked, codes, table
from tests.conftest import bundle, video

HEADERS = ("bundle", "position", "video_type", "video", "description", "target_publish_date")


def in_book(rows: Sequence[Sequence[object]], *merged: str, hidden: Sequence[int] = (), known: Known = OFFLINE) -> ValidationResult:
    """A workbook of one sheet of Videos, checked."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Videos"
    for row in rows:
        sheet.append(list(row))
    for cells in merged:
        sheet.merge_cells(cells)
    for row in hidden:
        sheet.row_dimensions[row].hidden = True
    stream = io.BytesIO()
    book.save(stream)
    tables = read_stream(stream.getvalue(), label="launch.xlsx", recognise=count_known)
    return check(understand(tables), {}, Terms(today=TODAY, known=known))


def row(position: int, name: str = "spring") -> list[object]:
    """A right row of Videos."""
    return [video(name, position)[header] for header in HEADERS]


def test_merged_cells_are_told_at_each_cell_that_they_take() -> None:
    """Not those of a title above the table, beside it, or that hold nothing."""
    cells = in_book([HEADERS, row(1), row(2), row(3)], "E2:E3", "H2:I2")
    assert [(one.cell, one.value) for one in cells.findings if one.code == "cells_merged"] == [
        ("E2", "Dish number 1 #streetfood"),
        ("E3", "Dish number 1 #streetfood"),
    ]
    titled = in_book([["Launch of May"], HEADERS, row(1)], "A1:F1")
    assert "cells_merged" not in [code for _, code in codes(titled)]


def test_hidden_rows_are_told_where_they_hold_something() -> None:
    """A hidden row without anything in it is nobody's."""
    found = in_book([HEADERS, row(1), row(2), row(3), [], row(4)], hidden=(3, 5))
    assert [one.message.split(" ")[:2] for one in found.findings if one.code == "rows_hidden"] == [["Row", "3"]]


def test_a_column_that_holds_nothing_says_nothing() -> None:
    """Of disclosures, of standing, of what bulkportal writes itself."""
    found = in_book([(*HEADERS, "AI generated", "sheet", "row", "Status"), row(1)])
    assert not [code for cell, code in codes(found) if (cell or "").startswith(("G", "H", "I", "J")) and code != "column_unknown"]


def test_a_sheet_of_failed_rows_is_known_by_its_own_columns() -> None:
    """Where they stand side by side, and hold numbers."""
    rows = [video("spring", n) | {"original row": "7", "error": "no", "sheet": "Videos", "row": "7"} for n in (1, 2)]
    assert "column_not_ours" not in [code for _, code in codes(checked([], rows))]
    words = [video("spring", n) | {"sheet": "blue", "row": "first"} for n in (1, 2)]
    assert [code for _, code in codes(checked([], words)) if code == "column_not_ours"] == ["column_not_ours"] * 2
    apart = [video("spring", 1) | {"sheet": "blue", "hm": "x", "row": "first", "error": "x", "original row": "one"}]
    assert "column_not_ours" in [code for _, code in codes(checked([], apart))]


def test_a_comment_is_a_note_where_no_action_makes_it_a_message() -> None:
    """One that forbids holds its row; the words of corrections are for the manager. A blank header is nobody's column."""
    text = "bundle,position,action,message,,Status\nspring,1,,do not post yet,,\nspring,2,corrections,do not post yet,,\n"
    (made,) = read_stream(text.encode(), label="Videos", recognise=count_known)
    found = check(understand([made]), {}, Terms(today=TODAY, known=OFFLINE))
    assert [one.cell for one in found.findings if one.code == "row_on_hold"] == ["D2"]


def test_headers_in_the_first_column_are_found_in_a_small_sheet_alone() -> None:
    """A long list whose first column holds such words is a list."""
    from bulkportal.check.unheaded import is_turned

    turned = table([{"bundle": name, "spring": "x"} for name in HEADERS[1:]], "Sheet1")
    assert is_turned(turned, {})
    long = table([{"bundle": HEADERS[1 + n % 5], "spring": "x"} for n in range(61)], "Sheet1")
    assert not is_turned(long, {})


def test_signs_that_are_spelled_out_but_are_none() -> None:
    """Three bytes of which one is missing are no sign; the next one that is told counts."""
    rows = [video("spring", 1, description="Prices %E9%80 and &eacute;"), video("spring", 2, description="Prices %E9%80 rise")]
    found = [one for one in checked([], rows).findings if one.code == "text_escaped"]
    assert [one.cell for one in found] == ["F2"] and "'é'" in found[0].message


def test_a_header_in_part_of_which_another_is_meant_is_told_once() -> None:
    """The better one counts, and what was not understood of the other is of no concern."""
    found = checked([], [{"bundle": "spring", "position": 1, "Caption (Ana)": "x", "description": "y"}])
    told = [code for _, code in codes(found)]
    assert "header_beside" in told and "header_part_unread" not in told


def test_a_base_copy_without_an_id_is_no_row_s() -> None:
    """And blanks in it do not break its seal."""
    assert seal_of([{"bundle": "a", "title": "  "}]) == seal_of([{"title": "", "bundle": "a\r\n"}]) != seal_of([{"bundle": "b"}])
    frame = pl.DataFrame({"bundle_id": [None, "bnd-1", "bnd-1"], "position": [1, None, 2]}, schema={"bundle_id": pl.String, "position": pl.Int64})
    assert set(base_of(frame, "position")) == {("bnd-1", 2)}
    assert set(base_of(frame, "bundle")) == {("bnd-1", None)}


def test_a_base_copy_that_was_changed_is_not_believed() -> None:
    """Each cell is then held against the platform; the rows speak although they repeat it."""
    row_of = {"bundle": "spring", "bundle_id": "bnd-1", "position": 1, "description": "Old"}
    facts = [{"fact": "schema", "value": "1, sealed 0123456789abcdef"}]
    doubted = understand([table([row_of], "Videos"), table(facts, "_base"), table([row_of], "_base_videos")])
    assert doubted.positions["description"].to_list() == ["Old"] and "base_changed" in [one.code for one in doubted.findings]
    believed = understand([table([row_of], "Videos"), table([row_of], "_base_videos")])
    assert believed.positions["description"].to_list() == [None]
    assert [believed.was_filled("bnd-1", position) for position in (1, 2)] == [True, False]


def test_the_platform_s_values_that_are_none() -> None:
    """A yes is no number, and a word is no day."""
    assert [typed_value(POSITIONS["position"], value) for value in (True, 2.0, "7", "x")] == [None, 2, 7, None]
    assert [typed_value(POSITIONS["target_publish_date"], value) for value in ("2030-03-01T12:00", "soon", 7)] == [
        typed_value(POSITIONS["target_publish_date"], "2030-03-01"),
        None,
        None,
    ]


def test_a_weekday_that_is_another_one() -> None:
    """Only where a date is written in words; numbers are not looked at."""
    assert have_other_weekday(pl.Series(["Friday 1 March 2030", "Monday 1 March 2030", "1 March 2030", None])).to_list() == [
        False,
        True,
        False,
        False,
    ]
    assert have_other_weekday(pl.Series(["2030-03-01", "1.3.2030"])).to_list() == [False, False]


def test_a_long_text_is_not_looked_through_for_a_date() -> None:
    """It is no date, whatever stands in it."""
    assert explain("1 March 2030 14:00 " + "and more " * 60, PLAIN) == ""
    assert explain("1 March 2030 (14:00)", PLAIN).startswith("Did you mean 2030-03-01?")


def test_several_links_in_a_cell_for_one() -> None:
    """It is said that one is wanted, and not that the address is wrong."""
    both = "https://www.tiktok.com/music/1 https://www.tiktok.com/music/2"
    found = checked([], [video("spring", 1, tiktok_sound_url=both)])
    assert "several_links" in [code for _, code in codes(found)]


def test_names_that_look_alike_are_told_in_videos_too() -> None:
    """With the cell that the other one stands in."""
    found = checked([bundle("spring", publish=None)], [video("s\u0440ring", 1)])
    told = [one for one in found.findings if one.code == "names_alike"]
    assert [one.cell for one in told] == ["A2"] and "Bundles!A2" in told[0].message + told[0].hint


def test_a_name_that_looks_like_one_of_the_platform_is_told_with_where_that_is() -> None:
    """It has no cell."""
    found = checked([], [video("s\u0440ring", 1)], known=Known(online=True, references={"spring": "bnd-1"}))
    (told,) = [one for one in found.findings if one.code == "names_alike"]
    assert told.cell == "A2" and "spring" in told.message and "Bundles!" not in told.message


def test_merged_cells_reach_beyond_the_columns_that_are_known() -> None:
    """Only those are told that mean something."""
    cells = in_book([(*HEADERS, "Colour"), [*row(1), "red"], row(2)], "F2:G2")
    assert [one.cell for one in cells.findings if one.code == "cells_merged"] == ["F2"]


def test_two_notes_beside_a_row_are_told_once() -> None:
    """The first of them stands for both."""
    found = in_book([HEADERS, [*row(1), "see Ana", "please"], row(2), row(3)])
    assert [one.cell for one in found.findings if one.code == "cell_without_header"] == ["G2"]


def test_a_line_of_headers_behind_blank_columns() -> None:
    """The last line of the first file had no end; the last header that it has is blank, and so is the cell under it."""
    text = "bundle,position,description,\nspring,1,hello,,bundle,position,description\nspring,2,b,\n"
    (made,) = read_stream(text.encode(), label="Videos", recognise=count_known)
    found = check(understand([made]), {}, Terms(today=TODAY, known=OFFLINE))
    glued = [one for one in found.findings if one.code == "headers_glued"]
    assert [(one.cell, one.value) for one in glued] == [("D2", None)]


def test_safe_corrections_leave_formulas_alone() -> None:
    """A word in another spelling is written as it is known, but not over what is calculated."""
    sheet = table([bundle("a", platform="TikTok"), bundle("b", platform="TIKTOK")], "Bundles")
    typed = understand([replace(sheet, formulas=frozenset({(3, "C")}))])
    assert [(one.row, one.field, one.after, one.why) for one in typed.corrections()] == [
        (2, "platform", "tiktok", "The same word in its usual spelling.")
    ]


def test_what_lies_behind_a_cell_is_proposed_where_an_address_belongs() -> None:
    """Not in a column of texts, whose value could not be calculated: there it would be a caption."""
    sheet = table([video("spring", 1, tiktok_sound_url="the sound", description="#REF!")], "Videos")
    letters = {header: letter for letter, header in sheet.headers.items()}
    links = {(2, letters[name]): "https://www.tiktok.com/music/1" for name in ("tiktok_sound_url", "description")}
    found = check(understand([replace(sheet, links=links)]), {}, Terms(today=TODAY, known=OFFLINE))
    told = {one.column: one.proposal for one in found.findings if one.severity is Severity.ERROR}
    assert told["tiktok_sound_url"] == "https://www.tiktok.com/music/1" and told["description"] is None


def test_files_that_are_called_after_other_rows_without_any_order() -> None:
    """Neither shifted nor sorted: each is told at its own cell."""
    bundles = [bundle(name, videos_quantity=3) for name in ("spring-01", "autumn-01", "winter-01")]
    places = [(row["bundle"], n) for row in bundles for n in (1, 2, 3)]
    mixed = [places[n] for n in (5, 7, 0, 8, 2, 6, 1, 3, 4)]
    videos = [video(str(name), n, video=f"https://cdn.example.com/{other}-{at}.mp4") for (name, n), (other, at) in zip(places, mixed, strict=True)]
    told = [code for _, code in codes(checked(bundles, videos))]
    assert "video_names_another" in told and not {"rows_shifted", "column_sorted_alone"} & set(told)


def test_a_sheet_of_texts_alone_has_no_columns_to_be_swapped() -> None:
    """Nothing says of a text that it belongs elsewhere."""
    rows = [{"bundle": f"b-{n}", "biography": "One market.", "title": "Spring"} for n in range(4)]
    assert "columns_swapped" not in [code for _, code in codes(checked(rows))]


def test_a_word_to_be_written_is_quoted_whole() -> None:
    """And what there is none of is nothing."""
    wording = Wording.of("{_meant}Write {value}.")
    long = "Did you mean " + "x" * 200 + "? "
    assert wording.filled({"_meant": long, "value": None}) == f"{long}Write nothing."


# -- media


def problem(text: str, facts: Facts | LinkFacts | MediaProblem | None, field: str = "video") -> str:
    """What is wrong with a file or a link."""
    cell = MediaCell(table=0, row=2, field=field, text=text, wants="video" if field == "video" else "image")
    found = judge([cell], {} if facts is None else {(0, text): facts}, TODAY)
    return ", ".join(f"{one.code}: {one.hint}" for _, one in found)


FILE = Facts(path=Path("a"), size=9, kind="video", mime="video/mp4", sha256="0", playable=True)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (replace(FILE, size=0), "media_empty"),
        (replace(FILE, kind="image", mime=""), "media_wrong_type"),
        (replace(FILE, trouble="it ends early"), "media_broken"),
    ],
)
def test_a_file_that_cannot_be_used(facts: Facts, code: str) -> None:
    """Empty, of another kind, or broken."""
    assert problem("a.mp4", facts).startswith(f"{code}: ")


def test_a_link_to_a_folder_or_to_a_store_that_nobody_trusts() -> None:
    """What to write instead depends on how many files the cell takes."""
    folder = "https://drive.google.com/drive/folders/abc123"
    assert "and write that" in problem(folder, None)
    assert "each image on a line of its own" in problem(folder, None, "carousel_images")
    for trouble in ("host", "address"):
        facts = LinkFacts(address="s3://b/a.mp4", kind="video", trouble=trouble, why="not named", hint="Name it in the profile.")
        assert problem("s3://b/a.mp4", facts) == "store_not_trusted: Name it in the profile."
    assert problem("a.mp4", MediaProblem.of("media_empty", name="a.mp4")).startswith("media_empty: ")  # found when it was looked at
    good = LinkFacts(address="a", kind="video", mime="video/mp4", size=9)
    assert problem("https://cdn.example.com/a.mp4", good) == ""


@pytest.mark.parametrize(
    ("text", "sign", "literal", "expected"),
    [
        ("TRUE", "=", "TRUE()", True),
        ("x", "=", "FALSE", False),
        ("TRUE", "<", "TRUE", None),
        ("", "=", "0", True),
        (None, "<", "0", None),
        (None, "=", "1", False),
        ("word", "=", "1", None),
        ("1,5", ">=", "1.5", True),
        ("a", "<>", '"A"', False),
        ("a", "<", '"A"', None),
        ("word", "<>", "1", None),
    ],
)
def test_a_condition_of_a_format_is_known_or_not(text: str | None, sign: str, literal: str, expected: bool | None) -> None:
    """A blank counts as nought; what nobody knows decides nothing."""
    assert _compared(text, sign, literal) is expected
