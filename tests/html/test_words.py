"""The catalogues say the same in each language, and every word that is asked for is in them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from bulkportal.html import words
from bulkportal.html.words import LANGUAGES, Words
from bulkportal.remote_files import web_link

FOLDER = Path(words.__file__).parent
ENGLISH = tomllib.loads((FOLDER / "en.toml").read_text("utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_every_word_and_every_blank(language: str) -> None:
    found = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    assert list(found) == list(ENGLISH)
    for key, text in found.items():
        assert text.strip(), key
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", ENGLISH[key])), key


def test_there_is_a_catalogue_for_each_language() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.toml")) == sorted(LANGUAGES)


def test_an_unknown_language_is_english_and_a_region_decides_on_numbers() -> None:
    assert (Words("tlh")["status.title"], Words("xx-YY").language) == ("Status", "en")
    swiss = Words("de-CH")
    assert (swiss.language, swiss.number(1234.5)) == ("de", "1’234.5")


NOT_FOLLOWED = (
    *("javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "https://", "//evil", "https://a b"),
    *("https://u:p@a.example/", "http://[", "\nhttps://a.example", ""),
)


@pytest.mark.parametrize("text", NOT_FOLLOWED)
def test_only_web_addresses_become_links(text: str) -> None:
    assert web_link(text) == ""
    assert web_link("https://www.example.com/v/1?a=b#c") == "https://www.example.com/v/1?a=b#c"
