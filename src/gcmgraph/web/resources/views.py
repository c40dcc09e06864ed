"""Contents of the pages of kinds beyond their facts, each for the template `kinds/KIND.html`.

A practice has events and targets of its objective, a country and an organisation practices by
role, an evaluation files, a document of the United Nations paragraphs. Treaties are in
`treaty_views`, texts of the Compact in their editions in `wording_views`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import NamedTuple
from urllib.parse import unquote

from pyroaring import BitMap

from gcmgraph.platform.text import natural
from gcmgraph.publication.descriptions import EvidenceIndex, Fact, Label
from gcmgraph.publication.lists.index import SORTS, Listed
from gcmgraph.rdf.terms import IRI, Literal, Term, Triple
from gcmgraph.translations.language_preference import preference
from gcmgraph.web.browse.list_request import ListRequest
from gcmgraph.web.browse.page import ListPage
from gcmgraph.web.resources.facts import FactsPage

#: Roles of a country in practices other than that they are carried out there: facets.
_COUNTRY_ROLES = ("origin", "destination", "donor", "corridor")

#: Limit on the evaluations listed on a page.
MAX_EVALUATIONS = 6

#: Start of events without a date in their order: after all dates.
_UNDATED = "~"


class OrganisationRole(NamedTuple):
    """A role of organisations in practices."""

    #: property whose name is the heading
    curie: str
    facet: str
    #: facet of practices that are listed above
    facet_above: str


_ORGANISATION_ROLES = (
    OrganisationRole("gcm:leadOrganisation", "lead", ""),
    OrganisationRole("gcm:partnerOrganisation", "organisation", "lead"),
    OrganisationRole("schema:funder", "funder", ""),
)


@dataclass(frozen=True)
class Evaluations:
    """The newest evaluations of a resource with their years, the number of all, and the address of their list."""

    items: tuple[tuple[IRI, str], ...]
    total: int
    address: str
    #: the day of the list that they are from; None for contributed ones
    as_of: Literal | None


def inherited_targets(page: FactsPage) -> tuple[IRI, ...]:
    """The SDG targets of a practice's objectives and actions that it does not state itself."""
    own_targets = page.values("gcm:relevantTarget")
    listed_practices = page.practices.listed(page.practices.rows([page.iri]))
    inherited = chain.from_iterable(
        page.facet_values(practice, "inherited-target") for practice in listed_practices
    )
    return page.sorted(target for target in inherited if target not in own_targets)


def practice_parts(page: FactsPage) -> list[Listed]:
    """The practices that are parts of one."""
    index = page.practices
    parts = BitMap()
    for row in index.rows([page.iri]):
        parts.update(index.parts_of(row, index.parts))
    return index.ordered(parts, SORTS[0], page.language, 0, len(parts))


def events(page: FactsPage) -> list[Fact]:
    """The events of a practice, in the order of their dates."""

    def start(event: Fact) -> str:
        begin = page.period(event.object).start if isinstance(event.object, IRI) else None
        return str(begin) if begin else _UNDATED

    parts = page.description.parts
    return sorted((fact for fact in page.facts("dct:hasPart") if fact.object in parts), key=start)


def citations(page: FactsPage) -> list[Fact]:
    """The citations of the works that the source of a practice refers to, one of each work."""
    citations_by_work = (
        page.texts("dct:bibliographicCitation", work) for work in page.values("dct:references")
    )
    return [texts[0] for texts in citations_by_work if texts]


def described_on(page: FactsPage, practice: IRI) -> list[tuple[Term, list[int]]]:
    """The sources that describe a practice: documents with the numbers of pages, and citations.

    That is the document with evidence for it in the language of the page or the next best one; for
    a practice without evidence, the sources that it states.
    """
    store = page.snapshot.store
    evidence_by_statement = EvidenceIndex(store, page.site.addresses).about(practice)
    pages_by_document: dict[IRI, set[int]] = {}
    for evidence in chain.from_iterable(evidence_by_statement.values()):
        passage = evidence.passage
        if passage.source is not None:
            page_numbers = pages_by_document.setdefault(passage.source, set())
            if passage.page:
                page_numbers.add(passage.page)
    if pages_by_document:
        rank = preference(page.language)
        best_document = min(
            pages_by_document,
            key=lambda document: (rank(_language(page, document)), document.value),
        )
        return [(best_document, sorted(pages_by_document[best_document]))]
    sources = {triple.object for triple in store.triples(practice, page.term("dct:source"))}
    return [(source, []) for source in sorted(sources, key=str) if not isinstance(source, Triple)]


def _language(page: FactsPage, document: IRI) -> str:
    return min((tag.value for tag in page.stated(document).texts("dct:language")), default="")


def country_roles(page: FactsPage) -> list[tuple[str, ListPage]]:
    """The practices of a country in other roles, by facet; only roles with practices."""
    practices_by_role = ((role, page.cards(role)) for role in _COUNTRY_ROLES)
    return [(role, cards) for role, cards in practices_by_role if cards.total]


def organisation_roles(page: FactsPage) -> list[tuple[Label, ListPage]]:
    """The practices of an organisation by role; only roles with practices."""
    practices_by_role: list[tuple[Label, ListPage]] = []
    for role in _ORGANISATION_ROLES:
        cards = page.cards(role.facet, without=role.facet_above)
        if cards.total:
            practices_by_role.append((page.term_label(page.term(role.curie)), cards))
    return practices_by_role


def evaluations(facet: str, page: FactsPage) -> Evaluations | None:
    """The evaluations that have the resource as a value of a facet; None without any."""
    index = page.snapshot.listings.of("evaluation")
    rows = index.postings(facet).get(page.key) or BitMap()
    items = tuple(islice(_newest_evaluations(page, rows), MAX_EVALUATIONS))
    if not items:
        return None
    list_days = (first_text(page, iri, "gcm:asOf") for iri, _ in items)
    list_request = ListRequest("evaluation", {facet: (page.key,)}, language=page.address_language)
    as_of = next((day for day in list_days if day), None)
    return Evaluations(items, len(rows), list_request.address(), as_of)


def _newest_evaluations(page: FactsPage, rows: BitMap) -> Iterator[tuple[IRI, str]]:
    """Evaluations with their years, the newest first, those of a year by name."""
    index = page.snapshot.listings.of("evaluation")
    rows_by_year = index.postings("year")
    for year in reversed([*rows_by_year]):
        for iri in page.sorted(index.iris(rows_by_year[year] & rows)):
            yield iri, year


def report_files(page: FactsPage) -> list[tuple[Fact, str]]:
    """The files of an evaluation, each with its name; some addresses are encoded twice."""
    files: list[tuple[Fact, str]] = []
    for fact in page.facts("schema:url"):
        address = str(fact.object)[1:-1]
        files.append((fact, unquote(unquote(address)).rpartition("/")[2]))
    return files


def objectives_of_themes(page: FactsPage) -> tuple[IRI, ...]:
    """The objectives that the themes of an evaluation concern, by the judgement of editors."""
    index = page.snapshot.listings.of("evaluation")
    (evaluation,) = index.listed(index.rows([page.iri]))
    return page.sorted(index.values("objective", evaluation.values.get("objective", ())))


def un_paragraphs(curie: str, page: FactsPage) -> list[IRI]:
    """Paragraphs that have the resource as a value of a property, the newest document first, by kinds and number."""
    store = page.snapshot.store
    class_property = page.term("rdf:type")
    paragraph_class = page.term("eli:LegalResourceSubdivision")

    def order_in_document(paragraph: IRI) -> tuple[tuple[IRI, ...], list[tuple[int, str]]]:
        values = page.stated(paragraph)
        kinds = page.sorted(values.iris("dct:type"))
        return kinds, natural(values.text("skos:notation") or "")

    def document_order(paragraph: IRI) -> tuple[str, str]:
        document = page.whole(paragraph)
        return page.stated(document).text("eli:date_document") or "", document.value

    paragraphs = [
        subject
        for subject in subjects(page, curie)
        if any(store.quads(subject, class_property, paragraph_class))
    ]
    paragraphs.sort(key=order_in_document)
    return sorted(paragraphs, key=document_order, reverse=True)


def shared_values(facet: str, page: FactsPage) -> int:
    """The number of the values of a facet that practices of an objective have."""
    own_practices = page.having("objective")
    return sum(bool(rows & own_practices) for rows in page.practices.postings(facet).values())


def instruments(page: FactsPage) -> tuple[IRI, ...]:
    """The legal instruments that the actions of an objective name."""
    index = page.snapshot.listings.of("action")
    own_actions = index.postings("objective").get(page.key, BitMap())
    actions_by_instrument = index.postings("instrument")
    keys = [key for key, actions in actions_by_instrument.items() if actions & own_actions]
    return page.sorted(index.values("instrument", keys))


def siblings(page: FactsPage) -> tuple[IRI, ...]:
    """All actions of the objective of an action."""
    index = page.snapshot.listings.of("action")
    actions_by_objective = index.postings("objective")
    rows = BitMap()
    for objective in page.values("gcm:objective"):
        rows |= actions_by_objective.get(page.local_name(objective), BitMap())
    return page.sorted(index.iris(rows))


def target_actions(page: FactsPage) -> tuple[IRI, ...]:
    """The actions that name an SDG goal or target."""
    naming = subjects(page, "gcm:relevantTarget") | subjects(page, "gcm:relevantGoal")
    return page.sorted(iri for iri in naming if page.site.addresses.kind_of(iri.value) == "action")


def target_indicators(page: FactsPage) -> tuple[IRI, ...]:
    """The indicators of an SDG target that this graph describes."""
    return page.sorted(subjects(page, "sdgo:isIndicatorOf"))


def document_objectives(page: FactsPage) -> tuple[IRI, ...]:
    """The objectives that a document is the source of."""
    naming = subjects(page, "dct:source")
    return page.sorted(
        iri for iri in naming if page.site.addresses.kind_of(iri.value) == "objective"
    )


def subjects(page: FactsPage, curie: str) -> set[IRI]:
    """The resources that have the resource of a page as a value of a property."""
    quads = page.snapshot.store.quads(predicate=page.term(curie), object=page.iri)
    return {quad.subject for quad in quads if isinstance(quad.subject, IRI)}


def first_text(page: FactsPage, subject: IRI, curie: str) -> Literal | None:
    """The first literal of a property of any resource; None without one."""
    return next(iter(page.stated(subject).texts(curie)), None)
