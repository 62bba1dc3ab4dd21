"""The checks of `doctor` for the server that holds the books."""

from __future__ import annotations

from collections.abc import Iterator

from bulkportal.automate.health import HealthCheck, ok, problem, warning
from bulkportal.errors import BulkportalError
from bulkportal.postgres.address import PostgresAddress
from bulkportal.postgres.server_health import ServerHealth, looked_at

_OLDEST = 130_000
"""The oldest version that procrastinate works with."""

_MOST_SKEW = 5.0  # seconds; claims themselves compare the server's clock with itself only

_LISTED = 3


def server(address: PostgresAddress) -> Iterator[HealthCheck]:
    """Checks of version, clock, rights and encryption. Raises nothing: a server that cannot be asked is a problem."""
    try:
        seen = looked_at(address)
    except BulkportalError as error:
        yield problem("database", error.message, error.hint, error.exit_code)
        return
    if seen.number < _OLDEST:
        yield problem("database", f"PostgreSQL {seen.version} is too old.", "It must be version 13 or later.")
    else:
        yield ok("database", f"PostgreSQL {seen.version} at {address}.")
    yield _clock(seen)
    yield _rights(seen)
    yield _tls(seen)


def _clock(seen: ServerHealth) -> HealthCheck:
    if abs(seen.ahead) > _MOST_SKEW:
        which = "ahead of" if seen.ahead > 0 else "behind"
        return warning(
            "database clock", f"It is {abs(seen.ahead):.0f} seconds {which} this machine's.", "Set both by NTP; claims go by the server's."
        )
    return ok("database clock", "It agrees with this machine's.")


def _rights(seen: ServerHealth) -> HealthCheck:
    if not seen.is_made:
        if seen.may_make:
            return ok("database rights", "There are no tables yet; the first command makes them.")
        return problem("database rights", "There are no tables, and this role may not make them.", "The owner's role runs: bulkportal ledger prepare")
    if seen.lacking:
        more = f" and {len(seen.lacking) - _LISTED} more" if len(seen.lacking) > _LISTED else ""
        return problem(
            "database rights", f"This role lacks {', '.join(seen.lacking[:_LISTED])}{more}.", "The how-to about several machines has the roles."
        )
    return ok("database rights", "This role may read and write the books.")


def _tls(seen: ServerHealth) -> HealthCheck:
    if seen.tls:
        if seen.is_verified or seen.is_local:
            return ok("database tls", f"{seen.tls}.")
        return warning("database tls", f"{seen.tls}, but nobody checks whose certificate it is.", "Add sslmode=verify-full to the address.")
    if seen.is_local:
        return ok("database tls", "Not needed: it is on this machine.")
    return warning("database tls", "What goes over the network can be read.", "Switch TLS on at the server, and take sslmode out of the address.")
