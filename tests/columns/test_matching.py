"""What a header means: a column, a column of the user's own, what bulkportal writes beside a row, or nothing that is known."""

from __future__ import annotations

import pytest

from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import IGNORE, Catalogue
from bulkportal.columns.matcher import called, catalogue_of, count_known, likeness, match, own_headers
from bulkportal.columns.own_words import choices_of
from bulkportal.columns.positions import POSITIONS


def test_each_header_is_found_or_said_to_be_something_else() -> None:
    """Known, near, unknown, bulkportal's own, and with a hint that was not understood."""
    headers = {"A": "bundle", "B": "Positon", "C": "Colour of the sky", "D": "Result", "E": "Caption (max 2200 chars)", "F": "Video link (Ana)"}
    found = match(headers, POSITIONS)
    assert found.found == {"bundle": "A", "description": "E", "video": "F"}
    assert found.unknown == {"B": "position", "C": ""}
    assert found.feedback == {"D": "Result"}
    assert found.unread == {"F": "(Ana)"}, "a plain hint is not worth a word"


def test_of_several_headers_the_one_counts_that_names_it_best() -> None:
    """The column's very name before another name for it; between two of the same kind nothing decides."""
    found = match({"A": "Caption", "B": "description", "C": "Video", "D": "video"}, POSITIONS)
    assert found.found == {"description": "B", "video": "C"}
    assert (found.beside, found.twice) == ({"A": "description"}, {"video": ("C", "D")})


def test_a_header_of_ones_own_goes_before_all_others() -> None:
    """It means what was said of it, or is not read at all, even where bulkportal writes a column of that name."""
    own = own_headers({"Copy": "description", "Result": IGNORE, "Notes": IGNORE})
    found = match({"A": "description", "B": "Copy", "C": "Result", "D": "Notes"}, POSITIONS, own)
    assert (found.found, found.beside) == ({"description": "B"}, {"A": "description"})
    assert (found.unknown, found.feedback) == ({}, {})


def test_a_column_that_there_is_not_cannot_be_meant() -> None:
    """The names at fault are named, in order."""
    with pytest.raises(ValueError, match=r"^colour, shape$"):
        own_headers({"A": "shape", "B": "description", "C": "colour", "D": IGNORE})


@pytest.mark.parametrize(
    ("sheet", "headers", "expected"),
    [
        ("Videos", ["bundle", "position"], POSITIONS),
        ("Videos (2)", ["caption", "Row", "Result"], POSITIONS),
        ("Launch", ["bundle", "position", "caption"], POSITIONS),
        ("Launch", ["bundle", "platform", "country"], BUNDLES),
        ("Videos", ["platform", "biography", "something"], BUNDLES),
        ("Notes", ["Title", "Who", "When"], None),
        ("Videos", ["Title", "Who", "When"], None),
        ("Bundles", ["Name", "Country", "Title"], None),
    ],
)
def test_a_sheet_follows_its_name_where_a_header_agrees_and_else_its_headers(sheet: str, headers: list[str], expected: Catalogue | None) -> None:
    """A list of addresses is no sheet of bundles, whatever it is called."""
    assert catalogue_of(sheet, headers) is expected


def test_a_sheet_is_called_in_any_language_and_with_a_number() -> None:
    """Of what is called otherwise nothing is known."""
    assert (called("Vidéos"), called("bundles 3"), called("Posts [2]"), called("Budget")) == (POSITIONS, BUNDLES, POSITIONS, None)


def test_the_headers_of_the_better_catalogue_are_counted() -> None:
    """The same column twice is one."""
    assert count_known(["bundle", "position", "caption", "description", "weather"]) == 3
    assert count_known(["weather"]) == 0


def test_what_a_header_is_like_begins_with_the_most_alike() -> None:
    """Only of the fields that are free; a field once, by the best of its names."""
    found = likeness("Captions", POSITIONS, ("description", "name"))
    assert found[0][0] == "description" and found[0][1] > 0.9
    assert sorted(name for name, _ in found) == ["description", "name"]
    assert likeness("Captions", POSITIONS, ()) == []


def test_a_whole_text_is_no_header() -> None:
    """However it begins."""
    assert match({"A": "Caption " + "(a note) " * 60}, POSITIONS).found == {}


def test_the_words_of_a_column() -> None:
    """Those that it knows; none of a text or an action, and no column is an error."""
    assert choices_of("publish") == ("yes", "no")
    assert choices_of("video_type") == ("video", "carousel")
    assert choices_of("description") == choices_of("action") == ()
    with pytest.raises(KeyError, match="colour"):
        choices_of("colour")
