"""Names: what is the same, what looks alike, and what is different."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkportal import names

ODD = "\u200b\u200c\u200d\u200e\ufeff\u00a0\u2060\u00ad\u2028\u0301\u0327\u3164 -\u2011\u2013\u2212'\u2019\u00b4\"\u201cаеіѕӏгαηωΗΝİıẞß０ｓﬁ²①'\u2800"
letters = st.one_of(st.sampled_from(ODD), st.sampled_from("abcXYZ012 .,_"), st.characters(exclude_categories=["Cs"]))
texts = st.text(letters, max_size=12)


@given(texts)
def test_plain_is_the_same_when_it_is_taken_again(text: str) -> None:
    """So it does not matter how often a name is read."""
    once = names.plain(text)
    assert names.plain(once) == once
    assert unicodedata.normalize("NFC", once) == once and "  " not in once and once == once.strip()
    assert not names.has_unseen(once)


@given(texts)
def test_likeness_is_the_same_when_it_is_taken_again(text: str) -> None:
    """And it depends on nothing but what is seen."""
    seen = names.likeness(text)
    assert names.likeness(seen) == seen
    assert names.likeness(names.plain(text)) == seen


@given(texts, texts)
def test_the_same_name_is_never_one_that_only_looks_alike(one: str, other: str) -> None:
    """A pair is the same, looks alike, or is different."""
    if names.is_same(one, other):
        assert names.likeness(one) == names.likeness(other) and not names.is_alike(one, other)


@given(st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789 -_."), max_size=15), st.data())
def test_case_dash_and_width_do_not_change_what_is_seen(text: str, data: st.DataObject) -> None:
    """Each letter in another dress."""
    dressed = "".join(data.draw(st.sampled_from([letter, *_dresses(letter)])) for letter in text)
    assert names.likeness(dressed) == names.likeness(text)


def _dresses(letter: str) -> list[str]:
    if letter == "-":
        return ["\u2010", "\u2011", "\u2013", "\u2014", "\u2212", "\uff0d", " \u2013 "]
    if letter in " .":
        return [letter]
    return [letter.upper(), chr(ord(letter) + 0xFEE0), chr(ord(letter.upper()) + 0xFEE0)]


@pytest.mark.parametrize(
    "other",
    [
        "autumn\u200b-1",
        "\ufeffautumn-1",
        "autumn-1\u200e",
        "aut\u00adumn-1",
        "autumn-1\u2060",
        " autumn-1\u00a0",
        "autumn\x07-1",
        "\u202aautumn-1\u202c",
    ],
)
def test_what_nobody_sees_makes_no_other_name(other: str) -> None:
    """The same name, and what was in it can be told."""
    assert names.plain(other) == "autumn-1"


@pytest.mark.parametrize(
    "other", ["à la  carte", "a\u0300 la carte", "à\u00a0la\u2009carte", "à\tla\u3164carte", "à la\u200bcarte".replace("\u200b", " \u200b")]
)
def test_any_blank_and_any_way_to_write_an_accent_is_the_same(other: str) -> None:
    """NFC and single blanks."""
    assert names.is_same("à la carte", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("herbst-07", "Herbst-07"),
        ("herbst-07", "herbst\u201307"),
        ("herbst-07", "herbst\u201107"),
        ("herbst-07", "herbst - 07"),
        ("herbst-07", "ｈｅｒｂｓｔ－０７"),
        ("herbst-07", "h\u0435rbst-07"),
        ("MARIA", "\u039cARIA"),
        ("MARIA", "\u041cARIA"),
        ("HENRY", "\u0397ENRY"),
        ("HENRY", "\u041dENRY"),
        ("Anna's", "Anna\u2019s"),
        ("Anna's", "Anna\u00b4s"),
        ('the "best"', "the \u201cbest\u201d"),
        ("STRASSE", "straße"),
        ("istanbul", "İSTANBUL"),
        ("kıs", "kis"),
        ("á-1", "\u03ac-1"),
        ("heart\u2764\ufe0f", "heart\u2764"),
        ("ﬁne", "fine"),
        ("007", "7"),
        ("7.0", "7"),
        ("1/2", "1\u22152"),
    ],
)
def test_what_people_confuse_looks_alike(one: str, other: str) -> None:
    """Case, dash, quotation mark, width, script, and the zeros of a number."""
    assert names.is_alike(one, other) and names.is_alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Spring 1", "Spring 2"),
        ("a-1", "a_1"),
        ("a-1", "a.1"),
        ("a 1", "a-1"),
        ("a1", "a 1"),
        ("café", "cafe"),
        ("łata", "lata"),
        ("Spring 1", "Spring 01"),
        ("1.1", "1.10"),
        ("10", "1"),
        ("x²", "x2"),
        ("весна", "лето"),
        ("Άνοιξη 1", "Άνοιξη 2"),
        ("launch-I", "launch-II"),
        ("0", "00a"),
    ],
)
def test_what_is_told_apart_at_a_glance_is_different(one: str, other: str) -> None:
    """Neither the same nor alike."""
    assert not names.is_same(one, other) and not names.is_alike(one, other)


def test_the_unseen_is_named_with_its_place() -> None:
    """Places count from 1, in the text as it stands; a blank at an end is none, and neither is a letter in two parts."""
    assert names.unseen(" a\u200bb\u00a0c  d ") == ((3, "\u200b"), (5, "\u00a0"), (8, " "))
    assert names.unseen("\u00a0cafe\u0301 ") == ()
    assert names.describe("\u200b") == "U+200B ZERO WIDTH SPACE"


def test_the_first_difference_is_named_in_words() -> None:
    """With the place and both characters; one may have ended."""
    assert names.told_apart("ab\u2013c", "ab-c") == "character 3 is U+2013 EN DASH here, and U+002D HYPHEN-MINUS there"
    assert names.told_apart("7", "7.0") == "character 2 is missing here, and U+002E FULL STOP there"


def test_the_nearest_name_is_a_slip_and_never_another_number() -> None:
    """Alike first, then nearly the same letters; nothing where it would be a guess."""
    nearest = names.Nearest(["spring-01", "spring-02", "Autumn launch", "été"]).of
    assert nearest("Spring\u201302") == "spring-02"
    assert nearest("sprng-01") == "spring-01"
    assert nearest("Autum lanch") == "Autumn launch"
    assert nearest("spring-03") == ""
    assert nearest("winter") == ""
    assert nearest("") == ""


def test_the_pattern_finds_every_text_in_which_something_hides() -> None:
    """Character by character: the quick look must not miss what the slow one finds."""
    for code in (*range(0xD800), *range(0xE000, 0x30000), *range(0xE0000, 0xE0200)):
        text = f"a{chr(code)}b"
        if names.unseen(text):
            assert re.search(names.HIDES, text), f"U+{code:04X}"
        once = names.likeness(text)
        assert names.likeness(once) == once, f"U+{code:04X}"
