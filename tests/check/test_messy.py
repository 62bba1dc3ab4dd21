"""Sheets as they come: other languages, torn texts, totals, letters in a wrong encoding. Nothing is lost without a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulkportal.check.findings import Finding, ValidationResult
from bulkportal.errors import UnreadableInput
from tests.report.samples import checked, workbook

HEADER = ("bundle", "position", "video_type", "video", "target_publish_date", "description")
LINK = "https://cdn.example.com/1.mp4"


def text(folder: Path, *rows: str, encoding: str = "utf-8", header: str = ",".join(HEADER)) -> ValidationResult:
    """A CSV file of these lines under that header, checked."""
    path = folder / "videos.csv"
    path.write_bytes("\r\n".join((header, *rows, "")).encode(encoding))
    return checked(path)


def told(found: ValidationResult, *codes: str) -> list[tuple[str | None, str]]:
    """Cell and code of what was found, of these codes alone where some are named; that the bundle may be elsewhere is left out."""
    seen = [(finding.cell, finding.code) for finding in found.findings if finding.code != "bundle_not_checked"]
    return [one for one in seen if not codes or one[1] in codes]


def only(found: ValidationResult, code: str) -> Finding:
    """The one finding of that code."""
    (finding,) = [finding for finding in found.findings if finding.code == code]
    return finding


def test_a_text_that_its_commas_have_torn_apart_is_said(tmp_path: Path) -> None:
    """Otherwise half a caption would be posted."""
    found = text(tmp_path, f"a,1,video,{LINK},2030-03-04,fish, chips and peas", f'a,2,video,{LINK}?2,2030-03-05,"right, so"')
    assert told(found) == [("G2", "row_too_long")]
    assert only(found, "row_too_long").value == "chips and peas"


def test_a_whole_column_without_a_header_is_one_finding(tmp_path: Path) -> None:
    """It is a column of notes; the header's cell is the one to fill in."""
    rows = [["a", number, "video", LINK, f"2030-03-0{number}", f"Dish {number}", f"note {number}"] for number in range(1, 6)]
    found = checked(workbook(tmp_path / "launch.xlsx", {"Videos": [HEADER, *rows]}))
    assert told(found, "cell_without_header") == [("G1", "cell_without_header")]
    assert "5 cells" in only(found, "cell_without_header").message


def test_an_apostrophe_that_a_csv_file_needed_is_doubted_in_a_workbook(tmp_path: Path) -> None:
    """A program that opened our CSV keeps it as text; in the CSV itself it is none."""
    assert told(text(tmp_path, f"a,1,video,{LINK},2030-03-04,'=)")) == []
    rows = [["a", number, "video", LINK, f"2030-03-0{number}", caption] for number, caption in enumerate(("'=)", "'tis", "''@you", "=)"), start=1)]
    found = checked(workbook(tmp_path / "launch.xlsx", {"Videos": [HEADER, *rows]}))
    assert told(found, "apostrophe_left") == [("F2", "apostrophe_left"), ("F4", "apostrophe_left")]


@pytest.mark.parametrize(
    ("caption", "meant"),
    [
        ("naÃ¯ve cafÃ©", "It probably says: naïve café."),
        ("itâ€™s ðŸ\u2018\u008d", "It probably says: it’s 👍."),
        ("lost \ufffd letters", "Some of them are lost."),
        ("NÃO É", None),
        ("Ça va, à table – “oui”", None),
        ("Â° is no letter", "It probably says: ° is no letter."),
    ],
)
def test_letters_read_in_a_wrong_encoding_are_doubted(tmp_path: Path, caption: str, meant: str | None) -> None:
    """With what they probably say; letters that merely look unusual are none of our business."""
    found = text(tmp_path, f'a,1,video,{LINK},2030-03-04,"{caption}"')
    assert told(found) == ([("F2", "text_garbled")] if meant else [])
    assert meant is None or meant in only(found, "text_garbled").message


def test_a_file_of_two_encodings_is_refused_with_the_place(tmp_path: Path) -> None:
    """Somebody has pasted lines of one file into another."""
    path = tmp_path / "videos.csv"
    lines = [f"a,1,video,{LINK},2030-03-04,café".encode("cp1252"), f"a,2,video,{LINK}?2,2030-03-05,naïve".encode()]
    path.write_bytes(b"\r\n".join([",".join(HEADER).encode(), *lines]))
    with pytest.raises(UnreadableInput, match="line 2, column 55 holds the byte E9") as refused:
        checked(path)
    assert refused.value.code == "text_not_utf8"


@pytest.mark.parametrize("first", ["TOTAL", "Grand total:", "Sous-total", "Gesamtsumme"])
def test_totals_are_no_row(tmp_path: Path, first: str) -> None:
    """Nor are the notes under them; a bundle that is called so has words in its row."""
    rows = [f"a,1,video,{LINK},2030-03-04,Dish", f"{first},12,,,,"]
    found = text(tmp_path, *rows, "ask Ines,,,,,")
    assert (len(found.rows), told(found)) == (1, [("A3", "note_not_read")])
    assert len(text(tmp_path, rows[0], f"{first},1,video,{LINK},2030-03-04,Dish").rows) == 2


def test_headers_are_known_whatever_stands_around_them(tmp_path: Path) -> None:
    """A byte order mark, also one that was read as text, what nobody sees, and closing marks."""
    for first in ("\ufeffbundle", "ï»¿bundle", "Bundle\u200b :", "*Bundle*".strip("*") + "*", "Référence du bundle"):
        rows = [[first, "Pos.", "Video type?", "Video", "Date !", "Caption"], ["a", 1, "video", LINK, "2030-03-04", "Dish"]]
        assert told(checked(workbook(tmp_path / "launch.xlsx", {"Videos": rows}))) == [], first


@pytest.mark.parametrize(
    ("column", "written"),
    [
        ("video_type", "vidéo"),
        ("video_type", "Vídeo"),
        ("target_publish_date", "2030\u201103\u201104"),
        ("target_publish_date", "15 \u2013 March \u2013 2030"),
        ("position", "1,0"),
    ],
)
def test_values_have_one_reading_whatever_they_are_typed_with(tmp_path: Path, column: str, written: str) -> None:
    """Accents of other languages, the dashes that programs make of hyphens, decimal commas."""
    row = dict(zip(HEADER, ("a", "1", "video", LINK, "2030-03-04", "Dish"), strict=True)) | {column: written}
    assert told(text(tmp_path, ";".join(row.values()), header=";".join(HEADER))) == []


def test_ticks_and_crosses_are_yes_and_no(tmp_path: Path) -> None:
    """As people put them into a column of their own."""
    names = ("bundle", "bundle_type", "platform", "country", "publish", "moderation")
    rows = [["a", "account_only", "tiktok", "US", "☐", "✔"], ["b", "account_only", "tiktok", "US", "✗", "☑"]]
    found = checked(workbook(tmp_path / "launch.xlsx", {"Bundles": [names, *rows]}))
    assert found.bundles.select("publish", "moderation").rows() == [(False, True), (False, True)]


@pytest.mark.parametrize(
    ("caption", "code"),
    [
        *((text, "text_placeholder") for text in ("TBD", "[insert caption]", "Lorem ipsum dolor", "Hi {{first_name}}!", "null", "Text folgt", "NaN")),
        *((text, "formula_as_text") for text in ("=A2&B2", "=WENN(A1;1)", "=Captions!B2", "='Sheet 1'!$A$2")),
        *((text, "letters_lost") for text in ("Caf?s in der N?he", "??? ????? ??", "sch?ne Gr??e")),
        *((text, "") for text in ("TBD: the best day", "Wait?? Really??", "=) good", "Nan bakes", "see https://a.example/x?y=z", "Neu ??")),
    ],
)
def test_what_stands_in_place_of_a_text_is_told(tmp_path: Path, caption: str, code: str) -> None:
    """A row that would post it is not sent; letters that may be lost are a warning. People's own signs are none of these."""
    found = text(tmp_path, f'a,1,video,{LINK},2030-03-04,"{caption}"')
    assert told(found) == ([("F2", code)] if code else [])


def test_a_link_to_a_file_of_another_kind_is_an_error(tmp_path: Path) -> None:
    """By its ending; one that has none may be anything."""
    links = ("https://a.example/c.zip", "https://a.example/c.jpg", "https://a.example/c", "https://a.example/c.MOV")
    found = text(tmp_path, *(f"a,{number},video,{link},2030-03-0{number},Noodles {number}" for number, link in enumerate(links, 1)))
    assert told(found) == [("D2", "link_other_kind"), ("D3", "link_other_kind")]
