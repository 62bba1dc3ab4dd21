"""What must not be seen, taken out of a text: keys, passwords in addresses.

A secret is known by where it came from, since `remember` is called for each as it is read, from the environment, a file,
the keyring or a profile; or by its form, as a key of the platform has one that nothing else has. Whatever leaves this
program for a screen, a report, a log or a trace passes `masked`.
"""

from __future__ import annotations

import re

HIDDEN = "(hidden)"

KEY_FORM = r"\btok_(?:live|test)_[A-Za-z0-9_-]{8,}"
"""A key of the platform, by its form alone."""

_SHORTEST = 8
"""Letters of a secret that is looked for in other texts; a shorter one would be found in words that mean something else."""

_KEY = re.compile(KEY_FORM)
LOGIN_FORM = r"(://[^\s/@:\"'<>]*:)[^\s/@\"'<>]+@"
"""A password in an address, and what stands before it."""

_PASSWORD = re.compile(LOGIN_FORM)
_known: set[str] = set()


def remember(secret: str) -> None:
    """From now on this text is masked wherever it stands."""
    if len(secret.strip()) >= _SHORTEST:
        _known.add(secret.strip())


def known() -> frozenset[str]:
    """The secrets of this process, for whoever looks for them in many texts at once."""
    return frozenset(_known)


def masked(text: str) -> str:
    """The text without any secret."""
    # The longest first: a secret that is the beginning of another one would leave the rest of that one to be seen.
    for secret in sorted(_known, key=len, reverse=True):
        if secret in text:
            text = text.replace(secret, HIDDEN)
    if "tok_" in text:
        text = _KEY.sub(HIDDEN, text)
    return _PASSWORD.sub(rf"\1{HIDDEN}@", text) if "://" in text else text


def holds_key(text: str) -> bool:
    """Whether a text holds a key of the platform, or a secret of this process."""
    return _KEY.search(text) is not None or any(secret in text for secret in _known)
