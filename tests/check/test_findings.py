"""Findings as people read them: where, what, how many alike; and never a key."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bulkportal.check.day_numbers import behind
from bulkportal.check.finding_groups import compressed, each_alone, groups_of
from bulkportal.check.finding_list import Findings, as_list, hidden
from bulkportal.check.findings import Finding, found
from bulkportal.check.wording import listed
from bulkportal.codes import REGISTER
from bulkportal.sheets.table import RowAddress
from tests.check.sheets import checked
from tests.conftest import KEY, video

PLAIN = found("url_invalid", {"value": "x"}, file="l.xlsx", sheet="Videos", row=3, column="video", cell="F3", value="x")
OF_FILE = replace(PLAIN, sheet=None, row=None, cell=None)


def test_a_place_is_as_exact_as_what_is_known() -> None:
    """The cell, the row, the sheet, or the file; and a row has an address."""
    assert [one.place for one in (PLAIN, replace(PLAIN, cell=None), replace(PLAIN, cell=None, row=None), OF_FILE)] == [
        "Videos!F3",
        "Videos!3",
        "Videos",
        "l.xlsx",
    ]
    assert (PLAIN.address, OF_FILE.address) == (RowAddress("l.xlsx", "Videos", 3), None)
    assert PLAIN.spot == ("l.xlsx", "Videos", "F3")
    assert str(PLAIN).splitlines()[0].endswith(f"{PLAIN.message} [url_invalid]") or "Videos!F3" in str(PLAIN)


def test_money_is_at_stake_where_the_register_says_so() -> None:
    """A code that it does not know has none."""
    dear, cheap = (next(code for code in REGISTER.values() if code.money is wanted) for wanted in (True, False))
    assert [replace(PLAIN, code=code).money for code in (dear.code, cheap.code, "none_of_these")] == [True, False, False]


def test_findings_as_columns_are_findings() -> None:
    """Added on either side, compared and put into sets like a tuple of them."""
    other = replace(PLAIN, row=4, cell="F4")
    columns = as_list([PLAIN])
    assert [other] + columns == [other, PLAIN] and columns + [other] == [PLAIN, other]  # noqa: RUF005 - the sums are what is tried
    assert ([] + columns) is columns and (columns + []) is columns  # noqa: RUF005 - the same
    assert hash(columns) == hash((PLAIN,)) and columns != as_list([other]) and columns != PLAIN
    assert isinstance(columns, Findings) and repr(columns).startswith("Findings([Finding(")


def test_a_key_in_a_cell_is_in_no_finding() -> None:
    """A proposal with a mask in it would be written into the cell: it is none."""
    said = replace(PLAIN, value=KEY, proposal=KEY)
    assert KEY not in str(said.value) and said.proposal is None
    block = as_list([PLAIN, replace(PLAIN, proposal="https://x.example.com/a.mp4")]).frame
    import polars as pl

    written = block.with_columns(value=pl.lit(KEY), proposal=pl.Series([KEY, "https://x.example.com/a.mp4"]))
    shown = hidden(written)
    assert shown["proposal"].to_list() == [None, "https://x.example.com/a.mp4"]
    assert KEY not in "".join(shown["value"].to_list())


def test_causes_are_counted_and_their_cells_are_ranges() -> None:
    """The words of the first, and how many more there are."""
    bad = [video("spring", number, video="https://") for number in (1, 2, 3)]
    findings = [one for one in checked([], bad).findings if one.column == "video"]
    (group,) = [one for one in groups_of(findings) if one.first.column == "video"][:1]
    assert group.in_words == f"{group.first.message} (2 more like it.)"
    assert group.cells == ("E2:E4",) and group.place == "Videos!E2:E4"
    alone = list(each_alone(findings))
    assert [one.in_words for one in alone] == [one.message for one in findings]
    assert list(compressed(["F4", "F5", "AA1", "F6", "F9"])) == ["F4:F6", "F9", "AA1"]
    assert listed([str(n) for n in range(22)]).endswith("19 and 2 more") and listed(["a", "b"]) == "a, b"


@pytest.mark.parametrize(
    ("text", "file", "number"),
    [
        ("1900-01-05", "l.xlsx", 5),
        ("1900-01-05", "l.ods", 6),
        ("1927-05-18", "l.xlsx", 10_000),
        ("1900-02-30", "l.xlsx", None),
        ("soon", "l.xlsx", None),
    ],
)
def test_the_number_behind_a_day(text: str, file: str, number: int | None) -> None:
    """As the program of the file counts its days; a large one is more likely a day that somebody wrote."""
    assert behind(text, file=file) == (None if number == 10_000 else number)


def test_a_finding_is_a_value() -> None:
    """Two that say the same are one."""
    assert len({PLAIN, replace(PLAIN), OF_FILE}) == 2 and isinstance(PLAIN, Finding)
