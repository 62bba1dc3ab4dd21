"""Texts for the public that are none yet are held: words in their place, gaps, and marks that they are not final."""

from __future__ import annotations

import pytest

from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.positions import POSITIONS
from tests.check.sheets import checked, codes
from tests.conftest import bundle, video


def said_of(text: str) -> list[tuple[str | None, str]]:
    """The findings about a caption."""
    return codes(checked([bundle("now", publish="no")], [video("now", 1, description=text), video("now", 2)]))


@pytest.mark.parametrize(
    "text",
    [
        *("same as above", "Ditto", "see above", "(see above)", "siehe oben", "s.o.", "idem", "〃", '"', "see Slack", "(see doc)", "as discussed"),
        *("XXX", "asdf", "...", "…", "-", "—", "???", "0", "FALSE", "WAHR", "2027-03-15", "clip_01.mp4", "Caption v3.docx"),
        *(
            "Hi {{name}}, welcome",
            "Hi {{ first name of whoever booked the table at the market }}",
            "Hi ${name}",
            "Hi {first_name}",
            "Hello %%NAME%%",
            "Best of [BRAND] today",
            "Hi <name>",
            "See [insert link]",
            "Now: lorem ipsum dolor",
        ),
    ],
)
def test_a_text_in_place_of_a_text_is_held(text: str) -> None:
    """A reference to a blank cell shows 0, and a program that should have filled in a name did not."""
    assert said_of(text) == [("F2", "text_placeholder")]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "[DRAFT] Fresh bread",
            "(do not post) Fresh bread",
            "DRAFT: Fresh bread",
            "Draft: Fresh bread",
            "HOLD - Fresh bread",
            "Fresh bread (DRAFT)",
        ),
        *("Fresh bread [TBC]", "[Entwurf] Frisches Brot", "[do not post before Monday] Fresh bread", "**WIP** Fresh bread", "【DRAFT】Fresh bread"),
    ],
)
def test_a_text_that_says_that_it_is_not_final_is_held(text: str) -> None:
    """The words are meant for colleagues, and would be posted with the text."""
    assert ("F2", "text_not_final") in said_of(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Draft beer night",
            "Hold my bread",
            "Fresh bread, hold the butter",
            "Don't post this, taste this",
            "See above the clouds",
            "Same as above, but better",
        ),
        *(
            "1",
            "3",
            "!",
            "OK.",
            "True story",
            "0 sugar",
            "A [very] good day",
            "I <3 you",
            "{ bread }",
            "50%%",
            "link in bio",
            "x",
            "wow…",
            "Name your bread",
        ),
        *(
            "On hold? Never: we bake",
            "Nothing false here",
            "see docs.example.com",
            "clip of the day",
            "* one\n* two",
            "2*3*4",
            "** new **",
            "[sound on] Fresh bread",
        ),
    ],
)
def test_other_texts_are_left_alone(text: str) -> None:
    """The same words within a sentence, and signs that people write."""
    assert said_of(text) == []


@pytest.mark.parametrize("text", ["**Fresh bread** now", "[Shop](https://a.example/x)"])
def test_signs_of_a_writing_program_are_told(text: str) -> None:
    """A warning: the stars and brackets would be posted as they stand."""
    assert said_of(text) == [("F2", "text_escaped")]


@pytest.mark.parametrize("name", [*BUNDLES.captions, *POSITIONS.captions])
def test_every_text_that_the_public_reads_is_looked_at(name: str) -> None:
    """A column that is declared as a caption is judged like the others, whatever it is called."""
    platform = "youtube" if name == "youtube_title" else "tiktok"
    draft = {name: "[DRAFT] Fresh bread"}
    on_bundle = draft if name in BUNDLES.names else {}
    on_video = draft if name in POSITIONS.names else {}
    found = checked([bundle("now", publish="no", platform=platform, **on_bundle)], [video("now", 1, **on_video), video("now", 2)]).findings
    assert [(one.column, one.code) for one in found if one.code == "text_not_final"] == [(name, "text_not_final")]
