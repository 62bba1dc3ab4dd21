"""One platform is seen in one way: what a plan reads of a bundle is what an export shows of it (law 5)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from bulkportal.exporting.filters import Filters
from bulkportal.pipeline import reading
from bulkportal.pipeline.portal_session import open_portal
from bulkportal.portal import snapshot
from bulkportal.portal.remote import RemoteBundle
from bulkportal.portal.secret import Secret
from bulkportal.settings import Settings
from bulkportal.simulator import views
from bulkportal.simulator.records import Bundle
from tests.conftest import KEY, Desk, OpenDesk
from tests.exporting.launches import launches

Views = tuple[dict[str, RemoteBundle], dict[str, RemoteBundle]]


def both(desk: Desk) -> Views:
    """Every bundle, as a plan and as an export read it."""

    async def read() -> Views:
        async with open_portal(Settings(base_url=desk.base_url, key=Secret(KEY), home=desk.home)) as portal:
            fetched = await reading.read(portal, Filters(), lambda _: None, reading.Depth.WHOLE)
            ids = [one.bundle.id for one in fetched]
            names = [one.bundle.external_ref or "" for one in fetched]
            now = datetime(2027, 3, 1, tzinfo=UTC)
            state = await snapshot.take(portal, names, ids, now=now, detail=lambda _, slot: slot.configured)
        return dict(state.bundles), {one.bundle.id: one.bundle for one in fetched}

    return asyncio.run(read())


def seen(bundle: RemoteBundle) -> dict[str, Any]:
    """What rules, actions and cells ask of a bundle."""
    names = ("external_ref", "bundle_type", "platform", "country", "status", "title", "videos_quantity", "edits_quantity", "auto_finalize_videos")
    names += ("account_status", "account_configured", "delivered", "is_published", "account")
    slots = [(slot.position, slot.status, dict(slot.values)) for slot in bundle.positions]
    return {name: getattr(bundle, name) for name in names} | {"slots": slots}


def test_a_plan_and_an_export_see_the_same_platform(open_desk: OpenDesk) -> None:
    """Bundles of every type and status, with accounts and slots in every state."""
    planned, exported = both(open_desk(data=launches()))
    assert len(planned) > 10
    for identity, bundle in exported.items():
        assert seen(bundle) == seen(planned[identity]), identity


def test_the_accounts_own_view_wins_in_both(open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the list still says configured, and the account is under review by now: both offer the review."""
    desk = open_desk(data=launches())
    whole = views.bundle_row

    def stale(bundle: Bundle) -> dict[str, Any]:
        row = whole(bundle)
        return row | {"account_status": "configured", "account_configured": True} if row["account_status"] == "in_review" else row

    monkeypatch.setattr(views, "bundle_row", stale)
    planned, exported = both(desk)
    assert any(bundle.account_status == "in_review" for bundle in exported.values())
    for identity, bundle in exported.items():
        assert seen(bundle) == seen(planned[identity]), identity
