"""The home page: what it is, what is in it, an example with its proof, where to go."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gcmgraph.repository.layout import Repository
from gcmgraph.store.versions import StoreFolder
from serving import Application


@pytest.fixture
def home(real_app: Flask) -> str:
    return real_app.test_client().get("/", headers={"Accept-Language": "en"}).text


def test_language_of_the_example(real_app: Flask, home: str) -> None:
    spanish = real_app.test_client().get("/?lang=es").text
    for page, tag in ((home, "en"), (spanish, "es")):
        sample = re.search(r'<section class="sample".*?</section>', page, re.DOTALL)
        assert sample
        link = re.search(r'class="on-page" href="([^"]+)"', sample[0])
        assert link
        assert f"({tag})" in sample[0]  # the language of the document


def test_quotation_of_the_example(real_app: Flask) -> None:
    home = real_app.test_client().get("/?lang=fr").text
    sample = re.search(r'<section class="sample".*?</section>', home, re.DOTALL)
    assert sample
    quotation = re.search(r"<blockquote[^>]*><p>(.*?)</p>", sample[0], re.DOTALL)
    assert quotation
    words = quotation[1].replace("&#39;", "'")
    sources = sorted((Repository.find().root / "data" / "sources").glob("*.md"))
    assert any(words in source.read_text("utf-8") for source in sources)
    assert re.search(r'href="/doc/practice/[^"]+"', sample[0])


def test_links_of_the_home_page(real_app: Flask, home: str) -> None:
    client = real_app.test_client()
    assert {f"/doc/objective/{number}" for number in range(1, 24)} <= set(re.findall(r'href="([^"]+)"', home))
    ways = re.search(r'<ul class="ways">.*?</section>', home, re.DOTALL)
    assert ways
    links = re.findall(r'href="([^"]+)"', ways[0])
    assert {"/browse/practice", "/queries", "/shapes", "/contributions"} <= set(links)
    links += re.findall(r'href="([^"]+)"', re.findall(r'<p class="links">.*?</p>', home, re.DOTALL)[0])
    assert {"/dataset", "/linksets", "/reconcile", "/resolve", "/ontology"} <= set(links)
    for link in links:
        assert client.get(link, headers={"Accept": "text/html"}).status_code == 200, link


def test_links_of_the_footer(real_app: Flask) -> None:
    client = real_app.test_client()
    for path in ("/", "/dataset", "/browse/practice"):
        page = client.get(f"{path}?lang=fr", headers={"Accept": "text/html"}).text
        links = [unescape(link) for link in re.findall(r'href="([^"]+)"', page.partition('<footer class="site">')[2])]
        assert {"/map?lang=fr", "/sparql?lang=fr", "/linksets?lang=fr", "/reconcile?lang=fr"} <= {*links}
        assert links[-2:] == ["/about?lang=fr", f"/feedback?page={path}&lang=fr"]
    for link in links:
        assert client.get(link, headers={"Accept": "text/html"}).status_code == 200


def test_counts_on_the_home_page(real_app: Flask, home: str) -> None:
    snapshot = real_app.extensions["gcmgraph"].dataset.snapshot()
    listings, practices = snapshot.listings, snapshot.listings.of("practice")
    counts = dict(re.findall(r'href="/browse/(\w+)"><strong>(\d+)</strong>', home))
    listed = {kind: len(listings.of(kind)) for kind in counts}
    listed["practice"] = practices.count(practices.everything)  # parts are counted apart
    assert counts == {kind: str(count) for kind, count in listed.items()}
    assert {"practice", "organisation", "country", "objective"} <= counts.keys()


def test_counts_of_coverage(real_app: Flask, home: str) -> None:
    snapshot = real_app.extensions["gcmgraph"].dataset.snapshot()
    practices, documents = snapshot.listings.of("practice"), len(snapshot.listings.of("source"))
    about = real_app.test_client().get("/about", headers={"Accept-Language": "en"}).text
    assert f"<li>{len(practices.postings('objective'))} of 23 objectives</li>" in about
    assert f"<li>{practices.count(practices.everything)} practices</li>" in about
    assert f"<li>{len(practices.postings('country'))} countries</li>" in about
    actions = len(snapshot.listings.of("action"))
    assert f"{len(practices.postings('action'))} of {actions} actions have a practice" in home
    assert home.count('class="level-0"') == actions - len(practices.postings("action"))
    for finding in re.findall(r"(\d+) of (\d+) actions under objective (\d+) have no practice", home):
        found = snapshot.listings.of("action").postings("objective")[finding[2]]
        without = sum(
            iri.value.rpartition("/")[2] not in practices.postings("action")
            for iri in snapshot.listings.of("action").iris(found)
        )
        assert finding[:2] == (str(without), str(len(found)))
    assert f"<li>{documents} documents read</li>" in about
    assert about.count("<dt>") == 12
    assert len(re.findall(r'<th scope="row"><a href="/doc/objective/', about)) == 23


def test_operator_and_contact_by_settings(store_folder: Path, application: Application) -> None:
    given = {"operator": "A <b>ministry</b>", "contact": "gcm@example.org", "source_code": "https://example.org/code"}
    for settings, links in ((given, True), ({"contact": "javascript:alert(1)", "source_code": "no address"}, False)):
        app = application(store_folder, **settings)  # type: ignore[arg-type]
        about = app.test_client().get("/about", headers={"Accept-Language": "en"}).text
        foot = app.test_client().get("/browse/practice?lang=en").text.partition('<footer class="site">')[2]
        assert ("A &lt;b&gt;ministry&lt;/b&gt;" in about) is links
        assert ('href="mailto:gcm@example.org"' in foot) is links
        assert ('href="https://example.org/code"' in foot) is links
        assert 'href="javascript' not in about + foot


def test_home_page_of_an_empty_graph(client: FlaskClient, tmp_path: Path, application: Application) -> None:
    assert client.get("/").status_code == 200
    StoreFolder(tmp_path / "store").publish("v1", [], {})
    app = application(tmp_path / "store")
    empty = app.test_client().get("/", headers={"Accept-Language": "en"})
    assert empty.status_code == 200
    assert 'class="sample"' not in empty.text


def test_link_of_a_topic_page_to_its_passages(real_client: FlaskClient) -> None:
    page = real_client.get("/doc/concept/topic/child-detention", headers={"Accept": "text/html"}).text
    address = re.search(r'href="(/queries/passages-on-topic\?topic=[^"]+)"', page)
    assert address is not None
    rows = real_client.get(address[1], headers={"Accept": "application/sparql-results+json"}).get_json()["results"]
    assert "action/13h" in {row["resource"]["value"].partition("/id/")[2] for row in rows["bindings"]}
