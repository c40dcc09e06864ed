"""People from one area in others and in one area from others: page, JSON, CSV, totals, refusals."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import pytest
from answers import html, words
from flask.testing import FlaskClient

#: A client of an application over a graph in TriG.
ClientOver = Callable[..., FlaskClient]

PATH = "/statistics/migrant-corridors"

GRAPH = """
PREFIX c: <https://w3id.org/gcmgraph/id/country/>
PREFIX s: <https://w3id.org/gcmgraph/id/statistics/>
PREFIX corridor: <https://w3id.org/gcmgraph/id/statistics/migrant-corridors/>
PREFIX concept: <https://w3id.org/gcmgraph/id/concept/>
PREFIX gcm: <https://w3id.org/gcmgraph/ontology#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX dimension: <http://purl.org/linked-data/sdmx/2009/dimension#>
PREFIX measure: <http://purl.org/linked-data/sdmx/2009/measure#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
GRAPH <https://w3id.org/gcmgraph/graph/reference/figures> {
  s:migrant-corridors a qb:DataSet ; dct:title "Pairs"@en ;
    dct:license <https://creativecommons.org/licenses/by/4.0/> .
  s:migrants-by-origin a qb:DataSet ; dct:title "Totals"@en ;
    dct:license <https://creativecommons.org/licenses/by/4.0/> .
  c:AAA a gcm:Country ; skos:prefLabel "Aland"@en ; skos:inScheme concept:countries .
  c:BBB a gcm:Country ; skos:prefLabel "Bland"@en ; skos:inScheme concept:countries .
  corridor:BBB-AAA-2024 a qb:Observation ; qb:dataSet s:migrant-corridors ; gcm:areaOfOrigin c:AAA ;
    dimension:refArea c:BBB ; dimension:refPeriod "2024"^^xsd:gYear ; measure:obsValue 10000 .
  s:total a qb:Observation ; qb:dataSet s:migrants-by-origin ; dimension:refArea c:AAA ;
    dimension:refPeriod "2024"^^xsd:gYear ; measure:obsValue TOTAL .
}
"""


def test_page_of_an_origin_has_all_destinations_largest_first(real_client: FlaskClient) -> None:
    page = html(real_client, f"{PATH}?origin=NER&lang=en")
    assert "<h1>Niger: where people from here live</h1>" in page
    assert "439,378 people (2024), the largest number first." in words(page)
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    cells = [
        re.findall("<td.*?</td>", row, re.DOTALL)
        for row in re.findall("<tr>.*?</tr>", table, re.DOTALL)
    ]
    figures = [int(words(row[2]).replace(",", "")) for row in cells]
    assert figures == sorted(figures, reverse=True)
    assert sum(figures) == 439_378
    assert all('href="/doc/country/NER' in row[0] for row in cells)
    assert 'href="/doc/country/NGA' in cells[0][1]
    assert "The sum is the total of the producer." in words(page)


def test_json_and_csv_of_a_destination_have_its_origins_with_the_unknown_one(
    real_client: FlaskClient,
) -> None:
    document = real_client.get(f"{PATH}?destination=DEU&format=json&lang=en").get_json()
    assert document["total"] == document["producerTotal"] == 16_750_084
    assert document["destination"]["name"] == "Germany"
    assert document["licence"] == "https://creativecommons.org/licenses/by/3.0/igo/"
    values = {figure["code"]: figure["value"] for figure in document["figures"]}
    assert values["OOO"] == 3_137_259
    assert sum(values.values()) == 16_750_084
    answer = real_client.get(f"{PATH}?destination=DEU&format=csv&lang=en")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["Code of origin"]: int(row["Figure"]) for row in rows} == values
    assert {row["Licence"] for row in rows} == {"CC BY 3.0 IGO"}


def test_page_of_a_country_leads_to_all_its_origins_and_destinations(
    real_client: FlaskClient,
) -> None:
    page = html(real_client, "/doc/country/NER?lang=en")
    for role in ("origin", "destination"):
        assert f'href="{PATH}?{role}=NER' in page


@pytest.mark.parametrize(
    ("total", "sentence"),
    [
        ("10000", "The sum is the total of the producer."),
        ("12000", "The rows add up to 10,000; the total of the producer is 12,000."),
    ],
)
def test_sum_and_total_of_the_producer_are_compared(
    client_over: ClientOver, total: str, sentence: str
) -> None:
    client = client_over(GRAPH.replace("TOTAL", total))
    document = client.get(f"{PATH}?origin=AAA&format=json&lang=en").get_json()
    assert (document["total"], document["producerTotal"]) == (10_000, int(total))
    page = html(client, f"{PATH}?origin=AAA&lang=en")
    note = re.findall('<p class="note">.*?</p>', page)[0]
    assert words(note) == sentence


def test_area_without_a_producer_total_is_said_to_have_none(client_over: ClientOver) -> None:
    page = html(client_over(GRAPH.replace("TOTAL", "10000")), f"{PATH}?destination=BBB&lang=en")
    assert "The producer has no total to compare the sum with." in words(page)


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        (
            f"{PATH}?origin=XYZ",
            400,
            "'XYZ' is no country code of three letters, such as NER or MAR.",
        ),
        (
            f"{PATH}?origin=%5B+%22",
            400,
            "'[ \"' is no country code of three letters, such as NER or MAR.",
        ),
        (
            f"{PATH}?destination=",
            400,
            "'' is no country code of three letters, such as NER or MAR.",
        ),
        (
            f"{PATH}?origin=NER&destination=FRA",
            400,
            "An address has 'origin' or 'destination', not both.",
        ),
        (
            f"{PATH}?origin=ATA",
            404,
            "The dataset 'International migrants, by country of origin and of residence'"
            " has no pair of Antarctica.",
        ),
        (
            "/statistics/gdp?origin=NER",
            404,
            "The dataset 'Gross domestic product' has no pair of Niger.",
        ),
    ],
)
def test_address_without_pairs_is_refused_with_a_sentence(
    real_client: FlaskClient, address: str, status: int, sentence: str
) -> None:
    answer = real_client.get(
        f"{address}&lang=en", headers={"Accept": "application/problem+json, */*;q=0.1"}
    )
    assert (answer.status_code, answer.get_json()["detail"]) == (status, sentence)
