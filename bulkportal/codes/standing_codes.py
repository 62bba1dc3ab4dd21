"""What the platform has already, and what it does not allow any more."""

from __future__ import annotations

from bulkportal.codes.code import Code, Severity, Stage

_MEDIA = "`video`, `carousel_images`"

STANDING: tuple[Code, ...] = (
    Code(
        code="reference_twice",
        message="The platform has {count} bundles under the reference {name}: {ids}.",
        hint="Give all but one another reference on the platform; which one is meant would be a guess.",
        column="`bundle`",
        explanation="A bundle is found again by its reference. With two of them the row could change the wrong one.",
        stage=Stage.PLAN,
    ),
    Code(
        code="reference_changed",
        message="{name} was created before as {identity} and has another reference on the platform now.",
        hint="Write {identity} into bundle_id, or give it its reference back; creating it again would pay twice.",
        column="`bundle`",
        explanation="The ledger remembers what was bought, so that a bundle that was renamed over there is not bought again.",
        stage=Stage.PLAN,
    ),
    Code(
        code="bundle_fixed",
        message="The bundle exists with {name} {there}; it cannot become {wanted}.",
        hint="{back}, or use another bundle name to have a new bundle made.",
        column="`bundle_type`, `platform`, `country`, `account_id`",
        explanation="These are chosen when a bundle is made, and the platform cannot change them.",
        stage=Stage.PLAN,
    ),
    Code(
        code="bundle_name_taken",
        message="The name {name} belongs to another bundle of the platform ({owner}); this row's bundle_id is {identity}.",
        hint="Choose a name that no other bundle has, or correct the bundle id.",
        column="`bundle`",
        explanation="The platform takes a reference once.",
        stage=Stage.PLAN,
    ),
    Code(
        code="slots_bundle_over",
        message="{name} is {status}: no slots can be added to it any more, and what they cost would be lost.",
        hint="Write {there}, or empty the cell; new videos need another bundle.",
        column="`videos_quantity`, `edits_quantity`",
        explanation="Slots are paid for when they are added, and nothing can be posted by a bundle that is over.",
        stage=Stage.PLAN,
    ),
    Code(
        code="account_locked",
        message="The account cannot be changed while the bundle is {status}.",
        hint="{advice}",
        column="the account's columns",
        explanation="The platform takes changes of an account in some statuses only; what may be done in this one is said.",
        stage=Stage.PLAN,
    ),
    Code(
        code="slot_locked",
        message="Position {position} is {status}; its {fields} cannot be changed any more.",
        hint="{advice}",
        variants={
            "bundle_over": (
                "{bundle} is {status}: {fields} of its position {position} cannot be changed any more.",
                "Put back what the platform has, or take the row out; a new video needs another bundle.",
            )
        },
        column="the first changed column",
        explanation="The platform takes changes of a video in some statuses only; what may be done in this one is said.",
        stage=Stage.PLAN,
    ),
    Code(
        code="conflict",
        message="{name} was changed on both sides since the export. Base: {base}. Yours: {yours}. Theirs: {theirs}.",
        hint="Export again and make the change there, or put back the base value.",
        column="the edited cell",
        explanation="Somebody else changed it on the platform meanwhile, and would lose that change in silence.",
        stage=Stage.PLAN,
    ),
    Code(
        code="action_no_target",
        message="{place} is not on the platform, so there is nothing to {action}.",
        hint="Empty the cell, or correct bundle and position.",
        variants={
            "bundle": ("{place} is not on the platform yet, so there is nothing to {action}.", "Empty the cell, or correct the bundle's name."),
        },
        column="`action`",
        explanation="An action is about something that is there; it is not remembered for later.",
        stage=Stage.PLAN,
    ),
    Code(
        code="action_with_changes",
        message="A row with an action does that alone: with {action} in this row, the change of {field} is not sent.",
        hint="Put back what was exported, or empty the action, import the change, and ask for the action afterwards.",
        column="the changed column",
        explanation="Whether the action is meant for the video as it is or as it was changed would be a guess.",
        stage=Stage.PLAN,
    ),
    Code(
        code="action_not_allowed",
        message="{action} is possible only for what is {allowed}; {place} is {status}.",
        hint="Empty the cell, or wait until the status allows it.",
        variants={
            "too_late": (
                "{action} is possible only for what is {allowed}; {place} is {status}.",
                "Empty the cell: it has gone beyond that.",
            )
        },
        column="`action`",
        explanation="The platform refuses it in any other status.",
        stage=Stage.PLAN,
    ),
    Code(
        code="action_media_missing",
        message="fix-download needs the new media.",
        hint="Write a working link or a file into video, or into carousel_images for a carousel.",
        variants={"other": ("{place} is a {kind}; {wanted} is what it needs.", "Write the new media into {wanted}.")},
        column=_MEDIA,
        explanation="A fix replaces the media that the manager could not download; without new ones there is nothing to send.",
    ),
    Code(
        code="action_media_unused",
        message="{place} is a {kind}; {other} does not go with it.",
        hint="Empty the cell; {wanted} is what is sent.",
        column=_MEDIA,
        explanation="A fix takes media of the slot's own type only.",
        stage=Stage.PLAN,
    ),
    Code(
        code="link_flagged",
        message="The manager has flagged position {position} of {name}; other media reach the manager as a fix only.",
        hint="Choose fix-download under action; the publish date then moves to tomorrow.",
        column=_MEDIA,
        explanation="Media that are changed in another way leave the flag standing, and the video is not posted.",
        stage=Stage.PLAN,
    ),
    Code(
        code="link_flagged_again",
        message="{place} was given this media {when}; the manager has flagged it again{comment}.",
        hint="Write other media into {wanted}. If these work by now, ask for them in a new export.",
        column=_MEDIA,
        explanation="The same media would fail in the same way.",
        stage=Stage.PLAN,
    ),
    Code(
        code="nearly_all_rows_change",
        message="{changed} of the {rows} that are there already would change at once.",
        hint="If that is not meant, a column was sorted or moved by itself: compare old and new in the plan. --max-changes 50 stops it.",
        column="-",
        explanation="A sheet that was spoilt by one wrong move changes nearly every row that it has.",
        severity=Severity.WARNING,
        stage=Stage.PLAN,
    ),
    Code(
        code="quote_refused",
        message="In a dry run the platform refused to {what} ({answer}: {words}, request {request}).",
        hint="Mend that before the plan is applied; it would be refused then too.",
        column="`bundle`, `videos_quantity`, `edits_quantity`",
        explanation="With `--quote` every step that takes credits is tried in a dry run, which changes nothing.",
        severity=Severity.WARNING,
        stage=Stage.PLAN,
    ),
    Code(
        code="quote_differs",
        message="The platform quotes {quoted} to {what}; from its price list it would be {reckoned}.",
        hint="Reckon with the quote, and give --max-credits.",
        column="`bundle`, `videos_quantity`, `edits_quantity`",
        explanation="With `--quote` the platform is asked what each step costs; what it says counts more than its price list.",
        severity=Severity.WARNING,
        stage=Stage.PLAN,
    ),
    Code(
        code="refused_by_platform",
        message="{problem}",
        hint="{advice}",
        column="the column that asked for it",
        explanation="The platform was asked and said no; its own code and words are quoted, and nothing was charged for the row.",
        stage=Stage.RUN,
    ),
)
