"""Old workbooks and their disguises: read where another reader reads them, else called by their name with what to do."""

from __future__ import annotations

import io
import struct
from datetime import time

import pytest
import xlwt

from bulkportal.errors import UnreadableInput
from bulkportal.sheets.reader import read_stream
from bulkportal.sheets.table import Table
from tests.sheets.test_formats import cell, last_row_repeated, ods, recognise, saved, xls

ROWS = (("bundle", "position", "description"), ("one", 1, "caf\u00e9"), ("two", 2.5, "x"))
HEADERS = {"A": "bundle", "B": "position", "C": "description"}
TEXTS = [(2, "one", "1", "caf\u00e9"), (3, "two", "2.5", "x")]


def read(data: bytes) -> tuple[Table, ...]:
    """The tables of some bytes."""
    return read_stream(data, label="launch.xls", recognise=recognise)


def refusal(data: bytes) -> UnreadableInput:
    """Why some bytes are refused."""
    with pytest.raises(UnreadableInput) as caught:
        read(data)
    assert caught.value.hint
    return caught.value


def record(number: int, body: bytes) -> bytes:
    """One record of the old format."""
    return struct.pack("<HH", number, len(body)) + body


def cells(*, label: int, number: int, attributes: bytes, wide: bool) -> bytes:
    """The rows as records of one version."""
    found = b""
    for row, values in enumerate(ROWS):
        for column, value in enumerate(values):
            place = struct.pack("<HH", row, column) + attributes
            if isinstance(value, str):
                text = value.encode("cp1252")
                found += record(label, place + (struct.pack("<H", len(text)) if wide else bytes([len(text)])) + text)
            else:
                found += record(number, place + struct.pack("<d", value))
    return found + record(0x0A, b"")


def excel_2() -> bytes:
    """A worksheet of Excel 2: a file of records and nothing around them."""
    return record(0x009, struct.pack("<HH", 2, 0x10)) + cells(label=4, number=3, attributes=b"\0\0\0", wide=False)


def excel_3_or_4(version: int) -> bytes:
    """The same of Excel 3 or 4, without any format."""
    return record(0x009 | version << 8, struct.pack("<HHH", 0, 0x10, 0)) + cells(label=0x204, number=0x203, attributes=b"\0\0", wide=True)


def excel_5(*, codepage: bytes = b"") -> bytes:
    """A workbook of Excel 5 without a package around it."""
    sheet = record(0x809, struct.pack("<HHHH", 0x500, 0x10, 0, 0)) + cells(label=0x204, number=0x203, attributes=b"\0\0", wide=True)
    head = record(0x809, struct.pack("<HHHH", 0x500, 5, 0, 0)) + codepage
    return head + record(0x85, struct.pack("<IHB", len(head) + 21, 0, 6) + b"Videos") + record(0x0A, b"") + sheet


@pytest.mark.parametrize(
    "data",
    [excel_2(), excel_3_or_4(2), excel_3_or_4(4), excel_5(), excel_5(codepage=record(0x42, struct.pack("<H", 1252)))],
    ids=["2", "3", "4", "5", "5 with a codepage"],
)
def test_workbooks_older_than_excel_97_are_read(data: bytes) -> None:
    """They are bare records; what is not known of them is said."""
    (table,) = read(data)
    assert (table.headers, table.frame.rows()) == (HEADERS, TEXTS)


def test_an_unknown_codepage_is_told_and_read_as_windows_text() -> None:
    """Other programs do the same, without a word."""
    (table,) = read(excel_5(codepage=record(0x42, struct.pack("<H", 9999))))
    assert table.frame.rows() == TEXTS
    assert any("cp1252" in note for note in table.notes)


DISGUISES = {
    "a workbook in the XML format of Excel 2003": b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
    "an XML document": b'<?xml version="1.0"?><rows/>',
    "a web page (HTML)": b"<html><table><tr><td>bundle</td></tr></table></html>",
    "a web archive (MHTML)": b"From: <Saved>\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related\r\n",
    "a sheet in the SYLK format": b'ID;PWXL;N;E\r\nP;PGeneral\r\nC;X1;Y1;K"bundle"\r\nE\r\n',
    "a sheet in the DIF format": b'TABLE\r\n0,1\r\n"EXCEL"\r\n',
    "a Lotus 1-2-3 sheet": b"\0\0\2\0\6\4\6\0\x08\0" + bytes(200),
}


@pytest.mark.parametrize("kind", DISGUISES)
@pytest.mark.parametrize("encoding", ["as it is", "utf-16"])
def test_other_formats_called_xls_are_named(kind: str, encoding: str) -> None:
    """Never read as a table of text, also in UTF-16."""
    data = DISGUISES[kind]
    if encoding == "utf-16" and b"\0" not in data:
        data = data.decode().encode("utf-16")
    found = refusal(data)
    assert (found.code, kind in found.message) == ("file_not_spreadsheet", True)


def test_a_table_whose_first_header_is_id_is_no_sylk() -> None:
    """Only what looks like its records is."""
    (table,) = read(b"ID;Position;bundle\n1;2;one\n")
    assert table.headers["A"] == "ID"


def test_text_called_xls_is_text() -> None:
    """Exports of many shops are."""
    (table,) = read(b"bundle\tposition\none\t1\n")
    assert table.frame.rows() == [(2, "one", "1")]


def test_old_workbooks_read_numbers_days_and_durations_like_new_ones() -> None:
    """The shortest form, and no day where none is."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Videos")
    for column, header in enumerate(("bundle", "position", "date", "description")):
        sheet.write(0, column, header)
    shown = {"[h]:mm:ss": 1.520833333333333, "General": 10210210.2, "yyyy-mm-dd": 46461, "h:mm": 0.3541666666666667, "0.00E+00": 1e-10}
    for row, (code, value) in enumerate(shown.items(), start=1):
        sheet.write(row, 0, "one")
        sheet.write(row, 1, value, xlwt.easyxf(num_format_str=code))
    sheet.write(1, 3, "1899-12-31 08:00:00 was a night")
    sheet.write(2, 3, "2026-05-01 00:00:00")
    (table,) = read(saved(book))
    assert table.frame["B"].drop_nulls().to_list() == ["36:30:00", "10210210.2", "2027-03-15", "08:30:00", "1e-10"]
    assert table.frame["D"].drop_nulls().to_list() == ["1899-12-31 08:00:00 was a night", "2026-05-01 00:00:00"]


def test_opendocument_reads_numbers_days_and_durations_like_workbooks() -> None:
    """From its values, not from what was rounded to be shown."""
    values = ["PT36H30M00S", "PT08H30M00.5000000S", "P1DT2H", "-PT1H"]
    rows: list[list[object]] = [["bundle", "position"]]
    rows += [["one", cell_of_time(value)] for value in values]
    rows += [["one", 10210210.2], ["one", 1e-10], ["one", "2026-05-01 00:00:00"]]
    (table,) = read(ods(rows))
    assert table.frame["B"].to_list() == ["36:30:00", "08:30:00", "26:00:00", "-01:00:00", "10210210.2", "1e-10", "2026-05-01 00:00:00"]


def cell_of_time(value: str) -> object:
    """A cell that holds a time."""
    made = cell()
    made.setAttribute("valuetype", "time")
    made.setAttribute("timevalue", value)
    return made


def test_a_long_text_in_many_cells_is_refused_in_old_workbooks_and_opendocument_too() -> None:
    """Length times cells counts, and no cell grows without end."""
    long = "x" * 30_000
    assert refusal(last_row_repeated(ods([["bundle"], [long]]), 20_000)).code == "file_too_large"
    assert refusal(ods([["bundle"], ["\n".join(["x" * 1000] * 1200)]])).code == "file_too_large"
    book = xls([["bundle"]])
    sheet = book.get_sheet(0)
    for row in range(1, 10_000):
        sheet.write(row, 0, long)
    assert refusal(saved(book)).code == "file_too_large"


def test_a_time_of_day_is_no_day() -> None:
    """As openpyxl's times."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Videos")
    sheet.write(0, 0, "bundle")
    sheet.write(1, 0, time(9, 30), xlwt.easyxf(num_format_str="h:mm:ss"))
    file = io.BytesIO()
    book.save(file)
    (table,) = read(file.getvalue())
    assert table.frame["A"].to_list() == ["09:30:00"]
