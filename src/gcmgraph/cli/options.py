"""What every command takes, and how errors are told: one clear sentence, no traceback."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import fields
from typing import IO, Any, TypeVar

import click

from gcmgraph.errors import GcmGraphError
from gcmgraph.settings import Settings, environment_name, flag_name

Command = TypeVar("Command", bound=Callable[..., Any])

#: Settings that every command takes as a flag.
_EVERYWHERE = ("store", "base", "root")


class Failure(click.ClickException):
    """A failure of the user's kind: its sentence on standard error, and exit status 1."""

    def __init__(self, error: GcmGraphError) -> None:
        super().__init__(str(error))

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence as it is: one that begins with `file:line:` is a link in editors and CI."""
        click.echo(self.message, file=file, err=file is None)


class NotChecked(Failure):
    """A failure of a check itself: what was to be checked was not."""

    exit_code = 2


def with_settings(*names: str, failure: type[Failure] = Failure) -> Callable[[Command], Command]:
    """Give a command the settings, from its flags, the environment and the settings file, as first argument.

    `names` are further settings that become flags of this command. An error ends it as a `failure`.
    """

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def run(*args: Any, **kwargs: Any) -> Any:
            given = {name: value for name in (*_EVERYWHERE, *names) if (value := kwargs.pop(name)) is not None}
            try:
                return command(Settings.read(flags=given), *args, **kwargs)
            except GcmGraphError as error:
                raise failure(error) from error

        decorated: Any = run
        for setting in fields(Settings):
            if setting.name in (*_EVERYWHERE, *names):
                text = f"{setting.metadata['help']} [{environment_name(setting.name)}; {setting.default or 'found'}]"
                kind = int if isinstance(setting.default, int) else str
                decorated = click.option(flag_name(setting.name), setting.name, type=kind, default=None, help=text)(
                    decorated
                )
        result: Command = decorated
        return result

    return decorate
