"""The endpoint's description of itself, by the queries of SPARQL editors and assistants of others."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from answers import quads, rows
from flask.testing import FlaskClient
from rdflib.plugins.sparql import prepareQuery

from gcmgraph.publication.metadata.partitions import count, partition_quads
from gcmgraph.queries.description import describe_examples, examples_by_name
from gcmgraph.queries.library import read_queries
from gcmgraph.rdf.media import N_TRIPLES
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Quad, Triple
from gcmgraph.repository.layout import Repository
from gcmgraph.web.server import warn_of_other_endpoint
from serving import Application

ADDRESSES = Addresses()
GCM = ADDRESSES.ontology

#: Queries by which editors and assistants read the description of an endpoint.
QUERIES = tomllib.loads(Path(__file__).with_name("endpoint_queries.toml").read_text("utf-8"))


def ask(client: FlaskClient, query: str) -> list[dict[str, str]]:
    headers = {"Accept": "application/sparql-results+json"}
    return rows(client.post("/sparql", data={"query": query}, headers=headers))


@pytest.fixture(scope="module")
def schema(small_client: FlaskClient) -> list[dict[str, str]]:
    return ask(small_client, QUERIES["named_schema"])


def triples(client: FlaskClient, path: str) -> set[Triple]:
    return {
        quad.triple for quad in quads(client.get(path, headers={"Accept": N_TRIPLES.media_type}))
    }


def test_documented_queries_find_prefixes_and_labels(small_client: FlaskClient) -> None:
    assert {
        row["prefix"]: row["namespace"] for row in ask(small_client, QUERIES["prefixes"])
    } == ADDRESSES.prefixes
    assert {row["label"] for row in ask(small_client, QUERIES["labels"])} >= {
        "practice",
        "pratique",
        "práctica",
    }
    assert ask(small_client, QUERIES["unnamed"]) == []


def test_examples_are_described_in_six_languages(
    small_client: FlaskClient, repository: Repository
) -> None:
    found = ask(small_client, QUERIES["examples"])
    expected = [
        query.name for query in read_queries(repository, ADDRESSES).values() if query.stands_alone
    ]
    library = {f"{ADDRESSES.base}queries/{name}#example" for name in expected}
    questions = {f"{ADDRESSES.base}queries#example-{name}" for name in examples_by_name()}
    queries = {row["example"]: row["query"] for row in found}
    assert queries.keys() == library | questions
    assert len(found) == 6 * len(library | questions)
    for example, query in queries.items():
        accepted = (
            N_TRIPLES.media_type if "CONSTRUCT {" in query else "application/sparql-results+json"
        )
        response = small_client.post("/sparql", data={"query": query}, headers={"Accept": accepted})
        assert response.status_code == 200, (example, response.text)
        answer = response.get_json() if "json" in accepted else {"boolean": response.text}
        assert (
            example in library or answer.get("boolean") is not None or answer["results"]["bindings"]
        ), example
    filled = queries[f"{ADDRESSES.base}queries/practices-by-country#example"]
    assert "VALUES ?country { <https://w3id.org/gcmgraph/id/country/AFG> }" in filled
    assert 'VALUES ?language { "en" }' in filled
    for form in ("ask", "construct"):
        others = (
            f"SELECT ?query {{ ?example a sh:SPARQL{form.title()}Executable ; sh:{form} ?query }}"
        )
        of_form = ask(small_client, f"PREFIX sh: <http://www.w3.org/ns/shacl#> {others}")
        assert len(of_form) == 2
        for row in of_form:
            prepareQuery(row["query"])  # of rdflib, which knows none of our prefixes


def test_classes_are_described_with_their_properties_and_names(
    small_client: FlaskClient, schema: list[dict[str, str]]
) -> None:
    plain = ask(small_client, QUERIES["schema"])
    found = {
        tuple(row.get(name) for name in ("class", "property", "objects", "datatype"))
        for row in plain
    }
    practice = f"{GCM}Practice"
    assert found >= {
        (practice, f"{GCM}country", f"{GCM}Country", None),
        (practice, f"{GCM}leadOrganisation", "http://www.w3.org/ns/org#Organization", None),
        (practice, ADDRESSES.expand("dct:title"), None, ADDRESSES.expand("rdf:langString")),
        (practice, ADDRESSES.expand("schema:startDate"), None, ADDRESSES.expand("xsd:gYear")),
        (f"{GCM}Evidence", ADDRESSES.expand("oa:hasTarget"), f"{GCM}Passage", None),
    }
    without_notes = {
        tuple(pair for pair in row.items() if not pair[0].endswith("Note")) for row in schema
    }
    assert len(without_notes) == len(plain)
    assert len(schema) < 2.5 * len(without_notes)  # some of our terms have a note in six languages
    assert [row for row in schema if "className" not in row or "propertyName" not in row] == []

    # sparql-api-codegen names a Python class by the label, and ends where two classes have the same
    # one
    named = {(row["className"].title().replace(" ", ""), row["class"]) for row in schema}
    left_out = (
        "http://www.w3.org/ns/shacl#",
        "http://www.w3.org/2002/07/owl#",
        "http://rdfs.org/ns/void#",
    )
    names = [re.sub("[-_()]", "", name) for name, iri in named if not iri.startswith(left_out)]
    assert len(names) == len(set(names)) > 20
    assert [name for name in names if not name.isidentifier()] == []
    fields = {row["propertyName"].lower().replace(" ", "_") for row in schema}
    assert not fields & {"type", "iri", "get", "check", "sparql_endpoint"}


def test_documents_about_the_dataset_equal_its_graphs(small_client: FlaskClient) -> None:
    partitions = triples(small_client, f"/graph-store?graph={ADDRESSES.graph('void')}")
    document = triples(small_client, "/.well-known/void")
    assert len(partitions) > 1_000
    assert partitions <= document
    entities = [
        triple.subject for triple in document if triple.predicate.value.endswith("#entities")
    ]
    assert len({*entities}) == len(entities)
    stored = triples(small_client, f"/graph-store?graph={ADDRESSES.graph('examples')}")
    (endpoint,) = stored - triples(small_client, "/.well-known/sparql-examples")
    assert endpoint.predicate.value.endswith("#sparqlEndpoint")
    for statements in (partitions, stored):  # no resource of a list
        assert not [
            t for t in statements if str(t.subject.value).startswith(f"{ADDRESSES.base}id/")
        ]


def test_examples_name_the_public_endpoint(
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
    assert (
        "https://w3id.org/gcmgraph/sparql, but this server's is https://data.example.org/a/graph/sparql"
        in message
    )
    assert "'public_url'" in message


def test_addresses_of_the_description_have_the_path_of_the_base(repository: Repository) -> None:
    addresses = Addresses("http://localhost:8080/a/graph/")
    found = list(describe_examples(read_queries(repository, addresses).values(), addresses))
    assert {t.object for t in found if t.predicate.value.endswith("/target")} == {
        IRI(f"{addresses.base}sparql")
    }
    assert all(triple.subject.value.startswith(f"{addresses.base}queries") for triple in found)
    assert not [triple for triple in found if "w3id.org/gcmgraph" in str(triple)]
    thing = IRI(f"{addresses.base}id/practice/x")
    stated = [
        Quad(thing, IRI(addresses.expand("rdf:type")), IRI(f"{addresses.ontology}Practice"), thing)
    ]
    partitions = list(partition_quads(count(stated), addresses))
    assert len(partitions) == 7
    assert {quad.graph_name for quad in partitions} == {IRI(f"{addresses.base}graph/void")}
    assert {quad.subject.value.partition("#")[0] for quad in partitions} == {
        f"{addresses.base}dataset"
    }
