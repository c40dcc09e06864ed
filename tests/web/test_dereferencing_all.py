"""Dereferencing of every published IRI; of passages of documents each fortieth, of figures each thousandth."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.canonical import digest
from gcmgraph.rdfio.media import TURTLE, syntax_for_media_type
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.store.versions import StoreFolder
from serving import Application

ADDRESSES = Addresses()


#: Resources of which each fourth page is requested; of the others, each twelfth.
_PRACTICES = ("id/practice/", "id/objective/")

#: An application, and the paths of the things and graphs in it.
Published = tuple[Flask, list[str]]


def over(store: Path, application: Application) -> Published:
    things = f"{ADDRESSES.base}id/"
    quads = list(StoreFolder(store).open_current().quads())
    named = {q.subject.value for q in quads if isinstance(q.subject, IRI)}
    iris = {iri for iri in named if iri.startswith(things) and "#" not in iri}
    iris |= {q.graph_name.value for q in quads if isinstance(q.graph_name, IRI)}
    return application(store, result_cache=0), sorted(iri.removeprefix(ADDRESSES.base) for iri in iris)


@pytest.fixture(scope="module")
def published(real_store_folder: Path, application: Application) -> Published:
    return over(real_store_folder, application)


@pytest.fixture(scope="module")
def few_published(small_store: Path, application: Application) -> Published:
    """The graphs and the kinds of things of the real graph, with fewer practices and documents."""
    return over(small_store, application)


def _followed(client: FlaskClient, path: str, accept: str) -> tuple[str, bytes]:
    """Return the media type and body at the end of a thing's redirect, or of a graph's own address."""
    if path.startswith("id/"):
        redirect = client.get(f"/{path}", headers={"Accept": accept})
        assert redirect.status_code == 303, path
        target = redirect.headers["Location"]
    else:
        target = f"/{path}"
    response = client.get(target, headers={"Accept": accept})
    assert response.status_code == 200, path
    assert response.mimetype == accept, path
    return target, response.data


def _digest(data: bytes, media_type: str) -> str:
    syntax = syntax_for_media_type(media_type)
    assert syntax is not None
    return digest(parse_quads(data, syntax, source="answer"))


@pytest.mark.exhaustive
def test_turtle_and_page_of_every_published_iri(published: Published) -> None:
    app, paths = published
    client = app.test_client(use_cookies=False)
    passages, figures = (
        [path for path in paths if path.startswith(start) and path.count("/") > 2]
        for start in ("id/source/", "id/statistics/")
    )
    assert len(passages) > 100
    assert len(figures) > 10_000
    paths = sorted({*paths} - {*passages} - {*figures}) + passages[::40] + figures[::1000]
    assert len(paths) > 500
    for number, path in enumerate(paths):
        _, turtle = _followed(client, path, "text/turtle")
        about = ADDRESSES.base + path
        assert any(quad.subject.value == about for quad in parse_quads(turtle, TURTLE, source=path)), path
        if number % (4 if path.startswith(_PRACTICES) else 12) == 0:
            _, page = _followed(client, path, "text/html")
            assert page.rstrip().endswith(b"</html>"), path


def test_equal_graphs_in_all_formats(few_published: Published) -> None:
    app, paths = few_published
    client = app.test_client(use_cookies=False)
    kinds: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        kinds["/".join(path.split("/")[:2])].append(path)
    assert len(kinds) > 9
    for of_kind in kinds.values():
        for path in {of_kind[0], of_kind[len(of_kind) // 2], of_kind[-1]}:
            digests = set()
            for accept in ("text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples"):
                digests.add(_digest(_followed(client, path, accept)[1], accept))
            assert len(digests) == 1, path
            target, _ = _followed(client, path, "text/html")
            assert client.head(target, headers={"Accept": "text/html"}).data == b""
