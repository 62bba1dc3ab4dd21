"""Text that spells its letters in plain signs: refused with the encoding's name, which reads it; plain English is not taken for it."""

from __future__ import annotations

import pytest

from bulkportal.errors import UnreadableInput
from bulkportal.sheets.encoding import decode
from bulkportal.sheets.encoding_names import encoding_of

SPELLED = (
    ("iso2022_jp", "iso-2022-jp", "夏の市場、今日の一皿"),
    ("iso2022_jp_ext", "iso-2022-jp", "ｶﾀｶﾅの市場"),
    ("iso2022_kr", "iso-2022-kr", "여름 시장"),
    ("hz", "hz", "夏天的市场"),
    ("utf-7", "utf-7", "Café à la crème"),
    ("utf-7", "utf-7", "夏の市場"),
    ("utf-7", "utf-7", "Рынок"),
    ("utf-7", "utf-7", "Great 😀 dish"),
    ("utf-7", "utf-7", "It’s dawn"),
)


@pytest.mark.parametrize(("encoding", "name", "text"), SPELLED)
def test_a_text_in_such_an_encoding_is_refused_and_named(encoding: str, name: str, text: str) -> None:
    """With line and column, and how it would read; named by the user, it is read."""
    data = f"bundle,description\r\none,Dish\r\ntwo,{text}\r\n".encode(encoding)
    with pytest.raises(UnreadableInput) as refused:
        decode(data, label="videos.csv")
    assert refused.value.code == "encoding_spelled"
    assert name in refused.value.message and "line 3" in refused.value.message and text in refused.value.hint
    known = encoding_of(name if encoding != "iso2022_jp_ext" else encoding)
    assert decode(data, label="videos.csv", encoding=known).text.splitlines()[2] == f"two,{text}"


@pytest.mark.parametrize(
    "text",
    [
        *("C++ +abc- x", "a ~{hello}~ b", "~5 minutes", "50+100-200", "Tom+Amy-Show", "Rock+Roll-Bar", "18+ only", "Q+A - 2+2=4", "24+hrs-"),
        *("call +49-30-123456 or +420-777", "+1 (555) 123-4567", "a+b+c", "https://a.example/?q=a+b+c", "~{}~"),
    ],
)
def test_plain_english_is_read_as_it_stands(text: str) -> None:
    """A plus and a tilde are signs like others."""
    assert decode(f"bundle,description\none,{text}\n".encode(), label="videos.csv").text.splitlines()[1] == f"one,{text}"


def test_what_is_meant_as_it_stands_can_be_said() -> None:
    """By naming UTF-8."""
    data = b"bundle,description\none,+AOk-\n"
    with pytest.raises(UnreadableInput):
        decode(data, label="videos.csv")
    assert decode(data, label="videos.csv", encoding="utf-8").text.endswith("one,+AOk-\n")
