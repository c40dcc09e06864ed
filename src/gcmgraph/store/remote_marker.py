"""What stands in a remote store about the dataset in it: a small graph, `{base}graph/version`.

    <{base}graph/version> owl:versionInfo "…" ; dct:hasPart <{base}graph/curated>, … .
    <{base}graph/curated> owl:versionInfo "…" .              the digest of what the graph was given
    <{base}graph/version> schema:creativeWorkStatus "loading" .   while it is not whole

A load writes it first with the status and last without. So an interrupted load is seen, and the next build
repairs it: a graph without a digest is sent again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gcmgraph.model.terms import IRI, Literal, Quad, Triple, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.store.port import Store

_LOADING = "loading"


@dataclass(frozen=True)
class Marker:
    """A version, whether it is whole, and the graphs that we put there, with their digests as far as sure."""

    version: str
    loading: bool = False
    digests: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The version; one that is not whole bears another name, so that nobody keeps what was read from it."""
        return f"{self.version}-{_LOADING}" if self.loading else self.version

    def triples(self, addresses: Addresses) -> list[Triple]:
        """The marker as RDF."""
        v, marker = Vocabulary(addresses), marker_graph(addresses)
        triples = [Triple(marker, v("owl:versionInfo"), Literal(self.version))]
        if self.loading:
            triples.append(Triple(marker, v("schema:creativeWorkStatus"), Literal(_LOADING)))
        for graph, digest in self.digests.items():
            triples.append(Triple(marker, v("dct:hasPart"), IRI(graph)))
            if digest is not None:
                triples.append(Triple(IRI(graph), v("owl:versionInfo"), Literal(digest)))
        return triples


def marker_graph(addresses: Addresses) -> IRI:
    """The name of the graph that holds the marker."""
    return IRI(addresses.graph("version"))


def read_marker(store: Store, addresses: Addresses) -> Marker | None:
    """The marker of a store, or None where there is none: nothing of ours was loaded."""
    v, marker = Vocabulary(addresses), marker_graph(addresses)
    said: dict[tuple[str, IRI], list[str]] = {}
    for quad in store.quads(graph=marker):
        said.setdefault((_value(quad.subject), quad.predicate), []).append(_value(quad.object))
    versions = said.get((marker.value, v("owl:versionInfo")))
    if not versions:
        return None
    digests = {
        graph: next(iter(said.get((graph, v("owl:versionInfo")), ())), None)
        for graph in sorted(said.get((marker.value, v("dct:hasPart")), ()))
    }
    return Marker(versions[0], (marker.value, v("schema:creativeWorkStatus")) in said, digests)


def _value(term: Quad | object) -> str:
    return term.value if isinstance(term, IRI | Literal) else str(term)
