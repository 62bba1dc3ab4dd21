"""The result of one check that `doctor` has made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bulkportal.errors import ExitCode


class Health(StrEnum):
    """The state of one thing."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
    """One thing that was checked. `code` is the exit code that a problem leads to."""

    name: str
    health: Health
    said: str
    advice: str = ""
    code: ExitCode = ExitCode.OK


def ok(name: str, said: str) -> HealthCheck:
    """It is as it should be."""
    return HealthCheck(name=name, health=Health.OK, said=said)


def warning(name: str, said: str, advice: str) -> HealthCheck:
    """It works, but somebody should look at it."""
    return HealthCheck(name=name, health=Health.WARNING, said=said, advice=advice)


def problem(name: str, said: str, advice: str, code: ExitCode = ExitCode.USAGE) -> HealthCheck:
    """It prevents an import."""
    return HealthCheck(name=name, health=Health.PROBLEM, said=said, advice=advice, code=code)
