"""The JSON document of docs/reference/json-summary.md, for commands that end well and for those that do not."""

from __future__ import annotations

import json

from tests.cli.checks import assert_no_key_in_files, assert_quiet, assert_schema
from tests.conftest import SAMPLES, Desk, OpenDesk, bundle, video


def test_a_check_without_errors_is_0(desk: Desk) -> None:
    """Rows without errors wait; nothing is planned, nothing is asked."""
    ended = desk.run("check", desk.story("good_launch"))
    document = assert_schema(ended, "check")
    assert (ended.code, ended.rows) == (0, {"total": 18, "waiting": 18})
    assert document["requests"]["total"] == 0
    assert document["report"] is None
    assert [finding["severity"] for finding in document["findings"]] == ["warning"]


def test_a_check_with_errors_is_6(desk: Desk) -> None:
    """The findings are in the document, the sentences on standard error."""
    ended = desk.run("check", desk.story("every_mistake"))
    assert_schema(ended, "check")
    assert_quiet(ended)
    assert ended.code == 6
    assert " errors and " in ended.err


def test_standard_output_is_one_document_and_nothing_else(desk: Desk) -> None:
    """With --json people are spoken to on standard error; without it the summary is on standard output."""
    launch = desk.story("csv_launch")
    ended = desk.command("import", launch, "--yes", "--json")
    assert json.loads(ended.out)["exit_code"] == 0
    assert "3 rows" in ended.err and "Credits" in ended.err
    plain = desk.said("import", launch, "--yes")
    assert "3 rows: 3 unchanged" in plain.out
    assert "{" not in plain.out


def test_an_import_tells_what_it_did_and_took(open_desk: OpenDesk) -> None:
    """Operations with their state, credits and request id; credits as the platform's books have them."""
    desk = open_desk(data=SAMPLES / "good_launch" / "remote.json", balance=5000)
    ended = desk.import_(desk.story("good_launch"))
    document = assert_schema(ended, "import")
    assert (ended.code, document["files"]) == (0, ["launch.xlsx"])
    assert document["credits"] == {"planned": 180, "charged": 180, "remaining": desk.balance}
    assert len(document["operations"]) == 21
    assert {operation["state"] for operation in document["operations"]} == {"done"}
    assert all(operation["request_id"] for operation in document["operations"])
    assert sum(operation["credits"] for operation in document["operations"]) == 180
    assert document["run_id"].startswith("run-")
    assert_no_key_in_files(desk)


def test_the_requests_are_those_that_the_platform_saw(desk: Desk) -> None:
    """Every request counts, the last one too; a repeated one is told as such."""
    desk.trouble("html_502", "GET /credits/balance")
    ended = desk.import_(desk.story("csv_launch"))
    requests = ended.document["requests"]
    assert requests == {"total": desk.writes + desk.state.journal.reads, "retried": 1, "throttled": 0}


def test_a_plan_tells_what_would_be_done(desk: Desk) -> None:
    """State planned, prices, no writes."""
    ended = desk.run("plan", desk.story("csv_launch"))
    document = assert_schema(ended, "plan")
    assert (ended.code, desk.writes) == (0, 0)
    assert {operation["state"] for operation in document["operations"]} == {"planned"}
    assert document["credits"] == {"planned": 25, "charged": 0, "remaining": 5000}
    assert document["requests"]["total"] == desk.state.journal.reads


def test_a_price_that_the_platform_does_not_tell_is_null(open_desk: OpenDesk) -> None:
    """Never nought: the current edition has no price for moderation."""
    desk = open_desk(edition="2026-05")
    launch = desk.sheets("launch", bundles=[bundle("spring-01", moderation="yes", publish=None), bundle("spring-02", publish=None)])
    document = assert_schema(desk.run("plan", launch), "plan")
    assert [operation["credits"] for operation in document["operations"] if operation["kind"] == "create_bundle"] == [None, 36]
    assert document["credits"]["planned"] is None


def test_a_failure_has_the_same_document(desk: Desk) -> None:
    """A command that ends before it has rows tells its failure as a finding."""
    for arguments in (["check", "nowhere.xlsx"], ["import", desk.story("csv_launch"), "--today", "soon"]):
        ended = desk.run(*arguments)
        document = assert_schema(ended, str(arguments[0]))
        assert document["findings"][0]["message"]
        assert document["rows"]["total"] == 0


def test_standard_input_is_read(desk: Desk) -> None:
    """CSV on standard input, with the bundle from the command line."""
    ended = desk.command("check", "-", "--bundle", "winter", "--json", given=(SAMPLES / "tokportal_csv" / "tiktok.csv").read_text("utf-8"))
    document = assert_schema(ended, "check")
    assert (ended.code, document["rows"]["total"], document["files"]) == (0, 3, ["standard input"])


def test_several_files_are_one_launch(desk: Desk) -> None:
    """Bundles and videos in files of their own."""
    folder = desk.sheets("launch", bundles=[bundle("spring-01")], videos=[video("spring-01", 1), video("spring-01", 2)])
    ended = desk.import_(folder / "bundles.csv", folder / "videos.csv")
    assert (ended.code, ended.document["files"], ended.rows) == (0, ["bundles.csv", "videos.csv"], {"total": 3, "done": 3})
