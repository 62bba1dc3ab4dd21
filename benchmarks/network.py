"""A network of this machine's own: relays that can be cut, and hosts in namespaces behind real links that can be taken down.

python benchmarks/network.py 127.0.0.1:5000=10.77.1.1:5000 ...    relay these until it is ended
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

_PIECE = 1 << 16


@dataclass(slots=True)
class Relay:
    """Passes on what comes to a port. Cut off, it passes on nothing, and closes nothing either: neither end is told."""

    to: tuple[str, int]
    host: str = "127.0.0.1"
    port: int = 0
    listener: socket.socket = field(init=False)
    _whole: threading.Event = field(default_factory=threading.Event)

    def start(self) -> Relay:
        """Listen, on a free port where none was named."""
        self.listener = socket.create_server((self.host, self.port), backlog=64)
        self.port = self.listener.getsockname()[1]
        self._whole.set()
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def cut(self, seconds: float) -> None:
        """Pass on nothing for a while."""
        self._whole.clear()
        time.sleep(seconds)
        self._whole.set()

    def close(self) -> None:
        """Listen no more."""
        self.listener.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                threading.Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        self._whole.wait()
        try:
            far = socket.create_connection(self.to)
        except OSError:
            near.close()
            return
        threading.Thread(target=self._pass, args=(near, far), daemon=True).start()
        self._pass(far, near)

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(_PIECE):
                self._whole.wait()
                target.sendall(piece)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def has_namespaces() -> bool:
    """Whether this machine lets us make hosts of their own."""
    name = f"bpw-{os.getpid()}-try"
    with suppress(OSError):
        if subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False).returncode == 0:
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
            return True
    return False


@dataclass(slots=True)
class Host:
    """A host in a namespace: one link to the books, which can be taken down, and one to all else, which is found at its usual address."""

    number: int
    books: int
    others: tuple[int, ...]
    relays: list[Relay] = field(default_factory=list)
    inside: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        """What it is called, by itself too."""
        return f"bpw-{os.getpid()}-{self.number}"

    @property
    def books_at(self) -> tuple[str, int]:
        """Where it finds the books."""
        return (f"10.77.{self.number}.1", self.books)

    def start(self) -> Host:
        """Make it, with both links."""
        _ip("netns", "add", self.name)
        _ip("-n", self.name, "link", "set", "dev", "lo", "up")
        for link, net in (("b", 77), ("o", 78)):
            outer = f"bpw{self.number}{link}"
            inner = f"inner{link}"
            _ip("link", "add", outer, "type", "veth", "peer", "name", inner, "netns", self.name)
            _ip("addr", "add", f"10.{net}.{self.number}.1/30", "dev", outer)
            _ip("-n", self.name, "addr", "add", f"10.{net}.{self.number}.2/30", "dev", inner)
            _ip("link", "set", "dev", outer, "up")
            _ip("-n", self.name, "link", "set", "dev", inner, "up")
        self.relays = [Relay(("127.0.0.1", self.books), *self.books_at).start()]
        self.relays += [Relay(("127.0.0.1", port), f"10.78.{self.number}.1", port).start() for port in self.others]
        pairs = [f"127.0.0.1:{port}=10.78.{self.number}.1:{port}" for port in self.others]
        self.inside = subprocess.Popen(["ip", "netns", "exec", self.name, sys.executable, __file__, *pairs])
        return self

    def words(self) -> list[str]:
        """What comes before a command that is to be carried out there; it keeps the command's process id."""
        return ["ip", "netns", "exec", self.name, "unshare", "--uts", "sh", "-c", f'hostname {self.name}; exec "$@"', "sh"]

    def cut(self, seconds: float) -> None:
        """Take the link to the books down for a while: what is on its way is lost, and nobody is told."""
        _ip("link", "set", "dev", f"bpw{self.number}b", "down")
        time.sleep(seconds)
        _ip("link", "set", "dev", f"bpw{self.number}b", "up")

    def remove(self) -> None:
        """Leave nothing of it."""
        if self.inside is not None:
            self.inside.kill()
            self.inside.wait()
        for relay in self.relays:
            relay.close()
        with suppress(subprocess.CalledProcessError):
            for link in "bo":
                _ip("link", "del", f"bpw{self.number}{link}")
            _ip("netns", "del", self.name)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host, int(port)


if __name__ == "__main__":
    for pair in sys.argv[1:]:
        here, _, there = pair.partition("=")
        Relay(_address(there), *_address(here)).start()
    threading.Event().wait()
