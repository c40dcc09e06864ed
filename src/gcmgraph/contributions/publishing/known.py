"""Contributions that are published, compared with those of the ledger."""

from __future__ import annotations

from gcmgraph.contributions.errors import LedgerError
from gcmgraph.contributions.storage.ledger import Ledger
from gcmgraph.errors import StoreError
from gcmgraph.model.terms import IRI, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.parsing import stream_quads
from gcmgraph.store.versions.folder import DUMP, StoreFolder, require_whole


def published_contributions(dataset: StoreFolder, addresses: Addresses) -> set[str]:
    """The identifiers of the contributions that the current version describes; none before the first build.

    They are read from the dump where the index of a folder is damaged. Raises `StoreError` where both are.
    """
    if not dataset.current_version():
        return set()
    v, where = Vocabulary(addresses), IRI(addresses.graph("provenance"))
    kind, contribution = v("rdf:type"), v("gcm:Contribution")
    try:
        subjects = [quad.subject for quad in dataset.open_current().quads(None, kind, contribution, where)]
    except (StoreError, OSError):
        dump = dataset.current_folder() / DUMP
        try:
            require_whole(dump)
        except (StoreError, OSError):
            raise StoreError(
                f"The index and the dump of the version {dump.parent.name} are damaged.",
                hint="Restore them from a backup, or build into another 'store'.",
            ) from None
        subjects = [q.subject for q in stream_quads(dump) if (q.predicate, q.object) == (kind, contribution)]
    start = addresses.thing("contribution", "")
    return {subject.value.removeprefix(start) for subject in subjects if isinstance(subject, IRI)}


def require_known(ledger: Ledger, published: set[str]) -> None:
    """Raise `LedgerError` where contributions of another ledger are published."""
    if unknown := ledger.unknown(published):
        named = ", ".join(unknown[:3]) + (f" and {len(unknown) - 3} more" if len(unknown) > 3 else "")
        raise LedgerError(
            f"What is published has contributions that are not in {ledger.database.name}: {named}. "
            "A build would drop them; nothing was built.",
            hint="Set 'contributions' or 'database' to theirs; to leave them out, build into another 'store'.",
        )
