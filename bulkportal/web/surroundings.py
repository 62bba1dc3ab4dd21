"""Proxies and certificates, as the environment names them.

A request to this machine never goes through a proxy, which would be another machine and would see the key in clear.
A setting of the environment that cannot be used is reported before anything is sent.
"""

from __future__ import annotations

import functools
import ipaddress
import os
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.request import getproxies, proxy_bypass

import httpx

from bulkportal.errors import UsageProblem

_KINDS = ("http", "https")
_WITHOUT = "Give it as http://host:port, or unset the variable; NO_PROXY names hosts that are reached without it."


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    name = host.strip("[]").rstrip(".").casefold()
    try:
        place = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
    return (getattr(place, "ipv4_mapped", None) or place).is_loopback


def proxy_for(url: httpx.URL | str) -> httpx.Proxy | None:
    """The proxy that the environment names for an address, None for this machine and for hosts of NO_PROXY. Raises UsageProblem."""
    url = httpx.URL(url)
    if is_loopback(url.host) or proxy_bypass(url.host):
        return None
    proxies = getproxies()
    # The scheme's own variable before ALL_PROXY, as curl has it.
    for kind in (url.scheme, "all"):
        if text := proxies.get(kind):
            return _proxy(kind, text)
    return None


def certificates() -> ssl.SSLContext:
    """The trusted certificate authorities: those of SSL_CERT_FILE or SSL_CERT_DIR, else certifi's and this machine's. Raises UsageProblem."""
    return _certificates(os.environ.get("SSL_CERT_FILE", ""), os.environ.get("SSL_CERT_DIR", ""))


def troubles() -> Iterator[UsageProblem]:
    """Everything in the environment that cannot be used, whether or not a request needs it just now."""
    proxies = getproxies()
    for kind in (*_KINDS, "all"):
        if text := proxies.get(kind):
            try:
                _proxy(kind, text)
            except UsageProblem as problem:
                yield problem
    try:
        certificates()
    except UsageProblem as problem:
        yield problem


def _proxy(kind: str, text: str) -> httpx.Proxy:
    """The proxy; only its variable is named in a sentence, since the address may hold a password."""
    name = _variable(kind)
    address = text.strip()
    if "://" not in address:
        address = f"http://{address}"  # as others read a proxy without a scheme
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme.startswith("socks"):
        raise UsageProblem(f"{name} names a SOCKS proxy, which bulkportal cannot use.", hint=_WITHOUT)
    if url.scheme not in _KINDS or not url.host or any(sign.isspace() for sign in address):
        raise UsageProblem(f"{name} is not the address of a proxy.", hint=_WITHOUT)
    return httpx.Proxy(url)


def _variable(kind: str) -> str:
    """The variable that names the proxy, in the spelling that is set."""
    small = f"{kind}_proxy"
    return next((name for name in os.environ if name.casefold() == small), small.upper())


@functools.lru_cache(maxsize=4)
def _certificates(file: str, folder: str) -> ssl.SSLContext:
    """One context for all connections: making one costs 20 ms."""
    if file:
        return _made("SSL_CERT_FILE", file)
    if folder:
        # OpenSSL reads several folders; one is looked at, so that a typing slip becomes a sentence instead of a failing handshake.
        place = Path(folder.partition(os.pathsep)[0])
        if not place.is_dir() or not os.access(place, os.R_OK | os.X_OK):
            raise _unusable("SSL_CERT_DIR", folder, "there is no such folder" if not place.is_dir() else "it may not be read")
        return _made("SSL_CERT_DIR", folder)
    found = httpx.create_ssl_context(trust_env=False)
    found.load_default_certs()  # those of this machine as well: a company's own stand there
    return found


def _made(name: str, place: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=place) if name == "SSL_CERT_FILE" else ssl.create_default_context(capath=place)
    except ssl.SSLError:
        raise _unusable(name, place, "it holds no certificates") from None
    except OSError as error:
        raise _unusable(name, place, f"{error.strerror or 'it may not be read'}") from None


def _unusable(name: str, place: str, why: str) -> UsageProblem:
    return UsageProblem(f"{name} cannot be used: {place} ({why}).", hint=f"Correct {name}, or unset it to use the certificates that are built in.")
