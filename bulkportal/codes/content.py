"""What the rows ask for: media, dates, texts, settings."""

from __future__ import annotations

from bulkportal.codes.code import Code, Severity

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
    Code(
        code="link_is_page",
        message="The link to {host} leads to {what}, not to a file.",
        hint="{todo}",
        column="any media column",
        explanation="The platform fetches what lies behind the link. A page or a folder is no video, and the slot has been paid for by then.",
        money=True,
    ),
    Code(
        code="sound_unlike",
        message="{tiktok_sound_url} does not look like the address of a TikTok sound.",
        hint="Open the sound in TikTok and copy its own link, such as https://www.tiktok.com/music/original-sound-7004.",
        column="tiktok_sound_url",
        severity=Severity.WARNING,
        explanation="A link to a video, or to a file, names no sound that the creator could choose in the app.",
    ),
    Code(
        code="country_not_a_code",
        message='"{value}" is not the code of a country.',
        hint="{todo}",
        column="country",
        explanation="The platform takes codes. A name in words is refused, and the code of another country would make the account there.",
        money=True,
    ),
    Code(
        code="slots_unfilled",
        message="{bundle} has {slots} video slots, of which {filled} are filled; empty: {empty}{price}.",
        hint="Slots are paid for when they are made, and never given back. Add rows for the others, or lower videos_quantity before.",
        column="videos_quantity",
        severity=Severity.WARNING,
        explanation="A slot that no row fills posts nothing, and costs as much as one that does. The plan names the credits.",
        money=True,
    ),
)
