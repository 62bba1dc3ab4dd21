"""Coverage: what a write on a delivered account may take before it runs is shown, capped, asked for, and found in the books."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import Desk, OpenDesk, bundle, video

OURS, OTHER = "3f0c1a52-aaaa-4bbb-8ccc-0123456789ab", "9d7e2b10-aaaa-4bbb-8ccc-0123456789ab"
TODAY = "2027-02-01"
LONG_AGO = "2027-01-20"
FAR = "2027-02-25"


def start(covered: str | None = LONG_AGO) -> Mapping[str, object]:
    """Two delivered accounts, each with a bundle of two open slots."""
    accounts = [{"id": name, "username": f"cafe.{name[:2]}", "country": "FR", "covered_until": covered} for name in (OURS, OTHER)]
    return {"today": TODAY, "accounts": accounts, "bundles": [slots("terrace", OURS), slots("garden", OTHER)]}


def slots(name: str, account: str) -> Mapping[str, object]:
    return {"external_ref": name, "bundle_type": "videos_only", "account_id": account, "videos_quantity": 2, "country": "FR"}


def launch(desk: Desk, *names: str, **over: object) -> Path:
    """A sheet that fills the first slot of these bundles, which costs nothing."""
    rows = [{"bundle": name, "bundle_type": "videos_only", "videos_quantity": 2, "account_id": account(name)} for name in names]
    return desk.sheets("launch", bundles=rows, videos=[video(name, 1, target_publish_date="2027-03-09", **over) for name in names])


def account(name: str) -> str:
    return OURS if name == "terrace" else OTHER


@pytest.fixture
def current(open_desk: OpenDesk) -> Desk:
    """The current edition; both accounts' Coverage is over."""
    return open_desk(edition="2026-05", data=start())


def day(desk: Desk) -> str:
    return f"--today={TODAY}"


def test_a_free_configuration_that_renews_coverage_is_shown_with_its_price(current: Desk) -> None:
    """The report of the platform makes it exact: the plan names the account's bundle, the day and the 25 credits, and sends nothing."""
    ended = current.run("plan", launch(current, "terrace"), day(current))
    assert (ended.code, ended.codes) == (0, ["coverage_is_over"])
    assert ended.document["credits"] == {"planned": 0, "charged": 0, "remaining": 5000}
    assert "terrace" in ended.document["findings"][0]["message"] and LONG_AGO in ended.document["findings"][0]["message"]
    assert (current.writes, current.balance) == (0, 5000)


def test_a_renewal_is_found_in_the_history_and_counted_as_charged(current: Desk) -> None:
    """Planned 0, charged 25, which a finding says was Coverage; no difference is claimed, and the second import sends and takes nothing."""
    sheet = launch(current, "terrace")
    ended = current.import_(sheet, day(current))
    assert ended.code == 0 and sorted(ended.codes) == ["coverage_is_over", "coverage_renewed"]
    assert ended.document["credits"] == {"planned": 0, "charged": 25, "remaining": 4975}
    again = current.import_(sheet, day(current))
    assert (again.code, again.codes, again.rows) == (0, [], {"total": 2, "unchanged": 2})
    assert current.balance == 4975


def test_an_account_is_renewed_once_for_many_rows(current: Desk) -> None:
    """Two bundles of two accounts, three rows: twice 25, and no more."""
    sheet = desk_with_more(current)
    ended = current.import_(sheet, day(current))
    assert ended.code == 0
    assert ended.document["credits"]["charged"] == 50 and ended.codes.count("coverage_is_over") == 2
    assert current.balance == 4950


def desk_with_more(desk: Desk) -> Path:
    launch(desk, "terrace", "garden")
    rows = [{"bundle": name, "bundle_type": "videos_only", "videos_quantity": 2, "account_id": account(name)} for name in ("terrace", "garden")]
    films = [("terrace", 1), ("terrace", 2), ("garden", 1)]
    return desk.sheets("launch", bundles=rows, videos=[video(*film, target_publish_date="2027-03-09") for film in films])


def test_a_cap_counts_the_coverage(current: Desk) -> None:
    """Below 25 nothing is sent (exit 8), at 25 it is."""
    sheet = launch(current, "terrace")
    ended = current.import_(sheet, day(current), "--max-credits", "24")
    assert ended.code == 8 and current.writes == 0
    assert "up to 25 more for Coverage" in ended.err
    assert current.import_(sheet, day(current), "--max-credits", "25").code == 0


def test_coverage_must_be_confirmed(current: Desk) -> None:
    """Without a terminal and without --yes nothing is sent that may renew (exit 2), and the sentence says how much."""
    ended = current.run("import", launch(current, "terrace"), day(current))
    assert ended.code == 2 and current.writes == 0
    assert "up to 25 credits" in ended.err


def test_what_coverage_took_counts_for_the_night(current: Desk, tmp_path: Path) -> None:
    """A cap of 30 a night lets the first account be renewed, and not the second."""
    settings = tmp_path / "bulkportal.toml"
    settings.write_text("[profiles.night]\nmax_credits_per_night = 30\n", "utf-8")
    where = {"BULKPORTAL_CONFIG": str(settings), "BULKPORTAL_PROFILE": "night"}
    assert current.import_(launch(current, "terrace"), day(current), **where).code == 0
    second = current.import_(launch(current, "garden"), day(current), **where)
    assert second.code == 8 and "25 have been spent since noon" in second.err
    assert current.balance == 4975


def test_a_covered_account_costs_nothing_and_is_no_finding(open_desk: OpenDesk) -> None:
    """One request tells that it is covered: nothing at most, nothing to confirm, a cap of 0 holds."""
    desk = open_desk(edition="2026-05", data=start(FAR))
    ended = desk.run("import", launch(desk, "terrace"), day(desk), "--max-credits", "0")
    assert (ended.code, ended.codes) == (0, [])
    assert not [code for code in ended.codes if code.startswith("coverage")]
    assert desk.balance == 5000


def test_an_account_without_a_fee_costs_nothing(current: Desk) -> None:
    """An account that is exempt is not renewed, and the plan knows it."""
    current.operate("POST", f"/accounts/{OURS}/coverage", {"fee_required": False})
    ended = current.run("import", launch(current, "terrace"), day(current))
    assert (ended.code, ended.codes, current.balance) == (0, [], 5000)


def test_where_the_platform_does_not_tell_the_plan_says_the_most(open_desk: OpenDesk) -> None:
    """The seeds' edition has no such report: the plan says 25 at most, the cap counts it, and nothing is claimed to be charged."""
    desk = open_desk(data=start())
    sheet = launch(desk, "terrace")
    made = desk.run("plan", sheet, day(desk))
    assert (made.code, made.codes) == (0, ["coverage_may_renew"])
    assert "up to 25 credits" in made.document["findings"][0]["message"]
    assert desk.import_(sheet, day(desk), "--max-credits", "20").code == 8
    ended = desk.import_(sheet, day(desk))
    assert (ended.code, ended.document["credits"]["charged"], desk.balance) == (0, 0, 5000)


def test_a_bundle_that_is_bought_for_a_delivered_account_counts_its_coverage(open_desk: OpenDesk) -> None:
    """Slots bought for an account that is there already: the price, and 25 at most beside it."""
    desk = open_desk(edition="2026-05", data=start())
    row = {"bundle": "balcony", "bundle_type": "videos_only", "videos_quantity": 1, "account_id": OTHER}
    sheet = desk.sheets("launch", bundles=[row], videos=[video("balcony", 1, target_publish_date="2027-03-09")])
    ended = desk.import_(sheet, day(desk))
    assert ended.code == 0 and "credits_differ" not in ended.codes
    assert ended.document["credits"]["planned"] == 2 and ended.document["credits"]["charged"] == 27
    assert desk.balance == 5000 - 27


def test_a_new_launch_has_no_coverage_to_renew(desk: Desk) -> None:
    """An account that is still to be set up comes with its first period."""
    ended = desk.import_(desk.sheets("new", bundles=[bundle("kiosk")], videos=[video("kiosk", 1), video("kiosk", 2)]))
    assert (ended.code, ended.codes) == (0, [])
    assert not [code for code in ended.codes if code.startswith("coverage")]


def test_a_renewal_of_another_account_is_not_ours(current: Desk) -> None:
    """While the run pays, the platform renews an account that it does not write to: neither charged nor a difference."""
    current.operate("POST", f"/accounts/{OURS}/coverage", {"until": (datetime.now(UTC) + timedelta(days=900)).isoformat()})

    def elsewhere() -> None:
        current.state.charge("owner", {"coverage": 25}, f"Coverage renewal for account {OTHER}")

    row = {"bundle": "balcony", "bundle_type": "videos_only", "videos_quantity": 1, "account_id": OURS}
    sheet = current.sheets("launch", bundles=[row], videos=[video("balcony", 1, target_publish_date="2027-03-09")])
    with current.while_paying(elsewhere):
        ended = current.import_(sheet, day(current))
    assert (ended.code, ended.codes, ended.document["credits"]["charged"]) == (0, [], 2)


def test_an_approved_plan_is_stale_once_coverage_is_over(open_desk: OpenDesk, tmp_path: Path) -> None:
    """What was signed said nothing of 25 credits: exit 11, with the sum, and nothing is sent."""
    desk = open_desk(edition="2026-05", data=start(FAR))
    plan = tmp_path / "plan.xlsx"
    assert desk.run("plan", launch(desk, "terrace"), day(desk), "-o", plan).code == 0
    approve(plan)
    desk.operate("POST", f"/accounts/{OURS}/coverage", {"until": "2027-01-02T00:00:00+00:00"})
    ended = desk.run("apply", plan, "--yes", day(desk))
    assert ended.code == 11 and desk.writes == 0
    assert "Coverage" in ended.err and "25" in ended.err


def test_an_approved_plan_that_said_the_most_is_applied(current: Desk, tmp_path: Path) -> None:
    """The Plan sheet says the 25 credits, and what was signed is done."""
    from openpyxl import load_workbook

    plan = tmp_path / "plan.xlsx"
    assert current.run("plan", launch(current, "terrace"), day(current), "-o", plan).code == 0
    told = " ".join(str(cell.value) for row in load_workbook(plan)["Plan"].iter_rows() for cell in row if cell.value)
    assert "Coverage" in told and "25" in told
    approve(plan)
    assert current.run("apply", plan, "--yes", day(current)).code == 0
    assert current.balance == 4975


def approve(path: Path) -> None:
    """Write yes for every line."""
    from openpyxl import load_workbook

    book = load_workbook(path)
    sheet = book["Plan"]
    row, column = next((cell.row, cell.column) for line in sheet.iter_rows() for cell in line if cell.value == "approve all")
    sheet.cell(row, column + 1).value = "yes"
    book.save(path)
