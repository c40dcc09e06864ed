"""/linksets: count, coverage and last check of each set; the addresses of others lead to ours."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from gcmgraph.linking.check import CheckRecord, Figure, read_checks
from gcmgraph.linking.sssom import read_linkset
from gcmgraph.model.terms import IRI, Vocabulary, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.metadata.void import LinkSets
from gcmgraph.rdfio.media import TURTLE
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.repository.layout import Repository
from gcmgraph.store.port import Change, Store
from gcmgraph.store.versions import StoreFolder, change_version
from serving import Application
from shared import copy_store

A = Addresses()
V = Vocabulary(A)
CHECK = CheckRecord(
    "ror", "ror.ttl", "", "2026-11-23", dict.fromkeys(Figure, 0) | {Figure.LINKS: 33, Figure.VANISHED: 2}
)

#: A set without a check in the dataset of these tests.
UNCHECKED = "sdgio"


@pytest.fixture(scope="module")
def folder(real_store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real dataset, with a check of one link set that found something, and none of another."""
    folder = tmp_path_factory.mktemp("linksets") / "store"
    copy_store(real_store_folder, folder)
    left_out = tuple(f"linkset/{name}#check" for name in (CHECK.linkset, UNCHECKED))

    def change(store: Store) -> Change:
        removed = frozenset(q for q in store.quads() if any(name in str(q.subject) for name in left_out))
        added = frozenset(CHECK.quads(A))
        return Change(removed - added, added - removed)

    change_version(StoreFolder(folder), change, lambda _: None)
    return folder


@pytest.fixture(scope="module")
def real(folder: Path, application: Application) -> FlaskClient:
    return application(folder).test_client()


def row(page: str, name: str) -> str:
    part = page.split(f'<tr id="{name}">')[1].split("</tr>", maxsplit=1)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", part)).split())


def test_count_coverage_and_last_check(real: FlaskClient) -> None:
    page = real.get("/linksets", headers={"Accept": "text/html"}).text
    assert 'href="/graph/linkset/ror"' in page
    assert "GeoNames same as 248 248 of 248" in row(page, "geonames-countries")
    assert "194 194 of 248" in row(page, "fao-countries")
    assert "17 17 of 17" in row(page, "wikidata-sdg")
    assert "33 33 of 162" in row(page, "ror")
    assert "2026-11-23, against ror.ttl: vanished 2 · read once: no file to repeat the check with" in row(page, "ror")
    assert "all in order · 44 of 45 links checked" in row(page, "wikidata-organisations")
    assert row(page, "unbis-topics").endswith("all in order")
    french = real.get("/linksets?lang=fr", headers={"Accept": "text/html"}).text
    assert "2026-11-23, par rapport à ror.ttl\u00a0: " in french


@pytest.mark.parametrize(("language", "arrow"), [("ar", "→"), ("es", "←")])
def test_direction_of_arrows(real: FlaskClient, language: str, arrow: str) -> None:
    page = real.get(f"/doc/country/AFG?lang={language}", headers={"Accept": "text/html"}).text
    assert set(re.findall("[←→](?=</span></h3>)", page)) == {arrow}


def test_names_of_counts_of_home_and_dataset(real: FlaskClient) -> None:
    html = {"Accept": "text/html"}
    assert re.search(r"[\d,]+ statements in all graphs", real.get("/?lang=en", headers=html).text)
    assert "<dt>different triples</dt>" in real.get("/dataset?lang=en", headers=html).text


@pytest.mark.parametrize("path", ["/linksets", "/doc/country/AFG", "/doc/organisation/unodc", "/graph/linkset/ror"])
def test_spanish_names_of_properties_of_links_and_checks(real: FlaskClient, path: str) -> None:
    page = real.get(f"{path}?lang=es", headers={"Accept": "text/html"}).text
    english = "close match|related match|identifier|ended at time|was associated with|used|checksum|algorithm"
    assert re.findall(rf'<span lang="en"[^>]*>({english})<', page) == []


def test_link_set_without_a_check(real: FlaskClient) -> None:
    page = real.get("/linksets", headers={"Accept": "text/html"}).text
    checked = {check.linkset for check in read_checks(Repository.find().link_checks, Addresses())} - {UNCHECKED}
    names = [path.name.removesuffix(".sssom.tsv") for path in Repository.find().linksets]
    assert UNCHECKED in names
    for path, name in zip(Repository.find().linksets, names, strict=True):
        unchecked = "Never checked against its target. Where its values come from:" in row(page, name)
        assert unchecked is (name not in checked)
        if unchecked:
            assert " ".join(read_linkset(path, A).slots["mapping_set_description"].split()) in row(page, name)


def test_link_sets_in_rdf(real: FlaskClient) -> None:
    response = real.get("/linksets.ttl")
    triples = {(q.subject, q.predicate, q.object) for q in parse_quads(response.data, TURTLE, source="linksets")}
    sets = {subject for subject, predicate, value in triples if value == V("void:Linkset")}
    assert sets == {V(f"graph:linkset/{path.name.removesuffix('.sssom.tsv')}") for path in Repository.find().linksets}
    assert [
        value
        for subject, predicate, value in triples
        if predicate == V("dqv:computedOn") and subject == V("graph:linkset/ror#check-vanished")
    ]
    assert not [subject for subject, _, _ in triples if "#mapping-" in str(subject)]


def test_link_sets_in_void(real: FlaskClient) -> None:
    void = {quad.triple for quad in parse_quads(real.get("/.well-known/void").data, TURTLE, source="void")}
    graph = V("graph:linkset/un-sdg")
    unchecked = {(triple.predicate, triple.object) for triple in void if triple.subject == graph}
    assert {
        (V("rdf:type"), V("void:Linkset")),
        (V("void:subjectsTarget"), V("graph:reference/sdg")),
        (V("void:objectsTarget"), IRI("http://metadata.un.org/sdg/void.ttl#SDG")),
        (V("void:linkPredicate"), V("skos:exactMatch")),
        (V("void:triples"), typed("186", "integer")),
    } <= unchecked
    assert (V("rdf:type"), V("void:Dataset")) not in unchecked
    plain = {triple.subject for triple in void if triple.object == V("void:Dataset")}
    assert V("graph:reference/sdg") in plain
    kinds = [triple.object for triple in void if triple.predicate == V("rdf:type")]
    assert kinds.count(V("void:Linkset")) == len(Repository.find().linksets)


def test_unknown_suffix_of_link_sets_returns_404(real: FlaskClient) -> None:
    assert real.get("/linksets.exe").status_code == 404


def test_dataset_without_link_sets(client: FlaskClient, tmp_path: Path) -> None:
    assert LinkSets(Store.in_memory(), A).facts() == ()
    assert client.get("/linksets", headers={"Accept": "text/html"}).status_code == 200


IDENTIFIERS = Path(__file__).with_name("resolved_identifiers.tsv").read_text("utf-8").splitlines()


@pytest.mark.parametrize(("asked", "found"), [line.split("\t") for line in IDENTIFIERS])
def test_resolved_addresses_and_codes_of_others(real: FlaskClient, asked: str, found: str) -> None:
    response = real.get("/resolve", query_string={"uri": asked}, headers={"Accept": "text/html"})
    assert (response.status_code, response.headers.get("Location")) == (303, f"/doc/{found}")
    as_data = real.get("/resolve", query_string={"uri": asked, "format": "ttl"})
    assert as_data.status_code == 200
    assert list(parse_quads(as_data.data, TURTLE, source="resolve"))
    assert b"sameAs" not in as_data.data
