"""The endpoint's description of itself, by the queries of SPARQL editors and assistants of others."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib.plugins.sparql import prepareQuery

from gcmgraph.model.terms import IRI, Quad, Triple
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.metadata.void import count, partition_quads
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

#: Queries by which editors and assistants read the description of an endpoint.
QUERIES = tomllib.loads(Path(__file__).with_name("endpoint_queries.toml").read_text("utf-8"))


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
    assert {row["prefix"]: row["namespace"] for row in rows(small, QUERIES["prefixes"])} == ADDRESSES.prefixes


def test_examples_in_six_languages(small: FlaskClient, repository: Repository) -> None:
    found = rows(small, QUERIES["examples"])
    expected = [query.name for query in read_queries(repository, ADDRESSES).values() if query.stands_alone]
    library = {f"{ADDRESSES.base}queries/{name}#example" for name in expected}
    questions = {f"{ADDRESSES.base}queries#example-{name}" for name in examples_by_name()}
    assert {row["example"] for row in found} == library | questions
    assert len(found) == 6 * len(library | questions)


def test_runs_of_each_example(small: FlaskClient) -> None:
    queries = {row["example"]: row["query"] for row in rows(small, QUERIES["examples"])}
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
        tuple(row.get(name) for name in ("class", "property", "objects", "datatype"))
        for row in rows(small, QUERIES["schema"])
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


def test_rows_of_the_schema_with_names(small: FlaskClient) -> None:
    found = rows(small, QUERIES["named_schema"])
    without_notes = {tuple(pair for pair in row.items() if not pair[0].endswith("Note")) for row in found}
    assert len(without_notes) == len(rows(small, QUERIES["schema"]))
    assert len(found) < 2.5 * len(without_notes)  # some of our terms have a note in six languages
    assert [row for row in found if "className" not in row or "propertyName" not in row] == []


def test_class_names_of_generated_code(small: FlaskClient) -> None:
    # sparql-api-codegen names a Python class by the label, and ends where two classes have the same one
    named = {(row["className"].title().replace(" ", ""), row["class"]) for row in rows(small, QUERIES["named_schema"])}
    left_out = ("http://www.w3.org/ns/shacl#", "http://www.w3.org/2002/07/owl#", "http://rdfs.org/ns/void#")
    names = [re.sub("[-_()]", "", name) for name, iri in named if not iri.startswith(left_out)]
    assert len(names) == len(set(names)) > 20
    assert [name for name in names if not name.isidentifier()] == []


def test_field_names_of_generated_code(small: FlaskClient) -> None:
    named = {
        row["propertyName"].lower().replace(" ", "_"): row["property"] for row in rows(small, QUERIES["named_schema"])
    }
    assert not named.keys() & {"type", "iri", "get", "check", "sparql_endpoint"}


def test_labels_of_classes(small: FlaskClient) -> None:
    assert {row["label"] for row in rows(small, QUERIES["labels"])} >= {"practice", "pratique", "práctica"}


def test_name_and_note_of_every_term_in_use(small: FlaskClient) -> None:
    assert rows(small, QUERIES["unnamed"]) == []


def test_documents_equal_to_the_graphs(small: FlaskClient) -> None:
    partitions = triples(small, f"/graph-store?graph={ADDRESSES.graph('void')}")
    assert len(partitions) > 1_000
    assert partitions <= triples(small, "/.well-known/void")
    stored = triples(small, f"/graph-store?graph={ADDRESSES.graph('examples')}")
    (endpoint,) = stored - triples(small, "/.well-known/sparql-examples")
    assert endpoint.predicate.value.endswith("#sparqlEndpoint")


def test_one_count_of_entities_per_class(small: FlaskClient) -> None:
    entities = [t for t in triples(small, "/.well-known/void") if t.predicate.value.endswith("#entities")]
    assert len({triple.subject for triple in entities}) == len(entities)


def test_public_endpoint_as_target(
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


def test_base_with_a_path(repository: Repository) -> None:
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


def test_subjects_outside_of_the_lists(small_store: Path) -> None:
    store = StoreFolder(small_store).open_current()
    for name in ("examples", "void"):
        subjects = {quad.subject.value for quad in store.quads(graph=IRI(ADDRESSES.graph(name)))}
        assert subjects
        assert not [iri for iri in subjects if iri.startswith(f"{ADDRESSES.base}id/")]
