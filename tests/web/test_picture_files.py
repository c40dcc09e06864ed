"""Pictures as files, coverage of the Compact, places on the map, and networks of few practices."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from answers import html
from flask.testing import FlaskClient

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(("name", "language"), [("map", "en"), ("network", "ar"), ("coverage", "ar")])
def test_pictures_as_files(client: FlaskClient, name: str, language: str) -> None:
    response = client.get(f"/{name}.svg?lang={language}")
    assert (response.status_code, response.mimetype) == (200, "image/svg+xml")
    drawing = ET.fromstring(response.text)  # noqa: S314 - made by us
    assert drawing.tag == f"{SVG}svg"
    assert not list(drawing.iter(f"{SVG}image"))
    links = [anchor.get("href", "") for anchor in drawing.iter(f"{SVG}a")]
    assert links
    assert all(link.startswith("https://w3id.org/gcmgraph/doc/") for link in links)
    words = " ".join(drawing.itertext())
    assert all(word in words for word in ("GCM Graph", "CC BY 4.0", f"https://w3id.org/gcmgraph/{name}"))
    assert not list(drawing.iter(f"{SVG}style"))
    assert all("style" not in element.attrib and "class" not in element.attrib for element in drawing.iter(f"{SVG}svg"))
    assert f'href="/{name}.svg?lang={language}"' in html(client, f"/{name}?lang={language}")


def test_timeline_of_a_list_as_a_file(client: FlaskClient) -> None:
    listed = client.get("/browse/practice?country=AFG&format=json").get_json()
    words = " ".join(ET.fromstring(client.get("/timeline.svg?country=AFG&lang=en").text).itertext())  # noqa: S314
    assert all(item["label"]["text"][:20] in words for item in listed["items"] if item["start"])
    assert all(word in words for word in ("Country: Afghanistan", "surely under way", "CC BY 4.0", "country=AFG"))
    assert client.get("/timeline.svg?country=XXX").status_code == 400


def test_network_of_few_practices(client: FlaskClient) -> None:
    drawing = ET.fromstring(client.get("/network.svg?lang=en").text)  # noqa: S314 - made by us
    listed = client.get("/browse/practice?format=json").get_json()["items"]
    taking_part = {key for item in listed for key in item.get("organisation", ())}
    drawn_links = {anchor.get("href", "").partition("?")[0].rpartition("/")[2] for anchor in drawing.iter(f"{SVG}a")}
    assert taking_part
    assert taking_part <= drawn_links
    assert 'class="network' not in html(client, "/network?lang=en")


def test_squares_of_actions(client: FlaskClient) -> None:
    drawing = ET.fromstring(client.get("/coverage.svg?lang=en").text)  # noqa: S314 - made by us
    titles = [title.text or "" for anchor in drawing.iter(f"{SVG}a") for title in anchor.iter(f"{SVG}title")]
    counts = {re.split(r"[ :]", title)[0]: int(title.rpartition(": ")[2].split()[0]) for title in titles}
    actions, listed = (
        client.get(f"/browse/{kind}?format=json&limit=1000").get_json() for kind in ("action", "practice")
    )
    assert counts.keys() == {item["notation"] for item in actions["items"]}
    assert {code: count for code, count in counts.items() if count} == listed["counts"]["action"]


def test_names_and_texts_of_a_drawn_table(client: FlaskClient) -> None:
    grids = client.application.jinja_env.get_template("pictures/grids.html")
    with client.application.test_request_context():
        anchor = ET.fromstring(grids.module.square("<1>", 0, 0, 0, "/a?b=1&c=2", "A & B"))  # noqa: S314 - made by us
        [name] = ET.fromstring(grids.module.name("n" * 60, 0, language="fr"))  # noqa: S314 - made by us
    assert (anchor.get("href"), anchor.findtext("title")) == ("/a?b=1&c=2", "A & B")
    assert (name.get("lang"), name.text) == ("fr", "n" * 38 + " …")
