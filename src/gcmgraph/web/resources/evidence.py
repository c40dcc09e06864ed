"""Evidence of the statements of one page: their origins, links to passages, and the words around a quotation."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache

from gcmgraph.publication.descriptions import (
    DocumentPassage,
    Evidence,
    EvidenceIndex,
    Fact,
    evidence_key,
)
from gcmgraph.publication.graph_notes import Notes
from gcmgraph.publication.provenance import (
    OriginKind,
    Origins,
    StatementEvidence,
    StatementOrigin,
)
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Term, Vocabulary
from gcmgraph.store.port import Store
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.translations.language_preference import preference
from gcmgraph.web.http.links import local_path, web_link

#: Maximum number of characters before and after a quotation.
_CONTEXT_LENGTH = 200

#: End of a sentence or a line.
_SENTENCE_END = re.compile(r"[.!?…؟。！？](?=\s)|\n")

#: Key of evidence that an address has without escapes.
_PLAIN_KEY = re.compile(r"[\w.-]+", re.ASCII)

#: Identity of a fact: subject, predicate, object, graphs.
_FactKey = tuple[IRI, IRI, Term, tuple[str, ...]]


class PageEvidence:
    """Evidence of the statements of one page."""

    def __init__(
        self, store: Store, addresses: Addresses, notes: Notes, language: str = SOURCE_LANGUAGE
    ) -> None:
        """`language`: that of the reader, whose quotations are first."""
        v = Vocabulary(addresses)
        self._addresses = addresses
        self._store = store
        self._file_property = v("dcat:downloadURL")
        self._page_property = v("foaf:page")
        self._language_rank = preference(language)
        self._origins = Origins(store, addresses, notes)
        self._passage = cache(EvidenceIndex(store, addresses).passage)
        self._origins_of: dict[_FactKey, tuple[StatementOrigin, ...]] = {}
        self._texts_of: dict[_FactKey, str] = {}

    def of(self, fact: Fact) -> tuple[StatementOrigin, ...]:
        """Origins of a statement, those with passages first; passages in the language of the reader first."""
        key = _fact_key(fact)
        if key not in self._origins_of:
            self._origins_of[key] = tuple(
                replace(origin, evidence=self._ordered(origin.evidence))
                for origin in self._origins.of(fact)
            )
        return self._origins_of[key]

    def written(self, fact: Fact, macro: Callable[..., str], *values: object) -> str:
        """The text of a macro about a statement, written once for the box above and the list of all statements."""
        key = _fact_key(fact)
        if key not in self._texts_of:
            self._texts_of[key] = macro(fact, *values)
        return self._texts_of[key]

    def _ordered(self, evidence: tuple[StatementEvidence, ...]) -> tuple[StatementEvidence, ...]:
        def rank(support: StatementEvidence) -> tuple[int, str]:
            return self._language_rank(support.evidence.passage.language or "")

        return tuple(sorted(evidence, key=rank))

    def graphs(self, facts: Iterable[Fact]) -> list[IRI]:
        """Graphs of some statements, without those of inferred statements."""
        graphs = {IRI(graph) for fact in facts for graph in fact.graphs if graph}
        asserted = [
            graph for graph in graphs if self._origins.kind(graph)[0] is not OriginKind.INFERRED
        ]
        return sorted(asserted, key=lambda graph: graph.value)

    def link(self, evidence: Evidence) -> str | None:
        """The path of the passage in the page of its document; None for an external document."""
        source = evidence.passage.source
        path = local_path(self._addresses, source.value) if source is not None else None
        return path + self.reference(evidence) if path is not None else None

    def published(self, passage: DocumentPassage) -> str | None:
        """The web address of the document of a passage; None where none is stated.

        A PDF opens at the page of the passage by its fragment, `#page=3`
        (https://www.rfc-editor.org/rfc/rfc3778#section-3).
        """
        if passage.source is None:
            return None
        if file_links := self._web_links(passage.source, self._file_property):
            has_page = passage.page and "#" not in file_links[0]
            return f"{file_links[0]}#page={passage.page}" if has_page else file_links[0]
        return next(iter(self._web_links(passage.source, self._page_property)), None)

    def _web_links(self, document: IRI, predicate: IRI) -> list[str]:
        """The web addresses that are values of a property of a document, sorted."""
        iris = (triple.object for triple in self._store.triples(document, predicate))
        links = (web_link(iri.value) for iri in iris if isinstance(iri, IRI))
        return sorted(link for link in links if link)

    def reference(self, evidence: Evidence) -> str:
        """The relative reference from the page of a document to a passage in it."""
        name = evidence.passage.name
        key = evidence_key(evidence.iri)
        query = f"statement={key}" if _PLAIN_KEY.fullmatch(key) else f"passage={name}"
        return f"?{query}#passage-{name}"

    def around(self, passage: DocumentPassage) -> tuple[str, str]:
        """The words of its sentence before and after a quotation, within its block."""
        block = self._passage(passage.within) if passage.within is not None else None
        text = (block.exact or "") if block is not None else ""
        offset = block.start if block is not None else 0
        begin = passage.start - offset
        end = passage.end - offset
        if begin < 0 or text[begin:end] != passage.exact:  # offsets of another text
            return "", ""
        return _sentence_begin(text[:begin]), _sentence_rest(text[end:])


def statement_key(subject: object, predicate: IRI, value: object, graph: IRI) -> str:
    """The key of a statement among those of its subject: twelve hexadecimal digits."""
    identity = f"{subject} {predicate} {value} {graph}".encode()
    return hashlib.blake2b(identity, digest_size=6).hexdigest()


def _fact_key(fact: Fact) -> _FactKey:
    return fact.subject, fact.predicate, fact.object, fact.graphs


def _sentence_begin(text: str) -> str:
    """The incomplete last sentence of a text, cut at the begin of a word where it is long.

    >>> _sentence_begin("Migrants were trained. In 2019, ")
    'In 2019, '
    """
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    sentence = text[ends[-1] :].lstrip() if ends else text
    if len(sentence) <= _CONTEXT_LENGTH:
        return sentence
    last_words = sentence[-_CONTEXT_LENGTH:]
    return f"… {last_words.partition(' ')[2] or last_words}"


def _sentence_rest(text: str) -> str:
    """The rest of the sentence in which a text begins, cut at the end of a word where it is long.

    >>> _sentence_rest(" were trained. In 2019,")
    ' were trained.'
    """
    end = _SENTENCE_END.search(text)
    sentence = text[: end.end()].rstrip("\n") if end else text
    if len(sentence) <= _CONTEXT_LENGTH:
        return sentence
    first_words = sentence[:_CONTEXT_LENGTH]
    return f"{first_words.rpartition(' ')[0] or first_words} …"
