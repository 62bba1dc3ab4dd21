"""What credits are spent on, and what stands in the way."""

from __future__ import annotations

from bulkportal.codes.code import Code, Severity, Stage

MONEY: tuple[Code, ...] = (
    Code(
        code="calendar_impossible",
        message="There is no legal calendar for the {count} of {account} within twenty years.",
        hint="Look at no_posts_on in the profile: it leaves no day free.",
        variants={
            "full": (
                "The {count} of {account} do not fit into twenty years from {earliest} on, at {per_day} a day besides what is there already.",
                "Spread the videos over more bundles, or look at no_posts_on in the profile.",
            ),
            "apart": (
                "The {count} of {account} do not fit into twenty years from {earliest} on, at {apart} between two of them.",
                "Spread the videos over more accounts, or look at days_between_posts and no_posts_on in the profile.",
            ),
        },
        column="target_publish_date",
        explanation="`fix --dates` keeps to the profile's wishes as well as to the platform's rules, and proposes no date that breaks one.",
        stage=Stage.PLAN,
    ),
    Code(
        code="base_changed",
        message="The hidden copy of what this was exported with has been changed since, so it is not known which cells were edited.",
        hint="Every cell is compared with the platform instead; where the copy differs from the platform, the row waits. Or export again.",
        column="-",
        explanation=(
            "An export holds a copy of itself, which tells an edit from what somebody else has changed meanwhile. Search and replace over all files "
            "or sheets changes both, and an edit would look like none; the copy is sealed, so that this is noticed."
        ),
        severity=Severity.WARNING,
        stage=Stage.PLAN,
        money=True,
    ),
    Code(
        code="base_unsealed",
        message="The hidden copy of what this was exported with has no seal: it was written by an older bulkportal, or its facts are gone.",
        hint="It is believed. If somebody has searched and replaced in all files or sheets of the export, export again.",
        column="-",
        explanation="Newer exports seal that copy, so that a change to it is noticed. An older one cannot be checked.",
        severity=Severity.WARNING,
        stage=Stage.PLAN,
        money=True,
    ),
    Code(
        code="ledger_copied",
        message="The ledger here is a copy of the one in {home}: each would buy what the other has bought already.",
        hint="If that one is no longer used, run `bulkportal runs adopt` here, once. Otherwise use its home (BULKPORTAL_HOME).",
        column="-",
        explanation=(
            "What was bought is remembered in the ledger of one home. Two homes that come from one copy do not see each other, and a platform "
            "that forgets keys adds slots twice. So nothing is bought from a copy until somebody has confirmed that it is the only one in use."
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
            "The platform did not report how long this account is covered, or its cover ends soon."
        ),
        severity=Severity.WARNING,
        stage=Stage.PLAN,
        money=True,
    ),
    Code(
        code="coverage_is_over",
        message="The Coverage of the account of {bundles} is over{ended}: writing to it renews that first, for {credits} credits.",
        hint="This is included in the cost of the plan. Leave the rows out if the account is not to be renewed.",
        column="`bundle`",
        explanation="A delivered account is covered for 30 days at a time, and the first write after that renews it before it runs.",
        severity=Severity.WARNING,
        stage=Stage.PLAN,
        money=True,
    ),
    Code(
        code="credits_differ",
        message="The platform's answers charged {charged} credits in this run; its credit history shows {shown} for that time.",
        hint="Somebody else may have paid meanwhile. If not, ask the platform's support about these requests: {requests}.",
        column="-",
        explanation="What was planned, what the answers charged and what the history shows must be the same sum.",
        severity=Severity.WARNING,
        stage=Stage.RUN,
        money=True,
    ),
    Code(
        code="credits_unconfirmed",
        message="The credit history could not be read, so it does not confirm the {charged} credits charged in this run.",
        hint="Compare them on the platform; the requests were: {requests}.",
        column="-",
        explanation="After every purchase the credit history is read, to see that it shows what the answers charged.",
        severity=Severity.WARNING,
        stage=Stage.RUN,
        money=True,
    ),
    Code(
        code="coverage_unconfirmed",
        message="The credit history could not be read, so it is not known whether Coverage was renewed, for {most} credits at most.",
        hint="Look at the credit history on the platform.",
        column="-",
        explanation="Renewals of Coverage appear in no answer, only in the credit history.",
        severity=Severity.WARNING,
        stage=Stage.RUN,
        money=True,
    ),
    Code(
        code="coverage_renewed",
        message="The platform renewed the Coverage of delivered accounts in this run: {renewals}, {credits} credits; the plan said {most} at most.",
        hint="They are counted as charged. The lines of the credit history are: {lines}.",
        column="-",
        explanation="Renewals are charged just before a write and appear in no answer, only in the credit history; they are read from there.",
        severity=Severity.WARNING,
        stage=Stage.RUN,
        money=True,
    ),
)
