"""On a terminal of 80 columns: lines are folded between words, and no help is cut."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

import click
import pytest

from bulkportal.cli.main import COMMANDS, cli
from tests.conftest import Desk, bundle, video

COLUMNS = 80


def on_a_terminal(desk: Desk, *arguments: object) -> str:
    """What a command shows on a terminal of its own."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    words = [sys.executable, "-m", "bulkportal", *map(str, arguments)]
    environment = desk.environment(NO_COLOR="1", COLUMNS="", LINES="")
    process = subprocess.Popen(words, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, cwd=desk.folder)
    os.close(theirs)
    shown = bytearray()
    while True:
        try:
            block = os.read(ours, 1 << 16)
        except OSError:  # the other end is closed
            block = b""
        if not block:
            break
        shown += block
    process.wait()
    os.close(ours)
    return shown.decode().replace("\r\n", "\n")


def test_words_stay_whole(desk: Desk) -> None:
    """What is piped has the same words, one line for each thing that is said; on a terminal they go on under their column."""
    videos = [video("spring-01", number, video_type="vidoe", target_publish_date="soon") for number in (1, 2)]
    folder = desk.sheets("launch", bundles=[bundle("spring-01", country="Österreich und die Schweiz"), bundle("東京の屋台")], videos=videos)
    shown, piped = on_a_terminal(desk, "check", folder), desk.command("check", folder).out
    lines = shown.splitlines()
    assert max(map(len, lines)) <= COLUMNS < max(map(len, piped.splitlines()))
    assert len(lines) > len(piped.splitlines())
    assert shown.split() == piped.split()
    assert all(line.startswith(" " * 25) for line in lines if line.startswith("  "))


def test_a_word_that_is_wider_than_the_terminal_is_left_whole(desk: Desk) -> None:
    """An address can be copied from it; what follows a line always stands further in than a line begins."""
    link = f"https://media.example.org/{'a' * 100}.mp4"
    shown = on_a_terminal(desk, "check", desk.folder / f"{link.rpartition('/')[2]}.xlsx")
    first, *others = shown.splitlines()
    assert first.startswith("Error:") and any("a" * 100 in line for line in others)
    assert all(line.startswith("  ") for line in others)


def helps() -> list[list[str]]:
    """Every command, and every command of a group."""
    found = [[]]
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name) if isinstance(cli, click.Group) else None
        found.append([name])
        if isinstance(command, click.Group):
            found += [[name, below] for below in command.commands]
    return found


@pytest.mark.parametrize("words", helps(), ids=" ".join)
def test_a_help_fits(words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """No line of it is longer, and none ends before its sentence does."""
    monkeypatch.setenv("COLUMNS", str(COLUMNS))
    cli.main([*words, "--help"], prog_name="bulkportal", standalone_mode=False)
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if len(line) > COLUMNS] == []
    assert [line for line in lines if line.endswith("...") and not line.startswith("Usage:")] == []
