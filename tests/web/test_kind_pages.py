"""Pages of each kind: the substance first; texts in editions, colours of goals; figures, also of countries compared."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from answers import html, page, words
from flask.testing import FlaskClient

from gcmgraph.web.i18n import money
from gcmgraph.web.responses.drawings import PictureTexts, draw
from gcmgraph.web.visualisation.figures import YearFigure
from markup import contrast
from program import ROOT

#: More practices than a page has cards.
_PRACTICE = """r:all {{ <practice/p{0:02}> a gcm:Practice ; dct:title "Practice {0}"@en ;
  gcm:objective <objective/9> ; gcm:country <country/NER> . }}
"""


@pytest.fixture(scope="module")
def many(client_over: Callable[..., FlaskClient]) -> FlaskClient:
    graph = Path(__file__).with_name("kinds.trig").read_text("utf-8")
    return client_over(graph + "".join(_PRACTICE.format(number) for number in range(14)))


def parts(client: FlaskClient, path: str) -> tuple[str, str]:
    """Return the page in two parts: what is seen first, and the folded statements."""
    seen, _, folded = html(client, path, Accept_Language="en").partition(
        '<details class="statements"'
    )
    return seen, folded


def test_page_of_a_practice(client: FlaskClient) -> None:
    seen, folded = parts(client, "/doc/practice/glo-act")
    assert "EUR\u00a012,000,000" in seen
    assert "When 2018 – 2022" in words(seen)
    assert re.search(r"lead organisation .*United Nations Office on Drugs and Crime", words(seen))
    assert "<code>https://w3id.org/gcmgraph/id/practice/glo-act</code>" in folded
    assert "<script>alert" not in seen + folded
    for address in (
        "/doc/country/AFG",
        "/doc/country/IRQ",
        "/doc/organisation/unodc",
        "/doc/action/9a",
    ):
        assert f'href="{address}"' in seen
        assert f'href="{address}"' in folded
    assert folded.count('<details class="evidence-details') >= seen.count(
        '<details class="evidence-details'
    )


def test_stated_and_inherited_targets(many: FlaskClient) -> None:
    seen, _ = parts(many, "/doc/practice/p00")
    before, _, inherited = seen.partition('<details class="inherited"')
    assert "/doc/sdg/16.2" in before
    assert "/doc/sdg/10.7" not in before
    assert "/doc/sdg/10.7" in inherited
    target, _ = parts(many, "/doc/sdg/16.2")
    assert "/doc/practice/p00" in target
    through, _ = parts(many, "/doc/sdg/10.7")
    assert "No practice states it." in through
    assert 'href="/browse/practice?inherited-target=10.7"' in through


def test_counts_of_practices_by_action(client: FlaskClient) -> None:
    seen, _ = parts(client, "/doc/objective/9")
    rows = [words(row) for row in re.findall(r"<li.*?</li>", seen, re.DOTALL)]
    assert any("9a" in row and "1 practice" in row for row in rows)
    assert any("9b" in row and "no practice yet" in row for row in rows)
    assert "1 of its 2 actions have a practice" in words(seen)


def test_cards_and_pledges_of_an_objective_and_a_country(many: FlaskClient) -> None:
    for path, facet in (("objective/9", "objective=9"), ("country/NER", "country=NER")):
        seen, _ = parts(many, f"/doc/{path}?lang=en")
        assert seen.count('<li class="card">') == 12
        assert f'href="/browse/practice?{facet}&amp;lang=en"' in seen
        assert "All 14 practices" in seen
        section = seen.partition('<section aria-labelledby="its-pledge">')[2].partition(
            "</section>"
        )[0]
        assert words(section) == "Pledges Seasonal visas"
        assert 'href="/doc/pledge/visas?lang=en"' in section
    seen, _ = parts(many, "/doc/objective/10")
    assert "No practice is recorded here yet" in seen
    assert 'href="/contributions"' in seen


def test_treaties_and_gaps_of_a_country(many: FlaskClient) -> None:
    seen, _ = parts(many, "/doc/country/NER")
    text = words(seen)
    assert "Protocol 18 March 2009 ratification 10 July 2014" in text
    assert "Objectives with a practice here: 1 of 2" in text
    assert "/doc/objective/10" in seen.partition('id="gaps"')[2]


def test_amounts_with_currency_codes() -> None:
    assert money("12000000", "EUR", "fr") == "12\u202f000\u202f000\u00a0EUR"
    assert money("0.5", "EUR", "es") == "0,5\u00a0EUR"
    assert money("about five", "EUR", "en") == "EUR\u00a0about five"


#: An action with texts of two editions.
_EDITIONS = """
@prefix action: <https://w3id.org/gcmgraph/id/action/> .
@prefix concept: <https://w3id.org/gcmgraph/id/concept/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix gcm: <https://w3id.org/gcmgraph/ontology#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix source: <https://w3id.org/gcmgraph/id/source/> .

action:9c a gcm:Action ; skos:notation "9c" ;
    skos:definition "Plant trees so as to cool all towns"@en ;
    skos:editorialNote "A note on the text."@en ;
    gcm:wording <https://w3id.org/gcmgraph/id/action/9c#text-guidance-en>,
        <https://w3id.org/gcmgraph/id/action/9c#text-negotiated-en>,
        <https://w3id.org/gcmgraph/id/action/9c#text-guidance-fr> .
<https://w3id.org/gcmgraph/id/action/9c#text-guidance-en> a gcm:Wording ; gcm:wordingOf skos:definition ;
    rdf:value "Plant trees with the aim to cool towns"@en ; gcm:edition concept:edition\\/guidance .
<https://w3id.org/gcmgraph/id/action/9c#text-negotiated-en> a gcm:Wording ; gcm:wordingOf skos:definition ;
    rdf:value "Plant trees  with the aim to cool towns"@en ; gcm:edition concept:edition\\/negotiated .
<https://w3id.org/gcmgraph/id/action/9c#text-guidance-fr> a gcm:Wording ; gcm:wordingOf skos:definition ;
    rdf:value "Planter des arbres"@fr ; gcm:edition concept:edition\\/guidance .
concept:edition\\/guidance a skos:Concept ; skos:prefLabel "as printed"@en .
concept:edition\\/negotiated a skos:Concept ; skos:prefLabel "as negotiated"@en .
"""


def test_marks_of_differences_editions_and_notes(client_over: Callable[[str], FlaskClient]) -> None:
    client = client_over(_EDITIONS)
    found = page(client, "/doc/action/9c?lang=en")
    assert [mark.text for mark in found.named("ins")] == [
        "added: with the aim (end of the addition)"
    ]
    assert [mark.text for mark in found.named("del")] == [
        "left out: so as (end of the omission)",
        "left out: all (end of the omission)",
    ]
    editions = [p.text for p in found.named("p") if "edition" in (p.attributes.get("class") or "")]
    assert [" ".join(words.split()) for words in editions] == ["edition: as printed, as negotiated"]
    notes = [
        div.text for div in found.named("div") if div.attributes.get("class") == "said-text note"
    ]
    assert any("A note on the text." in note for note in notes)
    spanish = page(client, "/doc/action/9c?lang=es")
    assert [mark.text for mark in spanish.named("ins")] == [
        "añadido: with the aim (fin del añadido)"
    ]


RULE = r"\.sdg-(\d+) \{ background: (#[0-9a-f]{6}); color: #(000|fff); \}"


def test_colours_of_the_data_with_readable_numbers(client: FlaskClient) -> None:
    sheet = (ROOT / "src" / "gcmgraph" / "web" / "static" / "style.css").read_text("utf-8")
    rules = re.findall(RULE, sheet)
    with (ROOT / "data" / "reference" / "sdg-colours.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        stated = {row["goal"]: row["colour"] for row in csv.DictReader(file)}
    assert {number: background for number, background, _ in rules} == stated
    assert len(stated) == 17
    for goal, background, text in rules:
        colours = bytes.fromhex(background[1:]), bytes.fromhex(text * 2)
        assert contrast(*colours) >= 4.5, goal
    assert '<span class="code sdg sdg-10">10.7</span>' in html(client, "/doc/objective/9?lang=en")


HTML = {"Accept": "text/html"}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (
            "/doc/country/NER",
            ("449,236", "CC BY 3.0 IGO", "people born abroad, with refugees", "<svg", "199,722"),
        ),
        ("/doc/objective/19", ("439,378", "<svg")),
        (
            "/brief/country/NER",
            (
                "449,236</strong> (2024, people born abroad",
                "The page of each dataset has the notes",
            ),
        ),
        ("/brief/objective/2", ("335,277", "CC BY 4.0", "A/RES/76/266")),
        (
            "/doc/statistics/refugees-by-asylum",
            ("269,996", "CC BY 4.0", "A missing number is no count of UNHCR"),
        ),
        (
            "/doc/statistics/migrant-corridors?country=NER&of=origin",
            ("199,722", "Nigeria"),
        ),
        ("/compare?country=NER&country=MAR", ("449,236", "111,069", "2024")),
        ("/compare", ("Add a country or area",)),
    ],
)
def test_figures_on_a_page(small_client: FlaskClient, path: str, words: tuple[str, ...]) -> None:
    response = small_client.get(path, headers=HTML)
    assert response.status_code == 200
    assert [word for word in words if word not in response.text] == []
    assert " style=" not in response.text


def test_countries_that_cannot_be_compared(small_client: FlaskClient) -> None:
    for query, message in (
        ("country=&country=NER", "'' is no country code of three letters, such as NER or MAR."),
        ("country=NER&country=XYZ", "'XYZ' is no country code of three letters"),
        ("country=NER&country=NER", "The country NER is in the request twice."),
        (
            "country=NER&country=MAR&country=FRA&country=MLI&country=BEN&country=DEU&country=PHL",
            "At most 6 countries can be compared; the request has 7.",
        ),
    ):
        response = small_client.get(
            f"/compare?{query}", headers={"Accept": "application/problem+json"}
        )
        assert (response.status_code, message in response.get_json()["detail"]) == (400, True)


def test_table_and_observation_of_a_dataset(small_client: FlaskClient) -> None:
    rows = small_client.get("/statistics/refugees-by-asylum?format=csv").text.splitlines()
    assert any(row.startswith("NER,Niger,,,2023,269996,") for row in rows)
    assert small_client.get("/statistics/refugees-by-asylum?format=xlsx").data.startswith(b"PK")
    for unknown in ("unknown", "a{{7*7}}%25s", "{name}"):
        assert small_client.get(f"/statistics/{unknown}").status_code == 404
    assert "269996" in small_client.get("/doc/statistics/refugees-by-asylum/NER-2023.ttl").text
    assert "/NER-2023" not in small_client.get("/doc/country/NER.ttl").text


def test_map_of_origins_and_destinations(small_client: FlaskClient) -> None:
    address = "/statistics/migrant-corridors?country=NER&of={}&format=svg"
    page, picture = (
        small_client.get("/doc/country/NER", headers=HTML).text,
        small_client.get(address.format("both")),
    )
    assert address.format("both").replace("&", "&amp;") in page
    assert (
        page.count('stroke-opacity="0.8"') == 10
    )  # five countries of origin and five of destination
    paths = ET.fromstring(picture.data).findall(".//{*}path")  # noqa: S314 - ours
    titles = [path.findtext("{*}title") for path in paths if path.get("stroke-opacity")]
    assert (len(titles), len(paths), "<image" in picture.text) == (
        10,
        11,
        False,
    )  # the land is in the file itself
    assert {"Nigeria: 199,722", "Nigeria: 129,540"} <= set(titles)
    assert small_client.get(address.format("elsewhere")).status_code == 404


def test_texts_inside_a_chart(small_client: FlaskClient) -> None:
    texts = PictureTexts("Niger: 2 (2024)", "Migrants", ("UN DESA · CC BY 3.0 IGO",), "zh")
    points = [YearFigure(1990, 1), YearFigure(2000, 0), YearFigure(2024, 2)]
    with small_client.application.test_request_context():
        drawings = [
            draw("lines", texts, [points], ["#216795"]),
            draw("bars", texts, [("Niger", 2), ("尼日尔", 0)]),
        ]
    for drawing in drawings:
        root = ET.fromstring(drawing)  # noqa: S314 - ours
        words = "".join(root.itertext())
        assert all(word in words for word in ("2024", "Migrants", "UN DESA", "CC BY 3.0 IGO"))
        assert all(word in (root.get("aria-label") or "") for word in ("2024", "CC BY 3.0 IGO"))
        assert "style" not in drawing


def test_largest_amount_fits_into_a_chart(small_client: FlaskClient) -> None:
    texts = PictureTexts("Largest (2023)", "Remittances", (), "fr")
    with small_client.application.test_request_context():
        root = ET.fromstring(draw("bars", texts, [("Inde", 119_526_055_008)]))  # noqa: S314 - ours
    (figure,) = (one for one in root.iter() if (one.text or "").startswith("119"))
    assert float(figure.get("x", "")) + 7 * len(figure.text or "") < float(
        root.get("viewBox", "").split()[2]
    )


def test_kind_in_the_language_of_the_page(small_client: FlaskClient) -> None:
    page = small_client.get("/doc/statistics/remittances-received?lang=fr", headers=HTML).text
    assert '<p class="kicker">jeu de données</p>' in page


@pytest.mark.parametrize("step", [11, pytest.param(1, marks=pytest.mark.exhaustive)])
def test_list_of_datasets_of_figures_has_all_with_years_and_files(
    real_client: FlaskClient, step: int
) -> None:
    """Each `step`-th file is requested: 11 is no multiple of the five files of a dataset."""
    page = html(real_client, "/statistics?lang=en")
    rows = re.findall(r'<tr role="row"><td.*?</tr>', page)
    names = re.findall(r'href="/doc/statistics/([a-z0-9-]+)(?:[?][^"#]*)?"', "".join(rows))
    assert len(names) == len(set(names)) == 14 + 11
    (immigrants,) = [row for row in rows if "/doc/statistics/migrants-by-destination" in row]
    assert "1990–2024" in immigrants
    files = re.findall(r'href="(/statistics/[^"]+)"', page)
    assert len(files) == 5 * len(names)
    assert {real_client.get(file).status_code for file in files[::step]} == {200}
