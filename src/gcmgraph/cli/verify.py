"""`gcmgraph verify`: compare stored files with their records."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from gcmgraph.cli.options import with_settings
from gcmgraph.settings import Settings


@click.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@with_settings("contributions", "database", "imports")
def command(settings: Settings, as_json: bool) -> None:
    """Have the database of contributions check itself, and compare payloads and files with their recorded checksums.

    Each damaged or missing file is named, with what restores it.

    Exit status: 0 if everything is in order, 1 if something is damaged.
    """
    from gcmgraph.cli.shared.contributions import database_of  # noqa: PLC0415
    from gcmgraph.cli.shared.stores import dataset_of  # noqa: PLC0415
    from gcmgraph.integrity.verification import Folders, verify  # noqa: PLC0415
    from gcmgraph.integrity.worker import write_status  # noqa: PLC0415

    folders = Folders(dataset_of(settings).path, database_of(settings), Path(settings.imports))
    found = verify(folders, settings.addresses)
    if folders.store.is_dir():
        try:
            write_status(folders.store, found)
        except OSError as error:
            click.echo(f"The result cannot be stored in {folders.store}: {error.strerror}.", err=True)
    if as_json:
        damaged = [{"file": str(d.file), "flaw": d.flaw, "restore": d.restore} for d in found.damages]
        record = {"files": found.files, "bytes": found.bytes, "damaged": damaged}
        click.echo(json.dumps(record, ensure_ascii=False, indent=1))
    else:
        for damage in found.damages:
            click.echo(str(damage))
        outcome = f"{len(found.damages):,} damaged" if found.damages else "all in order"
        click.echo(f"{found.files:,} files, {found.bytes / 1_000_000:,.1f} MB: {outcome}.")
    if found.damages:
        sys.exit(1)
