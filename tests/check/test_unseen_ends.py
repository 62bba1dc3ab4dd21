"""What nobody sees at the ends of a text and in a list is left out, and said; what is seen, or says how text runs, stays."""

from __future__ import annotations

import pytest

from tests.check.sheets import checked, codes
from tests.conftest import Desk, bundle, video

GHOST = "\u200b"


@pytest.mark.parametrize("ghost", ["\u200b", "\ufeff", "\u2060", "\u00ad", "\u200d", "\u2800", "\u3164"])
def test_a_text_is_read_without_what_nobody_sees_at_its_ends(ghost: str) -> None:
    """Names for the public, captions and titles alike; the cell is told with the character."""
    found = checked([bundle("now", visible_name=f"Now{ghost}", publish="no")], [video("now", 1, description=f"{ghost} Dish one"), video("now", 2)])
    assert codes(found) == [("H2", "unseen_character"), ("F2", "unseen_character")]
    assert found.bundles["visible_name"].to_list() == ["Now"] and found.positions["description"][0] == "Dish one"
    assert f"U+{ord(ghost):04X}" in found.findings[0].message


def test_a_text_of_nothing_that_is_seen_is_blank() -> None:
    """It would leave things as they are, or be missing; it is never posted."""
    found = checked([bundle("now", publish="no")], [video("now", 1, description="\u2800 \u2800"), video("now", 2)])
    assert codes(found) == [("F2", "unseen_character"), ("F2", "description_missing")]


def test_what_is_seen_and_what_says_how_text_runs_stays() -> None:
    """Emojis of several parts, marks of direction, blank lines made of blanks that are none."""
    texts = ["Chef 👩\u200d🍳", "שלום!\u200f", "one\n\u2800\ntwo", "heart ❤\ufe0f"]
    texts += ["flag 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"]
    videos = [video("now", number, description=text) for number, text in enumerate(texts, start=1)]
    found = checked([bundle("now", videos_quantity=5, publish="no")], videos)
    assert codes(found) == [] and found.positions["description"].to_list() == texts


def test_entries_of_lists_are_read_without_it() -> None:
    """A person who is named with a ghost in the name is nobody, and a link with one leads nowhere."""
    people = video("now", 1, instagram_content_type="reel", instagram_collaborators=f"chef.one{GHOST}; chef.two")
    images = f"https://cdn.example.com/1.jpg{GHOST};https://cdn.example.com/2.jpg"
    slides = video("now", 2, instagram_content_type="post", video_type="carousel", video="", carousel_images=images)
    found = checked([bundle("now", platform="instagram", publish="no")], [people, slides])
    assert [code for _, code in codes(found)] == ["unseen_character"] * 2
    assert found.positions["instagram_collaborators"][0].to_list() == ["chef.one", "chef.two"]
    assert found.positions["carousel_images"][1].to_list() == ["https://cdn.example.com/1.jpg", "https://cdn.example.com/2.jpg"]


def test_what_the_platform_has_with_it_is_not_sent_again_without(desk: Desk) -> None:
    """An import is followed by a second one that does nothing, and fix writes what was read."""
    sheets = desk.sheets("launch", bundles=[bundle("now", visible_name=f"Now{GHOST}")], videos=[video("now", 1), video("now", 2)])
    assert desk.import_(sheets).rows == {"total": 3, "done": 3}
    writes = desk.writes
    assert desk.import_(sheets).rows == {"total": 3, "unchanged": 3} and desk.writes == writes
    (told,) = [finding for finding in desk.run("check", sheets).document["findings"] if finding["code"] == "unseen_character"]
    assert told["proposal"] == "Now"
