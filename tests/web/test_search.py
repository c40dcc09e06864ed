"""/search: what is found, in which order, in which form; hostile queries."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from gcmgraph.publication.search.file import Passage
from gcmgraph.publication.search.index import SearchIndex

HOSTILE = [
    '"', "'", "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "\u202eABC\u202c أفغان", "\x00", "%00",
    "%25", "{{7*7}}", "' OR 1=1 --", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"), "../../etc",
    "a" * 500, "(" * 500, "\u0301" * 400,
]  # fmt: skip


def found(client: FlaskClient, query: str, **parameters: str) -> dict[str, Any]:
    response = client.get("/search", query_string={"q": query, "format": "json", **parameters})
    assert response.status_code == 200, response.data
    answer: dict[str, Any] = response.get_json()
    return answer


@pytest.mark.parametrize(
    ("query", "first", "fit"),
    [
        ("AFG", "country/AFG", "code"),
        ("afg", "country/AFG", "code"),
        ("004", "country/AFG", "code"),
        ("9a", "action/9a", "code"),
        ("10.7", "sdg/10.7", "code"),
        ("onudc", "organisation/unodc", "code"),
        ("أفغانستان", "country/AFG", "whole"),
        ("افغان", "country/AFG", "beginning"),
        ("iraq", "country/IRQ", "whole"),
        ("drogue crime", "organisation/unodc", "words"),
        ("MECANISMES", "action/9b", "words"),
        ("Afganistan", "country/AFG", "words"),
        ("Glo.Act", "practice/glo-act", "words"),
    ],
)
def test_codes_and_labels_of_any_language(client: FlaskClient, query: str, first: str, fit: str) -> None:
    results = found(client, query)["results"]
    assert results[0]["iri"] == f"https://w3id.org/gcmgraph/id/{first}"
    assert results[0]["href"] == f"/doc/{first}"
    assert results[0]["match"]["fit"] == fit


def test_label_of_a_result_and_the_one_that_matched(client: FlaskClient) -> None:
    hit, *_ = found(client, "Office on Drugs", lang="fr")["results"]
    assert hit["kind"] == "organisation"
    assert hit["label"] == {"text": "Office des Nations Unies contre la drogue et le crime", "language": "fr"}
    assert hit["match"] == {
        "text": "United Nations Office on Drugs and Crime",
        "language": "en",
        "fit": "words",
        "through": None,
    }


def test_names_come_before_texts_and_related_names(client: FlaskClient) -> None:
    fits = [hit["match"]["fit"] for hit in found(client, "Afghanistan", limit="100")["results"]]
    assert fits == ["whole", "related"]


def test_pages_of_results_have_each_once(client: FlaskClient) -> None:
    whole = found(client, "office afghanistan migrants", limit="100")
    address, paged = "/search?q=office+afghanistan+migrants&format=json&limit=2", []
    while address:
        response = client.get(address)
        paged += [hit["iri"] for hit in response.get_json()["results"]]
        links = {
            part.split('rel="')[1].rstrip('"'): part.split(">")[0].lstrip("<")
            for part in response.headers.getlist("Link")
        }
        address = links.get("next", "")
    assert paged == [hit["iri"] for hit in whole["results"]]
    assert len(paged) == whole["total"] > 2


@pytest.mark.parametrize(
    "parameters",
    [
        {"q": "a" * 10_000}, {"q": "a", "limit": "0"}, {"q": "a", "limit": "1000"}, {"q": "a", "offset": "-1"},
        {"q": "a", "offset": "9" * 5000}, {"q": "a", "limit": "٣"}, {"q": "a", "format": "exe"},
    ],
)  # fmt: skip
def test_search_parameters_out_of_bounds(client: FlaskClient, parameters: dict[str, str]) -> None:
    response = client.get("/search", query_string=parameters)
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    assert len(response.data) < 500


def test_empty_query_gives_the_form(client: FlaskClient) -> None:
    response = client.get("/search", headers={"Accept": "text/html"})
    assert response.status_code == 200
    assert b'name="q"' in response.data
    assert found(client, "")["total"] == 0


@pytest.mark.parametrize("query", HOSTILE)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_hostile_queries_are_escaped(client: FlaskClient, query: str, accept: str) -> None:
    response = client.get("/search", query_string={"q": query}, headers={"Accept": accept})
    assert response.status_code == 200
    if accept == "text/html":
        assert b"<script>alert" not in response.data
        assert b"<img src=x" not in response.data
        assert b"onerror=alert(1)>" not in response.data


@pytest.mark.parametrize(
    "address", ["/search?q=%FF%FE%80", "/search/suggest?q=%FF", "/browse/country?q=%FF", "/resolve?uri=%FF"]
)
def test_invalid_utf_8_is_refused(client: FlaskClient, address: str) -> None:
    response = client.get(address, headers={"Accept": "application/json"})
    assert response.status_code == 400
    assert json.loads(response.data)["detail"] == "The address is not UTF-8, percent-encoded."


def test_matching_label_on_the_page(client: FlaskClient) -> None:
    page = client.get("/search?q=افغان&lang=fr", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert '<span lang="ar" dir="auto"><mark>أفغانستان</mark></span>' in page
    assert 'href="/doc/country/AFG?lang=fr"' in page


def test_search_field_on_every_page(client: FlaskClient) -> None:
    page = client.get("/", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert 'action="/search"' in page


@pytest.mark.parametrize("query", ["a_b", "office_that", "_", "__a__", "HTTP_ACCEPT"])
def test_underscores_separate_words(client: FlaskClient, query: str) -> None:
    for path in ("/search", "/search/suggest"):
        assert client.get(path, query_string={"q": query}).status_code == 200


def test_words_of_a_description(client: FlaskClient) -> None:
    answer = found(client, "initiative conjointe")
    assert (answer["total"], answer["in_texts"]) == (1, 1)
    for options in ({}, {"in": "texts"}):
        hit, *_ = found(client, "initiative conjointe", **options)["results"]
        assert hit["iri"].endswith("practice/glo-act")
        assert hit["match"]["fit"] == "text"
        assert hit["match"]["language"] == "fr"
    assert found(client, "initiative conjointe", **{"in": "names"})["results"] == []
    page = client.get("/search?q=conjoint&lang=en", headers={"Accept": "text/html"}).text
    assert "<mark>conjointe</mark>" in page
    assert 'lang="fr"' in page.partition('class="excerpt"')[2]
    assert "<script>alert" not in page
    assert client.get("/search?q=a&in=titles").status_code == 400


def test_list_narrowed_by_words_of_descriptions(client: FlaskClient) -> None:
    found = client.get("/browse/practice?q=initiative+conjointe&format=json").get_json()
    assert [item["iri"].rpartition("/")[2] for item in found["items"]] == ["glo-act"]
    assert client.get("/browse/practice?q=initiative+unheard&format=json").get_json()["total"] == 0


def test_results_are_counted_and_narrowed_by_kind(client: FlaskClient) -> None:
    every = client.get("/search?q=office+afghanistan&limit=100&format=json").json
    assert every is not None
    assert sum(every["kinds"].values()) == every["total"]
    assert len(every["kinds"]) > 1
    for kind, count in every["kinds"].items():
        answer = client.get(f"/search?q=office+afghanistan&limit=100&format=json&kind={kind}").json
        assert answer is not None
        assert answer["total"] == count
        assert {hit["kind"] for hit in answer["results"]} == {kind}
    page = client.get("/search?q=office+afghanistan&kind=country&lang=en", headers={"Accept": "text/html"}).text
    address = r"/search\?q=office\+afghanistan&amp;lang=en&amp;kind=country"
    current = rf'href="{address}" aria-current="true">Countries \(\d+\)</a>'
    assert re.search(current, page)
    assert client.get("/search?q=office+afghanistan&kind=kites").status_code == 400


@pytest.mark.parametrize(("query", "kind"), [("SDG+10.7", "sdg"), ("objective+9", "objective")])
def test_a_code_after_its_kind_is_counted_by_kind(client: FlaskClient, query: str, kind: str) -> None:
    answer = client.get(f"/search?q={query}&format=json").json
    assert answer is not None
    assert sum(answer["kinds"].values()) == answer["total"]
    assert answer["kinds"][kind] == 1
    assert answer["results"][0]["kind"] == kind


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("modern slavery", ["<h2>Actions</h2>", 'found through <a href="/doc/concept/topic/exploitation?lang=en">']),
        ("modern slavery", ['href="/queries/passages-on-topic?topic=topic%2Fexploitation&amp;lang=en"']),
        ("smugling routes", ["Did you mean:", 'href="/search?lang=en&amp;q=smuggling+routes"', "smuggling</mark>"]),
        ("practices in Kenya", ['href="/queries/practices-by-country?country=KEN&amp;lang=en"']),
        ("who funds work on trafficking", ['href="/queries/funders-of-objective?lang=en"']),
        ("trafficking xyzzy", ["In no name or text: xyzzy"]),
        ("qwxzv", ["Nothing was found.", "resources were searched, in six languages", 'href="/coverage?lang=en"']),
        ("<smugling>", ["Did you mean:", "<bdi>&lt;smuggling&gt;</bdi>"]),
    ],
)
def test_reasons_and_ways_on(real_client: FlaskClient, query: str, texts: list[str]) -> None:
    page = real_client.get("/search", query_string={"q": query, "lang": "en"}, headers={"Accept": "text/html"}).text
    assert [text for text in texts if text not in page] == []


def test_facets_of_the_results_of_a_kind(real_client: FlaskClient) -> None:
    every = found(real_client, "children detention", kind="practice")
    for facet in ("country", "objective", "topic"):
        key, count = max(every["facets"][facet].items(), key=lambda pair: pair[1])
        some = found(real_client, "children detention", kind="practice", limit="100", **{facet: key})
        assert some["total"] <= count or facet != "country"
        assert {hit["iri"] for hit in some["results"]} < {hit["iri"] for hit in every["results"]} or len(
            every["results"]
        ) == 20
        assert 0 < len(some["results"]) == some["total"] < every["total"]
    page = real_client.get("/search?q=children&kind=practice&country=THA", headers={"Accept": "text/html"}).text
    assert 'href="/search?q=children&amp;kind=practice"' in page
    assert real_client.get("/search?q=children&kind=practice&country=XXX").status_code == 400


def test_passages_of_documents_that_are_present(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    passage = Passage("source/objective-09.fr/11-99", "Le trafic illicite <b>", "fr", "4", "practice/glo-act")
    monkeypatch.setattr(SearchIndex, "passages", lambda *_: ([passage], ("trafic",)))
    (row,) = found(client, "trafic", lang="fr")["passages"]
    assert (row["iri"], row["page"]) == (f"https://w3id.org/gcmgraph/id/{passage.address}", "4")
    assert row["href"] == "/doc/source/objective-09.fr?passage=11-99&lang=fr#passage-11-99"
    assert row["about"]["href"] == "/doc/practice/glo-act?lang=fr"
    page = client.get("/search?q=trafic&lang=fr", headers={"Accept": "text/html"}).text
    for text in (row["href"].replace("&", "&amp;"), "Le <mark>trafic</mark> illicite &lt;b&gt;", "page 4", "GLO.ACT"):
        assert text in page
    for more in ("kind=practice", "in=names", "offset=1"):
        assert client.get(f"/search?q=trafic&format=json&{more}").get_json()["passages"] == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_opensearch_description(client: FlaskClient, language: str) -> None:
    home = client.get(f"/?lang={language}", headers={"Accept": "text/html"}).text
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
