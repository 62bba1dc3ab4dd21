"""What comes from elsewhere reaches the terminal by one way, which lets through nothing that a terminal would obey, and no secret."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bulkportal import cli
from bulkportal.cli import screen
from bulkportal.portal.secret import Secret
from tests.automate.inboxes import inbox_of, launch
from tests.conftest import SAMPLES, Desk, bundle, video

NASTY = "x\x1b[2J\x07\x9b31m\u009d0;t\u009c\u202egnp.\u2066\u200f\u061c\x7f\u2028"
"""Escapes, a bell, the one-sign escapes of C1, marks that turn the reading order, a line separator."""

OBEYED = set(NASTY) - set("x[2J31m0;tgnp.")
WRITERS = {("click", "echo"), ("click", "secho"), ("click", "echo_via_pager"), ("stdout", "write"), ("stderr", "write")}


def calls(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id="print"):
                    yield node.lineno, "print"
                case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=attr) if (owner, attr) in WRITERS:
                    yield node.lineno, f"{owner}.{attr}"


def test_only_one_module_writes() -> None:
    """All others ask it to."""
    folder = Path(cli.__file__).parent
    found = [f"{path.name}:{line} {what}" for path in sorted(folder.glob("*.py")) if path.name != "screen.py" for line, what in calls(path)]
    assert found == []
    others = [path for path in folder.parent.rglob("*.py") if path.parent != folder]
    assert [str(path) for path in others for _ in calls(path)] == []


def test_a_line_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever is in it."""
    screen.say(f"a{NASTY}\r\nError: forged\nb\rc")
    screen.say("rest\nmore", lead="lead\n", fg="red", color=True)
    out = capsys.readouterr().out
    assert out.count("\n") == 2 and not OBEYED & set(out.replace("\x1b[31m", "").replace("\x1b[0m", ""))


def test_json_stays_json_and_shows_every_sign_as_an_escape(capsys: pytest.CaptureFixture[str]) -> None:
    """And reading it gives what was written."""
    document = {"name": NASTY, NASTY: [f"é{NASTY}\nü"]}
    screen.say_json(document)
    out = capsys.readouterr().out
    assert json.loads(out) == document
    assert not OBEYED & set(out) and "é" in out and "\\u202e" in out and "\\u009b" in out


def test_no_secret_passes(capsys: pytest.CaptureFixture[str]) -> None:
    """A key that was read somewhere, one that has the form of one, a password in an address."""
    Secret("some-key-of-a-client")
    text = "some-key-of-a-client tok_live_0123456789 sftp://ops:pw-1234@host/x"
    screen.say(text)
    screen.say_json({"text": text})
    out = capsys.readouterr().out
    assert not any(secret in out for secret in ("some-key-of", "tok_live", "pw-1234")) and "sftp://ops:(hidden)@host/x" in out
    assert json.loads(out.partition("\n")[2])


def test_every_command_passes_through_it(desk: Desk) -> None:
    """A name, a title and a caption that the platform has, a file's name with a line break, and a profile's words."""
    forged = "\nError: forged"
    name = f"spring{NASTY[:12]}"
    sheet = desk.sheets("launch", bundles=[bundle("spring", title=f"T{NASTY}", publish="no")], videos=[video("spring", 1)])
    assert desk.import_(sheet).rows["done"] >= 1
    for one in desk.state.books.bundles.values():
        one.external_ref = name
        one.title = f"T{NASTY}{forged}"
    desk.state.wallet("owner")
    inbox = inbox_of(desk)
    launch(inbox, "night").rename(inbox / "night\nError: forged\u202e.xlsx")
    (inbox / "broken\x1b[2J\nError: forged.xlsx").write_bytes(b"PK\x03\x04 no")
    config = desk.folder / "bulkportal.toml"
    config.write_text('[profiles.main]\naccount = "a\\u001b[2J\\u202e@b.example"\n[profiles.main.columns]\n"he\\u009bader" = "title"\n', "utf-8")
    named = {"BULKPORTAL_CONFIG": str(config)}
    words: list[tuple[tuple[object, ...], dict[str, str]]] = [
        (("status",), {}),
        (("doctor",), {}),
        (("doctor", "--profile", "main"), named),
        (("config", "show", "--profile", "main"), named),
        (("runs", "list"), {}),
        (("runs", "show"), {}),
        (("export", "-o", desk.folder / "out\x1b\n.xlsx"), {}),
        (("share", "--client", "spring", "-o", desk.folder / "pack.zip"), {}),
        (("audit", "show"), {}),
        (("run", inbox, "--still-seconds", 0), {}),
        (("check", sheet / f"none{forged}.csv"), {}),
        (("check", SAMPLES / "good_launch" / "launch.xlsx", "--report", desk.folder / f"r{forged}.xlsx"), {}),
        (("template", desk.folder / f"t{forged}.xlsx", "--live"), {}),
    ]
    for arguments, more in words:
        ended = desk.run(*arguments, **more)
        said = ended.out + ended.err
        assert not (OBEYED - {"\n"}) & set(said), (arguments, said)
        assert forged not in said, (arguments, said)
        assert ended.code != 7, (arguments, said)
