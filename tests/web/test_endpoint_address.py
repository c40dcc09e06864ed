"""Addresses of the SPARQL endpoint: its base IRI, with a slash at its end, and the URL that it states."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from gcmgraph.errors import SettingsError
from gcmgraph.model.terms import IRI, Triple
from gcmgraph.namespaces import PREFIXES
from gcmgraph.rdfio.media import N_TRIPLES
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.settings import Settings
from serving import Application

HERE = "https://data.example.org/graph/"
ENDPOINT = "https://w3id.org/gcmgraph/sparql"


@pytest.fixture(scope="module")
def elsewhere(store_folder: Path, application: Application) -> FlaskClient:
    """A server with a `public_url`."""
    return application(store_folder, public_url=HERE).test_client()


def triples(client: FlaskClient, path: str, **parameters: str) -> set[Triple]:
    response = client.get(path, query_string=parameters, headers={"Accept": N_TRIPLES.media_type})
    assert response.status_code == 200
    return {quad.triple for quad in parse_quads(response.data, N_TRIPLES, source=path)}


@pytest.mark.parametrize(
    ("query", "subject"),
    [
        ("CONSTRUCT { <s> <p> 1 } WHERE {}", "https://w3id.org/gcmgraph/s"),
        ("CONSTRUCT { <#s> <p> 1 } WHERE {}", f"{ENDPOINT}#s"),
        ("BASE <http://e.org/a/> CONSTRUCT { <s> <p> 1 } WHERE {}", "http://e.org/a/s"),
        ("BASE <a/> CONSTRUCT { <s> <p> 1 } WHERE {}", "https://w3id.org/gcmgraph/a/s"),
        ("PREFIX e: <e/> CONSTRUCT { e:s <p> 1 } WHERE {}", "https://w3id.org/gcmgraph/e/s"),
    ],
)
def test_relative_iris(client: FlaskClient, query: str, subject: str) -> None:
    [triple] = triples(client, "/sparql", query=query)
    assert triple.subject == IRI(subject)


def test_relative_iris_with_a_dataset_in_the_request(client: FlaskClient) -> None:
    headers = {"Content-Type": "application/sparql-query", "Accept": N_TRIPLES.media_type}
    path = "/sparql?default-graph-uri=http%3A%2F%2Fe.org%2Fg"
    response = client.post(path, data="CONSTRUCT { <s> <p> 1 } WHERE {}", headers=headers)
    assert (response.status_code, b"<https://w3id.org/gcmgraph/s>" in response.data) == (200, True)


def test_place_of_an_error_after_the_base(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": "SELECT * { ?s <p> ?o . } LIMIT x"})
    found = json.loads(response.data)
    assert (response.status_code, found["line"]) == (400, 1)
    assert found["column"] <= len("SELECT * { ?s <p> ?o . } LIMIT x") + 1


def test_slash_at_the_end_of_the_address(client: FlaskClient) -> None:
    query = {"query": "ASK {}"}
    [plain, slash] = [client.get(path, query_string=query) for path in ("/sparql", "/sparql/")]
    assert (slash.status_code, slash.data, slash.mimetype) == (200, plain.data, plain.mimetype)
    assert client.post("/sparql/", data=query).data == plain.data
    assert triples(client, "/sparql/") == triples(client, "/sparql")
    assert client.get("/sparql/", headers={"Accept": "text/html"}).status_code == 200


def test_public_url_of_the_endpoint(client: FlaskClient, elsewhere: FlaskClient) -> None:
    service = IRI("http://www.w3.org/ns/sparql-service-description#endpoint")
    void, dcat = (
        IRI(PREFIXES[prefix] + name) for prefix, name in (("void", "sparqlEndpoint"), ("dcat", "endpointURL"))
    )
    for asked, url in ((client, ENDPOINT), (elsewhere, f"{HERE}sparql")):
        stated = {
            triple.object
            for path in ("/sparql", "/dataset", "/.well-known/void")
            for triple in triples(asked, path)
            if triple.predicate in {service, void, dcat}
        }
        assert stated == {IRI(url)}
    assert f">{HERE}sparql<" in elsewhere.get("/dataset", headers={"Accept": "text/html"}).text


def test_public_url_with_other_hosts(elsewhere: FlaskClient) -> None:
    response = elsewhere.get("/sparql", headers={"Host": "evil.example", "Accept": N_TRIPLES.media_type})
    assert b"evil" not in response.data


@pytest.mark.parametrize(
    "url", ["data.example.org", "ftp://data.example.org/", "https://u:p@data.example.org/", "https://e.org/?a"]
)
def test_invalid_public_urls(url: str) -> None:
    with pytest.raises(SettingsError, match="'public_url'"):
        _ = Settings(public_url=url).public_base


def test_endpoint_in_the_store(real_client: FlaskClient) -> None:
    query = "SELECT ?url { GRAPH ?g { ?dataset <http://rdfs.org/ns/void#sparqlEndpoint> ?url } }"
    answer = real_client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/csv"})
    assert answer.text.split() == ["url", ENDPOINT]
