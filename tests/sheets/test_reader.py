"""Reading files as people really have them: shifted, half broken, renamed, and hostile."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkportal.a1 import letter
from bulkportal.errors import UnreadableInput
from bulkportal.lossless.package import Visibility
from bulkportal.sheets.reader import read, read_stream
from bulkportal.sheets.table import ROW, CellProblem, Table
from tests.conftest import examples

KNOWN = {"bundle", "position", "date", "description"}
CELL = '<row r="1"><c r="A1" t="inlineStr"><is><t>bundle</t></is></c></row>'


def recognise(texts: Sequence[str]) -> int:
    """The number of texts that are headers of these tests."""
    return sum(text.strip().lower() in KNOWN for text in texts)


def tables(data: bytes | str, label: str = "launch.csv") -> tuple[Table, ...]:
    """The tables of some bytes."""
    return read_stream(data.encode() if isinstance(data, str) else data, label=label, recognise=recognise)


def one(data: bytes | str) -> Table:
    """The only table of some bytes."""
    (table,) = tables(data)
    return table


def refusal(data: bytes | str) -> str:
    """The code with which some bytes are refused."""
    with pytest.raises(UnreadableInput) as caught:
        tables(data)
    assert caught.value.message.endswith(".") and caught.value.hint and caught.value.file == "launch.csv"
    return caught.value.code


def saved(workbook: openpyxl.Workbook) -> bytes:
    """The bytes of a workbook."""
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def filled(cells: dict[str, str | int | dt.date]) -> bytes:
    """A workbook of one sheet with these cells."""
    workbook = openpyxl.Workbook()
    for address, value in cells.items():
        workbook.worksheets[0][address] = value
    return saved(workbook)


def with_rows(rows: str) -> bytes:
    """A workbook whose only sheet holds this XML between its sheetData tags."""
    source = zipfile.ZipFile(io.BytesIO(filled({"A1": "x"})))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name.endswith("sheet1.xml"):
                before, _, rest = part.partition(b"<sheetData>")
                part = before + b"<sheetData>" + rows.encode() + b"</sheetData>" + rest.partition(b"</sheetData>")[2]
            target.writestr(name, part)
    return file.getvalue()


def rows_of(table: Table) -> list[tuple[object, ...]]:
    """The rows of a table, each with its number first."""
    return table.frame.rows()


def test_a_sheet_that_starts_at_b3_keeps_rows_and_letters() -> None:
    """Blank rows and columns before and between the cells do not move an address."""
    table = one(filled({"B3": "bundle", "D3": "position", "B5": "one", "D5": 1, "B9": "two", "E9": "stray"}))
    assert (table.header_row, table.headers) == (3, {"B": "bundle", "D": "position"})
    assert table.frame.columns == [ROW, "B", "D", "E"]
    assert rows_of(table) == [(5, "one", "1", None), (9, "two", None, "stray")]
    assert table.frame.schema[ROW] == pl.Int64


def test_a_header_under_a_title_is_found_and_the_title_kept() -> None:
    """The header is the row with most known headers; what stands above it is kept with its place."""
    table = one(filled({"A1": "Spring launch", "B2": "draft", "A4": "bundle", "B4": "position", "A5": "one"}))
    assert table.header_row == 4
    assert table.above == ((1, "A", "Spring launch"), (2, "B", "draft"))
    assert rows_of(table) == [(5, "one", None)]


def test_without_known_headers_the_first_row_with_text_is_the_header() -> None:
    """Then someone can say which headers are unknown."""
    table = one("\n\nfoo,bar\n1,2\n")
    assert (table.header_row, table.headers, rows_of(table)) == (3, {"A": "foo", "B": "bar"}, [(4, "1", "2")])


def test_duplicate_headers_keep_their_letters() -> None:
    """A header that appears twice is two columns."""
    assert one("bundle,date,date\na,1,2\n").headers == {"A": "bundle", "B": "date", "C": "date"}


@pytest.mark.parametrize("epoch", [dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)])
def test_dates_moments_booleans_and_numbers_have_one_spelling(epoch: dt.datetime) -> None:
    """Both date systems give the same day; whole numbers have no point."""
    workbook = openpyxl.Workbook()
    workbook.epoch = epoch
    values = (dt.date(2027, 3, 15), dt.datetime(2027, 3, 15, 12, 30, 1), True, 3.0, 1.5, " x y\n")
    workbook.worksheets[0].append(["bundle", "date"])
    for value in values:
        workbook.worksheets[0].append(["one", value])
    texts = one(saved(workbook)).frame["B"].to_list()
    assert texts == ["2027-03-15", "2027-03-15 12:30:01", "true", "3", "1.5", "x y"]


def test_hidden_sheets_are_read_and_marked_chart_and_empty_sheets_are_not() -> None:
    """Whether a hidden one is meant is not for the reader to say."""
    workbook = openpyxl.Workbook()
    workbook.worksheets[0]["A1"] = "bundle"
    workbook.create_sheet("Empty")
    hidden = workbook.create_sheet("Old")
    hidden["A1"], hidden.sheet_state = "bundle", "hidden"
    workbook.create_chartsheet("Chart")
    secret = workbook.create_sheet("Secret")
    secret["A1"], secret.sheet_state = "bundle", "veryHidden"
    found = [(t.sheet, t.visibility) for t in tables(saved(workbook))]
    assert found == [("Sheet", Visibility.SHOWN), ("Old", Visibility.HIDDEN), ("Secret", Visibility.VERY_HIDDEN)]


def test_errors_formulas_without_value_and_long_numbers_are_marked() -> None:
    """Each is told with its cell and with what the file holds, and its row is kept."""
    rows = (
        CELL
        + '<row r="2"><c r="A2" t="e"><v>#N/A</v></c></row>'
        + '<row r="4"><c r="B4"><f>A1&amp;"x"</f><v></v></c><c r="C4"><f>1+1</f><v>2</v></c></row>'
        + '<row r="5"><c r="A5"><v>7301234567890123776</v></c><c r="B5"><v>7.30123456789012E+18</v></c></row>'
        + '<row r="6"><c r="A6" t="str"><f>T(1)</f><v></v></c><c r="B6"><v>0.30000000000000004</v></c></row>'
    )
    table = one(with_rows(rows))
    assert [(m.row, m.column, m.trouble, m.value) for m in table.marks] == [
        (2, "A", CellProblem.ERROR_VALUE, "#N/A"),
        (4, "B", CellProblem.FORMULA_WITHOUT_VALUE, '=A1&"x"'),
        (5, "A", CellProblem.NUMBER_TOO_LONG, "7301234567890123776"),
        (5, "B", CellProblem.NUMBER_TOO_LONG, "7.30123456789012E+18"),
    ]
    assert [row[0] for row in rows_of(table)] == [2, 4, 5, 6]
    assert table.frame.row(1) == (4, None, '=A1&"x"', "2")


def test_an_error_that_the_fast_reader_does_not_know_is_read_slowly() -> None:
    """One new kind of error does not cost the whole sheet."""
    table = one(with_rows(CELL + '<row r="3"><c r="A3" t="e"><v>#SPILL!</v></c><c r="B3"><v>2</v></c></row>'))
    assert rows_of(table) == [(3, "#SPILL!", "2")]
    assert table.marks[0].trouble is CellProblem.ERROR_VALUE


def test_cells_without_addresses_are_counted() -> None:
    """Some programs leave r= out; a row then follows the one before."""
    rows = '<row><c t="inlineStr"><is><t>bundle</t></is></c><c/></row><row r="4"/><row><c/><c t="e"><v>#REF!</v></c></row>'
    table = one(with_rows(rows))
    assert [(m.row, m.column) for m in table.marks] == [(5, "B")]
    assert rows_of(table) == [(5, None, "#REF!")]


@pytest.mark.parametrize(
    "cell",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1048576'><c\nr = 'XFD1048576'><v>1</v></c></row>",
        '<row r="1048576"><c x=">" r="XFD1048576"><v>1</v></c></row>',
        ('<x:row xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="1048576"><x:c r="XFD1048576"><v>1</v></x:c></x:row>'),
    ],
)
def test_a_cell_in_the_last_corner_does_not_end_the_process(cell: str) -> None:
    """However its address is spelled, it is read without room for everything before it."""
    assert rows_of(one(with_rows(CELL + cell))) == [(1_048_576, None, "1")]


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"><c r="ZZZ2"><v>1</v></c></row>',
        '<row r="99999999"><c r="A99999999"><v>1</v></c></row>',
        " " * (64 << 20),
    ],
)
def test_what_is_too_large_is_refused(rows: str) -> None:
    """Cells outside of any spreadsheet, and a bomb of blanks."""
    assert refusal(with_rows(CELL + rows)) == "file_too_large"


def test_sixteen_thousand_columns_are_refused() -> None:
    """Text or workbook: before each of them costs time; blank ones are no columns."""
    names = [f"c{number}" for number in range(16_384)]
    assert refusal("\n".join([",".join(names)] * 3)) == "file_too_large"
    cells = "".join(f'<c r="{letter(number)}1"><v>1</v></c>' for number in range(16_384))
    assert refusal(with_rows(f'<row r="1">{cells}</row>')) == "file_too_large"
    assert one("bundle,position" + "," * 2000 + "\na,1\n").headers == {"A": "bundle", "B": "position"}


def test_a_cell_of_ten_megabytes_is_refused() -> None:
    """Text or workbook, with or without quotation marks."""
    big = "x" * 10_000_000
    for data in (
        f"bundle,position\na,{big}\n",
        f'bundle,position\na,"{big}"\n',
        with_rows(f'{CELL}<row r="2"><c r="A2" t="inlineStr"><is><t>{big}</t></is></c></row>'),
    ):
        assert refusal(data) in {"csv_broken", "file_too_large"}  # text may also have a quotation mark that is never closed


def test_styled_rows_without_a_text_are_no_rows() -> None:
    """However many there are: the sheet is as large as its texts (a million take 15 s, so there are fewer here)."""
    blank = "".join(
        f'<row r="{row}">' + "".join(f'<c r="{name}{row}" s="0"/>' for name in "ABCDEFGHIJKLMNOPQRST") + "</row>" for row in range(3, 30_003)
    )
    table = one(with_rows(f'{CELL}<row r="2"><c r="A2"><v>1</v></c></row>{blank}'))
    assert rows_of(table) == [(2, "1")]


def test_a_zip_that_lies_about_its_sizes_is_refused() -> None:
    """The stated size is not believed."""
    data = bytearray(with_rows(CELL))
    at = data.rfind(b"xl/worksheets/sheet1.xml") - 46 + 24
    data[at : at + 4] = (10).to_bytes(4, "little")
    assert refusal(bytes(data)) == "file_truncated"


def test_a_document_type_is_refused() -> None:
    """No entity is ever expanded."""
    data = with_rows(CELL)
    source, file = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name.endswith("styles.xml"):
                part = b'<!DOCTYPE a [<!ENTITY b "c">]>' + part
            target.writestr(name, part)
    assert refusal(file.getvalue()) == "file_not_spreadsheet"


def test_files_that_are_something_else_are_refused_by_name() -> None:
    """The content decides, never the suffix."""
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("readme.md", "x")
    assert refusal(b"") == refusal(b" \n\n") == refusal(b",,\n,,") == refusal(filled({})) == "file_empty"
    assert refusal(ole + "EncryptedPackage".encode("utf-16-le")) == "file_encrypted"
    assert refusal(ole) == "file_truncated"
    assert refusal(filled({"A1": "bundle"})[:3000]) == "file_truncated"
    assert refusal(zipped.getvalue()) == "file_not_spreadsheet"
    for junk in (b"<!doctype html><table>", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"a,b\0c", b"a\x81\x8d"):
        assert refusal(junk) == "file_not_spreadsheet"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_of_any_common_make_is_read_alike(delimiter: str, encoding: str) -> None:
    """Delimiter and encoding are found; a quoted line end does not begin a row."""
    lines = ["bundle|description", '"one"|"caf\u00e9, a; b\r\n""x"""', "", "two"]
    table = one("\r\n".join(lines).replace("|", delimiter).encode(encoding))
    assert table.headers == {"A": "bundle", "B": "description"}
    assert rows_of(table) == [(2, "one", 'caf\u00e9, a; b\n"x"'), (4, "two", None)]
    assert bool(table.notes) == (delimiter != "," or encoding in ("utf-16", "cp1252"))


def test_records_are_counted_as_a_spreadsheet_program_shows_them() -> None:
    """Leading blank lines and Excel's sep= line are rows; a long row keeps its further cells."""
    assert one("\r\n\r\nbundle,date\r\na,b,c\r\n").frame.rows() == [(4, "a", "b", "c")]
    assert one("sep=;\nbundle;date\na;b\n").header_row == 2
    assert one('bundle,date\ra,5" tall\r').frame.rows() == [(2, "a", '5" tall')]


def test_a_stray_control_character_does_not_make_a_file_binary() -> None:
    """People paste captions from anywhere."""
    assert rows_of(one("bundle,date\na\x01b,\x7f\n")) == [(2, "a\x01b", "\x7f")]


def test_an_open_quotation_mark_is_told_with_its_line() -> None:
    """Otherwise it would swallow the rest of the file."""
    with pytest.raises(UnreadableInput, match=r"Row 3 \(line 4\)") as caught:
        tables('bundle,date\n"a\nb",1\nc,"open\nd,2\n')
    assert caught.value.code == "csv_broken"
    assert refusal('bundle\n"' + "x" * 140_000 + '"\n') == "csv_broken"


def test_errors_and_lost_digits_in_csv_are_marked() -> None:
    """A spreadsheet program writes them into CSV as text."""
    marks = one("bundle,date\n#N/A,7.30123E+18\n#nice,1E5\n").marks
    assert [(m.row, m.column, m.trouble) for m in marks] == [
        (2, "A", CellProblem.ERROR_VALUE),
        (2, "B", CellProblem.NUMBER_TOO_LONG),
    ]


def test_a_folder_of_csv_files_is_a_workbook(tmp_path: Path) -> None:
    """Each file is a sheet named by its stem; empty files and others are left out."""
    (tmp_path / "videos.csv").write_text("bundle,position\na,1\n")
    (tmp_path / "Bundles.tsv").write_text("bundle\tdate\n")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / ".hidden.csv").write_text("x")
    (tmp_path / "clip.mp4").write_bytes(b"\0")
    found = read(tmp_path, label="launch", recognise=recognise)
    assert [(t.file, t.sheet, t.path) for t in found] == [
        ("Bundles.tsv", "Bundles", tmp_path / "Bundles.tsv"),
        ("videos.csv", "videos", tmp_path / "videos.csv"),
    ]


def test_places_without_a_file_are_refused(tmp_path: Path) -> None:
    """Nothing there, an empty folder, a pipe, a name no system allows."""
    os.mkfifo(tmp_path / "pipe")
    expected = {"none.xlsx": "file_missing", "": "file_missing", "pipe": "file_unreadable", "a\0b": "file_unreadable"}
    for name, code in expected.items():
        with pytest.raises(UnreadableInput) as caught:
            read(tmp_path / name, label=name, recognise=recognise)
        assert caught.value.code == code
        assert name or caught.value.hint == "Put bundles.csv and videos.csv into it, or name a workbook instead of the folder."


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's reason is given."""
    file = tmp_path / "a.csv"
    file.write_text("bundle")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", refuse)
        with pytest.raises(UnreadableInput, match="Permission denied"):
            read(file, label="a.csv", recognise=recognise)


@examples(60)
@given(st.binary(max_size=120), st.sampled_from([b"", b"PK\3\4", b"\xff\xfe", b"\xef\xbb\xbf", b"sep=;\n"]))
def test_no_bytes_raise_anything_else(data: bytes, start: bytes) -> None:
    """Whatever the bytes, the answer is tables or UnreadableInput."""
    with contextlib.suppress(UnreadableInput):
        tables(start + data)


BOOK = filled({"B3": "bundle", "C3": "date", "B4": "one", "C4": dt.date(2027, 3, 15), "C5": "=1+1"})


@examples(60)
@given(st.lists(st.tuples(st.integers(0, len(BOOK) - 1), st.integers(0, 255)), max_size=6), st.integers(0, len(BOOK)))
def test_no_damage_to_a_workbook_raises_anything_else(changes: list[tuple[int, int]], end: int) -> None:
    """Flipped bytes and cut ends alike."""
    data = bytearray(BOOK)
    for place, value in changes:
        data[place] = value
    for version in (data, data[:end]):
        with contextlib.suppress(UnreadableInput):
            tables(bytes(version))
