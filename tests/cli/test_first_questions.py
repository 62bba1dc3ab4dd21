"""The questions of `bulkportal init` on a terminal: answered there, they make the settings that the desk's page makes."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.conftest import Desk

ANSWERS = (
    ("Where is the key?", "file"),
    ("Path of the file", "acme.key"),
    ("The most credits", "250"),
    ("Time zone", "Europe/Paris"),
    ("What comes first", "day"),
)


def test_the_questions_are_asked_on_a_terminal_and_their_answers_kept(desk: Desk) -> None:
    """Each answer is typed once its question is there; the key itself is never asked for, and a pipe is asked nothing."""
    key = desk.folder / "acme.key"
    key.write_text("a-key-of-acme", "utf-8")
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "bulkportal", "init"]
    process = subprocess.Popen(words, env=desk.environment(NO_COLOR="1"), stdin=theirs, stdout=theirs, stderr=theirs, cwd=desk.folder)
    os.close(theirs)
    shown = ""
    for question, answer in ANSWERS:
        while question not in shown:
            shown += _more(ours)
        shown = shown.partition(question)[2]
        os.write(ours, f"{answer}\n".encode())
    try:
        while more := _more(ours):
            shown += more
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    assert process.wait(60) == 0, shown
    assert "Written: bulkportal.toml" in shown and "bulkportal doctor" in shown
    kept = tomllib.loads((desk.folder / "bulkportal.toml").read_text("utf-8"))["profiles"]["main"]
    assert Path(kept["key_file"]).name == "acme.key" and key.stat().st_mode & 0o077 == 0
    assert {"max_credits": 250, "time_zone": "Europe/Paris", "date_order": "day"}.items() <= kept.items()
    piped = desk.said("init", "piped.toml")
    assert piped.code == 0 and not re.search("Where is the key", piped.out + piped.err)


def _more(terminal: int) -> str:
    """What is said next, within two minutes."""
    ready, _, _ = select.select([terminal], [], [], 120)
    assert ready, "nothing more is said"
    return os.read(terminal, 1 << 16).decode()
