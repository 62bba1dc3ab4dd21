"""The media that the sheets name, found and looked at: what a check and a plan want to know of them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bulkportal import media
from bulkportal.apply.outcomes import Event
from bulkportal.check.checker import Typed
from bulkportal.check.files import FileFacts, MediaProblem
from bulkportal.media.memory import Seen
from bulkportal.pipeline.job import Job

AT_ONCE = 4
"""Files read at the same time: hashing leaves the interpreter free, and a disk gains little from more."""


def look(typed: Typed, job: Job, home: Path | None) -> FileFacts:
    """The facts of every local file that the rows name, or why there are none."""
    keys = typed.local_files()
    if not keys:
        return {}
    job.tell(Event(text=f"looking at {len(keys)} media files"))
    with Seen(home) as seen, ThreadPoolExecutor(AT_ONCE) as threads:
        return dict(zip(keys, threads.map(lambda key: _look_at(key[1], roots_of(typed, key[0], job), seen), keys), strict=True))


def roots_of(typed: Typed, table: int, job: Job) -> list[Path]:
    """The folders in which the files of a table may lie: its own, then the media folder."""
    path = typed.sheets[table].table.path
    folder = path.parent if path is not None else Path.cwd()
    return [folder] if job.media_root is None else [folder, job.media_root]


def _look_at(text: str, roots: Sequence[Path], seen: Seen) -> media.Facts | MediaProblem:
    if media.scheme(text):
        return MediaProblem(
            code="media_address_unknown",
            message=f"{text.split(':', maxsplit=1)[0]}: addresses are not known here.",
            hint="Use an https:// link, or a file beside the sheet.",
        )
    try:
        return seen.facts(media.locate(text, roots=roots))
    except media.OutsideRoot:
        return MediaProblem(
            code="media_outside_folder",
            message=f"The file {text} lies outside the folder of the sheet.",
            hint="Move it beside the sheet, or name its folder with --media-root.",
        )
    except FileNotFoundError:
        where = " or ".join(str(root.name or root) for root in roots)
        return MediaProblem(
            code="media_not_found",
            message=f"There is no file {text} in {where}.",
            hint="Correct the name (it is relative to the sheet), or name the folder with --media-root.",
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return MediaProblem(code="media_unreadable", message=f"The file {text} cannot be read: {reason}.", hint="Check its permissions.")
