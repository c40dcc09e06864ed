"""Validators: every document has them, they differ where documents do, and 304 is told by either."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from gcmgraph.web.services import Snapshot
from serving import Application

Build = Callable[[Path, str, Path], None]

GRAPH = Path(__file__).parent / "graph.trig"
PAGE = {"Accept": "text/html"}
SUFFIXES = ("html", "ttl", "jsonld", "rdf", "nt")

#: Documents about a dataset version.
DOCUMENTS = [
    "/", "/browse/country", "/browse/practice?page=1", "/doc/practice/glo-act", "/graph/curated", "/ontology",
    "/shapes", "/dataset", "/search?q=afg", "/queries", "/.well-known/void", "/context.jsonld",
    "/doc/practice/glo-act.linkset.json", "/resolve?uri=AFG&format=ttl", "/sparql?format=ttl", "/openapi.json",
    "/search?q=afg&format=json", "/sitemap.xml",
]  # fmt: skip


def test_entity_tags_are_unique(client: FlaskClient) -> None:
    tags: dict[str, str] = {}
    for stem in ("/ontology", "/shapes", "/dataset", "/doc/practice/glo-act", "/doc/objective/9", "/graph/curated"):
        for suffix in SUFFIXES:
            for language in ("en", "fr") if suffix == "html" else ("en",):
                path = f"{stem}.{suffix}?lang={language}"
                tags[path] = client.get(path).headers["ETag"]
    for path in ("/?lang=en", "/?lang=fr", "/browse/country?lang=en", "/browse/country?lang=fr", "/browse/sdg"):
        tags[path] = client.get(path, headers=PAGE).headers["ETag"]
    assert len(set(tags.values())) == len(tags), tags
    assert not any(tag.startswith("W/") for tag in tags.values())


@pytest.mark.parametrize("stem", ["/ontology", "/doc/practice/glo-act"])
def test_entity_tags_by_language(client: FlaskClient, stem: str) -> None:
    tags = {
        client.get(stem, headers={**PAGE, "Accept-Language": language}).headers["ETag"] for language in ("en", "fr")
    }
    assert len(tags) == 2
    data = {
        client.get(f"{stem}.ttl", headers={"Accept-Language": language}).headers["ETag"] for language in ("en", "fr")
    }
    assert len(data) == 1


@pytest.mark.parametrize("path", DOCUMENTS)
@pytest.mark.parametrize("fresh", ["no-cache", "max-age=0"])
def test_validators_of_documents(client: FlaskClient, path: str, fresh: str) -> None:
    asked = {"Accept": "text/html, text/turtle;q=0.5, */*;q=0.1", "Cache-Control": fresh}  # with and without the cache
    for _ in range(2):
        response = client.get(path, headers=asked)
        assert response.status_code == 200
        tag, modified = response.headers["ETag"], response.headers["Last-Modified"]
        assert not tag.startswith("W/")
        for method in (client.get, client.head):
            for condition in ({"If-None-Match": tag}, {"If-Modified-Since": modified}):
                known = method(path, headers={**asked, **condition})
                assert (known.status_code, known.data) == (304, b""), condition
                assert known.headers["ETag"] == tag
            for condition in (
                {"If-None-Match": '"another"', "If-Modified-Since": modified},
                {"If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 GMT"},
                {"If-Modified-Since": "yesterday"},
            ):
                assert method(path, headers={**asked, **condition}).status_code == 200, condition
        head = client.head(path, headers=asked)
        for name in ("ETag", "Last-Modified", "Content-Type", "Content-Length", "Vary"):
            assert head.headers.get(name) == response.headers.get(name)


@pytest.fixture(scope="module")
def client_of_a_server(store_folder: Path, application: Application) -> FlaskClient:
    """An application over a dataset that no folder is known of, as where a SPARQL server keeps it."""
    app = application(store_folder)

    def without_folder(snapshot: Snapshot) -> None:
        snapshot.index = Path()

    app.extensions["gcmgraph"].dataset.when_opened(without_folder)
    return app.test_client()


@pytest.mark.parametrize("path", DOCUMENTS)
def test_unknown_date_has_no_last_modified(client_of_a_server: FlaskClient, path: str) -> None:
    response = client_of_a_server.get(path)
    assert response.status_code == 200
    assert "ETag" in response.headers
    assert "Last-Modified" not in response.headers
    since = {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    assert client_of_a_server.get(path, headers=since).status_code == 200


def test_date_of_the_service_description(build: Build, tmp_path: Path, application: Application) -> None:
    build(tmp_path / "store", "v1", GRAPH)
    app = application(tmp_path / "store")
    link = tmp_path / "store" / "current"
    os.utime(link, (4_000_000_000, 4_000_000_000), follow_symlinks=False)  # in 2096
    told = app.test_client().get("/sparql?format=ttl").headers["Last-Modified"]
    assert told == "Tue, 02 Oct 2096 07:06:40 GMT"
