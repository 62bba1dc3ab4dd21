"""What commands print with --json has the shape that the page shows, and every schema is on the page."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.automate.inboxes import inbox_of, launch, night, profiled
from tests.conftest import Desk, bundle, video
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "reference" / "json-summary.md").read_text(encoding="utf-8")
EXAMPLES = [json.loads(block) for block in re.findall(r"^```json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)]
EXAMPLES += [json.loads(block) for block in re.findall(r"^```console\n\$ [^\n]*--json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)]

OPEN = {
    *("by_status", "by_type", "by_platform", "by_country", "by_client", "videos", "bundles", "facts", "rows"),
    *("queues", "profiles", "rates", "fingerprints"),
}
"""Tables under whose names there are names or states as keys; where the page shows others, they are none of these."""

IN_FILES = {"bulkportal.base/1", "bulkportal.plan/3", "bulkportal.edits/1"}
"""Schemas of what is hidden in workbooks of ours, and beside a launch on the desk, for ourselves."""


def misfits(printed: object, shown: object, place: str = "") -> list[str]:
    """Where what was printed has not the shape of what is shown: keys, lists, kinds of values; null fits everywhere."""
    match printed, shown:
        case (None, _) | (_, None):
            return []
        case dict(), dict():
            if place.rpartition(".")[2] in OPEN and set(printed) != set(shown):
                return [found for value in printed.values() for found in misfits(value, next(iter(shown.values()), None), f"{place}.*")]
            wrong = [f"{place}: {key} is {'not shown' if key in printed else 'not printed'}" for key in sorted(set(printed) ^ set(shown))]
            return wrong + [found for key in printed if key in shown for found in misfits(printed[key], shown[key], f"{place}.{key}")]
        case list(), list():
            return [found for one in printed for found in misfits(one, shown[0] if shown else None, f"{place}[]")]
        case bool(), bool():
            return []
        case ((int() | float()), (int() | float())):
            return [] if isinstance(printed, bool) == isinstance(shown, bool) else [f"{place}: {printed!r}"]
        case _:
            return [] if type(printed) is type(shown) else [f"{place}: {printed!r} is not like {shown!r}"]


def assert_shown(printed: dict[str, object]) -> None:
    """One of the examples of its schema has its shape."""
    examples = [shown for shown in EXAMPLES if shown["schema"] == printed["schema"]]
    assert examples, f"{printed['schema']} is not on the page"
    found = min((misfits(printed, shown) for shown in examples), key=len)
    assert found == [], (printed["schema"], found)


def lines(path: Path) -> list[dict[str, object]]:
    """The lines of a file of JSON Lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_schema_of_the_source_is_on_the_page_and_the_page_knows_no_other() -> None:
    """With a heading and an example each."""
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "bulkportal").rglob("*.py"))
    named = set(re.findall(r'SCHEMA = "(bulkportal\.[\w.]+/\d+)"', sources)) - IN_FILES
    assert len(named) >= 12
    assert {str(example["schema"]) for example in EXAMPLES} == named == set(re.findall(r"^## (bulkportal\.[\w.]+/\d+)$", PAGE, re.MULTILINE))


def test_what_a_night_prints_is_what_the_page_shows(desk: Desk) -> None:
    """A launch that is done, one with a mistake, one that cannot be read, one that waits, a target that cannot be told."""
    box = inbox_of(desk)
    launch(box, "acme-spring")
    launch(box, "acme-summer", target_publish_date="soon")
    (box / "broken.xlsx").write_bytes(b"no workbook")
    launch(box, "later")
    ended = night(desk, "--max-credits", 50, "--log-file", desk.folder / "log.jsonl", **profiled(desk, targets=["json://127.0.0.1:9/"]))
    assert {one["fate"] for one in ended.document["launches"]} >= {"done", "failed", "waiting"} and ended.document["notified"]
    assert_shown(ended.document)
    assert_shown(desk.run("share", "--client", "acme", "-o", desk.folder / "acme.zip").document)
    assert_shown(desk.run("status").document)
    assert_shown(desk.run("runs", "list").document)
    assert_shown(desk.run("runs", "show").document)
    example = next(shown for shown in EXAMPLES if shown["schema"] == "bulkportal.log/1")
    for line in lines(desk.folder / "log.jsonl"):
        assert set(line) <= set(example), line
    for line in lines(desk.home / "audit.jsonl"):
        assert_shown(line)
    assert_shown(desk.run("audit", "verify").document)


def test_what_the_other_commands_print_is_what_the_page_shows(desk: Desk) -> None:
    """Each once, with something in its lists."""
    sheet = desk.sheets(
        "spring", bundles=[bundle("spring", platform=" TikTok ")], videos=[video("spring", 1, target_publish_date="soon"), video("spring", 2)]
    )
    printed = [
        desk.run("check", sheet),
        desk.import_(sheet),
        desk.import_(sheet),
        desk.run("runs", "diff"),
        desk.run("export", "-o", desk.folder / "out.xlsx"),
        desk.run("export", "--download-issues", "-o", desk.folder / "issues.xlsx"),
        desk.run("export", "accounts", "-o", desk.folder / "accounts.csv"),
        desk.run("template", desk.folder / "template.xlsx"),
        desk.run("template", desk.folder / "live.xlsx", "--live"),
        desk.run("fix", "--safe", sheet / "bundles.csv", "-o", desk.folder / "fixed.csv"),
        desk.run("doctor"),
        desk.run("config", "show"),
        desk.run("undo", "last", "-o", desk.folder / "undo.xlsx"),
    ]
    for ended in printed:
        assert_shown(ended.document)
    assert printed[3].document["still"] and printed[9].document["changes"], "else the lists are not looked at"
    assert len({str(ended.document["schema"]) for ended in printed}) == 8
