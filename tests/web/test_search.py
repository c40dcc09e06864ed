"""/search: what is found, in which order and form; suggestions while typing, also in a real browser."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from answers import html, linked, problem
from flask import Flask
from flask.testing import FlaskClient
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from browsing import needs_chromium, wait, without_scripts
from gcmgraph.publication.search.contents import Passage
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.rdf.terms import IRI
from tools.measures.search import (
    FIRST,
    HELD_APART,
    LANGUAGES,
    TUNED,
    outcomes,
    read_searches,
    share,
)


def found(client: FlaskClient, query: str, **parameters: str) -> dict[str, Any]:
    response = client.get("/search", query_string={"q": query, "format": "json", **parameters})
    assert response.status_code == 200, response.data
    answer: dict[str, Any] = response.get_json()
    return answer


@pytest.mark.parametrize(
    ("query", "first", "fit"),
    [
        ("afg", "country/AFG", "code"),
        ("004", "country/AFG", "code"),
        ("10.7", "sdg/10.7", "code"),
        ("onudc", "organisation/unodc", "code"),
        ("أفغانستان", "country/AFG", "whole"),
        ("افغان", "country/AFG", "beginning"),
        ("MECANISMES", "action/9b", "words"),
        ("Afganistan", "country/AFG", "words"),
    ],
)
def test_codes_and_labels_of_any_language(
    client: FlaskClient, query: str, first: str, fit: str
) -> None:
    hit, *_ = found(client, query)["results"]
    assert (hit["iri"], hit["href"]) == (f"https://w3id.org/gcmgraph/id/{first}", f"/doc/{first}")
    assert hit["match"]["fit"] == fit


def test_label_of_a_result_and_the_one_that_matched(client: FlaskClient) -> None:
    hit, *_ = found(client, "Office on Drugs", lang="fr")["results"]
    assert hit["kind"] == "organisation"
    assert hit["label"] == {
        "text": "Office des Nations Unies contre la drogue et le crime",
        "language": "fr",
    }
    matched = {"text": "United Nations Office on Drugs and Crime", "language": "en"}
    assert hit["match"] == {**matched, "fit": "words", "through": None}
    page = html(client, "/search?q=افغان&lang=fr")
    assert '<span lang="ar" dir="auto"><mark>أفغانستان</mark></span>' in page
    assert 'href="/doc/country/AFG?lang=fr"' in page
    fits = [hit["match"]["fit"] for hit in found(client, "Afghanistan", limit="100")["results"]]
    assert fits == ["whole", "related"]


def test_pages_of_all_results(client: FlaskClient) -> None:
    whole = found(client, "office afghanistan migrants", limit="100")
    address, paged = "/search?q=office+afghanistan+migrants&format=json&limit=2", []
    while address:
        response = client.get(address)
        paged += [hit["iri"] for hit in response.get_json()["results"]]
        address = linked(response).get("next", "")
    assert paged == [hit["iri"] for hit in whole["results"]]
    assert len(paged) == whole["total"] > 2


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "a" * 10_000, "q=a&limit=0", "q=a&limit=1000", "q=a&offset=-1", "q=a&offset=" + "9" * 5000,
        "q=a&limit=%D9%A3", "q=a&format=exe", "q=a&in=titles", "q=a&kind=kites",
    ],
)  # fmt: skip
def test_search_parameters_out_of_bounds(client: FlaskClient, query: str) -> None:
    response = client.get(f"/search?{query}")
    problem(response)
    assert len(response.data) < 600


@pytest.mark.parametrize(
    "query", ["", "<script>alert(1)</script>", "\x00", "_", "__a__", "😀", "\u0301" * 400]
)
def test_hostile_and_empty_queries(client: FlaskClient, query: str) -> None:
    assert found(client, query)["total"] >= 0
    page = html(client, f"/search?q={quote(query)}")
    assert 'name="q"' in page
    assert "<script>alert" not in page


def test_invalid_utf_8_is_refused(client: FlaskClient) -> None:
    for address in (
        "/search?q=%FF%FE%80",
        "/search/suggest?q=%FF",
        "/browse/country?q=%FF",
        "/resolve?uri=%FF",
    ):
        refused = problem(client.get(address, headers={"Accept": "application/json"}))
        assert refused["detail"] == "The address is not UTF-8, percent-encoded."


def test_words_of_a_description(client: FlaskClient) -> None:
    answer = found(client, "initiative conjointe")
    assert (answer["total"], answer["in_texts"]) == (1, 1)
    for options in ({}, {"in": "texts"}):
        hit, *_ = found(client, "initiative conjointe", **options)["results"]
        assert hit["iri"].endswith("practice/glo-act")
        assert (hit["match"]["fit"], hit["match"]["language"]) == ("text", "fr")
    assert found(client, "initiative conjointe", **{"in": "names"})["results"] == []
    page = html(client, "/search?q=conjoint&lang=en")
    assert "<mark>conjointe</mark>" in page
    assert 'lang="fr"' in page.partition('class="excerpt"')[2]
    for words, practices in (
        ("conjointe", ["glo-act"]),
        ("unheard", []),
    ):  # a list is narrowed by them
        items = client.get(f"/browse/practice?q=initiative+{words}&format=json").get_json()["items"]
        assert [item["iri"].rpartition("/")[2] for item in items] == practices


def test_results_are_counted_and_narrowed_by_kind(client: FlaskClient) -> None:
    every = found(client, "office afghanistan", limit="100")
    assert sum(every["kinds"].values()) == every["total"]
    assert len(every["kinds"]) > 1
    for kind, count in every["kinds"].items():
        answer = found(client, "office afghanistan", limit="100", kind=kind)
        assert answer["total"] == count
        assert {hit["kind"] for hit in answer["results"]} == {kind}
    page = html(client, "/search?q=office+afghanistan&kind=country&lang=en")
    address = r"/search\?q=office\+afghanistan&amp;lang=en&amp;kind=country"
    assert re.search(rf'href="{address}" aria-current="true">Countries \(\d+\)</a>', page)
    for query, kind in (("SDG 10.7", "sdg"), ("objective 9", "objective")):  # a code after its kind
        answer = found(client, query)
        assert sum(answer["kinds"].values()) == answer["total"]
        assert (answer["kinds"][kind], answer["results"][0]["kind"]) == (1, kind)


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        (
            "modern slavery",
            [
                "<h2>Actions</h2>",
                'found through <a href="/doc/concept/topic/exploitation?lang=en">',
                'href="/queries/passages-on-topic?topic=topic%2Fexploitation&amp;lang=en"',
            ],
        ),
        (
            "smugling routes",
            ["Did you mean:", 'href="/search?lang=en&amp;q=smuggling+routes"', "smuggling</mark>"],
        ),
        ("practices in Kenya", ['href="/queries/practices-by-country?country=KEN&amp;lang=en"']),
        (
            "who funds work on trafficking",
            ['href="/queries/funders-of-objective?objective=10&amp;lang=en"'],
        ),
        ("trafficking xyzzy", ["In no name or text: xyzzy"]),
        (
            "qwxzv",
            [
                "Nothing was found.",
                "resources were searched, in six languages",
                'href="/coverage?lang=en"',
            ],
        ),
        ("<smugling>", ["Did you mean:", "<bdi>&lt;smuggling&gt;</bdi>"]),
    ],
)
def test_reasons_and_ways_on(real_client: FlaskClient, query: str, texts: list[str]) -> None:
    page = html(real_client, f"/search?q={quote(query)}&lang=en")
    assert [text for text in texts if text not in page] == []


@pytest.mark.parametrize(
    ("question", "query"),
    [
        ("qui finance la lutte contre la traite", "funders-of-objective?objective=10"),
        ("quién financia la lucha contra la trata", "funders-of-objective?objective=10"),
        ("кто финансирует борьбу с торговлей людьми", "funders-of-objective?objective=10"),
        (
            "qué países ratificaron el protocolo de trata",
            "parties-to-instrument?instrument=trafficking-protocol",
        ),
        ("qui travaille avec l'OIM", "who-works-with-whom?organisation=iom"),
        ("combien de migrants du Niger", "figures-of-country?country=NER"),
    ],
)
def test_question_in_another_language_is_answered_by_its_query(
    real_client: FlaskClient, question: str, query: str
) -> None:
    page = html(real_client, f"/search?q={quote(question)}&lang=en")
    assert re.findall('href="/queries/([^"]*)&amp;lang=en"', page)[0] == query


def test_question_that_fits_a_sentence_is_first(real_client: FlaskClient) -> None:
    page = html(real_client, "/search?q=who+funds+work+on+trafficking&lang=en")
    questions = page.index('<h2 id="questions">')
    first_kind = page.index("<h2>", page.index('role="status"'))
    assert questions < first_kind
    assert page.index("/queries/", questions) == page.index("/queries/funders-of-objective?obj")
    name = html(real_client, "/search?q=trafficking&lang=en")
    assert name.index('<h2 id="questions">') > name.index("<h2>")


@pytest.mark.parametrize(
    ("query", "objective"),
    [
        *((text, "21") for text in ("going home", "rentrer au pays", "volver a casa", "回国")),
        *((text, "21") for text in ("الرجوع إلى الوطن", "вернуться домой")),
        *((text, "11") for text in ("checkpoints", "douanes", "aduanas", "المعابر")),
        ("таможня", "11"),
    ],
)
def test_everyday_words_find_the_objective(
    real_client: FlaskClient, query: str, objective: str
) -> None:
    results = found(real_client, query, limit="5")["results"]
    assert f"/objective/{objective}" in {hit["iri"].partition("/id")[2] for hit in results}


@pytest.mark.parametrize(
    ("query", "page"),
    [
        *((text, "audience/children") for text in ("kids", "gosses", "críos", "孩子", "أولاد")),
        ("подростки", "audience/children"),
        *((text, "topic/employment") for text in ("jobs", "boulot", "curro", "打工", "вакансии")),
        *((text, "topic/regularization") for text in ("amnesty", "titre de séjour", "绿卡")),
        *(
            (text, "topic/regularization")
            for text in ("sin papeles", "بلا أوراق", "вид на жительство")
        ),
    ],
)
def test_everyday_words_find_the_concept(real_client: FlaskClient, query: str, page: str) -> None:
    results = found(real_client, query, limit="40")["results"]
    assert f"/concept/{page}" in {hit["iri"].partition("/id")[2] for hit in results}


@pytest.mark.parametrize(
    "query", ["colourless green ideas", "le chat dort sur le tapis", "lorem ipsum"]
)
def test_sentence_of_unknown_words_finds_nothing(real_client: FlaskClient, query: str) -> None:
    assert found(real_client, query)["results"] == []


def test_long_query_finds_few_results(real_client: FlaskClient) -> None:
    assert 0 < found(real_client, "who funds work on trafficking")["total"] <= 100


def test_practice_is_counted_once_where_its_part_is_found(real_app: Flask) -> None:
    client = real_app.test_client(use_cookies=False)
    practices = real_app.extensions["gcmgraph"].dataset.snapshot().listings.of("practice")
    answer = found(client, "local governments", kind="practice", limit="100")
    rows = [practices.rows([IRI(hit["iri"])]) for hit in answer["results"]]
    wholes = [whole for row in rows for whole in practices.wholes(row)]
    assert any(row & practices.parts for row in rows) or len(wholes) > 1
    assert len(wholes) == len(set(wholes))
    assert answer["total"] == len(answer["results"])


def test_facets_of_the_results_of_a_kind(real_client: FlaskClient) -> None:
    every = found(real_client, "children detention", kind="practice", limit="100")
    assert every["total"] <= 100
    for facet in ("country", "objective", "topic"):
        key, count = max(every["facets"][facet].items(), key=lambda pair: pair[1])
        some = found(
            real_client, "children detention", kind="practice", limit="100", **{facet: key}
        )
        assert some["total"] <= count or facet != "country"
        assert {hit["iri"] for hit in some["results"]} < {hit["iri"] for hit in every["results"]}
        assert 0 < len(some["results"]) == some["total"]
    page = html(real_client, "/search?q=children&kind=practice&country=THA")
    assert 'href="/search?q=children&amp;kind=practice"' in page
    assert real_client.get("/search?q=children&kind=practice&country=XXX").status_code == 400


def test_passages_of_documents_that_are_present(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    passage = Passage(
        "source/objective-09.fr/11-99", "Le trafic illicite <b>", "fr", "4", "practice/glo-act"
    )
    monkeypatch.setattr(SearchIndex, "passages", lambda *_: ([passage], ("trafic",)))
    (row,) = found(client, "trafic", lang="fr")["passages"]
    assert (row["iri"], row["page"]) == (f"https://w3id.org/gcmgraph/id/{passage.address}", "4")
    assert row["href"] == "/doc/source/objective-09.fr?passage=11-99&lang=fr#passage-11-99"
    assert row["about"]["href"] == "/doc/practice/glo-act?lang=fr"
    page = html(client, "/search?q=trafic&lang=fr")
    for text in (
        row["href"].replace("&", "&amp;"),
        "Le <mark>trafic</mark> illicite &lt;b&gt;",
        "page 4",
        "GLO.ACT",
    ):
        assert text in page
    for more in ("kind=practice", "in=names", "offset=1"):
        assert client.get(f"/search?q=trafic&format=json&{more}").get_json()["passages"] == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_opensearch_description(client: FlaskClient, language: str) -> None:
    home = html(client, f"/?lang={language}")
    assert 'action="/search"' in home
    assert f'title="GCM Graph" href="/opensearch.xml?lang={language}"' in home
    response = client.get(f"/opensearch.xml?lang={language}")
    assert response.mimetype == "application/opensearchdescription+xml"
    name = "{http://a9.com/-/spec/opensearch/1.1/}"
    root = ElementTree.fromstring(response.data)  # noqa: S314 - our own
    assert len(root.findtext(f"{name}ShortName", "")) <= 16
    assert len(root.findtext(f"{name}Description", "")) <= 1024
    templates = {url.get("type", ""): url.get("template", "") for url in root.findall(f"{name}Url")}
    for media_type in ("text/html", "application/json", "application/x-suggestions+json"):
        path = templates[media_type].removeprefix("https://w3id.org/gcmgraph")
        path = path.replace("{searchTerms}", "Afghanistan").replace("{startIndex?}", "0")
        answer = client.get(path, headers={"Accept": media_type})
        assert (answer.status_code, answer.mimetype) == (200, media_type)
    query, names, kinds, addresses = json.loads(answer.data)
    assert (query, addresses[0]) == ("Afghanistan", "https://w3id.org/gcmgraph/doc/country/AFG")
    assert len(names) == len(kinds) == len(addresses)
    assert json.loads(client.get("/search/suggest?format=opensearch&q=").data) == ["", [], [], []]


#: Least share of the queries of a half with a right page first, and among the first five.
FLOORS = {TUNED: (0.83, 0.98), HELD_APART: (0.88, 0.98)}


def test_share_of_queries_with_a_right_page(real_app: Flask) -> None:
    searches = read_searches()
    assert len({(search.query, search.language) for search in searches}) == len(searches) >= 150
    found = outcomes(real_app.test_client(use_cookies=False), searches)
    for half, (first, first_five) in FLOORS.items():
        some = [one for one in found if one.search.half == half]
        assert share(some, 1) >= first
        assert share(some, FIRST) >= first_five
        languages = [one.search.language for one in some]
        assert min(languages.count(language) for language in LANGUAGES) >= 10
    assert [one.found for one in found if not one.search.right] == [[]] * 8  # nonsense
    listings = real_app.extensions["gcmgraph"].dataset.snapshot().listings
    right = {pattern for search in searches for pattern in search.right}
    pages = {
        iri.value.partition("/id/")[2]
        for kind in {pattern.partition("/")[0] for pattern in right}
        for iri in listings.of(kind).members
    }
    assert {pattern for pattern in right if not set(pattern) & {"*", "["}} - pages == set()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("afgh", ["/doc/country/AFG"]),
        ("العِرَاق", ["/doc/country/IRQ"]),  # with its vowels written
        ("onudc", ["/doc/organisation/unodc"]),
        ("crimé", ["/doc/organisation/unodc"]),
        ("9A", ["/doc/action/9a"]),
        *((text, []) for text in ("", "  ", "…", "nothing like it", "'\"<script>", "\0")),
    ],
)
def test_first_suggestion(client: FlaskClient, typed: str, first: list[str]) -> None:
    response = client.get("/search/suggest", query_string={"q": typed, "lang": "en"})
    assert (response.status_code, response.mimetype) == (200, "application/json")
    assert [result["href"] for result in response.get_json()["results"]][:1] == first


def test_language_of_suggestions_and_refusals(client: FlaskClient) -> None:
    (result, *_) = client.get("/search/suggest?q=العراق&lang=fr").get_json()["results"]
    assert (result["kind"], result["kind_name"]) == ("country", "Pays")
    assert result["label"] == {"text": "Iraq", "language": "fr"}
    assert result["match"]["text"] == "العراق"
    address = f"q={'a' * 501}&lang=fr"
    details = [
        problem(client.get(f"/{path}?{address}"))["detail"] for path in ("search/suggest", "search")
    ]
    assert details[0] == details[1]
    assert "caractères" in str(details[0])
    for limit in ("0", "21", "x"):
        problem(client.get(f"/search/suggest?q=a&limit={limit}"))


@pytest.fixture
def field(browser: Chrome, server: str) -> WebElement:
    """Return the search field of the English home page."""
    browser.get(f"{server}/?lang=en")
    return browser.find_element(By.CSS_SELECTOR, "header input[type=search]")


def options(browser: Chrome) -> list[WebElement]:
    return [
        item
        for item in browser.find_elements(By.CSS_SELECTOR, "[role=option]")
        if item.is_displayed()
    ]


def wait_for_options(browser: Chrome, count: int) -> list[WebElement]:
    wait(browser).until(lambda _: len(options(browser)) == count, message=f"never {count} options")
    return options(browser)


@needs_chromium
def test_enter_opens_the_chosen_suggestion(browser: Chrome, field: WebElement) -> None:
    assert field.get_attribute("role") == "combobox"
    assert field.get_attribute("aria-expanded") == "false"
    field.send_keys("afgh")
    first, everything = wait_for_options(browser, 2)
    assert field.get_attribute("aria-expanded") == "true"
    assert "Afghanistan" in first.text
    assert "AFG" in first.text
    assert everything.text == "All results"
    assert (
        browser.find_element(By.CSS_SELECTOR, "header [role=status]").get_attribute("textContent")
        == "1 suggestion"
    )
    field.send_keys(Keys.ARROW_DOWN)
    assert field.get_attribute("aria-activedescendant") == first.get_attribute("id")
    assert first.get_attribute("aria-selected") == "true"
    field.send_keys(Keys.ENTER)
    wait(browser).until(lambda b: b.current_url.endswith("/doc/country/AFG?lang=en"))


@needs_chromium
def test_matching_names_in_any_script(browser: Chrome, field: WebElement) -> None:
    field.send_keys("عراق")
    first, _ = wait_for_options(browser, 2)
    assert "Iraq" in first.text
    match = first.find_element(By.CSS_SELECTOR, ".match")
    assert match.get_attribute("lang") == "ar"
    assert "عراق" in match.text
    field.send_keys(Keys.TAB)
    assert options(browser) == []
    field.send_keys("qqq")
    status = browser.find_element(By.CSS_SELECTOR, "header [role=status]")
    wait(browser).until(lambda _: status.get_attribute("textContent") == "No suggestions")
    assert options(browser) == []


@needs_chromium
def test_keys_and_click(browser: Chrome, field: WebElement, server: str) -> None:
    field.send_keys("iraq")
    first, everything = wait_for_options(browser, 2)
    field.send_keys(Keys.ARROW_UP)
    assert everything.get_attribute("aria-selected") == "true"
    field.send_keys(Keys.ARROW_DOWN)  # back in the field
    assert field.get_attribute("aria-activedescendant") is None
    field.send_keys(Keys.ARROW_DOWN)
    assert first.get_attribute("aria-selected") == "true"
    field.send_keys(Keys.ESCAPE)
    assert options(browser) == []
    assert field.get_attribute("value") == "iraq"
    assert field.get_attribute("aria-expanded") == "false"
    field.send_keys(Keys.ARROW_DOWN)
    first, _ = wait_for_options(browser, 2)
    first.click()
    wait(browser).until(lambda b: "/doc/country/IRQ" in b.current_url)
    again = browser.find_element(By.CSS_SELECTOR, "header input[type=search]")
    again.send_keys("iraq")
    wait_for_options(browser, 2)
    again.send_keys(Keys.ENTER)  # without a choice
    wait(browser).until(lambda b: b.current_url.startswith(f"{server}/search?q=iraq"))


@needs_chromium
def test_search_form_without_scripts(browser: Chrome, server: str) -> None:
    with without_scripts(browser):
        browser.get(f"{server}/?lang=en")
        field = browser.find_element(By.CSS_SELECTOR, "header input[type=search]")
        assert field.get_attribute("role") is None
        field.send_keys("iraq", Keys.ENTER)
        wait(browser).until(lambda b: "/search?q=iraq" in b.current_url)
        assert "Iraq" in browser.find_element(By.CSS_SELECTOR, "main section ul").text
