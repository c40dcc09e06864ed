"""The command group of the reader of documents."""

from __future__ import annotations

import click

from gcmreader.cli import extract, read, text


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    commands={"extract": extract.command, "read": read.command, "text": text.command},
)
@click.version_option(package_name="gcmgraph")
def main() -> None:
    """Read documents: their texts for the build, facts by rules, proposals for readings.

    Settings are those of gcmgraph. 'gcmreader COMMAND --help' describes the options and exit status of a command.
    """
