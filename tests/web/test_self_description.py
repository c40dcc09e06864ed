"""The endpoint's description of itself, by the queries of SPARQL editors and assistants of others."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib.plugins.sparql import prepareQuery

from gcmgraph.model.terms import IRI, Quad, Triple
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.self_description import count, partition_quads
from gcmgraph.queries.description import describe_examples, examples_by_name
from gcmgraph.queries.library import read_queries
from gcmgraph.rdfio.media import N_TRIPLES
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.repository.layout import Repository
from gcmgraph.store.versions import StoreFolder
from gcmgraph.web.server import warn_of_other_endpoint
from serving import Application

ADDRESSES = Addresses()
GCM = ADDRESSES.ontology

#: What sparql-editor's check page and sparql-llm's loaders query: prefixes, examples, classes with their properties.
PREFIXES = """PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?prefix ?namespace WHERE { [] sh:prefix ?prefix ; sh:namespace ?namespace } ORDER BY ?prefix"""
EXAMPLES = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?example ?comment ?query WHERE {
  ?example rdfs:comment ?comment ; a sh:SPARQLExecutable ; sh:select|sh:ask|sh:construct|sh:describe ?query }
ORDER BY ?example"""
SCHEMA = """PREFIX void: <http://rdfs.org/ns/void#> PREFIX ext: <http://ldf.fi/void-ext#>
SELECT DISTINCT ?class ?property ?objects ?datatype WHERE {
  { ?part void:propertyPartition ?of ; void:class ?class .
    ?of void:property ?property .
    OPTIONAL { { ?of void:classPartition/void:class ?objects }
      UNION { ?of ext:datatypePartition/ext:datatype ?datatype } }
  } UNION {
    ?links void:linkPredicate ?property ;
      void:subjectsTarget/void:class ?class ; void:objectsTarget/void:class ?objects } }"""
#: What sparql-editor and sparql-api-codegen 0.0.1 query: the same, with names and notes of whatever language.
NAMED_SCHEMA = """PREFIX void: <http://rdfs.org/ns/void#> PREFIX ext: <http://ldf.fi/void-ext#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
SELECT DISTINCT ?graph ?class ?className ?classNote ?property ?propertyName ?propertyNote ?objects ?objectsName
  ?objectsNote ?datatype ?triples
WHERE {
  OPTIONAL { ?graph sd:graph ?described . ?described void:classPartition ?part }
  ?part void:class ?class ; void:propertyPartition ?of .
  OPTIONAL { ?class rdfs:label ?className } OPTIONAL { ?class rdfs:comment ?classNote }
  ?of void:property ?property .
  OPTIONAL { ?of void:triples ?triples }
  OPTIONAL { ?property rdfs:label ?propertyName } OPTIONAL { ?property rdfs:comment ?propertyNote }
  OPTIONAL { { ?of void:classPartition [ void:class ?objects ] .
      OPTIONAL { ?objects rdfs:label ?objectsName } OPTIONAL { ?objects rdfs:comment ?objectsNote }
    } UNION { ?of ext:datatypePartition [ ext:datatype ?datatype ] } } }"""
LABELS = """PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?class ?label ?comment WHERE {
  VALUES ?class { <https://w3id.org/gcmgraph/ontology#Practice> }
  ?class rdfs:label|skos:prefLabel ?label ; a owl:Class . OPTIONAL { ?class rdfs:comment ?comment } }"""
UNNAMED = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?term WHERE {
  { SELECT DISTINCT ?term { ?s ?term ?o } } UNION { SELECT DISTINCT ?term { ?s a ?term } }
  FILTER NOT EXISTS { ?term rdfs:label ?label . ?term rdfs:comment|skos:definition ?note } }"""


@pytest.fixture(scope="module")
def small(small_store: Path, application: Application) -> FlaskClient:
    return application(small_store).test_client()


def rows(client: FlaskClient, query: str) -> list[dict[str, str]]:
    response = client.post("/sparql", data={"query": query}, headers={"Accept": "application/sparql-results+json"})
    assert response.status_code == 200, response.text
    found = json.loads(response.data)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]


def triples(client: FlaskClient, path: str) -> set[Triple]:
    response = client.get(path, headers={"Accept": N_TRIPLES.media_type})
    assert response.status_code == 200
    return {quad.triple for quad in parse_quads(response.data, N_TRIPLES, source=path)}


def test_prefixes(small: FlaskClient) -> None:
    assert {row["prefix"]: row["namespace"] for row in rows(small, PREFIXES)} == ADDRESSES.prefixes


def test_examples_in_six_languages(small: FlaskClient, repository: Repository) -> None:
    found = rows(small, EXAMPLES)
    expected = [query.name for query in read_queries(repository, ADDRESSES).values() if query.stands_alone]
    library = {f"{ADDRESSES.base}queries/{name}#example" for name in expected}
    questions = {f"{ADDRESSES.base}queries#example-{name}" for name in examples_by_name()}
    assert {row["example"] for row in found} == library | questions
    assert len(found) == 6 * len(library | questions)


def test_each_example_can_be_run_and_is_filled_in(small: FlaskClient) -> None:
    queries = {row["example"]: row["query"] for row in rows(small, EXAMPLES)}
    for example, query in queries.items():
        accepted = N_TRIPLES.media_type if "CONSTRUCT {" in query else "application/sparql-results+json"
        response = small.post("/sparql", data={"query": query}, headers={"Accept": accepted})
        assert response.status_code == 200, (example, response.text)
    filled = queries[f"{ADDRESSES.base}queries/practices-by-country#example"]
    assert "VALUES ?country { <https://w3id.org/gcmgraph/id/country/AFG> }" in filled
    assert 'VALUES ?language { "en" }' in filled


@pytest.mark.parametrize(("form", "number"), [("ask", 2), ("construct", 2)])
def test_examples_of_other_forms(small: FlaskClient, form: str, number: int) -> None:
    query = "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT ?query { ?example a sh:SPARQL%sExecutable ; sh:%s ?query }"
    found = rows(small, query % (form.title(), form))
    assert len(found) == number
    for row in found:
        prepareQuery(row["query"])  # of rdflib, which knows none of our prefixes


def test_classes_with_their_properties(small: FlaskClient) -> None:
    found = {
        tuple(row.get(name) for name in ("class", "property", "objects", "datatype")) for row in rows(small, SCHEMA)
    }
    practice = f"{GCM}Practice"
    for expected in (
        (practice, f"{GCM}country", f"{GCM}Country", None),
        (practice, f"{GCM}leadOrganisation", "http://www.w3.org/ns/org#Organization", None),
        (practice, ADDRESSES.expand("dct:title"), None, ADDRESSES.expand("rdf:langString")),
        (practice, ADDRESSES.expand("schema:startDate"), None, ADDRESSES.expand("xsd:gYear")),
        (f"{GCM}Evidence", ADDRESSES.expand("oa:hasTarget"), f"{GCM}Passage", None),
    ):
        assert expected in found


def test_names_do_not_multiply_the_rows_of_the_schema(small: FlaskClient) -> None:
    found = rows(small, NAMED_SCHEMA)
    without_notes = {tuple(pair for pair in row.items() if not pair[0].endswith("Note")) for row in found}
    assert len(without_notes) == len(rows(small, SCHEMA))
    assert len(found) < 2.5 * len(without_notes)  # some of our terms have a note in six languages
    assert [row for row in found if "className" not in row or "propertyName" not in row] == []


def test_classes_of_generated_code_have_names_of_their_own(small: FlaskClient) -> None:
    # sparql-api-codegen names a Python class by the label, and ends where two classes have the same one
    named = {(row["className"].title().replace(" ", ""), row["class"]) for row in rows(small, NAMED_SCHEMA)}
    left_out = ("http://www.w3.org/ns/shacl#", "http://www.w3.org/2002/07/owl#", "http://rdfs.org/ns/void#")
    names = [re.sub("[-_()]", "", name) for name, iri in named if not iri.startswith(left_out)]
    assert len(names) == len(set(names)) > 20
    assert [name for name in names if not name.isidentifier()] == []


def test_no_property_takes_the_name_of_a_field_of_generated_code(small: FlaskClient) -> None:
    named = {row["propertyName"].lower().replace(" ", "_"): row["property"] for row in rows(small, NAMED_SCHEMA)}
    assert not named.keys() & {"type", "iri", "get", "check", "sparql_endpoint"}


def test_labels_of_classes(small: FlaskClient) -> None:
    assert {row["label"] for row in rows(small, LABELS)} >= {"practice", "pratique", "práctica"}


def test_every_term_in_use_has_a_name_and_a_note(small: FlaskClient) -> None:
    assert rows(small, UNNAMED) == []


def test_documents_say_what_the_graphs_say(small: FlaskClient) -> None:
    partitions = triples(small, f"/graph-store?graph={ADDRESSES.graph('void')}")
    assert len(partitions) > 1_000
    assert partitions <= triples(small, "/.well-known/void")
    assert triples(small, "/.well-known/sparql-examples") == triples(
        small, f"/graph-store?graph={ADDRESSES.graph('examples')}"
    )


def test_counts_do_not_contradict_each_other(small: FlaskClient) -> None:
    entities = [t for t in triples(small, "/.well-known/void") if t.predicate.value.endswith("#entities")]
    assert len({triple.subject for triple in entities}) == len(entities)


def test_the_target_is_the_public_endpoint(
    small_store: Path, caplog: pytest.LogCaptureFixture, application: Application
) -> None:
    app = application(small_store, public_url="https://data.example.org/a/graph")
    targets = {
        t.object
        for t in triples(app.test_client(), "/.well-known/sparql-examples")
        if t.predicate.value.endswith("target")
    }
    stored = app.extensions["gcmgraph"].dataset.stated_endpoint()
    assert targets == {IRI("https://data.example.org/a/graph/sparql")}
    assert stored == f"{ADDRESSES.base}sparql"
    warn_of_other_endpoint(stored, stored)
    warn_of_other_endpoint(None, stored)
    assert caplog.messages == []
    warn_of_other_endpoint(stored, "https://data.example.org/a/graph/sparql")
    (message,) = caplog.messages
    assert "https://w3id.org/gcmgraph/sparql, but this server's is https://data.example.org/a/graph/sparql" in message
    assert "'public_url'" in message


def test_under_a_base_with_a_path(repository: Repository) -> None:
    addresses = Addresses("http://localhost:8080/a/graph/")
    found = list(describe_examples(read_queries(repository, addresses).values(), addresses))
    assert {t.object for t in found if t.predicate.value.endswith("/target")} == {IRI(f"{addresses.base}sparql")}
    assert all(triple.subject.value.startswith(f"{addresses.base}queries") for triple in found)
    assert not [triple for triple in found if "w3id.org/gcmgraph" in str(triple)]
    thing = IRI(f"{addresses.base}id/practice/x")
    stated = [Quad(thing, IRI(addresses.expand("rdf:type")), IRI(f"{addresses.ontology}Practice"), thing)]
    partitions = list(partition_quads(count(stated), addresses))
    assert len(partitions) == 7
    assert {quad.graph_name for quad in partitions} == {IRI(f"{addresses.base}graph/void")}
    assert {quad.subject.value.partition("#")[0] for quad in partitions} == {f"{addresses.base}dataset"}


def test_the_description_is_about_no_resource_of_the_lists(small_store: Path) -> None:
    store = StoreFolder(small_store).open_current()
    for name in ("examples", "void"):
        subjects = {quad.subject.value for quad in store.quads(graph=IRI(ADDRESSES.graph(name)))}
        assert subjects
        assert not [iri for iri in subjects if iri.startswith(f"{ADDRESSES.base}id/")]
