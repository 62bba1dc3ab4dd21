"""An order put into its queue."""

from __future__ import annotations

from bulkportal.postgres.address import PostgresAddress
from bulkportal.queues.engine import opened
from bulkportal.queues.order import QueuedCommand


async def hand_over(address: PostgresAddress, order: QueuedCommand) -> int:
    """Put an order into its queue; gives the number of its job. Raises BooksAway, UsageProblem.

    One workspace is worked in by one job at a time.
    """
    async with opened(address, connections=2) as app:
        task = app.configure_task("bulkportal:carry_out", queue=order.queue, lock=f"workspace {order.workspace}")
        return await task.defer_async(**order.to_json())
