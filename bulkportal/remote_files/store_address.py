"""Addresses of files in a store: which are understood, what may be shown of one, and the variable that may hold it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from bulkportal import redaction
from bulkportal.errors import UsageProblem

if TYPE_CHECKING:  # a mere --help reads names, and must not wait for it
    import polars as pl

STORES: Mapping[str, str] = MappingProxyType({"s3": "s3", "gs": "gcs", "gcs": "gcs", "sftp": "sftp", "ssh": "sftp"})
"""The schemes that are understood, and the kind of store of each, which is also the extra that brings it."""

OBJECTS = frozenset({"s3", "gcs"})
"""Stores in which a file appears when it is whole, and in which a folder is there only as long as something is in it."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_USUAL_FORM = r"(?i)https?://[a-z0-9.-]+(?::\d{1,4})?(?:[/?#]\S*)?"
_USUAL = re.compile(_USUAL_FORM)
"""Nearly every link; splitting an address takes ten times as long, and a sheet may hold a hundred thousand."""
_NO_HOST_FORM = r"(?i)https?://(?:[^/?#]*@)?(?:[.:]|[^/?#@]*\.\.)"
_NO_HOST = re.compile(_NO_HOST_FORM)
_GOOGLE = re.compile(r"https://docs\.google\.com/spreadsheets/d/([\w-]+)(?:/|$)")
_PUBLISHED = re.compile(r"https://docs\.google\.com/spreadsheets/d/e/([\w-]+)/pub")
_VARIABLE = "env:"


def scheme(text: str) -> str:
    r"""The scheme of an address in lower case, such as `https`, `s3` or `gs`; empty for a path.

    A drive letter (`C:\clips`) is no scheme.
    """
    found = _SCHEME.match(text.strip())
    return found[1].lower() if found else ""


def is_elsewhere(text: str) -> bool:
    """Whether a text is an address of any kind, rather than a file or a folder here."""
    return _ELSEWHERE.match(text) is not None


def split_names(names: Iterable[str | Path]) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """Names of files and folders here, and addresses elsewhere, separated. A path is never an address."""
    paths: list[Path] = []
    addresses: list[str] = []
    for name in names:
        if isinstance(name, str) and is_elsewhere(name):
            addresses.append(name)
        else:
            paths.append(Path(name))
    return tuple(paths), tuple(addresses)


def holds_secret(address: str) -> bool:
    """Whether an address may carry a password or a signature, and must not be remembered."""
    parts = urlsplit(address)
    # The query of a Google Sheets link (gid, usp) only selects a view; any other may be a signature.
    return bool(parts.username or parts.password or (parts.query and not _GOOGLE.match(address)))


def export_address(address: str) -> str:
    """A Google Sheets link as the address of its export as a workbook, all tabs; any other as it is."""
    published, shared = _PUBLISHED.match(address), _GOOGLE.match(address)
    if published:
        return f"https://docs.google.com/spreadsheets/d/e/{published[1]}/pub?output=xlsx"
    return f"https://docs.google.com/spreadsheets/d/{shared[1]}/export?format=xlsx" if shared else address


def is_address(text: str) -> bool:
    """Whether a text is a web address: http or https, with a host and without blanks."""
    text = text.strip()
    # urlsplit finds a host in all of these; no request would ever get there.
    if _NO_HOST.match(text):
        return False
    if _USUAL.fullmatch(text):
        return True
    if scheme(text) not in ("http", "https") or re.search(r"\s", text):
        return False
    try:
        parts = urlsplit(text)
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:  # also for a port that is none
        return False


def are_usual_addresses(texts: pl.Expr) -> pl.Expr:
    """Which texts of a column are web addresses in the usual form, as nearly all links are; the others need `is_address`, one by one."""
    return texts.str.contains(f"^(?:{_USUAL_FORM})$") & ~texts.str.contains(f"^(?:{_NO_HOST_FORM})")


def web_link(text: str) -> str:
    """The text where it is a web address that may be followed, else nothing: never ``javascript:`` and the like."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    plain = text.isprintable() and " " not in text
    return text if plain and parts.scheme in ("http", "https") and parts.hostname and not parts.username and not parts.password else ""


def is_remote(text: str) -> bool:
    """Whether a text is an address of a store that is understood here."""
    return scheme(text) in STORES


def store_of(address: str) -> str:
    """The kind of store of an address that `is_remote`."""
    return STORES[scheme(address)]


def named(text: str, environment: Mapping[str, str] = os.environ, *, what: str) -> str:
    """The place that a text names: itself, or with ``env:NAME`` what that variable holds, so that a password stays out of command lines.

    Raises UsageProblem for a variable that is not set.
    """
    # Not for every text: a variable is read only where the user wrote env:.
    if not text.startswith(_VARIABLE):
        return text
    name = text.removeprefix(_VARIABLE)
    place = environment.get(name, "")
    if not place:
        raise UsageProblem(f"The environment variable {name} is not set.", hint=f"It should hold the path or the address of {what}.")
    # From here on the password is masked wherever it would be printed or logged.
    with suppress(ValueError):
        redaction.remember(unquote(urlsplit(place).password or ""))
    return place


def names_a_place(address: str) -> bool:
    """Whether an address names a bucket or a server, and nothing in it could be taken for another one.

    A password with a # or ? in it would be cut there, and its beginning taken for a server: it must be written with %23 and %3F.
    """
    try:
        parts = urlsplit(address.strip())
        server = address.strip().partition("://")[2].partition("/")[0]
        return bool(parts.hostname and parts.port != 0 and not any(sign in server for sign in "?#"))
    except ValueError:
        return False


def shown(address: str) -> str:
    """An address without user, password and query."""
    parts = urlsplit(address.strip())
    port = f":{parts.port}" if parts.port else ""
    host = parts.netloc if STORES.get(parts.scheme.lower()) in OBJECTS else f"{parts.hostname or ''}{port}"  # a bucket's name keeps its case
    return f"{parts.scheme}://{host.rpartition('@')[2]}{parts.path.rstrip('/')}"
