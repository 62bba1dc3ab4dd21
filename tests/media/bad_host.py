"""A storage host in plain sockets that treats each file as its name says: cut.mp4 is cut off, large.mp4 is too large."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import struct
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bulkportal.simulator import State

STATUS = {"short": 400, "expired": 403, "large": 413, "page": 502, "broken": 503}
LITTLE = 100_000


class BadHost:
    """The storage host of a simulator. `during` is called in the middle of a file of that name; `well` ends all trouble."""

    def __init__(self, state: State, folder: Path) -> None:
        self.files: dict[str, bytes] = {}
        self.tried: Counter[str] = Counter()
        self.during: dict[str, Callable[[], None]] = {}
        self.well = False
        self._state = state
        self._over = threading.Event()
        self._plain = socket.create_server(("127.0.0.1", 0))
        self._plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)  # or a whole file could lie in the buffers
        self._tls = socket.create_server(("127.0.0.1", 0))
        self._context = _distrusted(folder)
        with socket.create_server(("127.0.0.1", 0)) as closed:
            self._closed = _address(closed)
        self.public = f"http://{_address(self._plain)}/public/"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, args=(self._plain, self._answer), daemon=True).start()
        threading.Thread(target=self._accept, args=(self._tls, self._greet), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        self._plain.close()
        self._tls.close()

    # -- the storage host of a simulator

    def upload_url(self, key: str, content_type: str, seconds: int) -> str:
        name = self._name(key)
        places = {"nowhere": "https://storage.invalid", "refused": f"http://{self._closed}", "distrusted": f"https://{_address(self._tls)}"}
        place = f"http://{_address(self._plain)}" if self.well else places.get(name, f"http://{_address(self._plain)}")
        return f"{place}/put/{key}?signature=verysecret"

    def holds(self, key: str) -> bool:
        return self._name(key) in self.files

    def _name(self, key: str) -> str:
        return Path(self._state.books.stored[key].filename).stem

    # -- the wire

    def _accept(self, listener: socket.socket, serve: Callable[[socket.socket], None]) -> None:
        while not self._over.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    def _greet(self, connection: socket.socket) -> None:
        try:
            self._context.wrap_socket(connection, server_side=True).close()
        except OSError:
            connection.close()

    def _answer(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream:
            try:
                method, target, _ = stream.readline().decode().split(" ", 2)
                length = 0
                while (line := stream.readline().strip().lower()) != b"":
                    length = int(line.partition(b":")[2]) if line.startswith(b"content-length:") else length
                name = self._name(target.partition("?")[0].split("/", 2)[2])
                if method == "HEAD":
                    found = self.files.get(name)
                    status = 404 if found is None else 200
                    connection.sendall(f"HTTP/1.1 {status} x\r\nContent-Length: {len(found or b'')}\r\nConnection: close\r\n\r\n".encode())
                else:
                    self._take(connection, stream, name, length)
            except (OSError, ValueError):
                return

    def _take(self, connection: socket.socket, stream: BinaryIO, name: str, length: int) -> None:
        self.tried[name] += 1
        kind = "" if self.well else name
        begun = stream.read(min(LITTLE, length))
        if kind == "cut":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
            return
        if kind == "stuck":
            self._over.wait(60)
            return
        if kind in self.during:
            self.during[kind]()
        content = begun + stream.read(length - len(begun))
        if kind == "silent":
            self._over.wait(60)
            return
        status = STATUS.get(kind, 200)
        if status == 200 and len(content) == length:
            self.files[name] = content
        connection.sendall(f"HTTP/1.1 {status} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())


def _address(listener: socket.socket) -> str:
    return f"127.0.0.1:{listener.getsockname()[1]}"


def _distrusted(folder: Path) -> ssl.SSLContext:
    """A certificate that nobody has signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "storage")])
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + dt.timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "host.pem").write_bytes(pem + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "host.pem")
    return context
