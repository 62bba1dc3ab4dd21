"""A simulated platform, a home for the ledger, and the command: what the tests from end to end work with."""

from __future__ import annotations

import contextlib
import csv
import gc
import io
import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from bulkportal.cli.main import run
from bulkportal.portal import retrying
from bulkportal.simulator import RunningSimulator, State
from bulkportal.simulator.calls import JsonObject
from bulkportal.simulator.records import Bundle
from tests.forked import Forked
from tests.postgres import Server, needed

SAMPLES = Path(__file__).parents[1] / "sample_data"
KEY = "tok_live_SECRET0123456789abcdef"
PATIENCE = 200
"""Seconds after which what is waited for will not come any more, on a machine however slow."""
NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Whose certificates are trusted where nothing is encrypted: reading those of the world takes longer than the request."""
FAST = 600_000
"""Requests a minute that nobody feels. No limit at all would make the client guess, and be slow."""

# The same few examples every time, so that nobody's change fails by chance; the other looks for new ones, and for many more.
hypothesis.settings.register_profile("fixed", derandomize=True, deadline=None)
hypothesis.settings.register_profile("thorough", derandomize=False, deadline=None)
hypothesis.settings.load_profile("thorough" if os.environ.get("BULKPORTAL_LONG") else "fixed")

_MEMORY, _ROOM = Path("/dev/shm"), 4 << 30
# A command waits for the disk some forty times; in memory it does not. The tests of a second file system and of a full one bring their own.
if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: many tests wait for a browser, a server or a process."""
    return (os.cpu_count() or 1) + 1


gc.disable()  # while tests are collected: all that is made then stays, and looking through it again and again takes seconds


def pytest_collection_finish() -> None:
    """What is collected stays to the end: garbage is looked for in what the tests themselves make, and seldom."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()


_closing: list[threading.Thread] = []
_OURS = ("TOKPORTAL_", "BULKPORTAL_")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit code and everything it said."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on standard output."""
        return json.loads(self.out)

    @property
    def rows(self) -> dict[str, int]:
        """The counts of rows that are not nought."""
        return {name: count for name, count in self.document["rows"].items() if count}

    @property
    def codes(self) -> list[str]:
        """The codes of the findings, in order."""
        return [finding["code"] for finding in self.document["findings"]]


class _Seen(list[Any]):
    """The writes that came, and what happens with each that comes."""

    strike: Callable[[], object] = staticmethod(lambda: None)

    def append(self, write: object) -> None:
        """One has come."""
        super().append(write)
        self.strike()


class Desk:
    """One workplace: a platform, a folder for sheets, a home for the ledger, and the command."""

    def __init__(self, simulator: RunningSimulator, folder: Path) -> None:
        self.simulator = simulator
        self.folder = folder
        self.home = folder / "home"
        self.key = KEY
        self.base_url = simulator.base_url

    # -- the platform

    @property
    def state(self) -> State:
        """What the platform knows."""
        return self.simulator.state

    @property
    def writes(self) -> int:
        """How many writes have come so far."""
        return len(self.state.journal.writes)

    @property
    def balance(self) -> int:
        """The credits left."""
        return self.state.wallet("owner").balance

    @property
    def bundles(self) -> dict[str, Bundle]:
        """The platform's bundles by reference; two under one reference fail the test."""
        found = [(bundle.external_ref or bundle.id, bundle) for bundle in self.state.books.bundles.values()]
        assert len(dict(found)) == len(found), f"a reference occurs twice: {found}"
        return dict(found)

    def executed(self, route: str) -> list[str]:
        """The paths of the writes to a route that were carried out, in order."""
        return [f"{write.method} {write.path}" for write in self.state.journal.writes if write.executed and f"{write.method} {write.route}" == route]

    def trouble(self, fault: str, route: str = "*write", **more: object) -> None:
        """Let something go wrong on the platform."""
        self.operate("POST", "/faults", {"fault": fault, "route": route, **more})

    @contextlib.contextmanager
    def while_paying(self, happening: Callable[[], object]) -> Iterator[None]:
        """Something happens while the platform takes credits, so that it comes before all that follows the purchase."""
        charge = self.state.charge

        def charged(tenant: str, breakdown: Mapping[str, int], description: str) -> JsonObject:
            self.state.charge = charge
            happening()
            return charge(tenant, breakdown, description)

        self.state.charge = charged
        try:
            yield
        finally:
            self.state.charge = charge

    def operate(self, method: str, path: str, body: object = None) -> None:
        """Ask the operator; anything but success fails the test."""
        import httpx

        httpx.request(method, self.simulator.operator_url + path, json=body, trust_env=False, verify=NOBODY).raise_for_status()

    # -- sheets

    def story(self, name: str) -> Path:
        """A copy of a sample story: its workbook, or its folder where it is CSV."""
        folder = self.folder / name
        if not folder.exists():
            shutil.copytree(SAMPLES / name, folder)
        workbook = folder / "launch.xlsx"
        return workbook if workbook.exists() else folder

    def sheets(self, name: str, *, bundles: Sequence[Mapping[str, object]] = (), videos: Sequence[Mapping[str, object]] = ()) -> Path:
        """A folder of CSV files with these rows; written anew if it is there."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        for file, rows in (("bundles.csv", bundles), ("videos.csv", videos)):
            columns = list(dict.fromkeys(column for row in rows for column in row))
            if not columns:
                continue
            with (folder / file).open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, columns)
                writer.writeheader()
                writer.writerows(rows)
        return folder

    # -- the command

    def environment(self, **more: str) -> dict[str, str]:
        """The variables of the command; an empty value takes one away."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        ours = {"TOKPORTAL_API_KEY": self.key, "TOKPORTAL_BASE_URL": self.base_url, "BULKPORTAL_HOME": str(self.home)}
        return {name: value for name, value in {**kept, **ours, **more}.items() if value}

    def run(self, *arguments: object, **more: str) -> Ended:
        """The command in this process, which is quick, with a JSON document on standard output."""
        return self._here([*arguments, "--json"], Path.cwd(), more)

    def said(self, *arguments: object, **more: str) -> Ended:
        """The command in this process and in the desk's folder, in words for people."""
        return self._here(arguments, self.folder, more)

    def _here(self, arguments: Sequence[object], folder: Path, more: Mapping[str, str]) -> Ended:
        with self.at_work(folder, **more) as (out, err):
            code = run([str(argument) for argument in arguments])
        return Ended(int(code), out.getvalue(), err.getvalue())

    @contextlib.contextmanager
    def at_work(self, folder: Path, **more: str) -> Iterator[tuple[io.StringIO, io.StringIO]]:
        """In that folder, in this process, with the command's variables; gives what is printed, and what is said of trouble.

        A request is sent again as often as in life, and sooner.
        """
        out, err = io.StringIO(), io.StringIO()
        before = dict(os.environ)
        os.environ.clear()
        os.environ.update(self.environment(**more))
        try:
            with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), _hurry():
                yield out, err
        finally:
            os.environ.clear()
            os.environ.update(before)

    def import_(self, *arguments: object, **more: str) -> Ended:
        """`bulkportal import --yes`, in this process."""
        return self.run("import", *arguments, "--yes", **more)

    def command(self, *arguments: object, given: str | None = None, cwd: Path | None = None, **more: str) -> Ended:
        """The command as its users run it, in a process of its own and without a terminal: where the process is what a test is about."""
        done = subprocess.run(
            [sys.executable, "-m", "bulkportal", *map(str, arguments)],
            env=self.environment(**more),
            input=given,
            stdin=subprocess.DEVNULL if given is None else None,
            capture_output=True,
            encoding="utf-8",
            timeout=250,
            check=False,
            cwd=cwd or self.folder,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: object, **more: str) -> Forked:
        """The command, left running in a process of its own."""
        return self.prepared(bool, *arguments, **more)

    def prepared(self, first: Callable[[], object], *arguments: object, **more: str) -> Forked:
        """The same, after `first` was called in that process."""
        return Forked([str(argument) for argument in arguments], self.environment(**more), self.folder, first=first)

    def apart(self, *arguments: object, **more: str) -> Ended:
        """The command in a process of its own, to its end: where this one is busy, as beside a browser."""
        process = self.start(*arguments, **more)
        out, err = process.communicate()
        assert process.returncode is not None
        return Ended(process.returncode, out, err)

    def killed_at(self, write: int, *arguments: object) -> bool:
        """Run the command and `kill -9` it the moment that the platform has seen so many writes; False if it ended before."""
        journal, seen = self.state.journal, _Seen(self.state.journal.writes)
        journal.writes = seen  # it strikes before the write is answered, or a quick run would be over
        try:
            process = self.start(*arguments)
            seen.strike = lambda: process.strike() if len(seen) >= write else None
            until = time.monotonic() + PATIENCE
            while process.poll() is None and time.monotonic() < until:
                seen.strike()
                process.wait_a_little()
            process.kill()
            process.communicate()
        finally:
            journal.writes = list(seen)
        return process.returncode == -signal.SIGKILL

    def wait(self, process: Forked, happened: Callable[[], object]) -> None:
        """Until something has happened while that process runs; it must not end before."""
        until = time.monotonic() + PATIENCE
        while not happened():
            assert process.poll() is None and time.monotonic() < until, "it ended, or it took too long"
            time.sleep(0.005)

    def until_done(self, *arguments: object, times: int = 3) -> Ended:
        """Import again and again until it says that all is done, at most so many times."""
        ended = self.import_(*arguments)
        for _ in range(times - 1):
            if ended.code == 0:
                break
            ended = self.import_(*arguments)
        return ended


@contextlib.contextmanager
def _hurry() -> Iterator[None]:
    usual, retrying.FIRST_WAIT = retrying.FIRST_WAIT, 0.01
    try:
        yield
    finally:
        retrying.FIRST_WAIT = usual


def examples(count: int) -> hypothesis.settings:
    """So many examples each time, and fifty times as many with ``--hypothesis-profile=thorough``."""
    times = 50 if hypothesis.settings.get_current_profile_name() == "thorough" else 1
    return hypothesis.settings(max_examples=count * times, deadline=None, suppress_health_check=list(hypothesis.HealthCheck))


OpenDesk = Callable[..., Desk]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL of our own, for the whole session; skipped where there is none."""
    needed()
    server = Server.new()
    try:
        yield server.start()
    finally:
        server.remove()


@pytest.fixture
def open_desk(tmp_path: Path) -> Iterator[OpenDesk]:
    """Opens workplaces: `edition`, `balance`, `rate` and `data` (the start data) may be chosen."""
    open_ones: list[RunningSimulator] = []

    def opened(*, edition: str = "2026-02", balance: int = 5000, rate: int = FAST, data: Path | Mapping[str, object] | None = None) -> Desk:
        folder = tmp_path / f"desk-{len(open_ones) + 1}"
        folder.mkdir()
        if isinstance(data, Mapping):
            (folder / "start.json").write_text(json.dumps(data), "utf-8")
            data = folder / "start.json"
        simulator = RunningSimulator(edition=edition, rate=rate, data=data)
        open_ones.append(simulator.__enter__())
        simulator.state.settings.balance = balance
        return Desk(simulator, folder)

    yield opened
    # A server takes a fifth of a second to stop; the next test need not wait for that.
    for simulator in open_ones:
        closing = threading.Thread(target=simulator.__exit__, args=(None, None, None))
        closing.start()
        _closing.append(closing)


@pytest.fixture(scope="session", autouse=True)
def _closed_in_the_end() -> Iterator[None]:
    """Wait for the simulators that are still closing."""
    yield
    for thread in _closing:
        thread.join(timeout=10)


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    """A workplace with an empty platform and 5,000 credits."""
    return open_desk()


def bundle(name: str, **over: object) -> dict[str, object]:
    """A right row of Bundles, two TikTok videos, to be published; None leaves a cell blank."""
    words = name.replace("-", " ")
    row: dict[str, object] = {
        "bundle": name,
        "bundle_type": "account_and_videos",
        "platform": "tiktok",
        "country": "US",
        "title": words.capitalize(),
        "videos_quantity": 2,
        "username": name.replace("-", ".")[:24],
        "visible_name": words.title()[:30],
        "biography": "One market, one dish, every day.",
        "profile_picture": f"https://cdn.example.com/faces/{name}.jpg",
        "publish": "yes",
    }
    return row | over


def video(name: str, position: int, **over: object) -> dict[str, object]:
    """A right row of Videos for that bundle."""
    row: dict[str, object] = {
        "bundle": name,
        "position": position,
        "name": f"Video {position}",
        "video_type": "video",
        "video": f"https://cdn.example.com/{name}/{position}.mp4",
        "description": f"Dish number {position} #streetfood",
        "target_publish_date": f"2030-03-{position % 27 + 1:02}",
    }
    return row | over
