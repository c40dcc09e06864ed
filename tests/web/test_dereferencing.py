"""Dereferencing: near matches, withdrawn things, dates, typed links, the JSON-LD context, hostile addresses."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.canonical import digest
from gcmgraph.rdfio.json_ld import published_context, versions
from gcmgraph.rdfio.media import JSON_LD, TURTLE
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.repository.layout import Repository
from gcmgraph.store.versions import StoreFolder
from gcmgraph.web.http.formats import DOCUMENTS
from markup import Page
from serving import Application

BASE = "https://w3id.org/gcmgraph/"
PRACTICE = "/doc/practice/glo-act"
PAGE = {"Accept": "text/html"}
PATHS = ["/id/practice/glo-act", PRACTICE, "/graph/curated", "/ontology", "/shapes"]


@pytest.fixture(scope="module")
def withdrawing(store_folder: Path, tmp_path_factory: pytest.TempPathFactory, application: Application) -> FlaskClient:
    """Return a client of a site whose repository has withdrawn two practices."""
    root, ours = tmp_path_factory.mktemp("repository"), Repository.find().root
    for name in ("ontology", "shapes", "queries"):
        shutil.copytree(ours / name, root / name)
    (root / "data").mkdir()
    shutil.copy(ours / "data" / "withdrawn.csv-metadata.json", root / "data")
    old = f"{BASE}id/practice/old"
    (root / "data" / "withdrawn.csv").write_text(
        "iri,successor,date,reason\n"
        f"{old},{BASE}id/practice/glo-act,2026-11-24,The same as <another>.\n{old}-2,,2026-11-24,Never happened.\n"
    )
    return application(store_folder, root=str(root)).test_client()


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/id/country/afg", "/doc/country/AFG"),
        ("/doc/country/afg", "/doc/country/AFG"),
        ("/doc/country/afg.ttl", "/doc/country/AFG"),
        ("/id/countries/AFG", "/doc/country/AFG"),
        ("/id/practice/gloact", PRACTICE),
        ("/id/country/AFX", "/doc/country/AFG"),
        ("/doc/action/9z", "/doc/action/9a"),
        ("/id/practice/zzzzzzzz", None),
        ("/id/xyz/AFG", None),
        ("/id/practice/" + "glo-act" * 1000, None),
    ],
)
def test_suggestions_for_unknown_addresses(client: FlaskClient, path: str, found: str | None) -> None:
    response = client.get(path)
    assert response.status_code == 404
    suggested = [other["href"] for other in json.loads(response.data).get("suggestions", ())]
    assert (found in suggested) if found else not suggested
    if found:
        assert f'<a href="{found}">' in client.get(path, headers=PAGE).text
        assert client.get(found).status_code == 200


@pytest.mark.parametrize("path", ["/id/practice/old", "/doc/practice/old", "/doc/practice/old.ttl"])
def test_withdrawn_resource_returns_410_with_its_successor(withdrawing: FlaskClient, path: str) -> None:
    response = withdrawing.get(path)
    assert response.status_code == 410
    assert response.headers["Link"] == f'<{BASE}id/practice/glo-act>; rel="successor-version"'
    problem = json.loads(response.data)
    assert (problem["reason"], problem["successor"]) == ("The same as <another>.", f"{BASE}id/practice/glo-act")
    page = withdrawing.get(path, headers=PAGE)
    assert page.status_code == 410
    for shown in ("<h1>Gone</h1>", "&lt;another&gt;", f'<a href="{PRACTICE}">'):
        assert shown in page.text
    alone = withdrawing.get("/id/practice/old-2")
    assert (alone.status_code, "Link" in alone.headers) == (410, False)


@pytest.mark.parametrize("path", [f"{PRACTICE}.ttl", f"{PRACTICE}.html", "/graph/curated.nt", "/context.jsonld"])
def test_last_modified_of_a_document(client: FlaskClient, store_folder: Path, path: str) -> None:
    fresh = {"Cache-Control": "no-cache"}  # past the result cache, which asks for entity tags only
    response = client.get(path, headers=fresh)
    dated = response.last_modified
    assert dated is not None
    built = StoreFolder(store_folder).current_folder().stat().st_mtime
    assert abs(dated.timestamp() - built) < 10


def test_typed_links_of_fair_signposting(client: FlaskClient) -> None:
    links = client.get(f"{PRACTICE}.html").headers.getlist("Link")
    assert f'<{BASE}id/practice/glo-act>; rel="cite-as"' in links
    assert f'<{BASE}ontology#Practice>; rel="type"' in links
    assert f'<{BASE}dataset>; rel="collection"' in links
    assert '<https://creativecommons.org/licenses/by/4.0/>; rel="license"' in links
    assert f'<{PRACTICE}.ttl>; rel="describedby"; type="text/turtle"' in links
    assert f'<{PRACTICE}.linkset.json>; rel="linkset"; type="application/linkset+json"' in links
    for local in (link[1:].partition(">")[0] for link in links if link.startswith("</")):
        assert client.get(local).status_code == 200
    turtle = client.get(f"{PRACTICE}.ttl").headers.getlist("Link")
    assert f'<{PRACTICE}.jsonld>; rel="alternate"; type="application/ld+json"' in turtle
    assert f'<{BASE}id/practice/glo-act>; rel="describes"' in turtle


@pytest.mark.parametrize("path", [f"{PRACTICE}.linkset.json", f"{PRACTICE}?linkset"])
def test_link_set_equals_link_headers(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Host": "evil.example"})
    assert response.mimetype == "application/linkset+json"
    contexts = {context.pop("anchor"): context for context in json.loads(response.data)["linkset"]}
    suffixes = [form.suffix for form in DOCUMENTS]
    assert set(contexts) == {f"{BASE}doc/practice/glo-act.{suffix}" for suffix in suffixes}
    for suffix in suffixes:
        written = set()
        for relation, targets in contexts[f"{BASE}doc/practice/glo-act.{suffix}"].items():
            for target in targets:
                media_type = f'; type="{target["type"]}"' if "type" in target else ""
                written.add(f'<{target["href"].replace(BASE + "doc/", "/doc/")}>; rel="{relation}"{media_type}')
        links = client.get(f"{PRACTICE}.{suffix}").headers.getlist("Link")
        told = {link.replace("</context.jsonld>", f"<{BASE}context.jsonld>") for link in links}
        assert written == {link for link in told if 'rel="linkset"' not in link}


def test_json_ld_equals_turtle_with_the_context(client: FlaskClient) -> None:
    context = json.loads(client.get("/context.jsonld").data)["@context"]
    document = client.get(f"{PRACTICE}.jsonld")
    assert '</context.jsonld>; rel="http://www.w3.org/ns/json-ld#context"' in ", ".join(
        document.headers.getlist("Link")
    )
    both = json.dumps(json.loads(document.data) | {"@context": context}).encode()
    turtle = client.get(f"{PRACTICE}.ttl").data
    assert digest(parse_quads(both, JSON_LD, source="json")) == digest(parse_quads(turtle, TURTLE, source="turtle"))


def test_short_names_of_the_context(client: FlaskClient) -> None:
    context = json.loads(client.get("/context.jsonld").data)["@context"]
    written = {
        "@context": context,
        "id": "practice:x",
        "type": "gcm:Practice",
        "gcm:country": "country:AFG",  # `country` is the prefix of countries
        "dct:title": {"@value": "X", "@language": "en"},
    }
    assert context["country"] == f"{BASE}id/country/"
    found = {str(q.triple) for q in parse_quads(json.dumps(written).encode(), JSON_LD, source="json")}
    expected = (
        f"@prefix gcm: <{BASE}ontology#> . <{BASE}id/practice/x> a gcm:Practice ; "
        f'gcm:country <{BASE}id/country/AFG> ; <http://purl.org/dc/terms/title> "X"@en .'
    )
    assert found == {str(q.triple) for q in parse_quads(expected.encode(), TURTLE, source="turtle")}


def test_documented_properties_with_prefix(repository: Repository) -> None:
    context = published_context(versions()[-1], Addresses().prefixes)
    kinds = {name for name, iri in context.items() if isinstance(iri, str) and iri.startswith(f"{BASE}id/")}
    longer = {name for name in context if name.partition(":")[2] in kinds and name.startswith(("gcm:", "dct:"))}
    assert longer == {"gcm:objective", "gcm:country", "gcm:instrument", "dct:source"}
    documented = (repository.root / "docs" / "http.md").read_text("utf-8")
    assert {name for name in longer if f"`{name}`" in documented} == longer


HOSTILE = [
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "%253Cscript%253E",
    "%22%20onmouseover=%22alert(1)",
    "'%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E",
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%00",
    "%0d%0aSet-Cookie:%20a=b",
    "%ff%fe",
    "%F0%9F%98%80%E2%80%AE",
    "é" * 50,
    "x" * 10_000,
    "{{7*7}}",
    "%3C%3E%5E%60%7B%7C%7D",
]


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda text: text[:20])
@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "*/*"])
def test_hostile_addresses_are_escaped(client: FlaskClient, hostile: str, accept: str) -> None:
    addresses = [f"{start}/{hostile}" for start in ("/id", "/id/country", "/doc/country", "/graph", "/browse")]
    addresses += [f"/ontology.{hostile}", f"/doc/country/AFG.{hostile}"]
    addresses += [f"{PRACTICE}?{name}={hostile}" for name in ("lang", "linkset", "page", "x")]
    addresses += [f"/id/practice/glo-act?lang={hostile}", f"/{hostile}", f"/browse/practice?page={hostile}"]
    for address in addresses:
        response = client.get(address, headers={"Accept": accept, "Host": "evil.example"})
        assert response.status_code < 500, address
        assert "Set-Cookie" not in response.headers
        assert "evil.example" not in str(response.headers)
        assert b"evil.example" not in response.data
        if response.mimetype == "text/html":
            assert Page(response.text).run == [], address


@pytest.mark.parametrize(
    "accept", ["a/b;q=0.1," * 800, "x" * 8192, "text/html;q=" + "9" * 8000, ";,;" * 2700, "*/*;" + "p=1;" * 2000]
)
@pytest.mark.parametrize("path", [*PATHS, "/doc/country/nothing", "/.well-known/void"])
def test_accept_header_of_eight_kilobytes(client: FlaskClient, path: str, accept: str) -> None:
    response = client.get(path, headers={"Accept": accept, "Accept-Language": accept})
    assert response.status_code in {200, 303, 404, 406}


@pytest.mark.parametrize(
    ("sent", "goes_along"),
    [
        ("lang=fr&\N{LATIN SMALL LETTER E WITH ACUTE}", "?lang=fr&%C3%A9"),
        ("lang=fr&q=%C3%a9%20+", "?lang=fr&q=%C3%a9%20+"),
        ("", ""),
    ],
)
def test_query_of_a_redirect(client: FlaskClient, sent: str, goes_along: str) -> None:
    raw = {"QUERY_STRING": sent.encode().decode("latin-1")}  # PEP 3333: bytes as characters
    response = client.get("/id/practice/glo-act", environ_overrides=raw)
    assert (response.status_code, response.headers["Location"]) == (303, f"{PRACTICE}{goes_along}")
