"""Every paid and irreversible step is in the audit log, and the log shows when it was touched."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from bulkportal.records.audit import Audit
from tests.automate.inboxes import launch
from tests.conftest import Desk, bundle, video


def written(home: Path, lines: int = 6) -> Audit:
    """An audit log of so many lines."""
    audit = Audit(home)
    for number in range(lines):
        audit.append("operation", f"run-{number}", target=f"bundle {number}", credits=number)
    return audit


def edited(home: Path, change: Callable[[list[str]], list[str]]) -> tuple[str, ...]:
    """What is found after somebody has worked on the lines."""
    path = home / "audit.jsonl"
    path.write_text("".join(change(path.read_text("utf-8").splitlines(keepends=True))), "utf-8")
    return Audit(home).verify().faults


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda lines: [*lines[:2], lines[2].replace("bundle 2", "bundle 9"), *lines[3:]], "Line 3 was changed"),
        (lambda lines: [*lines[:2], *lines[3:]], "Line 3 does not follow"),
        (lambda lines: [lines[1], lines[0], *lines[2:]], "Line 1 does not follow"),
        (lambda lines: [*lines[:3], lines[2], *lines[3:]], "Line 4 does not follow"),
        (lambda lines: lines[:-2], "2 lines are missing at the end"),
        (lambda _: [], "6 lines are missing at the end"),
        (lambda lines: [*lines[:3], "not even JSON\n", *lines[4:]], "Line 4 was changed"),
    ],
)
def test_whatever_is_done_to_a_line_is_seen(tmp_path: Path, change: Callable[[list[str]], list[str]], words: str) -> None:
    """Changed, taken out, moved, doubled, cut off at the end, emptied, overwritten."""
    assert written(tmp_path).verify().faults == ()
    assert any(words in fault for fault in edited(tmp_path, change))


def test_a_chain_that_was_forged_whole_is_seen(tmp_path: Path) -> None:
    """Every hash is right, and yet it is not the log that was written."""
    written(tmp_path)
    written(tmp_path / "other", 6)
    forged = (tmp_path / "other" / "audit.jsonl").read_text("utf-8").splitlines(keepends=True)
    assert "rewritten" in edited(tmp_path, lambda _: forged)[0]


def test_what_was_cut_off_is_still_missing_when_the_log_goes_on(tmp_path: Path) -> None:
    """The gap stays visible for good."""
    audit = written(tmp_path)
    edited(tmp_path, lambda lines: lines[:-2])
    audit.append("operation", "run-later")
    assert audit.verify().faults == ("Line 5 does not follow the line before it: a line was taken out, put in or moved.",)


def test_a_crash_between_the_line_and_its_head_is_no_fault(tmp_path: Path) -> None:
    """One line more than was kept, or the beginning of one: the log goes on."""
    audit = written(tmp_path)
    kept = (tmp_path / "audit.sqlite3").read_bytes()
    audit.append("operation", "run-crashed")
    (tmp_path / "audit.sqlite3").write_bytes(kept)
    audit.append("operation", "run-next")
    assert audit.verify().faults == ()
    with (tmp_path / "audit.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"schema": "bulkportal.au')
    audit.append("operation", "run-after")
    assert (audit.verify().faults, audit.verify().lines) == ((), 9)


def test_many_hands_write_one_chain(tmp_path: Path) -> None:
    """Processes and threads at once: no line is lost, none out of order."""
    threads = [threading.Thread(target=written, args=(tmp_path, 10)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (Audit(tmp_path).verify().lines, Audit(tmp_path).verify().faults) == (40, ())


def test_a_line_that_is_written_while_the_log_is_verified_is_not_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process appends between the two reads, twice."""
    audit, texts = Audit(tmp_path), Audit._texts
    audit.append("run_started", "run-1")
    to_come = ["run_started", "run_ended"]

    def read(reader: Audit) -> list[str]:
        found = texts(reader)
        if to_come:
            Audit(tmp_path).append(to_come.pop(), "run-2")
        return found

    monkeypatch.setattr(Audit, "_texts", read)
    assert (audit.verify().faults, audit.verify().lines) == ((), 3)


def test_an_import_leaves_who_approved_it_and_what_was_paid(desk: Desk) -> None:
    """The settings that counted, the yes before the money, each paid step with its request, the end."""
    path = launch(desk.folder, "spring")
    assert desk.import_(path).code == 0
    lines = list(Audit(desk.home).lines())
    assert [line["event"] for line in lines] == ["run_started", "approved", "sending", "operation", "run_ended"]
    started, approved, sending, operation, ended = (line["facts"] for line in lines)
    assert isinstance(started, dict) and isinstance(approved, dict) and isinstance(operation, dict) and isinstance(ended, dict)
    assert sending == {"operation": "create_bundle", "target": "spring"}
    assert (started["files"], started["key_from"]) == (["spring.xlsx"], "TOKPORTAL_API_KEY")
    assert (approved["by"], approved["credits"]) == ("--yes", 25)
    assert (operation["operation"], operation["credits"], bool(operation["request_id"])) == ("create_bundle", 25, True)
    assert ended["exit_code"] == 0
    verdict = desk.run("audit", "verify")
    assert (verdict.code, verdict.document["lines"], verdict.document["faults"]) == (0, 5, [])
    shown = desk.said("audit", "show")
    assert "approved: by --yes" in shown.out


def test_a_step_without_a_price_that_was_killed_before_its_answer_is_on_record(desk: Desk) -> None:
    """`kill -9` while the platform works on it: what was about to be sent is there, and that nobody heard its end."""
    folder = desk.sheets("launch", bundles=[bundle("spring", publish=None)], videos=[video("spring", 1), video("spring", 2)])
    assert desk.import_(folder).code == 0
    action = desk.sheets("action", videos=[{"bundle": "spring", "position": 1, "action": "unschedule"}])
    desk.trouble("slow", "POST /bundles/{id}/videos/{position}/unschedule", seconds=20)
    assert desk.killed_at(desk.writes + 1, "import", action, "--yes")
    last = list(Audit(desk.home).lines())[-1]
    assert (last["event"], last["facts"]) == ("sending", {"operation": "unschedule_video", "target": "spring position 1"})

    found = desk.run("audit", "verify")
    assert (found.code, found.document["faults"], len(found.document["open"])) == (0, [], 1)
    told = desk.said("audit", "verify")
    assert f"{last['run_id']}: unschedule_video spring position 1" in told.out and "no outcome recorded" in told.out
    assert "sending: operation unschedule_video, target spring position 1" in desk.said("audit", "show").out

    Audit(desk.home).append("operation", "run-later", operation="unschedule_video", target="spring position 1", state="done")
    assert Audit(desk.home).verify().open == ()


def test_a_name_with_line_separators_of_other_alphabets_is_one_line(tmp_path: Path) -> None:
    """U+2028 and the like end a line of a text, but not of this file; nor does a line that is longer than what is read at once."""
    audit = Audit(tmp_path)
    for name in ("spring\u2028summer", "a\x85b", "x" * 200_000, "end"):
        audit.append("operation", "run-1", target=name)
    assert (audit.verify().lines, audit.verify().faults) == (4, ())
    assert next(line["facts"] for line in audit.lines()) == {"target": "spring\u2028summer"}


def test_a_touched_log_exits_6(desk: Desk) -> None:
    """And says which line."""
    desk.import_(launch(desk.folder, "spring"))
    edited(desk.home, lambda lines: [lines[0].replace("spring", "winter"), *lines[1:]])
    ended = desk.run("audit", "verify")
    assert (ended.code, "Line 1 was changed" in ended.document["faults"][0]) == (6, True)


def test_the_log_has_a_line_for_everything_in_a_stable_shape(desk: Desk) -> None:
    """Each line is JSON with schema, time, level and event; operations name their request; appended to, never replaced."""
    log = desk.folder / "logs" / "bulkportal.jsonl"
    path = launch(desk.folder, "spring", target_publish_date="soon")
    for command in (("import", path, "--yes"), ("status",), ("export", "-o", desk.folder / "out.xlsx")):
        desk.run(*command, "--log-file", log)
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert all(line["schema"] == "bulkportal.log/1" and {"at", "level", "event", "run_id"} <= set(line) for line in lines)
    events = [line["event"] for line in lines if line["event"] != "progress"]
    assert events[0] == "run_started" and events.count("run_started") == events.count("run_ended") == 3
    created = next(line for line in lines if line.get("operation") == "create_bundle")
    assert (created["state"], created["credits"], bool(created["request_id"])) == ("done", 25, True)
    assert {line["command"] for line in lines if line["event"] == "run_ended"} == {"import", "status", "export"}
    assert next(line for line in lines if line["event"] == "run_ended")["rows"]["invalid"] == 1
