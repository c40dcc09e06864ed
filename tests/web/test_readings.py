"""Pages about what readings state: parts under their whole, pages of documents whose text may not be shown."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from answers import html, words
from flask import Flask
from flask.testing import FlaskClient

from gcmgraph.namespaces import Addresses

ClientOver = Callable[..., FlaskClient]


@pytest.fixture(scope="module")
def client(client_over: ClientOver) -> FlaskClient:
    return client_over(Path(__file__).with_name("readings.trig"))


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "page 3 of Objective 5: pathways (en)"),
        ("ar", "الصفحة \u20683\u2069 من \u2068 Objective 5: pathways \u2069 (\u2068en\u2069)"),
        ("zh", "Objective 5: pathways 第3页（en）"),
    ],
)
def test_evidence_without_quotation(client: FlaskClient, language: str, says: str) -> None:
    text = html(client, f"/doc/practice/permit?lang={language}")
    (link,) = set(re.findall(r'<a class="on-page" href="([^"]+)">(.*?)</a>', text))  # above and in the folded list
    assert link[0] == "https://example.org/objective-05.en.pdf#page=3"
    assert words(link[1]) == says
    assert "<mark>" not in text


def test_period_of_a_practice_with_dates_only(client: FlaskClient, app: Flask) -> None:
    dated = html(app.test_client(), "/doc/practice/glo-act?lang=en")
    assert "When 2018" in words(dated)
    assert "When" not in words(html(client, "/doc/practice/training?lang=en"))


def test_facts_of_a_reading_on_its_page(client: FlaskClient) -> None:
    permit, training = (words(html(client, f"/doc/practice/{name}?lang=en")) for name in ("permit", "training"))
    for fact in (
        "location Bogota",
        "Open Society Foundations",
        "at least",
        "180,000",
        "migrants given a permit",
        "fee per person",
        "Border mobility card",
        "Gender-responsive",
        "Permit law",
        "read by an editor",
        "reviewed by the editors on 27 November 2026",
        "The French page says 2018.",
        "has part Renewal of the permit",
        "corridor VEN Venezuela → to COL Colombia",
    ):
        assert fact in permit, fact
    for fact in ("corridor COL Colombia – VEN Venezuela", "region South America", "result 40 trainers"):
        assert fact in training, fact
    assert not re.search("→|(origin|destination) country", training)


def test_page_numbers_of_passages(client: FlaskClient) -> None:
    passage = words(html(client, "/doc/source/objective-05.en/1200-1222?lang=en"))
    assert "page 3 of Objective 5: pathways (en)" in passage
    document = words(html(client, "/doc/source/objective-05.en?lang=en"))
    assert "The text of this document is not repeated here." in document
    assert "page 3" in document
    lit = html(client, "/doc/source/objective-05.en?lang=en&statement=evidence-1")
    assert "What this statement says" in lit


def test_parts_below_their_whole(client: FlaskClient) -> None:
    text = html(client, "/browse/practice?lang=en")
    assert "2 in all, 1 part" in words(text)
    assert "Colombia (1)" in words(text)
    assert re.search(r'Special stay permit.*<ul class="parts".*Renewal of the permit.*</ul>', text, re.DOTALL)
    assert "1 of 2, 1 part" in words(html(client, "/browse/practice?lang=en&country=COL"))
    alone = words(html(client, "/browse/practice?lang=en&q=renewal"))
    assert "1 of 2" in alone
    assert re.search(r"Special stay permit.*Renewal of the permit", alone)
    home = words(html(client, "/?lang=en"))
    assert "2 Practices 1 part" in home
    assert "page 3 of Objective 5: pathways (en)" in home
    assert "All 2 practices , 1 part" in words(html(client, "/doc/objective/5?lang=en"))
    rows = client.get("/browse/practice?format=csv")  # parts are rows of data
    assert rows.headers["X-Total-Count"] == "3"
    assert len(list(csv.DictReader(io.StringIO(rows.text)))) == 3


@pytest.mark.parametrize(
    ("facet", "values", "practices"),
    [
        ("region", ("005", "419"), {"training"}), ("corridor", ("COL", "VEN"), {"permit", "training"}),
        ("place", ("bogota",), {"permit"}), ("origin", ("VEN",), {"permit"}), ("destination", ("COL",), {"permit"}),
        ("funder", ("osf",), {"permit"}), ("instrument", ("permit-law",), {"permit"}),
        ("principle", ("g",), {"permit"}),
    ],
)  # fmt: skip
def test_practices_by_facets_of_readings(
    client: FlaskClient, facet: str, values: tuple[str, ...], practices: set[str]
) -> None:
    for value in values:
        items = client.get(f"/browse/practice?{facet}={value}&format=json").get_json()["items"]
        assert {item["iri"].rpartition("/")[2] for item in items} == practices


def test_page_list_and_context_of_a_place(client: FlaskClient) -> None:
    assert "Practices 1 practice" in words(html(client, "/doc/place/bogota?lang=en"))
    assert "Bogota" in html(client, "/browse/place?lang=en")
    assert client.get("/id/place/bogota").status_code == 303
    assert "Bogota" in html(client, "/search?q=bogot&lang=en")
    turtle = client.get("/doc/place/bogota.ttl").text
    assert "place:bogota" in turtle
    data = client.get("/doc/place/bogota.jsonld").get_json(force=True)
    assert "Bogota" in str(data)
    assert '"containedInPlace"' in html(client, "/doc/place/bogota?lang=en")


def test_records_held_back_with_reasons(client: FlaskClient, client_over: ClientOver) -> None:
    assert "Held back" not in words(html(client, "/dataset?lang=en")), "there are none"
    note = "objective-05/x.yaml: There is no organisation 'nobody'."
    base = Addresses().base
    held = client_over(f'<{base}graph/provenance> {{ <{base}dataset> <{base}ontology#heldBack> "{note}"@en }}')
    for language, says in (("en", "Held back"), ("ar", "سجلات محتجزة")):
        shown = words(html(held, f"/dataset?lang={language}"))
        assert f"{says} " in shown
        assert note in shown
