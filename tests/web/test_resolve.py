"""/resolve: from anyone's IRI or code to what is known here."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from answers import HTML, html, problem, quads
from flask.testing import FlaskClient

ID = "https://w3id.org/gcmgraph/id/"


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("http://metadata.un.org/sdg/10.7", "sdg/10.7"),
        ("https://metadata.un.org/sdg/10.7", "sdg/10.7"),
        ("http://metadata.un.org/sdg/10.7/", "sdg/10.7"),
        (f"{ID}country/AFG", "country/AFG"),
        ("004", "country/AFG"),
        ("9a", "action/9a"),
        ("ONUDC", "organisation/unodc"),
    ],
)
def test_resolution_of_identifiers(client: FlaskClient, uri: str, path: str) -> None:
    page = client.get("/resolve", query_string={"uri": uri}, headers=HTML)
    assert (page.status_code, page.headers["Location"]) == (303, f"/doc/{path}")
    found = quads(client.get("/resolve", query_string={"uri": uri, "format": "ttl"}))
    assert f"{ID}{path}" in {quad.subject.value for quad in found}
    if path == "sdg/10.7":
        links = {(q.subject.value, q.object.value) for q in found if q.predicate.value.endswith("#exactMatch")}
        assert links == {(f"{ID}sdg/10.7", "http://metadata.un.org/sdg/10.7")}


@pytest.mark.parametrize(
    ("uri", "near"),
    [
        ("AFGG", "country/AFG"),
        ("Afganistan", "country/AFG"),
        ("http://metadata.un.org/sdg/10.8", "sdg/10.7"),
        *((uri, "") for uri in ("<script>alert(1)</script>", "\x00", "{{7*7}}", "QX_ZJ", "é" * 2000)),
    ],
)
def test_unknown_identifier_returns_404_with_suggestions(client: FlaskClient, uri: str, near: str) -> None:
    found = problem(client.get("/resolve", query_string={"uri": uri}), 404)
    assert not near or f"{ID}{near}" in str(found["near"])
    page = html(client, f"/resolve?uri={quote(uri)}", 404)
    assert not near or f'href="/doc/{near}"' in page
    assert "<script>alert" not in page
    assert 'name="uri"' in html(client, "/resolve")


@pytest.mark.parametrize(
    "uri",
    [
        "", "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "urn:x:y", "http://", "http://[::1",
        "http://a b/", "http://x/<script>", 'http://x/"', "http://x/\\", "http://x/" + "a" * 10_000, "x" * 10_000,
    ],
)  # fmt: skip
def test_invalid_identifiers_return_400(client: FlaskClient, uri: str) -> None:
    response = client.get("/resolve", query_string={"uri": uri})
    problem(response)
    assert len(response.data) < 500
