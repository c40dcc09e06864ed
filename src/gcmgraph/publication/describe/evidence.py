"""Evidence of statements: passages of source documents (docs/model.md, "Evidence")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gcmgraph.model.terms import IRI, BlankNode, Literal, Term, Triple, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.store.port import Store

#: A page of a PDF as a fragment (RFC 3778): `page=3`.
_PAGE = re.compile(r"page=([1-9][0-9]{0,5})")


@dataclass(frozen=True)
class DocumentPassage:
    """A range of characters of a document. Offsets count Unicode code points; the end is exclusive."""

    iri: IRI
    #: the quotation; None if the text may not be shown
    exact: str | None
    start: int
    end: int
    source: IRI | None
    within: IRI | None
    kind: IRI | None
    language: str | None
    triples: frozenset[Triple]
    #: the page of the document, from 1
    page: int | None = None


@dataclass(frozen=True)
class Evidence:
    """A passage that supports a statement."""

    iri: IRI
    subject: IRI
    predicate: IRI
    object: Term
    passage: DocumentPassage
    triples: frozenset[Triple]


def evidence_key(evidence: IRI) -> str:
    """The fragment of the IRI of an evidence, equal for all passages that support one statement."""
    return evidence.value.rpartition("#")[2]


class EvidenceIndex:
    """Passages and evidence of one dataset version."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        v = Vocabulary(addresses)
        self._subject, self._predicate, self._object = v("rdf:subject"), v("rdf:predicate"), v("rdf:object")
        self._target, self._selector = v("oa:hasTarget"), v("oa:hasSelector")
        self._exact, self._start, self._end = v("oa:exact"), v("oa:start"), v("oa:end")
        self._fragment = v("rdf:value")
        self._has_source, self._part_of = v("oa:hasSource"), v("dct:isPartOf")
        self._type, self._language = v("dct:type"), v("dct:language")

    def about(self, subject: IRI) -> dict[tuple[IRI, Term], tuple[Evidence, ...]]:
        """The evidence of statements about a resource, by property and value, in the order of the text."""
        found: dict[tuple[IRI, Term], list[Evidence]] = {}
        for quad in self._store.quads(predicate=self._subject, object=subject):
            if isinstance(quad.subject, IRI) and (evidence := self._evidence(quad.subject)) is not None:
                found.setdefault((evidence.predicate, evidence.object), []).append(evidence)
        return {key: _in_text_order(evidence) for key, evidence in found.items()}

    def accounts(self, subject: IRI) -> Iterator[Triple]:
        """Statements about statements on a resource other than passages: an editor's reasons, provenance of a link."""
        for quad in self._store.quads(predicate=self._subject, object=subject):
            if isinstance(quad.subject, IRI):
                triples = list(self._triples(quad.subject))
                if all(triple.predicate != self._target for triple in triples):
                    yield from triples

    def from_passage(self, passage: IRI) -> tuple[Evidence, ...]:
        """The evidence that a passage gives."""
        subjects = (q.subject for q in self._store.quads(predicate=self._target, object=passage))
        found = (self._evidence(subject) for subject in subjects if isinstance(subject, IRI))
        return tuple(
            sorted(
                (evidence for evidence in found if evidence is not None),
                key=lambda e: (e.subject.value, e.predicate.value, str(e.object)),
            )
        )

    def passage(self, iri: IRI) -> DocumentPassage | None:
        """A passage, with its quotation and page if they are stated; None if its offsets are not."""
        triples = set(self._triples(iri))
        for selector in [triple.object for triple in triples if triple.predicate == self._selector]:
            if isinstance(selector, IRI):
                triples.update(self._triples(selector))
        values = {triple.predicate: triple.object for triple in triples}
        exact, start, end = (values.get(p) for p in (self._exact, self._start, self._end))
        if not (isinstance(start, Literal) and isinstance(end, Literal)):
            return None
        if not (start.value.isdecimal() and end.value.isdecimal()):
            return None
        language, fragment = values.get(self._language), values.get(self._fragment)
        page = _PAGE.fullmatch(fragment.value) if isinstance(fragment, Literal) else None
        source, within = _iri(values.get(self._has_source)), _iri(values.get(self._part_of))
        return DocumentPassage(
            iri,
            exact.value if isinstance(exact, Literal) else None,
            int(start.value),
            int(end.value),
            source,
            within if within != source else None,
            _iri(values.get(self._type)),
            language.value if isinstance(language, Literal) else None,
            frozenset(triples),
            int(page[1]) if page else None,
        )

    def _evidence(self, iri: IRI) -> Evidence | None:
        triples = frozenset(self._triples(iri))
        values = {triple.predicate: triple.object for triple in triples}
        subject, predicate = _iri(values.get(self._subject)), _iri(values.get(self._predicate))
        value, target = values.get(self._object), _iri(values.get(self._target))
        passage = self.passage(target) if target is not None else None
        if subject is None or predicate is None or not isinstance(value, IRI | BlankNode | Literal) or passage is None:
            return None
        return Evidence(iri, subject, predicate, value, passage, triples | passage.triples)

    def _triples(self, iri: IRI) -> Iterator[Triple]:
        return self._store.triples(iri)


def _iri(term: object) -> IRI | None:
    return term if isinstance(term, IRI) else None


def _in_text_order(evidence: list[Evidence]) -> tuple[Evidence, ...]:
    return tuple(sorted(evidence, key=lambda e: (e.passage.source is None, e.passage.iri.value, e.passage.start)))
