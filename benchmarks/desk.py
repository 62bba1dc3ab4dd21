"""What the desk takes, beside a bare grid in the same browser: python benchmarks/desk.py [ROWS...].

For each number of rows: a workbook of 16 columns with two mistakes in every 25th row is opened at the desk in a Chromium
without a window, and shown by a bare Tabulator with all of its rows at once. Told are the largest answer, how long each took
to be ready, and the ratio; and of five edits, each after the one before is settled, the middle one: until it is answered (written down and
drawn), until the marks of its row are those of the new text, and what the bare grid takes to draw one.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import xlsxwriter
from playwright.sync_api import Page, sync_playwright

PER, EVERY = 10, 25
BUNDLES = (
    "bundle",
    "bundle_type",
    "platform",
    "country",
    "title",
    "videos_quantity",
    "username",
    "visible_name",
    "biography",
    "profile_picture",
    "publish",
)
VIDEOS = (
    *("bundle", "position", "name", "video_type", "video", "description", "target_publish_date", "tiktok_sound_url"),
    *("editing_instructions", "external_ref", "campaign", "owner", "approved by", "budget code", "language", "notes"),
)

BARE = """async rows => {
    const { TabulatorFull } = await import("/static/vendor/tabulator/tabulator_esm.min.mjs");
    const holder = document.body.appendChild(document.createElement("div"));
    const columns = Object.keys(rows[0]).map(field => ({ title: field, field, editor: "input" }));
    const begun = performance.now();
    const table = new TabulatorFull(holder, { data: rows, columns, height: 500, selectableRange: 1 });
    await new Promise(ready => table.on("tableBuilt", ready));
    await new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const ready = performance.now() - begun;
    const edits = [];
    for (const place of [3, 4, 5, 6, 7]) {
        const edited = performance.now();
        await table.getRows()[place].update({ G: "2030-03-03" });
        await new Promise(drawn => requestAnimationFrame(drawn));
        edits.push(performance.now() - edited);
    }
    const edit = edits.sort((one, other) => one - other)[2];
    table.destroy();
    holder.remove();
    return { ready, edit };
}"""


def make(path: Path, count: int) -> None:
    """The workbook."""
    with xlsxwriter.Workbook(path, {"strings_to_urls": False}) as book:
        bundles, videos = book.add_worksheet("Bundles"), book.add_worksheet("Videos")
        bundles.write_row(0, 0, BUNDLES)
        for number in range(count // PER):
            texts = ("account_and_videos", "tiktok", "US", f"Launch {number}", str(PER), f"user.{number:05}", f"User {number}", "One dish.")
            bundles.write_row(number + 1, 0, (f"launch-{number:05}", *texts, f"https://cdn.example.com/f/{number}.jpg", "yes"))
        videos.write_row(0, 0, VIDEOS)
        for number in range(count):
            bundle, place = divmod(number, PER)
            day = "2030-13-45" if number % EVERY == 3 else f"2030-{place % 12 + 1:02}-{number % 27 + 1:02}"
            kind = "vidoe" if number % EVERY == 7 else "video"
            row = (
                f"launch-{bundle:05}",
                str(place + 1),
                f"Video {place + 1}",
                kind,
                f"https://cdn.example.com/{bundle}/{place}.mp4",
                f"Dish number {number}",
                day,
            )
            videos.write_row(number + 1, 0, (*row, "", "", "", "Spring", "ops", "lead", "B-12", "en", f"note {number}"))


def measured(page: Page, link: str, count: int) -> dict[str, Any]:
    """The figures of one workbook that lies on the desk."""
    answers: list[int] = []
    page.on("response", lambda response: answers.append(len(response.body())) if "/rows?" in response.url else None)
    page.goto(link)
    page.goto(page.url.replace("/sheet", "/grid#Videos!2") if "--all" in sys.argv else page.url.replace("/sheet", "/grid"))
    page.locator("#grid[data-ready]").wait_for(timeout=600_000)
    page.get_by_role("button", name="Videos", exact=True).click()
    page.locator(".tabulator-row").nth(3).wait_for(timeout=600_000)
    page.wait_for_timeout(500)
    desk = page.evaluate("() => performance.getEntriesByName('grid').at(-1).duration")
    for row in range(5):
        before = page.locator("#left").get_attribute("data-version")
        page.locator('.tabulator-cell[tabulator-field="G"]').nth(row).click()
        page.keyboard.press("F2")
        page.keyboard.press("Control+a")
        page.keyboard.type(f"2030-03-{row + 3:02}")
        page.keyboard.press("Enter")
        page.locator(f'#left:not([data-version="{before}"])').wait_for(timeout=600_000)
    edit, marked = (median(page.evaluate("name => performance.getEntriesByName(name).map(one => one.duration)", name)) for name in ("edit", "marks"))
    rows = [{chr(65 + column): f"text {number} {column}" for column in range(16)} for number in range(count)]
    bare = page.evaluate(BARE, rows)
    return {
        "rows": count, "marks": int(page.locator("#left").get_attribute("data-errors") or 0), "largest answer, kB": round(max(answers) / 1000),
        "ready, ms": round(desk), "bare grid, ms": round(bare["ready"]), "ratio": round(desk / bare["ready"], 2),
        "edit, ms": round(edit), "marks of it, ms": round(marked), "bare edit, ms": round(bare["edit"]),
    }  # fmt: skip


def main() -> None:
    """Measure, and print one line for each."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium)
        for count in [int(word) for word in sys.argv[1:] if word.isdecimal()] or [1_000, 10_000, 100_000]:
            place = Path(folder) / str(count)
            place.mkdir()
            make(place / "launch.xlsx", count)
            environment = {**os.environ, "BULKPORTAL_HOME": str(place / "home")}
            words = [sys.executable, "-m", "bulkportal", "desk", str(place / "launch.xlsx"), "--no-browser"]
            process = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True)
            try:
                link = (process.stdout.readline() if process.stdout else "").removeprefix("Desk: ").strip()
                page = browser.new_page()
                page.set_default_timeout(600_000)
                page.set_default_navigation_timeout(600_000)
                print(json.dumps(measured(page, link, count)), flush=True)
                page.close()
            finally:
                process.terminate()
                process.wait(30)
        browser.close()


if __name__ == "__main__":
    main()
