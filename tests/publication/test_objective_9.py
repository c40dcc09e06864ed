"""Required statements of objective 9, each with evidence in the French source."""

from __future__ import annotations

import pytest

from gcmgraph.model.terms import IRI, Literal, Term, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.store.embedded.store import EmbeddedStore

ADDRESSES = Addresses()
v = Vocabulary(ADDRESSES)
PLAN = v("practice:plan-de-travail-sur-la-lutte-contre-le-trafic-illicite-pour-2019-2025")
GLOACT = v(
    "practice:action-mondiale-contre-la-traite-des-personnes-et-le-trafic-illicite-de-migrants-asie-et-moyen-orient"
)
REDTRAM = v(
    "practice:reseau-ibero-americain-de-procureurs-specialises-dans-la-lutte-contre-la-traite-des-personnes-redtram"
)
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


def objects(graph: EmbeddedStore, subject: Term, predicate: str, where: IRI | None = FRENCH) -> set[Term]:
    return {quad.object for quad in graph.quads(subject, v(predicate), None, where)}


def quotations(graph: EmbeddedStore, subject: Term, predicate: str, obj: Term) -> set[str]:
    bound = {"subject": subject, "predicate": v(predicate), "object": obj}
    rows = graph.select(QUOTATIONS.replace("SELECT", "SELECT ?subject ?predicate ?object"), substitutions=bound).rows
    return {row["quotation"].value for row in rows}


def test_the_objective_has_its_french_title(graph: EmbeddedStore) -> None:
    title = text("Renforcer l’action transnationale face au trafic de migrants", "fr")
    assert objects(graph, v("objective:9"), "skos:prefLabel") == {title}
    assert quotations(graph, v("objective:9"), "skos:prefLabel", title) == {
        "RENFORCER L'ACTION TRANSNATIONALE FACE AU TRAFIC DE MIGRANTS"
    }


@pytest.mark.parametrize("letter", "abcdef")
def test_each_action_has_a_short_label_in_three_languages_and_its_text_in_french(
    graph: EmbeddedStore, letter: str
) -> None:
    action = v(f"action:9{letter}")
    labels = objects(graph, action, "skos:prefLabel", IRI(ADDRESSES.graph("curated")))
    assert sorted(label.language for label in labels) == ["en", "es", "fr"]
    (definition,) = objects(graph, action, "skos:definition")
    assert "**" not in definition.value
    (quotation,) = quotations(graph, action, "skos:definition", definition)
    assert quotation.startswith(f"- {letter}. ")
    assert all(quotation in found for found in quotations(graph, action, "skos:prefLabel", next(iter(labels))))


def test_there_are_six_actions_of_objective_9_and_ten_of_objective_10(graph: EmbeddedStore) -> None:
    for objective, letters in (("9", "abcdef"), ("10", "abcdefghij")):
        actions = objects(graph, v(f"objective:{objective}"), "gcm:hasAction", None)
        assert actions == {v(f"action:{objective}{letter}") for letter in letters}


def test_the_text_of_9c_runs_over_two_paragraphs(graph: EmbeddedStore) -> None:
    (definition,) = objects(graph, v("action:9c"), "skos:definition")
    assert "application de la loi afin de prévenir et de combattre le trafic" in definition.value
    assert definition.value.endswith("respectent pleinement les droits de l'homme")


def test_9a_names_the_protocol_and_the_convention(graph: EmbeddedStore) -> None:
    named = {v("instrument:smuggling-protocol"), v("instrument:untoc")}
    assert objects(graph, v("action:9a"), "gcm:instrument") == named


def test_the_work_plan(graph: EmbeddedStore) -> None:
    assert objects(graph, PLAN, "dct:type") == {v("concept:practice-type/plan")}
    assert objects(graph, PLAN, "gcm:leadOrganisation") == {v("organisation:rcm")}
    assert objects(graph, PLAN, "gcm:country", None) == set()  # members are members, not the source's words
    assert objects(graph, PLAN, "schema:startDate") == {typed("2019", "gYear")}
    assert objects(graph, PLAN, "schema:endDate") == {typed("2025", "gYear")}
    assert objects(graph, PLAN, "gcm:binding") == {typed("false", "boolean")}
    assert len(objects(graph, PLAN, "gcm:areaOfWork")) == 4
    assert objects(graph, PLAN, "gcm:targetAudience") == {
        v("concept:audience/government"),
        v("concept:audience/international-organisation"),
        v("concept:audience/civil-society"),
    }
    assert cited(graph, PLAN) == {"Conférence régionale sur la migration, 2018"}
    members = objects(graph, v("organisation:rcm"), "org:hasMember", None)
    assert len(members) == 11


def test_gloact(graph: EmbeddedStore) -> None:
    assert objects(graph, GLOACT, "dct:type") == {v("concept:practice-type/programme")}
    assert objects(graph, GLOACT, "gcm:leadOrganisation") == {v("organisation:eu"), v("organisation:unodc")}
    assert objects(graph, GLOACT, "gcm:partnerOrganisation") == {v("organisation:iom")}
    assert objects(graph, GLOACT, "gcm:country") == {v(f"country:{code}") for code in ("AFG", "IRN", "IRQ", "PAK")}
    assert objects(graph, GLOACT, "schema:startDate") == {typed("2018", "gYear")}
    assert objects(graph, GLOACT, "schema:endDate") == {typed("2022", "gYear")}
    (grant,) = objects(graph, GLOACT, "schema:funding")
    (amount,) = objects(graph, grant, "schema:amount")
    assert objects(graph, amount, "schema:value") == {typed("12000000", "integer")}
    assert objects(graph, amount, "schema:currency") == {Literal("EUR")}
    (quotation,) = quotations(graph, amount, "schema:currency", Literal("EUR"))
    assert quotation.endswith("12 millions d'euros")
    assert labels(graph, GLOACT, "gcm:areaOfWork") >= {
        "soutien à l'élaboration de stratégies et de politiques efficaces",
        "examen et harmonisation des lois",
        "développement des capacités",
        "coopération régionale et transrégionale",
    }
    assert objects(graph, GLOACT, "gcm:targetAudience") == {
        v(f"concept:audience/{name}") for name in ("government", "civil-society", "victims-of-trafficking", "migrants")
    }
    assert cited(graph, GLOACT) == {"ONUDC, s.d."}


def test_redtram(graph: EmbeddedStore) -> None:
    assert objects(graph, REDTRAM, "dct:type") == {v("concept:practice-type/network")}
    assert objects(graph, REDTRAM, "gcm:country", None) == set()  # Brazil, Colombia and Argentina are only mentioned
    assert objects(graph, REDTRAM, "schema:startDate") == set()  # the network did not begin with its fourth meeting
    (meeting,) = objects(graph, REDTRAM, "dct:hasPart")
    assert objects(graph, meeting, "schema:startDate") == {typed("2018-09", "gYearMonth")}
    assert objects(graph, meeting, "schema:organizer") == {v("organisation:unodc")}
    assert objects(graph, meeting, "schema:contributor") == {v("organisation:aiamp")}
    assert objects(graph, REDTRAM, "gcm:leadOrganisation", None) == set()  # the source names who held the meeting
    assert objects(graph, REDTRAM, "gcm:partnerOrganisation", None) == set()
    involved = {v(f"organisation:{slug}") for slug in ("aiamp", "redtram", "unodc")}
    assert objects(graph, REDTRAM, "gcm:involvesOrganisation") >= involved
    outcomes = objects(graph, REDTRAM, "gcm:outcome", IRI(ADDRESSES.graph("curated")))
    assert sorted(outcome.language for outcome in outcomes) == ["en", "en", "es", "es", "fr", "fr"]
    assert all(quotations(graph, REDTRAM, "gcm:outcome", outcome) for outcome in outcomes)
    assert cited(graph, REDTRAM) == {"ONUDC, 2018"}


def test_the_goals_and_targets_are_relevant_to_the_objective_not_to_each_practice(graph: EmbeddedStore) -> None:
    codes = ("10.7", "16.1", "16.2", "16.3", "16.4", "17.16", "17.18")
    assert objects(graph, v("objective:9"), "gcm:relevantTarget") == {v(f"sdg:{code}") for code in codes}
    assert objects(graph, v("objective:9"), "gcm:relevantGoal") == {v(f"sdg:{goal}") for goal in (10, 16, 17)}
    for code in codes:
        labels = objects(graph, v(f"sdg:{code}"), "skos:prefLabel", IRI(ADDRESSES.graph("reference/sdg-labels")))
        assert sorted(label.language for label in labels) == ["en", "es", "fr"]
        same = objects(graph, v(f"sdg:{code}"), "skos:exactMatch", None)
        assert {iri for iri in same if "//metadata.un.org/" in str(iri)} == {IRI(f"http://metadata.un.org/sdg/{code}")}
    for practice in (PLAN, GLOACT, REDTRAM):
        assert objects(graph, practice, "gcm:relevantTarget", None) == set()


def test_editors_judgements_stand_only_in_the_curated_graph_with_a_rationale(graph: EmbeddedStore) -> None:
    judged = list(graph.quads(None, v("gcm:supportsAction"), None, None))
    assert judged
    for quad in judged:
        assert quad.graph_name == IRI(ADDRESSES.graph("curated"))
        statements = {q.subject for q in graph.quads(None, v("rdf:subject"), quad.subject, quad.graph_name)}
        rationale = [
            r.object.language
            for s in statements
            if any(graph.quads(s, v("rdf:object"), quad.object, quad.graph_name))
            for r in graph.quads(s, v("gcm:rationale"), None, quad.graph_name)
        ]
        assert sorted(rationale) == ["en", "es", "fr"]


def labels(graph: EmbeddedStore, subject: Term, predicate: str) -> set[str]:
    return {
        label.value
        for concept in objects(graph, subject, predicate)
        for label in objects(graph, concept, "skos:prefLabel", None)
    }


def cited(graph: EmbeddedStore, practice: Term) -> set[str]:
    return {
        citation.value
        for work in objects(graph, practice, "dct:references")
        for citation in objects(graph, work, "dct:bibliographicCitation")
    }
