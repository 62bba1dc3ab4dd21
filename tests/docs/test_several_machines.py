"""The how-to about several machines: its commands are run, its roles have the rights that they need and no more, its files are whole."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml

from tests.conftest import Desk, bundle, video
from tests.docs.pages import ROOT, load_generate
from tests.postgres import _INSTALLED, PASSWORD, Server, asked

PAGE = (ROOT / "docs" / "how-to" / "use-several-machines.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"^```bash\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE) for line in block.splitlines()]


def test_the_commands_of_the_page_do_what_it_says(postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In order, in a copy of the sample data, with one PostgreSQL; the queue is empty at the end, and the launch is done."""
    monkeypatch.setenv("BULKPORTAL_LEDGER", postgres.database())
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    assert len(COMMANDS) == 7
    with load_generate().Player(tmp_path) as player:
        said = [player.play(line) for line in COMMANDS]
    assert "1 waiting, 0 running, 0 stuck" in said[3]
    assert '"waiting": 0' in said[5] and '"exit_code": 0' in said[5]


def test_the_roles_have_the_rights_that_they_need_and_no_more(desk: Desk, postgres: Server) -> None:
    """The owner prepares; a worker imports and queues, and can neither make nor drop a table."""
    import psycopg

    address = postgres.database()
    script = (ROOT / "deploy" / "roles.sql").read_text(encoding="utf-8")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(script)  # type: ignore[call-overload]
        for role in ("owner", "worker"):
            connection.execute(f"ALTER ROLE bulkportal_{role} PASSWORD 'of-the-{role}'")  # type: ignore[call-overload]
    owner, worker = (address.replace(f"books:{quote(PASSWORD, safe='')}", f"bulkportal_{role}:of-the-{role}") for role in ("owner", "worker"))
    try:
        early = desk.run("runs", "list", BULKPORTAL_LEDGER=worker)
        assert early.code == 2 and "lacks a permission" in early.err
        assert desk.run("ledger", "prepare", BULKPORTAL_LEDGER=owner).code == 0
        launch = desk.sheets("launch", bundles=[bundle("spring", videos_quantity=1)], videos=[video("spring", 1)])
        ended = desk.run("import", launch, "--yes", BULKPORTAL_LEDGER=worker)
        assert ended.code == 0, ended.err
        assert desk.run("import", launch, "--yes", "--queue", BULKPORTAL_LEDGER=worker).code == 0
        assert desk.said("worker", "--once", BULKPORTAL_LEDGER=worker, PYTHONPATH=str(ROOT)).code == 0
        assert desk.run("queue", "status", BULKPORTAL_LEDGER=worker).document["waiting"] == 0
        told = {one["name"]: one["health"] for one in desk.run("doctor", BULKPORTAL_LEDGER=worker).document["checks"]}
        assert told["database rights"] == "ok"
        for statement in ("DROP TABLE operations", "CREATE TABLE mine (a int)", "TRUNCATE charges"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                asked(worker, statement)
    finally:
        for role in ("bulkportal_owner", "bulkportal_worker"):
            asked(address, f"DROP OWNED BY {role} CASCADE")
            asked(address, f"DROP ROLE {role}")


def test_books_that_were_backed_up_and_restored_as_the_page_says_know_what_was_paid(desk: Desk, postgres: Server) -> None:
    """In another, empty database: the same launch finds its rows unchanged, and the queue works."""
    backup = re.search(r"^pg_dump (.+) bulkportal\npg_restore (.+)=bulkportal (\S+)$", PAGE, re.MULTILINE)
    assert backup is not None
    books, restored, programs = postgres.database(), postgres.database(), _INSTALLED[-1]
    launch = desk.sheets("launch", bundles=[bundle("spring", videos_quantity=1)], videos=[video("spring", 1)])
    assert desk.run("import", launch, "--yes", BULKPORTAL_LEDGER=books).code == 0
    assert desk.run("queue", "status", BULKPORTAL_LEDGER=books).code == 0
    for words in ([programs / "pg_dump", *backup[1].split(), books], [programs / "pg_restore", f"{backup[2]}={restored}", backup[3]]):
        done = subprocess.run(words, cwd=desk.folder, capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stderr
    sent = desk.writes
    again = desk.run("import", launch, "--yes", BULKPORTAL_LEDGER=restored)
    assert (again.code, again.rows, desk.writes) == (0, {"total": 2, "unchanged": 2}, sent), again.err
    charges = "SELECT identity, credits FROM charges ORDER BY identity"
    assert asked(restored, charges) == asked(books, charges) != []
    assert desk.run("import", launch, "--yes", "--queue", BULKPORTAL_LEDGER=restored).code == 0


def test_the_compose_file_and_the_unit_are_whole() -> None:
    """The first is YAML with books and workers; the second stops a worker in order. Neither holds a password."""
    services = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert services["worker"]["command"][-1].endswith("exec bulkportal worker")
    assert "@books/" in services["worker"]["environment"]["BULKPORTAL_LEDGER"]
    unit = (ROOT / "deploy" / "bulkportal-worker@.service").read_text(encoding="utf-8")
    assert "KillMode=mixed" in unit and unit.rstrip().endswith("WantedBy=multi-user.target")
    assert ":secret@" not in unit
