"""Rules that are easy to get wrong: days, duplicates, places, and what the platform already has."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkportal.check.known import Known, KnownBundle, KnownSlot
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.positions import POSITIONS
from tests.check.sheets import TODAY, checked, codes, errors
from tests.conftest import bundle, examples, video


def known(**over: object) -> Known:
    """The platform with one bundle of two videos, new unless said otherwise."""
    facts: dict[str, object] = {
        "id": "bnd-1",
        "reference": "spring",
        "bundle_type": "account_and_videos",
        "platform": "tiktok",
        "videos_quantity": 2,
        "edits_quantity": 0,
        "delivered": False,
        "published": False,
    }
    return Known(online=True, bundles=(KnownBundle(**(facts | over)),))  # type: ignore[arg-type]


def dated(ahead: int, platform: Known | None, **over: object) -> list[str]:
    """The errors of a video so many days ahead."""
    day = (TODAY + timedelta(days=ahead)).isoformat()
    rows = [video("spring", 1, target_publish_date=day, **over)]
    new = [bundle("spring")]
    return errors(checked(new, rows, known=platform) if platform else checked(new, rows))


def test_a_new_account_needs_three_days_and_the_third_is_enough() -> None:
    """Three days ahead of the UTC day, inclusive; a sheet cannot know that the account is delivered already."""
    assert dated(3, Known(online=True)) == []
    assert dated(2, Known(online=True)) == ["publish_date_too_early"]
    assert dated(3, known()) == []
    assert dated(2, known()) == ["publish_date_too_early"]


def test_a_delivered_account_needs_one_day_and_tomorrow_is_enough() -> None:
    """For a bundle whose account was delivered."""
    assert dated(1, known(delivered=True)) == []
    assert dated(0, known(delivered=True)) == ["publish_date_too_early"]


def test_videos_for_an_account_that_exists_need_one_day() -> None:
    """A videos_only bundle goes to a delivered account."""
    row = bundle("spring", bundle_type="videos_only", country=None, account_id="acc", username=None, visible_name=None)
    row |= {"biography": None, "profile_picture": None}
    for ahead, expected in ((1, []), (0, ["publish_date_too_early"])):
        day = (TODAY + timedelta(days=ahead)).isoformat()
        assert errors(checked([row], [video("spring", 1, target_publish_date=day)], known=Known(online=True))) == expected


def test_a_date_that_stands_on_the_platform_is_not_too_early() -> None:
    """The same file imported again next week must not fail for its old dates."""
    slot = KnownSlot(has=frozenset({"video", "video_type", "description", "target_publish_date"}), publish_date=TODAY + timedelta(days=1))
    assert dated(1, known(slots={1: slot})) == []
    assert dated(2, known(slots={1: slot})) == ["publish_date_too_early"]


def test_the_first_possible_day_is_told() -> None:
    """In the message and in the hint."""
    found = checked([bundle("spring", videos_quantity=1)], [video("spring", 1, target_publish_date=TODAY.isoformat())], known=Known(online=True))
    (finding,) = found.errors
    assert "2027-03-04" in finding.message and "2027-03-04" in finding.hint


def test_positions_are_counted_from_one_to_the_number_of_slots() -> None:
    """The last one is there, the next is not; a longer bundle on the platform counts."""
    rows = [video("spring", position) for position in (1, 2, 3)]
    assert codes(checked([bundle("spring")], rows)) == [("B4", "position_out_of_range")]
    assert codes(checked([bundle("spring", videos_quantity=None)], rows, known=known(videos_quantity=3))) == []
    assert errors(checked([bundle("spring", videos_quantity=2)], rows, known=known(videos_quantity=3))) == ["videos_quantity_smaller"]


def test_duplicates_are_blamed_on_every_row_that_has_them() -> None:
    """Bundles, positions and references; blanks are never alike."""
    rows = [video("spring", 1, external_ref="r"), video("spring", 1), video("autumn", 1, external_ref="r"), video("autumn", 2)]
    found = codes(checked([bundle("spring"), bundle("autumn")], rows))
    assert [place for place, code in found if code == "position_duplicate"] == ["B2", "B3"]
    assert [code for _, code in found].count("external_ref_duplicate") == 2
    twice = [bundle("spring", publish=None), bundle("spring", username="other", publish=None)]
    assert codes(checked(twice)) == [("A2", "bundle_duplicate"), ("A3", "bundle_duplicate")]


def test_a_bundle_named_and_a_bundle_numbered_are_one() -> None:
    """A position by id and one by name of the same bundle are the same position."""
    rows = [video("spring", 1), video("", 1, bundle_id="bnd-1")]
    found = checked([bundle("spring", bundle_id="bnd-1")], rows, known=known())
    assert errors(found) == ["position_duplicate", "position_duplicate"]


def test_what_the_platform_has_need_not_be_in_the_sheet() -> None:
    """Blank cells on a slot with content leave it as it is, and are no mistake."""
    slot = KnownSlot(has=frozenset({"video", "video_type", "description", "target_publish_date"}), publish_date=date(2030, 1, 1))
    row = {"bundle": "spring", "position": 1, "description": "A new caption"}
    assert codes(checked(videos=[row], known=known(slots={1: slot}))) == []
    assert "video_type_missing" in errors(checked(videos=[row], known=known()))


def test_a_misread_cell_is_not_blamed_again() -> None:
    """One mistake, one finding: `soon` is not also a missing date."""
    found = checked([bundle("spring", videos_quantity=1)], [video("spring", 1, target_publish_date="soon")])
    assert codes(found) == [("G2", "date_invalid")]


def test_errors_of_one_pass_are_all_there() -> None:
    """Several mistakes in one row are told at once."""
    row = video("spring", 9, target_publish_date="03/04/2030", video=None, tiktok_sound_url="no link")
    assert set(errors(checked([bundle("spring")], [row]))) == {"position_out_of_range", "date_ambiguous", "video_missing", "url_invalid"}


@pytest.mark.parametrize(("country", "online", "wrong"), [("US", {"USA"}, False), ("uk", {"GB"}, False), ("XX", {"US"}, True), ("XX", set(), False)])
def test_a_country_is_compared_with_the_platforms_list(country: str, online: set[str], wrong: bool) -> None:
    """By either spelling, in any case; without a list nothing is said."""
    found = checked([bundle("spring", country=country, publish=None)], known=Known(online=True, countries=frozenset(online)))
    assert ("country_not_enabled" in errors(found)) is wrong


_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)
_ODD = (
    *("(clear)", "yes", "1", "0", "-1", "9223372036854775807", "99999999999999999999", "03/04/2027", "2027-02-30", "0000-00-00", "31/12/9999"),
    *("https://x", "http://[", "a;b;;", "{bundle}", "{0}", "%s", "=1+1", "#N/A", "../x", "٣", "１", "1e9", "\u200b", "é" * 300),
    *("tiktok", "youtube", "instagram", "carousel", "video", "spring", "account_only", "videos_only", "account_and_videos"),
)
_CELL = st.one_of(st.none(), _TEXT, st.sampled_from(_ODD))


def _rows(names: tuple[str, ...]) -> st.SearchStrategy[list[dict[str, str | None]]]:
    return st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(names, _CELL)), min_size=1, max_size=4)


@examples(10)
@given(bundles=_rows(BUNDLES.names), videos=_rows(POSITIONS.names), online=st.booleans())
def test_a_check_of_any_cells_finds_and_never_raises(bundles: list[dict[str, str | None]], videos: list[dict[str, str | None]], online: bool) -> None:
    """Whatever is in the cells under known headers; each finding has its address and its words."""
    head = {"bundle": "head", "platform": "tiktok"}, {"bundle": "head", "position": "1"}
    found = checked([head[0], *bundles], [head[1], *videos], known=known() if online else Known())
    for finding in found.findings:
        assert finding.message and finding.hint and finding.code
        assert finding.cell is None or finding.cell.endswith(str(finding.row))
    assert found.invalid <= set(found.rows)
