"""Text to values: what is understood, what is not, and that nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest

from bulkportal.check.dates import Calendar
from tests.check.sheets import checked, codes
from tests.conftest import bundle, video

VIDEO_FIELDS = ("target_publish_date", "video_type", "instagram_content_type")


def read(field: str, texts: Iterable[str], *, date_order: str | None = None, zone: str | None = None) -> dict[str, object]:
    """What each text in a cell of that column is read as: its value, or the code of the finding about it."""
    texts = list(texts)
    if field in VIDEO_FIELDS:
        rows = [video("a", number) | {field: text} for number, text in enumerate(texts, start=1)]
        found = checked([bundle("a", videos_quantity=99, platform="instagram")], rows, calendar=Calendar(order=date_order, zone=zone))
        values = found.positions[field].to_list()
    else:
        found = checked([bundle(f"a{number}", publish=None) | {field: text} for number, text in enumerate(texts)])
        values = found.bundles[field].to_list()
    own = [finding for finding in found.findings if finding.column == field and finding.code.endswith(("_invalid", "_ambiguous", "_allowed"))]
    blamed = {finding.row: finding.code for finding in own if finding.code != "videos_quantity_not_allowed"}
    return {text: blamed.get(row, value) for row, text, value in zip(range(2, len(texts) + 2), texts, values, strict=True)}


def test_a_date_that_has_one_reading_is_read() -> None:
    """ISO, written out, or numbers of which one cannot be a month."""
    days = {
        "2030-03-15": date(2030, 3, 15),
        "2030-3-5": date(2030, 3, 5),
        "2030/03/15": date(2030, 3, 15),
        "2030.03.15": date(2030, 3, 15),
        " 2030-03-15 ": date(2030, 3, 15),
        "2030-03-15T00:00:00": date(2030, 3, 15),
        "2030-03-15 23:59": date(2030, 3, 15),
        "2030-03-15T23:59:59Z": date(2030, 3, 15),
        "31/03/2030": date(2030, 3, 31),
        "03/31/2030": date(2030, 3, 31),
        "05.05.2030": date(2030, 5, 5),
        "15 Mar 2030": date(2030, 3, 15),
        "15 March 2030": date(2030, 3, 15),
        "March 15, 2030": date(2030, 3, 15),
        "15th March 2030": date(2030, 3, 15),
        "15-Mar-2030": date(2030, 3, 15),
        "2032-02-29": date(2032, 2, 29),
    }
    assert read("target_publish_date", days) == days


def test_a_date_with_two_readings_is_an_error() -> None:
    """Never a guess."""
    texts = ["03/04/2030", "3.4.2030", "12-11-2030", "01/02/2030 10:00"]
    assert read("target_publish_date", texts) == dict.fromkeys(texts, "date_ambiguous")


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("03/04/2030", "day", date(2030, 4, 3)),
        ("03/04/2030", "month", date(2030, 3, 4)),
        ("2030-03-04", "day", date(2030, 3, 4)),
    ],
)
def test_an_ambiguous_date_is_read_where_the_order_is_said(text: str, order: str, day: date) -> None:
    """ISO is not touched by it."""
    assert read("target_publish_date", [text], date_order=order) == {text: day}


def test_what_is_no_date_is_an_error() -> None:
    """A day that does not exist, a year of two digits, a bare number."""
    texts = ["soon", "2030-02-30", "2030-13-01", "31/13/2030", "00/00/2030", "15/03/30", "tomorrow", "20300315", "45000"]
    assert read("target_publish_date", texts) == dict.fromkeys(texts, "date_invalid")


def test_a_date_against_the_order_that_was_said_is_an_error() -> None:
    """Who says month first and writes day first has made a mistake, which is not repaired in silence."""
    assert read("target_publish_date", ["31/03/2030"], date_order="month") == {"31/03/2030": "date_invalid"}


def test_yes_and_no_are_read_in_the_usual_words() -> None:
    """In any case, with spaces around."""
    words = {"yes": True, "YES": True, " Oui ": True, "1": True, "x": True, "✓": True, "no": False, "Nein": False, "0": False, "-": False}
    assert read("moderation", words) == words


def test_other_words_are_neither_yes_nor_no() -> None:
    """And say so."""
    texts = ["maybe", "2", "yes please", "n/a"]
    assert read("moderation", texts) == dict.fromkeys(texts, "boolean_invalid")


def test_whole_numbers_are_read() -> None:
    """As spreadsheet programs write them."""
    numbers = {"2": 2, " 2 ": 2, "2.0": 2, "2.": 2, "+2": 2, "007": 7, "-1": -1}
    assert read("videos_quantity", numbers) == numbers


def test_what_is_no_whole_number_is_an_error() -> None:
    """Nothing is rounded."""
    texts = ["2.5", "two", "1e3", "2,5", "0x10", "²", "99999999999999999999", "1 000"]
    assert read("videos_quantity", texts) == dict.fromkeys(texts, "integer_invalid")


def test_choices_are_read_with_their_synonyms_and_never_by_resemblance() -> None:
    """Case, spaces, underscores and hyphens apart."""
    both = dict.fromkeys(["account_and_videos", "Account and videos", "ACCOUNT-AND-VIDEOS", "both"], "account_and_videos")
    assert read("bundle_type", both) == both
    platforms = {"TikTok": "tiktok", "Tik Tok": "tiktok", "IG": "instagram", "myspace": "choice_invalid", "tik": "choice_invalid"}
    assert read("platform", platforms) == platforms
    assert read("video_type", ["Slideshow"]) == {"Slideshow": "carousel"}
    assert read("instagram_content_type", ["Reels"]) == {"Reels": "reel"}


def test_lists_are_split_on_semicolons_and_lines() -> None:
    """Commas belong to the text; empty entries are none."""
    lists = {
        "a.jpg;b.jpg": ["a.jpg", "b.jpg"],
        "a.jpg\nb.jpg": ["a.jpg", "b.jpg"],
        "a.jpg ; b.jpg;\n": ["a.jpg", "b.jpg"],
        ";;a.jpg;;b.jpg;;": ["a.jpg", "b.jpg"],
        "https://cdn.example.com/a,b.jpg": ["https://cdn.example.com/a,b.jpg"],
    }
    rows = [video("a", number, video_type="carousel", video=None, carousel_images=text) for number, text in enumerate(lists, start=1)]
    assert checked([bundle("a", videos_quantity=9)], rows).positions["carousel_images"].to_list() == list(lists.values())


def test_blank_leaves_and_clear_empties() -> None:
    """A blank cell says nothing; `(clear)` is remembered; what cannot be emptied says so."""
    rows = [bundle("a", title="(clear)", biography=" (CLEAR) ", publish=None), bundle("b", title=None, platform="(clear)", publish=None)]
    found = checked(rows)
    assert [sorted(names) for names in found.bundles["_clear"].to_list()][1] == []
    assert "title" in found.bundles["_clear"][0].to_list()
    assert found.bundles["title"].to_list() == [None, None]
    assert codes(found) == [("I2", "clear_not_allowed"), ("C3", "clear_not_allowed")]


def test_spaces_around_a_name_do_not_make_another_bundle() -> None:
    """`spring ` on Videos is `spring` on Bundles."""
    found = checked([bundle("spring", videos_quantity=1)], [video("spring ", 1)])
    assert codes(found) == []


@pytest.mark.parametrize(
    ("text", "zone", "day"),
    [
        ("2030-03-15 23:30", None, date(2030, 3, 15)),
        ("2030-03-15T23:30:00-05:00", None, date(2030, 3, 16)),
        ("2030-03-15 00:00:00", "Asia/Tokyo", date(2030, 3, 15)),
        ("2030-03-15", "Asia/Tokyo", date(2030, 3, 15)),
        ("2030-03-15 08:00", "Asia/Tokyo", date(2030, 3, 14)),
        ("15/03/2030 11:30 pm", "America/New_York", date(2030, 3, 16)),
        ("2030-03-15 23:30Z", "America/New_York", date(2030, 3, 15)),
        # The clocks skip 02:30 that night, and repeat it in October; either way it is one day in UTC.
        ("2030-03-31 02:30", "Europe/Berlin", date(2030, 3, 31)),
        ("2030-10-27 02:30", "Europe/Berlin", date(2030, 10, 27)),
        # At the Troll station the repeated hours lie on two days.
        ("2030-10-27 01:30", "Antarctica/Troll", "date_ambiguous"),
        ("2030-03-15 24:10", None, "date_invalid"),
        ("2030-03-15 10:00 CET", "Europe/Berlin", "date_invalid"),
    ],
)
def test_a_moment_is_the_day_it_is_in_utc(text: str, zone: str | None, day: object) -> None:
    """By its own offset, else by the time zone of the profile; a day without a time of day stays itself."""
    assert read("target_publish_date", [text], zone=zone) == {text: day}


@pytest.mark.parametrize(("text", "number"), [("3,0", 3), ("3.00", 3), ("1.000", "integer_invalid"), ("1,000", "integer_invalid")])
def test_a_decimal_comma_is_no_mistake_but_thousands_are_no_guess(text: str, number: object) -> None:
    """3,0 is 3 in half of the world; 1,000 is a thousand in the other half."""
    assert read("videos_quantity", [text]) == {text: number}
