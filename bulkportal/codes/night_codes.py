"""What is found in a nightly run."""

from __future__ import annotations

from bulkportal.codes.code import Code, Stage

NIGHTS: tuple[Code, ...] = (
    Code(
        code="older_version",
        message="{other} is a newer version of this launch and has a different value here ({cell}).",
        hint="Nothing to do if the newer file counts; otherwise remove it, and put this one into the inbox again.",
        variants={
            "off": (
                "{other} is a newer version of this launch and calls this row off ({cell}).",
                "Nothing to do if the newer file counts; otherwise remove it, and put this one into the inbox again.",
            ),
            "imported": (
                "{other} was imported while this file waited ({moment}), and has a different value here.",
                "Nothing to do if that import counts; otherwise save this file once more, and put it into the inbox.",
            ),
            "imported off": (
                "{other} was imported while this file waited ({moment}), and calls this row off.",
                "Nothing to do if that import counts; otherwise save this file once more, and put it into the inbox.",
            ),
        },
        column="the first column that differs",
        explanation="Both files lay in the inbox in one night, or the newer one was imported while this one waited there. The one imported last "
        "would have stayed on the platform, whichever it was.",
        stage=Stage.PLAN,
        holds=True,
        money=True,
    ),
    Code(
        code="two_versions",
        message="{other} has a different value here ({cell}), and nothing shows which of the two files is the newer one.",
        hint="Remove one of the two files, and put the other into the inbox again.",
        variants={
            "off": (
                "{other} calls this row off ({cell}), and nothing shows which of the two files is the newer one.",
                "Remove one of the two files, and put the other into the inbox again.",
            ),
        },
        column="the first column that differs",
        explanation="Both files lay in the inbox in one night, saved at the same moment. Neither is imported until somebody has chosen.",
        stage=Stage.PLAN,
        holds=True,
        money=True,
    ),
)
