"""GET, POST and PATCH of bundles (seed 003; API reference 2.1 to 2.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bulkportal.simulator import bodies, views
from bulkportal.simulator.calls import Answer, ApiCall, ApiRefusal, JsonObject, data, invalid
from bulkportal.simulator.records import Bundle
from bulkportal.simulator.state import State
from bulkportal.simulator.warming import warming_of

TYPES = ("account_only", "account_and_videos", "videos_only")
TITLE_MAX = 200
BULK_ACCOUNTS = 100
BULK_VIDEOS = 500
FILTERS = ("status", "bundle_type", "account_status", "platform", "external_ref")
PATCHABLE = ("auto_finalize_videos", "external_ref", "title")


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleOrder:
    """A bundle that somebody wants to buy."""

    bundle_type: str
    platform: str
    country: str
    videos: int
    edits: int
    account_id: str | None


def list_bundles(state: State, call: ApiCall) -> Answer:
    """GET /bundles: all of the organization."""
    rows = [views.bundle_row(bundle) for bundle in state.listed_for(call.tenant)]
    for name in FILTERS:
        wanted = call.query.get(name)
        if wanted is not None:
            rows = [row for row in rows if row[name] == wanted]
    return Answer(body=bodies.page_of(call, rows, with_pagination=state.edition.current))


def get_bundle(state: State, call: ApiCall) -> Answer:
    """GET /bundles/:id."""
    return data(views.bundle_full(state.bundle(call.params["id"], call.tenant)))


def patch_bundle(state: State, call: ApiCall) -> Answer:
    """PATCH /bundles/:id, at any time, at least one field; null clears (seed 003)."""
    bundle = state.bundle(call.params["id"], call.tenant)
    body = call.json()
    if not any(name in body for name in PATCHABLE):
        raise invalid("At least one field must be provided.", fields=list(PATCHABLE))
    # Null clears the other two; this one is a boolean and nothing else (seed 003).
    auto = bodies.required_flag(body, "auto_finalize_videos") if "auto_finalize_videos" in body else bundle.auto_finalize_videos
    reference = bodies.text(body, "external_ref", longest=bodies.REFERENCE_MAX)
    title = bodies.text(body, "title", longest=TITLE_MAX)
    if reference is not None:
        state.require_free_reference(reference, call.tenant, but=bundle.id)
    bundle.auto_finalize_videos = auto
    if "external_ref" in body:
        bundle.external_ref = reference
    if "title" in body:
        bundle.title = title
    bundle.updated_at = state.clock.now()
    view = views.bundle_row(bundle)
    return data({name: view[name] for name in ("id", *sorted(PATCHABLE), "updated_at")})


def create_bundle(state: State, call: ApiCall) -> Answer:
    """POST /bundles: charged at once, slots made at once (API reference 2.1)."""
    body = call.json()
    bundle_type = bodies.one_of(body, "bundle_type", TYPES)
    if bundle_type is None:
        raise invalid("'bundle_type' is required.", field="bundle_type")
    order = _order(state, call, body, bundle_type)
    bundle = _bundle_of(state, call.tenant, body, order)
    if bundle.external_ref is not None:
        state.require_free_reference(bundle.external_ref, call.tenant)
    breakdown = _breakdown(state, body, order)
    charged = state.charge(call.tenant, breakdown, f"Bundle {bundle.id}: creation")
    bundle.credit_cost = sum(breakdown.values())
    _open(state, bundle, order.videos)
    # The pages call the id `bundle_id`, the SDKs read `id`: a client that trusts one of the two loses what it has paid for.
    view = {"bundle_id": bundle.id, **views.bundle_full(bundle)}
    beside = {**charged, "cost_breakdown": _with_total(breakdown)}
    return data(view, beside, status=201)


def create_bulk(state: State, call: ApiCall) -> Answer:
    """POST /bundles/bulk: all or nothing, one debit, one reference on every bundle (2.2)."""
    body = call.json()
    platforms = bodies.texts(body, "platforms") or []
    if not platforms:
        raise invalid("'platforms' is required.", field="platforms")
    accounts = bodies.whole(body, "accounts_count", default=-1, least=1)
    uploads = bodies.whole(body, "upload_accounts_count")
    videos = bodies.whole(body, "videos_per_account")
    if accounts > BULK_ACCOUNTS or uploads > accounts or videos > BULK_VIDEOS:
        raise invalid(f"At most {BULK_ACCOUNTS} accounts, no more upload accounts, and {BULK_VIDEOS} videos each.")
    if uploads and not videos:
        raise invalid("'videos_per_account' is required.", field="videos_per_account")
    kinds = ["account_and_videos"] * uploads + ["account_only"] * (accounts - uploads)
    orders = [
        _order(state, call, {**body, "platform": platform, "videos_quantity": slots}, kind)
        for platform in platforms
        for kind in kinds
        for slots in ([videos] if kind == "account_and_videos" else [0])
    ]
    made = [_bundle_of(state, call.tenant, body, order) for order in orders]
    costs = [_breakdown(state, body, order) for order in orders]
    # The first order and the last: with uploads in front of the rest they show both kinds, and so every name that can occur.
    total = {name: sum(cost.get(name, 0) for cost in costs) for name in costs[0] | costs[-1]}
    # One debit for all, and no check of the reference: here it is a batch mark that every bundle shares, against seed 003 (API
    # reference 2.2).
    names = ", ".join(bundle.id for bundle in made)
    charged = state.charge(call.tenant, total, f"Bundles {names}: bulk creation")
    # Entered in the books only now: where the credits do not suffice none of them exists.
    for bundle, order, cost in zip(made, orders, costs, strict=True):
        bundle.credit_cost = sum(cost.values())
        _open(state, bundle, order.videos)
    shown = [{"bundle_id": bundle.id, **views.bundle_full(bundle)} for bundle in made]
    answer = {"bundles": shown, "total_count": len(shown)}
    beside = {**charged, "cost_breakdown": _with_total(total)}
    return data(answer, beside, status=201)


def _order(state: State, call: ApiCall, body: JsonObject, bundle_type: str) -> BundleOrder:
    if bundle_type == "videos_only":
        identity = bodies.required_text(body, "account_id")
        account = state.saved_account(identity, call.tenant)
        platform, country = account.platform, account.country
    elif bodies.text(body, "account_id") is not None:
        message = "'account_id' is only allowed for videos_only bundles."
        raise ApiRefusal(400, "ACCOUNT_ID_NOT_ALLOWED", message)
    else:
        identity, platform = None, _platform(state, body)
        country = _country(state, bodies.required_text(body, "country"))
    videos, edits = _quantities(body, bundle_type)
    return BundleOrder(
        bundle_type=bundle_type,
        platform=platform,
        country=country,
        videos=videos,
        edits=edits,
        account_id=identity,
    )


def _quantities(body: JsonObject, bundle_type: str) -> tuple[int, int]:
    videos = bodies.whole(body, "videos_quantity")
    edits = bodies.whole(body, "edits_quantity")
    if bundle_type == "account_only" and videos:
        raise invalid("An account_only bundle has no videos.", field="videos_quantity")
    if bundle_type != "account_only" and not videos:
        raise invalid("'videos_quantity' must be at least 1.", field="videos_quantity")
    if edits > videos:
        raise invalid("There is at most one edit per video.", field="edits_quantity")
    return videos, edits


def _platform(state: State, body: JsonObject) -> str:
    # The seeds list YouTube and let it be configured; today's platform refuses to sell it (S15, D8).
    platform = bodies.text(body, "platform") or "tiktok"
    if platform == "youtube" and state.edition.current:
        message = "YouTube bundles are delayed and cannot be ordered."
        raise ApiRefusal(400, "YOUTUBE_DELAYED", message)
    if platform not in state.edition.platforms:
        known = ", ".join(state.edition.platforms)
        raise invalid(f"'platform' must be one of {known}.", field="platform")
    return platform


def _country(state: State, asked: str) -> str:
    country = state.edition.aliases.get(asked, asked)
    if country not in state.edition.countries:
        message = f"The country '{asked}' is not enabled."
        raise ApiRefusal(400, "COUNTRY_NOT_ENABLED", message, {"country": asked})
    return country


def _bundle_of(state: State, tenant: str, body: JsonObject, order: BundleOrder) -> Bundle:
    now = state.clock.now()
    warming = warming_of(state.edition, body, order.platform)
    return Bundle(
        id=state.new_id(),
        tenant=tenant,
        bundle_type=order.bundle_type,
        platform=order.platform,
        country=order.country,
        created_at=now,
        updated_at=now,
        title=bodies.text(body, "title", longest=TITLE_MAX),
        external_ref=bodies.text(body, "external_ref", longest=bodies.REFERENCE_MAX),
        edits_quantity=order.edits,
        auto_finalize_videos=bodies.flag(body, "auto_finalize_videos", default=True),
        wants_niche_warming=warming.niche,
        wants_deep_warming=warming.deep,
        wants_moderation=bodies.flag(body, "wants_moderation"),
        warming_targets=warming.targets,
        warming_terms=list(warming.terms),
        niche_warming_instructions=bodies.text(body, "niche_warming_instructions"),
        existing_account_id=order.account_id,
        saved_account_id=order.account_id,
    )


def _breakdown(state: State, body: JsonObject, order: BundleOrder) -> dict[str, int]:
    price = state.edition.price
    warming = warming_of(state.edition, body, order.platform)
    moderated = bodies.flag(body, "wants_moderation")
    costs = {
        "account_creation": price("account_creation") if order.account_id is None else 0,
        "video_slots": order.videos * price("video_slot"),
        "edit_slots": order.edits * price("edit_slot"),
        "niche_warming": price("niche_warming") if warming.niche else 0,
        "deep_warming": price("deep_warming") if warming.deep else 0,
        "moderation": price("moderation") if moderated else 0,
        "advanced_warming": warming.targets * price("advanced_warming"),
    }
    # These are named at 0 as well (API reference 2.1), the options only where they were ordered.
    always = ("account_creation", "video_slots", "edit_slots")
    return {name: cost for name, cost in costs.items() if cost or name in always}


def _with_total(breakdown: Mapping[str, int]) -> dict[str, int]:
    return {**breakdown, "total": sum(breakdown.values())}


def _open(state: State, bundle: Bundle, videos: int) -> None:
    for _ in range(videos):
        bundle.add_slot(state.new_id(), bundle.created_at)
    state.books.bundles[bundle.id] = bundle
