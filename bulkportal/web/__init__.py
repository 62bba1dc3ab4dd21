"""What every request over the web has in common, whoever asks: the way to a host, and an end to what a host may send.

`clients` makes httpx's client and says whom it trusts with what; `surroundings` reads proxies and certificates from the environment,
`ways` follows them; `answers` reads an answer with a limit on its bytes, unpacked, and on its time.
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
