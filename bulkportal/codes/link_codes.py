"""Links in media cells: what their text tells, and with --online what lies behind them."""

from __future__ import annotations

from bulkportal.codes.code import Code, Severity, Stage

_ANY = "`video`, `carousel_images`, `profile_picture`"
_PAID = "The platform fetches what lies behind the link, and by the time that this fails, the slot has been paid for."

LINKS: tuple[Code, ...] = (
    Code(
        code="link_is_page",
        message="The link to {host} leads to {what}, not to a file.",
        hint="{todo}",
        column=_ANY,
        explanation="The platform fetches what lies behind the link. A page or a folder is no video, and the slot has been paid for by then.",
        money=True,
    ),
    Code(
        code="link_other_kind",
        message="The link to {host} ends in .{ending}, which is not {wanted}.",
        hint="Write the link of the file that is meant. If it is {wanted} all the same, --online looks at what lies behind it.",
        column=_ANY,
        explanation="The platform fetches what lies behind the link. A file of another kind is refused, and the slot has been paid for by then.",
        money=True,
    ),
    Code(
        code="link_expired",
        message="The link to {host} expired on {end}.",
        hint="Make a new link, valid until after the publish date.",
        column=_ANY,
        explanation=_PAID,
    ),
    Code(
        code="link_expires",
        message="The link to {host} expires on {end}; the publish date is {day}.",
        hint="Make a link that lasts longer, or use --rehost, which uploads the file now.",
        column=_ANY,
        explanation="The platform may fetch the file only when the video is due, and the link is dead by then.",
        severity=Severity.WARNING,
    ),
    Code(
        code="link_private_network",
        message="The link to {host} leads into a private network, which the platform cannot reach.",
        hint="Put the file beside the sheet, so that it is uploaded.",
        column=_ANY,
        explanation=_PAID,
    ),
    Code(
        code="link_empty",
        message="The file behind the link to {host} is empty.",
        hint="Upload it there again.",
        column=_ANY,
        explanation=_PAID,
        stage=Stage.PLAN,
    ),
    Code(
        code="link_wrong_type",
        message="What lies behind the link to {host} is not {wanted}: its content is {mime}.",
        hint="Give another link; the content counts, not the name.",
        column=_ANY,
        explanation=_PAID,
        stage=Stage.PLAN,
    ),
    Code(
        code="link_not_found",
        message="There is nothing behind the link to {host}{why}.",
        hint="Correct the link.",
        column=_ANY,
        explanation=_PAID,
        stage=Stage.PLAN,
    ),
    Code(
        code="link_not_public",
        message="The link to {host} is not open to everybody{why}: it asks for a login.",
        hint="{hint}",
        column=_ANY,
        explanation=_PAID,
        stage=Stage.PLAN,
    ),
    Code(
        code="link_over_quota",
        message="The link to {host} has been used too often for today; the host refuses the file.",
        hint="Put a copy of the file elsewhere, or beside the sheet.",
        column=_ANY,
        explanation=_PAID,
        stage=Stage.PLAN,
        passing=True,
    ),
    Code(
        code="link_unsure",
        message="The link to {host} could not be looked at: {why}.",
        hint="Try it in a browser; the platform will try it too.",
        column=_ANY,
        explanation="What fails from here may work from the platform, so this is a warning and not an error.",
        severity=Severity.WARNING,
        stage=Stage.PLAN,
    ),
)
