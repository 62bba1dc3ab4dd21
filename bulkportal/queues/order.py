"""A queued command: a command line, and where it may run. It never contains a key: workers find theirs by the profile's name."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from bulkportal.errors import UsageProblem
from bulkportal.redaction import holds_key
from bulkportal.remote_files import holds_secret
from bulkportal.sheets.fingerprint import fingerprint

IMPORTS = "imports"
"""The queue of launches and nights; followed by ``@`` and a machine's name, of those that only that machine can read."""

MEDIA = "media"
"""The queue of transfers."""


FAN_OUT = "BULKPORTAL_FAN_OUT"
"""The variable by which a worker allows its commands to hand files to other workers."""


def machine() -> str:
    """The name of this machine among the workers."""
    return socket.gethostname()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedCommand:
    """A command line as it was given, its files, and its profile.

    `folder` is its working directory on `host`, if its paths exist on that machine only; both are blank if every worker can read them.
    `workspace` is what only one job at a time may work in. `prints` are the files of a launch with the fingerprints of their content;
    without those at an address, which nobody has read yet, and without those in an inbox.
    """

    words: tuple[str, ...]
    files: tuple[str, ...]
    profile: str = ""
    workspace: str = ""
    folder: str = ""
    host: str = ""
    prints: tuple[tuple[str, str], ...] = ()

    def altered(self) -> str:
        """The first file that has changed since the command was queued; empty if none has."""
        return next((path for path, known in self.prints if _print(Path(path)) != known), "")

    @property
    def queue(self) -> str:
        """The queue that it waits in."""
        return f"{IMPORTS}@{self.host}" if self.host else IMPORTS

    def to_json(self) -> dict[str, Any]:
        """As the arguments of a job."""
        return {
            "words": list(self.words),
            "files": list(self.files),
            "profile": self.profile,
            "workspace": self.workspace,
            "folder": self.folder,
            "host": self.host,
            "prints": [list(one) for one in self.prints],
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> QueuedCommand:
        """From the arguments of a job."""
        # A job queued by an older bulkportal has no `prints`.
        return cls(**{**said, "words": tuple(said["words"]), "files": tuple(said["files"]), "prints": tuple(map(tuple, said.get("prints", ())))})


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The paths in a command line: what it reads (files or addresses), and its other paths by their options.

    `named` are options whose values are not paths, even if they look like one.
    """

    files: tuple[str, ...]
    others: Mapping[str, Path]
    shared: tuple[Path, ...] = ()
    named: frozenset[str] = frozenset()

    def is_shared(self, text: str) -> bool:
        """Whether every worker can read it: it is an address, or lies in a shared folder."""
        if "://" in text:
            return True
        path = Path(text).resolve()
        return any(path.is_relative_to(folder.resolve()) for folder in self.shared)

    def in_common(self, path: str) -> str:
        """The path by which every worker finds a file; empty for one that only this machine has."""
        return str(Path(path).resolve()) if self.is_shared(path) else ""


def order_of(words: Sequence[str], places: Places, *, profile: str, workspace: str) -> QueuedCommand:
    """The queued form of a command line.

    A command with files that only this machine has is for the workers of this machine.

    Raises:
        UsageProblem: it reads standard input, contains a secret, or mixes paths of this machine with shared ones.

    """
    if "-" in places.files or not places.files:
        raise UsageProblem("Standard input cannot be queued: no worker could read it.", hint="Save it as a file, or put it into a bucket.")
    if any(holds_secret(word) or holds_key(word) for word in words):
        raise UsageProblem("The command line holds a password or a key, which no queue may hold.", hint="Give it to the workers in their profile.")
    given = _without(words, ("--queue", "--json"))
    local, prints = [text for text in places.files if not places.is_shared(text)], _prints(given, places.files)
    if local and len(local) < len(places.files):
        raise UsageProblem(
            f"{local[0]} lies on this machine only, and other workers cannot read it.",
            hint="Put all files into one bucket, or into a folder that all machines have in common (shared_folders in the profile).",
        )
    if local:
        for text in local:
            if not Path(text).exists():
                raise UsageProblem(f"There is no file {text}.", hint="Correct its name.")
        return QueuedCommand(
            words=given, files=places.files, profile=profile, workspace=workspace, folder=str(Path.cwd()), host=machine(), prints=prints
        )
    alone = next((name for name, path in places.others.items() if not places.is_shared(str(path))), None)
    if alone is not None:
        raise UsageProblem(
            f"{alone} {places.others[alone]} lies on this machine only, and other workers cannot read it.",
            hint="Name a folder that all machines have in common (shared_folders in the profile), or leave it out.",
        )
    return QueuedCommand(words=_absolute(given, places), files=places.files, profile=profile, workspace=workspace, prints=prints)


def _prints(words: Sequence[str], files: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The fingerprints of the files as they are now: that is what was agreed to. None for an inbox, which is meant to change."""
    paths = [str(Path(name).resolve()) for name in files if "://" not in name] if words[:1] != ("run",) else []
    return tuple((path, _print(Path(path))) for path in paths)


def _print(path: Path) -> str:
    try:
        return fingerprint(path)
    except OSError:
        return "gone"


def _without(words: Iterable[str], flags: Sequence[str]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in flags)


def _absolute(words: Sequence[str], places: Places) -> tuple[str, ...]:
    """The same words with absolute paths. The command and the profile are left alone, even if a folder has the same name."""
    paths = {text: str(Path(text).resolve()) for text in (*places.files, *map(str, places.others.values())) if "://" not in text}
    made = list(words[:1])
    for before, word in pairwise(words):
        option, sign, value = word.partition("=")
        if before in places.named:
            made.append(word)
        elif sign and option in places.others:
            made.append(f"{option}={paths.get(str(Path(value)), value)}")
        else:
            made.append(paths.get(word) or paths.get(str(Path(word)), word))
    return tuple(made)
