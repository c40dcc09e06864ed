"""`gcmgraph import`: a table that replaces one of the repository."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from gcmgraph.cli.group import FILE, option, with_settings
from gcmgraph.linking.imports import import_table
from gcmgraph.rdf.terms import Quad
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings

#: Maximum number of printed lines for each side of a difference, without `--all`.
_SIDE_LINES = 20


@click.command("import")
@click.argument("table", metavar="TABLE.csv", type=FILE)
@option(
    "--all",
    "all_lines",
    is_flag=True,
    help=f"Print the whole difference. [default: {_SIDE_LINES} lines of each side]",
)
@with_settings("imports")
def import_command(settings: Settings, table: Path, all_lines: bool) -> None:
    """Store a table, and print the difference to the last import.

    TABLE.csv has TABLE.csv-metadata.json beside it (CSV on the Web), which describes its columns
    and their statements.

    Every following 'gcmgraph build' reads it, until the same table is imported again. It replaces
    the table of the same name in data/reference or data/statistics.

    Exit status: 0 on success, 1 if the table cannot be read; the last import then remains.
    """
    repository = Repository.find(settings.root)
    today = datetime.now(UTC).date().isoformat()
    change = import_table(Path(settings.imports), table, today, repository, settings.addresses)
    for note in change.notes:
        click.echo(f"note: {note}", err=True)
    limit = None if all_lines else _SIDE_LINES
    _print_side("-", change.removed, limit)
    _print_side("+", change.added, limit)
    if change.added or change.removed:
        click.echo(
            f"{len(change.added):,} statements added, {len(change.removed):,} removed;"
            " run 'gcmgraph build'."
        )
    else:
        click.echo("Nothing changed since the last import.")


def _print_side(sign: str, quads: Sequence[Quad], limit: int | None) -> None:
    """Print one side of a difference, at most `limit` lines of it."""
    for quad in quads[:limit]:
        click.echo(f"{sign} {quad.triple}")
    if limit is not None and len(quads) > limit:
        click.echo(f"{sign} … and {len(quads) - limit:,} more (--all prints them)")
