"""What credits are spent on, and what stands in the way."""

from __future__ import annotations

from bulkportal.codes.code import Code, Severity, Stage

MONEY: tuple[Code, ...] = (
    Code(
        code="calendar_impossible",
        message="There is no legal calendar for the {count} of {account} within twenty years.",
        hint="Look at no_posts_on in the profile: it leaves no day free.",
        column="target_publish_date",
        explanation="`fix --dates` keeps to the profile's wishes as well as to the platform's rules, and gives no date that breaks one.",
        stage=Stage.PLAN,
    ),
    Code(
        code="base_changed",
        message="The hidden copy of what this was exported with has been changed since, so it is not known which cells were edited.",
        hint="Every cell is compared with the platform instead; where the copy says something else than the platform, the row waits. Or export anew.",
        column="-",
        explanation=(
            "An export holds a copy of itself, by which an edit is told from what somebody else changed meanwhile. Search and replace over all files "
            "or sheets changes both, and an edit would look like none; the copy is sealed, so that this is seen."
        ),
        severity=Severity.WARNING,
        stage=Stage.PLAN,
        money=True,
    ),
    Code(
        code="base_unsealed",
        message="The hidden copy of what this was exported with has no seal: it was written by an older bulkportal, or its facts are gone.",
        hint="It is believed. If somebody has searched and replaced in all files or sheets of the export, export anew.",
        column="-",
        explanation="Newer exports seal that copy, so that a change of it is found out. An older one cannot be checked.",
        severity=Severity.WARNING,
        stage=Stage.PLAN,
        money=True,
    ),
    Code(
        code="ledger_copied",
        message="The ledger here is a copy of the one in {home}: each would buy what the other has bought already.",
        hint="If that one is not used any more, run `bulkportal runs adopt` here, once. Else use its home (BULKPORTAL_HOME).",
        column="-",
        explanation=(
            "What was bought is remembered in the ledger of one home. Two homes that come from one copy do not see each other, and a platform "
            "that forgets keys adds slots twice. So nothing is bought from a copy before somebody has said that it is the only one."
        ),
        severity=Severity.WARNING,
        stage=Stage.PLAN,
        money=True,
    ),
    Code(
        code="coverage_may_renew",
        message="Writing to {bundles} may renew the Coverage of its delivered account, which takes up to {credits} credits just before it.",
        hint="This is counted as the most that it can cost. Leave the rows out, or raise --max-credits, whichever is meant.",
        column="`bundle`",
        explanation=(
            "A delivered account is covered for 30 days at a time, and a write that costs nothing itself may renew that first. "
            "The platform did not tell until when this account is covered, or the end is near."
        ),
        severity=Severity.WARNING,
        stage=Stage.PLAN,
        money=True,
    ),
    Code(
        code="coverage_is_over",
        message="The Coverage of the account of {bundles} is over{ended}: writing to it renews that first, for {credits} credits.",
        hint="This is counted into what the plan takes. Leave the rows out if the account is not to be renewed.",
        column="`bundle`",
        explanation="A delivered account is covered for 30 days at a time, and the first write after that renews it before it runs.",
        severity=Severity.WARNING,
        stage=Stage.PLAN,
        money=True,
    ),
    Code(
        code="credits_differ",
        message="The platform's answers charged {charged} credits in this run; its credit history shows {shown} for the time.",
        hint="Somebody else may have paid meanwhile. If not, ask the platform's support about these requests: {requests}.",
        column="-",
        explanation="What was planned, what the answers charged and what the history shows must be one sum.",
        severity=Severity.WARNING,
        stage=Stage.RUN,
        money=True,
    ),
    Code(
        code="credits_unconfirmed",
        message="The credit history could not be read, so that the {charged} credits charged in this run are not confirmed by it.",
        hint="Compare them on the platform; the requests were: {requests}.",
        column="-",
        explanation="After every purchase the credit history is read, to see that it shows what the answers charged.",
        severity=Severity.WARNING,
        stage=Stage.RUN,
        money=True,
    ),
    Code(
        code="coverage_unconfirmed",
        message="The credit history could not be read, so that it is not known whether Coverage was renewed, for {most} credits at most.",
        hint="Look at the credit history on the platform.",
        column="-",
        explanation="Renewals of Coverage stand in no answer, only in the credit history.",
        severity=Severity.WARNING,
        stage=Stage.RUN,
        money=True,
    ),
    Code(
        code="coverage_renewed",
        message="The platform renewed the Coverage of delivered accounts in this run: {renewals}, {credits} credits; the plan said {most} at most.",
        hint="They are counted as charged. The lines of the credit history are: {lines}.",
        column="-",
        explanation="Renewals are taken just before a write and stand in no answer, only in the credit history; they are read from there.",
        severity=Severity.WARNING,
        stage=Stage.RUN,
        money=True,
    ),
)
