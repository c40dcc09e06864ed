"""`gcmgraph contribution import`, `export` and `upgrade`: contents and tables of the database."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from gcmgraph.cli.group import FILE, report_damaged, with_services, with_settings
from gcmgraph.cli.services import Services
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.published_contributions import published_contributions, require_known
from gcmgraph.contributions.published_statements import published_state
from gcmgraph.contributions.transfer_export import export_folder, new_folder
from gcmgraph.contributions.transfer_import import import_folder
from gcmgraph.platform.errors import StoreError
from gcmgraph.publication.versions.dataset import open_dataset
from gcmgraph.rdf.canonical import serialize_canonical
from gcmgraph.rdf.media import write_whole
from gcmgraph.settings import Settings


@click.command("import")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@with_settings("contributions", "database")
def import_(settings: Settings, folder: Path) -> None:
    """Import the contributions, tokens, invitations and remarks of FOLDER into the database.

    FOLDER is the folder of an older release, or one that 'export' wrote. Files are compared with
    their recorded checksums; what is damaged is left and reported. What was imported before is
    left, too.

    Exit status: 0 if everything was imported, 1 if a file is damaged.
    """
    database = Database(settings.contributions_location, settings.addresses.base)
    result = import_folder(folder, database)
    click.echo(f"Imported into the database: {result}.")
    report_damaged(result.damaged)


@click.command("export")
@click.argument("folder", type=FILE)
@with_services()
def export(services: Services, folder: Path) -> None:
    """Write everything in the database to the new FOLDER.

    Public statements are written as N-Quads, and all contents as JSON and sent files.

    The folder has personal data and digests of tokens, and can be read by its owner only. 'import'
    reads it.

    Exit status: 0 if everything was written, 1 if a payload is damaged, if a file cannot be
    written, or if the database lacks contributions that are published in the store; nothing is
    stored in the last two cases.
    """
    addresses = services.settings.addresses
    dataset = open_dataset(services.settings.location)
    # a damaged store is no reason to have no backup; 'verify' reports the damage
    with suppress(StoreError):
        identifiers = published_contributions(dataset, addresses)
        require_known(
            services.ledger, identifiers, "An export would lack them; nothing was exported."
        )
    with new_folder(folder):
        result = export_folder(folder, services.database)
        public = serialize_canonical(published_state(services.ledger, addresses).quads)
        write_whole(folder / "published.nq", public)
    click.echo(f"Exported to {folder}: {result}.")
    report_damaged(result.damaged)


@click.command("upgrade")
@with_settings("contributions", "database")
def upgrade(settings: Settings) -> None:
    """Upgrade the database to the tables of this release. Make a backup before."""
    database = Database(settings.contributions_location, settings.addresses.base)
    database.upgrade()
    click.echo(f"{database.name} has the tables of this release.")


DATABASE_COMMANDS = (import_, export, upgrade)
