"""Whoever fetches from a server, for a sheet, media or an inbox: a server that is not known here hears nothing from us."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from bulkportal import remote_files
from bulkportal.media.fetching import Fetcher, NotFetched, look_in_cloud
from bulkportal.media.safe_http import Reach
from bulkportal.remote_files import NotServed, Trouble
from bulkportal.sheets.download import fetch
from tests.conftest import Desk, bundle, video
from tests.media.sftp import Sftp

PASSWORD = "pw-SECRET-kept"
SHEET = b"bundle,platform\nspring,tiktok\n"

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sftp:
    """A server that takes a password, and that the user has not written into known_hosts."""
    place = tmp_path / "there"
    place.mkdir()
    (place / "launch.csv").write_bytes(SHEET)
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    running = Sftp(place, tmp_path / "user", PASSWORD)
    running.known.unlink()
    return running


def address_at(server: Sftp, name: str = "launch.csv") -> str:
    return f"sftp://ops:{PASSWORD}@127.0.0.1:{server.port}/{name}"


def by_sheets(address: str, _: Path) -> None:
    fetch(address)


def by_media(address: str, folder: Path) -> None:
    async def story() -> None:
        async with Reach({}) as reach:
            await Fetcher(folder, reach).fetch(address)

    asyncio.run(story())


def by_the_room(address: str, _: Path) -> None:
    remote_files.connect(address)


@pytest.mark.parametrize("fetcher", [by_sheets, by_media, by_the_room])
def test_every_fetcher_refuses_a_server_that_is_not_known(fetcher: Callable[[str, Path], None], server: Sftp, tmp_path: Path) -> None:
    """No password is asked for by it, since none is offered; and none is in what is raised."""
    with pytest.raises(Exception, match="not known here") as caught:
        fetcher(address_at(server), tmp_path / "here")
    assert server.passwords == []
    assert PASSWORD not in str(caught.value) + repr(caught.value) + getattr(caught.value, "hint", "")


def test_a_look_at_media_refuses_it_too(server: Sftp) -> None:
    """Without fetching."""
    found = asyncio.run(look_in_cloud(address_at(server)))
    assert found.trouble == "host" and "known_hosts" in found.hint and not server.passwords


@pytest.mark.parametrize("way", ["SFTP://{}", "ssh://{}", "s3://bucket::sftp://{}", "simplecache::sftp://{}"])
def test_no_way_of_writing_it_gets_around(way: str, server: Sftp, tmp_path: Path) -> None:
    """Capitals, the other scheme, a chain of addresses as fsspec knows them."""
    address = way.format(address_at(server).removeprefix("sftp://"))
    for fetcher in (by_sheets, by_media):
        with pytest.raises(Exception):  # noqa: B017, PT011 - how it is refused differs
            fetcher(address, tmp_path / "here")
    assert server.passwords == []


def test_the_commands_say_so(server: Sftp, desk: Desk) -> None:
    """The sheet, the media cell and the inbox: one sentence, and no password anywhere."""
    sheet = desk.run("import", address_at(server), "--yes")
    night = desk.run("run", address_at(server, ""), "--still-seconds", 0)
    media = desk.sheets("launch", bundles=[bundle("spring", videos_quantity=1)], videos=[video("spring", 1, video=address_at(server))])
    row = desk.import_(media)
    assert (sheet.code, night.code, row.code) == (6, 2, 4)
    assert "store_not_trusted" in row.codes
    for ended in (sheet, night, row):
        assert "not known here" in ended.out + ended.err and "known_hosts" in ended.out + ended.err
        assert PASSWORD not in (ended.out + ended.err).replace(str(desk.folder), "")
    assert server.passwords == []


def test_a_known_server_is_asked(server: Sftp, tmp_path: Path) -> None:
    """With the password of the address."""
    server.known.write_text(f"[127.0.0.1]:{server.port} {server.host_key.export_public_key().decode()}", "utf-8")
    assert fetch(address_at(server)).data == SHEET
    by_media(address_at(server), tmp_path / "here")
    assert set(server.passwords) == {PASSWORD}


@pytest.mark.parametrize("address", ["sftp://ops:a#b@host/x", "sftp://ops:a?b@host/x", "sftp://ops:a/b@host/x", "sftp:///x", "s3:///x"])
def test_an_address_that_could_mean_another_server_is_not_used(address: str, tmp_path: Path) -> None:
    """A password with a sign in it that ends the server's name would be sent to whoever has that name."""
    with pytest.raises(NotServed) as caught:
        by_the_room(address, tmp_path)
    assert caught.value.trouble is Trouble.ADDRESS and "%23" in caught.value.hint
    with pytest.raises(NotFetched):
        by_media(address, tmp_path)
