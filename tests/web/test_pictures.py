"""Maps and network pictures: the right countries, links that lead where they say, tables that say the same."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.parsing import read_quads
from gcmgraph.store.versions import StoreFolder
from gcmgraph.web.visualisation.drawings import SHADES, read_world, shades_of
from serving import Application

ADDRESSES = Addresses()
SVG = "{http://www.w3.org/2000/svg}"
PICTURES = ["/", "/map", "/network", "/doc/organisation/unodc", "/doc/practice/{practice}", "/doc/country/TUV"]


def rows(app: Flask, query: str) -> list[tuple[str, ...]]:
    """Return the local names that a query finds."""
    store = app.extensions["gcmgraph"].dataset.snapshot().store
    prefix = "PREFIX gcm: <https://w3id.org/gcmgraph/ontology#> PREFIX org: <http://www.w3.org/ns/org#> "
    prefix += "PREFIX dct: <http://purl.org/dc/terms/> PREFIX schema: <https://schema.org/> "
    found = store.select(prefix + query)
    return [tuple(row[name].value.rsplit("/", 1)[-1] for name in found.variables) for row in found.rows]


def page(client: FlaskClient, path: str, language: str = "en") -> str:
    response = client.get(path, headers={"Accept": "text/html", "Accept-Language": language})
    assert response.status_code == 200
    return response.text


def status(client: FlaskClient, path: str) -> int:
    with client.get(path) as response:
        return response.status_code


def drawings(text: str, kind: str) -> list[ET.Element]:
    """Return the SVG pictures of a page, parsed as XML."""
    found = re.findall(rf'<svg class="{kind}[ "].*?</svg>', text, re.DOTALL)
    return [ET.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)) for svg in found]  # noqa: S314


def links(picture: ET.Element) -> dict[str, str]:
    """Return where the links of a picture lead (last part of the path), and their titles."""
    return {
        anchor.get("href", "").rsplit("/", 1)[-1]: anchor.findtext(f"{SVG}title") or ""
        for anchor in picture.iter(f"{SVG}a")
    }


def of_tone(picture: ET.Element, tone: str) -> set[str]:
    anchors = picture.iter(f"{SVG}a")
    return {anchor.get("href", "").rsplit("/", 1)[-1] for anchor in anchors if anchor.get("class") == tone}


@pytest.fixture(scope="module")
def glo_act(real_app: Flask) -> str:
    return rows(real_app, "SELECT DISTINCT ?p { ?p gcm:country ?c }")[0][0]


@pytest.mark.parametrize("path", PICTURES)
def test_pictures_are_well_formed_and_deterministic(real_client: FlaskClient, glo_act: str, path: str) -> None:
    path = path.format(practice=glo_act)
    text = page(real_client, path)
    pictures = drawings(text, "map") + drawings(text, "network")
    assert pictures
    again = real_client.get(path, headers={"Accept": "text/html", "Accept-Language": "en", "Cache-Control": "no-cache"})
    assert again.text == text


@pytest.mark.parametrize("path", PICTURES)
def test_links_of_pictures_lead_to_their_titles(real_client: FlaskClient, glo_act: str, path: str) -> None:
    text = page(real_client, path.format(practice=glo_act))
    for picture in drawings(text, "map") + drawings(text, "network"):
        anchors = list(picture.iter(f"{SVG}a"))
        assert anchors
        for anchor in anchors[:12]:
            title = (anchor.findtext(f"{SVG}title") or "").split(":")[0]
            assert f"<h1>{title}" in unescape(page(real_client, anchor.get("href", ""))).replace("\n", "")


def test_shaded_countries_of_the_map(real_client: FlaskClient, real_app: Flask) -> None:
    within = "FILTER NOT EXISTS { ?p dct:isPartOf ?whole . ?whole gcm:country ?c }"  # a part counts with its whole
    of_practice = f"?p a gcm:Practice ; gcm:country ?c . {within}"
    counted = rows(real_app, f"SELECT ?c (COUNT(DISTINCT ?p) AS ?n) {{ {of_practice} }} GROUP BY ?c")
    [picture] = drawings(page(real_client, "/map"), "map")
    cities = of_tone(picture, "place")
    every = {code: title for code, title in links(picture).items() if code not in cities}
    assert len(every) == 234  # 14 areas are too small for the map, or far south
    on_home = links(drawings(page(real_client, "/"), "map")[0])
    shaded = every.keys() - of_tone(picture, "none")
    assert shaded == {code for code, _ in counted} == on_home.keys() - cities
    for code, number in counted:
        assert re.search(rf": {number} practices?$", every[code])


def test_cities_with_practices_are_points_in_their_countries(real_client: FlaskClient, real_app: Flask) -> None:
    city = "?place schema:latitude ?n ; schema:containedInPlace ?c"
    country = dict(rows(real_app, f"SELECT DISTINCT ?place ?c {{ ?p a gcm:Practice ; dct:spatial ?place . {city} }}"))
    [picture] = drawings(page(real_client, "/map"), "map")
    points = {
        anchor.get("href", "").rsplit("/", 1)[-1]: circle
        for anchor in picture.iter(f"{SVG}a")
        for circle in anchor.iter(f"{SVG}circle")
        if anchor.get("class") == "place"
    }
    assert points.keys() == country.keys()
    assert len(points) == 22
    for place, circle in points.items():
        left, top, right, bottom = read_world().countries[country[place]].bounds
        assert left - 2 <= int(circle.get("cx", "")) <= right + 2, place  # some are on the coast
        assert top - 2 <= int(circle.get("cy", "")) <= bottom + 2, place


def test_table_of_the_map(real_client: FlaskClient) -> None:
    text = page(real_client, "/map")
    [picture] = drawings(text, "map")
    shaded = links(picture).keys() - of_tone(picture, "none") - of_tone(picture, "place")
    table = re.search(r"<table.*?</table>", text, re.DOTALL)
    assert table
    listed = re.findall(r'href="/doc/country/(\w+)"', table[0])
    assert set(listed) == shaded
    counts = [int(count) for count in re.findall(r'class="figure"[^>]*><a [^>]*>(\d+)<', table[0])]
    names = real_client.get("/browse/country?format=json&limit=1000&lang=en").json["items"]  # type: ignore[index]
    by_name = {item["iri"].rpartition("/")[2]: place for place, item in enumerate(names)}
    ranks = [(-count, by_name[code]) for count, code in zip(counts, listed, strict=True)]
    assert ranks == sorted(ranks)
    assert len(set(counts)) < len(counts)


def test_marks_of_small_states(real_client: FlaskClient) -> None:
    [picture] = drawings(page(real_client, "/doc/country/TUV"), "map")
    [anchor] = picture.iter(f"{SVG}a")
    circle = anchor.find(f"{SVG}circle")
    assert circle is not None
    left, top, width, height = map(int, (picture.get("viewBox") or "").split())
    assert left <= int(circle.get("cx", "")) <= left + width
    assert top <= int(circle.get("cy", "")) <= top + height
    assert int(circle.get("r", "")) >= width / 200


def test_map_of_a_practice(real_client: FlaskClient, real_app: Flask, glo_act: str) -> None:
    [picture] = drawings(page(real_client, f"/doc/practice/{glo_act}"), "map")
    assert {(code,) for code in links(picture)} == set(
        rows(real_app, f"SELECT DISTINCT ?c {{ <https://w3id.org/gcmgraph/id/practice/{glo_act}> gcm:country ?c }}")
    )


@pytest.mark.exhaustive
def test_map_of_members_and_practices(real_client: FlaskClient, real_app: Flask) -> None:
    for (organisation,) in rows(real_app, "SELECT ?o { ?o a gcm:Organisation }"):
        node = f"<https://w3id.org/gcmgraph/id/organisation/{organisation}>"
        members = {c for (c,) in rows(real_app, f"SELECT DISTINCT ?c {{ {node} org:hasMember ?c . ?c a gcm:Country }}")}
        practices = rows(real_app, f"SELECT DISTINCT ?c {{ ?p gcm:involvesOrganisation {node} ; gcm:country ?c }}")
        pictures = drawings(page(real_client, f"/doc/organisation/{organisation}"), "map")
        shown = [(of_tone(picture, "practice"), of_tone(picture, "member")) for picture in pictures]
        in_practices = {code for (code,) in practices}
        assert shown == ([(in_practices, members - in_practices)] if members or practices else []), organisation


def test_countries_listed_beside_a_map(real_client: FlaskClient, glo_act: str) -> None:
    text = page(real_client, f"/doc/practice/{glo_act}")
    [picture] = drawings(text, "map")
    listed = re.search(r'<p class="countries">.*?</p>', text, re.DOTALL)
    assert listed
    assert set(re.findall(r"/doc/country/(\w+)", listed[0])) == links(picture).keys()


@pytest.mark.parametrize("path", ["/network", "/network?organisation=unodc", "/doc/organisation/unodc"])
def test_table_of_the_network(real_client: FlaskClient, path: str) -> None:
    text = page(real_client, path)
    [picture] = drawings(text, "network")
    [table] = re.findall(r'<table class="rows".*?</table>', text, re.DOTALL)
    first = re.findall(r'<tr role="row"><td role="cell"><a href="/doc/organisation/([\w-]+)', table)
    assert sorted(first) == sorted(links(picture))
    assert set(re.findall(r'href="/doc/organisation/([\w-]+)', table)) == set(first)


def test_network_of_an_objective(real_client: FlaskClient) -> None:
    text = page(real_client, "/network?objective=8")
    [listed] = re.findall(r"<ol>.*?</ol>", text, re.DOTALL)
    practices = real_client.get("/browse/practice?objective=8&format=json").json
    assert practices is not None
    assert set(re.findall(r'href="/doc/practice/([\w-]+)', listed)) <= {
        item["iri"].rpartition("/")[2] for item in practices["items"]
    }
    assert real_client.get("/network?objective=99").status_code == 400


def test_maps_of_regions(real_client: FlaskClient) -> None:
    world, africa = (drawings(page(real_client, path), "map")[0] for path in ("/map", "/map?region=002"))
    assert links(world) == links(africa)
    left, top, width, height = map(int, (africa.get("viewBox") or "").split())
    inside = read_world().countries["NER"].centre
    assert left < inside[0] < left + width < 4000
    assert top < inside[1] < top + height
    assert real_client.get("/map?region=999").status_code == 400


def test_ends_of_lines(real_client: FlaskClient) -> None:
    [picture] = drawings(page(real_client, "/network"), "network")
    places = {
        (c.get("cx"), c.get("cy")): a.findtext(f"{SVG}text")
        for a in picture.iter(f"{SVG}a")
        for c in a.iter(f"{SVG}circle")
    }
    for line in picture.iter(f"{SVG}line"):
        ends = places[line.get("x1"), line.get("y1")], places[line.get("x2"), line.get("y2")]
        assert line.findtext(f"{SVG}title", "").startswith(f"{ends[0]} and {ends[1]}: ")


def test_names_within_the_drawing(real_client: FlaskClient) -> None:
    for path in ("/network", "/doc/organisation/unodc"):
        for picture in drawings(page(real_client, path), "network"):
            _, _, width, height = map(int, (picture.get("viewBox") or "").split())
            for text in picture.iter(f"{SVG}text"):
                assert 60 <= int(text.get("x", "")) <= width - 60
                assert 0 < int(text.get("y", "")) < height


def test_pages_of_an_empty_dataset(tmp_path: Path, application: Application) -> None:
    StoreFolder(tmp_path / "store").publish("v1", (), {})
    app = application(tmp_path / "store")
    client = app.test_client()
    assert "No practice names a country yet." in page(client, "/map")
    assert "No two organisations share a practice yet." in page(client, "/network")
    assert "No practice names a country yet." in page(client, "/")


@given(st.lists(st.integers(0, 5000), max_size=40))
def test_one_shade_for_each_count(counts: list[int]) -> None:
    shades = shades_of(counts)
    assert len(shades) <= SHADES
    for count in counts:
        assert sum(shade.low <= count <= shade.high for shade in shades) == (count > 0)


def test_descriptions_of_pages_for_links(real_client: FlaskClient, glo_act: str) -> None:
    seen = set()
    for path in ("/", "/map", "/network", f"/doc/practice/{glo_act}", "/doc/objective/9"):
        text = page(real_client, path)
        found = dict(re.findall(r'<meta (?:name|property)="([\w:]+)" content="([^"]*)">', text))
        assert found["description"] == found["og:description"]
        assert found["og:title"]
        assert found["og:image"].startswith("https://")
        assert len(found["description"]) <= 250
        seen.add(found["description"])
        for name in re.findall(r'href="/static/([^"]+)"', text):
            assert status(real_client, f"/static/{name}") == 200
    assert len(seen) == 5
    assert status(real_client, "/static/card.png") == 200


@pytest.mark.parametrize("path", ["objective/9", "action/9e", "concept/practice-type/programme"])
def test_map_of_the_practices_of_a_resource(real_client: FlaskClient, real_app: Flask, path: str) -> None:
    named = f"<https://w3id.org/gcmgraph/id/{path}>"
    countries = {code for (code,) in rows(real_app, f"SELECT DISTINCT ?c {{ ?p ?named {named} ; gcm:country ?c }}")}
    assert countries
    [picture] = drawings(page(real_client, f"/doc/{path}"), "map")
    assert of_tone(picture, "practice") == countries


def test_resources_without_practices_have_no_map(real_client: FlaskClient) -> None:
    for path in ("/doc/instrument/smuggling-protocol", "/doc/source/objective-09.fr"):
        assert drawings(page(real_client, path), "map") == []


def test_many_practices_of_a_country(tmp_path: Path, application: Application) -> None:
    practices = "".join(
        f"<https://w3id.org/gcmgraph/id/practice/p{n}> a <https://w3id.org/gcmgraph/ontology#Practice> ; "
        f'<http://purl.org/dc/terms/title> "Practice {n}"@en ; '
        f"<https://w3id.org/gcmgraph/ontology#country> <https://w3id.org/gcmgraph/id/country/MLT> .\n"
        for n in range(9)
    )
    country = (
        "<https://w3id.org/gcmgraph/id/country/MLT> a <https://w3id.org/gcmgraph/ontology#Country> ; "
        '<http://www.w3.org/2004/02/skos/core#prefLabel> "Malta"@en .'
    )
    data = tmp_path / "data.trig"
    data.write_text(f"<https://w3id.org/gcmgraph/graph/source/x> {{ {practices} {country} }}", "utf-8")
    StoreFolder(tmp_path / "store").publish("v1", list(read_quads(data)), {})
    app = application(tmp_path / "store")
    client = app.test_client()
    text = page(client, "/map")
    more = re.search(r'class="figure"[^>]*><a href="([^"]+)">9</a>', text)
    assert more
    assert "Practice 8" in page(client, more[1])
    [picture] = drawings(text, "map")
    assert links(picture) == {"MLT": "Malta: 9 practices"}


def test_markup_in_names_of_organisations(tmp_path: Path, application: Application) -> None:
    names = {"a": "<b>A & B</b>", "b": "<script>"}
    data = tmp_path / "data.trig"
    prefix = "".join(f"PREFIX {p}: <{ADDRESSES.expand(f'{p}:')}> " for p in ("gcm", "skos", "organisation", "practice"))
    named = "".join(f'organisation:{one} a gcm:Organisation ; skos:prefLabel "{n}"@en . ' for one, n in names.items())
    tie = "practice:p a gcm:Practice ; gcm:leadOrganisation organisation:a ; gcm:partnerOrganisation organisation:b ."
    data.write_text(f"{prefix} <https://w3id.org/gcmgraph/graph/source/x> {{ {named} {tie} }}", "utf-8")
    StoreFolder(tmp_path / "store").publish("v1", list(read_quads(data)), {})
    [picture] = drawings(page(application(tmp_path / "store").test_client(), "/doc/organisation/a"), "network")
    assert {text.text for text in picture.iter(f"{SVG}text")} == set(names.values())
    assert links(picture) == {one: f"{name}: 1 practice" for one, name in names.items()}


def test_parties_that_a_list_lacks(real_client: FlaskClient) -> None:
    text = page(real_client, "/doc/instrument/smuggling-protocol")
    assert "138 parties in the list of 2014-07-10, 152 by the depositary’s page of 2024-04-26" in text
    assert "by the depositary’s page" not in page(real_client, "/doc/instrument/untoc")


def test_coverage_states_how_the_judgements_were_made(real_app: Flask, real_client: FlaskClient) -> None:
    judged = rows(real_app, "SELECT ?p ?a { ?p gcm:supportsAction ?a }")
    other = "SELECT ?p ?a { ?p gcm:supportsAction ?a ; gcm:objective ?o . FILTER NOT EXISTS { ?a gcm:objective ?o } }"
    elsewhere = rows(real_app, other)
    text = page(real_client, "/coverage")
    assert "they finished on 29 November 2026" in text
    assert f"Of {len(judged)} judgements, {len(elsewhere)} are on an action of another objective" in text
    for language in ("fr", "es", "ar", "ru", "zh"):
        translated = page(real_client, "/coverage", language)
        assert "The editors compared" not in translated
        assert "2026" in translated


def test_objective_of_a_practice_of_another_one(real_client: FlaskClient) -> None:
    card = page(real_client, "/doc/action/18e").partition('id="practice-cards"')[2]
    assert "global-skill-partnerships-gsps" in card
    assert re.search(r"<span>Objective <span class=\"code\">5</span>\s*Enhance availability", card)
    own = page(real_client, "/doc/action/4g").partition('id="practice-cards"')[2]
    assert "identification-document-of-new-york-city-idnyc" in own
    assert "<span>Objective" not in own
