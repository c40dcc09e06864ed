"""Statements of a reading: the facts of a page or a practice, the editors' words, and the review.

Facts of a page are in the graphs of its documents, the editors' words in graph/curated. The terms
are those of `docs/model.md`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from gcmgraph.platform.errors import DataError, Place
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad, text, typed
from gcmgraph.readings.compact_texts import GUIDANCE, Wordings
from gcmgraph.readings.evidence import Statements, numeric
from gcmgraph.readings.files import (
    FACT_KINDS,
    DocumentVersion,
    PlacedText,
    Reading,
    ReviewedAction,
    ReviewedFact,
    ReviewedPage,
    ReviewedPart,
    ReviewedPractice,
    SupportedAction,
    places_of,
)
from gcmgraph.readings.forms import Texts
from gcmgraph.readings.locators import Locator, Places
from gcmgraph.sources.source_texts import DocumentText

#: The datatype of a moment by its number of characters: YYYY, YYYY-MM, YYYY-MM-DD.
_MOMENTS = {4: "gYear", 7: "gYearMonth", 10: "date"}

#: Properties of organisations in events.
_ROLES_IN_EVENTS = {"organiser": "schema:organizer", "participant": "schema:contributor"}

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
        known_resources: Collection[IRI],
        addresses: Addresses,
    ) -> None:
        """`known_resources` are those that a reading may name.

        All that the reference data describes.
        """
        super().__init__(addresses, documents, present)
        self.reading = reading
        self.known_resources = known_resources

    def resource(self, kind: str, local: str, line: int) -> IRI:
        """The IRI of a resource.

        Raises `DataError` where the reference data does not describe it.
        """
        iri = self.iri(kind, local)
        if iri not in self.known_resources:
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
        for language, placed_text in texts.items():
            literal = text(placed_text.text, language)
            self.state(subject, predicate, literal, {language: placed_text.places})

    def dates(self, node: IRI, values: Mapping[str, str], places: Places) -> None:
        """State start and end where there are any."""
        for key, predicate in _DATES.items():
            if key in values:
                self.state(node, predicate, typed(values[key], _MOMENTS[len(values[key])]), places)

    # pages

    def page_quads(self, page: ReviewedPage, wordings: Wordings) -> Iterator[Quad]:
        """The quads of an objective, its actions, and the SDG goals and targets of its page."""
        objective = self.iri("objective", str(page.objective))
        anchors = places_of(page.title)
        self.state(objective, "rdf:type", self.v("gcm:Objective"), anchors)
        self.state(objective, "skos:notation", Literal(str(page.objective)), anchors)
        for language, title in page.title.items():
            places = {language: title.places}
            wordings.state(self, GUIDANCE, objective, "skos:prefLabel", title.text, places)
        self.words(objective, "skos:editorialNote", page.note)
        for action in page.actions:
            self._action(objective, page.objective, action)
        references_by_predicate = {
            "gcm:relevantGoal": page.goals,
            "gcm:relevantTarget": page.targets,
        }
        for predicate, references in references_by_predicate.items():
            for reference in references:
                sdg = self.resource("sdg", reference.code, reference.line)
                self.state(objective, predicate, sdg, reference.places)
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
        self._describe(iri, practice, places_of(practice.title))
        for part in practice.parts:
            self._part(iri, part)
        yield from self.quads()
        for slug in practice.slugs:
            yield from self.reviews(self.iri("practice", slug), practice.title)

    def _part(self, whole: IRI, part: ReviewedPart) -> None:
        iri = self.iri("practice", part.slug)
        # the part has the first place of its first fact in each language
        anchors: dict[str, tuple[Locator, ...]] = {}
        for fact in part.facts:
            for language, places in fact.places.items():
                anchors.setdefault(language, places[:1])
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
            self._judgement(iri, judgement)

    def _judgement(self, iri: IRI, judgement: SupportedAction) -> None:
        """A judgement with its rationale: an rdf:Statement node as in data/curated."""
        review = self.reading.review
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
            link = FACT_KINDS[fact.key].link
            if link is not None:
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
        predicates = ("gcm:connectsCountry", "gcm:connectsCountry")
        if ">" in fact.value:
            predicates = ("gcm:originCountry", "gcm:destinationCountry")
        node = self.node(
            iri, "gcm:corridor", f"corridor-{'-'.join(codes)}", "gcm:Corridor", fact.places
        )
        for predicate, code in zip(predicates, codes, strict=True):
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
        for key, predicate in _ROLES_IN_EVENTS.items():
            for slug in fact.value.get(key, ()):
                organisation = self.resource("organisation", slug, fact.line)
                self.state(node, predicate, organisation, fact.places)

    def _citation(self, iri: IRI, fact: ReviewedFact, name: str) -> None:
        name = name.replace("citation", "reference")
        node = self.node(iri, "dct:references", name, "dct:BibliographicResource", fact.places)
        language_of_value = "en" if "en" in fact.places else next(iter(fact.places))
        texts = {language_of_value: fact.value, **fact.fields.get("text", {})}
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
        """One grant for the budget with the funders who have no amount of their own.

        One for each other funder.
        """
        budgets = [fact for fact in facts if fact.key == "amount"]
        funders = [fact for fact in facts if fact.key == "funder"]
        joint_funders = [fact for fact in funders if "amount" not in fact.fields]
        own_amounts = [*budgets[1:], *(fact for fact in funders if "amount" in fact.fields)]
        grants = [[*joint_funders, *budgets[:1]], *([fact] for fact in own_amounts)]
        grants = [grant for grant in grants if grant]
        for number, grant in enumerate(grants, start=1):
            name = "funding" if number == 1 else f"funding-{number}"
            # a share of the whole budget, which sums must not count twice
            is_share = bool(budgets) and number > 1
            for fact in grant:
                self._grant(iri, name, fact, is_share=is_share)

    def _grant(self, iri: IRI, name: str, fact: ReviewedFact, *, is_share: bool) -> None:
        """State a funder or an amount of a grant."""
        node = self.node(iri, "schema:funding", name, "schema:MonetaryGrant", fact.places)
        if is_share:
            self.state(node, "dct:isPartOf", IRI(f"{iri.value}#funding"), fact.places)
        money = fact.value
        if fact.key == "funder":
            funder = self.resource("organisation", fact.value, fact.line)
            self.state(node, "schema:funder", funder, fact.places)
            money = fact.fields.get("amount")
        if money:
            amount = IRI(f"{node.value}-amount")
            self.state(node, "schema:amount", amount, fact.places)
            self.money(amount, fact.places, *money.split())


#: Methods that state the facts of a key; those of a link, a date, an outcome are in `_facts`.
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
