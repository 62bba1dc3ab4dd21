"""Plain launches as teams write them: a good one brings no word at all, and one with a usual mistake brings one finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest

from tests.check.sheets import checked, codes
from tests.conftest import bundle, video

Rows = Sequence[Mapping[str, object]]
SOUND = "https://www.tiktok.com/music/original-sound-7004"
CDN = "https://cdn.example.com"


@dataclass(frozen=True, slots=True)
class Launch:
    """The rows of both sheets."""

    bundles: Rows
    videos: Rows = ()


def launch(*captions: str, name: str = "spring", own: Mapping[str, object] | None = None, each: Mapping[str, object] | None = None) -> Launch:
    """A bundle whose videos have these captions; `own` changes the bundle, `each` every video."""
    texts = captions or ("Fresh bread at six #bakery", "The last tray of the day #bakery")
    rows = [video(name, number, description=text, **(each or {})) for number, text in enumerate(texts, start=1)]
    return Launch([bundle(name, **{"videos_quantity": len(texts), **(own or {})})], rows)


def without(row: Mapping[str, object], *columns: str) -> dict[str, object]:
    """The row without these columns."""
    return {column: value for column, value in row.items() if column not in columns}


def renamed(rows: Rows, headers: Mapping[str, str]) -> Rows:
    """The rows under other headers."""
    return [{headers.get(column, column): value for column, value in row.items()} for row in rows]


def carousel(name: str, position: int, **over: object) -> dict[str, object]:
    """A carousel of two images."""
    images = f"{CDN}/{name}/{position}-1.jpg;{CDN}/{name}/{position}-2.jpg"
    return video(name, position, video_type="carousel", video="", carousel_images=images, **over)


def clip(position: int, **over: object) -> dict[str, object]:
    """Another video of the bundle."""
    return video("spring", position, description="Something else altogether", **over)


ACCOUNT = ("country", "username", "visible_name", "biography", "profile_picture")
REEL = {"instagram_content_type": "reel"}
GRAM = {"platform": "instagram"}
NAMES = ("spring-01", "spring-02", "spring-10")

GOOD: dict[str, Launch] = {
    "tiktok": launch(),
    "instagram": launch(own=GRAM, each=REEL),
    "instagram carousel": Launch([bundle("spring", **GRAM)], [carousel("spring", number, instagram_content_type="post") for number in (1, 2)]),
    "tiktok carousel": Launch([bundle("spring")], [carousel("spring", number, tiktok_sound_url=SOUND) for number in (1, 2)]),
    "account only": Launch([bundle("spring", bundle_type="account_only", videos_quantity="")]),
    "videos only": Launch([without(bundle("spring", bundle_type="videos_only", account_id="acc_1"), *ACCOUNT)], launch().videos),
    "many bundles": Launch(
        [bundle(name, videos_quantity=1) for name in NAMES], [video(name, 1, description=f"{name} is out today") for name in NAMES]
    ),
    "ten videos": launch(*(f"Day {number}: what we baked today" for number in range(1, 11))),
    "emoji": launch("🥐🔥", "👩‍🍳 on duty 🇫🇷", own={"biography": "🥐 Bakery 📍 Paris"}),
    "lines": launch("First line\n\nSecond line\n#bakery", "• one\n• two\n• three"),
    "german": launch("Heute: Käse für 5,99 € – nur hier! „Schmeckt’s?“", "Größe 38°, ½ Preis … los geht’s"),
    "french": launch("C’est l’été : -50 % sur tout ! « Ça va ? »", "À bientôt, cœur léger"),
    "spanish": launch("¿Listos? ¡Vamos! Año nuevo, mañana", "El niño comió piña"),
    "portuguese": launch("Pão quentinho às 6h, não perca!", "Coração e saudação"),
    "polish": launch("Zażółć gęślą jaźń", "Święta już są"),
    "turkish": launch("İyi günler, ışık ve gölge", "Çok güzel şey"),
    "russian": launch("Свежий хлеб в шесть утра", "Ещё раз — вкусно!"),
    "greek": launch("Φρέσκο ψωμί στις έξι", "Καλημέρα!"),
    "hebrew": launch("לחם טרי בשש בבוקר!\u200f", "שבת שלום"),
    "arabic": launch("خبز طازج في السادسة", "صباح الخير!"),
    "persian": launch("می\u200cخواهم نان تازه", "نان\u200cهای داغ"),
    "japanese": launch("朝六時の焼きたてパン〜", "「おはよう」―今日も"),
    "chinese": launch("早上六点的新鲜面包,快来", "今天见!"),
    "korean": launch("아침 6시 갓 구운 빵", "오늘도 맛있게"),
    "thai": launch("ขนมปังสดตอนหกโมง", "อร่อยมาก"),
    "hindi": launch("सुबह छह बजे ताज़ी रोटी", "क्या बात है!"),
    "signs": launch("R&B & C++ <3 50% off, 1/2 price @ 6pm + more = fun", "100 % real – #1 in town (really!) ~5 min"),
    "questions": launch("Really?? Who knew?", "Why? Because. What?!"),
    "links": launch("All at https://www.example.com/menu?day=1&lang=en", "www.example.com or info@example.com"),
    "mentions": launch("With @chef.one and @chef_two", "thx @everyone"),
    "quotes": launch("It's \"the\" bread, isn't it?", "'Twas the night"),
    "words of holding": launch("Draft beer night", "Hold my bread", "Cancelled? No, open as ever!", "Don't post this, taste this"),
    "short": launch("🥐", "🥐"),
    "names like words": Launch([bundle("draft-beer", videos_quantity=1)], [video("draft-beer", 1)]),
    "names with blanks": launch(name="Spring Launch 2027", own={"username": "spring.2027"}),
    "names with accents": launch(name="frühling-münchen", own={"username": "fruehling.muenchen"}),
    "names of numbers": launch(name="2027", own={"username": "spring.2027"}),
    "total in a name": launch(name="total-body"),
    "sale": launch(name="sample-sale"),
    "days with points": launch(each={"target_publish_date": "15.03.2027"}),
    "days in words": launch(each={"target_publish_date": "March 15, 2027"}),
    "days in german": launch(each={"target_publish_date": "15. März 2027"}),
    "days with weekday": launch(each={"target_publish_date": "Mon 15 March 2027"}),
    "yes in german": launch(own={"publish": "Ja", "moderation": "Nein"}),
    "yes as signs": launch(own={"publish": "x", "moderation": "-"}),
    "tiktok sound": launch(each={"tiktok_sound_url": SOUND}),
    "volumes": launch(each={"tiktok_sound_url": SOUND, "volume_original_sound": 0, "volume_added_sound": 100}),
    "disclosures": launch(each={"ai_content_disclaimer": "no", "disclose_as_ads": "yes"}),
    "collaborators": launch(own=GRAM, each={**REEL, "instagram_collaborators": "chef.one; chef.two", "instagram_location": "São Paulo, Brazil"}),
    "link in bio": launch(own={**GRAM, "link_in_bio": "https://www.example.com/shop"}, each=REEL),
    "edits": launch(own={"edits_quantity": 2}, each={"editing_instructions": "Cut the end.\n- add logo\n- don't post the first take"}),
    "warming": launch(own={"niche_warming": "yes", "niche_warming_instructions": "Bakeries, street food & cafés"}),
    "links with a token": Launch([bundle("spring", videos_quantity=1)], [video("spring", 1, video=f"{CDN}/a%20b/1.mp4?token=a%2Fb%3D&x=1")]),
    "share links": Launch(
        [bundle("spring")],
        [
            video("spring", 1, video="https://drive.google.com/file/d/1AbCdEfGhIjKlMnOpQrStUvWxYz012345/view?usp=sharing"),
            video("spring", 2, video="https://www.dropbox.com/scl/fi/abc123/clip.mp4?rlkey=xyz&dl=0"),
        ],
    ),
    "headers in words": Launch(renamed(launch().bundles, {"bundle_type": "Bundle type", "videos_quantity": "Videos quantity"}), launch().videos),
    "headers as captions": Launch(launch().bundles, renamed(launch().videos, {"description": "Caption", "target_publish_date": "Publish date"})),
    "existing bundle": Launch([{"bundle_id": "bnd_1", "publish": "yes"}], ()),
}

TYPICAL: dict[str, tuple[Launch, str]] = {
    "caption missing": (launch("Fresh bread", ""), "description_missing"),
    "username with blank": (launch(own={"username": "spring daily"}), "username_invalid"),
    "country in words": (launch(own={"country": "Germany"}), "country_not_a_code"),
    "platform misspelled": (launch(own={"platform": "tiktock"}), "choice_invalid"),
    "day that may be two": (Launch([bundle("spring", videos_quantity=1)], [video("spring", 1, target_publish_date="03/04/2027")]), "date_ambiguous"),
    "day that is not": (Launch([bundle("spring", videos_quantity=1)], [video("spring", 1, target_publish_date="2027-04-31")]), "date_invalid"),
    "day with time": (Launch([bundle("spring", videos_quantity=1)], [video("spring", 1, target_publish_date="2027-03-15 18:30")]), "time_dropped"),
    "day in the past": (
        Launch([bundle("spring", videos_quantity=1)], [video("spring", 1, target_publish_date="2026-03-15")]),
        "publish_date_too_early",
    ),
    "year mistyped": (Launch([bundle("spring", videos_quantity=1)], [video("spring", 1, target_publish_date="2072-03-15")]), "date_far_away"),
    "video of no bundle": (Launch(launch().bundles, [*launch().videos, video("sprng", 1)]), "bundle_unknown"),
    "position twice": (Launch([bundle("spring", videos_quantity=1)], [video("spring", 1), clip(1, video=f"{CDN}/2.mp4")]), "position_duplicate"),
    "slots that nothing fills": (launch("One", "Two", own={"videos_quantity": 5}), "slots_unfilled"),
    "more rows than slots": (launch("One", "Two", own={"videos_quantity": 1}), "position_out_of_range"),
    "a page for a video": (Launch([bundle("spring", videos_quantity=1)], [video("spring", 1, video="https://youtu.be/abc")]), "link_is_page"),
    "type missing": (Launch([bundle("spring", videos_quantity=1)], [video("spring", 1, video_type="")]), "video_type_missing"),
    "own column": (launch(each={"our notes": "ask Ines"}), "column_unknown"),
    "header misspelled": (Launch(launch().bundles, renamed(launch().videos, {"name": "nmae"})), "column_unknown"),
    "placeholder": (launch("Fresh bread", "TBD"), "text_placeholder"),
    "letters lost": (launch("Fresh bread", "Caf?s in der N?he"), "letters_lost"),
    "letters garbled": (launch("Fresh bread", "CafÃ© au lait"), "text_garbled"),
    "web code": (launch("Fresh bread", "Fish &amp; chips"), "text_escaped"),
    "error of a formula": (launch("Fresh bread", "#N/A"), "cell_error_value"),
    "ghost in a name": (launch(own={"visible_name": "Spring\u200b"}), "unseen_character"),
    "link into an office": (launch(own={**GRAM, "link_in_bio": "https://shop.local/menu"}, each=REEL), "link_in_bio_private"),
    "biography too long": (launch(own={"biography": "Bread " * 40}), "text_too_long"),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_launch_brings_no_word(name: str) -> None:
    """Neither error nor warning, whatever language it is written in and whatever is on sale."""
    assert codes(checked(GOOD[name].bundles, GOOD[name].videos)) == []


@pytest.mark.parametrize("name", TYPICAL)
def test_a_usual_mistake_brings_one_finding(name: str) -> None:
    """One kind, and nothing that follows from it."""
    rows, code = TYPICAL[name]
    assert {found for _, found in codes(checked(rows.bundles, rows.videos))} == {code}
