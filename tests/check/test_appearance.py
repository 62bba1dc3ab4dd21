"""What is struck out is held, and what cannot be seen is told: in every kind of workbook, and again in the report of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest
import xlwt
from odf import opendocument, table, text
from odf.style import Style, TableCellProperties, TextProperties
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font, PatternFill

from bulkportal.sheets.values import struck_texts
from tests.conftest import Desk, bundle, video

LAUNCH = {"Bundles": [bundle("now", publish="no")], "Videos": [video("now", 1), video("now", 2)]}
Where = Callable[[str, int, str], bool]


def only(sheet: str, row: int, *columns: str) -> Where:
    """The cells of these columns of a row; all of them where none is named."""
    return lambda name, number, column: (name, number) == (sheet, row) and (not columns or column in columns)


def lines(rows: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    """The rows with their headers, each by column."""
    return [{name: name for name in rows[0]}, *map(dict, rows)]


def xlsx(path: Path, where: Where, look: Callable[[openpyxl.cell.Cell], object]) -> Path:
    """The launch as a newer workbook, some cells dressed."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in LAUNCH.items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(lines(rows), start=1):
            for place, (column, value) in enumerate(row.items(), start=1):
                cell = sheet.cell(number, place, value)
                if where(name, number, column):
                    look(cell)
    book.save(path)
    return path


def ods(path: Path, where: Where, *properties: object) -> Path:
    """The launch as OpenDocument."""
    document = opendocument.OpenDocumentSpreadsheet()
    named, own = Style(name="Named", family="table-cell"), Style(name="ce1", family="table-cell", parentstylename="Named")
    for one in properties:
        named.addElement(one)
    document.styles.addElement(named)
    document.automaticstyles.addElement(own)
    for name, rows in LAUNCH.items():
        sheet = table.Table(name=name)
        for number, row in enumerate(lines(rows), start=1):
            line = table.TableRow()
            for column, value in row.items():
                cell = table.TableCell(valuetype="string", **({"stylename": own} if where(name, number, column) else {}))
                cell.addElement(text.P(text=str(value)))
                line.addElement(cell)
            sheet.addElement(line)
        document.spreadsheet.addElement(sheet)
    document.save(str(path))
    return path


def xls(path: Path, where: Where, style: str, code: str = "General") -> Path:
    """The launch as an old workbook."""
    book = xlwt.Workbook()
    dressed = xlwt.easyxf(style, num_format_str=code)
    for name, rows in LAUNCH.items():
        sheet = book.add_sheet(name)
        for number, row in enumerate(lines(rows)):
            for place, (column, value) in enumerate(row.items()):
                sheet.write(number, place, value, *([dressed] if where(name, number + 1, column) else []))
    book.save(str(path))
    return path


def strike(cell: openpyxl.cell.Cell) -> None:
    """Strike a cell out."""
    cell.font = Font(strike=True)


SOUND = "https://www.tiktok.com/music/original-sound-7004"
STRUCK = TextProperties(textlinethroughstyle="solid", textlinethroughtype="single")
MAKERS = {
    "xlsx": lambda path, where: xlsx(path, where, strike),
    "ods": lambda path, where: ods(path, where, STRUCK),
    "xls": lambda path, where: xls(path, where, "font: struck_out on"),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_a_row_that_is_struck_out_is_held_and_stays_so_in_its_report(desk: Desk, kind: str) -> None:
    """Nothing of it is sent; the report of the sheet, imported, holds it again."""
    file = MAKERS[kind](desk.folder / f"launch.{kind}", only("Videos", 3))
    ended = desk.import_(file)
    assert (ended.code, ended.rows) == (4, {"total": 3, "done": 2, "held": 1})
    (told,) = [finding for finding in ended.document["findings"] if finding["code"] == "struck_out"]
    assert (told["cell"], told["severity"]) == ("A3", "error") and told["message"].startswith("Row 3 is struck out")
    again = desk.import_(ended.document["report"])
    assert (again.code, again.rows) == (4, {"total": 3, "unchanged": 2, "held": 1})


@pytest.mark.parametrize("kind", MAKERS)
def test_one_cell_that_is_struck_out_holds_its_row_and_a_header_its_sheet(desk: Desk, kind: str) -> None:
    """A value that was crossed out is not what is meant; a column of the team's own may be crossed out as it likes."""
    file = MAKERS[kind](desk.folder / f"launch.{kind}", only("Videos", 2, "description"))
    ended = desk.run("check", file)
    assert (ended.code, ended.rows) == (6, {"total": 3, "held": 1, "waiting": 2})
    ended = desk.run("check", MAKERS[kind](desk.folder / f"launch.{kind}", only("Videos", 1, "description")))
    assert (ended.codes, ended.rows) == (["struck_out"], {"total": 3, "held": 2, "waiting": 1})


def test_a_part_of_a_text_that_is_struck_out_holds_its_row(desk: Desk) -> None:
    """Half of a caption would be posted that nobody means, whether the text stands in its cell or is shared."""

    def part(cell: openpyxl.cell.Cell) -> None:
        cell.value = CellRichText(TextBlock(InlineFont(strike=True), "Yesterday "), TextBlock(InlineFont(strike=False), "today"))

    file = xlsx(desk.folder / "launch.xlsx", only("Videos", 2, "description"), part)
    ended = desk.run("check", file)
    assert [(f["code"], f["cell"]) for f in ended.document["findings"]] == [("struck_out", "F2")] and ended.rows["held"] == 1
    runs = "<r><rPr><strike{}/></rPr><t>{}</t></r>"
    texts = "".join(f"<si>{one}</si>" for one in ("<t>plain</t>", runs.format("", "old") + "<r><t>new</t></r>", runs.format(' val="0"', "both")))
    assert struck_texts(f"<sst>{texts}</sst>".encode()) == {1}


def white(cell: openpyxl.cell.Cell) -> None:
    """White letters."""
    cell.font = Font(color="FFFFFFFF")


def formatted(code: str) -> Callable[[openpyxl.cell.Cell], None]:
    """Under a number format."""
    return lambda cell: setattr(cell, "number_format", code)


COUNT = only("Bundles", 2, "videos_quantity")
CAPTION = only("Videos", 2, "description")


@pytest.mark.parametrize(
    "make",
    [
        lambda path: xlsx(path, COUNT, formatted(";;;")),
        lambda path: xlsx(path, COUNT, formatted(";;@")),
        lambda path: xlsx(path, COUNT, formatted("[>9]0;;")),
        lambda path: xlsx(path, CAPTION, formatted(";;;")),
        lambda path: xlsx(path, CAPTION, white),
        lambda path: xls(path, COUNT, "font: colour white"),
        lambda path: ods(path, CAPTION, TextProperties(color="#FFFFFF")),
    ],
    ids=[";;;", ";;@", "condition", "text", "white", "xls", "ods"],
)
def test_a_value_that_nobody_sees_is_told_and_read(desk: Desk, make: Callable[[Path], Path]) -> None:
    """Like a hidden row or column: a warning at the first such cell."""
    ended = desk.run("check", make(desk.folder / "launch.file"))
    assert (ended.code, ended.codes, ended.rows) == (0, ["cell_unshown"], {"total": 3, "waiting": 3})


def dark(cell: openpyxl.cell.Cell) -> None:
    """White letters on a dark ground."""
    white(cell)
    cell.fill = PatternFill("solid", start_color="FF1F2937")


@pytest.mark.parametrize(
    "make",
    [
        lambda path: xlsx(path, CAPTION, dark),
        lambda path: xlsx(path, CAPTION, formatted(";;")),
        lambda path: xlsx(path, COUNT, formatted('0" videos"')),
        lambda path: xlsx(path, COUNT, formatted("#,##0.00 [$€-407]")),
        lambda path: ods(path, CAPTION, TextProperties(color="#FFFFFF"), TableCellProperties(backgroundcolor="#000000")),
        lambda path: ods(path, CAPTION, TextProperties(textlinethroughstyle="none", textlinethroughtype="none")),
    ],
    ids=["dark", ";;", "words", "money", "ods dark", "ods none"],
)
def test_what_can_be_seen_is_not_told(desk: Desk, make: Callable[[Path], Path]) -> None:
    """Colours and formats that show the value are nobody's business."""
    assert desk.run("check", make(desk.folder / "launch.file")).codes == []


@pytest.mark.parametrize("code", ["0,", "0%", '"1"0', '"many"'])
def test_a_number_that_is_shown_as_another_is_an_error_and_stays_one_in_the_report(desk: Desk, code: str) -> None:
    """Two slots that are shown as 0, 200%, 12 or many: nobody can say how many are meant."""
    file = xlsx(desk.folder / "launch.xlsx", COUNT, formatted(code))
    ended = desk.run("check", file)
    assert (ended.code, ended.codes) == (6, ["number_shows_another"])
    old = xls(desk.folder / "launch.xls", COUNT, "", code)
    ended = desk.run("check", old, "--report", desk.folder / "report.xlsx")
    assert ended.codes == ["number_shows_another"]
    assert desk.run("check", desk.folder / "report.xlsx").codes == ["number_shows_another"]


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_a_zero_on_a_sheet_that_shows_none_is_told(desk: Desk, kind: str) -> None:
    """A blank cell leaves a value as it is, and a zero does not: here the one looks like the other."""
    videos = [video("now", number, volume_original_sound=0, volume_added_sound=100, tiktok_sound_url=SOUND) for number in (1, 2)]
    file = desk.folder / f"launch.{kind}"
    if kind == "xlsx":
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for name, rows in {**LAUNCH, "Videos": videos}.items():
            sheet = book.create_sheet(name)
            sheet.sheet_view.showZeros = False
            for row in lines(rows):
                sheet.append(list(row.values()))
        book.save(file)
    else:
        old = xlwt.Workbook()
        for name, rows in {**LAUNCH, "Videos": videos}.items():
            tab = old.add_sheet(name)
            tab.show_zero_values = False
            for number, row in enumerate(lines(rows)):
                for place, value in enumerate(row.values()):
                    tab.write(number, place, value)
        old.save(str(file))
    assert [(f["code"], f["column"]) for f in desk.run("check", file).document["findings"]] == [("cell_unshown", "volume_original_sound")]
