"""The types of values on a command line: each turns a text into a value, or says in a usage error what is wrong with it."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Any

import click

from bulkportal import remote_files


class FiniteRange(click.FloatRange):
    """A number between limits. ``nan`` is none: it is neither more nor less than anything, and as a cap would cap nothing."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number, or a usage error."""
        found = float(super().convert(value, param, ctx))
        if not math.isfinite(found):
            self.fail(f"{found} is not a number that can be reached.", param, ctx)
        return found


class DayOption(click.ParamType[date]):
    """A day as YYYY-MM-DD."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day, or a usage error."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value} is not a day; write YYYY-MM-DD.", param, ctx)


class Rate(click.ParamType[float]):
    """Bytes a second, as 20MB/s, 500 kB/s or 2.5M."""

    name = "rate"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The rate, or a usage error."""
        if isinstance(value, float):
            return value
        found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmg]?)b?(?:/s)?\s*", str(value), re.IGNORECASE)
        if found is None or not float(found[1]):
            self.fail(f"{value} is not a rate; write it as 20MB/s.", param, ctx)
        return float(found[1]) * {"": 1, "k": 1e3, "m": 1e6, "g": 1e9}[found[2].lower()]


class Encoding(click.ParamType[str]):
    """The name of a text encoding."""

    name = "encoding"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Its usual name, or a usage error."""
        from bulkportal.sheets.encoding_names import encoding_of

        found = encoding_of(str(value))
        if found is None:
            self.fail(f"{value} is not the name of an encoding; write one such as utf-8, cp1251, gb18030 or mac_roman.", param, ctx)
        return found


class PathOption(click.Path):
    """A folder, kept as it is written: it may be an address or ``env:NAME`` as well, which the shell cannot complete."""

    name = "place"

    def __init__(self) -> None:
        super().__init__(file_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text, or a usage error where it names a file."""
        text = str(value)
        if not text.strip():  # a variable of a script that is not set; it is not the folder we happen to be in
            self.fail("It is empty; name a folder or an address.", param, ctx)
        return text if may_be_elsewhere(text) else str(super().convert(text, param, ctx))


def may_be_elsewhere(place: str) -> bool:
    """Whether a place is an address, or the variable that holds one, rather than a path."""
    return remote_files.is_elsewhere(place) or place.startswith("env:")
