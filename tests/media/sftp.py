"""An SFTP server on this machine."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import asyncssh

_running: list[Sftp] = []
"""Kept until the process ends, as fsspec keeps its connections to them."""


class Sftp:
    """An SFTP server on loopback that knows one key, and a password if one is given, in a thread of its own."""

    def __init__(self, folder: Path, home: Path, password: str | None = None) -> None:
        self.folder = folder
        self.password = password
        self.passwords: list[str] = []
        """Those that were offered."""
        self.host_key, self.key = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
        keys = home / ".ssh"
        keys.mkdir(parents=True)
        if password is None:
            self.key.write_private_key(keys / "id_ed25519")
        self.known = keys / "known_hosts"
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        assert self._started.wait(10)
        self.known.write_text(f"[127.0.0.1]:{self.port} {self.host_key.export_public_key().decode()}", "utf-8")
        _running.append(self)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        self._started.set()
        self._loop.run_forever()

    async def _listen(self) -> None:
        public = asyncssh.import_authorized_keys(self.key.export_public_key().decode())
        listener = await asyncssh.listen(
            "127.0.0.1", 0, server_host_keys=[self.host_key], authorized_client_keys=public,
            server_factory=lambda: _Login(self),
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(self.folder)),
        )  # fmt: skip
        self.port = listener.get_port()
        self._listener = listener


class _Login(asyncssh.SSHServer):
    def __init__(self, server: Sftp) -> None:
        self._server = server

    def password_auth_supported(self) -> bool:
        return self._server.password is not None

    def validate_password(self, username: str, password: str) -> bool:
        self._server.passwords.append(password)
        return password == self._server.password
