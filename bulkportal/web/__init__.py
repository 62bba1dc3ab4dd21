"""What every request over the web has in common: the route to a host, and limits on what a host may send.

`clients` makes httpx's client and lists which host is trusted with what; `surroundings` reads proxies and certificates from the
environment, `ways` uses them; `answers` reads an answer with a limit on its decompressed bytes and on its time.
"""

from bulkportal.web.answers import BrokenAnswer, Limits, Prompt, Unpacking
from bulkportal.web.clients import client_over
from bulkportal.web.surroundings import certificates, is_loopback, proxy_for, troubles
from bulkportal.web.ways import DIRECT, WaitingWays, Ways

__all__ = [
    "DIRECT",
    "BrokenAnswer",
    "Limits",
    "Prompt",
    "Unpacking",
    "WaitingWays",
    "Ways",
    "certificates",
    "client_over",
    "is_loopback",
    "proxy_for",
    "troubles",
]
