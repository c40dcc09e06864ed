"""A reading as quads: facts of the page in the graphs of its documents, the editors' words in graph/curated.

The terms are those of `docs/model.md`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from gcmgraph.documents import DocumentText
from gcmgraph.errors import DataError, Place
from gcmgraph.model.terms import IRI, Literal, Quad, Term, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.readings.compact import GUIDANCE, Wordings
from gcmgraph.readings.evidence import Statements, numeric
from gcmgraph.readings.files import (
    DocumentVersion,
    PlacedText,
    Reading,
    Review,
    ReviewedAction,
    ReviewedFact,
    ReviewedPage,
    ReviewedPart,
    ReviewedPractice,
    SupportedAction,
)
from gcmgraph.readings.forms import Places, Texts

#: The datatype of a moment by its number of characters: YYYY, YYYY-MM, YYYY-MM-DD.
_MOMENTS = {4: "gYear", 7: "gYearMonth", 10: "date"}

#: Properties of moments.
_DATES = {"start": "schema:startDate", "end": "schema:endDate"}
#: Facts whose value is one IRI: the property, and the kind and path of the resource.
_LINKS = {
    "lead": ("gcm:leadOrganisation", "organisation", ""),
    "partner": ("gcm:partnerOrganisation", "organisation", ""),
    "involved": ("gcm:involvesOrganisation", "organisation", ""),
    "type": ("dct:type", "concept", "practice-type/"),
    "country": ("gcm:country", "country", ""),
    "origin": ("gcm:originCountry", "country", ""),
    "destination": ("gcm:destinationCountry", "country", ""),
    "donor": ("gcm:donorCountry", "country", ""),
    "place": ("dct:spatial", "place", ""),
    "region": ("gcm:region", "concept", "m49/"),
    "audience": ("gcm:targetAudience", "concept", "audience/"),
    "area": ("gcm:areaOfWork", "concept", "area-of-work/"),
    "target": ("gcm:relevantTarget", "sdg", ""),
    "principle": ("gcm:principle", "concept", "principle/"),
}


class ReadingWriter(Statements):
    """States the facts of a page or a practice. Raises `DataError` where it names an unknown resource."""

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
        return IRI(self.addresses.thing(kind, local))

    def resource(self, kind: str, local: str, line: int) -> IRI:
        """The IRI of a resource. Raises `DataError` where the reference data does not describe it."""
        iri = self.iri(kind, local)
        if iri not in self.known:
            code = local.removeprefix("m49/")
            region = code != local
            raise DataError(
                f"M49 has no region '{code}'." if region else f"There is no {kind} '{local}'.",
                place=Place(self.reading.file, line),
                hint="Use a code of data/reference/regions.csv."
                if region
                else "Correct the slug, or add the resource to its table in data/reference.",
            )
        return iri

    def reviews(self, subject: IRI, languages: Iterable[str]) -> Iterator[Quad]:
        """The documents of the reading, and the day of its review, in graph/provenance."""
        graph = IRI(self.addresses.graph("provenance"))
        for language in languages:
            yield Quad(subject, self.v("dct:source"), self.source(language), graph)
        if self.reading.review is not None:
            yield Quad(subject, self.v("dct:dateAccepted"), typed(self.reading.review.on, "date"), graph)

    def words(self, subject: IRI, predicate: str, words: Texts, places: Places | None = None) -> None:
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
                self.state(node, predicate, _moment(values[key]), places)

    # pages

    def page_quads(self, page: ReviewedPage, wordings: Wordings) -> Iterator[Quad]:
        """The quads of an objective, its actions, and the SDG goals and targets of its page."""
        objective = self.iri("objective", str(page.objective))
        self._page(objective, page, wordings)
        yield from self.quads()
        yield from self.reviews(objective, page.documents)

    def _page(self, objective: IRI, page: ReviewedPage, wordings: Wordings) -> None:
        anchors = {language: one.places for language, one in page.title.items()}
        self.state(objective, "rdf:type", self.v("gcm:Objective"), anchors)
        self.state(objective, "skos:notation", Literal(str(page.objective)), anchors)
        for language, one in page.title.items():
            places = {language: one.places}
            wordings.state(self, GUIDANCE, objective, "skos:prefLabel", one.text, places)
        self.words(objective, "skos:editorialNote", page.note)
        for action in page.actions:
            self._action(objective, page.objective, action)
        for key, references in (("gcm:relevantGoal", page.goals), ("gcm:relevantTarget", page.targets)):
            for reference in references:
                self.state(objective, key, self.resource("sdg", reference.code, reference.line), reference.places)

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
        self._describe(iri, practice, {language: one.places for language, one in practice.title.items()})
        for part in practice.parts:
            self._part(iri, part)
        yield from self.quads()
        for slug in (practice.slug, *(part.slug for part in practice.parts)):
            yield from self.reviews(self.iri("practice", slug), practice.title)

    def _part(self, whole: IRI, part: ReviewedPart) -> None:
        iri = self.iri("practice", part.slug)
        anchors: Places = {}
        for fact in part.facts:
            anchors = {**{language: places[:1] for language, places in fact.places.items()}, **anchors}
        self.state(whole, "dct:hasPart", iri, anchors)
        self.state(iri, "dct:isPartOf", whole, anchors)
        self.words(iri, "dct:title", part.title)
        self._describe(iri, part, anchors)

    def _describe(self, iri: IRI, reading: ReviewedPractice | ReviewedPart, anchors: Places) -> None:
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
            if fact.key in _LINKS:
                predicate, kind, path = _LINKS[fact.key]
                linked = self.resource(kind, f"{path}{fact.value}", fact.line)
                self.state(iri, predicate, linked, fact.places)
            elif fact.key in _FACTS:
                _FACTS[fact.key](self, iri, fact, f"{fact.key}-{numbers[fact.key]}")
        self._funding(iri, facts)

    def _date(self, iri: IRI, fact: ReviewedFact, _: str) -> None:
        self.dates(iri, {fact.key: fact.value}, fact.places)

    def _binding(self, iri: IRI, fact: ReviewedFact, _: str) -> None:
        self.state(iri, "gcm:binding", typed(fact.value, "boolean"), fact.places)

    def _outcome(self, iri: IRI, fact: ReviewedFact, _: str) -> None:
        self.words(iri, "gcm:outcome", fact.value, fact.places)

    def _instrument(self, iri: IRI, fact: ReviewedFact, _: str) -> None:
        predicate = "gcm:legalBasis" if "role" in fact.fields else "gcm:instrument"
        self.state(iri, predicate, self.resource("instrument", fact.value, fact.line), fact.places)

    def _corridor(self, iri: IRI, fact: ReviewedFact, _: str) -> None:
        codes = re.split("[->]", fact.value)
        directed = ("gcm:originCountry", "gcm:destinationCountry")
        node = self.node(iri, "gcm:corridor", f"corridor-{'-'.join(codes)}", "gcm:Corridor", fact.places)
        for predicate, code in zip(directed if ">" in fact.value else ("gcm:connectsCountry",) * 2, codes, strict=True):
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
        for key, predicate in (("organiser", "schema:organizer"), ("participant", "schema:contributor")):
            for slug in fact.value.get(key, ()):
                self.state(node, predicate, self.resource("organisation", slug, fact.line), fact.places)

    def _citation(self, iri: IRI, fact: ReviewedFact, name: str) -> None:
        name = name.replace("citation", "reference")
        node = self.node(iri, "dct:references", name, "dct:BibliographicResource", fact.places)
        printed = min(fact.places, key=lambda language: language != "en")  # the language of the value
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
        grants = [[*joint, *budgets[:1]], *([fact] for fact in (*budgets[1:], *funders) if fact not in joint)]
        for number, grant in enumerate(filter(None, grants), start=1):
            name = "funding" if number == 1 else f"funding-{number}"
            for fact in grant:
                node = self.node(iri, "schema:funding", name, "schema:MonetaryGrant", fact.places)
                if budgets and number > 1:  # a share of the whole budget, which sums must not count twice
                    self.state(node, "dct:isPartOf", IRI(f"{iri.value}#funding"), fact.places)
                if fact.key == "funder":
                    funder = self.resource("organisation", fact.value, fact.line)
                    self.state(node, "schema:funder", funder, fact.places)
                if written := fact.fields.get("amount") if fact.key == "funder" else fact.value:
                    amount = IRI(f"{node.value}-amount")
                    self.state(node, "schema:amount", amount, fact.places)
                    self.money(amount, fact.places, *written.split())


_FACTS: Mapping[str, Callable[[ReadingWriter, IRI, ReviewedFact, str], None]] = {
    "start": ReadingWriter._date,
    "end": ReadingWriter._date,
    "binding": ReadingWriter._binding,
    "outcome": ReadingWriter._outcome,
    "instrument": ReadingWriter._instrument,
    "corridor": ReadingWriter._corridor,
    "result": ReadingWriter._result,
    "planned": ReadingWriter._result,
    "cost": ReadingWriter._cost,
    "predecessor": ReadingWriter._predecessor,
    "event": ReadingWriter._event,
    "citation": ReadingWriter._citation,
}


def _moment(value: str) -> Term:
    return typed(value, _MOMENTS[len(value)])
