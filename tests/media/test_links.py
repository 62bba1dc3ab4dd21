"""Links: what lies behind them, and what comes instead; never further than a stranger's word may lead."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import bulkportal
from bulkportal.media.fetching import Fetcher, NotFetched
from bulkportal.media.links import LinkFacts, look
from bulkportal.media.safe_http import Reach, known_hosts
from bulkportal.media.share_links import confirmed, direct, expires, sharing_hint
from tests.conftest import Desk, bundle, video
from tests.portal.fakes import served

from . import making
from .hosts import SCAN_PAGE, Hosts

HOSTS = ("cdn.example.com", "drive.usercontent.google.com", "accounts.google.com", "www.dropbox.com")
DRIVE = "https://drive.google.com/file/d"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A real video."""
    return making.video(tmp_path_factory.mktemp("clip") / "a.mp4", size=(180, 320)).read_bytes()


@pytest.fixture
def hosts(clip: bytes) -> Hosts:
    """A host with some files."""
    names = ("cdn.example.com/a.mp4", "drive/big", "drive/small", "www.dropbox.com/s/x/a.mp4")
    return Hosts(files=dict.fromkeys(names, clip) | {"cdn.example.com/empty.mp4": b""})


@pytest.fixture
def base(hosts: Hosts) -> Iterator[str]:
    with served(hosts.app()) as address:
        yield address


def looked(base: str, *addresses: str) -> dict[str, LinkFacts]:
    async def story() -> dict[str, LinkFacts]:
        async with Reach(dict.fromkeys(HOSTS, base)) as reach:
            return dict(await look(addresses, reach))

    return asyncio.run(story())


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        (f"{DRIVE}/AbC-1_x/view?usp=sharing", "https://drive.usercontent.google.com/download?id=AbC-1_x&export=download&confirm=t"),
        ("https://drive.google.com/open?id=Q1", "https://drive.usercontent.google.com/download?id=Q1&export=download&confirm=t"),
        ("https://drive.google.com/uc?export=download&id=Q1", "https://drive.usercontent.google.com/download?id=Q1&export=download&confirm=t"),
        (
            f"{DRIVE}/Q/view?resourcekey=0-k",
            "https://drive.usercontent.google.com/download?id=Q&export=download&confirm=t&resourcekey=0-k",
        ),
        ("https://drive.google.com/drive/folders/abc", "https://drive.google.com/drive/folders/abc"),
        ("https://www.dropbox.com/scl/fi/a/clip.mp4?rlkey=k&dl=0", "https://www.dropbox.com/scl/fi/a/clip.mp4?rlkey=k&dl=1"),
        ("https://www.dropbox.com/scl/fo/a/b?dl=0", "https://www.dropbox.com/scl/fo/a/b?dl=0"),
        (" https://cdn.example.com/a.mp4?dl=0 ", "https://cdn.example.com/a.mp4?dl=0"),
    ],
)
def test_share_links_become_direct_ones(address: str, wanted: str) -> None:
    """What is no share link stays as it is, and so does what is direct already."""
    assert direct(address) == wanted == direct(wanted)


@pytest.mark.parametrize(
    ("query", "end"),
    [
        ("X-Amz-Date=20300101T120000Z&X-Amz-Expires=3600&X-Amz-Signature=s", datetime(2030, 1, 1, 13, tzinfo=UTC)),
        ("X-Goog-Date=20300101T120000Z&X-Goog-Expires=60&X-Goog-Signature=s", datetime(2030, 1, 1, 12, 1, tzinfo=UTC)),
        ("se=2030-01-01T12%3A00%3A00Z&sp=r&sig=s", datetime(2030, 1, 1, 12, tzinfo=UTC)),
        ("Expires=1893499200&Signature=s&Key-Pair-Id=k", datetime(2030, 1, 1, 12, tzinfo=UTC)),
        ("Expires=1893499200", None),
        ("X-Amz-Date=yesterday&X-Amz-Expires=3600", None),
        ("Expires=99999999999999999999&Signature=s", None),
        ("", None),
    ],
)
def test_signed_links_tell_when_they_end(query: str, end: datetime | None) -> None:
    """Each cloud in its own words; what is not signed does not end."""
    assert expires(f"https://bucket.example.com/a.mp4?{query}") == end


def test_a_link_is_looked_at_and_not_fetched(base: str, hosts: Hosts, clip: bytes) -> None:
    """Type by content, size by what the host says, and nothing of ours sent along."""
    address = "https://cdn.example.com/a.mp4"
    found = looked(base, address)[address]
    assert (found.kind, found.mime, found.size, found.trouble) == ("video", "video/mp4", len(clip), "")
    ((_, headers),) = hosts.seen
    assert headers["range"] == "bytes=0-8191"
    assert not {"x-api-key", "authorization", "cookie", "x-tokportal-client"} & set(headers)


@pytest.mark.parametrize(
    ("address", "trouble"),
    [
        (f"{DRIVE}/small/view", ""),
        (f"{DRIVE}/big/view", ""),
        (f"{DRIVE}/secret/view", "login"),
        (f"{DRIVE}/worn/view", "quota"),
        (f"{DRIVE}/nowhere/view", "gone"),
        ("https://www.dropbox.com/s/x/a.mp4?dl=0", ""),
        ("https://cdn.example.com/locked", "login"),
        ("https://cdn.example.com/page", "page"),
        ("https://cdn.example.com/none.mp4", "gone"),
        ("https://cdn.example.com/round", "unsure"),
        ("https://cdn.example.com/inward", "private"),
        ("http://169.254.169.254/latest/meta-data", "private"),
        ("http://[::ffff:10.0.0.1]/a.mp4", "private"),
        ("http://localhost:1/a.mp4", "private"),
        ("http://2130706433/", "private"),
        ("https://nowhere.invalid/a.mp4", "unsure"),
    ],
)
def test_what_comes_instead_of_a_file(base: str, address: str, trouble: str) -> None:
    """Pages are told apart; the virus-scan page is answered once; private networks are never asked."""
    assert looked(base, address)[address].trouble == trouble


def test_links_are_looked_at_from_python(base: str, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By one word and nothing besides; what is only looked at leaves no folder behind."""
    monkeypatch.setenv("BULKPORTAL_LINK_HOSTS", f"cdn.example.com={base}")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    sheet = desk.sheets("launch", bundles=[bundle("spring")], videos=[video("spring", 1, video="https://cdn.example.com/none.mp4")])
    before = set(tmp_path.iterdir())
    opened = bulkportal.open(sheet)
    launch = replace(opened, wanted=replace(opened.wanted, home=None))
    assert "link_not_found" not in {finding.code for finding in launch.check().findings}
    assert "link_not_found" in {finding.code for finding in launch.check(online=True).findings}
    assert set(tmp_path.iterdir()) == before


def test_an_empty_file_is_seen(base: str) -> None:
    """Its first byte cannot be had."""
    address = "https://cdn.example.com/empty.mp4"
    assert looked(base, address)[address].size == 0


def test_the_scan_page_leads_to_its_own_host_only() -> None:
    """A page that pretends to be Google's gets no visit elsewhere."""
    assert confirmed(SCAN_PAGE, "https://drive.usercontent.google.com/x") == (
        "https://drive.usercontent.google.com/download?id=big&export=download&confirm=t&uuid=6f1a"
    )
    assert confirmed(SCAN_PAGE.replace("https://drive.usercontent.google.com", "https://evil.example"), "https://x.example/") is None
    assert "Anyone with the link" in sharing_hint(f"{DRIVE}/x/view") and "public" in sharing_hint("https://cdn.example.com/a")


def fetched(base: str, folder: Path, *addresses: str) -> list[Path | str]:
    async def story() -> list[Path | str]:
        async with Reach(dict.fromkeys(HOSTS, base)) as reach:
            fetcher = Fetcher(folder, reach)
            results = await asyncio.gather(*(fetcher.fetch(address) for address in addresses), return_exceptions=True)
        return [result.trouble if isinstance(result, NotFetched) else result for result in results]

    return asyncio.run(story())


def test_a_link_is_fetched_once_while_it_stays_the_same(base: str, hosts: Hosts, clip: bytes, tmp_path: Path) -> None:
    """Drive's scan page is passed; the same address twice is one transfer, and so is a second run."""
    address = f"{DRIVE}/big/view"
    for _ in range(2):
        one, two = fetched(base, tmp_path, address, address)
        assert one == two and one.read_bytes() == clip
    whole = [name for name, headers in hosts.seen if "range" not in headers and "uuid" in name]
    assert len(whole) == 1
    hosts.files["drive/big"] = clip + b"new"
    assert fetched(base, tmp_path, address)[0].read_bytes() == clip + b"new"
    assert "big" not in one.name and not list(tmp_path.glob("*.part"))


def test_a_transfer_that_breaks_off_is_begun_again(base: str, hosts: Hosts, clip: bytes, tmp_path: Path) -> None:
    """Twice; after that the cell is told, and nothing half is left."""
    hosts.cuts = 2
    assert fetched(base, tmp_path, "https://cdn.example.com/a.mp4")[0].read_bytes() == clip
    hosts.cuts = 3
    hosts.files["cdn.example.com/a.mp4"] = clip + b"!"
    assert fetched(base, tmp_path, "https://cdn.example.com/a.mp4") == ["unsure"]
    assert not list(tmp_path.glob("*.part"))


def test_a_page_is_never_taken_for_a_file(base: str, tmp_path: Path) -> None:
    """Nor a login, nor nothing."""
    addresses = [f"{DRIVE}/secret/view", f"{DRIVE}/worn/view", "https://cdn.example.com/page", "https://cdn.example.com/none.mp4"]
    assert fetched(base, tmp_path, *addresses) == ["login", "quota", "page", "gone"]
    assert list(tmp_path.iterdir()) == []


def test_hosts_may_lie_elsewhere() -> None:
    """A gateway, or a test."""
    assert known_hosts({"BULKPORTAL_LINK_HOSTS": "Nas.Example=http://10.0.0.5/ , x"}) == {"nas.example": "http://10.0.0.5"}
