"""A source document as it was read: its passages in order, and what was read from each."""

from __future__ import annotations

from dataclasses import dataclass

from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.describe_evidence import Evidence, EvidenceIndex, Passage
from gcmgraph.store.port import Store


@dataclass(frozen=True)
class ReadPassage:
    """A passage, and the evidence that it and the quotations within it give."""

    passage: Passage
    evidence: tuple[Evidence, ...]


def read_passages(store: Store, addresses: Addresses, source: IRI) -> tuple[ReadPassage, ...]:
    """The outermost passages of a document in the order of the text, each with all that was read from it."""
    index = EvidenceIndex(store, addresses)
    passages = index.passages_of(source)
    by_iri = {passage.iri: passage for passage in passages}
    read: dict[IRI, list[Evidence]] = {passage.iri: [] for passage in passages if _outermost(passage, by_iri)}
    for passage in passages:
        read[_whole(passage, by_iri)].extend(index.from_passage(passage.iri))
    return tuple(ReadPassage(by_iri[iri], tuple(evidence)) for iri, evidence in read.items())


def _outermost(passage: Passage, by_iri: dict[IRI, Passage]) -> bool:
    return _whole(passage, by_iri) == passage.iri


def _whole(passage: Passage, by_iri: dict[IRI, Passage]) -> IRI:
    seen = {passage.iri}
    while passage.within in by_iri and passage.within not in seen:
        passage = by_iri[passage.within]
        seen.add(passage.iri)
    return passage.iri
