"""A word of the command line that is nearly right is answered with the right one."""

from __future__ import annotations

import pytest

from tests.conftest import Desk


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("chek", "launch.xlsx"), "check"),
        (("imort", "launch.xlsx"), "import"),
        (("exprot",), "export"),
        (("runs", "lst"), "list"),
        (("check", "launch.xlsx", "--date-order", "days"), "day"),
        (("template", "launch.xlsx", "--platform", "tiktk"), "tiktok"),
        (("check", "launch.xlsx", "--reprt", "report.xlsx"), "--report"),
    ],
)
def test_the_nearest_command_option_or_choice_is_named(desk: Desk, typed: tuple[str, ...], meant: str) -> None:
    """On the screen and in the JSON, with exit code 2."""
    ended = desk.run(*typed)
    assert ended.code == 2
    assert f"'{meant}'" in ended.err
    assert f"'{meant}'" in ended.document["findings"][0]["message"]


def test_a_word_that_is_near_nothing_is_answered_with_no_guess(desk: Desk) -> None:
    """No suggestion is better than a wrong one."""
    ended = desk.run("zzzzzz")
    assert ended.code == 2
    assert "mean" not in ended.err
