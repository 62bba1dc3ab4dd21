"""Rows as a user would write them, read by the real reader and checked."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date

from bulkportal.check.checker import check, understand
from bulkportal.check.dates import PLAIN, Calendar
from bulkportal.check.findings import ValidationResult
from bulkportal.check.known import OFFLINE, Known
from bulkportal.check.prepare import Terms
from bulkportal.columns.matcher import count_known
from bulkportal.sheets.reader import read_stream
from bulkportal.sheets.table import Table

TODAY = date(2027, 3, 1)


def table(rows: Sequence[Mapping[str, object]], name: str) -> Table:
    """The rows as one sheet of that name."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    (found,) = read_stream(text.getvalue().encode(), label=name, recognise=count_known)
    return found


def checked(
    bundles: Sequence[Mapping[str, object]] = (),
    videos: Sequence[Mapping[str, object]] = (),
    *,
    known: Known = OFFLINE,
    today: date = TODAY,
    calendar: Calendar = PLAIN,
) -> ValidationResult:
    """The rows, checked on that day."""
    tables = [table(rows, name) for rows, name in ((bundles, "Bundles"), (videos, "Videos")) if rows]
    return check(understand(tables, calendar=calendar), {}, Terms(today=today, known=known))


def codes(found: ValidationResult) -> list[tuple[str | None, str]]:
    """Where and what, errors and warnings alike."""
    return [(finding.cell, finding.code) for finding in found.findings]


def errors(found: ValidationResult) -> list[str]:
    """The codes of the errors."""
    return [finding.code for finding in found.errors]
