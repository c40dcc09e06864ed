"""`gcmgraph demo`: the graph of the files in this package, built and served for a try."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from gcmgraph.cli.group import option, reported_errors
from gcmgraph.platform.errors import SettingsError
from gcmgraph.platform.files import make_folder
from gcmgraph.publication.versions.inputs import inputs_of
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.repository.layout import Repository

#: Prefix of the environment variables of settings, which are not those of a demo.
_SETTINGS = "GCMGRAPH_"

_HOST = "127.0.0.1"


@click.command("demo")
@option(
    "--port",
    kind=click.IntRange(1, 65_535),
    default=8080,
    help="Port of this machine that the server listens on.",
)
def demo_command(port: int) -> None:
    """Build the graph of the files in this package and serve it to this machine, until Ctrl-C.

    No settings are read. The graph is built once, in about half a minute, into a folder of the
    user's cache; the next demo of the same files at the same port starts within seconds.

    Exit status: 0 after Ctrl-C, 1 if the server cannot listen on the port, 2 if a disk is full or
    files cannot be written.
    """
    with reported_errors():
        from gcmgraph.web.server import free_address  # noqa: PLC0415 - not for --help

        free_address(_HOST, port)  # before the build: a used port is refused at once
        repository = Repository.find()
        folder = _cache_folder(repository, port)
        make_folder(folder, private=True)
    public_url = f"http://{_HOST}:{port}/"
    common = ("--root", str(repository.root), "--public-url", public_url)
    if not (folder / "var" / "store" / "current").exists():
        click.echo(f"Building the graph in {folder} (about half a minute, once) …")
        build = _command("build", *common)
        built = subprocess.run(build, cwd=folder, env=_environment(), check=False)  # noqa: S603
        if built.returncode:
            raise SystemExit(built.returncode)
    serve = _command("serve", *common, "--host", _HOST, "--port", str(port), "--workers", "1")
    os.chdir(folder)
    os.execve(serve[0], serve, _environment())  # noqa: S606 - our own interpreter and module


def _cache_folder(repository: Repository, port: int) -> Path:
    """The folder of a demo: one for each release, state of the files, and address in the graph."""
    inputs = inputs_of(repository, Addresses(), "", Path(), {})
    name = f"demo-{inputs['release']}-{inputs['repository']}-{port}"
    return _user_cache() / "gcmgraph" / name


def _user_cache() -> Path:
    """The folder of the user's caches (https://specifications.freedesktop.org/basedir-spec/latest/)."""
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:
        raise SettingsError(
            "This user has no home folder for the graph of the demo.",
            hint="Set XDG_CACHE_HOME to a folder.",
        ) from None


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "gcmgraph", *arguments]


def _environment() -> dict[str, str]:
    """The environment without settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)}
