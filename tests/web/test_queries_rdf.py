"""The library as RDF: SHACL executables with entry points that answer."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from gcmgraph.model.terms import IRI, Literal, Quad, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.media import syntax_for_media_type
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.store.port import Store

BASE = "https://w3id.org/gcmgraph/"
V = Vocabulary(Addresses())

DESCRIBED = """
SELECT ?query ?select ?template {
  ?query a sh:SPARQLExecutable, sh:SPARQLSelectExecutable ;
    sh:select ?select ; schema:target/schema:urlTemplate ?template ;
    dct:title ?en, ?fr ; dct:description ?descriptionEn, ?descriptionFr .
  FILTER(LANG(?en) = "en" && LANG(?fr) = "fr" && LANG(?descriptionEn) = "en" && LANG(?descriptionFr) = "fr")
}"""


def read(client: FlaskClient, path: str, media_type: str) -> list[Quad]:
    response = client.get(path, headers={"Accept": media_type})
    assert response.status_code == 200
    assert response.mimetype == media_type
    syntax = syntax_for_media_type(media_type)
    assert syntax is not None
    return list(parse_quads(response.data, syntax, source=path))


@pytest.fixture(scope="module")
def library(app: object) -> Store:
    client = app.test_client()  # type: ignore[attr-defined]
    return Store.in_memory(read(client, "/queries", "text/turtle"))


def prefixed(query: str) -> str:
    return "".join(f"PREFIX {p}: <{iri}>\n" for p, iri in Addresses().prefixes.items()) + query


@pytest.mark.parametrize("media_type", ["application/ld+json", "application/rdf+xml", "application/n-triples"])
def test_equal_graphs_in_all_syntaxes(client: FlaskClient, library: Store, media_type: str) -> None:
    assert set(read(client, "/queries", media_type)) == set(library.quads())


def test_description_of_every_query(client: FlaskClient, library: Store) -> None:
    names = {query["name"] for query in client.get("/queries", headers={"Accept": "application/json"}).get_json()}
    found = library.select(prefixed(DESCRIBED)).rows
    assert {row["query"] for row in found} == {IRI(f"{BASE}queries/{name}") for name in names}
    assert all(isinstance(quad.subject, IRI) for quad in library.quads())  # no blank nodes


def test_described_texts_and_addresses(client: FlaskClient, library: Store) -> None:
    engine = Store.in_memory()
    for row in library.select(prefixed(DESCRIBED)).rows:
        select, template = row["select"], row["template"]
        assert isinstance(select, Literal)
        assert isinstance(template, Literal)
        assert engine.select(select.value) is not None
        path = re.sub(r"\{\?.*\}$", "", template.value.removeprefix(BASE))
        assert client.get(f"/{path}", headers={"Accept": "text/csv"}).status_code == 200


def test_path_class_and_default_of_parameters(library: Store) -> None:
    query = IRI(f"{BASE}queries/practices-by-country")
    parameter = IRI(f"{query.value}#parameter-country")
    said = {(quad.predicate, quad.object) for quad in library.quads(parameter)}
    assert (V("sh:path"), IRI(f"{query.value}#country")) in said
    assert (V("sh:class"), V("gcm:Country")) in said
    assert (V("sh:defaultValue"), IRI(f"{BASE}id/country/AFG")) in said
    assert (V("sh:name"), Literal("Pays", language="fr")) in said


def test_description_of_one_query(client: FlaskClient, library: Store) -> None:
    own = set(read(client, "/queries/practices-by-country", "text/turtle"))
    assert own < set(library.quads())
    assert any(quad.predicate == V("sh:select") for quad in own)
