"""The health of the server that holds the books: version, clock, rights of our role, and encryption."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, cast

from bulkportal.errors import BulkportalError
from bulkportal.postgres.address import PostgresAddress
from bulkportal.postgres.books import connect, require_driver
from bulkportal.postgres.troubles import sentence

SCHEMA = "bulkportal"

_NEEDED = ("SELECT", "INSERT", "UPDATE", "DELETE")

_RIGHTS = """
SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relkind = 'r' AND NOT has_table_privilege(c.oid, %s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerHealth:
    """What was found. `ahead` is how many seconds the server's clock is ahead of ours; `tls` names the protocol, blank for none.

    `is_made` says that the tables exist, `may_make` that our role may create them, `lacking` which rights it lacks.
    """

    version: str
    number: int
    ahead: float
    tls: str
    is_local: bool
    is_verified: bool
    is_made: bool
    may_make: bool
    lacking: tuple[str, ...]


def looked_at(address: PostgresAddress) -> ServerHealth:
    """Ask the server; nothing is changed. Raises as `PostgresBooks` does."""
    require_driver()
    import psycopg

    try:
        with connect(address, schema=SCHEMA) as connection:
            return _seen(connection, address)
    except psycopg.Error as error:
        told: BulkportalError = sentence(error, "ledger", address)
        raise told from None


def _seen(connection: Any, address: PostgresAddress) -> ServerHealth:
    def one(question: str, *values: object) -> Any:
        return connection.execute(question, values or None).fetchone()

    # Compared with the middle of the round trip, so that a slow line is not taken for a wrong clock.
    before = time.time()
    now = float(one("SELECT extract(epoch FROM clock_timestamp())::float8 AS now")["now"])
    middle = (before + time.time()) / 2
    facts = one(
        "SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,"
        " has_database_privilege(current_database(), 'CREATE') AS may_make, to_regnamespace(%s) IS NOT NULL AS is_made",
        SCHEMA,
    )
    tls = one("SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    lacking: list[str] = []
    if facts["is_made"]:
        if not one("SELECT has_schema_privilege(%s, 'USAGE') AS may", SCHEMA)["may"]:
            lacking.append(f"USAGE on the schema {SCHEMA}")
        else:
            for right in _NEEDED:
                tables = [row["name"] for row in connection.execute(_RIGHTS, (SCHEMA, right)).fetchall()]
                lacking += [f"{right} on {name}" for name in tables]
    return ServerHealth(
        version=facts["version"],
        number=facts["number"],
        ahead=now - middle,
        tls=cast("str", tls["version"]) if tls and tls["ssl"] else "",
        is_local=address.is_local,
        is_verified="sslmode=verify-full" in address.text,
        is_made=facts["is_made"],
        may_make=facts["may_make"],
        lacking=tuple(lacking),
    )
