"""What is found while nobody looks."""

from __future__ import annotations

from bulkportal.codes.code import Code, Stage

NIGHTS: tuple[Code, ...] = (
    Code(
        code="older_version",
        message="{other} is a newer version of this launch and says something else here ({cell}).",
        hint="Nothing to do if the newer file counts; otherwise take it away, and put this one into the inbox again.",
        column="the first column that differs",
        explanation="Both files lay in the inbox in one night. The one imported last would have stayed on the platform, whichever it was.",
        stage=Stage.PLAN,
        holds=True,
        money=True,
    ),
    Code(
        code="two_versions",
        message="{other} says something else here ({cell}), and nothing shows which of the two files is the newer one.",
        hint="Take one of the two files away, and put the other into the inbox again.",
        column="the first column that differs",
        explanation="Both files lay in the inbox in one night, saved at the same moment. Neither is done until somebody has chosen.",
        stage=Stage.PLAN,
        holds=True,
        money=True,
    ),
)
