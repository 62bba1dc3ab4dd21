"""The fast and the careful way to cut a text must agree."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkportal.errors import UnreadableInput
from bulkportal.sheets import csvfile
from bulkportal.sheets.grid import normalize
from tests.conftest import examples

TEXTS = st.text(alphabet="ab,;\"\n\r\t \\'=x#\u00e9", max_size=40)
CELLS = st.text(alphabet='ab,"\n ', max_size=6).map(lambda text: '"' + text.replace('"', '""') + '"')
REGULAR = st.lists(st.lists(CELLS, max_size=4).map(",".join), max_size=5).map("\r\n".join)


@examples(150)
@given(TEXTS | REGULAR)
def test_both_ways_give_equal_cells(text: str) -> None:
    """Where the fast way gives an answer, the careful way gives the same."""
    layout, _ = csvfile._layout(text, lambda _: 0, "a.csv")
    fast = csvfile._cut_fast(layout)
    if fast is not None:
        assert normalize(fast).equals(normalize(csvfile._cut_carefully(layout, "a.csv")))


@pytest.mark.parametrize("text", ["a,b\n1,2\n", 'a,b\r\n"x\r\ny",2\r\n\r\nz', '"a""b",c'])
def test_a_regular_file_goes_the_fast_way(text: str) -> None:
    """Quoted line ends, doubled marks and blank lines do not slow it down."""
    layout, _ = csvfile._layout(text, lambda _: 0, "a.csv")
    assert csvfile._cut_fast(layout) is not None


@pytest.mark.parametrize("text", ["a\rb", 'a,5" tall', '"""', '""=";"', 'a,"b" c', "a\n1,2,3"])
def test_an_irregular_file_goes_the_careful_way(text: str) -> None:
    """There the fast way would differ, or stop."""
    layout, _ = csvfile._layout(text, lambda _: 0, "a.csv")
    assert csvfile._cut_fast(replace(layout, delimiter=",", taken=0, width=2)) is None


def test_text_in_no_known_encoding_is_refused() -> None:
    """Bytes that neither UTF-8 nor Windows 1252 knows."""
    with pytest.raises(UnreadableInput):
        csvfile.decode(b"a\x81", label="a.csv")
