"""PostgreSQL's errors as sentences: which of them a retry may cure, and which need a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bulkportal import redaction
from bulkportal.errors import AnotherRun, BooksAway, BulkportalError, TemporaryTrouble, UsageProblem
from bulkportal.postgres.address import PostgresAddress

if TYPE_CHECKING:
    import psycopg

_SHUT = ("password authentication failed", "no password supplied", "pg_hba.conf", "does not exist", "SSL", "certificate", "not permitted to log in")
"""Words of a server, or of the driver, after which a retry does not help."""

# admin_shutdown, crash_shutdown, cannot_connect_now, idle_session_timeout, idle_in_transaction_session_timeout.
_SHUTTING_DOWN = ("57P01", "57P02", "57P03", "57P05", "25P03")


def is_away(error: psycopg.Error) -> bool:
    """Whether the server is away, so that a retry may help; False if it has refused."""
    import psycopg

    # Class 08 are connection exceptions. An error while connecting has no SQLSTATE, so it is told apart by its words.
    if error.sqlstate:
        return error.sqlstate in _SHUTTING_DOWN or error.sqlstate.startswith("08")
    return isinstance(error, psycopg.OperationalError) and not any(words in str(error) for words in _SHUT)


def sentence(error: psycopg.Error, name: str, address: PostgresAddress) -> BulkportalError:
    """An error as a sentence with a hint and an exit code, without any password."""
    state, words = error.sqlstate or "", _first_line(error)
    what = f"The {name} {address}"
    if is_away(error):
        hint = "Nothing is sent while it is away, and nothing is lost. Run this again when PostgreSQL is back."
        return BooksAway(f"{what} cannot be reached ({words}).", hint=hint)
    if state in ("55P03", "57014"):  # lock_not_available, query_canceled: our lock_timeout and statement_timeout
        return AnotherRun(f"{what} is in use by another run.", hint="Wait until it has ended, then run this again.")
    if state in ("53100", "53200", "53300"):  # disk_full, out_of_memory, too_many_connections
        return TemporaryTrouble(f"{what} has no room ({words}).", hint="Make room there, then run this again; nothing is lost.")
    if state == "42501":  # insufficient_privilege
        return UsageProblem(
            f"{what} lacks a permission ({words}).", hint="The how-to about several machines has the roles; doctor names what is missing."
        )
    if state.startswith("28") or not state:  # class 28 is invalid authorization
        return UsageProblem(f"{what} refuses the connection ({words}).", hint="Correct the address, the role or the server's pg_hba.conf.")
    return UsageProblem(f"{what} cannot be used ({words}).", hint="bulkportal doctor looks at it.")


def _first_line(error: psycopg.Error) -> str:
    text = (error.diag.message_primary or str(error)).strip().replace("\n", " ")
    return redaction.masked(text).rstrip(".") or type(error).__name__
