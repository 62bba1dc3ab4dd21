"""The mark of a test that proves rows of the platform's documents, and the reading of these marks."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.contract.documents import EDITIONS, TABLES, Proof, Table

_TABLES = {(table.document, table.title): table for table in TABLES}


def proves(document: str, title: str, *rows: str) -> pytest.MarkDecorator:
    """Say which rows of a table a test proves; a table or a row that is not listed is a mistake."""
    table = _TABLES[document, title]
    unknown = set(rows) - set(table.rows)
    assert rows and not unknown, f"{document}, {title} has no row {sorted(unknown)}"
    return pytest.mark.proves(table, rows)


def proofs() -> list[Proof]:
    """What the tests of this folder prove, in the order of the documents."""
    order = {(table, row): place for place, (table, row) in enumerate((table, row) for table in TABLES for row in table.rows)}
    found = [proof for path, test, function in _tests() for proof in _proofs_of(path, test, function)]
    return sorted(found, key=lambda proof: order[proof.table, proof.row])


def unmarked() -> list[str]:
    """The tests that prove no row, apart from those about the list of rows itself."""
    return [f"{name}.py::{test}" for name, test, function in _tests() if name != "test_proofs" and not list(_marks(function))]


def _tests() -> Iterator[tuple[str, str, Callable[..., object]]]:
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        module = importlib.import_module(f"tests.contract.{path.stem}")
        for test, function in inspect.getmembers(module, inspect.isfunction):
            if test.startswith("test_"):
                yield path.stem, test, function


def _marks(function: Callable[..., object]) -> Iterator[pytest.CellWarning]:
    return (mark for mark in getattr(function, "pytestmark", ()) if mark.name == "proves")


def _proofs_of(name: str, test: str, function: Callable[..., object]) -> Iterator[Proof]:
    editions = next((EDITIONS[fixture] for fixture in inspect.signature(function).parameters if fixture in EDITIONS), ())
    promise = " ".join((inspect.getdoc(function) or "").split())
    for mark in _marks(function):
        table: Table = mark.args[0]
        for row in mark.args[1]:
            yield Proof(table, row, f"{name}.py::{test}", promise, editions)
