"""What is written comes back as it was, and a failed write leaves nothing behind."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkportal.errors import UsageProblem
from bulkportal.lossless.cell_values import LONGEST_TEXT, safe_text
from bulkportal.sheets.layout import freeze
from bulkportal.sheets.reader import read
from bulkportal.sheets.writer import link_cell, save_atomically, text_cell, write_csv
from tests.conftest import examples

HOSTILE = [
    "=)",
    "+1",
    "@brand",
    "-50%",
    "'=x",
    "''=x",
    "'quoted'",
    "=1+1",
    "#N/A",
    "a,b;c\td",
    'say "hi"',
    "x\ny",
    "001",
]


def back(path: Path) -> list[str]:
    """The texts of column A below the header."""
    (table,) = read(path, label=path.name, recognise=lambda texts: "description" in texts)
    return [text for text in table.frame["A"].to_list() if text is not None]


def write_book(path: Path, texts: list[str]) -> None:
    """A workbook with a header and these texts."""
    workbook = openpyxl.Workbook()
    for row, text in enumerate(["description", *texts], start=1):
        text_cell(workbook.worksheets[0], row, 1, text)
    save_atomically(workbook, path)


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_hostile_captions_come_back_as_they_were(tmp_path: Path, suffix: str) -> None:
    """No formula, no error, no lost apostrophe."""
    path = tmp_path / f"a.{suffix}"
    if suffix == "xlsx":
        write_book(path, HOSTILE)
    else:
        write_csv(path, [["description"], *([text] for text in HOSTILE)])
    assert back(path) == HOSTILE


@examples(50)
@given(st.lists(st.text(alphabet="'=+-@ab,\"\n\t;\u00e9", min_size=1, max_size=8).map(str.strip).filter(bool), max_size=5))
def test_any_text_comes_back_from_csv(texts: list[str]) -> None:
    """The guard is taken off exactly."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.csv")
        write_csv(path, [["description", "bundle"], *([text, "one"] for text in texts)])
        assert back(path) == texts


def test_csv_never_begins_a_cell_with_a_formula_sign(tmp_path: Path) -> None:
    """A spreadsheet program that opens it runs nothing."""
    write_csv(tmp_path / "a.csv", [["=1", "-2", None]])
    assert (tmp_path / "a.csv").read_bytes() == b"\xef\xbb\xbf'=1,'-2,\r\n"


def test_text_that_no_cell_can_hold_is_made_fit() -> None:
    """Control characters go; what is too long is cut visibly, an emoji counting twice."""
    assert safe_text("a\x00\x0bb\r\nc") == "ab\nc"
    assert safe_text("x" * LONGEST_TEXT) == "x" * LONGEST_TEXT
    cut = safe_text("\U0001f600" * LONGEST_TEXT)
    assert cut.endswith("cut]") and len(cut.encode("utf-16-le")) // 2 <= LONGEST_TEXT


def test_a_link_leads_inside_the_workbook(tmp_path: Path) -> None:
    """It has a location, so that it survives mailing."""
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    link_cell(text_cell(sheet, 1, 1, "go"), sheet="Bob's", address="A2")
    freeze(sheet, below=1, left=2)
    save_atomically(workbook, tmp_path / "a.xlsx")
    loaded = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert loaded["A1"].hyperlink.location == "'Bob''s'!A2"
    assert loaded.freeze_panes == "C2"


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason is a sentence."""
    path = tmp_path / "a.csv"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(UsageProblem, match="No space left"):
        write_csv(path, [["new"]])
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]
    assert path.read_text() == "old"


def test_a_replaced_file_keeps_its_rights(tmp_path: Path) -> None:
    """A shared report stays shared."""
    path = tmp_path / "a.csv"
    path.write_text("old")
    path.chmod(0o664)
    write_csv(path, [["new"]])
    assert stat.S_IMODE(path.stat().st_mode) == 0o664


def test_only_regular_files_are_written(tmp_path: Path) -> None:
    """A pipe waits for a reader, a socket for a caller, for ever; what is there stays, also behind a link."""
    pipe, link, folder = tmp_path / "pipe.csv", tmp_path / "link.csv", tmp_path / "folder.csv"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    folder.mkdir()
    for path in (pipe, link, folder):
        with pytest.raises(UsageProblem, match=r"cannot be written: it is a (pipe|folder), not a file") as caught:
            write_csv(path, [["a", "b"]])
        assert caught.value.hint
    assert pipe.is_fifo() and link.is_symlink()


def test_the_null_device_is_not_replaced(tmp_path: Path) -> None:
    """A report into /dev/null, as root, would otherwise leave a file in the place of the device."""
    link = tmp_path / "null.csv"
    link.symlink_to(os.devnull)
    write_csv(link, [["a", "b"]])
    assert link.is_symlink() and link.is_char_device()
