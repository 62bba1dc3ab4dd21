"""A small launch as rows, as CSV files, and what it must cost."""

from __future__ import annotations

import csv
import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bulkportal.simulator.editions import Edition

Row = dict[str, object]

MEDIA = Path(__file__).parents[2] / "sample_data" / "media"
ACCOUNTS = {"tiktok": "acc_chaos_tiktok", "instagram": "acc_chaos_instagram"}
"""Saved accounts that the platform has from the start, for bundles of videos alone."""

_TYPES = ("account_and_videos", "account_and_videos", "account_only", "videos_only")


@dataclass(slots=True)
class Sheet:
    """The rows of a launch and the folder they are written to."""

    folder: Path
    bundles: list[Row] = field(default_factory=list)
    videos: list[Row] = field(default_factory=list)
    media: bool = False

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.bundles) + len(self.videos)

    def of(self, name: str) -> list[Row]:
        """The rows of Videos of a bundle."""
        return [row for row in self.videos if row["bundle"] == name]

    def write(self) -> None:
        """The rows as two CSV files, with the media beside them where some are local."""
        self.folder.mkdir(exist_ok=True)
        for file, rows in (("bundles.csv", self.bundles), ("videos.csv", self.videos)):
            columns = list(dict.fromkeys(column for row in rows for column in row))
            if columns:
                with (self.folder / file).open("w", encoding="utf-8", newline="") as stream:
                    writer = csv.DictWriter(stream, columns)
                    writer.writeheader()
                    writer.writerows(rows)
        if self.media and not (self.folder / "media").exists():
            shutil.copytree(MEDIA, self.folder / "media")

    def price(self, edition: Edition) -> int:
        """What all of it costs, by the platform's own prices."""
        return sum(price(row, edition) for row in self.bundles)


def price(row: Row, edition: Edition) -> int:
    """What one bundle costs."""
    total = whole(row, "videos_quantity") * edition.price("video_slot") + whole(row, "edits_quantity") * edition.price("edit_slot")
    if row["bundle_type"] != "videos_only":
        total += edition.price("account_creation")
    if row.get("niche_warming") == "yes":
        total += edition.price("niche_warming")
    return total


def whole(row: Row, name: str) -> int:
    """A number of a row; nothing counts as nought."""
    value = row.get(name)
    return value if isinstance(value, int) else 0


def launch(dice: random.Random, folder: Path, edition: Edition, *, media: bool) -> Sheet:
    """Two to four bundles of mixed types; the first has an account and two or three videos."""
    sheet = Sheet(folder, media=media)
    stem = f"launch-{dice.randrange(1000):03}"
    for number in range(dice.randint(2, 4)):
        kind = dice.choice(_TYPES) if number else "account_and_videos"
        row = _bundle(dice, f"{stem}-{number}", kind, edition)
        sheet.bundles.append(row)
        if not number:
            row["videos_quantity"] = dice.randint(2, 3)
        sheet.videos += [video(row, position) for position in range(1, whole(row, "videos_quantity") + 1)]
    if media:
        _localize(sheet)
    return sheet


def _bundle(dice: random.Random, name: str, kind: str, edition: Edition) -> Row:
    platform = dice.choice(("tiktok", "tiktok", "instagram"))
    row: Row = {
        "bundle": name,
        "bundle_type": kind,
        "platform": platform,
        "title": f"Title of {name}",
        "publish": dice.choice(("yes", "yes", "yes", "no")),
    }
    if kind == "videos_only":
        row |= {"account_id": ACCOUNTS[platform]}
    else:
        row |= {
            "country": "FR",
            "username": name.replace("-", "."),
            "visible_name": name.replace("-", " ").title(),
            "biography": "One market, one dish, every day.",
            "profile_picture": f"https://cdn.example.com/faces/{name}.jpg",
        }
    if kind != "account_only":
        quantity = dice.randint(1, 3)
        row |= {"videos_quantity": quantity, "edits_quantity": dice.choice((None, 1))}
    if kind == "account_and_videos" and not edition.current and dice.random() < 0.3:
        row |= {"niche_warming": "yes", "niche_warming_instructions": "Street food, markets"}
    return row


def video(bundle: Row, position: int) -> Row:
    """A right row of Videos for a bundle."""
    name = bundle["bundle"]
    return {
        "bundle": name,
        "position": position,
        "name": f"Video {position} of {name}",
        "video_type": "video",
        "instagram_content_type": "reel" if bundle["platform"] == "instagram" else None,
        "video": f"https://cdn.example.com/{name}/{position}.mp4",
        "description": f"Dish number {position} #streetfood",
        "target_publish_date": f"2030-03-{position + 1:02}",
    }


def _localize(sheet: Sheet) -> None:
    """Local files for the first bundle: a face, a clip, and slides."""
    first = sheet.bundles[0]
    first["profile_picture"] = "media/avatar.png"
    clip, slides = sheet.of(str(first["bundle"]))[:2]
    clip["video"] = "media/clip-1.mp4"
    slides |= {"video_type": "carousel", "video": None, "carousel_images": "media/slide-1.jpg; media/slide-2.jpg", "instagram_content_type": None}
    if first["platform"] == "instagram":
        slides["instagram_content_type"] = "post"
    else:
        slides["tiktok_sound_url"] = "https://www.tiktok.com/music/original-sound-7001"


def raise_quantities(sheet: Sheet, rows: Sequence[Row]) -> None:
    """One more slot for each of these bundles, and a video for it."""
    for row in rows:
        if row["bundle_type"] != "account_only":
            row["videos_quantity"] = whole(row, "videos_quantity") + 1
            sheet.videos.append(video(row, whole(row, "videos_quantity")))


def grow(dice: random.Random, sheet: Sheet) -> None:
    """Later wishes: more slots, more edits, other titles, other names of videos."""
    rows = [row for row in sheet.bundles if row["bundle_type"] != "account_only"]
    for row in rows:
        for _ in range(dice.randint(1, 2)):
            raise_quantities(sheet, [row])
        row["edits_quantity"] = whole(row, "edits_quantity") + 1
    for row in sheet.bundles:
        row["title"] = f"{row['title']}, grown"
    for row in rows:
        sheet.of(str(row["bundle"]))[0]["name"] = f"A new name in {row['bundle']}"
