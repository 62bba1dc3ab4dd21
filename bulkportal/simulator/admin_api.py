"""The operator interface below ``/_sim``: what people at the platform do, and control of the simulation.

The API cannot accept, post or review (API reference 4.1), so a test or a demo does it here. It
takes JSON and no key. It is not part of the platform's API.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bulkportal.simulator import control, coverage, lifecycle
from bulkportal.simulator.calls import Answer, ApiCall, ApiRefusal
from bulkportal.simulator.routes import matched
from bulkportal.simulator.state import State

BASE = "/_sim"
EndpointHandler = Callable[[State, ApiCall], Answer]


def answer(state: State, call: ApiCall) -> Answer:
    """Answer a request to the operator interface; `call.path` is below its base."""
    state.settle()
    try:
        for method, template, handler in _ROUTES:
            params = matched(template, call.path)
            if params is not None and method == call.method:
                return handler(state, replace(call, params=params))
    except ApiRefusal as refusal:
        return Answer(status=refusal.status, body=refusal.envelope())
    except ValueError as mistake:
        return Answer(status=400, body=ApiRefusal(400, "BAD_REQUEST", str(mistake)).envelope())
    nothing = ApiRefusal(404, "NOT_FOUND", f"The operator has no {call.method} {call.path}.")
    return Answer(status=404, body=nothing.envelope())


_ROUTES: tuple[tuple[str, str, EndpointHandler], ...] = (
    ("POST", "/bundles/{id}/cancel", lifecycle.cancel),
    ("POST", "/bundles/{id}/deliver-account", lifecycle.deliver_account),
    # After the two literal paths, which it would match as well.
    ("POST", "/bundles/{id}/{step}", lifecycle.bundle_step),
    ("POST", "/accounts/{id}/ban", lifecycle.ban),
    ("POST", "/accounts/{id}/coverage", coverage.change),
    ("POST", "/bundles/{id}/videos/{position}/{step}", lifecycle.video_step),
    ("POST", "/status", control.set_status),
    ("GET", "/state", control.show_state),
    ("POST", "/reset", control.reset),
    ("POST", "/clock", control.set_clock),
    ("POST", "/forget-keys", control.forget_keys),
    ("POST", "/settings", control.change_settings),
    ("POST", "/credits", control.add_credits),
    ("POST", "/faults", control.add_faults),
    ("GET", "/faults", control.list_faults),
    ("DELETE", "/faults", control.clear_faults),
)
