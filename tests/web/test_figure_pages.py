"""Figures on pages of countries, objectives and datasets, as files, and countries side by side."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from gcmgraph.web.responses.tables import PictureTexts, draw
from serving import Application


@pytest.fixture(scope="module")
def client(small_store: Path, application: Application) -> FlaskClient:
    return application(small_store).test_client(use_cookies=False)


HTML = {"Accept": "text/html"}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/doc/country/NER", ("449,236", "CC BY 3.0 IGO", "people born abroad, with refugees", "<svg", "199,722")),
        ("/doc/objective/19", ("439,378", "<svg")),
        ("/brief/country/NER", ("449,236 (2024, people born abroad", "The page of each dataset has the notes")),
        ("/brief/objective/2", ("335,277", "CC BY 4.0", "A/RES/76/266")),
        ("/doc/statistics/refugees-by-asylum", ("269,996", "CC BY 4.0", "A missing number is no count of UNHCR")),
        ("/doc/statistics/migrant-corridors", ("199,722", "Nigeria")),
        ("/compare?country=NER&country=MAR", ("449,236", "111,069", "2024")),
        ("/compare", ("Add a country or area",)),
    ],
)
def test_figures_on_a_page(client: FlaskClient, path: str, words: tuple[str, ...]) -> None:
    response = client.get(path, headers=HTML)
    assert response.status_code == 200
    assert [word for word in words if word not in response.text] == []
    assert " style=" not in response.text


def test_countries_that_cannot_be_compared(client: FlaskClient) -> None:
    for query, message in (
        ("country=&country=NER", "'' is no country code of three letters, such as NER or MAR."),
        ("country=NER&country=NER", "The country NER is in the request twice."),
        ("country=NER&country=MAR&country=FRA&country=MLI&country=BEN", "At most 4 countries can be compared"),
    ):
        response = client.get(f"/compare?{query}", headers={"Accept": "application/problem+json"})
        assert (response.status_code, message in response.get_json()["detail"]) == (400, True)


def test_table_and_observation_of_a_dataset(client: FlaskClient) -> None:
    rows = client.get("/statistics/refugees-by-asylum?format=csv").text.splitlines()
    assert "NER,Niger,,,2023,269996" in rows
    assert client.get("/statistics/refugees-by-asylum?format=xlsx").data.startswith(b"PK")
    for unknown in (
        "unknown",
        "a{{7*7}}%25s",
        "{name}",
        "refugees-by-asylum?country=%3E",
        "refugees-by-asylum?country=xxx",
    ):
        assert client.get(f"/statistics/{unknown}").status_code == 404
    assert "269996" in client.get("/doc/statistics/refugees-by-asylum/NER-2023.ttl").text
    assert "/NER-2023" not in client.get("/doc/country/NER.ttl").text


def test_map_of_origins_and_destinations(client: FlaskClient) -> None:
    address = "/statistics/migrant-corridors?country=NER&of={}&format=svg"
    page, picture = client.get("/doc/country/NER", headers=HTML).text, client.get(address.format("both"))
    assert address.format("both").replace("&", "&amp;") in page
    assert page.count('stroke-opacity="0.8"') == 10  # five countries of origin and five of destination
    paths = ET.fromstring(picture.data).findall(".//{*}path")  # noqa: S314 - ours
    titles = [path.findtext("{*}title") for path in paths if path.get("stroke-opacity")]
    assert (len(titles), len(paths), "<image" in picture.text) == (10, 11, False)  # the land is in the file itself
    assert {"Nigeria: 199,722", "Nigeria: 129,540"} <= set(titles)
    assert client.get(address.format("elsewhere")).status_code == 404


def test_texts_inside_a_chart(client: FlaskClient) -> None:
    texts = PictureTexts("Niger: 2 (2024)", "Migrants", ("UN DESA · CC BY 3.0 IGO",), "zh")
    with client.application.test_request_context():
        drawings = (
            draw("line", texts, [(1990, 1), (2000, 0), (2024, 2)]),
            draw("bars", texts, [("Niger", 2), ("尼日尔", 0)]),
        )
    for drawing in drawings:
        root = ET.fromstring(drawing)  # noqa: S314 - ours
        words = "".join(root.itertext())
        assert all(word in words for word in ("2024", "Migrants", "UN DESA", "CC BY 3.0 IGO"))
        assert all(word in (root.get("aria-label") or "") for word in ("2024", "CC BY 3.0 IGO"))
        assert "style" not in drawing


def test_largest_amount_fits_into_a_chart(client: FlaskClient) -> None:
    texts = PictureTexts("Largest (2023)", "Remittances", (), "fr")
    with client.application.test_request_context():
        root = ET.fromstring(draw("bars", texts, [("Inde", 119_526_055_008)]))  # noqa: S314 - ours
    (figure,) = (one for one in root.iter() if (one.text or "").startswith("119"))
    assert float(figure.get("x", "")) + 7 * len(figure.text or "") < float(root.get("viewBox", "").split()[2])


def test_kind_in_the_language_of_the_page(client: FlaskClient) -> None:
    page = client.get("/doc/statistics/remittances-received?lang=fr", headers=HTML).text
    assert '<p class="kicker">jeu de données</p>' in page
