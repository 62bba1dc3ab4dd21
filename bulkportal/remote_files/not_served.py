"""Why a store did not serve a file, in words that hold no name or key of it."""

from __future__ import annotations

from enum import StrEnum

from bulkportal import installing

_CREDENTIALS = {
    "s3": "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE",
    "gcs": "Log in with gcloud, or set GOOGLE_APPLICATION_CREDENTIALS",
    "sftp": "Put a key that the server knows into ~/.ssh, or the password into the address",
}


class Trouble(StrEnum):
    """Kinds of trouble, distinguished by what the caller can do about them."""

    EXTRA = "extra"
    """A library is missing here."""
    ADDRESS = "address"
    """The address names no place."""
    HOST = "host"
    """The server is not one that is known here; nothing was sent to it."""
    LOGIN = "login"
    """The store asks for other credentials, or for any."""
    GONE = "gone"
    """There is nothing at this address."""
    UNSURE = "unsure"
    """Something else; another time it may be there."""


class NotServed(Exception):
    """A store that did not do what was asked. `why` and `hint` may be shown: nothing of the store's own words is in them."""

    def __init__(self, trouble: Trouble, store: str, *, error: str = "") -> None:
        self.trouble = trouble
        self.store = store
        self.why, self.hint = _words(trouble, store, error)
        super().__init__(self.why)


def _words(trouble: Trouble, store: str, error: str) -> tuple[str, str]:
    match trouble:
        case Trouble.EXTRA:
            return f"{store}:// needs an extra of bulkportal", f"{installing.hint(store)}."
        case Trouble.ADDRESS:
            hint = "Write it as s3://bucket/name or sftp://user@server/name; in a password, / ? # and @ as %2F %3F %23 %40."
            return "it names no bucket or server", hint
        case Trouble.HOST:
            hint = "Look at the server's key, then add it to ~/.ssh/known_hosts: log in once by hand with ssh or sftp."
            return "its server is not known here, and nothing was sent to it", hint
        case Trouble.LOGIN:
            return "the store refuses these credentials", f"{_CREDENTIALS[store]}."
        case Trouble.GONE:
            return "there is nothing at this address", "Correct the address."
        case Trouble.UNSURE:
            return f"the store says {error}", "Run this again later, or download the file and name it here."
