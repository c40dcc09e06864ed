"""Figures of datasets as a reader chooses them: map, lines and table by address, and refusals of other choices."""

from __future__ import annotations

import csv
import io
import json
import re
import struct
import zipfile
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from answers import html, words
from flask.testing import FlaskClient
from PIL import Image

from gcmgraph.web.responses import rasters
from gcmgraph.web.visualisation.figure_pictures import CLASS_COLOURS, LINE_COLOURS, NO_DATA
from markup import contrast

SVG = "{http://www.w3.org/2000/svg}"
SEVEN = "&".join(f"country={code}" for code in ("NER", "MAR", "FRA", "MLI", "BEN", "DEU", "PHL"))


def picture(client: FlaskClient, address: str) -> ET.Element:
    """Return the picture of a dataset of figures."""
    response = client.get(f"/statistics/{address}")
    assert (response.status_code, response.mimetype) == (200, "image/svg+xml"), address
    return ET.fromstring(response.text)  # noqa: S314 - made by us


def text_of(drawing: ET.Element) -> str:
    """Return the texts of a picture as one line."""
    return words(" ".join(drawing.itertext()))


def datasets(client: FlaskClient) -> list[str]:
    """Return the names of the datasets that the page of figures lists."""
    page = html(client, "/statistics?lang=en")
    return re.findall(r'<td role="cell"><a href="/doc/statistics/([a-z0-9-]+)', page)


def test_each_dataset_has_a_picture_with_finding_unit_source_and_licence(
    real_client: FlaskClient,
) -> None:
    names = datasets(real_client)
    assert len(names) == 25
    for name in names:
        text = text_of(picture(real_client, f"{name}?format=svg&lang=en"))
        assert re.search(r"\((19|20)\d\d\)", text), name
        for part in ("Unit: ", "CC BY", f"w3id.org/gcmgraph/statistics/{name}"):
            assert part.replace(" ", "") in text.replace(" ", ""), (name, part)


def test_list_of_datasets_leads_to_picture_lines_and_table(real_client: FlaskClient) -> None:
    listed = html(real_client, "/statistics?lang=en")
    for name, parts in (
        ("deaths-by-route", {"picture", "lines", "numbers"}),
        ("migrant-corridors", {"picture", "numbers"}),
    ):
        address = f"/doc/statistics/{name}"
        assert set(re.findall(f'{address}[^"]*#([a-z]+)"', listed)) == parts
        page = html(real_client, f"{address}?lang=en")
        assert all(f'id="{part}"' in page for part in parts)


def test_headline_of_a_map_states_the_highest_figure(real_client: FlaskClient) -> None:
    text = text_of(picture(real_client, "remittances-received-of-gdp?format=svg&lang=en"))
    assert (
        "Tajikistan received most in remittances for its economy: 38.4 per cent of GDP in 2023"
        in text
    )


@pytest.mark.parametrize("language", ["ar", "es", "fr", "ru", "zh"])
def test_headline_is_in_the_language_of_the_reader(real_client: FlaskClient, language: str) -> None:
    text = text_of(picture(real_client, f"refugees-by-asylum?format=svg&lang={language}"))
    assert "Most refugees" not in text
    assert "2023" in text


def test_map_has_the_year_and_the_unit_of_the_address(real_client: FlaskClient) -> None:
    address = "migrants-by-destination?format=svg&picture=map&lang=en"
    for choice, figure in (
        ("&year=2024", "Germany: 16,750,084"),
        ("&year=1990", "Germany: 6,960,112"),
        ("&unit=immigrants-per-1000&year=2024", "Germany: 198.1 per 1,000"),
    ):
        titles = [
            title.text for title in picture(real_client, address + choice).iter(f"{SVG}title")
        ]
        assert figure in titles, choice


def test_countries_of_a_map_have_the_colour_of_their_class(real_client: FlaskClient) -> None:
    drawing = picture(real_client, "refugees-by-asylum?format=svg&picture=map&year=2023&lang=en")
    colour_by_country = {
        (title.text or "").partition(":")[0]: group.get("fill")
        for group in drawing.iter(f"{SVG}g")
        for title in group.iter(f"{SVG}title")
        if group.get("fill")
    }
    assert colour_by_country["Germany"] == CLASS_COLOURS[-1]
    assert set(colour_by_country.values()) == set(CLASS_COLOURS)
    legend = [rect.get("fill") for rect in drawing.findall(f"{SVG}rect")]
    assert legend[1:] == [*CLASS_COLOURS, NO_DATA]


def test_neighbouring_colours_of_a_map_differ() -> None:
    channels = [bytes.fromhex(colour[1:]) for colour in (NO_DATA, *CLASS_COLOURS)]
    for lighter, darker in pairwise(channels):
        assert contrast(lighter, darker) >= 1.35


def test_lines_are_those_of_the_countries_of_the_address(real_client: FlaskClient) -> None:
    address = "migrants-by-origin?format=svg&picture=lines&country=NER&country=MAR&lang=en"
    drawing = picture(real_client, address)
    lines = [line.get("stroke") for line in drawing.iter(f"{SVG}polyline")]
    assert lines == [*LINE_COLOURS[:2]]
    text = text_of(drawing)
    assert "Niger: 439,378 (2024)" in text
    assert "Highest of these in 2024: Morocco" in text


def test_table_of_a_page_has_the_order_of_the_address(real_client: FlaskClient) -> None:
    address = "/doc/statistics/remittances-received-of-gdp?lang=en&year=2023"
    rows = {
        sort: re.findall(
            r'<tr role="row"><td role="cell"><a href="/doc/country/([A-Z]{3})',
            html(real_client, f"{address}&sort={sort}"),
        )
        for sort in ("largest", "smallest", "name")
    }
    assert rows["largest"][0] == "TJK"
    assert rows["smallest"][-1] == "TJK"
    assert rows["name"][0] == "AFG"
    assert sorted(rows["largest"]) == sorted(rows["name"])


def test_pairs_have_a_map_of_the_partners_of_a_country(real_client: FlaskClient) -> None:
    address = "migrant-corridors?format=svg&picture=map&lang=en&country=NER"
    titles = [title.text for title in picture(real_client, address).iter(f"{SVG}title")]
    assert "Nigeria: 129,540" in titles
    origins = picture(real_client, f"{address}&of=origin")
    assert "Nigeria: 199,722" in [title.text for title in origins.iter(f"{SVG}title")]


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        ("year=2005", "has no figure of the year '2005'; it has those of 1990, 2000, 2010"),
        ("year=x", "has no figure of the year 'x'"),
        ("unit=euro", "The parameter 'unit' may be one of: number, "),
        ("unit=refugees-per-1000", "The parameter 'unit' may be one of: number, "),
        (SEVEN, "at most 6 countries; the request has 7."),
        ("country=NER&country=XYZ", "'XYZ' is the code of no place with figures"),
        ("country=%3E", "'>' is the code of no place with figures"),
        ("sort=colour", "The parameter 'sort' may be one of: largest, smallest, name."),
    ],
)
def test_choice_that_a_dataset_lacks_is_refused(
    real_client: FlaskClient, choice: str, sentence: str
) -> None:
    for address in (
        f"/statistics/migrants-by-destination?format=svg&lang=en&{choice}",
        f"/doc/statistics/migrants-by-destination?lang=en&{choice}",
    ):
        response = real_client.get(
            address, headers={"Accept": "text/html, application/problem+json"}
        )
        assert response.status_code == 400, address
        assert sentence in words(response.text), address


def test_map_of_routes_is_refused(real_client: FlaskClient) -> None:
    response = real_client.get("/statistics/deaths-by-route?format=svg&picture=map&lang=en")
    assert (response.status_code, "picture=bars" in response.text) == (400, True)
    response = real_client.get("/statistics/deaths-by-route?format=svg&picture=pie&lang=en")
    assert (response.status_code, "map, lines, bars" in response.text) == (400, True)


def test_table_of_an_unknown_country_is_refused(real_client: FlaskClient) -> None:
    response = real_client.get("/statistics/gdp?format=csv&country=XYZ&lang=en")
    assert (response.status_code, "'XYZ' is the code of no place" in response.text) == (400, True)


def test_csv_has_the_chosen_countries_with_producer_and_notes(real_client: FlaskClient) -> None:
    response = real_client.get(
        "/statistics/gdp?format=csv&country=NER&country=MAR&lang=en",
    )
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert {row["Code"] for row in rows} == {"NER", "MAR"}
    assert {row["Producer"] for row in rows} == {"World Bank"}
    assert all(row["Notes"].startswith("Value added by all resident producers") for row in rows)


def test_picture_is_a_png_of_1600_pixels(real_client: FlaskClient) -> None:
    for choice in ("picture=map&year=2020", "picture=lines&country=NER&country=MAR"):
        address = f"/statistics/migrants-by-origin?format=png&lang=en&{choice}"
        response = real_client.get(address)
        assert (response.status_code, response.mimetype) == (200, "image/png")
        width, height = struct.unpack_from(">II", response.data, 16)
        assert (width, height > 600) == (1600, True)
    page = html(real_client, "/doc/statistics/migrants-by-origin?lang=en")
    assert re.search(r'href="/statistics/migrants-by-origin\?[^"]*picture=map[^"]*format=png', page)


def test_arabic_headline_is_inside_a_png(real_client: FlaskClient) -> None:
    response = real_client.get("/statistics/population?format=png&picture=map&lang=ar")
    picture = Image.open(io.BytesIO(response.data)).convert("L")
    headline = picture.crop((200, 0, picture.width - 200, 60))
    assert headline.getextrema()[0] < 80  # dark letters left of the edge


def test_png_without_a_font_for_its_language_is_refused(
    real_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = {"ru": ("\U0010fffd", "\U0010fffe")}  # of no font
    monkeypatch.setattr(rasters, "_LETTERS", letters)
    rasters.has_font.cache_clear()
    response = real_client.get("/statistics/population?format=png&lang=ru")
    rasters.has_font.cache_clear()
    assert (response.status_code, "format=svg" in response.text) == (400, True)


def test_archive_has_table_metadata_and_licence(real_client: FlaskClient) -> None:
    for name in ("remittances-received", "immigrants-per-1000", "migrant-corridors"):
        response = real_client.get(f"/statistics/{name}?format=zip&lang=en")
        assert (response.status_code, response.mimetype) == (200, "application/zip")
        with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
            table = archive.read(f"{name}.csv").decode()
            metadata = json.loads(archive.read(f"{name}.csv-metadata.json"))
            terms = archive.read("LICENCE.txt").decode()
        titles = [column["titles"] for column in metadata["tableSchema"]["columns"]]
        assert next(csv.reader(io.StringIO(table))) == titles
        assert metadata["dc:license"]["@id"] in terms
        assert metadata["dc:publisher"] in terms
        assert metadata["url"] == f"{name}.csv"
        repeated = real_client.get(f"/statistics/{name}?format=zip&lang=en")
        assert repeated.data == response.data


def test_first_chosen_country_takes_the_place_of_the_largest(real_client: FlaskClient) -> None:
    page = html(real_client, "/doc/statistics/gdp?lang=en")
    form = page[page.rindex("<form", 0, page.index('<select name="country">')) :]
    form = form[: form.index("</form>")]
    assert 'type="hidden" name="country"' not in form
    assert '<option value="MEX">Mexico</option>' in form
    chosen = html(real_client, "/doc/statistics/gdp?lang=en&country=MEX")
    assert '<input type="hidden" name="country" value="MEX">' in chosen
    assert "/statistics/gdp?format=csv&amp;country=MEX&amp;lang=en" in chosen
