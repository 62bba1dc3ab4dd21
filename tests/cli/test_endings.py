"""Every exit code of docs/reference/exit-codes.md, each with a clear sentence, no traceback and no key."""

from __future__ import annotations

import http.server
import signal
import socket
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bulkportal import pipeline
from tests.cli.checks import assert_no_key_in_files, assert_quiet, assert_said, assert_schema
from tests.conftest import KEY, SAMPLES, Desk, Ended, OpenDesk, bundle, video

LAUNCH = {"bundles": [bundle("spring-01"), bundle("spring-02"), bundle("spring-03")]}
VIDEOS = [video(f"spring-0{number}", position) for number in (1, 2, 3) for position in (1, 2)]


def launch_of(desk: Desk) -> Path:
    """Three bundles of two videos, 75 credits."""
    return desk.sheets("launch", bundles=LAUNCH["bundles"], videos=VIDEOS)


# -- 6: files that cannot be read


def _half(_: Path) -> bytes:
    whole = (SAMPLES / "good_launch" / "launch.xlsx").read_bytes()
    return whole[: len(whole) // 2]


UNREADABLE = {
    "file_empty": b"",
    "file_encrypted": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
    "file_not_spreadsheet": b"%PDF-1.7\n",
    "no_known_header": b"what,who\nAsk for the logo,Ines\n",
}


@pytest.mark.parametrize("code", UNREADABLE)
@pytest.mark.parametrize("command", ["check", "import"])
def test_a_file_that_cannot_be_read_is_6(desk: Desk, command: str, code: str) -> None:
    """The file is named, with a stable code, and nothing is asked of the platform."""
    file = desk.folder / "launch.xlsx"
    file.write_bytes(UNREADABLE[code])
    ended = desk.run(command, file)
    (finding,) = assert_schema(ended, command)["findings"]
    assert (ended.code, finding["code"], finding["file"]) == (6, code, "launch.xlsx")
    assert finding["hint"]
    assert_said(ended, finding["message"], finding["hint"])
    assert desk.writes == 0


def test_a_workbook_cut_in_half_is_6(desk: Desk) -> None:
    """As a broken download leaves it."""
    file = desk.folder / "launch.xlsx"
    file.write_bytes(_half(file))
    ended = desk.run("check", file)
    assert (ended.code, len(assert_schema(ended, "check")["findings"])) == (6, 1)
    assert_said(ended, "Error:")


def test_a_file_that_is_not_there_is_6(desk: Desk) -> None:
    """The name that was given is said."""
    ended = desk.run("check", "nowhere.xlsx")
    assert (ended.code, ended.codes) == (6, ["file_missing"])
    assert_said(ended, "no such file")
    assert "nowhere.xlsx" in ended.err


# -- 2: wrong use


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", "--colour", "launch.xlsx"],
        ["import", "launch.xlsx", "--max-credits", "-1"],
        ["plan", "launch.xlsx", "--batch", "0"],
        ["check", "launch.xlsx", "--date-order", "year"],
        ["check", "-", "launch.xlsx"],
        ["burn", "launch.xlsx"],
    ],
)
def test_wrong_use_is_2(desk: Desk, arguments: list[str]) -> None:
    """The sentence says what is wrong, on standard error."""
    ended = desk.run(*arguments)
    assert ended.code == 2
    assert ended.document["exit_code"] == 2
    assert_said(ended, "Error:")


def test_without_a_terminal_and_without_yes_nothing_is_sent(desk: Desk) -> None:
    """Exit 2, the price and the way to confirm are said, and every row waits."""
    ended = desk.command("import", launch_of(desk), "--json")
    assert_schema(ended, "import")
    assert (ended.code, ended.rows, desk.writes) == (2, {"total": 9, "waiting": 9}, 0)
    assert_said(ended, "75 credits", "--yes", "never refunded")


def test_what_costs_nothing_needs_no_yes(desk: Desk) -> None:
    """An import that only changes a caption may run without anybody there."""
    launch = desk.sheets("launch", bundles=[bundle("spring-01", videos_quantity=1)], videos=[video("spring-01", 1)])
    assert desk.import_(launch, "--publish-partial").code == 0
    desk.sheets("launch", bundles=[bundle("spring-01", videos_quantity=1)], videos=[video("spring-01", 1, description="Another dish")])
    assert desk.run("import", launch).code == 0
    assert desk.bundles["spring-01"].slots[0].content["description"] == "Another dish"


@pytest.mark.parametrize("trouble", ["damaged", "newer", "a file"])
def test_a_ledger_that_cannot_be_used_is_2(desk: Desk, trouble: str) -> None:
    """The file is named, with what to do; nothing is sent without a memory."""
    if trouble == "a file":
        desk.home.write_text("not a folder")
    else:
        desk.home.mkdir()
    if trouble == "damaged":
        (desk.home / "ledger.sqlite3").write_bytes(b"this is no database " * 300)
    if trouble == "newer":
        with sqlite3.connect(desk.home / "ledger.sqlite3") as database:
            database.execute("PRAGMA user_version=99")
        database.close()
    ended = desk.import_(launch_of(desk))
    assert (ended.code, desk.writes) == (2, 0)
    assert_said(ended, str(desk.home))
    assert desk.run("plan", launch_of(desk)).code == 2


# -- 3: the key


def test_without_a_key_it_is_3(desk: Desk) -> None:
    """The variable to set is named; nothing is asked."""
    ended = desk.run("import", launch_of(desk), "--yes", TOKPORTAL_API_KEY="")
    assert_schema(ended, "import")
    assert (ended.code, desk.state.journal.reads) == (3, 0)
    assert_said(ended, "TOKPORTAL_API_KEY")


def test_a_refused_key_is_3(desk: Desk) -> None:
    """The platform's words and its request id are told."""
    ended = desk.run("import", launch_of(desk), "--yes", TOKPORTAL_API_KEY="tok_live_refused")
    assert ended.code == 3
    assert_said(ended, "not valid", "(request ")
    assert "tok_live_refused" not in ended.out + ended.err


@pytest.mark.parametrize("key", [f'"{KEY}"', f"{KEY} {KEY}", f"{KEY}é", f"{KEY}\r\nX-Evil: 1"])
def test_a_key_with_odd_characters_is_3_and_is_not_shown(desk: Desk, key: str) -> None:
    """It was copied with quotes, or twice."""
    ended = desk.run("plan", launch_of(desk), TOKPORTAL_API_KEY=key)
    assert ended.code == 3
    assert_said(ended, "TOKPORTAL_API_KEY")


def test_a_key_that_stops_working_in_mid_run_is_3_and_loses_nothing(desk: Desk) -> None:
    """Rows already done are done; with a good key the rest is."""
    desk.trouble("slow", seconds=0.05, times=None)
    process = desk.start("import", launch_of(desk), "--yes", "--json")
    desk.wait(process, lambda: desk.writes >= 4)
    desk.state.settings.keys = {"tok_live_another": "owner"}
    out, err = process.communicate(timeout=250)
    ended = Ended(process.returncode, out, err)
    assert ended.code == 3
    assert_said(ended, "key")
    desk.state.settings.keys = None
    assert desk.until_done(launch_of(desk)).code == 0
    assert 5000 - desk.balance == 75


# -- 8: credits


def test_a_budget_that_is_too_small_is_8(desk: Desk) -> None:
    """Nothing is sent, and both amounts are said."""
    ended = desk.import_(launch_of(desk), "--max-credits", 74)
    assert_schema(ended, "import")
    assert (ended.code, ended.rows, desk.writes) == (8, {"total": 9, "waiting": 9}, 0)
    assert_said(ended, "75", "--max-credits 74")
    assert desk.import_(launch_of(desk), "--max-credits", 75).code == 0


def test_a_balance_that_is_too_small_is_8(open_desk: OpenDesk) -> None:
    """Nothing is sent, and what is missing is said."""
    desk = open_desk(balance=74)
    ended = desk.import_(launch_of(desk))
    assert (ended.code, desk.writes) == (8, 0)
    assert_said(ended, "75", "74", "1 are missing")


def test_a_price_that_is_unknown_cannot_keep_a_budget(open_desk: OpenDesk) -> None:
    """With --max-credits a plan of unknown price is not begun."""
    desk = open_desk(edition="2026-05")
    launch = desk.sheets("launch", bundles=[bundle("spring-01", moderation="yes", publish=None)])
    ended = desk.import_(launch, "--max-credits", 1000)
    assert (ended.code, desk.writes) == (8, 0)
    assert_said(ended, "does not say what this costs")


def test_credits_that_run_out_in_mid_run_are_8(desk: Desk) -> None:
    """What is paid goes on for free, what is not waits, and after buying more it is done, once."""
    desk.trouble("402", "POST /bundles", skip=1, times=None)
    ended = desk.import_(launch_of(desk))
    assert ended.code == 8
    assert_said(ended, "credits")
    assert ended.rows == {"total": 9, "done": 3, "waiting": 6}
    desk.operate("DELETE", "/faults")
    assert desk.until_done(launch_of(desk)).code == 0
    assert 5000 - desk.balance == 75


# -- 6, 0, 10: nothing is sent


def test_all_or_nothing_with_an_error_is_6(desk: Desk) -> None:
    """One bad row, and nothing is sent."""
    launch = desk.sheets("launch", bundles=LAUNCH["bundles"], videos=[*VIDEOS[1:], VIDEOS[0] | {"target_publish_date": "soon"}])
    ended = desk.import_(launch, "--all-or-nothing")
    assert (ended.code, desk.writes, ended.rows["invalid"]) == (6, 0, 1)
    assert_said(ended, "--all-or-nothing")


def test_a_dry_run_sends_nothing_and_needs_no_yes(desk: Desk) -> None:
    """Exit 0 with everything planned."""
    ended = desk.run("import", launch_of(desk), "--dry-run")
    document = assert_schema(ended, "import")
    assert (ended.code, desk.writes, document["credits"]["planned"], document["credits"]["charged"]) == (0, 0, 75, 0)
    assert_said(ended, "--dry-run")


def test_a_plan_with_changes_is_10_where_asked_for(desk: Desk) -> None:
    """And 0 where not; the document agrees with the exit code."""
    plain = desk.run("plan", launch_of(desk))
    assert plain.code == 0
    detailed = desk.run("plan", launch_of(desk), "--detailed-exitcode")
    assert detailed.code == 10
    assert desk.writes == 0
    assert_schema(detailed, "plan")


# -- 5: temporary trouble


def test_closed_capacity_is_5_and_the_next_run_finishes(desk: Desk) -> None:
    """The videos of the bundle that got in are set, all else waits, publishing too; nothing is paid twice."""
    desk.trouble("capacity_cooldown", "POST /bundles", skip=1, times=None)
    ended = desk.import_(launch_of(desk))
    assert_schema(ended, "import")
    assert (ended.code, ended.rows) == (5, {"total": 9, "done": 2, "waiting": 7})
    assert_said(ended, "no new work")
    desk.operate("DELETE", "/faults")
    after = desk.import_(launch_of(desk))
    assert (after.code, after.rows) == (0, {"total": 9, "done": 7, "unchanged": 2})
    assert 5000 - desk.balance == 75


def test_capacity_that_is_closed_for_publishing_is_5(desk: Desk) -> None:
    """Everything is configured and paid; publishing waits for the next run."""
    desk.trouble("capacity_cooldown", "POST /bundles/{id}/publish", times=None)
    ended = desk.import_(launch_of(desk))
    assert (ended.code, ended.rows) == (5, {"total": 9, "done": 6, "waiting": 3})
    desk.operate("DELETE", "/faults")
    assert desk.import_(launch_of(desk)).code == 0
    assert 5000 - desk.balance == 75


class _Page(http.server.BaseHTTPRequestHandler):
    """A web page for whatever is asked, such as the sign-in page of a network."""

    def do_GET(self) -> None:
        page = b"<!doctype html><html><body>Please sign in.</body></html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its signature
        """Say nothing."""


@pytest.fixture(scope="module", autouse=True)
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, subprocess.Popen[str]]]:
    """Two commands whose platform is nowhere, or a web page: begun first and asked last, for they wait and try again."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        free = listener.getsockname()[1]
    folder = tmp_path_factory.mktemp("elsewhere")
    launch = SAMPLES / "csv_launch"
    running: dict[str, subprocess.Popen[str]] = {}
    for name, port in (("nowhere", free), ("page", server.server_port)):
        desk = Desk.__new__(Desk)
        desk.folder, desk.home, desk.key, desk.base_url = folder, folder / name, KEY, f"http://127.0.0.1:{port}/api/ext"
        running[name] = desk.start("import", launch, "--yes", "--json", "--report", folder / f"{name}.xlsx")
    yield running
    for process in running.values():
        process.kill()
        process.communicate()
    server.shutdown()
    server.server_close()


# -- 130: interrupted


@pytest.mark.parametrize(("number", "impatient"), [(signal.SIGINT, False), (signal.SIGINT, True), (signal.SIGTERM, False)])
def test_an_interrupted_run_is_130_and_goes_on_where_it_stopped(desk: Desk, number: signal.Signals, impatient: bool) -> None:
    """What is in flight is finished, or with a second interrupt abandoned; either way it is paid once."""
    desk.trouble("slow", times=3, seconds=0.3)
    process = desk.start("import", launch_of(desk), "--yes", "--json")
    desk.wait(process, lambda: desk.writes >= 1)
    process.send_signal(number)
    if impatient:
        desk.wait(process, lambda: "Stopping" in process.told or process.poll() is not None)
        process.send_signal(number)
    ended = Ended(0, *process.communicate(timeout=250))
    assert process.returncode == 130
    ended = Ended(process.returncode, ended.out, ended.err)
    document = assert_schema(ended, "import")
    assert_said(ended, "interrupt")
    if not impatient:
        assert document["rows"]["waiting"] > 0
        assert document["rows"]["unknown"] == 0
    after = desk.until_done(launch_of(desk))
    assert after.code == 0
    assert 5000 - desk.balance == 75
    assert len(desk.bundles) == 3
    assert len(desk.executed("POST /bundles/{id}/publish")) == 3


# -- 12: two at once


def test_a_second_run_at_the_same_time_is_12(desk: Desk) -> None:
    """It says who holds the lock and sends nothing; the first is not disturbed."""
    desk.trouble("slow", times=None, seconds=300)
    process = desk.start("import", launch_of(desk), "--yes", "--json")
    desk.wait(process, lambda: desk.writes >= 1)
    second = desk.import_(launch_of(desk))
    assert second.code == 12
    assert_said(second, "another run", str(process.pid))
    desk.operate("DELETE", "/faults")
    out, err = process.communicate(timeout=250)
    assert Ended(process.returncode, out, err).rows == {"total": 9, "done": 9}
    assert 5000 - desk.balance == 75
    assert desk.import_(launch_of(desk)).code == 0


def test_two_runs_started_together_pay_once(desk: Desk) -> None:
    """Whichever is first; the other is turned away, or finds nothing left to do."""
    launch = launch_of(desk)
    both = [desk.start("import", launch, "--yes", "--json", "--report", desk.folder / f"{name}.xlsx") for name in ("one", "two")]
    codes = []
    for process in both:
        process.communicate(timeout=250)
        codes.append(process.returncode)
    assert 0 in codes
    assert set(codes) <= {0, 12}
    assert 5000 - desk.balance == 75


# -- 4: some rows failed


def test_rows_that_the_platform_refuses_are_4(open_desk: OpenDesk) -> None:
    """Its code, its words and its request id are kept for each; the others are done."""
    desk = open_desk(edition="2026-05")
    bundles = [bundle("spring-01"), bundle("spring-02", platform="youtube")]
    videos = [video("spring-01", 1), video("spring-01", 2), video("spring-02", 1, youtube_title="One"), video("spring-02", 2, youtube_title="Two")]
    ended = desk.import_(desk.sheets("launch", bundles=bundles, videos=videos))
    assert (ended.code, ended.rows) == (4, {"total": 6, "done": 3, "refused": 1, "held": 2})
    assert_said(ended, "YOUTUBE_DELAYED")


# -- reports


def test_a_report_that_cannot_be_written_loses_nothing(desk: Desk) -> None:
    """A folder that is none: all is done and told, and the report stands in the home."""
    (desk.folder / "occupied").write_text("a file, not a folder")
    ended = desk.import_(launch_of(desk), "--report", desk.folder / "occupied" / "report.xlsx")
    assert (ended.code, ended.document["rows"]["done"]) == (0, 9), ended.err
    assert_said(ended, "cannot be written")
    assert Path(ended.document["report"]).is_relative_to(desk.home / "reports") and Path(ended.document["report"]).exists()


def test_no_file_that_is_left_behind_holds_the_key(desk: Desk) -> None:
    """Reports, ledger and its journal, after good and bad endings."""
    desk.trouble("500_after", "POST /bundles", times=1)
    desk.trouble("html_after", "PUT /bundles/{id}/account", times=None)
    ended = desk.run("import", launch_of(desk), "--yes", "-v")
    assert ended.code in (4, 5)
    assert_quiet(ended)
    assert_no_key_in_files(desk)


# -- 7: our own faults


SECRET_OF_A_STORE = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def test_a_fault_of_ours_is_7_and_leaves_a_file_without_the_key(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The details go to a file that is named; nobody sees a traceback."""

    def broken(job: object) -> None:
        raise ZeroDivisionError(f"while holding {KEY} and {SECRET_OF_A_STORE} of {desk.folder}")

    monkeypatch.setattr(pipeline, "check", broken)
    ended = desk.run("check", launch_of(desk), AWS_SECRET_ACCESS_KEY=SECRET_OF_A_STORE, GOOGLE_CREDENTIALS_FOLDER=str(desk.folder))
    assert ended.code == 7
    assert assert_schema(ended, "check")["rows"]["total"] == 0
    assert "Traceback" not in ended.err + ended.out
    (file,) = desk.home.glob("bulkportal-fault-*.txt")
    assert str(file) in ended.err
    assert "ZeroDivisionError" in file.read_text("utf-8")
    assert KEY not in file.read_text("utf-8") + ended.err + ended.out
    assert SECRET_OF_A_STORE not in file.read_text("utf-8"), "though it has a slash in it"
    assert str(desk.folder) in file.read_text("utf-8"), "a folder is no secret"


# -- 5 again, begun long ago


@pytest.mark.parametrize(("name", "words"), [("page", "no usable answer"), ("nowhere", "cannot be reached")])
def test_a_platform_that_is_not_there_is_5(elsewhere: dict[str, subprocess.Popen[str]], name: str, words: str) -> None:
    """A port where nobody listens, and a web page instead of an API."""
    process = elsewhere[name]
    out, err = process.communicate(timeout=250)
    ended = Ended(process.returncode, out, err)
    assert ended.code == 5
    assert_schema(ended, "import")
    assert_said(ended, words, "TOKPORTAL_BASE_URL")
