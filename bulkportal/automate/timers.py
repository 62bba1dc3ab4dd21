"""Timers: the lines and files by which a machine runs the night by itself. Pure; nothing is installed here."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bulkportal import installing

UNIT = "bulkportal-night"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """What is run, and when. `program` is the command's own words, `variables` its environment (no secret).

    `extra` is the extra that a machine needs to reach the inbox, if any. `notice` is written above the command as a comment.
    """

    program: Sequence[str]
    folder: Path
    hour: int
    minute: int
    variables: Mapping[str, str] = field(default_factory=dict)
    name: str = UNIT
    extra: str = ""
    notice: str = ""

    def comment(self, sign: str) -> str:
        """The notice as a line of its own; empty where there is none."""
        return f"{sign} {self.notice}\n" if self.notice else ""


def cron(timer: Timer) -> str:
    """A line for ``crontab -e``. There a percent sign ends the command, and must be escaped."""
    words = [f"{name}={value}" for name, value in timer.variables.items()]
    command = f"cd {shlex.quote(str(timer.folder))} && {shlex.join(['env', *words, *timer.program] if words else timer.program)}"
    return f"{timer.comment('#')}{timer.minute} {timer.hour} * * * {command.replace('%', chr(92) + '%')}\n"


def systemd(timer: Timer) -> dict[str, str]:
    """A user's service and its timer, by file name. A missed night is made up for when the machine is on again (Persistent)."""
    environment = "".join(f"Environment={_unit_quoted(f'{name}={value}')}\n" for name, value in timer.variables.items())
    service = f"""\
[Unit]
Description=bulkportal: import what lies in the inbox
After=network-online.target
Wants=network-online.target

[Service]
Type=oneshot
WorkingDirectory={str(timer.folder).replace("%", "%%")}
{environment}{timer.comment("#")}EnvironmentFile=-%h/.config/bulkportal/environment
ExecStart={" ".join(_unit_quoted(word) for word in timer.program)}
# Not everything in order is no failure of the service: rows to correct (4, 6), try again (5), another run (12).
SuccessExitStatus=4 5 6 12
"""
    clock = f"""\
[Unit]
Description=bulkportal: every night

[Timer]
OnCalendar=*-*-* {timer.hour:02}:{timer.minute:02}:00
Persistent=true
Unit={timer.name}.service

[Install]
WantedBy=timers.target
"""
    return {f"{timer.name}.service": service, f"{timer.name}.timer": clock}


def windows(timer: Timer) -> str:
    """A line for the command prompt that makes a task of the Task Scheduler."""
    # No blank before &&: `set` would make it part of the value.
    sets = "".join(f"set {name}={value}&& " for name, value in timer.variables.items())
    command = f'cd /d "{timer.folder}" && {sets}{" ".join(_prompt_quoted(word) for word in timer.program)}'
    inner = f'cmd /c "{command}"'.replace('"', '\\"')
    return timer.comment("REM") + f'schtasks /Create /F /SC DAILY /ST {timer.hour:02}:{timer.minute:02} /TN {timer.name} /TR "{inner}"\n'


def github(timer: Timer) -> str:
    """A workflow for GitHub Actions; the inbox is a folder of the repository, the key one of its secrets."""
    words = ["bulkportal", *timer.program[_command_length(timer.program) :]]
    variables = "".join(f"          {name}: {_yaml_quoted(value)}\n" for name, value in timer.variables.items())
    return f"""\
{timer.comment("#")}name: bulkportal night
on:
  schedule:
    - cron: "{timer.minute} {timer.hour} * * *"  # UTC
  workflow_dispatch:
concurrency: {timer.name}
jobs:
  night:
    runs-on: ubuntu-latest
    permissions:
      contents: write
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - name: Install bulkportal from where the variable says, never by its bare name
        env:
          BULKPORTAL_SOURCE: ${{{{ vars.BULKPORTAL_SOURCE }}}}
        run: {_yaml_quoted(installing.from_variable("BULKPORTAL_SOURCE", timer.extra))}
      - name: The machine is a new one every night, and the home comes with the repository
        env:
          BULKPORTAL_HOME: .bulkportal
        run: bulkportal runs adopt
      - name: Import the inbox
        env:
          TOKPORTAL_API_KEY: ${{{{ secrets.TOKPORTAL_API_KEY }}}}
          BULKPORTAL_HOME: .bulkportal
{variables}        run: {_yaml_quoted(shlex.join(words))}
      - name: Keep the archive, the reports and the ledger
        if: always()
        run: |
          git config user.name bulkportal
          git config user.email bulkportal@users.noreply.github.com
          git add -A
          git diff --cached --quiet || git commit -m "Night of $(date -u +%F)"
          git push
"""


def _command_length(program: Sequence[str]) -> int:
    """How many words stand for the command itself: one, or three of ``python -m bulkportal``."""
    return 3 if list(program[1:3]) == ["-m", "bulkportal"] else 1


def _unit_quoted(word: str) -> str:
    """A word as systemd reads it: in quotes, with its special signs doubled (% begins a specifier, $ a variable)."""
    masked = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{masked}"' if masked != word or any(sign in word for sign in " \t'") or not word else word


def _prompt_quoted(word: str) -> str:
    return f'"{word}"' if any(sign in word for sign in " &()^;,=") or not word else word


def _yaml_quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
