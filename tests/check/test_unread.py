"""Files and sheets that must be read and cannot be: the launch is held, and the cause is named."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import Desk, bundle, video
from tests.report.samples import workbook

BUNDLE = bundle("a", videos_quantity=2)
BUNDLES = [list(BUNDLE), list(BUNDLE.values())]
VIDEOS = [list(video("a", 1)), *(list(video("a", number).values()) for number in (1, 2))]


def lines(mark: str) -> list[list[object]]:
    """The videos, each row in one cell."""
    return [[mark.join(map(str, row))] for row in VIDEOS]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (lines(","), "commas inside"),
        (lines(";"), "semicolons inside"),
        (lines("\t"), "tabs inside"),
        ([["Our videos"], *lines(",")], "commas inside"),
        (VIDEOS[1:], "no row of headers"),
        ([list(column) for column in zip(*VIDEOS, strict=True)], "below one another in column A"),
        ([*([f"line {number}", "x"] for number in range(40)), *VIDEOS], "row 41"),
        ([["what", "who"], ["logo", "Ines"]], "what, who"),
    ],
    ids=["commas", "semicolons", "tabs", "title", "no-headers", "turned", "deep", "notes"],
)
def test_a_sheet_called_videos_that_cannot_be_read_holds_the_launch(desk: Desk, rows: list[list[object]], words: str) -> None:
    """Exit 6 with the sheet and the cause, and nothing is bought."""
    file = workbook(desk.folder / "launch.xlsx", {"Bundles": BUNDLES, "Videos": rows})
    ended = desk.import_(file)
    (finding,) = ended.document["findings"]
    assert (ended.code, finding["code"], finding["sheet"], desk.writes) == (6, "sheet_not_understood", "Videos", 0)
    assert words in finding["message"] and finding["hint"]


def write(path: Path, rows: list[list[object]], *, quoted: bool = False) -> Path:
    """A CSV file; with whole lines in quotation marks, as a spreadsheet program that was fed badly saves it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL).writerows(rows)
    return path


def test_whole_lines_in_quotation_marks_are_named(desk: Desk) -> None:
    """Of two files that were named; and in a folder by the file's name, in any language."""
    bundles, videos = write(desk.folder / "b.csv", BUNDLES), write(desk.folder / "v.csv", lines(","), quoted=True)
    ended = desk.run("check", bundles, videos)
    assert (ended.code, ended.codes) == (6, ["sheet_not_understood"])
    assert "each of its lines is in a single cell" in ended.document["findings"][0]["message"]
    folder = desk.folder / "launch"
    folder.mkdir()
    write(folder / "bundles.csv", BUNDLES)
    write(folder / "vid\u00e9os.csv", lines(","), quoted=True)
    assert desk.run("check", folder).codes == ["sheet_not_understood"]


def test_another_file_of_a_folder_is_a_warning_and_one_that_was_named_is_not(desk: Desk) -> None:
    """Notes lie in a folder by chance."""
    folder = desk.folder / "launch"
    folder.mkdir()
    write(folder / "bundles.csv", BUNDLES)
    notes = write(folder / "notes.csv", [["what", "who"], ["logo", "Ines"]])
    ended = desk.run("check", folder)
    assert (ended.code, [code for code in ended.codes if code.startswith("sheet_")]) == (6, ["sheet_unknown"])  # 6: publish without videos
    assert desk.run("check", folder / "bundles.csv", notes).codes == ["sheet_not_understood"]


def test_every_sheet_that_cannot_be_read_is_told_at_once(desk: Desk) -> None:
    """One pass, one finding each."""
    good = workbook(desk.folder / "good.xlsx", {"Bundles": BUNDLES})
    one, two = write(desk.folder / "one.csv", lines(","), quoted=True), write(desk.folder / "two.csv", [["who"], ["Ines"]])
    ended = desk.run("check", good, one, two)
    assert [(f["file"], f["code"]) for f in ended.document["findings"]] == [("one.csv", "sheet_not_understood"), ("two.csv", "sheet_not_understood")]
    assert "one.csv" in ended.err and "two.csv" in ended.err


def test_bundles_without_any_sheet_of_videos_are_a_launch(desk: Desk) -> None:
    """As are those beside a sheet of notes, or an empty one."""
    file = workbook(desk.folder / "launch.xlsx", {"Bundles": [*BUNDLES[:1], [*BUNDLES[1][:-1], "no"]], "Ideas": [["what"], ["x"]], "Videos": []})
    ended = desk.run("check", file)
    assert (ended.code, ended.codes) == (0, ["sheet_unknown"])


def test_an_address_list_is_no_sheet_of_bundles(desk: Desk) -> None:
    """An id and a title are in every list; what is missing is said."""
    people: list[list[object]] = [["ID", "Titel", "Name", "Land"], [1, "Dr.", "Weber", "DE"], [2, "", "Funk", "AT"]]
    alone = desk.run("check", workbook(desk.folder / "people.xlsx", {"Adressen": people}))
    assert (alone.code, alone.codes) == (6, ["no_known_header"])
    assert "what is missing" in alone.document["findings"][0]["message"] and "bundle_type" in alone.document["findings"][0]["message"]
    beside = desk.run("check", workbook(desk.folder / "both.xlsx", {"Bundles": BUNDLES, "Videos": VIDEOS, "Adressen": people}))
    assert (beside.code, beside.codes) == (0, ["sheet_unknown"])
    named = desk.run("check", workbook(desk.folder / "named.xlsx", {"Konten": people, "Videos": VIDEOS}))
    assert named.codes == ["sheet_not_understood"]


def test_a_bundle_id_by_its_name_is_enough(desk: Desk) -> None:
    """A sheet that renames bundles needs no more."""
    ended = desk.run("check", write(desk.folder / "rename.csv", [["bundle_id", "title"], ["bnd_1", "Spring"]]))
    assert "no_known_header" not in ended.codes and ended.document["rows"]["total"] == 1


def test_an_archive_of_whole_files_says_what_it_holds(desk: Desk) -> None:
    """As a download of a folder comes; one of CSV files is read as before."""
    inner = workbook(desk.folder / "launch.xlsx", {"Bundles": BUNDLES, "Videos": VIDEOS})
    packed = desk.folder / "drive-download-001.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(inner, "Spring/launch.xlsx")
        archive.writestr("Spring/1.mp4", b"x")
    ended = desk.run("check", packed)
    assert (ended.code, ended.codes) == (6, ["file_archive"])
    assert "Spring/launch.xlsx" in ended.document["findings"][0]["message"] and "Unpack" in ended.document["findings"][0]["hint"]
    write(desk.folder / "bundles.csv", BUNDLES)
    write(desk.folder / "videos.csv", VIDEOS)
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("bundles.csv", "videos.csv"):
            archive.write(desk.folder / name, f"Spring/{name}")
    assert desk.run("check", packed).code == 0
