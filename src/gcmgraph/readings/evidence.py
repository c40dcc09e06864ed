"""Statements with the passages that support them.

A passage has its offsets and page always, and its words where the document is present with the same
canonical text: https://www.w3.org/TR/annotation-model/#selectors. Pages follow RFC 3778 (`page=3`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.templates import Templates
from gcmgraph.rdf.terms import IRI, Literal, Quad, Term, Values, Vocabulary, text, typed
from gcmgraph.readings.files import DocumentVersion
from gcmgraph.readings.forms import Texts
from gcmgraph.readings.locators import Locator, Places
from gcmgraph.sources.register import Source
from gcmgraph.sources.source_texts import DocumentText, Span
from gcmgraph.translations import Message

#: Title of the graph with the statements of a document.
GRAPH_TITLE = Message("Facts stated by the document {document}")
#: Characters of context stored before and after a quotation.
CONTEXT = 32
#: Number of hexadecimal digits of a hash in the address of evidence.
EVIDENCE_DIGITS = 16

#: Variables of the template of a document that may have no value.
_OPTIONAL_VALUES = (
    "edition",
    "characters",
    "kind",
    "language",
    "title",
    "holder",
    "rights",
    "format",
    "page",
    "address",
)


@dataclass(frozen=True)
class _Triple:
    """A statement without its graphs."""

    subject: IRI
    predicate: IRI
    object: Term

    @property
    def key(self) -> str:
        """Hash of the statement for the address of its evidence."""
        statement = f"{self.subject} {self.predicate} {self.object}"
        return hashlib.sha256(statement.encode()).hexdigest()[:EVIDENCE_DIGITS]


class Statements:
    """Statements of one reading: those of its documents, with evidence, and of its editors."""

    def __init__(
        self,
        addresses: Addresses,
        documents: Mapping[str, DocumentVersion],
        present: Mapping[str, DocumentText],
    ) -> None:
        """Take the documents of the reading by language, and the texts of those present."""
        self.v = Vocabulary(addresses)
        self._templates = Templates("readings/evidence.trig", addresses)
        self.addresses = addresses
        self._documents = documents
        self._present = present
        self._stated: dict[Quad, None] = {}
        #: the places of each statement, in order and each once: language and locator
        self._places_of_triples: dict[_Triple, dict[tuple[str, Locator], None]] = {}

    def iri(self, kind: str, local: str) -> IRI:
        """The address of a resource."""
        return IRI(self.addresses.resource(kind, local))

    def source(self, language: str) -> IRI:
        """The IRI of the document in a language."""
        return self.iri("source", self._documents[language].slug)

    def state(self, subject: IRI, predicate: str, obj: Term, places: Places) -> None:
        """Add a statement of the documents that have a place for it. `predicate` is a CURIE."""
        for language in places:
            graph = f"source/{self._documents[language].slug}"
            self._stated[self._quad(graph, subject, predicate, obj)] = None
        self._support(subject, predicate, obj, places)

    def node(self, subject: IRI, predicate: str, name: str, kind: str, places: Places) -> IRI:
        """State that a subject has a node of a class, whose address is below its own."""
        node = IRI(f"{subject.value}#{name}")
        self.state(subject, predicate, node, places)
        self.state(node, "rdf:type", self.v(kind), places)
        return node

    def money(self, node: IRI, places: Places, value: str, currency: str) -> None:
        """State an amount with its currency."""
        self.state(node, "rdf:type", self.v("schema:MonetaryAmount"), places)
        self.state(node, "schema:value", numeric(value), places)
        self.state(node, "schema:currency", Literal(currency), places)

    def judge(self, subject: IRI, predicate: str, obj: Term, places: Places | None = None) -> None:
        """Add a statement in the editors' words, with the places that it sums up, if any."""
        self._stated[self._quad("curated", subject, predicate, obj)] = None
        self._support(subject, predicate, obj, places or {})

    def _support(self, subject: IRI, predicate: str, obj: Term, places: Places) -> None:
        triple = _Triple(subject, self.v(predicate), obj)
        places_of_triple = self._places_of_triples.setdefault(triple, {})
        for language, locators in places.items():
            for locator in locators:
                places_of_triple[language, locator] = None

    def quads(self) -> Iterator[Quad]:
        """All statements, and their evidence.

        For each passage of a statement a node, whose address is that of the passage and of the
        statement.
        """
        yield from self._stated
        passages: dict[tuple[str, int, int], Locator] = {}
        for triple, places in self._places_of_triples.items():
            for language, locator in places:
                passages.setdefault((language, locator.start, locator.end), locator)
                passage = self._passage_iri(language, locator)
                yield from self._templates.fill_in(
                    "evidence",
                    "evidence",
                    node=IRI(f"{passage.value}#evidence-{triple.key}"),
                    passage=passage,
                    subject=triple.subject,
                    predicate=triple.predicate,
                    object=triple.object,
                )
        for (language, _, _), locator in passages.items():
            yield from self._quotation(language, locator)

    def document_quads(
        self,
        language: str,
        title: str | None,
        edition: str | None,
        source: Source | None,
        *,
        described: bool = False,
    ) -> Iterator[Quad]:
        """A document in graph/provenance, and, where it is present, every block of it as a passage.

        `edition` is the edition of the Compact's text that it has, if any (`Wordings`), `source`
        its row in the register. `described`: the table of the repository's own documents states
        what it is and under which rights.
        """
        version = self._documents[language]
        document_text = self._present.get(language)
        values: dict[str, Values] = dict.fromkeys(_OPTIONAL_VALUES)
        if not described:
            values |= _description(language, title, source)
        if source is not None:
            values |= _file_values(source)
        if edition:
            values["edition"] = f"concept:edition/{edition}"
        if document_text is not None:
            characters = len(document_text.document.text)
            values["characters"] = typed(str(characters), "integer")
        yield from self._templates.fill_in(
            "provenance",
            "document",
            document=self.source(language),
            graph=IRI(self.addresses.graph(f"source/{version.slug}")),
            graphTitle=GRAPH_TITLE.texts(document=version.slug),
            graphRights=text(source.rights, "en") if source else None,
            sha256=Literal(version.sha256),
            textSha256=Literal(version.text_sha256),
            **values,
        )
        if document_text is not None:
            yield from self._block_passages(language, document_text)

    def _block_passages(self, language: str, document_text: DocumentText) -> Iterator[Quad]:
        """Every block of a document as a passage."""
        document = self.source(language)
        for block in document_text.blocks:
            locator = Locator.of(document_text.document, block.span.start, block.span.end)
            yield from self._passage(language, locator, block.kind, document)

    def note(self, language: str, words: Texts) -> Iterator[Quad]:
        """A note on a document, in graph/provenance."""
        yield from self._templates.fill_in(
            "provenance", "note", document=self.source(language), note=words
        )

    def _quad(self, graph: str, subject: IRI, predicate: str, obj: Term) -> Quad:
        return Quad(subject, self.v(predicate), obj, IRI(self.addresses.graph(graph)))

    def _passage_iri(self, language: str, span: Locator | Span) -> IRI:
        return IRI(f"{self.source(language).value}/{span.start}-{span.end}")

    def _quotation(self, language: str, locator: Locator) -> Iterator[Quad]:
        """The passage of a locator; nothing where a block of the document is the same passage."""
        span = Span(locator.start, locator.end)
        block_span = self._block_around(language, span)
        if block_span is None:
            yield from self._passage(language, locator, "quotation", self.source(language))
        elif block_span != span:
            block = self._passage_iri(language, block_span)
            yield from self._passage(language, locator, "quotation", block)

    def _block_around(self, language: str, span: Span) -> Span | None:
        """The span of the block of a document that has a span.

        None where the document is absent.
        """
        document_text = self._present.get(language)
        for block in document_text.blocks if document_text else ():
            if span in block.span:
                return block.span
        return None

    def _passage(self, language: str, locator: Locator, kind: str, whole: IRI) -> Iterator[Quad]:
        """A passage of a document with its selectors, in graph/evidence."""
        passage = self._passage_iri(language, locator)
        document_text = self._present.get(language)
        words = document_text.document.text if document_text else ""
        start = locator.start
        end = locator.end
        return self._templates.fill_in(
            "evidence",
            "passage",
            passage=passage,
            kind=f"concept:passage-kind/{kind}",
            whole=whole,
            language=Literal(language),
            source=self.source(language),
            textSha256=Literal(locator.digest),
            start=typed(str(start), "integer"),
            end=typed(str(end), "integer"),
            page=None if locator.page is None else IRI(f"{passage.value}#page"),
            fragment=Literal(f"page={locator.page}"),
            quote=IRI(f"{passage.value}#quote") if document_text else None,
            exact=Literal(words[start:end]),
            prefix=Literal(words[max(0, start - CONTEXT) : start]),
            suffix=Literal(words[end : end + CONTEXT]),
        )


def _description(language: str, title: str | None, source: Source | None) -> dict[str, Values]:
    """Kind, language, title and rights of a document, for the template of a document."""
    values: dict[str, Values] = {
        "kind": "gcm:SourceDocument",
        "language": Literal(language),
        "title": {language: title} if title else None,
    }
    if source is not None:
        values["holder"] = f"organisation:{source.rights_holder}"
        values["rights"] = text(source.rights, "en")
    return values


def _file_values(source: Source) -> dict[str, Values]:
    """The media type and the addresses of a document, for the template of a document."""
    return {
        "format": Literal(source.media_type),
        "page": IRI(source.landing_page),
        "address": IRI(source.published) if isinstance(source.published, str) else None,
    }


def numeric(lexical_form: str) -> Literal:
    """A number with its lexical form: an integer or a decimal."""
    return typed(lexical_form, "decimal" if "." in lexical_form else "integer")
