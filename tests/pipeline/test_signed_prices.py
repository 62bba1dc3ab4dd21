"""What is signed is what is paid: prices, totals and the number of lines of a plan are held against the plan made anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.conftest import Desk, bundle, video


@pytest.fixture
def path(desk: Desk) -> Path:
    """A plan of two bundles, everything approved."""
    names = ("summer-01", "summer-02")
    launch = desk.sheets("launch", bundles=[bundle(name) for name in names], videos=[video(name, n) for name in names for n in (1, 2)])
    path = desk.folder / "plan.xlsx"
    assert desk.run("plan", launch, "-o", path).code == 0
    change(path, lambda plan, _: plan.__setitem__("B2", "yes"))
    return path


def change(path: Path, how: Callable[[Worksheet, Worksheet], object]) -> None:
    """Write into the Plan sheet and its hidden copy."""
    book = openpyxl.load_workbook(path)
    how(book["Plan"], book["_plan"])
    book.save(path)


def column(sheet: Worksheet, name: str) -> int:
    """A column by its header."""
    return next(cell.column for row in sheet.iter_rows() for cell in row if cell.value == name)


def priced(sheet: Worksheet) -> list[int]:
    """The rows of the lines that take credits."""
    first = next(row for row in range(1, sheet.max_row) if sheet.cell(row, 1).value == "approve") + 1
    return [row for row in range(first, sheet.max_row + 1) if sheet.cell(row, column(sheet, "credits")).value and sheet.cell(row, 4).value]


def headline(plan: Worksheet, _: Worksheet) -> None:
    """Fewer credits on top."""
    plan["A1"] = str(plan["A1"].value).replace("50 credits", "5 credits")


def headline_and_copy(plan: Worksheet, hidden: Worksheet) -> None:
    """The same, in the hidden copy as well."""
    headline(plan, hidden)
    for cell in hidden[2]:
        if str(cell.value or "").startswith("headline="):
            cell.value = f"headline={plan['A1'].value}"


def total(plan: Worksheet, _: Worksheet) -> None:
    """A total below the lines."""
    row = next(row for row in range(plan.max_row, 1, -1) if plan.cell(row, column(plan, "credits")).value)
    plan.cell(row, column(plan, "credits")).value = 1


def price_and_copy(plan: Worksheet, hidden: Worksheet) -> None:
    """A line's price, and its hidden twin."""
    (row, *_) = priced(plan)
    plan.cell(row, column(plan, "credits")).value = 2
    name = plan.cell(row, len(plan[row])).value
    line = next(cells for cells in hidden.iter_rows() if cells[0].value == name)
    for cell in line[4:]:
        if str(cell.value) == "25":
            cell.value = "2"


def deleted(plan: Worksheet, _: Worksheet) -> None:
    """A line that costs is taken out."""
    plan.delete_rows(priced(plan)[0])


def filtered(plan: Worksheet, _: Worksheet) -> None:
    """Lines that cost are filtered away."""
    for row in priced(plan):
        plan.row_dimensions[row].hidden = True


def flat(plan: Worksheet, _: Worksheet) -> None:
    """A line that costs has no height to speak of."""
    plan.row_dimensions[priced(plan)[0]].height = 0.1


@pytest.mark.parametrize("how", [headline, headline_and_copy, total, price_and_copy, deleted, filtered, flat])
def test_what_was_made_to_look_cheaper_is_not_done(desk: Desk, path: Path, how: Callable[[Worksheet, Worksheet], None]) -> None:
    """11, nothing is sent, and what was changed is named."""
    change(path, how)
    ended = desk.run("apply", path, "--yes")
    assert (ended.code, desk.writes) == (11, 0), ended.err
    assert "Plan" in ended.err or "bundles!" in ended.err


def test_a_hidden_line_that_somebody_approved_by_itself_is_done(desk: Desk, path: Path) -> None:
    """Signed line by line, and filtered afterwards: nothing of it was silent."""

    def one(plan: Worksheet, _: Worksheet) -> None:
        plan["B2"] = None
        for row in priced(plan):
            plan.cell(row, 1).value = "yes"
            plan.row_dimensions[row].hidden = True

    change(path, one)
    assert desk.run("apply", path, "--yes").code in (0, 4)
    assert len(desk.bundles) == 2


def test_who_approved_and_when_stands_in_the_report_and_in_the_audit_log(desk: Desk, path: Path) -> None:
    """Beside a line for that line, on top for all the others."""

    def sign(plan: Worksheet, _: Worksheet) -> None:
        plan["B3"], plan["D3"] = "Ada Byron", "2026-11-28"
        row = priced(plan)[0]
        plan.cell(row, column(plan, "approve")).value = "yes"
        plan.cell(row, 2).value = "Grace Murray"

    change(path, sign)
    ended = desk.run("apply", path, "--yes")
    assert ended.code == 0, ended.err
    assert "by Ada Byron on 2026-11-28" in ended.err and "by Grace Murray" in ended.err
    log = (desk.home / "audit.jsonl").read_text("utf-8")
    assert "Ada Byron on 2026-11-28" in log and "Grace Murray" in log


def test_a_plan_comes_back_from_a_colleague_sorted_and_untouched(desk: Desk, path: Path) -> None:
    """Nothing was changed but the yes: it is done."""
    assert desk.run("apply", path, "--yes").code == 0
    assert desk.run("apply", path, "--yes").code == 0
