"""A real PostgreSQL, in a temporary folder: one server a session, a database of its own for each test that asks for one."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest

from bulkportal.postgres.address import PostgresAddress

PASSWORD = "Books/4:every@one"
"""A password with every sign that an address must not hold as it is; the tests look for it where it must not be."""

_INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name) if folder.parent.name.isdigit() else 0)
_ACCOUNTS = ("postgres", "nobody")
_OPTIONS = ("fsync=off", "full_page_writes=off", "shared_buffers=16MB", "max_connections=80", "autovacuum=off", "log_min_messages=fatal")


def missing() -> str:
    """Why there can be no server here; nothing where there can."""
    try:
        import procrastinate
        import psycopg
    except ImportError as error:
        return f"the extra cluster is not installed: {error.name}"
    assert procrastinate, psycopg
    return "" if _INSTALLED else "PostgreSQL is not installed (apt-get install postgresql)"


def _account() -> str | None:
    """Whom the server runs as: it refuses to be run by root."""
    if os.geteuid():
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in _ACCOUNTS if name in known), None)


@dataclass(slots=True)
class Server:
    """A server on a socket and on a port of 127.0.0.1."""

    folder: Path
    port: int
    user: str | None
    databases: int = 0
    process: subprocess.Popen[bytes] | None = None
    made: list[str] = field(default_factory=list)

    @classmethod
    def new(cls) -> Server:
        """One that has not been started."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        folder, user = Path(tempfile.mkdtemp(prefix="bp-pg-", dir="/tmp")), _account()
        secret = folder / "password"
        secret.write_text(PASSWORD)
        if user is not None:
            for path in (folder, secret):
                shutil.chown(path, user)
        server = cls(folder=folder, port=port, user=user)
        made = server._run(
            "initdb", "-D", str(folder / "data"), "-U", "books", "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "--no-sync", "--locale=C"
        )
        assert made.wait(240) == 0
        return server

    def start(self) -> Server:
        """Start it, and wait until it lets somebody in."""
        options = [part for option in _OPTIONS for part in ("-c", option)]
        place = ("-k", str(self.folder), "-p", str(self.port), "-c", "listen_addresses=127.0.0.1")
        self.process = self._run("postgres", "-D", str(self.folder / "data"), *place, *options)
        import psycopg

        until = time.monotonic() + 240
        while True:
            try:
                psycopg.connect(self.address("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                assert self.process.poll() is None and time.monotonic() < until, "PostgreSQL does not start"
                time.sleep(0.05)
            else:
                return self

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it: SIGINT ends every session, SIGQUIT as a crash would."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(240)
            self.process = None

    def remove(self) -> None:
        """End it, and leave nothing."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def address(self, database: str, **options: str) -> str:
        """The address of a database, with the password in it."""
        more = "&".join(f"{name}={value}" for name, value in options.items())
        return f"postgresql://books:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/{database}{'?' if more else ''}{more}"

    def database(self) -> str:
        """The address of a new, empty database."""
        import psycopg

        self.databases += 1
        name = f"test_{os.getpid()}_{self.databases}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
        return self.address(name)

    def _run(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        user = {} if self.user is None else {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []}
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "HOME": str(self.folder)}
        log = (self.folder / "log").open("ab")
        with log:
            return subprocess.Popen([str(_INSTALLED[-1] / program), *arguments], env=environment, cwd="/", stdout=log, stderr=log, **user)  # type: ignore[call-overload, no-any-return]


def needed() -> None:
    """Skip, visibly, where there can be no server."""
    if why := missing():
        pytest.skip(why)


def asked(address: str | PostgresAddress, statement: str, *values: object) -> list[dict[str, object]]:
    """What a database holds, or a change of it from outside."""
    import psycopg
    from psycopg.rows import dict_row

    text = address if isinstance(address, str) else address.text
    with psycopg.connect(text, autocommit=True, row_factory=dict_row) as connection:
        connection.execute("SET search_path TO bulkportal")
        cursor = connection.execute(statement, values or None)  # type: ignore[call-overload]
        return cursor.fetchall() if cursor.description else []
