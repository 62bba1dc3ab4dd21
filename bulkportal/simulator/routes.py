"""Which request goes where; literal paths before ``{position}`` (API reference, appendix A)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from bulkportal.simulator import (
    accounts,
    bundles,
    coverage,
    credits_api,
    csv_import,
    publishing,
    uploads,
    video_actions,
    videos,
)
from bulkportal.simulator.calls import Answer, ApiCall, ApiRefusal
from bulkportal.simulator.state import State

BASE = "/api/ext"
EndpointHandler = Callable[[State, ApiCall], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One endpoint. `lower`: its codes are lower case in the seeds' edition (S1).

    `secret`: its answer is never stored, so it refuses an idempotency key (API reference 1.7). `renews`: it may renew the
    Coverage of a delivered account just before it runs (API reference 5.2).
    """

    method: str
    template: str
    handler: EndpointHandler
    lower: bool = False
    secret: bool = False
    renews: bool = False


def _plain(method: str, template: str, handler: EndpointHandler) -> Endpoint:
    return Endpoint(method=method, template=template, handler=handler)


def _lower(method: str, template: str, handler: EndpointHandler) -> Endpoint:
    return Endpoint(method=method, template=template, handler=handler, lower=True)


def _secret(method: str, template: str, handler: EndpointHandler) -> Endpoint:
    return Endpoint(method=method, template=template, handler=handler, secret=True)


def _renewing(method: str, template: str, handler: EndpointHandler, *, lower: bool = False) -> Endpoint:
    return Endpoint(method=method, template=template, handler=handler, lower=lower, renews=True)


_BUNDLE = "/bundles/{id}"
_VIDEOS = "/bundles/{id}/videos"
_VIDEO = "/bundles/{id}/videos/{position}"

OPERATIONS: tuple[Endpoint, ...] = (
    _plain("GET", "/me", credits_api.me),
    _plain("GET", "/countries", credits_api.countries),
    _plain("GET", "/platforms", credits_api.platforms),
    _plain("GET", "/credit-costs", credits_api.credit_costs),
    _plain("GET", "/credits/balance", credits_api.balance),
    _plain("GET", "/credits/history", credits_api.history),
    _plain("GET", "/bundles", bundles.list_bundles),
    _plain("POST", "/bundles", bundles.create_bundle),
    _plain("POST", "/bundles/bulk", bundles.create_bulk),
    _plain("GET", _BUNDLE, bundles.get_bundle),
    _renewing("PATCH", _BUNDLE, bundles.patch_bundle),
    _plain("GET", f"{_BUNDLE}/publish-readiness", publishing.readiness),
    _renewing("POST", f"{_BUNDLE}/publish", publishing.publish, lower=True),
    _lower("POST", f"{_BUNDLE}/unpublish", publishing.unpublish),
    _lower("POST", f"{_BUNDLE}/add-video-slots", publishing.add_video_slots),
    _lower("POST", f"{_BUNDLE}/add-edit-slots", publishing.add_edit_slots),
    _plain("GET", f"{_BUNDLE}/account", accounts.get_account),
    _renewing("PUT", f"{_BUNDLE}/account", accounts.put_account),
    _lower("POST", f"{_BUNDLE}/account/finalize", accounts.finalize_account),
    _lower("POST", f"{_BUNDLE}/account/corrections", accounts.correct_account),
    _plain("PUT", f"{_BUNDLE}/warming-terms", accounts.put_warming_terms),
    _plain("GET", _VIDEOS, videos.list_videos),
    _renewing("PUT", f"{_VIDEOS}/batch", videos.put_batch),
    _renewing("POST", f"{_VIDEOS}/import-csv", csv_import.import_csv),
    _renewing("POST", f"{_VIDEOS}/publish-all", video_actions.publish_all),
    _plain("GET", _VIDEO, videos.get_video),
    _renewing("PUT", _VIDEO, videos.put_video),
    _renewing("PATCH", _VIDEO, videos.patch_video),
    _plain("POST", f"{_VIDEO}/finalize", video_actions.finalize),
    _plain("POST", f"{_VIDEO}/corrections", video_actions.corrections),
    _renewing("POST", f"{_VIDEO}/unschedule", video_actions.unschedule),
    _renewing("POST", f"{_VIDEO}/fix-download", video_actions.fix_download),
    _renewing("POST", f"{_VIDEO}/publish", video_actions.publish),
    _renewing("POST", f"{_VIDEO}/reset", video_actions.reset),
    # Only these two of our scope: a presigned address is a secret, so its answer is not kept for a replay (API reference 1.7).
    _secret("POST", "/upload/video", uploads.presigned_video),
    _secret("POST", "/upload/image", uploads.presigned_image),
    _plain("POST", "/upload/video/direct", uploads.direct_video),
    _plain("POST", "/upload/image/direct", uploads.direct_image),
    _plain("POST", "/upload/image/from-url", uploads.image_from_url),
    _plain("GET", "/accounts", accounts.list_accounts),
    _plain("GET", "/accounts/{id}", accounts.get_saved_account),
    _plain("GET", "/accounts/{id}/bundles", accounts.list_account_bundles),
    _plain("GET", "/account-bans", accounts.list_bans),
    _plain("GET", "/reports/account-coverage", coverage.report),
)


def matched(template: str, path: str) -> dict[str, str] | None:
    """The parameters of a path (as sent, still quoted) that fits a template, else None."""
    wanted, given = template.split("/"), path.split("/")
    if len(wanted) != len(given):
        return None
    params: dict[str, str] = {}
    for part, value in zip(wanted, given, strict=True):
        if part.startswith("{") and value:
            params[part.strip("{}")] = unquote(value)
        elif part != value:
            return None
    return params


def find(method: str, path: str) -> tuple[Endpoint, dict[str, str]]:
    """The operation for a path below the base; 404 or 405 in the same envelope otherwise."""
    allowed = []
    for operation in OPERATIONS:
        params = matched(operation.template, path)
        if params is None:
            continue
        if operation.method == method:
            return operation, params
        allowed.append(operation.method)
    if allowed:
        message = f"{method} is not possible here."
        raise ApiRefusal(405, "METHOD_NOT_ALLOWED", message, {"allowed": sorted(set(allowed))})
    raise ApiRefusal(404, "NOT_FOUND", f"There is nothing at {path}.")
