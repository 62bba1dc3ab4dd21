"""The platform's address, as a user writes it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit


def address(text: str) -> str:
    """The platform's address without a slash at its end. Raises ValueError, and quotes nothing that may be a password."""
    text = text.strip().rstrip("/")
    parts = urlsplit(text)
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("it holds a user, a password or a query; the key alone lets bulkportal in, and this address is shown")
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ValueError(f"{text if '@' not in text else 'this'} is not a web address; it starts with https://")
    if re.search(r"\s", text) or parts.port == 0:  # asking for a port that is none raises ValueError as well
        raise ValueError("it holds a blank, or a port that does not exist")
    return text
