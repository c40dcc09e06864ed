"""Statements with the passages that support them, and the documents and texts of the Compact that these are from.

A passage has its offsets and page always, and its words where the document is present with the same
canonical text: https://www.w3.org/TR/annotation-model/#selectors. Pages follow RFC 3778 (`page=3`).

Documents state the texts of the Compact in the order of precedence: as adopted (A/RES/73/195), as
printed in the guidance, as negotiated by 13 July 2018. The first is the `skos:definition`
(`gcm:commitment`, `skos:prefLabel`); a document that differs has a `gcm:Wording`. The adopted and
the negotiated text are taken apart by their letters, where they are present, and need no reading of
an editor. Each statement has its passage.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from gcmgraph.platform.errors import DocumentError, Place
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.templates import Templates
from gcmgraph.rdf.terms import IRI, Literal, Quad, Term, Vocabulary, text, typed
from gcmgraph.readings.files import DocumentVersion
from gcmgraph.readings.forms import Texts
from gcmgraph.readings.locators import Locator, Places
from gcmgraph.sources.register import Source
from gcmgraph.sources.source_texts import DocumentText, ObjectiveText, Span, View, plain_typography
from gcmgraph.translations import Message

#: Title of the graph with the statements of a document.
GRAPH_TITLE = Message("Facts stated by the document {document}")
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
        """`documents` are all documents of the reading by language, `present` the texts of those that are present."""
        self.v, self._templates = (
            Vocabulary(addresses),
            Templates("readings/evidence.trig", addresses),
        )
        self.addresses = addresses
        self._documents = documents
        self._present = present
        self._stated: dict[Quad, None] = {}
        self._supported: dict[tuple[IRI, IRI, Term], dict[tuple[str, Locator], None]] = {}

    def source(self, language: str) -> IRI:
        """The IRI of the document in a language."""
        return IRI(self.addresses.resource("source", self._documents[language].slug))

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
        """Add a statement in the editors' words, with the places that it sums up where there are any."""
        self._stated[self._quad("curated", subject, predicate, obj)] = None
        self._support(subject, predicate, obj, places or {})

    def _support(self, subject: IRI, predicate: str, obj: Term, places: Places) -> None:
        supports = self._supported.setdefault((subject, self.v(predicate), obj), {})
        for language, locators in places.items():
            supports.update({(language, locator): None for locator in locators})

    def quads(self) -> Iterator[Quad]:
        """All statements, and their evidence: for each passage a node whose address is the passage's and theirs."""
        yield from self._stated
        passages: dict[tuple[str, int, int], Locator] = {}
        for (subject, predicate, obj), places in self._supported.items():
            key = hashlib.sha256(f"{subject} {predicate} {obj}".encode()).hexdigest()[:16]
            for language, locator in places:
                passages.setdefault((language, locator.start, locator.end), locator)
                passage = self._passage_iri(language, locator)
                node = IRI(f"{passage.value}#evidence-{key}")
                parts = {"subject": subject, "predicate": predicate, "object": obj}
                yield from self._templates.fill_in(
                    "evidence", "evidence", node=node, passage=passage, **parts
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
        version, iri, entire = (
            self._documents[language],
            self.source(language),
            self._present.get(language),
        )
        own, published = None if described else source, source.published if source else None
        yield from self._templates.fill_in(
            "provenance",
            "document",
            document=iri,
            graph=IRI(self.addresses.graph(f"source/{version.slug}")),
            graphTitle=GRAPH_TITLE.texts(document=version.slug),
            sha256=Literal(version.sha256),
            textSha256=Literal(version.text_sha256),
            edition=f"concept:edition/{edition}" if edition else None,
            characters=typed(str(len(entire.document.text)), "integer") if entire else None,
            kind=None if described else "gcm:SourceDocument",
            language=None if described else Literal(language),
            title={language: title} if title and not described else None,
            holder=f"organisation:{own.rights_holder}" if own else None,
            rights=text(own.rights, "en") if own else None,
            format=Literal(source.media_type) if source else None,
            page=IRI(source.landing_page) if source else None,
            address=IRI(published) if isinstance(published, str) else None,
        )
        if entire is not None:
            for block in entire.blocks:
                locator = Locator.of(entire.document, block.span.start, block.span.end)
                yield from self._passage(language, locator, block.kind, iri)

    def note(self, language: str, words: Texts) -> Iterator[Quad]:
        """A note on a document, in graph/provenance."""
        yield from self._templates.fill_in(
            "provenance", "note", document=self.source(language), note=words
        )

    def _quad(self, graph: str, subject: IRI, predicate: str, obj: Term) -> Quad:
        return Quad(subject, self.v(predicate), obj, IRI(self.addresses.graph(graph)))

    def _passage_iri(self, language: str, at: Locator | Span) -> IRI:
        return IRI(f"{self.source(language).value}/{at.start}-{at.end}")

    def _quotation(self, language: str, locator: Locator) -> Iterator[Quad]:
        """The passage of a locator; nothing where a block of the document is the same passage."""
        span, entire = Span(locator.start, locator.end), self._present.get(language)
        around = (
            next((block.span for block in entire.blocks if span in block.span), None)
            if entire
            else None
        )
        if around != span:
            whole = self._passage_iri(language, around) if around else self.source(language)
            yield from self._passage(language, locator, "quotation", whole)

    def _passage(self, language: str, locator: Locator, kind: str, whole: IRI) -> Iterator[Quad]:
        """A passage of a document with its selectors, in graph/evidence."""
        passage, entire = self._passage_iri(language, locator), self._present.get(language)
        start, end = locator.start, locator.end
        words = entire.document.text if entire else ""
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
            quote=IRI(f"{passage.value}#quote") if entire else None,
            exact=Literal(words[start:end]),
            prefix=Literal(words[max(0, start - _CONTEXT) : start]),
            suffix=Literal(words[end : end + _CONTEXT]),
        )


def numeric(written: str) -> Literal:
    """A number as it is written: an integer or a decimal."""
    return typed(written, "decimal" if "." in written else "integer")


def whole_text(words: str) -> str:
    """The text of an action without the mark that ends it, which documents set differently (`.`, `;`, none)."""
    return words.rstrip(" .;")


#: Names in the register of the text as negotiated and as adopted.
COMPACT = "compact"
RESOLUTION = "a-res-73-195.en"

_LANGUAGE = "en"
#: Concepts of the editions of the Compact's text, by slug.
ADOPTED, GUIDANCE, NEGOTIATED = "adopted", "guidance", "negotiated"

#: Names of the properties in the addresses of wordings.
_NAMES = {"skos:definition": "text", "gcm:commitment": "commitment", "skos:prefLabel": "title"}


class Wordings:
    """The texts that were stated so far, by resource, property and language."""

    def __init__(self, addresses: Addresses, titles: Iterable[Quad] = ()) -> None:
        """`titles` are the adopted titles of objectives, which the reference data has."""
        self._addresses = addresses
        self._first: dict[tuple[IRI, str, str], str] = {}
        start = addresses.resource("objective", "")
        for quad in titles:
            subject, title = quad.subject, quad.object
            if quad.predicate.value != addresses.expand("skos:prefLabel") or not isinstance(
                title, Literal
            ):
                continue
            if (
                isinstance(subject, IRI)
                and subject.value.startswith(start)
                and title.language == "en"
            ):
                self._first[subject, "skos:prefLabel", "en"] = title.value

    def state(
        self,
        statements: Statements,
        edition: str,
        subject: IRI,
        predicate: str,
        words: str,
        places: Places,
    ) -> None:
        """State a text of an edition at its places in the document of one language.

        A text that differs from the first in spaces, quotation marks or dashes only is the same
        wording.
        """
        (language,) = places
        first = self._first.setdefault((subject, predicate, language), words)
        if _folded(first) == _folded(words):
            statements.state(subject, predicate, text(first, language), places)
            return
        node = IRI(f"{subject.value}#{_NAMES[predicate]}-{edition}-{language}")
        v = statements.v
        statements.state(subject, "gcm:wording", node, places)
        statements.state(node, "rdf:type", v("gcm:Wording"), places)
        statements.state(node, "gcm:wordingOf", v(predicate), places)
        statements.state(node, "rdf:value", text(words, language), places)
        statements.state(
            node,
            "gcm:edition",
            IRI(self._addresses.resource("concept", f"edition/{edition}")),
            places,
        )
        statements.state(node, "dct:source", statements.source(language), places)


def _folded(words: str) -> str:
    return "".join(plain_typography(words).split())


def resolution_quads(
    adopted: DocumentText,
    source: Source,
    letters: Mapping[int, str],
    wordings: Wordings,
    addresses: Addresses,
) -> tuple[Quad, ...]:
    """The quads of the adopted text. `letters` are the letters of the actions of each objective.

    Raises `DocumentError` where an action or a commitment is missing, or an action too many.
    """
    title = "Global Compact for Safe, Orderly and Regular Migration, as adopted (A/RES/73/195)"
    objectives = {objective.number: objective for objective in adopted.objectives}
    for number, expected in letters.items():
        _require(
            objectives.get(number, ObjectiveText(number, None, None, ())),
            expected,
            adopted.document.name,
        )
    return tuple(_document_quads(adopted, title, ADOPTED, source, wordings, addresses))


def compact_quads(
    texts: Iterable[DocumentText], source: Source, wordings: Wordings, addresses: Addresses
) -> Iterator[Quad]:
    """The quads of the negotiated text, which is a document an objective."""
    for number, negotiated in enumerate(texts, start=1):
        title = f"Objective {number} of the Global Compact, as negotiated by 13 July 2018"
        yield from _document_quads(negotiated, title, NEGOTIATED, source, wordings, addresses)


def _require(objective: ObjectiveText, expected: str, name: str) -> None:
    """Raise `DocumentError` where the actions are not those expected, or the commitment is missing."""
    letters = "".join(letter for letter, _ in objective.actions)
    for letter in sorted({*expected, *letters}):
        count = letters.count(letter)
        if count != expected.count(letter):
            what = "is missing in" if count == 0 else "is too many in"
            raise DocumentError(
                f"Action {objective.number}{letter} {what} the text of A/RES/73/195.",
                place=Place(name),
                hint=f"'gcmgraph fetch {RESOLUTION}' brings the registered file.",
            )
    if objective.commitment is None:
        raise DocumentError(f"Objective {objective.number} has no commitment.", place=Place(name))


def _document_quads(
    entire: DocumentText,
    title: str,
    edition: str,
    source: Source,
    wordings: Wordings,
    addresses: Addresses,
) -> Iterator[Quad]:
    """The quads of one document and its objectives."""
    document = entire.document
    version = DocumentVersion(document.slug, document.sha256, document.text_sha256)
    statements = Statements(addresses, {_LANGUAGE: version}, {_LANGUAGE: entire})

    def state(kind: str, local: str, predicate: str, span: Span, *, whole: bool = False) -> None:
        words = View.of(document, [span]).shown
        places = {_LANGUAGE: (Locator.of(document, span.start, span.end),)}
        iri = IRI(addresses.resource(kind, local))
        wordings.state(
            statements, edition, iri, predicate, whole_text(words) if whole else words, places
        )

    for objective in entire.objectives:
        number = str(objective.number)
        if objective.title is not None:
            state("objective", number, "skos:prefLabel", objective.title)
        if objective.commitment is not None:
            state("objective", number, "gcm:commitment", objective.commitment)
        for letter, span in objective.actions:
            state("action", f"{number}{letter}", "skos:definition", span, whole=True)
    yield from statements.quads()
    yield from statements.document_quads(_LANGUAGE, title, edition, source)
