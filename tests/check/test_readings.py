"""Cells that are read otherwise than they are seen: lists, dates, booleans, errors, control characters."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from bulkportal.check.dates import PLAIN, explain, to_day
from bulkportal.check.lists import entries, separator_of
from bulkportal.columns.positions import POSITIONS
from tests.conftest import Desk, Ended, bundle, video

TAGS, PEOPLE, IMAGES = POSITIONS["youtube_tags"], POSITIONS["instagram_collaborators"], POSITIONS["carousel_images"]
A, B = "https://cdn.example.com/a.jpg", "https://cdn.example.com/b.jpg?size=1,2"


def read(field: object, text: str) -> list[str] | None:
    """The entries of a cell."""
    frame = pl.DataFrame({"x": [text]})
    return frame.select(entries(field, pl.col("x"))).item().to_list()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "text", "entries"),
    [
        (TAGS, "street food, rome, vlog", ["street food", "rome", "vlog"]),
        (TAGS, "#street #food", ["street", "food"]),
        (TAGS, "#one; #two words", ["one", "two words"]),
        (TAGS, "street food", ["street food"]),
        (PEOPLE, "@ann.b, @carl_d", ["ann.b", "carl_d"]),
        (PEOPLE, "@ann.b @carl_d", ["ann.b", "carl_d"]),
        (PEOPLE, "ann.b / carl_d", ["ann.b", "carl_d"]),
        (PEOPLE, "ann.b | carl_d", ["ann.b", "carl_d"]),
        (PEOPLE, "@ann.b", ["ann.b"]),
        (IMAGES, f"{A}, {B}", [A, B]),
        (IMAGES, f"{A} {B}", [A, B]),
        (IMAGES, f"{A}|{B}", [A, B]),
        (IMAGES, f"{A},{B}", [A, B]),
        (IMAGES, "1.jpg|2.PNG", ["1.jpg", "2.PNG"]),
        (IMAGES, "first day.jpg, second day.jpg", ["first day.jpg", "second day.jpg"]),
        (IMAGES, B, [B]),
        (IMAGES, "one, two.jpg", ["one, two.jpg"]),
        (IMAGES, "a.jpg\u2028b.jpg\x0bc.jpg", ["a.jpg", "b.jpg", "c.jpg"]),
    ],
)
def test_a_list_is_parted_where_there_is_one_reading(field: object, text: str, entries: list[str]) -> None:
    """Tags by commas, people and links by what no name and no address holds; a file whose name has a comma stays one."""
    assert read(field, text) == entries


@pytest.mark.parametrize(
    ("field", "text", "separator"),
    [
        (TAGS, "a|b", "|"),
        (TAGS, "food / travel", "/"),
        (TAGS, "and/or", None),
        (TAGS, '["a","b"]', "[ ]"),
        (PEOPLE, "ann! carl", "a blank"),
        (PEOPLE, "ann", None),
        (IMAGES, f'["{A}","{B}"]', "[ ]"),
        (IMAGES, "a|b.jpg", "|"),
        (IMAGES, A, None),
    ],
)
def test_a_separator_that_may_belong_to_an_entry_is_named(field: object, text: str, separator: str | None) -> None:
    """For a cell that was read as one entry."""
    assert pl.DataFrame({"x": [text]}).select(separator_of(field, "x")).item() == separator  # type: ignore[arg-type]


def launch(desk: Desk, platform: str = "tiktok", **cells: object) -> Ended:
    """The check of a launch of one video with these cells."""
    rows = [video("spring", 1, **cells)]
    return desk.run(
        "check", desk.sheets("launch", bundles=[bundle("spring", platform=platform, videos_quantity=1)], videos=rows), "--today", "2026-11-29"
    )


def of(ended: Ended, column: str) -> list[tuple[str, str]]:
    """Code and severity of every finding in a column."""
    return [(found["code"], found["severity"]) for found in ended.document["findings"] if found["column"] == column]


def test_a_list_that_was_parted_is_said_and_one_that_was_not_is_an_error(desk: Desk) -> None:
    """At its cell, with the entries; a list by semicolons says nothing."""
    assert of(launch(desk, "youtube", youtube_tags="food, travel"), "youtube_tags") == [("list_read_apart", "warning")]
    assert of(launch(desk, "youtube", youtube_tags="food|travel"), "youtube_tags") == [("list_separator", "error")]
    assert of(launch(desk, "youtube", youtube_tags="food; travel"), "youtube_tags") == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("14. März 2027", date(2027, 3, 14)),
        ("14 mars 2027", date(2027, 3, 14)),
        ("Sunday, March 14, 2027", date(2027, 3, 14)),
        ("domingo 14 de marzo de 2027", date(2027, 3, 14)),
        ("14 agosto 2027", date(2027, 8, 14)),
        ("1er août 2027", date(2027, 8, 1)),
        ("dimanche 14 févr. 2027", date(2027, 2, 14)),
        ("mar. 16 mars 2027", date(2027, 3, 16)),
        ("2027年3月14日", date(2027, 3, 14)),
        ("2027년 3월 14일", date(2027, 3, 14)),
        ("14.03.2027.", date(2027, 3, 14)),
        ("2027. 3. 14.", date(2027, 3, 14)),
        ("２０２７-０３-１４", date(2027, 3, 14)),
        ("\u200e14.03.2027", date(2027, 3, 14)),
        ("20270314", None),
        ("03/04/2027", None),
        ("14/03/27", None),
        ("2027-02-30", None),
        ("next Friday", None),
        ("March 2027", None),
    ],
)
def test_a_date_in_words_is_read_where_it_has_one_reading(text: str, day: date | None) -> None:
    """Months and weekdays of the header languages; nothing with two readings."""
    assert pl.DataFrame({"x": [text]}).select(to_day(pl.col("x"), PLAIN)).item() == day


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("31.04.2027", "April 2027 has 30 days"),
        ("2027-02-29", "February 2027 has 28 days"),
        ("46461", "2027-03-15"),
        ("20270315", "2027-03-15"),
        ("15/03/27", "2027-03-15"),
        ("15-Mar-27", "2027-03-15"),
    ],
)
def test_a_date_that_cannot_be_says_why_or_what_may_be_meant(text: str, words: str) -> None:
    """A day that there is not, the number by which Excel knows a day, a year of two digits."""
    assert words in explain(text, PLAIN)


def test_a_time_is_said_to_be_left_out_and_a_zone_never_moves_a_day_in_silence(desk: Desk) -> None:
    """What is sent stands in the finding."""
    ended = launch(desk, target_publish_date="2027-03-15T18:30-08:00")
    found = next(one for one in ended.document["findings"] if one["code"] == "time_dropped")
    assert "2027-03-16" in found["message"] and "2027-03-15" in found["message"]
    assert of(launch(desk, target_publish_date="2027-03-15 18:30"), "target_publish_date") == [("time_dropped", "warning")]
    assert of(launch(desk, target_publish_date="2027-03-15 00:00:00"), "target_publish_date") == []


def test_a_weekday_that_contradicts_its_date_is_said(desk: Desk) -> None:
    """14 March 2027 is a Sunday."""
    assert of(launch(desk, target_publish_date="Monday, March 14, 2027"), "target_publish_date") == [("weekday_contradicts", "error")]


@pytest.mark.parametrize("text", ["2072-03-15", "2570-03-15", "3027-03-15"])
def test_a_year_that_nobody_plans_for_is_doubted_with_the_one_that_may_be_meant(desk: Desk, text: str) -> None:
    """Digits exchanged, another calendar, a slip of the finger."""
    ended = launch(desk, target_publish_date=text)
    assert of(ended, "target_publish_date") == [("date_far_away", "warning")]
    assert "2027-03-15" in ended.document["findings"][-1]["hint"]


def test_one_date_years_after_the_others_is_doubted_and_a_launch_far_ahead_is_not(desk: Desk) -> None:
    """2037 among 2027; and a launch of which all dates lie in 2029."""
    videos = [video("spring", n, target_publish_date=f"2027-03-{n:02}") for n in range(10, 14)] + [
        video("spring", 9, target_publish_date="2037-03-09")
    ]
    ended = desk.run("check", desk.sheets("one", bundles=[bundle("spring", videos_quantity=14)], videos=videos), "--today", "2026-11-29")
    assert [one["value"] for one in ended.document["findings"] if one["code"] == "date_far_away"] == ["2037-03-09"]
    videos = [video("spring", n, target_publish_date=f"2029-03-{n:02}") for n in range(1, 6)]
    ended = desk.run("check", desk.sheets("two", bundles=[bundle("spring", videos_quantity=5)], videos=videos), "--today", "2026-11-29")
    assert "date_far_away" not in ended.codes


@pytest.mark.parametrize("word", ["VERO", "WAAR", "TAK", "はい", "ДА", "☑", "✔️", "TRUE()", "Yes!", "1.0"])
def test_a_yes_of_every_program_is_read(desk: Desk, word: str) -> None:
    """As the spreadsheet programs write it in their own languages."""
    assert of(launch(desk, "instagram", instagram_content_type="reel", instagram_add_to_story=word), "instagram_add_to_story") == []


def test_a_word_near_yes_is_asked_about(desk: Desk) -> None:
    """Suggested, never taken for it."""
    ended = launch(desk, "instagram", instagram_content_type="reel", instagram_add_to_story="yes please")
    found = next(one for one in ended.document["findings"] if one["column"] == "instagram_add_to_story")
    assert (found["code"], "Did you mean yes?" in found["hint"]) == ("boolean_invalid", True)


@pytest.mark.parametrize(
    "text",
    [
        "#NV",
        "#BEZUG!",
        "#WERT!",
        "#¡REF!",
        "#VALEUR!",
        "#NOM?",
        "#N/D",
        "#ERROR!",
        "Loading...",
        "Chargement…",
        "Err:508",
        "#ЗНАЧ!",
        "#RIF!",
    ],
)
def test_the_error_of_a_formula_is_no_caption(desk: Desk, text: str) -> None:
    """In every language in which a spreadsheet program writes it."""
    assert ("cell_error_value", "error") in of(launch(desk, description=text), "description")


@pytest.mark.parametrize("text", ["#love this", "#nv is the best #n/d", "Loading the van...", "Error: 508 likes", "#REFILL!", "Err, 508 of them"])
def test_a_hashtag_is_no_error(desk: Desk, text: str) -> None:
    """Only the word alone is one."""
    assert of(launch(desk, description=text), "description") == []


@pytest.mark.parametrize("parting", [", ", "\n", " ", ";", "|"])
def test_two_links_where_one_is_wanted_are_an_error(desk: Desk, parting: str) -> None:
    """However they are parted; a link with another one in its query is one link."""
    ended = launch(desk, video=f"https://cdn.example.com/1.mp4{parting}https://cdn.example.com/2.mp4")
    assert ("several_links", "error") in of(ended, "video")
    assert "several_links" not in launch(desk, video="https://cdn.example.com/get?file=https://cdn.example.com/2.mp4").codes


def test_a_link_without_its_beginning_is_asked_about(desk: Desk) -> None:
    """Www. is not enough."""
    ended = launch(desk, tiktok_sound_url="www.tiktok.com/music/original-7004")
    found = next(one for one in ended.document["findings"] if one["column"] == "tiktok_sound_url")
    assert "https://www.tiktok.com/music/original-7004" in found["hint"]


@pytest.mark.parametrize(
    "text",
    [
        *("15/03/2027 6pm", "March 15, 2027 at 6:30 PM", "2027-03-15 18h30", "15.03.2027, 18.30 Uhr", "15.03.2027 um 18 Uhr", "2027-03-15 noon"),
        *("2027-03-15 (18:30)", "18:30 2027-03-15", "Mon 15 Mar 2027 18:30 CET", "2027-03-15_18:30", "15 mars 2027 à 18h", "2027年3月15日 18:30"),
        *("2027-03-15 18:30-19:00", "2027-03-15 18:30–19:00", "2027-03-15 24:00", "2027-03-15 1830"),
    ],
)
def test_a_day_beside_a_time_in_other_words_is_named(text: str) -> None:
    """It is never read in part: from half past six until seven is no time zone."""
    assert pl.select(to_day(pl.lit(text), PLAIN)).item() is None
    assert explain(text, PLAIN) == "Did you mean 2027-03-15? The platform knows days only: leave out the time."


@pytest.mark.parametrize("text", ["2027-03-15 or 16", "2027-03-15 - 2027-03-20", "03/04/2027 18:30", "18:30", "tomorrow 6pm"])
def test_no_day_is_named_where_none_is_sure(text: str) -> None:
    """Two days, a day with two readings, and none."""
    assert pl.select(to_day(pl.lit(text), PLAIN)).item() is None and "Did you mean" not in explain(text, PLAIN)
