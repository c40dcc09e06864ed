"""The command group. Commands are listed here by name and imported when called, so that help answers at once."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from traceback import walk_tb
from typing import Any

import click

#: Command, and the line of help that the list of commands shows.
COMMANDS = {
    "fetch": "Bring documents and official data files, verified by hash.",
    "extract": "Read a document into statements with evidence.",
    "read": "Propose or check reviewed readings of guidance pages.",
    "build": "Make the dataset from the repository's files, validate it and store it.",
    "validate": "Check RDF files against the shapes.",
    "load": "Add RDF files of your own to the store.",
    "query": "Run a SPARQL query or a named query.",
    "import": "Take the UN's own files into the reference data.",
    "link": "Propose links to another dataset, and check those there are.",
    "contribution": "Send, look at and decide on contributions.",
    "export": "Write the site and the data as files.",
    "serve": "Run the server.",
}


#: Modules that are not called as their command: a keyword of Python cannot be one.
_MODULES = {"import": "importing"}


class LazyGroup(click.Group):
    """A group whose commands are modules of this package, each with a function `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, in the order of a first use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, or None."""
        if cmd_name not in COMMANDS:
            return None
        if cmd_name != "serve":  # the others end soon; looking for garbage in what stays took a tenth of a build
            gc.set_threshold(100_000, 50, 100)
        module = import_module(f"gcmgraph.cli.{_MODULES.get(cmd_name, cmd_name)}")
        command: click.Command = module.command
        return command

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command. Where its output cannot be written, that is said, and the exit status is 2."""
        try:
            return super().main(*args, **extra)
        except OSError as error:
            *_, (innermost, _) = walk_tb(error.__traceback__)
            if innermost.f_code is not click.echo.__code__:  # then it is no matter of the output
                raise
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is written at the end
            click.echo(f"The output cannot be written: {error.strerror}.", err=True)
            sys.exit(2)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gcmgraph")
def main() -> None:
    """GCM Graph: the UN Global Compact for Migration as linked data.

    Every command takes --store, --base and --root; every setting can also be given as an environment variable
    GCMGRAPH_… or in gcmgraph.toml.
    """
