"""Plans without a command: rows as a user would write them, a platform of our own making, and the plan for the two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bulkportal.check.checker import check, understand
from bulkportal.check.prepare import Terms
from bulkportal.media import Facts
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.knowing import known_of
from bulkportal.plan.operations import Memory, Operation, Plan
from bulkportal.plan.planner import Basis, Choices, plan
from bulkportal.portal.remote import Cover, PriceList, RemoteBundle, RemotePosition, RemoteState
from tests.check.sheets import TODAY, table

NOW = datetime(2027, 3, 1, tzinfo=UTC)

Rows = Sequence[Mapping[str, object]]
PRICES: dict[str, int | float | None] = {"account_creation": 5, "video_slot": 10, "edit_slot": 5, "niche_warming": 5}
ACCOUNT = {
    "username": "spring",
    "visible_name": "Spring",
    "biography": "One market, one dish, every day.",
    "profile_picture_url": "https://cdn.example.com/faces/spring.jpg",
}


def remote_video(position: int, **values: object) -> RemotePosition:
    """A slot that holds what `video("spring", position)` asks for, unless `values` says otherwise."""
    held = {
        "video_type": "video",
        "name": f"Video {position}",
        "video_url": f"https://cdn.example.com/spring/{position}.mp4",
        "description": f"Dish number {position} #streetfood",
        "target_publish_date": f"2030-03-{position + 1:02}T12:00:00.000Z",
    }
    return RemotePosition(position=position, status="configured", values=held | values, complete=True)  # type: ignore[arg-type]


def remote_bundle(**over: object) -> RemoteBundle:
    """The platform's bundle `spring`, complete and published."""
    facts: dict[str, object] = {
        "id": "bnd-1",
        "external_ref": "spring",
        "bundle_type": "account_and_videos",
        "platform": "tiktok",
        "country": "US",
        "status": "pending_setup",
        "videos_quantity": 2,
        "edits_quantity": 0,
        "title": "Spring",
        "title_known": True,
        "account_configured": True,
        "account": ACCOUNT,
        "positions": (remote_video(1), remote_video(2)),
    }
    return RemoteBundle(**(facts | over))  # type: ignore[arg-type]


def remote_state(
    *bundles: RemoteBundle, prices: Mapping[str, int | float | None] | None = None, covers: Mapping[str, Cover] | None = None
) -> RemoteState:
    """A platform that has these bundles."""
    references: dict[str, tuple[str, ...]] = {}
    for one in bundles:
        references[str(one.external_ref)] = (*references.get(str(one.external_ref), ()), one.id)
    return RemoteState(
        taken_at=NOW,
        today=TODAY,
        bundles={one.id: one for one in bundles},
        by_reference=references,
        prices=PriceList(items=PRICES if prices is None else prices),
        balance=1000,
        covers=covers,
    )


def basis(
    bundles: Rows = (),
    videos: Rows = (),
    *,
    remote: RemoteState,
    memory: Memory | None = None,
    choices: Choices | None = None,
    files: Mapping[str, Facts] | None = None,
    copied: Mapping[str, Rows] | None = None,
) -> Basis:
    """All that a plan for these rows is made from; `copied` are the hidden sheets of an export's base copy."""
    sheets = {"Bundles": bundles, "Videos": videos, **(copied or {})}
    tables = [table(rows, name) for name, rows in sheets.items() if rows]
    facts = {(number, text): fact for number in range(len(tables)) for text, fact in (files or {}).items()}
    known = known_of(remote, memory or Memory())
    checked = check(understand(tables), facts, Terms(today=TODAY, known=known))
    return Basis(checked=checked, remote=remote, memory=memory or Memory(), files=facts, choices=choices or Choices())


def planned(
    bundles: Rows = (),
    videos: Rows = (),
    *,
    remote: Sequence[RemoteBundle] = (),
    memory: Memory | None = None,
    prices: Mapping[str, int | float | None] | None = None,
    choices: Choices | None = None,
    files: Mapping[str, Facts] | None = None,
    copied: Mapping[str, Rows] | None = None,
) -> Plan:
    """The plan for these rows on that platform."""
    state = remote_state(*remote, prices=prices)
    return plan(basis(bundles, videos, remote=state, memory=memory, choices=choices, files=files, copied=copied))


def shape(made: Plan) -> list[str]:
    """The operations by their names."""
    return [operation.identity for operation in made.operations]


def of_kind(made: Plan, kind: OperationKind) -> Operation:
    """The only operation of a kind."""
    (found,) = [operation for operation in made.operations if operation.kind is kind]
    return found


def facts(name: str, sha256: str) -> Facts:
    """A local video."""
    return Facts(path=Path(name), size=1000, mime="video/mp4", kind="video", sha256=sha256, playable=True)
