"""Links in media cells: the day a signed one dies (offline), and what lies behind one (with --online).

The platform fetches a link itself and answers UPLOAD_FAILED where it cannot (seed 004; API reference 2.19), so
what nobody can fetch is an error. What only failed from here is a warning: the platform may fare better.
"""

from __future__ import annotations

from datetime import date
from functools import cache

import polars as pl

from bulkportal.check.media_cells import MediaCell, MediaProblem
from bulkportal.media import LinkFacts
from bulkportal.media.inward import beginnings, begins
from bulkportal.media.page_links import ENDINGS, is_strange, kind_of, leads_to
from bulkportal.media.share_links import expires, host_of, sharing_hint

_FILE_ITSELF = "Copy the link of the file itself (download), not of the page that shows it, or put the file beside the sheet."


def is_usual(cells: pl.DataFrame) -> pl.Series:
    """Which of these media cells are links about which their text alone raises no finding, as nearly all of a large sheet are.

    Each ends like a file of the wanted kind, at a host of which nothing is known, with nothing behind the path.
    """
    wanted = (kind for kind in cells["wants"].unique() if kind in ENDINGS)
    forms = [(pl.col("wants") == kind) & pl.col("text").str.contains(_usual_form(kind)) for kind in wanted]
    usual = cells.select(pl.any_horizontal(pl.lit(value=False), *forms).fill_null(value=False).alias("usual")).to_series()
    strange = [one for one in beginnings(cells["text"].filter(usual)) if is_strange(one.partition("://")[2].lower())]
    return usual & ~cells.select(begins(pl.col("text")).is_in(strange)).to_series().fill_null(value=False) if strange else usual


@cache
def _usual_form(kind: str) -> str:
    """The form of a link to a file of a kind, with nothing behind the path, and a host without port, name or sign."""
    return rf"^(?i:https?)://[^\s/?#@:\[\]%]+/[^\s?#]*\.(?i-u:{'|'.join(sorted(ENDINGS[kind]))})$"


def judge_expiry(cell: MediaCell, today: date) -> MediaProblem | None:
    """The finding about a signed link: it has expired, or will before the video is published."""
    end = expires(cell.text)
    if end is None:
        return None
    shown = f"{end:%Y-%m-%d %H:%M} UTC"
    if end.date() < today:
        return MediaProblem.of("link_expired", host=host_of(cell.text), end=shown)
    if cell.publish_date is not None and end.date() <= cell.publish_date:
        return MediaProblem.of("link_expires", host=host_of(cell.text), end=shown, day=cell.publish_date)
    return None


def judge_page(cell: MediaCell) -> MediaProblem | None:
    """The finding about a link whose text shows that no file lies behind it."""
    match leads_to(cell.text):
        case "folder":
            many = "each image on a line of its own" if cell.field == "carousel_images" else "and write that"
            todo = f"Open the folder and copy the link of the file itself, {many}."
            return MediaProblem.of("link_is_page", host=host_of(cell.text), what="a folder", todo=todo)
        case "page":
            return MediaProblem.of("link_is_page", host=host_of(cell.text), what="a page", todo=_FILE_ITSELF)
        case _:
            return None


def judge_ending(cell: MediaCell) -> MediaProblem | None:
    """The finding about a link whose path ends like a file of another kind."""
    kind, ending = kind_of(cell.text)
    if kind in ("", cell.wants):
        return None
    return MediaProblem.of("link_other_kind", host=host_of(cell.text), ending=ending, wanted=cell.wanted)


def judge_link(cell: MediaCell, found: LinkFacts) -> MediaProblem | None:
    """What is wrong with a link that was looked at, if anything."""
    if found.trouble:
        return _trouble(cell, found)
    host = host_of(cell.text)
    if found.size == 0:
        return MediaProblem.of("link_empty", host=host)
    if found.kind not in (cell.wants, "other"):
        return MediaProblem.of("link_wrong_type", host=host, wanted=cell.wanted, mime=found.mime)
    return None


def _trouble(cell: MediaCell, found: LinkFacts) -> MediaProblem:
    host, why = host_of(cell.text), f" ({found.why})" if found.why else ""
    match found.trouble:
        case "gone":
            return MediaProblem.of("link_not_found", host=host, why=why)
        case "login":
            return MediaProblem.of("link_not_public", host=host, why=why, hint=sharing_hint(cell.text))
        case "quota":
            return MediaProblem.of("link_over_quota", host=host)
        case "page":
            return MediaProblem.of("link_is_page", host=host, what="a web page", todo=_FILE_ITSELF)
        case "private":
            return MediaProblem.of("link_private_network", host=host)
        case "extra":
            return MediaProblem.of("media_extra_missing", scheme=cell.text.partition(":")[0], hint=found.hint)
        case "host" | "address":
            return MediaProblem.of("store_not_trusted", name=cell.name, why=why, hint=found.hint)
        case _:
            return MediaProblem.of("link_unsure", host=host, why=found.why)
