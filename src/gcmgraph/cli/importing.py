"""`gcmgraph import`: import tables, and files of the UN, into the reference data."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gcmgraph.cli.options import with_settings
from gcmgraph.errors import SourceError
from gcmgraph.settings import Settings

if TYPE_CHECKING:
    from gcmgraph.repository.layout import Repository

#: Maximum number of printed lines for each side of a difference, without `--all`.
_SHOWN = 20


#: Kinds of UN files, of which `linking.imports.stored` has the readers.
_KINDS = ("sdg", "treaties", "m49", "unbis", "iom")


class _KindOrTable(click.Choice[str]):
    """A kind of UN files, or the path of a CSV file."""

    def __init__(self) -> None:
        super().__init__(_KINDS)

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return value if value.lower().endswith(".csv") else super().convert(value, param, ctx)


@click.command("import")
@click.argument("kind", metavar="KIND|TABLE.csv", type=_KindOrTable())
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--as-of", metavar="DAY", help="Treaties: day of the download, such as 2026-11-24. Required for treaties."
)
@click.option(
    "--leave-out",
    metavar="NAME",
    multiple=True,
    help="Treaties: participant to ignore, because the reference data lack it. Repeatable.",
)
@click.option(
    "--all", "all_lines", is_flag=True, help=f"Print the whole difference. [default: {_SHOWN} lines of each side]"
)
@with_settings("imports", "sources")
def command(
    settings: Settings,
    kind: str,
    files: tuple[Path, ...],
    as_of: str | None,
    leave_out: tuple[str, ...],
    all_lines: bool,
) -> None:
    """Store a table, or FILES as published by the UN, and print the difference to the last import.

    TABLE.csv has TABLE.csv-metadata.json beside it (CSV on the Web), which describes its columns and their statements.
    KIND is a kind of UN files: sdg, treaties, m49, unbis or iom.

    Every following 'gcmgraph build' reads them, until the same table, or other files of the same kind, are imported.
    Without FILES, 'sdg' and 'iom' import the files of 'gcmgraph fetch'. 'unbis' reads the UN Library's Turtle, or JSON
    with its concepts.

    Exit status: 0 on success, 1 if the files cannot be read; the last import then remains.
    """
    from gcmgraph.linking.imports.reference import ImportOptions, ReferenceIndex  # noqa: PLC0415
    from gcmgraph.linking.imports.stored import import_files, import_table  # noqa: PLC0415
    from gcmgraph.repository.layout import Repository  # noqa: PLC0415

    repository, options = Repository.find(settings.root), ImportOptions(as_of, tuple(sorted(leave_out)))
    folder, today = Path(settings.imports), datetime.now(UTC).date().isoformat()
    if kind not in _KINDS and (files or options != ImportOptions()):
        raise click.UsageError("A table is imported alone and without options of treaties.")
    files = files if files or kind not in _KINDS else _fetched(settings, repository, kind)
    known = ReferenceIndex.of(repository, settings.addresses)
    if kind in _KINDS:
        change = import_files(folder, kind, files, today, known, options)
    else:
        change = import_table(folder, Path(kind), today, known)
    for note in change.notes:
        click.echo(f"note: {note}", err=True)
    for sign, quads in (("-", change.removed), ("+", change.added)):
        for quad in quads if all_lines else quads[:_SHOWN]:
            click.echo(f"{sign} {quad.triple}")
        if not all_lines and len(quads) > _SHOWN:
            click.echo(f"{sign} … and {len(quads) - _SHOWN:,} more (--all prints them)")
    if change.added or change.removed:
        click.echo(f"{len(change.added):,} statements added, {len(change.removed):,} removed; run 'gcmgraph build'.")
    else:
        click.echo("Nothing changed since the last import.")


def _fetched(settings: Settings, repository: Repository, kind: str) -> tuple[Path, ...]:
    """Fetched files of a kind. Raises `SourceError` if one is missing, `UsageError` if none is registered."""
    from gcmgraph.linking.imports.stored import KINDS  # noqa: PLC0415
    from gcmgraph.sources.register import (  # noqa: PLC0415
        present_sources,
        read_register,
        select,
    )

    if not (names := KINDS[kind].sources):
        raise click.UsageError("Missing argument 'FILES...'.")
    register = select(read_register(repository, settings.addresses), names)
    present = present_sources(Path(settings.sources), register)
    if missing := [name for name in names if name not in present]:
        raise SourceError(
            f"Not fetched: {', '.join(missing)}.", hint=f"Run 'gcmgraph fetch {' '.join(names)}', or give FILES."
        )
    return tuple(present.values())
