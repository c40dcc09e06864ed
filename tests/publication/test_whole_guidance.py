"""The whole guidance: 23 objectives, their actions, practices and SDG targets, each statement with its place."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path
from string import ascii_lowercase

import pytest

from gcmgraph.model.terms import IRI, Literal, Quad, Term, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build import Assembly
from gcmgraph.readings.forms import digest
from gcmgraph.repository.layout import Repository
from gcmgraph.store.port import Store
from gcmgraph.translations import LANGUAGES
from gcmreader.documents.reading import read_document

ADDRESSES = Addresses()
V = Vocabulary(ADDRESSES)

#: Actions, practices (headings), and SDG targets of each objective, counted on the rendered pages.
PAGES = list(csv.DictReader(Path(__file__).with_name("guidance_pages.csv").read_text("utf-8").splitlines()))


@pytest.fixture(scope="module")
def values(assembly: Assembly) -> dict[tuple[IRI, IRI], set[Term]]:
    """The values of each property of each resource, of all graphs."""
    found: dict[tuple[IRI, IRI], set[Term]] = defaultdict(set)
    for quad in assembly.quads:
        found[quad.subject, quad.predicate].add(quad.object)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page["objective"])
def test_actions_practices_and_targets_of_objectives(
    values: dict[tuple[IRI, IRI], set[Term]], page: dict[str, str]
) -> None:
    number, letters = page["objective"], ascii_lowercase[: int(page["actions"])]
    objective = V(f"objective:{number}")
    assert values[objective, V("gcm:hasAction")] == {V(f"action:{number}{letter}") for letter in letters}
    assert values[objective, V("gcm:relevantTarget")] == {V(f"sdg:{code}") for code in page["targets"].split()}
    whole = [p for p in values[objective, V("gcm:hasPractice")] if not values[p, V("dct:isPartOf")]]
    assert len(whole) == int(page["practices"])
    assert values[objective, V("gcm:relevantGoal")]


def test_complete_guidance(assembly: Assembly) -> None:
    assert assembly.readings.problems == ()
    members: dict[Term, set[IRI]] = defaultdict(set)
    for quad in assembly.quads:
        if quad.predicate == V("rdf:type"):
            members[quad.object].add(quad.subject)
    assert len(members[V("gcm:Objective")]) == 23
    assert len(members[V("gcm:Action")]) == 187
    practices = members[V("gcm:Practice")]
    parts = {q.subject for q in assembly.quads if q.predicate == V("dct:isPartOf") and q.subject in practices}
    assert len(practices - parts) == 76


def test_languages_of_texts_of_actions_and_practices(values: dict[tuple[IRI, IRI], set[Term]]) -> None:
    three, six = ["en", "es", "fr"], sorted(LANGUAGES)
    texts = {("gcm:Action", "skos:prefLabel"): six, ("gcm:Practice", "dct:title"): six}
    texts["gcm:Practice", "dct:description"] = three
    for (kind, predicate), expected in texts.items():
        for subject in [s for (s, p), found in values.items() if p == V("rdf:type") and V(kind) in found]:
            languages = [text.language or "" for text in values[subject, V(predicate)] if isinstance(text, Literal)]
            assert sorted(languages) == expected, subject


def test_judgements_of_all_practices_on_actions_of_any_objective(assembly: Assembly) -> None:
    of: dict[tuple[IRI, Term], Term] = {
        (q.subject, q.predicate): q.object for q in assembly.quads if isinstance(q.subject, IRI)
    }
    judged = {(q.subject, q.object) for q in assembly.quads if q.predicate == V("gcm:supportsAction")}
    practices = {q.subject for q in assembly.quads if q.predicate == V("rdf:type") and q.object == V("gcm:Practice")}
    elsewhere = {
        (practice, action)
        for practice, action in judged
        if of[practice, V("gcm:objective")] != of[action, V("gcm:objective")]
    }
    study = V("practice:bilateral-social-security-agreements")
    assert practices - {practice for practice, _ in judged} == {study}
    assert (V("practice:global-skill-partnerships-gsps"), V("action:18e")) in elsewhere
    assert (V("practice:mexico-s-matricula-consular"), V("action:14f")) in elsewhere
    docs = " ".join(Path("docs/readings.md").read_text("utf-8").split())
    covered = len({action for _, action in judged})
    assert f"Of {len(judged)} judgements, {len(elsewhere)} are" in docs
    assert f"{covered} of 187 actions have a practice" in docs


def test_passages_of_all_statements_of_documents(assembly: Assembly, repository: Repository) -> None:
    """Offsets and a checksum always, the page of a PDF, and the words where the text may be shown."""
    about: dict[IRI, dict[IRI, set[Term]]] = defaultdict(lambda: defaultdict(set))
    evidence = IRI(ADDRESSES.graph("evidence"))
    for quad in assembly.quads:
        if quad.graph_name == evidence:
            about[quad.subject][quad.predicate].add(quad.object)
    supported: dict[tuple[Term, Term, Term], set[Term]] = defaultdict(set)
    for node in list(about.values()):
        if V("oa:hasTarget") in node:
            (passage,) = node[V("oa:hasTarget")]
            (subject,), (predicate,), (obj,) = (node[V(f"rdf:{part}")] for part in ("subject", "predicate", "object"))
            supported[subject, predicate, obj] |= about[passage][V("oa:hasSource")]
    prefix = ADDRESSES.graph("source/")
    checked = 0
    for quad in assembly.quads:
        if quad.graph_name.value.startswith(prefix):
            source = IRI(ADDRESSES.thing("source", quad.graph_name.value[len(prefix) :]))
            assert source in supported[quad.subject, quad.predicate, quad.object], quad
            checked += 1
    assert checked > 5000
    own = {V(f"source:{path.name[:-3]}"): read_document(path).text for path in repository.sources}
    for node, facts in list(about.items()):
        if V("gcm:Passage") in facts[V("rdf:type")]:
            _check_passage(node, facts, about, own)


def _check_passage(
    passage: IRI, facts: dict[IRI, set[Term]], about: dict[IRI, dict[IRI, set[Term]]], own: dict[IRI, str]
) -> None:
    (source,) = facts[V("oa:hasSource")]
    (checksum,) = facts[V("gcm:textSha256")]
    selectors = {kind: s for s in facts[V("oa:hasSelector")] for kind in about[s][V("rdf:type")]}
    (start,), (end,) = (about[selectors[V("oa:TextPositionSelector")]][V(f"oa:{name}")] for name in ("start", "end"))
    if source in own:
        words = own[source][int(start.value) : int(end.value)]
        (exact,) = about[selectors[V("oa:TextQuoteSelector")]][V("oa:exact")]
        assert exact.value == words
        assert checksum.value == digest(words)
    else:
        assert V("oa:TextQuoteSelector") not in selectors, passage
        (page,) = about[selectors[V("oa:FragmentSelector")]][V("rdf:value")]
        assert page.value.startswith("page=")


def test_corridors_without_direction(assembly: Assembly) -> None:
    """No page states one: the corridors are printed as between two countries, or as connecting them."""
    corridors = {q.subject for q in assembly.quads if (q.predicate, q.object) == (V("rdf:type"), V("gcm:Corridor"))}
    ends = {(q.subject, q.object) for q in assembly.quads if q.predicate == V("gcm:connectsCountry")}
    assert len(corridors) == 8
    assert Counter(corridor for corridor, _ in ends) == dict.fromkeys(corridors, 2)
    directed = {V("gcm:originCountry"), V("gcm:destinationCountry")}
    assert not [q for q in assembly.quads if q.subject in corridors and q.predicate in directed]


@pytest.mark.parametrize(
    ("practice", "countries", "regions"),
    [
        ("child-and-family-support-hubs-blue-dots", "", "150"),
        ("free-movement-and-migration-fmm-west-africa-project", "", "011"),
        ("international-migrants-day", "", ""),
        ("technological-developments-in-mobile-payments", "", ""),
        ("one-stop-social-welfare-shops-niger", "NER", ""),
        ("institutional-mechanisms-for-diaspora-outreach", "BDI NGA ZWE", "202"),
    ],
)
def test_countries_and_regions_of_practices(
    values: dict[tuple[IRI, IRI], set[Term]], practice: str, countries: str, regions: str
) -> None:
    subject = V(f"practice:{practice}")
    assert values[subject, V("gcm:country")] == {V(f"country:{code}") for code in countries.split()}
    assert values[subject, V("gcm:region")] == {V(f"concept:m49/{code}") for code in regions.split()}


def test_numbers_without_the_bound_exact(assembly: Assembly) -> None:
    """No page says "exactly" of a number."""
    assert not [q for q in assembly.quads if q.predicate == V("gcm:bound") and q.object == V("concept:bound/exact")]


def test_one_amount_of_a_practice_in_three_languages(assembly: Assembly) -> None:
    amounts = {
        (q.subject, q.object)
        for q in assembly.quads
        if q.predicate == V("schema:value") and isinstance(q.object, Literal) and q.object.value == "12000000"
    }
    assert len(amounts) == 1


def test_addresses_of_practices_with_equal_titles(assembly: Assembly) -> None:
    named = {
        q.subject
        for q in assembly.quads
        if q.predicate == V("dct:title") and q.object == Literal("Bilateral labour agreements", language="en")
    }
    assert len(named) == 2


def test_labels_of_targets_are_from_no_page(assembly: Assembly) -> None:
    for quad in assembly.quads:
        if isinstance(quad.subject, IRI) and quad.subject.value.startswith(ADDRESSES.thing("sdg", "")):
            assert not _is_source(quad) or quad.predicate not in {V("skos:prefLabel"), V("skos:altLabel")}


def _is_source(quad: Quad) -> bool:
    return quad.graph_name.value.startswith(ADDRESSES.graph("source/"))


PLAN = "practice:plan-de-travail-sur-la-lutte-contre-le-trafic-illicite-pour-2019-2025"
GLOACT = (
    "practice:action-mondiale-contre-la-traite-des-personnes-et-le-trafic-illicite-de-migrants-asie-et-moyen-orient"
)
REDTRAM = (
    "practice:reseau-ibero-americain-de-procureurs-specialises-dans-la-lutte-contre-la-traite-des-personnes-redtram"
)
AUDIENCE, PARTNERS = "concept:audience/", "international-organisation"
FRENCH = IRI(ADDRESSES.graph("source/objective-09.fr"))

QUOTATIONS = """
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT ?quotation ?start ?end ?document WHERE {
  ?evidence rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object ; oa:hasTarget ?passage .
  ?passage oa:hasSource ?document ; oa:hasSelector ?quote, ?position .
  ?quote oa:exact ?quotation . ?position oa:start ?start ; oa:end ?end .
}
"""


def objects(graph: Store, subject: Term, predicate: str, where: IRI | None = FRENCH) -> set[Term]:
    return {quad.object for quad in graph.quads(subject, V(predicate), None, where)}


def quotations(graph: Store, subject: Term, predicate: str, obj: Term) -> set[str]:
    bound = {"subject": subject, "predicate": V(predicate), "object": obj}
    rows = graph.select(QUOTATIONS.replace("SELECT", "SELECT ?subject ?predicate ?object"), substitutions=bound).rows
    return {row["quotation"].value for row in rows}


#: Values of a subject in the graph of the document, or in all graphs (`*`). `labels` are names of concepts.
FACTS = [
    ("objective:9", "skos:prefLabel", [text("Renforcer l’action transnationale face au trafic de migrants", "fr")]),
    ("action:9a", "gcm:instrument", ["instrument:smuggling-protocol", "instrument:untoc"]),
    (PLAN, "dct:type", ["concept:practice-type/plan"]),
    (PLAN, "gcm:leadOrganisation", ["organisation:rcm"]),
    (PLAN, "*gcm:country", []),  # members are members, not the source's words
    (PLAN, "schema:startDate", [typed("2019", "gYear")]),
    (PLAN, "schema:endDate", [typed("2025", "gYear")]),
    (PLAN, "gcm:binding", [typed("false", "boolean")]),
    (PLAN, "gcm:targetAudience", [f"{AUDIENCE}{name}" for name in ("civil-society", "government", PARTNERS)]),
    (GLOACT, "dct:type", ["concept:practice-type/programme"]),
    (GLOACT, "gcm:leadOrganisation", ["organisation:eu", "organisation:unodc"]),
    (GLOACT, "gcm:partnerOrganisation", ["organisation:iom"]),
    (GLOACT, "gcm:country", [f"country:{code}" for code in ("AFG", "IRN", "IRQ", "PAK")]),
    (GLOACT, "schema:startDate", [typed("2018", "gYear")]),
    (GLOACT, "schema:endDate", [typed("2022", "gYear")]),
    (
        GLOACT,
        "gcm:targetAudience",
        [f"{AUDIENCE}{name}" for name in ("civil-society", "government", "migrants", "victims-of-trafficking")],
    ),
    (REDTRAM, "dct:type", ["concept:practice-type/network"]),
    (REDTRAM, "*gcm:country", []),  # Brazil, Colombia and Argentina are only mentioned
    (REDTRAM, "schema:startDate", []),  # the network did not begin with its fourth meeting
    (REDTRAM, "*gcm:leadOrganisation", []),  # the source names who held the meeting
    (REDTRAM, "*gcm:partnerOrganisation", []),
    ("objective:9", "gcm:relevantGoal", ["sdg:10", "sdg:16", "sdg:17"]),
    *((practice, "*gcm:relevantTarget", []) for practice in (PLAN, GLOACT, REDTRAM)),
]


@pytest.mark.parametrize(("subject", "predicate", "values"), FACTS)
def test_facts_of_the_page(graph: Store, subject: str, predicate: str, values: list[str | Literal]) -> None:
    where = None if predicate.startswith("*") else FRENCH
    expected = {value if isinstance(value, Literal) else V(value) for value in values}
    assert objects(graph, V(subject), predicate.removeprefix("*"), where) == expected


@pytest.mark.parametrize(
    ("practice", "work"),
    [(PLAN, "Conférence régionale sur la migration, 2018"), (GLOACT, "ONUDC, s.d."), (REDTRAM, "ONUDC, 2018")],
)
def test_work_that_a_practice_is_from(graph: Store, practice: str, work: str) -> None:
    works = objects(graph, V(practice), "dct:references")
    assert {one.value for iri in works for one in objects(graph, iri, "dct:bibliographicCitation")} == {work}


def test_areas_of_work(graph: Store) -> None:
    assert len(objects(graph, V(PLAN), "gcm:areaOfWork")) == 4
    areas = objects(graph, V(GLOACT), "gcm:areaOfWork")
    assert {label.value for area in areas for label in objects(graph, area, "skos:prefLabel", None)} >= {
        "soutien à l'élaboration de stratégies et de politiques efficaces",
        "examen et harmonisation des lois",
        "développement des capacités",
        "coopération régionale et transrégionale",
    }


def test_funding_with_its_quotation(graph: Store) -> None:
    (grant,) = objects(graph, V(GLOACT), "schema:funding")
    (amount,) = objects(graph, grant, "schema:amount")
    assert objects(graph, amount, "schema:value") == {typed("12000000", "integer")}
    assert objects(graph, amount, "schema:currency") == {Literal("EUR")}
    (quotation,) = quotations(graph, amount, "schema:currency", Literal("EUR"))
    assert quotation.endswith("12 millions d'euros")


def test_meeting_of_the_network(graph: Store) -> None:
    (meeting,) = objects(graph, V(REDTRAM), "dct:hasPart")
    assert objects(graph, meeting, "schema:startDate") == {typed("2018-09", "gYearMonth")}
    assert objects(graph, meeting, "schema:organizer") == {V("organisation:unodc")}
    assert objects(graph, meeting, "schema:contributor") == {V("organisation:aiamp")}
    involved = {V(f"organisation:{slug}") for slug in ("aiamp", "redtram", "unodc")}
    assert objects(graph, V(REDTRAM), "gcm:involvesOrganisation") >= involved
    outcomes = objects(graph, V(REDTRAM), "gcm:outcome", IRI(ADDRESSES.graph("curated")))
    assert sorted(outcome.language for outcome in outcomes) == ["en", "en", "es", "es", "fr", "fr"]
    assert all(quotations(graph, V(REDTRAM), "gcm:outcome", outcome) for outcome in outcomes)
