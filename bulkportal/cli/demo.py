"""`bulkportal demo`: the main job from end to end, against the simulator, in one command."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from bulkportal.cli import screen
from bulkportal.cli.options import OutputOptions, common
from bulkportal.errors import ExitCode
from bulkportal.portal.secret import Secret


@click.command()
@common
@click.argument("file", type=click.Path(path_type=Path, exists=True), required=False)
@click.option("--output", "-o", type=click.Path(path_type=Path, file_okay=False), default=Path("bulkportal-demo"), help="Where the workbooks go.")
@click.option("--data", type=click.Path(path_type=Path, dir_okay=False), help="What the simulator starts from.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output; everything else on standard error.")
@click.option("--no-color", is_flag=True, help="No colours.")
@click.option("--quiet", "-q", is_flag=True, help="Only problems.")
def demo(*, file: Path | None, output: Path, data: Path | None, as_json: bool, no_color: bool, quiet: bool) -> int:
    """Import a sample launch into the built-in simulator, over real HTTP, and leave its report.

    No key and no network are needed. With FILE, your own sheet is rehearsed instead.

    \b
    bulkportal demo
    """
    from bulkportal import pipeline
    from bulkportal.cli import console
    from bulkportal.settings import Settings
    from bulkportal.simulator.server import RunningSimulator

    output.mkdir(parents=True, exist_ok=True)
    source = file or _sample(output / "launch.xlsx")
    report = output / f"{source.stem}.report.xlsx"
    how = OutputOptions.of(as_json=as_json, no_color=no_color, quiet=quiet, report=report)
    with RunningSimulator(data=data) as simulator, tempfile.TemporaryDirectory(prefix="bulkportal-demo-") as home:
        if not quiet:
            screen.say(f"Simulator: {simulator.base_url}", err=as_json)
            screen.say(f"Launch:    {source}", err=as_json)
        with console.Progress(quiet=quiet) as progress:
            job = pipeline.Job(command="import", inputs=(source,), tell=progress, confirm=lambda _: True)
            # A home of its own, taken away afterwards: a rehearsal must not stand in the user's ledger beside what was really paid.
            settings = Settings(base_url=simulator.base_url, key=Secret("demo"), home=Path(home))
            result = asyncio.run(pipeline.import_(job, settings))
    made = result.report
    # The built-in launch has a mistake on purpose: finding it is what the demo is for.
    well = file is None and made.exit_code == ExitCode.ROWS_FAILED
    # The document must say the same as the exit code does.
    if well and as_json:
        made = replace(made, exit_code=ExitCode.OK)
    code = console.end(made, result.checked, how, result.plan)
    return ExitCode.OK if well else code


def _sample(path: Path) -> Path:
    """A small launch, made here so that an installed package needs no data files."""
    from bulkportal.sheets.writer import text_cell
    from bulkportal.templating import build_workbook

    workbook = build_workbook(example=False)
    for name, rows in (("Bundles", _BUNDLES), ("Videos", _videos())):
        sheet = workbook.sheet(name)
        columns = {str(cell.value): number for number, cell in enumerate(sheet[1], start=1)}
        for number, row in enumerate(rows, start=2):
            for header, text in row.items():
                text_cell(sheet, number, columns[header], text)
    workbook.write(path)
    return path


_LINK = "https://cdn.example.com"

_BUNDLES: tuple[dict[str, str], ...] = (
    {
        "bundle": "spring-tiktok-01",
        "bundle_type": "account_and_videos",
        "platform": "tiktok",
        "country": "US",
        "title": "Spring launch 1",
        "videos_quantity": "2",
        "niche_warming": "yes",
        "niche_warming_instructions": "Street food, recipes, markets",
        "username": "daily.street.bites",
        "visible_name": "Daily Street Bites",
        "biography": "One market, one dish, every day.",
        "profile_picture": f"{_LINK}/bites.jpg",
        "publish": "yes",
    },
    {
        "bundle": "spring-insta-01",
        "bundle_type": "account_and_videos",
        "platform": "instagram",
        "country": "UK",
        "title": "Spring launch 2",
        "videos_quantity": "2",
        "edits_quantity": "1",
        "username": "market.mornings",
        "visible_name": "Market Mornings",
        "biography": "The first hour of a market.",
        "profile_picture": f"{_LINK}/mornings.jpg",
        "publish": "yes",
    },
    {
        "bundle": "spring-insta-02",
        "bundle_type": "account_only",
        "platform": "instagram",
        "country": "FR",
        "username": "pain.et.marche",
        "visible_name": "Pain & marché",
        "biography": "Du pain, un marché.",
        "profile_picture": f"{_LINK}/pain.jpg",
    },
)


def _videos() -> tuple[dict[str, str], ...]:
    soon = datetime.now(UTC).date() + timedelta(days=10)
    first, second = soon.isoformat(), (soon + timedelta(days=2)).isoformat()
    tiktok, insta = {"bundle": "spring-tiktok-01"}, {"bundle": "spring-insta-01"}
    clip = {"video_type": "video", "video": f"{_LINK}/teaser.mp4"}
    slides = {"video_type": "carousel", "carousel_images": f"{_LINK}/1.jpg; {_LINK}/2.jpg; {_LINK}/3.jpg"}
    sound = {"tiktok_sound_url": "https://www.tiktok.com/music/morning-123"}
    return (
        {**tiktok, "position": "1", **clip, "description": "A market at dawn #streetfood", "target_publish_date": first},
        {**tiktok, "position": "2", **slides, **sound, "description": "=) three dishes, one morning", "target_publish_date": second},
        {
            **insta,
            "position": "1",
            **clip,
            "instagram_content_type": "reel",
            "description": "Before the crowd",
            "target_publish_date": first,
            "editing_instructions": "Add the logo at the end",
        },
        # One mistake, so that the report has something to show: position 3 lies beyond the two slots.
        {**insta, "position": "3", **slides, "instagram_content_type": "post", "description": "Five stalls", "target_publish_date": second},
    )
