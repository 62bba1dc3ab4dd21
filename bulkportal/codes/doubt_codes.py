"""Rows that are right one by one, but together look as if something had slipped."""

from __future__ import annotations

from bulkportal.codes.code import Code, Severity

_AS_MEANT = "Nothing to do if it is meant; platforms show less of what they have seen before."

DOUBTS: tuple[Code, ...] = (
    Code(
        code="video_reused",
        message="The same video is on {count} rows ({where}).",
        hint=_AS_MEANT,
        column="`video`",
        explanation="It is often a cell that was filled down by mistake, and the networks show less of what they have seen before.",
        severity=Severity.WARNING,
    ),
    Code(
        code="caption_reused",
        message="The same description is on {count} rows ({where}).",
        hint=_AS_MEANT,
        column="`description`",
        explanation="It is often a cell that was filled down by mistake, and the networks show less of what they have seen before.",
        severity=Severity.WARNING,
    ),
    Code(
        code="rows_shifted",
        message="The videos seem to have slipped {direction} by one row: their names fit the row {where}.",
        hint="{disagreeing} names disagree with their rows. Move the column back, or rename the files.",
        column="`video`",
        explanation="A cell that was deleted or inserted moves all others, and every video would be posted by the wrong account.",
        severity=Severity.WARNING,
    ),
    Code(
        code="column_sorted_alone",
        message="The column of videos seems to have been sorted on its own: it is in order, but its names fit other rows.",
        hint="{disagreeing} names disagree with their rows. Undo the sorting, and sort all columns together.",
        column="`video`",
        explanation="Every video would be posted by the wrong account, with the wrong caption.",
        severity=Severity.WARNING,
    ),
    Code(
        code="video_names_another",
        message="The file's name points to {other}, but the row is position {position} of {bundle}.",
        hint="Check that this is the right video; nothing to do if it is.",
        column="`video`",
        explanation="A video in the wrong row is posted by the wrong account.",
        severity=Severity.WARNING,
    ),
    Code(
        code="zeros_lost",
        message="{value} has {digits} digits, but others in this column have {length} and begin with 0: zeros seem to be lost.",
        hint="Format the column as text and enter the value again, with its zeros.",
        column="`bundle_id`, `account_id`, `external_ref`, `bundle`",
        explanation="A spreadsheet program drops the leading zeros of an id that it takes for a number, which makes it a different id.",
    ),
    Code(
        code="columns_swapped",
        message="The columns {letters} seem to be swapped: {first} holds what belongs in {second}, and the other way round.",
        hint="If so, swap the two headers.",
        column="the first of the two",
        explanation="Each value would be sent as the other.",
        severity=Severity.WARNING,
    ),
)
