"""Cloud stores, each a real server on this machine: S3 by moto, Google's by its emulator, SFTP by asyncssh; and a whole import from them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from gcp_storage_emulator.server import create_server
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bulkportal.media.fetching import Fetcher, NotFetched, look_in_cloud
from bulkportal.media.safe_http import Reach
from tests.conftest import Desk, bundle, video
from tests.portal.fakes import served

from . import making
from .buckets import S3
from .hosts import Hosts
from .sftp import Sftp

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A real video."""
    return making.video(tmp_path_factory.mktemp("clip") / "a.mp4", size=(720, 1280)).read_bytes()


@pytest.fixture(scope="module")
def s3(clip: bytes) -> Iterator[str]:
    """An S3 server with a clip in the bucket `launch`; its address."""
    with S3("launch") as server:
        server.client.put_object(Bucket="launch", Key="clips/one.mp4", Body=clip)
        yield server.address


@pytest.fixture
def credentials(s3: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What Amazon's own tools read from the environment."""
    found = {"AWS_ENDPOINT_URL": s3, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "us-east-1"}
    for name, value in found.items():
        monkeypatch.setenv(name, value)
    return found


def fetched(folder: Path, *addresses: str) -> list[Path | str]:
    async def story() -> list[Path | str]:
        async with Reach({}) as reach:
            results = await asyncio.gather(*(Fetcher(folder, reach).fetch(address) for address in addresses), return_exceptions=True)
        return [result.trouble if isinstance(result, NotFetched) else result for result in results]

    return asyncio.run(story())


def test_a_file_comes_from_s3(credentials: dict[str, str], clip: bytes, tmp_path: Path) -> None:
    """Whole; what is not there and what is a folder is told; and it can be looked at without coming."""
    found, *missing = fetched(tmp_path, "s3://launch/clips/one.mp4", "s3://launch/clips/two.mp4", "s3://launch/clips")
    assert found.read_bytes() == clip and missing == ["gone", "gone"]
    assert asyncio.run(look_in_cloud("s3://launch/clips/one.mp4")).size == len(clip)
    assert asyncio.run(look_in_cloud("s3://launch/nothing.mp4")).trouble == "gone"


@pytest.fixture
def gcs(clip: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server that speaks Google's storage API, with a clip in the bucket `launch`."""
    with create_server("127.0.0.1", 0, in_memory=True, default_bucket="launch") as server:
        address = f"http://127.0.0.1:{server._api._httpd.server_address[1]}"
        httpx.post(f"{address}/upload/storage/v1/b/launch/o?uploadType=media&name=clips/one.mp4", content=clip).raise_for_status()
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", address)
        yield address


def test_a_file_comes_from_google_cloud_storage(gcs: str, clip: bytes, tmp_path: Path) -> None:
    """Under both of its schemes; and what is not there is told."""
    found, again, *missing = fetched(tmp_path, "gs://launch/clips/one.mp4", "gcs://launch/clips/one.mp4", "gs://launch/two.mp4", "gs://launch/clips")
    assert found.read_bytes() == again.read_bytes() == clip and missing == ["gone", "gone"]
    assert asyncio.run(look_in_cloud("gs://launch/clips/one.mp4")).size == len(clip)


def test_a_google_store_that_refuses_is_a_matter_of_credentials(desk: Desk) -> None:
    """Told at the cell; what the library logs of its search for credentials does not reach the screen."""

    async def refuse(_: Request) -> Response:
        return JSONResponse({"error": {"code": 403, "message": "ops@launch does not have storage.objects.get access"}}, 403)

    sheet = desk.sheets("launch", videos=[video("spring", 1, video="gs://locked/one.mp4")])
    with served(Starlette(routes=[Route("/{path:path}", refuse)])) as base:
        ended = desk.command("check", sheet, "--online", "--json", STORAGE_EMULATOR_HOST=base)
    assert ended.codes == ["bundle_not_checked", "link_not_public"] and ended.document["findings"][1]["cell"] == "E2"
    assert "gcloud" in ended.document["findings"][1]["hint"]
    assert "Traceback" not in ended.err and "bucket type" not in ended.err, ended.err


def test_a_file_comes_by_sftp_from_a_known_host_only(clip: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The host must be in known_hosts: a key that is not asked for lets anybody listen."""
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "one.mp4").write_bytes(clip)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    server = Sftp(tmp_path / "there", tmp_path / "home")
    address = f"sftp://ops@127.0.0.1:{server.port}/one.mp4"
    assert fetched(tmp_path / "here", address)[0].read_bytes() == clip
    assert fetched(tmp_path / "here", address.replace("one", "two")) == ["gone"]
    server.known.write_text("", "utf-8")
    assert fetched(tmp_path / "other", address.replace("ops@", "other@")) == ["host"]


def test_a_launch_from_a_cloud_and_from_a_share_link(desk: Desk, credentials: dict[str, str], clip: bytes) -> None:
    """Fetched and uploaded; a second import fetches and uploads nothing."""
    hosts = Hosts(files={"drive/big": clip + b"\0" * 8})
    with served(hosts.app()) as base:
        rows = [video("spring", 1, video="s3://launch/clips/one.mp4"), video("spring", 2, video="https://drive.google.com/file/d/big/view")]
        sheet = desk.sheets("launch", bundles=[bundle("spring", publish="no", profile_picture=None)], videos=rows)
        more = {**credentials, "BULKPORTAL_LINK_HOSTS": f"drive.usercontent.google.com={base}"}
        ended = desk.import_(sheet, "--rehost", **more)
        assert (ended.code, ended.rows) == (0, {"total": 3, "done": 3}), ended.out
        writes = desk.writes
        assert desk.import_(sheet, "--rehost", **more).rows == {"total": 3, "unchanged": 3}
        assert desk.writes == writes
        assert len([name for name, headers in hosts.seen if "range" not in headers and "uuid" in name]) == 1
        ended = desk.run("check", sheet, "--online", **more)
        assert (ended.code, ended.codes) == (0, [])
    kept = {stored.content for stored in desk.state.books.stored.values()}
    assert {clip, clip + b"\0" * 8} <= kept


def test_a_cloud_file_that_is_not_there_holds_its_row(desk: Desk, credentials: dict[str, str]) -> None:
    """An error at the cell; the link of the platform is not even tried."""
    sheet = desk.sheets(
        "launch",
        bundles=[bundle("spring", videos_quantity=1, publish="no", profile_picture=None)],
        videos=[video("spring", 1, video="s3://launch/no.mp4")],
    )
    ended = desk.import_(sheet, **credentials)
    assert (ended.code, ended.codes) == (4, ["link_not_found"])
    assert ended.document["findings"][0]["cell"] == "E2"
    assert desk.run("check", sheet).codes == [], "offline nobody can know"
