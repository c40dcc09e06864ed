"""Statements with the passages that support them, from locators.

A passage has its offsets and page always, and its words where the document is present with the same canonical text:
https://www.w3.org/TR/annotation-model/#selectors. Pages follow RFC 3778 (`page=3`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from gcmgraph.documents.document import Document
from gcmgraph.documents.texts import DocumentText
from gcmgraph.documents.views import Span
from gcmgraph.model.terms import IRI, Literal, Quad, Term, Vocabulary, typed
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.readings.model import DocumentVersion, Locator, Places

#: The specification that a page fragment conforms to.
_PDF_FRAGMENTS = "http://tools.ietf.org/rfc/rfc3778"
#: Characters of context stored before and after a quotation.
_CONTEXT = 32


class Statements:
    """Statements of one reading: those of its documents, each with evidence, and those of its editors."""

    def __init__(
        self,
        addresses: Addresses,
        documents: Mapping[str, DocumentVersion],
        present: Mapping[str, DocumentText],
    ) -> None:
        self.v = Vocabulary(addresses)
        self._addresses = addresses
        self._documents = documents
        self._present = present
        self._curated = IRI(addresses.graph("curated"))
        self._evidence_graph = IRI(addresses.graph("evidence"))
        self._stated: dict[Quad, None] = {}
        self._supported: dict[tuple[IRI, IRI, Term], dict[tuple[str, Locator], None]] = {}

    def source(self, language: str) -> IRI:
        """The IRI of the page's document in a language."""
        return IRI(self._addresses.thing("source", self._documents[language].slug))

    def source_graph(self, language: str) -> IRI:
        """The graph of statements of the page's document in a language."""
        return IRI(self._addresses.graph(f"source/{self._documents[language].slug}"))

    def state(self, subject: IRI, predicate: str, obj: Term, places: Places) -> None:
        """Add a statement of the documents that have a place for it. `predicate` is a CURIE."""
        for language in places:
            self._stated[Quad(subject, self.v(predicate), obj, self.source_graph(language))] = None
        self._support(subject, predicate, obj, places)

    def judge(self, subject: IRI, predicate: str, obj: Term, places: Places | None = None) -> None:
        """Add a statement in the editors' words, with the places that it sums up where there are any."""
        self._stated[Quad(subject, self.v(predicate), obj, self._curated)] = None
        self._support(subject, predicate, obj, places or {})

    def _support(self, subject: IRI, predicate: str, obj: Term, places: Places) -> None:
        supports = self._supported.setdefault((subject, self.v(predicate), obj), {})
        for language, locators in places.items():
            supports.update({(language, locator): None for locator in locators})

    def quads(self) -> Iterator[Quad]:
        """All statements, and their evidence."""
        yield from self._stated
        passages: dict[tuple[str, int, int], Locator] = {}
        for (subject, predicate, obj), places in self._supported.items():
            for language, locator in places:
                passages.setdefault((language, locator.start, locator.end), locator)
                passage = self._passage_iri(language, locator.start, locator.end)
                yield from support_quads(passage, subject, predicate, obj, self.v, self._evidence_graph)
        for (language, _, _), locator in passages.items():
            yield from self._passage(language, locator)

    def _passage_iri(self, language: str, start: int, end: int) -> IRI:
        return IRI(f"{self.source(language).value}/{start}-{end}")

    def _passage(self, language: str, locator: Locator) -> Iterator[Quad]:
        """The passage of a locator; nothing where a block of the document is the same passage."""
        span = Span(locator.start, locator.end)
        text = self._present.get(language)
        around = next((block for block in text.blocks if span in block.span), None) if text else None
        if around is not None and around.span == span:
            return
        whole = self._passage_iri(language, around.span.start, around.span.end) if around else self.source(language)
        yield from passage_quads(
            self._addresses,
            self.source(language),
            locator,
            "quotation",
            whole,
            language,
            text.document if text else None,
        )


def whole_text(words: str) -> str:
    """The text of an action without the mark that ends it, which documents set differently (`.`, `;`, none)."""
    return words.rstrip(" .;")


def passage_quads(
    addresses: Addresses,
    source: IRI,
    locator: Locator,
    kind: str,
    whole: IRI,
    language: str,
    document: Document | None,
) -> Iterator[Quad]:
    """A passage of a document with its selectors, in graph/evidence; with its words where `document` is given."""
    v, graph = Vocabulary(addresses), IRI(addresses.graph("evidence"))
    passage = IRI(f"{source.value}/{locator.start}-{locator.end}")
    position, page, quote = (IRI(f"{passage.value}#{name}") for name in ("position", "page", "quote"))
    about: list[tuple[IRI, str, Term]] = [
        (passage, "rdf:type", v("gcm:Passage")),
        (passage, "dct:type", IRI(addresses.thing("concept", f"passage-kind/{kind}"))),
        (passage, "dct:isPartOf", whole),
        (passage, "dct:language", Literal(language)),
        (passage, "oa:hasSource", source),
        (passage, "gcm:textSha256", Literal(locator.digest)),
        (passage, "oa:hasSelector", position),
        (position, "rdf:type", v("oa:TextPositionSelector")),
        (position, "oa:start", typed(str(locator.start), "integer")),
        (position, "oa:end", typed(str(locator.end), "integer")),
    ]
    if locator.page is not None:
        about += [
            (passage, "oa:hasSelector", page),
            (page, "rdf:type", v("oa:FragmentSelector")),
            (page, "rdf:value", Literal(f"page={locator.page}")),
            (page, "dct:conformsTo", IRI(_PDF_FRAGMENTS)),
        ]
    if document is not None:
        about += [
            (passage, "oa:hasSelector", quote),
            *quote_selector(quote, document.text, locator.start, locator.end),
        ]
    for subject, predicate, obj in about:
        yield Quad(subject, v(predicate), obj, graph)


def support_quads(passage: IRI, subject: IRI, predicate: IRI, obj: Term, v: Vocabulary, graph: IRI) -> Iterator[Quad]:
    """The evidence that a passage supports a statement: a node whose address is the passage's and the statement's."""
    key = hashlib.sha256(f"{subject} {predicate} {obj}".encode()).hexdigest()[:16]
    node = IRI(f"{passage.value}#evidence-{key}")
    for name, value in (
        ("rdf:type", v("gcm:Evidence")),
        ("rdf:type", v("rdf:Statement")),
        ("oa:hasTarget", passage),
        ("rdf:subject", subject),
        ("rdf:predicate", predicate),
        ("rdf:object", obj),
    ):
        yield Quad(node, v(name), value, graph)


def quote_selector(quote: IRI, content: str, start: int, end: int) -> Iterator[tuple[IRI, str, Term]]:
    """The facts of a quotation (subject, CURIE, value): the exact words of a text and some around them."""
    yield quote, "rdf:type", IRI(PREFIXES["oa"] + "TextQuoteSelector")
    yield quote, "oa:exact", Literal(content[start:end])
    yield quote, "oa:prefix", Literal(content[max(0, start - _CONTEXT) : start])
    yield quote, "oa:suffix", Literal(content[end : end + _CONTEXT])
