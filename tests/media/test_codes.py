"""Every code about media is found at its cell: planted in the sample data, or in a launch made here (too large, or far away)."""

from __future__ import annotations

import csv
import os
import sys
from pathlib import Path

import pytest
from fsspec.registry import _registry

from bulkportal.codes.link_codes import LINKS
from bulkportal.codes.media_codes import MEDIA
from tests.conftest import SAMPLES, Desk, bundle, video
from tests.portal.fakes import served

from . import making
from .hosts import Hosts

CDN = "https://cdn.example.com"
VIDEOS = {
    f"{CDN}/empty.mp4": "link_empty",
    f"{CDN}/none.mp4": "link_not_found",
    f"{CDN}/picture": "link_wrong_type",
    f"{CDN}/locked": "link_not_public",
    f"{CDN}/page": "link_is_page",
    f"{CDN}/inward": "link_private_network",
    f"{CDN}/round": "link_unsure",
    "https://drive.google.com/file/d/worn/view": "link_over_quota",
    "gs://launch/x.mp4": "media_extra_missing",
    "large.mp4": "video_large",
}


def planted() -> set[str]:
    with (SAMPLES / "every_mistake" / "planted.csv").open(encoding="utf-8", newline="") as stream:
        return {row["code"] for row in csv.DictReader(stream)}


@pytest.fixture
def sheet(desk: Desk) -> Path:
    """A row for each code that no sample can hold: sparse files of hundreds of megabytes, and what other people's hosts say."""
    carousel = {"video_type": "carousel", "video": None, "carousel_images": "1.jpg;2.jpg", "tiktok_sound_url": "https://www.tiktok.com/music/x-1"}
    rows = [video("spring", number, video=text) for number, text in enumerate(VIDEOS, start=1)]
    rows.append(video("spring", len(rows) + 1) | carousel)
    made = [bundle("spring", videos_quantity=len(rows), publish="no", profile_picture=None)]
    folder = desk.sheets("launch", bundles=made, videos=rows)
    size = 300_000_000
    clip = making.video(folder / "large.mp4", size=(720, 1280)).stat().st_size
    with (folder / "large.mp4").open("ab") as file:
        file.write((size - clip).to_bytes(4, "big") + b"free")
    os.truncate(folder / "large.mp4", size)
    for name in ("1.jpg", "2.jpg"):
        making.image(folder / name)
    os.truncate(folder / "1.jpg", 21_000_000)
    return folder


def test_every_code_about_media_is_found_at_its_cell(desk: Desk, sheet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """None is excused. A link that cannot be fetched is told when it is to be uploaded."""
    monkeypatch.setitem(sys.modules, "gcsfs", None)
    monkeypatch.delitem(_registry, "gs", raising=False)
    picture = (sheet / "2.jpg").read_bytes()
    hosts = Hosts(files={"cdn.example.com/empty.mp4": b"", "cdn.example.com/picture": picture})
    with served(hosts.app()) as base:
        places = ",".join(f"{name}={base}" for name in ("cdn.example.com", "drive.usercontent.google.com"))
        ended = desk.run("check", sheet, "--online", BULKPORTAL_LINK_HOSTS=places)
        found = {finding["cell"]: finding["code"] for finding in ended.document["findings"]}
        assert found == {f"E{row}": code for row, code in enumerate(VIDEOS.values(), start=2)} | {f"H{len(VIDEOS) + 2}": "image_large"}, ended.err
        hosts.files["cdn.example.com/a.mp4"] = (sheet / "large.mp4").read_bytes()[:400_000]
        hosts.cuts = 99
        desk.sheets("launch", videos=[video("spring", 1, video=f"{CDN}/a.mp4")])
        ended = desk.import_(sheet, "--rehost", BULKPORTAL_LINK_HOSTS=places)
        codes = [(f["code"], f["cell"]) for f in ended.document["findings"]]
        assert codes == [("media_not_fetched", "E2"), ("slots_unfilled", "F2")], ended.err
    codes = {code.code for code in (*MEDIA, *LINKS)}
    assert codes - planted() == {*VIDEOS.values(), "image_large", "media_not_fetched", "store_not_trusted"} - planted()
