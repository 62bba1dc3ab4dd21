"""``--queue``: the command line handed to the workers instead of being carried out here."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bulkportal.cli import screen
from bulkportal.cli.groups import GIVEN_WORDS
from bulkportal.counting import noun

if TYPE_CHECKING:
    from bulkportal.apply.carrying import Carrier
    from bulkportal.settings import Settings

F = TypeVar("F", bound=Callable[..., int])

SCHEMA = "bulkportal.queued/1"

_READ = ("files", "file", "inbox")


def queueable(command: F) -> F:
    """A command with ``--queue``."""

    @click.option("--queue", is_flag=True, help="Hand it to the workers (bulkportal worker) instead of doing it here.")
    @functools.wraps(command)
    def decided(*, queue: bool, **given: Any) -> int:
        return handed_over() if queue else command(**given)

    return decided  # type: ignore[return-value]  # `wraps` gives it the signature


def handed_over() -> int:
    """Put the current command line into the queue, and print the number of its job."""
    import asyncio

    from bulkportal.apply.ledger import workspace_of
    from bulkportal.cli.options import settings_here
    from bulkportal.queues.engine import need_books
    from bulkportal.queues.handing import hand_over
    from bulkportal.queues.order import Places, order_of

    context = click.get_current_context()
    given = context.params
    chosen = settings_here(given.get("base_url"))
    address = need_books(chosen.ledger)
    words = context.meta[GIVEN_WORDS]
    files = _files(given)
    # Paths that are written: the worker stands in another folder, and perhaps on another machine.
    others = {f"--{name.replace('_', '-')}": value for name, value in given.items() if isinstance(value, Path) and name not in _READ}
    profile = chosen.profile
    whose = profile.account or f"profile {profile.name}"
    order = order_of(
        words,
        Places(files=files, others=others, shared=profile.shared_folders, named=_named(context.command)),
        profile=profile.name,
        workspace=workspace_of(chosen.base_url, whose),
    )
    job = asyncio.run(hand_over(address, order))
    as_json, quiet = bool(given.get("as_json")), bool(given.get("quiet"))
    if as_json:
        screen.say_json({"schema": SCHEMA, "job": job, "files": list(files), "queue": order.queue})
    if not quiet:
        where = f"the workers of this machine ({order.host}), where its {noun(len(files), 'file')} can be read" if order.host else "any worker"
        screen.say(f"Job {job}: {', '.join(files)} waits for {where}. bulkportal queue status shows how it goes.", err=as_json)
        if given.get("yes") is False and not given.get("dry_run") and words[0] != "run":
            screen.say(
                "Nobody can be asked there: what takes credits or cannot be undone is not sent, and waits for somebody's yes."
                f" bulkportal queue status then says what it takes; bulkportal queue retry {job} --yes approves it.",
                err=True,
            )
    return 0


def carrier_here(chosen: Settings) -> Carrier | None:
    """Where other workers may transfer files of this command: only if a worker carries it out."""
    if chosen.ledger is None:
        return None
    from bulkportal.queues.fan_out import FanOut
    from bulkportal.queues.order import FAN_OUT

    if not os.environ.get(FAN_OUT):
        return None

    return FanOut(chosen)


def _named(command: click.Command) -> frozenset[str]:
    """The options of a command that take a value other than a path."""
    options = [one for one in command.params if isinstance(one, click.Option) and not one.is_flag and not isinstance(one.type, click.Path)]
    return frozenset(name for one in options for name in (*one.opts, *one.secondary_opts))


def _files(given: dict[str, Any]) -> tuple[str, ...]:
    for name in _READ:
        if given.get(name):
            value = given[name]
            return tuple(map(str, value)) if isinstance(value, tuple) else (str(value),)
    return ()
