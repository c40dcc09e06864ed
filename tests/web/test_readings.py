"""Pages about what readings state: parts under their whole, pages of documents whose text may not be shown."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gcmgraph.namespaces import Addresses
from serving import Application

Build = Callable[[Path, str, Path], None]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, build: Build, application: Application) -> FlaskClient:
    folder = tmp_path_factory.mktemp("readings") / "store"
    build(folder, "v1", Path(__file__).with_name("readings.trig"))
    return application(folder).test_client()


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    return answer.text


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "page 3 of Objective 5: pathways (en)"),
        ("fr", "page 3 de Objective 5: pathways (en)"),
        ("es", "página 3 de Objective 5: pathways (en)"),
        ("ar", "الصفحة \u20683\u2069 من \u2068 Objective 5: pathways \u2069 (\u2068en\u2069)"),
        ("zh", "Objective 5: pathways 第3页（en）"),
        ("ru", "стр. 3 документа Objective 5: pathways (en)"),
    ],
)
def test_evidence_without_quotation(client: FlaskClient, language: str, says: str) -> None:
    html = page(client, f"/doc/practice/permit?lang={language}")
    (link,) = set(re.findall(r'<a class="on-page" href="([^"]+)">(.*?)</a>', html))  # above and in the folded list
    assert link[0] == "https://example.org/objective-05.en.pdf#page=3"
    assert words(link[1]) == says
    assert "<mark>" not in html


def test_reader_of_accepted_statements(client: FlaskClient) -> None:
    assert "read by an editor" in page(client, "/doc/practice/permit?lang=en")


def test_period_of_a_practice_with_dates_only(client: FlaskClient, app: Flask) -> None:
    dated = page(app.test_client(), "/doc/practice/glo-act?lang=en")
    assert "When 2018" in words(dated)
    assert "When" not in words(page(client, "/doc/practice/training?lang=en"))


def test_facts_of_a_reading_on_its_page(client: FlaskClient) -> None:
    said = words(page(client, "/doc/practice/permit?lang=en"))
    for fact in (
        "location Bogota",
        "Venezuela",
        "Open Society Foundations",
        "at least",
        "180,000",
        "migrants given a permit",
        "fee per person",
        "Border mobility card",
        "Gender-responsive",
        "Permit law",
        "reviewed by the editors on 27 November 2026",
        "The French page says 2018.",
        "has part Renewal of the permit",
    ):
        assert fact in said, fact


def test_direction_of_a_corridor(client: FlaskClient) -> None:
    directed, undirected = (page(client, f"/doc/practice/{name}?lang=en") for name in ("permit", "training"))
    assert "corridor VEN Venezuela → to COL Colombia" in words(directed)
    assert "corridor COL Colombia – VEN Venezuela" in words(undirected)
    assert "→" not in undirected
    assert not re.search("(origin|destination) country", words(undirected))


def test_region_and_number_of_a_practice(client: FlaskClient) -> None:
    said = words(page(client, "/doc/practice/training?lang=en"))
    assert "region South America" in said
    assert "result 40 trainers" in said


@pytest.mark.parametrize("region", ["005", "419"])
def test_practices_by_region(client: FlaskClient, region: str) -> None:
    items = client.get(f"/browse/practice?region={region}&format=json").get_json()["items"]
    assert [item["iri"].rpartition("/")[2] for item in items] == ["training"]


@pytest.mark.parametrize("country", ["COL", "VEN"])
def test_practices_by_corridor(client: FlaskClient, country: str) -> None:
    items = client.get(f"/browse/practice?corridor={country}&format=json").get_json()["items"]
    assert {item["iri"].rpartition("/")[2] for item in items} == {"permit", "training"}


def test_page_numbers_of_passages(client: FlaskClient) -> None:
    passage = words(page(client, "/doc/source/objective-05.en/1200-1222?lang=en"))
    assert "page 3 of Objective 5: pathways (en)" in passage
    document = words(page(client, "/doc/source/objective-05.en?lang=en"))
    assert "The text of this document is not repeated here." in document
    assert "page 3" in document
    lit = page(client, "/doc/source/objective-05.en?lang=en&statement=evidence-1")
    assert "What this statement says" in lit


def test_parts_below_their_whole(client: FlaskClient) -> None:
    html = page(client, "/browse/practice?lang=en")
    assert "2 in all, 1 part" in words(html)
    assert re.search(r'Special stay permit.*<ul class="parts".*Renewal of the permit.*</ul>', html, re.DOTALL)
    colombia = words(page(client, "/browse/practice?lang=en&country=COL"))
    assert "1 of 2, 1 part" in colombia
    assert "Colombia (1)" in words(page(client, "/browse/practice?lang=en"))
    alone = words(page(client, "/browse/practice?lang=en&q=renewal"))
    assert "1 of 2" in alone
    assert re.search(r"Special stay permit.*Renewal of the permit", alone)
    home = words(page(client, "/?lang=en"))
    assert "2 Practices 1 part" in home
    assert "page 3 of Objective 5: pathways (en)" in home
    assert "All 2 practices , 1 part" in words(page(client, "/doc/objective/5?lang=en"))


def test_parts_as_rows_of_data(client: FlaskClient) -> None:
    answer = client.get("/browse/practice?format=csv")
    assert answer.headers["X-Total-Count"] == "3"
    assert len(list(csv.DictReader(io.StringIO(answer.text)))) == 3


@pytest.mark.parametrize(
    ("facet", "value"),
    [
        ("place", "bogota"), ("origin", "VEN"), ("destination", "COL"), ("funder", "osf"), ("instrument", "permit-law"),
        ("principle", "g"),
    ],
)  # fmt: skip
def test_practices_by_facets_of_readings(client: FlaskClient, facet: str, value: str) -> None:
    answer = client.get(f"/browse/practice?{facet}={value}&format=json")
    assert [item["iri"].rpartition("/")[2] for item in answer.get_json()["items"]] == ["permit"]


def test_page_list_and_context_of_a_place(client: FlaskClient) -> None:
    assert "Practices 1 practice" in words(page(client, "/doc/place/bogota?lang=en"))
    assert "Bogota" in page(client, "/browse/place?lang=en")
    assert client.get("/id/place/bogota").status_code == 303
    assert "Bogota" in page(client, "/search?q=bogot&lang=en")
    turtle = client.get("/doc/place/bogota.ttl").text
    assert "place:bogota" in turtle
    data = client.get("/doc/place/bogota.jsonld").get_json(force=True)
    assert "Bogota" in str(data)
    assert '"containedInPlace"' in page(client, "/doc/place/bogota?lang=en")


@pytest.mark.parametrize(("language", "says"), [("en", "Held back"), ("fr", "Retenus"), ("ar", "سجلات محتجزة")])
def test_records_held_back_with_reasons(
    client: FlaskClient, tmp_path: Path, build: Build, language: str, says: str, application: Application
) -> None:
    assert says not in words(page(client, f"/dataset?lang={language}")), "there are none"
    graph = tmp_path / "held.nq"
    note = "objective-05/x.yaml: There is no organisation 'nobody'."
    base = Addresses().base
    graph.write_text(f'<{base}dataset> <{base}ontology#heldBack> "{note}"@en <{base}graph/provenance> .\n', "utf-8")
    build(tmp_path / "store", "v1", graph)
    shown = words(page(application(tmp_path / "store").test_client(), f"/dataset?lang={language}"))
    assert f"{says} " in shown
    assert note in shown
