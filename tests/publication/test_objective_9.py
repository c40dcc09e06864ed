"""Required statements of objective 9, from its French page."""

from __future__ import annotations

import pytest

from gcmgraph.model.terms import IRI, Literal, Term, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.store.port import Store

ADDRESSES = Addresses()
v = Vocabulary(ADDRESSES)
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
    return {quad.object for quad in graph.quads(subject, v(predicate), None, where)}


def quotations(graph: Store, subject: Term, predicate: str, obj: Term) -> set[str]:
    bound = {"subject": subject, "predicate": v(predicate), "object": obj}
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
    expected = {value if isinstance(value, Literal) else v(value) for value in values}
    assert objects(graph, v(subject), predicate.removeprefix("*"), where) == expected


@pytest.mark.parametrize(
    ("practice", "work"),
    [(PLAN, "Conférence régionale sur la migration, 2018"), (GLOACT, "ONUDC, s.d."), (REDTRAM, "ONUDC, 2018")],
)
def test_work_that_a_practice_is_from(graph: Store, practice: str, work: str) -> None:
    works = objects(graph, v(practice), "dct:references")
    assert {one.value for iri in works for one in objects(graph, iri, "dct:bibliographicCitation")} == {work}


def test_areas_of_work(graph: Store) -> None:
    assert len(objects(graph, v(PLAN), "gcm:areaOfWork")) == 4
    areas = objects(graph, v(GLOACT), "gcm:areaOfWork")
    assert {label.value for area in areas for label in objects(graph, area, "skos:prefLabel", None)} >= {
        "soutien à l'élaboration de stratégies et de politiques efficaces",
        "examen et harmonisation des lois",
        "développement des capacités",
        "coopération régionale et transrégionale",
    }


def test_funding_with_its_quotation(graph: Store) -> None:
    (grant,) = objects(graph, v(GLOACT), "schema:funding")
    (amount,) = objects(graph, grant, "schema:amount")
    assert objects(graph, amount, "schema:value") == {typed("12000000", "integer")}
    assert objects(graph, amount, "schema:currency") == {Literal("EUR")}
    (quotation,) = quotations(graph, amount, "schema:currency", Literal("EUR"))
    assert quotation.endswith("12 millions d'euros")


def test_meeting_of_the_network(graph: Store) -> None:
    (meeting,) = objects(graph, v(REDTRAM), "dct:hasPart")
    assert objects(graph, meeting, "schema:startDate") == {typed("2018-09", "gYearMonth")}
    assert objects(graph, meeting, "schema:organizer") == {v("organisation:unodc")}
    assert objects(graph, meeting, "schema:contributor") == {v("organisation:aiamp")}
    involved = {v(f"organisation:{slug}") for slug in ("aiamp", "redtram", "unodc")}
    assert objects(graph, v(REDTRAM), "gcm:involvesOrganisation") >= involved
    outcomes = objects(graph, v(REDTRAM), "gcm:outcome", IRI(ADDRESSES.graph("curated")))
    assert sorted(outcome.language for outcome in outcomes) == ["en", "en", "es", "es", "fr", "fr"]
    assert all(quotations(graph, v(REDTRAM), "gcm:outcome", outcome) for outcome in outcomes)
