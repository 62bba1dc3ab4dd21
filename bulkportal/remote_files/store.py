"""The stores themselves, through fsspec."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from bulkportal.errors import BulkportalError
from bulkportal.remote_files.not_served import NotServed, Trouble
from bulkportal.remote_files.store_address import names_a_place, scheme, store_of

for _library in ("fsspec", "s3fs", "gcsfs", "asyncssh", "botocore", "google"):
    # Their logs quote tracebacks and addresses, and go to standard error where nobody listens; what matters is raised.
    logging.getLogger(_library).addHandler(logging.NullHandler())

CONNECT_SECONDS = 20.0

_UNKNOWN_HOST = "HostKeyNotVerifiable"
_NO_CREDENTIALS = ("CredentialsError", "PermissionDenied")
_NOTHING_THERE = ("SFTPNoSuchFile", "SFTPNoSuchPath")


class Filesystem(Protocol):
    """What is asked of a store: fsspec's own methods, since its libraries have no types."""

    def info(self, path: str) -> dict[str, Any]: ...
    def ls(self, path: str, *, detail: bool) -> list[dict[str, Any]]: ...
    def exists(self, path: str) -> bool: ...
    def open(self, path: str, mode: str) -> Any: ...  # a binary file of the library's own class
    def get_file(self, path: str, target: str) -> None: ...
    def put_file(self, source: str, path: str) -> None: ...
    def mv(self, source: str, path: str) -> None: ...
    def rm(self, path: str) -> None: ...
    def rm_file(self, path: str) -> None: ...
    def invalidate_cache(self) -> None: ...


def connect(address: str, *, fresh: bool = False) -> tuple[Filesystem, str]:
    """The store of an address that `is_remote`, and the path in it. Ask for what follows inside `told`, too.

    `fresh` makes a connection of its own: one that an earlier run left may be dead. Raises NotServed.
    """
    kind_of = scheme(address)
    address = kind_of + address.strip()[len(kind_of) :]  # libraries know their schemes in small letters only
    with told(address):
        if not names_a_place(address):
            raise NotServed(Trouble.ADDRESS, store_of(address))
        import fsspec  # an extra: most files lie beside their owner

        # Not `url_to_fs`: it understands chains (``a::b``), whose second part would be asked under no rule of ours.
        kind = fsspec.get_filesystem_class(kind_of)
        options = {**kind._get_kwargs_from_urls(address), **_rules(address)}  # noqa: SLF001 - fsspec's hook for exactly this
        store: Filesystem = kind(skip_instance_cache=True, **options) if fresh else kind(**options)
        # fsspec caches instances and listings for the life of the process; a server that runs for days would see an inbox as it was.
        store.invalidate_cache()
        return store, str(kind._strip_protocol(address))  # noqa: SLF001 - the same


def _rules(address: str) -> dict[str, object]:
    """Which servers are trusted: sshfs would talk to any; () lets asyncssh ask the user's known_hosts.

    A server that has gone silent is given up after a minute, where it would be waited for without end.
    """
    if store_of(address) != "sftp":
        return {}
    return {"known_hosts": (), "connect_timeout": CONNECT_SECONDS, "keepalive_interval": CONNECT_SECONDS}


@contextmanager
def told(address: str) -> Iterator[None]:
    """Turn the exceptions of all stores into `NotServed`; their own messages may contain names and keys of the store."""
    try:
        yield
    except (NotServed, BulkportalError):
        raise
    except Exception as error:  # noqa: BLE001 - each store has exceptions of its own
        raise NotServed(_trouble(error), store_of(address), error=type(error).__name__) from None


def _trouble(error: Exception) -> Trouble:
    # By name: the classes belong to extras that need not be installed.
    name = type(error).__name__
    if isinstance(error, ImportError):
        return Trouble.EXTRA
    if isinstance(error, FileNotFoundError) or name in _NOTHING_THERE:
        return Trouble.GONE
    if name == _UNKNOWN_HOST:
        return Trouble.HOST
    # Google's exception has the status as a number, or only as the first word of its text.
    asks = getattr(error, "code", None) in (401, 403) or str(error).startswith("Forbidden:")
    refused = isinstance(error, PermissionError) or name.endswith(_NO_CREDENTIALS)
    return Trouble.LOGIN if asks or refused else Trouble.UNSURE
