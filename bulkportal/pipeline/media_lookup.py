"""Finds and inspects the media that the sheets name, for the check and the plan."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from bulkportal import media, remote_files
from bulkportal.apply.outcomes import Event
from bulkportal.check.checker import Typed
from bulkportal.check.media_cells import MediaProblem
from bulkportal.check.media_files import FileFacts
from bulkportal.check.wording import shortened
from bulkportal.media.inward import beginnings, begins, host_of_server, is_inward, server_of
from bulkportal.pipeline.job import Job
from bulkportal.settings import platform_of
from bulkportal.sheets.file_names import BY_PRODUCTS

if TYPE_CHECKING:
    from bulkportal.apply.carrying import Carrier
    from bulkportal.media.cache import Seen

Key: TypeAlias = tuple[int, str]
"""A table, and the text of one of its media cells, or of one entry of a list."""

AT_ONCE = 4
"""Files read at the same time: hashing releases the interpreter's lock, and a disk gains little from more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """The facts about files and links, and the files that are `left` for any free machine to inspect."""

    facts: FileFacts
    left: Mapping[Key, Path] = field(default_factory=dict)


def look(typed: Typed, job: Job, home: Path | None) -> Looked:
    """The facts about every local file that the rows name, or why there are none; and the links that lead into a private network."""
    texts = typed.media_texts()
    if texts.is_empty():
        return Looked(facts={})
    files = _look_at_files(texts, typed, job, home)
    return Looked(facts={**files.facts, **_inward(texts, job)}, left=files.left)


def _inward(texts: pl.DataFrame, job: Job) -> FileFacts:
    """Links that the platform cannot follow, by their text alone; except those to the platform itself, and to hosts with a configured address."""
    servers = {found: server_of(found) for found in beginnings(texts["text"])}
    inward = {found for found, server in servers.items() if is_inward(host_of_server(server))}
    if not inward:
        return {}
    from bulkportal.media.safe_http import known_hosts  # late: it loads a client, and few sheets have such a link

    near = {*known_hosts(), server_of(platform_of(job.profile))}
    strange = [found for found in inward if not near & {servers[found], host_of_server(servers[found])}]
    there = texts.filter(begins(pl.col("text")).is_in(strange)).select("table", "text").unique(maintain_order=True)
    keys = there.rows()
    return {key: media.LinkFacts(address=key[1], trouble="private") for key in keys if media.is_address(key[1])}


def _look_at_files(texts: pl.DataFrame, typed: Typed, job: Job, home: Path | None) -> Looked:
    # Ordinary links are excluded in one expression: a launch may have a hundred thousand, too many to examine one by one in Python.
    perhaps = texts.filter(~remote_files.are_usual_addresses(pl.col("text"))).unique(maintain_order=True).rows()
    kinds = {key: media.scheme(key[1]) for key in perhaps}
    told: FileFacts = {key: _not_known(key[1], kind) for key, kind in kinds.items() if kind and not _is_read_elsewhere(key[1], kind)}
    keys = [key for key, kind in kinds.items() if not kind]
    if not keys:
        return Looked(facts=told)
    from bulkportal.media.cache import Seen  # late: a sheet of links needs no database

    job.tell(Event(text=f"looking at {len(keys)} media files"))
    beside = {table: media.Beside(roots_of(typed, table, job)) for table in {table for table, _ in keys}}
    with Seen(home) as seen, ThreadPoolExecutor(AT_ONCE) as threads:
        looks = threads.map(lambda key: _look_at(key[1], roots_of(typed, key[0], job), seen, beside[key[0]], job.carrier), keys)
        found = dict(zip(keys, looks, strict=True))
    left = {key: one for key, one in found.items() if isinstance(one, Path)}
    return Looked(facts={**told, **{key: one for key, one in found.items() if not isinstance(one, Path)}}, left=left)


def roots_of(typed: Typed, table: int, job: Job) -> list[Path]:
    """The folders in which the files of a table may lie: its own, that of the original launch, then the media folder."""
    path = typed.sheets[table].table.path
    folder = path.parent if path is not None else Path.cwd()
    # A report or plan in a by-products folder names its files relative to the launch, one folder up.
    beside = [folder, folder.parent] if folder.suffix == BY_PRODUCTS else [folder]
    return beside if job.media_root is None else [*beside, job.media_root]


def _is_read_elsewhere(text: str, kind: str) -> bool:
    """Whether a text with a scheme is a link or an address of a store."""
    return media.is_address(text) if kind in ("http", "https") else remote_files.is_remote(text)


def _not_known(text: str, kind: str) -> MediaProblem:
    """The problem of an address with an unknown scheme, or of a malformed link."""
    if kind in ("http", "https"):
        return MediaProblem.of("media_address_unknown", "link", text=shortened(text))
    return _scheme_not_known(text.split(":", maxsplit=1)[0], _elsewhere(text))


# Cached: a sheet may repeat one wrong scheme in every row, and a problem is made from its template each time.
@cache
def _scheme_not_known(scheme: str, meant: str) -> MediaProblem:
    return MediaProblem.of("media_address_unknown", scheme=scheme, meant=meant)


def _look_at(text: str, roots: Sequence[Path], seen: Seen, beside: media.Beside, carrier: Carrier | None) -> media.Facts | MediaProblem | Path:
    try:
        path = beside.locate(text)
        if carrier is not None and not seen.knows(path) and carrier.place_in_common(path):
            return path
        return seen.facts(path)
    except media.OutsideRoot:
        return MediaProblem.of("media_outside_folder", text=text, meant=f"{_meant(text, beside)}{_elsewhere(text)}")
    except FileNotFoundError:
        where = " or ".join(root.resolve().name or str(root) for root in roots)
        return MediaProblem.of("media_not_found", text=text, where=where, meant=f"{_meant(text, beside)}{_elsewhere(text)}")
    except (OSError, ValueError) as error:
        return unreadable(text, error)


def unreadable(text: str, error: OSError | ValueError) -> MediaProblem:
    """The problem of a file that cannot be read."""
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return MediaProblem.of("media_unreadable", text=text, reason=reason)


_ELSEWHERE = re.compile(r"(?:file:|[A-Za-z]:[\\/]|\\\\\S|/(?:Users|home|Volumes|mnt|media)/|~/)", re.IGNORECASE)
"""The beginnings of paths that are valid on one machine only."""

_SITE = re.compile(r"www\.[\w-]+\.\S+", re.IGNORECASE)


def _elsewhere(text: str) -> str:
    """The beginning of a hint for a text that names no file here: a path of another machine, or a link without its scheme."""
    if _SITE.fullmatch(text):
        return f"Did you mean https://{text}? "
    return "It is a path of one machine, which others do not have: write the file's name alone. " if _ELSEWHERE.match(text) else ""


def _meant(text: str, beside: media.Beside) -> str:
    """The beginning of a hint, if a file exists that was probably meant."""
    near = beside.nearest(text)
    return f"Did you mean {near}? " if near else ""
