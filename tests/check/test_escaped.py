"""Signs that are spelled out as a program does are told before they are posted; text that merely holds such signs is not."""

from __future__ import annotations

import pytest

from tests.check.sheets import checked, codes
from tests.conftest import bundle, video


@pytest.mark.parametrize(
    ("text", "sample", "meant"),
    [
        ("Fish &amp; chips", "&amp;", "'&'"),
        ("Caf&eacute; au lait", "&eacute;", "'é'"),
        ("Tom &#39;n&#39; Jerry", "&#39;", '"\'"'),
        ("It&#x2019;s dawn", "&#x2019;", "'’'"),
        ("Dish one<br>Dish two", "<br>", ""),
        ("<p>Dish one</p>", "<p>", ""),
        ("Caf%C3%A9 du march%C3%A9", "%C3%A9", "'é'"),
        ("Caf=C3=A9 du coin", "=C3=A9", "'é'"),
        ("Caf\\u00e9 du coin", "\\u00e9", "'é'"),
        ("Great \\ud83d\\ude00 dish", "\\ud83d\\ude00", "'😀'"),
        ("Dish one\\nDish two", "\\n", ""),
        ("Dish one\\r\\nDish two", "\\r\\n", ""),
    ],
)
def test_a_sign_that_is_spelled_out_is_told(text: str, sample: str, meant: str) -> None:
    """With the sign that is meant, where there is one."""
    found = checked([bundle("now", publish="no")], [video("now", 1, description=text), video("now", 2)])
    assert codes(found) == [("F2", "text_escaped")]
    assert f'"{sample}"' in found.findings[0].message and (not meant or f"it means {meant}" in found.findings[0].message)


@pytest.mark.parametrize(
    "text",
    [
        *("R&D; ok", "AT&T rocks", "Q&A; what", "a < b and c > d", "I <3 you", "50% off", "100%DE", "2+2=4", "a=B2=C3"),
        *("C:\\new\\folder", "it is \\o/"),
        *("https://a.example/%C3%A9?x=1&amp;y=2", "see www.a.example/caf%C3%A9 today", "#100%real", "<grin>", "1 <2> 3"),
    ],
)
def test_text_that_merely_holds_such_signs_is_left_alone(text: str) -> None:
    """People write them; in an address they are as they should be."""
    assert codes(checked([bundle("now", publish="no")], [video("now", 1, description=text), video("now", 2)])) == []
