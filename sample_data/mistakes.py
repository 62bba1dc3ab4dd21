"""The story of every mistake: each finding code planted in a row that is otherwise right.

A row carries its planted mistake beside it, so the list that a test compares with is made from the
same rows as the workbook. Bundles named ``good-`` and ``host-`` are right; the videos of the latter are not.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from rows import BUNDLE_COLUMNS, CDN, VIDEO_COLUMNS, Cell, Page, Row, rows

NOT_A_VIDEO = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in to download.</body></html>\n"

UNUSUAL_VIDEOS = {
    "film.mkv": "video_format",
    "landscape.mp4": "video_landscape",
    "short.mp4": "video_length",
    "silent.mp4": "video_silent",
    "small.mp4": "video_small",
    "turned.mp4": "video_turned",
}
"""Videos that can be played and will disappoint, with the finding that each brings."""

BY_PLACE = ("host-busy/5.mp4", "host-busy/5.mov", "host-busy/50.mp4")
"""Files that are found by their place: two for one row, and one for none."""

_FIRST_DAY = date(2030, 1, 7)
_SOUND = "https://www.tiktok.com/music/original-sound-7004"
_HOSTS = {"host-tiktok": "tiktok", "host-instagram": "instagram", "host-youtube": "youtube", "host-busy": "tiktok"}


_HOST_CODES = {"tiktok": (("videos_quantity", "slots_unfilled"),), "youtube": (("platform", "youtube_refused"),)}


_EVENTS = ("action", "message")
_MORE = ("volume_added_sound", "partner", "story_repost_url")


def launch() -> tuple[Page, ...]:
    """The workbook in which every mistake that a row can hold is made once."""
    videos = _Videos()
    _cells(videos)
    _places(videos)
    _content(videos)
    _media(videos)
    _good_videos(videos)
    bundles = (*_hosts(videos.slots), *_bundle_cells(), *_bundle_rules(), *_bundle_warnings())
    return (
        Page(sheet="Bundles", columns=tuple(dict.fromkeys((*BUNDLE_COLUMNS, *_EVENTS))), rows=bundles),
        Page(
            sheet="Videos",
            columns=(*VIDEO_COLUMNS[:1], "bundle_id", *VIDEO_COLUMNS[1:], *_MORE, *_EVENTS),
            rows=tuple(videos.rows),
            titles={"partner": "Paid partnership"},
            header_codes=(("video", "media_left_over"), ("partner", "column_unknown"), ("story_repost_url", "column_unknown")),
        ),
    )


def headers() -> tuple[Page, ...]:
    """A small workbook whose mistakes are in its headers and its sheets."""
    columns = ("bundle", "position", "video_type", "video", "description", "target_publish_date", "edting_instructions", "text", "name")
    clip: dict[str, Cell] = {"bundle": "headers-01", "position": 1, "video_type": "video", "video": f"{CDN}/headers/1.mp4"}
    clip |= {"description": "One dish, one minute", "target_publish_date": date(2030, 2, 4)}
    clip |= {"edting_instructions": "Add the logo at the end", "text": "ask Ines", "name": "Dish 1"}
    bundle = _bundle("headers-01", videos_quantity=1)
    example: dict[str, Cell] = {"bundle": "Example", "bundle_type": "account_and_videos", "platform": "tiktok", "username": "daily.street.bites"}
    return (
        Page(sheet="Bundles", columns=BUNDLE_COLUMNS, rows=(Row(example, (("bundle", "example_not_read"),)), *rows(bundle))),
        Page(
            sheet="Videos",
            columns=columns,
            titles={"edting_instructions": "Edting instructions", "name": "Name (Berlin)"},
            rows=rows(clip),
            header_codes=(("edting_instructions", "column_unknown"), ("text", "header_beside"), ("name", "header_part_unread")),
        ),
        Page(
            sheet="Notes",
            columns=("what", "who"),
            rows=rows({"what": "Ask for the missing logo", "who": "Ines"}),
            sheet_codes=("sheet_unknown",),
        ),
        Page(sheet="March", columns=BUNDLE_COLUMNS, rows=rows(_bundle("headers-00")), sheet_codes=("sheet_hidden",), tab="hidden"),
    )


def layout() -> tuple[Page, ...]:
    """A workbook in which every cell is right by itself, and the sheets are not: what was merged, hidden, sorted or moved."""
    moved = (_moved("Shifted", "rows_shifted"), _moved("Sorted", "column_sorted_alone"), _swapped())
    sheets = (_laid_out(), *moved, _twice(), _blocks(), _other_blocks(), _glued(), _torn(), _on_hold(), _put_aside())
    names = dict.fromkeys(name for page in sheets for row in page.rows if (name := str(row.values["bundle"])) != "bundle")
    return (Page(sheet="Bundles", columns=BUNDLE_COLUMNS, rows=rows(*(_bundle(name, videos_quantity=3) for name in names))), *sheets)


def legacy() -> Page:
    """A file of a program that writes no UTF-8 and knows little of CSV: letters are a guess or lost, formulas and texts come out torn."""
    columns = (*(name for name in BUNDLE_COLUMNS if name != "biography"), "biography", "torn")
    swallowed = f"Tea.\nlegacy-06,,account_only,tiktok,US,Tea,2{',' * (len(columns) - 7)}"
    return Page(
        sheet="legacy",
        columns=columns,
        titles={"torn": ""},
        rows=(
            Row(_account_only("legacy-01", title="Café du marché"), (("title", "encoding_guessed"),)),
            Row(_account_only("legacy-02", title="=A2&B2"), (("title", "formula_as_text"),)),
            Row(_account_only("legacy-03", title="Caf?s in der N?he"), (("title", "letters_lost"),)),
            Row(_account_only("legacy-04", biography="Tea and buns", torn=" every morning"), (("torn", "text_parted"),)),
            Row(_account_only("legacy-05", biography=swallowed), (("biography", "rows_swallowed"),)),
        ),
    )


_LAYOUT_COLUMNS = ("bundle", "position", "name", "video_type", "video", "description", "target_publish_date", "external_ref")


_SPOILT = (("description", "text_garbled"), ("torn", "cell_without_header"))


def _clips(*bundles: str) -> list[dict[str, Cell]]:
    """Three right videos of each bundle, whose files are called after bundle and position."""
    return [
        {
            "bundle": name,
            "position": position,
            "name": f"Dish {position}",
            "video_type": "video",
            "video": f"{CDN}/{name}/{position}.mp4",
            "description": f"Dish {position} of {name} #streetfood",
            "target_publish_date": _FIRST_DAY + timedelta(days=position),
        }
        for name in bundles
        for position in (1, 2, 3)
    ]


def _laid_out() -> Page:
    """Names merged over two rows, a hidden row, lost zeros, half a caption, spoilt captions, and a note under the table."""
    one, two, three, *others = _clips("laid-out", "hidden-row")
    merged = (("name", "cells_merged"),)
    return Page(
        sheet="Videos",
        columns=(*_LAYOUT_COLUMNS, "torn"),
        titles={"torn": ""},
        rows=(
            Row(one | {"external_ref": "00123"}, merged),
            Row(two | {"external_ref": "00124", "name": None}, merged),
            Row(three | {"external_ref": "125"}, (("external_ref", "zeros_lost"),)),
            Row(others[0], (("bundle", "rows_hidden"),)),
            Row(others[1] | {"description": "It\u00e2\u20ac\u2122s dawn", "torn": "and the market opens"}, _SPOILT),
            Row(others[2] | {"description": "'=) says the cook"}, (("description", "apostrophe_left"),)),
        ),
        below=(("All clips are in the shared folder.", "note_not_read"),),
        merged=("C2:C3",),
        hidden=(5,),
        hidden_columns=("external_ref",),
        header_codes=(("external_ref", "column_hidden"),),
    )


def _twice() -> Page:
    """Two headers that mean the caption, and none that names it."""
    clips = [clip | {"caption": clip["description"], "text": f"Note {clip['position']}"} for clip in _clips("two-captions")]
    columns = ("bundle", "position", "name", "video_type", "video", "caption", "text", "target_publish_date")
    return Page(sheet="Twice", columns=columns, rows=rows(*clips), header_codes=(("text", "header_twice"),))


_BLOCK_COLUMNS = _LAYOUT_COLUMNS[:-1]


def _blocks() -> Page:
    """A table whose headers stand above its second block as well."""
    one, *others = _clips("in-blocks")
    again = Row({name: name for name in _BLOCK_COLUMNS}, (("bundle", "header_repeated"),))
    return Page(sheet="Blocks", columns=_BLOCK_COLUMNS, rows=(Row(one), again, *rows(*others)))


def _other_blocks() -> Page:
    """The headers of the second block stand in another order."""
    one, *others = _clips("other-blocks")
    order = dict(zip(_BLOCK_COLUMNS, ("bundle", "position", "description", "video_type", "video", "name", "target_publish_date"), strict=True))
    return Page(sheet="Other blocks", columns=_BLOCK_COLUMNS, rows=(Row(one), Row(order, (("bundle", "header_changes"),)), *rows(*others)))


def _glued() -> Page:
    """The headers of another file stand behind a row's last cell."""
    one, two, three = _clips("glued-files")
    first, *spill = _BLOCK_COLUMNS
    beyond = tuple(f"beyond-{name}" for name in spill)
    line = two | {"target_publish_date": f"{two['target_publish_date']}{first}"} | dict(zip(beyond, spill, strict=True))
    return Page(
        sheet="Glued",
        columns=(*_BLOCK_COLUMNS, *beyond),
        titles=dict.fromkeys(beyond, ""),
        rows=(Row(one), Row(line, (("target_publish_date", "headers_glued"),)), Row(three)),
    )


def _torn() -> Page:
    """The last column holds captions, and one of them was torn apart at its comma."""
    one, two, three = _clips("torn-text")
    columns = (*(name for name in _BLOCK_COLUMNS if name != "description"), "description", "beyond")
    torn = Row(two | {"description": "Dish 2 of torn-text", "beyond": " fresh every morning"}, (("beyond", "row_too_long"),))
    return Page(sheet="Torn", columns=columns, titles={"beyond": ""}, rows=(Row(one), torn, Row(three)))


def _on_hold() -> Page:
    """The team's own status says that a row is not to be sent yet, and a conditional format strikes out what is dropped."""
    clips = zip(_clips("held-row"), ("Approved", "On hold", "Posted"), strict=True)
    one, two, three = [clip | {"status": status} for clip, status in clips]
    held = Row(two, (("status", "row_on_hold"),))
    struck = Row(three, (("bundle", "struck_by_rule"),))
    columns = (*_BLOCK_COLUMNS, "status")
    return Page(
        sheet="Held",
        columns=columns,
        rows=(Row(one, (("description", "notes_on_cells"),), notes={"description": "The client likes this one."}), held, struck),
        header_codes=(("status", "column_not_ours"),),
        struck_where=f'${chr(64 + len(columns))}2="Posted"',
    )


def _put_aside() -> Page:
    """A tab whose name says that it is not meant to be sent."""
    return Page(sheet="Archive", columns=_BLOCK_COLUMNS, rows=rows(*_clips("put-aside")), sheet_codes=("sheet_on_hold",))


def _moved(sheet: str, code: str) -> Page:
    """Rows whose videos all moved up by one, or were sorted by themselves; blamed on the first."""
    clips = _clips(f"{sheet.lower()}-spring", f"{sheet.lower()}-autumn", f"{sheet.lower()}-winter")
    names = [str(clip["video"]) for clip in clips]
    moved = sorted(names) if code == "column_sorted_alone" else [*names[1:], names[0]]
    first, *others = [clip | {"video": name} for clip, name in zip(clips, moved, strict=True)]
    return Page(sheet=sheet, columns=_LAYOUT_COLUMNS, rows=(Row(first, (("video", code),)), *rows(*others)))


def _swapped() -> Page:
    """The captions stand under video, and the links under description; so the videos are not found either."""
    first, *others = [clip | {"video": clip["description"], "description": clip["video"]} for clip in _clips("swapped")]
    lost = (("video", "media_not_found"),)
    return Page(
        sheet="Swapped", columns=_LAYOUT_COLUMNS, rows=(Row(first, (*lost, ("video", "columns_swapped"))), *(Row(other, lost) for other in others))
    )


def _bundle(name: str, **over: Cell) -> dict[str, Cell]:
    """A right bundle of two TikTok videos, not to be published; `over` changes it."""
    words = name.replace("-", " ")
    right: dict[str, Cell] = {
        "bundle": name,
        "bundle_type": "account_and_videos",
        "platform": "tiktok",
        "country": "US",
        "title": words.capitalize(),
        "videos_quantity": 2,
        "username": name.replace("-", ".")[:24],
        "visible_name": words.title()[:30],
        "biography": "One market, one dish, every day.",
        "profile_picture": f"{CDN}/faces/{name}.jpg",
    }
    return right | over


def _account_only(name: str, **over: Cell) -> dict[str, Cell]:
    return _bundle(name, bundle_type="account_only", videos_quantity=None) | over


def _videos_only(name: str, account_id: Cell) -> dict[str, Cell]:
    blank = dict.fromkeys(("country", "username", "visible_name", "biography", "profile_picture"))
    return _bundle(name, bundle_type="videos_only") | blank | {"account_id": account_id}


def _hosts(slots: Counter[str]) -> tuple[Row, ...]:
    """The right bundles. YouTube is refused by the platform today; rows of TikTok's have lost their positions, so that slots stay empty."""
    hosts = [
        Row(
            _bundle(name, platform=platform, videos_quantity=slots[name], edits_quantity=0),
            _HOST_CODES.get(platform if name != "host-busy" else "", ()),
        )
        for name, platform in _HOSTS.items()
    ]
    return (
        Row(_bundle("good-tiktok", country="UK", publish="yes")),
        Row(_bundle("good-instagram", platform="instagram", country="FR", publish="yes")),
        Row(_account_only("good-account", country="DE", publish="yes")),
        Row(_videos_only("good-followup", "acc_demo_tiktok_1")),
        *hosts,
    )


def _bundle_cells() -> tuple[Row, ...]:
    """Cells of Bundles that cannot be understood, whatever the row says."""
    return (
        Row(_bundle("cell-error", title="#N/A"), (("title", "cell_error_value"),)),
        Row(_bundle("cell-number", bundle_id=1234567890123456789), (("bundle_id", "number_too_long"),)),
        Row(_bundle("cell-shown", bundle_id=42), (("bundle_id", "number_shown_otherwise"),), {"bundle_id": '"bnd-"0000'}),
        Row(_bundle("cell-scaled", edits_quantity=2), (("edits_quantity", "number_shows_another"),), {"edits_quantity": "0%"}),
        Row(_bundle("cell-unshown", biography="Nobody sees this."), (("biography", "cell_unshown"),), {"biography": ";;;"}),
        Row(_bundle("cell-struck", visible_name="Old Name"), (("visible_name", "struck_out"),), struck=("visible_name",)),
        Row(_bundle("cell-integer", edits_quantity="two"), (("edits_quantity", "integer_invalid"),)),
        Row(_bundle("cell-boolean", moderation="maybe"), (("moderation", "boolean_invalid"),)),
        Row(_bundle("cell-unseen", username="cell.unseen\u200b"), (("username", "unseen_character"),)),
        Row(_bundle("cell-url", platform="instagram", link_in_bio="not a link"), (("link_in_bio", "url_invalid"),)),
        Row(_bundle("cell-inward", platform="instagram", link_in_bio="http://192.168.1.20/menu"), (("link_in_bio", "link_in_bio_private"),)),
        Row(_bundle("cell-placeholder", biography="TBD"), (("biography", "text_placeholder"),)),
        Row(_bundle("cell-draft", biography="[DRAFT] One market, one dish."), (("biography", "text_not_final"),)),
        Row(_bundle("cell-archive", profile_picture=f"{CDN}/faces/all.zip"), (("profile_picture", "link_other_kind"),)),
        Row(_bundle("cell-control", title="Spring\x90launch"), (("title", "control_character"),)),
        Row(_bundle("cell-escaped", title="Fish &amp; chips"), (("title", "text_escaped"),)),
        Row(_bundle("cell-long", title="Spring " * 28 + "extra"), (("title", "text_too_long"),)),
        Row(_bundle("cell-message", action="account-corrections"), (("message", "message_missing"),)),
        Row(_bundle("cell-unused", message="For the next launch"), (("message", "message_unused"),)),
        Row(_bundle("cell-words", action="account-corrections", message="Friendlier, please"), (("message", "message_names_no_field"),)),
    )


def _bundle_rules() -> tuple[Row, ...]:
    """Rows of Bundles that are each missing something or contradict themselves."""
    twice, same_id = (("bundle", "bundle_duplicate"),), (("bundle_id", "bundle_id_duplicate"),)
    return (
        Row(_bundle("no-name", bundle=None), (("bundle", "bundle_missing"),)),
        Row(_bundle("twice", username="twice.one"), twice),
        Row(_bundle("twice", username="twice.two", visible_name="Twice Too"), twice),
        Row(_bundle("same-id-one", bundle_id="bnd_demo_9"), same_id),
        Row(_bundle("same-id-two", bundle_id="bnd_demo_9"), same_id),
        Row(_bundle("no-type", bundle_type=None), (("bundle_type", "bundle_type_missing"),)),
        Row(_bundle("no-platform", platform=None), (("platform", "platform_missing"),)),
        Row(_bundle("no-country", country=None), (("country", "country_missing"),)),
        Row(_bundle("long-country", country="France"), (("country", "country_not_a_code"),)),
        Row(_bundle("no-quantity", videos_quantity=None), (("videos_quantity", "videos_quantity_missing"),)),
        Row(_account_only("account-videos", videos_quantity=3), (("videos_quantity", "videos_quantity_not_allowed"),)),
        Row(_bundle("zero-videos", videos_quantity=0), (("videos_quantity", "videos_quantity_too_small"),)),
        Row(_bundle("minus-edits", edits_quantity=-1), (("edits_quantity", "edits_quantity_invalid"),)),
        Row(_bundle("many-edits", edits_quantity=3), (("edits_quantity", "edits_exceed_videos"),)),
        Row(_videos_only("no-account-id", None), (("account_id", "account_id_missing"),)),
        Row(_videos_only("own-account", "acc_demo_tiktok_1") | {"username": "own.account"}, (("username", "account_not_allowed"),)),
        Row(_account_only("extra-account-id", account_id="acc_demo_tiktok_1"), (("account_id", "account_id_not_allowed"),)),
        Row(_bundle("deep-tiktok", deep_warming="yes"), (("deep_warming", "deep_warming_platform"),)),
        Row(
            _bundle("two-warmings", platform="instagram", deep_warming="yes", niche_warming="yes") | {"niche_warming_instructions": "Street food"},
            (("deep_warming", "warming_conflict"),),
        ),
        Row(_account_only("bad-username", username="no spaces!"), (("username", "username_invalid"),)),
        Row(_account_only("no-biography", biography=None, publish="yes"), (("biography", "account_incomplete"),)),
        Row(_bundle("no-videos", publish="yes"), (("publish", "publish_without_videos"),)),
    )


def _bundle_warnings() -> tuple[Row, ...]:
    """Rows of Bundles that can be sent, with something to look at first."""
    reused = (("username", "username_reused"),)
    return (
        Row({"bundle": "there-already", "title": "Another title"}, (("bundle", "bundle_perhaps_there"),)),
        Row(_account_only("Sample 3", username="sample.three", profile_picture=f"{CDN}/faces/sample.jpg"), (("bundle", "row_named_example"),)),
        Row(_account_only("Muster:", username="muster.row"), (("bundle", "row_called_example"),)),
        Row(_account_only("no-niche", niche_warming="yes"), (("niche_warming_instructions", "niche_instructions_missing"),)),
        Row(_account_only("link-tiktok", link_in_bio="https://www.example.com"), (("link_in_bio", "link_in_bio_platform"),)),
        Row(_account_only("same-name-one", username="same.name"), reused),
        Row(_account_only("same-name-two", username="same.name", country="UK"), reused),
    )


@dataclass
class _Videos:
    """The Videos sheet as it grows: each row gets the next position and day of its bundle."""

    rows: list[Row] = field(default_factory=list)
    slots: Counter[str] = field(default_factory=Counter)

    def add(self, bundle: str, /, *planted: tuple[str, str], **over: Cell) -> None:
        """A right row of that bundle, with `over` making the mistakes that `planted` names."""
        platform = _HOSTS.get(bundle, "instagram" if "instagram" in bundle else "tiktok")
        self.slots[bundle] += 1
        number = len(self.rows) + 1
        day = _FIRST_DAY + timedelta(days=number)
        values: dict[str, Cell] = {
            "bundle": bundle,
            "position": self.slots[bundle],
            "name": f"Video {number}",
            "video_type": "video",
            "video": f"{CDN}/{bundle}/{number}.mp4",
            "description": f"Dish number {number} #streetfood",
            "target_publish_date": day if number % 2 else day.isoformat(),
        }
        if platform == "instagram":
            values["instagram_content_type"] = "reel"
        if platform == "youtube":
            values["youtube_title"] = f"Dish number {number}"
        self.rows.append(Row(values | over, planted))

    def carousel(self, bundle: str, /, *planted: tuple[str, str], **over: Cell) -> None:
        """A right carousel of three images, with `over` making the mistakes."""
        images = ";".join(f"{CDN}/{bundle}/{len(self.rows) + 1}-{slide}.jpg" for slide in (1, 2, 3))
        values: dict[str, Cell] = {"video_type": "carousel", "video": None, "carousel_images": images}
        if _HOSTS[bundle] == "instagram":
            values["instagram_content_type"] = "post"
        if _HOSTS[bundle] == "tiktok":
            values["tiktok_sound_url"] = _SOUND
        self.add(bundle, *planted, **(values | over))


def _cells(videos: _Videos) -> None:
    """Cells of Videos that cannot be understood."""
    tok, tube, day = "host-tiktok", "host-youtube", "target_publish_date"
    videos.add(tok, ("name", "formula_without_value"), name='="Teaser "&D2')
    videos.add(tok, (day, "date_invalid"), target_publish_date="soon")
    videos.add(tok, (day, "date_ambiguous"), target_publish_date="03/04/2030")
    videos.add(tube, ("youtube_visibility", "choice_invalid"), youtube_visibility="hidden")
    videos.add(tok, ("tiktok_sound_url", "url_invalid"), tiktok_sound_url="not a link")
    videos.add(tok, ("video_type", "clear_not_allowed"), video_type="(clear)")
    videos.add(tok, ("external_ref", "text_too_long"), external_ref="r" * 201)
    videos.add(tube, ("youtube_tags", "list_read_apart"), youtube_tags="street food, rome")
    videos.add(tube, ("youtube_tags", "list_separator"), youtube_tags="street food|rome")
    videos.add(tok, (day, "time_dropped"), target_publish_date="2030-01-25 18:30")
    videos.add(tok, (day, "weekday_contradicts"), target_publish_date="Monday, January 26, 2030")
    videos.add(tok, (day, "date_far_away"), target_publish_date="2072-01-27")
    videos.add(tok, ("tiktok_sound_url", "several_links"), tiktok_sound_url=f"{_SOUND}, {_SOUND}")


def _places(videos: _Videos) -> None:
    """Rows that belong nowhere, or to a position that cannot be."""
    tok, ref = "host-tiktok", "external_ref"
    videos.add(tok, ("bundle", "video_bundle_missing"), bundle=None)
    videos.add(tok, ("bundle", "bundle_unknown"), ("video", "video_names_another"), bundle="host-tiktock")
    videos.add(tok, ("bundle", "names_alike"), bundle="Host\u2011tiktok")
    videos.add(tok, ("bundle", "bundle_contradicts_id"), bundle_id="bnd_demo_9")
    videos.add("good-account", ("bundle", "bundle_has_no_videos"), position=1)
    videos.add(tok, ("position", "position_missing"), position=None)
    videos.add(tok, ("position", "position_invalid"), position=0)
    videos.add(tok, ("position", "position_out_of_range"), position=99)
    videos.add(tok, ("position", "position_duplicate"))
    videos.add(tok, ("position", "position_duplicate"), position=videos.slots[tok])
    videos.add(tok, (ref, "external_ref_duplicate"), external_ref="same-ref")
    videos.add(tok, (ref, "external_ref_duplicate"), external_ref="same-ref")
    for _ in range(4):
        videos.add("host-busy", ("target_publish_date", "too_many_per_day"), target_publish_date="2030-07-01")


def _content(videos: _Videos) -> None:
    """Rows whose content does not fit their platform."""
    for _ in range(2):
        videos.add("host-instagram", ("description", "caption_reused"), description="Everything that the market sells at dawn")
    for bundle in ("host-instagram", "host-youtube"):
        videos.add(bundle, ("video", "video_reused"), video=f"{CDN}/reused.mp4")
    tok, gram, tube = "host-tiktok", "host-instagram", "host-youtube"
    content, day = "instagram_content_type", "target_publish_date"
    videos.add(tok, ("video_type", "video_type_missing"), video_type=None)
    videos.carousel(tube, ("video_type", "carousel_not_supported"))
    videos.carousel(tok, ("tiktok_sound_url", "tiktok_sound_missing"), tiktok_sound_url=None)
    videos.add(gram, (content, "instagram_content_type_missing"), instagram_content_type=None)
    videos.add(tok, (content, "instagram_content_type_ignored"), instagram_content_type="reel")
    videos.add(tok, (day, "publish_date_missing"), target_publish_date=None)
    videos.add(tok, (day, "publish_date_too_early"), target_publish_date=date(2020, 1, 1))
    videos.add(tok, ("description", "description_missing"), description=None)
    videos.add(tok, ("description", "caption_long"), description="Noodles! " * 244 + "Noodl")
    videos.add(gram, ("description", "hashtags_many"), description=" ".join(f"#dish{number}" for number in range(31)))
    videos.add(tube, ("description", "hashtags_many_youtube"), description=" ".join(f"#dish{number}" for number in range(61)))
    videos.add(gram, ("description", "mentions_many"), description=" ".join(f"@cook{number}" for number in range(21)))
    videos.add(tube, ("youtube_title", "youtube_title_long"), youtube_title="The smallest kitchen of the market " * 3)
    videos.add(tube, ("youtube_title", "youtube_title_signs"), youtube_title="Noodles <fresh>")
    videos.add(tube, ("youtube_tags", "youtube_tags_long"), youtube_tags=";".join(f"street food {number}" for number in range(40)))
    videos.add(gram, ("editing_instructions", "edit_slots_short"), editing_instructions="Add the logo at the end")
    videos.add(tok, ("volume_added_sound", "number_out_of_range"), volume_added_sound=120)
    videos.add(tok, ("partner", "disclosure_not_read"), partner="yes")
    videos.add(tok, ("story_repost_url", "field_not_sent"), story_repost_url=f"{CDN}/story/1")
    videos.add(tok, ("youtube_title", "field_ignored"), youtube_title="The smallest kitchen")
    videos.carousel(gram, (content, "reel_carousel"), instagram_content_type="reel")
    videos.add(tube, ("youtube_title", "youtube_title_missing"), youtube_title=None)


def _media(videos: _Videos) -> None:
    """Rows whose media are missing, or are not what they seem."""
    tok, gram = "host-tiktok", "host-instagram"
    one = f"{CDN}/one/1.jpg"
    videos.add(tok, ("video", "video_missing"), video=None)
    videos.add(tok, ("video", "action_media_missing"), video=None, action="fix-download")
    videos.add(tok, ("message", "message_missing"), action="corrections")
    videos.add(tok, ("message", "message_unused"), message="A larger logo, please")
    videos.carousel(gram, ("carousel_images", "carousel_images_missing"), carousel_images=None)
    videos.carousel(gram, ("carousel_images", "carousel_size"), carousel_images=one)
    videos.add(tok, ("carousel_images", "media_unused"), carousel_images=f"{CDN}/two/1.jpg;{CDN}/two/2.jpg")
    videos.add(tok, ("video", "media_not_found"), video="media/nowhere.mp4")
    videos.add(tok, ("video", "media_outside_folder"), video="../../etc/passwd")
    videos.add(tok, ("video", "media_empty"), video="media/empty.mp4")
    videos.add(tok, ("video", "media_wrong_type"), video="media/page.mp4")
    videos.add(tok, ("video", "media_broken"), video="media/cut.mp4")
    videos.add(tok, ("video", "media_unreadable"), video=f"media/{'a-very-long-name-' * 20}.mp4")
    videos.add("host-busy", ("video", "media_doubtful"), video=None, target_publish_date="2030-07-02")
    videos.add(tok, ("video", "media_address_unknown"), video="ftp://launch/clip.mp4")
    for name, code in UNUSUAL_VIDEOS.items():
        videos.add(tok, ("video", code), video=f"media/{name}")
    videos.add(tok, ("video", "link_is_page"), video="https://www.youtube.com/watch?v=market-at-dawn")
    videos.add(tok, ("video", "link_private_network"), video="http://192.168.1.20/clips/market-at-dawn.mp4")
    videos.add(tok, ("tiktok_sound_url", "sound_unlike"), tiktok_sound_url="https://www.tiktok.com/@bites/video/7004")
    signed = f"{CDN}/one/signed.mp4?X-Amz-Signature=0a1b&X-Amz-Date="
    videos.add(tok, ("video", "link_expired"), video=f"{signed}20260101T000000Z&X-Amz-Expires=3600")
    videos.add(tok, ("video", "link_expires"), video=f"{signed}20300101T000000Z&X-Amz-Expires=3600")
    slide = "media/slide-1.jpg"
    videos.carousel(gram, ("carousel_images", "image_format"), carousel_images=f"{slide};media/picture.heic")
    videos.carousel(gram, ("carousel_images", "image_small"), carousel_images=f"{slide};media/tiny.jpg")
    videos.carousel(gram, ("carousel_images", "image_ratios_differ"), carousel_images=f"{slide};media/square.jpg")


def _good_videos(videos: _Videos) -> None:
    """Rows with nothing wrong."""
    videos.add("good-tiktok", video="media/clip-1.mp4")
    videos.add("good-tiktok", tiktok_sound_url=_SOUND)
    videos.add("good-instagram")
    videos.add("good-instagram", instagram_content_type="post")
    videos.add("good-followup")
    videos.add("good-followup")
