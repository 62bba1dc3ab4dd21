"""Retry: send again what may be sent again, and nothing else.

Two things decide: the class of the failure, and what the request itself allows
(extension `REPEAT`):

| failure | safe | keyed | never | looked |
| --- | --- | --- | --- | --- |
| Busy (a plain 429: not executed) | again | again | again | left to the runner |
| Unreachable (never left) | again | again | again | again |
| Unanswered, Broken (outcome unknown) | again | left to the runner, which looks first | left to the runner | left to the runner |
| UPLOAD_FAILED with 500 (seed 004: usually a dead link) | once more | once more | no | no |
| capacity closed, and all others | no | no | no | no |

What costs credits, and what may happen only once, is `looked`: whatever the answer was, the runner looks at the platform before
it is sent again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import httpx

from bulkportal.portal import error_mapping
from bulkportal.portal.failures import Broken, Busy, Failure, Family, Stopped, Unanswered, Unreachable
from bulkportal.portal.pacing import ATTEMPT, Timing

Repeat: TypeAlias = Literal["safe", "keyed", "never", "looked"]

REPEAT = "bulkportal_repeat"
"""Request extension: may this request be sent twice?"""

OUR_ID = "x-request-id"

BUSY_TIMES, BUSY_SECONDS = 8, 120.0
"""How often, and for how long, a request is sent again while the platform is too busy."""

FIRST_WAIT = 0.5
"""Seconds before a request is sent again that got no usable answer; the next wait is twice as long, and so on."""

_CONNECT_TIMES, _CONNECT_SECONDS = 4, 20.0
_SAFE_TIMES = 2


@dataclass(slots=True)
class _Tally:
    """How often one request has failed, by kind, and since when."""

    started: float
    attempt: int = 0
    busy: int = 0
    connect: int = 0
    unknown: int = 0
    upload: int = 0


class Retry(httpx.AsyncBaseTransport):
    """A transport that repeats what the table above allows; below it, answers are read to their end (`web.Prompt`).

    It raises a `Failure` where no complete answer came, and returns the last answer otherwise.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, timing: Timing | None = None) -> None:
        self._inner = inner
        self._timing = timing or Timing()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send until there is an answer to return, or a failure to raise."""
        tally = _Tally(started=self._timing.clock())
        while True:
            tally.attempt += 1
            request.extensions = {**request.extensions, ATTEMPT: tally.attempt}
            response, failure = await self._once(request)
            wait = None if failure is None else self._wait(failure, repeat_of(request), tally)
            if wait is not None and failure is not None:
                await self._rest(wait, failure)
            elif response is not None:
                return response
            elif failure is not None:
                raise failure

    async def _rest(self, seconds: float, failure: Failure) -> None:
        """Wait before the next attempt; if the run is stopped meanwhile, the failure is raised."""
        try:
            await self._timing.sleep(seconds)
        except Stopped:
            raise failure from None

    async def aclose(self) -> None:
        """Close the transport below."""
        await self._inner.aclose()

    async def _once(self, request: httpx.Request) -> tuple[httpx.Response | None, Failure | None]:
        """One attempt: the answer, read to its end, and the failure that it means or that came instead."""
        try:
            response = await self._inner.handle_async_request(request)
            # httpx does not carry a request's extensions over to its answer, and `failure_of` sees only the answer.
            response.extensions = {
                error_mapping.PLAIN: request.extensions.get(error_mapping.PLAIN, False),
                **response.extensions,
            }
        except error_mapping.TRANSLATED as error:
            ours = request.headers.get(OUR_ID)
            host = "the storage host" if request.extensions.get(error_mapping.PLAIN) else "the platform"
            return None, error_mapping.failure_from(error, request_id=ours, host=host)
        return response, error_mapping.failure_of(response)

    def _wait(self, failure: Failure, repeat: Repeat, tally: _Tally) -> float | None:
        """Seconds to wait before the next attempt, or None if this was the last."""
        # Counted by kind below: a request that was throttled often may still be given its attempts to connect.
        elapsed = self._timing.clock() - tally.started
        if isinstance(failure, Busy):
            tally.busy += 1
            again = not failure.capacity and repeat != "looked" and tally.busy <= BUSY_TIMES and elapsed < BUSY_SECONDS
            return failure.wait_seconds if again else None
        if isinstance(failure, Unreachable):
            tally.connect += 1
            # Whatever the request says of being repeated: nothing has left.
            again = tally.connect <= _CONNECT_TIMES and elapsed < _CONNECT_SECONDS
            return self._backoff(tally.connect) if again else None
        if _unknown(failure):
            tally.unknown += 1
            again = repeat == "safe" and tally.unknown <= _SAFE_TIMES
            return max(self._backoff(tally.unknown), failure.retry_after or 0.0) if again else None
        if failure.family is Family.UPLOAD and (failure.status or 0) >= 500:
            tally.upload += 1
            # Once, and not at once: a link is usually dead, but a host that was only slow has a second then.
            return self._backoff(2) if repeat not in ("never", "looked") and tally.upload == 1 else None
        return None

    def _backoff(self, times: int) -> float:
        """0.5, 1, 2, 4 seconds, each up to half as long again."""
        return FIRST_WAIT * float(2 ** (times - 1)) * (1 + 0.5 * self._timing.jitter())


def _unknown(failure: Failure) -> bool:
    """Whether repeating could help: no answer, or a server error. A redirect would only come again, and so would a bomb."""
    if isinstance(failure, Broken):
        return failure.code != error_mapping.UNUSABLE and not 300 <= (failure.status or 0) < 400
    return isinstance(failure, Unanswered)


def repeat_of(request: httpx.Request) -> Repeat:
    """Whether a request may be repeated; reads may, writes only if they say so."""
    said = request.extensions.get(REPEAT)
    if said == "keyed":
        return "keyed"
    if said == "looked":
        return "looked"
    reads = said is None and request.method in ("GET", "HEAD")
    return "safe" if reads or said == "safe" else "never"
