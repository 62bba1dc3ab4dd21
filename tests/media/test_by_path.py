"""Media by their place: what the pattern finds, what it leaves over, and that nothing is guessed or found outside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bulkportal.media.by_path import DEFAULT_PATTERN, MediaSlot, WrongPattern, expanded, match
from tests.conftest import Desk, bundle, video

from . import making


def touch(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x")


def place(key: int, position: int, kind: str = "video", name: str = "spring") -> MediaSlot:
    return MediaSlot(key=key, bundle=name, position=position, kind="carousel" if kind == "carousel" else "video")


def test_files_are_matched_left_over_missing_or_doubtful(tmp_path: Path) -> None:
    """Zeros and case do not matter; two candidates are a doubt; what belongs to no row is named."""
    touch(tmp_path, *(f"media/spring/{name}" for name in ("1.mp4", "02.MOV", "3.mp4", "3.webm", "7.mp4", "notes.txt", ".8.mp4")))
    found = match([place(10, 1), place(11, 2), place(12, 3), place(13, 4), place(14, 1, name="summer")], DEFAULT_PATTERN, [tmp_path])
    assert found.matched == {10: ("media/spring/1.mp4",), 11: ("media/spring/02.MOV",)}
    assert found.doubtful == {12: ("media/spring/3.mp4", "media/spring/3.webm")}
    assert (found.missing, found.left_over) == ([13, 14], ["media/spring/7.mp4"])


def test_a_carousel_is_a_folder_or_numbered_files_in_natural_order(tmp_path: Path) -> None:
    """10 comes after 2."""
    touch(
        tmp_path,
        *(f"media/spring/1/{name}" for name in ("10.jpg", "2.jpg", "1.png")),
        "media/spring/2-1.jpg",
        "media/spring/2_10.jpg",
        "media/spring/2 (3).webp",
    )
    found = match([place(1, 1, "carousel"), place(2, 2, "carousel")], DEFAULT_PATTERN, [tmp_path])
    assert found.matched[1] == ("media/spring/1/1.png", "media/spring/1/2.jpg", "media/spring/1/10.jpg")
    assert sorted(found.matched[2]) == ["media/spring/2 (3).webp", "media/spring/2-1.jpg", "media/spring/2_10.jpg"]
    assert found.left_over == []


def test_other_patterns_and_the_second_root(tmp_path: Path) -> None:
    """All files in one folder; a name of two parts."""
    touch(tmp_path / "b", "clips/spring_1.mp4", "clips/spring_10.mp4")
    found = match([place(1, 1)], "clips/{bundle}_{position}.mp4", [tmp_path / "a", tmp_path / "b"])
    assert found.matched == {1: ("clips/spring_1.mp4",)} and found.left_over == ["clips/spring_10.mp4"]


@pytest.mark.parametrize("pattern", ["/abs/{position}.mp4", "../{position}.mp4", "media/{bundle}.mp4", "media/{title}/{position}.mp4"])
def test_a_wrong_pattern_is_told(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(WrongPattern):
        match([place(1, 1)], pattern, [tmp_path])


@pytest.mark.parametrize("name", ["..", "../secret", "a/b", "a\\b", ".", " "])
def test_a_bundle_name_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    """It is a stranger's word."""
    touch(tmp_path, "secret/1.mp4", "1.mp4", "root/media/x.mp4")
    assert match([place(1, 1, name=name)], DEFAULT_PATTERN, [tmp_path / "root"]).matched == {}


def test_folders_and_patterns_in_a_list(tmp_path: Path) -> None:
    """Written out in natural order, and never beyond the root; what finds nothing stays as it is written."""
    touch(tmp_path / "root", "slides/2.jpg", "slides/10.jpg", "slides/1.png", "slides/film.mp4")
    touch(tmp_path, "outside/1.jpg")
    (tmp_path / "root" / "link").symlink_to(tmp_path / "outside")
    roots = [tmp_path / "root"]
    in_order = ("slides/1.png", "slides/2.jpg", "slides/10.jpg")
    assert expanded("slides", roots) == expanded("slides/", roots) == expanded("slides/*", roots) == in_order
    assert expanded("slides/*.jpg", roots) == ("slides/2.jpg", "slides/10.jpg")
    for text in ("../outside/*.jpg", "link", "link/*", str(tmp_path / "outside"), "none/*.jpg", "slides/1.png"):
        assert expanded(text, roots) == (text,)


def test_a_launch_without_media_cells(desk: Desk) -> None:
    """Matched and sent; the report says how; the doubtful and the missing are told at their cells, and a second run does nothing."""
    rows = [video("spring", number, video=None) for number in (1, 2, 3)]
    rows.append(video("spring", 4, video=None, video_type="carousel", tiktok_sound_url="https://www.tiktok.com/music/x-1"))
    sheet = desk.sheets("launch", bundles=[bundle("spring", videos_quantity=4, publish="no", profile_picture=None)], videos=rows)
    folder = sheet / "media" / "spring"
    (folder / "4").mkdir(parents=True)
    clip = making.video(folder / "1.mp4", size=(720, 1280)).read_bytes()
    for name in ("2.mp4", "2.mov", "9.mp4"):
        (folder / name).write_bytes(clip)
    for name in ("1.jpg", "2.jpg"):
        making.image(folder / "4" / name)
    ended = desk.run("check", sheet)
    assert sorted(ended.codes) == ["media_doubtful", "media_left_over", "video_missing"], ended.out
    assert "2 rows matched, 1 row without a file, 1 row doubtful, 1 file left over" in ended.err
    cells = {finding["code"]: finding["cell"] for finding in ended.document["findings"]}
    assert (cells["media_left_over"][1:], cells["media_doubtful"][1:], cells["video_missing"][1:]) == ("1", "3", "4")
    (folder / "2.mov").unlink()
    (folder / "9.mp4").rename(folder / "3.mp4")
    ended = desk.import_(sheet)
    assert (ended.code, ended.rows) == (0, {"total": 5, "done": 5}), ended.err
    assert desk.import_(sheet).rows == {"total": 5, "unchanged": 5}


def test_a_pattern_of_the_profile(desk: Desk) -> None:
    """Its own folder and names; a wrong one is a usage error."""
    sheet = desk.sheets(
        "launch", bundles=[bundle("spring", videos_quantity=1, publish="no", profile_picture=None)], videos=[video("spring", 1, video=None)]
    )
    making.video(sheet / "spring_1.mov", size=(720, 1280))
    config = desk.folder / "bulkportal.toml"
    for pattern, code in (("{bundle}_{position}.mp4", 0), ("{bundle}.mp4", 2)):
        config.write_text(f'default = "main"\n[profiles.main]\nmedia_pattern = "{pattern}"\n', "utf-8")
        assert desk.run("check", sheet, BULKPORTAL_CONFIG=str(config)).code == code


def test_a_folder_is_listed_once_however_many_rows_lie_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of files in one folder are usual; each row finds its own, and case and zeros do not matter."""
    for number in range(1, 301):
        (tmp_path / f"{'SPRING' if number % 2 else 'spring'}-{number:04}.mp4").touch()
    listed: list[Path] = []
    real = Path.iterdir

    def iterdir(path: Path) -> Iterator[Path]:
        listed.append(path)
        return real(path)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    places = [MediaSlot(key=number, bundle="spring", position=number, kind="video") for number in range(1, 311)]
    found = match(places, "{bundle}-{position}.mp4", [tmp_path])
    assert len(listed) == 1
    assert [len(found.matched), found.missing, found.left_over] == [300, list(range(301, 311)), []]
    assert found.matched[10] == ("./spring-0010.mp4",)
