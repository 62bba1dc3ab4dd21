"""Puts a command into its queue."""

from __future__ import annotations

from bulkportal.postgres.address import PostgresAddress
from bulkportal.queues.engine import opened
from bulkportal.queues.order import QueuedCommand


async def hand_over(address: PostgresAddress, order: QueuedCommand) -> int:
    """Put a command into its queue; returns the number of its job. Raises BooksAway, UsageProblem.

    The lock lets one job at a time run for a workspace; a second run would only be refused by the ledger.
    """
    async with opened(address, connections=2) as app:
        task = app.configure_task("bulkportal:carry_out", queue=order.queue, lock=f"workspace {order.workspace}")
        return await task.defer_async(**order.to_json())
