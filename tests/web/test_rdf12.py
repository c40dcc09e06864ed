"""RDF 1.2: evidence as reifiers in documents, and SPARQL 1.2 at the endpoint."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from gcmgraph.model.terms import IRI, Literal, Triple, typed
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.rdfio.canonical import digest, with_reifiers
from gcmgraph.rdfio.media import N_TRIPLES, RDF_XML, TURTLE, RdfSyntax
from gcmgraph.rdfio.parsing import parse_quads

PRACTICE = "/doc/practice/glo-act"
RDF = PREFIXES["rdf"]
REIFIES = IRI(f"{RDF}reifies")
PARTS = {IRI(f"{RDF}{part}") for part in ("subject", "predicate", "object")}


def term(curie: str) -> IRI:
    return IRI(Addresses().expand(curie))


def triples(client: FlaskClient, address: str, syntax: RdfSyntax, accept: str = "*/*") -> set[Triple]:
    response = client.get(address, headers={"Accept": accept})
    assert response.status_code == 200
    coding = "; charset=utf-8" if syntax is TURTLE else ""
    assert response.content_type == f"{syntax.media_type}{coding}; version=1.2"
    return {quad.triple for quad in parse_quads(response.data, syntax, source=address)}


@pytest.mark.parametrize("syntax", [TURTLE, RDF_XML, N_TRIPLES], ids=lambda syntax: syntax.suffix)
def test_evidence_as_reifier(client: FlaskClient, syntax: RdfSyntax) -> None:
    found = triples(client, f"{PRACTICE}.{syntax.suffix}?annotations=rdf12", syntax)
    reified = {triple.object: triple.subject for triple in found if triple.predicate == REIFIES}
    statement = Triple(term("practice:glo-act"), term("gcm:country"), term("country:AFG"))
    assert statement in found
    dated = Triple(term("practice:glo-act"), term("schema:startDate"), typed("2018", "gYear"))
    assert {statement, dated} <= reified.keys()
    assert any(t.subject == reified[statement] and t.predicate == term("oa:hasTarget") for t in found)
    assert not PARTS & {triple.predicate for triple in found}
    assert IRI(f"{RDF}Statement") not in {triple.object for triple in found}


def test_difference_of_both_forms(client: FlaskClient) -> None:
    usual = {q.triple for q in parse_quads(client.get(f"{PRACTICE}.nt").data, N_TRIPLES, source="usual")}
    found = triples(client, f"{PRACTICE}.nt?annotations=rdf12", N_TRIPLES)
    about = {t for t in usual if t.predicate in PARTS or t.object == IRI(f"{RDF}Statement")}
    assert len(about) == 8  # two statements
    assert {t for t in found if t.predicate != REIFIES} == usual - about


@pytest.mark.parametrize(
    ("syntax", "accept"),
    [
        (TURTLE, "text/turtle; version=1.2"),
        (TURTLE, 'text/turtle;version="1.2";q=0.9, text/html;q=0.1'),
        (N_TRIPLES, "application/n-triples;version=1.2"),
        (RDF_XML, "application/rdf+xml;version=1.2"),
    ],
)
def test_version_of_the_media_type(client: FlaskClient, syntax: RdfSyntax, accept: str) -> None:
    by_accept = client.get(PRACTICE, headers={"Accept": accept})
    by_parameter = client.get(f"{PRACTICE}.{syntax.suffix}?annotations=rdf12")
    usual = client.get(f"{PRACTICE}.{syntax.suffix}")
    assert by_accept.data == by_parameter.data != usual.data
    assert by_accept.headers["ETag"] == by_parameter.headers["ETag"] != usual.headers["ETag"]


@pytest.mark.parametrize("accept", ["text/turtle", "text/turtle; version=1.1", "text/turtle; charset=utf-8"])
def test_usual_form_of_other_requests(client: FlaskClient, accept: str) -> None:
    response = client.get(PRACTICE, headers={"Accept": accept})
    assert (response.data, response.content_type) == (client.get(f"{PRACTICE}.ttl").data, "text/turtle; charset=utf-8")


@pytest.mark.parametrize(("address", "status"), [(".ttl?annotations=x", 400), (".jsonld?annotations=rdf12", 406)])
def test_unavailable_forms(client: FlaskClient, address: str, status: int) -> None:
    response = client.get(PRACTICE + address)
    assert response.status_code == status
    assert b"rdf12" in response.data


def test_incomplete_statement() -> None:
    s, p = IRI("https://example.org/s"), IRI("https://example.org/p")
    incomplete = [Triple(s, IRI(f"{RDF}subject"), p), Triple(s, IRI(f"{RDF}predicate"), p)]
    twice = [*incomplete, *(Triple(s, IRI(f"{RDF}object"), Literal(word)) for word in "ab")]
    literal = [*incomplete[:1], Triple(s, IRI(f"{RDF}predicate"), Literal("p")), Triple(s, IRI(f"{RDF}object"), p)]
    for given in (incomplete, twice, literal):
        assert set(with_reifiers(given)) == set(given)


def test_document_without_statements_about_statements(client: FlaskClient) -> None:
    usual = parse_quads(client.get("/ontology.ttl").data, TURTLE, source="usual")
    reified = parse_quads(client.get("/ontology.ttl?annotations=rdf12").data, TURTLE, source="reified")
    assert digest(usual) == digest(reified)


#: Queries of SPARQL 1.2 with the value of ?x in their one row; the store has no reifiers, so they make their own.
QUERIES = [
    ("SELECT (SUBJECT(TRIPLE(<http://e.org/a>, <http://e.org/b>, 1)) AS ?x) {}", "http://e.org/a"),
    ("VERSION '1.2' SELECT (isTRIPLE(<<( <http://e.org/a> <http://e.org/b> 1 )>>) AS ?x) {}", "true"),
    ("SELECT (LANGDIR('a'@ar--rtl) AS ?x) {}", "rtl"),
    ("SELECT ?x { BIND(<<( <http://e.org/a> <http://e.org/b> 'c' )>> AS ?t) BIND(OBJECT(?t) AS ?x) }", "c"),
]


@pytest.mark.parametrize(("query", "value"), QUERIES)
def test_functions_of_sparql_12(client: FlaskClient, query: str, value: str) -> None:
    answer = client.post("/sparql", data=query, content_type="application/sparql-query")
    (row,) = json.loads(answer.data)["results"]["bindings"]
    assert row["x"]["value"] == value


@pytest.mark.parametrize("media_type", ["application/sparql-results+json", "text/csv", "text/html"])
def test_triple_term_in_results(client: FlaskClient, media_type: str) -> None:
    query = "SELECT (TRIPLE(<http://e.org/a>, <http://e.org/b>, 1) AS ?x) {}"
    answer = client.post("/sparql", data={"query": query}, headers={"Accept": media_type})
    assert answer.status_code == 200
    assert "http://e.org/b" in answer.text
    assert ("&lt;&lt;( http://e.org/a http://e.org/b 1 )&gt;&gt;" in answer.text) == (media_type == "text/html")


@pytest.mark.parametrize(
    "pattern", ["?s ?p ?o {| ?q ?v |}", "?s ?p ?o ~ ?r", "<< ?s ?p ?o ~ ?r >> ?q ?v", "?r rdf:reifies <<( ?s ?p ?o )>>"]
)
def test_patterns_with_reifiers(client: FlaskClient, pattern: str) -> None:
    answer = client.post("/sparql", data=f"SELECT * {{ {pattern} }}", content_type="application/sparql-query")
    assert (answer.status_code, json.loads(answer.data)["results"]["bindings"]) == (200, [])


def test_constructed_triple_terms(client: FlaskClient) -> None:
    query = "CONSTRUCT { ?p gcm:country ?c {| dct:source ?p |} } WHERE { ?p gcm:country ?c }"
    headers = {"Accept": "text/turtle", "Content-Type": "application/sparql-query"}
    answer = client.post("/sparql", data=query, headers=headers)
    found = [quad.triple for quad in parse_quads(answer.data, TURTLE, source="answer")]
    assert len([triple for triple in found if triple.predicate == REIFIES]) == 2


def test_sparql_12_in_the_service_description(client: FlaskClient) -> None:
    description = client.get("/sparql", headers={"Accept": "application/n-triples"}).get_data(as_text=True)
    assert f"<{PREFIXES['sd']}supportedLanguage> <{PREFIXES['sd']}SPARQL12Query>" in description
