"""Contents of the pages of kinds beyond their facts, each for the template `kinds/KIND.html`.

A practice has events and targets of its objective; a country treaties and objectives without a
practice; objectives and actions texts of the Compact in their editions; a treaty numbers of
parties.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain, islice
from urllib.parse import unquote

from pyroaring import BitMap

from gcmgraph.platform.text import natural
from gcmgraph.publication.descriptions import Description, EvidenceIndex, Fact, Label
from gcmgraph.publication.lists.index import SORTS, Listed
from gcmgraph.rdf.terms import IRI, Literal, Term, Triple
from gcmgraph.sources.source_texts import plain_typography
from gcmgraph.translations import preference
from gcmgraph.web.browse.page import ListPage, ListRequest
from gcmgraph.web.i18n import NAMES
from gcmgraph.web.resources.facts import FactsPage

# practices


def inherited_targets(page: FactsPage) -> tuple[IRI, ...]:
    """The SDG targets of a practice's objectives and actions that it does not state itself."""
    stated = page.values("gcm:relevantTarget")
    listed = page.practices.listed(page.practices.rows([page.iri]))
    found = (iri for item in listed for iri in page.facet_values(item, "inherited-target"))
    return page.sorted(iri for iri in found if iri not in stated)


def practice_parts(page: FactsPage) -> list[Listed]:
    """The practices that are parts of one."""
    index = page.practices
    parts = BitMap(
        part for row in index.rows([page.iri]) for part in index.parts_of(row, index.parts)
    )
    return index.ordered(parts, SORTS[0], page.language, 0, len(parts))


def events(page: FactsPage) -> list[Fact]:
    """The events of a practice, in the order of their dates."""

    def start(fact: Fact) -> str:
        begin = page.period(fact.object).start if isinstance(fact.object, IRI) else None
        return str(begin) if begin else "~"  # those without a start are last

    return sorted(
        (fact for fact in page.facts("dct:hasPart") if fact.object in page.description.parts),
        key=start,
    )


def citations(page: FactsPage) -> list[Fact]:
    """The citations of the works that the source of a practice refers to."""
    return [
        fact
        for work in page.values("dct:references")
        for fact in page.texts("dct:bibliographicCitation", work)[:1]
    ]


def described_on(page: FactsPage, practice: IRI) -> list[tuple[Term, list[int]]]:
    """The sources that describe a practice: documents with the numbers of pages, and citations.

    That is the document with evidence for it in the language of the page or the next best one; for
    a practice without evidence, the sources that it states.
    """
    store, found = page.snapshot.store, dict[IRI, set[int]]()
    index = EvidenceIndex(store, page.site.addresses)
    for evidence in chain.from_iterable(index.about(practice).values()):
        if (document := evidence.passage.source) is not None:
            found.setdefault(document, set()).update(
                [evidence.passage.page] if evidence.passage.page else []
            )
    if found:
        rank = preference(page.language)
        best = min(found, key=lambda document: (rank(_language(page, document)), document.value))
        return [(best, sorted(found[best]))]
    stated = {triple.object for triple in store.triples(practice, page.term("dct:source"))}
    return [(source, []) for source in sorted(stated, key=str) if not isinstance(source, Triple)]


def _language(page: FactsPage, document: IRI) -> str:
    return min((tag.value for tag in page.stated(document).texts("dct:language")), default="")


# countries, organisations, legal instruments

#: Roles of a country in practices other than that they are carried out there: facets.
_COUNTRY_ROLES = ("origin", "destination", "donor", "corridor")

#: Roles of an organisation: property whose name is the heading, facet, facet of practices listed
#: above.
_ORGANISATION_ROLES = (
    ("gcm:leadOrganisation", "lead", ""),
    ("gcm:partnerOrganisation", "organisation", "lead"),
    ("schema:funder", "funder", ""),
)


def country_roles(page: FactsPage) -> list[tuple[str, ListPage]]:
    """The practices of a country in other roles, by facet."""
    return [(role, cards) for role in _COUNTRY_ROLES if (cards := page.cards(role)).total]


def organisation_roles(page: FactsPage) -> list[tuple[Label, ListPage]]:
    """The practices of an organisation by role."""
    found = (
        (curie, page.cards(facet, without=other)) for curie, facet, other in _ORGANISATION_ROLES
    )
    return [(page.term_label(page.term(curie)), cards) for curie, cards in found if cards.total]


def covered_objectives(page: FactsPage, *, covered: bool) -> list[IRI]:
    """The objectives with practices in a country, or those without."""
    here, of = page.having("country"), page.practices.postings("objective")
    objectives = page.sorted(page.snapshot.listings.of("objective").members)
    return [
        iri for iri in objectives if bool(of.get(page.local_name(iri), BitMap()) & here) is covered
    ]


def treaties(page: FactsPage) -> list[tuple[Description, Label | None]]:
    """The participations of a country in treaties, each with the act by which it was bound, by name of the treaty."""
    described = (
        page.snapshot.describer.describe(p, with_inbound=False)
        for p in _subjects(page, "gcm:participant")
    )
    found = [(one, _act(page, one)) for one in described if one]
    return sorted(found, key=lambda one: page.label(page.whole(one[0].iri)).text)


def _act(page: FactsPage, participation: Description) -> Label | None:
    """The name of an act without a note in brackets; an act of another kind than the known ones as it is stated."""
    stated = next(iter(participation.texts(page.term("gcm:bindingAction"))), None)
    if stated is None:
        return None
    name = NAMES["treaty-act"].get(stated.value.partition(" (")[0])
    return Label(str(name), page.language) if name else Label(stated.value, stated.language or "en")


def parties(page: FactsPage) -> int:
    """The number of the countries recorded as parties or signatories of a treaty."""
    return len(_subjects(page, "gcm:participationIn"))


def listed_parties(page: FactsPage) -> tuple[int, Literal] | None:
    """The parties in the list: participations with a binding date; the date of the list; None where unknown."""
    bound = [
        one
        for one in _subjects(page, "gcm:participationIn")
        if _value(page, one, "gcm:bindingDate")
    ]
    dates = [date for one in bound if (date := _value(page, one, "gcm:asOf"))]
    return (len(bound), max(dates, key=lambda date: date.value)) if dates else None


def all_parties(page: FactsPage) -> tuple[int, Literal] | None:
    """The parties by the depositary's page, and its date; None where unknown."""
    store, bound = page.snapshot.store, page.term("gcm:bindingDate")
    for status in _subjects(page, "schema:observationAbout"):
        if any(store.quads(status, page.term("schema:measuredProperty"), bound)):
            number, date = _value(page, status, "schema:value"), _value(page, status, "gcm:asOf")
            return (int(number.value), date) if number and date else None
    return None


# evaluations

#: Limit on the evaluations listed on a page.
MAX_EVALUATIONS = 6


@dataclass(frozen=True)
class Evaluations:
    """The newest evaluations of a resource with their years, the number of all, and the address of their list."""

    items: tuple[tuple[IRI, str], ...]
    total: int
    address: str
    #: the day of the list that they are from; None for contributed ones
    as_of: Literal | None


def evaluations(facet: str, page: FactsPage) -> Evaluations | None:
    """The evaluations that have the resource as a value of a facet; None without any."""
    index = page.snapshot.listings.of("evaluation")
    found, years = index.postings(facet).get(page.key) or BitMap(), index.postings("year")
    newest = (
        (iri, year)
        for year in reversed([*years])
        for iri in page.sorted(index.iris(years[year] & found))
    )
    if not (items := tuple(islice(newest, MAX_EVALUATIONS))):
        return None
    dates = (_value(page, iri, "gcm:asOf") for iri, _ in items)
    request = ListRequest("evaluation", {facet: (page.key,)}, language=page.address_language)
    return Evaluations(
        items, len(found), request.address(), next((date for date in dates if date), None)
    )


def report_files(page: FactsPage) -> list[tuple[Fact, str]]:
    """The files of an evaluation, each with its name; some addresses are encoded twice."""
    return [
        (fact, unquote(unquote(str(fact.object)[1:-1])).rpartition("/")[2])
        for fact in page.facts("schema:url")
    ]


def objectives_of_themes(page: FactsPage) -> tuple[IRI, ...]:
    """The objectives that the themes of an evaluation concern, by the judgement of editors."""
    index = page.snapshot.listings.of("evaluation")
    (item,) = index.listed(index.rows([page.iri]))
    return page.sorted(index.values("objective", item.values.get("objective", ())))


# documents of the United Nations


def un_paragraphs(curie: str, page: FactsPage) -> list[IRI]:
    """Paragraphs that have the resource as a value of a property, the newest document first, by kinds and number."""
    store, of_type, subdivision = (
        page.snapshot.store,
        page.term("rdf:type"),
        page.term("eli:LegalResourceSubdivision"),
    )

    def order(part: IRI) -> tuple[tuple[IRI, ...], list[tuple[int, str]]]:
        stated = page.stated(part)
        return page.sorted(stated.iris("dct:type")), natural(stated.text("skos:notation") or "")

    def adopted(part: IRI) -> tuple[str, str]:
        document = page.whole(part)
        return page.stated(document).text("eli:date_document") or "", document.value

    parts = (
        part for part in _subjects(page, curie) if any(store.quads(part, of_type, subdivision))
    )
    return sorted(sorted(parts, key=order), key=adopted, reverse=True)


# objectives, actions, targets, documents


@dataclass(frozen=True)
class OtherWording:
    """A wording with the editions that have it, compared with the text shown first."""

    editions: tuple[IRI, ...]
    language: str
    #: consecutive words of both texts (`same`), of this wording only (`added`) or of the first only
    #: (`lacked`)
    parts: tuple[tuple[str, str], ...]
    #: the statements of its text, one an edition
    facts: tuple[Fact, ...]


def editions_of(curie: str, page: FactsPage) -> tuple[IRI, ...]:
    """Editions that have the text of a property of the resource, such as `skos:definition`, in the best language."""
    sources = {
        evidence.passage.source for fact in page.texts(curie) for evidence in fact.evidence
    } - {None}
    found = (
        quad.object
        for source in sources
        for quad in page.snapshot.store.quads(source, page.term("gcm:edition"))
    )
    return _in_order(iri for iri in found if isinstance(iri, IRI))


def _in_order(editions: Iterable[IRI]) -> tuple[IRI, ...]:
    """Editions without duplicates: adopted, guidance, negotiated, which is the order of their slugs."""
    return tuple(sorted(set(editions), key=lambda edition: edition.value))


def other_wordings(curie: str, page: FactsPage) -> list[OtherWording]:
    """The other wordings of a text of a property, in the same language."""
    firsts = [fact.object for fact in page.texts(curie) if isinstance(fact.object, Literal)]
    return list(_others(page, curie, firsts[0])) if firsts else []


def _others(page: FactsPage, curie: str, first: Literal) -> Iterator[OtherWording]:
    grouped: dict[str, list[tuple[IRI, Fact, Literal]]] = {}
    for node in page.values("gcm:wording"):
        if page.term(curie) in page.values("gcm:wordingOf", node):
            for fact in page.facts("rdf:value", node):
                if isinstance(fact.object, Literal) and fact.object.language == first.language:
                    grouped.setdefault(_key(fact.object.value), []).append(
                        (node, fact, fact.object)
                    )
    for found in grouped.values():
        text = found[0][2]
        editions = _in_order(e for node, _, _ in found for e in page.values("gcm:edition", node))
        parts = tuple(compared(first.value, text.value))
        yield OtherWording(
            editions, text.language or "", parts, tuple(fact for _, fact, _ in found)
        )


_WORD = re.compile(r"\S+\s*")


def compared(first: str, other: str) -> Iterator[tuple[str, str]]:
    """The words of two texts as one sequence.

    Spaces, quotation marks and dashes are not compared.
    """
    a, b = _WORD.findall(first), _WORD.findall(other)
    matcher = SequenceMatcher(
        None, [_key(word) for word in a], [_key(word) for word in b], autojunk=False
    )
    for kind, a_start, a_end, b_start, b_end in matcher.get_opcodes():
        changed = [("lacked", a[a_start:a_end]), ("added", b[b_start:b_end])]
        for name, words in [("same", b[b_start:b_end])] if kind == "equal" else changed:
            if words:
                yield name, "".join(words).rstrip()


def _key(words: str) -> str:
    return "".join(plain_typography(words).split())


def shared_values(facet: str, page: FactsPage) -> int:
    """The number of the values of a facet that practices of an objective have."""
    here = page.having("objective")
    return sum(bool(rows & here) for rows in page.practices.postings(facet).values())


def instruments(page: FactsPage) -> tuple[IRI, ...]:
    """The legal instruments that the actions of an objective name."""
    index = page.snapshot.listings.of("action")
    own = index.postings("objective").get(page.key, BitMap())
    return page.sorted(
        index.values(
            "instrument", (k for k, rows in index.postings("instrument").items() if rows & own)
        )
    )


def siblings(page: FactsPage) -> tuple[IRI, ...]:
    """All actions of the objective of an action."""
    index = page.snapshot.listings.of("action")
    keys = map(page.local_name, page.values("gcm:objective"))
    rows = {row for key in keys for row in index.postings("objective").get(key, ())}
    return page.sorted(index.iris(rows))


def target_actions(page: FactsPage) -> tuple[IRI, ...]:
    """The actions that name an SDG goal or target."""
    named = _subjects(page, "gcm:relevantTarget") | _subjects(page, "gcm:relevantGoal")
    return page.sorted(iri for iri in named if page.site.addresses.kind_of(iri.value) == "action")


def document_objectives(page: FactsPage) -> tuple[IRI, ...]:
    """The objectives that a document is the source of."""
    named = _subjects(page, "dct:source")
    return page.sorted(
        iri for iri in named if page.site.addresses.kind_of(iri.value) == "objective"
    )


def _subjects(page: FactsPage, curie: str) -> set[IRI]:
    """The resources that have this one as a value of a property."""
    found = page.snapshot.store.quads(predicate=page.term(curie), object=page.iri)
    return {quad.subject for quad in found if isinstance(quad.subject, IRI)}


def _value(page: FactsPage, subject: IRI, curie: str) -> Literal | None:
    return next(iter(page.stated(subject).texts(curie)), None)
