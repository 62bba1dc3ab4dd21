"""The address of the books in PostgreSQL, which never shows its password."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from bulkportal import redaction
from bulkportal.errors import UsageProblem

SCHEMES = ("postgresql", "postgres")

EXAMPLE = "postgresql://user@host:5432/database"

# Narrow on purpose: an unescaped / @ # in a password splits it, and a piece of it would be shown as host or database.
_HOSTS = re.compile(r"[A-Za-z0-9_.,:%\[\]-]*")
_DATABASE = re.compile(r"[A-Za-z0-9_.$%-]*")
_LOCAL = ("", "localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """An address of PostgreSQL. Its text form omits the password and the options."""

    text: str = field(repr=False)
    shown: str
    host: str

    @classmethod
    def of(cls, text: str) -> PostgresAddress:
        """The parsed address. Raises ValueError with the reason, and quotes nothing that may be a password."""
        text = text.strip()
        scheme, mark, rest = text.partition("://")
        if not mark or scheme.casefold() not in SCHEMES:
            raise ValueError(f"it is not an address of PostgreSQL; write {EXAMPLE}")
        authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
        user, _, hosts = authority.rpartition("@")
        name, _, password = user.partition(":")
        # Before anything can fail: from now on no message of this process shows it.
        _remember(password)
        parts = urlsplit(text)
        options = dict(parse_qsl(parts.query))
        _remember(options.get("password", ""))
        database = parts.path.removeprefix("/")
        if parts.fragment or re.search(r"\s", text) or not _HOSTS.fullmatch(hosts) or not _DATABASE.fullmatch(database) or _port_is_none(hosts):
            raise ValueError(f"it cannot be read; write {EXAMPLE}, with signs such as / @ : # in a password as %2F %40 %3A %23")
        host = options.get("host", unquote(hosts.rpartition(":")[0] or hosts))
        shown_user = f"{name}@" if name else ""
        return cls(text=text, shown=f"postgresql://{shown_user}{hosts or unquote(options.get('host', ''))}/{database}", host=host)

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine, through a socket or the loopback interface."""
        return self.host.strip("[]") in _LOCAL or self.host.startswith("/")

    def __str__(self) -> str:
        return self.shown

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("an address of the books cannot be pickled: it may hold a password")


def named(text: str, where: str) -> PostgresAddress:
    """The address from a variable, a profile or an argument. Raises UsageProblem."""
    try:
        return PostgresAddress.of(text)
    except ValueError as error:
        raise UsageProblem(f"{where} cannot be used: {error}.", hint="Without it, the ledger is a file in the home folder.") from None


def _remember(password: str) -> None:
    # Both spellings: the address has the escaped one, and an error of the driver may quote the other.
    redaction.remember(password)
    redaction.remember(unquote(password))


def _port_is_none(hosts: str) -> bool:
    """Whether a port is not a number: then it may be a piece of a password."""
    ports = [host.rpartition("]")[2].partition(":")[2] for host in hosts.split(",")]
    return any(port and not (port.isdigit() and 0 < int(port) < 65536) for port in ports)
