"""Headers and words of somebody's own: what they are taken for, and what somebody has said that they mean."""

from __future__ import annotations

import pytest

from bulkportal.check.checker import check, understand
from bulkportal.check.finding_list import as_list
from bulkportal.check.known import OFFLINE
from bulkportal.check.mapping import meanings
from bulkportal.check.prepare import Terms
from bulkportal.check.said_words import unknown_words, with_said
from bulkportal.columns.matcher import own_headers
from bulkportal.errors import UnreadableInput
from tests.check.sheets import TODAY, table
from tests.conftest import bundle, video

VALUES = {"platform": {"Insta  Reels": "instagram", "YT": "youtube"}, "publish": {"go": "yes"}}


def test_each_header_with_what_it_is_taken_for_and_how_many_values_fit() -> None:
    """Sure where it is known; a near one only if its values do not speak against it; a column of ours is none."""
    rows = [{"bundle": "a", "position": "1", "Positionn": "2", "captions": "c", "colour": "red", "Result": "done", "publsh date": "soon"}]
    rows.append({**rows[0], "position": "x"})
    sheet, notes = table(rows, "Videos"), table([{"Who": "Ana"}], "Notes")
    found = {one.header: one for one in meanings([sheet, notes])}
    assert "Result" not in found and "Who" not in found
    assert [(found[name].column, found[name].is_sure) for name in ("bundle", "position", "captions")] == [
        ("bundle", True),
        ("position", True),
        ("description", False),
    ]
    assert (found["position"].fitting, found["position"].values, found["position"].cell, found["position"].sheet) == (1, 2, "B1", "Videos")
    assert 0 < found["captions"].confidence < 1 and found["captions"].fitting == 2
    assert [(found[name].column, found[name].confidence, found[name].is_sure) for name in ("colour", "publsh date")] == [("", 0.0, False)] * 2


def test_a_near_header_without_values_is_judged_by_its_name_alone() -> None:
    """And a header that was said to mean something is that."""
    rows = [{"bundle": "a", "position": "1", "descriptoin": "", "Copy": "c"}]
    found = {one.header: one for one in meanings([table(rows, "Videos")], own_headers({"Copy": "name"}))}
    assert (found["descriptoin"].column, found["descriptoin"].values) == ("description", 0)
    assert (found["Copy"].column, found["Copy"].is_sure) == ("name", True)


def test_a_word_that_was_said_to_mean_something_is_proposed() -> None:
    """In its column, whatever its capitals; others stay as they are, and without words said nothing changes."""
    rows = [bundle("a", platform="INSTA reels"), bundle("b", platform="Snap"), bundle("c", publish="go"), bundle("d", country="Atlantis")]
    typed = understand([table(rows, "Bundles")])
    findings = as_list(check(typed, {}, Terms(today=TODAY, known=OFFLINE)).findings)
    said = with_said(findings, VALUES)
    assert [(one.cell, one.proposal) for one in said if one.code in ("choice_invalid", "boolean_invalid")] == [
        ("C2", "instagram"),
        ("C3", None),
        ("K4", "yes"),
    ]
    assert "The profile says that it means instagram." in next(one.hint for one in said if one.cell == "C2")
    assert with_said(findings, {}) is findings
    words = {one.word: one for one in unknown_words(findings, typed.sheets, VALUES)}
    assert {word: one.meaning for word, one in words.items()} == {"INSTA reels": "instagram", "Snap": "", "go": "yes"}
    assert words["go"].choices == ("yes", "no") and words["Snap"].cells == ("C3",)


def test_words_of_an_action_mean_nothing_else() -> None:
    """What is done once is asked for in its own words."""
    typed = understand([table([video("a", 1) | {"action": "blow up"}], "Videos")])
    findings = check(typed, {}, Terms(today=TODAY, known=OFFLINE)).findings
    assert "choice_invalid" in [one.code for one in findings]
    assert list(unknown_words(findings, typed.sheets, VALUES)) == []


def test_the_bundle_of_rows_that_name_none() -> None:
    """One that was said beside the sheet; a row with an id names its bundle already."""
    rows = [{"position": 1, "video_type": "video"}, {"position": 2, "video_type": "video", "bundle_id": "bnd-1"}, {"position": 3, "bundle": "b"}]
    columns = {"bundle": "", "bundle_id": ""}
    typed = understand([table([columns | row for row in rows], "Videos")], bundle="  spring ")
    assert typed.positions["bundle"].to_list() == ["spring", None, "b"]


def test_nothing_at_all_is_no_sheet() -> None:
    """It is said, and not taken for a launch of nothing."""
    with pytest.raises(UnreadableInput):
        understand([])
