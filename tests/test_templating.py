"""Templates: complete, empty, and equal to the committed ones."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.columns.field import Catalogue, Kind
from bulkportal.sheets.reader import read
from bulkportal.templating import CATALOGUES, build_workbook, write_csv_templates, write_template
from tests.report.samples import checked

COMMITTED = Path(__file__).parent.parent / "templates"
NAMES = {"launch.xlsx": None, "tiktok.xlsx": "tiktok", "instagram.xlsx": "instagram", "youtube.xlsx": "youtube"}


def cells(sheet: Worksheet) -> dict[str, tuple[object, str | None]]:
    """Every cell that has a value or a note."""
    return {
        cell.coordinate: (cell.value, cell.comment.text if cell.comment else None)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None or cell.comment
    }


def rules(sheet: Worksheet) -> set[tuple[str, str | None, str]]:
    """The validations of a sheet."""
    return {(rule.type, rule.formula1, str(rule.sqref)) for rule in sheet.data_validations.dataValidation}


def test_the_committed_templates_are_what_is_built(tmp_path: Path) -> None:
    """Compared by cells, for two saves differ in bytes."""
    for name, platform in NAMES.items():
        write_template(tmp_path / name, platform=platform)
        built = openpyxl.load_workbook(tmp_path / name)
        committed = openpyxl.load_workbook(COMMITTED / name)
        assert committed.sheetnames == built.sheetnames
        assert built.sheetnames[:3] == ["Guide", "Bundles", "Videos"]
        for sheet in built.sheetnames:
            assert cells(committed[sheet]) == cells(built[sheet])
            assert rules(committed[sheet]) == rules(built[sheet])
    write_csv_templates(tmp_path)
    for name in ("bundles.csv", "videos.csv"):
        assert (COMMITTED / "csv" / name).read_bytes() == (tmp_path / name).read_bytes()


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda catalogue: catalogue.sheet)
def test_a_template_reads_as_a_header_without_rows(tmp_path: Path, catalogue: Catalogue) -> None:
    """Importing an empty template asks for nothing."""
    write_template(tmp_path / "launch.xlsx")
    write_csv_templates(tmp_path / "csv")
    for place in (tmp_path / "launch.xlsx", tmp_path / "csv"):
        found = read(place, label="launch", recognise=lambda texts: len(set(texts) & set(catalogue.names)))
        table = next(table for table in found if table.sheet.casefold() == catalogue.sheet.casefold())
        assert (table.header_row, tuple(table.headers.values())) == (1, catalogue.names)
        assert table.frame["A"].to_list() in ([], ["Example"]) if "A" in table.frame.columns else table.frame.is_empty()


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda catalogue: catalogue.sheet)
def test_every_column_has_its_note_and_every_choice_its_list(catalogue: Catalogue) -> None:
    """All from the one declaration."""
    sheet = build_workbook().sheet(catalogue.sheet)
    lists = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    for cell, field in zip(sheet[1], catalogue.fields, strict=True):
        assert isinstance(cell, Cell) and cell.comment and field.help in cell.comment.text
        if field.kind in (Kind.CHOICE, Kind.BOOLEAN):
            rule = lists[f"{cell.column_letter}2:{cell.column_letter}1001"]
            assert rule.type == "list" and len(rule.formula1) <= 255
        if field.kind is Kind.DATE:
            assert sheet.column_dimensions[cell.column_letter].number_format == "yyyy-mm-dd"
    assert sheet.freeze_panes


def test_examples_can_be_left_out() -> None:
    """They stand in notes and in the guide only."""
    plain = build_workbook(example=False).shell
    assert not any("Example" in (cell.comment.text if cell.comment else "") for cell in plain["Bundles"][1])
    assert all(cell.value is None for cell in plain["Guide"]["E"])


def test_the_example_row_is_not_read_and_said_to_be_left_out(tmp_path: Path) -> None:
    """It shows how, on both sheets; a check of the template has nothing else to say."""
    write_template(tmp_path / "launch.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "launch.xlsx")["Videos"]
    assert sheet["A2"].value == "Example" and sheet["B2"].value
    found = checked(tmp_path / "launch.xlsx")
    assert found.rows == ()
    assert [(one.place, one.code) for one in found.findings] == [("Bundles!A2", "example_not_read"), ("Videos!A2", "example_not_read")]


def test_headers_are_guarded_and_content_types_depend_on_the_platform(tmp_path: Path) -> None:
    """Typing over a header is refused; what only Instagram has is offered for its bundles alone."""
    write_template(tmp_path / "launch.xlsx")
    book = openpyxl.load_workbook(tmp_path / "launch.xlsx")
    by_area = {str(rule.sqref): rule for rule in book["Videos"].data_validations.dataValidation}
    last = openpyxl.utils.get_column_letter(len(CATALOGUES[1].fields))
    assert (by_area[f"A1:{last}1"].formula1, by_area[f"A1:{last}1"].errorStyle or "stop") == ("FALSE", "stop")
    letter = openpyxl.utils.get_column_letter(CATALOGUES[1].names.index("instagram_content_type") + 1)
    assert "MATCH($A2,Bundles!" in by_area[f"{letter}2:{letter}1001"].formula1
    assert book["Lists"].sheet_state == "hidden"


def test_a_template_for_one_platform_has_its_columns_alone(tmp_path: Path) -> None:
    """What only another platform has is left out."""
    names = [cell.value for cell in build_workbook(platform="tiktok").sheet("Videos")[1]]
    assert "tiktok_sound_url" in names
    assert not [name for name in names if str(name).startswith(("instagram_", "youtube_"))]
    write_csv_templates(tmp_path, platform="tiktok", delimiter=";")
    assert (tmp_path / "videos.csv").read_text(encoding="utf-8-sig").strip().split(";") == names
