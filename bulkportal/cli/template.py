"""`bulkportal template`: empty sheets to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from bulkportal.columns.bundles import PLATFORMS


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--csv", "folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="CSV files in a folder instead.")
@click.option("--platform", type=click.Choice(PLATFORMS), help="Only the columns that count on this platform.")
@click.option("--semicolon", is_flag=True, help="CSV with semicolons, as spreadsheet programs of many countries want them.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def template(*, file: Path | None, folder: Path | None, platform: str | None, semicolon: bool, force: bool) -> int:
    """Write an empty workbook with drop-downs, notes and a guide.

    \b
    bulkportal template launch.xlsx
    bulkportal template tiktok.xlsx --platform tiktok
    bulkportal template --csv launch/
    """
    from bulkportal import templating
    from bulkportal.errors import UsageProblem

    if (file is None) == (folder is None):
        raise click.UsageError("Name a workbook, such as launch.xlsx, or give --csv DIR.")
    targets = [file] if file is not None else [folder / name for name in ("bundles.csv", "videos.csv")] if folder else []
    there = [target for target in targets if target.exists()]
    if there and not force:
        raise UsageProblem(f"{there[0]} is there already.", hint="Give another name, or --force to write over it.")
    if file is not None:
        if file.suffix.casefold() not in (".xlsx", ""):
            raise UsageProblem(f"{file} does not end in .xlsx.", hint="Write a name that ends in .xlsx, or use --csv DIR.")
        templating.write_template(file, platform=platform)
    elif folder is not None:
        templating.write_csv_templates(folder, platform=platform, delimiter=";" if semicolon else ",")
    for target in targets:
        click.echo(f"Written: {target}")
    return 0
