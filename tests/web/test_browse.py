"""Lists: filters, chips, counts, pages, other forms, bad input; and the form in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager as Context
from contextlib import nullcontext
from pathlib import Path

import pytest
from answers import linked, table
from flask.testing import FlaskClient
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from browsing import needs_chromium, wait, without_scripts
from gcmgraph.model.kinds import KINDS
from gcmgraph.web.browse.routes import OFFER
from markup import Page
from serving import served_here

GRAPH = Path(__file__).parents[1] / "publication" / "practices.trig"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture(scope="module")
def client(client_over: Callable[..., FlaskClient]) -> FlaskClient:
    return client_over(GRAPH, result_cache=0)


def page(client: FlaskClient, query: str = "", kind: str = "practice") -> str:
    response = client.get(f"/browse/{kind}?lang=en&{query}", headers=BROWSER)
    assert response.status_code == 200, response.text
    return response.text


def titles(text: str) -> list[str]:
    return re.findall(r'<a class="name"[^>]*>(?:<span[^>]*>)?([^<]+)', text)


def test_combined_filters_narrow_the_list_and_each_can_be_removed(client: FlaskClient) -> None:
    text = page(client, "country=AFG&country=IRQ&organisation=unodc&from=2019&to=2021")
    assert titles(text) == ["Eagle", "Zeal"]
    assert "2 of 5" in text
    read = Page(text)
    sent = [*(one for one in read.all("option") if "selected" in one), *read.all("input")]
    assert {"AFG", "IRQ", "unodc"} <= {one.get("value") for one in sent}
    assert "/browse/practice?country=IRQ&organisation=unodc&from=2019&to=2021&lang=en" in read.links
    assert "/browse/practice?country=AFG&country=IRQ&from=2019&to=2021&lang=en" in read.links
    assert "/browse/practice?country=AFG&country=IRQ&organisation=unodc&lang=en" in read.links
    assert "/browse/practice?lang=en" in read.links


@pytest.mark.parametrize(("language", "says"), [("fr", "Pays\u00a0: "), ("zh", "国家：")])
def test_colon_of_filters_by_language(client: FlaskClient, language: str, says: str) -> None:
    read = client.get(
        f"/browse/practice?country=AFG&q=Bridge&lang={language}", headers=BROWSER
    ).text
    text = re.sub(r"[ \n]+", " ", re.sub(r"<[^>]*>", "", read)).replace("： ", "：")
    assert text.count(says) == 2, "the chip, and the way out of an empty list"


def test_counts_of_offered_values_equal_totals(client: FlaskClient) -> None:
    counts = json.loads(client.get("/browse/practice?country=AFG&format=json").data)["counts"]
    offered = {
        (facet, key): count for facet, values in counts.items() for key, count in values.items()
    }
    assert offered
    for (facet, key), count in offered.items():
        others = "" if facet == "country" else "country=AFG&"
        found = json.loads(client.get(f"/browse/practice?{others}{facet}={key}&format=json").data)
        assert found["total"] == count, (facet, key)


def test_empty_list_links_to_wider_ones(client: FlaskClient) -> None:
    text = page(client, "country=AFG&lead=iom&from=2030")
    assert titles(text) == titles(page(client, "goal=16&country=CIV")) == []
    assert "Nothing fits all these filters together" in text
    assert "/browse/practice?lang=en" in Page(text).links
    text = page(client, "country=CIV&lead=unodc")
    assert re.search(r"without the filter Lead organisation: UNODC\s*</a> \(1\)", text)


@pytest.mark.parametrize(
    "bad",
    [
        "country=XXX", "country=AFG&country=%00", "organisation=%3Cscript%3E", "target=10.99", "type=plan%2F..",
        "country=" + "A" * 5000, "from=abc", "from=0", "to=10000", "from=2020&to=2010", "from=%D9%A2%D9%A0%D9%A1%D9%A8",
        "page=0", "page=2", "page=-1", "page=1.5", "page=" + "9" * 30, "limit=0", "limit=1001", "sort=name",
        "sort=title'--",
        "format=exe", "q=" + "a" * 201, "&".join(f"country=AFG&country={n}" for n in range(60)), "country=http://[",
        "country=https://example.org/no",
    ],
)  # fmt: skip
def test_invalid_parameters_of_a_list_are_refused(client: FlaskClient, bad: str) -> None:
    data, seen = (
        client.get(f"/browse/practice?{bad}", headers={"Accept": f"{kind}"})
        for kind in ("*/*", "text/html")
    )
    assert (data.status_code, seen.status_code) == (400, 400)
    assert json.loads(data.data)["detail"].endswith(".")
    assert len(seen.text) < 60_000
    assert Page(seen.text).run == []


@pytest.mark.parametrize(
    "fine", ["utm_source=x", "country=", "from=&to=", "format=", "contry=AFG", "page="]
)
def test_empty_and_foreign_parameters_are_ignored(client: FlaskClient, fine: str) -> None:
    found = client.get(f"/browse/practice?{fine}&lang=en", headers=BROWSER)
    assert found.location == (None if fine[-1] != "=" else "/browse/practice?lang=en")
    shown = client.get(
        f"/browse/practice?{fine}&lang=en", headers=BROWSER, follow_redirects=True
    ).text
    assert titles(shown) == ["Bridge", "Eagle", "Ended", "Undated", "Zeal"]
    assert "5 in all" in shown


def test_search_text_matches_names_in_any_language_without_accents(client: FlaskClient) -> None:
    for text in ("zeal", "ÉLAN", "elan", "  zeal  "):
        assert titles(page(client, f"q={text}")) == ["Zeal"], text


def test_markup_in_a_search_text_is_escaped(client: FlaskClient) -> None:
    for query in ('q="><script>alert(1)</script>', "q='onmouseover=1", "q={{7*7}}", "q=%00"):
        text = page(client, query)
        assert Page(text).run == []
        assert "49" not in titles(text)


@pytest.mark.parametrize(
    "kind", [k if k == "practice" else pytest.param(k, marks=pytest.mark.exhaustive) for k in KINDS]
)
def test_formats_of_every_kind(client: FlaskClient, kind: str) -> None:
    for form, offered in OFFER.by_name.items():
        asked = client.get(f"/browse/{kind}?format={form}")
        negotiated = client.get(f"/browse/{kind}", headers={"Accept": offered.media_type})
        for response in (asked, negotiated):
            assert (response.status_code, response.mimetype) == (200, offered.media_type)
            assert response.headers["X-Total-Count"].isdecimal()


def test_csv_of_a_list_and_of_a_resource(client: FlaskClient) -> None:
    query = "/browse/practice?country=AFG&lang=fr&format="
    rows = table(client.get(query + "csv").text)
    items = json.loads(client.get(query + "json").data)["items"]
    assert [row["address"] for row in rows] == [item["iri"] for item in items]
    assert [row["name"] for row in rows] == ["Eagle", "Élan"]
    assert items[1]["label"] == {"text": "Élan", "language": "fr"}
    assert rows[1]["country"].split() == items[1]["country"]
    by_suffix = client.get("/doc/practice/one.csv")
    by_accept = client.get("/doc/practice/one", headers={"Accept": "text/csv"})
    assert by_suffix.mimetype == by_accept.mimetype == "text/csv"
    assert by_suffix.data == by_accept.data
    rows = table(by_suffix.text)
    assert {row["property"] for row in rows} >= {"dct:title", "gcm:country", "schema:startDate"}
    assert 'rel="alternate"; type="text/csv"' in ", ".join(
        client.get("/doc/practice/one.ttl").headers.getlist("Link")
    )


def test_statements_of_a_list_are_in_the_graph(client: FlaskClient) -> None:
    store = client.application.extensions["gcmgraph"].dataset.snapshot().store
    for kind in ("practice", "country", "sdg", "action"):
        stated = client.get(f"/browse/{kind}?format=nt").text.splitlines()
        graph = {
            f"{triple.subject} {triple.predicate} {triple.object} ." for triple in store.triples()
        }
        assert stated
        assert set(stated) <= graph, set(stated) - graph
        assert {line.split()[0] for line in stated if "#type>" in line} == {
            line.split()[0] for line in stated
        }, kind


def test_linked_pages_and_long_addresses_of_a_list(client: FlaskClient) -> None:
    address, seen = "/browse/practice?limit=2&format=json&sort=start", []
    while address:
        response = client.get(address)
        seen += [item["iri"].rpartition("/")[2] for item in json.loads(response.data)["items"]]
        links = linked(response)
        assert set(links) >= {"first", "last", "alternate"}
        address = links.get("next", "")
    assert seen == ["three", "one", "two", "five", "four"]
    assert links["last"] == "/browse/practice?sort=start&limit=2&page=3&format=json"
    assert client.get(links["prev"]).status_code == 200

    response = client.get("/browse/practice?q=" + "é" * 200)
    assert response.status_code == 200
    assert sum(len(value) for _, value in response.headers) < 2000
    assert len(client.get("/browse/practice?country=AFG").headers.getlist("Link")) >= 8


def test_table_of_the_timeline(client: FlaskClient) -> None:
    text = page(client)
    assert "<svg" in text
    assert re.search(r"since <time datetime=\"2020-03\">March 2020</time>", text)
    assert re.search(r"until <time datetime=\"2015\">2015</time>", text)
    assert "1 practice has no date and is not shown." in text
    assert 'id="timeline"' not in page(client, "q=undated")


def test_pages_lead_to_practices_of_a_country_and_to_related_ones(client: FlaskClient) -> None:
    text = client.get("/doc/country/AFG?lang=en", headers=BROWSER).text
    assert "All 2 practices" in text
    assert "/browse/practice?country=AFG&amp;organisation=unodc&amp;lang=en" in text
    assert 'id="timeline"' in text
    section = client.get("/doc/practice/one?lang=en", headers=BROWSER).text.partition(
        'id="related"'
    )[2]
    assert re.search(r"organisation</span>\s*UNODC", section)
    assert "no source says that they belong together" in section


@pytest.fixture(scope="module")
def server(client: FlaskClient) -> Iterator[str]:
    with served_here(client.application) as address:
        yield address


def shown(browser: Chrome) -> list[str]:
    try:
        return [item.text for item in browser.find_elements(By.CSS_SELECTOR, ".results .name")]
    except StaleElementReferenceException:  # the next page has just come
        return []


@needs_chromium
@pytest.mark.parametrize(
    "way", [pytest.param(nullcontext, marks=pytest.mark.exhaustive), without_scripts]
)
def test_form_and_chips_in_a_browser(
    browser: Chrome, server: str, way: Callable[[Chrome], Context]
) -> None:
    with way(browser):
        browser.get(f"{server}/browse/practice?lang=en")
        Select(browser.find_element(By.ID, "by-country")).select_by_value("AFG")
        browser.find_element(By.NAME, "from").send_keys("2019")
        browser.find_element(By.CSS_SELECTOR, ".filters [name=filters]").click()
        wait(browser).until(lambda page: page.find_elements(By.ID, "by-type"))
        Select(browser.find_element(By.ID, "by-type")).select_by_value("plan")
        browser.find_element(By.CSS_SELECTOR, ".filters button[type=submit]").click()
        wait(browser).until(lambda _: shown(browser) == ["Eagle"])
        chips = browser.find_elements(By.CSS_SELECTOR, ".chips a")
        assert chips[0].text.startswith("Country: Afghanistan")
        next(chip for chip in chips if "Type" in chip.text).click()
        wait(browser).until(lambda _: shown(browser) == ["Eagle", "Zeal"])
        Select(browser.find_element(By.ID, "sort")).select_by_value("start")
        browser.find_element(By.CSS_SELECTOR, ".filters button[type=submit]").click()
        wait(browser).until(lambda _: shown(browser) == ["Zeal", "Eagle"])
        assert all(part in browser.current_url for part in ("country=AFG", "from=2019"))


@needs_chromium
def test_direction_of_the_timeline_in_arabic(browser: Chrome, server: str) -> None:
    starts = []
    for language in ("en", "ar"):
        browser.get(f"{server}/browse/practice?lang={language}")
        years = browser.find_elements(By.CSS_SELECTOR, ".timeline .years text")
        starts.append(years[0].rect["x"] < years[-1].rect["x"])
    assert starts == [True, False]
