"""The status: figures equal to the platform's, what needs doing in the right order, charts, and nothing leaked."""

from __future__ import annotations

import zipfile
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bulkportal.exporting.fetched import FetchedBundle
from bulkportal.pipeline import reading
from bulkportal.portal.remote import RemoteBundle
from bulkportal.portal.together import AT_ONCE
from bulkportal.status_report.as_workbook import write_status_workbook
from bulkportal.status_report.detail_sheets import WINDOW, window
from bulkportal.status_report.metrics import PublishDay, metrics_of
from tests.conftest import KEY, Desk
from tests.exporting.launches import ISSUE
from tests.exporting.looking import rows, table


@pytest.fixture
def counted(full: Desk) -> dict[str, Any]:
    return full.run("status").document


def test_the_figures_are_the_platforms(full: Desk, counted: dict[str, Any]) -> None:
    """Counted independently, from its state."""
    bundles = list(full.state.books.bundles.values())
    slots = [slot for one in bundles for slot in one.slots]
    assert (counted["schema"], counted["exit_code"]) == ("bulkportal.status/1", 0)
    assert counted["bundles"]["total"] == len(bundles)
    for name, field in (("by_status", "status"), ("by_platform", "platform"), ("by_country", "country"), ("by_type", "bundle_type")):
        assert counted["bundles"][name] == Counter(getattr(one, field) for one in bundles)
    assert counted["videos"]["by_status"] == Counter(slot.status for slot in slots)
    assert counted["videos"]["flagged"] == sum(slot.download_issue for slot in slots) == 2
    assert counted["videos"]["empty"] == sum(slot.status == "pending" for slot in slots)
    assert counted["credits"] == {"spent": sum(one.credit_cost for one in bundles), "untold": 0, "left": full.balance}
    days = Counter(slot.target.isoformat() for slot in slots if slot.target)
    assert {day["day"]: day["videos"] for day in counted["calendar"]} == days


def test_clients_are_the_beginnings_of_references(counted: dict[str, Any]) -> None:
    """Up to the first - or /, or the title."""
    assert counted["bundles"]["by_client"] == {"acme": 6, "lumen": 6, "nova": 6, "volta": 6, "Nobody's launch": 1}


def test_what_needs_doing_comes_in_order(counted: dict[str, Any]) -> None:
    """Broken files, accounts in review, next steps; readiness decides what publishing still needs."""
    kinds = [todo["kind"] for todo in counted["todo"]]
    assert kinds[:4] == ["download_issue"] * 2 + ["account_review"] * 2
    first = counted["todo"][0]
    assert (first["bundle"], first["position"], first["detail"]) == ("nova-flagged", 1, ISSUE)
    by_bundle = {todo["bundle"]: todo for todo in counted["todo"]}
    assert by_bundle["nova-empty"]["kind"] == "configure_account"
    assert by_bundle["nova-ready"]["kind"] == "publish"
    assert by_bundle["nova-blocked"]["kind"] == "blocked"
    assert "profile picture" in by_bundle["nova-blocked"]["detail"]


def test_only_what_is_needed_is_asked(full: Desk, counted: dict[str, Any]) -> None:
    """The list, the slots of bundles with videos, readiness and reviews where they are due, the balance."""
    bundles = full.state.books.bundles.values()
    videos = sum(one.has_videos for one in bundles)
    ready = sum(one.status == "pending_setup" and (one.account is not None or not one.has_account) for one in bundles)
    reviews = sum(one.account is not None and one.account.status == "in_review" for one in bundles)
    assert counted["requests"]["total"] == 1 + videos + ready + reviews + 1


def test_the_workbook_has_native_charts_and_rules(full: Desk, counted: dict[str, Any]) -> None:
    """Two charts on the page, one beside the calendar; the lists behind hold every line."""
    path = full.folder / "status.xlsx"
    assert full.run("status", "-o", path).document["report"] == str(path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Status", "To do", "By bundle", "Calendar", "Schedule", "Totals"]
    with zipfile.ZipFile(path) as package:
        charts = sorted(name for name in package.namelist() if name.startswith("xl/charts/chart"))
        assert len(charts) == 3
        assert all(b"barChart" in package.read(name) for name in charts)
    assert len(rows(book["To do"])) == len(counted["todo"])
    assert len(rows(book["By bundle"])) == counted["bundles"]["total"]
    for name in ("To do", "By bundle", "Calendar", "Schedule"):
        assert list(book[name].conditional_formatting)
    shown = {cell.value for line in book["Status"].iter_rows() for cell in line}
    assert {counted["bundles"]["total"], counted["credits"]["spent"], counted["credits"]["left"], ISSUE} <= shown


@pytest.mark.parametrize("name", ["status.xlsx", "status.html", "status.csv", "status.json"])
def test_a_report_can_be_shared(full: Desk, name: str) -> None:
    """No ids, no key, no address of the platform, no mail address."""
    path = full.folder / name
    assert full.run("status", "-o", path).code == 0
    parts = [path.read_bytes()]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as package:
            parts = [package.read(part) for part in package.namelist()]
    for part in parts:
        assert not any(word.encode() in part for word in (KEY, "bnd_", "acc_1", "127.0.0.1", "tokmail"))


def test_the_csv_has_one_line_for_each_bundle(full: Desk) -> None:
    full.run("status", "-o", full.folder / "status.csv", "--ref", "nova-ready")
    (line,) = table(full.folder / "status.csv")
    assert (line["client"], line["video_slots"], line["filled"], line["empty"], line["first_day"]) == ("nova", "2", "1", "1", "2031-05-01")


@pytest.mark.parametrize("name", ["status.htm", "status.pdf", "status"])
def test_another_ending_is_refused_with_those_there_are(full: Desk, name: str) -> None:
    ended = full.run("status", "-o", full.folder / name)
    assert ended.code == 2
    assert all(ending in ended.err for ending in (".xlsx", ".html", ".csv", ".json"))


def test_a_summary_is_told_on_the_terminal(full: Desk) -> None:
    ended = full.said("status")
    assert ended.code == 0
    assert "Bundles: 25 (" in ended.out
    assert "What needs doing now:\n  nova-flagged: Replace the file of video 1." in ended.out


@pytest.mark.parametrize("command", [("status",), ("export", "-o", "launch.xlsx"), ("export", "accounts", "-o", "accounts.xlsx")])
def test_a_missing_key_is_3_and_trouble_is_5(desk: Desk, command: tuple[str, ...]) -> None:
    """Nothing is written then."""
    assert desk.run(*command, TOKPORTAL_API_KEY="").code == 3
    desk.trouble("html_502", "GET /accounts" if "accounts" in command else "GET /bundles", times=None)
    assert desk.run(*command).code == 5
    assert not Path("launch.xlsx").exists()
    assert not Path("accounts.xlsx").exists()


def test_a_long_reading_outlives_a_short_trouble(full: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bundle that could not be read is read again a little later; the rest goes on meanwhile."""
    monkeypatch.setattr(reading, "PAUSES", (0.01,) * 3)
    full.trouble("html_502", "GET /bundles/{id}/videos", times=3 * AT_ONCE)
    ended = full.run("status")
    assert (ended.code, ended.document["bundles"]["total"]) == (0, 25), ended.err


def test_a_balance_that_is_not_told_is_left_open(desk: Desk) -> None:
    """The rest of the status is worth having."""
    desk.trouble("html_502", "GET /credits/balance", times=None)
    ended = desk.run("status")
    assert (ended.code, ended.document["credits"]["left"]) == (0, None)


def test_an_empty_platform_has_a_status(desk: Desk) -> None:
    path = desk.folder / "status.xlsx"
    assert desk.run("status", "-o", path).document["todo"] == []
    assert openpyxl.load_workbook(path)["Status"]["B2"].value == "Status"


def test_a_review_that_is_dated_has_a_deadline_and_an_unknown_step_is_told_as_it_came(tmp_path: Path) -> None:
    """72 hours from when the review began, soonest first."""

    def one(name: str, **over: Any) -> FetchedBundle:
        values = {"bundle_type": "account_only", "platform": "tiktok", "country": None, "status": "accepted"}
        values |= {"videos_quantity": 0, "edits_quantity": 0}
        return FetchedBundle(bundle=RemoteBundle(id=name, external_ref=name, **values | over))

    late = one("a-late", account_status="in_review", account={"in_review_at": "2027-03-02T10:00:00Z"})
    soon = one("a-soon", account_status="in_review", account={"in_review_at": "2027-03-01T10:00:00Z"})
    undated = one("a-undated", account_status="in_review")
    odd = one("a-odd", next_action="sign_the_contract", credit_cost=None)
    figures = metrics_of([undated, late, soon, odd], left=None, moment=datetime(2027, 3, 3, tzinfo=UTC))
    assert [(todo.bundle, todo.due) for todo in figures.todo[:3]] == [
        ("a-soon", datetime(2027, 3, 4, 10, tzinfo=UTC)),
        ("a-late", datetime(2027, 3, 5, 10, tzinfo=UTC)),
        ("a-undated", None),
    ]
    assert figures.todo[3].what == "sign_the_contract"
    assert figures.untold == 4
    write_status_workbook(figures, tmp_path / "status.xlsx")
    assert openpyxl.load_workbook(tmp_path / "status.xlsx")["To do"]["G2"].value == datetime(2027, 3, 4, 10)


def test_the_calendar_window_holds_gaps_and_stays_near_today() -> None:
    def days(*found: date) -> list[PublishDay]:
        return [PublishDay(day=day, bundles={"a": 1}) for day in found]

    today = date(2027, 3, 1)
    assert window([], today) == ()
    assert window(days(date(2027, 2, 1), date(2027, 2, 4)), today) == tuple(date(2027, 2, day) for day in (1, 2, 3, 4))
    long = window(days(date(2020, 1, 1), date(2027, 3, 5), date(2030, 1, 1)), today)
    assert (len(long), long[0]) == (WINDOW, date(2027, 2, 22))
    past = window(days(date(2020, 1, 1), date(2021, 1, 1)), today)
    assert (len(past), past[-1]) == (WINDOW, date(2021, 1, 1))
