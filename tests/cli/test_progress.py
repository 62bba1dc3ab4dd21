"""Progress as it stands on the screen: the bytes that are written, drawn by a terminal in memory."""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import pty
import re
import struct
import termios
from collections.abc import Iterator

import pyte
import pytest

from bulkportal.apply.outcomes import Event, Transfer
from bulkportal.cli.console import Progress

ALL = 60_000_000


class Terminal(io.StringIO):
    """Standard error that draws what it gets."""

    def __init__(self, columns: int) -> None:
        super().__init__()
        self._screen = pyte.Screen(columns, 20)
        self._screen.set_mode(pyte.modes.LNM)
        self._stream = pyte.Stream(self._screen)
        self.everything = ""
        self._side, self._other = pty.openpty()  # tqdm asks the system how wide a terminal is
        fcntl.ioctl(self._side, termios.TIOCSWINSZ, struct.pack("HHHH", 20, columns, 0, 0))

    def fileno(self) -> int:
        return self._side

    def hang_up(self) -> None:
        os.close(self._side)
        os.close(self._other)

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.everything += text
        self._stream.feed(text)
        return len(text)

    @property
    def lines(self) -> list[str]:
        """What can be seen, without the empty end."""
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip().split("\n")


@pytest.fixture(params=[80, 120])
def screen(request: pytest.FixtureRequest) -> Iterator[Terminal]:
    """A terminal of that width."""
    terminal = Terminal(request.param)
    yield terminal
    terminal.hang_up()


@contextlib.contextmanager
def progress_on(screen: Terminal) -> Iterator[Progress]:
    with contextlib.redirect_stderr(screen), Progress(quiet=False) as progress:
        yield progress


def moved(name: str, sent: int, size: int = 20_000_000, **more: float) -> Event:
    return Event(text=f"{name} has stood still", transfer=Transfer(name=name, sent=sent, size=size, all_sent=sent, all_size=ALL, **more))


def names(screen: Terminal) -> list[str]:
    return [line.split()[0] for line in screen.lines]


def test_the_bars_read_as_a_table(screen: Terminal) -> None:
    """Equal columns, no line broken, no hole where a file has ended, and nothing left behind."""
    with progress_on(screen) as progress:
        progress(Event(text="looking at 3 media files"))
        assert screen.lines == ["looking at 3 media files ... 00:00"]
        progress(Event(text="configure account spring", done=2, total=11, allowance=111))
        assert "2 of    11" in screen.lines[0] and screen.lines[0].endswith(" left")
        for name in ("one.mp4", "spring-launch-final-cut-version-7-with-subtitles-for-every-market.mp4", "three.mp4"):
            progress(moved(name, 1_000_000))
        progress(moved("tiny.mp4", 1000, 2000))
        assert names(screen)[:3] == ["configure", "all", "one.mp4"] and names(screen)[4:] == ["three.mp4"]
        assert re.fullmatch(r"spring-.*\.\.\..*market\.mp4", names(screen)[3])
        assert [len({line.index(mark) for line in screen.lines}) for mark in ("%", " of ")] == [1, 1]
        assert " left" not in screen.lines[0], "bytes are a better measure than steps"
        progress(moved("one.mp4", 20_000_000, over=True))
        progress(moved("three.mp4", 1_000_000, still=21.0))
        assert len(names(screen)) == 4 and screen.lines[3].startswith("three.mp4") and screen.lines[3].endswith("still for 21 s")
        progress(moved("three.mp4", 2_000_000))
        assert "still" not in screen.lines[3]
        progress.clear()
        assert screen.lines == [""], "a question can be asked here"
        progress(moved("three.mp4", 3_000_000))
        assert names(screen) == ["all", "three.mp4"]
    assert screen.lines == [""]
    assert "\x1b[3" not in screen.everything, "no colours, whatever NO_COLOR says"


def test_a_small_file_that_stands_still_is_told_in_a_line(screen: Terminal) -> None:
    """And again when it has lasted twice as long."""
    with progress_on(screen) as progress:
        for seconds in (15.0, 20.0, 25.0, 30.0, 35.0):
            progress(moved("tiny.mp4", 1000, 2000, still=seconds))
    assert screen.lines == ["tiny.mp4 has stood still."] * 2


def test_without_a_terminal_there_are_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """Bytes, rate and time left; no control characters."""
    with Progress(quiet=False) as progress:
        progress(moved("one.mp4", 1_000_000))
        for seconds in (15.0, 20.0):
            progress(moved("one.mp4", 1_000_000, still=seconds))
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("1.00MB of 60.0MB uploaded, ") and first.endswith(" left: one.mp4")
    assert second == "one.mp4 has stood still."
