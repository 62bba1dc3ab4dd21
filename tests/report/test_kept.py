"""The user's own workbook given back: everything as it was, and the report in it."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill

from bulkportal.apply.outcomes import RowState
from bulkportal.check.findings import Finding
from bulkportal.columns.field import STATUS_COLUMNS
from bulkportal.lossless.worksheet import ORDER
from bulkportal.report.as_workbook import write_report
from bulkportal.sheets import styles
from tests.office import as_csv, needs_office

from . import rich
from .samples import checked, finding, launch, line, report

Make = Callable[[Path], Path]


def with_macros(path: Path) -> Path:
    return rich.by_xlsxwriter(path, macros=True)


RICH: dict[str, tuple[Make, str]] = {
    "xlsxwriter": (rich.by_xlsxwriter, "launch.xlsx"),
    "macros": (with_macros, "launch.xlsm"),
    "modern": (rich.modern, "launch.xlsx"),
    "openpyxl": (launch, "launch.xlsx"),
}
ALLOWED = re.compile(
    r"\[Content_Types\]\.xml|xl/workbook\.xml|xl/_rels/workbook\.xml\.rels|xl/styles\.xml|"
    r"xl/worksheets/(_rels/)?sheet[12]\.xml(\.rels)?|xl/comments1\.xml|xl/drawings/vmlDrawing1\.vml"
)
"""The parts of which an annotated workbook may differ: the list of sheets, the formats, and the two annotated sheets."""

OURS = {"sheetViews", "dimension", "cols", "sheetData", "hyperlinks", "legacyDrawing"}


@pytest.fixture(params=RICH)
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A rich workbook."""
    make, name = RICH[request.param]
    return make(tmp_path / name)


def annotated(source: Path, target: Path, *, again: tuple[Finding, ...] | None = None) -> Path:
    """The report on a workbook: one row refused, one cell red, one amber."""
    read = checked(source)
    rows = [row for row in read.rows if row.sheet == "Videos"]
    found = (finding(rows[0], f"D{rows[0].row}"), finding(rows[1], f"E{rows[1].row}")) if again is None else again
    told = line(rows[0], RowState.REFUSED, problem="The link is dead.")
    return write_report(report(read, (told,), found), read, target).path


def is_kept(path: Path) -> bool:
    """Whether the report is the user's own workbook: a new one says so in front."""
    return rich.opened(path)["Summary"]["B1"].value is None


def test_every_other_part_is_equal_byte_for_byte(source: Path, tmp_path: Path) -> None:
    """Drawings, charts, pictures, pivots, slicers, threads, macros and what nobody knows: untouched."""
    target = annotated(source, tmp_path / "out.xlsx")
    before, after = rich.parts(source.read_bytes()), rich.parts(target.read_bytes())
    assert set(before) <= set(after)
    changed = {name for name in before if before[name] != after[name]}
    assert [name for name in changed if not ALLOWED.fullmatch(name)] == []
    assert "xl/worksheets/sheet2.xml" in changed
    assert target.suffix == source.suffix


def test_the_annotated_sheets_keep_everything_but_their_status_columns(source: Path, tmp_path: Path) -> None:
    """Validations, conditional formats, filters, print set-up, extension blocks, and every cell with its formula."""
    target = annotated(source, tmp_path / "out.xlsx")
    before, after = rich.parts(source.read_bytes()), rich.parts(target.read_bytes())
    for name in ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"):
        old, new = rich.children(before[name]), rich.children(after[name])
        assert {tag: xml for tag, xml in new.items() if tag not in OURS} == {tag: xml for tag, xml in old.items() if tag not in OURS}
        cells, again = rich.cells(before[name]), rich.cells(after[name])
        assert {place: xml for place, xml in again.items() if place in cells} == cells


def test_the_report_is_in_it(source: Path, tmp_path: Path) -> None:
    """Our sheets around the user's, status columns behind the last one, red cells and notes beside those that were there."""
    target = annotated(source, tmp_path / "out.xlsx")
    assert is_kept(target)
    book, own = rich.opened(target), rich.opened(source)
    assert book.sheetnames == ["Summary", *own.sheetnames, "Findings", "Operations", "Failed"]
    sheet = book["Videos"]
    header = next(row for row in sheet.iter_rows() if row[0].value == "bundle")
    titles = [cell.value for cell in header if cell.value]
    assert titles[-6:] == list(STATUS_COLUMNS)
    problem = next(cell.column for cell in header if cell.value == "problem")
    assert sheet.cell(4, problem).value == "The link is dead."
    assert sheet["D4"].fill.start_color.rgb.endswith(styles.ERROR)
    assert sheet.column_dimensions[openpyxl.utils.get_column_letter(problem)].width == 48
    if own["Videos"]["D4"].comment:
        assert sheet["D4"].comment.text == own["Videos"]["D4"].comment.text
    else:
        assert "video_missing" in sheet["D4"].comment.text
    assert (book.active.title, [s.title for s in book.worksheets if s.sheet_view.tabSelected]) == ("Summary", ["Summary"])


def test_running_again_refreshes(source: Path, tmp_path: Path) -> None:
    """The report of a report has the same sheets and columns, and only what is found now is red."""
    first = annotated(source, tmp_path / "one.xlsx")
    second = annotated(first, tmp_path / "two.xlsx", again=())
    assert is_kept(second)
    one, two = rich.opened(first), rich.opened(second)
    assert one.sheetnames == two.sheetnames
    assert [(s.max_row, s.max_column) for s in two if s.title in ("Bundles", "Videos")] == [
        (s.max_row, s.max_column) for s in one if s.title in ("Bundles", "Videos")
    ]
    original = rich.opened(source)["Videos"]
    for place in ("D4", "E5"):
        assert two["Videos"][place].fill.fill_type == original[place].fill.fill_type
        assert (two["Videos"][place].comment is None) == (original[place].comment is None)


def test_a_third_run_adds_no_part_and_no_format(source: Path, tmp_path: Path) -> None:
    """Nothing grows: neither the package nor its styles."""
    one = annotated(source, tmp_path / "one.xlsx")
    two = annotated(one, tmp_path / "two.xlsx")
    three = annotated(two, tmp_path / "three.xlsx")
    before, after = rich.parts(two.read_bytes()), rich.parts(three.read_bytes())
    assert len(before) == len(after)
    name = "xl/styles.xml"
    counts = [Counter(re.findall(rb"<(?:\w+:)?(xf|fill|font|border)\b", part[name])) for part in (before, after)]
    assert counts[0] == counts[1]


def test_elements_without_an_inside_are_edited_in_either_spelling(tmp_path: Path) -> None:
    """Some programs write an empty list of number formats, and some close a column by a tag of its own."""
    source = launch(tmp_path / "launch.xlsx", captions=["one", "two"])
    edits: dict[str, Callable[[str], str]] = {
        "xl/worksheets/sheet2.xml": lambda text: text.replace("<sheetData>", '<cols><col min="1" max="9" width="9"></col></cols><sheetData>'),
        "xl/styles.xml": lambda text: re.sub(r"<numFmts .*</numFmts>", '<numFmts count="0"/>', text),
    }
    target = annotated(rich.enriched(source, edits, {}), tmp_path / "out.xlsx")
    assert is_kept(target)
    widths = rich.opened(target)["Videos"].column_dimensions
    assert (widths["A"].width, widths["H"].width) == (9, 12)


def test_a_fill_of_the_users_own_comes_back(tmp_path: Path) -> None:
    """A cell that was green is red while it is wrong, and green again after."""
    path = launch(tmp_path / "launch.xlsx", captions=["one", "two"])
    book = rich.opened(path)
    book["Videos"]["D4"].fill = PatternFill("solid", start_color="FF00AA00", end_color="FF00AA00")
    book.save(path)
    red = annotated(path, tmp_path / "red.xlsx")
    cell = rich.opened(red)["Videos"]["D4"]
    assert cell.fill.start_color.rgb != "FF00AA00"
    green = annotated(red, tmp_path / "green.xlsx", again=())
    assert rich.opened(green)["Videos"]["D4"].fill.start_color.rgb == "FF00AA00"


def test_white_letters_keep_what_they_stand_on(tmp_path: Path) -> None:
    """On red they could not be read; the note says what was found."""
    path = launch(tmp_path / "launch.xlsx", captions=["one", "two"])
    book = rich.opened(path)
    book["Videos"]["D4"].fill = PatternFill("solid", start_color="FF003366", end_color="FF003366")
    book["Videos"]["D4"].font = Font(color="FFFFFFFF")
    book.save(path)
    cell = rich.opened(annotated(path, tmp_path / "out.xlsx"))["Videos"]["D4"]
    assert cell.fill.start_color.rgb == "FF003366"
    assert "video_missing" in cell.comment.text


def test_a_sheet_of_the_users_called_summary_is_his(tmp_path: Path) -> None:
    """Ours takes another name, and reading skips it under that name too."""
    path = launch(tmp_path / "launch.xlsx", captions=["one", "two"])
    book = rich.opened(path)
    book.create_sheet("Summary")["A1"] = "mine"
    book.save(path)
    target = annotated(path, tmp_path / "out.xlsx")
    book = rich.opened(annotated(target, tmp_path / "again.xlsx"))
    assert book.sheetnames == ["Summary (bulkportal)", "Bundles", "Videos", "Summary", "Findings", "Operations", "Failed"]
    assert book["Summary"]["A1"].value == "mine"
    assert [sheet.table.sheet for sheet in checked(target).sheets] == ["Bundles", "Videos"]


def test_what_cannot_be_kept_is_said_in_front(tmp_path: Path) -> None:
    """A formula in a column of the report would be lost, so the report is a new workbook and says why."""
    path = launch(tmp_path / "launch.xlsx", captions=["one", "two"])
    book = rich.opened(path)
    for column, name in enumerate(STATUS_COLUMNS, start=8):
        book["Videos"].cell(3, column, name)
    book["Videos"]["I4"] = "=1+1"
    book.save(path)
    read = checked(path)
    target = write_report(report(read), read, tmp_path / "out.xlsx").path
    said = rich.opened(target)["Summary"]["B1"].value
    assert said.startswith("A new workbook, with the texts of launch.xlsx only") and "I4" in said


def test_a_source_that_was_changed_meanwhile_is_not_annotated(tmp_path: Path) -> None:
    """Red cells on other rows than those that were checked would be worse than none."""
    path = launch(tmp_path / "launch.xlsx", captions=["one", "two"])
    read = checked(path)
    book = rich.opened(path)
    book["Videos"].insert_rows(4)
    book.save(path)
    target = write_report(report(read), read, tmp_path / "out.xlsx").path
    assert "changed meanwhile" in rich.opened(target)["Summary"]["B1"].value


def test_ones_own_status_column_is_left_alone(tmp_path: Path) -> None:
    """One column called Status is the user's; the report's six stand behind it."""
    path = launch(tmp_path / "launch.xlsx", captions=["one", "two"])
    book = rich.opened(path)
    book["Videos"]["H3"], book["Videos"]["H4"] = "Status", "approved by the client"
    book.save(path)
    sheet = rich.opened(annotated(path, tmp_path / "out.xlsx"))["Videos"]
    assert sheet["H4"].value == "approved by the client"
    assert [cell.value for cell in sheet[3]][7:] == ["Status", *STATUS_COLUMNS]


def test_a_spreadsheet_program_has_nothing_to_repair(source: Path, tmp_path: Path) -> None:
    """The rules whose breach makes one offer to repair a file."""
    target = annotated(annotated(source, tmp_path / "one.xlsx"), tmp_path / "out.xlsx")
    held = rich.parts(target.read_bytes())
    assert_sound(held)


def assert_sound(held: dict[str, bytes]) -> None:
    """Content types, relationships, order of elements, counts, ids, names, notes and their drawings."""
    types = ET.fromstring(held["[Content_Types].xml"])
    overrides = [item.get("PartName", "").lstrip("/") for item in types if item.tag.endswith("Override")]
    defaults = {item.get("Extension", "").lower() for item in types if item.tag.endswith("Default")}
    assert len(set(overrides)) == len(overrides) and set(overrides) <= set(held)
    assert all(name in overrides or name.rpartition(".")[2].lower() in defaults for name in held if name != "[Content_Types].xml")
    for name in (name for name in held if name.endswith(".rels")):
        ids = [item.get("Id") for item in ET.fromstring(held[name])]
        assert len(set(ids)) == len(ids)
        for item in ET.fromstring(held[name]):
            if item.get("TargetMode") != "External":
                assert target_of(name, item.get("Target", "")) in held, (name, item.get("Target"))
    formats = len(ET.fromstring(held["xl/styles.xml"]).find(f"{{{rich.MAIN}}}cellXfs"))
    for name in (name for name in held if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)):
        assert_sheet_is_sound(name, held, formats)
    for tag in ("fonts", "fills", "borders", "cellXfs"):
        group = ET.fromstring(held["xl/styles.xml"]).find(f"{{{rich.MAIN}}}{tag}")
        assert group.get("count") in (None, str(len(group)))
    book = ET.fromstring(held["xl/workbook.xml"])
    sheets = list(book.find(f"{{{rich.MAIN}}}sheets"))
    for key in ("name", "sheetId"):
        assert len({sheet.get(key).casefold() for sheet in sheets}) == len(sheets)
    names = [(item.get("name"), item.get("localSheetId")) for item in book.iter(f"{{{rich.MAIN}}}definedName")]
    assert len(set(names)) == len(names)
    assert all(int(local) < len(sheets) for _, local in names if local)


def assert_sheet_is_sound(name: str, held: dict[str, bytes], formats: int) -> None:
    root = ET.fromstring(held[name])
    tags = [child.tag.rpartition("}")[2] for child in root]
    known = [ORDER.index(tag) for tag in tags if tag in ORDER]
    assert known == sorted(known), tags
    assert all(tags.count(tag) == 1 for tag in tags if tag != "conditionalFormatting")
    rows = [int(row.get("r")) for row in root.iter(f"{{{rich.MAIN}}}row")]
    assert rows == sorted(set(rows))
    for row in root.iter(f"{{{rich.MAIN}}}row"):
        columns = [openpyxl.utils.cell.coordinate_from_string(cell.get("r"))[0] for cell in row]
        numbers = [openpyxl.utils.column_index_from_string(column) for column in columns]
        assert numbers == sorted(set(numbers))
    assert all(int(cell.get("s", 0)) < formats for cell in root.iter(f"{{{rich.MAIN}}}c"))
    reaches = [(int(column.get("min")), int(column.get("max"))) for column in root.iter(f"{{{rich.MAIN}}}col")]
    assert all(left[1] < right[0] for left, right in itertools.pairwise(reaches))
    listing = f"xl/worksheets/_rels/{name.rpartition('/')[2]}.rels"
    related = {item.get("Id"): item.get("Type", "") for item in ET.fromstring(held[listing])} if listing in held else {}
    used = [value for element in root.iter() for key, value in element.attrib.items() if key.endswith("relationships}id")]
    assert set(used) <= set(related)
    kinds = Counter(kind.rpartition("/")[2] for kind in related.values())
    assert kinds["comments"] <= kinds["vmlDrawing"]


def target_of(listing: str, target: str) -> str:
    """The part that a relationship names."""
    if target.startswith("/"):
        return target[1:]
    folder = listing.replace("_rels/", "").rpartition("/")[0].split("/") if "/" in listing.replace("_rels/", "") else []
    for step in target.split("/"):
        folder = folder[:-1] if step == ".." else [*folder, step]
    return "/".join(folder)


@needs_office
@pytest.mark.timeout(180)
def test_libreoffice_reads_the_same_values(tmp_path: Path) -> None:
    """The annotated copies open, and every cell of the user's shows what it showed."""
    files = []
    for kind, (make, name) in RICH.items():
        folder = tmp_path / kind
        folder.mkdir()
        source = make(folder / name)
        target = annotated(source, folder / "out.xlsx")
        files += [source.rename(folder.parent / f"{kind}-old{source.suffix}"), target.rename(folder.parent / f"{kind}-new{target.suffix}")]
    out = as_csv(files, tmp_path)
    for kind in RICH:
        for sheet in ("Bundles", "Videos"):
            old, new = ((out / f"{kind}-{age}-{sheet}.csv").read_text(encoding="utf-8").splitlines() for age in ("old", "new"))
            assert len(old) == len(new)
            assert all(again.startswith(was.rstrip(",")) for was, again in zip(old, new, strict=True)), (kind, sheet)
