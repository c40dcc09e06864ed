"""The reconciliation of each dataset version that is served."""

from __future__ import annotations

from gcmgraph.publication.reconciliation.entities import Entities
from gcmgraph.publication.reconciliation.properties import Properties
from gcmgraph.publication.reconciliation.reconciler import Reconciler
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import PerVersion, Snapshot


def reconcilers(site: Site, indexes: PerVersion[SearchIndex]) -> PerVersion[Reconciler]:
    """Reconcilers by version."""

    def read(snapshot: Snapshot) -> Reconciler:
        entities = Entities(snapshot.store, site.addresses, snapshot.catalogue, snapshot.labels)
        properties = Properties(snapshot.store, site.addresses, entities)
        return Reconciler(entities, properties, indexes.of(snapshot))

    return PerVersion(read)
