"""Options that several commands share, and the job they make."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

import click

from bulkportal import remote_files
from bulkportal.cli import screen
from bulkportal.cli.param_types import DayOption, Encoding, FiniteRange, Rate
from bulkportal.errors import UsageProblem

if TYPE_CHECKING:  # settings load pydantic, which a mere --help must not wait for
    from bulkportal.html.words import Words
    from bulkportal.pipeline import Job, MediaOptions
    from bulkportal.postgres.address import PostgresAddress
    from bulkportal.settings import Profile, Settings

_MOST_STREAM = 512 << 20
"""The most bytes of a file; with one more, reading refuses it."""

UNCAPPED = "No cap: this night may spend without limit. --max-credits N, or max_credits_per_night in the profile, sets one."
"""The warning about a night without limits."""

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputOptions:
    """How a command prints.

    `spare` is a folder for the report if its place cannot be written; `in_place` the input that it is to replace;
    `page` where the HTML page goes, if one is wanted.
    """

    as_json: bool
    color: bool
    quiet: bool
    verbose: bool
    report: Path | None
    spare: Path | None = None
    in_place: Path | None = None
    page: Path | None = None

    @classmethod
    def of(cls, *, as_json: bool, no_color: bool, quiet: bool, verbose: bool = False, report: Path | None = None) -> Self:
        """What the flags and the environment (NO_COLOR) say."""
        return cls(as_json=as_json, color=screen.colored(no_color=no_color, err=as_json), quiet=quiet, verbose=verbose, report=report)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetOptions:
    """Which sheets a command reads, and how (`shared`)."""

    files: tuple[str, ...]
    bundle: str | None
    date_order: str | None
    media_root: Path | None
    report: Path | None
    today: date | None

    def inputs(self) -> Inputs:
        """What was named; it reads standard input. Raises a usage error for a mixture."""
        return inputs_of(self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOptions:
    """What a plan contains, and which platform it is for (`for_plan`)."""

    publish: bool
    publish_partial: bool
    base_url: str | None
    batch: int

    def for_job(self) -> dict[str, Any]:
        """The options that belong to a job; the platform's address belongs to the settings."""
        return {"publish": self.publish, "publish_partial": self.publish_partial, "batch": self.batch}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What is to be read: files and folders here, addresses elsewhere, or the bytes of standard input."""

    paths: tuple[Path, ...]
    addresses: tuple[str, ...] = ()
    stream: bytes | None = None


def inputs_of(names: tuple[str, ...]) -> Inputs:
    """What was named, or the bytes of standard input for ``-``. Raises a usage error for a mixture."""
    if "-" not in names:
        paths, addresses = remote_files.split_names(names)
        return Inputs(paths=paths, addresses=addresses)
    if len(names) > 1:
        raise click.UsageError("- (standard input) cannot be combined with files.")
    return Inputs(paths=(), stream=sys.stdin.buffer.read(_MOST_STREAM + 1))


def job_of(command: str, profile: Profile, sheets: SheetOptions, given: Inputs, planning: PlanOptions | None = None, **more: Any) -> Job:
    """The job of a command that reads sheets; `more` are the job's fields that are the command's own."""
    from bulkportal.pipeline import Job

    return Job(
        command=command,
        profile=profile,
        inputs=given.paths,
        addresses=given.addresses,
        stream=given.stream,
        bundle=sheets.bundle,
        date_order=sheets.date_order,
        encoding=encoding_said(),
        media_root=sheets.media_root,
        today=sheets.today,
        bringing=bringing(),
        **({} if planning is None else planning.for_job()),
        **more,
    )


def _gathered(function: F, name: str, make: Callable[..., object], options: Sequence[str]) -> F:
    """The command with several options gathered into one parameter."""

    @functools.wraps(function)
    def gathered(**said: object) -> object:
        return function(**{name: make(**{option: said.pop(option) for option in options})}, **said)

    return cast("F", gathered)


def profiled(function: F) -> F:
    """The option of every command that knows profiles: the profile gives the defaults of the other options."""
    return click.option(
        "--profile",
        metavar="NAME",
        # Eager, so that it is read before all other options, whose defaults it gives.
        is_eager=True,
        expose_value=False,
        callback=_take_profile,
        help="The profile of bulkportal.toml (BULKPORTAL_PROFILE).",
    )(function)


def logged(function: F) -> F:
    """The option of every command that keeps a log."""
    return click.option("--log-file", type=click.Path(path_type=Path, dir_okay=False), help="Append what happens, as JSON Lines (bulkportal.log/1).")(
        function
    )


def _take_profile(ctx: click.Context, _: click.Parameter, name: str | None) -> None:
    if ctx.resilient_parsing:  # only completing a word
        return
    from bulkportal import settings

    ctx.obj = settings.profile_of(os.environ, name)
    # As click's own defaults, so that a word of the command line goes before the profile, and the profile before the built-in default.
    ctx.default_map = {**(ctx.default_map or {}), **ctx.obj.defaults()}


def profile() -> Profile:
    """The profile of the current command; an empty one outside of a command."""
    from bulkportal import settings

    context = click.get_current_context(silent=True)
    return settings.EMPTY if context is None or context.obj is None else cast("Profile", context.obj)


def client_here(client: str | None) -> str:
    """The client that was named, else the profile's; empty for all of them."""
    return (client or profile().client_prefix or "").strip().rstrip("-/")


def home_here() -> Path:
    """The home folder of the current command. Raises UsageProblem if the system names none."""
    from bulkportal import settings

    return settings.home_of(os.environ, profile())


def books_here() -> Path | PostgresAddress:
    """The location of the current command's ledger: the home folder, or an address of PostgreSQL. Raises UsageProblem."""
    from bulkportal import settings

    return settings.books_of(os.environ, profile())


def home_if_any() -> Path | None:
    """The home folder, or None: a mere check can do without."""
    try:
        return home_here()
    except UsageProblem:
        return None


def settings_here(base_url: str | None) -> Settings:
    """The settings of the current command; reports if the environment's key takes precedence over the profile's own."""
    from bulkportal import settings

    chosen = settings.resolve(os.environ, base_url=base_url, profile=profile())
    own = chosen.profile.key_env or chosen.profile.key_file or chosen.profile.key_keyring
    if own and chosen.key_from in (settings.KEY_NAME, settings.KEY_FILE_NAME) and own != chosen.key_from:
        screen.say(f"Note: the key of {chosen.key_from} is used, not the one of profile {chosen.profile.name}.", err=True)
    return chosen


_BESIDE = "."
"""The value of ``--html`` without a path: beside the report."""


def paged(function: F) -> F:
    """The option of every command that gives a report: the same as an HTML page."""
    return click.option(
        "--html",
        metavar="[PATH]",
        is_flag=False,
        flag_value=_BESIDE,
        expose_value=False,
        callback=_take_page,
        help="Also write the report as one HTML page; without a PATH beside the workbook.",
    )(function)


def _take_page(ctx: click.Context, param: click.Parameter, path: str | None) -> None:
    # click takes the next word for the PATH, also where it is a sheet: `check --html launch.xlsx` would write over it.
    if path is not None and path != _BESIDE and not path.casefold().endswith((".html", ".htm")):
        raise click.BadParameter(f"the page's name must end in .html, not be {path}; write --html after the files.", ctx, param)
    ctx.meta[_PAGE] = path


_PAGE = "bulkportal.html"


def page_asked(beside: Path) -> Path | None:
    """Where the HTML page goes, None if none was requested. `beside` is the workbook's path."""
    path = click.get_current_context().meta.get(_PAGE)
    return beside.with_suffix(".html") if path == _BESIDE else Path(path) if path else None


def words_here() -> Words:
    """The words of a page for people: in the profile's language, with its time zone."""
    from bulkportal.html.words import Words

    chosen = profile()
    return Words(chosen.language, chosen.time_zone)


# In the context instead of a parameter: only the job needs these, and they would pass through every command's signature.
def _keep(ctx: click.Context, param: click.Parameter, value: object) -> None:
    ctx.meta[f"bulkportal.{param.name}"] = value


_KEPT: dict[str, Any] = {"expose_value": False, "callback": _keep}


def reads_text(function: F) -> F:
    """The option of every command that reads sheets as text."""
    told = "How text files are written, such as cp1251; otherwise UTF-8, and Windows text (cp1252) where it can be that."
    return click.option("--encoding", type=Encoding(), metavar="NAME", help=told, **_KEPT)(function)


def looks_for_media(function: F) -> F:
    """The option of every command that looks whether media files are there."""
    told = "A folder in which media files are looked for as well."
    return click.option("--media-root", type=click.Path(path_type=Path), help=told)(function)


def encoding_said() -> str | None:
    """The encoding of text files that the command line or the profile names."""
    said: str | None = click.get_current_context().meta.get("bulkportal.encoding")
    return said


def sends_media(function: F) -> F:
    """The options of every command that sends media; `bringing` holds the choices."""
    rehost = "Fetch links and upload the files, instead of passing the links on."
    function = click.option("--max-rate", type=Rate(), metavar="RATE", help="Upload no faster than this, such as 20MB/s.", **_KEPT)(function)
    return click.option("--rehost", is_flag=True, help=rehost, **_KEPT)(function)


def bringing() -> MediaOptions:
    """How the current command handles media."""
    from bulkportal.pipeline import MediaOptions

    said = click.get_current_context().meta
    names = ("online", "rehost", "max_rate")
    return MediaOptions(**{name: said[f"bulkportal.{name}"] for name in names if said.get(f"bulkportal.{name}") is not None})


def spoken(function: F) -> F:
    """The options of every command that reports on rows: how it prints (its parameter `how`), and in tests on which day."""
    function = _gathered(function, "how", OutputOptions.of, ("as_json", "no_color", "quiet", "verbose"))
    for option in reversed(
        (
            click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output; everything else on standard error."),
            click.option("--no-color", is_flag=True, help="No colours."),
            click.option("--quiet", "-q", is_flag=True, help="Only problems."),
            click.option("--verbose", "-v", is_flag=True, help="Every finding and every operation."),
            click.option("--today", type=DayOption(), hidden=True),
        )
    ):
        function = option(function)
    return _guarded(function)


_OUTPUTS = frozenset({"report", "log_file", "output"})
"""Parameters that name what is to be written."""


def _guarded(function: F) -> F:
    """The command, guarded against overwriting what it reads (see `cli.outputs`)."""

    @functools.wraps(function)
    def guarded(*words: object, **said: object) -> object:
        from bulkportal.cli.outputs import keys_and_settings, refuse_overwriting

        ctx = click.get_current_context()
        # Asked first, since most commands write nothing, and need not look for keys and settings.
        if not _OUTPUTS.isdisjoint(name for name, value in ctx.params.items() if value is not None) or ctx.meta.get(_PAGE):
            refuse_overwriting(ctx, home_if_any(), keys_and_settings(profile().key_file, profile().google_service_account))
        return function(*words, **said)

    return cast("F", guarded)


_EVERYWHERE = {"no_color": ("--no-color",), "quiet": ("--quiet", "-q"), "verbose": ("--verbose", "-v")}


def common(function: F) -> F:
    """The options that a script may give to every command (product 2).

    Options that a command does not declare itself are accepted without effect: it has no colours, nothing to leave out or to add.
    The command is also guarded against overwriting what it reads (`cli.outputs`).
    """
    own = {param.name for param in getattr(function, "__click_params__", ())}
    for name, flags in _EVERYWHERE.items():
        if name not in own:
            function = click.option(*flags, name, is_flag=True, hidden=True, expose_value=False)(function)

    return _guarded(function)


def shared(function: F) -> F:
    """The options of every command that reads sheets: its parameters `sheets` and `how`."""
    function = _gathered(function, "sheets", SheetOptions, [field.name for field in fields(SheetOptions)])
    for option in reversed(
        (
            click.argument("files", nargs=-1, required=True, metavar="FILE..."),
            click.option("--bundle", metavar="REF", help="The bundle of rows that name none (TokPortal's own CSVs)."),
            click.option("--date-order", type=click.Choice(["day", "month"]), help="Which comes first in 03/04/2027; otherwise that is an error."),
            reads_text,
            looks_for_media,
            hidden_tabs,
            click.option("--report", type=click.Path(path_type=Path, dir_okay=False), help="Where the report workbook goes."),
            paged,
            profiled,
            click.option("--online", is_flag=True, help="Look at the links of media cells too: status, type, size, sharing.", **_KEPT),
            spoken,
        )
    ):
        function = option(function)
    return function


def hidden_tabs(function: F) -> F:
    """The option for whether hidden tabs are read; it takes precedence over the profile."""
    told = "Whether hidden tabs of a workbook are read; by default they are not."
    return click.option("--read-hidden/--skip-hidden", default=None, expose_value=False, callback=_take_hidden, help=told)(function)


def _take_hidden(ctx: click.Context, _: click.Parameter, value: bool | None) -> None:  # noqa: FBT001 - click's signature
    if value is not None and not ctx.resilient_parsing:
        # Not eager, so the profile is there already.
        ctx.obj = profile().model_copy(update={"read_hidden": value})


def change_limit(function: F) -> F:
    """The option that stops a sheet in which a single column was sorted."""
    told = "Send nothing if more of the rows that are there already would change."
    return click.option("--max-changes", type=FiniteRange(0, 100), metavar="PERCENT", help=told)(function)


def for_plan(function: F) -> F:
    """The options of every command that makes a plan: its parameter `planning`."""
    function = _gathered(function, "planning", PlanOptions, [field.name for field in fields(PlanOptions)])
    for option in reversed(
        (
            click.option("--publish", is_flag=True, help="Publish every bundle of the sheet, whatever its publish column says."),
            click.option("--publish-partial", is_flag=True, help="Publish a bundle even if some of its rows are not in order."),
            click.option("--base-url", metavar="URL", help="The platform's address (TOKPORTAL_BASE_URL)."),
            sends_media,
            click.option("--batch", type=click.IntRange(1, 50), default=10, show_default=True, help="Positions sent at once."),
        )
    ):
        function = option(function)
    return function
