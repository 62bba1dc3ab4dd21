"""Workbooks as other programs write them: read alike however they are spelled, and given back with every other part as it was."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bulkportal.errors import UnreadableInput
from bulkportal.lossless.package import part_key
from bulkportal.report.as_workbook import write_report
from bulkportal.sheets.grid import MOST_FILLED
from bulkportal.sheets.reader import read_stream
from bulkportal.sheets.table import CellProblem, Table
from tests.report.samples import checked, finding, line, report
from tests.sheets import handmade
from tests.sheets.handmade import packed, parts
from tests.sheets.test_formats import recognise

ROOT = Path(__file__).parents[2]


def one(data: bytes) -> Table:
    """The only table of a workbook."""
    (table,) = read_stream(data, label="launch.xlsx", recognise=recognise)
    return table


def refusal(data: bytes) -> UnreadableInput:
    """Why a file is refused."""
    with pytest.raises(UnreadableInput) as caught:
        read_stream(data, label="launch.xlsx", recognise=recognise)
    assert caught.value.message.endswith(".") and caught.value.hint
    return caught.value


def of(rows: str, *, formats: tuple[str, ...] = ("0", "14"), strings: tuple[str, ...] = handmade.STRINGS) -> bytes:
    """A workbook with these rows under the header."""
    header = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>3</v></c></row>'
    return packed(parts(header + rows, formats=formats, strings=strings))


def texts(rows: str, **options: tuple[str, ...]) -> list[str | None]:
    """What stands in the cells of row 2, from the left."""
    table = one(of(rows, **options))
    return [text for text in table.frame.row(0)[1:] if text is not None]


@pytest.mark.parametrize("name", handmade.READ_ALIKE)
def test_a_workbook_is_read_however_it_is_spelled(name: str) -> None:
    """Names of parts, encodings, prefixes, dialects, addresses: none of them changes a value."""
    table = one(packed(handmade.READ_ALIKE[name]()))
    assert (table.sheet, table.header_row, list(table.headers.values())) == ("Videos", 1, ["bundle", "position", "date", "description"])
    assert table.frame.rows() == handmade.ROWS
    assert table.marks == ()


@pytest.mark.parametrize("name", [name for name in handmade.READ_ALIKE if name not in handmade.NOT_GIVEN_BACK])
def test_a_workbook_is_given_back_however_it_is_spelled(name: str, tmp_path: Path) -> None:
    """With the report in it, every value as it was, and what was not asked for byte for byte."""
    source, target = tmp_path / "launch.xlsx", tmp_path / "report.xlsx"
    source.write_bytes(packed(handmade.READ_ALIKE[name]()))
    read = checked(source)
    row = read.rows[0]
    write_report(report(read, [line(row)], [finding(row, "D2")]), read, target)
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target) as after:
        kept = set(before.namelist()) & set(after.namelist())
        assert kept == set(before.namelist()), "no part is lost"
        assert {part for part in kept if before.read(part) != after.read(part)} <= {part for part in kept if part_key(part) in CHANGED}
    again = next(table for table in read_stream(target.read_bytes(), label="report", recognise=recognise) if table.sheet == "Videos")
    assert again.frame.select("_row", "A", "B", "C", "D").rows() == handmade.ROWS


CHANGED = ("[content_types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/worksheets/sheet1.xml")
"""The parts of which a workbook that is given back may differ, as packages compare their names."""


def test_a_chart_in_front_is_not_selected_beside_the_report(tmp_path: Path) -> None:
    """Two selected tabs are edited together, cell for cell."""
    made = parts()
    made["xl/workbook.xml"] = made["xl/workbook.xml"].replace(b"<sheets>", b'<sheets><sheet name="Chart" sheetId="2" r:id="rId9"/>')
    made["xl/_rels/workbook.xml.rels"] = made["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        f'<Relationship Id="rId9" Type="{handmade.RELATIONS}/chartsheet" Target="chartsheets/sheet1.xml"/></Relationships>'.encode(),
    )
    view = '<sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews>'
    made["xl/chartsheets/sheet1.xml"] = f'<chartsheet xmlns="{handmade.MAIN}">{view}<pageMargins left="1"/></chartsheet>'.encode()
    source, target = tmp_path / "launch.xlsx", tmp_path / "report.xlsx"
    source.write_bytes(packed(made))
    read = checked(source)
    write_report(report(read), read, target)
    with zipfile.ZipFile(target) as after:
        sheets = {name: after.read(name) for name in after.namelist() if "sheets/" in name and name.endswith(".xml")}
    assert "xl/chartsheets/sheet1.xml" in sheets
    assert sum(data.count(b'tabSelected="1"') for data in sheets.values()) == 1
    assert b"<pageMargins" in sheets["xl/chartsheets/sheet1.xml"]


@pytest.mark.parametrize(
    ("formula", "text", "doubted"),
    [
        ('t="str"><f>IF(Z9="","",Z9)</f><v/>', None, False),
        ('t="str"><f>IF(Z9="","",Z9)</f><v></v>', None, False),
        ('t="str"><f t="shared" si="0"/><v />', None, False),
        ('t="inlineStr"><f>"a"&amp;"b"</f><is><t>ab</t></is>', "ab", False),
        ('t="str"><f>CHAR(10)</f><v>a_x000D_\nb _x005F_x0041_ _x0041_</v>', "a\nb _x0041_ A", False),
        ('t="str"><f>A1</f><v xml:space="preserve">  a  b </v>', "a  b", False),
        ('t="b"><f>TRUE()</f><v>1</v>', "true", False),
        ("><f>1/8</f><v>0.125</v>", "0.125", False),
        ("><f>A1</f>", "=A1", True),
        ("><f>A1</f><v/>", "=A1", True),
        ("><f>A1</f><v></v>", "=A1", True),
        ('t="str"><f>A1</f>', "=A1", True),
    ],
)
@pytest.mark.parametrize("odd", ["", " "], ids=["usual", "odd"])
def test_a_formula_is_read_by_its_stored_value_and_told_where_it_has_none(formula: str, text: str | None, doubted: bool, odd: str) -> None:
    """An empty text is a value; that nobody has reckoned it is none. An odd spelling of the cell (two blanks) makes no difference."""
    table = one(of(f'<row r="2"><c r="A2" t="s"><v>4</v></c><c {odd}r="B2" {formula}</c></row>'))
    assert table.frame["B"].to_list() == [text] if "B" in table.frame.columns else text is None
    assert [mark.trouble for mark in table.marks] == ([CellProblem.FORMULA_WITHOUT_VALUE] if doubted else [])


NUMBERS = {
    "10210210.2": "10210210.2",
    "1e-10": "1e-10",
    "1E-10": "1e-10",
    "123456789.123": "123456789.123",
    "8.225975119502044": "8.225975119502044",
    "0.1": "0.1",
    "0.30000000000000004": "0.30000000000000004",
    "46461.0": "46461",
    "-0": "0",
    "007": "7",
    "1e3": "1000",
    " 5 ": "5",
    "999999999999999": "999999999999999",
}


@pytest.mark.parametrize(("written", "text"), NUMBERS.items())
def test_a_number_is_read_in_its_shortest_form(written: str, text: str) -> None:
    """The fewest digits that mean the same number; whole ones without a point."""
    assert texts(f'<row r="2"><c r="A2"><v>{written}</v></c></row>') == [text]


@pytest.mark.parametrize(
    "text",
    ["1899-12-31 08:00:00 was a night", "1899-12-30 12:30:00", "2026-05-01 00:00:00", "36:30:00", "10210210.20", "1e-10", "TRUE", "00042", "nan"],
)
@pytest.mark.parametrize("cell", ['t="inlineStr"><is><t>{}</t></is>', 't="str"><v>{}</v>', 't="str"><f>A1</f><v>{}</v>'])
def test_a_text_stays_as_it_stands(text: str, cell: str) -> None:
    """However much it looks like a day, a time or a number."""
    assert texts(f'<row r="2"><c r="A2" {cell.format(text)}</c></row>') == [text]


TIMES = {
    ("164", "[h]:mm:ss", "1.520833333333333"): "36:30:00",
    ("164", "[hh]:mm:ss", "0.25"): "06:00:00",
    ("164", "[h]:mm", "1.5"): "36:00",
    ("164", "[mm]:ss", "0.0625"): "90:00",
    ("164", "[h]:mm:ss;@", "-0.5"): "-12:00:00",
    ("46", "", "1.5"): "36:00:00",
    ("20", "", "0.3541666666666667"): "08:30:00",
    ("164", "hh:mm AM/PM", "0.75"): "18:00:00",
    ("14", "", "46461"): "2027-03-15",
    ("22", "", "46461.5"): "2027-03-15 12:00:00",
    ("164", "yyyy-mm-dd h:mm:ss", "46361.99999999653"): "2026-12-06",
    ("164", "[$-407]d. mmmm yyyy", "46461"): "2027-03-15",
    ("164", '"day "0', "5"): "5",
    ("164", "0 \\d\\a\\y\\s", "5"): "5",
    ("164", "[Red]General", "1.5"): "1.5",
    ("14", "", "2958466"): "2958466",
    ("14", "", "-1"): "-1",
}


@pytest.mark.parametrize(("given", "text"), TIMES.items(), ids=[" ".join(given) for given in TIMES])
def test_days_times_and_durations_are_read_as_they_are_shown(given: tuple[str, str, str], text: str) -> None:
    """A duration is not cut into days, and a number that only has words beside it is no day."""
    number, code, value = given
    made = parts(
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>' + f'<row r="2"><c r="B2" s="1"><v>{value}</v></c></row>',
        formats=("0", number),
    )
    formats = f'<numFmts count="1"><numFmt numFmtId="164" formatCode="{code.replace(chr(34), "&quot;")}"/></numFmts>'
    made["xl/styles.xml"] = made["xl/styles.xml"].replace(b"<fonts", formats.encode() + b"<fonts", 1)
    assert one(packed(made)).frame["B"].to_list() == [text]


def test_days_are_counted_from_1904_where_the_workbook_says_so() -> None:
    """The same number is another day then."""
    made = parts()
    made["xl/workbook.xml"] = made["xl/workbook.xml"].replace(b"<sheets>", b'<workbookPr date1904="1"/><sheets>')
    assert one(packed(made)).frame["C"].to_list() == ["2031-03-16", None]


@pytest.mark.parametrize("encoding", ["uu", "hex", "base64", "bz2", "zip", "quopri", "rot13", "undefined", "no-such"])
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_an_encoding_that_is_none_of_text_is_damage(part: str, encoding: str) -> None:
    """Python knows codecs by these names, and some of them end in their own way."""
    made = parts()
    made[part] = made[part].replace(b"UTF-8", encoding.encode(), 1)
    assert refusal(packed(made)).code == "file_truncated"


def test_a_reference_to_a_text_that_is_not_there_is_damage() -> None:
    """Nobody knows what the cell should say."""
    assert refusal(of('<row r="2"><c r="A2" t="s"><v>99</v></c></row>')).code == "file_truncated"


def test_two_parts_of_one_name_and_far_too_many_parts_are_refused_in_words() -> None:
    """Of two parts that packages take for one, no two programs read the same; where nobody asks for them, they do not matter."""
    doubled = [*parts().items(), ("XL/Worksheets/sheet1.xml", b"<a/>")]
    assert refusal(packed(doubled)).code == "file_truncated"
    assert refusal(packed([("xl/a.xml", b""), ("XL/a.xml", b"")])).code == "file_not_spreadsheet"
    assert refusal(packed([(f"{number}.bin", b"") for number in range(10_001)])).code == "file_not_spreadsheet"
    assert one(packed([*parts().items(), ("docProps/a.xml", b"<a/>"), ("docProps/A.xml", b"<b/>")])).frame.rows() == handmade.ROWS


def test_a_long_text_that_many_cells_share_is_refused_before_it_is_laid_out() -> None:
    """A file of some kilobytes: length times cells counts. The same for cells that hold it themselves, and in OpenDocument."""
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>4</v></c></row>' for row in range(2, 150_002))
    shared = of(rows, strings=(*handmade.STRINGS[:4], "x" * 32_767))
    assert len(shared) < 1_000_000
    assert refusal(shared).code == "file_too_large"
    assert peak_of(shared) < 600


def test_far_too_many_cells_are_refused_before_they_are_laid_out() -> None:
    """However small each is."""
    row = '<c r="A{0}"><v>1</v></c><c r="B{0}"><v>2</v></c><c r="C{0}"><v>3</v></c><c r="D{0}"><v>4</v></c>'
    rows = "".join(f'<row r="{number}">{row.format(number)}</row>' for number in range(2, 1_000_100))
    assert MOST_FILLED < 4 * 1_000_098
    assert refusal(of(rows)).code == "file_too_large"


def test_a_million_rows_that_only_have_a_style_are_no_rows() -> None:
    """As a program leaves them that coloured a whole column."""
    rows = "".join(f'<row r="{row}" s="1" customFormat="1"><c r="A{row}" s="1"/></row>' for row in range(3, 1_000_003))
    assert one(of('<row r="2"><c r="A2" t="s"><v>4</v></c></row>' + rows)).frame.rows() == [(2, "one", None, None)]


def peak_of(data: bytes) -> int:
    """The megabytes that a process of its own holds at most while it reads a file."""
    code = (
        "import contextlib, sys; from bulkportal.sheets.reader import read_stream\n"
        "with contextlib.suppress(Exception): read_stream(sys.stdin.buffer.read(), label='x', recognise=len)\n"
        "print([int(line.split()[1]) >> 10 for line in open('/proc/self/status') if line.startswith('VmHWM')][0])"
    )
    done = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True, cwd=ROOT)
    return int(done.stdout)
