"""Dereferencing: redirects, formats, near matches, withdrawn resources, typed links; /resolve for IRIs of others."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from pathlib import Path
from urllib.parse import quote

import pytest
from answers import HTML, html, problem, quads
from flask.testing import FlaskClient

from gcmgraph.rdf.canonical import digest
from gcmgraph.rdf.json_ld import published_context, versions
from gcmgraph.rdf.media import JSON_LD, N_TRIPLES, RDF_XML, TURTLE
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import parse_quads
from gcmgraph.rdf.terms import IRI
from gcmgraph.repository.layout import Repository
from gcmgraph.store.store_folder import StoreFolder
from serving import Application

BASE = "https://w3id.org/gcmgraph/"
PRACTICE = "/doc/practice/glo-act"
PAGE = {"Accept": "text/html"}


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
def test_suggestions_for_unknown_addresses(
    client: FlaskClient, path: str, found: str | None
) -> None:
    response = client.get(path)
    suggested = [other["href"] for other in problem(response, 404).get("suggestions", ())]  # type: ignore[attr-defined]
    assert (found in suggested) if found else not suggested
    if found:
        assert f'<a href="{found}">' in html(client, path, 404)


def test_withdrawn_resource_returns_410_with_its_successor(
    store_folder: Path, tmp_path: Path, application: Application
) -> None:
    ours = Repository.find().root
    for name in ("ontology", "shapes", "queries"):
        (tmp_path / name).symlink_to(ours / name)
    (tmp_path / "data").mkdir()
    shutil.copy(ours / "data" / "withdrawn.csv-metadata.json", tmp_path / "data")
    old = f"{BASE}id/practice/old"
    (tmp_path / "data" / "withdrawn.csv").write_text(
        "iri,successor,date,reason\n"
        f"{old},{BASE}id/practice/glo-act,2026-11-24,The same as <another>.\n{old}-2,,2026-11-24,Never happened.\n"
    )
    withdrawing = application(store_folder, root=str(tmp_path)).test_client()
    for path in ("/id/practice/old", "/doc/practice/old", "/doc/practice/old.ttl"):
        response, page = withdrawing.get(path), html(withdrawing, path, 410)
        assert response.headers["Link"] == f'<{BASE}id/practice/glo-act>; rel="successor-version"'
        found = problem(response, 410)
        assert (found["reason"], found["successor"]) == (
            "The same as <another>.",
            f"{BASE}id/practice/glo-act",
        )
        shown = ("<h1>Gone</h1>", "&lt;another&gt;", f'<a href="{PRACTICE}">')
        assert [part for part in shown if part not in page] == []
    alone = withdrawing.get("/id/practice/old-2")
    assert (alone.status_code, "Link" in alone.headers) == (410, False)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/browse/country",
        f"{PRACTICE}.ttl",
        f"{PRACTICE}.html",
        "/search?q=afg",
        "/sparql?format=ttl",
    ],
)
def test_last_modified_of_a_document(client: FlaskClient, store_folder: Path, path: str) -> None:
    built = StoreFolder(store_folder).current_folder().stat().st_mtime
    for fresh in ({"Cache-Control": "no-cache"}, {}):  # past the result cache, and from it
        response = client.get(path, headers=fresh)
        assert abs(response.last_modified.timestamp() - built) < 10
        for since, status in (
            (response.headers["Last-Modified"], 304),
            ("Mon, 01 Jan 2024 00:00:00 GMT", 200),
        ):
            assert (
                client.get(path, headers={**fresh, "If-Modified-Since": since}).status_code
                == status
            )
        known = {
            "If-None-Match": '"another"',
            "If-Modified-Since": response.headers["Last-Modified"],
        }
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


@pytest.mark.parametrize(
    "path", [f"{PRACTICE}.linkset.json", f"{PRACTICE}?linkset", "/dataset?linkset"]
)
def test_link_set_equals_link_headers(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Host": "evil.example"})
    assert response.mimetype == "application/linkset+json"
    contexts = {context.pop("anchor"): context for context in json.loads(response.data)["linkset"]}
    assert len(contexts) > 5
    for anchor, context in contexts.items():
        written = set()
        for relation, targets in context.items():
            for target in targets:
                media_type = f'; type="{target["type"]}"' if "type" in target else ""
                written.add(f'<{target["href"].replace(BASE, "/")}>; rel="{relation}"{media_type}')
        response = client.get(anchor.replace(BASE, "/"), buffered=True)
        links = {link.replace(f"<{BASE}", "</") for link in response.headers.getlist("Link")}
        assert written == {link for link in links if 'rel="linkset"' not in link}


def test_documented_properties_with_prefix(repository: Repository) -> None:
    context = published_context(versions()[-1], Addresses().prefixes)
    kinds = {
        name
        for name, iri in context.items()
        if isinstance(iri, str) and iri.startswith(f"{BASE}id/")
    }
    longer = {
        name
        for name in context
        if name.partition(":")[2] in kinds and name.startswith(("gcm:", "dct:"))
    }
    assert longer == {"gcm:objective", "gcm:country", "gcm:instrument", "dct:source"}
    documented = (repository.root / "docs" / "http.md").read_text("utf-8")
    assert [name for name in longer if f"`{name}`" not in documented] == []


def test_query_of_a_redirect(client: FlaskClient) -> None:
    for sent, along in (
        ("lang=fr&é", "?lang=fr&%C3%A9"),
        ("lang=fr&q=%C3%a9%20+", "?lang=fr&q=%C3%a9%20+"),
        ("", ""),
    ):
        raw = {"QUERY_STRING": sent.encode().decode("latin-1")}  # PEP 3333: bytes as characters
        response = client.get("/id/practice/glo-act", environ_overrides=raw)
        assert (response.status_code, response.headers["Location"]) == (303, f"{PRACTICE}{along}")


def test_entity_tags_are_unique(client: FlaskClient) -> None:
    tags: dict[str, str] = {}
    for stem in (
        "/ontology",
        "/shapes",
        "/dataset",
        "/doc/practice/glo-act",
        "/doc/objective/9",
        "/graph/curated",
    ):
        for suffix in ("html?lang=en", "html?lang=fr", "ttl", "jsonld", "rdf", "nt"):
            tags[f"{stem}.{suffix}"] = client.get(f"{stem}.{suffix}").headers["ETag"]
    for path in (
        "/?lang=en",
        "/?lang=fr",
        "/browse/country?lang=en",
        "/browse/country?lang=fr",
        "/browse/sdg",
    ):
        tags[path] = client.get(path, headers=PAGE).headers["ETag"]
    assert len(set(tags.values())) == len(tags), tags
    assert not any(tag.startswith("W/") for tag in tags.values())
    for path, different in ((PRACTICE, 2), (f"{PRACTICE}.ttl", 1)):
        asked = ({**PAGE, "Accept-Language": language} for language in ("en", "fr"))
        assert (
            len({client.get(path, headers=headers).headers["ETag"] for headers in asked})
            == different
        )


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
        target = client.get(target, headers={"Accept": accept}).headers["Location"]
    response = client.get(target, headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == (200, accept), path
    return target, response.data


@pytest.mark.exhaustive
def test_turtle_and_page_of_every_published_iri(
    real_store_folder: Path, application: Application
) -> None:
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
        assert any(
            quad.subject.value == about for quad in parse_quads(turtle, TURTLE, source=path)
        ), path
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


CHROME = (
    "text/html,application/xhtml+xml,image/avif,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
)
RDFLIB = (
    "application/n-triples;q=0.8,text/turtle,application/rdf+xml;q=0.9,application/xhtml+xml;q=0.5"
)


def test_resource_redirects_to_its_document(client: FlaskClient) -> None:
    for local in (
        "practice/glo-act",
        "sdg/10.7",
        "concept/practice-type/plan",
        "source/objective-09.fr/0-40",
    ):
        for method in ("GET", "HEAD"):
            response = client.open(f"/id/{local}", method=method, headers={"Host": "evil.example"})
            assert (response.status_code, response.headers["Location"]) == (303, f"/doc/{local}")


#: Further headers are in `export/test_web_servers.py`, where web servers answer as the application.
@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (CHROME, "text/html"),
        (RDFLIB, "text/turtle"),
        ("text/turtle;q=0.4, application/rdf+xml;q=0.6", "application/rdf+xml"),
        ("text/markdown", "text/markdown"),
        ("application/xhtml+xml", "text/html"),
        ("application/*;q=0.5, text/html;q=0.4", "application/ld+json"),
    ],
)
def test_format_by_accept_header(client: FlaskClient, accept: str, content_type: str) -> None:
    response = client.get(PRACTICE, headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == (200, content_type)


@pytest.mark.parametrize(
    ("path", "media_type", "subject"),
    [
        ("doc/sdg/10.7", "text/turtle", "id/sdg/10.7"),
        ("doc/sdg/10.7.nt", "application/n-triples", "id/sdg/10.7"),
        ("doc/source/objective-09.fr.rdf", "application/rdf+xml", "id/source/objective-09.fr"),
        (
            "doc/source/objective-09.fr/0-40.jsonld",
            "application/ld+json",
            "id/source/objective-09.fr/0-40",
        ),
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
    assert [
        quad.object.value for quad in found if quad.predicate.value.endswith("void#triples")
    ] == ["32"]
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
    page = html(client, path, 404)
    assert page.count("<script") == page.count('<script type="module" src="/static/')


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
        links = {
            (q.subject.value, q.object.value)
            for q in found
            if q.predicate.value.endswith("#exactMatch")
        }
        assert links == {(f"{ID}sdg/10.7", "http://metadata.un.org/sdg/10.7")}


@pytest.mark.parametrize(
    ("uri", "near"),
    [
        ("AFGG", "country/AFG"),
        ("Afganistan", "country/AFG"),
        ("http://metadata.un.org/sdg/10.8", "sdg/10.7"),
        *(
            (uri, "")
            for uri in ("<script>alert(1)</script>", "\x00", "{{7*7}}", "QX_ZJ", "é" * 2000)
        ),
    ],
)
def test_unknown_identifier_returns_404_with_suggestions(
    client: FlaskClient, uri: str, near: str
) -> None:
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
