"""Dereferencing: near matches, withdrawn things, typed links, the JSON-LD context, validators, every published IRI."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.canonical import digest
from gcmgraph.rdfio.json_ld import published_context, versions
from gcmgraph.rdfio.media import JSON_LD, N_TRIPLES, RDF_XML, TURTLE
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.repository.layout import Repository
from gcmgraph.store.versions import StoreFolder
from gcmgraph.web.http.formats import DOCUMENTS
from gcmgraph.web.services import Snapshot
from serving import Application

BASE = "https://w3id.org/gcmgraph/"
PRACTICE = "/doc/practice/glo-act"
PAGE = {"Accept": "text/html"}


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


def test_withdrawn_resource_returns_410_with_its_successor(withdrawing: FlaskClient) -> None:
    for path in ("/id/practice/old", "/doc/practice/old", "/doc/practice/old.ttl"):
        response, page = withdrawing.get(path), withdrawing.get(path, headers=PAGE)
        assert (response.status_code, page.status_code) == (410, 410)
        assert response.headers["Link"] == f'<{BASE}id/practice/glo-act>; rel="successor-version"'
        problem = json.loads(response.data)
        assert (problem["reason"], problem["successor"]) == ("The same as <another>.", f"{BASE}id/practice/glo-act")
        shown = ("<h1>Gone</h1>", "&lt;another&gt;", f'<a href="{PRACTICE}">')
        assert [part for part in shown if part not in page.text] == []
    alone = withdrawing.get("/id/practice/old-2")
    assert (alone.status_code, "Link" in alone.headers) == (410, False)


@pytest.mark.parametrize(
    "path", ["/", "/browse/country", f"{PRACTICE}.ttl", f"{PRACTICE}.html", "/search?q=afg", "/sparql?format=ttl"]
)
def test_last_modified_of_a_document(client: FlaskClient, store_folder: Path, path: str) -> None:
    built = StoreFolder(store_folder).current_folder().stat().st_mtime
    for fresh in ({"Cache-Control": "no-cache"}, {}):  # past the result cache, and from it
        response = client.get(path, headers=fresh)
        assert response.last_modified is not None
        assert abs(response.last_modified.timestamp() - built) < 10
        for since, status in ((response.headers["Last-Modified"], 304), ("Mon, 01 Jan 2024 00:00:00 GMT", 200)):
            assert client.get(path, headers={**fresh, "If-Modified-Since": since}).status_code == status
        known = {"If-None-Match": '"another"', "If-Modified-Since": response.headers["Last-Modified"]}
        assert client.get(path, headers={**fresh, **known}).status_code == 200


def test_typed_links_of_fair_signposting(client: FlaskClient) -> None:
    links = set(client.get(f"{PRACTICE}.html").headers.getlist("Link"))
    assert links >= {
        f'<{BASE}id/practice/glo-act>; rel="cite-as"',
        f'<{BASE}ontology#Practice>; rel="type"',
        f'<{BASE}dataset>; rel="collection"',
        '<https://creativecommons.org/licenses/by/4.0/>; rel="license"',
        f'<{PRACTICE}.ttl>; rel="describedby"; type="text/turtle"',
        f'<{PRACTICE}.linkset.json>; rel="linkset"; type="application/linkset+json"',
    }
    for local in (link[1:].partition(">")[0] for link in links if link.startswith("</")):
        assert client.get(local).status_code == 200
    turtle = set(client.get(f"{PRACTICE}.ttl").headers.getlist("Link"))
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
    document, turtle = client.get(f"{PRACTICE}.jsonld"), client.get(f"{PRACTICE}.ttl").data
    link = '</context.jsonld>; rel="http://www.w3.org/ns/json-ld#context"'
    assert link in ", ".join(document.headers.getlist("Link"))
    both = json.dumps(json.loads(document.data) | {"@context": context}).encode()
    assert digest(parse_quads(both, JSON_LD, source="json")) == digest(parse_quads(turtle, TURTLE, source="turtle"))


def test_documented_properties_with_prefix(repository: Repository) -> None:
    context = published_context(versions()[-1], Addresses().prefixes)
    kinds = {name for name, iri in context.items() if isinstance(iri, str) and iri.startswith(f"{BASE}id/")}
    longer = {name for name in context if name.partition(":")[2] in kinds and name.startswith(("gcm:", "dct:"))}
    assert longer == {"gcm:objective", "gcm:country", "gcm:instrument", "dct:source"}
    documented = (repository.root / "docs" / "http.md").read_text("utf-8")
    assert [name for name in longer if f"`{name}`" not in documented] == []


def test_query_of_a_redirect(client: FlaskClient) -> None:
    for sent, along in (("lang=fr&é", "?lang=fr&%C3%A9"), ("lang=fr&q=%C3%a9%20+", "?lang=fr&q=%C3%a9%20+"), ("", "")):
        raw = {"QUERY_STRING": sent.encode().decode("latin-1")}  # PEP 3333: bytes as characters
        response = client.get("/id/practice/glo-act", environ_overrides=raw)
        assert (response.status_code, response.headers["Location"]) == (303, f"{PRACTICE}{along}")


def test_entity_tags_are_unique(client: FlaskClient) -> None:
    tags: dict[str, str] = {}
    for stem in ("/ontology", "/shapes", "/dataset", "/doc/practice/glo-act", "/doc/objective/9", "/graph/curated"):
        for suffix in ("html?lang=en", "html?lang=fr", "ttl", "jsonld", "rdf", "nt"):
            tags[f"{stem}.{suffix}"] = client.get(f"{stem}.{suffix}").headers["ETag"]
    for path in ("/?lang=en", "/?lang=fr", "/browse/country?lang=en", "/browse/country?lang=fr", "/browse/sdg"):
        tags[path] = client.get(path, headers=PAGE).headers["ETag"]
    assert len(set(tags.values())) == len(tags), tags
    assert not any(tag.startswith("W/") for tag in tags.values())
    for path, different in ((PRACTICE, 2), (f"{PRACTICE}.ttl", 1)):
        asked = ({**PAGE, "Accept-Language": language} for language in ("en", "fr"))
        assert len({client.get(path, headers=headers).headers["ETag"] for headers in asked}) == different


def test_unknown_date_has_no_last_modified(store_folder: Path, application: Application) -> None:
    """Of a dataset that no folder is known of, as where a SPARQL server stores it."""
    app = application(store_folder)

    def without_folder(snapshot: Snapshot) -> None:
        snapshot.index = Path()

    app.extensions["gcmgraph"].dataset.when_opened(without_folder)
    since = {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    for path in ("/", "/browse/country", "/doc/practice/glo-act", "/dataset", "/sparql?format=ttl"):
        response = app.test_client().get(path, headers=since)
        assert (response.status_code, "ETag" in response.headers) == (200, True)
        assert "Last-Modified" not in response.headers


ADDRESSES = Addresses()


#: Resources of which each fourth page is requested; of the others, each twelfth.
_PRACTICES = ("id/practice/", "id/objective/")


def over(store: Path, application: Application) -> tuple[FlaskClient, list[str]]:
    """A client of an application, and the paths of the things and graphs in it."""
    things = f"{ADDRESSES.base}id/"
    quads = list(StoreFolder(store).open_current().quads())
    named = {q.subject.value for q in quads if isinstance(q.subject, IRI)}
    iris = {iri for iri in named if iri.startswith(things) and "#" not in iri}
    iris |= {q.graph_name.value for q in quads if isinstance(q.graph_name, IRI)}
    client = application(store, result_cache=0).test_client(use_cookies=False)
    return client, sorted(iri.removeprefix(ADDRESSES.base) for iri in iris)


def _followed(client: FlaskClient, path: str, accept: str) -> tuple[str, bytes]:
    """Return the path and body at the end of a thing's redirect, or of a graph's own address."""
    target = f"/{path}"
    if path.startswith("id/"):
        redirect = client.get(target, headers={"Accept": accept})
        assert redirect.status_code == 303, path
        target = redirect.headers["Location"]
    response = client.get(target, headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == (200, accept), path
    return target, response.data


@pytest.mark.exhaustive
def test_turtle_and_page_of_every_published_iri(real_store_folder: Path, application: Application) -> None:
    client, paths = over(real_store_folder, application)
    passages, figures = (
        [path for path in paths if path.startswith(start) and path.count("/") > 2]
        for start in ("id/source/", "id/statistics/")
    )
    assert (len(passages) > 100, len(figures) > 10_000) == (True, True)
    paths = sorted({*paths} - {*passages} - {*figures}) + passages[::40] + figures[::1000]
    assert len(paths) > 500
    for number, path in enumerate(paths):
        _, turtle = _followed(client, path, "text/turtle")
        about = ADDRESSES.base + path
        assert any(quad.subject.value == about for quad in parse_quads(turtle, TURTLE, source=path)), path
        if number % (4 if path.startswith(_PRACTICES) else 12) == 0:
            _, page = _followed(client, path, "text/html")
            assert page.rstrip().endswith(b"</html>"), path


def test_equal_graphs_in_all_formats(small_store: Path, application: Application) -> None:
    """Of the graphs and the kinds of things of the real graph, with fewer practices and documents."""
    client, paths = over(small_store, application)
    kinds: dict[str, list[str]] = defaultdict(list)
    for path in [*paths, "dataset", "changes", "linksets"]:
        kinds["/".join(path.split("/")[:2])].append(path)
    assert len(kinds) > 9
    for of_kind in kinds.values():
        path, digests = of_kind[len(of_kind) // 2], set()
        for syntax in (TURTLE, JSON_LD, RDF_XML, N_TRIPLES):
            _, data = _followed(client, path, syntax.media_type)
            digests.add(digest(parse_quads(data, syntax, source="answer", base_iri=ADDRESSES.base)))
        assert len(digests) == 1, path
        target, _ = _followed(client, path, "text/html")
        assert client.head(target, headers={"Accept": "text/html"}).data == b""
