"""Claims on complete lists, and on properties with several values, over invented graphs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

#: A client of an application over a graph in TriG.
ClientOver = Callable[..., FlaskClient]

PREFIXES = """
PREFIX c: <https://w3id.org/gcmgraph/id/country/>
PREFIX o: <https://w3id.org/gcmgraph/id/organisation/>
PREFIX p: <https://w3id.org/gcmgraph/id/practice/>
PREFIX gcm: <https://w3id.org/gcmgraph/ontology#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX schema: <https://schema.org/>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""

LEAGUE = """
GRAPH <https://w3id.org/gcmgraph/graph/reference/memberships> {
  o:league a gcm:Organisation ; skos:prefLabel "League"@en ; org:hasMember c:AAA .
  c:AAA a gcm:Country ; skos:prefLabel "Aland"@en .
  c:BBB a gcm:Country ; skos:prefLabel "Bland"@en .
  c:CCC a gcm:Country ; skos:prefLabel "Cland"@en .
}
"""

MEMBER_BY_CONTRIBUTION = """
GRAPH <https://w3id.org/gcmgraph/graph/contribution/01ARZ3NDEKTSV4RRFFQ69G5FA0> { o:league org:hasMember c:BBB . }
"""

PRACTICE = """
GRAPH <https://w3id.org/gcmgraph/graph/shapes> {
  <urn:x:practice> sh:targetClass gcm:Practice ; sh:property <urn:x:start> .
  <urn:x:start> sh:path schema:startDate ; sh:maxCount 1 .
}
GRAPH <https://w3id.org/gcmgraph/graph/source/page.en> {
  p:ship a gcm:Practice ; dct:title "Ship"@en ; schema:startDate "2018"^^xsd:gYear , "2018-05"^^xsd:gYearMonth .
}
"""


def verdict(client: FlaskClient, resource: str, relation: str, value: str) -> str:
    claim = {
        "resource": resource,
        "relation": relation,
        "value": value,
        "format": "json",
        "lang": "en",
    }
    return str(client.get("/check", query_string=claim).get_json()["verdict"])


def test_list_that_a_contribution_added_to_contradicts_nothing(client_over: ClientOver) -> None:
    complete = client_over(PREFIXES + LEAGUE)
    assert verdict(complete, "organisation:league", "member", "country:CCC") == "contradicted"
    added = client_over(PREFIXES + LEAGUE + MEMBER_BY_CONTRIBUTION)
    assert verdict(added, "organisation:league", "member", "country:CCC") == "not stated here"
    assert verdict(added, "organisation:league", "member", "country:BBB") == "supported"


@pytest.mark.parametrize(
    ("start", "expected"), [("2018-07", "not stated here"), ("2019", "contradicted")]
)
def test_claim_is_contradicted_by_all_values_of_a_property_only(
    client_over: ClientOver, start: str, expected: str
) -> None:
    assert verdict(client_over(PREFIXES + PRACTICE), "practice:ship", "start", start) == expected
