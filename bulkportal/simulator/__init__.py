"""The platform's API on loopback, written from its documents and nothing else.

It imports nothing else of bulkportal: it is the other side of the wire, so that a rule read wrongly
once is not read wrongly twice.
"""

from __future__ import annotations

from bulkportal.simulator.server import RunningSimulator, serve
from bulkportal.simulator.state import State

__all__ = ["RunningSimulator", "State", "serve"]
