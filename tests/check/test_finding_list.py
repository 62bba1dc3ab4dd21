"""Findings as columns say what findings one by one would say."""

from __future__ import annotations

import json
from datetime import date
from functools import cache

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from bulkportal import redaction
from bulkportal.check.finding_groups import BY_VALUE, compressed, groups_of
from bulkportal.check.finding_list import Findings, addresses, hidden, in_order, of_rule, rows_of_errors
from bulkportal.check.findings import Finding, Place, Severity, Sheet, rows_at_fault
from bulkportal.check.rules import Rule, breaches
from bulkportal.check.wording import Wording, shown
from bulkportal.report.as_json import finding_document, findings_as_text
from tests.check.sheets import TODAY, checked
from tests.laws.test_one_pass import BUNDLES, JUNK, MISTAKES, VIDEOS, spoiled

TEXTS = st.one_of(
    st.none(), st.text(max_size=120), st.sampled_from(("https://u:secret@h.example/x", "tok_live_0123456789abcdef", 'a"\\\n\u2028\x7f'))
)
KINDS = st.sampled_from(("choice_invalid", "position_duplicate", "bundle_not_checked", "video_reused", "integer_invalid"))
ROWS = st.one_of(st.none(), st.integers(1, 12))
FOUND = st.builds(
    lambda code, row, letter, texts, file, severity: Finding(
        code=code,
        severity=severity,
        message=texts[0] or "",
        hint=texts[1] or "",
        file=file,
        sheet="Videos" if row is not None else None,
        row=row,
        column="video" if row is not None else None,
        cell=None if row is None else f"{letter}{row}",
        value=texts[2],
        proposal=texts[3],
    ),
    KINDS,
    ROWS,
    st.sampled_from(("A", "B", "AA")),
    st.tuples(TEXTS, TEXTS, TEXTS, TEXTS),
    st.sampled_from(("Videos", "other.csv")),
    st.sampled_from(Severity),
)
LISTS = st.lists(FOUND, max_size=12)


@settings(max_examples=60, deadline=None)
@given(LISTS, LISTS)
def test_they_are_a_sequence_of_findings(few: list[Finding], more: list[Finding]) -> None:
    """One by one, in part, added to others, and those that are errors."""
    held = Findings.of(few)
    assert list(held) == few and held == few and len(held) == len(few) and bool(held) == bool(few)
    assert list(held + tuple(more)) == [*few, *more] and list(held + Findings.of(more)) == [*few, *more]
    assert [held[number] for number in range(len(held))] == few and held[1:3] == few[1:3]
    assert list(held.errors) == [one for one in few if one.severity is Severity.ERROR]


@settings(max_examples=60, deadline=None)
@given(LISTS)
def test_the_document_of_each(few: list[Finding]) -> None:
    """Written a block at a time, it is read as the same."""
    text = ",".join(findings_as_text(Findings.of(few)))
    assert json.loads(f"[{text}]") == [finding_document(one) for one in few]


@settings(max_examples=60, deadline=None)
@given(LISTS)
def test_causes(few: list[Finding]) -> None:
    """Errors first, then the most frequent, then as they stand; each with its cells and what would mend it."""
    apart: dict[tuple[object, ...], list[Finding]] = {}
    for one in few:
        value = one.value if one.code in BY_VALUE or one.code.endswith("_duplicate") else None
        apart.setdefault((one.severity, one.code, one.file, one.sheet, one.column, value), []).append(one)
    by_hand = sorted(apart.values(), key=lambda group: (group[0].severity is not Severity.ERROR, -len(group)))
    at_once = groups_of(few)
    assert [list(cause.findings) for cause in at_once] == by_hand
    for cause, group in zip(at_once, by_hand, strict=True):
        assert cause.can_be_fixed == all(one.proposal is not None for one in group)
        assert cause.proposal == (group[0].proposal if len({one.proposal for one in group}) == 1 else None)
        assert cause.is_said_alike == (len({one.message for one in group}) == 1)


@given(st.lists(st.tuples(st.sampled_from(("A", "B", "AA")), st.integers(1, 30)), max_size=20))
def test_neighbours_are_a_range(places: list[tuple[str, int]]) -> None:
    """Every cell once, and nothing between."""
    said = list(compressed(f"{letter}{row}" for letter, row in places))
    spread = []
    for text in said:
        first, _, last = text.partition(":")
        letter = first.rstrip("0123456789")
        spread += [(letter, row) for row in range(int(first[len(letter) :]), int((last or first)[len(letter) :]) + 1)]
    assert spread == sorted(set(places), key=lambda place: (len(place[0]), place)) and len(said) <= len(spread)


@settings(max_examples=15, deadline=None)
@given(MISTAKES, st.sampled_from((BUNDLES, [])))
def test_the_rows_that_errors_keep(mistakes: list[tuple[int, int, str]], bundles: list[dict[str, object]]) -> None:
    """In order, at the rows that one after the other would give, and held only where all of the errors hold."""
    made, videos = spoiled(mistakes)
    found = checked(made if bundles else (), videos)
    one_by_one = rows_at_fault(tuple(found.errors), found.sheets)
    at_once = rows_of_errors(Findings.of(found.findings), found.sheets)
    assert set(addresses(at_once)) == set(one_by_one) == found.invalid
    held = {(file, sheet, row): held for file, sheet, row, held in at_once.select("file", "sheet", "row", "held").iter_rows()}
    assert held == {tuple(row): all(one.holds for one in errors) for row, errors in one_by_one.items()}
    assert list(in_order(Findings.of(reversed(found.findings)), found.sheets).frame["row"]) == list(found.findings.frame["row"])


VALUES = st.one_of(st.none(), st.sampled_from((*JUNK, "é" * 90, "https://u:secret@h.example/x")))


@cache
def a_sheet() -> Sheet:
    """A sheet of videos, read once for all that is drawn."""
    return checked((), VIDEOS).sheets[0]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(VALUES, st.one_of(st.none(), st.integers(-3, 10**12)), st.one_of(st.none(), st.booleans())), min_size=1, max_size=8))
def test_a_rule_is_worded_for_many_as_for_one(rows: list[tuple[str | None, int | None, bool | None]]) -> None:
    """Texts, numbers, days, yes and no, lists, and what is not there."""
    sheet = a_sheet()
    frame = pl.DataFrame(rows, schema={"description": pl.String, "number": pl.Int64, "yes": pl.Boolean}, orient="row").with_row_index(
        "_row", offset=2
    )
    frame = frame.with_columns(
        pl.lit(0, dtype=pl.Int64).alias("_table"), day=pl.lit(date(2027, 3, 1)), both=pl.concat_list("description", pl.lit("x")).list.drop_nulls()
    )
    wording = Wording.of("{value} has {length}, {number} {yes} {day} {both}: {most}."), Wording.of("No words at all.")
    (told,) = of_rule("text_too_long", frame, "description", wording, {"most": "12"}, [sheet])
    expected = []
    for row in frame.iter_rows(named=True):
        value = row["description"]
        words = {**row, "most": "12", "value": value, "length": None if value is None else len(value)}
        place = Place(sheet=sheet, row=row["_row"], field="description")
        expected.append(place.finding("text_too_long", wording[0].filled(words), wording[1].filled(words), None if value is None else shown(value)))
    assert list(Findings(hidden(told))) == expected


def test_a_secret_in_a_cell_is_hidden_in_columns_too() -> None:
    """Whether its form tells it, or only that this process knows it."""
    redaction.remember("open-sesame-77")
    found = checked((), [{**VIDEOS[0], "position": "open-sesame-77", "video_type": "tok_live_0123456789abcdef"}])
    assert "open-sesame-77" not in str(found.findings) and "0123456789abcdef" not in str(found.findings)
    assert redaction.HIDDEN in str(found.findings)


def test_a_breach_is_every_row_that_breaks_the_rule() -> None:
    """A mask that says nothing of a row says nothing against it."""
    frame = pl.DataFrame({"n": [1, None, 3]})
    ((_, rows),) = breaches(frame, [Rule("position_invalid", "n", pl.col("n") > 2), Rule("position_missing", "n", pl.col("n") > 9)])
    assert rows["n"].to_list() == [3] and TODAY
