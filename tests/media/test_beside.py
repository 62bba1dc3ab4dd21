"""Files beside a sheet: the same name is found in whatever form it is written; nearly the same one is suggested and never taken."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from bulkportal.media import Beside, OutsideRoot
from bulkportal.media.by_path import MediaSlot, expanded, match
from tests.conftest import SAMPLES, Desk, bundle, video

FILES = (
    unicodedata.normalize("NFD", "Fête à Nîmes.mp4"),
    "Tour 2.mp4",
    "Paul's day.mov",
    "dish_07.mp4",
    "final.mov.mp4",
    "clips/market 1.mp4",
    "notes.csv",
)


@pytest.fixture
def beside(tmp_path: Path) -> Beside:
    """A folder with these files."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    return Beside([tmp_path])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Fête à Nîmes.mp4", FILES[0]),
        ("Tour\u00a02.mp4", "Tour 2.mp4"),
        ("Tour  2.mp4 ", "Tour 2.mp4"),
        ("./Tour 2\u200b.mp4", "Tour 2.mp4"),
        ("clips\\market\u20091.mp4", "clips/market 1.mp4"),
    ],
)
def test_the_same_name_is_found(tmp_path: Path, beside: Beside, text: str, name: str) -> None:
    """Composed or not, with any blank, below a folder too."""
    assert beside.locate(text) == (tmp_path / name).resolve()


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("tour 2.MP4", "Tour 2.mp4"),
        ("Tour%202.mp4", "Tour 2.mp4"),
        ("\u201cTour 2.mp4\u201d", "Tour 2.mp4"),
        ("Paul\u2019s day.mov", "Paul's day.mov"),
        ("Paul's day.mp4", "Paul's day.mov"),
        ("dish_07", "dish_07.mp4"),
        ("dish-07.mp4", "dish_07.mp4"),
        ("dish_7.mp4", "dish_07.mp4"),
        ("final.mov", "final.mov.mp4"),
        ("market 1.mp4", "clips/market 1.mp4"),
        ("other/Tour 2.mp4", "Tour 2.mp4"),
        ("C:\\Users\\me\\Tour 2.mp4", "Tour 2.mp4"),
        ("Tour 3.mp4", ""),
        ("notes", ""),
        ("autumn.mp4", ""),
    ],
)
def test_a_name_that_is_nearly_there_is_suggested(beside: Beside, text: str, near: str) -> None:
    """Case, marks, encoding, ending, folder, a slip; never another number, and nothing that is no media."""
    assert not beside.locate(text).exists()
    assert beside.nearest(text) == near


def test_two_files_of_one_name_are_none_and_the_exact_one_is_itself(tmp_path: Path) -> None:
    """What was meant would be a guess."""
    for name in ("a  b.mp4", "a\u00a0b.mp4"):
        (tmp_path / name).write_bytes(name.encode())
    there = Beside([tmp_path])
    assert not there.locate("a b.mp4").exists()
    assert there.locate("a  b.mp4").name == "a  b.mp4"


def test_nothing_outside_is_found_or_named(tmp_path: Path) -> None:
    """Neither by going up nor through a link."""
    (tmp_path / "in").mkdir()
    (tmp_path / "secret 1.mp4").write_bytes(b"x")
    (tmp_path / "in" / "link 1.mp4").symlink_to(tmp_path / "secret 1.mp4")
    there = Beside([tmp_path / "in"])
    for text in ("../secret\u00a01.mp4", "/secret 1.mp4"):
        with pytest.raises(OutsideRoot):
            there.locate(text)
    assert there.nearest("secret 1.mp4") == there.nearest("link 1") == ""
    assert there.found("link\u00a01.mp4") is None


def test_files_by_their_place_are_matched_in_the_same_way(tmp_path: Path) -> None:
    """Folder, file, and the folder of a carousel that a cell names."""
    folder = tmp_path / "media" / unicodedata.normalize("NFD", "été")
    (folder / "2").mkdir(parents=True)
    for name in ("1.mp4", "2/1.jpg", "2/2.jpg"):
        (folder / name).write_bytes(b"x")
    places = [MediaSlot(key=1, bundle="été", position=1, kind="video"), MediaSlot(key=2, bundle="été", position=2, kind="carousel")]
    found = match(places, "media/{bundle}/{position}.mp4", [tmp_path])
    assert set(found.matched) == {1, 2}
    assert all((tmp_path / text).is_file() for texts in found.matched.values() for text in texts)
    texts = expanded("media/été/2", [tmp_path.resolve()])
    assert len(texts) == 2 and all((tmp_path / text).is_file() for text in texts)


def test_a_launch_whose_file_is_written_otherwise_is_done_and_a_near_miss_is_told(desk: Desk) -> None:
    """From the cell to the platform."""
    launch = desk.sheets(
        "local", bundles=[bundle("local-1")], videos=[video("local-1", 1, video="Été 1.mp4"), video("local-1", 2, video="ete_2.mp4")]
    )
    clip = (SAMPLES / "local_media" / "media").rglob("*.mp4")
    data = next(clip).read_bytes()
    for name in (unicodedata.normalize("NFD", "Été\u00a01.mp4"), "Ete-2.mp4"):
        (launch / name).write_bytes(data)
    ended = desk.import_(launch)
    (missing,) = [finding for finding in ended.document["findings"] if finding["code"] == "media_not_found"]
    assert missing["cell"].endswith("3") and missing["hint"].startswith("Did you mean Ete-2.mp4?")
    assert ended.rows["invalid"] == 1 and desk.bundles["local-1"].slots[0].status == "configured"
