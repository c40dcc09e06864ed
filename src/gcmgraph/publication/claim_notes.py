"""Notes of the editors on resources, and on statements that they dispute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gcmgraph.publication.descriptions import Fact, ResourceValues, choose
from gcmgraph.rdf.terms import IRI, Literal, Vocabulary
from gcmgraph.store.port import Store

_NOTE = "skos:editorialNote"


@dataclass(frozen=True)
class EditorsNote:
    """A note of the editors on a resource, or on one statement that they dispute."""

    about: IRI
    text: Literal
    disputes: bool = False


class EditorsNotes:
    """The notes of the editors in one dataset version."""

    def __init__(self, store: Store, vocabulary: Vocabulary) -> None:
        self._store = store
        self._v = vocabulary

    def disputing(self, fact: Fact, language: str) -> Iterator[EditorsNote]:
        """The notes in which the editors dispute a statement, in a language or the next best.

        Such a note is that of a resource with the subject, predicate and object of the statement.
        """
        for triple in self._store.triples(None, self._v("rdf:subject"), fact.subject):
            if not isinstance(triple.subject, IRI):
                continue
            dispute = ResourceValues(self._store, self._v, triple.subject)
            has_predicate = dispute.iri("rdf:predicate") == fact.predicate
            if has_predicate and fact.object in dispute.values("rdf:object"):
                note = choose(dispute.texts(_NOTE), language)
                if note:
                    yield EditorsNote(fact.subject, note, disputes=True)

    def about(self, iri: IRI, part: IRI | None, language: str) -> Iterator[EditorsNote]:
        """The notes on a resource, on its whole and on one of its parts, each in one language."""
        for resource, texts in self.texts(iri, part).items():
            note = choose(texts, language)
            if note:
                yield EditorsNote(resource, note)

    def texts(self, iri: IRI, part: IRI | None = None) -> Mapping[IRI, Sequence[Literal]]:
        """The notes on a resource, on the practice of which it is a part, and on one of its parts.

        They are in all languages, by resource.
        """
        wholes = [triple.object for triple in self._store.triples(iri, self._v("dct:isPartOf"))]
        return {
            resource: ResourceValues(self._store, self._v, resource).texts(_NOTE)
            for resource in (iri, *wholes, part)
            if isinstance(resource, IRI)
        }
