"""What the graph of objective 9 must hold, each with evidence in the French source."""

from __future__ import annotations

import pytest

from gcmgraph.model.terms import IRI, Literal, Term, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.assembly import Assembly
from gcmgraph.store.embedded import EmbeddedStore

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
def test_each_action_has_label_and_text_in_french_and_text_in_english(graph: EmbeddedStore, letter: str) -> None:
    action = v(f"action:9{letter}")
    (label,) = objects(graph, action, "skos:prefLabel")
    (definition,) = objects(graph, action, "skos:definition")
    assert definition.value.startswith(label.value)
    assert len(definition.value) > len(label.value)
    assert "**" not in definition.value
    assert quotations(graph, action, "skos:prefLabel", label)
    (english,) = objects(graph, action, "skos:definition", IRI(ADDRESSES.graph("source/objective-09.en")))
    assert english.language == "en"


def test_there_are_six_actions_of_objective_9_and_ten_of_objective_10(graph: EmbeddedStore) -> None:
    for objective, letters in (("9", "abcdef"), ("10", "abcdefghij")):
        actions = objects(graph, v(f"objective:{objective}"), "gcm:hasAction", None)
        assert actions == {v(f"action:{objective}{letter}") for letter in letters}


def test_the_text_of_9c_runs_over_two_paragraphs(graph: EmbeddedStore) -> None:
    (definition,) = objects(graph, v("action:9c"), "skos:definition")
    assert "application de la loi afin de prévenir et de combattre le trafic" in definition.value
    assert definition.value.endswith("respectent pleinement les droits de l'homme")


@pytest.mark.parametrize(
    ("letter", "end"),
    [
        ("d", "ériger le trafic de migrants en infraction pénale"),
        ("e", "du trafic de migrants de la traite des personnes"),
    ],
)
def test_unbalanced_bold_still_gives_a_label(graph: EmbeddedStore, letter: str, end: str) -> None:
    (label,) = objects(graph, v(f"action:9{letter}"), "skos:prefLabel")
    assert label.value.endswith(end.removeprefix("du "))


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
    assert labels(graph, GLOACT, "gcm:areaOfWork") == {
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
    assert objects(graph, REDTRAM, "gcm:involvesOrganisation") == involved
    outcomes = sorted(term.value for term in objects(graph, REDTRAM, "gcm:outcome"))
    assert len(outcomes) == 2
    assert "secrétariat technique" in outcomes[0]
    assert "Ministère public argentin" in outcomes[0]
    assert "équipes d’enquête conjointes" in outcomes[1]
    assert cited(graph, REDTRAM) == {"ONUDC, 2018"}


def test_the_goals_and_targets_are_relevant_to_the_objective_not_to_each_practice(graph: EmbeddedStore) -> None:
    codes = ("10.7", "16.1", "16.2", "16.3", "16.4", "17.16", "17.18")
    assert objects(graph, v("objective:9"), "gcm:relevantTarget") == {v(f"sdg:{code}") for code in codes}
    assert objects(graph, v("objective:9"), "gcm:relevantGoal") == {v(f"sdg:{goal}") for goal in (10, 16, 17)}
    for code in codes:
        (label,) = objects(graph, v(f"sdg:{code}"), "skos:prefLabel")
        assert label.language == "fr"
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
        assert sorted(rationale) == ["en", "fr"]


def test_every_statement_of_a_document_has_a_quotation_that_stands_in_it(
    assembly: Assembly, graph: EmbeddedStore
) -> None:
    prefix = ADDRESSES.graph("source/")
    texts = {e.reading.outline.document.slug: e.reading.outline.document.text for e in assembly.extractions}
    checked = 0
    for quad in assembly.quads:
        if not quad.graph_name.value.startswith(prefix):
            continue
        slug = quad.graph_name.value[len(prefix) :]
        bound = {"subject": quad.subject, "predicate": quad.predicate, "object": quad.object}
        query = QUOTATIONS.replace("SELECT", "SELECT ?subject ?predicate ?object")
        rows = [
            row
            for row in graph.select(query, substitutions=bound).rows
            if row["document"] == IRI(ADDRESSES.thing("source", slug))
        ]
        assert rows, f"no evidence for {quad}"
        for row in rows:
            start, end = int(row["start"].value), int(row["end"].value)
            assert texts[slug][start:end] == row["quotation"].value
        checked += 1
    assert checked > 200


def test_every_line_of_every_document_was_understood(assembly: Assembly) -> None:
    for extraction in assembly.extractions:
        assert extraction.not_understood == ()
        outline = extraction.reading.outline
        covered = {i for block in outline.blocks for i in range(block.span.start, block.span.end)}
        for i, character in enumerate(outline.document.text):
            assert i in covered or character.isspace(), f"{outline.document.place(i)} lies in no passage"


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
