"""/id, /doc, /graph, /ontology: redirects, negotiation, suffixes, conditional requests."""

from __future__ import annotations

import pytest
from answers import html, problem, quads
from flask.testing import FlaskClient

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


def test_resource_redirects_to_its_document(client: FlaskClient) -> None:
    for local in ("practice/glo-act", "sdg/10.7", "concept/practice-type/plan", "source/objective-09.fr/0-40"):
        for method in ("GET", "HEAD"):
            response = client.open(f"/id/{local}", method=method, headers={"Host": "evil.example"})
            assert (response.status_code, response.headers["Location"]) == (303, f"/doc/{local}")


#: Further headers are in `export/test_web_servers.py`, where web servers answer as the application.
@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, "text/turtle"),
        (CHROME, "text/html"),
        (RDFLIB, "text/turtle"),
        ("text/turtle;q=0.4, application/rdf+xml;q=0.6", "application/rdf+xml"),
        ("text/*", "text/turtle"),
        ("text/markdown", "text/markdown"),
        ("application/xhtml+xml", "text/html"),
        ("application/*;q=0.5, text/html;q=0.4", "application/ld+json"),
    ],
)
def test_format_by_accept_header(client: FlaskClient, accept: str | None, content_type: str) -> None:
    response = client.get(PRACTICE, headers={"Accept": accept} if accept else {})
    assert (response.status_code, response.mimetype) == (200, content_type)


@pytest.mark.parametrize(
    ("path", "media_type", "subject"),
    [
        ("doc/sdg/10.7", "text/turtle", "id/sdg/10.7"),
        ("doc/sdg/10.7.nt", "application/n-triples", "id/sdg/10.7"),
        ("doc/source/objective-09.fr.rdf", "application/rdf+xml", "id/source/objective-09.fr"),
        ("doc/source/objective-09.fr/0-40.jsonld", "application/ld+json", "id/source/objective-09.fr/0-40"),
        ("doc/concept/practice-type/plan.ttl", "text/turtle", "id/concept/practice-type/plan"),
        ("ontology", "text/turtle", "ontology#country"),
        ("shapes", "text/turtle", "shapes#Practice"),
        ("graph/curated", "text/turtle", "graph/curated"),
    ],
)
def test_format_by_suffix(client: FlaskClient, path: str, media_type: str, subject: str) -> None:
    found = quads(client.get(f"/{path}", headers={"Accept": "*/*"}), media_type)
    assert f"https://w3id.org/gcmgraph/{subject}" in {quad.subject.value for quad in found}


def test_size_of_a_graph_and_datatype_of_a_code(client: FlaskClient) -> None:
    found = quads(client.get("/graph/source/objective-09.fr.nt"))
    assert [quad.object.value for quad in found if quad.predicate.value.endswith("void#triples")] == ["32"]
    page = html(client, "/doc/sdg/10.7")
    assert page.count("<bdi>10.7</bdi>") == 2
    assert "<bdi>10.7</bdi> <code>sdgo:SDGCodeCompact</code>" in page


@pytest.mark.parametrize(
    "path",
    [
        "/id/practice/unheard-of", "/id/nothing/x", "/doc/practice/unheard-of.ttl", "/doc/practice/glo-act.exe",
        "/doc/practice/glo-act.", "/doc/practice//glo-act", "/doc/practice/%00", "/doc/practice/%3Cscript%3E",
        "/doc/practice/..%2F..%2Fetc%2Fpasswd", "/doc/x/%FF%FE", "/doc/practice/%2525", "/graph/nothing",
        "/browse/nothing", "/ontology.exe", "/nothing", "/doc/practice/" + "x" * 10_000,
    ],
)  # fmt: skip
def test_unknown_address_returns_404(client: FlaskClient, path: str) -> None:
    problem(client.get(path), 404)
    page = html(client, path, 404, Accept=FIREFOX)
    assert page.count("<script") == page.count('<script type="module" src="/static/')
