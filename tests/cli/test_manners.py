"""How the command behaves beside its work: quick help, colours, quietness."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys

import pytest

from tests.conftest import Desk

HEAVY = {"polars", "pandera", "httpx", "openpyxl", "rich", "pydantic", "fastexcel", "tqdm", "starlette", "uvicorn", "sqlite3", "asyncio"}


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    """`--help` must be quick: commands import their rooms when they are called."""
    done = subprocess.run([sys.executable, "-X", "importtime", "-m", "bulkportal", *arguments], capture_output=True, text=True, check=True)
    loaded = {line.split("|")[-1].strip().split(".")[0] for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert loaded & HEAVY == set()
    assert "click" in loaded
    if arguments == ["--help"]:
        for name in ("demo", "template", "check", "plan", "import", "simulate"):
            assert re.search(rf"^  {name} +\S", done.stdout, re.MULTILINE)


@pytest.mark.parametrize("command", ["check", "plan", "import", "demo", "template", "simulate"])
def test_every_command_has_help(desk: Desk, command: str) -> None:
    """With -h as well, and without a key."""
    done = desk.said(command, "-h", TOKPORTAL_API_KEY="")
    assert done.code == 0
    assert done.out.startswith("Usage: bulkportal " + command)


def on_a_terminal(desk: Desk, *arguments: object, **more: str) -> str:
    """What a command shows on a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "bulkportal", *map(str, arguments)],
        env=desk.environment(TERM="xterm", **more),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    process.wait(timeout=250)
    os.close(ours)
    return shown.decode("utf-8", "replace")


@pytest.mark.parametrize(("more", "arguments", "coloured"), [({}, [], True), ({"NO_COLOR": "1"}, [], False), ({}, ["--no-color"], False)])
def test_colours_are_for_terminals_that_want_them(desk: Desk, more: dict[str, str], arguments: list[str], coloured: bool) -> None:
    """A terminal gets them; NO_COLOR and --no-color take them away."""
    shown = on_a_terminal(desk, "check", desk.story("every_mistake"), *arguments, **more)
    assert " errors and " in shown
    assert ("\x1b[" in shown) is coloured


def test_without_a_terminal_there_is_no_colour_and_no_bar(desk: Desk) -> None:
    """Plain lines, as a log wants them."""
    done = desk.command("import", desk.story("csv_launch"), "--yes")
    assert done.code == 0
    assert "\x1b" not in done.out + done.err
    assert "\r" not in done.out + done.err


def test_a_quiet_import_that_succeeds_says_nothing(desk: Desk) -> None:
    """`--quiet` is for cron: only problems."""
    done = desk.said("import", desk.story("csv_launch"), "--yes", "--quiet")
    assert (done.code, done.out, done.err) == (0, "", "")


def test_a_quiet_check_that_fails_says_what_is_wrong(desk: Desk) -> None:
    """Problems are told however quiet it is to be."""
    done = desk.said("check", desk.story("every_mistake"), "--quiet")
    assert done.code == 6
    assert " errors and " in done.out


def test_a_reader_that_goes_away_is_no_error(desk: Desk) -> None:
    """`bulkportal check -v ... | head -1` ends without a complaint."""
    line = f"{sys.executable} -m bulkportal check -v {desk.story('every_mistake')} | head -1"
    done = subprocess.run(["bash", "-c", line], env=desk.environment(), capture_output=True, text=True, check=True, timeout=250)
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


def test_captions_with_characters_that_a_terminal_cannot_show_are_no_fault(desk: Desk) -> None:
    """A terminal of old, with ASCII only."""
    launch = desk.sheets("launch", videos=[{"bundle": "été", "position": "🍅", "video_type": "vidéo"}])
    done = desk.command("check", launch, "--json", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.code == 6, done.err
    assert done.document["rows"]["total"] == 1


def test_the_demo_as_json(desk: Desk) -> None:
    """One document on standard output, of the very code that it ends with; its mistake is on purpose."""
    ended = desk.said("demo", "--json")
    assert (ended.code, ended.document["exit_code"], ended.document["rows"]["invalid"]) == (0, 0, 1)
    assert "Simulator: " in ended.err
