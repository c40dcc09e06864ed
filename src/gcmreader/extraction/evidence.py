"""Statements and the passages that support them.

`Evidenced` collects quads for a document's graph and, for each, one evidence node a passage: the passage has the
exact quotation (`oa:TextQuoteSelector`) and its offsets (`oa:TextPositionSelector`), see
https://www.w3.org/TR/annotation-model/#selectors. Everything has an IRI, so the output is the same every time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from gcmgraph.documents.texts import BlockKind
from gcmgraph.documents.views import Span
from gcmgraph.model.terms import IRI, Literal, Quad, Term, Vocabulary, text, typed
from gcmgraph.names import fold
from gcmgraph.namespaces import Addresses
from gcmgraph.readings.evidence import quote_selector, support_quads
from gcmreader.documents.outline import Outline

#: The preferred names known so far, by resource and language.
Preferred = Mapping[tuple[IRI, str], str]

_QUOTATION = "quotation"


def preferred_names(quads: Iterable[Quad], addresses: Addresses) -> dict[tuple[IRI, str], str]:
    """The preferred names in a graph, by resource and language; the first of each."""
    label = Vocabulary(addresses)("skos:prefLabel")
    names: dict[tuple[IRI, str], str] = {}
    for quad in quads:
        if quad.predicate == label and isinstance(quad.subject, IRI) and isinstance(quad.object, Literal):
            names.setdefault((quad.subject, quad.object.language or ""), quad.object.value)
    return names


class Evidenced:
    """Statements of one document, each with its passages."""

    def __init__(self, outline: Outline, addresses: Addresses, preferred: Preferred) -> None:
        self.outline = outline
        self._preferred = preferred
        self.v = Vocabulary(addresses)
        self.document = IRI(addresses.thing("source", outline.document.slug))
        self.graph = IRI(addresses.graph(f"source/{outline.document.slug}"))
        self._evidence_graph = IRI(addresses.graph("evidence"))
        self._kinds = addresses.thing("concept", "passage-kind/")
        self._statements: dict[tuple[IRI, IRI, Term], dict[Span, None]] = {}

    def state(self, subject: IRI, predicate: str, obj: Term, *spans: Span) -> None:
        """Say that the document says a triple, in these passages. `predicate` is a CURIE.

        A name is preferred only where none is yet in its language (https://www.w3.org/TR/skos-reference/#S14), and
        then in the spelling already known; another wording is an alternative name.
        """
        if not spans:
            raise ValueError(f"no evidence for {subject} {predicate} {obj}")
        if predicate == "skos:prefLabel" and isinstance(obj, Literal) and obj.language:
            known = self._preferred.get((subject, obj.language), obj.value)
            if fold(known).casefold() == fold(obj.value).casefold():
                obj = text(known, obj.language)
            else:
                predicate = "skos:altLabel"
        self._statements.setdefault((subject, self.v(predicate), obj), {}).update(dict.fromkeys(spans))

    def subjects(self) -> set[IRI]:
        """Everything that something was stated of."""
        return {subject for subject, _, _ in self._statements}

    def statements(self) -> Iterator[Quad]:
        """The statements, in the document's graph."""
        for subject, predicate, obj in self._statements:
            yield Quad(subject, predicate, obj, self.graph)

    def evidence(self) -> Iterator[Quad]:
        """Passages (all blocks of the document, and each quotation) and what they support."""
        blocks = {block.span: block.kind for block in self.outline.blocks}
        for span, kind in blocks.items():
            yield from self._passage(span, kind, self.document)
        quoted = dict.fromkeys(span for spans in self._statements.values() for span in spans)
        for span in quoted:
            if span not in blocks:
                around = next((block for block in blocks if span in block), None)
                yield from self._passage(span, _QUOTATION, self._iri(around) if around else self.document)
        for (subject, predicate, obj), spans in self._statements.items():
            for span in spans:
                yield from support_quads(self._iri(span), subject, predicate, obj, self.v, self._evidence_graph)

    def _iri(self, span: Span) -> IRI:
        return IRI(f"{self.document.value}/{span.start}-{span.end}")

    def _passage(self, span: Span, kind: BlockKind | str, whole: IRI) -> Iterator[Quad]:
        v, passage, content = self.v, self._iri(span), self.outline.document.text
        quote, position = IRI(f"{passage.value}#quote"), IRI(f"{passage.value}#position")
        about: list[tuple[IRI, str, Term]] = [
            (passage, "rdf:type", v("gcm:Passage")),
            (passage, "dct:type", IRI(self._kinds + kind)),
            (passage, "dct:isPartOf", whole),
            (passage, "dct:language", Literal(self.outline.language)),
            (passage, "oa:hasSource", self.document),
            (passage, "oa:hasSelector", quote),
            (passage, "oa:hasSelector", position),
            *quote_selector(quote, content, span.start, span.end),
            (position, "rdf:type", v("oa:TextPositionSelector")),
            (position, "oa:start", typed(str(span.start), "integer")),
            (position, "oa:end", typed(str(span.end), "integer")),
        ]
        for subject, predicate, obj in about:
            yield Quad(subject, v(predicate), obj, self._evidence_graph)
