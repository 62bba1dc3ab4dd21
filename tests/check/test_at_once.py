"""What is read, counted or compared for all rows at once is what each row says by itself."""

from __future__ import annotations

from collections import Counter

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from bulkportal.a1 import letter
from bulkportal.check import casting
from bulkportal.check.prepare import _sharing
from bulkportal.columns.positions import POSITIONS
from bulkportal.sheets.sifting import sifted
from bulkportal.sheets.torn import odd_lines
from tests.laws.test_one_pass import JUNK, SLOPPY

FIELDS = ("position", "video_type", "target_publish_date", "instagram_add_to_story", "youtube_tags", "video", "description", "external_ref")
CELLS = st.one_of(st.none(), st.sampled_from((*JUNK, *SLOPPY)))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(*(CELLS for _ in FIELDS)), min_size=1, max_size=6), st.integers(1, 4))
def test_a_cell_is_read_the_same_among_others(rows: list[tuple[str | None, ...]], times: int) -> None:
    """Values that stand in many cells, columns that are blank, and cells that say (clear)."""
    said = [dict(zip(FIELDS, row, strict=True)) for row in rows * times]
    schema = {"_table": pl.Int64, "_row": pl.Int64, **dict.fromkeys(POSITIONS.names, pl.String)}
    texts = pl.DataFrame([{"_table": 0, "_row": number, **row} for number, row in enumerate(said, 2)], schema=schema)
    alone = pl.concat(casting.parsed(texts.slice(number, 1), POSITIONS) for number in range(texts.height))
    assert casting.parsed(texts, POSITIONS).equals(alone)


@given(st.lists(st.tuples(st.sampled_from(("a", "b", None)), st.one_of(st.none(), st.integers(1, 3))), max_size=12))
def test_rows_that_share_a_key(pairs: list[tuple[str | None, int | None]]) -> None:
    """How many, and which; a row without a key shares it with none."""
    frame = pl.DataFrame(pairs, schema={"name": pl.String, "number": pl.Int64}, orient="row").with_row_index("_row", offset=2)
    told = _sharing(frame, _same=pl.col("name"), _both=pl.struct("name", "number"))
    counts, both = Counter(name for name, _ in pairs), Counter(pairs)
    assert told["_same_count"].to_list() == [counts[name] if name else 0 for name, _ in pairs]
    assert told["_both_count"].to_list() == [both[pair] for pair in pairs]
    rows = ["rows " + ", ".join(str(at) for at, other in enumerate(pairs, 2) if other == pair) for pair in pairs]
    assert told["_both"].to_list() == rows


@given(st.lists(st.lists(st.sampled_from(("a", " b", "", "  ", "c d", "e ")), max_size=5), max_size=8), st.sampled_from(("\n", "\r\n")))
def test_odd_lines_of_a_text(rows: list[list[str]], end: str) -> None:
    """Which have more cells than most, and which cells begin with a blank behind another one."""
    text = end.join(",".join(row) for row in rows)
    lines = text.replace("\r\n", "\n").split("\n")
    cells = {number: line.split(",") for number, line in enumerate(lines, 4)}
    several = {number: len(row) for number, row in cells.items() if len(row) > 1}
    widths = Counter(several.values())
    usual = max(widths, key=lambda width: widths[width], default=0)
    spaced = {
        (number, letter(place))
        for number, row in cells.items()
        for place in range(1, len(row))
        if row[place].startswith(" ") and row[place].strip() and row[place - 1].strip()
    }
    found = odd_lines(text, ",", 3)
    assert (found.usual, dict(found.wider)) == (usual, {number: width for number, width in several.items() if width > usual})
    assert found.spaced == spaced


def test_a_mask_of_a_blank_column_holds_nowhere() -> None:
    """Others are asked as they are."""
    frame = pl.DataFrame({"a": [None, None], "b": ["x", None]}, schema={"a": pl.String, "b": pl.String})
    masks = {"a": pl.col("a").is_null(), "b": pl.col("b").is_null(), "c": pl.col("a").is_null()}
    assert [(name, rows.height) for name, rows in sifted(frame, masks)] == [("b", 1), ("c", 2)]
