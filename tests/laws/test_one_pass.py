"""All errors in one pass: correcting every row that one check reports leaves nothing for the next (law 2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import assume, given
from hypothesis import strategies as st

from bulkportal.check.dates import Calendar
from bulkportal.check.findings import ValidationResult
from tests.check.sheets import checked
from tests.conftest import bundle, examples, video

Rows = list[dict[str, object]]

BUNDLES = [bundle("spring-01"), bundle("spring-02", platform="instagram"), bundle("spring-03", platform="youtube")]
VIDEOS = [
    *(video("spring-01", number, tiktok_sound_url="https://www.tiktok.com/music/a-7") for number in (1, 2)),
    *(video("spring-02", number, instagram_content_type="reel") for number in (1, 2)),
    *(video("spring-03", number, youtube_title="Dawn", youtube_visibility="public") for number in (1, 2)),
]
JUNK = (
    *("", "soon", "03/04/2030", "2020-01-01", "tikvideo", "#N/A", "1.23E+17", "youtube", "tiktok", "instagram", "carousel", "reel"),
    *("0", "-1", "3", "99", "x" * 300, "\u201cx\u201d", "not a link", "spring-02", "spring-99", "account_only", "videos_only", "yes", "no"),
    *("(clear)", "missing.mp4", "corrections", "publish"),
)
NO_PLATFORM = tuple(text for text in JUNK if text not in ("tiktok", "instagram", "youtube"))
MISTAKES = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 30), st.sampled_from(JUNK)), min_size=1, max_size=8)


def spoiled(mistakes: Sequence[tuple[int, int, str]]) -> tuple[Rows, Rows]:
    """The launch with these cells overwritten."""
    bundles, videos = [dict(row) for row in BUNDLES], [dict(row) for row in VIDEOS]
    for number, column, text in mistakes:
        row = [*bundles, *videos][number]
        names = list((BUNDLES if number < len(BUNDLES) else VIDEOS)[0 if number < len(BUNDLES) else number - len(BUNDLES)])
        row[names[column % len(names)]] = text
    return bundles, videos


def corrected(found: ValidationResult, rows: Rows, right: Sequence[Mapping[str, object]], sheet: str) -> Rows:
    """The rows, each one that was reported as it should be."""
    reported = {finding.row for finding in found.errors if finding.sheet == sheet}
    return [dict(good) if number in reported else row for number, (row, good) in enumerate(zip(rows, right, strict=True), start=2)]


@examples(8)
@given(MISTAKES)
def test_correcting_what_one_check_reports_leaves_nothing_for_the_next(mistakes: list[tuple[int, int, str]]) -> None:
    """However many cells are wrong, and whichever hide others."""
    bundles, videos = spoiled(mistakes)
    # A bundle that was renamed, and videos with it, is no mistake that a check can see.
    assume(not ({row["bundle"] for row in bundles} - {row["bundle"] for row in BUNDLES}) & {row["bundle"] for row in videos})
    # Nor is a bundle that went to another platform: its videos are wrong for it, and right for the one it left.
    assume(all(row["platform"] in (right["platform"], *NO_PLATFORM) for row, right in zip(bundles, BUNDLES, strict=True)))
    found = checked(bundles, videos)
    again = checked(corrected(found, bundles, BUNDLES, "Bundles"), corrected(found, videos, VIDEOS, "Videos"))
    assert [(finding.cell, finding.code) for finding in again.errors] == []


SLOPPY = (
    *("TikTok", " IG ", "tik\u00a0tok", "Slideshow", "15 March 2030", "15/03/2030", "2030/3/15"),
    *("\u201cyes\u201d", "\uff12", "us", "REEL"),
)


@examples(6)
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 30), st.sampled_from((*SLOPPY, *JUNK))), min_size=1, max_size=8))
def test_safe_corrections_bring_no_new_error_and_are_done_once(mistakes: list[tuple[int, int, str]]) -> None:
    """What is corrected is read as before or better, and a corrected sheet has nothing left to correct."""
    rows = dict(zip(("Bundles", "Videos"), spoiled(mistakes), strict=True))
    before, changes = checked(rows["Bundles"], rows["Videos"]), corrections(rows)
    for (sheet, row, field), after in changes.items():
        rows[sheet][row - 2][field] = after
    again = checked(rows["Bundles"], rows["Videos"])
    known = {(finding.sheet, finding.cell, finding.code) for finding in before.errors}
    if not any(finding.proposal for finding in before.errors):  # a cell that could not be read may hide that its value stands twice
        assert {(finding.sheet, finding.cell, finding.code) for finding in again.errors} <= known
    assert not {(f.sheet, f.cell) for f in before.errors if f.proposal} & {(f.sheet, f.cell) for f in again.errors if f.code.endswith("_invalid")}
    assert corrections(rows) == {}


def corrections(rows: Mapping[str, Rows]) -> dict[tuple[str, int, str], str]:
    """The safe corrections by sheet, row and field."""
    from bulkportal.check.checker import understand
    from tests.check.sheets import table

    typed = understand([table(given, name) for name, given in rows.items()], calendar=Calendar())
    return {(typed.sheets[change.table].table.sheet, change.row, change.field): change.after for change in typed.corrections()}
