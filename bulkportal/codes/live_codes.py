"""What is found when results are written back into a Google Sheet."""

from __future__ import annotations

from bulkportal.codes.code import Code, Severity, Stage

LIVE: tuple[Code, ...] = (
    Code(
        code="sheet_not_written",
        message="The results could not be written back into the Google Sheet: {why}.",
        hint="{advice}",
        column="-",
        explanation="The import itself has happened, and its report workbook holds every result; only the sheet does not show them.",
        severity=Severity.WARNING,
        stage=Stage.RUN,
    ),
    Code(
        code="edited_meanwhile",
        message="{rows} of the Google Sheet changed since it was read, and got no results. Edited: {cells}.",
        hint="Import the sheet again: what was done is not done twice. The report workbook holds the results of the rows as they were read.",
        column="-",
        explanation="A result beside a row that somebody has changed meanwhile, or moved, would belong to a row that was never imported.",
        severity=Severity.WARNING,
        stage=Stage.RUN,
    ),
)
