"""Words of a client's own: said once, kept in the profile, proposed at their cells, never applied unseen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Desk, bundle, video

CONFIG = '# ours\n[profiles.acme]\nkey_env = "TOKPORTAL_API_KEY"\n'


@pytest.fixture
def sheet(desk: Desk) -> Path:
    """A launch on Instagram whose two videos are called by a word of the client's."""
    (desk.folder / "bulkportal.toml").write_text(CONFIG, encoding="utf-8")
    rows = [video("spring", number, instagram_content_type=word) for number, word in ((1, "Kurzvideo"), (2, " kurzvideo "))]
    return desk.sheets("launch", bundles=[bundle("spring", platform="instagram", publish=None)], videos=rows)


def proposed(desk: Desk, sheet: Path) -> list[tuple[str, str | None]]:
    """The errors about unknown words, with what they propose."""
    findings = desk.run("check", sheet, BULKPORTAL_CONFIG=str(desk.folder / "bulkportal.toml")).document["findings"]
    return [(one["code"], one["proposal"]) for one in findings if one["code"] == "choice_invalid"]


def test_an_unknown_word_is_shown_once_with_its_cells(desk: Desk, sheet: Path) -> None:
    """And nothing is kept before somebody has said what it means."""
    said = desk.said("map", sheet, "--values")
    assert said.code == 0, said.err
    assert "videos!H2 and 1 more  instagram_content_type  Kurzvideo: unknown" in said.out, said.out
    assert "Nothing to save" in desk.said("map", sheet, "--values", "--save").out
    assert (desk.folder / "bulkportal.toml").read_text(encoding="utf-8") == CONFIG


def test_what_was_said_is_kept_and_proposed_and_never_applied_unseen(desk: Desk, sheet: Path) -> None:
    """The cells stay errors, in the report too; `fix --safe` writes what they propose, and says so cell by cell."""
    assert proposed(desk, sheet) == [("choice_invalid", None)] * 2
    saved = desk.said("map", sheet, "--values", "--set", "Kurzvideo=reel", "--save")
    assert saved.code == 0, saved.err
    text = (desk.folder / "bulkportal.toml").read_text(encoding="utf-8")
    assert text.startswith(CONFIG.rstrip()) and 'Kurzvideo = "reel"' in text
    assert "means reel, as you said" in desk.said("map", sheet, "--values").out
    assert proposed(desk, sheet) == [("choice_invalid", "reel")] * 2
    ended = desk.import_(sheet, BULKPORTAL_CONFIG=str(desk.folder / "bulkportal.toml"))
    assert ended.rows["invalid"] == 2, "it is not applied"
    copy = desk.folder / "fixed.csv"
    fixed = desk.run("fix", "--safe", sheet / "videos.csv", "-o", copy, BULKPORTAL_CONFIG=str(desk.folder / "bulkportal.toml"))
    assert [(one["after"], one["why"]) for one in fixed.document["changes"]] == [("reel", "What the profile says that this word means.")] * 2
    assert "reel" in copy.read_text("utf-8")


def test_a_meaning_that_there_is_not_is_wrong_use(desk: Desk, sheet: Path) -> None:
    """A word that stands nowhere, a value that the column does not know, a column that there is not, a profile with any of these."""
    for wrong in ("Kurzvideo=film", "Lang=reel", "instagram_content_type:Kurzvideo=film", "nothing:Kurzvideo=reel", "action:weg=finalize"):
        assert desk.said("map", sheet, "--values", "--set", wrong, "--save").code == 2, wrong
    assert (desk.folder / "bulkportal.toml").read_text(encoding="utf-8") == CONFIG
    (desk.folder / "bulkportal.toml").write_text(CONFIG + '[profiles.acme.values.instagram_content_type]\nKurzvideo = "film"\n', encoding="utf-8")
    ended = desk.said("check", sheet)
    assert ended.code == 2 and "instagram_content_type knows no film" in ended.err


def test_a_named_column_keeps_a_word_that_stands_nowhere_yet(desk: Desk, sheet: Path) -> None:
    """For the next launch."""
    assert desk.said("map", sheet, "--values", "--set", "disclose_as_ads:vielleicht=no", "--save").code == 0
    assert 'vielleicht = "no"' in (desk.folder / "bulkportal.toml").read_text(encoding="utf-8")
