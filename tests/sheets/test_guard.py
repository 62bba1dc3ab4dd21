"""What a spreadsheet program would run when it opens a CSV file is guarded, and comes back as it was."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from bulkportal.columns.matcher import count_known
from bulkportal.sheets.guard import guarded, is_guarded, unguarded, without_guards
from bulkportal.sheets.reader import read
from bulkportal.sheets.writer import write_csv

OPEN = ("=1+1", "+1", "-5 %", "@brand", "|cmd", "'|cmd", "''=x", "||")
CLOSED = ("one", "a|b", "'tis", "''", "1=1", "'a|")


def one(expression: pl.Expr, text: str) -> object:
    """What an expression makes of one text."""
    return pl.DataFrame({"text": [text]}).select(expression).item()


@pytest.mark.parametrize("text", OPEN)
def test_a_text_that_may_be_run_gets_one_apostrophe(text: str) -> None:
    """Also one that has some already; taking one off again gives it back."""
    assert guarded(text) == "'" + text
    assert one(unguarded(pl.col("text")), guarded(text)) == text
    assert one(is_guarded(pl.col("text")).whole, guarded(text)) is True
    assert one(without_guards(pl.col("text")), guarded(text)) == text.lstrip("'")


@pytest.mark.parametrize("text", CLOSED)
def test_any_other_text_is_left_alone(text: str) -> None:
    """Both ways."""
    assert guarded(text) == text
    assert one(unguarded(pl.col("text")), text) == text


@pytest.mark.parametrize("delimiter", [",", ";", "|", "\t"])
def test_a_file_gives_every_text_back(tmp_path: Path, delimiter: str) -> None:
    """A pipe among them, whatever parts the cells."""
    path = tmp_path / "videos.csv"
    write_csv(path, [["bundle", "description"], *(["a", text] for text in (*OPEN, *CLOSED))], delimiter=delimiter)
    written = path.read_text(encoding="utf-8-sig")
    assert not any(cell.strip('"').startswith("|") for line in written.splitlines() for cell in line.split(delimiter) if delimiter != "|")
    (table,) = read(path, label=path.name, recognise=count_known)
    assert table.frame["B"].to_list() == [*OPEN, *CLOSED]
