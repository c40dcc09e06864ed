"""The marker of a dataset in a server: a small graph, `{base}graph/version`.

    <{base}graph/version> <urn:x-gcmgraph:version> "…" ; <urn:x-gcmgraph:holds> <{base}graph/curated>, … .
    <{base}graph/curated> <urn:x-gcmgraph:version> "…" .           the digest of the triples sent to the graph
    <{base}graph/version> <urn:x-gcmgraph:status> "loading" .      while a load runs
    <{base}graph/version> <urn:x-gcmgraph:beside> <…> .            a graph that `gcmgraph load` filled

A load writes it first with the status and last without. So an interrupted load is noticed, and the next build repairs
it: a graph without a digest is sent again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gcmgraph.model.terms import IRI, Literal, Quad, Triple
from gcmgraph.namespaces import Addresses
from gcmgraph.store.port import Store

_LOADING = "loading"

#: Terms of no vocabulary, so that the marker is in no answer about the data.
_VERSION, _HOLDS, _STATUS, _BESIDE = (
    IRI(f"urn:x-gcmgraph:{name}") for name in ("version", "holds", "status", "beside")
)


@dataclass(frozen=True)
class Marker:
    """A version, whether it is whole, and the graphs that were loaded, with their digests where these are sure.

    `beside`: graphs that an operator loaded, which a build does not change.
    """

    version: str
    loading: bool = False
    digests: Mapping[str, str | None] = field(default_factory=dict)
    beside: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The version; one that is not whole has another name, so that nobody caches what was read from it."""
        return f"{self.version}-{_LOADING}" if self.loading else self.version

    def triples(self, addresses: Addresses) -> list[Triple]:
        """The marker as RDF."""
        marker = marker_graph(addresses)
        triples = [Triple(marker, _VERSION, Literal(self.version))]
        if self.loading:
            triples.append(Triple(marker, _STATUS, Literal(_LOADING)))
        for graph, digest in self.digests.items():
            triples.append(Triple(marker, _HOLDS, IRI(graph)))
            if digest is not None:
                triples.append(Triple(IRI(graph), _VERSION, Literal(digest)))
        triples += [Triple(marker, _BESIDE, IRI(graph)) for graph in sorted(self.beside)]
        return triples

    @property
    def in_union(self) -> frozenset[IRI]:
        """The graphs that a query without GRAPH sees."""
        return frozenset(map(IRI, self.digests.keys() | self.beside))


def marker_graph(addresses: Addresses) -> IRI:
    """The name of the graph that holds the marker."""
    return IRI(addresses.graph("version"))


def read_marker(store: Store, addresses: Addresses) -> Marker | None:
    """The marker of a store; None where no dataset was loaded."""
    marker = marker_graph(addresses)
    said: dict[tuple[str, IRI], list[str]] = {}
    for quad in store.quads(graph=marker):
        said.setdefault((_value(quad.subject), quad.predicate), []).append(_value(quad.object))
    versions = said.get((marker.value, _VERSION))
    if not versions:
        return None
    digests = {
        graph: next(iter(said.get((graph, _VERSION), ())), None)
        for graph in sorted(said.get((marker.value, _HOLDS), ()))
    }
    beside = frozenset(said.get((marker.value, _BESIDE), ()))
    return Marker(versions[0], (marker.value, _STATUS) in said, digests, beside)


def _value(term: Quad | object) -> str:
    return term.value if isinstance(term, IRI | Literal) else str(term)
