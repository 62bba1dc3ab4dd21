"""A row whose own name says that it is not meant is held; names that only hold such words are names."""

from __future__ import annotations

import pytest

from tests.check.test_plain_launches import checked, codes
from tests.conftest import Desk, bundle, video


def found(*names: str, **changes: object) -> list[str]:
    """The codes of a launch with bundles of these names, whose accounts have others."""
    bundles = [bundle(name, videos_quantity=1, username=f"daily.{number}", **changes) for number, name in enumerate(names)]
    return [code for _, code in codes(checked(bundles, [video(name, 1) for name in names]))]


@pytest.mark.parametrize(
    "name",
    [
        "(cancelled) spring",
        "CANCELLED - spring",
        "spring [on hold]",
        "Draft: spring",
        "spring (do not post)",
        "annulé / spring",
        "spring (nicht posten)",
        "spring (à ne pas publier)",
        "niet publiceren - spring",
        "spring [не публиковать]",
        "spring (不要发布)",
        "spring (投稿しないで)",
        "// spring",
        "# spring",
        "-- spring",
    ],
)
def test_a_bundle_whose_name_says_that_it_is_not_meant_is_held(name: str) -> None:
    """Written into the name, or commented out as in a program."""
    assert "row_on_hold" in found(name)


@pytest.mark.parametrize(
    "name",
    [
        "draft beer tour",
        "Archive footage",
        "#spring",
        "hold-the-door",
        "stop-motion",
        "NFL Draft 2027",
        "no cancelled flights",
        "spring #2",
        "Hold for the door",
        "Nicht ohne meine Katze",
        "spring не спать",
        "春 不要走",
        "#12 Main St",
    ],
)
def test_a_name_that_only_holds_such_words_is_a_name(name: str) -> None:
    """Draft beer, a hashtag, a title."""
    assert found(name, title=name) == []


def test_a_sign_before_some_of_the_names_takes_their_rows_out() -> None:
    """Where all begin so it is how the team writes its names."""
    assert found("#spring", "summer") == ["row_on_hold"]
    assert found("#spring", "#summer") == []


@pytest.mark.parametrize("name", ["On hold: the musical", "// slash records"])
def test_a_name_that_somebody_has_said_to_be_one_is_a_name(name: str, desk: Desk) -> None:
    """Words alone do not tell a title from a row that waits: it is held until the profile says what is meant, and asked no more."""
    media = "https://cdn.example.com/one.mp4"
    launch = desk.sheets(
        "launch",
        bundles=[bundle(name, profile_picture="https://cdn.example.com/one.jpg", videos_quantity=1, username="daily.1", title="A title")],
        videos=[video(name, 1, video=media)],
    )
    held = desk.run("check", launch)
    assert set(held.codes) == {"row_on_hold"}
    assert f"meant_names = [{name!r}]" in held.document["findings"][0]["hint"]
    config = desk.folder / "bulkportal.toml"
    config.write_text(f"[profiles.main]\nmeant_names = [{name!r}]\n", "utf-8")
    assert desk.run("check", launch, BULKPORTAL_CONFIG=str(config), BULKPORTAL_PROFILE="main").codes == []


@pytest.mark.parametrize("title", ["CANCELLED - Spring", "Spring (not approved)"])
def test_a_title_says_so_too(title: str) -> None:
    """The title is what the team reads."""
    assert found("spring", title=title) == ["row_on_hold"]


@pytest.mark.parametrize(
    "caption",
    [
        "Fresh bread (TODO: check the price)",
        "Fresh bread // wait for legal",
        "Caption: Fresh bread",
        "Only $XX until Friday",
        "XX% off today",
        "Fixed FIXME",
    ],
)
def test_a_caption_with_words_for_colleagues_or_a_gap_is_held(caption: str) -> None:
    """It would be posted with them."""
    rows = [bundle("spring", videos_quantity=1)], [video("spring", 1, description=caption)]
    assert {code for _, code in codes(checked(*rows))} <= {"text_not_final", "text_placeholder"} != set()
    assert codes(checked(*rows))


@pytest.mark.parametrize(
    "caption",
    ["TODO INCLUIDO en el mercado", "Size XXL, love xx", "What?? Bread!", "Our copy of the classic", "https://example.com//wait", "10:30 // market"],
)
def test_a_caption_that_only_looks_so_is_one(caption: str) -> None:
    """Spanish for everything, sizes, kisses, surprise."""
    assert codes(checked([bundle("spring", videos_quantity=1)], [video("spring", 1, description=caption)])) == []


def test_a_text_that_turns_its_own_direction_is_told() -> None:
    """A person sees other words than are posted."""
    rows = [bundle("spring", videos_quantity=1)], [video("spring", 1, description="Fresh \u202edaerb")]
    assert [code for _, code in codes(checked(*rows))] == ["control_character"]
