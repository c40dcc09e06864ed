"""`gcmgraph import`: the UN's own files beside the reference data."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gcmgraph.cli.options import with_settings
from gcmgraph.errors import DataError, SourceError
from gcmgraph.settings import Settings

if TYPE_CHECKING:
    from gcmgraph.repository.layout import Repository

#: At most so many lines of a difference are printed of each side, unless all are asked for.
_SHOWN = 20


@click.command("import")
@click.argument("kind", type=click.Choice(["sdg", "treaties", "m49", "unbis"]))
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--as-of", metavar="DAY", help="Treaties: the day the files were downloaded, such as 2026-11-24.")
@click.option("--leave-out", metavar="NAME", multiple=True, help="Treaties: a participant that is not known here.")
@click.option("--all", "all_lines", is_flag=True, help="Print the whole difference.")
@with_settings("imports", "sources")
def command(
    settings: Settings,
    kind: str,
    files: tuple[Path, ...],
    as_of: str | None,
    leave_out: tuple[str, ...],
    all_lines: bool,
) -> None:
    """Keep FILES, the UN's own as published, and print what changed against the last import.

    They are read by the next 'gcmgraph build', and by every one after it, until others of the kind are imported.
    Without FILES, 'sdg' imports those that 'gcmgraph fetch' brought.
    """
    from gcmgraph.linking.un_imports.files import ImportOptions  # noqa: PLC0415
    from gcmgraph.linking.un_imports.imported import REFUSED, import_files  # noqa: PLC0415
    from gcmgraph.linking.un_imports.known import ReferenceData  # noqa: PLC0415
    from gcmgraph.repository.layout import Repository  # noqa: PLC0415

    if kind in REFUSED:
        raise DataError(f"'{kind}' cannot be imported: {REFUSED[kind]}.")
    repository = Repository.find(settings.root)
    files = files or _fetched(settings, repository, kind)
    known = ReferenceData.of(repository.reference, settings.addresses)
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
        click.echo(f"{len(change.added):,} statements more, {len(change.removed):,} fewer; run 'gcmgraph build'.")
    else:
        click.echo("Nothing changed since the last import.")


def _fetched(settings: Settings, repository: Repository, kind: str) -> tuple[Path, ...]:
    """The fetched files of a kind. Raises `SourceError` where one is missing, `UsageError` where none is registered."""
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
