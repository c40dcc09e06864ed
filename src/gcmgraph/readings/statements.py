"""A reading as quads: facts of the page in the graphs of its documents, the editors' words in graph/curated.

The terms are those of `docs/model.md`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from gcmgraph.errors import DataError, Place
from gcmgraph.model.terms import IRI, Literal, Quad, Term, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.readings.evidence import Statements
from gcmgraph.readings.model import (
    PlacedText,
    Places,
    Review,
    ReviewedAction,
    ReviewedFact,
    ReviewedPage,
    ReviewedPart,
    ReviewedPractice,
    SupportedAction,
    Texts,
)
from gcmgraph.readings.wordings import GUIDANCE, Wordings
from gcmgraph.readings.yaml_nodes import YamlList, YamlMap, YamlValue

#: The datatype of a moment by its number of characters: YYYY, YYYY-MM, YYYY-MM-DD.
_MOMENTS = {4: "gYear", 7: "gYearMonth", 10: "date"}

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


@dataclass(frozen=True)
class KnownResources:
    """The IRIs that a reading may name: everything that the reference data describes."""

    iris: frozenset[IRI]

    def require(self, iri: IRI, file: str, line: int) -> None:
        """Raise `DataError` for a resource that the reference data does not describe."""
        if iri not in self.iris:
            kind, _, local = iri.value.partition("/id/")[2].partition("/")
            if local.startswith("m49/"):
                raise DataError(
                    f"M49 has no region '{local.removeprefix('m49/')}'.",
                    place=Place(file, line),
                    hint="Use a code of data/reference/regions.csv.",
                )
            raise DataError(
                f"There is no {kind} '{local}'.",
                place=Place(file, line),
                hint="Correct the slug, or add the resource to its table in data/reference.",
            )


def page_quads(
    page: ReviewedPage, statements: Statements, wordings: Wordings, known: KnownResources, addresses: Addresses
) -> Iterator[Quad]:
    """The quads of a page without its practices. Raises `DataError` where it names an unknown resource."""
    writer = _PageWriter(page.file, statements, known, addresses)
    writer.page(page, wordings)
    yield from statements.quads()
    objective = IRI(addresses.thing("objective", str(page.objective)))
    yield from _review(objective, page.review, page.documents, statements, addresses)


def practice_quads(
    practice: ReviewedPractice, statements: Statements, known: KnownResources, addresses: Addresses
) -> Iterator[Quad]:
    """The quads of a practice and its parts. Raises `DataError` where it names an unknown resource."""
    writer = _PracticeWriter(practice.file, statements, known, addresses)
    iri = writer.practice(practice)
    yield from statements.quads()
    for subject in (iri, *(writer.iri("practice", part.slug) for part in practice.parts)):
        yield from _review(subject, practice.review, practice.title, statements, addresses)


def _review(
    subject: IRI, review: Review | None, languages: Mapping[str, object], statements: Statements, addresses: Addresses
) -> Iterator[Quad]:
    """The documents of a reading, and the day of its review, in graph/provenance."""
    v, graph = Vocabulary(addresses), IRI(addresses.graph("provenance"))
    for language in languages:
        yield Quad(subject, v("dct:source"), statements.source(language), graph)
    if review is not None:
        yield Quad(subject, v("dct:dateAccepted"), typed(review.on, "date"), graph)


class _Writer:
    """Steps that pages and practices share."""

    def __init__(self, file: str, statements: Statements, known: KnownResources, addresses: Addresses) -> None:
        self.file = file
        self.statements = statements
        self.known = known
        self.addresses = addresses
        self.v = statements.v

    def iri(self, kind: str, local: str) -> IRI:
        return IRI(self.addresses.thing(kind, local))

    def resource(self, kind: str, local: object, line: int) -> IRI:
        """The IRI of a resource that the reference data describes."""
        iri = self.iri(kind, str(local))
        self.known.require(iri, self.file, line)
        return iri

    def words(self, subject: IRI, predicate: str, words: Texts, places: Places | None = None) -> None:
        """State a text of the editors in each of its languages."""
        for language, value in words.items():
            self.statements.judge(subject, predicate, text(value, language), places)

    def placed(self, subject: IRI, predicate: str, texts: Mapping[str, PlacedText]) -> None:
        """State a text of the documents in each of its languages."""
        for language, one in texts.items():
            self.statements.state(subject, predicate, text(one.text, language), {language: one.places})

    def link(self, subject: IRI, fact: ReviewedFact) -> None:
        predicate, kind, path = _LINKS[fact.key]
        self.statements.state(subject, predicate, self.resource(kind, f"{path}{fact.value}", fact.line), fact.places)

    def instrument(self, subject: IRI, fact: ReviewedFact) -> None:
        predicate = "gcm:legalBasis" if fact.fields.get("role") else "gcm:instrument"
        self.statements.state(subject, predicate, self.resource("instrument", fact.value, fact.line), fact.places)


class _PageWriter(_Writer):
    """States an objective, its actions, and the SDG goals and targets of its page."""

    def page(self, page: ReviewedPage, wordings: Wordings) -> None:
        objective = self.iri("objective", str(page.objective))
        anchors = {language: one.places for language, one in page.title.items()}
        state = self.statements.state
        state(objective, "rdf:type", self.v("gcm:Objective"), anchors)
        state(objective, "skos:notation", Literal(str(page.objective)), anchors)
        for language, one in page.title.items():
            places = {language: one.places}
            wordings.state(self.statements, GUIDANCE, objective, "skos:prefLabel", one.text, places)
        self.words(objective, "skos:editorialNote", page.note)
        for action in page.actions:
            self._action(objective, page.objective, action)
        for key, references in (("gcm:relevantGoal", page.goals), ("gcm:relevantTarget", page.targets)):
            for reference in references:
                iri = self.resource("sdg", reference.code, reference.line)
                state(objective, key, iri, reference.places)

    def _action(self, objective: IRI, number: int, action: ReviewedAction) -> None:
        notation = f"{number}{action.letter}"
        iri = self.iri("action", notation)
        state = self.statements.state
        state(iri, "rdf:type", self.v("gcm:Action"), action.places)
        state(iri, "skos:notation", Literal(notation), action.places)
        state(iri, "gcm:objective", objective, action.places)
        self.words(iri, "skos:prefLabel", action.label, action.places)
        self.words(iri, "skos:editorialNote", action.note)
        for fact in action.instruments:
            self.instrument(iri, fact)
        for fact in action.principles:
            self.link(iri, fact)


class _PracticeWriter(_Writer):
    """States one practice and its parts."""

    def practice(self, practice: ReviewedPractice) -> IRI:
        iri = self.iri("practice", practice.slug)
        anchors = {language: one.places for language, one in practice.title.items()}
        self._identity(iri, practice.objective, anchors)
        self.placed(iri, "dct:title", practice.title)
        self.placed(iri, "skos:altLabel", practice.short_names)
        self.words(iri, "dct:description", practice.summary)
        self.words(iri, "skos:editorialNote", practice.note)
        self._facts(iri, practice.facts)
        self._supports(iri, practice.supports, practice.review)
        for part in practice.parts:
            self._part(iri, practice, part)
        return iri

    def _identity(self, iri: IRI, objective: int, anchors: Places) -> None:
        self.statements.state(iri, "rdf:type", self.v("gcm:Practice"), anchors)
        self.statements.state(iri, "gcm:objective", self.iri("objective", str(objective)), anchors)

    def _part(self, whole: IRI, practice: ReviewedPractice, part: ReviewedPart) -> None:
        iri = self.iri("practice", part.slug)
        anchors: Places = {}
        for fact in part.facts:
            anchors = {**{language: places[:1] for language, places in fact.places.items()}, **anchors}
        self._identity(iri, practice.objective, anchors)
        self.statements.state(whole, "dct:hasPart", iri, anchors)
        self.statements.state(iri, "dct:isPartOf", whole, anchors)
        self.words(iri, "dct:title", part.title)
        self.words(iri, "dct:description", part.summary)
        self.words(iri, "skos:editorialNote", part.note)
        self._facts(iri, part.facts)
        self._supports(iri, part.supports, practice.review)

    def _supports(self, iri: IRI, supports: tuple[SupportedAction, ...], review: Review | None) -> None:
        """The judgements, each with its rationale: rdf:Statement nodes as in data/curated."""
        for judgement in supports:
            action = self.iri("action", judgement.action)
            node = IRI(f"{iri.value}#judgement-{judgement.action}")
            judge = self.statements.judge
            judge(iri, "gcm:supportsAction", action)
            judge(node, "rdf:type", self.v("rdf:Statement"))
            judge(node, "rdf:subject", iri)
            judge(node, "rdf:predicate", self.v("gcm:supportsAction"))
            judge(node, "rdf:object", action)
            self.words(node, "gcm:rationale", judgement.rationale)
            if review is not None:
                judge(node, "dct:creator", Literal(review.by))
                judge(node, "dct:created", typed(judgement.on or review.on, "date"))

    def _facts(self, iri: IRI, facts: tuple[ReviewedFact, ...]) -> None:
        numbers: dict[str, int] = {}
        for fact in facts:
            if fact.key in _LINKS:
                self.link(iri, fact)
            elif fact.key not in {"amount", "funder"}:
                numbers[fact.key] = numbers.get(fact.key, 0) + 1
                _FACTS[fact.key](self, iri, fact, numbers[fact.key])
        self._funding(iri, facts)

    def _moment(self, iri: IRI, fact: ReviewedFact, _: int) -> None:
        predicate = {"start": "schema:startDate", "end": "schema:endDate"}[fact.key]
        self.statements.state(iri, predicate, _moment(fact.value), fact.places)

    def _binding(self, iri: IRI, fact: ReviewedFact, _: int) -> None:
        self.statements.state(iri, "gcm:binding", typed(str(fact.value), "boolean"), fact.places)

    def _outcome(self, iri: IRI, fact: ReviewedFact, _: int) -> None:
        self.words(iri, "gcm:outcome", _texts(fact.value), fact.places)

    def _instrument(self, iri: IRI, fact: ReviewedFact, _: int) -> None:
        self.instrument(iri, fact)

    def _corridor(self, iri: IRI, fact: ReviewedFact, _: int) -> None:
        written = str(fact.value)
        codes = re.split("[->]", written)
        directed = ("gcm:originCountry", "gcm:destinationCountry")
        node = IRI(f"{iri.value}#corridor-{'-'.join(codes)}")
        state = self.statements.state
        state(iri, "gcm:corridor", node, fact.places)
        state(node, "rdf:type", self.v("gcm:Corridor"), fact.places)
        for predicate, code in zip(directed if ">" in written else ("gcm:connectsCountry",) * 2, codes, strict=True):
            country = self.resource("country", code, fact.line)
            state(node, predicate, country, fact.places)
            state(iri, "gcm:involvesCountry", country, fact.places)

    def _result(self, iri: IRI, fact: ReviewedFact, number: int) -> None:
        value = fact.value
        assert isinstance(value, YamlMap)  # noqa: S101 - checked by FACT_KINDS
        node = IRI(f"{iri.value}#{fact.key}-{number}")
        state = self.statements.state
        state(iri, {"result": "schema:result", "planned": "gcm:plannedResult"}[fact.key], node, fact.places)
        state(node, "rdf:type", self.v("schema:QuantitativeValue"), fact.places)
        state(node, "schema:value", _number(str(value["value"])), fact.places)
        if "bound" in value:
            state(node, "gcm:bound", self.resource("concept", f"bound/{value['bound']}", fact.line), fact.places)
        self.words(node, "schema:unitText", _texts(value["unit"]), fact.places)

    def _cost(self, iri: IRI, fact: ReviewedFact, number: int) -> None:
        node = IRI(f"{iri.value}#cost-{number}")
        self.statements.state(iri, "gcm:cost", node, fact.places)
        self._money(node, str(fact.value), fact.places)
        if "what" in fact.fields:
            self.words(node, "dct:description", _texts(fact.fields["what"]), fact.places)

    def _money(self, node: IRI, written: str, places: Places) -> None:
        value, currency = written.split(" ")
        state = self.statements.state
        state(node, "rdf:type", self.v("schema:MonetaryAmount"), places)
        state(node, "schema:value", _number(value), places)
        state(node, "schema:currency", Literal(currency), places)

    def _funding(self, iri: IRI, facts: tuple[ReviewedFact, ...]) -> None:
        """One grant for the budget with the funders who have no amount of their own; one for each other funder."""
        budgets = [fact for fact in facts if fact.key == "amount"]
        funders = [fact for fact in facts if fact.key == "funder"]
        joint = [fact for fact in funders if "amount" not in fact.fields]
        grants: list[tuple[list[ReviewedFact], ReviewedFact | None]] = []
        if joint or budgets:
            grants.append((joint, budgets[0] if budgets else None))
        grants += [([], budget) for budget in budgets[1:]]
        grants += [([fact], None) for fact in funders if "amount" in fact.fields]
        state = self.statements.state
        for number, (givers, budget) in enumerate(grants, start=1):
            node = IRI(f"{iri.value}#funding" + (f"-{number}" if number > 1 else ""))
            for fact in (*givers, *([budget] if budget else [])):
                state(iri, "schema:funding", node, fact.places)
                state(node, "rdf:type", self.v("schema:MonetaryGrant"), fact.places)
                if budgets and number > 1:  # a share of the whole budget, which sums must not count twice
                    state(node, "dct:isPartOf", IRI(f"{iri.value}#funding"), fact.places)
            for fact in givers:
                state(node, "schema:funder", self.resource("organisation", fact.value, fact.line), fact.places)
            written, places = (
                (str(budget.value), budget.places)
                if budget
                else (str(givers[0].fields.get("amount", "")), givers[0].places)
            )
            if written:
                amount = IRI(f"{node.value}-amount")
                state(node, "schema:amount", amount, places)
                self._money(amount, written, places)

    def _predecessor(self, iri: IRI, fact: ReviewedFact, number: int) -> None:
        node = IRI(f"{iri.value}#predecessor-{number}")
        state = self.statements.state
        state(iri, "dct:replaces", node, fact.places)
        state(node, "rdf:type", self.v("prov:Activity"), fact.places)
        self.words(node, "dct:title", _texts(fact.value), fact.places)
        for key, predicate in (("start", "schema:startDate"), ("end", "schema:endDate")):
            if key in fact.fields:
                state(node, predicate, _moment(fact.fields[key]), fact.places)

    def _event(self, iri: IRI, fact: ReviewedFact, number: int) -> None:
        event = fact.value
        assert isinstance(event, YamlMap)  # noqa: S101 - checked by FACT_KINDS
        node = IRI(f"{iri.value}#event-{number}")
        state = self.statements.state
        state(iri, "dct:hasPart", node, fact.places)
        state(node, "rdf:type", self.v("schema:Event"), fact.places)
        self.words(node, "dct:title", _texts(event["title"]), fact.places)
        for key, predicate in (("start", "schema:startDate"), ("end", "schema:endDate")):
            if key in event:
                state(node, predicate, _moment(event[key]), fact.places)
        for key, predicate in (("organiser", "schema:organizer"), ("participant", "schema:contributor")):
            named = event.get(key, YamlList())
            for slug in named if isinstance(named, YamlList) else [named]:
                state(node, predicate, self.resource("organisation", slug, fact.line), fact.places)

    def _citation(self, iri: IRI, fact: ReviewedFact, number: int) -> None:
        node = IRI(f"{iri.value}#reference-{number}")
        state = self.statements.state
        state(iri, "dct:references", node, fact.places)
        state(node, "rdf:type", self.v("dct:BibliographicResource"), fact.places)
        others = fact.fields.get("text", YamlMap())
        written = _texts(others) if isinstance(others, YamlMap) else {}
        first = next((language for language in ("en", *fact.places) if language in fact.places), "en")
        for language, places in fact.places.items():
            words = written.get(language) or (str(fact.value) if language == first else "")
            if words:
                state(node, "dct:bibliographicCitation", text(words, language), {language: places})
        if "creator" in fact.fields:
            creator = self.resource("organisation", fact.fields["creator"], fact.line)
            state(node, "dct:creator", creator, fact.places)
        if "year" in fact.fields:
            state(node, "dct:date", typed(str(fact.fields["year"]), "gYear"), fact.places)


_FACTS: Mapping[str, Callable[[_PracticeWriter, IRI, ReviewedFact, int], None]] = {
    "start": _PracticeWriter._moment,
    "end": _PracticeWriter._moment,
    "binding": _PracticeWriter._binding,
    "outcome": _PracticeWriter._outcome,
    "instrument": _PracticeWriter._instrument,
    "corridor": _PracticeWriter._corridor,
    "result": _PracticeWriter._result,
    "planned": _PracticeWriter._result,
    "cost": _PracticeWriter._cost,
    "predecessor": _PracticeWriter._predecessor,
    "event": _PracticeWriter._event,
    "citation": _PracticeWriter._citation,
}


def _moment(value: YamlValue) -> Term:
    return typed(str(value), _MOMENTS[len(str(value))])


def _number(written: str) -> Term:
    return typed(written, "decimal" if re.search(r"\.", written) else "integer")


def _texts(value: YamlValue) -> Texts:
    assert isinstance(value, YamlMap)  # noqa: S101 - checked by FACT_KINDS
    return {language: str(words) for language, words in value.items()}
