"""What the rows ask for: media, dates, texts, settings."""

from __future__ import annotations

from bulkportal.codes.code import Code

CONTENT: tuple[Code, ...] = (
    Code(
        code="disclosure_not_read",
        message='The column "{header}" says "{value}" and seems to ask for a disclosure, but no column of that name is read.',
        hint="Write yes under {column} on the Videos sheet, and empty this cell. If it means something else, rename the header.",
        column="the column's own header",
        explanation="A disclosure that was asked for is never dropped: a video that goes out without it may break the law or the network's rules.",
        money=True,
    ),
    Code(
        code="field_not_sent",
        message='The platform has a field {header}, which bulkportal does not send; the cell says "{value}".',
        hint="{hint}",
        column="the column's own header",
        explanation="The row would be sent without what this cell asks for, and it may well be paid by then.",
        money=True,
    ),
    Code(
        code="number_out_of_range",
        message="{field} is from {least} to {most}, not {value}.",
        hint="Write a whole number from {least} to {most}.",
        column="any column with a range, such as volume_added_sound",
        explanation="The platform refuses a number outside the range, and with it the whole row.",
    ),
)
