"""Pictures as files, coverage of the Compact, networks of few practices; /matrix in all formats."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from xml.etree import ElementTree as ET

import pytest
from answers import HTML, html, page
from flask.testing import FlaskClient
from openpyxl import load_workbook

from gcmgraph.web.browse.matrix import ROWS

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("name", "language"), [("map", "en"), ("network", "ar"), ("coverage", "ar")]
)
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
    assert all(
        word in words for word in ("GCM Graph", "CC BY 4.0", f"https://w3id.org/gcmgraph/{name}")
    )
    assert not list(drawing.iter(f"{SVG}style"))
    assert all(
        "style" not in element.attrib and "class" not in element.attrib
        for element in drawing.iter(f"{SVG}svg")
    )
    assert f'href="/{name}.svg?lang={language}"' in html(client, f"/{name}?lang={language}")


def test_timeline_of_a_list_as_a_file(client: FlaskClient) -> None:
    listed = client.get("/browse/practice?country=AFG&format=json").get_json()
    words = " ".join(ET.fromstring(client.get("/timeline.svg?country=AFG&lang=en").text).itertext())  # noqa: S314
    assert all(item["label"]["text"][:20] in words for item in listed["items"] if item["start"])
    assert all(
        word in words
        for word in ("Country: Afghanistan", "surely under way", "CC BY 4.0", "country=AFG")
    )
    assert client.get("/timeline.svg?country=XXX").status_code == 400


def test_network_of_few_practices(client: FlaskClient) -> None:
    drawing = ET.fromstring(client.get("/network.svg?lang=en").text)  # noqa: S314 - made by us
    listed = client.get("/browse/practice?format=json").get_json()["items"]
    taking_part = {key for item in listed for key in item.get("organisation", ())}
    drawn_links = {
        anchor.get("href", "").partition("?")[0].rpartition("/")[2]
        for anchor in drawing.iter(f"{SVG}a")
    }
    assert taking_part
    assert taking_part <= drawn_links
    assert 'class="network' not in html(client, "/network?lang=en")


def test_squares_of_actions(client: FlaskClient) -> None:
    drawing = ET.fromstring(client.get("/coverage.svg?lang=en").text)  # noqa: S314 - made by us
    titles = [
        title.text or ""
        for anchor in drawing.iter(f"{SVG}a")
        for title in anchor.iter(f"{SVG}title")
    ]
    counts = {
        re.split(r"[ :]", title)[0]: int(title.rpartition(": ")[2].split()[0]) for title in titles
    }
    actions, listed = (
        client.get(f"/browse/{kind}?format=json&limit=1000").get_json()
        for kind in ("action", "practice")
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


def table(client: FlaskClient, address: str) -> list[list[str]]:
    response = client.get(address)
    assert (response.status_code, response.mimetype) == (200, "text/csv")
    return list(csv.reader(io.StringIO(response.text)))


@pytest.mark.parametrize("rows", ROWS)
def test_numbers_of_a_matrix_equal_its_lists(client: FlaskClient, rows: str) -> None:
    text = html(client, f"/matrix/{rows}")
    cells = re.findall(r'<td class="level-\d"><a href="([^"]+)">(\d+)</a>', text)
    for address, count in cells:
        listed = client.get(unescape(address), headers=HTML)
        assert (listed.status_code, listed.headers["X-Total-Count"]) == (200, count), address
    assert bool(cells) is ("No practice has these values" not in text)


def test_formats_have_the_same_numbers(client: FlaskClient) -> None:
    heading, *rows = table(client, "/matrix/country?format=csv")
    assert heading[:3] == ["Address", "Code", "Country"]
    assert rows
    book = load_workbook(io.BytesIO(client.get("/matrix/country?format=xlsx").data))
    written = [
        ["" if cell is None else str(cell) for cell in row]
        for row in book.worksheets[0].iter_rows(values_only=True)
    ]
    assert [row[:-1] for row in written] == [heading, *rows]
    assert {row[-1].partition("?")[0] for row in written[1:]} == {
        "https://w3id.org/gcmgraph/browse/practice"
    }
    drawing = ET.fromstring(client.get("/matrix/country?format=svg").text)  # noqa: S314 - made by us
    drawn = [text.text for text in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert {row[2] for row in rows} <= set(drawn)
    assert len(
        drawing.findall("./{http://www.w3.org/2000/svg}svg//{http://www.w3.org/2000/svg}rect")
    ) == sum(n != "0" for row in rows for n in row[3:-1])


def test_filters_of_a_matrix(client: FlaskClient) -> None:
    whole, narrowed = (
        table(client, f"/matrix/country?format=csv{more}") for more in ("", "&country=AFG")
    )
    assert {row[1] for row in narrowed[1:]} <= {row[1] for row in whole[1:]}
    [row] = (row for row in narrowed[1:] if row[0].endswith("AFG"))
    assert row in whole
    links = page(client, "/matrix/type?country=AFG").values("href")
    assert {"/browse/practice?country=AFG", "/matrix/country?country=AFG"} <= {*links}
    assert "/doc/objective/9?lang=fr" in page(client, "/matrix?lang=fr").values("href")
    for path, status in (
        ("/objective", 404),
        ("/nothing", 404),
        ("?format=docx", 400),
        ("?country=XXX", 400),
    ):
        assert client.get(f"/matrix{path}").status_code == status, path
