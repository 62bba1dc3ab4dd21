"""The platform's documents, row by row, and the mark of a test that proves a row.

The first five are those of edition 2026-02 and are listed whole. The others belong to the public contract of
edition 2026-05; of them what differs, or what the first five are silent about, is listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

EDITIONS = {"february": ("2026-02",), "may": ("2026-05",), "either": ("2026-02", "2026-05")}
"""The editions in which a test runs, by the fixture it asks for."""


class Kind(StrEnum):
    """What sort of promise a row is; each has its table on the page."""

    ENDPOINT = "Endpoints"
    REQUEST = "What a request takes"
    ANSWER = "What an answer holds"
    COMPUTED = "Computed fields"
    STATUS = "Statuses"
    RULE = "Rules and limits"
    PRICE = "Prices"
    ERROR = "Errors"
    BLOCKER = "Blockers of publication"


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a document, or a passage that lists rules; `rows` are its rows by their own words."""

    document: str
    title: str
    kind: Kind
    rows: tuple[str, ...]

    @property
    def edition(self) -> str:
        """The edition that the document belongs to."""
        return "2026-02" if self.document in FIRST else "2026-05"


@dataclass(frozen=True, slots=True)
class Proof:
    """A row and the test that shows it. `promise` is the first sentence of the test."""

    table: Table
    row: str
    test: str
    promise: str
    editions: tuple[str, ...]


FIRST = _ACTIONS, _VIDEOS, _PUBLISH, _BUNDLES, _FIX = ("Video Actions", "Videos", "Publish & Unpublish", "Bundles", "Fix Download Link")
"""The documents of edition 2026-02."""

_PUBLIC, _PLUGIN, _SDK = "developers.tokportal.com", "TokPortal's Cursor plugin", "Python SDK"

TABLES: tuple[Table, ...] = (
    Table(_ACTIONS, "Finalize a Video", Kind.ENDPOINT, ("POST /bundles/:id/videos/:position/finalize",)),
    Table(_ACTIONS, "Finalize a Video, response", Kind.ANSWER, ("position, status, finalized_at",)),
    Table(_ACTIONS, "Finalize a Video, rule", Kind.RULE, ("no further changes",)),
    Table(_ACTIONS, "Finalize a Video, error", Kind.ERROR, ("INVALID_STATUS_TRANSITION",)),
    Table(_ACTIONS, "Request Corrections", Kind.ENDPOINT, ("POST /bundles/:id/videos/:position/corrections",)),
    Table(_ACTIONS, "Request Corrections, body", Kind.REQUEST, ("message",)),
    Table(_ACTIONS, "Request Corrections, response", Kind.ANSWER, ("position, status, correction_requested_at, correction_message",)),
    Table(_ACTIONS, "Unschedule a Video", Kind.ENDPOINT, ("POST /bundles/:id/videos/:position/unschedule",)),
    Table(_ACTIONS, "Unschedule a Video, response", Kind.ANSWER, ("position, status, unscheduled_at",)),
    Table(_ACTIONS, "Unschedule a Video, rule", Kind.RULE, ("content and metadata are cleared",)),
    Table(_ACTIONS, "Unschedule a Video, error", Kind.ERROR, ("INVALID_STATUS_TRANSITION",)),
    Table(_ACTIONS, "Action Summary", Kind.STATUS, ("Finalize", "Corrections", "Unschedule")),
    Table(_VIDEOS, "Video Types", Kind.RULE, ("video", "carousel")),
    Table(_VIDEOS, "TikTok", Kind.RULE, ("video", "carousel")),
    Table(_VIDEOS, "Instagram", Kind.RULE, ("instagram_content_type", "reel, video", "reel, carousel", "post, video", "post, carousel")),
    Table(_VIDEOS, "YouTube", Kind.RULE, ("video", "no carousels")),
    Table(
        _VIDEOS,
        "Video Status Lifecycle",
        Kind.STATUS,
        ("order", "pending", "configured", "published", "accepted", "in_review", "finalized"),
    ),
    Table(_VIDEOS, "Publish Date Rules", Kind.RULE, ("New accounts", "Existing accounts")),
    Table(_VIDEOS, "Publish Date Rules, error", Kind.ERROR, ("VALIDATION_ERROR",)),
    Table(_VIDEOS, "List All Videos in a Bundle", Kind.ENDPOINT, ("GET /bundles/:id/videos",)),
    Table(_VIDEOS, "List All Videos in a Bundle, response", Kind.ANSWER, ("a configured video", "a pending carousel")),
    Table(_VIDEOS, "Get a Single Video", Kind.ENDPOINT, ("GET /bundles/:id/videos/:position",)),
    Table(_VIDEOS, "Get a Single Video, response", Kind.ANSWER, ("tiktok_sound_url, editing_instructions",)),
    Table(_PUBLISH, "Publish", Kind.ENDPOINT, ("POST /bundles/:id/publish",)),
    Table(_PUBLISH, "Publish, requirements", Kind.RULE, ("pending_setup", "complete account", "one configured video")),
    Table(_PUBLISH, "Publish, response", Kind.ANSWER, ("id, status, published_at",)),
    Table(
        _PUBLISH,
        "Publish, error responses",
        Kind.ERROR,
        ("400 account_not_configured", "400 no_videos_configured", "409 invalid_status"),
    ),
    Table(_PUBLISH, "Unpublish", Kind.ENDPOINT, ("POST /bundles/:id/unpublish",)),
    Table(_PUBLISH, "Unpublish, requirements", Kind.RULE, ("published", "not accepted", "no refund")),
    Table(_PUBLISH, "Unpublish, response", Kind.ANSWER, ("id, status, unpublished_at",)),
    Table(_PUBLISH, "Unpublish, error responses", Kind.ERROR, ("409 invalid_status", "409 already_accepted")),
    Table(_PUBLISH, "Add Video Slots", Kind.ENDPOINT, ("POST /bundles/:id/add-video-slots",)),
    Table(_PUBLISH, "Add Video Slots, body", Kind.REQUEST, ("quantity",)),
    Table(_PUBLISH, "Add Video Slots, requirements", Kind.RULE, ("bundle type", "not completed", "debited immediately")),
    Table(_PUBLISH, "Add Video Slots, response", Kind.ANSWER, ("videos_quantity, previous_videos_quantity",)),
    Table(_PUBLISH, "Add Video Slots, example", Kind.PRICE, ("2 video slots = 20",)),
    Table(
        _PUBLISH,
        "Add Video Slots, error responses",
        Kind.ERROR,
        ("400 invalid_bundle_type", "400 invalid_quantity", "402 insufficient_credits", "409 bundle_completed"),
    ),
    Table(_PUBLISH, "Add Edit Slots", Kind.ENDPOINT, ("POST /bundles/:id/add-edit-slots",)),
    Table(_PUBLISH, "Add Edit Slots, body", Kind.REQUEST, ("quantity",)),
    Table(
        _PUBLISH,
        "Add Edit Slots, requirements",
        Kind.RULE,
        ("bundle type", "one edit per video", "not completed", "debited immediately"),
    ),
    Table(_PUBLISH, "Add Edit Slots, response", Kind.ANSWER, ("edits_quantity, previous_edits_quantity, videos_quantity",)),
    Table(_PUBLISH, "Add Edit Slots, example", Kind.PRICE, ("1 edit slot = 5",)),
    Table(
        _PUBLISH,
        "Add Edit Slots, error responses",
        Kind.ERROR,
        (
            "400 invalid_bundle_type",
            "400 edits_exceed_videos",
            "400 invalid_quantity",
            "402 insufficient_credits",
            "409 bundle_completed",
        ),
    ),
    Table(_BUNDLES, "Authentication", Kind.REQUEST, ("X-API-Key",)),
    Table(_BUNDLES, "Base URL", Kind.REQUEST, ("/api/ext",)),
    Table(_BUNDLES, "Bundle Types", Kind.RULE, ("account_only", "account_and_videos", "videos_only")),
    Table(
        _BUNDLES,
        "Lifecycle",
        Kind.STATUS,
        ("pending_setup", "published", "accepted", "in_review", "finalized", "completed"),
    ),
    Table(_BUNDLES, "Platforms", Kind.RULE, ("tiktok", "instagram", "youtube")),
    Table(
        _BUNDLES,
        "Options",
        Kind.RULE,
        ("niche_warming", "deep_warming", "moderation", "editing", "auto_finalize_videos"),
    ),
    Table(
        _BUNDLES,
        "Endpoints",
        Kind.ENDPOINT,
        (
            "POST /bundles",
            "GET /bundles",
            "GET /bundles/:id",
            "PATCH /bundles/:id",
            "GET /bundles/:id/publish-readiness",
            "POST /bundles/:id/publish",
            "POST /bundles/:id/unpublish",
        ),
    ),
    Table(
        _BUNDLES,
        "Computed State Fields",
        Kind.COMPUTED,
        ("is_published", "account_configured", "videos_total", "videos_configured_count", "next_action"),
    ),
    Table(_BUNDLES, "Computed State Fields, rule", Kind.RULE, ("in the list and in the single bundle", "read-only")),
    Table(
        _BUNDLES,
        "Computed State Fields, next_action",
        Kind.COMPUTED,
        ("configure_account", "configure_videos", "publish_bundle", "null"),
    ),
    Table(
        _BUNDLES,
        "List Bundles, query parameters",
        Kind.REQUEST,
        ("status", "bundle_type", "account_status", "platform", "external_ref", "page", "per_page"),
    ),
    Table(_BUNDLES, "List Bundles, rule", Kind.RULE, ("all bundles of the organization",)),
    Table(_BUNDLES, "List Bundles, response", Kind.ANSWER, ("a bundle of the list",)),
    Table(_BUNDLES, "List Bundles, example", Kind.PRICE, ("5 slots with niche warming = 60",)),
    Table(_BUNDLES, "Get Bundle, response", Kind.ANSWER, ("a single bundle", "its account", "its videos")),
    Table(_BUNDLES, "Get Bundle, example", Kind.PRICE, ("3 slots with niche warming = 40",)),
    Table(_BUNDLES, "Update Bundle, body", Kind.REQUEST, ("auto_finalize_videos", "external_ref", "title")),
    Table(_BUNDLES, "Update Bundle, rule", Kind.RULE, ("regardless of bundle status", "at least one field")),
    Table(_BUNDLES, "Update Bundle, response", Kind.ANSWER, ("id, title, auto_finalize_videos, external_ref, updated_at",)),
    Table(
        _BUNDLES,
        "Update Bundle, error responses",
        Kind.ERROR,
        ("400 VALIDATION_ERROR", "404 BUNDLE_NOT_FOUND", "403 BUNDLE_NOT_OWNED", "409 DUPLICATE_EXTERNAL_REF"),
    ),
    Table(_BUNDLES, "Check Publish-Readiness, response", Kind.ANSWER, ("ready", "blockers present")),
    Table(_BUNDLES, "Check Publish-Readiness, rule", Kind.RULE, ("no side effects",)),
    Table(
        _BUNDLES,
        "Blocker Codes",
        Kind.BLOCKER,
        ("BUNDLE_ALREADY_PUBLISHED", "BUNDLE_NOT_IN_SETUP", "ACCOUNT_MISSING", "ACCOUNT_NOT_CONFIGURED", "ACCOUNT_MISSING_FIELDS"),
    ),
    Table(
        _FIX,
        "How It Works",
        Kind.RULE,
        ("1. manager flags", "2. you detect the flag", "3. you provide a new URL", "4. flag is cleared"),
    ),
    Table(_FIX, "How It Works, fields", Kind.COMPUTED, ("download_issue", "download_issue_comment")),
    Table(_FIX, "How It Works, returned by", Kind.ANSWER, ("GET /bundles/:id/videos", "GET /bundles/:id/videos/:position")),
    Table(_FIX, "Fix Download Link", Kind.ENDPOINT, ("POST /bundles/:id/videos/:position/fix-download",)),
    Table(_FIX, "Date reset", Kind.RULE, ("target_publish_date", "target_publish_end_date")),
    Table(_FIX, "Request Body", Kind.REQUEST, ("video_url", "carousel_images")),
    Table(_FIX, "Response (200)", Kind.ANSWER, ("the fixed video",)),
    Table(
        _FIX,
        "Errors",
        Kind.ERROR,
        (
            "404 BUNDLE_NOT_FOUND",
            "403 BUNDLE_NOT_OWNED",
            "404 VIDEO_NOT_FOUND",
            "400 VIDEO_POSITION_OUT_OF_RANGE",
            "409 VIDEO_NO_DOWNLOAD_ISSUE",
            "500 UPLOAD_FAILED",
        ),
    ),
    Table(_FIX, "Uploading a File Instead of a URL", Kind.RULE, ("1. presigned upload", "2. direct upload")),
    Table(_PUBLIC, "Authentication", Kind.ENDPOINT, ("GET /me",)),
    Table(_PUBLIC, "Countries", Kind.ENDPOINT, ("GET /countries",)),
    Table(_PUBLIC, "Countries, rule", Kind.RULE, ("US and GB are aliases",)),
    Table(_SDK, "Platforms", Kind.ENDPOINT, ("GET /platforms",)),
    Table(_PUBLIC, "Credits", Kind.ENDPOINT, ("GET /credit-costs", "GET /credits/balance", "GET /credits/history")),
    Table(_PUBLIC, "Credits, prices", Kind.PRICE, ("account 32", "video slot 2", "edit slot 3", "advanced warming 5 a term", "sound volume 1")),
    Table(_PUBLIC, "Credits, rule", Kind.RULE, ("debited at creation",)),
    Table(_PUBLIC, "Create a bundle, response", Kind.ANSWER, ("bundle_id, cost_breakdown",)),
    Table(
        _PUBLIC,
        "Create a bundle, errors",
        Kind.ERROR,
        ("400 COUNTRY_NOT_ENABLED", "400 ACCOUNT_ID_NOT_ALLOWED", "400 YOUTUBE_DELAYED"),
    ),
    Table(
        _PLUGIN,
        "Warming, errors",
        Kind.ERROR,
        (
            "400 DEEP_WARMING_DEPRECATED",
            "400 WARMING_CONFLICT",
            "400 ADVANCED_WARMING_FLAG_REQUIRED",
            "400 ADVANCED_WARMING_TERMS_REJECTED",
            "400 ADVANCED_WARMING_COUNT_MISMATCH",
        ),
    ),
    Table(_SDK, "Warming", Kind.ENDPOINT, ("PUT /bundles/:id/warming-terms",)),
    Table(_PUBLIC, "Create bundles in bulk", Kind.ENDPOINT, ("POST /bundles/bulk",)),
    Table(_PUBLIC, "Create bundles in bulk, rule", Kind.RULE, ("all or nothing", "external_ref on every bundle")),
    Table(_PUBLIC, "Account configuration", Kind.ENDPOINT, ("GET /bundles/:id/account", "PUT /bundles/:id/account")),
    Table(
        _PUBLIC,
        "Account configuration, fields",
        Kind.REQUEST,
        ("username", "visible_name", "biography", "profile_picture_url", "link_in_bio"),
    ),
    Table(_PUBLIC, "Account configuration, rule", Kind.RULE, ("not after publishing",)),
    Table(_PUBLIC, "Account actions", Kind.ENDPOINT, ("POST /bundles/:id/account/finalize", "POST /bundles/:id/account/corrections")),
    Table(_PUBLIC, "Account actions, rule", Kind.RULE, ("from in_review only", "finalized after 72 hours")),
    Table(
        _PUBLIC,
        "Configure videos",
        Kind.ENDPOINT,
        ("PUT /bundles/:id/videos/:position", "PATCH /bundles/:id/videos/:position", "PUT /bundles/:id/videos/batch"),
    ),
    Table(_PUBLIC, "Configure videos, rule", Kind.RULE, ("PUT replaces", "ignored_fields", "three videos a day")),
    Table(
        _PUBLIC,
        "Configure videos, errors",
        Kind.ERROR,
        ("400 UNKNOWN_FIELD", "400 INVALID_DATE", "400 VIDEOS_PER_DAY_EXCEEDED"),
    ),
    Table(_PUBLIC, "Videos", Kind.RULE, ("story",)),
    Table(_PUBLIC, "CSV import", Kind.ENDPOINT, ("POST /bundles/:id/videos/import-csv",)),
    Table(
        _PUBLIC,
        "Video actions",
        Kind.ENDPOINT,
        ("POST /bundles/:id/videos/:position/publish", "POST /bundles/:id/videos/publish-all"),
    ),
    Table(_PUBLIC, "Video actions, rule", Kind.RULE, ("stale dates are moved",)),
    Table(_SDK, "Video actions", Kind.ENDPOINT, ("POST /bundles/:id/videos/:position/reset",)),
    Table(_SDK, "Video actions, corrections", Kind.STATUS, ("pending_corrections",)),
    Table(
        _PUBLIC,
        "Media upload",
        Kind.ENDPOINT,
        (
            "POST /upload/video",
            "POST /upload/image",
            "POST /upload/video/direct",
            "POST /upload/image/direct",
            "POST /upload/image/from-url",
        ),
    ),
    Table(
        _PUBLIC,
        "Saved accounts",
        Kind.ENDPOINT,
        ("GET /accounts", "GET /accounts/:id", "GET /accounts/:id/bundles"),
    ),
    Table(_PLUGIN, "Publish-readiness", Kind.BLOCKER, ("NO_VIDEOS_CONFIGURED",)),
    Table(_PUBLIC, "Saved accounts, rule", Kind.RULE, ("no secrets",)),
    Table(_PLUGIN, "Bans", Kind.ENDPOINT, ("GET /account-bans",)),
    Table(_PUBLIC, "Coverage", Kind.ENDPOINT, ("GET /reports/account-coverage",)),
    Table(_PLUGIN, "Bans, statuses", Kind.STATUS, ("no_appeal_banned", "appeal_pending", "appeal_refused", "appeal_accepted")),
    Table(
        _PUBLIC,
        "Versioning",
        Kind.ANSWER,
        ("X-TokPortal-API-Version", "X-TokPortal-API-Stability", "X-TokPortal-Request-ID"),
    ),
    Table(_PUBLIC, "Rate limits", Kind.RULE, ("120 requests, 2 more each second",)),
    Table(_PUBLIC, "Rate limits, headers", Kind.ANSWER, ("X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset",)),
    Table(_PUBLIC, "Rate limits, pagination", Kind.ANSWER, ("page, per_page, total, total_pages",)),
    Table(_PUBLIC, "Rate limits, errors", Kind.ERROR, ("429 RATE_LIMIT_EXCEEDED", "429 capacity_cooldown")),
    Table(_PUBLIC, "Sandbox", Kind.REQUEST, ("X-TokPortal-Dry-Run",)),
    Table(_PUBLIC, "Sandbox, response", Kind.ANSWER, ("dry_run, credits_would_charge",)),
    Table(_PUBLIC, "Sandbox, error", Kind.ERROR, ("400 DRY_RUN_ID_IN_LIVE_REQUEST",)),
    Table(_SDK, "Idempotency", Kind.REQUEST, ("Idempotency-Key",)),
    Table(_PLUGIN, "Idempotency, error", Kind.ERROR, ("400 IDEMPOTENCY_KEY_NOT_ALLOWED_FOR_SENSITIVE_RESPONSE",)),
    Table(
        _PUBLIC,
        "Errors",
        Kind.ERROR,
        (
            "401 AUTH_MISSING_KEY",
            "401 AUTH_INVALID_KEY",
            "401 AUTH_REVOKED_KEY",
            "402 INSUFFICIENT_CREDITS",
            "404 ACCOUNT_NOT_FOUND",
            "409 ACCOUNT_NOT_CONFIGURED",
            "409 ACCOUNT_INVALID_STATUS",
            "409 BUNDLE_ALREADY_PUBLISHED",
            "409 BUNDLE_INVALID_STATUS",
            "404 SAVED_ACCOUNT_NOT_FOUND",
            "403 SAVED_ACCOUNT_NOT_OWNED",
        ),
    ),
)
