"""The first time: where the key is, what may be spent, which day a date means; asked on a page and on a terminal alike."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bulkportal.desk.shortcuts import write_shortcuts
from bulkportal.errors import UsageProblem
from bulkportal.settings.configfile import load
from bulkportal.settings.first_time import FirstAnswers, keep
from tests.conftest import KEY, Desk
from tests.desk.conftest import Page

Enter = Callable[..., Page]


def test_the_first_page_leads_to_a_key_and_to_what_doctor_says(enter: Enter, desk: Desk, launch: Path) -> None:
    """No key yet: a page instead of an error. A key file that others may read is closed to them; launches are read anew."""
    config = desk.folder / "bulkportal.toml"
    page = enter(TOKPORTAL_API_KEY="", BULKPORTAL_CONFIG=str(config))
    config.write_text("# mine\n[profiles.main]\n", "utf-8")
    assert "Say where the key is" in page.get("/").text
    address = page.open(launch)
    assert "two different days" in page.get(f"{address}/findings").text
    key = desk.folder / "key.txt"
    key.write_text(f"{KEY}\n", "utf-8")
    key.chmod(0o644)
    said = {"key_place": "file", "key_at": str(key), "max_credits": "500", "time_zone": "Europe/Paris", "date_order": "day", "language": "de"}
    assert page.post("/settings", said).json() == {"go": "/settings?look=1"}
    assert oct(key.stat().st_mode)[-3:] == "600"
    profile = load(config).profiles["main"]
    assert (profile.key_file, profile.max_credits, profile.time_zone, profile.date_order) == (key, 500, "Europe/Paris", "day")
    assert config.read_text("utf-8").startswith("# mine")
    assert "two different days" not in page.get(f"{address}/findings").text
    shown = page.get("/settings?look=1").text
    assert "in Ordnung" in shown and KEY not in shown and 'lang="de"' in shown
    assert "Say where the key is" not in page.get("/").text


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"key_place": "file", "key_at": "/nowhere/key"}, "cannot be read"),
        ({"key_place": "environment", "key_at": KEY}, "the key itself"),
        ({"key_place": "environment", "key_at": "not a name"}, "environment variable"),
        ({"key_place": "", "key_at": ""}, "where the key is"),
        ({"key_place": "environment", "key_at": "MY_KEY", "max_credits": "much"}, "not a number"),
        ({"key_place": "environment", "key_at": "MY_KEY", "time_zone": "Paris"}, "not a time zone"),
    ],
)
def test_an_answer_that_cannot_be_used_is_told_and_nothing_is_written(said: dict[str, str], words: str, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match=words) as told:
        keep(FirstAnswers.of(said), tmp_path / "bulkportal.toml", "main")
    assert KEY not in told.value.message
    assert not (tmp_path / "bulkportal.toml").exists()


def test_a_file_made_by_the_answers_explains_every_setting(tmp_path: Path) -> None:
    """It is the commented one of `bulkportal init`, with what was answered."""
    made = keep(
        FirstAnswers.of({"key_place": "keyring", "key_at": "tokportal:main", "max_credits": "75.5"}), tmp_path / "a" / "bulkportal.toml", "main"
    )
    assert (made.profiles["main"].key_keyring, made.profiles["main"].key_env, made.profiles["main"].max_credits) == ("tokportal:main", None, 75.5)
    assert "Never write the key itself here" in (tmp_path / "a" / "bulkportal.toml").read_text("utf-8")


@pytest.mark.parametrize(("platform", "ending"), [("win32", ".cmd"), ("darwin", ".command"), ("linux", ".desktop")])
def test_a_launcher_is_written_for_each_system(platform: str, ending: str, tmp_path: Path) -> None:
    folder = tmp_path / 'my "launches" 100%'
    folder.mkdir()
    (path,) = write_shortcuts(folder, "acme", platform=platform, python="/opt/py thon/bin/python")
    text = path.read_text("utf-8")
    assert path.suffix == ending and "desk" in text and "--profile" in text
    assert platform == "win32" or os.access(path, os.X_OK)
    if platform == "darwin":
        assert "'/opt/py thon/bin/python' -m bulkportal desk" in text
    if platform == "linux":
        assert "100%%" in text and '\\\\"launches' in text


def test_the_command_writes_the_launcher_of_this_system(desk: Desk) -> None:
    done = desk.said("desk", "--shortcut")
    assert done.code == 0
    assert done.out.startswith("Written: ")
    assert list(desk.folder.glob("bulkportal desk*"))
