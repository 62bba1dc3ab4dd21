"""`bulkportal map`: which column each header of a sheet means, and the profile's own names for columns."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import click

from bulkportal.cli import screen
from bulkportal.cli.options import common, encoding_said, inputs_of, profile, profiled, reads_text

if TYPE_CHECKING:  # it loads polars, which a mere --help must not wait for
    from bulkportal.check.mapping import Meaning
    from bulkportal.check.said_words import UnknownWord
    from bulkportal.pipeline import Job

SCHEMA = "bulkportal.map/1"

Say: TypeAlias = Callable[[object], None]
"""Prints a line for people: on standard error if the output is for scripts."""


@click.command(name="map")
@common
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--values", is_flag=True, help="Unknown words instead of headers; then --set says WORD=VALUE, or COLUMN:WORD=VALUE.")
@click.option("--set", "own", multiple=True, metavar="HEADER=COLUMN", help="A header of your own and the column it means. May be given again.")
@click.option("--save", is_flag=True, help="Write what is near, and what --set says, into the profile; with --values what --set says.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@reads_text
@profiled
def map_(*, files: tuple[str, ...], values: bool, own: tuple[str, ...], save: bool, as_json: bool) -> int:
    """Show which column each header means: sure, near (with how sure), or unknown.

    A near header is only read as its column once that is saved in the profile.

    With --values: the words that a column does not know, such as "Kurzvideo" where it knows reel and post. What somebody has
    said one means is kept in the profile and proposed wherever the word stands; `bulkportal fix --safe` writes it, and nothing
    applies it unseen.

    \b
    bulkportal map launch.xlsx
    bulkportal map launch.xlsx --set "Hook=description" --save --profile acme
    bulkportal map launch.xlsx --values --set "Kurzvideo=reel" --save
    """
    from bulkportal.pipeline import Job
    from bulkportal.pipeline.source import headers

    said = _said(own)
    given = inputs_of(files)
    job = Job(
        command="map",
        profile=profile(),
        inputs=given.paths,
        addresses=given.addresses,
        stream=given.stream,
        encoding=encoding_said(),
    )
    say: Say = partial(screen.say, err=as_json)
    if values:
        told = {"words": _words(job, said, say, save=save)}
    else:
        found = headers(job, said)
        for one in found:
            say(f"{one.sheet + '!' + one.cell:<16} {one.header:<30}  {_meaning(one)}")
        near = {one.header: one.column for one in found if one.column and not one.is_sure}
        if save:
            _save({**near, **said}, say)
        elif near:
            say("Headers that are only near are not read. --save keeps them in the profile; --set HEADER=COLUMN says otherwise.")
        told = {"headers": [{**asdict(one), "column": one.column or None, "is_sure": one.is_sure} for one in found]}
    if as_json:
        screen.say_json({"schema": SCHEMA, "command": "map", "exit_code": 0, "headers": [], "words": [], **told})
    return 0


def _words(job: Job, said: dict[str, str], say: Say, *, save: bool) -> list[dict[str, object]]:
    """Show the unknown words, and save what `--set` says of them. Returns each for scripts."""
    from bulkportal.pipeline.source import words

    # Twice: first what is unknown, to find the columns of each word, then how it reads with what was said.
    unknown = words(job, {})
    asked: dict[str, dict[str, str]] = {}
    for own, value in said.items():
        for column, word in _columns_of(own, value, unknown):
            asked.setdefault(column, {})[word] = value
    found = words(job, asked)
    for one in found:
        meaning = f"means {one.meaning}, as you said" if one.meaning else f"unknown; {one.hint}"
        more = f" and {len(one.cells) - 1} more" if len(one.cells) > 1 else ""
        say(f"{one.sheet}!{one.cells[0]}{more}  {one.column}  {one.word}: {meaning}")
    if not unknown:
        say("Every word is known.")
    if save:
        _save_values(asked, say)
    elif unknown:
        say('--set "WORD=VALUE" --save keeps in the profile what a word means. It is proposed from then on; `bulkportal fix --safe` writes it.')
    return [{**asdict(one), "meaning": one.meaning or None} for one in found]


def _columns_of(own: str, value: str, unknown: tuple[UnknownWord, ...]) -> list[tuple[str, str]]:
    """The columns in which a word is to mean a value, each with the word: the named one, or all that contain the word."""
    from bulkportal.columns.own_words import choices_of

    column, _, word = (part.strip() for part in own.rpartition(":"))
    if not column:
        fits = [one for one in unknown if value in one.choices and one.word.casefold() == own.strip().casefold()]
        if not fits:
            raise click.UsageError(f'No cell holds "{own}" where {value} may stand. Write --set "COLUMN:WORD=VALUE" to say it all the same.')
        return [(one.column, own.strip()) for one in fits]
    try:
        known = choices_of(column)
    except KeyError:
        raise click.UsageError(f"There is no column {column}.") from None
    if value not in known:
        raise click.UsageError(f"{column} knows no {value}; it knows {', '.join(known) or 'any text'}.")
    return [(column, word)]


def _save_values(values: dict[str, dict[str, str]], say: Say) -> None:
    from bulkportal.settings.write_back import save_values

    if not values:
        say("Nothing to save: --set says what a word means.")
        return
    chosen, path = _profile_to_save()
    save_values(path, chosen, values)
    for column, words in values.items():
        told = ", ".join(f"{word} = {value}" for word, value in words.items())
        say(f"Saved in [profiles.{chosen}.values.{column}] of {path}: {told}")


def _meaning(one: Meaning) -> str:
    fits = f"{one.fitting} of {one.values} values fit" if one.values else "no values"
    if not one.column:
        return "unknown: not read"
    return f"{one.column}  ({fits})" if one.is_sure else f"near {one.column}: {one.confidence:.0%} alike, {fits}"


def _said(own: tuple[str, ...]) -> dict[str, str]:
    # From the right: a header may hold an equals sign, the name of a column none.
    pairs = [text.rpartition("=") for text in own]
    if not all(header.strip() and column.strip() for header, _, column in pairs):
        raise click.UsageError('Write --set "Your header=column".')
    return {header.strip(): column.strip() for header, _, column in pairs}


def _save(columns: dict[str, str], say: Say) -> None:
    from bulkportal.settings.write_back import save_columns

    if not columns:
        say("Nothing to save: every header is known, or nothing is near.")
        return
    chosen, path = _profile_to_save()
    save_columns(path, chosen, columns)
    say(f"Saved in [profiles.{chosen}.columns] of {path}: {', '.join(f'{header} = {column}' for header, column in columns.items())}")


def _profile_to_save() -> tuple[str, Path]:
    from bulkportal.errors import UsageProblem
    from bulkportal.settings import configured

    chosen, path = profile().name, configured(os.environ).path
    if path is None or not chosen:
        raise UsageProblem("There is no profile to save into.", hint="`bulkportal init` writes bulkportal.toml; --profile names one of its profiles.")
    return chosen, Path(path)
