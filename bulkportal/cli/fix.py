"""`bulkportal fix`: a copy of a sheet with the mistakes corrected that need no thought."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulkportal.cli import screen
from bulkportal.cli.options import common, encoding_said, looks_for_media, profile, profiled, reads_text
from bulkportal.counting import counted

if TYPE_CHECKING:  # it loads polars, which a mere --help must not wait for
    from bulkportal.pipeline.fixing import Fixed

SCHEMA = "bulkportal.fix/1"


@click.command()
@common
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--safe", is_flag=True, help="Only what cannot be wrong. Nothing else is ever corrected; you say that you know.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Where the corrected copy goes.")
@click.option("--date-order", type=click.Choice(["day", "month"]), help="Which comes first in 03/04/2027; otherwise such a date is left alone.")
@reads_text
@looks_for_media
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@profiled
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing if it worked.")
def fix(  # noqa: PLR0913 - one parameter for each option
    *,
    file: Path,
    safe: bool,
    output: Path,
    date_order: str | None,
    media_root: Path | None,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Write a corrected copy; the file itself is only read. Each corrected cell says what it held.

    Corrected are: known synonyms and spellings of a choice, dates with one reading, quotation marks and characters that nobody
    sees where they cannot be meant, and labels that mean nothing by the address behind them. These are what `bulkportal check`
    marks as sure. What has two readings is left for you.

    \b
    bulkportal fix --safe launch.xlsx -o launch.fixed.xlsx
    bulkportal fix --safe videos.csv -o videos.fixed.csv
    """
    from bulkportal.pipeline import Job
    from bulkportal.pipeline.fixing import fix as write_fixed

    _may_write(file, output, safe=safe, force=force)
    job = Job(command="fix", profile=profile(), inputs=(file,), date_order=date_order, encoding=encoding_said(), media_root=media_root)
    done = write_fixed(job, output)
    if as_json:
        screen.say_json(_document(done, file))
    elif not quiet:
        _tell(done)
    return 0


def _may_write(file: Path, output: Path, *, safe: bool, force: bool) -> None:
    from bulkportal.cli.export import require_free  # late: it loads what `fix --help` must not wait for
    from bulkportal.errors import UsageProblem

    if not safe:
        raise UsageProblem("Say --safe: only what cannot be wrong is corrected.", hint="bulkportal fix --safe FILE -o OUT")
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
