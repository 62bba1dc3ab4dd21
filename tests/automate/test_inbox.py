"""What is taken for a launch, and under which name it is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulkportal.automate import inbox
from bulkportal.automate.moving import archived_name
from bulkportal.automate.results import WORST_FIRST, worst
from bulkportal.errors import ExitCode


@pytest.mark.parametrize(
    "name",
    [
        "~$launch.xlsx",
        "launch.xlsx.part",
        "launch.xlsx.crdownload",
        "launch.tmp",
        ".launch.xlsx",
        "launch.xlsx~",
        ".~lock.launch.xlsx#",
        "launch.xlsx.filepart",
        "clip.mp4",
        "notes.txt",
    ],
)
def test_what_is_half_written_or_no_sheet_is_left_alone(tmp_path: Path, name: str) -> None:
    """Whatever a spreadsheet program, a browser or a copying program leaves on its way."""
    (tmp_path / name).write_bytes(b"content")
    assert inbox.items(tmp_path) == ()


def test_what_looks_like_a_launch_and_is_not_taken_is_told(tmp_path: Path) -> None:
    """A link, and a name as programs give while they write; what they do write beside a file is nobody's business."""
    for name in ("~launch.xlsx", ".launch.csv", "~$launch.xlsx", "._launch.xlsx", ".~lock.launch.xlsx#", "launch.tmp", "launch.xlsx", "clip.mp4"):
        (tmp_path / name).write_bytes(b"content")
    (tmp_path / "linked.xlsx").symlink_to(tmp_path / "launch.xlsx")
    told = {path.name: why for path in tmp_path.iterdir() if (why := inbox.passed_over(path))}
    assert set(told) == {"~launch.xlsx", ".launch.csv", "linked.xlsx"}
    assert "links are not followed" in told["linked.xlsx"] and "begins with ~" in told["~launch.xlsx"]


def test_a_folder_is_a_launch_if_it_holds_csv_files_and_is_still_when_all_of_it_is(tmp_path: Path) -> None:
    """Media folders are none, and a file that is being copied into it keeps the whole back."""
    (tmp_path / "media").mkdir()
    (tmp_path / "spring").mkdir()
    (tmp_path / "spring" / "bundles.csv").write_text("bundle\n", "utf-8")
    (item,) = inbox.items(tmp_path)
    later = item.mark.newest / 1e9 + 60
    assert (item.name, inbox.is_still(item, later, 10)) == ("spring", True)
    (tmp_path / "spring" / "clip.mp4.part").write_bytes(b"half")
    assert not inbox.is_still(item, later, 10)


def test_an_old_time_kept_by_a_copying_program_makes_a_file_no_older(tmp_path: Path) -> None:
    """`cp -p` sets the time of writing back; the time of the entry cannot be."""
    import os

    path = tmp_path / "launch.xlsx"
    path.write_bytes(b"content")
    os.utime(path, (1_000_000_000, 1_000_000_000))
    (item,) = inbox.items(tmp_path)
    assert item.mark.newest / 1e9 > 1_700_000_000


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("launch.xlsx", "launch.xlsx"),
        ("launch.run-20261121-135840-370c8a.xlsx", "launch.xlsx"),
        ("launch.run-20261121-135840-370c8a.report.xlsx", "launch.xlsx"),
        ("launch.report.xlsx", "launch.xlsx"),
        ("spring.run-20261121-135840-370c8a", "spring"),
        ("v1.2 launch.xlsx", "v1.2 launch.xlsx"),
    ],
)
def test_a_corrected_copy_is_known_for_the_same_launch(name: str, plain: str) -> None:
    """Its report, or its failed copy moved back."""
    assert inbox.plain_name(name) == plain


def test_the_run_stands_in_the_archived_name() -> None:
    """Before the ending, so that the file opens as before."""
    assert archived_name("launch.xlsx", "run-1") == "launch.run-1.xlsx"
    assert archived_name("spring", "run-1") == "spring.run-1"


def test_every_ending_has_its_place_among_the_worst() -> None:
    """Those that a launch or a night can end with; 10 and 11 belong to plans."""
    assert set(WORST_FIRST) == set(ExitCode) - {ExitCode.CHANGES, ExitCode.STALE}
    assert worst(ExitCode.OK, ExitCode.TEMPORARY, ExitCode.INVALID) is ExitCode.INVALID


def test_the_content_of_a_folder_is_its_names_and_its_bytes(tmp_path: Path) -> None:
    """Another name or another byte is another launch; the folder's own name is not part of it."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "bundles.csv").write_text("bundle\n", "utf-8")
    assert inbox.digest(tmp_path / "one") == inbox.digest(tmp_path / "two")
    (tmp_path / "two" / "bundles.csv").rename(tmp_path / "two" / "videos.csv")
    assert inbox.digest(tmp_path / "one") != inbox.digest(tmp_path / "two")
