"""Help with examples, completion in real shells, and colours only where they are wanted."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bulkportal.cli.main import COMMANDS
from bulkportal.cli.screen import colored
from tests.conftest import Desk, bundle, video


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command with its words, those inside groups too."""
    for name, (module, function, _) in COMMANDS.items():
        found = getattr(importlib.import_module(module), function)
        if isinstance(found, click.Group):
            yield from ((f"{name} {inner}", command) for inner, command in found.commands.items())
        else:
            yield name, found


@pytest.mark.parametrize(("words", "command"), list(commands()), ids=lambda value: value if isinstance(value, str) else "")
def test_the_help_of_every_command_shows_an_example(words: str, command: click.Command) -> None:
    """A line that can be typed as it stands."""
    text = command.get_help(click.Context(command, info_name=f"bulkportal {words}", help_option_names=["-h", "--help"]))
    examples = [line.strip() for line in text.splitlines() if line.startswith(f"  bulkportal {words.split(maxsplit=1)[0]}")]
    assert examples, text


def shell(name: str, desk: Desk, script: str) -> str:
    """What a real shell prints, with `bulkportal` on its path."""
    program = shutil.which(name)
    if program is None:
        pytest.skip(f"there is no {name} here")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    words = {"bash": ["--norc", "-c"], "zsh": ["-f", "-c"], "fish": ["--no-config", "-c"]}[name]
    done = subprocess.run(
        [program, *words, script],
        env=desk.environment(PATH=path, HOME=str(desk.folder)),
        capture_output=True,
        encoding="utf-8",
        timeout=250,
        check=True,
    )
    assert "command not found" not in done.stderr
    return done.stdout


def test_bash_completes_commands_and_options(desk: Desk) -> None:
    """As bash would after a tab."""
    script = """
    source <(bulkportal completion bash)
    complete -p bulkportal
    COMP_WORDS=(bulkportal st); COMP_CWORD=1; _bulkportal_completion bulkportal; echo "words: ${COMPREPLY[@]}"
    COMPREPLY=(); COMP_WORDS=(bulkportal import --max); COMP_CWORD=2; _bulkportal_completion bulkportal; echo "options: ${COMPREPLY[@]}"
    """
    said = shell("bash", desk, script)
    assert "-F _bulkportal_completion bulkportal" in said
    assert "words: status" in said
    assert "--max-credits" in said.partition("options: ")[2]


def test_fish_completes_commands_with_their_help(desk: Desk) -> None:
    """As fish would after a tab."""
    script = 'bulkportal completion fish | source; complete -C "bulkportal tem"; complete -C "bulkportal import --all"'
    assert [line.split("\t")[0] for line in shell("fish", desk, script).splitlines()] == ["template", "--all-or-nothing"]


def test_zsh_completes_commands(desk: Desk) -> None:
    """The function that zsh calls after a tab, with what it hands on to its own lists caught."""
    script = """
    autoload -U compinit && compinit -u -D
    eval "$(bulkportal completion zsh)"
    print "bound: $_comps[bulkportal]"
    _describe() { print "described: ${(P)3}" }
    compadd() { print "added: ${@[-1]}" }
    words=(bulkportal tem) CURRENT=2
    _bulkportal_completion
    """
    said = shell("zsh", desk, script)
    assert "bound: _bulkportal_completion" in said
    assert "template" in said


@pytest.mark.parametrize(
    ("variables", "terminal", "wanted"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"TERM": "dumb"}, True, False),
        ({"CLICOLOR": "0"}, True, False),
        ({"CLICOLOR_FORCE": "1"}, False, True),
        ({"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False, False),
    ],
)
def test_colours_are_for_terminals_that_want_them(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], terminal: bool, wanted: bool) -> None:
    """The rules of no-color.org and of CLICOLOR."""
    for name in ("NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout", type("Screen", (), {"isatty": lambda _: terminal})())
    assert colored(no_color=False) is wanted
    assert colored(no_color=True) is False


def test_the_last_screen_lists_what_failed_and_says_what_to_do_next(desk: Desk) -> None:
    """Rows with their cells, then the totals, then the command to go on with."""
    from tests.automate.inboxes import launch

    path = launch(desk.folder, "spring", target_publish_date="soon")
    ended = desk.said("import", path, "--yes", NO_COLOR="1")
    lines = ended.out.splitlines()
    assert ended.code == 4
    assert any("Videos!G2" in line for line in lines)
    assert lines[-1].startswith(f"Next: correct the red cells, then: bulkportal import {desk.folder / 'spring.'}")
    assert "\x1b[" not in ended.out
    done = desk.said("import", launch(desk.folder, "spring"), "--yes")
    assert "Next:" not in done.out


def test_what_a_terminal_would_obey_is_not_sent_to_it(desk: Desk) -> None:
    """A client's cell and a file's name with escape sequences, a bell, a carriage return and turned writing: shown as question marks."""
    evil = "\x1b]0;owned\x07\x1b[2J\u202egnp\x9b2J"
    sheet = desk.sheets(
        "launch", bundles=[bundle("spring", platform=f"tik{evil}tok")], videos=[video("spring", 1, target_publish_date=f"so{evil}on")]
    )
    box = desk.folder / "inbox"
    box.mkdir()
    (box / f"odd{evil}.csv").write_bytes((sheet / "videos.csv").read_bytes())
    for ended in (
        desk.said("check", sheet, CLICOLOR_FORCE="1"),
        desk.said("import", sheet, "--yes", "-v"),
        desk.said("run", box, "--still-seconds", 0),
        desk.said("runs", "list"),
        desk.said("audit", "show"),
    ):
        said = re.sub(r"\x1b\[\d*m", "", ended.out + ended.err)  # colours are ours
        assert not {"\x1b", "\x07", "\x9b", "\u202e", "\r"} & set(said), ended
    assert "so]0;owned" in re.sub(r"[?]", "", desk.said("check", sheet).out), "what can be seen of it is shown"


def test_a_launch_of_a_night_is_not_resumed_by_hand(desk: Desk) -> None:
    """The sentence says what goes on with it; what was imported by hand before it is taken instead."""
    box = desk.folder / "inbox"
    box.mkdir()
    shutil.move(desk.sheets("spring", bundles=[bundle("spring")], videos=[video("spring", 1, target_publish_date="soon")]), box)
    ended = desk.run("run", box, "--still-seconds", 0)
    run_id = ended.document["launches"][0]["run_id"]
    refused = desk.said("runs", "resume", run_id)
    assert (refused.code, "was a launch of a night" in refused.err, "bulkportal run INBOX" in refused.err) == (2, True, True)
    assert desk.said("runs", "resume").code == 0
