"""JSON-LD over HTTP: documents that PyLD frames, profiles, the context of each version."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyld import jsonld

from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.canonical import digest
from gcmgraph.rdfio.json_ld import terms, versions
from gcmgraph.rdfio.media import JSON_LD, N_QUADS, TURTLE
from gcmgraph.rdfio.parsing import parse_quads
from tools.json_ld_context import forms_of, published_triples

PRACTICE = "/doc/practice/glo-act"
EXPANDED = "http://www.w3.org/ns/json-ld#expanded"

#: Documents of all kinds of descriptions.
DOCUMENTS = [PRACTICE, "/doc/country/AFG", "/graph/curated", "/ontology", "/dataset", "/linksets"]


def read(client: FlaskClient, address: str, accept: str = "*/*") -> Any:
    return json.loads(client.get(address, headers={"Accept": accept}).data)


@pytest.mark.parametrize("path", DOCUMENTS)
def test_equal_graph_of_json_ld_and_turtle(client: FlaskClient, path: str) -> None:
    turtle = digest(parse_quads(client.get(f"{path}.ttl").data, TURTLE, source="turtle"))
    document = client.get(f"{path}.jsonld").data
    assert digest(parse_quads(document, JSON_LD, source="compacted")) == turtle
    compacted = jsonld.to_rdf(json.loads(document), {"format": "application/n-quads"})
    assert digest(parse_quads(compacted.encode(), N_QUADS, source="PyLD")) == turtle
    expanded = json.dumps(read(client, f"{path}.jsonld?profile=expanded")).encode()
    assert digest(parse_quads(expanded, JSON_LD, source="expanded")) == turtle
    assert len(document) < len(expanded) + 50


@pytest.mark.parametrize(("path", "kind"), [(PRACTICE, "gcm:Practice"), ("/dataset", "dcat:Dataset")])
def test_framed_document(client: FlaskClient, path: str, kind: str) -> None:
    document = read(client, f"{path}.jsonld")
    for holder in (document, read(client, "/context.jsonld")):
        frame = {"@context": holder["@context"], "@type": Addresses().expand(kind)}
        framed = jsonld.frame(document, frame)
        # the whole context abbreviates identifiers: practice:glo-act
        found = [node.get("@id", node.get("id", "")) for node in framed.get("@graph", [framed])]
        assert any(name.endswith(path.rpartition("/")[2]) for name in found)


def test_example_of_the_guide(site: str, capsys: pytest.CaptureFixture[str]) -> None:
    guide = Path(__file__).parents[2].joinpath("docs", "http.md").read_text("utf-8").partition("## JSON-LD")[2]
    code = guide.partition("```python\n")[2].partition("```")[0].replace("http://127.0.0.1:8080", site)
    exec(compile(code, "http.md", "exec"), {})  # noqa: S102 - our own documentation
    assert len(capsys.readouterr().out.splitlines()) > 2


def test_practice_as_plain_json(client: FlaskClient) -> None:
    document = read(client, f"{PRACTICE}.jsonld")
    (practice,) = (node for node in document["@graph"] if node["@id"].endswith("/id/practice/glo-act"))
    assert ("Practice" in practice["@type"], bool(practice["title"]["fr"])) == (True, True)
    defined = {definition["@id"] for definition in document["@context"].values() if isinstance(definition, dict)}
    assert {"gcm:Practice", "dct:title"} <= defined


def test_name_of_a_typed_code(client: FlaskClient) -> None:
    document = read(client, "/doc/sdg/10.7.jsonld")
    (target,) = (node for node in document["@graph"] if node["@id"].endswith("/sdg/10.7"))
    assert (target["notation"], target["sdgCode"]) == ("10.7", "10.7")
    (expanded,) = (node for node in jsonld.expand(document) if node["@id"].endswith("/sdg/10.7"))
    types = {code.get("@type") for code in expanded["http://www.w3.org/2004/02/skos/core#notation"]}
    assert types == {None, Addresses().expand("sdgo:SDGCodeCompact")}


@pytest.mark.parametrize(
    ("address", "accept", "expanded"),
    [
        (f"{PRACTICE}.jsonld?profile=compacted", "*/*", False),
        (f"{PRACTICE}.jsonld?profile={EXPANDED.replace('#', '%23')}", "*/*", True),
        (PRACTICE, "application/ld+json", False),
        (PRACTICE, f'application/ld+json; profile="{EXPANDED}"; q=0.9, text/html;q=0.1', True),
        (PRACTICE, 'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', False),
        ("/queries/practices-by-country?profile=expanded", "application/ld+json", True),
        ("/sparql?profile=expanded", "application/ld+json", True),
        ("/browse/practice?format=jsonld&profile=expanded", "*/*", True),
        ("/resolve?uri=AFG&profile=expanded", "application/ld+json", True),
    ],
)
def test_profiles(client: FlaskClient, address: str, accept: str, expanded: bool) -> None:
    response = client.get(address, headers={"Accept": accept})
    assert response.status_code == 200
    assert isinstance(json.loads(response.data), list) is expanded
    assert response.content_type == (
        f'application/ld+json; profile="{EXPANDED}"' if expanded else "application/ld+json"
    )
    other = client.get(f"{PRACTICE}.jsonld{'' if expanded else '?profile=expanded'}")
    assert response.headers["ETag"] != other.headers["ETag"]
    unknown = client.get(f"{PRACTICE}.jsonld?profile=flattened")
    assert (unknown.status_code, "compacted, expanded" in unknown.text) == (400, True)
    assert client.get(f"{PRACTICE}.ttl?profile=flattened").status_code == 200


def test_context_of_each_version(client: FlaskClient) -> None:
    newest = client.get("/context.jsonld").data
    assert client.get(f"/context/{versions()[-1]}.jsonld").data == newest
    for version in versions():
        context = json.loads(client.get(f"/context/{version}.jsonld").data)["@context"]
        assert terms(version).items() <= context.items()
    assert client.get("/context/9.9.9.jsonld").status_code == 404


@pytest.mark.exhaustive
def test_published_terms_in_the_context(real_app: Flask) -> None:
    used = forms_of(published_triples(real_app), Addresses()).keys()
    named = {definition["@id"] for definition in terms(versions()[-1]).values()}
    assert len(used) > 250
    assert used - named == set(), "run: python -m tools.json_ld_context"
