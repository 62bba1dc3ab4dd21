"""A night without a cap says so, first; and what money hangs on is in its summary although all went well."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulkportal.cli.main import run
from tests.automate.inboxes import inbox_of, night
from tests.conftest import Desk, bundle, video

NO_CAP = "No cap: this night may spend without limit. --max-credits"


def test_a_night_without_a_cap_says_so_in_its_first_line(desk: Desk) -> None:
    """On standard output, and on standard error where that holds the JSON document."""
    box = inbox_of(desk)
    assert desk.said("run", box).out.startswith(NO_CAP)
    ended = desk.run("run", box)
    assert ended.err.startswith(NO_CAP) and ended.document["exit_code"] == 0
    assert ended.document["credits"] == {"charged": 0, "cap": None}


def test_a_cap_of_the_command_or_of_the_profile_is_one(desk: Desk) -> None:
    """Then nothing is said."""
    box = inbox_of(desk)
    settings = desk.folder / "bulkportal.toml"
    settings.write_text("[profiles.night]\nmax_credits_per_night = 30\n", "utf-8")
    asked = desk.run("run", box, "--max-credits", "500")
    assert NO_CAP not in asked.err and asked.document["credits"]["cap"] == 500
    asked = desk.run("run", box, "--max-credits", "500", BULKPORTAL_CONFIG=str(settings), BULKPORTAL_PROFILE="night")
    assert NO_CAP not in asked.err and asked.document["credits"]["cap"] == 30


@pytest.mark.parametrize(("kind", "sign"), [("--cron", "# "), ("--systemd", "# "), ("--windows", "REM "), ("--github", "# ")])
def test_a_printed_timer_without_a_cap_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, sign: str) -> None:
    """In the timer itself, where it is read again in a year, and beside it."""
    assert run(["schedule", "print", str(tmp_path), kind]) == 0
    shown = capsys.readouterr()
    assert f"{sign}{NO_CAP}" in shown.out and NO_CAP in shown.err


@pytest.mark.parametrize("options", [["--max-credits", "500"], ["--", "--max-credits", "500"]])
@pytest.mark.parametrize("kind", ["--cron", "--systemd", "--windows", "--github"])
def test_a_printed_timer_takes_a_cap(tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, options: list[str]) -> None:
    """As an option of its own, or among those of the night."""
    assert run(["schedule", "print", str(tmp_path), kind, *options]) == 0
    shown = capsys.readouterr()
    assert "--max-credits 500" in shown.out and NO_CAP not in shown.out + shown.err


def test_a_night_that_went_well_names_what_money_hangs_on(desk: Desk) -> None:
    """A slot that is paid for and filled by no row keeps nothing from being done, and is told all the same."""
    box = inbox_of(desk)
    desk.sheets("launch", bundles=[bundle("spring-01", videos_quantity=3)], videos=[video("spring-01", 1), video("spring-01", 2)]).rename(
        box / "launch"
    )
    ended = night(desk)
    told = [found["code"] for found in ended.document["launches"][0]["money"]]
    assert (ended.code, told) == (0, ["slots_unfilled"])
    assert "[slots_unfilled]" in ended.err
