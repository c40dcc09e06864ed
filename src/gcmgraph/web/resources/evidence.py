"""Evidence of the statements of a page: origins, quotations, links to documents."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from gcmgraph.model.terms import IRI, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.describe.description import Fact
from gcmgraph.publication.describe.evidence import DocumentPassage, Evidence, EvidenceIndex
from gcmgraph.publication.describe.graph_notes import Notes
from gcmgraph.publication.describe.provenance import OriginKind, Origins, Proof, StatementOrigin
from gcmgraph.store.port import Store
from gcmgraph.translations.languages import SOURCE_LANGUAGE, preference
from gcmgraph.web.http.urls import foreign_link, local_path
from gcmgraph.web.resources.source_document import passage_reference

#: Maximum number of characters before and after a quotation.
_AROUND = 200

#: End of a sentence or a line.
_STOP = re.compile(r"[.!?…؟。！？](?=\s)|\n")


@dataclass(frozen=True)
class Quotation:
    """A quotation in its sentence."""

    before: str
    exact: str
    after: str


class PageEvidence:
    """Evidence of the statements of one page."""

    def __init__(self, store: Store, addresses: Addresses, notes: Notes, language: str = SOURCE_LANGUAGE) -> None:
        """`language`: that of the reader, whose quotations are first."""
        self._addresses = addresses
        self._rank = preference(language)
        self._origins = Origins(store, addresses, notes)
        self._index = EvidenceIndex(store, addresses)
        self._blocks: dict[IRI, tuple[str, int] | None] = {}
        self._store = store
        v = Vocabulary(addresses)
        self._files, self._pages = v("dcat:downloadURL"), v("foaf:page")

    def of(self, fact: Fact) -> tuple[StatementOrigin, ...]:
        """Origins of a statement, those with passages first; passages in the language of the reader first."""
        return tuple(replace(origin, proofs=self._ordered(origin.proofs)) for origin in self._origins.of(fact))

    def _ordered(self, proofs: tuple[Proof, ...]) -> tuple[Proof, ...]:
        return tuple(sorted(proofs, key=lambda proof: self._rank(proof.evidence.passage.language or "")))

    def graphs(self, facts: Iterable[Fact]) -> list[IRI]:
        """Graphs of some statements, without those of inferred statements."""
        found = {IRI(graph) for fact in facts for graph in fact.graphs if graph}
        stated = [graph for graph in found if self._origins.kind(graph)[0] is not OriginKind.INFERRED]
        return sorted(stated, key=lambda graph: graph.value)

    def link(self, evidence: Evidence) -> str | None:
        """The path of the passage in the page of its document; None for an external document."""
        source = evidence.passage.source
        path = local_path(self._addresses, source.value) if source is not None else None
        return path + passage_reference(evidence) if path is not None else None

    def published(self, passage: DocumentPassage) -> str | None:
        """The web address of the document of a passage; None where none is stated.

        A PDF opens at the page of the passage by its fragment, `#page=3` (https://www.rfc-editor.org/rfc/rfc3778#section-3).
        """
        if passage.source is None:
            return None
        for predicate in (self._files, self._pages):
            stated = (triple.object for triple in self._store.triples(passage.source, predicate))
            links = sorted(link for iri in stated if isinstance(iri, IRI) and (link := foreign_link(iri.value)))
            if links:
                at_page = predicate == self._files and passage.page and "#" not in links[0]
                return f"{links[0]}#page={passage.page}" if at_page else links[0]
        return None

    def reference(self, evidence: Evidence) -> str:
        """The relative reference from the page of a document to a passage in it."""
        return passage_reference(evidence)

    def quotation(self, evidence: Evidence) -> Quotation | None:
        """The quotation in its sentence, within its block; None for a passage without text."""
        passage = evidence.passage
        if passage.exact is None:
            return None
        block = self._block(passage.within) if passage.within is not None else None
        if block is None:
            return Quotation("", passage.exact, "")
        text, start = block
        begin, end = passage.start - start, passage.end - start
        if begin < 0 or text[begin:end] != passage.exact:  # offsets of another text
            return Quotation("", passage.exact, "")
        return Quotation(_tail(text[:begin]), passage.exact, _head(text[end:]))

    def _block(self, iri: IRI) -> tuple[str, int] | None:
        if iri not in self._blocks:
            passage = self._index.passage(iri)
            words = passage.exact if passage is not None else None
            self._blocks[iri] = (words, passage.start) if passage is not None and words is not None else None
        return self._blocks[iri]


def _tail(text: str) -> str:
    """The incomplete last sentence of a text."""
    stops = [stop.end() for stop in _STOP.finditer(text)]
    tail = text[stops[-1] :].lstrip() if stops else text
    return tail if len(tail) <= _AROUND else f"… {tail[-_AROUND:].partition(' ')[2] or tail[-_AROUND:]}"


def _head(text: str) -> str:
    """The rest of the sentence in which a text begins."""
    stop = _STOP.search(text)
    head = text[: stop.end()].rstrip("\n") if stop else text
    return head if len(head) <= _AROUND else f"{head[:_AROUND].rpartition(' ')[0] or head[:_AROUND]} …"
