"""Rows that change a bundle which is there: its title, its name, and what only the platform can know of it."""

from __future__ import annotations

import httpx
import openpyxl

from tests.conftest import NOBODY, Desk, OpenDesk, bundle, video


def bought(desk: Desk, name: str = "market-1", **over: object) -> str:
    """A bundle that is there, by its id."""
    row = bundle(name, **{"bundle_type": "account_only", "videos_quantity": None, "publish": "no", **over})
    assert desk.import_(desk.sheets("first", bundles=[row])).code == 0
    return desk.bundles[name].id


def test_a_sheet_that_only_retitles_is_no_error_offline(desk: Desk) -> None:
    """What only the platform can know is a warning, and the import does what is asked."""
    bought(desk)
    launch = desk.sheets("second", bundles=[{"bundle": "market-1", "title": "Markets at dawn"}])
    ended = desk.run("check", launch)
    assert (ended.code, ended.codes) == (0, ["bundle_perhaps_there"])
    ended = desk.import_(launch)
    assert (ended.code, ended.codes, desk.bundles["market-1"].title) == (0, [], "Markets at dawn")


def test_a_real_omission_is_an_error_as_before(desk: Desk) -> None:
    """Offline as soon as the row says anything of a bundle to be made, also in a cell that cannot be understood; online in any case."""
    rows = [{"bundle": "market-1", "title": "Markets", "platform": "tiktok"}, {"bundle": "market-2", "title": "Markets", "bundle_type": "bothe"}]
    ended = desk.run("check", desk.sheets("one", bundles=rows))
    missing = {(finding["cell"], finding["code"]) for finding in ended.document["findings"] if finding["severity"] == "error"}
    assert ended.code == 6 and "bundle_perhaps_there" not in ended.codes
    assert {("A2", "bundle_type_missing"), ("A2", "country_missing")} & missing or len(missing) >= 3
    ended = desk.import_(desk.sheets("two", bundles=[{"bundle": "nowhere-1", "title": "Markets"}]))
    assert ended.code == 4 and "bundle_type_missing" in ended.codes and not desk.bundles


def test_a_name_can_be_cleared_and_is_asked_for_once(desk: Desk) -> None:
    """The platform then has none (seed 003); the second time nothing is planned, and neither by an export imported back."""
    identity = bought(desk)
    launch = desk.sheets("second", bundles=[{"bundle_id": identity, "bundle": "(clear)"}])
    planned = desk.run("plan", launch)
    assert [operation["kind"] for operation in planned.document["operations"]] == ["update_bundle"]
    assert desk.import_(launch).code == 0
    assert desk.state.books.bundles[identity].external_ref is None
    writes = desk.writes
    ended = desk.import_(launch)
    assert (ended.code, ended.rows, desk.writes) == (0, {"total": 1, "unchanged": 1}, writes)
    back = desk.folder / "back.xlsx"
    assert desk.run("export", "-o", back).code == 0
    assert desk.run("plan", back).document["operations"] == []


def test_the_name_of_an_exported_bundle_can_be_cleared(desk: Desk) -> None:
    """In the export itself, beside the id that it has."""
    identity = bought(desk)
    back = desk.folder / "back.xlsx"
    assert desk.run("export", "-o", back).code == 0
    book = openpyxl.load_workbook(back)
    headers = [cell.value for cell in book["Bundles"][1]]
    book["Bundles"].cell(2, headers.index("bundle") + 1).value = "(clear)"
    book.save(back)
    assert desk.import_(back).code == 0 and desk.state.books.bundles[identity].external_ref is None


def test_a_name_cannot_be_cleared_where_nothing_else_says_which_bundle_it_is(desk: Desk) -> None:
    """Neither on Bundles without an id nor on Videos."""
    launch = desk.sheets("one", bundles=[bundle("(clear)")], videos=[video("(clear)", 1)])
    ended = desk.run("check", launch)
    assert {("bundle_missing", "A2"), ("clear_not_allowed", "A2")} <= {(finding["code"], finding["cell"]) for finding in ended.document["findings"]}


def test_two_videos_may_have_one_reference(desk: Desk) -> None:
    """A warning: only those of bundles must be unique (seed 003)."""
    videos = [video("market-1", place, external_ref="take-7\u200b" if place == 1 else "take-7") for place in (1, 2)]
    ended = desk.import_(desk.sheets("one", bundles=[bundle("market-1")], videos=videos))
    assert (ended.code, ended.rows) == (0, {"total": 3, "done": 3})
    assert sorted(set(ended.codes)) == ["external_ref_duplicate", "unseen_character"]


def test_a_slot_that_was_changed_elsewhere_is_seen_although_its_bundle_stands_still_in_the_list(open_desk: OpenDesk) -> None:
    """A change of a slot moves nothing that the list of bundles tells, so an unchanged import reads each bundle again."""
    desk = open_desk(edition="2026-05")
    launch = desk.sheets("launch", bundles=[bundle("spring", publish="no")], videos=[video("spring", n) for n in (1, 2)])
    assert desk.import_(launch).code == 0

    def asked(method: str, path: str, body: object = None) -> object:
        answer = httpx.request(method, desk.base_url + path, json=body, headers={"X-API-Key": desk.key}, trust_env=False, verify=NOBODY)
        return answer.raise_for_status().json()["data"]

    before = asked("GET", "/bundles")
    desk.state.clock.advance(60)
    asked("PATCH", f"/bundles/{desk.bundles['spring'].id}/videos/2", {"description": "Somebody else's words"})
    assert asked("GET", "/bundles") == before
    planned = desk.run("plan", launch)
    assert planned.document["operations"] or "conflict" in planned.codes
