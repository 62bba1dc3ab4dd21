"""How the provider's own Python SDK asks for each route of the simulator: once with success, once refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import tokportal

from bulkportal.simulator.calls import JsonObject
from bulkportal.simulator.routes import BASE

from .stage import ACCOUNT, Stage, video

FEBRUARY, MAY = "2026-02", "2026-05"
NONE = "00000000-none"
ORDER: JsonObject = {"bundle_type": "account_only", "platform": "tiktok", "country": "FR"}
NEW = {"video_url": "https://cdn.example.com/new.mp4"}
TERMS = {"advanced_warming_terms": ["markets", "noodles", "ramen"]}

WITHOUT_METHOD = {
    "GET /account-bans": "its resource `accounts` has no method for bans",
    "POST /bundles/{id}/videos/import-csv": "its resource `bundles` has no method for files",
    "PUT /bundles/{id}/warming-terms": "its resource `bundles` has no method for warming",
}
"""Routes that the SDK knows by their operation only (`request_operation`), and why."""


class Sdk(tokportal.TokPortal):
    """The SDK as it is, which remembers what it sent and whether by a method or by an operation."""

    def __init__(self, key: str, base_url: str) -> None:
        super().__init__(key, base_url=base_url, transport=self._noted)
        self.sent: list[tuple[str, str]] = []
        self.by_operation = False

    def _noted(self, url: str, method: str, headers: Mapping[str, str], body: bytes | None) -> Any:
        self.sent.append((method, urlsplit(url).path.removeprefix(BASE)))
        return self._default_transport(url, method, headers, body)

    def request_operation(self, *arguments: Any, **options: Any) -> Any:
        """Note that the general way was taken."""
        self.by_operation = True
        return super().request_operation(*arguments, **options)


@dataclass(frozen=True, slots=True)
class At:
    """A platform, the SDK of its owner, one of another user, one without a valid key, and a folder."""

    stage: Stage
    sdk: Sdk
    other: Sdk
    refused: Sdk
    folder: Path

    def file(self, name: str, content: bytes = b"film") -> str:
        """A file to upload."""
        path = self.folder / name
        path.write_bytes(content)
        return str(path)

    def configured(self) -> str:
        """A bundle that lacks nothing but publication."""
        bundle = self.stage.create()
        self.sdk.bundles.configure_account(bundle, ACCOUNT)
        self.sdk.bundles.configure_video(bundle, 1, video())
        return bundle

    def accepted(self) -> str:
        """A bundle that a manager has accepted, with one configured video."""
        return self.stage.accepted()

    def in_review(self) -> str:
        """A bundle whose account waits for the brand."""
        bundle = self.stage.published()
        self.stage.operate("POST", f"/bundles/{bundle}/deliver-account")
        return bundle

    def account(self) -> str:
        """The id of a saved account."""
        return str(self.sdk.bundles.get(self.in_review())["data"]["saved_account_id"])

    def posted(self) -> str:
        """A bundle whose first video the creator has posted and the brand has accepted."""
        bundle = self.stage.accepted()
        for step in ("post", "accept"):
            self.stage.operate("POST", f"/bundles/{bundle}/videos/1/{step}")
        return bundle

    def flagged(self) -> str:
        """A bundle whose first video has a broken link."""
        bundle = self.stage.published()
        self.stage.operate("POST", f"/bundles/{bundle}/videos/1/flag-download")
        return bundle

    def warmed(self) -> str:
        """A bundle that bought three warming terms to be named later, where the edition sells them."""
        if self.stage.state.edition.name == FEBRUARY:
            return self.stage.create()
        return self.stage.create(wants_advanced_warming=True, advanced_warming_terms_count=3)

    def banned(self) -> str:
        """The id of a saved account that is banned."""
        account = self.account()
        self.stage.operate("POST", f"/accounts/{account}/ban")
        return account


Asked = Callable[[At], Any]
Refusals = tuple[int, str] | dict[str, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Drive:
    """A call that succeeds, what its answer must hold, a call that is refused, and how; by edition where that differs."""

    done: Asked
    shows: Callable[[Any], object]
    refused: Asked
    refusal: Refusals
    editions: tuple[str, ...] = (FEBRUARY, MAY)

    def refusal_in(self, edition: str) -> tuple[int, str]:
        """Status and code of the refusal."""
        return self.refusal if isinstance(self.refusal, tuple) else self.refusal[edition]


def status(expected: str) -> Callable[[Any], object]:
    """The answer's object has that status."""
    return lambda data: data["status"] == expected


INVALID = (400, "VALIDATION_ERROR")
NO_KEY = (401, "AUTH_INVALID_KEY")
NOT_FOUND = (404, "BUNDLE_NOT_FOUND")
NOT_OWNED = (403, "BUNDLE_NOT_OWNED")
TRANSITION = (409, "INVALID_STATUS_TRANSITION")
NO_ACCOUNT = (404, "SAVED_ACCOUNT_NOT_FOUND")


def by_edition(status_code: int, february: str, may: str, may_status: int | None = None) -> dict[str, tuple[int, str]]:
    """A refusal whose code, and perhaps status, differs between the editions."""
    return {FEBRUARY: (status_code, february), MAY: (may_status or status_code, may)}


DRIVES: dict[str, Drive] = {
    "GET /me": Drive(lambda at: at.sdk.me(), lambda data: data["email"] and data["credits"], lambda at: at.refused.me(), NO_KEY),
    "GET /countries": Drive(
        lambda at: at.sdk.countries(), lambda data: {"code": "FR", "name": "France"} in data, lambda at: at.refused.countries(), NO_KEY
    ),
    "GET /platforms": Drive(lambda at: at.sdk.platforms(), lambda data: data[0]["value"] == "tiktok", lambda at: at.refused.platforms(), NO_KEY),
    "GET /credit-costs": Drive(lambda at: at.sdk.credit_costs(), bool, lambda at: at.refused.credit_costs(), NO_KEY),
    "GET /credits/balance": Drive(
        lambda at: at.sdk.credits.balance(), lambda data: 1000 in data.values(), lambda at: at.refused.credits.balance(), NO_KEY
    ),
    "GET /credits/history": Drive(
        lambda at: (at.stage.create(), at.sdk.credits.history(date_from="2027-03-01"))[1],
        lambda data: [entry["type"] for entry in data] == ["debit"],
        lambda at: at.sdk.credits.history(date_from="yesterday"),
        INVALID,
    ),
    "GET /bundles": Drive(
        lambda at: (at.stage.create(external_ref="a"), at.sdk.bundles.list(external_ref="a", per_page=1))[1],
        lambda data: [row["external_ref"] for row in data] == ["a"],
        lambda at: at.sdk.bundles.list(page=0),
        INVALID,
    ),
    "POST /bundles": Drive(
        lambda at: at.sdk.bundles.create(ORDER, idempotency_key="sdk-1"),
        status("pending_setup"),
        lambda at: at.sdk.bundles.create({**ORDER, "country": "XX"}),
        (400, "COUNTRY_NOT_ENABLED"),
    ),
    "POST /bundles/bulk": Drive(
        lambda at: at.sdk.bundles.bulk_create({"platforms": ["tiktok", "instagram"], "country": "FR", "accounts_count": 2}),
        lambda data: data["total_count"] == 4,
        lambda at: at.sdk.bundles.bulk_create({"platforms": ["tiktok"], "country": "FR", "accounts_count": 101}),
        INVALID,
    ),
    "GET /bundles/{id}": Drive(
        lambda at: at.sdk.bundles.get(at.stage.create()), status("pending_setup"), lambda at: at.sdk.bundles.get(NONE), NOT_FOUND
    ),
    "PATCH /bundles/{id}": Drive(
        lambda at: at.sdk.bundles.update(at.stage.create(), {"title": "Spring"}),
        lambda data: data["title"] == "Spring",
        lambda at: at.other.bundles.update(at.stage.create(), {"title": "Spring"}),
        NOT_OWNED,
    ),
    "GET /bundles/{id}/publish-readiness": Drive(
        lambda at: at.sdk.bundles.readiness(at.configured()),
        lambda data: data["ready"] is True,
        lambda at: at.other.bundles.readiness(at.stage.create()),
        NOT_OWNED,
    ),
    "POST /bundles/{id}/publish": Drive(
        lambda at: at.sdk.bundles.publish(at.configured()),
        status("published"),
        lambda at: at.sdk.bundles.publish(at.stage.create()),
        by_edition(400, "account_not_configured", "ACCOUNT_NOT_CONFIGURED", 409),
    ),
    "POST /bundles/{id}/unpublish": Drive(
        lambda at: at.sdk.bundles.unpublish(at.stage.published()),
        status("pending_setup"),
        lambda at: at.sdk.bundles.unpublish(at.accepted()),
        by_edition(409, "already_accepted", "BUNDLE_INVALID_STATUS"),
    ),
    "POST /bundles/{id}/add-video-slots": Drive(
        lambda at: at.sdk.bundles.add_video_slots(at.stage.create(), 2),
        lambda data: data["videos_quantity"] == 5,
        lambda at: at.sdk.bundles.add_video_slots(at.stage.create(), 0),
        by_edition(400, "invalid_quantity", "INVALID_QUANTITY"),
    ),
    "POST /bundles/{id}/add-edit-slots": Drive(
        lambda at: at.sdk.bundles.add_edit_slots(at.stage.create(), 1),
        lambda data: data["edits_quantity"] == 1,
        lambda at: at.sdk.bundles.add_edit_slots(at.stage.create(), 4),
        by_edition(400, "edits_exceed_videos", "EDITS_EXCEED_VIDEOS"),
    ),
    "GET /bundles/{id}/account": Drive(
        lambda at: at.sdk.bundles.get_account(at.configured()), status("configured"), lambda at: at.sdk.bundles.get_account(NONE), NOT_FOUND
    ),
    "PUT /bundles/{id}/account": Drive(
        lambda at: at.sdk.bundles.configure_account(at.stage.create(), ACCOUNT),
        lambda data: data["account"]["username"] == ACCOUNT["username"],
        lambda at: at.sdk.bundles.configure_account(at.stage.published(), ACCOUNT),
        (409, "BUNDLE_ALREADY_PUBLISHED"),
    ),
    "POST /bundles/{id}/account/finalize": Drive(
        lambda at: at.sdk.bundles.finalize_account(at.in_review()),
        lambda data: data["account"]["status"] == "finalized",
        lambda at: at.sdk.bundles.finalize_account(at.configured()),
        by_edition(409, "invalid_status", "ACCOUNT_INVALID_STATUS"),
    ),
    "POST /bundles/{id}/account/corrections": Drive(
        lambda at: at.sdk.bundles.request_account_corrections(at.in_review(), {"comment": "Shorter", "fields": {"biography": "Shorter"}}),
        lambda data: data["account"]["status"] == "pending_corrections",
        lambda at: at.sdk.bundles.request_account_corrections(at.in_review(), {"comment": ""}),
        by_edition(400, "validation_error", "VALIDATION_ERROR"),
    ),
    "PUT /bundles/{id}/warming-terms": Drive(
        lambda at: at.sdk.request_operation("configureBundleWarmingTerms", path={"id": at.warmed()}, body=TERMS),
        lambda data: data["advanced_warming"]["terms"] == TERMS["advanced_warming_terms"],
        lambda at: at.sdk.request_operation("configureBundleWarmingTerms", path={"id": at.stage.create()}, body=TERMS),
        by_edition(404, "NOT_FOUND", "ADVANCED_WARMING_COUNT_MISMATCH", 400),
        editions=(MAY,),
    ),
    "GET /bundles/{id}/videos": Drive(
        lambda at: at.sdk.bundles.list_videos(at.stage.create()),
        lambda data: [row["position"] for row in data] == [1, 2, 3],
        lambda at: at.other.bundles.list_videos(at.stage.create()),
        NOT_OWNED,
    ),
    "PUT /bundles/{id}/videos/batch": Drive(
        lambda at: at.sdk.bundles.batch_configure_videos(at.stage.create(), {"videos": [{"position": 1, **video()}]}),
        lambda data: (data["configured"], data["failed"]) == (1, 0),
        lambda at: at.sdk.bundles.batch_configure_videos(at.stage.create(), {"videos": []}),
        INVALID,
    ),
    "POST /bundles/{id}/videos/import-csv": Drive(
        lambda at: at.sdk.request_operation(
            "importBundleVideosCsv",
            path={"id": at.stage.create()},
            file_path=at.file(
                "videos.csv", b"position,video_type,description,video_url,target_publish_date\n1,video,Dawn,https://x.example/a.mp4,2027-03-09\n"
            ),
        ),
        lambda data: (data["imported"], data["skipped"]) == (1, 0),
        lambda at: at.sdk.request_operation("importBundleVideosCsv", path={"id": at.stage.create()}, file_path=at.file("videos.txt")),
        INVALID,
    ),
    "POST /bundles/{id}/videos/publish-all": Drive(
        lambda at: at.sdk.bundles.publish_all_videos(at.accepted()),
        lambda data: data["videos_published"] == 1,
        lambda at: at.sdk.bundles.publish_all_videos(at.configured()),
        (409, "BUNDLE_INVALID_STATUS"),
    ),
    "GET /bundles/{id}/videos/{position}": Drive(
        lambda at: at.sdk.bundles.get_video(at.stage.create(), 3),
        lambda data: data["position"] == 3,
        lambda at: at.sdk.bundles.get_video(at.stage.create(), 4),
        (400, "VIDEO_POSITION_OUT_OF_RANGE"),
    ),
    "PUT /bundles/{id}/videos/{position}": Drive(
        lambda at: at.sdk.bundles.configure_video(at.stage.create(), 1, video()),
        status("configured"),
        lambda at: at.sdk.bundles.configure_video(at.stage.create(), 1, video(target_publish_date="2027-03-02")),
        by_edition(400, "VALIDATION_ERROR", "INVALID_DATE"),
    ),
    "PATCH /bundles/{id}/videos/{position}": Drive(
        lambda at: at.sdk.bundles.patch_video(at.stage.create(), 1, {"name": "Dawn"}),
        lambda data: data["name"] == "Dawn",
        lambda at: at.sdk.bundles.patch_video(at.stage.create(), 1, {}),
        INVALID,
    ),
    "POST /bundles/{id}/videos/{position}/finalize": Drive(
        lambda at: at.sdk.bundles.finalize_video(at.posted(), 1),
        status("finalized"),
        lambda at: at.sdk.bundles.finalize_video(at.stage.create(), 1),
        TRANSITION,
    ),
    "POST /bundles/{id}/videos/{position}/corrections": Drive(
        lambda at: at.sdk.bundles.request_video_corrections(at.posted(), 1, {"comment": "Louder"}),
        lambda data: data["correction_message"] == "Louder",
        lambda at: at.sdk.bundles.request_video_corrections(at.stage.create(), 1, {"comment": "Louder"}),
        TRANSITION,
    ),
    "POST /bundles/{id}/videos/{position}/unschedule": Drive(
        lambda at: at.sdk.bundles.unschedule_video(at.configured(), 1),
        status("pending"),
        lambda at: at.sdk.bundles.unschedule_video(at.posted(), 1),
        TRANSITION,
    ),
    "POST /bundles/{id}/videos/{position}/fix-download": Drive(
        lambda at: at.sdk.bundles.fix_video_download(at.flagged(), 1, NEW),
        lambda data: data["download_issue"] is False,
        lambda at: at.sdk.bundles.fix_video_download(at.configured(), 1, NEW),
        (409, "VIDEO_NO_DOWNLOAD_ISSUE"),
    ),
    "POST /bundles/{id}/videos/{position}/publish": Drive(
        lambda at: at.sdk.bundles.publish_video(at.accepted(), 1),
        status("published"),
        lambda at: at.sdk.bundles.publish_video(at.accepted(), 2),
        TRANSITION,
    ),
    "POST /bundles/{id}/videos/{position}/reset": Drive(
        lambda at: at.sdk.bundles.reset_video(at.configured(), 1),
        status("pending"),
        lambda at: at.sdk.bundles.reset_video(at.posted(), 1),
        TRANSITION,
    ),
    "POST /upload/video": Drive(
        lambda at: at.sdk.uploads.video({"filename": "a.mp4", "bundle_id": at.stage.create()}),
        lambda data: data["upload_url"] != data["public_url"],
        lambda at: at.sdk.uploads.video({"filename": "a.mp4", "bundle_id": NONE}),
        NOT_FOUND,
    ),
    "POST /upload/image": Drive(
        lambda at: at.sdk.uploads.image({"filename": "a.png", "content_type": "image/png", "bundle_id": at.stage.create()}),
        lambda data: data["storage_path"] in data["public_url"],
        lambda at: at.sdk.uploads.image({"filename": "a.tiff", "content_type": "image/tiff", "bundle_id": at.stage.create()}),
        INVALID,
    ),
    "POST /upload/video/direct": Drive(
        lambda at: at.sdk.uploads.video_direct(at.file("a.mp4"), at.stage.create()),
        lambda data: (data["filename"], data["size_bytes"]) == ("a.mp4", 4),
        lambda at: at.sdk.uploads.video_direct(at.file("a.txt"), at.stage.create()),
        INVALID,
    ),
    "POST /upload/image/direct": Drive(
        lambda at: at.sdk.uploads.image_direct(at.file("a.png"), at.stage.create(), "profile_picture"),
        lambda data: data["storage_path"].startswith("profile-pictures/"),
        lambda at: at.sdk.uploads.image_direct(at.file("a.png"), at.stage.create(), "wallpaper"),
        INVALID,
    ),
    "POST /upload/image/from-url": Drive(
        lambda at: at.sdk.uploads.image_from_url({"url": "https://cdn.example.com/a.jpg", "bundle_id": at.stage.create()}),
        lambda data: data["storage_path"].endswith(".jpg"),
        lambda at: at.sdk.uploads.image_from_url({"url": "https://gone.invalid/a.jpg", "bundle_id": at.stage.create()}),
        (500, "UPLOAD_FAILED"),
    ),
    "GET /accounts": Drive(
        lambda at: (at.account(), at.sdk.accounts.list(platform="tiktok", banned=False))[1],
        lambda data: [row["username"] for row in data] == [ACCOUNT["username"]],
        lambda at: at.sdk.accounts.list(per_page="many"),
        INVALID,
    ),
    "GET /accounts/{id}": Drive(
        lambda at: at.sdk.accounts.get(at.account()),
        lambda data: not {"password", "social_credentials"} & set(data),
        lambda at: at.other.accounts.get(at.account()),
        (403, "SAVED_ACCOUNT_NOT_OWNED"),
    ),
    "GET /accounts/{id}/bundles": Drive(
        lambda at: at.sdk.accounts.bundles(at.account(), status="published"),
        lambda data: len(data) == 1,
        lambda at: at.sdk.accounts.bundles(NONE),
        NO_ACCOUNT,
    ),
    "GET /account-bans": Drive(
        lambda at: (at.banned(), at.sdk.request_operation("listAccountBans", query={"status": "no_appeal_banned"}))[1],
        lambda data: [row["status"] for row in data] == ["no_appeal_banned"],
        lambda at: at.sdk.request_operation("listAccountBans", query={"since": "lately"}),
        INVALID,
    ),
}
"""Every route that the simulator serves. Reads that cannot go wrong in themselves are refused for their key."""


def data_of(answer: object) -> Any:
    """What stands under ``data``."""
    return cast("dict[str, Any]", answer)["data"]
