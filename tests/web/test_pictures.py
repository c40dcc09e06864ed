"""Maps and network pictures: countries, links, tables with the same numbers; the shapes that maps are drawn from."""

from __future__ import annotations

import csv
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from answers import html
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

import gcmgraph.web
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.web.visualisation.maps import PRACTICE_SHADES, shades_of
from gcmgraph.web.visualisation.world import MapView, read_world
from tools.world_map.build import drawn

ADDRESSES = Addresses()
ClientOver = Callable[..., FlaskClient]
SVG = "{http://www.w3.org/2000/svg}"
PICTURES = [
    "/",
    "/map",
    "/network",
    "/doc/organisation/unodc",
    "/doc/practice/{practice}",
    "/doc/country/TUV",
]


def rows(app: Flask, query: str) -> list[tuple[str, ...]]:
    """Return the local names that a query finds."""
    store = app.extensions["gcmgraph"].dataset.snapshot().store
    prefix = (
        "PREFIX gcm: <https://w3id.org/gcmgraph/ontology#> PREFIX org: <http://www.w3.org/ns/org#> "
    )
    prefix += "PREFIX dct: <http://purl.org/dc/terms/> PREFIX schema: <https://schema.org/> "
    found = store.select(prefix + query)
    return [
        tuple(row[name].value.rsplit("/", 1)[-1] for name in found.variables) for row in found.rows
    ]


def drawings(text: str, kind: str) -> list[ET.Element]:
    """Return the SVG pictures of a page, parsed as XML."""
    found = re.findall(rf'<svg class="{kind}[ "].*?</svg>', text, re.DOTALL)
    return [
        ET.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))  # noqa: S314
        for svg in found
    ]


def links(picture: ET.Element) -> dict[str, str]:
    """Return where the links of a picture lead (last part of the path), and their titles."""
    return {
        anchor.get("href", "").rsplit("/", 1)[-1]: anchor.findtext(f"{SVG}title") or ""
        for anchor in picture.iter(f"{SVG}a")
    }


def of_tone(picture: ET.Element, tone: str) -> set[str]:
    anchors = picture.iter(f"{SVG}a")
    return {
        anchor.get("href", "").rsplit("/", 1)[-1]
        for anchor in anchors
        if anchor.get("class") == tone
    }


@pytest.fixture(scope="module")
def glo_act(real_app: Flask) -> str:
    return rows(real_app, "SELECT DISTINCT ?p { ?p gcm:country ?c }")[0][0]


@pytest.mark.parametrize("path", PICTURES)
def test_pictures_with_links_that_lead_to_their_titles(
    real_client: FlaskClient, glo_act: str, path: str
) -> None:
    path = path.format(practice=glo_act)
    text = html(real_client, path)
    assert html(real_client, path, Cache_Control="no-cache") == text
    pictures = drawings(text, "map") + drawings(text, "network")
    assert pictures
    for picture in pictures:
        anchors = list(picture.iter(f"{SVG}a"))
        assert anchors
        for anchor in anchors[:: len(anchors) // 3 + 1]:
            title = (anchor.findtext(f"{SVG}title") or "").split(":")[0]
            assert f"<h1>{title}" in unescape(html(real_client, anchor.get("href", ""))).replace(
                "\n", ""
            )


def test_countries_and_cities_of_the_map_and_its_table(
    real_client: FlaskClient, real_app: Flask
) -> None:
    within = "FILTER NOT EXISTS { ?p dct:isPartOf ?whole . ?whole gcm:country ?c }"  # a part counts with its whole
    of_practice = f"?p a gcm:Practice ; gcm:country ?c . {within}"
    counted = dict(
        rows(real_app, f"SELECT ?c (COUNT(DISTINCT ?p) AS ?n) {{ {of_practice} }} GROUP BY ?c")
    )
    city = "?place schema:latitude ?n ; schema:containedInPlace ?c"
    cities = dict(
        rows(
            real_app,
            f"SELECT DISTINCT ?place ?c {{ ?p a gcm:Practice ; dct:spatial ?place . {city} }}",
        )
    )
    text = html(real_client, "/map")
    [picture] = drawings(text, "map")
    every = {code: title for code, title in links(picture).items() if code not in cities}
    assert len(every) == 234  # 14 areas are too small for the map, or far south
    assert every.keys() - of_tone(picture, "none") == counted.keys()
    assert (
        links(drawings(html(real_client, "/"), "map")[0]).keys() - cities.keys() == counted.keys()
    )
    for code, number in counted.items():
        assert re.search(rf": {number} practices?$", every[code])
    anchors = [anchor for anchor in picture.iter(f"{SVG}a") if anchor.get("class") == "place"]
    points = {
        anchor.get("href", "").rsplit("/", 1)[-1]: anchor.find(f"{SVG}circle") for anchor in anchors
    }
    assert points.keys() == cities.keys()
    assert len(points) == 22
    for place, circle in points.items():
        left, top, right, bottom = read_world().countries[cities[place]].bounds
        assert left - 2 <= int(circle.get("cx", "")) <= right + 2, place  # some are on the coast
        assert top - 2 <= int(circle.get("cy", "")) <= bottom + 2, place
    [table] = re.findall(r"<table.*?</table>", text, re.DOTALL)
    listed = re.findall(r'href="/doc/country/(\w+)"', table)
    assert set(listed) == counted.keys()
    names = real_client.get("/browse/country?format=json&limit=1000&lang=en").get_json()["items"]
    by_name = {item["iri"].rpartition("/")[2]: place for place, item in enumerate(names)}
    ranks = [(-int(counted[code]), by_name[code]) for code in listed]
    assert ranks == sorted(ranks)
    figures = re.findall(r'class="figure"[^>]*><a [^>]*>(\d+)<', table)
    assert figures == [counted[code] for code in listed]


def test_marks_of_small_states(real_client: FlaskClient) -> None:
    [picture] = drawings(html(real_client, "/doc/country/TUV"), "map")
    [anchor] = picture.iter(f"{SVG}a")
    circle = anchor.find(f"{SVG}circle")
    left, top, width, height = map(int, (picture.get("viewBox") or "").split())
    assert left <= int(circle.get("cx", "")) <= left + width
    assert top <= int(circle.get("cy", "")) <= top + height
    assert int(circle.get("r", "")) >= width / 200


def test_map_of_a_practice_and_the_list_beside_it(
    real_client: FlaskClient, real_app: Flask, glo_act: str
) -> None:
    text = html(real_client, f"/doc/practice/{glo_act}")
    [picture] = drawings(text, "map")
    query = (
        f"SELECT DISTINCT ?c {{ <https://w3id.org/gcmgraph/id/practice/{glo_act}> gcm:country ?c }}"
    )
    assert {(code,) for code in links(picture)} == set(rows(real_app, query))
    [listed] = re.findall(r'<p class="countries">.*?</p>', text, re.DOTALL)
    assert set(re.findall(r"/doc/country/(\w+)", listed)) == links(picture).keys()


@pytest.mark.exhaustive
def test_map_of_members_and_practices(real_client: FlaskClient, real_app: Flask) -> None:
    for (organisation,) in rows(real_app, "SELECT ?o { ?o a gcm:Organisation }"):
        node = f"<https://w3id.org/gcmgraph/id/organisation/{organisation}>"
        members = {
            c
            for (c,) in rows(
                real_app, f"SELECT DISTINCT ?c {{ {node} org:hasMember ?c . ?c a gcm:Country }}"
            )
        }
        practices = rows(
            real_app,
            f"SELECT DISTINCT ?c {{ ?p gcm:involvesOrganisation {node} ; gcm:country ?c }}",
        )
        pictures = drawings(html(real_client, f"/doc/organisation/{organisation}"), "map")
        shown = [(of_tone(picture, "practice"), of_tone(picture, "member")) for picture in pictures]
        in_practices = {code for (code,) in practices}
        assert shown == (
            [(in_practices, members - in_practices)] if members or practices else []
        ), organisation


@pytest.mark.parametrize(
    "path", ["/network", "/network?organisation=unodc", "/doc/organisation/unodc"]
)
def test_table_of_the_network(real_client: FlaskClient, path: str) -> None:
    text = html(real_client, path)
    [picture] = drawings(text, "network")
    [table] = re.findall(r'<table class="rows".*?</table>', text, re.DOTALL)
    first = re.findall(r'<tr role="row"><td role="cell"><a href="/doc/organisation/([\w-]+)', table)
    assert sorted(first) == sorted(links(picture))
    assert set(re.findall(r'href="/doc/organisation/([\w-]+)', table)) == set(first)


def test_network_of_an_objective(real_client: FlaskClient) -> None:
    [listed] = re.findall(r"<ol>.*?</ol>", html(real_client, "/network?objective=8"), re.DOTALL)
    items = real_client.get("/browse/practice?objective=8&format=json").get_json()["items"]
    practices = {item["iri"].rpartition("/")[2] for item in items}
    assert set(re.findall(r'href="/doc/practice/([\w-]+)', listed)) <= practices
    assert real_client.get("/network?objective=99").status_code == 400


def test_maps_of_regions(real_client: FlaskClient) -> None:
    world, africa = (
        drawings(html(real_client, path), "map")[0] for path in ("/map", "/map?region=002")
    )
    assert links(world) == links(africa)
    left, top, width, height = map(int, (africa.get("viewBox") or "").split())
    inside = read_world().countries["NER"].centre
    assert left < inside[0] < left + width < 4000
    assert top < inside[1] < top + height
    assert real_client.get("/map?region=999").status_code == 400


def test_ends_of_lines_and_names_within_the_drawing(real_client: FlaskClient) -> None:
    [picture] = drawings(html(real_client, "/network"), "network")
    anchors = [(a, circle) for a in picture.iter(f"{SVG}a") for circle in a.iter(f"{SVG}circle")]
    places = {
        (circle.get("cx"), circle.get("cy")): a.findtext(f"{SVG}text") for a, circle in anchors
    }
    for line in picture.iter(f"{SVG}line"):
        ends = places[line.get("x1"), line.get("y1")], places[line.get("x2"), line.get("y2")]
        assert line.findtext(f"{SVG}title", "").startswith(f"{ends[0]} and {ends[1]}: ")
    _, _, width, height = map(int, (picture.get("viewBox") or "").split())
    for text in picture.iter(f"{SVG}text"):
        assert 60 <= int(text.get("x", "")) <= width - 60
        assert 0 < int(text.get("y", "")) < height


def test_pages_of_an_empty_dataset(client_over: ClientOver) -> None:
    client = client_over(())
    for path, text in (
        ("/map", "names a country"),
        ("/network", "share a practice"),
        ("/", "names a country"),
    ):
        assert re.search(f"No .* {text}s? yet", html(client, path))


@given(st.lists(st.integers(0, 5000), max_size=40))
def test_one_shade_for_each_count(counts: list[int]) -> None:
    shades = shades_of(counts)
    assert len(shades) <= PRACTICE_SHADES
    for count in counts:
        assert sum(shade.low <= count <= shade.high for shade in shades) == (count > 0)


def test_descriptions_of_pages_for_links(real_client: FlaskClient, glo_act: str) -> None:
    seen = set()
    for path in ("/", "/map", "/network", f"/doc/practice/{glo_act}", "/doc/objective/9"):
        text = html(real_client, path)
        found = dict(re.findall(r'<meta (?:name|property)="([\w:]+)" content="([^"]*)">', text))
        assert found["description"] == found["og:description"]
        assert found["og:title"]
        assert found["og:image"].startswith("https://")
        assert len(found["description"]) <= 250
        seen.add(found["description"])
    assert len(seen) == 5
    assert real_client.get("/static/card.png").status_code == 200


@pytest.mark.parametrize("path", ["objective/9", "action/9e", "concept/practice-type/programme"])
def test_map_of_the_practices_of_a_resource(
    real_client: FlaskClient, real_app: Flask, path: str
) -> None:
    named = f"<https://w3id.org/gcmgraph/id/{path}>"
    countries = {
        code
        for (code,) in rows(
            real_app, f"SELECT DISTINCT ?c {{ ?p ?named {named} ; gcm:country ?c }}"
        )
    }
    assert countries
    [picture] = drawings(html(real_client, f"/doc/{path}"), "map")
    assert of_tone(picture, "practice") == countries
    assert drawings(html(real_client, "/doc/source/objective-09.fr"), "map") == []


def test_many_practices_of_a_country_and_markup_in_names(client_over: ClientOver) -> None:
    names = {"a": "<b>A & B</b>", "b": "<script>"}
    prefixes = ("gcm", "skos", "dct", "organisation", "practice", "country")
    prefix = "".join(f"PREFIX {name}: <{ADDRESSES.expand(f'{name}:')}> " for name in prefixes)
    practices = "".join(
        f'practice:p{n} a gcm:Practice ; dct:title "Practice {n}"@en ; gcm:country country:MLT . '
        for n in range(9)
    )
    named = "".join(
        f'organisation:{one} a gcm:Organisation ; skos:prefLabel "{n}"@en . '
        for one, n in names.items()
    )
    tie = (
        "practice:p1 gcm:leadOrganisation organisation:a ; gcm:partnerOrganisation organisation:b ."
    )
    country = 'country:MLT a gcm:Country ; skos:prefLabel "Malta"@en .'
    statements = f"{practices} {named} {tie} {country}"
    client = client_over(f"{prefix} <https://w3id.org/gcmgraph/graph/source/x> {{ {statements} }}")
    text = html(client, "/map")
    more = re.search(r'class="figure"[^>]*><a href="([^"]+)">9</a>', text)
    assert more
    assert "Practice 8" in html(client, more[1])
    assert links(drawings(text, "map")[0]) == {"MLT": "Malta: 9 practices"}
    [picture] = drawings(html(client, "/doc/organisation/a"), "network")
    assert {text.text for text in picture.iter(f"{SVG}text")} == set(names.values())
    assert links(picture) == {one: f"{name}: 1 practice" for one, name in names.items()}


def test_parties_that_a_list_lacks(real_client: FlaskClient) -> None:
    text = html(real_client, "/doc/instrument/smuggling-protocol")
    assert (
        "138 parties in the list of 2014-07-10, 152 by the depositary’s page of 2024-04-26" in text
    )
    assert "by the depositary’s page" not in html(real_client, "/doc/instrument/untoc")


def test_list_without_signatories_is_not_named_after_them(real_client: FlaskClient) -> None:
    text = html(real_client, "/doc/instrument/icrmw", Accept_Language="en")
    assert (
        "57 countries below, with the dates of their signature or of their consent to be bound"
        in text
    )
    assert "list of signatories" not in text


def test_judgements_of_actions(real_app: Flask, real_client: FlaskClient) -> None:
    judged = rows(real_app, "SELECT ?p ?a { ?p gcm:supportsAction ?a }")
    other = "SELECT ?p ?a { ?p gcm:supportsAction ?a ; gcm:objective ?o . FILTER NOT EXISTS { ?a gcm:objective ?o } }"
    elsewhere = rows(real_app, other)
    text = html(real_client, "/coverage")
    assert "they finished on 29 November 2026" in text
    assert (
        f"Of {len(judged)} judgements, {len(elsewhere)} are on an action of another objective"
        in text
    )
    translated = html(real_client, "/coverage?lang=ar")
    assert "The editors compared" not in translated
    assert "2026" in translated

    card = html(real_client, "/doc/action/18e").partition('id="practice-cards"')[2]
    assert "global-skill-partnerships-gsps" in card
    assert re.search(r"<span>Objective <span class=\"code\">5</span>\s*Enhance availability", card)
    own = html(real_client, "/doc/action/4g").partition('id="practice-cards"')[2]
    assert "identification-document-of-new-york-city-idnyc" in own
    assert "<span>Objective" not in own


WORLD = read_world()
BACKGROUND = Path(gcmgraph.web.__file__).parent / "static" / "world.svg"


def test_shapes_of_all_countries() -> None:
    with (Repository.find().reference / "countries.csv").open(encoding="utf-8", newline="") as file:
        kinds = {row["iso3"]: row["kind"] for row in csv.DictReader(file)}
    without = kinds.keys() - WORLD.countries.keys()
    assert WORLD.countries.keys() <= kinds.keys(), "run make world"
    assert {kinds[code] for code in without} == {"area"}
    assert len(without) == 14  # the atlas does not draw them apart


def holds(code: str, point: tuple[float, float]) -> bool:
    """Return whether a country's shape holds a place: a line from it crosses the border an odd number of times."""
    x, y = drawn(point)
    crossings = 0
    for first, second, steps in re.findall(r"M(\d+),(\d+)l([-\d, ]+)z", WORLD.countries[code].path):
        ring = [(int(first), int(second))]
        for dx, dy in re.findall(r"(-?\d+),?(-?\d+)", steps):
            ring.append((ring[-1][0] + int(dx), ring[-1][1] + int(dy)))
        for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
            crossings += (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax
    return crossings % 2 == 1


@pytest.mark.parametrize(
    ("place", "longitude", "latitude", "codes"),
    [
        ("Paris", 2.3, 48.8, ["FRA"]), ("Lesotho is a hole in South Africa", 28.2, -29.5, ["LSO"]),
        ("Alaska", -152, 65, ["USA"]), ("Chukotka, across the edge", -175, 66.5, ["RUS"]),
        ("Crimea (A/RES/68/262)", 34.2, 45.2, ["UKR"]), ("Western Sahara", -14, 24, ["ESH"]),
        ("northern Cyprus (S/RES/541)", 33.3, 35.25, ["CYP"]), ("southern Cyprus", 32.9, 34.9, ["CYP"]),
        ("north-western Somalia", 45, 9.5, ["SOM"]), ("Greenland", -40, 70, ["GRL"]), ("the sea", -30, 30, []),
    ],
)  # fmt: skip
def test_points_within_countries(
    place: str, longitude: float, latitude: float, codes: list[str]
) -> None:
    assert [code for code in WORLD.countries if holds(code, (longitude, latitude))] == codes, place


def test_shapes_within_the_drawing() -> None:
    for code, shape in WORLD.countries.items():
        left, top, right, bottom = shape.bounds
        assert 0 <= left <= right <= WORLD.width, code
        assert 0 <= top <= bottom <= WORLD.height, code
        assert right - left < WORLD.width / 3, code
        assert left <= shape.centre[0] <= right, code
        assert top <= shape.centre[1] <= bottom, code
        assert re.fullmatch(r"(M\d+,\d+l[-\d, ]+z)*", shape.path), code
        assert shape.path or shape.small, f"{code} can neither be seen nor is it marked"
    marked = {code for code, shape in WORLD.countries.items() if shape.small}
    assert {"TUV", "NRU", "SGP", "MLT", "LIE", "MUS", "BRB", "VAT", "BHR"} <= marked
    assert not {"AFG", "FRA", "CHE", "NLD", "JPN", "CUB"} & marked
    root = ET.parse(BACKGROUND).getroot()  # noqa: S314 - our own file
    assert root.get("viewBox") == f"0 0 {WORLD.width} {WORLD.height}"
    assert BACKGROUND.stat().st_size < 120_000


@pytest.mark.parametrize(
    "codes", [["AFG"], ["FRA", "DEU"], ["FJI"], ["CAN", "ARG"], ["NZL"], ["RUS", "USA"]]
)
def test_section_around_some_countries(codes: list[str]) -> None:
    view = WORLD.around(codes)
    assert view.width / view.height == pytest.approx(WORLD.width / WORLD.height, rel=0.01)
    assert 0 <= view.left <= view.left + view.width <= WORLD.width
    assert 0 <= view.top <= view.top + view.height <= WORLD.height
    for code in codes:
        left, top, right, bottom = WORLD.countries[code].bounds
        assert view.left <= left <= right <= view.left + view.width
        assert view.top <= top <= bottom <= view.top + view.height + 1
    assert WORLD.around([]) == WORLD.around(["XYZ"]) == WORLD.around(WORLD.countries) == WORLD.whole
    assert WORLD.around(["AFG"]) != WORLD.whole == MapView(0, 0, WORLD.width, WORLD.height)
