"""View models of the pages of kinds, each for the template `kinds/KIND.html`.

A practice has who, where, when, how much, for whom, results; countries, organisations and legal instruments have
practices by role, treaties, parties; objectives, actions, SDG goals and targets have texts of the Compact in their
editions; a source document has the practices that it describes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain

from pyroaring import BitMap

from gcmgraph.documents import plain_typography
from gcmgraph.model.terms import IRI, Literal, Term, Triple
from gcmgraph.publication.describe.description import EvidenceIndex, Fact
from gcmgraph.publication.labels import Label
from gcmgraph.translations import preference
from gcmgraph.web.i18n import TREATY_ACTS
from gcmgraph.web.resources.blocks import (
    MAX_CARDS,
    BoxRow,
    BoxValue,
    Cards,
    KindContext,
    box_rows,
    cards_of,
    period_of,
    practice_cards,
)


@dataclass(frozen=True)
class PracticeEvent:
    """An event of a practice."""

    title: tuple[Fact, ...]
    period: BoxValue | None
    organisers: tuple[Fact, ...]
    named: Fact


@dataclass(frozen=True)
class PracticePage:
    """View model of the page of a practice, before the complete list of statements."""

    also_called: tuple[Fact, ...]
    descriptions: tuple[Fact, ...]
    box: tuple[BoxRow, ...]
    outcomes: tuple[Fact, ...]
    objectives: tuple[Fact, ...]
    actions: tuple[Fact, ...]
    stated_targets: tuple[Fact, ...]
    inherited_targets: tuple[IRI, ...]
    wholes: tuple[Fact, ...]
    parts: Cards
    events: tuple[PracticeEvent, ...]
    citations: tuple[Fact, ...]
    sources: tuple[Fact, ...]


def practice_page(context: KindContext) -> PracticePage:
    """The view model of a practice."""
    stated = context.facts("gcm:relevantTarget")
    return PracticePage(
        context.texts("skos:altLabel"),
        context.texts("dct:description"),
        box_rows(context, "practice"),
        context.texts("gcm:outcome"),
        context.facts("gcm:objective"),
        context.facts("gcm:supportsAction"),
        stated,
        _inherited(context, {fact.object for fact in stated if isinstance(fact.object, IRI)}),
        context.facts("dct:isPartOf"),
        _parts(context),
        _events(context),
        _citations(context),
        context.documents(),
    )


def _inherited(context: KindContext, stated: set[IRI]) -> tuple[IRI, ...]:
    """The SDG targets of the practice's objectives and actions that it does not state itself."""
    facet = context.practices.facet("inherited-target")
    for item in context.practices.listed(context.practices.places([context.iri])):
        keys = item.values.get("inherited-target", ())
        found = (IRI(facet.value(key, context.addresses)) for key in keys) if facet else ()
        return context.sorted(iri for iri in found if iri not in stated)
    return ()


def _parts(context: KindContext) -> Cards:
    """The practices that are parts of this one."""
    index = context.practices
    parts = BitMap(part for place in index.places([context.iri]) for part in index.parts_of(place, index.parts))
    return Cards(cards_of(context, parts, most=len(parts)), len(parts), 0, "")


def _events(context: KindContext) -> tuple[PracticeEvent, ...]:
    events = [
        PracticeEvent(
            context.texts("dct:title", fact.object),
            period_of(context, fact.object),
            (*context.facts("schema:organizer", fact.object), *context.facts("schema:contributor", fact.object)),
            fact,
        )
        for fact in context.facts("dct:hasPart")
        if isinstance(fact.object, IRI) and fact.object in context.description.parts
    ]
    return tuple(sorted(events, key=_event_order))


def _event_order(event: PracticeEvent) -> tuple[bool, str]:
    start = event.period.period.start if event.period and event.period.period else None
    return start is None, str(start)


def _citations(context: KindContext) -> tuple[Fact, ...]:
    """The citations of the works that the source refers to."""
    works = [fact.object for fact in context.facts("dct:references") if isinstance(fact.object, IRI)]
    return tuple(fact for work in works for fact in context.texts("dct:bibliographicCitation", work)[:1])


#: Roles of a country in practices other than that they are carried out there: facets.
_ROLES = ("origin", "destination", "donor", "corridor")


@dataclass(frozen=True)
class CountryRole:
    """The practices of a country in a role, the name of a facet."""

    facet: str
    practices: Cards


@dataclass(frozen=True)
class Treaty:
    """A country as a party to a treaty."""

    instrument: IRI
    act: Label | None
    binding_date: Literal | None
    signature_date: Literal | None
    #: the date of the list of parties
    as_of: Literal | None
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class CountryPage:
    """View model of the page of a country, before the complete list of statements."""

    practices: Cards
    roles: tuple[CountryRole, ...]
    #: objectives with practices in the country, and those without
    covered: tuple[IRI, ...]
    gaps: tuple[IRI, ...]
    treaties: tuple[Treaty, ...]
    organisations: tuple[IRI, ...]
    places: tuple[IRI, ...]
    box: tuple[BoxRow, ...]


def country_page(context: KindContext, most: int = MAX_CARDS) -> CountryPage:
    """The view model of a country, with `most` cards at most."""
    here = context.having("country")
    postings = context.practices.postings("objective")
    start = f"{context.addresses.base}id/objective/"
    objectives = context.sorted(context.snapshot.listings.of("objective").members)
    covered = tuple(o for o in objectives if postings.get(o.value.removeprefix(start), here - here) & here)
    return CountryPage(
        practice_cards(context, here, context.list_address(country=context.key), most),
        tuple(
            CountryRole(role, practice_cards(context, found, context.list_address(**{role: context.key})))
            for role in _ROLES
            if (found := context.having(role))
        ),
        covered,
        tuple(objective for objective in objectives if objective not in covered),
        _treaties(context),
        context.referring("organisation", "country"),
        context.referring("place", "country"),
        box_rows(context, "country"),
    )


def _treaties(context: KindContext) -> tuple[Treaty, ...]:
    store = context.snapshot.store
    parts = {quad.subject for quad in store.quads(predicate=context.term("gcm:participant"), object=context.iri)}
    treaties = [_treaty(context, part) for part in parts if isinstance(part, IRI)]
    return tuple(sorted(treaties, key=lambda treaty: context.page.label(treaty.instrument).text))


def _treaty(context: KindContext, part: IRI) -> Treaty:
    described = context.snapshot.describer.describe(part, with_inbound=False)
    facts = described.facts if described else ()

    def value(curie: str) -> Literal | None:
        found = (fact.object for fact in facts if fact.predicate == context.term(curie))
        return next((literal for literal in found if isinstance(literal, Literal)), None)

    return Treaty(
        IRI(part.value.partition("#")[0]),
        _act(context, value("gcm:bindingAction")),
        value("gcm:bindingDate"),
        value("gcm:signatureDate"),
        value("gcm:asOf"),
        facts,
    )


def _act(context: KindContext, stated: Literal | None) -> Label | None:
    """The act by which a country was bound, without a note in brackets; another than the known ones as it is stated."""
    if stated is None:
        return None
    name = TREATY_ACTS.get(stated.value.partition(" (")[0])
    return Label(str(name), context.page.language) if name else Label(stated.value, stated.language or "en")


@dataclass(frozen=True)
class RolePractices:
    """The practices of an organisation in one role."""

    label: Label
    practices: Cards


@dataclass(frozen=True)
class OrganisationPage:
    """View model of the page of an organisation, before the complete list of statements."""

    acronyms: tuple[Fact, ...]
    box: tuple[BoxRow, ...]
    roles: tuple[RolePractices, ...]
    #: organisations that are parts of it
    parts: tuple[IRI, ...]


def organisation_page(context: KindContext) -> OrganisationPage:
    """The view model of an organisation."""
    led, funded = context.having("lead"), context.having("funder")
    others = context.having("organisation") - led
    roles = (("gcm:leadOrganisation", led, "lead"), ("gcm:partnerOrganisation", others, "organisation"))
    return OrganisationPage(
        context.texts("gcm:acronym"),
        box_rows(context, "organisation"),
        tuple(
            _role(context, curie, practices, facet)
            for curie, practices, facet in (*roles, ("schema:funder", funded, "funder"))
            if practices
        ),
        context.referring("organisation", "part-of"),
    )


def _role(context: KindContext, curie: str, practices: BitMap, facet: str) -> RolePractices:
    address = context.list_address(**{facet: context.key})
    return RolePractices(context.page.term_label(context.term(curie)), practice_cards(context, practices, address))


@dataclass(frozen=True)
class PartyCount:
    """A number of parties, and the date of its source."""

    number: int
    date: Literal


@dataclass(frozen=True)
class InstrumentPage:
    """View model of the page of a legal instrument, before the complete list of statements."""

    box: tuple[BoxRow, ...]
    #: number of the countries recorded as parties
    parties: int
    #: parties in the list, and by the depositary's page; None where unknown
    listed: PartyCount | None
    total: PartyCount | None
    actions: tuple[IRI, ...]
    practices: Cards
    links: tuple[Fact, ...]


def instrument_page(context: KindContext) -> InstrumentPage:
    """The view model of a legal instrument."""
    parties = list(context.snapshot.store.quads(predicate=context.term("gcm:participationIn"), object=context.iri))
    return InstrumentPage(
        box_rows(context, "instrument"),
        len({quad.subject for quad in parties}),
        _listed(context, {quad.subject for quad in parties if isinstance(quad.subject, IRI)}),
        _total(context),
        context.referring("action", "instrument"),
        practice_cards(context, context.having("instrument"), context.list_address(instrument=context.key)),
        (*context.facts("skos:exactMatch"), *context.facts("skos:closeMatch")),
    )


def _listed(context: KindContext, participations: Iterable[IRI]) -> PartyCount | None:
    """The parties in the list: participations with a binding date."""
    bound = {one for one in participations if _value(context, one, "gcm:bindingDate")}
    dates = {date for one in bound if (date := _value(context, one, "gcm:asOf"))}
    return PartyCount(len(bound), max(dates, key=lambda date: date.value)) if dates else None


def _total(context: KindContext) -> PartyCount | None:
    """The parties by the depositary's page."""
    store, bound = context.snapshot.store, context.term("gcm:bindingDate")
    for quad in store.quads(predicate=context.term("schema:observationAbout"), object=context.iri):
        status = quad.subject
        counted = isinstance(status, IRI) and any(store.quads(status, context.term("schema:measuredProperty"), bound))
        if counted and isinstance(status, IRI):
            number, date = _value(context, status, "schema:value"), _value(context, status, "gcm:asOf")
            return PartyCount(int(number.value), date) if number and date else None
    return None


def _value(context: KindContext, subject: IRI, curie: str) -> Literal | None:
    found = (quad.object for quad in context.snapshot.store.quads(subject, context.term(curie)))
    return next((value for value in found if isinstance(value, Literal)), None)


_WORD = re.compile(r"\S+\s*")


@dataclass(frozen=True)
class WordingPart:
    """Consecutive words of both texts (`same`), of the other wording only (`added`) or of the first only (`lacked`)."""

    kind: str
    text: str


@dataclass(frozen=True)
class OtherWording:
    """A wording with the editions that have it, compared with the text shown first."""

    editions: tuple[IRI, ...]
    language: str
    parts: tuple[WordingPart, ...]
    #: the statements of its text, one an edition
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class CompactText:
    """A text of the Compact in the best language, the editions that have it, and the other wordings."""

    facts: tuple[Fact, ...]
    editions: tuple[IRI, ...]
    others: tuple[OtherWording, ...]


def compact_text(context: KindContext, curie: str) -> CompactText:
    """The text of a property of the resource, such as `skos:definition`, with its wordings in the same language."""
    facts = context.texts(curie)
    firsts = [fact.object for fact in facts if isinstance(fact.object, Literal)]
    editions = {edition for fact in facts for edition in _editions(context, fact)}
    others = _others(context, curie, firsts[0]) if firsts else ()
    return CompactText(facts, _in_order(editions), tuple(others))


def _editions(context: KindContext, fact: Fact) -> Iterator[IRI]:
    """The editions of the documents that are evidence of a statement."""
    for source in {evidence.passage.source for evidence in fact.evidence} - {None}:
        for quad in context.snapshot.store.quads(source, context.term("gcm:edition")):
            if isinstance(quad.object, IRI):
                yield quad.object


def _in_order(editions: Iterable[IRI]) -> tuple[IRI, ...]:
    """Editions without duplicates: adopted, guidance, negotiated, which is the order of their slugs."""
    return tuple(sorted(set(editions), key=lambda edition: edition.value))


def _others(context: KindContext, curie: str, first: Literal) -> Iterator[OtherWording]:
    grouped: dict[str, list[tuple[IRI, Fact]]] = {}
    for node in context.values("gcm:wording"):
        texts = context.facts("rdf:value", of=node)
        if context.term(curie) not in context.values("gcm:wordingOf", of=node):
            continue
        for fact in texts:
            if isinstance(fact.object, Literal) and fact.object.language == first.language:
                grouped.setdefault(_key(fact.object.value), []).append((node, fact))
    for found in grouped.values():
        text = found[0][1].object
        editions = _in_order(e for node, _ in found for e in context.values("gcm:edition", of=node))
        if isinstance(text, Literal):
            parts = tuple(compared(first.value, text.value))
            yield OtherWording(editions, text.language or "", parts, tuple(fact for _, fact in found))


def compared(first: str, other: str) -> Iterator[WordingPart]:
    """The words of two texts as one sequence. Spaces, quotation marks and dashes are not compared."""
    a, b = _WORD.findall(first), _WORD.findall(other)
    matcher = SequenceMatcher(None, [_key(word) for word in a], [_key(word) for word in b], autojunk=False)
    for kind, a_start, a_end, b_start, b_end in matcher.get_opcodes():
        if kind == "equal":
            yield from _part("same", b[b_start:b_end])
        else:
            yield from _part("lacked", a[a_start:a_end])
            yield from _part("added", b[b_start:b_end])


def _part(kind: str, words: Sequence[str]) -> Iterator[WordingPart]:
    if words:
        yield WordingPart(kind, "".join(words).rstrip())


def _key(words: str) -> str:
    return "".join(plain_typography(words).split())


@dataclass(frozen=True)
class ActionCoverage:
    """An action, the number of the practices that support it, and the address of their list."""

    iri: IRI
    practices: int
    address: str


@dataclass(frozen=True)
class ObjectivePage:
    """View model of the page of an objective, before the complete list of statements."""

    short_names: tuple[Fact, ...]
    title: CompactText
    practices: Cards
    #: numbers of the countries and organisations of its practices
    countries: int
    organisations: int
    actions: tuple[ActionCoverage, ...]
    goals: tuple[Fact, ...]
    targets: tuple[Fact, ...]
    documents: tuple[Fact, ...]
    #: legal instruments that its actions name
    instruments: tuple[IRI, ...]

    @property
    def covered(self) -> int:
        """The number of its actions that a practice supports."""
        return sum(action.practices > 0 for action in self.actions)


def objective_page(context: KindContext, most: int = MAX_CARDS) -> ObjectivePage:
    """The view model of an objective, with `most` cards at most."""
    practices = context.having("objective")

    def count(facet: str) -> int:
        return sum(bool(places & practices) for places in context.practices.postings(facet).values())

    return ObjectivePage(
        context.texts("skos:altLabel"),
        compact_text(context, "skos:prefLabel"),
        practice_cards(context, practices, context.list_address(objective=context.key), most),
        count("country"),
        count("organisation"),
        tuple(action_coverage(context, action) for action in context.referring("action", "objective")),
        context.facts("gcm:relevantGoal"),
        context.facts("gcm:relevantTarget"),
        context.documents(),
        _instruments(context),
    )


def _instruments(context: KindContext) -> tuple[IRI, ...]:
    index = context.snapshot.listings.of("action")
    own, facet = index.postings("objective").get(context.key), index.facet("instrument")
    if not own or facet is None:
        return ()
    keys = (key for key, places in index.postings("instrument").items() if places & own)
    return context.sorted(IRI(facet.value(key, context.addresses)) for key in keys)


def action_coverage(context: KindContext, action: IRI) -> ActionCoverage:
    """The number of the practices that support an action."""
    key = action.value.removeprefix(f"{context.addresses.base}id/action/")
    practices = context.practices.count(context.having("action", key))
    return ActionCoverage(action, practices, context.list_address(action=key))


@dataclass(frozen=True)
class ActionPage:
    """View model of the page of an action, before the complete list of statements."""

    text: CompactText
    notes: tuple[Fact, ...]
    objectives: tuple[Fact, ...]
    box: tuple[BoxRow, ...]
    practices: Cards
    #: all actions of its objective
    siblings: tuple[IRI, ...]


def action_page(context: KindContext) -> ActionPage:
    """The view model of an action."""
    return ActionPage(
        compact_text(context, "skos:definition"),
        context.texts("skos:editorialNote"),
        context.facts("gcm:objective"),
        box_rows(context, "action"),
        practice_cards(context, context.having("action"), context.list_address(action=context.key)),
        _siblings(context),
    )


def _siblings(context: KindContext) -> tuple[IRI, ...]:
    index = context.snapshot.listings.of("action")
    start = f"{context.addresses.base}id/objective/"
    keys = [iri.value.removeprefix(start) for iri in context.values("gcm:objective")]
    places = {place for key in keys for place in index.postings("objective").get(key, ())}
    return context.sorted(index.iris(places).values())


@dataclass(frozen=True)
class TargetPage:
    """View model of the page of an SDG goal or target, before the complete list of statements."""

    definitions: tuple[Fact, ...]
    goals: tuple[Fact, ...]
    #: targets of a goal
    targets: tuple[IRI, ...]
    objectives: tuple[IRI, ...]
    actions: tuple[IRI, ...]
    #: practices that state a target themselves
    stated: Cards
    #: practices whose objective or action names it
    inherited: Cards
    #: the UN's own page, where one is linked
    matches: tuple[Fact, ...]


def target_page(context: KindContext) -> TargetPage:
    """The view model of an SDG goal or target."""
    is_goal = not context.values("sdgo:isTargetOf")
    facet = "goal" if is_goal else "target"
    stated, inherited = context.having("stated-target"), context.having("inherited-target")
    if is_goal:  # of a goal, no facet separates what practices state
        inherited = context.having("goal")
    through = context.list_address(**{"goal" if is_goal else "inherited_target": context.key})
    return TargetPage(
        context.texts("skos:definition"),
        context.facts("sdgo:isTargetOf"),
        context.referring("sdg", "goal"),
        context.referring("objective", facet),
        _actions(context),
        practice_cards(context, stated, context.list_address(stated_target=context.key)),
        practice_cards(context, inherited - stated, through),
        context.facts("skos:exactMatch"),
    )


def _actions(context: KindContext) -> tuple[IRI, ...]:
    """The actions that name it."""
    store, curies = context.snapshot.store, ("gcm:relevantTarget", "gcm:relevantGoal")
    start = f"{context.addresses.base}id/action/"
    subjects = {q.subject for c in curies for q in store.quads(predicate=context.term(c), object=context.iri)}
    return context.sorted(s for s in subjects if isinstance(s, IRI) and s.value.startswith(start))


#: Limit on the cards above the text.
_CARDS = 6


@dataclass(frozen=True)
class DocumentPage:
    """View model of the page of a source document, before its text."""

    practices: Cards
    objectives: tuple[IRI, ...]
    files: tuple[Fact, ...]
    web_pages: tuple[Fact, ...]


def document_page(context: KindContext) -> DocumentPage:
    """The view model of a source document."""
    store = context.snapshot.store
    start = f"{context.addresses.base}id/objective/"
    subjects = {quad.subject for quad in store.quads(predicate=context.term("dct:source"), object=context.iri)}
    return DocumentPage(
        practice_cards(context, context.having("source"), context.list_address(source=context.key), _CARDS),
        context.sorted(s for s in subjects if isinstance(s, IRI) and s.value.startswith(start)),
        context.facts("dcat:downloadURL"),
        context.facts("foaf:page"),
    )


@dataclass(frozen=True)
class DescribedOn:
    """A source of a practice: a document with the numbers of its pages, or a citation."""

    source: Term
    pages: tuple[int, ...] = ()


def described_on(context: KindContext, practice: IRI) -> tuple[DescribedOn, ...]:
    """The sources that describe a practice.

    That is the document with evidence for it in the language of the page or the next best one; for a practice without
    evidence, the sources that it states.
    """
    store, found = context.snapshot.store, dict[IRI, set[int]]()
    index = EvidenceIndex(store, context.addresses)
    for evidence in chain.from_iterable(index.about(practice).values()):
        if (document := evidence.passage.source) is not None:
            found.setdefault(document, set()).update([evidence.passage.page] if evidence.passage.page else [])
    if found:
        rank = preference(context.page.language)
        best = min(found, key=lambda document: (rank(_language(context, document)), document.value))
        return (DescribedOn(best, tuple(sorted(found[best]))),)
    stated = {triple.object for triple in store.triples(practice, context.term("dct:source"))}
    return tuple(DescribedOn(source) for source in sorted(stated, key=str) if not isinstance(source, Triple))


def _language(context: KindContext, document: IRI) -> str:
    tags = (triple.object for triple in context.snapshot.store.triples(document, context.term("dct:language")))
    return min((tag.value for tag in tags if isinstance(tag, Literal)), default="")
