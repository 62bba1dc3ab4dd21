"""A bundle is bought once, however its name is typed: what nobody sees makes no other name, and what only looks alike is never bought."""

from __future__ import annotations

import sqlite3
import unicodedata
from pathlib import Path

import pytest

from bulkportal import names
from tests.conftest import Desk, Ended, OpenDesk, bundle, video

ALONE: dict[str, object] = {"bundle_type": "account_only", "videos_quantity": None, "publish": "no"}
FINE = "herbst é-7"


def alone(name: str, **over: object) -> dict[str, object]:
    """A right row of a bundle without videos, with a username that any name can have."""
    return bundle(
        name,
        **{
            **ALONE,
            "title": "Food",
            "username": "food.at.dawn",
            "visible_name": "Food at dawn",
            "profile_picture": "https://cdn.example.com/f.jpg",
            **over,
        },
    )


def told(ended: Ended, code: str) -> list[dict[str, str]]:
    """The findings of a code."""
    return [finding for finding in ended.document["findings"] if finding["code"] == code]


SAME = [
    "herbst é-7\u200b",
    "\ufeffherbst é-7",
    "herbst\u00a0é-7",
    "herbst  é-7",
    "herbst e\u0301-7",
    "her\u00adbst é-7",
    "herbst\u2009é-7\u200e",
    "herbst é-7\u2060",
]
ALIKE = ["Herbst é-7", "herbst é\u20137", "herbst é\u20117", "herbst é - 7", "ｈerbst é-7", "h\u0435rbst é-7", "herbst É-7", "herbst é-７"]


@pytest.mark.parametrize("again", SAME)
def test_a_name_with_something_that_nobody_sees_is_the_same_bundle_the_next_day(desk: Desk, again: str) -> None:
    """Whichever of the two was bought first."""
    for first, second, folder in ((FINE, again, "one"), (again.replace("7", "8"), FINE.replace("7", "8"), "two")):
        assert desk.import_(desk.sheets(f"{folder}-a", bundles=[alone(first)])).code == 0
        writes = desk.writes
        ended = desk.import_(desk.sheets(f"{folder}-b", bundles=[alone(second)]))
        assert (ended.code, ended.rows, desk.writes) == (0, {"total": 1, "unchanged": 1}, writes)
    assert set(desk.bundles) == {FINE, FINE.replace("7", "8")}


@pytest.mark.parametrize("again", ALIKE)
def test_a_name_that_only_looks_alike_is_not_bought_the_next_day(desk: Desk, again: str) -> None:
    """By what the platform has; the error names both, and the character."""
    assert desk.import_(desk.sheets("a", bundles=[alone(FINE)])).code == 0
    before = desk.balance
    ended = desk.import_(desk.sheets("b", bundles=[alone(again)]))
    (finding,) = told(ended, "names_alike")
    assert (ended.code, ended.rows, desk.balance) == (4, {"total": 1, "invalid": 1}, before)
    place, here, there = names.first_difference(again, FINE)
    assert finding["cell"] == "A2" and finding["value"] == again
    for words in (FINE, "on the platform", f"character {place}", names.describe(here), names.describe(there)):
        assert words in finding["message"]


def test_names_that_look_alike_in_one_sheet_are_errors_at_both_cells(desk: Desk) -> None:
    """Of eight that look alike none is bought; the same name in another disguise is a double."""
    rows = [alone(name) for name in (FINE, *ALIKE)]
    ended = desk.run("check", desk.sheets("alike", bundles=rows))
    found = told(ended, "names_alike")
    assert [finding["cell"] for finding in found] == [f"A{row}" for row in range(2, 11)]
    assert "bundles!A3" in found[0]["message"] and all("bundles!A2" in finding["message"] for finding in found[1:])
    desk.import_(desk.sheets("alike", bundles=rows))
    assert not desk.bundles
    ended = desk.run("check", desk.sheets("same", bundles=[alone(FINE), alone(SAME[0])]))
    assert [finding["cell"] for finding in told(ended, "bundle_duplicate")] == ["A2", "A3"] and not told(ended, "names_alike")


def test_a_video_that_names_its_bundle_with_another_dash_is_told_with_both_cells(desk: Desk) -> None:
    """And one with a zero-width space in its name belongs to it."""
    launch = desk.sheets("v", bundles=[bundle("summer-1")], videos=[video("summer\u20131", 1), video("summer-1\u200b", 2), video("sumer-1", 2)])
    ended = desk.run("check", launch)
    (finding,) = told(ended, "names_alike")
    assert finding["cell"] == "A2" and "bundles.csv" in finding["message"] and "A2" in finding["message"]
    (unknown,) = told(ended, "bundle_unknown")
    assert unknown["cell"] == "A4" and unknown["hint"].startswith("Did you mean summer-1?")
    unseen, link = told(ended, "unseen_character")
    assert (unseen["cell"], link["column"]) == ("A3", "video") and "character 9 is U+200B ZERO WIDTH SPACE" in unseen["message"]


def test_a_name_on_the_platform_is_suggested_for_one_that_is_nowhere(desk: Desk) -> None:
    """A slip and another case, asked online."""
    assert desk.import_(desk.sheets("a", bundles=[bundle("noodles-3", publish="no")])).code in (0, 4)
    ended = desk.run("plan", desk.sheets("b", videos=[video("noodels-3", 1), video("Noodles-3", 2)]))
    assert told(ended, "bundle_unknown")[0]["hint"].startswith("Did you mean noodles-3?")
    assert "noodles-3" in told(ended, "names_alike")[0]["message"]


@pytest.mark.parametrize(("one", "other"), [("7", "007"), ("7", "7.0")])
def test_a_number_that_lost_its_zeros_is_not_bought_beside_the_one_that_has_them(desk: Desk, one: str, other: str) -> None:
    """Neither in one sheet nor on another day."""
    ended = desk.run("check", desk.sheets("both", bundles=[alone(one), alone(other)]))
    assert [finding["cell"] for finding in told(ended, "names_alike")] == ["A2", "A3"] and not told(ended, "zeros_lost")
    assert desk.import_(desk.sheets("a", bundles=[alone(one)])).code == 0
    assert desk.import_(desk.sheets("b", bundles=[alone(other)])).code == 4
    assert len(desk.bundles) == 1


def test_ordinary_names_are_bought_without_a_word(desk: Desk) -> None:
    """Numbers, marks that are seen, and one script alone."""
    rows = [
        "Spring 1",
        "Spring 2",
        "Spring 01",
        "a-1",
        "a_1",
        "a.1",
        "café",
        "cafe",
        "весна-1",
        "весна-2",
        "άνοιξη",
        "東京-1",
        "東京ー２" + "号",
        "x 1",
        "x1",
        "1.1",
        "1.10",
    ]
    ended = desk.import_(desk.sheets("fine", bundles=[alone(name, username=f"food.at.{place}") for place, name in enumerate(rows)]))
    assert (ended.code, ended.codes, len(desk.bundles)) == (0, [], len(rows))


def older(desk: Desk, raw: str) -> None:
    """The platform and the ledger as a version left them that took each name as it stood."""
    assert desk.import_(desk.sheets("a", bundles=[alone(names.plain(raw))])).code == 0
    (there,) = desk.state.books.bundles.values()
    there.external_ref = raw
    with sqlite3.connect(desk.home / "ledger.sqlite3") as ledger:
        ledger.execute("UPDATE operations SET identity=replace(identity, ?, ?), bundle=?", (names.plain(raw), raw, raw))


@pytest.mark.parametrize("raw", ["herbst\u00a07", unicodedata.normalize("NFD", "été-7"), "herbst-7\u200b"])
def test_what_an_older_version_bought_under_such_a_name_is_found_again(desk: Desk, raw: str) -> None:
    """Not bought, not renamed; exported and imported back, nothing is planned; `--ref` finds it."""
    older(desk, raw)
    writes = desk.writes
    ended = desk.import_(desk.sheets("b", bundles=[alone(names.plain(raw))]))
    assert (ended.code, ended.rows, desk.writes) == (0, {"total": 1, "unchanged": 1}, writes)
    back = desk.folder / "back.xlsx"
    assert desk.run("export", "-o", back, "--ref", names.plain(raw)).code == 0
    planned = desk.run("plan", back)
    assert (planned.code, planned.codes, planned.document["operations"]) == (0, [], [])


def test_what_an_older_version_bought_and_somebody_renamed_is_not_bought_again(desk: Desk) -> None:
    """The ledger's name is compared in the same way; also one that only looks like it."""
    older(desk, "herbst\u00a07")
    (there,) = desk.state.books.bundles.values()
    there.external_ref = "winter"
    before = desk.balance
    ended = desk.import_(desk.sheets("b", bundles=[alone("herbst 7")]))
    assert (ended.codes, desk.balance) == (["reference_changed"], before)
    ended = desk.import_(desk.sheets("c", bundles=[alone("Herbst 7")]))
    assert ended.codes == ["names_alike"] and "bought before" in told(ended, "names_alike")[0]["message"]
    desk.state.books.bundles.clear()
    assert desk.import_(desk.sheets("c", bundles=[alone("Herbst 7")])).code == 0


def test_a_purchase_that_a_killed_run_left_open_is_known_in_any_spelling(desk: Desk) -> None:
    """One of an older version: it is asked about, sent again with its own key where it never arrived, and not bought beside it."""
    older(desk, "herbst\u00a07")
    with sqlite3.connect(desk.home / "ledger.sqlite3") as ledger:
        ledger.execute("UPDATE operations SET state='sent', answer=NULL WHERE kind='create_bundle'")
        identity, workspace = ledger.execute("SELECT identity, workspace FROM operations WHERE kind='create_bundle'").fetchone()
        from bulkportal.apply.ledger import _key
        from bulkportal.apply.ledger_file import seal

        key, body = _key(workspace, identity, 0, ""), '{"external_ref": "herbst\\u00a07"}'
        ledger.execute("UPDATE operations SET key=?, body=?, seal=? WHERE identity=?", (key, body, seal(key, body), identity))
    ended = desk.import_(desk.sheets("b", bundles=[alone("herbst 7")]))
    assert ended.code == 0 and len(desk.bundles) == 1


def test_two_bundles_that_exist_under_names_that_look_alike_are_nobodys_mistake(desk: Desk) -> None:
    """Each is found by its own name, in a sheet and in an export; a third is not bought beside them."""
    for folder, name in (("a", "summer-1"), ("b", "winter-1")):
        assert desk.import_(desk.sheets(folder, bundles=[alone(name)])).code == 0
    desk.bundles["winter-1"].external_ref = "Summer-1"
    ended = desk.import_(desk.sheets("c", bundles=[alone("summer-1"), alone("Summer-1"), alone("SUMMER-1")]))
    assert [finding["cell"] for finding in told(ended, "names_alike")] == ["A4"]
    back = desk.folder / "back.xlsx"
    assert desk.run("export", "-o", back).code == 0
    for command in ("check", "plan"):
        assert desk.run(command, back).codes == []


def test_a_bundle_may_get_a_name_that_looks_like_its_own_and_not_one_like_anothers(desk: Desk) -> None:
    """A row with an id buys nothing."""
    for folder, name in (("a", "summer-1"), ("b", "winter-1")):
        assert desk.import_(desk.sheets(folder, bundles=[alone(name)])).code == 0
    identity = desk.bundles["summer-1"].id
    row = {"bundle_id": identity, "title": "Another title"}
    assert told(desk.run("plan", desk.sheets("c", bundles=[{"bundle": "Winter-1", **row}])), "names_alike")
    ended = desk.import_(desk.sheets("d", bundles=[{"bundle": "Summer-1", **row}]))
    assert (ended.code, ended.codes) == (0, []) and "Summer-1" in desk.bundles


def test_what_nobody_sees_in_a_key_is_named_with_its_place_and_read_without(desk: Desk) -> None:
    """A username, a country, a choice, a flag; a caption keeps what it has, since an emoji is made of such characters."""
    row = alone(
        "n-1",
        username="brand\u2060.eu",
        country="U\u200bS",
        publish="n\ufeffo",
        biography="Cooks \U0001f468\u200d\U0001f373",
        moderation="may\u200bbe",
    )
    ended = desk.run("check", desk.sheets("keys", bundles=[row]))
    found = {finding["column"]: finding["message"] for finding in told(ended, "unseen_character")}
    assert set(found) == {"username", "country", "publish"}
    assert "character 6 is U+2060 WORD JOINER" in found["username"] and '"brand.eu"' in found["username"]
    (wrong,) = told(ended, "boolean_invalid")
    assert "character 4 is U+200B ZERO WIDTH SPACE" in wrong["hint"]


@pytest.mark.parametrize("again", ["Bulk-7", "bulk\u00a07"])
def test_a_large_workspace_is_looked_through_before_a_name_is_bought_that_it_does_not_show(open_desk: OpenDesk, tmp_path: Path, again: str) -> None:
    """Look-ups find only what is written in exactly the same way; the list costs a request for each hundred bundles, and only then."""
    desk = open_desk()
    assert desk.import_(desk.sheets("a", bundles=[alone("bulk-7" if "-" in again else "bulk 7")])).code == 0
    (there,) = desk.state.books.bundles.values()
    import copy

    for number in range(400):
        other = copy.copy(there)
        other.id, other.external_ref = f"bnd_other_{number}", f"other {number}"
        desk.state.books.bundles[other.id] = other
    desk.home = tmp_path / "another machine"
    reads, before = desk.state.journal.reads, desk.balance
    assert desk.run("plan", desk.sheets("b", bundles=[alone("other 5", title=there.title)])).code in (0, 4)
    known = desk.state.journal.reads - reads
    ended = desk.import_(desk.sheets("c", bundles=[alone(again)]))
    assert desk.balance == before
    assert ended.codes == (["names_alike"] if "-" in again else ["unseen_character"])
    assert desk.state.journal.reads - reads - known <= known + 5
