"""The graphs of a dump, and the marker of a version in a server: a small graph, `{base}graph/version`.

    <{base}graph/version> <urn:x-gcmgraph:version> "…" ; <urn:x-gcmgraph:holds> <{base}graph/curated>, … .
    <{base}graph/curated> <urn:x-gcmgraph:version> "…" .           the digest of the triples sent to the graph
    <{base}graph/version> <urn:x-gcmgraph:status> "loading" .      while a version is written

A writer writes it first with the status, and last without. A graph without a digest is sent again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gcmgraph.model.terms import IRI, Literal, Triple
from gcmgraph.store.port import DEFAULT_GRAPH_STAND_IN

_DIGEST = 16

#: End of a line; start of the label of a blank node, which may also occur in a literal.
_END, BLANK = b" .\n", b"_:"

#: The name of a graph; the end of a literal with a datatype has a quotation mark.
_IRI = re.compile(rb'<[^<>"]*>')

#: Terms of no vocabulary, so that the marker is in no answer about the data.
_VERSION, _HOLDS, _STATUS = (f"urn:x-gcmgraph:{name}" for name in ("version", "holds", "status"))


def lines_by_graph(dump: bytes) -> dict[str, list[bytes]]:
    """Lines of N-Triples by graph, of canonical N-Quads; triples of no graph have a graph of their own."""
    graphs: dict[str, list[bytes]] = {}
    for line in dump.splitlines(keepends=True):
        triple, _, last = line.removesuffix(_END).rpartition(b" ")
        named = _IRI.fullmatch(last) is not None and b" " in triple[triple.index(b" ") + 1 :]
        name = last[1:-1].decode() if named else DEFAULT_GRAPH_STAND_IN
        graphs.setdefault(name, []).append(triple + _END if named else line)
    return graphs


def joined(graphs: Mapping[str, list[bytes]]) -> bytes:
    """Canonical N-Quads of the lines of graphs, as `lines_by_graph` returns them."""
    lines = list(graphs.get(DEFAULT_GRAPH_STAND_IN, ()))
    named = {f" <{name}> .\n": found for name, found in graphs.items() if name != DEFAULT_GRAPH_STAND_IN}
    for end in sorted(named):
        lines += [line.removesuffix(_END) + end.encode() for line in named[end]]
    return b"".join(lines)


def digest_of(lines: Iterable[bytes]) -> str:
    """A digest of the lines of a graph."""
    found = hashlib.sha256()
    for line in lines:
        found.update(line)
    return found.hexdigest()[:_DIGEST]


@dataclass(frozen=True)
class Marker:
    """A version, whether it is still being written, and its graphs, with their digests where these are sure."""

    version: str
    loading: bool = False
    digests: Mapping[str, str | None] = field(default_factory=dict)

    def lines(self, graph: str) -> list[bytes]:
        """The marker as N-Triples, for the graph of this name."""
        marker = IRI(graph)
        triples = [Triple(marker, IRI(_VERSION), Literal(self.version))]
        if self.loading:
            triples.append(Triple(marker, IRI(_STATUS), Literal("loading")))
        for name, digest in self.digests.items():
            triples.append(Triple(marker, IRI(_HOLDS), IRI(name)))
            if digest is not None:
                triples.append(Triple(IRI(name), IRI(_VERSION), Literal(digest)))
        return [f"{triple} .\n".encode() for triple in triples]

    @classmethod
    def read(cls, triples: Iterable[Triple], graph: str) -> Marker | None:
        """The marker in the graph of this name; None where no version was written."""
        found = set(values(triples))
        version = next((value for name, about, value in found if (name, about) == (graph, _VERSION)), None)
        if version is None:
            return None
        digests = {name: value for name, about, value in found if about == _VERSION}
        held = sorted(value for name, about, value in found if (name, about) == (graph, _HOLDS))
        loading = any(about == _STATUS for _, about, _ in found)
        return cls(version, loading, {name: digests.get(name) for name in held})


def values(triples: Iterable[Triple]) -> Iterator[tuple[str, str, str]]:
    """The values of terms of triples about servers, which have no other terms than IRIs and literals."""
    for subject, predicate, object_ in triples:
        if isinstance(subject, IRI) and isinstance(object_, IRI | Literal):
            yield subject.value, predicate.value, object_.value
