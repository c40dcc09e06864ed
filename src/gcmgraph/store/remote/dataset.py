"""The dataset in a SPARQL server, which `--store URL` names.

A server has no versions side by side. A new version replaces the graphs that changed, one by one. Readers meanwhile see
some graphs new and others old, under a version name that marks this (`version_marker`). One process writes at a time
(`write_lock`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from gcmgraph.errors import StoreError
from gcmgraph.model.terms import IRI, Quad, Triple
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.canonical import serialize_canonical, sha256
from gcmgraph.rdfio.media import N_TRIPLES
from gcmgraph.store.port import DEFAULT_GRAPH_STAND_IN
from gcmgraph.store.remote.dialects import Access
from gcmgraph.store.remote.store import RemoteStore
from gcmgraph.store.remote.version_marker import Marker, marker_graph, read_marker
from gcmgraph.store.remote.write_lock import WriteClaim
from gcmgraph.store.versions.folder import OpenedVersion

#: Seconds for which the version that was read last counts as the current one.
LOOK_AGAIN = 1.0

_DIGEST = 16


class RemoteDataset:
    """The graphs of this project in a SPARQL server, among others."""

    def __init__(self, url: str, addresses: Addresses, access: Access | None = None) -> None:
        self.store = RemoteStore(url, access)
        self.url = url
        self._addresses = addresses
        self._seconds = (access or Access()).timeout
        self._marker_graph = marker_graph(addresses)
        self._version: str | None = None
        self._looked = float("-inf")

    def current_version(self) -> str | None:
        """The name of the version in the server, or None where nothing was built yet."""
        if time.monotonic() - self._looked > LOOK_AGAIN:
            marker = read_marker(self.store, self._addresses)
            self._version = marker.name if marker else None
            self._looked = time.monotonic()
        return self._version

    def current_state(self) -> str | None:
        """See `Dataset.current_state`: a version in a server has no files beside it."""
        return self.current_version()

    def open_current(self) -> RemoteStore:
        """The server. `StoreError` where nothing was built yet."""
        if self.current_version() is None:
            raise StoreError(f"There is no graph of ours in {self.url} yet.", hint="Run 'gcmgraph build' first.")
        return self.store

    def open_version(self) -> OpenedVersion:
        """The server, with the name of the version in it. `StoreError` where nothing was built yet."""
        store = self.open_current()
        return OpenedVersion(self._version or "", store)

    def reading(self) -> AbstractContextManager[None]:
        """See `Dataset.reading`."""
        return self.store.reading()

    def publish(
        self,
        version: str,
        quads: Iterable[Quad],
        files: Mapping[str, bytes],
        complete: Callable[[Path], None] = lambda _: None,
    ) -> None:
        """Make these quads the current version: replace graphs that changed, remove those of ours without quads.

        Other graphs remain. `files` and `complete` are for folders, and ignored. Raises `StoreError`, also where
        another process writes; the next call then continues where this one ended.
        """
        graphs = _by_graph(quads)
        digests = {name: _digest(triples) for name, triples in graphs.items()}
        with self._claimed() as claim:
            before = self._marker(version)
            sure: dict[str, str | None] = {
                name: digest if digests.get(name) == digest else None for name, digest in before.digests.items()
            }
            beside = before.beside - digests.keys()
            self._mark(Marker(version, True, {**dict.fromkeys(digests), **sure}, beside))
            gone = sorted(set(before.digests) - set(digests))
            changed = [name for name in graphs if sure.get(name) is None]
            for name in gone:
                claim.renew()
                self.store.drop_graph(IRI(name))
            for name in changed:
                self.store.replace_graph(IRI(name), graphs[name], claim.renew)
            whole = Marker(version, False, digests, beside)
            if changed or gone or before.loading:
                claim.renew()
                self.store.keep_union(whole.in_union)
            self._mark(whole)

    def add(self, quads: Iterable[Quad]) -> tuple[int, str]:
        """Add an operator's quads: the number of new ones, and the new name of the version.

        The next `publish` leaves them, unless they are in graphs of ours.
        """
        every = list(dict.fromkeys(quads))
        touched = {
            quad.graph_name.value if isinstance(quad.graph_name, IRI) else DEFAULT_GRAPH_STAND_IN for quad in every
        }
        with self._claimed():
            before = self._marker("empty")
            digests = {name: None if name in touched else digest for name, digest in before.digests.items()}
            beside = before.beside | (touched - digests.keys())
            version = sha256(before.version.encode() + serialize_canonical(every))[:_DIGEST]
            self._mark(Marker(before.version, True, digests, beside))
            count = len(self.store)
            self.store.load(every)
            added = len(self.store) - count
            # what was not whole before is not whole now
            self._mark(Marker(version, before.loading, digests, beside))
        return added, version

    def _claimed(self) -> WriteClaim:
        return WriteClaim(self.store, self._seconds)

    def _marker(self, version: str) -> Marker:
        """The marker in the server, or an empty one. `StoreError` where the union would mix with other triples."""
        marker = read_marker(self.store, self._addresses)
        if marker is None and not self.store.union_has_room():
            raise StoreError(
                f"The default graph of {self.url} holds triples of others, and the union of ours is kept there.",
                hint="Use a server of its own for this dataset, or move those triples to a graph with a name.",
            )
        return marker or Marker(version)

    def _mark(self, marker: Marker) -> None:
        self.store.replace_graph(self._marker_graph, marker.triples(self._addresses))
        self._looked = float("-inf")


def _by_graph(quads: Iterable[Quad]) -> dict[str, list[Triple]]:
    graphs: dict[str, list[Triple]] = {}
    for quad in dict.fromkeys(quads):
        if not isinstance(quad.graph_name, IRI):
            raise StoreError("A dataset in a SPARQL server has named graphs only.", hint="Give every triple a graph.")
        graphs.setdefault(quad.graph_name.value, []).append(quad.triple)
    return graphs


def _digest(triples: Iterable[Triple]) -> str:
    return sha256(serialize_canonical((Quad(*triple) for triple in triples), N_TRIPLES))[:_DIGEST]
