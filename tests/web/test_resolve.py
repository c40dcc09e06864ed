"""/resolve: from anyone's IRI or code to what is known here."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from gcmgraph.rdfio.media import TURTLE
from gcmgraph.rdfio.parsing import parse_quads

ID = "https://w3id.org/gcmgraph/id/"


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("http://metadata.un.org/sdg/10.7", "sdg/10.7"),
        ("https://metadata.un.org/sdg/10.7", "sdg/10.7"),
        ("http://metadata.un.org/sdg/10.7/", "sdg/10.7"),
        (f"{ID}country/AFG", "country/AFG"),
        ("AFG", "country/AFG"),
        ("004", "country/AFG"),
        ("9a", "action/9a"),
        ("ONUDC", "organisation/unodc"),
    ],
)
def test_resolution_of_identifiers(client: FlaskClient, uri: str, path: str) -> None:
    page = client.get("/resolve", query_string={"uri": uri}, headers={"Accept": "text/html"})
    assert page.status_code == 303
    assert page.headers["Location"] == f"/doc/{path}"
    data = client.get("/resolve", query_string={"uri": uri, "format": "ttl"})
    assert data.status_code == 200
    quads = list(parse_quads(data.data, TURTLE, source="answer", base_iri="http://localhost/"))
    assert f"{ID}{path}" in {quad.subject.value for quad in quads}


def test_link_in_the_description(client: FlaskClient) -> None:
    data = client.get("/resolve?uri=http://metadata.un.org/sdg/10.7", headers={"Accept": "text/turtle"})
    quads = list(parse_quads(data.data, TURTLE, source="answer", base_iri="http://localhost/"))
    links = {(q.subject.value, q.object.value) for q in quads if q.predicate.value.endswith("#exactMatch")}
    assert links == {(f"{ID}sdg/10.7", "http://metadata.un.org/sdg/10.7")}


@pytest.mark.parametrize(
    ("uri", "near"),
    [("AFGG", "country/AFG"), ("Afganistan", "country/AFG"), ("http://metadata.un.org/sdg/10.8", "sdg/10.7")],
)
def test_unknown_identifier_returns_404_with_suggestions(client: FlaskClient, uri: str, near: str) -> None:
    problem = client.get("/resolve", query_string={"uri": uri})
    assert problem.status_code == 404
    assert problem.mimetype == "application/problem+json"
    assert f"{ID}{near}" in {one["iri"] for one in problem.get_json()["near"]}
    page = client.get("/resolve", query_string={"uri": uri}, headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert f'href="/doc/{near}"' in page.get_data(as_text=True)


@pytest.mark.parametrize(
    "uri",
    [
        "", "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "urn:x:y", "http://", "http://[::1",
        "http://a b/", "http://x/<script>", 'http://x/"', "http://x/\\", "http://x/" + "a" * 10_000, "x" * 10_000,
    ],
)  # fmt: skip
def test_invalid_identifiers_return_400(client: FlaskClient, uri: str) -> None:
    response = client.get("/resolve", query_string={"uri": uri})
    assert response.status_code == 400
    assert len(response.data) < 500


@pytest.mark.parametrize(
    "uri", ["<script>alert(1)</script>", '"><b>', "\u202eGFA", "\x00", "{{7*7}}", "%", "QX_ZJ", "é" * 2000]
)
@pytest.mark.parametrize("accept", ["text/html", "text/turtle"])
def test_hostile_codes_are_escaped(client: FlaskClient, uri: str, accept: str) -> None:
    response = client.get("/resolve", query_string={"uri": uri}, headers={"Accept": accept})
    assert response.status_code == 404
    assert b"<script>alert" not in response.data
    assert b"<b>" not in response.data


def test_form_without_identifier(client: FlaskClient) -> None:
    response = client.get("/resolve", headers={"Accept": "text/html"})
    assert response.status_code == 200
    assert b'name="uri"' in response.data
