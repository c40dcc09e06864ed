"""Verification of the database of contributions."""

from __future__ import annotations

from pathlib import Path

from gcmgraph.contributions.contribution import Contribution, State
from gcmgraph.contributions.errors import LedgerError
from gcmgraph.contributions.storage.database import Database
from gcmgraph.contributions.storage.ledger import RESTORE, Ledger
from gcmgraph.integrity.findings import Findings
from gcmgraph.model.terms import IRI, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.store.port import Store


def verify_database(database: Database, found: Findings, published: Store | None, addresses: Addresses) -> None:
    """Verify the rows and payloads of a database, and the decisions in the published graph, if there is one.

    At the start, without `whole`, nothing: every payload is verified whenever it is read.
    """
    if not found.whole:
        return
    folder, ledger = Path(database.name), Ledger(database)
    try:
        for flaw in database.check():
            found.add(folder, "", f"is damaged: {flaw}", RESTORE)
        for identifier in ledger.identifiers():
            found.files += 1
            try:
                contribution = ledger.find(identifier)
                parts = [ledger.content(contribution), ledger.report(contribution)]
                found.bytes += sum(map(len, parts))
                ledger.accepted_statements(contribution)
            except LedgerError as error:
                found.add(folder, identifier, f"is damaged: {error.message.rstrip('.')}", RESTORE)
            else:
                if published is not None:
                    _verify_published(ledger, contribution, found, published, addresses)
    except LedgerError as error:
        found.add(folder, "", f"cannot be read: {error.message.rstrip('.')}", RESTORE)


def _verify_published(
    ledger: Ledger, contribution: Contribution, found: Findings, published: Store, addresses: Addresses
) -> None:
    """Find a decision that the published graph does not show, and that is not marked as pending."""
    v, where = Vocabulary(addresses), IRI(addresses.graph("provenance"))
    activity = IRI(addresses.thing("contribution", contribution.id))
    graph = IRI(addresses.graph(f"contribution/{contribution.id}"))
    shown = next(published.quads(activity, v("rdf:type"), v("gcm:Contribution"), where), None) is not None
    stated = next(published.quads(graph=graph), None) is not None
    accepted = contribution.state is State.ACCEPTED
    differs = (contribution.was_published and not shown) or (stated and not accepted)
    if differs and contribution.id not in ledger.pending():
        what = f"is {contribution.state}, which is not published"
        found.add(Path(ledger.database.name), contribution.id, what, "Run 'gcmgraph build'.")
