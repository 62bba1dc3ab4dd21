"""No row of the documents is left without a test, and no test of this folder without a row."""

from __future__ import annotations

from tests.contract.documents import TABLES
from tests.contract.proofs import proofs, unmarked


def test_every_row_of_the_documents_has_a_test() -> None:
    """Whoever adds a row writes the test, or this one fails."""
    proved = {(proof.table, proof.row) for proof in proofs()}
    assert [f"{table.document}, {table.title}: {row}" for table in TABLES for row in table.rows if (table, row) not in proved] == []


def test_every_test_proves_a_row_and_says_what_it_shows() -> None:
    """Each has a docstring, runs in at least one edition, and is marked."""
    assert unmarked() == []
    assert [proof.test for proof in proofs() if not (proof.promise and proof.editions)] == []


def test_rows_of_the_first_documents_are_shown_in_their_edition() -> None:
    """All that the documents of 2026-02 promise holds in 2026-02."""
    shown = {(proof.table, proof.row) for proof in proofs() if "2026-02" in proof.editions}
    first = {(table, row) for table in TABLES for row in table.rows if table.edition == "2026-02"}
    assert first - shown == set()
