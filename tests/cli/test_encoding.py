"""`--encoding`: said on the command line or in the profile, wherever sheets are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Desk, bundle, video

TITLE = "Весенняя распродажа"


@pytest.fixture
def russian(desk: Desk) -> Path:
    """A launch that a Russian program has written."""
    folder = desk.sheets("launch", bundles=[bundle("spring-01", title=TITLE, videos_quantity=1)], videos=[video("spring-01", 1, description=TITLE)])
    for file in folder.iterdir():
        file.write_bytes(file.read_text(encoding="utf-8").encode("cp1251"))
    return folder


def test_nothing_is_read_before_somebody_says_how(desk: Desk, russian: Path) -> None:
    """Exit 6 with the place and a proposal; not a request is sent."""
    for command in ("check", "plan", "import"):
        ended = desk.run(command, russian, *(["--yes"] if command == "import" else []))
        assert ended.code == 6
        assert "encoding_unknown" in ended.out
        assert "--encoding cp1251" in ended.out + ended.err
    assert desk.writes == 0


def test_the_encoding_that_is_said_is_read(desk: Desk, russian: Path) -> None:
    """By import, and the platform has the letters that were meant."""
    assert desk.import_(russian, "--encoding", "windows-1251").code == 0
    assert desk.bundles["spring-01"].title == TITLE


def test_the_profile_may_say_it(desk: Desk, russian: Path) -> None:
    """Once for a client, for every command."""
    config = desk.folder / "bulkportal.toml"
    config.write_text('[profiles.acme]\nencoding = "cp1251"\n', encoding="utf-8")
    ended = desk.run("check", russian, "--profile", "acme", BULKPORTAL_CONFIG=str(config))
    assert (ended.code, ended.document["findings"]) == (0, [])


def test_a_name_that_is_no_encoding_is_a_usage_problem(desk: Desk, russian: Path) -> None:
    """Exit 2; on the command line and in the profile."""
    for name in ("windows", "hex", "idna", ""):
        assert desk.run("check", russian, "--encoding", name).code == 2
    config = desk.folder / "bulkportal.toml"
    config.write_text('[profiles.acme]\nencoding = "klingon"\n', encoding="utf-8")
    ended = desk.run("check", russian, "--profile", "acme", BULKPORTAL_CONFIG=str(config))
    assert (ended.code, "klingon is not the name of an encoding" in ended.err) == (2, True)


def test_text_that_is_not_in_the_named_encoding_is_refused(desk: Desk, russian: Path) -> None:
    """Exit 6, with line and column."""
    ended = desk.run("check", russian, "--encoding", "utf-8")
    assert ended.code == 6
    assert "encoding_wrong" in ended.out
    assert "line 2, column" in ended.out


def test_what_else_reads_sheets_takes_it(desk: Desk, russian: Path) -> None:
    """fix, map and a night."""
    fixed = desk.folder / "fixed.csv"
    (russian / "videos.csv").write_bytes((russian / "videos.csv").read_bytes().replace(b"2030-", b"2030/"))
    assert desk.run("fix", "--safe", russian / "videos.csv", "-o", fixed, "--encoding", "cp1251").code == 0
    assert TITLE in fixed.read_text(encoding="utf-8-sig")
    assert desk.said("map", russian / "videos.csv", "--encoding", "cp1251").code == 0
    inbox = desk.folder / "inbox"
    inbox.mkdir()
    russian.rename(inbox / "launch")
    assert desk.run("run", inbox, "--still-seconds", "0", "--encoding", "cp1251").code == 0
    assert desk.bundles["spring-01"].title == TITLE
