"""`bulkportal completion`: commands and options completed by the shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from bulkportal.cli import screen
from bulkportal.errors import ExitCode

_SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_BULKPORTAL_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS))
def completion(*, shell: str) -> int:
    """Print what makes a shell complete the words of bulkportal; put it where the shell reads it at its start.

    \b
    bulkportal completion bash >> ~/.bashrc
    bulkportal completion zsh >> ~/.zshrc
    bulkportal completion fish > ~/.config/fish/completions/bulkportal.fish
    """
    from bulkportal.cli.main import cli

    maker = get_completion_class(shell)
    if maker is None:
        raise RuntimeError(f"click does not know {shell} any more")
    # `source` would also ask bash for its version, which may be another one than the user's.
    complete = maker(cli, {}, "bulkportal", VARIABLE)
    screen.write_ours(complete.source_template % complete.source_vars() + "\n")
    return ExitCode.OK
