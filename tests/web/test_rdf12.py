"""RDF 1.2: evidence as reifiers in documents, and SPARQL 1.2 at the endpoint."""

from __future__ import annotations

import pytest
from answers import quads, rows
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gcmgraph.model.terms import IRI, Literal, Triple, typed
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.rdfio.canonical import digest, with_reifiers
from gcmgraph.rdfio.media import N_TRIPLES, RDF_XML, TURTLE, RdfSyntax

PRACTICE = "/doc/practice/glo-act"
RDF = PREFIXES["rdf"]
REIFIES = IRI(f"{RDF}reifies")
PARTS = {IRI(f"{RDF}{part}") for part in ("subject", "predicate", "object")}


def term(curie: str) -> IRI:
    return IRI(Addresses().expand(curie))


def triples(client: FlaskClient, address: str, syntax: RdfSyntax) -> set[Triple]:
    response = client.get(address)
    coding = "; charset=utf-8" if syntax is TURTLE else ""
    assert response.content_type == f"{syntax.media_type}{coding}; version=1.2"
    return {quad.triple for quad in quads(response)}


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
    usual = {quad.triple for quad in quads(client.get(f"{PRACTICE}.nt"))}
    found = triples(client, f"{PRACTICE}.nt?annotations=rdf12", N_TRIPLES)
    about = {t for t in usual if t.predicate in PARTS or t.object == IRI(f"{RDF}Statement")}
    assert len(about) == 8  # two statements
    assert {t for t in found if t.predicate != REIFIES} == usual - about
    ontology = (quads(client.get(f"/ontology.ttl{form}")) for form in ("", "?annotations=rdf12"))
    assert len({digest(form) for form in ontology}) == 1  # no statements about statements


@pytest.mark.parametrize(
    ("suffix", "accept", "is_reified"),
    [
        ("ttl", "text/turtle; version=1.2", True),
        ("ttl", 'text/turtle;version="1.2";q=0.9, text/html;q=0.1', True),
        ("nt", "application/n-triples;version=1.2", True),
        ("rdf", "application/rdf+xml;version=1.2", True),
        ("ttl", "text/turtle; version=1.1", False),
        ("ttl", "text/turtle; charset=utf-8", False),
    ],
)
def test_version_of_the_media_type(client: FlaskClient, suffix: str, accept: str, is_reified: bool) -> None:
    by_accept, plain = (client.get(PRACTICE, headers={"Accept": one}) for one in (accept, accept.partition(";")[0]))
    assert (by_accept.headers["ETag"] != plain.headers["ETag"]) is is_reified
    reified, usual = (client.get(f"{PRACTICE}.{suffix}{form}") for form in ("?annotations=rdf12", ""))
    assert reified.headers["ETag"] != usual.headers["ETag"]
    assert by_accept.data == (reified if is_reified else usual).data
    for address, status in ((".ttl?annotations=x", 400), (".jsonld?annotations=rdf12", 406)):
        assert client.get(PRACTICE + address).status_code == status


def test_incomplete_statement() -> None:
    s, p = IRI("https://example.org/s"), IRI("https://example.org/p")
    incomplete = [Triple(s, IRI(f"{RDF}subject"), p), Triple(s, IRI(f"{RDF}predicate"), p)]
    twice = [*incomplete, *(Triple(s, IRI(f"{RDF}object"), Literal(word)) for word in "ab")]
    literal = [*incomplete[:1], Triple(s, IRI(f"{RDF}predicate"), Literal("p")), Triple(s, IRI(f"{RDF}object"), p)]
    for given in (incomplete, twice, literal):
        assert set(with_reifiers(given)) == set(given)


#: Queries of SPARQL 1.2 with the value of ?x in their one row; the store has no reifiers, so they make their own.
QUERIES = [
    ("SELECT (SUBJECT(TRIPLE(<http://e.org/a>, <http://e.org/b>, 1)) AS ?x) {}", "http://e.org/a"),
    ("VERSION '1.2' SELECT (isTRIPLE(<<( <http://e.org/a> <http://e.org/b> 1 )>>) AS ?x) {}", "true"),
    ("SELECT (LANGDIR('a'@ar--rtl) AS ?x) {}", "rtl"),
    ("SELECT ?x { BIND(<<( <http://e.org/a> <http://e.org/b> 'c' )>> AS ?t) BIND(OBJECT(?t) AS ?x) }", "c"),
]


def ask(client: FlaskClient, query: str, accept: str = "application/sparql-results+json") -> TestResponse:
    return client.post("/sparql", data={"query": query}, headers={"Accept": accept})


@pytest.mark.parametrize(("query", "value"), QUERIES)
def test_functions_of_sparql_12(client: FlaskClient, query: str, value: str) -> None:
    assert [row["x"] for row in rows(ask(client, query))] == [value]


def test_triple_terms_in_results_and_patterns(client: FlaskClient) -> None:
    triple = "SELECT (TRIPLE(<http://e.org/a>, <http://e.org/b>, 1) AS ?x) {}"
    assert "http://e.org/b" in ask(client, triple, "application/sparql-results+json").text
    assert "http://e.org/b" in ask(client, triple, "text/csv").text
    assert "&lt;&lt;( http://e.org/a http://e.org/b 1 )&gt;&gt;" in ask(client, triple, "text/html").text
    for pattern in ("?s ?p ?o {| ?q ?v |}", "<< ?s ?p ?o ~ ?r >> ?q ?v", "?r rdf:reifies <<( ?s ?p ?o )>>"):
        assert rows(ask(client, f"SELECT * {{ {pattern} }}")) == []
    query = "CONSTRUCT { ?p gcm:country ?c {| dct:source ?p |} } WHERE { ?p gcm:country ?c }"
    found = [quad.triple for quad in quads(ask(client, query, "text/turtle"))]
    assert len([triple for triple in found if triple.predicate == REIFIES]) == 2
    description = client.get("/sparql", headers={"Accept": "application/n-triples"}).text
    assert f"<{PREFIXES['sd']}supportedLanguage> <{PREFIXES['sd']}SPARQL12Query>" in description
