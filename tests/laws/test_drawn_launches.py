"""Laws 3, 4, 5, 7, 8, 9 and 10 hold of any launch: they are tried on launches that are drawn."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import bulkportal
from bulkportal.a1 import column_number, split_address
from bulkportal.codes import REGISTER
from tests.check.sheets import checked, table
from tests.conftest import OpenDesk, bundle, examples, video
from tests.laws.test_one_pass import MISTAKES, spoiled

Rows = list[dict[str, object]]

WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40) | st.sampled_from(
    (
        "naïve\u200bcafé",
        "\u202eevil",
        "  both ends  ",
        "=1+1",
        "same as above",
        "{first_name}",
        "[DRAFT] dish",
        "&amp;",
        "(clear)",
        "—",
        "#N/A",
        "1.23E+17",
    )
)
"""Captions as they come, and those that are read otherwise than they stand."""


@st.composite
def launches(draw: st.DrawFn) -> tuple[Rows, Rows]:
    """Right bundles of mixed platforms and types, with some of their videos."""
    bundles: Rows = []
    videos: Rows = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        name, quantity = f"spring-{number:02}", draw(st.integers(1, 3))
        only = draw(st.sampled_from(("account_and_videos", "account_and_videos", "account_only")))
        platform = draw(st.sampled_from(("tiktok", "instagram")))
        filled = () if only == "account_only" else range(1, draw(st.integers(1, quantity)) + 1)
        slots = None if only == "account_only" else quantity
        publish = draw(st.sampled_from(("yes", None))) if filled and len(filled) == quantity else None
        bundles.append(bundle(name, bundle_type=only, platform=platform, videos_quantity=slots, publish=publish))
        more = {"instagram_content_type": "reel"} if platform == "instagram" else {}
        videos += [video(name, position, **more) for position in filled]
    return bundles, videos


@examples(12)
@given(MISTAKES)
def test_every_finding_of_a_drawn_launch_leads_to_its_cell(mistakes: list[tuple[int, int, str]]) -> None:
    """Law 3: the file, the sheet, the cell in its row, the value that stands there, and what to do. Law 8: code and severity are the register's."""
    bundles, videos = spoiled(mistakes)
    sheets = {"Bundles": table(bundles, "Bundles").frame, "Videos": table(videos, "Videos").frame}
    for finding in checked(bundles, videos).findings:
        assert finding.file and finding.sheet in sheets, finding
        assert finding.message and finding.hint, finding
        assert finding.severity is REGISTER[finding.code].severity, finding
        if finding.cell is None or finding.row is None:
            continue
        letters, row = split_address(finding.cell)
        assert row == finding.row, finding
        rows: Rows = bundles if finding.sheet == "Bundles" else videos
        names = list(dict.fromkeys(name for one in rows for name in one))
        if finding.value and finding.column == names[column_number(letters) - 1]:
            stands = str(rows[row - 2].get(finding.column) or "") if row > 1 else finding.column
            assert finding.value in (stands, stands.strip()), finding


@examples(5)
@given(st.lists(WORDS, min_size=8, max_size=8, unique=True))
def test_a_caption_is_sent_as_it_stands_or_its_cell_is_named(captions: list[str]) -> None:
    """Law 9: whatever text stands in a cell, what would be sent is that text, blanks at its ends left out, or a finding names the cell."""
    rows = [video("spring-01", position, description=caption) for position, caption in enumerate(captions, start=1)]
    found = checked([bundle("spring-01", videos_quantity=len(rows))], rows)
    would_be_sent = dict(found.positions.select("position", "description").iter_rows())
    named = {finding.row for finding in found.findings if finding.column == "description"}
    for position, caption in enumerate(captions, start=1):
        assert would_be_sent.get(position) == caption.strip() or position + 1 in named, (caption, would_be_sent.get(position))


@settings(examples(3), phases=[Phase.explicit, Phase.generate])  # making one smaller that fails would take minutes
@given(launches())
def test_a_drawn_launch_does_what_was_shown_once_and_comes_back_unchanged(open_desk: OpenDesk, launch: tuple[Rows, Rows]) -> None:
    """Law 7: what is charged and published was in the plan. Law 4: again, nothing is sent. Law 5: nor for export and report. Law 10: one answer."""
    desk = open_desk()
    sheet = desk.sheets("launch", bundles=launch[0], videos=launch[1])
    looked, called = desk.run("check", sheet), bulkportal.open(sheet).check()
    assert desk.writes == 0
    assert looked.codes == [finding.code for finding in called.findings] == [finding["code"] for finding in called.to_json()["findings"]]
    shown = desk.run("plan", sheet).document
    assert desk.writes == 0
    before, done = desk.balance, desk.import_(sheet)
    assert done.code == 0, done.err
    assert before - desk.balance == shown["credits"]["planned"] == done.document["credits"]["charged"]
    asked = Counter(operation["kind"] for operation in shown["operations"])
    assert asked["publish"] == sum(one.published_at is not None for one in desk.bundles.values())
    sent = desk.writes
    export = desk.folder / "edit.xlsx"
    assert desk.run("export", "-o", export).code == 0
    for again in (sheet, Path(done.document["report"]), export):
        ended = desk.import_(again)
        assert (ended.code, desk.writes) == (0, sent), (again, ended.err)
        assert ended.rows.get("unchanged") == ended.rows["total"]
