"""What is read, counted or compared for all rows at once is what each row says by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bulkportal.a1 import letter
from bulkportal.check import casting, corrupt_text, unseen
from bulkportal.check.dates import PLAIN
from bulkportal.check.position_rules import POSITION_RULES
from bulkportal.check.prepare import Key, _sharing
from bulkportal.columns.field import Kind
from bulkportal.columns.positions import POSITIONS
from bulkportal.media import inward
from bulkportal.media.inward import beginnings, begins
from bulkportal.sheets import grid
from bulkportal.sheets.breaks import LineEnds
from bulkportal.sheets.sifting import Sieve, repeated, sifted
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
    alone = pl.concat([casting.parsed(texts.slice(number, 1), POSITIONS) for number in range(len(rows))] * times)
    assert casting.parsed(texts, POSITIONS).drop("_row").equals(alone.drop("_row"))
    for field in POSITIONS.fields:
        if field.name in FIELDS and field.kind in casting._FEW_VALUES:  # of many rows each value is read once
            read = casting._by_value(texts[field.name], casting._parse_text(field, PLAIN))
            assert read.equals(alone[field.name]), field.name


@given(st.lists(st.tuples(st.sampled_from(("a", "b", None)), st.one_of(st.none(), st.integers(1, 3))), max_size=12))
def test_rows_that_share_a_key(pairs: list[tuple[str | None, int | None]]) -> None:
    """How many, and which; a row without a key shares it with none."""
    frame = pl.DataFrame(pairs, schema={"name": pl.String, "number": pl.Int64}, orient="row").with_row_index("_row", offset=2)
    told = frame.with_columns(_sharing(frame, {"_same": Key(pl.col("name")), "_both": Key(pl.struct("name", "number"), counts=pl.col("_row") > 0)}))
    counts, both = Counter(name for name, _ in pairs), Counter(pairs)
    assert told["_same_count"].to_list() == [counts[name] if name else 1 for name, _ in pairs]
    assert told["_both_count"].to_list() == [both[pair] for pair in pairs]
    rows = [None if both[pair] == 1 else "rows " + ", ".join(str(at) for at, other in enumerate(pairs, 2) if other == pair) for pair in pairs]
    assert told["_both"].to_list() == rows
    few = frame.with_columns(_sharing(frame, {"_few": Key(pl.col("name"), counts=pl.col("number") > 1)}))
    asking = Counter(name for name, number in pairs if (number or 0) > 1)
    assert few["_few_count"].to_list() == [asking[name] if name and (number or 0) > 1 else 1 for name, number in pairs]


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
    found = odd_lines(text, ",", 3, ends=LineEnds.of(text))
    assert (found.usual, dict(found.wider)) == (usual, {number: width for number, width in several.items() if width > usual})
    assert found.spaced == spaced
    whole = text.rstrip("\r\n") + "\n"
    widest = max(len(row.split(",")) for row in whole.splitlines())
    told = {"text": whole, "delimiter": ",", "taken": 3, "ends": LineEnds.of(whole)}
    assert odd_lines(**told, most=widest) == odd_lines(**told)


def test_a_mask_of_a_blank_column_holds_nowhere() -> None:
    """Others are asked as they are."""
    frame = pl.DataFrame({"a": [None, None], "b": ["x", None]}, schema={"a": pl.String, "b": pl.String})
    masks = {"a": pl.col("a").is_null(), "b": pl.col("b").is_null(), "c": pl.col("a").is_null()}
    assert [(name, rows.height) for name, rows in sifted(frame, masks)] == [("b", 1), ("c", 2)]


TEXTS = st.one_of(
    st.none(),
    st.sampled_from(
        (*JUNK, *SLOPPY, "(clear)", " (Clear) ", "#N/A", "#NV", "lädt…", "Err: 508", "1.5E+12", "'=x", "a\nb,c", "Was ist?? da?? los", "w?re", "Ã¤h")
    ),
    st.text(max_size=20),
    st.text(alphabet="#@?'(=ab \n\u0085\u00a0\u00c3\u00a4\U0001f600", max_size=90),
)


@cache
def sieves() -> tuple[tuple[str, str, Sieve], ...]:
    """Each mask in two steps that asks a text: what it looks for, the column it asks, and itself; of those that ask several columns the same, one."""
    first: dict[tuple[str, str], tuple[str, str, Sieve]] = {}
    for what, name, sieve in every_sieve():
        asked = tuple(str(step).replace(f'col("{name}")', "it") for step in (sieve.coarse, sieve.fine))
        first.setdefault((asked[0], asked[1]), (what, name, sieve))
    return tuple(first.values())


def every_sieve() -> Iterator[tuple[str, str, Sieve]]:
    """The masks of all columns."""
    registers = {
        "errors": corrupt_text._masks_of_errors(POSITIONS),
        "hiding": unseen._masks_of_hiding(POSITIONS),
        "odd": unseen._masks_of_odd(POSITIONS),
        "clear": casting._clears(POSITIONS),
    }
    masks = {(what, name): mask for what, register in registers.items() for name, mask in register.items()}
    for (what, name), mask in {**corrupt_text._masks_of_texts(POSITIONS), **masks}.items():
        if isinstance(mask, Sieve) and POSITIONS[name].kind not in (Kind.LIST, Kind.MEDIA_LIST):
            yield what, name, mask
    doubtful = grid._is_doubtful("name", typed=False)
    assert isinstance(doubtful, Sieve)
    yield "doubtful", "name", doubtful


def test_what_is_asked_in_two_steps() -> None:
    """So that none is missing from the test below."""
    assert {what for what, _, _ in every_sieve()} == {
        *("apostrophe_left", "letters_lost", "text_garbled"),
        *("errors", "hiding", "odd", "clear", "doubtful"),
    }


@settings(max_examples=150, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=12))
def test_no_text_slips_through_the_first_step_of_a_mask(texts: list[str | None]) -> None:
    """What the second step would find, the first lets pass."""
    frame = pl.DataFrame({name: pl.Series(texts, dtype=pl.String) for name in POSITIONS.names})
    slipped = frame.select(
        (sieve.fine.fill_null(value=False) & ~sieve.coarse.fill_null(value=False)).any().alias(f"{what} of {name}") for what, name, sieve in sieves()
    )
    assert [column.name for column in slipped if column.item()] == [], texts


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="#@a \U0001f600", min_size=1, max_size=9), st.integers(1, 1500), st.sampled_from(("tiktok", "instagram", "youtube", None)))
def test_no_caption_slips_through_what_a_rule_asks_first(piece: str, times: int, platform: str | None) -> None:
    """Captions of every length, with hashtags, mentions and signs of two units."""
    frame = pl.DataFrame({"description": [piece * times], "b.platform": [platform]}, schema={"description": pl.String, "b.platform": pl.String})
    asked = [rule for rule in POSITION_RULES if rule.perhaps is not None]
    assert len(asked) == 5
    for rule in asked:
        assert frame.filter(rule.bad & ~rule.perhaps).is_empty(), rule.code  # type: ignore[operator] # those that have one


@given(st.lists(st.one_of(st.sampled_from(("a", "b")), st.text(max_size=3)), max_size=12))
def test_values_that_are_repeated(values: list[str]) -> None:
    """All of those of which there are several."""
    assert repeated(pl.Series(values, dtype=pl.String)).to_list() == [Counter(values)[value] > 1 for value in values]


@given(
    st.lists(
        st.builds(
            "{}{}{}".format,
            st.sampled_from(("https://", "HTTP://", " http://", "ftp://", "")),
            st.sampled_from(("a.example", "b.example:80", "")),
            st.sampled_from(("", "/", "/a.mp4", "?b", "#c", "a/b")),
        ),
        max_size=30,
    )
)
def test_how_links_begin(links: list[str]) -> None:
    """What one after the other begins with."""
    each = pl.DataFrame({"text": links}, schema={"text": pl.String}).select(begins(pl.col("text"))).to_series().drop_nulls()
    for some in (links, links * inward._MANY):
        assert beginnings(pl.Series("text", some, dtype=pl.String)) == frozenset(each)


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=12))
@example(["a\nb"])
def test_nothing_is_hidden_in_plain_columns(texts: list[str | None]) -> None:
    """What is left out of the cells of a plain column is nothing, and its letters are whole."""
    schema = {"_table": pl.Int64, "_row": pl.Int64, **dict.fromkeys(POSITIONS.names, pl.String)}
    rows = [{"_table": 0, "_row": number, "description": text, "bundle": text, "youtube_tags": text} for number, text in enumerate(texts, 2)]
    frame = pl.DataFrame(rows, schema=schema)
    plain = unseen.plain_columns(frame, POSITIONS)
    assert unseen.plainly(frame, POSITIONS, plain).equals(unseen.plainly(frame, POSITIONS))
    assert list(unseen.left_out(frame, POSITIONS, plain)) == list(unseen.left_out(frame, POSITIONS))
    spoilt = corrupt_text._masks_of_texts(POSITIONS)
    asked = frame.with_columns(pl.col("youtube_tags").str.split(";"))
    for name in plain:
        masks = [mask for code in ("text_garbled", "control_character") if (mask := spoilt.get((code, name))) is not None]
        assert all(asked.filter(mask.whole if isinstance(mask, Sieve) else mask).is_empty() for mask in masks)
