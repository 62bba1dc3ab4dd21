"""`bulkportal map`: what each header means, and a mapping that is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.languages import BUNDLE_WORDS, POSITION_WORDS
from bulkportal.columns.matcher import match, plain_header
from bulkportal.columns.positions import POSITIONS
from tests.conftest import SAMPLES, Desk
from tests.docs.test_json_documents import assert_shown

SHEET = "Lote;N\u00famero;Fecha de publicaci\u00f3n;Video type;Tikok sound;Hook\na;1;2030-03-15;video;https://t.example.com/1;Look at this\n"
CONFIG = '# ours\ndefault = "acme"\n\n[profiles.acme]\nkey_env = "X"  # kept\n\n[profiles.acme.columns]\n"Wort" = "description"\n'


@pytest.fixture
def sheet(desk: Desk) -> Path:
    """A Spanish sheet with one header that is misspelt and one that is the user's own."""
    path = desk.folder / "videos.csv"
    path.write_text(SHEET, encoding="utf-8")
    (desk.folder / "bulkportal.toml").write_text(CONFIG, encoding="utf-8")
    return path


def test_each_header_is_sure_near_or_unknown(desk: Desk, sheet: Path) -> None:
    """With the values of its column as a witness."""
    ended = desk.said("map", sheet)
    lines = [" ".join(line.split()) for line in ended.out.splitlines()]
    assert ended.code == 0
    assert lines[0] == "videos!A1 Lote bundle (1 of 1 values fit)"
    assert lines[2] == "videos!C1 Fecha de publicaci\u00f3n target_publish_date (1 of 1 values fit)"
    assert lines[4].startswith("videos!E1 Tikok sound near tiktok_sound_url:") and lines[4].endswith("1 of 1 values fit")
    assert lines[5] == "videos!F1 Hook unknown: not read"


def test_a_script_reads_the_same(desk: Desk, sheet: Path) -> None:
    """One document, as the page shows it; what people are told goes to standard error."""
    ended = desk.said("map", sheet, "--set", "Hook=description", "--save", "--json")
    headers = {one["header"]: (one["column"], one["is_sure"]) for one in ended.document["headers"]}
    assert headers["Lote"] == ("bundle", True) and headers["Tikok sound"] == ("tiktok_sound_url", False)
    assert headers["Hook"] == ("description", True)
    assert "Saved in" in ended.err
    assert_shown(ended.document)
    words = desk.run("map", sheet, "--values")
    assert (words.document["headers"], words.document["words"]) == ([], [])
    assert_shown(words.document)
    assert desk.run("map", sheet, "--set", "Hook").document["exit_code"] == 2


def test_a_saved_mapping_is_read_from_then_on_and_the_file_keeps_its_comments(desk: Desk, sheet: Path) -> None:
    """What was near and what was said."""
    before = desk.said("check", sheet, "--json")
    assert "column_unknown" in before.codes
    saved = desk.said("map", sheet, "--set", "Hook=description", "--save")
    assert saved.code == 0, saved.err
    text = (desk.folder / "bulkportal.toml").read_text(encoding="utf-8")
    assert text.startswith(CONFIG.rstrip()) and 'Hook = "description"' in text and '"Tikok sound" = "tiktok_sound_url"' in text
    after = desk.said("check", sheet, "--json")
    assert "column_unknown" not in after.codes and "description_missing" not in after.codes


def test_a_column_that_there_is_not_is_wrong_use(desk: Desk, sheet: Path) -> None:
    """Nothing is saved then."""
    assert desk.said("map", sheet, "--set", "Hook=describtion", "--save").code == 2
    assert desk.said("map", sheet, "--set", "Hook").code == 2
    assert (desk.folder / "bulkportal.toml").read_text(encoding="utf-8") == CONFIG


@pytest.mark.parametrize(("catalogue", "words"), [(BUNDLES, BUNDLE_WORDS), (POSITIONS, POSITION_WORDS)], ids=["Bundles", "Videos"])
def test_every_word_of_every_language_means_its_column(catalogue, words) -> None:
    """No word is claimed by two columns of a sheet."""
    for name, others in words.items():
        for text in others:
            assert dict(match({"A": text.upper()}, catalogue).found) == {name: "A"}, text
    assert plain_header("L\u00e9gende *") == plain_header("legende")


def test_the_headers_of_tokportals_own_templates_are_all_known(desk: Desk) -> None:
    """The two files of its documentation load as they are (API reference 3.3)."""
    for name in ("tiktok", "instagram"):
        ended = desk.run("check", SAMPLES / "tokportal_csv" / f"{name}.csv", "--bundle", "winter-01")
        assert ended.code == 0 and "column_unknown" not in ended.codes
