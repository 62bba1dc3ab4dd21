"""A group of commands whose help shows a whole sentence for each."""

from __future__ import annotations

import inspect

import click

GIVEN_WORDS = "bulkportal.words"
"""The key under which a context stores the words of the command line as given."""


class Commands(click.Group):
    """A group that wraps the help of its commands instead of cutting it to one line."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, each with the first sentence of its help."""
        found = [(name, command) for name in self.list_commands(ctx) if (command := self.get_command(ctx, name)) and not command.hidden]
        with formatter.section("Commands"):
            formatter.write_dl([(name, _first_sentence(command.help or "")) for name, command in found])


def _first_sentence(text: str) -> str:
    paragraph = " ".join(inspect.cleandoc(text).split("\n\n", 1)[0].split())
    sentence, end, _ = paragraph.partition(". ")
    return sentence + end.strip()
