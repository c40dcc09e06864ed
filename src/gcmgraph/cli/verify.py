"""`gcmgraph verify`: the database and the stored files, compared with what is recorded of them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from gcmgraph.cli.group import option, with_settings
from gcmgraph.cli.services import Services, dataset_of
from gcmgraph.integrity.status import write_status
from gcmgraph.integrity.verification import Folders, verify
from gcmgraph.settings import Settings


@click.command("verify")
@option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@with_settings("contributions", "database", "imports")
def verify_command(settings: Settings, as_json: bool) -> None:
    """Check the database of contributions, and compare stored files with their recorded checksums.

    Payloads of contributions are compared, too.

    Each damaged or missing file is named, with what restores it.

    Exit status: 0 if everything is in order, 1 if something is damaged.
    """
    folders = Folders(
        dataset_of(settings).path, Services(settings).database, Path(settings.imports)
    )
    findings = verify(folders, settings.addresses)
    reason = write_status(folders.store, findings)
    if reason:
        click.echo(f"The result cannot be stored in {folders.store}: {reason}.", err=True)
    if as_json:
        record = {"files": findings.files, "bytes": findings.bytes, "damaged": findings.members}
        click.echo(json.dumps(record, ensure_ascii=False, indent=1))
    else:
        for damage in findings.damages:
            click.echo(str(damage))
        outcome = f"{len(findings.damages):,} damaged" if findings.damages else "all in order"
        megabytes = findings.bytes / 1_000_000
        click.echo(f"{findings.files:,} files, {megabytes:,.1f} MB: {outcome}.")
    if findings.damages:
        sys.exit(1)
