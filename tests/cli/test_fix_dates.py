"""`fix --dates`: the calendar made legal by the fewest moves, told cell by cell, in a copy that changes nothing else."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

from openpyxl import load_workbook

from tests.conftest import Desk, bundle, video


def day(number: int) -> date:
    """So many days after today (UTC)."""
    return datetime.now(UTC).date() + timedelta(days=number)


def on(weekday: int) -> date:
    """A day of that kind (Monday is 0) in two or three weeks."""
    return next(day(number) for number in range(14, 21) if day(number).weekday() == weekday)


def sheet(desk: Desk, name: str, days: Sequence[date], *, of: str = "spring") -> Path:
    """A CSV file of videos on these days."""
    rows = [video(of, number + 1, target_publish_date=one) for number, one in enumerate(days)]
    return desk.sheets(name, videos=rows) / "videos.csv"


def dates(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row["target_publish_date"] for row in csv.DictReader(file)]


def moves(document: Mapping[str, object]) -> list[tuple[str, str, str]]:
    """Cell, before, after."""
    changes = document["changes"]
    assert isinstance(changes, list)
    return [(change["cell"], change["before"], change["after"]) for change in changes]


def test_a_date_that_is_too_early_and_a_day_that_is_too_full(desk: Desk) -> None:
    """The early one goes to the first possible day, the fourth of a day to the next; nothing else moves, and nothing is left."""
    path = sheet(desk, "launch", [day(1), day(20), day(20), day(20), day(20), day(25)])
    ended = desk.run("fix", path, "--dates", "-o", desk.folder / "moved.csv")
    assert ended.code == 0, ended.err
    # Nobody has asked the platform: the account may be delivered, so tomorrow is possible.
    assert dates(desk.folder / "moved.csv") == [str(one) for one in (day(1), day(20), day(20), day(20), day(21), day(25))]
    ((_, before, after),) = moves(ended.document)
    assert (before, after) == (str(day(20)), str(day(21)))
    assert "4 videos" in str(ended.document["changes"])
    again = desk.run("fix", desk.folder / "moved.csv", "--dates", "-o", desk.folder / "again.csv")
    assert not again.document["changes"] and not (desk.folder / "again.csv").exists()


def test_the_lead_time_of_a_new_account(desk: Desk) -> None:
    """A bundle on the sheet without an id is new: three days."""
    folder = desk.sheets("launch", bundles=[bundle("spring", videos_quantity=2)], videos=[video("spring", 1, target_publish_date=day(1))])
    workbook = desk.folder / "launch.xlsx"
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for name in ("bundles", "videos"):
        page = book.create_sheet(name.capitalize())
        with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(file):
                page.append(row)
    book.save(workbook)
    ended = desk.run("fix", workbook, "--dates", "-o", desk.folder / "moved.xlsx")
    assert ended.code == 0, ended.err
    ((cell, _, after),) = moves(ended.document)
    assert after == str(day(3)) and ended.document["changes"][0]["why"] == f"The first possible day is {day(3)}."
    written = load_workbook(desk.folder / "moved.xlsx")["Videos"][cell]
    assert written.comment is not None and str(day(1)) in written.comment.text
    again = desk.run("check", desk.folder / "moved.xlsx")
    assert (again.code, again.codes) == (0, ["slots_unfilled"]), "a note of ours is no note of a person"


def test_what_the_profile_wishes(desk: Desk) -> None:
    """No posts on Sundays and on one date, and two days between posts."""
    sunday = on(6)
    wishes = f'[profiles.main]\nno_posts_on = ["Sunday", "{sunday + timedelta(days=1)}"]\ndays_between_posts = 2\n'
    (desk.folder / "bulkportal.toml").write_text(wishes, encoding="utf-8")
    path = sheet(desk, "launch", [sunday, sunday + timedelta(days=2), sunday + timedelta(days=3)])
    ended = desk.run(
        "fix", path, "--dates", "-o", desk.folder / "moved.csv", BULKPORTAL_PROFILE="main", BULKPORTAL_CONFIG=str(desk.folder / "bulkportal.toml")
    )
    assert ended.code == 0, ended.err
    found = [date.fromisoformat(text) for text in dates(desk.folder / "moved.csv")]
    assert all(one.weekday() != 6 and one != sunday + timedelta(days=1) for one in found)
    assert all(abs((one - other).days) >= 2 for number, one in enumerate(found) for other in found[:number])
    assert len(moves(ended.document)) == 2


def test_a_profile_that_leaves_no_day(desk: Desk) -> None:
    """It is said, with its first cell, and no copy is written."""
    every = ", ".join(f'"{one}"' for one in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
    (desk.folder / "bulkportal.toml").write_text(f"[profiles.main]\nno_posts_on = [{every}]\n", encoding="utf-8")
    path = sheet(desk, "launch", [day(20)])
    config = {"BULKPORTAL_PROFILE": "main", "BULKPORTAL_CONFIG": str(desk.folder / "bulkportal.toml")}
    ended = desk.run("fix", path, "--dates", "-o", desk.folder / "moved.csv", **config)
    assert ended.document["left"] == 1 and not (desk.folder / "moved.csv").exists()
    assert "no legal calendar" in desk.said("fix", path, "--dates", "-o", desk.folder / "moved.csv", **config).out


def test_dates_on_the_platform_count_when_it_is_asked(desk: Desk) -> None:
    """Two stand on a day already: of two more one moves, and the platform's own stay where they are; nothing is sent."""
    launch = desk.sheets(
        "first",
        bundles=[bundle("spring", videos_quantity=4, publish=None)],
        videos=[video("spring", number, target_publish_date=day(20)) for number in (1, 2)],
    )
    assert desk.import_(launch).code == 0
    rows = [video("spring", number, target_publish_date=day(20)) for number in (3, 4)]
    path = desk.sheets("second", videos=rows) / "videos.csv"
    assert not desk.run("fix", path, "--dates", "-o", desk.folder / "offline.csv").document["changes"]
    before = desk.writes
    ended = desk.run("fix", path, "--dates", "--online", "-o", desk.folder / "moved.csv")
    assert ended.code == 0, ended.err
    assert dates(desk.folder / "moved.csv") == [str(day(20)), str(day(21))] and desk.writes == before
    assert desk.import_(desk.folder / "moved.csv").code == 0


def test_each_move_is_told_with_both_days(desk: Desk) -> None:
    """On the screen too: a date that only says why it moved is one that has to be looked for."""
    path = sheet(desk, "launch", [day(20)] * 4)
    said = desk.said("fix", path, "--dates", "-o", desk.folder / "moved.csv").out
    assert f"was {day(20)}, is now {day(21)}" in said


def test_a_copy_says_as_what_the_letters_were_read(desk: Desk) -> None:
    """The copy is UTF-8: what was guessed of the file is said now, or never again."""
    path = sheet(desk, "launch", [day(20)] * 4)
    path.write_bytes(path.read_text(encoding="utf-8").replace("Dish number", "Café").encode("cp1252"))
    ended = desk.run("fix", path, "--dates", "-o", desk.folder / "moved.csv")
    assert ended.document["changes"] and "read as Windows text (cp1252)" in str(ended.document["notice"])


def test_a_date_that_a_formula_reckons_stays_and_is_told(desk: Desk) -> None:
    """Others make room for it, as no text is written over a formula; and nobody has to find out."""
    folder = desk.sheets("launch", videos=[video("spring", number, target_publish_date=day(20)) for number in range(1, 5)])
    from openpyxl import Workbook

    book = Workbook()
    page = book.worksheets[0]
    page.title = "Videos"
    with (folder / "videos.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            page.append(row)
    letter = next(cell.column_letter for cell in page[1] if cell.value == "target_publish_date")
    page[f"{letter}5"] = "=1+0"
    book.save(desk.folder / "unreckoned.xlsx")
    with ZipFile(desk.folder / "unreckoned.xlsx") as source, ZipFile(desk.folder / "launch.xlsx", "w") as target:
        for name in source.namelist():
            target.writestr(
                name,
                re.sub(
                    rb'<c r="(\w+)"( s="\d+")?><f>1\+0</f><v ?/?>(</v>)?',
                    rb'<c r="\1"\2 t="str"><f>1+0</f><v>%s</v>' % str(day(20)).encode(),
                    source.read(name),
                ),
            )
    ended = desk.run("fix", desk.folder / "launch.xlsx", "--dates", "-o", desk.folder / "moved.xlsx")
    ((cell, _, _),) = moves(ended.document)
    assert cell != f"{letter}5" and f"are not moved: Videos!{letter}5" in str(ended.document["notice"])


def test_it_has_to_be_said_what_is_wanted(desk: Desk) -> None:
    """Neither --safe nor --dates, or --online alone: a sentence, exit 2."""
    path = sheet(desk, "launch", [day(20)])
    assert desk.run("fix", path, "-o", desk.folder / "moved.csv").code == 2
    assert desk.run("fix", path, "--safe", "--online", "-o", desk.folder / "moved.csv").code == 2


def test_why_there_is_no_legal_calendar(desk: Desk) -> None:
    """More videos than the days hold, or than fit at their distance: that is said, and not that no day is open."""
    config = {"BULKPORTAL_PROFILE": "main", "BULKPORTAL_CONFIG": str(desk.folder / "bulkportal.toml")}
    path = sheet(desk, "launch", [day(20)] * 300)
    (desk.folder / "bulkportal.toml").write_text("[profiles.main]\ndays_between_posts = 365\n", encoding="utf-8")
    said = " ".join(desk.said("fix", path, "--dates", "-o", desk.folder / "moved.csv", **config).out.split())
    assert "The 300 videos of spring do not fit into twenty years from" in said
    assert "at 365 days between two of them." in said
    assert "no day free" not in said and not (desk.folder / "moved.csv").exists()


def test_what_is_no_date_is_left_to_the_check(desk: Desk) -> None:
    """Words and days that there are not stay as they are, and are told; a date of 1900 goes to the first possible day, a leap day stays."""
    days = ["soon", "2027-02-29", "1900-01-01", "2032-02-29", "9999-12-31"]
    rows = [video("spring", number + 1, target_publish_date=one) for number, one in enumerate(days)]
    path = desk.sheets("launch", videos=rows) / "videos.csv"
    ended = desk.run("fix", path, "--dates", "-o", desk.folder / "moved.csv")
    assert dates(desk.folder / "moved.csv")[:2] == days[:2]
    assert dates(desk.folder / "moved.csv")[3:] == days[3:]
    ((_, before, after),) = moves(ended.document)
    assert (before, after <= str(day(3))) == ("1900-01-01", True)
    codes = desk.run("check", desk.folder / "moved.csv").document["findings"]
    assert [found["value"] for found in codes if found["severity"] == "error"] == ["soon", "2027-02-29"]
