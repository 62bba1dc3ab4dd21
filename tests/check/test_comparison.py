"""Two values are the same, or they are not: one answer for cells, columns, the platform and what was sent."""

from __future__ import annotations

import random
from datetime import date

import polars as pl
import pytest

from bulkportal.check.casting import dtype_of
from bulkportal.check.comparison import is_same, same_cells, typed_value
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import Field, Kind
from bulkportal.columns.positions import POSITIONS

FIELDS = [*BUNDLES.fields, *POSITIONS.fields]
TEXTS = ["Dish", "Dish\r\n2", "Dish\n2", "Dish\u20282", " Dish\u200b", "\ufeffDish", "'=1+1", "=1+1", "''=1+1", "dish", "Dé", "Dé", "\u200eDish", "7"]
VALUES: dict[Kind, list[object]] = {
    Kind.INTEGER: [0, 1, 2, 20],
    Kind.BOOLEAN: [True, False],
    Kind.DATE: [date(2027, 3, 15), date(2027, 3, 16)],
    Kind.LIST: [["a"], ["a", "b"], ["b", "a"]],
    Kind.MEDIA_LIST: [["https://a/1.jpg"], ["https://a/1.jpg", "https://a/2.jpg"]],
}


@pytest.mark.parametrize("known", FIELDS, ids=lambda known: known.name)
def test_a_column_answers_as_one_value_does(known: Field) -> None:
    """Every field, on all pairs of typed values."""
    values = [typed_value(known, value) for value in VALUES.get(known.kind, TEXTS)]
    pairs = [(one, other) for one in values for other in values]
    frame = pl.DataFrame(pairs, schema={"here": dtype_of(known), "there": dtype_of(known)}, orient="row")
    at_once = frame.select(same_cells(known, pl.col("here"), pl.col("there"))).to_series().to_list()
    assert at_once == [is_same(known, one, other) for one, other in pairs]
    assert any(at_once) and not all(at_once)


@pytest.mark.parametrize(
    ("name", "cell", "there", "same"),
    [
        ("description", "Dish\n2", "Dish\r\n2\u200b", True),
        ("description", "Dish", None, False),
        ("bundle", "spring 1", "spring\u00a01", True),
        ("target_publish_date", date(2027, 3, 15), "2027-03-15T00:00:00Z", True),
        ("target_publish_date", date(2027, 3, 15), "2027-03-16", False),
        ("volume_added_sound", 20, 20.0, True),
        ("volume_added_sound", 20, "20", True),
        ("volume_added_sound", 0, None, False),
        ("deep_warming", False, None, True),
        ("deep_warming", True, 1, True),
        ("youtube_tags", ["a", "b"], ["a", "b"], True),
        ("youtube_tags", None, [], True),
        ("external_ref", "123", 123, True),
    ],
)
def test_what_the_platform_tells_is_compared_as_a_cell(name: str, cell: object, there: object, same: bool) -> None:
    """Dates with a time, numbers as texts, nothing in any form."""
    known = {field.name: field for field in FIELDS}[name]
    assert is_same(known, cell, there) is same
    assert is_same(known, there, cell) is same


def test_sameness_is_symmetric_and_whole() -> None:
    """Of any three random texts: same to itself, the same both ways, and what equals one equals the other."""
    luck = random.Random(1)
    known = POSITIONS["description"]
    letters = ["a", " ", "\u200b", "\n", "\r", "\u2028", "'", "=", "\ufeff", "\u00a0"]
    for _ in range(2_000):
        one, two, three = ("".join(luck.choices(letters, k=luck.randint(0, 5))) for _ in range(3))
        assert is_same(known, one, one)
        assert is_same(known, one, two) == is_same(known, two, one)
        assert not (is_same(known, one, two) and is_same(known, two, three)) or is_same(known, one, three)
