"""`gcmgraph import`: the UN's own files beside the reference data."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from gcmgraph.cli.options import with_settings
from gcmgraph.errors import DataError
from gcmgraph.settings import Settings

#: At most so many lines of a difference are printed of each side, unless all are asked for.
_SHOWN = 20


@click.command("import")
@click.argument("kind", type=click.Choice(["sdg", "unbis", "m49", "treaties"]))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--all", "all_lines", is_flag=True, help="Print the whole difference.")
@with_settings("imports")
def command(settings: Settings, kind: str, files: tuple[Path, ...], all_lines: bool) -> None:
    """Keep FILES, the UN's own as published, and print what changed against the last import.

    They are read by the next 'gcmgraph build', and by every one after it, until others of the kind are imported.
    """
    from gcmgraph.linking.imports import REFUSED, import_files  # noqa: PLC0415

    if kind in REFUSED:
        raise DataError(f"'{kind}' cannot be imported: {REFUSED[kind]}.")
    change = import_files(Path(settings.imports), kind, files, datetime.now(UTC).date().isoformat(), settings.addresses)
    for sign, quads in (("-", change.removed), ("+", change.added)):
        for quad in quads if all_lines else quads[:_SHOWN]:
            click.echo(f"{sign} {quad.triple}")
        if not all_lines and len(quads) > _SHOWN:
            click.echo(f"{sign} … and {len(quads) - _SHOWN:,} more (--all prints them)")
    if change.added or change.removed:
        click.echo(f"{len(change.added):,} statements more, {len(change.removed):,} fewer; run 'gcmgraph build'.")
    else:
        click.echo("Nothing changed since the last import.")
