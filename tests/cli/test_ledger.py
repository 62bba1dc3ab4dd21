"""`bulkportal ledger`, and an import whose books are in PostgreSQL: the same as at home, and its password nowhere."""

from __future__ import annotations

import json
import subprocess
import sys
from urllib.parse import quote

from tests.conftest import Desk, bundle, video
from tests.postgres import PASSWORD, Server, asked

ROWS = {"bundles": [bundle("spring", videos_quantity=1)], "videos": [video("spring", 1)]}


def test_a_launch_whose_books_are_in_postgresql_is_done_once_from_whichever_machine(desk: Desk, postgres: Server) -> None:
    """Another home folder, as another machine has one, knows all that was done and sends nothing."""
    launch = desk.sheets("launch", **ROWS)
    address = postgres.database()
    first = desk.run("import", launch, "--yes", BULKPORTAL_LEDGER=address)
    assert first.code == 0, first.err
    assert not (desk.home / "ledger.sqlite3").exists()
    writes = desk.writes
    second = desk.run("import", launch, "--yes", BULKPORTAL_LEDGER=address, BULKPORTAL_HOME=str(desk.folder / "elsewhere"))
    assert (second.code, second.rows) == (0, {"total": 2, "unchanged": 2}), second.err
    assert desk.writes == writes
    assert asked(address, "SELECT sum(credits) AS sum FROM charges") == [{"sum": first.document["credits"]["charged"]}]
    told = desk.run("runs", "list", BULKPORTAL_LEDGER=address).document
    assert [run["exit_code"] for run in told["runs"]] == [0, 0]


def test_books_are_copied_by_a_command_and_the_next_import_goes_on_from_there(desk: Desk, postgres: Server) -> None:
    """From the home to a server, and back; the figures are those of the home."""
    launch = desk.sheets("launch", **ROWS)
    assert desk.import_(launch).code == 0
    address = postgres.database()
    done = desk.run("ledger", "copy", desk.home, address)
    assert done.code == 0, done.err
    assert done.document["schema"] == "bulkportal.ledger/1" and done.document["rows"]["runs"] == 1
    again = desk.run("import", launch, "--yes", BULKPORTAL_LEDGER=address)
    assert (again.code, again.rows) == (0, {"total": 2, "unchanged": 2}), again.err
    assert desk.run("ledger", "copy", desk.home, address).code == 2
    back = desk.said("ledger", "copy", address, desk.folder / "back")
    assert back.code == 0 and "The same at both ends" in back.out
    assert desk.run("ledger", "prepare", BULKPORTAL_LEDGER=address).code == 0


def test_the_password_of_the_books_is_nowhere(desk: Desk, postgres: Server) -> None:
    """Not in what is printed, the reports, the home folder, the books themselves, or what is said of a server that refuses it."""
    launch = desk.sheets("launch", **ROWS)
    address = postgres.database()
    (desk.folder / "bulkportal.toml").write_text(f'[profiles.main]\nledger = "{address}"\n', encoding="utf-8")
    wrong = address.replace("Books%2F4", "Books%2F5")
    ended = [
        desk.said("config", "show", "--json"),
        desk.said("config", "show"),
        desk.said("doctor", "--json"),
        desk.said("import", launch, "--yes", "-v"),
        desk.said("import", launch, "--yes"),
        desk.said("runs", "list"),
        desk.said("ledger", "prepare"),
        desk.said("ledger", "copy", address, address),
        desk.said("import", launch, "--yes", BULKPORTAL_LEDGER=wrong),
        desk.said("import", launch, "--yes", BULKPORTAL_LEDGER=f"{address}#x"),
        desk.said("import", launch, "--yes", BULKPORTAL_LEDGER="mysql://books:Books/4:every@one@host/db"),
    ]
    assert [one.code for one in ended[-3:]] == [2, 2, 2]
    (desk.folder / "bulkportal.toml").write_text(f'[profiles.main]\nledger = ["{address}"]\n', encoding="utf-8")
    ended.append(desk.said("config", "show"))
    (desk.folder / "bulkportal.toml").unlink()
    said = "\n".join(one.out + one.err for one in ended)
    kept = "\n".join(path.read_bytes().decode("latin-1") for path in desk.folder.rglob("*") if path.is_file())
    held = json.dumps([asked(address, f"SELECT * FROM {table}") for table in ("operations", "runs", "places", "claims")], default=str)
    for secret in (PASSWORD, quote(PASSWORD, safe=""), "every%40one", "every@one"):
        assert secret not in said
        assert secret not in kept
        assert secret not in held
    assert "postgresql://books@127.0.0.1" in said


def test_without_the_extra_a_command_says_how_to_get_it(desk: Desk) -> None:
    """One sentence, and exit code 2; nothing is sent."""
    launch = desk.sheets("launch", **ROWS)
    script = (
        "import sys\nfor name in ('psycopg', 'procrastinate'):\n    sys.modules[name] = None\n"
        "from bulkportal.cli.main import run\nsys.exit(run(sys.argv[1:]))\n"
    )
    for words in (("import", str(launch), "--yes"), ("ledger", "prepare"), ("runs", "list")):
        environment = desk.environment(BULKPORTAL_LEDGER="postgresql://books@127.0.0.1:1/books")
        asked_for = [sys.executable, "-c", script, *words]
        done = subprocess.run(asked_for, env=environment, cwd=desk.folder, capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == 2
        assert "need the extra cluster, which is not installed" in done.stderr and "[cluster]" in done.stderr
    assert desk.writes == 0


def _checks(desk: Desk, address: str) -> dict[str, tuple[str, str]]:
    told = desk.run("doctor", BULKPORTAL_LEDGER=address).document["checks"]
    return {one["name"]: (one["health"], one["said"]) for one in told}


def test_doctor_looks_at_the_server_that_holds_the_books(desk: Desk, postgres: Server) -> None:
    """Version, clock, rights and encryption: as a role that may do all, as one that lacks a right, and where nobody answers."""
    address = postgres.database()
    before = _checks(desk, address)
    assert before["database"][0] == before["database clock"][0] == before["database tls"][0] == "ok"
    assert "no tables yet" in before["database rights"][1]
    assert desk.run("ledger", "prepare", BULKPORTAL_LEDGER=address).code == 0
    assert _checks(desk, address)["database rights"] == ("ok", "This role may read and write the books.")
    asked(address, "CREATE ROLE reader LOGIN PASSWORD 'reader-only'")
    asked(address, "GRANT USAGE ON SCHEMA bulkportal TO reader")
    asked(address, "GRANT SELECT ON ALL TABLES IN SCHEMA bulkportal TO reader")
    reader = address.replace(f"books:{quote(PASSWORD, safe='')}", "reader:reader-only")
    health, said = _checks(desk, reader)["database rights"]
    assert health == "problem" and "INSERT on" in said and "more" in said
    ended = desk.run("doctor", BULKPORTAL_LEDGER="postgresql://books@127.0.0.1:1/books?connect_timeout=2")
    assert ended.code == 5 and "cannot be reached" in ended.out
