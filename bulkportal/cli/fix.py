"""`bulkportal fix`: a copy of a sheet with the mistakes corrected that need no thought."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulkportal.cli import screen
from bulkportal.cli.options import common, encoding_said, looks_for_media, profile, profiled, reads_text, settings_here
from bulkportal.counting import counted
from bulkportal.errors import UsageProblem

if TYPE_CHECKING:  # it loads polars, which a mere --help must not wait for
    from bulkportal.pipeline.fixing import Fixed

SCHEMA = "bulkportal.fix/1"


@click.command()
@common
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--safe", is_flag=True, help="Correct what cannot be wrong, and nothing else.")
@click.option("--dates", is_flag=True, help="Move as few publish dates as possible, so that the calendar is legal; see below.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Where the corrected copy goes.")
@click.option("--date-order", type=click.Choice(["day", "month"]), help="Which comes first in 03/04/2027; otherwise such a date is left alone.")
@click.option("--online", is_flag=True, help="With --dates: count the dates that the platform has already. It is only read.")
@reads_text
@looks_for_media
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@profiled
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing if it worked.")
def fix(  # noqa: PLR0913 - one parameter for each option
    *,
    file: Path,
    safe: bool,
    dates: bool,
    output: Path,
    date_order: str | None,
    online: bool,
    media_root: Path | None,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Write a corrected copy; the file itself is only read. Each corrected cell says what it held.

    Corrected are: known synonyms and spellings of a choice, dates with one reading, quotation marks and characters that nobody
    sees where they cannot be meant, and labels that mean nothing by the address behind them. These are what `bulkportal check`
    marks as sure. What has two readings is left for you.

    With --dates, publish dates are moved until they keep to the lead times, to three videos a day, and to the profile's
    `no_posts_on` and `days_between_posts`: the fewest dates, then the fewest days, rather later than earlier. Dates that
    stand on the platform already stay.

    \b
    bulkportal fix --safe launch.xlsx -o launch.fixed.xlsx
    bulkportal fix --safe videos.csv -o videos.fixed.csv
    bulkportal fix --dates launch.xlsx -o launch.moved.xlsx --online
    """
    from bulkportal.pipeline import Job
    from bulkportal.pipeline.fixing import fix as write_fixed
    from bulkportal.pipeline.fixing import fix_online

    _may_write(file, output, asked=safe or dates, force=force)
    if online and not dates:
        raise UsageProblem("--online is for --dates.", hint="Give both, or neither.")
    job = Job(command="fix", profile=profile(), inputs=(file,), date_order=date_order, encoding=encoding_said(), media_root=media_root)
    if online:
        import asyncio

        done = asyncio.run(fix_online(job, settings_here(None), output, spelling=safe))
    else:
        done = write_fixed(job, output, spelling=safe, dates=dates)
    if as_json:
        screen.say_json(_document(done, file))
    elif not quiet:
        _tell(done)
    return 0


def _may_write(file: Path, output: Path, *, asked: bool, force: bool) -> None:
    from bulkportal.cli.export import require_free  # late: it loads what `fix --help` must not wait for

    if not asked:
        raise UsageProblem("Give --safe to correct what cannot be wrong, --dates to move dates, or both.", hint="bulkportal fix --safe FILE -o OUT")
    if output.resolve() == file.resolve():
        raise UsageProblem("The copy would be written over the file itself.", hint="Give another name with -o.")
    require_free([output], force=force)
    if file.is_dir():
        raise UsageProblem(f"{file} is a folder.", hint="Fix its files one by one.")


def _tell(done: Fixed) -> None:
    for place, what, _ in done.summary():
        screen.say(f"{place:<18} {what}")
    screen.say(f"{counted(len(done.corrections), 'cell')} corrected." if done.corrections else "Nothing to correct: no copy was written.")
    for path in done.written:
        screen.say(f"Written: {path}")
    if done.notice:
        screen.say(done.notice)
    if done.left:
        screen.say(f"{counted(len(done.left), 'error')} left for you: `bulkportal check` shows what.")
    for finding in done.left:
        if finding.code == "calendar_impossible":
            screen.say(f"{finding.message} {finding.hint}")


def _document(done: Fixed, file: Path) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "file": file.name,
        "written": [str(path) for path in done.written],
        "changes": [
            {
                "sheet": one.table.sheet,
                "cell": f"{one.edit.column}{one.edit.row}",
                "column": one.field,
                "before": one.edit.before,
                "after": one.edit.after,
                "why": one.edit.why,
            }
            for one in done.corrections
        ],
        "left": len(done.left),
        "notice": done.notice,
    }
