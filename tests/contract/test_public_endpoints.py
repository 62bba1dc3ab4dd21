"""Endpoints that the first documents use or leave out and the public contract describes; most are the same in both editions."""

from __future__ import annotations

import pytest

from tests.contract.asking import order, seen
from tests.contract.proofs import proves
from tests.simulator.stage import ACCOUNT, Stage, code, day, video

PUBLIC, PLUGIN, SDK = "developers.tokportal.com", "TokPortal's Cursor plugin", "Python SDK"


@proves(PUBLIC, "Authentication", "GET /me")
def test_endpoint_me(either: Stage) -> None:
    """Who the key belongs to, and the credits left."""
    assert either.send("GET", "/me").json()["data"] == {"email": "owner@example.com", "credits": 1000}


@proves(PUBLIC, "Countries", "GET /countries")
def test_endpoint_countries(either: Stage) -> None:
    """Those open for new accounts, and beside `data` those for videos on existing accounts only; an order takes the first alone."""
    answer = either.send("GET", "/countries").json()
    taken = [order(either, country=one["code"]).status_code for one in (answer["data"][0], answer["videos_only_countries"][0])]
    assert ({"code": "FR", "name": "France"} in answer["data"], taken) == (True, [201, 400])


@proves(SDK, "Platforms", "GET /platforms")
def test_endpoint_platforms(either: Stage) -> None:
    """Each platform that can be ordered, and no other."""
    found = [one["value"] for one in either.send("GET", "/platforms").json()["data"]]
    assert found == (["tiktok", "instagram"] if either.state.edition.current else ["tiktok", "instagram", "youtube"])
    assert {order(either, platform=one).status_code for one in found} == {201}


@proves(PUBLIC, "Credits", "GET /credit-costs")
def test_endpoint_credit_costs_prices_an_order(either: Stage) -> None:
    """What an order will cost can be worked out from it; edition 2026-05 puts the prices under `costs`."""
    found = either.send("GET", "/credit-costs").json()["data"]
    costs = found["costs"] if either.state.edition.current else found
    video_slot, edit_slot = ("video_upload", "video_edit") if either.state.edition.current else ("video_slot", "edit_slot")
    charged = order(either, edits_quantity=1).json()["credits_charged"]
    assert charged == costs["account_creation"] + 3 * costs[video_slot] + costs[edit_slot]


@proves(PUBLIC, "Credits", "GET /credits/balance")
def test_endpoint_credits_balance(either: Stage) -> None:
    """What is left: `credits` in edition 2026-02, `total_credits` and what will expire in 2026-05."""
    left = order(either).json()["credits_remaining"]
    found = either.send("GET", "/credits/balance").json()["data"]
    if either.state.edition.current:
        assert found["total_credits"] == left
        assert set(found) == {"total_credits", "expiring_within_7_days", "upcoming_expirations", "last_updated"}
    else:
        assert found == {"credits": left}


@proves(PUBLIC, "Credits", "GET /credits/history")
def test_endpoint_credits_history(either: Stage) -> None:
    """Each debit with its negative amount, its parts, its moment and the balance after it; newest first."""
    charged = [order(either, videos_quantity=number).json()["credits_charged"] for number in (1, 2)]
    newest, oldest = either.send("GET", "/credits/history").json()["data"]
    assert [(one["type"], one["amount"]) for one in (oldest, newest)] == [("debit", -charged[0]), ("debit", -charged[1])]
    assert (oldest["balance_after"], newest["balance_after"]) == (1000 - charged[0], either.balance)
    assert sum(newest["breakdown"].values()) == charged[1]
    assert newest["created_at"] == "2027-03-01T12:00:00Z"


@proves(PUBLIC, "Countries, rule", "US and GB are aliases")
@pytest.mark.parametrize(("asked", "kept"), [("US", "USA"), ("USA", "USA"), ("GB", "UK"), ("UK", "UK")])
def test_countries_have_aliases(may: Stage, asked: str, kept: str) -> None:
    """US is taken for USA and GB for UK; the bundle shows the code of the list."""
    assert order(may, country=asked).json()["data"]["country"] == kept
    assert kept in [country["code"] for country in may.send("GET", "/countries").json()["data"]]


@proves(PUBLIC, "Create bundles in bulk", "POST /bundles/bulk")
@proves(PUBLIC, "Create bundles in bulk, rule", "all or nothing", "external_ref on every bundle")
def test_endpoint_bulk_creates_all_or_nothing(either: Stage) -> None:
    """accounts_count for each platform, one debit, one reference on all; if the credits do not cover the sum, nothing."""
    body: dict[str, object] = {"platforms": ["tiktok", "instagram"], "country": "FR", "accounts_count": 3}
    body |= {"upload_accounts_count": 1, "videos_per_account": 2, "external_ref": "wave"}
    answer = either.send("POST", "/bundles/bulk", body).json()
    made = answer["data"]["bundles"]
    assert sorted((one["platform"], one["bundle_type"]) for one in made) == [
        (platform, kind) for platform in ("instagram", "tiktok") for kind in ("account_and_videos", "account_only", "account_only")
    ]
    assert {one["external_ref"] for one in made} == {"wave"}
    assert [entry["amount"] for entry in either.send("GET", "/credits/history").json()["data"]] == [-answer["credits_charged"]]
    assert either.send("POST", "/bundles/bulk", {**body, "accounts_count": 100, "videos_per_account": 500}).status_code == 402
    assert len(either.state.books.bundles) == 6


@proves(PUBLIC, "Account configuration", "GET /bundles/:id/account", "PUT /bundles/:id/account")
def test_endpoints_of_the_account_of_a_bundle(either: Stage) -> None:
    """PUT replaces the whole account and makes it configured; GET shows it with its status."""
    path = f"/bundles/{either.create()}/account"
    assert either.send("GET", path).json()["data"]["status"] == "pending"
    done = either.send("PUT", path, ACCOUNT).json()["data"]["account"]
    assert (ACCOUNT.items() <= done.items(), done["configured_at"]) == (True, "2027-03-01T12:00:00Z")
    either.send("PUT", path, {"username": "new", "visible_name": "New"})
    shown = either.send("GET", path).json()["data"]
    assert [shown[name] for name in ("status", "username", "biography")] == ["configured", "new", None]


@proves(PUBLIC, "Account configuration, fields", "username", "visible_name", "biography", "link_in_bio")
@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("username", "a.b_9" * 4 + "xyz_", "a" * 25),
        ("username", "a", "no spaces"),
        ("visible_name", "x" * 30, "x" * 31),
        ("biography", "x" * 80, "x" * 81),
        ("link_in_bio", "https://example.com/a", "example"),
    ],
)
def test_fields_of_the_account(either: Stage, field: str, good: str, bad: str) -> None:
    """username: 1-24 letters, digits, `.` and `_`; visible_name: 1-30; biography: at most 80; link_in_bio: a web address."""
    path = f"/bundles/{either.create(platform='instagram')}/account"
    assert either.send("PUT", path, {**ACCOUNT, field: good}).status_code == 200
    refused = either.send("PUT", path, {**ACCOUNT, field: bad})
    assert (*code(refused), refused.json()["error"]["details"]["field"]) == (400, "VALIDATION_ERROR", field)


@proves(PUBLIC, "Account configuration, fields", "profile_picture_url")
def test_profile_picture_is_an_address_or_an_uploaded_image(either: Stage) -> None:
    """A web address, or the storage path of an image that was uploaded; a path on somebody's disk is neither."""
    bundle = either.create()
    path = f"/bundles/{bundle}/account"
    given = {"files": {"file": ("a.png", b"face", "image/png")}, "data": {"bundle_id": bundle, "purpose": "profile_picture"}}
    stored = either.http.post("/upload/image/direct", **given).json()["data"]["storage_path"]
    for picture in ("https://example.com/pic.jpg", stored):
        kept = either.send("PUT", path, {**ACCOUNT, "profile_picture_url": picture})
        assert kept.json()["data"]["account"]["profile_picture_url"] == picture
    refused = either.send("PUT", path, {**ACCOUNT, "profile_picture_url": "faces/a.png"})
    assert (*code(refused), refused.json()["error"]["details"]["field"]) == (400, "VALIDATION_ERROR", "profile_picture_url")
    assert either.send("GET", path).json()["data"]["profile_picture_url"] == stored


@proves(PUBLIC, "Account configuration, fields", "link_in_bio")
def test_link_in_bio_is_for_instagram(either: Stage) -> None:
    """Refused on TikTok."""
    path = f"/bundles/{either.create()}/account"
    assert code(either.send("PUT", path, {**ACCOUNT, "link_in_bio": "https://example.com"})) == (400, "VALIDATION_ERROR")


@proves(PUBLIC, "Account configuration, rule", "not after publishing")
def test_account_is_closed_after_publishing(either: Stage) -> None:
    """Configured in setup only; unpublishing opens it again."""
    bundle = either.published()
    path = f"/bundles/{bundle}/account"
    assert either.send("PUT", path, ACCOUNT).status_code == 409
    either.send("POST", f"/bundles/{bundle}/unpublish")
    assert either.send("PUT", path, ACCOUNT).status_code == 200


def in_review(stage: Stage) -> str:
    """The path of an account that waits for the brand."""
    bundle = stage.published()
    stage.operate("POST", f"/bundles/{bundle}/deliver-account")
    return f"/bundles/{bundle}/account"


@proves(PUBLIC, "Account actions", "POST /bundles/:id/account/finalize", "POST /bundles/:id/account/corrections")
def test_endpoints_of_the_review_of_an_account(either: Stage) -> None:
    """Corrections name the fields with a comment, and the account goes back; finalize ends the review."""
    path = in_review(either)
    wish = {"comment": "Shorter", "fields": {"biography": "One line"}}
    assert either.send("POST", f"{path}/corrections", wish).json()["data"]["account"]["status"] == "pending_corrections"
    either.operate("POST", path.replace("/account", "/deliver-account"))
    done = either.send("POST", f"{path}/finalize").json()["data"]["account"]
    assert done == {"status": "finalized", "finalized_at": "2027-03-01T12:00:00Z"}


@proves(PUBLIC, "Account actions, rule", "from in_review only")
@pytest.mark.parametrize("status", ["pending", "configured", "pending_corrections", "finalized"])
def test_account_is_reviewed_from_in_review_only(either: Stage, status: str) -> None:
    """Neither finalized nor corrected in any other status: 409."""
    path = in_review(either)
    either.operate("POST", "/status", {"bundle": path.split("/")[2], "account_status": status})
    assert either.send("POST", f"{path}/finalize").status_code == 409
    assert either.send("POST", f"{path}/corrections", {"comment": "x", "fields": {"username": "y"}}).status_code == 409


@proves(PUBLIC, "Account actions, rule", "finalized after 72 hours")
def test_account_is_finalized_after_72_hours(either: Stage) -> None:
    """By itself, whatever auto_finalize_videos says; not an hour earlier."""
    path, seen_then = in_review(either), []
    for hours in (71, 1):
        either.operate("POST", "/clock", {"advance_seconds": hours * 3600})
        seen_then.append(either.send("GET", path).json()["data"]["status"])
    assert seen_then == ["in_review", "finalized"]


@proves(SDK, "Warming", "PUT /bundles/:id/warming-terms")
def test_endpoint_names_warming_terms_that_were_bought(may: Stage) -> None:
    """Bought by number and named later: as many as were bought, or the refusal says how many that is."""
    bundle = may.create(wants_advanced_warming=True, advanced_warming_terms_count=3)
    path = f"/bundles/{bundle}/warming-terms"
    refused = may.send("PUT", path, {"advanced_warming_terms": ["aa", "bb"]})
    assert code(refused) == (400, "ADVANCED_WARMING_COUNT_MISMATCH")
    assert refused.json()["error"]["details"] == {"purchased_terms_count": 3}
    assert may.send("PUT", path, {"advanced_warming_terms": ["aa", "bb", "cc"]}).status_code == 200
    shown = may.send("GET", f"/bundles/{bundle}/account").json()["data"]["advanced_warming"]
    assert shown == {"purchased_terms_count": 3, "terms": ["aa", "bb", "cc"]}


@proves(PUBLIC, "Configure videos", "PUT /bundles/:id/videos/:position")
@proves(PUBLIC, "Configure videos, rule", "PUT replaces")
def test_endpoint_configure_a_video_replaces_it(either: Stage) -> None:
    """The whole slot: what is left out is cleared, its name becomes that of its position again."""
    path = f"/bundles/{either.create()}/videos/1"
    either.send("PUT", path, video(name="Dawn", external_ref="v1", tiktok_sound_url="https://www.tiktok.com/music/1"))
    either.send("PUT", path, video())
    shown = either.send("GET", path).json()["data"]
    assert [shown[name] for name in ("name", "external_ref", "tiktok_sound_url")] == ["Video 1", None, None]


@proves(PUBLIC, "Configure videos, rule", "ignored_fields")
def test_fields_of_another_platform_are_ignored_and_named(either: Stage) -> None:
    """They are accepted, have no effect, and come back in ignored_fields."""
    answer = either.send("PUT", f"/bundles/{either.create()}/videos/1", video(instagram_location="Paris")).json()
    assert (answer["ignored_fields"], answer["data"]["instagram_location"]) == (["instagram_location"], None)


@proves(PUBLIC, "Configure videos", "PATCH /bundles/:id/videos/:position")
def test_endpoint_patch_a_video(either: Stage) -> None:
    """Name and external_ref in any status, and nothing else changes; edition 2026-05 also takes the description and the dates."""
    path = f"/bundles/{either.published()}/videos/1"
    before = either.send("GET", path).json()["data"]
    done = either.send("PATCH", path, {"name": "Dawn", "external_ref": "v1"}).json()["data"]
    assert done == {**before, "name": "Dawn", "external_ref": "v1"}
    dated = {"description": "Noon", "target_publish_start_date": day(8), "target_publish_end_date": day(11)}
    later = either.send("PATCH", path, dated)
    if either.state.edition.current:
        found = later.json()["data"]
        assert [found[name] for name in ("description", "target_publish_date", "target_publish_end_date")] == ["Noon", day(8), day(11)]
    else:
        assert code(later) == (400, "VALIDATION_ERROR")


@proves(PUBLIC, "Configure videos", "PUT /bundles/:id/videos/batch")
def test_endpoint_batch_fails_position_by_position(either: Stage) -> None:
    """Good positions are configured; each bad one has its error; the request as a whole succeeds."""
    bundle = either.create()
    items = [{"position": 1, **video()}, {"position": 2, **video(description=None)}, {"position": 9, **video()}]
    answer = either.send("PUT", f"/bundles/{bundle}/videos/batch", {"videos": items})
    assert (answer.status_code, answer.json()["data"]["configured"], answer.json()["data"]["failed"]) == (200, 1, 2)
    told = [(one["position"], one.get("status") or one["error"]["code"]) for one in answer.json()["data"]["results"]]
    assert told == [(1, "configured"), (2, "VALIDATION_ERROR"), (9, "VIDEO_POSITION_OUT_OF_RANGE")]


@proves(PUBLIC, "CSV import", "POST /bundles/:id/videos/import-csv")
def test_endpoint_import_csv_takes_the_rows_that_are_right(either: Stage) -> None:
    """Valid rows are imported though others fail; each error has its row, counted from 1 below the header, and a message."""
    text = f"position,video_type,description,video_url,target_publish_date\n1,video,Dawn,https://cdn.example.com/a.mp4,{day(3)}\n2,video,Noon,,{day(3)}\n"
    path = f"/bundles/{either.create()}/videos/import-csv"
    found = either.http.post(path, files={"file": ("videos.csv", text.encode(), "text/csv")}).json()["data"]
    assert (found["imported"], found["skipped"], [one["row"] for one in found["errors"]]) == (1, 1, [2])
    assert found["errors"][0]["message"]


@proves(PUBLIC, "Video actions", "POST /bundles/:id/videos/:position/publish", "POST /bundles/:id/videos/publish-all")
def test_endpoints_hand_videos_of_a_live_bundle_over(either: Stage) -> None:
    """One configured video, or all that wait: those of slots added later too. Asking again hands nothing over twice."""
    bundle = either.published()
    either.operate("POST", f"/bundles/{bundle}/accept")
    either.send("POST", f"/bundles/{bundle}/add-video-slots", {"quantity": 1})
    for position in (2, 4):
        either.send("PUT", f"/bundles/{bundle}/videos/{position}", video(target_publish_date=day(5)))
    done = either.send("POST", f"/bundles/{bundle}/videos/1/publish").json()["data"]
    assert (done["position"], done["bundle_id"], done["status"]) == (1, bundle, "published")
    told = [either.send("POST", f"/bundles/{bundle}/videos/publish-all").json()["data"] for _ in range(2)]
    assert [one["videos_published"] for one in told] == [2, 0]
    assert [row["status"] for row in either.send("GET", f"/bundles/{bundle}/videos").json()["data"]] == [
        "published",
        "published",
        "pending",
        "published",
    ]


@proves(PUBLIC, "Video actions, rule", "stale dates are moved")
def test_stale_dates_are_moved_at_publication(may: Stage) -> None:
    """Dates that have become too early go forward together, with their distances kept, and the answer names each."""
    bundle = may.create()
    may.send("PUT", f"/bundles/{bundle}/account", ACCOUNT)
    for position in (1, 2):
        may.send("PUT", f"/bundles/{bundle}/videos/{position}", video(target_publish_date=day(2 + position)))
    may.operate("POST", "/clock", {"today": day(2)})
    moved = may.send("POST", f"/bundles/{bundle}/publish").json()["data"]["adjusted_videos"]
    assert [(one["position"], one["previous_date"], one["new_date"]) for one in moved] == [(1, day(3), day(5)), (2, day(4), day(6))]


@proves(SDK, "Video actions", "POST /bundles/:id/videos/:position/reset")
def test_endpoint_reset_empties_a_video(either: Stage) -> None:
    """A configured video is pending again, without content."""
    path = f"/bundles/{either.published()}/videos/1"
    assert either.send("POST", f"{path}/reset").json()["data"]["status"] == "pending"
    assert either.send("GET", path).json()["data"]["video_url"] is None


@proves(SDK, "Video actions, corrections", "pending_corrections")
@pytest.mark.parametrize("status", ["published", "accepted", "in_review"])
def test_corrections_make_a_video_pending_corrections(may: Stage, status: str) -> None:
    """Edition 2026-05 takes them in review too, under the name `comment`; the video can then be configured anew, or posted again."""
    bundle = may.accepted()
    path = f"/bundles/{bundle}/videos/1"
    may.operate("POST", "/status", {"bundle": bundle, "position": 1, "status": status})
    done = may.send("POST", f"{path}/corrections", {"comment": "Louder"}).json()["data"]
    assert (done["status"], done["correction_message"]) == ("pending_corrections", "Louder")
    assert seen(may, bundle)["videos_configured_count"] == 1
    may.operate("POST", f"{path}/post")
    assert may.send("GET", path).json()["data"]["status"] == "published"


@proves(PUBLIC, "Media upload", "POST /upload/video", "POST /upload/image")
@pytest.mark.parametrize(("kind", "filename", "media_type"), [("video", "a.mp4", "video/mp4"), ("image", "a.png", "image/png")])
def test_endpoints_of_presigned_uploads(either: Stage, kind: str, filename: str, media_type: str) -> None:
    """An address to PUT the bytes to, with the same Content-Type and without the key; it expires."""
    body = {"filename": filename, "content_type": media_type, "bundle_id": either.create()}
    place = either.send("POST", f"/upload/{kind}", body).json()["data"]
    assert either.plain.get(place["public_url"]).status_code == 404
    assert either.plain.put(place["upload_url"], content=b"x", headers={"Content-Type": "text/plain"}).status_code == 403
    assert either.plain.put(place["upload_url"], content=b"bytes", headers={"Content-Type": media_type}).status_code == 200
    assert either.plain.get(place["public_url"]).content == b"bytes"
    either.operate("POST", "/clock", {"advance_seconds": 3600})
    assert either.plain.put(place["upload_url"], content=b"late", headers={"Content-Type": media_type}).status_code == 403


@proves(PUBLIC, "Media upload", "POST /upload/video/direct", "POST /upload/image/direct", "POST /upload/image/from-url")
def test_endpoints_of_direct_uploads(either: Stage) -> None:
    """The file itself, or an image by its address; what comes back can be used in a video, a carousel or an account."""
    bundle = either.create(videos_quantity=2)
    given = {"bundle_id": bundle}
    film = either.http.post("/upload/video/direct", files={"file": ("a.mp4", b"film", "video/mp4")}, data=given).json()["data"]
    image = either.http.post("/upload/image/direct", files={"file": ("a.png", b"png", "image/png")}, data=given).json()["data"]
    linked = either.send("POST", "/upload/image/from-url", {"url": "https://cdn.example.com/b.jpg", **given}).json()["data"]
    assert [(one["filename"], one["size_bytes"]) for one in (film, image)] == [("a.mp4", 4), ("a.png", 3)]
    slides = {"video_type": "carousel", "video_url": None, "tiktok_sound_url": "https://www.tiktok.com/music/1"}
    images = [image["storage_path"], linked["storage_path"]]
    assert either.send("PUT", f"/bundles/{bundle}/videos/1", video(video_url=film["public_url"])).status_code == 200
    assert either.send("PUT", f"/bundles/{bundle}/videos/2", video(**slides, carousel_images=images)).status_code == 200


@proves(PUBLIC, "Saved accounts", "GET /accounts", "GET /accounts/:id", "GET /accounts/:id/bundles")
@proves(PUBLIC, "Saved accounts, rule", "no secrets")
def test_endpoints_of_saved_accounts(either: Stage) -> None:
    """A delivered account, filtered by platform, country and ban, with its bundles; no password and no code is ever shown."""
    bundle = in_review(either).split("/")[2]
    account = seen(either, bundle)["saved_account_id"]
    row = either.send("GET", "/accounts?platform=tiktok&country=FR&banned=false").json()["data"][0]
    assert either.send("GET", "/accounts?platform=instagram").json()["data"] == []
    single = either.send("GET", f"/accounts/{account}").json()["data"]
    fields = {"id", "platform", "username", "visible_name", "biography", "profile_picture_url", "country", "link_in_bio"}
    assert fields | {"profile_url", "tokmail_email", "banned", "created_at", "updated_at"} == set(row) == set(single)
    assert [one["id"] for one in either.send("GET", f"/accounts/{account}/bundles?status=published").json()["data"]] == [bundle]


@proves(PLUGIN, "Bans", "GET /account-bans")
@proves(PLUGIN, "Bans, statuses", "no_appeal_banned", "appeal_pending", "appeal_refused", "appeal_accepted")
@pytest.mark.parametrize(
    ("status", "banned", "bundles"),
    [
        ("no_appeal_banned", True, "cancelled"),
        ("appeal_pending", True, "published"),
        ("appeal_refused", True, "cancelled"),
        ("appeal_accepted", False, "published"),
    ],
)
def test_endpoint_account_bans(either: Stage, status: str, banned: bool, bundles: str) -> None:
    """The only authority on bans. A validated one cancels the account's open bundles; an accepted appeal lifts it."""
    bundle = in_review(either).split("/")[2]
    account = seen(either, bundle)["saved_account_id"]
    assert either.send("GET", "/account-bans").json()["data"] == []
    either.operate("POST", f"/accounts/{account}/ban", {"status": status})
    assert [(one["account_id"], one["status"]) for one in either.send("GET", "/account-bans").json()["data"]] == [(account, status)]
    assert either.send("GET", f"/accounts/{account}").json()["data"]["banned"] is banned
    assert seen(either, bundle)["status"] == bundles


@proves(PUBLIC, "Coverage", "GET /reports/account-coverage")
def test_endpoint_account_coverage(either: Stage) -> None:
    """Edition 2026-05 tells until when each delivered account is covered; once that is over, a write renews it for 25 just before it runs."""
    path = in_review(either).rpartition("/")[0]
    report = either.send("GET", "/reports/account-coverage")
    if not either.state.edition.current:
        either.operate("POST", "/clock", {"advance_seconds": 31 * 86400})
        assert (report.status_code, either.send("PATCH", path, {"title": "Later"}).status_code) == (404, 200)
        return
    row = report.json()["data"][0]
    assert (row["coverage_fee_required"], row["coverage_on_now"], row["renewal_credits"]) == (True, True, 25)
    before = either.state.wallet("owner").balance
    assert either.send("PATCH", path, {"title": "Soon"}).status_code == 200
    assert either.state.wallet("owner").balance == before
    either.operate("POST", "/clock", {"advance_seconds": 31 * 86400})
    assert either.send("GET", "/reports/account-coverage").json()["data"][0]["coverage_on_now"] is False
    assert [either.send("PATCH", path, {"title": title}).status_code for title in ("Later", "Later still")] == [200, 200]
    assert either.state.wallet("owner").balance == before - 25
    line = either.send("GET", "/credits/history").json()["data"][0]
    assert (line["amount"], line["breakdown"]) == (-25, {"coverage": 25})
