"""Cells whose text another program has spoilt, or that can be read in more than one way: told, or not sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulkportal.check.findings import Finding, Severity, ValidationResult
from bulkportal.sheets.error_words import is_error
from tests.check.test_messy import LINK, only, text, told
from tests.report.samples import checked, workbook

COLUMNS = ["bundle", "position", "video_type", "video", "target_publish_date", "description"]
ERRORS = (
    *("#ERROR!", "#NV", "#WERT!", "#BEZUG!", "#¡REF!", "#¿NOMBRE?", "#VALEUR!", "#NOM?", "#N/D", "#RIF!", "#VERW!", "#ADR!", "#ССЫЛКА!", "#YOK"),
    *("Loading...", "Wird geladen …", "Chargement...", "正在加载...", "Err:508", "Ошибка:502", "#SAKNAS!", "#NÉV?"),
)
HASHTAGS = ("#nv", "#love", "#NV is great", "#Sale!", "Loading the truck...", "Err: 12 of 30", "#1", "#REF! is what Excel says", "Laden")


def sheet(folder: Path, *captions: str, column: str = "description") -> ValidationResult:
    """A workbook with a row for each text, checked."""
    rows: list[list[object]] = []
    for number, caption in enumerate(captions, start=1):
        values = {
            "bundle": "a",
            "position": number,
            "video_type": "video",
            "video": f"{LINK}?{number}",
            "target_publish_date": f"2027-04-{number:02}",
        }
        rows.append([{**values, "description": f"Dish {number}", column: caption}[name] for name in COLUMNS])
    return checked(workbook(folder / "launch.xlsx", {"Videos": [COLUMNS, *rows]}))


@pytest.mark.parametrize("as_csv", [True, False])
def test_what_a_program_shows_in_place_of_a_value_is_no_caption(tmp_path: Path, *, as_csv: bool) -> None:
    """In any language, copied as text, in a workbook and in a text file."""
    rows = [f"a,{number},video,{LINK}?{number},2027-04-0{number % 9 + 1},{word}" for number, word in enumerate(ERRORS, start=1)]
    found = text(tmp_path, *rows) if as_csv else sheet(tmp_path, *ERRORS)
    assert told(found, "cell_error_value") == [(f"F{number}", "cell_error_value") for number in range(2, len(ERRORS) + 2)]
    assert [one.value for one in found.findings if one.code == "cell_error_value"] == list(ERRORS)
    assert len(found.invalid) == len(ERRORS)


@pytest.mark.parametrize("column", ["video", "target_publish_date", "position", "video_type"])
def test_an_error_in_any_column_is_called_one(tmp_path: Path, column: str) -> None:
    """Not a missing file, and not a date that cannot be read."""
    found = sheet(tmp_path, "#BEZUG!", column=column)
    assert [one.code for one in found.findings if one.severity is Severity.ERROR and one.column == column] == ["cell_error_value"]


def test_a_hashtag_is_a_hashtag(tmp_path: Path) -> None:
    """Small letters, or words around it."""
    assert [word for word in HASHTAGS if is_error(word)] == []
    assert told(sheet(tmp_path, *HASHTAGS)) == []


@pytest.mark.parametrize(("caption", "named"), [("Spring\x01launch", "U+0001"), ("it\x92s", "U+0092"), ("bell\x7f", "U+007F")])
def test_a_control_character_is_told_at_its_cell(tmp_path: Path, caption: str, named: str) -> None:
    """In a text file; also those that only a wrong encoding leaves behind."""
    found = text(tmp_path, f'a,1,video,{LINK},2027-04-01,"{caption}"')
    assert told(found) == [("F2", "control_character")]
    assert named in only(found, "control_character").message


def test_a_control_character_of_a_workbook_is_told(tmp_path: Path) -> None:
    """It survives in a package as well."""
    finding: Finding = only(sheet(tmp_path, "Dish\x85of the day", "soup\x9d"), "control_character")
    assert (finding.cell, "U+009D" in finding.message) == ("F3", True)


def test_a_guess_is_told_in_the_sheet(tmp_path: Path) -> None:
    """At a cell that shows how the letters came out, with the place of the first odd byte."""
    found = text(tmp_path, f"a,1,video,{LINK},2027-04-01,plain", f"a,2,video,{LINK}?2,2027-04-02,Käse", encoding="cp1252")
    assert told(found) == [("F3", "encoding_guessed")]
    finding = only(found, "encoding_guessed")
    assert (finding.value, finding.severity, "line 3" in finding.message) == ("Käse", Severity.WARNING, True)
