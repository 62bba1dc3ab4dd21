"""Uploads: the same bytes each time, fresh addresses, and no key for the storage host."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bulkportal.portal.bodies import FileBody, MultipartBody
from bulkportal.portal.client import Portal
from bulkportal.portal.failures import Broken, Failure, Refused
from bulkportal.portal.secret import Secret
from bulkportal.portal.uploading import DIRECT_BYTES, Purpose, UploadRequest
from bulkportal.portal.wire import GIVEN_UP

from .fakes import KEY, Played, portal_to, run, served

SMALL, LARGE = b"\x00\r\n--small" * 100, b"\xff\x00" * (DIRECT_BYTES // 2 + 500_000)
PLACED = {"data": {"public_url": "https://cdn.example/a.mp4", "storage_path": "p/a.mp4"}}


def granted(token: str = "one") -> httpx.Response:
    url = f"https://storage.example/{token}?signature=verysecret"
    return httpx.Response(200, json={"data": {"upload_url": url, "public_url": "https://cdn.example/a"}})


@pytest.fixture
def upload(tmp_path: Path) -> UploadRequest:
    path = tmp_path / "clip.mp4"
    path.write_bytes(LARGE)
    return UploadRequest(path=path, bundle_id="b", content_type="video/mp4", purpose="video", identity="upload:x")


def form(path: Path, identity: str) -> MultipartBody:
    return MultipartBody(
        FileBody(path),
        filename='a "b".png',
        content_type="image/png",
        fields={"bundle_id": "b"},
        identity=identity,
    )


async def read(body: httpx.AsyncByteStream) -> bytes:
    return b"".join([chunk async for chunk in body])


def test_two_builds_of_an_upload_are_equal_byte_for_byte(tmp_path: Path) -> None:
    """One identity, one boundary; and each can be read again and is as long as it says."""
    path = tmp_path / "a.png"
    path.write_bytes(SMALL)

    async def story() -> None:
        one, two, other = form(path, "x"), form(path, "x"), form(path, "y")
        first = await read(one)
        assert first == await read(one) == await read(two) != await read(other)
        assert one.content_type == two.content_type and one.length == len(first)
        assert b'filename="a %22b%22.png"' in first and SMALL in first

    run(story())


def test_a_file_that_shrinks_or_goes_is_the_rows_fault(tmp_path: Path) -> None:
    """Not a dropped connection, whose outcome would be unknown."""
    path = tmp_path / "a.png"
    path.write_bytes(SMALL)

    async def story() -> None:
        body = FileBody(path)
        path.write_bytes(SMALL[:10])
        with pytest.raises(Refused):
            await read(body)
        path.unlink()
        with pytest.raises(Refused):
            await read(body)
        with pytest.raises(Refused):
            FileBody(path)

    run(story())


@pytest.mark.parametrize(("purpose", "kind"), [("video", "video"), ("carousel", "image"), ("profile_picture", "image")])
def test_a_small_file_goes_through_the_platform(tmp_path: Path, purpose: Purpose, kind: str) -> None:
    """With its key, retried with the same bytes."""
    path = tmp_path / "a.bin"
    path.write_bytes(SMALL)
    played = Played(httpx.Response(502), httpx.Response(200, json=PLACED))
    file = UploadRequest(path=path, bundle_id="b", content_type="image/png", purpose=purpose, identity="i")

    async def story() -> None:
        async with portal_to(played) as portal:
            uploaded = await portal.upload(file, "k")
            assert (uploaded.public_url, uploaded.storage_path) == ("https://cdn.example/a.mp4", "p/a.mp4")

    run(story())
    first, second = played.requests
    assert first.url.path.endswith(f"/upload/{kind}/direct") and first.headers["idempotency-key"] == "k"
    assert first.content == second.content and int(first.headers["content-length"]) == len(first.content)
    assert (f'name="purpose"\r\n\r\n{purpose}'.encode() in first.content) is (kind == "image")


def test_a_file_the_platform_finds_too_large_goes_past_it(tmp_path: Path) -> None:
    """413: a serverless host's limit (reference 1.9)."""
    path = tmp_path / "a.bin"
    path.write_bytes(SMALL)
    played, store = Played(httpx.Response(413, content=b"<html>"), granted()), Played(httpx.Response(200))
    file = UploadRequest(path=path, bundle_id="b", content_type="image/png", purpose="carousel", identity="i")

    async def story() -> None:
        async with portal_to(played, store) as portal:
            await portal.upload(file, "k")

    run(story())
    assert "idempotency-key" not in played.requests[1].headers
    assert store.requests[0].content == SMALL and store.requests[0].headers["content-type"] == "image/png"


def test_an_expired_address_is_renewed_once(upload: UploadRequest) -> None:
    """403 from the storage host: a new one, and then no more."""
    expired, played = (
        httpx.Response(403, content=b"<Error>verysecret</Error>"),
        Played(granted(), granted("two")),
    )

    async def story() -> None:
        store = Played(expired, httpx.Response(200))
        async with portal_to(played, store) as portal:
            assert (await portal.upload(upload, "k")).public_url == "https://cdn.example/a"
        assert [request.url.path for request in store.requests] == ["/one", "/two"]
        store = Played(expired)
        async with portal_to(played, store) as portal:
            with pytest.raises(Refused) as refusal:
                await portal.upload(upload, "k")
        assert len(store.requests) == 2 and "verysecret" not in f"{refusal.value} {refusal.value.facts}"

    run(story())


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        ("", httpx.Response(200)),
        ("http://storage.example/x", httpx.Response(200)),
        ("https://[::x", httpx.Response(200)),
        ("https://storage.example/verysecret", httpx.Response(500)),
        ("https://storage.example/verysecret", httpx.ReadError("verysecret")),
        ("https://storage.example/verysecret", httpx.ConnectError("verysecret")),
    ],
)
def test_no_failure_tells_the_address(upload: UploadRequest, url: str, answer: httpx.Response | Exception) -> None:
    """It is a permission for whoever holds it."""
    grant = httpx.Response(200, json={"data": {"upload_url": url, "public_url": "p"}})

    async def story() -> None:
        async with portal_to(Played(grant), Played(answer)) as portal:
            with pytest.raises(Failure) as failure:
                await portal.upload(upload, "k")
            assert "verysecret" not in f"{failure.value!r} {failure.value.facts}"
            if isinstance(answer, httpx.Response):
                assert isinstance(failure.value, Broken)

    run(story())


def test_a_length_that_the_storage_host_finds_wrong_is_not_tried_again(upload: UploadRequest) -> None:
    """400 IncompleteBody: the same bytes would be refused the same way."""
    store = Played(httpx.Response(400, content=b"<Error><Code>IncompleteBody</Code></Error>"))

    async def story() -> None:
        async with portal_to(Played(granted()), store) as portal:
            with pytest.raises(Refused, match="status 400"):
                await portal.upload(upload, "k")

    run(story())
    assert len(store.requests) == 1 and len(store.requests[0].content) == upload.path.stat().st_size


def test_a_storage_host_that_is_not_there_is_not_asked_for_ever(upload: UploadRequest) -> None:
    """A launch of a thousand files would wait hours for it. It is the file's trouble, since the platform is there."""
    store = Played(httpx.ConnectError("x"))

    async def story() -> None:
        async with portal_to(Played(granted()), store) as portal:
            for _ in range(2 * GIVEN_UP):
                with pytest.raises(Broken, match="storage host cannot be reached"):
                    await portal.upload(upload, "k")
            tried = len(store.requests)
            store.script = (httpx.Response(200),)
            with pytest.raises(Broken):
                await portal.upload(upload, "k")
            assert len(store.requests) == tried == GIVEN_UP * (1 + 4)

    run(story())


def test_a_file_that_changed_is_never_sent_half_old_half_new(tmp_path: Path) -> None:
    """Neither one that changed since it was looked at, nor one that changes while it is read: its last piece stays here."""
    path = tmp_path / "a.bin"
    path.write_bytes(SMALL)

    async def story() -> None:
        body = FileBody(path, changed_at=path.stat().st_mtime_ns)
        pieces = [chunk async for chunk in body]
        os.utime(path, ns=(1, 1))
        with pytest.raises(Refused, match="changed while"):
            await read(body)
        with pytest.raises(Refused, match="changed after"):
            FileBody(path, changed_at=2)
        assert b"".join(pieces) == SMALL

    run(story())


class Host:
    """A real platform and its storage in one, which remembers what it was sent."""

    def __init__(self) -> None:
        self.puts: list[tuple[dict[str, str], bytes]] = []
        self.asked: list[dict[str, str]] = []
        routes = [
            Route("/api/ext/upload/video", self.grant, methods=["POST"]),
            Route("/storage/{token}", self.put, methods=["PUT"]),
        ]
        self.app = Starlette(routes=routes)

    async def grant(self, request: Request) -> Response:
        self.asked.append(dict(request.headers))
        url = f"http://127.0.0.1:{request.url.port}/storage/t?signature=verysecret"
        return JSONResponse({"data": {"upload_url": url, "public_url": "https://cdn.example/a"}})

    async def put(self, request: Request) -> Response:
        self.puts.append((dict(request.headers), await request.body()))
        return Response(status_code=403 if len(self.puts) == 1 else 200)


def test_the_key_never_reaches_the_storage_host(upload: UploadRequest, caplog: pytest.LogCaptureFixture) -> None:
    """A real server; and no log line holds the key or the address."""
    caplog.set_level(logging.DEBUG)
    host = Host()

    async def story(base: str) -> None:
        async with Portal(base_url=f"{base}/api/ext/", key=Secret(KEY), version="1") as portal:
            await portal.upload(upload, "k")

    with served(host.app) as base:
        asyncio.run(story(base))
    assert [asked["x-api-key"] for asked in host.asked] == [KEY, KEY]
    assert not any("idempotency-key" in asked for asked in host.asked)
    assert len(host.puts) == 2
    for headers, content in host.puts:
        assert content == LARGE
        assert set(headers) <= {"host", "content-type", "content-length"}
        assert headers["content-type"] == "video/mp4" and headers["content-length"] == str(len(LARGE))
    assert KEY not in caplog.text and "verysecret" not in caplog.text
