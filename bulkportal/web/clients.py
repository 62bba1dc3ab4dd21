"""httpx's client as every room uses it, and in one table what each host is trusted with.

| to whom | way | key | redirects | limits of an answer |
| --- | --- | --- | --- | --- |
| the platform (`portal.wire`) | Retry, Pace, Prompt | yes | none: it is the platform or nobody | bytes and seconds |
| the storage host (`portal.wire`) | Retry, Prompt | no, nor our name | none | bytes and seconds |
| links of a sheet (`media.safe_http`) | public hosts only, each looked up here | no | five, each looked at like a new link | the reader's |
| sheets at an address (`sheets.download`) | https only | no | five | bytes and seconds |
| a health check (`automate.notifications`) | any | no | followed | bytes and seconds |

None of them keeps a cookie, reads a password from ``.netrc``, or takes a proxy but by `Ways`, which asks this machine without one.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx


def client_over(
    transport: httpx.AsyncBaseTransport,
    *,
    base_url: str = "",
    headers: Mapping[str, str] | None = None,
    timeout: httpx.Timeout | float = 30.0,
    follow_redirects: bool = False,
) -> httpx.AsyncClient:
    """A client over a transport of ours. `timeout` is for requests without a timeout of their own."""
    return httpx.AsyncClient(
        transport=transport,
        base_url=base_url,
        headers=headers,
        timeout=timeout,
        follow_redirects=follow_redirects,
        # A cookie of one request must not identify the next one, which may be sent with another client's key.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        # httpx would take proxies, also for this machine, and passwords from .netrc out of the environment; `Ways` decides instead.
        trust_env=False,
    )


def _without_query(record: logging.LogRecord) -> bool:
    """The client logs every address, and an address may be a permission by itself (API reference 2.20): its query is not logged."""
    if isinstance(record.args, tuple):
        record.args = tuple(arg.copy_with(query=None, userinfo=b"") if isinstance(arg, httpx.URL) else arg for arg in record.args)
    return True


logging.getLogger("httpx").addFilter(_without_query)
