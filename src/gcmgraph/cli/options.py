"""Options of every command, and the report of errors: one sentence, no traceback."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection
from dataclasses import fields
from typing import IO, Any, TypeVar, cast

import click

from gcmgraph.errors import GcmGraphError, UnwritableError
from gcmgraph.files import disk_fault
from gcmgraph.settings import Settings, environment_name, flag_name

Command = TypeVar("Command", bound=Callable[..., Any])

#: Settings that are options of every command.
_EVERYWHERE = ("store", "base", "root")

#: Description of an empty default, if it does not mean "none".
_EMPTY = {"root": "nearest repository at or above the working folder"}

#: The identifier of a contribution or remark.
IDENTIFIER = click.argument("identifier", metavar="ID")

#: The option for the token of a contributor or curator.
TOKEN = click.option(
    "--token",
    envvar="GCMGRAPH_TOKEN",
    required=True,
    help="Access token; preferably set as the environment variable GCMGRAPH_TOKEN.",
)


def arguments(*decorators: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Decorate a command with arguments and options that several commands have, in their order."""

    def decorate(command: Command) -> Command:
        return functools.reduce(lambda decorated, one: one(decorated), reversed(decorators), command)

    return decorate


class Failure(click.ClickException):
    """A user error: one sentence on standard error, exit status 1."""

    def __init__(self, error: GcmGraphError) -> None:
        super().__init__(str(error))

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence without a prefix: editors and CI systems link `file:line:` at its start."""
        click.echo(self.message, file=file, err=file is None)


class NotChecked(Failure):
    """A failure of the check itself, or of the disk: nothing was checked or stored. Exit status 2."""

    exit_code = 2


def with_settings(*names: str, failure: type[Failure] = Failure) -> Callable[[Command], Command]:
    """Decorate a command to receive `Settings`, read from flags, environment and settings file, as first argument.

    `names` are additional settings that become flags of the command. A `GcmGraphError` is reported as a `failure`, and
    a fault of the disk or of permissions with exit status 2.
    """

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def run(*args: Any, **kwargs: Any) -> Any:
            given = {name: value for name in (*_EVERYWHERE, *names) if (value := kwargs.pop(name)) is not None}
            try:
                return command(Settings.read(flags=given), *args, **kwargs)
            except UnwritableError as error:
                raise NotChecked(error) from error
            except GcmGraphError as error:
                raise failure(error) from error
            except Exception as error:
                if (reason := disk_fault(error)) is None or (isinstance(error, OSError) and not error.filename):
                    raise
                named = f"'{error.filename}'" if isinstance(error, OSError) else "A file of the store"
                raise NotChecked(UnwritableError(f"{named} cannot be read or written: {reason}.")) from error

        decorated: Any = run
        for setting in fields(Settings):
            if setting.name in (*_EVERYWHERE, *names):
                default = setting.default or _EMPTY.get(setting.name, "none")
                text = f"{setting.metadata['help']} [env: {environment_name(setting.name)}; default: {default}]"
                kind = int if isinstance(setting.default, int) else str
                decorated = click.option(flag_name(setting.name), setting.name, type=kind, default=None, help=text)(
                    decorated
                )
        return cast("Command", decorated)

    return decorate


def with_services(*names: str) -> Callable[[Command], Command]:
    """Decorate a command to receive the `Services` for contributions as first argument; see `with_settings`."""

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
