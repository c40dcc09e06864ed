"""Years of the figures on pages: the last figure of women, and rankings of one year."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient

#: A client of an application over a graph in TriG.
ClientOver = Callable[..., FlaskClient]


HEAD = """
PREFIX c: <https://w3id.org/gcmgraph/id/country/>
PREFIX s: <https://w3id.org/gcmgraph/id/statistics/>
PREFIX gcm: <https://w3id.org/gcmgraph/ontology#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX dimension: <http://purl.org/linked-data/sdmx/2009/dimension#>
PREFIX measure: <http://purl.org/linked-data/sdmx/2009/measure#>
PREFIX sex: <http://purl.org/linked-data/sdmx/2009/code#sex->
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
GRAPH <https://w3id.org/gcmgraph/graph/reference/figures> {
  s:counts a qb:DataSet ; dct:title "Counts"@en ; dct:license <https://creativecommons.org/licenses/by/4.0/> .
  c:AAA a gcm:Country ; skos:prefLabel "Aland"@en .
  c:BBB a gcm:Country ; skos:prefLabel "Bland"@en .
"""


def observation(code: str, year: int, value: int, sex: str = "T") -> str:
    """An observation of the dataset as TriG."""
    return (
        f"s:{code}-{year}-{sex} a qb:Observation ; qb:dataSet s:counts ; dimension:refArea c:{code} ; "
        f'dimension:refPeriod "{year}"^^xsd:gYear ; measure:obsValue {value} ; dimension:sex sex:{sex} .\n'
    )


def test_figure_of_women_is_that_of_the_year_shown(client_over: ClientOver) -> None:
    figures = (
        observation("AAA", 2020, 100)
        + observation("AAA", 2024, 120)
        + observation("AAA", 2020, 61, "F")
    )
    page = (
        client_over(f"{HEAD}{figures}}}")
        .get("/doc/country/AAA?lang=en", headers={"Accept": "text/html"})
        .text
    )
    assert "women and girls" not in page  # there is none for 2024
    figures += observation("AAA", 2024, 63, "F")
    page = (
        client_over(f"{HEAD}{figures}}}")
        .get("/doc/country/AAA?lang=en", headers={"Accept": "text/html"})
        .text
    )
    assert "women and girls: 63" in page


def test_largest_figures_of_a_dataset_are_of_one_year(client_over: ClientOver) -> None:
    figures = (
        observation("AAA", 2020, 900)
        + observation("AAA", 2024, 120)
        + observation("BBB", 2020, 999)
    )
    picture = client_over(f"{HEAD}{figures}}}").get("/statistics/counts?format=svg&lang=en")
    assert picture.status_code == 200
    texts = re.findall(r"<text[^>]*>([^<]*)<", picture.text)
    assert "120" in texts
    assert not {"900", "999", "Bland"}.intersection(texts)
