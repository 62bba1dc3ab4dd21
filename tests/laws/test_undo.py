"""Law: what an undo says it puts back is as before the run, and everything else is on its list; the undo of an undo gives the first state again.

Random runs on the simulator, from one seed: six in the suite, as many as BULKPORTAL_UNDO_RUNS says otherwise.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.conftest import Desk, bundle, video

RUNS = int(os.environ.get("BULKPORTAL_UNDO_RUNS", "6"))
COLUMNS = {"video_url": "video", "profile_picture_url": "profile_picture"}
OF_PLATFORM = {"tiktok": {}, "instagram": {"instagram_content_type": "reel"}, "youtube": {"youtube_title": "A dish"}}

Places = dict[tuple[str, int], dict[str, Any]]
"""What stands where, by bundle and place: 0 is the bundle with its account."""


def places(desk: Desk) -> Places:
    """The platform as people see it, by our columns."""
    found: Places = {}
    for identity, one in desk.state.books.bundles.items():
        account = {} if one.account is None else {COLUMNS.get(n, n): v for n, v in one.account.fields.items() if v is not None}
        own = {"title": one.title, "auto_finalize_videos": one.auto_finalize_videos, "bundle": one.external_ref, "publish": one.status}
        found[identity, 0] = own | account
        for slot in one.slots:
            labels = {"name": slot.name if slot.name != f"Video {slot.position}" else None, "external_ref": slot.external_ref}
            content = {COLUMNS.get(name, name): value for name, value in slot.content.items()}
            filled = {"video_type": slot.video_type, "target_publish_date": str(slot.target)} if slot.status != "pending" else {}
            found[identity, slot.position] = {**labels, **filled, **content, "action": slot.status}
    return found


def differing(one: Places, other: Places) -> Iterator[tuple[str, int, str]]:
    """Where two states differ: bundle, place, column."""
    for place in one.keys() | other.keys():
        here, there = one.get(place, {}), other.get(place, {})
        yield from ((*place, name) for name in here.keys() | there.keys() if (here.get(name) or None) != (there.get(name) or None))


@dataclass
class Changing:
    """Rows of one random run, about bundles that are there or a new one."""

    desk: Desk
    chance: random.Random
    number: int
    bundles: dict[str, dict[str, object]] = field(default_factory=dict)
    videos: dict[tuple[str, int], dict[str, object]] = field(default_factory=dict)

    def draw(self) -> None:
        """A few changes of all kinds."""
        for _ in range(self.chance.randint(2, 6)):
            name = self.chance.choice(sorted(self.desk.bundles))
            self.chance.choice((self.setting, self.account, self.caption, self.caption, self.label, self.fill, self.event, self.media))(name)
        if self.chance.random() < 0.2:
            name = f"new-{self.number}"
            self.bundles[name] = bundle(name, videos_quantity=1, publish=self.chance.choice(["yes", None]))
            self.videos[name, 1] = video(name, 1)
        if self.chance.random() < 0.2:
            name = self.chance.choice(sorted(self.desk.bundles))
            self.bundles.setdefault(name, {"bundle": name})["videos_quantity"] = len(self.desk.bundles[name].slots) + 1

    def word(self) -> str:
        """A text that there has not been."""
        return f"Word {self.chance.randrange(10**6)}"

    def setting(self, name: str) -> None:
        self.bundles.setdefault(name, {"bundle": name}).update(
            self.chance.choice(({"title": self.word()}, {"auto_finalize_videos": self.chance.choice(["yes", "no"])}))
        )

    def account(self, name: str) -> None:
        if self.desk.bundles[name].status == "pending_setup":
            self.bundles.setdefault(name, {"bundle": name})["biography"] = self.word()

    def row(self, name: str, *, filled: bool) -> dict[str, object] | None:
        """The row of a slot that holds something, or nothing, and is in nobody's hands."""
        wanted = "configured" if filled else "pending"
        free = [slot.position for slot in self.desk.bundles[name].slots if slot.status == wanted]
        position = self.chance.choice(free) if free else 0
        row = self.videos.setdefault((name, position), {"bundle": name, "position": position}) if free else {"action": "none"}
        return None if "action" in row or "video" in row else row

    def caption(self, name: str) -> None:
        if (row := self.row(name, filled=True)) is not None:
            day = f"2030-{self.chance.randint(1, 12):02}-{self.chance.randint(1, 28):02}"
            of_platform = {"tiktok_sound_url": self.chance.choice(["(clear)", f"https://www.tiktok.com/music/{self.chance.randrange(99)}"])}
            changes: list[dict[str, object]] = [{"description": self.word()}, {"target_publish_date": day}]
            changes += [of_platform] if self.desk.bundles[name].platform == "tiktok" else []
            row.update(self.chance.choice(changes))

    def label(self, name: str) -> None:
        if (row := self.row(name, filled=True)) is not None:
            row.update(self.chance.choice(({"name": self.word()}, {"external_ref": self.chance.choice([self.word(), "(clear)"])})))

    def media(self, name: str) -> None:
        if (row := self.row(name, filled=True)) is not None:
            row["video"] = f"https://cdn.example.com/{self.chance.randrange(10**6)}.mp4"

    def fill(self, name: str) -> None:
        if (row := self.row(name, filled=False)) is not None:
            row.update(video(name, int(str(row["position"])), **OF_PLATFORM[self.desk.bundles[name].platform]))

    def event(self, name: str) -> None:
        status = self.desk.bundles[name].status
        if self.chance.random() < 0.5:
            action = {"pending_setup": "publish", "published": "unpublish"}.get(status)
            if action:
                self.bundles[name] = {"bundle": name, "action": f"{action}"}
        elif (row := self.row(name, filled=True)) is not None and len(row) == 2:
            row["action"] = "unschedule"

    def run(self) -> str:
        """Import them; the run."""
        rows = {"bundles": list(self.bundles.values()), "videos": [row for row in self.videos.values() if len(row) > 2]}
        sheet = self.desk.sheets(f"run-{self.number}", **rows) if any(rows.values()) else exported(self.desk, self.number)
        ended = self.desk.import_(sheet)
        return str(ended.document["run_id"])


def exported(desk: Desk, number: int) -> object:
    """A sheet that asks for nothing."""
    path = desk.folder / f"export-{number}.xlsx"
    assert desk.run("export", "-o", path).code == 0
    return path


def is_told(lines: list[dict[str, Any]], identity: str, place: int, column: str, names: dict[str, set[str]]) -> bool:
    """Whether a difference is on a list."""
    for line in lines:
        if line["bundle"] not in names.get(identity, set()):
            continue
        if line["operation"] in ("create bundle", "add video slots") and (line["operation"] == "create bundle" or place):
            return True
        if (line["position"] or 0) == place and (not line["columns"] or column in line["columns"]):
            return True
    return False


def test_what_is_said_to_be_undone_is_as_before_and_the_rest_is_on_the_list(desk: Desk) -> None:
    """Over random runs, each of them undone, and the undo undone."""
    changed, put_back = undone_and_redone(desk, RUNS)
    assert put_back > changed / 4


def undone_and_redone(desk: Desk, runs: int) -> tuple[int, int]:
    """How many values so many runs changed, and how many of them were put back; the first that is neither put back nor told fails."""
    chance = random.Random(17)
    desk.state.settings.balance = 10**6
    first = [
        bundle(name, videos_quantity=3, platform=platform, publish=None) for name, platform in zip(("a-1", "b-1", "c-1"), OF_PLATFORM, strict=True)
    ]
    videos = [video(str(row["bundle"]), n, **OF_PLATFORM[str(row["platform"])]) for row in first for n in (1, 2)]
    assert desk.import_(desk.sheets("first", bundles=first, videos=videos)).code == 0
    changed = put_back = 0
    for number in range(runs):
        before = places(desk)
        change = Changing(desk, chance, number)
        change.draw()
        run = change.run()
        after = places(desk)
        changed += len(list(differing(before, after)))
        if chance.random() < 0.15:  # somebody else, at the platform
            filled = [slot for one in desk.bundles.values() for slot in one.slots if slot.status == "configured"]
            if filled:
                chance.choice(filled).content["description"] = change.word()
        theirs = places(desk)
        names = {identity: {one.external_ref or ""} for identity, one in desk.state.books.bundles.items()}
        undone = _undone(desk, run, f"undo-{number}")
        now = places(desk)
        mine = [where for where in differing(before, now) if where not in set(differing(after, theirs))]
        untold = [where for where in mine if not is_told(undone["not_undone"], *where, names)]
        assert not untold, (number, untold, undone["not_undone"])
        put_back += len(list(differing(before, after))) - len(mine)
        again = _undone(desk, undone["import"], f"again-{number}")
        listed = [*undone["not_undone"], *again["not_undone"]]
        untold = [where for where in differing(theirs, places(desk)) if not is_told(listed, *where, names)]
        assert not untold, (number, "again", untold, listed)
    return changed, put_back


def _undone(desk: Desk, run: str, name: str) -> dict[str, Any]:
    path = desk.folder / f"{name}.xlsx"
    ended = desk.run("undo", run, "-o", path)
    assert ended.code == 0, ended.out + ended.err
    imported = desk.import_(path) if ended.document["rows"] else desk.import_(exported(desk, len(list(desk.folder.glob("export-*")))))
    told = [line for line in ended.document["not_undone"] if "The row stays as it is until" in line["why"]]
    assert imported.code in ((0, 4) if told else (0,)), imported.document
    return {**ended.document, "import": imported.document["run_id"]}
