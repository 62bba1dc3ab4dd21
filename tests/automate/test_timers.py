"""Timers that hold whatever a folder is called, and options that `run` does take."""

from __future__ import annotations

import configparser
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from bulkportal.automate.timers import Timer, cron, github, systemd, windows
from bulkportal.cli.main import run
from tests.conftest import Desk

ODD = "/srv/the team's inbox 100% $HOME"


def timer(**over: object) -> Timer:
    values = {"program": ["/opt/b p/bulkportal", "run", ODD, "--max-credits", "500"], "folder": Path("/srv/work 50%"), "hour": 2, "minute": 5}
    return Timer(**{**values, **over})  # type: ignore[arg-type]


def test_a_cron_line_reaches_the_shell_as_it_was_meant(tmp_path: Path) -> None:
    """The five fields, and then what sh makes of the rest, once cron has taken its percent signs."""
    line = cron(timer(program=["printf", "%s|", "run", ODD, 'a "quoted" word'], folder=tmp_path))
    fields, command = line.split(" ", 5)[:5], line.split(" ", 5)[5].rstrip("\n")
    assert fields == ["5", "2", "*", "*", "*"]
    done = subprocess.run(["/bin/sh", "-c", command.replace("\\%", "%")], capture_output=True, text=True, check=True)
    assert done.stdout == f'run|{ODD}|a "quoted" word|'


def test_the_units_are_right_for_systemd(tmp_path: Path) -> None:
    """Read by systemd itself where it is; the words of the command are masked as its manual says."""
    program = shutil.which("true") or "/bin/true"
    units = systemd(timer(program=[program, "run", ODD], folder=tmp_path, variables={"BULKPORTAL_HOME": "/srv/ho me"}))
    for name, text in units.items():
        (tmp_path / name).write_text(text, "utf-8")
    service = configparser.ConfigParser(strict=False, interpolation=None)
    service.read_string(units["bulkportal-night.service"])
    assert service["Service"]["ExecStart"] == f'{program} run "/srv/the team\'s inbox 100%% $$HOME"'
    assert service["Service"]["Environment"] == '"BULKPORTAL_HOME=/srv/ho me"'
    assert "OnCalendar=*-*-* 02:05:00" in units["bulkportal-night.timer"]
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("there is no systemd here; what it reads was compared")
    done = subprocess.run([verify, "verify", "--user", *(str(tmp_path / name) for name in units)], capture_output=True, text=True, check=False)
    complaints = [line for line in done.stderr.splitlines() if "bulkportal-night" in line]
    assert complaints == []


def test_the_task_of_windows_quotes_what_has_blanks() -> None:
    """The whole command is one argument of schtasks."""
    line = windows(timer(program=["C:\\b p\\bulkportal.exe", "run", "D:\\in box"], folder=Path("D:/work")))
    assert line.startswith("schtasks /Create /F /SC DAILY /ST 02:05 /TN bulkportal-night /TR ")
    assert '\\"C:\\b p\\bulkportal.exe\\" run \\"D:\\in box\\"' in line


def test_the_workflow_of_github_is_yaml_and_keeps_the_key_a_secret() -> None:
    """It runs the same command with the inbox of the repository, and keeps what the run has moved and written."""
    found = yaml.safe_load(github(timer(program=["/opt/bulkportal", "run", "the team's inbox", "--max-credits", "500"])))
    job = found["jobs"]["night"]
    step = next(step for step in job["steps"] if step.get("name") == "Import the inbox")
    assert shlex.split(step["run"]) == ["bulkportal", "run", "the team's inbox", "--max-credits", "500"]
    assert step["env"]["TOKPORTAL_API_KEY"] == "${{ secrets.TOKPORTAL_API_KEY }}"
    assert found[True]["schedule"] == [{"cron": "5 2 * * *"}]


def test_install_writes_the_units_once_and_never_over_others(desk: Desk) -> None:
    """Twice is once; what somebody has changed stays, unless --force; it starts nothing."""
    inbox = desk.folder / "in box"
    inbox.mkdir()
    words = ("schedule", "install", inbox, "--at", "3:30", "--", "--max-credits", "500")
    units = desk.folder / "config" / "systemd" / "user"
    variables = {"XDG_CONFIG_HOME": str(desk.folder / "config")}
    first = desk.said(*words, **variables)
    assert (first.code, sorted(path.name for path in units.iterdir())) == (0, ["bulkportal-night.service", "bulkportal-night.timer"])
    assert "systemctl --user daemon-reload" in first.out
    text = (units / "bulkportal-night.service").read_text("utf-8")
    assert f'run "{inbox}" --max-credits 500' in text
    assert desk.key not in text
    assert "has these units already" in desk.said(*words, **variables).out
    (units / "bulkportal-night.timer").write_text("mine", "utf-8")
    refused = desk.said(*words, **variables)
    assert (refused.code, (units / "bulkportal-night.timer").read_text("utf-8")) == (2, "mine")
    assert desk.said(*words[:3], "--force", *words[3:], **variables).code == 0


@pytest.mark.parametrize("words", [("--max-credit", "5"), ("--interval", "-1"), ("second-inbox",)])
def test_a_timer_with_options_that_run_refuses_is_not_written(desk: Desk, words: tuple[str, ...]) -> None:
    """It would fail every night."""
    assert desk.said("schedule", "print", desk.folder, "--cron", "--", *words).code == 2


def test_a_timer_for_an_inbox_elsewhere_holds_its_address_but_no_password(capsys: pytest.CaptureFixture[str]) -> None:
    """The address as it is, never as a path of this folder; a workflow brings the extra; a password is refused."""

    def printed(*words: str) -> str:
        code = run(["schedule", "print", *words])
        found = capsys.readouterr()
        assert code == (2 if "SECRET" in words[0] else 0)
        return found.out + found.err

    assert " run s3://launches/inbox" in printed("s3://launches/inbox", "--cron")
    assert "bulkportal[s3] @ " in printed("s3://launches/inbox", "--github")
    assert " run env:INBOX" in printed("env:INBOX", "--systemd")
    refused = printed("sftp://ops:pw-SECRET@host/inbox", "--cron")
    assert "must not hold a password" in refused and "SECRET" not in refused
