"""The options of a live template: the platform's countries, bundles and accounts, read with the key. Only reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bulkportal import names
from bulkportal.apply.outcomes import Event
from bulkportal.exporting.fetched import words
from bulkportal.exporting.filters import Filters
from bulkportal.pipeline.portal_session import open_portal, requests_of, required
from bulkportal.pipeline.reading import Tell
from bulkportal.portal import parsing
from bulkportal.portal.client import Portal
from bulkportal.portal.remote import OVER, Json, RemoteBundle
from bulkportal.portal.snapshot import if_told
from bulkportal.settings import Settings
from bulkportal.templating import LiveOptions, OfferedAccount, OfferedBundle


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """The options, and the number of requests."""

    offer: LiveOptions
    requests: Mapping[str, int]


async def offered(settings: Settings, tell: Tell, *, client: str = "", platform: str | None = None) -> Offered:
    """The options for a template, limited to one client and one platform if those are named.

    The platform does not say whose a saved account is, so a client's accounts are those that its bundles use.
    Countries and platforms that it does not list stay unknown. Raises the errors of `errors`.
    """
    filters = Filters(platform=platform, client=client or None)
    moment = datetime.now(UTC)
    async with open_portal(settings) as portal:
        tell(Event(text="reading countries and platforms"))
        none: dict[str, str] = {}
        countries = await required(if_told(portal.countries(), none))
        platforms = await required(if_told(portal.platforms(), ()))
        tell(Event(text="reading the list of bundles"))
        bundles, used = await required(_bundles(portal, filters))
        tell(Event(text="reading the saved accounts"))
        accounts = await required(_accounts(portal, used if client else None, platform))
        requests = requests_of(portal)
    offer = LiveOptions(
        address=settings.base_url,
        read_at=moment,
        client=client,
        countries=countries,
        platforms=platforms if platform is None else (),
        bundles=tuple(sorted(bundles, key=lambda one: (not one.name, one.name.casefold(), one.id))),
        accounts=tuple(sorted(accounts, key=lambda one: (one.platform, one.username.casefold(), one.id))),
    )
    return Offered(offer=offer, requests=requests)


async def _bundles(portal: Portal, filters: Filters) -> tuple[list[OfferedBundle], set[str]]:
    """The matching bundles that can take more rows, and the ids of the accounts that any matching bundle uses."""
    found: list[OfferedBundle] = []
    used: set[str] = set()
    async for view in portal.list_views(**filters.query):
        bundle = parsing.bundle_from(view)
        if bundle is None or not filters.wants(bundle):
            continue
        used.update(filter(None, (words(view.get(name)) for name in ("existing_account_id", "saved_account_id"))))
        if bundle.status not in OVER and bundle.bundle_type != "account_only":
            found.append(_existing(bundle))
    return found, used


def _existing(bundle: RemoteBundle) -> OfferedBundle:
    return OfferedBundle(
        id=bundle.id,
        name=names.plain(bundle.external_ref or ""),
        title=bundle.title or "",
        platform=bundle.platform,
        country=bundle.country or "",
        status=bundle.status,
        slots=bundle.videos_quantity,
    )


async def _accounts(portal: Portal, only: set[str] | None, platform: str | None) -> list[OfferedAccount]:
    """The usable saved accounts, limited to the ids in `only`, if given."""
    found: list[OfferedAccount] = []
    async for account in portal.list_accounts():
        saved = _saved(account)
        banned = account.get("banned") is True
        elsewhere = platform is not None and saved.platform not in ("", platform)
        if saved.id and not banned and not elsewhere and (only is None or saved.id in only):
            found.append(saved)
    return found


def _saved(account: Mapping[str, Json]) -> OfferedAccount:
    return OfferedAccount(
        id=parsing.identity_of(dict(account)) or "",
        platform=words(account.get("platform")),
        username=words(account.get("username")),
        country=words(account.get("country")),
    )
