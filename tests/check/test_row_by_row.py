"""What is worked out for all rows at once is what a reader of one row after the other would say."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from datetime import date
from urllib.parse import unquote

import polars as pl
import pytest

from bulkportal import names
from bulkportal.check import heuristics
from bulkportal.check.media_cells import media_cells
from bulkportal.check.media_files import judge, worth_judging
from bulkportal.remote_files import are_usual_addresses, is_address

BUNDLES = ["launch-1", "launch 2", "Füße", "spring_tiktok", "spring", "a", "12", "x-1"]
HOSTS = ["cdn.example.com", "WWW.youtube.com", "drive.google.com", "a.b.sharepoint.com", "user@cdn.example", "cdn.example:8443", "localhost", ""]
PATHS = [
    "/1.mp4",
    "/a/b.MOV",
    "/x.jpg",
    "/watch?v=1",
    "/f.mp4?x=1",
    "/f.mp4#t=3",
    "/page.html",
    "/",
    "",
    "/d/clip.zip",
    "/file/d/1/view",
    "/a b.mp4",
    "/v.mp4/",
]


@pytest.mark.parametrize("seed", range(5))
def test_a_usual_link_is_one_of_which_nothing_would_be_said(seed: int) -> None:
    """Links of every kind: what is not looked at one by one would have passed."""
    luck = random.Random(seed)
    links = [f"{luck.choice(['https', 'HTTP', 'ftp', ''])}://{luck.choice(HOSTS)}{luck.choice(PATHS)}" for _ in range(300)]
    cells = pl.DataFrame(
        [(0, row, "video", text, luck.choice(["video", "image"]), False, date(2027, 3, 15)) for row, text in enumerate([*links, "clip.mp4"])],
        schema={
            "table": pl.Int64,
            "row": pl.Int64,
            "field": pl.String,
            "text": pl.String,
            "wants": pl.String,
            "sounded": pl.Boolean,
            "publish_date": pl.Date,
        },
        orient="row",
    )
    every = media_cells(cells)
    looked_at = worth_judging(cells, {})
    assert 0 < len(looked_at) < len(every)
    assert list(judge(looked_at, {}, date(2027, 3, 1))) == list(judge(every, {}, date(2027, 3, 1)))


@pytest.mark.parametrize("seed", range(5))
def test_a_usual_address_is_an_address(seed: int) -> None:
    """A column says it of most links at once; what it does not say is asked one by one."""
    luck = random.Random(seed)
    hosts = [*HOSTS, "a..b", ".example.com", "cdn.example.com:99999", "127.0.0.1"]
    texts = [f"{luck.choice(['https', 'HTTP', 'ftp', ''])}://{luck.choice(hosts)}{luck.choice([*PATHS, ' '])}" for _ in range(300)]
    usual = pl.DataFrame({"text": texts}).select(are_usual_addresses(pl.col("text"))).to_series().to_list()
    assert 0 < sum(usual) < len(texts)
    assert all(is_address(text) for text, said in zip(texts, usual, strict=True) if said)


def plain(name: str) -> str:
    """A name as two spellings of it are compared."""
    return re.sub(r"[-_ .]+", "-", name.casefold() if name.isascii() else names.likeness(name)).strip("-")


def spoken_of(video: str, bundle: str, known: Mapping[str, str]) -> tuple[str | None, int | None]:
    """Which bundle and position the name of a file speaks of."""
    *folders, file = unquote(video.partition("?")[0].replace("\\", "/")).split("/")
    stem = file.rpartition(".")[0] or file
    ending = re.search(r"\d{1,3}\Z", stem)
    words = [*map(plain, folders), plain(stem), *([plain(stem[: ending.start()])] if ending else [])]
    spoken = [known[word] for word in words if word in known]
    own = bundle if any(plain(one) == plain(bundle) for one in spoken) else spoken[-1] if spoken else None
    return own, int(ending[0]) if ending and plain(stem) not in known else None


@pytest.mark.parametrize("seed", range(200))
def test_what_names_of_files_speak_of(seed: int) -> None:
    """Folders, blanks, encoded letters, numbers, endings and queries."""
    luck = random.Random(seed)
    rows = []
    for number in range(luck.randint(1, 9)):
        folder = luck.choice(["", "spring/", "https://c.example/launch-1/", "a\\b\\", "x/Füße/", "/"])
        stem = luck.choice([*BUNDLES, "clip", "Launch-1", "LAUNCH_2", "f%C3%BC%C3%9Fe", "", ".mp4", "v.1"]) + luck.choice(
            ["", "-1", "2", "_03", "1234", " 4"]
        )
        rows.append((0, number + 2, folder + stem + luck.choice([".mp4", ".mov", "", ".mp4?x=1/2"]), luck.choice(BUNDLES), luck.choice([1, 2, 3, 4])))
    frame = pl.DataFrame(
        rows, schema={"_table": pl.Int64, "_row": pl.Int64, "video": pl.String, "bundle": pl.String, "position": pl.Int64}, orient="row"
    )
    known = {plain(name): name for name in BUNDLES}
    at_once = heuristics._named(frame, known).select("named_bundle", "named_position").rows()
    assert at_once == [spoken_of(video, bundle, known) for _, _, video, bundle, _ in rows]
