"""What a command loads: nothing that it never uses. Counted by modules, not by seconds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.check.test_schemas import TODAY
from tests.conftest import Desk, bundle, video

SCRIPT = """
import json, sys
from bulkportal.cli.main import run
code = run(sys.argv[1:])
print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)
"""
NEVER = ("httpx", "sqlite3", "jinja2", "tqdm", "babel", "filelock", "uvicorn", "starlette", "tomlkit")
OF_WORKBOOKS = ("openpyxl", "xlrd", "bulkportal.lossless.editor", "bulkportal.report.as_workbook")
OF_OTHERS = ("pandera", "pydantic", "asyncio", "pymediainfo", "rapidfuzz", "bulkportal.apply.runner", "bulkportal.portal.client")


def loaded(desk: Desk, *words: object) -> set[str]:
    """The modules that a command has loaded at its end."""
    asked = [sys.executable, "-c", SCRIPT, *map(str, words)]
    done = subprocess.run(asked, env=desk.environment(), cwd=desk.folder, capture_output=True, encoding="utf-8", check=False)
    code, modules = json.loads(done.stderr.splitlines()[-1])
    assert code in (0, 6), done.stderr
    return set(modules)


@pytest.fixture
def launch(desk: Desk) -> Path:
    return desk.sheets("launch", bundles=[bundle("spring", videos_quantity=1, publish=None)], videos=[video("spring", 1)])


def test_a_check_of_text_files_loads_neither_client_nor_database_nor_workbooks(desk: Desk, launch: Path) -> None:
    """Nor what reads profiles, pandera, what looks into media, or what changes workbooks; also where a rule is broken."""
    broken = desk.sheets("broken", videos=[video("elsewhere", 1, target_publish_date="2020-01-01"), {**video("elsewhere", 2), "position": "one"}])
    for sheet in (launch, broken):
        modules = loaded(desk, "check", sheet, "--today", TODAY, "--json")
        assert "polars" in modules
        assert not sorted(modules & {*NEVER, *OF_WORKBOOKS, *OF_OTHERS})


def test_a_copy_that_is_corrected_offline_loads_no_client(desk: Desk, launch: Path) -> None:
    """Neither for its spelling nor for its dates."""
    for number, asked in enumerate(("--safe", "--dates")):
        modules = loaded(desk, "fix", launch / "videos.csv", asked, "-o", desk.folder / f"{number}.csv")
        assert modules.isdisjoint({"httpx", "bulkportal.apply.runner", "bulkportal.portal.client"})


def test_help_loads_nothing_that_takes_time(desk: Desk) -> None:
    """Neither the list of commands nor the help of one."""
    for words in (("--help",), ("check", "--help"), ("import", "--help")):
        modules = loaded(desk, *words)
        assert modules.isdisjoint({*NEVER, *OF_WORKBOOKS, "polars", "pandera", "pydantic"}), words


def test_an_import_whose_books_are_a_file_loads_nothing_of_those_in_a_server(desk: Desk, launch: Path) -> None:
    """One machine needs neither the extra nor a moment for it."""
    modules = loaded(desk, "import", launch, "--yes", "--json")
    assert modules.isdisjoint({"psycopg", "psycopg_pool", "procrastinate", "bulkportal.postgres.books", "bulkportal.apply.postgres_claim"})
    assert "sqlite3" in modules
