"""The command group. Commands are listed by name and imported when called, which makes `--help` fast."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from traceback import walk_tb
from typing import Any

import click

from gcmgraph.errors import GcmGraphError

#: Commands: the module of this package, empty for the reader of documents, and the line in the list of commands.
COMMANDS = {
    "fetch": ("sources", "Download documents and official data files, verified by hash."),
    "extract": ("", "Extract statements with evidence from a document."),
    "read": ("", "Propose, update or check readings of guidance pages."),
    "build": ("build", "Build, validate and store the dataset from the files of the repository."),
    "validate": ("checking", "Validate RDF files and spreadsheets against the shapes."),
    "load": ("build", "Add RDF files to the store."),
    "query": ("query", "Run a SPARQL query or a named query."),
    "reconcile": ("reconcile", "Match names in a table with resources of the graph."),
    "import": ("sources", "Import files of the UN into the reference data."),
    "link": ("link", "Propose links to another dataset, or check link sets."),
    "suggest": ("checking", "Suggest objectives, actions and other values for practices."),
    "contribution": ("contribution", "Submit and review contributions, and manage tokens and invitations."),
    "feedback": ("feedback", "List, answer and delete remarks of readers."),
    "verify": ("build", "Check the database, and compare stored files with their recorded checksums."),
    "export": ("site", "Write the site and the data as static files."),
    "serve": ("site", "Run the server."),
    "mcp": ("site", "Answer an assistant over stdio."),
}

#: Modules without which the reader is not installed: itself, and what its extra installs.
_READER_MODULES = frozenset({"gcmreader", "pdfminer"})


class LazyGroup(click.Group):
    """A group whose commands are in modules of this package, which are imported when a command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands, in the order of first use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name; None if there is none."""
        if cmd_name not in COMMANDS:
            return None
        if cmd_name not in {"serve", "mcp"}:  # short-lived commands: garbage collection took a tenth of a build
            gc.set_threshold(100_000, 50, 100)
        name, _ = COMMANDS[cmd_name]
        module = import_module(f"gcmgraph.cli.{name}") if name else _reader_commands()
        commands = (one for one in vars(module).values() if isinstance(one, click.Command))
        return next(one for one in commands if one.name == cmd_name)

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command. If its output cannot be written, report that and exit with status 2."""
        try:
            return super().main(*args, **extra)
        except OSError as error:
            *_, (innermost, _) = walk_tb(error.__traceback__)
            if innermost.f_code is not click.echo.__code__:  # not caused by the output
                raise
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the flush at exit
            click.echo(f"The output cannot be written: {error.strerror}.", err=True)
            sys.exit(2)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


class NoReaderError(GcmGraphError):
    """The reader of documents is not installed."""


def import_reader(module: str) -> Any:
    """A module of `gcmreader`. Raises `NoReaderError`."""
    try:
        return import_module(f"gcmreader.{module}")
    except ModuleNotFoundError as error:
        if error.name not in _READER_MODULES:
            raise
        raise NoReaderError(
            "The reader of documents is not installed.", hint="Install its extra: pip install 'gcmgraph[reader]'."
        ) from error


def _reader_commands() -> Any:
    """The module of the reader's commands. Raises `Failure` where the reader is not installed."""
    from gcmgraph.cli.options import Failure  # noqa: PLC0415

    try:
        return import_reader("cli")
    except NoReaderError as error:
        raise Failure(error) from error


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gcmgraph")
def main() -> None:
    """GCM Graph: the UN Global Compact for Migration as linked data.

    Every command has the options --store, --base and --root. Every setting can also be an environment variable
    GCMGRAPH_… or a line of gcmgraph.toml. 'gcmgraph COMMAND --help' describes the options and exit status of a command.
    """
