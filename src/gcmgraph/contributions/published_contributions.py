"""Contributions that a dataset version describes, compared with those of a ledger."""

from __future__ import annotations

from gcmgraph.contributions.ledger import Ledger
from gcmgraph.platform.errors import LedgerError, StoreError
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import stream_quads
from gcmgraph.rdf.terms import IRI, Vocabulary
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.store.version_files import DUMP, require_whole

#: Published contributions at most that a message lists where the ledger lacks them.
LISTED_UNKNOWN = 3


def published_contributions(dataset: StoreFolder, addresses: Addresses) -> set[str]:
    """The identifiers of the contributions that the current version describes.

    There are none before the first build. They are read from the dump where the index of a folder
    is damaged. Raises `StoreError` where both are.
    """
    if not dataset.current_version():
        return set()
    term = Vocabulary(addresses)
    rdf_type = term("rdf:type")
    contribution = term("gcm:Contribution")
    graph = IRI(addresses.graph("provenance"))
    try:
        quads = dataset.open_current().quads(None, rdf_type, contribution, graph)
        subjects = [quad.subject for quad in quads]
    except (StoreError, OSError):
        dump = dataset.current_folder() / DUMP
        try:
            require_whole(dump)
        except (StoreError, OSError):
            message = f"The index and the dump of the version {dump.parent.name} are damaged."
            raise StoreError(
                message, hint="Restore them from a backup, or build into another 'store'."
            ) from None
        subjects = [
            quad.subject
            for quad in stream_quads(dump)
            if quad.predicate == rdf_type and quad.object == contribution
        ]
    start = addresses.resource("contribution", "")
    return {subject.value.removeprefix(start) for subject in subjects if isinstance(subject, IRI)}


def list_unknown(ledger: Ledger, published: set[str]) -> str:
    """The published contributions that a ledger lacks, for a message; empty where it has all.

    Raises `LedgerError`.
    """
    unknown = sorted(published - set(ledger.identifiers()))
    names = ", ".join(unknown[:LISTED_UNKNOWN])
    if len(unknown) > LISTED_UNKNOWN:
        names += f" and {len(unknown) - LISTED_UNKNOWN} more"
    return names


def require_known(
    ledger: Ledger,
    published: set[str],
    consequence: str = "A build would drop them; nothing was built.",
) -> None:
    """Raise `LedgerError`, with the consequence, where a ledger lacks published contributions."""
    unknown = list_unknown(ledger, published)
    if unknown:
        raise LedgerError(
            f"What is published has contributions that are not in {ledger.database.name}: "
            f"{unknown}. {consequence}",
            hint="Set 'contributions' or 'database' to theirs; to leave them out, build into "
            "another 'store'.",
        )
