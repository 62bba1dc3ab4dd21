"""What is struck out is held, and what cannot be seen is told: in every kind of workbook, and again in the report of one."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt
from odf import dc, office, opendocument, table, text
from odf.style import Style, TableCellProperties, TextProperties
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.styles import Font, PatternFill

from bulkportal.check.wording import shortened
from bulkportal.codes import REGISTER
from bulkportal.sheets.values import struck_texts
from tests.conftest import Desk, bundle, video
from tests.office import converted, needs_office

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
        lambda path: xlsx(path, CAPTION, yellow_on_yellow),
        lambda path: xlsx(path, CAPTION, lambda cell: setattr(cell, "font", Font(size=1))),
        lambda path: xls(path, COUNT, "font: colour red; pattern: pattern solid, fore_colour red"),
        lambda path: xls(path, COUNT, "font: height 20"),
        lambda path: ods(path, CAPTION, TextProperties(color="#FFCC00"), TableCellProperties(backgroundcolor="#ffcc00")),
        lambda path: ods(path, CAPTION, TextProperties(fontsize="1pt")),
    ],
    ids=[";;;", ";;@", "condition", "text", "white", "xls", "ods", "yellow", "tiny", "xls red", "xls tiny", "ods yellow", "ods tiny"],
)
def test_a_value_that_nobody_sees_is_told_and_read(desk: Desk, make: Callable[[Path], Path]) -> None:
    """Like a hidden row or column: a warning at the first such cell."""
    ended = desk.run("check", make(desk.folder / "launch.file"))
    assert (ended.code, ended.codes, ended.rows) == (0, ["cell_unshown"], {"total": 3, "waiting": 3})


def yellow_on_yellow(cell: openpyxl.cell.Cell) -> None:
    """Letters in the colour of their ground."""
    cell.font, cell.fill = Font(color="FFFFCC00"), PatternFill("solid", start_color="FFCC00")


def dark(cell: openpyxl.cell.Cell) -> None:
    """White letters on a dark ground."""
    white(cell)
    cell.fill = PatternFill("solid", start_color="FF1F2937")


@pytest.mark.parametrize(
    "make",
    [
        lambda path: xlsx(path, CAPTION, dark),
        lambda path: xlsx(path, CAPTION, lambda cell: setattr(cell, "fill", PatternFill("solid", start_color="FFCC00"))),
        lambda path: xlsx(path, CAPTION, formatted(";;")),
        lambda path: xlsx(path, COUNT, formatted('0" videos"')),
        lambda path: xlsx(path, COUNT, formatted("#,##0.00 [$€-407]")),
        lambda path: ods(path, CAPTION, TextProperties(color="#FFFFFF"), TableCellProperties(backgroundcolor="#000000")),
        lambda path: ods(path, CAPTION, TextProperties(textlinethroughstyle="none", textlinethroughtype="none")),
    ],
    ids=["dark", "yellow ground", ";;", "words", "money", "ods dark", "ods none"],
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


def noted_xlsx(path: Path, where: Where, note: str) -> Path:
    """The launch as a newer workbook with notes as Excel writes them, the author's name above the words."""
    return xlsx(path, where, lambda cell: setattr(cell, "comment", Comment(f"Maria Lopez:\n{note}", "Maria Lopez")))


def noted_ods(path: Path, where: Where, note: str) -> Path:
    """The launch as OpenDocument with notes on cells."""
    document = opendocument.OpenDocumentSpreadsheet()
    for name, rows in LAUNCH.items():
        sheet = table.Table(name=name)
        for number, row in enumerate(lines(rows), start=1):
            line = table.TableRow()
            for column, value in row.items():
                cell = table.TableCell(valuetype="string")
                if where(name, number, column):
                    annotation = office.Annotation()
                    annotation.addElement(dc.Creator(text="Maria Lopez"))
                    annotation.addElement(text.P(text=note))
                    cell.addElement(annotation)
                cell.addElement(text.P(text=str(value)))
                line.addElement(cell)
            sheet.addElement(line)
        document.spreadsheet.addElement(sheet)
    document.save(str(path))
    return path


NOTED = {"xlsx": noted_xlsx, "ods": noted_ods}


@pytest.mark.parametrize("kind", NOTED)
def test_a_row_whose_note_says_not_to_post_it_is_held_and_stays_so_in_its_report(desk: Desk, kind: str) -> None:
    """People see the red corner of the cell; so does the program, once more in the report."""
    file = NOTED[kind](desk.folder / f"launch.{kind}", only("Videos", 3, "description"), "Please do not post this yet")
    ended = desk.import_(file)
    assert (ended.code, ended.rows) == (4, {"total": 3, "done": 2, "held": 1})
    (told,) = [finding for finding in ended.document["findings"] if finding["code"] == "row_on_hold"]
    assert told["message"] == f"The note on cell {told['cell']} says 'Please do not post this yet', so the row is held."
    again = desk.import_(ended.document["report"])
    assert (again.code, again.rows) == (4, {"total": 3, "unchanged": 2, "held": 1})


@pytest.mark.parametrize(
    "note",
    [
        "Do not publish! Waiting for the client's OK.",
        "This caption is wrong, do not post",
        "cancelled by client on Monday",
        "on hold until Friday",
        "wartet auf Freigabe",
        "bitte erst nach Freigabe senden",
        "Client hates it, scrap it",
        "wait for client approval",
        "À ne pas publier",
        "不要发布",
    ],
)
def test_an_order_is_one_whatever_stands_beside_it(desk: Desk, note: str) -> None:
    """People give their reasons."""
    ended = desk.run("check", noted_xlsx(desk.folder / "launch.xlsx", only("Videos", 3, "description"), note))
    assert (ended.codes, ended.rows) == (["row_on_hold"], {"total": 3, "held": 1, "waiting": 2})


def test_an_order_on_a_header_holds_the_sheet(desk: Desk) -> None:
    """It is about every row below."""
    ended = desk.run("check", noted_xlsx(desk.folder / "launch.xlsx", only("Videos", 1, "bundle"), "do not send"))
    assert ended.codes == ["sheet_on_hold"] and ended.rows["held"] == 2


@pytest.mark.parametrize("note", ["Shot by Ana, 4K. Do not post the raw file.", "please use the blue logo", "TikTok draft saved on the phone of Ana"])
@pytest.mark.parametrize("kind", NOTED)
def test_a_note_that_says_anything_else_holds_nothing_and_is_told_once(desk: Desk, kind: str, note: str) -> None:
    """A note is for people, unless it says nothing but that the row is not to be sent; that it is there is said."""
    ended = desk.run("check", NOTED[kind](desk.folder / f"launch.{kind}", only("Videos", 3, "description"), note))
    assert (ended.code, ended.codes, ended.rows) == (0, ["notes_on_cells"], {"total": 3, "waiting": 3})
    assert ended.document["findings"][0]["message"].startswith("1 cell of the rows has a note of people")


THREAD = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">
<threadedComment ref="A3" dT="2026-07-01T08:00:00.00" personId="{{1}}" id="{{2}}"{done}><text>on hold</text></threadedComment>
<threadedComment ref="A3" dT="2026-07-02T08:00:00.00" personId="{{1}}" id="{{3}}" parentId="{{2}}"><text>asked the client</text></threadedComment>
</ThreadedComments>"""
COPY = (
    "[Threaded comment]\n\nYour version of Excel allows you to read this threaded comment; however, any edits to it will get removed if the "
    "file is opened in a newer version of Excel. Learn more: https://go.microsoft.com/fwlink/?linkid=870924\n\nComment:\n    on hold"
)


@pytest.mark.parametrize(("done", "held"), [("", 1), (' done="1"', 0)])
def test_a_thread_holds_its_row_until_it_is_resolved(desk: Desk, done: str, held: int) -> None:
    """The newer kind of comment, and the copy of it that Excel keeps for older programs."""
    noted = xlsx(desk.folder / "noted.xlsx", only("Videos", 3, "bundle"), lambda cell: setattr(cell, "comment", Comment(COPY, "tc={2}")))
    file = desk.folder / "launch.xlsx"
    with zipfile.ZipFile(noted) as read, zipfile.ZipFile(file, "w") as write:
        for name in read.namelist():
            data = read.read(name)
            if name == "xl/worksheets/_rels/sheet2.xml.rels":
                kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
                relation = f'<Relationship Id="rIdT" Type="{kind}" Target="../threadedComments/threadedComment1.xml"/>'
                data = data.replace(b"</Relationships>", relation.encode() + b"</Relationships>")
            write.writestr(name, data)
        write.writestr("xl/threadedComments/threadedComment1.xml", THREAD.format(done=done))
    ended = desk.run("check", file)
    assert ended.rows == {"total": 3, **({"held": held} if held else {}), "waiting": 3 - held}


def ruled(path: Path, area: str, formula: str, *, strike: bool = True) -> Path:
    """The launch as a newer workbook with a conditional format on its videos."""
    book = openpyxl.load_workbook(xlsx(path, only("none", 0), lambda _: None))
    book["Videos"].conditional_formatting.add(area, FormulaRule(formula=[formula], font=Font(strike=strike, color="FF0000")))
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("area", "formula", "struck"),
    [
        ("A2:F3", "$B2=1", ["A2"]),
        ("$A$2:$C$9 H2:H3", "$B2=2", ["A3"]),
        ("B1:B1048576", "$B1>0", ["B2", "B3"]),
        ("A2:F3", "TRUE", ["A2", "A3"]),
        ("A2:F3", '$D2="VIDEO"', ["A2", "A3"]),
        ("A2:F3", 'ISNUMBER(SEARCH("2.mp4",$E2))', ["A3"]),
        ("A2:F3", '$B2="<none>"', []),
        ("A2:F3", "FALSE", []),
        ("A2:F3", 'AND($D2="posted",$A2<>"")', []),
        ("A2:F3", 'AND($B2=2;$A2<>"")', ["A3"]),
        ("A2:F3", 'AND($B2=1,COUNTIF($Z:$Z,$B2)>0,$D2="photo, or (none")', []),
        ("A2:F3", "OR($B2=1,TODAY()>45000,FALSE)", ["A2", "A3"]),
        ("A2:F3", "or( $B2=7 ; $B2=2 )", ["A3"]),
        ("A2:F3", 'NOT(OR($B2=1,NOT(ISNUMBER(SEARCH("2.mp4",$E2)))))', ["A3"]),
        ("A2:F3", "ISBLANK($A2)", []),
        ("A2:F3", "AND(NOT(ISBLANK($A2)),$B2>1)", ["A3"]),
        ("A2:F3", "ISBLANK($Y2)", ["A2", "A3"]),
        ("B2:F3", '$A2<>"now"', []),
        ("A4:F9", "TRUE", []),
    ],
)
def test_what_a_conditional_format_strikes_out_is_held_as_if_it_were_struck_out_by_hand(
    desk: Desk, area: str, formula: str, struck: list[str]
) -> None:
    """The conditions that people commonly write are worked out; where none holds, nothing is said."""
    ended = desk.run("check", ruled(desk.folder / "launch.xlsx", area, formula))
    assert [(told["code"], told["severity"], told["cell"]) for told in ended.document["findings"]] == [("struck_by_rule", "error", c) for c in struck]
    assert ended.rows.get("held", 0) == len(struck)
    assert REGISTER["struck_by_rule"].money


UNKNOWN = (
    "NOT(TODAY()>45000)",
    "OR($B2=7,TODAY()>45000)",
    "AND($B2<1,5;TRUE)",
    "OR(FALSE)+OR(FALSE)",
    "NOT(FALSE,FALSE)",
    "NOT(" * 900 + "FALSE" + ")" * 900,
    "NOT(ISBLANK($B$99))",
)


@pytest.mark.parametrize("formula", ["COUNTIF($Z:$Z,$B2)>0", "AND($B2=1,TODAY()>45000)", "$B$99=1", "$B2>$C2", *UNKNOWN])
def test_what_nobody_can_work_out_holds_the_rows_that_it_may_strike_out(desk: Desk, formula: str) -> None:
    """Whether it holds is reckoned by the program that shows the sheet."""
    ended = desk.run("check", ruled(desk.folder / "launch.xlsx", "A3:F3", formula))
    (told,) = ended.document["findings"]
    assert (told["code"], told["cell"], ended.rows["held"]) == ("struck_by_rule", "A3", 1)
    assert told["message"].startswith(f"A conditional format strikes out cells of A3:F3 where {shortened(formula, 60)}; whether A3 is one of them")


def test_a_rule_that_compares_the_cell_itself_is_worked_out(desk: Desk) -> None:
    """Equal to, and every other comparison with a value; a range between two is not."""
    for operator, value, struck in (("equal", ['"video"'], ["D2", "D3"]), ("notEqual", ['"video"'], []), ("between", ['"a"', '"b"'], ["D2", "D3"])):
        path = xlsx(desk.folder / "launch.xlsx", only("none", 0), lambda _: None)
        book = openpyxl.load_workbook(path)
        book["Videos"].conditional_formatting.add("D2:D3", CellIsRule(operator=operator, formula=value, font=Font(strike=True)))
        book.save(path)
        assert [told["cell"] for told in desk.run("check", path).document["findings"]] == struck, operator


def test_a_conditional_format_that_only_colours_or_lies_beside_the_table_is_not_told(desk: Desk) -> None:
    """Colours say nothing that is known, and what is beside the columns is not read."""
    assert desk.run("check", ruled(desk.folder / "launch.xlsx", "A2:F3", "TRUE", strike=False)).codes == []
    assert desk.run("check", ruled(desk.folder / "launch.xlsx", "AZ2:BA3", "TRUE")).codes == []


@needs_office
def test_notes_and_conditional_formats_are_the_same_once_libreoffice_has_saved_them(desk: Desk, tmp_path: Path) -> None:
    """As OpenDocument, as an old workbook, and as a newer one again."""
    book = openpyxl.load_workbook(ruled(tmp_path / "launch.xlsx", "A2:F3", "$B2=1"))
    book["Videos"]["B3"].comment = Comment("Maria:\ndo not post", "Maria")
    book.save(tmp_path / "launch.xlsx")
    for kind in ("ods", "xls", "xlsx"):
        made = converted(tmp_path / "launch.xlsx", kind, tmp_path / kind)
        codes = sorted(desk.run("check", made).codes)
        assert codes == (["row_on_hold"] if kind == "xls" else ["row_on_hold", "struck_by_rule"]), kind


def boxed(path: Path, *lines: str) -> Path:
    """The launch with a text box over its Videos, as XlsxWriter draws one."""
    book = xlsxwriter.Workbook(path)
    for name, rows in LAUNCH.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(_lines(rows)):
            for place, value in enumerate(row.values()):
                sheet.write(number, place, value)
        if name == "Videos":
            sheet.insert_textbox("D6", "\n".join(lines))
    book.close()
    return path


_lines = lines


@pytest.mark.parametrize("words", [("DRAFT - do not send",), ("Spring launch", "ON HOLD")])
def test_a_text_box_that_says_not_to_send_holds_its_sheet(desk: Desk, words: tuple[str, ...]) -> None:
    """It is the first thing that a person sees."""
    ended = desk.run("check", boxed(desk.folder / "launch.xlsx", *words))
    assert (ended.code, ended.codes, ended.rows) == (6, ["sheet_on_hold"], {"total": 3, "held": 2, "waiting": 1})
    assert ended.document["findings"][0]["message"].startswith("A text box over it says ")


@pytest.mark.parametrize("words", [("Approved", "On hold", "Cancelled"), ("Fill in the draft, then ask Ines",), ("Status: draft, approved",)])
def test_a_legend_and_other_text_boxes_hold_nothing(desk: Desk, words: tuple[str, ...]) -> None:
    """What colours mean, and what people tell each other."""
    assert desk.run("check", boxed(desk.folder / "launch.xlsx", *words)).codes == []
