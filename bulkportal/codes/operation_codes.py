"""Codes that stand where the platform's own code of a refusal would: no request was answered, or none was sent.

They are no findings; a report quotes them with the operation.
"""

from __future__ import annotations

from bulkportal.codes.code import Code, Stage

OPERATIONS: tuple[Code, ...] = (
    Code(
        code="FILE_UNREADABLE",
        message="the file {name} cannot be read: {why}",
        hint="",
        column="-",
        explanation="It could be read when the sheet was checked; nothing was sent for it.",
        stage=Stage.RUN,
    ),
    Code(
        code="FILE_CHANGED",
        message="the file {name} cannot be sent: {what}",
        hint="",
        column="-",
        explanation="A file that changes while it is sent would arrive as two halves.",
        stage=Stage.RUN,
    ),
    Code(
        code="NO_ID",
        message="the id is empty or not a valid id",
        hint="",
        column="-",
        explanation="A request without an id would ask for something else.",
        stage=Stage.RUN,
    ),
    Code(
        code="ANSWER_UNUSABLE",
        message="the answer {why}",
        hint="",
        column="-",
        explanation="The same request would be answered in the same way, so it is not sent again.",
        stage=Stage.RUN,
    ),
    Code(
        code="superseded",
        message="the request was never carried out, and the platform has moved on since",
        hint="",
        column="-",
        explanation="It is kept in the ledger only, so that the request is not sent a second time.",
        stage=Stage.RUN,
    ),
)
