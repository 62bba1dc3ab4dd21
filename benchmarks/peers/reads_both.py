"""What a plan cannot do without: the sheet read and checked, and the platform's bundles read, with nothing made of them.

Arguments: the folder of the launch. The platform and the home are those of the environment.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from bulkportal.check.known import OFFLINE
from bulkportal.pipeline.job import Job
from bulkportal.pipeline.portal_session import open_portal
from bulkportal.pipeline.source import Source
from bulkportal.portal import snapshot
from bulkportal.settings import resolve


async def main() -> None:
    """Read both."""
    settings = resolve()
    job = Job(command="plan", inputs=(Path(sys.argv[1]),))
    checked = Source.read(job, settings.home).check(OFFLINE)
    async with open_portal(settings, job.brake) as portal:
        names = checked.bundles["bundle"].drop_nulls().unique(maintain_order=True).to_list()
        read = await snapshot.take(portal, names, (), now=datetime.now(UTC), detail=lambda *_: False)
    print(len(read.bundles))


if __name__ == "__main__":
    asyncio.run(main())
