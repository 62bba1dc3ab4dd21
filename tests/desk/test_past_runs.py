"""What ran before: nights and what they try again, review clocks, and a run that is put back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.automate.inboxes import launch as put_in
from tests.automate.inboxes import night
from tests.automate.test_retrying import away, on
from tests.conftest import Desk, bundle, video
from tests.desk.conftest import Page

Enter = Callable[..., Page]


def test_nights_are_shown_with_what_they_took_and_what_is_tried_again(enter: Enter, desk: Desk) -> None:
    """The same as the history of nights holds: how each ended, each launch with its run and report, rows that wait and since when."""
    away(desk)
    on(desk, 0)
    desk.operate("DELETE", "/faults")
    put_in(desk.folder / "inbox", "summer")
    page = enter()
    shown = page.get("/status").text.split('id="nights"')[1]
    assert "2 rows are tried again by themselves" in shown and "Videos!3" in shown and "belongs to night 1" in shown
    assert "spring.xlsx</bdi>" in shown and "exit 4" in shown
    report = page.get(shown.split('<a href="')[1].split('"')[0]).text.split('href="/runs/')[1].split('"')[0]
    assert page.get(f"/runs/{report}").headers["content-type"].startswith("application/vnd.openxmlformats")
    night(desk)
    after = page.get("/status").text.split('id="nights"')[1]
    assert after.index("summer.xlsx") < after.index("spring.xlsx") and "all done" in after
    assert "tried again" not in after


def test_reviews_are_shown_with_their_clocks_the_soonest_first(enter: Enter, desk: Desk) -> None:
    """Since when, and by when each finalizes itself, as the status document says."""
    names = ("a-late", "z-early")
    desk.run(
        "import", desk.sheets("launch", bundles=[bundle(name) for name in names], videos=[video(name, n) for name in names for n in (1, 2)]), "--yes"
    )
    for name, moment in (("a-late", "2030-03-02T10:00:00+00:00"), ("z-early", "2030-03-01T09:00:00+00:00")):
        slot = desk.bundles[name].slots[0]
        slot.status = "in_review"
        slot.content["in_review_at"] = moment
    shown = enter().get("/status").text
    assert shown.index("z-early</bdi> 1") < shown.index("a-late</bdi> 1")
    assert "in review since" in shown


def test_a_run_is_put_back_from_its_page_as_a_launch_like_any_other(enter: Enter, desk: Desk) -> None:
    """What cannot be undone is told before, with what it cost; the workbook is opened, and its plan unschedules and changes back."""
    sheets = desk.sheets("launch", bundles=[bundle("spring-01", publish="no")], videos=[video("spring-01", n) for n in (1, 2)])
    assert desk.run("import", sheets, "--yes").code == 0
    changed = desk.sheets("launch", videos=[video("spring-01", 1, description="Another one #streetfood")])
    assert desk.run("import", changed, "--yes").code == 0
    page = enter()
    runs = [part.split('"')[0] for part in page.get("/runs").text.split('<a href="/runs/')[1:]]
    assert f"/runs/{runs[0]}/undo" in page.get(f"/runs/{runs[0]}").text
    first = page.get(f"/runs/{runs[-1]}/undo").text
    assert "What cannot be put back" in first and "25 credits stay spent" in first
    writes = desk.writes
    assert "1 row puts back what the run changed" in page.get(f"/runs/{runs[0]}/undo").text
    address = page.post(f"/runs/{runs[0]}/undo").json()["go"].removesuffix("/sheet")
    assert (desk.folder / f"undo-{runs[0]}.xlsx").exists()
    again = page.post(f"/runs/{runs[0]}/undo").json()["go"]
    assert Path(desk.folder / f"undo-{runs[0]}-2.xlsx").exists() and again != f"{address}/sheet"
    assert page.post(f"{address}/plan").status_code == 200
    plan = page.get(f"{address}/plan").text
    assert "Another one" in plan and "Dish number 1" in plan
    assert desk.writes == writes
