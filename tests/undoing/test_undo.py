"""Undo, from end to end: what a run changed is put back by importing a workbook, and what is not is on the list."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from bulkportal.plan.kinds import OperationKind
from bulkportal.undoing.not_undone import NEVER
from tests.conftest import Desk, Ended, bundle, video

FIRST = {"videos_quantity": 3, "publish": None, "auto_finalize_videos": "no"}


def launched(desk: Desk, name: str = "launch", **over: object) -> str:
    """A bundle with two videos of its three; the run that made it."""
    rows = [bundle("spring", **{**FIRST, **over})]
    return desk.import_(desk.sheets(name, bundles=rows, videos=[video("spring", 1), video("spring", 2)])).document["run_id"]


def changed(desk: Desk, name: str, bundles: list[Mapping[str, object]] = [], videos: list[Mapping[str, object]] = []) -> str:  # noqa: B006 - only read
    """Import rows that change something; the run."""
    ended = desk.import_(desk.sheets(name, bundles=bundles, videos=videos))
    assert ended.code == 0, ended.document
    return ended.document["run_id"]


def undone(desk: Desk, run: str, name: str = "undo", **more: str) -> tuple[Path, Ended]:
    """The undo workbook of a run, and what was said of it."""
    path = desk.folder / f"{name}.xlsx"
    ended = desk.run("undo", run, "-o", path, **more)
    assert ended.code == 0, ended.out + ended.err
    return path, ended


def view(desk: Desk, reference: str = "spring") -> dict[str, Any]:
    """What the platform holds of a bundle, without moments and without its own copies of media."""
    found = desk.bundles[reference]
    slots = {
        slot.position: (slot.status, slot.name, slot.external_ref, str(slot.target), {n: v for n, v in slot.content.items() if n != "video_url"})
        for slot in found.slots
    }
    account = {} if found.account is None else {n: v for n, v in found.account.fields.items() if n != "profile_picture_url"}
    return {"title": found.title, "auto": found.auto_finalize_videos, "status": found.status, "account": account, "slots": slots}


def content(desk: Desk, position: int = 1) -> dict[str, Any]:
    """What fills a slot of that bundle."""
    return next(slot.content for slot in desk.bundles["spring"].slots if slot.position == position)


def rows(path: Path, sheet: str) -> list[dict[str, object]]:
    """The rows of a sheet by header, without blank cells."""
    lines = list(load_workbook(path)[sheet].iter_rows(values_only=True))
    return [found for line in lines[1:] if (found := {str(h): v for h, v in zip(lines[0], line, strict=True) if v is not None})]


def why(ended: Ended) -> dict[tuple[str, object], str]:
    """The list by operation and position."""
    return {(line["operation"], line["position"]): line["why"] for line in ended.document["not_undone"]}


def test_captions_dates_names_and_settings_are_as_before(desk: Desk) -> None:
    """Only the cells that the run changed are in the workbook; importing it puts them back, and again sends nothing."""
    launched(desk)
    before = view(desk)
    run = changed(
        desk,
        "edit",
        [{"bundle": "spring", "title": "Autumn", "biography": "Another one.", "auto_finalize_videos": "yes"}],
        [
            {"bundle": "spring", "position": 1, "description": "Another dish", "target_publish_date": "2030-04-09"},
            {"bundle": "spring", "position": 2, "name": "Second", "external_ref": "v2"},
        ],
    )
    path, ended = undone(desk, run)
    assert (ended.document["schema"], ended.document["rows"], ended.document["not_undone"]) == ("bulkportal.undo/1", 3, [])
    (one,), (first, second) = rows(path, "Bundles"), rows(path, "Videos")
    assert {name: one[name] for name in one if name not in ("bundle", "bundle_id")} == {
        "title": "Spring",
        "biography": "One market, one dish, every day.",
        "auto_finalize_videos": "no",
    }
    assert {n: first[n] for n in ("position", "description", "target_publish_date")} == {
        "position": 1,
        "description": "Dish number 1 #streetfood",
        "target_publish_date": "2030-03-02",
    }
    assert (second["name"], second["external_ref"]) == ("Video 2", "(clear)")
    imported = desk.import_(path)
    assert imported.rows == {"total": 3, "done": 3}, imported.document
    assert imported.codes == [], "nothing is hidden that anybody would have to look at"
    assert view(desk) == before
    writes = desk.writes
    assert desk.import_(path).rows == {"total": 3, "unchanged": 3}
    assert desk.writes == writes


def test_a_launch_is_unscheduled_and_unpublished_and_its_price_is_on_the_list(desk: Desk) -> None:
    """What was configured is emptied, what was published is not any more; credits are not given back."""
    run = launched(desk, publish="yes")
    path, ended = undone(desk, run)
    assert sum(line["credits"] for line in ended.document["not_undone"]) == 5000 - desk.balance
    assert set(why(ended)) == {("create bundle", None), ("configure account", None)}
    assert [row["action"] for row in rows(path, "Bundles")] == ["unpublish"]
    assert [row["action"] for row in rows(path, "Videos")] == ["unschedule", "unschedule"]
    assert [line.get("credits") for line in rows(path, "Cannot be undone") if line.get("credits")] == [5000 - desk.balance]
    assert desk.import_(path).rows == {"total": 3, "done": 3}
    found = view(desk)
    assert found["status"] == "pending_setup"
    assert {status for status, *_ in found["slots"].values()} == {"pending"}


def test_undo_of_an_undo_gives_the_first_state_again(desk: Desk) -> None:
    """The emptied slots are filled from their links, which is on the list; the bundle is published again."""
    run = launched(desk, publish="yes")
    before = view(desk)
    path, _ = undone(desk, run)
    back = desk.import_(path).document["run_id"]
    again, ended = undone(desk, back, "again")
    assert {operation for operation, _ in why(ended)} == {"unschedule video"}
    assert desk.import_(again).code == 0
    assert view(desk) == before


def test_what_somebody_else_has_changed_since_is_a_conflict_and_stays(desk: Desk) -> None:
    """In a caption that is put back, and in a video that would be emptied."""
    run = launched(desk)
    later = changed(desk, "edit", videos=[{"bundle": "spring", "position": 1, "description": "Mine"}])
    content(desk)["description"] = "Theirs"
    for name, of in (("one", later), ("two", run)):
        path, ended = undone(desk, of, name)
        assert [line["position"] for line in ended.document["not_undone"] if "until that is settled" in line["why"]] == [1], ended.document
        imported = desk.import_(path)
        assert (imported.code, imported.codes) == (4, ["conflict"]), imported.document
        assert content(desk)["description"] == "Theirs"


def test_what_was_empty_is_empty_again(desk: Desk) -> None:
    """`(clear)` where there was nothing, and the value where something was cleared."""
    launched(desk)
    run = changed(desk, "edit", videos=[{"bundle": "spring", "position": 1, "tiktok_sound_url": "https://www.tiktok.com/music/one-1"}])
    path, _ = undone(desk, run)
    assert rows(path, "Videos")[0]["tiktok_sound_url"] == "(clear)"
    back = desk.import_(path)
    assert "tiktok_sound_url" not in content(desk)
    again, _ = undone(desk, back.document["run_id"], "again")
    assert desk.import_(again).code == 0
    assert content(desk)["tiktok_sound_url"] == "https://www.tiktok.com/music/one-1"


def test_the_images_of_a_carousel_are_remembered_one_by_one(desk: Desk) -> None:
    """What a run has set is what an undo finds again: a list as a list."""
    images = [f"https://cdn.example.com/{number}.jpg" for number in (1, 2)]
    slide = video(
        "spring", 1, video_type="carousel", video=None, carousel_images="; ".join(images), tiktok_sound_url="https://www.tiktok.com/music/one-1"
    )
    ended = desk.import_(desk.sheets("launch", bundles=[bundle("spring", **FIRST)], videos=[slide]))
    assert ended.code == 0, [(f["code"], f["cell"], f["message"]) for f in ended.document["findings"] if f["severity"] == "error"]
    with closing(sqlite3.connect(desk.home / "ledger.sqlite3")) as ledger:
        facts = [json.loads(row[0]) for row in ledger.execute("SELECT facts FROM changes")]
    assert [fact["after"]["carousel_images"] for fact in facts if "carousel_images" in fact.get("after", {})] == [images]


def test_a_file_that_was_replaced_is_on_the_list_and_the_caption_beside_it_is_put_back(desk: Desk) -> None:
    """The platform's copy of the file before may be gone."""
    launched(desk)
    run = changed(desk, "edit", videos=[{"bundle": "spring", "position": 1, "video": "https://cdn.example.com/new.mp4", "description": "New"}])
    path, ended = undone(desk, run)
    (line,) = ended.document["not_undone"]
    assert (line["columns"], line["position"]) == (["video"], 1)
    assert "video" not in rows(path, "Videos")[0]
    assert desk.import_(path).code == 0
    assert content(desk)["description"] == "Dish number 1 #streetfood"


def test_what_the_status_allows_no_more_is_on_the_list_and_not_in_the_workbook(desk: Desk) -> None:
    """A bundle that was accepted since is not unpublished, and its videos in review stay."""
    run = launched(desk, publish="yes")
    found = desk.bundles["spring"]
    found.status = "accepted"
    for slot in found.slots[:2]:
        slot.status = "in_review"
    path, ended = undone(desk, run)
    assert ended.document["rows"] == 0
    assert {("publish", None), ("configure positions", 1), ("configure positions", 2)} <= set(why(ended))
    assert rows(path, "Videos") == []


def test_without_a_key_it_is_made_from_the_books_alone_and_says_so(desk: Desk) -> None:
    """Nothing leaves the machine."""
    run = launched(desk)
    _, ended = undone(desk, run, TOKPORTAL_API_KEY="", TOKPORTAL_BASE_URL="http://127.0.0.1:9")
    assert (ended.document["rows"], ended.document["looked"]) == (2, False)


def test_a_run_that_nobody_knows_is_said(desk: Desk) -> None:
    """And a file that is there is not written over."""
    launched(desk)
    path = desk.folder / "undo.xlsx"
    assert desk.run("undo", "run-1999", "-o", path).code == 2
    path.write_bytes(b"mine")
    assert desk.run("undo", "", "-o", path).code == 2
    assert path.read_bytes() == b"mine"


def test_a_run_that_was_killed_is_judged_by_what_it_had_begun(desk: Desk) -> None:
    """As a crash leaves it: nothing of its changes is settled, one request was on its way, and one had not left."""
    run = launched(desk, publish="yes")
    with closing(sqlite3.connect(desk.home / "ledger.sqlite3")) as ledger, ledger:
        ledger.execute("UPDATE changes SET state='planned', bundle_id='', credits=0")
        ledger.execute("UPDATE operations SET state='unknown' WHERE kind='configure_positions'")
        ledger.execute("DELETE FROM operations WHERE kind='publish'")
    path, ended = undone(desk, run)
    assert rows(path, "Bundles") == []
    assert [row["action"] for row in rows(path, "Videos")] == ["unschedule", "unschedule"]
    assert sum(line["credits"] for line in ended.document["not_undone"]) == 5000 - desk.balance


def test_what_the_plan_says_of_an_undo_is_what_undo_says() -> None:
    """No kind that the list always names is called undoable in a plan, and the other way round."""
    forward = {kind for kind in OperationKind if not kind.traits.can_be_undone.startswith("no")}
    assert forward.isdisjoint(NEVER)
    emptied = {OperationKind.UNSCHEDULE_VIDEO}  # the plan asks before it, since its content is cleared; undo fills it again, from its links
    assert {kind for kind in OperationKind if kind not in NEVER} == forward | emptied


def test_the_last_run_is_the_newest_that_changed_something(desk: Desk) -> None:
    """A launch that was imported again, and a rehearsal, change nothing: undo does not take them for what somebody wants back."""
    run = launched(desk)
    assert desk.import_(desk.folder / "launch").rows == {"total": 3, "unchanged": 3}
    assert desk.run("import", desk.sheets("more", bundles=[bundle("autumn", publish=None)]), "--dry-run").code == 0
    path, ended = undone(desk, "last")
    assert (ended.document["run_id"], ended.document["rows"]) == (run, 2)
    assert path.exists()


def test_a_run_that_changed_nothing_says_so_and_writes_nothing(desk: Desk) -> None:
    """Exit 0, as for rows that are as wanted: named, and as the last where no run has changed anything."""
    made = desk.run("import", desk.sheets("launch", bundles=[bundle("spring")]), "--dry-run")
    for name in (made.document["run_id"], "last"):
        path, ended = undone(desk, name)
        assert (ended.document["rows"], ended.document["not_undone"], ended.document["file"], path.exists()) == (0, [], None, False)
        said = desk.said("undo", name, "-o", path)
        assert (said.code, path.exists()) == (0, False)
        assert "changed nothing: there is nothing to put back, and no workbook was written." in said.out


def test_a_run_that_was_put_back_is_not_gone_on_with(desk: Desk) -> None:
    """It would do, and pay for, what somebody has put back; named or not. Once the undo is put back itself, it may go on."""
    desk.trouble("503_before", "POST /bundles/{id}/publish", times=None)
    first = desk.import_(desk.sheets("launch", bundles=[bundle("spring", **{**FIRST, "publish": "yes"})], videos=[video("spring", 1)]))
    assert first.code in (4, 5), first.document
    run = first.document["run_id"]
    desk.operate("DELETE", "/faults")
    path, _ = undone(desk, run)
    back = desk.import_(path)
    assert back.code == 0, back.document
    sent = desk.writes
    for words in ((), (run,)):
        refused = desk.run("runs", "resume", *words, "--yes")
        assert (refused.code, desk.writes) == (2, sent), refused.out
        assert f"{run} was put back by {back.document['run_id']}" in refused.out
    again, _ = undone(desk, "last", "again")
    assert desk.import_(again).code == 0
    gone_on = desk.run("runs", "resume", run, "--yes")
    assert gone_on.code == 0, gone_on.out
