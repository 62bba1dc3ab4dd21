"""No row of the documents is left without a test, and no test of this folder without a row."""

from __future__ import annotations

from bulkportal.simulator.routes import OPERATIONS
from tests.contract.documents import TABLES, Kind, Table
from tests.contract.proofs import proofs, unmarked
from tests.simulator.stage import Stage, code


def test_every_row_of_the_documents_has_a_test() -> None:
    """Whoever adds a row writes the test, or this one fails."""
    proved = {(proof.table, proof.row) for proof in proofs()}
    assert [f"{table.document}, {table.title}: {row}" for table in TABLES for row in table.rows if (table, row) not in proved] == []


def test_every_test_proves_a_row_and_says_what_it_shows() -> None:
    """Each has a docstring, runs in at least one edition, and is marked."""
    assert unmarked() == []
    assert [proof.test for proof in proofs() if not (proof.promise and proof.editions)] == []


def test_every_row_of_the_first_documents_has_a_test_of_its_own() -> None:
    """At least one of its tests proves no other row of the same table."""
    rows: dict[tuple[Table, str], set[str]] = {}
    for proof in proofs():
        rows.setdefault((proof.table, proof.test), set()).add(proof.row)
    own = {(table, min(proved)) for (table, _), proved in rows.items() if len(proved) == 1}
    first = {(table, row) for table in TABLES for row in table.rows if table.edition == "2026-02"}
    assert sorted(f"{table.title}: {row}" for table, row in first - own) == []


def test_rows_of_the_first_documents_are_shown_in_their_edition() -> None:
    """All that the documents of 2026-02 promise holds in 2026-02."""
    shown = {(proof.table, proof.row) for proof in proofs() if "2026-02" in proof.editions}
    first = {(table, row) for table in TABLES for row in table.rows if table.edition == "2026-02"}
    assert first - shown == set()


def test_every_endpoint_of_the_simulator_is_a_row(either: Stage) -> None:
    """The simulator serves nothing that no document describes, and each endpoint answers 401 to a key that is refused."""
    listed = {row for table in TABLES if table.kind is Kind.ENDPOINT for row in table.rows}
    listed |= {row for table in TABLES for row in table.rows if row.startswith("GET /bundles/:id/")}
    served = {(operation.method, operation.template.replace("{id}", ":id").replace("{position}", ":position")) for operation in OPERATIONS}
    assert {f"{method} {path}" for method, path in served} - listed == set()
    for method, path in served:
        answer = either.send(method, path.replace(":id", "none").replace(":position", "1"), api_key="tok_live_refused")
        assert code(answer) == (401, "AUTH_INVALID_KEY")
