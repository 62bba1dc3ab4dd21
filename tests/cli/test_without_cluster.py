"""Without the extra `cluster`: nothing of it is asked for, and every command that needs it says in one sentence how to get it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bulkportal import installing
from bulkportal.cli.main import COMMANDS
from tests.conftest import Desk, bundle, video

SCRIPT = """
import contextlib, io, json, sys

class Missing:
    asked = set()

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("psycopg", "psycopg_c", "psycopg_binary", "psycopg_pool", "procrastinate"):
            self.asked.add(name)
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

missing = Missing()
sys.meta_path.insert(0, missing)
from bulkportal.cli.main import run

ended = []
for words in json.loads(sys.argv[1]):
    said = io.StringIO()
    missing.asked.clear()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = int(run(words))
    ended.append([words, code, said.getvalue(), sorted(missing.asked)])
print(json.dumps(ended))
"""

BOOKS = "postgresql://books@127.0.0.1:1/books"
SENTENCE = "Books and queues in PostgreSQL need the extra cluster, which is not installed."

OFFLINE = (
    *(["check", "launch", "--today", "2030-01-01"], ["template", "template.xlsx"], ["fix", "launch/videos.csv", "-o", "fixed.csv", "--safe"]),
    *(
        ["map", "launch"],
        ["schedule", "print", "inbox"],
        ["audit", "verify"],
        ["init", "made.toml", "--yes"],
        ["config", "show"],
        ["completion", "bash"],
    ),
    ["demo", "-o", "demo"],
    *(["desk", "--help"], ["simulate", "--help"]),  # both serve until they are ended
)
"""Command lines that touch no books, wherever these are."""

OF_BOOKS = (
    *(
        ["plan", "launch", "-o", "again.xlsx"],
        ["apply", "plan.xlsx", "--yes"],
        ["import", "launch", "--yes"],
        ["run", "inbox", "--max-credits", "50"],
    ),
    *(
        ["export", "-o", "export.xlsx"],
        ["status"],
        ["share", "--client", "spring", "-o", "spring.zip"],
        ["runs", "list"],
        ["undo", "last", "-o", "undo.xlsx"],
    ),
    ["ledger", "prepare"],
)
"""Those that keep books, or the pace of a key, where the books are."""

OF_SERVERS = (
    *(["worker", "--once"], ["queue", "status"], ["queue", "retry", "1"], ["ledger", "copy", "home", BOOKS]),
    *(["import", "launch", "--yes", "--queue"], ["apply", "plan.xlsx", "--yes", "--queue"], ["run", "inbox", "--queue"]),
)
"""Those that are about a server in any case."""


def played(desk: Desk, *lines: list[str], **more: str) -> list[tuple[list[str], int, str, list[str]]]:
    """Each command line with its exit code, what it said, and which modules of the extra it asked for; all in one process without them."""
    command = [sys.executable, "-c", SCRIPT, json.dumps(lines)]
    environment = desk.environment(PYTHONPATH=str(Path(__file__).parents[2]), **more)
    done = subprocess.run(command, env=environment, cwd=desk.folder, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return [tuple(one) for one in json.loads(done.stdout)]


def prepared(desk: Desk) -> None:
    """A launch, its plan with every line approved, and an inbox."""
    launch = desk.sheets("launch", bundles=[bundle("spring", videos_quantity=1)], videos=[video("spring", 1)])
    assert desk.run("plan", launch, "-o", desk.folder / "plan.xlsx").code == 0
    (desk.folder / "inbox").mkdir()


def test_every_command_is_among_those_that_are_tried() -> None:
    """None is left out: each either works without the extra or says how to get it."""
    assert {line[0] for line in (*OFFLINE, *OF_BOOKS, *OF_SERVERS)} | {"doctor"} == set(COMMANDS)


def test_where_the_books_are_a_file_nothing_of_the_extra_is_asked_for(desk: Desk) -> None:
    """And all that needs no server does its work."""
    prepared(desk)
    ended = played(desk, *OFFLINE, *OF_BOOKS, ["doctor"])
    assert [(words, code, said) for words, code, said, _ in ended if code not in (0, 4) or "extra cluster" in said] == []
    assert [(words, asked) for words, _, _, asked in ended if asked] == []


def test_who_needs_the_extra_says_in_one_sentence_how_to_get_it(desk: Desk) -> None:
    """Whether the books are meant to be in a server or the command is about one; nothing else goes wrong, and nothing is sent."""
    prepared(desk)
    meant = played(desk, *OFFLINE, *OF_BOOKS, *OF_SERVERS, ["doctor"], BULKPORTAL_LEDGER=BOOKS)
    told = [one for one in (*meant, *played(desk, *OF_SERVERS)) if one[0] not in (*OFFLINE, ["doctor"])]
    assert [
        (words, code, said) for words, code, said, _ in told if code != 2 or SENTENCE not in said or f"{installing.hint('cluster')}." not in said
    ] == []
    assert [(words, code, said) for words, code, said, _ in meant if words in OFFLINE and code not in (0, 4)] == []
    ((_, code, said, _),) = (one for one in meant if one[0] == ["doctor"])
    assert code == 2 and SENTENCE.rstrip(".") in said and installing.hint("cluster") in said, said
    assert [write.path for write in desk.state.journal.writes if write.executed] == []
