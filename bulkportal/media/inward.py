"""Hosts that are known only inside a private network or on one machine, judged by name and address alone."""

from __future__ import annotations

import ipaddress
import re
import socket
from functools import lru_cache

import polars as pl

_SUFFIXES = ("localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "private", "home.arpa")
"""Names that no public server has (RFC 6761, 6762, 8375, and those that are never assigned for this reason)."""

_SERVER = re.compile(r"https?://([^/?#]*)", re.IGNORECASE)
_USUAL_SERVERS = 8
_MANY = 1000
_NUMBERS = re.compile(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}")


@lru_cache(maxsize=4096)
def is_inward(host: str) -> bool:
    """Whether a host is in a private network, is this machine, or cannot be reached from outside at all."""
    name = host.strip("[]").partition("%")[0].rstrip(".").lower()
    place = _address(name)
    if place is not None:
        # ::ffff:10.0.0.1 connects to 10.0.0.1, and Python's versions differ in what they say of the longer spelling.
        place = getattr(place, "ipv4_mapped", None) or place
        # Python counts many multicast addresses as global.
        return not place.is_global or place.is_multicast
    return "." not in name or name.endswith(tuple(f".{suffix}" for suffix in _SUFFIXES))


def server_of(address: str) -> str:
    """The host of a web address, with its port if it names one."""
    found = _SERVER.match(address.strip())
    return found[1].rpartition("@")[2].lower() if found else ""


def begins(texts: pl.Expr) -> pl.Expr:
    """Of each text of a column that is a web address, how it begins: its scheme and its server, as they are written."""
    return texts.str.strip_chars().str.extract(r"^((?i:https?)://[^/?#]*)")


def beginnings(texts: pl.Series) -> frozenset[str]:
    """The same of all of them together, each once."""
    found: set[str] = set()
    # Most links of a large sheet lead to one or two servers, and to compare with those takes a twentieth of the time of a pattern.
    for _ in range(_USUAL_SERVERS if len(texts) > _MANY else 0):
        first = texts.head(1).to_frame().select(begins(pl.col(texts.name))).to_series().to_list()
        if not first or first[0] is None:
            break
        # `starts_with` and the slash: https://example.com.evil.net begins with https://example.com as well.
        found.add(first[0])
        texts = texts.filter(~texts.str.starts_with(f"{first[0]}/"))
        if texts.head(1).str.starts_with(first[0]).all():  # nothing, or a question, follows
            break
    return frozenset(found.union(texts.to_frame().select(begins(pl.col(texts.name)).drop_nulls().unique()).to_series()))


@lru_cache(maxsize=4096)
def host_of_server(server: str) -> str:
    """The host alone."""
    return server.partition("]")[0].strip("[") if server.startswith("[") else server.partition(":")[0]


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address in any spelling that programs accept: 127.1 and 0x7f000001 are 127.0.0.1."""
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(name)) if _NUMBERS.fullmatch(name) else None
    except (OSError, ValueError):
        return None
