"""The stories without mistakes: what each sheet of each folder holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from rows import BUNDLE_COLUMNS, CDN, VIDEO_COLUMNS, Cell, Page, rows

Values = Mapping[str, Cell]

_FRIENDLY = {
    "bundle": "Bundle",
    "bundle_type": "Bundle type",
    "platform": "Platform",
    "country": "Country",
    "title": "Title",
    "videos_quantity": "Videos",
    "username": "Username",
    "visible_name": "Visible name",
    "biography": "Biography",
    "profile_picture": "Profile picture",
    "auto_finalize_videos": "Finalize videos automatically",
    "publish": "Publish",
    "position": "Position",
    "name": "Name",
    "video_type": "Video type",
    "instagram_content_type": "Instagram content type",
    "video": "Video",
    "description": "Caption",
    "target_publish_date": "Publish date",
    "external_ref": "External reference",
}


def _account(username: str, visible_name: str, biography: str, picture: str = "") -> dict[str, Cell]:
    return {
        "username": username,
        "visible_name": visible_name,
        "biography": biography,
        "profile_picture": picture or f"{CDN}/faces/{username}.jpg",
    }


def _bundle(name: str, kind: str, platform: str, country: str | None, **more: Cell) -> dict[str, Cell]:
    return {"bundle": name, "bundle_type": kind, "platform": platform, "country": country, **more}


def _clip(bundle: str, position: int, name: str, description: str, day: Cell, **more: Cell) -> dict[str, Cell]:
    """A video row; its file is a link made from the bundle's name unless `more` says otherwise."""
    return {
        "bundle": bundle,
        "position": position,
        "name": name,
        "video_type": "video",
        "video": f"{CDN}/{bundle}/{position}.mp4",
        "description": description,
        "target_publish_date": day,
        **more,
    }


def _slides(bundle: str, position: int, name: str, description: str, day: Cell, **more: Cell) -> dict[str, Cell]:
    """A carousel row of three images."""
    images = "\n".join(f"{CDN}/{bundle}/{position}-{slide}.jpg" for slide in (1, 2, 3))
    return {
        **_clip(bundle, position, name, description, day),
        "video_type": "carousel",
        "video": None,
        "carousel_images": images,
        **more,
    }


def good_launch() -> tuple[Page, ...]:
    """Six bundles over three platforms, every type of bundle, nothing wrong."""
    return (
        Page(
            sheet="Bundles",
            columns=BUNDLE_COLUMNS,
            rows=rows(*_good_bundles()),
            above=("Spring launch 2030", "Street food, six accounts. Questions: ask the launch team."),
        ),
        Page(sheet="Videos", columns=VIDEO_COLUMNS, rows=rows(*_good_tiktok(), *_good_instagram(), *_good_youtube())),
    )


def _good_bundles() -> tuple[Values, ...]:
    both, niche = "account_and_videos", {"niche_warming": "yes", "niche_warming_instructions": "Street food, markets"}
    bites = _account("daily.street.bites", "Daily Street Bites", "One market, one dish, every day.")
    late = _account("late.night.noodles", "Late Night Noodles", "Noodles after midnight, city by city.")
    marche = _account("marche_du_matin", "Marché du matin", "Un marché, un plat, chaque matin 🍅")
    glut = _account("glut.und.gabel", "Glut & Gabel", "Feuer, Fleisch und Gemüse vom Markt.")
    tube = _account("street_bites_tv", "Street Bites TV", "Longer looks at small kitchens.")
    return (
        _bundle("spring-tiktok-01", both, "tiktok", "US", title="Spring launch 1", videos_quantity=3, edits_quantity=1)
        | niche
        | bites
        | {"auto_finalize_videos": "yes", "publish": "yes"},
        _bundle("spring-tiktok-02", "account_only", "tiktok", "UK", title="Spring launch 2") | late | {"publish": "yes"},
        _bundle("spring-instagram-01", both, "instagram", "FR", title="Lancement de printemps", videos_quantity=3)
        | marche
        | {"link_in_bio": "https://www.example.com/printemps", "publish": "yes"},
        _bundle("spring-instagram-02", both, "instagram", "DE", title="Frühlingsstart", videos_quantity=2)
        | glut
        | {"moderation": "yes", "publish": "yes"},
        _bundle("spring-youtube-01", both, "youtube", "US", title="Spring launch, long form", videos_quantity=2) | tube | {"publish": "no"},
        _bundle("spring-followup-01", "videos_only", "tiktok", None, title="Follow-up", videos_quantity=2)
        | {"account_id": "acc_demo_tiktok_1", "publish": "yes"},
    )


def _good_tiktok() -> tuple[Values, ...]:
    first, again = "spring-tiktok-01", "spring-followup-01"
    sound = {"tiktok_sound_url": "https://www.tiktok.com/music/original-sound-7001"}
    return (
        _clip(first, 1, "Teaser", "A market at dawn #streetfood", date(2030, 3, 4), external_ref="spring-01-v1"),
        _clip(first, 2, "Dumplings", "Forty folds, two minutes.\nWould you try? #dumplings", date(2030, 3, 6))
        | {"editing_instructions": "Cut the first three seconds; add the logo at the end.", "external_ref": "spring-01-v2"},
        _slides(first, 3, "Five stalls", "Five stalls worth the queue 🥟", date(2030, 3, 8), **sound),
        _clip(again, 1, "Encore", "Back at the noodle stall #noodles", date(2030, 4, 2)),
        _clip(again, 2, "Questions", "You asked, the cook answers", date(2030, 4, 4), **sound),
    )


def _good_instagram() -> tuple[Values, ...]:
    french, german = "spring-instagram-01", "spring-instagram-02"
    reel, post = {"instagram_content_type": "reel"}, {"instagram_content_type": "post"}
    place = {"instagram_location": "Marché d'Aligre, Paris", "instagram_collaborators": "marche_amis;halles.du.jour"}
    return (
        _clip(french, 1, "Ouverture", "Six heures, les premiers étals #marché", date(2030, 3, 5)) | reel,
        _slides(french, 2, "Les couleurs", "Tomates, pêches, herbes : le marché en images", date(2030, 3, 7)) | post,
        _clip(french, 3, "La recette", "Trois légumes, une poêle", date(2030, 3, 11), instagram_add_to_story="yes") | post | place,
        _clip(german, 1, "Glut", "So wird die Glut richtig #grillen", date(2030, 3, 5)) | reel | {"instagram_audio_name": "Feuer & Rauch"},
        _slides(german, 2, "Beilagen", "Drei Beilagen vom Rost", date(2030, 3, 9)) | post,
    )


def _good_youtube() -> tuple[Values, ...]:
    tube = "spring-youtube-01"
    public = {"youtube_category": "Food", "youtube_visibility": "public"}
    return (
        _clip(tube, 1, "Kitchen one", "A kitchen of four square metres.", date(2030, 3, 12))
        | {"youtube_title": "The smallest kitchen in town", "youtube_tags": "street food;kitchen"}
        | public,
        _clip(tube, 2, "Kitchen two", "Three generations, one grill.", date(2030, 3, 19))
        | {"youtube_title": "Three generations, one grill", "youtube_tags": "street food;grill"}
        | public,
    )


def half_there() -> tuple[Page, ...]:
    """Three bundles: one wholly done, one only created, one new. Headers in plain language, dates as text."""
    columns = tuple(name for name in BUNDLE_COLUMNS if name in _FRIENDLY)
    clips = tuple(name for name in VIDEO_COLUMNS if name in _FRIENDLY)
    bundles = (
        {**_done_bundle(), "auto_finalize_videos": "yes", "publish": "yes"},
        _bundle("summer-instagram-01", "account_and_videos", "instagram", "FR", title="Été 1", videos_quantity=2)
        | _account("glaces.du.port", "Glaces du port", "Une boule, un quai, un été.")
        | {"auto_finalize_videos": "yes", "publish": "yes"},
        _bundle("summer-tiktok-02", "account_and_videos", "tiktok", "UK", title="Summer 2", videos_quantity=2)
        | _account("pier.and.chips", "Pier & Chips", "Salt, vinegar, sea.")
        | {"auto_finalize_videos": "yes", "publish": "yes"},
    )
    reel: dict[str, Cell] = {"instagram_content_type": "reel"}
    videos = (
        *_done_videos(),
        _clip("summer-instagram-01", 1, "Premier quai", "La première glace de l'été 🍦", "2030-06-04") | reel,
        _clip("summer-instagram-01", 2, "Parfums", "Citron, basilic, abricot", "2030-06-06") | reel,
        _clip("summer-tiktok-02", 1, "Opening", "First fry of the season #pier", "2030-06-05"),
        _clip("summer-tiktok-02", 2, "Gulls", "Guard your chips", "2030-06-07"),
    )
    return (
        Page(sheet="Bundles", columns=columns, titles=_FRIENDLY, rows=rows(*bundles)),
        Page(sheet="Videos", columns=clips, titles=_FRIENDLY, rows=rows(*videos)),
    )


def _done_bundle() -> dict[str, Cell]:
    name = "summer-tiktok-01"
    return _bundle(name, "account_and_videos", "tiktok", "US", title="Summer 1", videos_quantity=2) | _account(
        "boardwalk.bites", "Boardwalk Bites", "Snacks with a view."
    )


def _done_videos() -> tuple[dict[str, Cell], ...]:
    name = "summer-tiktok-01"
    return (
        _clip(name, 1, "Sunrise", "Doughnuts at sunrise #boardwalk", "2030-06-03", external_ref="summer-01-v1"),
        _clip(name, 2, "Sunset", "The last pretzel of the day", "2030-06-05", external_ref="summer-01-v2"),
    )


def half_there_remote() -> dict[str, object]:
    """The platform before the import: the first bundle done and published, the second created only."""
    done = _done_bundle()
    shared = ("video_type", "name", "description", "target_publish_date", "video", "external_ref")
    videos = [
        {"position": row["position"], "status": "configured"} | {("video_url" if name == "video" else name): row[name] for name in shared}
        for row in _done_videos()
    ]
    return {
        "balance": 1000,
        "bundles": [
            _remote(done, status="published", account=_remote_account(done), videos=videos),
            _remote(
                _bundle("summer-instagram-01", "account_and_videos", "instagram", "FR", title="Été 1", videos_quantity=2),
                status="pending_setup",
                account=None,
                videos=[{"position": position, "status": "pending", "video_type": "video"} for position in (1, 2)],
            ),
        ],
        "accounts": [{"id": "acc_demo_tiktok_1", "platform": "tiktok", "username": "late.night.noodles", "country": "US"}],
    }


def _remote(row: Values, *, status: str, account: Values | None, videos: object) -> dict[str, object]:
    return {
        "external_ref": row["bundle"],
        "bundle_type": row["bundle_type"],
        "platform": row["platform"],
        "country": row["country"],
        "title": row["title"],
        "videos_quantity": row["videos_quantity"],
        "edits_quantity": 0,
        "status": status,
        "auto_finalize_videos": True,
        "account": None if account is None else dict(account),
        "videos": videos,
    }


def _remote_account(row: Values) -> dict[str, Cell]:
    names = {"username": "username", "visible_name": "visible_name", "biography": "biography"}
    return {wire: row[name] for wire, name in {**names, "profile_picture_url": "profile_picture"}.items()}


def local_media() -> tuple[Page, ...]:
    """Files beside the sheet mixed with links; one file serves two positions of the same bundle."""
    tok, gram = "local-tiktok-01", "local-instagram-01"
    bundles = (
        _bundle(tok, "account_and_videos", "tiktok", "US", title="Local files", videos_quantity=3)
        | _account("harbour.toast", "Harbour Toast", "Toast by the water.", "media/avatar.png")
        | {"publish": "yes"},
        _bundle(gram, "account_and_videos", "instagram", "DE", title="Local images", videos_quantity=2)
        | _account("kai.und.kuchen", "Kai & Kuchen", "Kuchen mit Hafenblick.")
        | {"publish": "yes"},
    )
    mixed = {"carousel_images": f"media/slide-1.jpg\n{CDN}/{gram}/2-2.jpg\nmedia/slide-2.jpg;media/slide-3.jpg"}
    videos = (
        _clip(tok, 1, "Morning", "First slice of the day", date(2030, 5, 6), video="media/clip-1.mp4"),
        _clip(tok, 2, "Morning again", "The same slice, slower", date(2030, 5, 8), video="media/clip-1.mp4"),
        _clip(tok, 3, "Evening", "Last slice of the day", date(2030, 5, 10)),
        _clip(gram, 1, "Hafen", "Kuchen um fünf", date(2030, 5, 7), video="media/clip-2.mp4", instagram_content_type="reel"),
        _slides(gram, 2, "Theke", "Die Theke von links nach rechts", date(2030, 5, 9), instagram_content_type="post") | mixed,
    )
    return (
        Page(sheet="Bundles", columns=BUNDLE_COLUMNS, rows=rows(*bundles)),
        Page(sheet="Videos", columns=VIDEO_COLUMNS, rows=rows(*videos)),
    )


def csv_launch() -> tuple[Page, ...]:
    """Two small sheets as a European spreadsheet program saves them."""
    name = "autumn-tiktok-01"
    bundle = _bundle(name, "account_and_videos", "tiktok", "FR", title="Rentrée; première vague", videos_quantity=2)
    account = _account("cantine.de.rue", "Cantine de rue", "Midi, dehors, debout.")
    sound = {"tiktok_sound_url": "https://www.tiktok.com/music/original-sound-7002"}
    videos = (
        _clip(name, 1, "Le menu", 'Le menu du jour :\nsoupe, tarte, "surprise"\n#midi', "2030-09-03"),
        _slides(name, 2, "Les tables", "Où s'asseoir; où rester debout", "2030-09-05", **sound),
    )
    return (
        Page(sheet="Bundles", columns=BUNDLE_COLUMNS, rows=rows(bundle | account | {"publish": "yes"})),
        Page(sheet="Videos", columns=VIDEO_COLUMNS, rows=rows(*videos)),
    )


def tokportal_csv() -> tuple[Page, ...]:
    """TokPortal's own two templates, filled in; the bundle comes from the command line."""
    tiktok = (
        "position",
        "name",
        "video_type",
        "video_url",
        "carousel_images",
        "description",
        "target_publish_start_date",
        "editing_instructions",
        "tiktok_sound_url",
    )
    instagram = (
        "instagram_content_type",
        "instagram_location",
        "instagram_collaborators",
        "instagram_audio_name",
        "instagram_add_to_story",
    )
    return (
        Page(sheet="tiktok", columns=tiktok, rows=rows(*map(_as_template, _template_tiktok()))),
        Page(sheet="instagram", columns=tiktok + instagram, rows=rows(*map(_as_template, _template_instagram()))),
    )


def _template_tiktok() -> tuple[Values, ...]:
    name, sound = "winter", "https://www.tiktok.com/music/original-sound-7003"
    return (
        _clip(name, 1, "Chestnuts", "Hot chestnuts, cold hands", "2030-12-02"),
        _clip(name, 2, "Cocoa", "Cocoa, the slow way", "2030-12-04", tiktok_sound_url=sound),
        _slides(name, 3, "Lights", "The market in lights", "2030-12-06", tiktok_sound_url=sound)
        | {"carousel_images": f"{CDN}/winter/3-1.jpg;{CDN}/winter/3-2.jpg;{CDN}/winter/3-3.jpg"},
    )


def _template_instagram() -> tuple[Values, ...]:
    name, place = "winter-ig", {"instagram_location": "Winter Market", "instagram_collaborators": "cocoa.club;chestnut_co"}
    return (
        _clip(name, 1, "Opening night", "First night of the market", "2030-12-03", instagram_content_type="reel")
        | {"instagram_audio_name": "Sleigh bells", "instagram_add_to_story": "true"},
        _slides(name, 2, "Stalls", "Three stalls, one street", "2030-12-05", instagram_content_type="post") | place,
    )


def _as_template(row: Values) -> dict[str, Cell]:
    """The row under the template's column names."""
    renamed = {"video": "video_url", "target_publish_date": "target_publish_start_date"}
    return {renamed.get(name, name): value for name, value in row.items()}


def saved_account_remote() -> dict[str, object]:
    """A platform that has one saved account and nothing else."""
    return {
        "balance": 1000,
        "accounts": [{"id": "acc_demo_tiktok_1", "platform": "tiktok", "username": "acc.demo", "country": "US"}],
    }
