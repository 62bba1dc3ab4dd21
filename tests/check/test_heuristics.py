"""What is valid and wrong all the same is told with evidence, and an ordinary sheet raises no doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bulkportal.check.findings import Severity
from tests.check.sheets import checked
from tests.conftest import bundle, video

DOUBTS = {"video_reused", "caption_reused", "video_names_another", "rows_shifted", "column_sorted_alone", "columns_swapped", "zeros_lost"}
BUNDLES = [bundle(name, videos_quantity=3) for name in ("spring-01", "autumn-01", "winter-01")]
VIDEOS = [video(row["bundle"], number, description=f"{row['bundle']} dish {number}") for row in BUNDLES for number in (1, 2, 3)]


def found(videos: Sequence[Mapping[str, object]], bundles: Sequence[Mapping[str, object]] = BUNDLES) -> list[tuple[str, str | None]]:
    """The doubts about a launch, by code and cell."""
    return [(finding.code, finding.cell) for finding in checked(bundles, videos).findings if finding.code in DOUBTS]


def with_videos(names: Sequence[object]) -> list[dict[str, object]]:
    """The launch with other videos, row by row."""
    return [row | {"video": name} for row, name in zip(VIDEOS, names, strict=True)]


def test_an_ordinary_launch_raises_no_doubt() -> None:
    """Whether its files are called after bundles and positions, or after nothing at all."""
    assert found(VIDEOS) == []
    assert found(with_videos([f"https://cdn.example.com/IMG_{number}.mp4" for number in (9, 4, 1, 7, 2, 8, 3, 5, 6)])) == []
    assert found(with_videos([f"https://cdn.example.com/{row['bundle']}-{row['position']}.mp4" for row in VIDEOS])) == []


def test_a_video_or_a_caption_used_twice_is_said_with_all_its_rows() -> None:
    """A caption counts within its bundle."""
    rows = [dict(row) for row in VIDEOS]
    rows[3]["video"] = rows[0]["video"]
    rows[2]["description"] = rows[1]["description"]
    rows[8]["description"] = rows[1]["description"]
    codes = found(rows)
    assert [code for code in codes if code[0] != "video_names_another"] == [
        ("video_reused", "E2"),
        ("caption_reused", "F3"),
        ("caption_reused", "F4"),
        ("video_reused", "E5"),
    ]
    (finding,) = [one for one in checked(BUNDLES, rows).findings if one.code == "video_reused" and one.row == 2]
    assert "rows 2, 5, of 2 bundles" in finding.message and finding.severity is Severity.WARNING


def test_of_two_bundles_whose_names_are_read_alike_a_file_names_the_first() -> None:
    """The same one each time: sentences of two runs can be compared."""
    first, last = str(BUNDLES[0]["bundle"]), VIDEOS[-1]
    alike = [bundle(first.upper() + end) for end in ("", "-", "--", ".", "..")]
    theirs = [video(row["bundle"], 1, video="https://cdn.example.com/a") for row in alike]
    moved = last | {"video": f"https://cdn.example.com/{first}-{last['position']}.mp4"}
    (finding,) = [one for one in checked([*BUNDLES, *alike], [*VIDEOS[:-1], moved, *theirs]).findings if one.code == "video_names_another"]
    assert f"points to {first}," in finding.message


def test_a_file_that_is_called_after_another_bundle_or_position_is_said() -> None:
    """Two rows that were exchanged."""
    names = [row["video"] for row in VIDEOS]
    names[1], names[2] = names[2], names[1]
    assert found(with_videos(names)) == [("video_names_another", "E3"), ("video_names_another", "E4")]


def test_a_column_that_slipped_or_was_sorted_alone_is_one_doubt() -> None:
    """Not one for each row."""
    names = [str(row["video"]) for row in VIDEOS]
    assert found(with_videos([*names[1:], names[0]])) == [("rows_shifted", "E2")]
    assert found(with_videos([names[-1], *names[:-1]])) == [("rows_shifted", "E2")]
    assert found(with_videos(sorted(names))) == [("column_sorted_alone", "E2")]


def test_columns_that_hold_each_others_values_are_said() -> None:
    """The caption stands under the video, and the video under the caption."""
    rows = [row | {"video": row["description"], "description": row["video"]} for row in VIDEOS]
    assert ("columns_swapped", "E2") in found(rows)


def test_an_id_that_lost_its_zeros_is_an_error() -> None:
    """Its neighbours show how long it was."""
    rows = [row | {"external_ref": text} for row, text in zip(VIDEOS, ("00123", "00124", "125", *"abcdef"), strict=True)]
    assert found(rows) == [("zeros_lost", "H4")]
