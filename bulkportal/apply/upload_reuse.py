"""Uploads of earlier runs: checked before they are used again, and what they saved in a sentence."""

from __future__ import annotations

from dataclasses import replace

from bulkportal.apply.outcomes import Applied, OperationState
from bulkportal.apply.transfers import Transfers
from bulkportal.counting import noun
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Memory, Plan, Reused
from bulkportal.portal.client import Portal
from bulkportal.portal.together import each

AT_ONCE = 6


async def without_gone(memory: Memory, made: Plan, portal: Portal) -> Memory:
    """The memory without those uploads that the plan would use again but that are gone or incomplete."""

    async def stands(one: Reused) -> bool:
        # A host that states no size (-1) shows at least that the file exists; a wrong size is half a file.
        return await portal.stored_size(one.public_url) in (one.size, -1)

    # Without a bundle it is an upload of this very plan, which is not there yet.
    earlier = tuple(dict.fromkeys(one for one in made.reused if one.bundle_id))
    gone = {one for one, there in zip(earlier, await each(earlier, stands, at_once=AT_ONCE), strict=True) if not there}
    keys = {(one.bundle_id, one.sha256, one.purpose) for one in gone}
    return memory if not keys else replace(memory, uploads={key: found for key, found in memory.uploads.items() if key not in keys})


def uploads_in_words(made: Plan, applied: Applied, transfers: Transfers) -> str:
    """What was uploaded and what did not need to be; empty where no media was involved."""
    done = [o.operation.upload.size for o in applied.outcomes if o.operation.upload is not None and o.state is OperationState.DONE]
    failed = sum(o.operation.kind is OperationKind.UPLOAD_MEDIA and o.state is not OperationState.DONE for o in applied.outcomes)
    saved_files = len(made.reused) + transfers.saved_files
    saved = sum(one.size for one in made.reused) + transfers.saved_bytes
    if not done and not failed and not saved_files:
        return ""
    files = len(done) - transfers.saved_files
    words = [f"{_count(files)} uploaded ({size(sum(done) - transfers.saved_bytes)})"]
    if failed:
        words.append(f"{_count(failed)} not uploaded")
    if saved_files:
        words.append(f"{size(saved)} not sent again, since {_count(saved_files)} had been uploaded already")
    return f"Media: {', '.join(words)}."


def _count(number: int) -> str:
    return f"{number:,} {noun(number, 'file')}"


def size(count: int) -> str:
    """Bytes for people."""
    for unit, name in ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")):
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{count} bytes"
