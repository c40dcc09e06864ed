"""`gcmgraph import`: import files of the UN into the reference data."""

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


@click.command("import")
@click.argument("kind", type=click.Choice(["sdg", "treaties", "m49", "unbis", "iom"]))
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
    """Store FILES as published by the UN, and print the difference to the last import.

    Every following 'gcmgraph build' reads them, until other files of the same kind are imported. Without FILES, 'sdg'
    and 'iom' import the files of 'gcmgraph fetch'. 'unbis' reads the UN Library's Turtle, or JSON with its concepts.

    Exit status: 0 on success, 1 if the files cannot be read; the last import then remains.
    """
    from gcmgraph.linking.un_imports.files import ImportOptions  # noqa: PLC0415
    from gcmgraph.linking.un_imports.imported import import_files  # noqa: PLC0415
    from gcmgraph.linking.un_imports.known import ReferenceIndex  # noqa: PLC0415
    from gcmgraph.repository.layout import Repository  # noqa: PLC0415

    repository = Repository.find(settings.root)
    files = files or _fetched(settings, repository, kind)
    known = ReferenceIndex.of(repository.reference, settings.addresses)
    today = datetime.now(UTC).date().isoformat()
    change = import_files(
        Path(settings.imports), kind, files, today, known, ImportOptions(as_of, tuple(sorted(leave_out)))
    )
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
    from gcmgraph.linking.un_imports.imported import KINDS  # noqa: PLC0415
    from gcmgraph.sources.present import present_sources  # noqa: PLC0415
    from gcmgraph.sources.register import read_register, select  # noqa: PLC0415

    if not (names := KINDS[kind].sources):
        raise click.UsageError("Missing argument 'FILES...'.")
    register = select(read_register(repository, settings.addresses), names)
    present = present_sources(Path(settings.sources), register)
    if missing := [name for name in names if name not in present]:
        raise SourceError(
            f"Not fetched: {', '.join(missing)}.", hint=f"Run 'gcmgraph fetch {' '.join(names)}', or give FILES."
        )
    return tuple(present.values())
