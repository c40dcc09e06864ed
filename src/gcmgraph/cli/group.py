"""The command group, options of every command, and the report of errors.

An error is reported as one sentence, without a traceback. Commands are listed by name and imported
when called, which makes `--help` fast.
"""

from __future__ import annotations

import functools
import gc
import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import Field, fields
from importlib import import_module
from pathlib import Path
from traceback import walk_tb
from typing import IO, Any, TypeVar, cast

import click

from gcmgraph.platform.errors import GcmGraphError, UnwritableError
from gcmgraph.platform.files import disk_fault
from gcmgraph.rdf.media import write_whole
from gcmgraph.settings import Settings, environment_name, flag_name

Command = TypeVar("Command", bound=Callable[..., Any])

#: Settings that are options of every command.
_EVERYWHERE = ("store", "base", "root")

#: Description of an empty default, if it does not mean "none".
_EMPTY = {"root": "nearest repository at or above the working folder"}

#: Types of arguments and options: a file or folder, and a file to write.
FILE = click.Path(path_type=Path)
NEW_FILE = click.Path(path_type=Path, dir_okay=False)


def option(*names: str, kind: Any = None, **options: Any) -> Callable[[Command], Command]:
    """An option, whose default is part of its help. `kind` is its type, or has its values."""
    values = click.Choice([*map(str, kind)]) if isinstance(kind, Iterable) else kind
    return click.option(*names, type=values, show_default="default" in options, **options)


#: The identifier of a contribution or remark.
IDENTIFIER = click.argument("identifier", metavar="ID")

#: The option for the token of a contributor or curator.
_ACCESS = "Access token; preferably set as the environment variable."
TOKEN = option("--token", envvar="GCMGRAPH_TOKEN", show_envvar=True, required=True, help=_ACCESS)

#: The option for a list that programs read.
JSON = option("--json", "as_json", is_flag=True, help="Print each as one line of JSON.")


def arguments(*decorators: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Decorate a command with arguments and options that several commands have, in their order."""

    def decorate(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


class Failure(click.ClickException):
    """A user error: one sentence on standard error, exit status 1."""

    def __init__(self, error: GcmGraphError) -> None:
        super().__init__(str(error))

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence without a prefix.

        Editors and CI systems link `file:line:` at its start.
        """
        click.echo(self.message, file=file, err=file is None)


class NotChecked(Failure):
    """A failure of the check itself, or of the disk: nothing was checked or stored.

    Exit status 2.
    """

    exit_code = 2


@contextmanager
def reported_errors(failure: type[Failure] = Failure) -> Iterator[None]:
    """Report a `GcmGraphError` as a `failure`, and a fault of the disk or of permissions with exit status 2."""
    try:
        yield
    except UnwritableError as error:
        raise NotChecked(error) from error
    except GcmGraphError as error:
        raise failure(error) from error
    except Exception as error:
        disk_failure = _disk_failure(error)
        if disk_failure is None:
            raise
        raise disk_failure from error


def with_settings(*names: str, failure: type[Failure] = Failure) -> Callable[[Command], Command]:
    """Decorate a command to receive `Settings` as first argument.

    They are read from flags, environment and settings file; `names` are additional settings that
    become flags of the command. Errors are reported by `reported_errors`.
    """
    flags = (*_EVERYWHERE, *names)

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def run(*args: Any, **kwargs: Any) -> Any:
            values = {name: kwargs.pop(name) for name in flags}
            given_values = {name: value for name, value in values.items() if value is not None}
            with reported_errors(failure):
                return command(Settings.read(flags=given_values), *args, **kwargs)

        decorated: Any = run
        for setting in fields(Settings):
            if setting.name in flags:
                decorated = _flag_of(setting)(decorated)
        return cast("Command", decorated)

    return decorate


def _disk_failure(error: Exception) -> NotChecked | None:
    """The report of a fault of the disk or of permissions; None for all other errors."""
    reason = disk_fault(error)
    if reason is None:
        return None
    file = "A file of the store"
    if isinstance(error, OSError):
        if not error.filename:
            return None
        file = f"'{error.filename}'"
    return NotChecked(UnwritableError(f"{file} cannot be read or written: {reason}."))


def _flag_of(setting: Field[Any]) -> Callable[[Any], Any]:
    """The option of a command for a setting."""
    default = setting.default or _EMPTY.get(setting.name, "none")
    variable = environment_name(setting.name)
    return click.option(
        flag_name(setting.name),
        setting.name,
        type=int if isinstance(setting.default, int) else str,
        default=None,
        help=f"{setting.metadata['help']} [env: {variable}; default: {default}]",
    )


def with_services(*names: str) -> Callable[[Command], Command]:
    """Decorate a command to receive the `Services` for contributions as first argument.

    `names` are settings that become flags of the command (`with_settings`).
    """

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def run(settings: Settings, *args: Any, **kwargs: Any) -> Any:
            from gcmgraph.cli.services import Services  # noqa: PLC0415

            return command(Services(settings), *args, **kwargs)

        return cast("Command", with_settings("contributions", "database", *names)(run))

    return decorate


def report_damaged(damaged: Collection[GcmGraphError]) -> None:
    """Print what could not be read, if anything; exit status 1 then."""
    for error in damaged:
        click.echo(f"error: {error}", err=True)
    if damaged:
        raise SystemExit(1)


def write_output(out: Path | None, data: bytes | str) -> None:
    """Write a whole file, or to the output."""
    if out is None:
        click.echo(data, nl=False)
    else:
        write_whole(out, data if isinstance(data, bytes) else data.encode())


#: Commands: the module of this package, empty for the reader of documents, and the line in the list
#: of commands.
COMMANDS = {
    "fetch": ("fetch", "Download documents and official data files, verified by hash."),
    "extract": ("", "Extract statements with evidence from a document."),
    "read": ("", "Propose, update or check readings of guidance pages."),
    "build": ("build", "Build, validate and store the dataset from the files of the repository."),
    "validate": ("validate", "Validate RDF files and spreadsheets against the shapes."),
    "load": ("build", "Add RDF files to the store."),
    "query": ("query", "Run a SPARQL query or a named query."),
    "reconcile": ("reconcile", "Match names in a table with resources of the graph."),
    "import": ("import_table", "Import files of the UN into the reference data."),
    "link": ("link", "Propose links to another dataset, or check link sets."),
    "suggest": ("suggest", "Suggest objectives, actions and other values for practices."),
    "contribution": (
        "contribution",
        "Submit and review contributions, and manage tokens and invitations.",
    ),
    "feedback": ("feedback", "List, answer and delete remarks of readers."),
    "publish": ("publish", "Send the graphs of the current version to a SPARQL server."),
    "verify": (
        "verify",
        "Check the database, and compare stored files with their recorded checksums.",
    ),
    "export": ("export", "Write the site and the data as static files."),
    "serve": ("serve", "Run the server."),
    "demo": ("demo", "Build and serve the graph that this package has, for a try."),
    "mcp": ("serve", "Answer an assistant over stdio."),
}

#: Commands that run until they are ended.
_LONG_LIVED = frozenset({"serve", "mcp"})

#: Modules without which the reader is not installed: itself, and what its extra installs.
_READER_MODULES = frozenset({"gcmreader", "pdfminer"})


class LazyGroup(click.Group):
    """A group whose commands are in modules that are imported when a command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands, in the order of first use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name; None if there is none."""
        if cmd_name not in COMMANDS:
            return None
        if cmd_name not in _LONG_LIVED:
            # most objects of the others stay until their end, and `build` searches for none
            gc.set_threshold(100_000, 50, 100)
        name, _ = COMMANDS[cmd_name]
        try:
            module = import_module(f"gcmgraph.cli.{name}") if name else import_reader("cli")
        except GcmGraphError as error:  # no reader is installed, or a table of the program is wrong
            raise Failure(error) from error
        for command in vars(module).values():
            if isinstance(command, click.Command) and command.name == cmd_name:
                return command
        raise LookupError(f"{module.__name__} has no command '{cmd_name}'")

    def main(self, *args: Any, **options: Any) -> Any:
        """Run a command. If its output cannot be written, report that and exit with status 2."""
        try:
            return super().main(*args, **options)
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
        hint = "Install its extra: pip install 'gcmgraph[reader]'."
        raise NoReaderError("The reader of documents is not installed.", hint=hint) from error


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gcmgraph")
def main() -> None:
    """GCM Graph: the UN Global Compact for Migration as linked data.

    Every command has the options --store, --base and --root. Every setting can also be an
    environment variable GCMGRAPH_… or a line of gcmgraph.toml. 'gcmgraph COMMAND --help' describes
    the options and exit status of a command.
    """


# names that click suggests for unknown ones
main.commands = dict.fromkeys(COMMANDS)  # type: ignore[assignment]
