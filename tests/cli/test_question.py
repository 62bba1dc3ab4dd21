"""The question before paying: everything there is to know stands above it, and it is one."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Desk, OpenDesk, bundle, video


def asked(desk: Desk, *arguments: object, answer: bytes = b"n\n") -> tuple[int, str]:
    """A command on a terminal, the answer given once it asks: its exit code and all that stood on the screen."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "bulkportal", *map(str, arguments)],
        env=desk.environment(TERM="dumb", COLUMNS="200"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=desk.folder,
        start_new_session=True,
    )
    os.close(theirs)
    shown = b""
    late = threading.Timer(250, process.kill)
    late.start()
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
        if b"[y/N]" in shown and answer:
            if answer == b"\x03":
                process.send_signal(signal.SIGINT)
            else:
                os.write(ours, answer)
            answer = b""
    code = process.wait()
    late.cancel()
    os.close(ours)
    return code, re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", shown.decode("utf-8", "replace"))


@pytest.fixture
def launch(desk: Desk) -> Path:
    """A bundle in order, and one of whose videos has no caption date that can be read."""
    wrong = video("spring-02", 2, target_publish_date="soon")
    videos = [video("spring-01", 1), video("spring-01", 2), video("spring-02", 1), wrong]
    return desk.sheets("launch", bundles=[bundle("spring-01"), bundle("spring-02")], videos=videos)


def in_order(text: str, *words: str) -> None:
    """These words stand in the text, one after the other."""
    place = 0
    for word in words:
        found = text.find(word, place)
        assert found >= 0, f"{word!r} does not stand behind the others in:\n{text}"
        place = found + len(word)


def test_the_question_comes_after_all_there_is_to_know(desk: Desk, launch: Path) -> None:
    """Findings, held rows, what follows from them, the plan, and then one question with the amount and the rows that are left out."""
    desk.state.settings.balance = 820
    code, shown = asked(desk, "import", launch)
    in_order(
        shown,
        "[date_",
        "held",
        "spring-02 is bought (25 credits) and not published: videos!5 is invalid.",
        "What would be done:",
        "In all:",
        "Spend 50 of 820 credits? 1 row is invalid and left out. 1 row is held. 1 bundle is paid for and not published. [y/N]",
    )
    assert shown.count("[y/N]") == 1 and shown.count("[date_") == 1
    assert code == 2 and desk.writes == 0


def test_a_yes_goes_on(desk: Desk, launch: Path) -> None:
    """And says at the end what became of the rows, without all the findings again."""
    code, shown = asked(desk, "import", launch, answer=b"y\n")
    assert (code, len(desk.bundles)) == (4, 2)
    assert shown.count("[date_") == 1


def test_an_interrupt_at_the_question_ends_at_once(desk: Desk, launch: Path) -> None:
    """Nothing is in flight while it waits: 130, and nothing was sent."""
    code, shown = asked(desk, "import", launch, answer=b"\x03")
    assert (code, desk.writes) == (130, 0)
    assert "Interrupted" in shown


def test_irreversible_steps_stand_in_the_question(desk: Desk) -> None:
    """One question for all of it, with each step's name."""
    desk.import_(desk.sheets("one", bundles=[bundle("spring-01")], videos=[video("spring-01", 1), video("spring-01", 2)]))
    desk.operate("POST", "/status", {"bundle": "spring-01", "status": "accepted"})
    desk.operate("POST", "/status", {"bundle": "spring-01", "position": 1, "status": "accepted"})
    sheet = desk.sheets("two", videos=[{"bundle": "spring-01", "position": 1, "action": "finalize"}])
    code, shown = asked(desk, "import", sheet)
    assert "Do 1 step that cannot be undone (finalize video spring-01 position 1)? [y/N]" in shown
    assert (code, shown.count("[y/N]")) == (2, 1)


def test_coverage_stands_in_the_question(open_desk: OpenDesk) -> None:
    """The most that it can take, where nothing else costs."""
    account = "3f0c1a52-aaaa-4bbb-8ccc-0123456789ab"
    start = {
        "accounts": [{"id": account, "country": "FR", "covered_until": "2020-01-01"}],
        "bundles": [{"external_ref": "terrace", "bundle_type": "videos_only", "account_id": account, "videos_quantity": 1, "country": "FR"}],
    }
    desk = open_desk(edition="2026-05", data=start, balance=300)
    sheet = desk.sheets("launch", videos=[video("terrace", 1)])
    code, shown = asked(desk, "import", sheet)
    in_order(shown, "[coverage_is_over]", "What would be done:", "Coverage: at most 25 credits", "Spend up to 25 of 300 credits for Coverage? [y/N]")
    assert code == 2


def test_the_plan_that_is_signed_says_what_is_bought_and_not_published(desk: Desk, launch: Path) -> None:
    """Above the lines: the bundle, its price, the row that is invalid, and the finding with its cell."""
    path = desk.folder / "plan.xlsx"
    assert desk.run("plan", launch, "-o", path).code == 4
    sheet = openpyxl.load_workbook(path)["Plan"]
    rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    header = next(number for number, row in enumerate(rows) if row[0] == "approve")
    above = "\n".join(" ".join(filter(None, row)) for row in rows[:header])
    assert "spring-02 is bought (25 credits) and not published: videos!5 is invalid." in above
    assert "videos!G5" in above or "videos!5" in above
    assert "1 error" in above


def test_a_plan_with_words_above_its_lines_is_applied(desk: Desk, launch: Path) -> None:
    """Approved at the top, or line by line; what stands above the lines is in nobody's way."""
    path = desk.folder / "plan.xlsx"
    desk.run("plan", launch, "-o", path)
    book = openpyxl.load_workbook(path)
    book["Plan"]["B2"] = "yes"
    book.save(path)
    ended = desk.run("apply", path, "--yes")
    assert ended.code == 4 and set(desk.bundles) == {"spring-01", "spring-02"}, ended.err
    assert desk.executed("POST /bundles/{id}/publish") == [f"POST /bundles/{desk.bundles['spring-01'].id}/publish"]
