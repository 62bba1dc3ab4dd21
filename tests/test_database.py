"""The databases of the home folder: brought up step by step, written whole or not at all, and their troubles said in sentences."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bulkportal.database import Database, Schema, connect, transaction
from bulkportal.errors import UsageProblem

FIRST = Schema(name="notebook", tables="CREATE TABLE notes (text TEXT)", version=1, if_damaged="Move it away.")
SECOND = replace(
    FIRST,
    tables="CREATE TABLE notes (text TEXT, day TEXT)",
    version=2,
    migrations={1: lambda database: database.execute("ALTER TABLE notes ADD COLUMN day TEXT")},
)
BROKEN = replace(FIRST, version=2, migrations={1: lambda database: database.execute("DROP TABLE notes") and database.execute("nonsense")})


def noted(path: Path, schema: Schema = FIRST) -> list[str]:
    """What the notes say."""
    with Database(path, schema) as database:
        return [row["text"] for row in database.rows("SELECT text FROM notes")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A notebook of the first version with one note."""
    with Database(tmp_path / "home" / "notes.sqlite3", FIRST) as database:
        database.write("INSERT INTO notes VALUES (?)", "kept")
    return tmp_path / "home" / "notes.sqlite3"


def test_an_older_one_becomes_one_of_today_with_all_that_it_held(path: Path) -> None:
    """And is as one that was made today."""
    assert noted(path, SECOND) == noted(path, SECOND) == ["kept"]
    with Database(path.with_name("new.sqlite3"), SECOND) as new, Database(path, SECOND) as old:
        assert [tuple(row) for row in new.rows("PRAGMA table_info(notes)")] == [tuple(row) for row in old.rows("PRAGMA table_info(notes)")]


def test_a_newer_one_is_left_alone(path: Path) -> None:
    """The sentence names both versions."""
    noted(path, SECOND)
    with pytest.raises(UsageProblem, match=r"notebook .* newer bulkportal \(format 2; this one knows 1\)"):
        noted(path)


def test_a_step_that_fails_leaves_it_as_it_was(path: Path) -> None:
    """The whole way up is one transaction."""
    with pytest.raises(UsageProblem):
        noted(path, BROKEN)
    assert noted(path) == ["kept"]


def test_nobody_else_writes_meanwhile(path: Path) -> None:
    """Who does not wait is refused."""
    with closing(connect(path)) as one, transaction(one), closing(connect(path, timeout=0)) as other:  # noqa: SIM117 - the one goes on
        with pytest.raises(sqlite3.OperationalError, match="locked"), transaction(other):
            pytest.fail("two write at once")


def test_damage_is_said_with_what_to_do(path: Path) -> None:
    """It is never taken for an empty one."""
    path.write_bytes(b"junk" * 1000)
    with pytest.raises(UsageProblem, match=r"notebook .* is damaged") as damaged:
        noted(path)
    assert damaged.value.hint == "Move it away."
