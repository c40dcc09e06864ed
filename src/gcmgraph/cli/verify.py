"""`gcmgraph verify`: compare stored files with their records."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from gcmgraph.cli.options import with_settings
from gcmgraph.settings import Settings


@click.command("verify")
@click.option("--repair", "repairing", is_flag=True, help="Write damaged files anew, where others determine them.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@with_settings("contributions", "database", "imports")
def command(settings: Settings, repairing: bool, as_json: bool) -> None:
    """Compare the files of the ledger, the store and the imports with the sizes and checksums recorded for them.

    Each damaged or missing file is named, with what restores it. Files of an older release are recorded.

    Exit status: 0 if all files are in order or were repaired, 1 if one is damaged.
    """
    from gcmgraph.cli.shared.contributions import database_of  # noqa: PLC0415
    from gcmgraph.cli.shared.stores import dataset_of  # noqa: PLC0415
    from gcmgraph.integrity.findings import Damage  # noqa: PLC0415
    from gcmgraph.integrity.status import write_status  # noqa: PLC0415
    from gcmgraph.integrity.verification import Folders, repair, verify  # noqa: PLC0415

    store = dataset_of(settings).path
    folders = Folders(store, database_of(settings), Path(settings.imports))
    found = verify(folders, settings.addresses)
    taken_over, repaired, errors = found.taken_over, list[Damage](), list[str]()
    if repairing and found.damages:
        found, repaired, errors = repair(folders, settings.addresses, found)
    if store.is_dir():
        try:
            write_status(store, found)
        except OSError as error:
            errors.append(f"The result cannot be stored in {store}: {error.strerror}.")
    for line in errors:
        click.echo(line, err=True)
    if as_json:
        record = {
            "files": found.files,
            "bytes": found.bytes,
            "damaged": [{"file": str(d.file), "flaw": d.flaw, "restore": d.restore} for d in found.damages],
            "repaired": [str(damage.file) for damage in repaired],
            "taken_over": {str(folder): count for folder, count in taken_over.items()},
        }
        click.echo(json.dumps(record, ensure_ascii=False, indent=1))
    else:
        for folder, count in taken_over.items():
            click.echo(f"{folder} is of an older release: {count:,} files were recorded.")
        for damage in repaired:
            click.echo(f"Repaired: {damage.file}, which {damage.flaw.replace('is ', 'was ', 1)}.")
        for damage in found.damages:
            click.echo(str(damage))
        outcome = f"{len(found.damages):,} damaged" if found.damages else "all in order"
        click.echo(f"{found.files:,} files, {found.bytes / 1_000_000:,.1f} MB: {outcome}.")
    if found.damages:
        sys.exit(1)
