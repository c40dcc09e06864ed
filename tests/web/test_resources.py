"""/id, /doc, /graph, /ontology: redirects, negotiation, suffixes, conditional requests."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from gcmgraph.model.terms import Quad
from gcmgraph.rdfio.media import syntax_for_media_type
from gcmgraph.rdfio.parsing import parse_quads

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)
RDFLIB = (
    "application/n-triples;q=0.8,text/turtle,application/rdf+xml;q=0.9,application/ld+json;q=0.7,"
    "application/xhtml+xml;q=0.5"
)
PRACTICE = "/doc/practice/glo-act"


def parsed(data: bytes, content_type: str) -> list[Quad]:
    syntax = syntax_for_media_type(content_type)
    assert syntax is not None
    return list(parse_quads(data, syntax, source="answer", base_iri="http://localhost/"))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "local", ["practice/glo-act", "sdg/10.7", "concept/practice-type/plan", "source/objective-09.fr/0-40"]
)
def test_resource_redirects_to_its_document(client: FlaskClient, method: str, local: str) -> None:
    response = client.open(f"/id/{local}", method=method, headers={"Host": "evil.example"})
    assert response.status_code == 303
    assert response.headers["Location"] == f"/doc/{local}"


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, "text/turtle"),
        ("*/*", "text/turtle"),
        (FIREFOX, "text/html"),
        (CHROME, "text/html"),
        (RDFLIB, "text/turtle"),
        ("text/turtle", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "application/ld+json"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/n-triples", "application/n-triples"),
        ("text/turtle;q=0.4, application/rdf+xml;q=0.6", "application/rdf+xml"),
        ("text/html;q=0.2, text/turtle;q=0.1", "text/html"),
        ("text/*", "text/turtle"),
        ("text/markdown", "text/markdown"),
        ("application/xhtml+xml", "text/html"),
        ("application/*;q=0.5, text/html;q=0.4", "application/ld+json"),
        ("image/png, */*;q=0.1", "text/turtle"),
    ],
)
def test_format_by_accept_header(client: FlaskClient, accept: str | None, content_type: str) -> None:
    response = client.get(PRACTICE, headers={"Accept": accept} if accept else {})
    assert response.status_code == 200
    assert response.mimetype == content_type


@pytest.mark.parametrize(
    ("path", "media_type", "subject"),
    [
        ("sdg/10.7", "text/turtle", "sdg/10.7"),
        ("sdg/10.7.nt", "application/n-triples", "sdg/10.7"),
        ("source/objective-09.fr", "text/turtle", "source/objective-09.fr"),
        ("source/objective-09.fr.rdf", "application/rdf+xml", "source/objective-09.fr"),
        ("source/objective-09.fr/0-40.jsonld", "application/ld+json", "source/objective-09.fr/0-40"),
        ("concept/practice-type/plan.ttl", "text/turtle", "concept/practice-type/plan"),
    ],
)
def test_format_by_suffix(client: FlaskClient, path: str, media_type: str, subject: str) -> None:
    response = client.get(f"/doc/{path}", headers={"Accept": "*/*"})
    assert response.mimetype == media_type
    subjects = {quad.subject.value for quad in parsed(response.data, response.mimetype)}
    assert f"https://w3id.org/gcmgraph/id/{subject}" in subjects


@pytest.mark.parametrize(
    "path",
    [
        "/id/practice/unheard-of", "/id/nothing/x", "/doc/practice/unheard-of",
        "/doc/practice/unheard-of.ttl",
        "/doc/practice/glo-act.exe", "/doc/practice/glo-act.", "/doc/practice//glo-act", "/doc/practice/%00",
        "/doc/practice/%3Cscript%3E", "/doc/practice/..%2F..%2Fetc%2Fpasswd", "/doc/x/%FF%FE",
        "/doc/practice/%2525", "/graph/nothing", "/browse/nothing", "/ontology.exe", "/nothing",
        "/doc/practice/" + "x" * 10_000,
    ],
)  # fmt: skip
def test_unknown_address_returns_404(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.mimetype == "application/problem+json"
    assert json.loads(response.data)["status"] == 404
    page = client.get(path, headers={"Accept": FIREFOX})
    assert page.status_code == 404
    assert page.mimetype == "text/html"
    assert page.data.count(b"<script") == page.data.count(b'<script type="module" src="/static/')


@pytest.mark.parametrize(("path", "least"), [("/ontology", 17), ("/shapes", 8), ("/graph/curated", 1)])
def test_graphs_as_rdf_and_as_page(client: FlaskClient, path: str, least: int) -> None:
    response = client.get(path, headers={"Accept": "text/turtle"})
    assert len(parsed(response.data, response.mimetype)) >= least
    assert client.get(path, headers={"Accept": FIREFOX}).mimetype == "text/html"


def test_datatype_of_a_code(client: FlaskClient) -> None:
    page = client.get("/doc/sdg/10.7", headers={"Accept": FIREFOX}).text
    assert page.count("<bdi>10.7</bdi>") == 2
    assert "<bdi>10.7</bdi> <code>sdgo:SDGCodeCompact</code>" in page


def test_size_of_a_graph(client: FlaskClient) -> None:
    response = client.get("/graph/source/objective-09.fr.nt")
    sizes = [
        q.object.value for q in parsed(response.data, response.mimetype) if q.predicate.value.endswith("void#triples")
    ]
    assert sizes == ["32"]
