"""Actions are events: each stands alone, is done once, and is believed done only where the platform shows it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bulkportal.apply.outcomes import Applied
from bulkportal.apply.runner import RunContext
from bulkportal.pipeline import run as running
from bulkportal.plan.operations import Plan
from tests.conftest import Desk, OpenDesk
from tests.exporting.launches import account, bundle, video

DATE = {"target_publish_date": "2031-05-01"}
FLAG = {"download_issue": True, "download_issue_comment": "403 Forbidden"}
LINK = "https://cdn.example.com/new/teaser.mp4"
PICTURE = "https://cdn.example.com/new/slide.jpg"


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    """A platform with bundles in all the statuses that matter here, each of which goes by its status."""
    statuses = ("pending_setup", "published", "accepted", "in_review", "completed", "cancelled", "draft")
    videos = [video(1, status="configured", **DATE), video(2, status="published", **DATE), video(3, status="accepted", **DATE)]
    data = [bundle(f"of-{status}", status=status, account=account(n), videos=videos, videos_quantity=3) for n, status in enumerate(statuses)]
    data.append(bundle("bare", status="accepted", videos=[video(1, status="accepted", **DATE)]))
    data.append(bundle("flagged", status="accepted", account=account(8), videos=[video(1, status="configured", **DATE, **FLAG)]))
    return open_desk(data={"bundles": data})


def act(desk: Desk, *rows: Mapping[str, object], sheet: str = "videos") -> tuple[int, dict[str, int], list[dict[str, object]]]:
    """Import rows, and what came of them: the exit code, the counts, the findings."""
    ended = desk.import_(desk.sheets("actions", **{sheet: rows}), "--report", desk.folder / "out.xlsx")
    return ended.code, {name: count for name, count in ended.rows.items() if name != "total"}, ended.document["findings"]


def said(desk: Desk) -> list[str]:
    """The results in the report of the last import, row by row."""
    book = load_workbook(desk.folder / "out.xlsx")
    sheets = [book[name] for name in ("Bundles", "Videos", "bundles", "videos") if name in book.sheetnames]
    found: list[str] = []
    for sheet in sheets:
        header, *rows = sheet.iter_rows(values_only=True)
        found += [str(dict(zip(header, row, strict=True))["result"]) for row in rows]
    return found


def step(desk: Desk, path: str, **body: object) -> None:
    """The operator moves something on: ``published/videos/2/post`` of the bundle in that status."""
    name, _, rest = path.partition("/")
    desk.operate("POST", f"/bundles/{desk.bundles[name].id}/{rest}", body)


def meanwhile(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], None]) -> None:
    """Let something happen on the platform between the plan and its sending."""
    real = running.apply_plan

    async def later(plan: Plan, tools: RunContext) -> Applied:
        happens()
        return await real(plan, tools)

    monkeypatch.setattr(running, "apply_plan", later)


def test_a_status_that_does_not_allow_it_is_said_at_the_cell(desk: Desk) -> None:
    """Also where the status looks as if somebody had done it: nobody has asked for these corrections, and nothing is published."""
    rows = [
        {"bundle": "of-cancelled", "action": "publish"},
        {"bundle": "of-draft", "action": "publish"},
        {"bundle": "of-in_review", "action": "publish-videos"},
        {"bundle": "bare", "action": "account-corrections", "message": "biography: too formal"},
        {"bundle": "of-completed", "action": "unpublish"},
    ]
    code, counts, findings = act(desk, *rows, sheet="bundles")
    assert (code, counts, desk.writes) == (4, {"invalid": 5}, 0)
    assert {(found["cell"], found["code"]) for found in findings} == {(f"B{row}", "action_not_allowed") for row in range(2, 7)}
    assert "published or published_priority or accepted; of-in_review is in_review" in str(findings[2]["message"])


def test_what_somebody_else_did_meanwhile_is_not_taken_for_ours(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words that were not delivered are refused in the platform's own words; a link that is fixed by now is told with its dates."""
    step(desk, "of-accepted/deliver-account")
    flagged, reviewed = desk.bundles["flagged"], desk.bundles["of-accepted"]

    def happens() -> None:
        desk.operate("POST", "/status", {"bundle": reviewed.id, "status": "accepted", "account_status": "configured"})
        desk.operate("POST", "/status", {"bundle": reviewed.id, "position": 3, "status": "configured"})
        flagged.slots[0].download_issue = False

    meanwhile(monkeypatch, happens)
    corrections = {"bundle": "of-accepted", "action": "account-corrections", "message": "biography: too formal"}
    code, counts, findings = act(desk, corrections, sheet="bundles")
    assert (code, counts, [(found["code"], found["cell"], found["row"]) for found in findings]) == (
        4,
        {"refused": 1},
        [("refused_by_platform", "B2", 2)],
    )
    assert str(findings[0]["message"]).startswith("The platform refused it (invalid_status): The account must be in_review")
    step(desk, "of-accepted/videos/3/post")
    words = desk.sheets("words", videos=[{"bundle": "of-accepted", "position": 3, "action": "corrections", "message": "Larger logo"}])
    assert desk.import_(words).rows == {"total": 1, "refused": 1}
    flagged.slots[0].download_issue = True
    fix = desk.sheets("fix", videos=[{"bundle": "flagged", "position": 1, "action": "fix-download", "video": LINK}])
    assert desk.import_(fix, "--report", desk.folder / "out.xlsx").rows == {"total": 1, "done": 1}
    assert said(desk)[-1].startswith("link fixed; by somebody else meanwhile; now due 2031-05-01")


def test_a_row_with_an_action_does_that_alone_and_says_so(desk: Desk) -> None:
    """In an export an edited cell beside it is an error; in a sheet made by hand the report names what stayed behind."""
    assert desk.run("export", "-o", desk.folder / "e", "--csv").code == 0
    path = desk.folder / "e" / "videos.csv"
    edit(path, {("of-accepted", "3"): {"action": "finalize", "description": "Another caption"}})
    ended = desk.import_(desk.folder / "e")
    assert [(found["code"], found["column"], found["severity"]) for found in ended.document["findings"]] == [
        ("action_with_changes", "description", "error")
    ]
    assert (ended.code, desk.writes) == (4, 0)
    row = {"bundle": "of-accepted", "position": 3, "action": "finalize", "description": "Another caption"}
    assert act(desk, row)[:2] == (0, {"done": 1})
    assert said(desk)[-1].startswith("finalized on 20") and said(desk)[-1].endswith(" UTC; not sent with it: description")
    assert act(desk, row)[1] == {"unchanged": 1}
    assert said(desk)[-1].startswith("finalize: done on 20")


def test_the_same_file_asks_once_and_a_new_export_asks_again(desk: Desk) -> None:
    """Also when the status would allow it again; the row then says how to ask."""
    rows = [{"bundle": "of-pending_setup", "action": "publish"}]
    assert act(desk, *rows, sheet="bundles")[:2] == (0, {"done": 1})
    assert desk.import_(desk.sheets("back", bundles=[{"bundle": "of-pending_setup", "action": "unpublish"}])).rows == {"total": 1, "done": 1}
    assert act(desk, *rows, sheet="bundles")[1] == {"unchanged": 1}
    assert "write yes under publish, or ask in a new export" in said(desk)[0]
    assert desk.run("export", "-o", desk.folder / "e", "--csv").code == 0
    edit(desk.folder / "e" / "bundles.csv", {("of-pending_setup", ""): {"action": "publish"}})
    assert desk.import_(desk.folder / "e").rows["done"] == 1
    assert desk.bundles["of-pending_setup"].status == "published"


def test_videos_are_handed_over_once_each(desk: Desk) -> None:
    """A video that came back for corrections is not published by importing the same file again."""
    rows = [{"bundle": "of-accepted", "action": "publish-videos"}]
    assert act(desk, *rows, sheet="bundles")[:2] == (0, {"done": 1})
    desk.operate("POST", "/status", {"bundle": desk.bundles["of-accepted"].id, "position": 1, "status": "configured"})
    writes = desk.writes
    assert act(desk, *rows, sheet="bundles")[1] == {"unchanged": 1}
    assert said(desk)[0].startswith("publish-videos: done on 20") and desk.writes == writes


def test_a_link_that_is_flagged_again_is_not_sent_again(desk: Desk) -> None:
    """A file that is imported every night would move the date for ever, with a link that the manager cannot open."""
    fix = {"bundle": "flagged", "position": 1, "action": "fix-download", "video": LINK}
    code, counts, findings = act(desk, fix | {"video": "https://cdn.example.com/broken.mp4"})
    assert (code, counts, [(found["code"], found["cell"]) for found in findings]) == (4, {"refused": 1}, [("refused_by_platform", "D2")])
    assert act(desk, fix)[:2] == (0, {"done": 1})
    step(desk, "flagged/videos/1/flag-download", comment="still 403")
    writes = desk.writes
    code, counts, findings = act(desk, fix)
    assert (code, counts, desk.writes) == (4, {"invalid": 1}, writes)
    assert [(found["code"], found["cell"]) for found in findings] == [("link_flagged_again", "D2")]
    assert "still 403" in str(findings[0]["message"])


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"video": LINK, "video_type": "video", "description": "d", "target_publish_date": "2031-05-02"}, "link_flagged"),
        ({"action": "fix-download", "video": LINK, "carousel_images": f"{PICTURE};{PICTURE}"}, "action_media_unused"),
    ],
)
def test_a_flagged_link_takes_one_fix_and_nothing_else(desk: Desk, row: dict[str, object], code: str) -> None:
    """New media without the action would not clear the flag, and of two kinds of media one would be lost."""
    ended, counts, findings = act(desk, {"bundle": "flagged", "position": 1, **row})
    assert (ended, counts, desk.writes) == (4, {"invalid": 1}, 0)
    assert code in [found["code"] for found in findings]


def test_a_bundle_that_two_rows_name_differently_is_one_bundle(desk: Desk) -> None:
    """By its name and by its id: one of two actions would be lost without a word."""
    identity = desk.bundles["of-published"].id
    rows = [{"bundle": "of-published", "bundle_id": "", "action": "unpublish"}, {"bundle": "", "bundle_id": identity, "action": "publish"}]
    code, counts, findings = act(desk, *rows, sheet="bundles")
    assert (code, counts, desk.writes) == (4, {"invalid": 2}, 0)
    assert [(found["code"], found["cell"]) for found in findings] == [("bundle_id_duplicate", "B2"), ("bundle_id_duplicate", "B3")]


def test_unpublishing_makes_room_for_the_account_in_the_same_row(desk: Desk) -> None:
    """First back to setup, then configured; publishing is asked for afterwards."""
    row = {"bundle": "of-published", "action": "unpublish", "username": "another.name"}
    assert act(desk, row, sheet="bundles")[:2] == (0, {"done": 1})
    assert [write.route for write in desk.state.journal.writes] == ["/bundles/{id}/unpublish", "/bundles/{id}/account"]


def test_nothing_is_paid_for_a_row_that_is_wrong(desk: Desk) -> None:
    """What only the platform's state shows is found after pricing; the slots, the title and the action go with the error."""
    rows = [{"bundle": "of-accepted", "country": "FR", "videos_quantity": 5, "title": "New", "action": "publish-videos"}]
    videos = [
        {"bundle": "of-accepted", "position": 4, "video_type": "video", "video": LINK, "description": "Dish 4", "target_publish_date": "2031-05-02"}
    ]
    balance = desk.balance
    ended = desk.import_(desk.sheets("wrong", bundles=rows, videos=videos))
    assert (ended.rows, desk.writes, desk.balance) == ({"total": 2, "invalid": 1, "held": 1}, 0, balance)
    assert ended.codes == ["bundle_fixed"]


def test_what_cannot_be_undone_is_named_so_wherever_a_plan_is_shown(desk: Desk) -> None:
    """As text, as JSON, and in the workbook with the words that would go out."""
    rows = [{"bundle": "of-accepted", "position": 1, "action": "unschedule"}, {"bundle": "of-accepted", "position": 3, "action": "corrections"}]
    folder = desk.sheets("forever", videos=[{**row, "message": "Larger logo" if row["position"] == 3 else ""} for row in rows])
    ended = desk.run("plan", folder, "-o", desk.folder / "plan.xlsx")
    assert [(one["irreversible"], one["warning"]) for one in ended.document["operations"]] == [
        (True, "its content and settings are cleared"),
        (False, ""),
    ]
    assert "unschedule video     of-accepted position 1  (cannot be undone: its content and settings are cleared)" in ended.err
    assert ended.err.count("1 step cannot be undone.") == 1
    sheet = load_workbook(desk.folder / "plan.xlsx")["Plan"]
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert {"no; its content and settings are cleared", "of-accepted position 3: Larger logo"} <= set(cells)


def test_an_action_whose_run_was_killed_is_known_ever_after(desk: Desk) -> None:
    """The next run sees that it happened and keeps it; so a later import does not ask again when the creator has posted."""
    folder = desk.sheets("kill", videos=[{"bundle": "of-accepted", "position": 3, "action": "corrections", "message": "Larger logo"}])
    desk.trouble("slow_after", "POST /bundles/{id}/videos/{position}/corrections", seconds=30)
    assert desk.killed_at(1, "import", folder, "--yes")
    assert desk.import_(folder).rows == {"total": 1, "unchanged": 1}
    step(desk, "of-accepted/videos/3/post")
    assert desk.import_(folder).rows == {"total": 1, "unchanged": 1}
    assert len(desk.executed("POST /bundles/{id}/videos/{position}/corrections")) == 1


def edit(path: Path, cells: Mapping[tuple[str, str], Mapping[str, str]]) -> None:
    """Fill cells of a CSV file by bundle and position."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        row.update(cells.get((row["bundle"], row.get("position", "")), {}))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
