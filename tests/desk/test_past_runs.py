"""What ran before: nights and what they try again, review clocks, and a run that is put back."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from pathlib import Path

from bulkportal.html.words import LANGUAGES, Words
from bulkportal.records.history import RunHistory
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
    failed = page.get("/").text.split("put aside by a night")[1].split('name="path" value="')[1].split('"')[0]
    assert "launch.bulkportal" not in failed and "Videos" in page.get(f"{page.open(Path(failed))}/sheet").text
    report = page.get(shown.split('<a href="')[1].split('"')[0]).text.split('href="/runs/')[1].split('"')[0]
    assert page.get(f"/runs/{report}").headers["content-type"].startswith("application/vnd.openxmlformats")
    night(desk)
    after = page.get("/status").text.split('id="nights"')[1]
    assert after.index("summer.xlsx") < after.index("spring.xlsx") and "all done" in after
    assert "tried again" not in after


def test_reviews_are_shown_with_their_clocks_the_soonest_first(enter: Enter, desk: Desk) -> None:
    """By when each finalizes itself, and since when it is in review, as the status document says: the second position before the first."""
    desk.import_(desk.sheets("launch", bundles=[bundle("spring")], videos=[video("spring", 1), video("spring", 2)]))
    for slot in desk.bundles["spring"].slots:
        slot.status = "in_review"
    desk.run("status")
    with RunHistory(desk.home) as diary:
        diary.write("UPDATE reviews SET since='2026-01-01T00:00:00+00:00' WHERE position=2")
    shown = enter().get("/status").text
    assert shown.index("spring</bdi> 2") < shown.index("spring</bdi> 1")
    assert "4 January 2026, 00:00 UTC" in shown and "(at the latest)" in shown and "in review since" in shown


def test_what_the_platform_has_is_exported_and_opened(enter: Enter, desk: Desk) -> None:
    """What the fields ask for alone; planned unchanged it does nothing, and nothing of that kind is said."""
    names = ("acme-01", "nova-01")
    desk.import_(desk.sheets("launch", bundles=[bundle(name) for name in names], videos=[video(name, n) for name in names for n in (1, 2)]))
    page, writes = enter(), desk.writes
    address = page.post("/export", {"client": "acme", "platform": ""}).json()["go"].removesuffix("/sheet")
    assert {row[1] for row in page.get(f"{address}/rows?table=0").json()["rows"]} == {"acme-01"}
    assert page.post(f"{address}/plan").status_code == 200
    assert "Nothing to do: the platform has everything" in page.get(f"{address}/plan").text
    assert page.post("/export", {"client": "nobody"}).json()["message"] == "The platform has nothing of that kind."
    assert desk.writes == writes


def test_the_page_of_a_run_that_changed_nothing_says_so(enter: Enter, desk: Desk) -> None:
    """Not that nothing of it can be put back, which is said of one that did what nobody can undo."""
    made = desk.run("import", desk.sheets("launch", bundles=[bundle("spring")]), "--dry-run")
    place, page = f"/runs/{made.document['run_id']}/undo", enter()
    said = set()
    for language in LANGUAGES:
        page.post("/language", {"language": language})
        shown, words = page.get(place).text, Words(language)
        assert words["desk.undo.unchanged"] in unescape(shown) and words["desk.undo.none"] not in unescape(shown)
        assert "data-wait" not in shown and words["desk.undo.not"] not in shown
        said.add(words["desk.undo.unchanged"])
    assert len(said) == len(LANGUAGES)
    assert "The run changed nothing" in page.post(place).json()["message"]


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
