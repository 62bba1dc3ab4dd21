"""OpenDocument, Excel 97, archives of text, and what a sheet has that its values do not show."""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import io
import zipfile
from collections.abc import Callable, Sequence

import openpyxl
import pytest
import xlwt
from hypothesis import given
from hypothesis import strategies as st
from odf import opendocument, table, text
from odf.style import Style, TableProperties

from bulkportal.errors import UnreadableInput
from bulkportal.lossless.package import Visibility
from bulkportal.sheets.reader import read_stream
from bulkportal.sheets.table import CellProblem, Merge, Table
from tests.conftest import examples

KNOWN = {"bundle", "position", "date", "description"}
HEADER = ["bundle", "position", "date", "description"]


def recognise(texts: Sequence[str]) -> int:
    """The number of texts that are headers of these tests."""
    return sum(text.strip().lower() in KNOWN for text in texts)


def tables(data: bytes) -> tuple[Table, ...]:
    """The tables of some bytes."""
    return read_stream(data, label="launch", recognise=recognise)


def refusal(data: bytes) -> tuple[str, str]:
    """The code and the sentence with which some bytes are refused."""
    with pytest.raises(UnreadableInput) as caught:
        tables(data)
    return caught.value.code, caught.value.message


def cell(value: object = None, **more: object) -> table.TableCell:
    """A cell of an OpenDocument table as LibreOffice writes it."""
    match value:
        case bool():
            return table.TableCell(valuetype="boolean", booleanvalue=str(value).lower(), **more)
        case int() | float():
            return table.TableCell(valuetype="float", value=repr(value), **more)
        case dt.date():
            return table.TableCell(valuetype="date", datevalue=value.isoformat(), **more)
        case str():
            made = table.TableCell(valuetype="string", **more)
            for line in value.split("\n"):
                made.addElement(text.P(text=line))
            return made
        case _:
            return table.TableCell(**more)


def ods(rows: Sequence[Sequence[object]], **row_options: object) -> bytes:
    """An OpenDocument spreadsheet of one table; a row may hold ready cells."""
    document = opendocument.OpenDocumentSpreadsheet()
    sheet = table.Table(name="Videos")
    for values in rows:
        row = table.TableRow(**(row_options if values and values[0] == "hidden" else {}))
        for value in values:
            row.addElement(value if isinstance(value, table.Element) else cell(value))
        sheet.addElement(row)
    document.spreadsheet.addElement(sheet)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def xls(rows: Sequence[Sequence[object]], *, epoch_1904: bool = False) -> xlwt.Workbook:
    """An old workbook of one sheet."""
    book = xlwt.Workbook()
    book.dates_1904 = epoch_1904
    sheet = book.add_sheet("Videos")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for number, values in enumerate(rows):
        for column, value in enumerate(values):
            sheet.write(number, column, value, *([day] if isinstance(value, dt.date) else []))
    return book


def saved(book: xlwt.Workbook | openpyxl.Workbook) -> bytes:
    """The bytes of a workbook."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip of these files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in files.items():
            target.writestr(name, data)
    return file.getvalue()


ROWS = [["Spring launch"], [], HEADER, ["one", 1, dt.date(2027, 3, 15), "=)\ntwo  lines"], ["two", 2.5, None, True]]
TEXTS = [(4, "one", "1", "2027-03-15", "=)\ntwo  lines"), (5, "two", "2.5", None, "true")]


@pytest.mark.parametrize("data", [ods(ROWS), saved(xls(ROWS)), saved(xls(ROWS, epoch_1904=True))], ids=["ods", "xls", "xls 1904"])
def test_every_kind_of_workbook_is_read_alike(data: bytes) -> None:
    """Dates, numbers, yes and no, line ends and titles above are the same whatever program wrote them."""
    (found,) = tables(data)
    assert (found.sheet, found.header_row, found.above) == ("Videos", 3, ((1, "A", "Spring launch"),))
    assert found.frame.rows() == TEXTS


def test_an_opendocument_that_repeats_itself_is_not_believed_to_be_large() -> None:
    """A million empty rows and columns of style cost nothing; repeated cells are repeated; a bomb of them is refused."""
    twice, rest = cell("one", numbercolumnsrepeated="2"), cell(numbercolumnsrepeated="16382")
    data = ods([HEADER, [twice, rest]])
    (found,) = tables(last_row_repeated(data, 1))
    assert found.frame.rows() == [(2, "one", "one", None, None)]
    (found,) = tables(last_row_repeated(ods([HEADER, ["one"], [cell(numbercolumnsrepeated="16384")]]), 1_048_000))
    assert found.frame.rows() == [(2, "one", None, None, None)]
    assert refusal(last_row_repeated(ods([HEADER, [cell("one", numbercolumnsrepeated="16000")]]), 1_048_000))[0] == "file_too_large"


def last_row_repeated(data: bytes, times: int) -> bytes:
    """The document with its last row repeated so often."""
    source = zipfile.ZipFile(io.BytesIO(data))
    parts = {name: source.read(name) for name in source.namelist()}
    before, row, after = parts["content.xml"].rpartition(b"<table:table-row")
    parts["content.xml"] = before + row + b' table:number-rows-repeated="%d"' % times + after
    return zipped(parts)


def test_an_opendocument_says_what_its_values_do_not_show() -> None:
    """Errors, formulas without a value, long numbers, merged cells and hidden rows."""
    unfinished = table.TableCell(formula="of:=[.A1]&amp;1")
    rows = [
        HEADER,
        [cell(7301234567890123776.0), unfinished, cell("#N/A", formula="of:=NA()"), cell("#N/A")],
        ["hidden", cell("x", numbercolumnsspanned="2", numberrowsspanned="3")],
    ]
    (found,) = tables(ods(rows, visibility="filter"))
    assert [(mark.row, mark.column, mark.trouble) for mark in found.marks] == [
        (2, "A", CellProblem.NUMBER_TOO_LONG),
        (2, "B", CellProblem.FORMULA_WITHOUT_VALUE),
        (2, "C", CellProblem.ERROR_VALUE),
    ]
    assert found.merges == (Merge(first_row=3, last_row=5, first_column=2, last_column=3),)
    assert found.hidden == ((3, 3),)


def test_a_hidden_table_of_an_opendocument_is_read_and_marked() -> None:
    """As in any other workbook."""
    document = opendocument.OpenDocumentSpreadsheet()
    style = Style(name="gone", family="table")
    style.addElement(TableProperties(display="false"))
    document.automaticstyles.addElement(style)
    sheet = table.Table(name="Old", stylename=style)
    row = table.TableRow()
    row.addElement(cell("bundle"))
    sheet.addElement(row)
    document.spreadsheet.addElement(sheet)
    file = io.BytesIO()
    document.save(file)
    assert [found.visibility for found in tables(file.getvalue())] == [Visibility.HIDDEN]


def test_an_old_workbook_says_what_its_values_do_not_show() -> None:
    """Merged cells, hidden rows and long numbers; a protected or damaged one is refused by name."""
    book = xls([HEADER, ["one", 7.3e18], ["two", 2]])
    sheet = book.get_sheet(0)
    sheet.write_merge(3, 4, 0, 1, "both")
    sheet.row(2).hidden = True
    data = saved(book)
    (found,) = tables(data)
    assert [(mark.row, mark.column, mark.trouble) for mark in found.marks] == [(2, "B", CellProblem.NUMBER_TOO_LONG)]
    assert found.merges == (Merge(first_row=4, last_row=5, first_column=1, last_column=2),)
    assert found.hidden == ((3, 3),)
    assert refusal(data[:3000])[0] == "file_truncated"


def test_a_workbook_says_which_rows_are_hidden_and_which_cells_are_merged() -> None:
    """A filter hides rows; they are in the file all the same."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for number in range(8):
        sheet.append(HEADER if not number else [f"b{number}", number])
    sheet.merge_cells("A4:B5")
    for row in (3, 4, 7):
        sheet.row_dimensions[row].hidden = True
    (found,) = tables(saved(book))
    assert found.merges == (Merge(first_row=4, last_row=5, first_column=1, last_column=2),)
    assert found.hidden == ((3, 4), (7, 7))
    assert found.frame.height == 7 - 1


def test_notes_under_a_table_are_no_rows_of_it() -> None:
    """Set apart by a blank row and of one cell each; a last row of one cell that follows directly is a row."""
    lines = ["bundle,position,date", "one,1,2027-03-15", "two,,", "", "Please finish by Friday", "", ",Ask Ines"]
    (found,) = tables("\n".join(lines).encode())
    assert [row[0] for row in found.frame.rows()] == [2, 3]
    assert found.aside == ((5, "A", "Please finish by Friday"), (7, "B", "Ask Ines"))


def test_a_cell_that_announces_an_example_is_no_row() -> None:
    """It stands alone; a row that holds anything else is for those to judge who know what the template writes."""
    lines = ["bundle,position,date", "(Example),1,2027-03-15", "Beispiel:,,", "Example,1,"]
    (found,) = tables("\n".join(lines).encode())
    assert [row[0] for row in found.frame.rows()] == [2, 4]
    assert found.aside == ((3, "A", "Beispiel:"),)


def test_an_archive_of_text_files_is_a_workbook() -> None:
    """Each file is a sheet; what a Mac adds is left out; the encoding is found for each."""
    wide = "bundle;date\r\ntwo;2027-03-15\r\n".encode("utf-16")
    data = zipped({"launch/videos.csv": b"bundle,position\none,1\n", "launch/Bundles.tsv": wide, "__MACOSX/launch/._videos.csv": b"\0"})
    assert [(found.sheet, found.file, found.headers["A"], found.frame["A"][0]) for found in tables(data)] == [
        ("videos", "launch", "bundle", "one"),
        ("Bundles", "launch", "bundle", "two"),
    ]
    same = zipped({"a/videos.csv": b"bundle\none\n", "b/Videos.csv": b"bundle\ntwo\n"})
    assert [found.sheet for found in tables(same)] == ["a/videos", "b/Videos"]


def test_archives_that_are_something_else_are_refused_by_name() -> None:
    """A bomb, a binary workbook, a document, and nothing to read."""
    assert refusal(zipped({"videos.csv": b"bundle\n" + b" " * (40 << 20)}))[0] == "file_too_large"
    assert "binary workbook" in refusal(zipped({"[Content_Types].xml": b"<a/>", "xl/workbook.bin": b""}))[1]
    assert "Word" in refusal(zipped({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"}))[1]
    assert refusal(zipped({"clip.mp4": b"1"}))[0] == "file_not_spreadsheet"
    assert refusal(zipped({"videos.csv": b"%PDF-1.7\n"}))[0] == "file_not_spreadsheet"
    assert refusal(gzip.compress(b"bundle\none\n"))[0] == "file_not_spreadsheet"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_wide_text_without_a_mark_is_read(encoding: str) -> None:
    """Some programs leave the byte order mark out."""
    (found,) = tables("bundle\tdescription\r\none\tcafé\r\n".encode(encoding))
    assert found.frame.rows() == [(2, "one", "café")]
    assert "Read as UTF-16." in found.notes


def test_a_lost_number_that_was_pasted_as_text_is_marked_and_a_text_like_an_error_is_not() -> None:
    """Digits are lost for good; a caption may well be #REF!."""
    book = openpyxl.Workbook()
    book.worksheets[0].append(HEADER)
    book.worksheets[0].append(["1.23E+17", "x"])
    book.worksheets[0]["B2"].value, book.worksheets[0]["B2"].data_type = "#REF!", "s"
    (found,) = tables(saved(book))
    assert [(mark.column, mark.trouble) for mark in found.marks] == [("A", CellProblem.NUMBER_TOO_LONG)]


BOOKS = {"ods": ods(ROWS), "xls": saved(xls(ROWS)), "zip": zipped({"videos.csv": b"bundle,position\none,1\n"})}


@pytest.mark.parametrize("kind", BOOKS)
@examples(30)
@given(data=st.data())
def test_no_damage_raises_anything_but_a_refusal(kind: str, data: st.DataObject) -> None:
    """Flipped bytes and cut ends, in every kind of file."""
    book = bytearray(BOOKS[kind])
    for _ in range(data.draw(st.integers(0, 6))):
        book[data.draw(st.integers(0, len(book) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(UnreadableInput):
        tables(bytes(book[: data.draw(st.integers(0, len(book)))] if data.draw(st.booleans()) else book))


SHOWN = {
    "00000": ("00042", None),
    "00000;-00000;@": ("00042", None),
    "[Red]000": ("042", None),
    "0": ("42", None),
    "0.00": ("42", None),
    "#,##0": ("42", None),
    "General": ("42", None),
    '"ID-"0000': ("42", CellProblem.SHOWN_OTHERWISE),
    "000-000": ("42", CellProblem.SHOWN_OTHERWISE),
    "0,000": ("42", CellProblem.SHOWN_OTHERWISE),
    "0%": ("42", CellProblem.ANOTHER_NUMBER),
    "0.0%": ("42", CellProblem.ANOTHER_NUMBER),
    "0,": ("42", CellProblem.ANOTHER_NUMBER),
    "0.0,,": ("42", CellProblem.ANOTHER_NUMBER),
    '"1"0': ("42", CellProblem.ANOTHER_NUMBER),
    '"many"': ("42", CellProblem.ANOTHER_NUMBER),
    "0E+0": ("42", CellProblem.ANOTHER_NUMBER),
    "0.0E+0": ("42", None),
    "# ?/?": ("42", None),
    '_-* #,##0_-;-* #,##0_-;_-* "-"??_-;_-@_-': ("42", None),
    '0" kg"': ("42", CellProblem.SHOWN_OTHERWISE),
    "yyyy-mm-dd": ("1900-02-11", None),
    '[$-F800]d" de "mmmm': ("1900-02-11", None),
}
"""What 42 is read as under a number format, and whether that is doubted."""


def in_excel(code: str) -> bytes:
    """42 under a number format, with a text above it, in an .xlsx."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row, value in enumerate(("bundle", "a", 42, 42.5), start=1):
        sheet.cell(row, 1, value).number_format = code
        sheet.cell(row, 2, "position" if row == 1 else row)
    return saved(book)


def in_old_excel(code: str) -> bytes:
    """The same in an .xls."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet")
    for row, value in enumerate(("bundle", "a", 42, 42.5)):
        sheet.write(row, 0, value, xlwt.easyxf(num_format_str=code))
        sheet.write(row, 1, row or "position")
    return saved(book)


@pytest.mark.parametrize("make", [in_excel, in_old_excel])
@pytest.mark.parametrize(("code", "expected"), SHOWN.items(), ids=SHOWN)
def test_a_number_is_read_as_it_is_shown_or_doubted(make: Callable[[str], bytes], code: str, expected: tuple[str, CellProblem | None]) -> None:
    """Zeros that a format shows are part of an id; words that it shows are not in the cell."""
    (found,) = tables(make(code))
    assert found.frame["A"].to_list()[:2] == ["a", expected[0]]
    troubles = {(mark.row, mark.column): mark.trouble for mark in found.marks}
    assert troubles.get((3, "A")) is expected[1]
    assert (2, "A") not in troubles, "a text is what it is"


@pytest.mark.parametrize(
    ("value", "shown", "expected"),
    [
        (42, "00042", ("00042", None)),
        (42, "42", ("42", None)),
        (42, "42.00", ("42", None)),
        (1234, "1,234", ("1234", None)),
        (0, "0.00", ("0", None)),
        (12.5, "13", ("12.5", CellProblem.ANOTHER_NUMBER)),
        (12.5, "12,50 €", ("12.5", None)),
        (12000, "12", ("12000", CellProblem.ANOTHER_NUMBER)),
        (2, "200%", ("2", CellProblem.ANOTHER_NUMBER)),
        (1500, "1.5E+03", ("1500", CellProblem.ANOTHER_NUMBER)),
        (42, "ID-0042", ("42", CellProblem.SHOWN_OTHERWISE)),
        (42, "000-042", ("42", CellProblem.SHOWN_OTHERWISE)),
    ],
)
def test_opendocument_says_beside_the_number_how_it_is_shown(value: float, shown: str, expected: tuple[str, CellProblem | None]) -> None:
    """So no format need be understood."""
    number = cell(value)
    number.addElement(text.P(text=shown))
    (found,) = tables(ods([["bundle", "position"], [number, 1]]))
    assert found.frame["A"].to_list() == [expected[0]]
    assert [mark.trouble for mark in found.marks] == ([expected[1]] if expected[1] else [])


def test_a_workbook_without_readable_styles_is_read_without_them() -> None:
    """The styles are a help, no need."""
    with zipfile.ZipFile(io.BytesIO(in_excel("00000"))) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts["xl/styles.xml"] = parts["xl/styles.xml"].replace(b"formatCode", b"fromatCode")
    (found,) = tables(zipped(parts))
    assert found.frame["A"].to_list() == ["a", "42", "42.5"]
