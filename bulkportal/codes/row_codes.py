"""What a row of either sheet says needlessly, or leaves out beside its action."""

from __future__ import annotations

from bulkportal.codes.code import Code, Severity

OF_ROWS: tuple[Code, ...] = (
    Code(
        code="field_ignored",
        message="{column} has no meaning on {b.platform}.",
        hint="Empty the cell; the platform ignores it.",
        variants={
            "type": ("{column} has no meaning for a row of type {e.video_type}.", "Empty the cell; it is not sent."),
            "account": ("{column} has no meaning for a {e.bundle_type} bundle: its account has one already.", "Empty the cell; it is not sent."),
        },
        column="a column that belongs to some platforms or types only",
        explanation="The cell has no effect there, and whoever filled it in may have meant another platform or type.",
        severity=Severity.WARNING,
    ),
    Code(
        code="message_missing",
        message="Asking for corrections needs a message.",
        hint="Write what should change.",
        variants={
            "account": (
                "Asking for corrections needs a message.",
                "Write what should change; a line such as 'biography: too formal' is about one field.",
            )
        },
        column="`message`",
        explanation="The platform refuses a request for corrections that does not say what to correct.",
    ),
    Code(
        code="message_names_no_field",
        message="The message does not say which field should change.",
        hint="Older servers refuse that: begin a line with a field and a colon, such as 'biography: too formal'.",
        column="`message`",
        explanation="The documents disagree on whether corrections of an account may be requested with a text alone.",
        severity=Severity.WARNING,
    ),
    Code(
        code="message_unused",
        message="This message goes nowhere: only {taker} takes one.",
        hint="Choose {taker} under action, or empty the cell.",
        column="`message`",
        explanation="A text that was written for the creator would reach nobody.",
        severity=Severity.WARNING,
    ),
)
