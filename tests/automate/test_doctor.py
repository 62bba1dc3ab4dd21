"""The doctor tells each thing that is wrong, and works when everything is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bulkportal.simulator.state import REFUSED_KEY
from tests.automate.inboxes import launch
from tests.conftest import SAMPLES, Desk, Ended, OpenDesk


def health(ended: Ended) -> dict[str, str]:
    return {check["name"]: check["health"] for check in ended.document["checks"]}


def test_all_is_well(desk: Desk) -> None:
    """After an import: every line is ok, and nothing was changed."""
    desk.import_(launch(desk.folder, "spring"))
    executed = [write for write in desk.state.journal.writes if write.executed]
    ended = desk.run("doctor", SAMPLES.parent / "templates" / "launch.xlsx")
    assert ended.code == 0, ended.out
    assert set(health(ended).values()) == {"ok"}, ended.out
    wanted = {"settings", "platform", "key", "permissions", "clock", "rate", "credits", "media", "home", "ledger", "audit", "versions"}
    assert wanted <= set(health(ended))
    assert [write for write in desk.state.journal.writes if write.executed] == executed
    assert desk.key not in ended.out


def test_it_works_when_everything_is_missing(desk: Desk) -> None:
    """No key, no settings file, no home: said line by line, exit 3."""
    ended = desk.run("doctor", TOKPORTAL_API_KEY="", BULKPORTAL_HOME=str(desk.folder / "none"))
    assert ended.code == 3
    assert health(ended)["key"] == "problem"
    assert not (desk.folder / "none").exists()


@pytest.mark.parametrize(
    ("variables", "code", "name"),
    [
        ({"TOKPORTAL_API_KEY": REFUSED_KEY}, 3, "key"),
        ({"TOKPORTAL_BASE_URL": "http://127.0.0.1:9/api"}, 5, "platform"),
        ({"TOKPORTAL_BASE_URL": "nonsense"}, 2, "platform"),
        ({"TOKPORTAL_BASE_URL": "http://192.0.2.1:9/api"}, 2, "platform"),  # not encrypted: the key must not be sent there
        ({"TOKPORTAL_BASE_URL": "https://ops:pw-0123@example.com/api"}, 2, "platform"),
        ({"BULKPORTAL_PROFILE": "nobody"}, 2, "settings"),
        ({"TOKPORTAL_API_KEY": "", "TOKPORTAL_API_KEY_FILE": "/nowhere/key"}, 3, "key"),
    ],
)
def test_each_thing_that_is_wrong_has_its_line_and_its_exit_code(desk: Desk, variables: dict[str, str], code: int, name: str) -> None:
    """And an advice."""
    ended = desk.run("doctor", **variables)
    check = next(check for check in ended.document["checks"] if check["health"] == "problem")
    assert (ended.code, check["name"], bool(check["advice"])) == (code, name, True)
    assert "pw-0123" not in ended.out + ended.err


def test_another_clients_key_a_lost_media_folder_and_a_touched_log_are_problems(desk: Desk) -> None:
    """The worst of them is the exit code: 3 for the key."""
    desk.import_(launch(desk.folder, "spring"))
    path = desk.home / "audit.jsonl"
    path.write_text(path.read_text("utf-8").replace("spring", "winter"), "utf-8")
    config = desk.folder / "bulkportal.toml"
    config.write_text('[profiles.acme]\naccount = "acme@example.com"\nmedia_root = "gone"\n', "utf-8")
    ended = desk.run("doctor", BULKPORTAL_CONFIG=str(config))
    assert ended.code == 3
    assert {name for name, state in health(ended).items() if state == "problem"} == {"key", "media", "audit"}


def test_columns_that_there_are_not_and_a_diary_that_cannot_be_read_are_problems(desk: Desk) -> None:
    """Both would end the night; neither is found by asking the platform."""
    config = desk.folder / "bulkportal.toml"
    config.write_text('[profiles.acme.columns]\nText = "nope"\n', "utf-8")
    desk.home.mkdir()
    (desk.home / "nights.sqlite3").write_bytes(b"junk" * 1000)
    ended = desk.run("doctor", BULKPORTAL_CONFIG=str(config))
    assert ended.code == 2
    assert {name for name, state in health(ended).items() if state == "problem"} == {"columns", "nights"}


def test_an_old_template_and_no_credits_are_worth_a_look(open_desk: OpenDesk) -> None:
    """Warnings, and exit 0."""
    desk = open_desk(balance=0)
    old = launch(desk.folder, "old")
    ended = desk.run("doctor", old)
    assert ended.code == 0
    assert {name for name, state in health(ended).items() if state == "warning"} == {"credits", "template old.xlsx"}
    assert "niche_warming" in json.dumps(ended.document)


def test_a_workbook_that_cannot_be_read_exits_6(desk: Desk, tmp_path: Path) -> None:
    """Like any file that cannot be read."""
    (tmp_path / "broken.xlsx").write_bytes(b"PK")
    assert desk.run("doctor", tmp_path / "broken.xlsx").code == 6
