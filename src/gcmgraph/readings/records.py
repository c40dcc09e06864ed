"""Readings as records: quads by page and practice, so that one with a problem can be held back.

Facts of a page are in the graphs of its documents, the editors' words in graph/curated. The terms
are those of `docs/model.md`. The texts of documents that are present on this machine are read when
first needed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

from gcmgraph.platform.errors import DataError, GcmGraphError, Place
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad, text, typed
from gcmgraph.readings.compact_texts import GUIDANCE, Wordings, whole_text
from gcmgraph.readings.evidence import Statements, numeric
from gcmgraph.readings.files import (
    FACT_KINDS,
    DocumentVersion,
    PlacedText,
    Reading,
    Readings,
    Review,
    ReviewedAction,
    ReviewedFact,
    ReviewedPage,
    ReviewedPart,
    ReviewedPractice,
    SupportedAction,
)
from gcmgraph.readings.forms import Texts
from gcmgraph.readings.locators import Places
from gcmgraph.sources.register import Source
from gcmgraph.sources.source_texts import DocumentText, Span, View, read_texts

#: The datatype of a moment by its number of characters: YYYY, YYYY-MM, YYYY-MM-DD.
_MOMENTS = {4: "gYear", 7: "gYearMonth", 10: "date"}

#: Properties of moments.
_DATES = {"start": "schema:startDate", "end": "schema:endDate"}


class ReadingWriter(Statements):
    """States the facts of a page or a practice.

    Raises `DataError` where it names an unknown resource.
    """

    def __init__(
        self,
        reading: Reading,
        documents: Mapping[str, DocumentVersion],
        present: Mapping[str, DocumentText],
        known: Collection[IRI],
        addresses: Addresses,
    ) -> None:
        """`known` are the resources that a reading may name: all that the reference data describes."""
        super().__init__(addresses, documents, present)
        self.reading = reading
        self.known = known

    def iri(self, kind: str, local: str) -> IRI:
        """The address of a resource."""
        return IRI(self.addresses.resource(kind, local))

    def resource(self, kind: str, local: str, line: int) -> IRI:
        """The IRI of a resource.

        Raises `DataError` where the reference data does not describe it.
        """
        iri = self.iri(kind, local)
        if iri not in self.known:
            message = f"There is no {kind} '{local}'."
            hint = "Correct the slug, or add the resource to its table in data/reference."
            if local.startswith("m49/"):
                message = f"M49 has no region '{local.removeprefix('m49/')}'."
                hint = "Use a code of data/reference/regions.csv."
            raise DataError(message, place=Place(self.reading.file, line), hint=hint)
        return iri

    def reviews(self, subject: IRI, languages: Iterable[str]) -> Iterator[Quad]:
        """The documents of the reading, and the day of its review, in graph/provenance."""
        graph = IRI(self.addresses.graph("provenance"))
        for language in languages:
            yield Quad(subject, self.v("dct:source"), self.source(language), graph)
        if self.reading.review is not None:
            yield Quad(
                subject, self.v("dct:dateAccepted"), typed(self.reading.review.on, "date"), graph
            )

    def words(
        self, subject: IRI, predicate: str, words: Texts, places: Places | None = None
    ) -> None:
        """State a text of the editors in each of its languages."""
        for language, value in words.items():
            self.judge(subject, predicate, text(value, language), places)

    def placed(self, subject: IRI, predicate: str, texts: Mapping[str, PlacedText]) -> None:
        """State a text of the documents in each of its languages."""
        for language, one in texts.items():
            self.state(subject, predicate, text(one.text, language), {language: one.places})

    def dates(self, node: IRI, values: Mapping[str, str], places: Places) -> None:
        """State start and end where there are any."""
        for key, predicate in _DATES.items():
            if key in values:
                self.state(node, predicate, typed(values[key], _MOMENTS[len(values[key])]), places)

    # pages

    def page_quads(self, page: ReviewedPage, wordings: Wordings) -> Iterator[Quad]:
        """The quads of an objective, its actions, and the SDG goals and targets of its page."""
        objective = self.iri("objective", str(page.objective))
        anchors = {language: one.places for language, one in page.title.items()}
        self.state(objective, "rdf:type", self.v("gcm:Objective"), anchors)
        self.state(objective, "skos:notation", Literal(str(page.objective)), anchors)
        for language, one in page.title.items():
            wordings.state(
                self, GUIDANCE, objective, "skos:prefLabel", one.text, {language: one.places}
            )
        self.words(objective, "skos:editorialNote", page.note)
        for action in page.actions:
            self._action(objective, page.objective, action)
        for key, references in (
            ("gcm:relevantGoal", page.goals),
            ("gcm:relevantTarget", page.targets),
        ):
            for reference in references:
                self.state(
                    objective,
                    key,
                    self.resource("sdg", reference.code, reference.line),
                    reference.places,
                )
        yield from self.quads()
        yield from self.reviews(objective, page.documents)

    def _action(self, objective: IRI, number: int, action: ReviewedAction) -> None:
        notation = f"{number}{action.letter}"
        iri = self.iri("action", notation)
        self.state(iri, "rdf:type", self.v("gcm:Action"), action.places)
        self.state(iri, "skos:notation", Literal(notation), action.places)
        self.state(iri, "gcm:objective", objective, action.places)
        self.words(iri, "skos:prefLabel", action.label, action.places)
        self.words(iri, "skos:editorialNote", action.note)
        self._facts(iri, (*action.instruments, *action.principles))

    # practices

    def practice_quads(self, practice: ReviewedPractice) -> Iterator[Quad]:
        """The quads of a practice and its parts."""
        iri = self.iri("practice", practice.slug)
        self.placed(iri, "dct:title", practice.title)
        self.placed(iri, "skos:altLabel", practice.short_names)
        self._describe(
            iri, practice, {language: one.places for language, one in practice.title.items()}
        )
        for part in practice.parts:
            self._part(iri, part)
        yield from self.quads()
        for slug in (practice.slug, *(part.slug for part in practice.parts)):
            yield from self.reviews(self.iri("practice", slug), practice.title)

    def _part(self, whole: IRI, part: ReviewedPart) -> None:
        iri = self.iri("practice", part.slug)
        anchors: Places = {}
        for fact in part.facts:
            anchors = {
                **{language: places[:1] for language, places in fact.places.items()},
                **anchors,
            }
        self.state(whole, "dct:hasPart", iri, anchors)
        self.state(iri, "dct:isPartOf", whole, anchors)
        self.words(iri, "dct:title", part.title)
        self._describe(iri, part, anchors)

    def _describe(
        self, iri: IRI, reading: ReviewedPractice | ReviewedPart, anchors: Places
    ) -> None:
        """State what practices and parts have in common."""
        self.state(iri, "rdf:type", self.v("gcm:Practice"), anchors)
        objective = self.iri("objective", str(self.reading.objective))
        self.state(iri, "gcm:objective", objective, anchors)
        self.words(iri, "dct:description", reading.summary)
        self.words(iri, "skos:editorialNote", reading.note)
        self._facts(iri, reading.facts)
        for judgement in reading.supports:
            self._judgement(iri, judgement, self.reading.review)

    def _judgement(self, iri: IRI, judgement: SupportedAction, review: Review | None) -> None:
        """A judgement with its rationale: an rdf:Statement node as in data/curated."""
        action = self.iri("action", judgement.action)
        node = IRI(f"{iri.value}#judgement-{judgement.action}")
        self.judge(iri, "gcm:supportsAction", action)
        self.judge(node, "rdf:type", self.v("rdf:Statement"))
        self.judge(node, "rdf:subject", iri)
        self.judge(node, "rdf:predicate", self.v("gcm:supportsAction"))
        self.judge(node, "rdf:object", action)
        self.words(node, "gcm:rationale", judgement.rationale)
        if review is not None:
            self.judge(node, "dct:creator", Literal(review.by))
            self.judge(node, "dct:created", typed(judgement.on or review.on, "date"))

    # facts

    def _facts(self, iri: IRI, facts: tuple[ReviewedFact, ...]) -> None:
        numbers = Counter[str]()
        for fact in facts:
            numbers[fact.key] += 1
            if link := FACT_KINDS[fact.key].link:
                linked = self.resource(link.kind, f"{link.path}{fact.value}", fact.line)
                self.state(iri, link.curie, linked, fact.places)
            elif fact.key in _DATES:
                self.dates(iri, {fact.key: fact.value}, fact.places)
            elif fact.key == "binding":
                self.state(iri, "gcm:binding", typed(fact.value, "boolean"), fact.places)
            elif fact.key == "outcome":
                self.words(iri, "gcm:outcome", fact.value, fact.places)
            elif fact.key in _FACTS:
                _FACTS[fact.key](self, iri, fact, f"{fact.key}-{numbers[fact.key]}")
        self._funding(iri, facts)

    def _instrument(self, iri: IRI, fact: ReviewedFact, _: str) -> None:
        predicate = "gcm:legalBasis" if "role" in fact.fields else "gcm:instrument"
        self.state(iri, predicate, self.resource("instrument", fact.value, fact.line), fact.places)

    def _corridor(self, iri: IRI, fact: ReviewedFact, _: str) -> None:
        codes = re.split("[->]", fact.value)
        directed = ("gcm:originCountry", "gcm:destinationCountry")
        node = self.node(
            iri, "gcm:corridor", f"corridor-{'-'.join(codes)}", "gcm:Corridor", fact.places
        )
        for predicate, code in zip(
            directed if ">" in fact.value else ("gcm:connectsCountry",) * 2, codes, strict=True
        ):
            country = self.resource("country", code, fact.line)
            self.state(node, predicate, country, fact.places)
            self.state(iri, "gcm:involvesCountry", country, fact.places)

    def _result(self, iri: IRI, fact: ReviewedFact, name: str) -> None:
        predicate = {"result": "schema:result", "planned": "gcm:plannedResult"}[fact.key]
        node = self.node(iri, predicate, name, "schema:QuantitativeValue", fact.places)
        self.state(node, "schema:value", numeric(fact.value["value"]), fact.places)
        if "bound" in fact.value:
            bound = self.resource("concept", f"bound/{fact.value['bound']}", fact.line)
            self.state(node, "gcm:bound", bound, fact.places)
        self.words(node, "schema:unitText", fact.value["unit"], fact.places)

    def _cost(self, iri: IRI, fact: ReviewedFact, name: str) -> None:
        node = self.node(iri, "gcm:cost", name, "schema:MonetaryAmount", fact.places)
        self.money(node, fact.places, *fact.value.split())
        self.words(node, "dct:description", fact.fields.get("what", {}), fact.places)

    def _predecessor(self, iri: IRI, fact: ReviewedFact, name: str) -> None:
        node = self.node(iri, "dct:replaces", name, "prov:Activity", fact.places)
        self.words(node, "dct:title", fact.value, fact.places)
        self.dates(node, fact.fields, fact.places)

    def _event(self, iri: IRI, fact: ReviewedFact, name: str) -> None:
        node = self.node(iri, "dct:hasPart", name, "schema:Event", fact.places)
        self.words(node, "dct:title", fact.value["title"], fact.places)
        self.dates(node, fact.value, fact.places)
        for key, predicate in (
            ("organiser", "schema:organizer"),
            ("participant", "schema:contributor"),
        ):
            for slug in fact.value.get(key, ()):
                self.state(
                    node, predicate, self.resource("organisation", slug, fact.line), fact.places
                )

    def _citation(self, iri: IRI, fact: ReviewedFact, name: str) -> None:
        name = name.replace("citation", "reference")
        node = self.node(iri, "dct:references", name, "dct:BibliographicResource", fact.places)
        printed = min(
            fact.places, key=lambda language: language != "en"
        )  # the language of the value
        texts = {printed: fact.value, **fact.fields.get("text", {})}
        for language, places in fact.places.items():
            if language in texts:
                citation = text(texts[language], language)
                self.state(node, "dct:bibliographicCitation", citation, {language: places})
        if "creator" in fact.fields:
            creator = self.resource("organisation", fact.fields["creator"], fact.line)
            self.state(node, "dct:creator", creator, fact.places)
        if "year" in fact.fields:
            self.state(node, "dct:date", typed(fact.fields["year"], "gYear"), fact.places)

    def _funding(self, iri: IRI, facts: tuple[ReviewedFact, ...]) -> None:
        """One grant for the budget with the funders who have no amount of their own; one for each other funder."""
        budgets = [fact for fact in facts if fact.key == "amount"]
        funders = [fact for fact in facts if fact.key == "funder"]
        joint = [fact for fact in funders if "amount" not in fact.fields]
        grants = [
            [*joint, *budgets[:1]],
            *([fact] for fact in (*budgets[1:], *funders) if fact not in joint),
        ]
        for number, grant in enumerate(filter(None, grants), start=1):
            name = "funding" if number == 1 else f"funding-{number}"
            for fact in grant:
                node = self.node(iri, "schema:funding", name, "schema:MonetaryGrant", fact.places)
                if (
                    budgets and number > 1
                ):  # a share of the whole budget, which sums must not count twice
                    self.state(node, "dct:isPartOf", IRI(f"{iri.value}#funding"), fact.places)
                if fact.key == "funder":
                    funder = self.resource("organisation", fact.value, fact.line)
                    self.state(node, "schema:funder", funder, fact.places)
                if written := fact.fields.get("amount") if fact.key == "funder" else fact.value:
                    amount = IRI(f"{node.value}-amount")
                    self.state(node, "schema:amount", amount, fact.places)
                    self.money(amount, fact.places, *written.split())


_FACTS: Mapping[str, Callable[[ReadingWriter, IRI, ReviewedFact, str], None]] = {
    "instrument": ReadingWriter._instrument,
    "corridor": ReadingWriter._corridor,
    "result": ReadingWriter._result,
    "planned": ReadingWriter._result,
    "cost": ReadingWriter._cost,
    "predecessor": ReadingWriter._predecessor,
    "event": ReadingWriter._event,
    "citation": ReadingWriter._citation,
}


_UNVERIFIED = {
    "en": "The copy present at the build has another text than the one that was read: places were not verified.",
    "fr": "L’exemplaire présent lors de la construction a un autre texte que celui qui a été lu : lieux non vérifiés.",
    "es": "El ejemplar presente en la construcción tiene otro texto que el que se leyó: los lugares no se verificaron.",
}
#: Maximum number of names in one warning.
_NAMES = 6
#: The title of a guidance page in the languages of the guidance.
_TITLES = {
    "en": "Objective {}: {} (guidance page)",
    "fr": "Objectif {} : {} (page d’orientation)",
    "es": "Objetivo {}: {} (página de orientación)",
}
#: The letter of an action, and the marks of a list around it.
_LETTER = re.compile(r"\s*(?:[-•*–■▪◦●]\s+)?\(?[a-zA-Z]\s*[.)]\s*")


class PresentDocuments:
    """Texts of documents by slug, from files that may be missing."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files
        self._read: dict[str, tuple[DocumentText, ...]] = {}

    def all_of(self, slug: str) -> tuple[DocumentText, ...]:
        """The texts of a source: one of a guidance page, several of the Compact; none where it has no text here."""
        if slug not in self._files:
            return ()
        if slug not in self._read:
            self._read[slug] = read_texts(self._files[slug])
        return self._read[slug]

    def get(self, slug: str) -> DocumentText | None:
        """The text of a document; None where it has none here."""
        return next(iter(self.all_of(slug)), None)

    def warnings(self) -> Iterator[str]:
        """One sentence on the documents that were requested and are present without their text."""
        missing = sorted(slug for slug, texts in self._read.items() if not texts)
        if missing:
            more = f" and {len(missing) - _NAMES} more" if len(missing) > _NAMES else ""
            yield (
                f"Documents without their text, which are used as if they were not present: "
                f"{', '.join(missing[:_NAMES])}{more}. Run `gcmreader text` (pip install 'gcmgraph[reader]')."
            )


@dataclass(frozen=True)
class Record:
    """One reading as quads: its file, and its name in messages."""

    file: str
    name: str
    quads: tuple[Quad, ...]

    @cached_property
    def subjects(self) -> frozenset[IRI]:
        """Everything that the record states something of."""
        return frozenset(quad.subject for quad in self.quads if isinstance(quad.subject, IRI))


@dataclass(frozen=True)
class Records:
    """The records of all readings, what is wrong with those left out, and what is worth a warning."""

    records: tuple[Record, ...]
    problems: tuple[GcmGraphError, ...]
    warnings: tuple[str, ...]


def read_records(
    readings: Readings,
    present: PresentDocuments,
    known: Iterable[Quad],
    addresses: Addresses,
    register: Iterable[Source] = (),
    wordings: Wordings | None = None,
) -> Records:
    """The records of readings, given the reference data. A reading without a review is left out.

    `wordings` has the texts of the Compact that were stated before, and receives those of the
    guidance.
    """
    wordings = wordings or Wordings(addresses, known)
    sources = {source.name: source for source in register}
    resources = frozenset(q.subject for q in known if isinstance(q.subject, IRI))
    records: list[Record] = []
    problems = list(readings.problems)
    warnings: list[str] = []

    def add(reading: Reading, name: str, quads: Iterator[Quad]) -> bool:
        """Whether a record could be made of a reading."""
        try:
            if reading.review is None:
                hint = "Check it against the document and add 'reviewed: {by: …, on: YYYY-MM-DD}'."
                raise DataError(
                    "The reading is not reviewed.", place=Place(reading.file, 1), hint=hint
                )
            records.append(Record(reading.file, name, tuple(dict.fromkeys(quads))))
        except GcmGraphError as error:
            problems.append(error)
            return False
        return True

    for page in readings.pages:
        texts = {
            language: text
            for language, v in page.documents.items()
            if (text := present.get(v.slug))
        }
        hashes = {language: text.document.text_sha256 for language, text in texts.items()}
        verified = {
            one: text
            for one, text in texts.items()
            if hashes[one] == page.documents[one].text_sha256
        }
        warnings += (
            f"{page.file}: The text of {page.documents[language].slug} that is present is not the one that was read; "
            "the reading is published without its words. Run `gcmgraph read` on the document to see what moved."
            for language in texts.keys() - verified
        )
        writer = ReadingWriter(page, page.documents, verified, resources, addresses)
        stated = writer.page_quads(page, wordings)
        documents = _document_quads(
            page, verified, texts.keys() - verified, wordings, sources, resources, addresses
        )
        if add(page, f"objective {page.objective}", chain(stated, documents)):
            for practice in page.practices:
                writer = ReadingWriter(practice, page.documents, verified, resources, addresses)
                add(practice, f"practice {practice.slug}", writer.practice_quads(practice))
    return Records(tuple(records), tuple(problems), tuple(warnings))


def _document_quads(
    page: ReviewedPage,
    verified: Mapping[str, DocumentText],
    unverified: Collection[str],
    wordings: Wordings,
    register: Mapping[str, Source],
    known: Collection[IRI],
    addresses: Addresses,
) -> Iterator[Quad]:
    """Descriptions of a page's documents, and the blocks and actions of those that are present with the text read."""
    statements = Statements(addresses, page.documents, verified)
    for language, version in page.documents.items():
        title = page.title.get(language)
        words = (
            _TITLES.get(language, "Objective {}: {}").format(page.objective, title.text)
            if title
            else None
        )
        described = statements.source(language) in known
        source = register.get(version.slug)
        yield from statements.document_quads(language, words, GUIDANCE, source, described=described)
        if language in unverified:
            yield from statements.note(language, _UNVERIFIED)
    for language, entire in verified.items():
        for action in page.actions:
            iri = IRI(addresses.resource("action", f"{page.objective}{action.letter}"))
            for locator in action.places.get(language, ()):
                words = View.of(entire.document, [Span(locator.start, locator.end)]).shown
                words = words[match.end() :] if (match := _LETTER.match(words)) else words
                places = {language: (locator,)}
                wordings.state(
                    statements, GUIDANCE, iri, "skos:definition", whole_text(words), places
                )
    yield from statements.quads()
