"""Terms of a query that the dataset lacks are named in an empty answer, in every format, on the page and by header."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

WRONG = "SELECT * { ?practice gcm:objektive ?objective }"
HEADER = "Result-Unknown-Terms"


def header(client: FlaskClient, query: str, accept: str = "application/sparql-results+json") -> str | None:
    answer = client.post("/sparql", data={"query": query}, headers={"Accept": accept})
    assert answer.status_code == 200
    return answer.headers.get(HEADER)


@pytest.mark.parametrize(
    "accept",
    ["application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"],
)
@pytest.mark.parametrize(
    "query",
    [WRONG, WRONG.replace("SELECT *", "SELECT (COUNT(*) AS ?n)"), WRONG.replace("SELECT *", "ASK")],
)
def test_an_empty_result_names_the_term_and_the_nearest(client: FlaskClient, query: str, accept: str) -> None:
    if query.startswith("ASK") and "json" not in accept and "xml" not in accept:
        accept = "application/sparql-results+xml"
    assert (header(client, query, accept) or "").startswith('"gcm:objektive";nearest="gcm:objective')
    assert header(client, query.replace("objektive", "objective"), accept) is None


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json", "application/trig"]
)
def test_an_empty_graph_names_them_too(client: FlaskClient, accept: str) -> None:
    query = "CONSTRUCT WHERE { ?practice a gcm:Practise }"
    assert (header(client, query, accept) or "").startswith('"gcm:Practise";nearest="gcm:Practice')
    assert header(client, query.replace("Practise", "Practice"), accept) is None


def test_a_resource_that_is_not_here_has_the_nearest_ones(client: FlaskClient) -> None:
    found = header(client, "SELECT * { country:AFX ?p ?o }")
    assert found is not None
    assert found.startswith('"country:AFX";nearest="')
    assert "country:AFG" in found


def test_an_empty_answer_of_terms_that_are_used_has_no_warning(client: FlaskClient) -> None:
    assert header(client, "SELECT * { gcm:Practice gcm:objective ?x }") is None
    assert header(client, "ASK { FILTER(xsd:integer('1') = 2) }") is None


def test_as_many_terms_as_one_can_read(client: FlaskClient) -> None:
    pattern = " . ".join(f"?x gcm:zz{number} ?y" for number in range(20))
    assert (header(client, f"SELECT * {{ {pattern} }}") or "").count("gcm:zz") == 5


@pytest.mark.parametrize(("language", "words"), [("en", "No statement of this graph uses"), ("fr", "Aucun énoncé")])
def test_the_page_says_so(client: FlaskClient, language: str, words: str) -> None:
    page = client.get("/sparql", query_string={"query": WRONG, "lang": language}, headers={"Accept": "text/html"}).text
    assert words in page
    assert "<code>gcm:objektive</code>" in page
    assert "<code>gcm:objective</code>" in page
    right = client.get(
        "/sparql", query_string={"query": "SELECT * { ?s ?p ?o } LIMIT 1"}, headers={"Accept": "text/html"}
    )
    assert "<code>gcm:objektive</code>" not in right.text
