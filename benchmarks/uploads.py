"""Uploads over TLS on this machine: how fast beside curl and beside httpx itself, and how much memory a large one takes.

    python benchmarks/uploads.py            2 GB, three rounds
    python benchmarks/uploads.py 200 1      200 MB, one round

One server, in a process of its own, throws away what it gets; what is compared alternates, so that all meet the same
machine. Memory is the process's peak above what it had before the transfer began.

Small files are compared with what httpx's own client takes for the same steps, each written as it is fastest: to read the
file, make the form and send it; or to ask for an address and put the bytes there. How fast it sends bytes that are
ready in memory stands above them: nobody who has files can reach that.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import BinaryIO

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

SMALL_FILES, SMALL_BYTES, AT_ONCE = 1000, 200_000, 4
KINDS = ("curl", "presigned", "direct")
MANY = {
    "bytes": ("httpx, bytes that are ready", ""),
    "form": ("httpx, file and form", ""),
    "many": ("bulkportal, direct", "form"),
    "asked": ("httpx, address and PUT", ""),
    "many presigned": ("bulkportal, presigned", "asked"),
}
"""Ways to send small files: the name of each, and what it is compared with."""


def main() -> int:
    """Measure, and print the medians."""
    megabytes, rounds = (int(word) for word in (*sys.argv[1:], *("2000", "3")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory(prefix="uploads-") as name:
        folder = Path(name)
        with (folder / "large.mp4").open("wb") as file:
            file.truncate(megabytes * 1_000_000)
        (folder / "small.mp4").write_bytes(os.urandom(SMALL_BYTES))
        certify(folder)
        with subprocess.Popen([sys.executable, __file__, "--serve", name], stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            base = server.stdout.readline().strip()
            try:
                report(folder, base, megabytes, rounds)
            finally:
                server.terminate()
    return 0


def report(folder: Path, base: str, megabytes: int, rounds: int) -> None:
    """Both tables."""
    speeds: dict[str, list[float]] = {kind: [] for kind in KINDS}
    work: dict[str, list[float]] = {kind: [] for kind in KINDS}
    peaks: dict[str, float] = {}
    for _ in range(rounds):
        for kind in KINDS:
            before = busy(resource.RUSAGE_CHILDREN)
            seconds, peak, spent = curl(folder, base) if kind == "curl" else child(folder, base, kind)
            work[kind].append(megabytes / (spent or busy(resource.RUSAGE_CHILDREN) - before))
            speeds[kind].append(megabytes / seconds)
            peaks[kind] = max(peaks.get(kind, 0.0), peak)
    best, least = statistics.median(speeds["curl"]), statistics.median(work["curl"])
    print(f"| one file of {megabytes} MB, {rounds} rounds | MB a second | of curl's | MB a second of processor | of curl's | peak above idle, MB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for kind, found in speeds.items():
        speed = statistics.median(found)
        memory = "" if kind == "curl" else f"{peaks[kind]:.0f}"
        effort = statistics.median(work[kind])
        name = "curl" if kind == "curl" else f"bulkportal, {kind}"
        print(f"| {name} | {speed:.0f} | {speed / best:.0%} | {effort:.0f} | {effort / least:.0%} | {memory} |")
    report_many(folder, base, rounds)


def report_many(folder: Path, base: str, rounds: int) -> None:
    """The table of small files."""
    found: dict[str, list[tuple[float, float]]] = {kind: [] for kind in MANY}
    for _ in range(rounds):
        for kind, runs in found.items():
            seconds, _peak, spent = child(folder, base, kind)
            runs.append((SMALL_FILES / seconds, SMALL_FILES / spent))
    what = f"{SMALL_FILES} files of {SMALL_BYTES // 1000} kB, {AT_ONCE} at once"
    print(f"\n| {what} | files a second | of httpx's | a second of processor | of httpx's |")
    print("| --- | ---: | ---: | ---: | ---: |")
    middle = {kind: [statistics.median(column) for column in zip(*runs, strict=True)] for kind, runs in found.items()}
    for kind, (fast, frugal) in middle.items():
        name, other = MANY[kind]
        shares = [f"{mine / theirs:.0%}" if other else "" for mine, theirs in zip((fast, frugal), middle[other or kind], strict=True)]
        print(f"| {name} | {fast:.0f} | {shares[0]} | {frugal:.0f} | {shares[1]} |")


def certify(folder: Path) -> None:
    """A certificate for this machine, which only these processes trust."""
    words = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=bench -addext subjectAltName=IP:127.0.0.1"
    subprocess.run([*words.split(), "-keyout", folder / "key.pem", "-out", folder / "cert.pem"], check=True, capture_output=True)


def curl(folder: Path, base: str) -> tuple[float, float, float]:
    """The same bytes by curl, HTTP/1.1."""
    words = ["curl", "-sS", "--http1.1", "--cacert", folder / "cert.pem", "-T", folder / "large.mp4", "-o", os.devnull, f"{base}/put"]
    began = time.perf_counter()
    subprocess.run([str(word) for word in words], check=True)
    return time.perf_counter() - began, 0.0, 0.0


def child(folder: Path, base: str, kind: str) -> tuple[float, float, float]:
    """One measurement in a fresh process: seconds, megabytes above idle, and seconds of processor."""
    environment = {**os.environ, "SSL_CERT_FILE": str(folder / "cert.pem")}
    done = subprocess.run([sys.executable, __file__, "--send", str(folder), base, kind], env=environment, check=True, capture_output=True, text=True)
    seconds, peak, spent = json.loads(done.stdout)
    return float(seconds), float(peak), float(spent)


# -- in a process of its own: the sender


async def send(folder: Path, base: str, kind: str) -> tuple[float, float, float]:
    """Upload as the program does, timed from when the client stands."""
    from bulkportal.portal import uploading
    from bulkportal.portal.client import Portal
    from bulkportal.portal.pacing import Timing
    from bulkportal.portal.secret import Secret
    from bulkportal.portal.uploading import UploadRequest

    many = kind.startswith("many")
    path = folder / ("small.mp4" if many else "large.mp4")
    # The platform itself takes a few megabytes only, and small files are not sent past it.
    uploading.DIRECT_BYTES = -1 if kind.endswith("presigned") else 1 << 40
    timing = Timing(shared=folder / "home")
    async with Portal(base_url=f"{base}/api/ext", key=Secret("tok_live_bench"), version="bench", timing=timing) as portal:

        async def one(number: int) -> None:
            await portal.upload(
                UploadRequest(path=path, bundle_id="b", content_type="video/mp4", purpose="video", identity=f"upload:{number}"), "key"
            )

        await portal.me()
        return await measured(one, SMALL_FILES if many else 1)


async def send_plain(folder: Path, base: str, kind: str) -> tuple[float, float, float]:
    """Httpx as `measurements` found it best: one context, few connections, HTTP/1.1, the body in one piece."""
    import httpx

    path, api = folder / "small.mp4", f"{base}/api/ext"
    ready = b"x" * 300 + path.read_bytes()
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    async with httpx.AsyncClient(limits=limits, http2=False, headers={"X-API-Key": "tok_live_bench"}) as client:

        async def one(_: int) -> None:
            if kind == "bytes":
                answer = await client.post(f"{api}/upload/video/direct", content=ready)
            elif kind == "form":
                form = {"file": (path.name, path.read_bytes(), "video/mp4")}
                answer = await client.post(f"{api}/upload/video/direct", data={"bundle_id": "b"}, files=form)
            else:
                asked = {"filename": path.name, "bundle_id": "b", "content_type": "video/mp4"}
                address = (await client.post(f"{api}/upload/video", json=asked)).json()["data"]["upload_url"]
                answer = await client.put(address, content=path.read_bytes(), headers={"Content-Type": "video/mp4"})
            answer.raise_for_status()

        await client.get(f"{api}/me")
        return await measured(one, SMALL_FILES)


async def measured(one: Callable[[int], Awaitable[None]], count: int) -> tuple[float, float, float]:
    """So many of them, a few at once: seconds, megabytes above idle, and seconds of processor."""
    idle, began, spent = peak(), time.perf_counter(), busy()
    slots = asyncio.Semaphore(AT_ONCE)

    async def next_one(number: int) -> None:
        async with slots:
            await one(number)

    await asyncio.gather(*(next_one(number) for number in range(count)))
    return time.perf_counter() - began, peak() - idle, busy() - spent


def busy(who: int = resource.RUSAGE_SELF) -> float:
    """Seconds of processor so far: unlike the clock, they do not depend on what else the machine does."""
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def peak() -> float:
    """The most memory this process has had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


# -- in a process of its own: the server


def serve(folder: Path) -> None:
    """Take everything, keep nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        base = f"https://127.0.0.1:{listener.getsockname()[1]}"
        print(base, flush=True)
        while True:
            connection, _ = listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=answer, args=(context, connection, base), daemon=True).start()


def answer(context: ssl.SSLContext, plain: socket.socket, base: str) -> None:
    """One connection, request after request."""
    body = json.dumps({"data": {"id": "me", "upload_url": f"{base}/put", "public_url": f"{base}/file", "storage_path": "file"}}).encode()
    pace = "X-RateLimit-Limit: 600000\r\nX-RateLimit-Remaining: 599999"
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{pace}\r\nContent-Length: {len(body)}\r\n\r\n"
    room = memoryview(bytearray(1 << 20))
    try:
        with context.wrap_socket(plain, server_side=True) as secure, secure.makefile("rb", buffering=1 << 16) as stream:
            while header := read_header(stream):
                if b"100-continue" in header:
                    secure.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                left = length_of(header)
                while left and (count := stream.readinto(room[: min(left, len(room))])):
                    left -= count
                secure.sendall(head.encode() + body)
    except OSError:
        return


def read_header(stream: BinaryIO) -> bytes:
    """A request's header; nothing where there is no more request."""
    header = b""
    while not header.endswith(b"\r\n\r\n"):
        line = stream.readline()
        if not line:
            return b""
        header += line
    return header


def length_of(header: bytes) -> int:
    """The promised length of the body."""
    lines = dict(line.lower().split(b": ", 1) for line in header.split(b"\r\n")[1:] if b": " in line)
    return int(lines.get(b"content-length", b"0"))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(Path(sys.argv[2]))
    elif sys.argv[1:2] == ["--send"]:
        where, address, what = Path(sys.argv[2]), sys.argv[3], sys.argv[4]
        print(json.dumps(asyncio.run((send_plain if what in ("bytes", "form", "asked") else send)(where, address, what))))
    else:
        sys.exit(main())
