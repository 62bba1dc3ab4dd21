"""Notifications: messages after a night, and pings to a healthcheck, which raises an alarm when none comes.

Messages go through apprise, which knows mail, Slack, Teams, webhooks and many more. A target's address may hold a
password, so it is never shown: a target is called by its number and its kind. A failed notification is reported, and
changes nothing else.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path

import httpx

from bulkportal import installing
from bulkportal.automate import batch_summary
from bulkportal.automate.results import BatchResult, FileOutcome
from bulkportal.errors import ExitCode, UsageProblem
from bulkportal.settings.profile import Notify
from bulkportal.web import BrokenAnswer, Limits, Prompt, Ways, client_over

MOST_FILES = 5
MOST_BYTES = 5 << 20
"""What is attached at most; a message names the folder of the rest."""

PULSE_SECONDS = 10.0
_PULSE = Limits(most_bytes=1 << 20, seconds=PULSE_SECONDS)

_WORKED = (ExitCode.OK, ExitCode.ROWS_FAILED, ExitCode.INVALID)
"""Endings after which the night did its work: mistakes in a sheet concern its authors, not whoever runs the machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Whether one target was notified, and why not. `target` is its number and kind, such as ``1 (mailto)``."""

    target: str
    ok: bool
    why: str = ""


def is_due(night: BatchResult, notify: Notify) -> bool:
    """Whether this night is to be reported: always, on a change, or on a failure, as the profile says."""
    if notify.on == "always":
        return True
    return night.worked if notify.on == "change" else night.exit_code != ExitCode.OK


async def notify_all(night: BatchResult, notify: Notify) -> tuple[Delivery, ...]:
    """Notify every target of the night, if it is due. Never raises: failures are in the result."""
    if not notify.targets or not is_due(night, notify):
        return ()
    files = _files(night)
    kinds = {True: "failure", False: "success" if night.worked else "info"}
    message = _Message(
        title=f"bulkportal, {night.inbox.short}: {batch_summary.headline(night)}",
        body=_body(night, files),
        kind=kinds[bool(night.exit_code or night.trouble)],
        files=files,
    )
    addresses = notify.revealed()
    return await asyncio.to_thread(lambda: tuple(_send(number, address, message) for number, address in enumerate(addresses, start=1)))


async def ping_healthcheck(notify: Notify, moment: str) -> Delivery | None:
    """Ping the healthcheck: `moment` is ``start``, ``ok`` or ``fail``. None where there is none. Never raises."""
    secret = notify.pulse()
    if secret is None:
        return Delivery(target="healthcheck", ok=False, why="its variable is not set") if notify.healthcheck else None
    # The paths of healthchecks.io, and of servers compatible with it.
    address = secret.get_secret_value().rstrip("/") + {"start": "/start", "ok": "", "fail": "/fail"}[moment]
    try:
        async with client_over(Prompt(Ways(), _PULSE), timeout=PULSE_SECONDS, follow_redirects=True) as client:
            answer = await client.get(address)
    except (httpx.HTTPError, httpx.InvalidURL, BrokenAnswer, UsageProblem) as error:
        return Delivery(target="healthcheck", ok=False, why=type(error).__name__)  # its words may hold the address
    return Delivery(target="healthcheck", ok=answer.is_success, why="" if answer.is_success else f"it answered {answer.status_code}")


def ending(night: BatchResult) -> str:
    """What the healthcheck receives at the end."""
    return "ok" if night.exit_code in _WORKED else "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Message:
    title: str
    body: str
    kind: str
    files: tuple[Path, ...]


def _send(number: int, address: str | None, message: _Message) -> Delivery:
    if address is None:
        return Delivery(target=str(number), ok=False, why="the environment variable that should hold its address is not set")
    # The scheme alone, and of that not much: an address without a colon could be a password as a whole.
    name = f"{number} ({address.partition(':')[0][:20]})"
    try:
        import apprise  # an extra, and slow to import
    except ImportError:
        return Delivery(target=name, ok=False, why=f"apprise is not installed. {installing.hint('notify')}")
    quiet = logging.getLogger("apprise")
    quiet.propagate, quiet.handlers = False, [logging.NullHandler()]  # its log quotes addresses
    try:
        target = apprise.Apprise.instantiate(address, suppress_exceptions=True)
        if not isinstance(target, apprise.NotifyBase):
            return Delivery(target=name, ok=False, why="this is not an address that apprise knows")
        attach = apprise.AppriseAttachment([str(path) for path in message.files]) if target.attachment_support and message.files else None
        ok = target.notify(body=message.body, title=message.title, notify_type=apprise.NotifyType(message.kind), attach=attach)
    except Exception as error:  # noqa: BLE001 - a plug-in of somebody else's; its words may hold the address
        return Delivery(target=name, ok=False, why=type(error).__name__)
    return Delivery(target=name, ok=bool(ok), why="" if ok else "it did not accept the message")


def _files(night: BatchResult) -> tuple[Path, ...]:
    """The reports worth attaching: of failed launches, of links to decide about, and the status."""
    failed = [launch.report for launch in night.launches if launch.outcome is FileOutcome.FAILED]
    wanted = [path for path in (*failed, night.decisions, night.status) if path is not None and path.exists()]
    kept: list[Path] = []
    size = 0
    for path in wanted[:MOST_FILES]:
        size += path.stat().st_size
        if size <= MOST_BYTES:
            kept.append(path)
    return tuple(kept)


def _body(night: BatchResult, files: tuple[Path, ...]) -> str:
    words = [*batch_summary.lines(night), batch_summary.next_command(night), ""]
    words += [f"Report: {night.inbox.display_path(path)}" for path in files]
    return "\n".join(words).strip() + "\n"
