"""Sheets that lie at an address: a web link, a public Google Sheet, or a file in a cloud store.

Nothing of ours is sent along: no API key, and no name of the sheet elsewhere than to its own server. What
an address may hold of secrets (a password, a signature) never gets into a label or a sentence.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import httpx

from bulkportal import remote_files
from bulkportal.errors import BulkportalError, TemporaryTrouble, UnreadableInput, UsageProblem
from bulkportal.remote_files import NotServed, Trouble, export_address
from bulkportal.version import __version__
from bulkportal.web import BrokenAnswer, Unpacking, WaitingWays, is_loopback

MOST_BYTES = 128 << 20
MOST_SECONDS = 120.0
QUIET_SECONDS = 20.0
BLOCK = 1 << 20

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_SIGN_IN = "accounts.google.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """What lay at an address, and the name to show for it."""

    data: bytes
    label: str


def fetch(address: str) -> Download:
    """The bytes at an address, at most 128 MB and two minutes of them.

    Raises UnreadableInput for what is not there, refused or too large; TemporaryTrouble where trying
    again may help; UsageProblem for an address that cannot be used.
    """
    scheme = address.partition("://")[0].casefold()
    if scheme in ("http", "https"):
        return _in_time(_from_web, export_address(address))
    if not remote_files.is_remote(address):
        raise UsageProblem("This kind of address is not known.", hint="Use https://, s3://, gs:// or sftp://, or download the file.")
    return _in_time(_from_store, address)


def _label(address: str) -> str:
    parts = urlsplit(address)
    return unquote(PurePosixPath(parts.path).name) or parts.hostname or "address"


def _only_safe(request: httpx.Request) -> None:
    """Plain http could be changed on its way; on this machine it cannot."""
    if request.url.scheme != "https" and not is_loopback(request.url.host):
        raise UsageProblem("The address is not encrypted (http).", hint="Use its https:// address.")


def _from_web(address: str) -> Download:
    label = _label(address)
    headers = {"User-Agent": f"bulkportal/{__version__}", "Accept-Encoding": "gzip, deflate"}
    try:
        with (
            httpx.Client(
                follow_redirects=True,
                max_redirects=5,
                timeout=QUIET_SECONDS,
                headers=headers,
                # A hook and not a look at the address: it sees the address of every redirect as well.
                event_hooks={"request": [_only_safe]},
                transport=WaitingWays(),
                trust_env=False,
            ) as client,
            client.stream("GET", address) as answer,
        ):
            _must_be_there(answer, label)
            label = _named(answer) or label
            # httpx would unpack without counting: 2 MB of gzip can be 2 GB.
            unpacking = Unpacking(answer.headers.get("content-encoding", ""), MOST_BYTES)
            data = _bounded((found for piece in answer.iter_raw() for found in unpacking.feed(piece)), label)
    except httpx.TooManyRedirects as error:
        raise _refused(label, "it leads from one place to another without end") from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise UsageProblem("The address cannot be understood.", hint="Copy it again, beginning with https://.") from error
    except BrokenAnswer as error:
        raise _too_large(label) if "larger" in error.why else _trouble(label, f"the answer {error.why}") from error
    except httpx.HTTPError as error:
        raise _trouble(label, "the server did not answer in time" if isinstance(error, httpx.TimeoutException) else "the network failed") from error
    return Download(data=data, label=label)


def _must_be_there(answer: httpx.Response, label: str) -> None:
    # Google answers with its page for signing in and a status of 200; that page would be read as the sheet.
    if answer.url.host == _SIGN_IN:
        raise _refused(label, "it is not shared with everyone who has the link")
    if answer.status_code in (408, 425, 429) or answer.status_code >= 500:
        raise _trouble(label, f"the server is busy or broken ({answer.status_code})")
    if not answer.is_success:
        reasons = {401: "it asks for a password", 403: "it is not public", 404: "there is nothing at this address", 410: "it was removed"}
        raise _refused(label, reasons.get(answer.status_code, f"the server answers {answer.status_code}"))


def _named(answer: httpx.Response) -> str:
    """The file's name as the server gives it, without any folder."""
    message = Message()
    message["Content-Disposition"] = answer.headers.get("content-disposition", "")
    return PurePosixPath((message.get_filename() or "").replace("\\", "/")).name


def _bounded(blocks: Iterator[bytes], label: str) -> bytes:
    data = bytearray()
    until = time.monotonic() + MOST_SECONDS
    for block in blocks:
        data += block
        if len(data) > MOST_BYTES:
            raise _too_large(label)
        if time.monotonic() > until:
            raise _trouble(label, f"it took longer than {MOST_SECONDS:g} seconds")
    return bytes(data)


def _too_large(label: str) -> UnreadableInput:
    return UnreadableInput.of("file_too_large", "address", file=label, most=MOST_BYTES >> 20)


def _from_store(address: str) -> Download:
    label = _label(address)
    try:
        with remote_files.told(address):
            store, path = remote_files.connect(address, fresh=True)
            with store.open(path, "rb") as file:
                return Download(data=_bounded(iter(lambda: file.read(BLOCK), b""), label), label=label)
    except NotServed as problem:
        raise _as_ours(problem, label) from None


def _in_time(load: Callable[[str], Download], address: str) -> Download:
    """Servers and stores may keep one waiting as long as they like, byte by byte: the reading is left behind when its time is over."""
    answer: list[Download | Exception] = []

    def work() -> None:
        try:
            answer.append(load(address))
        except Exception as problem:  # noqa: BLE001 - it is raised below, where somebody waits for it
            answer.append(problem)

    # A daemon, since a library that waits inside C cannot be stopped: the process must be able to end without it.
    reading = threading.Thread(target=work, daemon=True)
    reading.start()
    reading.join(MOST_SECONDS + QUIET_SECONDS)
    found = answer[0] if answer else _trouble(_label(address), f"it took longer than {MOST_SECONDS:g} seconds")
    if isinstance(found, Download):
        return found
    raise found


def _as_ours(problem: NotServed, label: str) -> BulkportalError:
    match problem.trouble:
        case Trouble.EXTRA | Trouble.ADDRESS:
            return UsageProblem(f"The sheet {label} cannot be fetched: {problem.why}.", hint=problem.hint)
        case Trouble.UNSURE:
            return _trouble(label, problem.why)
        case _:
            return _refused(label, problem.why, problem.hint)


def _refused(label: str, why: str, advice: str = "") -> UnreadableInput:
    return UnreadableInput.of("address_refused", "advised" if advice else "", file=label, why=why, advice=advice)


def _trouble(label: str, why: str) -> TemporaryTrouble:
    return TemporaryTrouble(
        f"The sheet {label} could not be fetched: {why}.", hint="Run the command again later, or download the file and name it here."
    )
