"""Media files: whether they are there, and what is in them."""

from __future__ import annotations

from bulkportal.codes.code import Code, Severity, Stage

_ANY = "`video`, `carousel_images`, `profile_picture`"
_IMAGES = "`carousel_images`, `profile_picture`"

MEDIA: tuple[Code, ...] = (
    Code(
        code="media_not_found",
        message="There is no file {text} in {where}.",
        hint="{meant}Correct the name (it is relative to the sheet), or name the folder with --media-root.",
        column=_ANY,
        explanation="A file that is not there cannot be uploaded, and its slot would stay empty.",
    ),
    Code(
        code="media_outside_folder",
        message="The file {text} lies outside the folder of the sheet.",
        hint="{meant}Move it beside the sheet, or name its folder with --media-root.",
        column=_ANY,
        explanation="A sheet that came from somebody else must not be able to upload any file on this machine.",
    ),
    Code(
        code="media_unreadable",
        message="The file {text} cannot be read: {reason}.",
        hint="Check its name and its permissions.",
        column=_ANY,
        explanation="What cannot be read here cannot be uploaded either.",
    ),
    Code(
        code="media_address_unknown",
        message="{scheme}: addresses are not known here.",
        hint="{meant}Use an https:// link, or a file beside the sheet.",
        variants={
            "link": (
                "The link {text} is not written as a web address is.",
                "Copy it again: after https:// comes a host such as cdn.example.com, and there are no blanks.",
            )
        },
        column=_ANY,
        explanation="The platform fetches a link itself, and knows web addresses only.",
    ),
    Code(
        code="media_doubtful",
        message="Several files could be meant: {files}.",
        hint="Keep one of them, or write its name into the cell.",
        column="`video`",
        explanation="The profile finds a row's media by a pattern, and this row fits more than one file.",
    ),
    Code(
        code="media_left_over",
        message="The file {text} belongs to no row.",
        hint="Check its number, or whether a row is missing; nothing to do if it is not meant.",
        column="the header of `video`",
        explanation="The profile finds a row's media by a pattern; a file that fits no row often has a mistyped number.",
        severity=Severity.WARNING,
    ),
    Code(
        code="media_empty",
        message="The file {name} is empty.",
        hint="Export or copy it again.",
        column=_ANY,
        explanation="The platform refuses it, and the slot has been paid for by then.",
    ),
    Code(
        code="media_wrong_type",
        message="The file {name} is not {wanted}: its content is {mime}.",
        hint="Name another file; the content counts, not the file's name.",
        column=_ANY,
        explanation="The platform refuses what is of another kind, and the slot has been paid for by then.",
    ),
    Code(
        code="media_broken",
        message="The file {name} is damaged: {trouble}",
        hint="Export or copy it again.",
        column=_ANY,
        explanation="A file that was cut off on its way is refused, or posted only in part.",
    ),
    Code(
        code="image_format",
        message="The image {name} is a {kind} file; the platform takes JPEG, PNG, WebP and GIF.",
        hint="Export it as JPEG.",
        column=_IMAGES,
        explanation="The platform refuses other formats, such as the one that phones save pictures in.",
    ),
    Code(
        code="video_format",
        message="The video {name} is {container} with {codec}; not every network takes that.",
        hint="Export it as MP4 with H.264 to be sure.",
        column="`video`",
        explanation="TokPortal documents no formats; the apps of the networks are known to refuse some.",
        severity=Severity.WARNING,
    ),
    Code(
        code="video_length",
        message="The video {name} is {duration} long; networks usually take 3 seconds to 10 minutes.",
        hint="Check that it is the whole video, and the right one.",
        column="`video`",
        explanation="TokPortal documents no limit; a video outside these is often cut off, or the wrong one.",
        severity=Severity.WARNING,
    ),
    Code(
        code="video_silent",
        message="The video {name} has no audio track.",
        hint="Export it with its sound, or name a sound in its column.",
        column="`video`",
        explanation="A video without sound is often a failed export.",
        severity=Severity.WARNING,
    ),
    Code(
        code="video_large",
        message="The video {name} is {size}; TikTok's app takes at most 287 MB.",
        hint="Export it with a lower bit rate.",
        column="`video`",
        explanation="TokPortal documents no limit, so this is a warning and not an error; the app is known to have one.",
        severity=Severity.WARNING,
    ),
    Code(
        code="video_landscape",
        message="The video {name} is wider than it is tall ({size}); phones show it with bars above and below.",
        hint="Export it upright, 1080 x 1920.",
        column="`video`",
        explanation="The networks show videos upright.",
        severity=Severity.WARNING,
    ),
    Code(
        code="video_small",
        message="The video {name} has only {size} pixels.",
        hint="Export it with 1080 x 1920 pixels.",
        column="`video`",
        explanation="A small picture looks soft where it is shown large.",
        severity=Severity.WARNING,
    ),
    Code(
        code="video_turned",
        message="The video {name} is stored rotated by {turned} degrees, with a flag that says so; not every program respects it.",
        hint="Export it once from a video program; that rotates the picture itself.",
        column="`video`",
        explanation="Where the flag is ignored, the video lies on its side.",
        severity=Severity.WARNING,
    ),
    Code(
        code="image_small",
        message="The image {name} has only {size} pixels.",
        hint="Export it 1080 pixels wide.",
        column="`carousel_images`",
        explanation="A small picture looks soft where it is shown large.",
        severity=Severity.WARNING,
    ),
    Code(
        code="image_large",
        message="The image {name} is {size}; TikTok takes at most 20 MB.",
        hint="Export it as JPEG.",
        column=_IMAGES,
        explanation="TokPortal documents no limit, so this is a warning and not an error; the network is known to have one.",
        severity=Severity.WARNING,
    ),
    Code(
        code="image_ratios_differ",
        message="The image {name} ({size}) has a different shape from {first} ({first_size}); "
        "the networks cut all images of a carousel to the first one's shape.",
        hint="Give all images of a carousel the same shape.",
        column="`carousel_images`",
        explanation="What lies at the edge of an image, such as its text, is cut off.",
        severity=Severity.WARNING,
    ),
    Code(
        code="media_not_fetched",
        message="The file {name} could not be fetched from {host}: {why}.",
        hint="Run this again; if it keeps failing, put the file beside the sheet.",
        column=_ANY,
        explanation="What is to be uploaded from elsewhere is fetched first, before anything is bought for its row.",
        stage=Stage.PLAN,
        passing=True,
    ),
    Code(
        code="media_extra_missing",
        message="To read from {scheme}:// bulkportal needs an extra package.",
        hint="{hint}",
        column=_ANY,
        explanation="Each kind of cloud store is read by a package of its own, which is installed only where it is needed.",
        stage=Stage.PLAN,
    ),
    Code(
        code="store_not_trusted",
        message="The file {name} is not fetched{why}.",
        hint="{hint}",
        column=_ANY,
        explanation="A server that is not in known_hosts could be anybody's, and would receive a password or a file's name. It is not contacted.",
        stage=Stage.PLAN,
    ),
)
