"""Access to Google: the service account, gspread's client, waiting where Google asks for it, and its refusals in our words."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import google.auth.exceptions
import gspread
import gspread.exceptions
import requests
from google.oauth2.service_account import Credentials

from bulkportal.errors import UsageProblem
from bulkportal.google_sheets.tabs import NotDone
from bulkportal.regular import open_to_read

for _library in ("google", "gspread", "urllib3"):
    logging.getLogger(_library).addHandler(logging.NullHandler())  # what matters is raised; their logs quote addresses

# Drive, to read only: exporting a sheet as a workbook goes through Drive's API.
SCOPES = ("https://www.googleapis.com/auth/spreadsheets", "https://www.googleapis.com/auth/drive.readonly")

PATIENCE = 150.0
"""The most seconds for which one request is retried: Google counts its quotas by the minute."""
FIRST_WAIT, LONGEST_WAIT = 1.0, 64.0
_CONNECT, _QUIET = 10.0, 60.0
_SLICE = 0.2
_MOST_KEY = 1 << 16
_PASSING = frozenset({429, 500, 502, 503, 504})

Stopped = Callable[[], bool]


class PatientClient(gspread.HTTPClient):
    """gspread's client, which waits where Google answers that there are too many requests or that it is busy, up to a limit.

    Not gspread's own client with back-off: that one retries without end.
    """

    def __init__(self, auth: Credentials, stopped: Stopped) -> None:
        super().__init__(auth)
        self._stopped = stopped
        self.set_timeout((_CONNECT, _QUIET))

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        """As gspread's; what Google refuses temporarily is sent again."""
        until, wait = time.monotonic() + PATIENCE, FIRST_WAIT
        while True:
            try:
                return super().request(*args, **kwargs)
            except gspread.exceptions.APIError as error:
                pause = _asked(error.response) or wait
                # A wait that would pass the limit is not begun: the caller hears of it at once instead of minutes later.
                if error.response.status_code not in _PASSING or time.monotonic() + pause > until or not self._slept(pause):
                    raise
                wait = min(wait * 2, LONGEST_WAIT)

    def _slept(self, seconds: float) -> bool:
        """Wait so long; False as soon as the run is stopped."""
        until = time.monotonic() + seconds
        # In slices, since gspread is synchronous: nothing could wake a long sleep when the run is stopped.
        while not self._stopped():
            left = until - time.monotonic()
            if left <= 0:
                return True
            time.sleep(min(left, _SLICE))
        return False


def _asked(answer: requests.Response) -> float:
    text = answer.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0.0


def credentials_of(account: Path) -> Credentials:
    """The credentials in the file of a service account. Raises UsageProblem, which quotes nothing of the file."""
    try:
        with open_to_read(account) as file:
            content = json.loads(file.read(_MOST_KEY))
    except OSError as error:
        raise _unusable(account, "cannot be read") from error
    except ValueError:
        raise _unusable(account, "holds no JSON") from None
    try:
        made: Credentials = Credentials.from_service_account_info(content, scopes=list(SCOPES))  # type: ignore[no-untyped-call,unused-ignore]
    except Exception:  # noqa: BLE001 - its exceptions quote what the file holds
        raise _unusable(account, "holds no key of a service account") from None
    if not isinstance(made.service_account_email, str):
        raise _unusable(account, "does not say the account's address")
    return made


def _unusable(account: Path, why: str) -> UsageProblem:
    hint = "Name the JSON file that Google Cloud gave for the service account, in google_service_account or BULKPORTAL_GOOGLE_SERVICE_ACCOUNT."
    return UsageProblem(f"The file of the Google service account {account} {why}.", hint=hint)


@contextmanager
def translated_errors(email: str) -> Iterator[None]:
    """Google's refusals, and the network's, as `NotDone` in our words. `email` is the address to share a sheet with."""
    try:
        yield
    except gspread.exceptions.APIError as error:
        raise _refusal(error, email) from None
    except google.auth.exceptions.TransportError:
        raise NotDone("Google could not be reached", "Run the command again later.") from None
    except google.auth.exceptions.GoogleAuthError:
        raise NotDone(
            "Google does not let the service account in", "Make a new key for it in Google Cloud, and look at this machine's clock."
        ) from None
    # An answer that is none. Before the network's troubles, since requests counts JSON that cannot be read among those as well.
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise NotDone("Google's answer could not be understood", "Run the command again later.") from None
    except requests.RequestException:
        raise NotDone("Google could not be reached, or its answer did not arrive", "Run the command again later.") from None


def _refusal(error: gspread.exceptions.APIError, email: str) -> NotDone:
    status = error.response.status_code
    share = f"Share the sheet with {email} as an editor."
    if status == 403:
        if "SERVICE_DISABLED" in error.response.text or "accessNotConfigured" in error.response.text:
            return NotDone(
                "the Google Sheets API is not switched on for the service account's project",
                "Switch on the Sheets and the Drive API in Google Cloud.",
            )
        return NotDone("Google does not let the service account do this (403)", share)
    if status == 404:
        return NotDone("there is no such sheet, or the service account may not see it (404)", share)
    if status == 401:
        return NotDone("Google does not let the service account in (401)", "Make a new key for it in Google Cloud.")
    if status in _PASSING:
        return NotDone(f"Google's quota is used up, or it is busy ({status})", "Run the command again later.")
    return NotDone(f"Google refuses what was asked ({status})", "Look whether the tab, or columns of it, are protected or have been changed.")
