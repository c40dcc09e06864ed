"""/linksets: count, coverage and last check of each set; the addresses of others lead to ours."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gcmgraph.linking.link_checks import CheckRecord, Figure
from gcmgraph.linking.sssom import read_linkset
from gcmgraph.rdf.media import TURTLE
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import parse_quads
from gcmgraph.rdf.terms import IRI, Literal, Vocabulary, typed
from gcmgraph.repository.layout import Repository
from gcmgraph.store.changed_versions import change_version
from gcmgraph.store.port import Change, Store
from gcmgraph.store.store_folder import StoreFolder
from serving import Application
from shared import copy_store

HTML = {"Accept": "text/html"}
A = Addresses()
V = Vocabulary(A)
CHECK = CheckRecord(
    "ror",
    "ror.ttl",
    "",
    "2026-11-23",
    dict.fromkeys(Figure, 0) | {Figure.LINKS: 33, Figure.VANISHED: 2},
)

#: A set without a check in the dataset of these tests.
UNCHECKED = "un-treaties"

WIKIDATA = "http://www.wikidata.org/entity/"


@pytest.fixture(scope="module")
def graph(real_app: Flask) -> Store:
    store: Store = real_app.extensions["gcmgraph"].dataset.snapshot().store
    return store


@pytest.fixture(scope="module")
def few(
    small_store: Path, tmp_path_factory: pytest.TempPathFactory, application: Application
) -> FlaskClient:
    """The small dataset, with a check of one link set that found something, and none of another."""
    folder = tmp_path_factory.mktemp("linksets") / "store"
    copy_store(small_store, folder)
    left_out = tuple(f"linkset/{name}#check" for name in (CHECK.linkset, UNCHECKED))

    def change(store: Store) -> Change:
        removed = frozenset(
            q for q in store.quads() if any(name in str(q.subject) for name in left_out)
        )
        added = frozenset(CHECK.quads(A))
        return Change(removed - added, added - removed)

    change_version(StoreFolder(folder), change, lambda _: None)
    return application(folder).test_client()


def row(page: str, name: str) -> str:
    part = page.split(f'<tr id="{name}">')[1].split("</tr>", maxsplit=1)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", part)).split())


def test_page_of_link_sets_has_count_coverage_and_last_check(
    few: FlaskClient, small_repository: Repository
) -> None:
    page, french = (
        few.get(f"/linksets?lang={language}", headers=HTML).text for language in ("en", "fr")
    )
    assert 'href="/graph/linkset/ror?lang=en"' in page
    assert "33 33 of 162" in row(page, "ror")
    assert (
        "2026-11-23, against ror.ttl: vanished 2 · read once: no file to repeat the check with"
        in row(page, "ror")
    )
    assert "2026-11-23, par rapport à ror.ttl\u00a0: " in french
    assert "same as 186 186 of 186" in row(page, "un-sdg")
    assert row(page, "un-sdg").endswith("all in order")
    for path in small_repository.linksets:
        shown = row(page, path.name.removesuffix(".sssom.tsv"))
        unchecked = "Never checked against its target. Where its values come from:" in shown
        assert unchecked is path.name.startswith(UNCHECKED)
        described = " ".join(read_linkset(path, A).slots["mapping_set_description"].split())
        assert not unchecked or described in shown


def test_names_on_pages_are_in_the_language_of_the_page(real_client: FlaskClient) -> None:
    assert re.search(
        r"[\d,]+ statements in all graphs", real_client.get("/?lang=en", headers=HTML).text
    )
    assert "<dt>different triples</dt>" in real_client.get("/dataset?lang=en", headers=HTML).text
    english = "close match|related match|identifier|ended at time|was associated with|used|checksum|algorithm"
    for path in ("/linksets", "/doc/country/AFG", "/doc/organisation/unodc", "/graph/linkset/ror"):
        page = real_client.get(f"{path}?lang=es", headers=HTML).text
        assert re.findall(rf'<span lang="en"[^>]*>({english})<', page) == []
        assert "country" not in path or set(re.findall("[←→](?=</span></h3>)", page)) == {"←"}
    arabic = real_client.get("/doc/country/AFG?lang=ar", headers=HTML).text
    assert set(re.findall("[←→](?=</span></h3>)", arabic)) == {"→"}


def test_link_sets_are_described_in_rdf(
    few: FlaskClient, client: FlaskClient, small_repository: Repository
) -> None:
    triples = {
        quad.triple
        for quad in parse_quads(few.get("/linksets.ttl").data, TURTLE, source="linksets")
    }
    names = {path.name.removesuffix(".sssom.tsv") for path in small_repository.linksets}
    sets = {triple.subject for triple in triples if triple.object == V("void:Linkset")}
    assert sets == {V(f"graph:linkset/{name}") for name in names}
    computed = {triple.subject for triple in triples if triple.predicate == V("dqv:computedOn")}
    assert V("graph:linkset/ror#check-vanished") in computed
    assert not [triple for triple in triples if "#mapping-" in str(triple.subject)]
    assert few.get("/linksets.exe").status_code == 404
    assert client.get("/linksets", headers=HTML).status_code == 200  # of a graph without link sets


def test_void_describes_each_link_set(few: FlaskClient, small_repository: Repository) -> None:
    void = {
        quad.triple
        for quad in parse_quads(few.get("/.well-known/void").data, TURTLE, source="void")
    }
    stated = {
        (triple.predicate, triple.object)
        for triple in void
        if triple.subject == V("graph:linkset/un-sdg")
    }
    assert {
        (V("rdf:type"), V("void:Linkset")),
        (V("void:subjectsTarget"), V("graph:reference/sdg")),
        (V("void:objectsTarget"), IRI("http://metadata.un.org/sdg/void.ttl#SDG")),
        (V("void:linkPredicate"), V("skos:exactMatch")),
        (V("void:triples"), typed("186", "integer")),
    } <= stated
    assert (V("rdf:type"), V("void:Dataset")) not in stated
    assert V("graph:reference/sdg") in {
        triple.subject for triple in void if triple.object == V("void:Dataset")
    }
    kinds = [triple.object for triple in void if triple.predicate == V("rdf:type")]
    assert kinds.count(V("void:Linkset")) == len(small_repository.linksets)


IDENTIFIERS = Path(__file__).with_name("resolved_identifiers.tsv").read_text("utf-8").splitlines()


@pytest.mark.parametrize(("asked", "found"), [line.split("\t") for line in IDENTIFIERS])
def test_address_or_code_of_others_leads_to_its_resource(
    real_client: FlaskClient, asked: str, found: str
) -> None:
    response = real_client.get("/resolve", query_string={"uri": asked}, headers=HTML)
    assert (response.status_code, response.headers.get("Location")) == (303, f"/doc/{found}")


def exact_links(store: Store, country: IRI) -> dict[str, str]:
    """The addresses of a country at others, by their host and first part of the path."""
    links = store.quads(country, V("skos:exactMatch"))
    addresses = [quad.object.value for quad in links if isinstance(quad.object, IRI)]
    return {re.split(r"[/#]", address, maxsplit=3)[2]: address for address in addresses}


def forms_of_country(store: Store, country: IRI) -> dict[str, str]:
    """The identifiers of a country in the forms in which people have them, by form."""
    codes = {
        curie: quad.object.value
        for curie in ("gcm:iso2", "gcm:iso3", "gcm:m49")
        for quad in store.quads(country, V(curie))
        if isinstance(quad.object, Literal)
    }
    links = exact_links(store, country)
    wikidata = links["www.wikidata.org"].rpartition("/")[2]
    geonames = links["sws.geonames.org"].strip("/").rpartition("/")[2]
    alpha2, alpha3, m49 = codes.values()
    return {
        "ISO 3166-1 alpha-2": alpha2,
        "alpha-2 in small letters": alpha2.lower(),
        "ISO 3166-1 alpha-3": alpha3,
        "alpha-3 in mixed letters": alpha3.capitalize(),
        "ISO as a URN": f"urn:iso:std:iso:3166:-1:{alpha2}",
        "page of ISO": f"https://www.iso.org/obp/ui/#iso:code:3166:{alpha2}",
        "M49": m49,
        "M49 without zeros": m49.lstrip("0"),
        "Wikidata, key": wikidata,
        "Wikidata, IRI": f"http://www.wikidata.org/entity/{wikidata}",
        "Wikidata, page": f"https://www.wikidata.org/wiki/{wikidata}",
        "Wikidata, page for phones without scheme": f"m.wikidata.org/wiki/{wikidata}",
        "GeoNames, IRI": links["sws.geonames.org"],
        "GeoNames, page": f"https://www.geonames.org/{geonames}/name.html",
        "area of the SDG data": f"http://metadata.un.org/sdg/codes/geoArea/{m49}",
        "area of the SDG API": f"https://unstats.un.org/sdgapi/v1/sdg/GeoArea/{int(m49)}/List",
        "Publications Office": links.get("publications.europa.eu", alpha3),
        "FAO": links.get("aims.fao.org", alpha3),
    }


def test_identifiers_in_eighteen_forms_resolve_to_countries(
    real_client: FlaskClient, graph: Store
) -> None:
    missing = []
    linked = [
        quad.subject
        for quad in graph.quads(None, V("skos:exactMatch"))
        if isinstance(quad.object, IRI) and quad.object.value.startswith(WIKIDATA)
    ]
    countries = sorted(
        (iri for iri in linked if isinstance(iri, IRI) and "/country/" in iri.value), key=str
    )
    chosen = countries[: 39 * 6 : 6]
    assert len(chosen) == 39
    for country in chosen:
        forms = forms_of_country(graph, country)
        assert len(forms) == 18
        for name, identifier in forms.items():
            answer = real_client.get("/resolve", query_string={"uri": identifier}, headers=HTML)
            path = f"/doc/country/{country.value.rpartition('/')[2]}"
            if path not in answer.headers.get("Location", answer.text):
                missing.append(f"{country.value}: {name}: {identifier}")
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("text", ["Q0", "ISO 9001:AF", "0437ej03", "https://sdgs.un.org/goals"])
def test_text_like_an_identifier_finds_nothing(real_client: FlaskClient, text: str) -> None:
    assert real_client.get("/resolve", query_string={"uri": text}, headers=HTML).status_code == 404
