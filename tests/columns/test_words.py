"""Words in cells: countries, feedback on fields, how far a row is, and whom a bundle is for."""

from __future__ import annotations

import pytest

from bulkportal.columns.bundles import client_of
from bulkportal.columns.corrections import by_field
from bulkportal.columns.countries import code_of, is_same_country, nearest
from bulkportal.columns.positions import media_field
from bulkportal.columns.progress_words import (
    forbids,
    is_called_off,
    is_order_to_wait,
    is_put_aside,
    is_standing,
    is_word_of_standing,
    says_not_yet,
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("us", "US"),
        ("France", "FR"),
        ("the Netherlands", "NL"),
        ("Deutschland", "DE"),
        ("DEU", "DE"),
        ("🇫🇷", "FR"),
        ("🇫🇷 Paris", None),
        ("🇫", None),
        ("Atlantis", None),
        ("", None),
    ],
)
def test_a_country_in_words_letters_or_by_its_flag(text: str, code: str | None) -> None:
    """None where it is not sure."""
    assert code_of(text) == code


def test_a_misspelled_country_is_only_asked_about() -> None:
    """What is like none, or too short to be like one, is nothing."""
    assert (nearest("Germny"), nearest("Xyzzy"), nearest("Ger")) == ("DE", None, None)
    assert is_same_country("usa", "US") and is_same_country("GB", "uk") and not is_same_country("US", "UK")


@pytest.mark.parametrize(
    ("message", "fields"),
    [
        ("Please change it", {}),
        ("biography: too formal", {"biography": "too formal"}),
        ("Bio:\n\ntoo formal\nand more", {"biography": "too formal"}),
        ("bio: too formal\nUsername: too long\nbio: and too short", {"biography": "too formal\nand too short", "username": "too long"}),
        ("note: see below\nprofile picture:", {}),
    ],
)
def test_feedback_is_kept_by_the_field_that_it_is_about(message: str, fields: dict[str, str]) -> None:
    """Behind the colon or on the next line that says something; what names no field is nobody's."""
    assert by_field(message) == fields


@pytest.mark.parametrize(("name", "client"), [("acme-spring", "acme"), ("acme/us-1", "acme"), ("acme", "acme"), ("-spring", "-spring")])
def test_a_bundle_is_for_whom_its_name_begins_with(name: str, client: str) -> None:
    """A name that begins with a dash belongs to nobody else."""
    assert client_of(name) == client


def test_the_media_of_a_type() -> None:
    """Of one that is not known, a video."""
    assert (media_field("carousel"), media_field("video"), media_field(None)) == ("carousel_images", "video", "video")


@pytest.mark.parametrize(
    ("text", "no"),
    [
        ("❌", True),
        ("not approved", True),
        ("approved, no changes needed", False),
        ("approved", False),
        ("✅", False),
        ("?", True),
        ("", False),
    ],
)
def test_a_cell_of_a_column_of_standing(text: str, no: bool) -> None:
    """Signs speak before words; a question alone is no yes."""
    assert says_not_yet(text) is no


def test_a_column_of_standing_has_a_short_name() -> None:
    """A sentence that holds the word is none."""
    assert is_standing("Client approval") and is_standing("Status")
    assert not is_standing("What the status of all of this will be by then") and not is_standing("Caption")


def test_notes_that_forbid() -> None:
    """In any clause; a question that is answered forbids nothing."""
    assert forbids("Wrong caption, do not post") and forbids("cancelled by Ana") and not forbids("post it on Monday")
    assert is_order_to_wait("DRAFT - not approved") and is_order_to_wait("please do not post yet")
    assert not is_order_to_wait("on hold? no, go!") and not is_order_to_wait("a nice place") and not is_order_to_wait(" - ")
    assert is_order_to_wait("on hold? yes")


def test_names_that_are_not_meant() -> None:
    """Of a bundle, and of a tab, where the kind of the sheet and numbers do not count."""
    assert is_called_off("(cancelled) spring") and is_called_off("DRAFT: Summer menu") and not is_called_off("Draft beer")
    kinds = {"videos", "bundles"}
    assert [is_put_aside(title, kinds) for title in ("Videos (old)", "DRAFT next month", "Launch May - do not send")] == [True] * 3
    assert [is_put_aside(title, kinds) for title in ("Old Spice", "NFL Draft", "Stop motion", "Videos 2")] == [False] * 4


@pytest.mark.parametrize(("text", "is_word"), [("approved", True), ("on hold", True), ("✔", True), ("noodles", False), ("—", False)])
def test_a_word_of_standing_and_nothing_else(text: str, is_word: bool) -> None:
    """One way or the other."""
    assert is_word_of_standing(text) is is_word
