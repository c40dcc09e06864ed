"""Pages of countries and areas: the first screen, squares of objectives, and a reason in each empty section."""

from __future__ import annotations

import re
from html import unescape

import pytest
from answers import html, words
from flask import Flask
from flask.testing import FlaskClient

from gcmgraph.translations import LANGUAGES
from gcmgraph.web.browse.country_counts import country_counts
from gcmgraph.web.i18n import rounded
from gcmgraph.web.templating import Page
from gcmgraph.web.visualisation.figures import Figures

#: Sections of every page, by the `id` of their headings.
SECTIONS = ("practice-cards", "gaps", "votes", "treaties", "evaluations", "documents", "numbers")

#: Elements in which a section has contents, or states why it has none.
_CONTENTS = re.compile(r'<(?:li|tr|figure)\b|class="empty"')


def sections(page: str) -> dict[str, str]:
    """The sections of a page by the `id` of their headings, without the headings."""
    contents = {}
    for section in re.findall(r"<section\b.*?</section>", page, re.DOTALL):
        heading = re.search(r'<h2 id="([^"]+)">.*?</h2>', section, re.DOTALL)
        if heading:
            contents[heading[1]] = section.replace(heading[0], "")
    return contents


@pytest.mark.parametrize("step", [10, pytest.param(1, marks=pytest.mark.exhaustive)])
def test_no_section_of_an_area_is_empty_without_a_reason(
    real_client: FlaskClient, step: int
) -> None:
    areas = real_client.get("/browse/country?format=json&limit=1000&lang=en").get_json()["items"]
    assert len(areas) == 248
    unexplained = []
    for area in areas[::step]:
        code = area["iri"].rpartition("/")[2]
        contents = sections(html(real_client, f"/doc/country/{code}?lang=en"))
        unexplained += [
            (code, name)
            for name in SECTIONS
            if not _CONTENTS.search(contents.get(name, "")) or not words(contents[name])
        ]
    assert unexplained == []


def first_screen(page: str) -> str:
    """The sentence of a country's first screen."""
    sentence = re.search(r'<p class="record">(.*?)</p>', page, re.DOTALL)
    assert sentence
    return str(words(sentence[1]))


def test_first_screen_states_practices_treaties_and_migrants(real_client: FlaskClient) -> None:
    niger = first_screen(html(real_client, "/doc/country/NER?lang=en"))
    assert "1 practice under 1 of 23 objectives" in niger
    assert "party to 4 of 4 treaties" in niger
    assert "439,378 people born here live abroad (2024)" in niger


def test_first_screen_of_an_area_states_no_treaties(real_client: FlaskClient) -> None:
    islands = html(real_client, "/doc/country/ALA?lang=en")
    assert "no practice yet" in first_screen(islands)
    assert "treaties" not in first_screen(islands)
    assert "neither a Member nor an observer State" in words(sections(islands)["treaties"])
    assert "World Bank" in words(sections(islands)["numbers"])


def test_first_screen_of_an_area_in_a_list_of_parties_states_it(real_client: FlaskClient) -> None:
    islands = html(real_client, "/doc/country/COK?lang=en")
    assert "party to 1 of 4 treaties" in first_screen(islands)


def unexplained_sections(client: FlaskClient, code: str) -> list[str]:
    """The sections of a brief that are empty or missing."""
    contents = sections(html(client, f"/brief/country/{code}?lang=en"))
    names = {*contents, "votes", "treaties", "numbers", "sources"}
    return [f"{code} {name}" for name in names if not words(contents.get(name, ""))]


@pytest.mark.parametrize("code", ["ALA", "ATA", "COK", "GGY", "NER", "VAT"])
def test_no_section_of_a_brief_is_empty_without_a_reason(
    real_client: FlaskClient, code: str
) -> None:
    assert unexplained_sections(real_client, code) == []


@pytest.mark.exhaustive
def test_no_section_of_any_brief_is_empty_without_a_reason(real_client: FlaskClient) -> None:
    areas = real_client.get("/browse/country?format=json&limit=1000&lang=en").get_json()["items"]
    codes = [area["iri"].rpartition("/")[2] for area in areas]
    assert [name for code in codes for name in unexplained_sections(real_client, code)] == []


def test_squares_lead_to_practices_or_to_the_objective(real_client: FlaskClient) -> None:
    squares = sections(html(real_client, "/doc/country/NER?lang=en"))["gaps"]
    links = re.findall(r'<li><a class="level-(\d)" href="([^"]+)">(\d+)<', squares)
    assert [int(code) for _, _, code in links] == list(range(1, 24))
    addresses = {code: (level, address.replace("&amp;", "&")) for level, address, code in links}
    assert addresses["3"] == ("1", "/browse/practice?country=NER&objective=3&lang=en")
    assert addresses["9"] == ("0", "/doc/objective/9?lang=en")
    assert "no practice yet" in words(squares)


def test_treaties_without_the_country_have_the_date_of_their_list(real_client: FlaskClient) -> None:
    treaties = sections(html(real_client, "/doc/country/DEU?lang=en"))["treaties"]
    rows = [words(row) for row in re.findall(r"<tr>.*?</tr>", treaties, re.DOTALL)]
    [migrant_workers] = [row for row in rows if "Migrant Workers" in row]
    assert migrant_workers.endswith("not in the list of parties August 2022")


def test_documents_that_name_a_country_have_their_pages(real_client: FlaskClient) -> None:
    documents = sections(html(real_client, "/doc/country/MEX?lang=fr"))["documents"]
    assert re.search(r'href="/doc/source/objective-\d\d\.fr\?lang=fr"', documents)
    assert "/doc/source/objective-01.en" not in documents
    assert re.search(r"p\. \d", words(documents))


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "1.1 million"), ("fr", "1,1 million"), ("es", "1,1 millones"), ("zh", "112.3万")],
)
def test_rounded_numbers_follow_the_language(language: str, text: str) -> None:
    assert rounded(1_123_456, language).replace("\xa0", " ") == text
    assert rounded(439_378, "en") == "439,378"


def test_list_of_countries_has_treaties_evaluations_and_figures(real_client: FlaskClient) -> None:
    entries = html(real_client, "/browse/country?lang=en&q=niger")
    items = re.findall(r"<li>\s*<a class=\"name\".*?</li>", entries, re.DOTALL)
    [niger] = [item for item in items if "/doc/country/NER" in item]
    assert "1 practice" in words(niger)
    assert "Vote on the Compact: yes" in words(niger)
    assert re.search(r"Treaties: 4 Evaluations: \d+ Figures: 2\d", words(niger))
    assert 'href="/browse/evaluation?country=NER&amp;lang=en"' in niger
    assert 'href="/doc/country/NER?lang=en#treaties"' in niger
    assert 'href="/compare?lang=en"' in entries


def test_numbers_of_the_list_of_countries_are_counted_once_for_a_version(real_app: Flask) -> None:
    snapshot = real_app.extensions["gcmgraph"].dataset.snapshot()
    assert country_counts(snapshot) is country_counts(snapshot)


def headlines(page: str) -> list[str]:
    """The first sentence of each chart on a page."""
    labels = re.findall(r'<svg [^>]*aria-label="([^"]+)"[^>]* class="chart"', page)
    return [unescape(label) for label in labels]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (
            "NER",
            "Niger: people born here who live abroad rose from 162,733 in 1990 to 439,378 in 2024",
        ),
        ("NER", "Niger: Nigeria is the largest country of destination, with 129,540 people (2024)"),
        ("UKR", "Ukraine: inhabitants fell from 52.1 million in 1990 to 37.7 million in 2023"),
    ],
)
def test_headline_of_a_chart_is_a_finding(
    real_client: FlaskClient, code: str, sentence: str
) -> None:
    charts = headlines(html(real_client, f"/doc/country/{code}?lang=en"))
    assert any(chart.startswith(sentence) for chart in charts), charts
    assert all("Unit: " in chart for chart in charts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_headlines_of_a_country_differ_by_language(real_client: FlaskClient, language: str) -> None:
    charts = headlines(html(real_client, f"/doc/country/NER?lang={language}"))
    assert len(charts) == 6
    [emigrants] = [
        chart for chart in charts if "1990" in chart and "439" in chart and "2024" in chart
    ]
    assert (" rose from " in emigrants) == (language == "en")


@pytest.mark.parametrize("code", ["NER", "DEU", "USA", "AND", "FSM"])
def test_list_of_countries_counts_what_their_pages_have(
    real_client: FlaskClient, code: str
) -> None:
    page = html(real_client, f"/doc/country/{code}?lang=en")
    bound = re.search(r"party to (\d+) of \d+ treaties", first_screen(page))
    vote = re.search(r"vote on the Compact: ([\w ]+)", first_screen(page))
    [row] = [
        row
        for row in re.findall(
            r"<li>\s*<a class=\"name\".*?</li>",
            html(real_client, "/browse/country?lang=en&limit=250"),
            re.DOTALL,
        )
        if f'/doc/country/{code}?lang=en"' in row
    ]
    counts = dict(re.findall(r"([A-Z][a-z ]+(?:Compact)?): ([\w ]+?)(?=  |$| [A-Z])", words(row)))
    assert bound
    assert counts.get("Treaties", "0") == bound[1]
    assert vote
    assert counts["Vote on the Compact"] == vote[1].strip()
    listed = real_client.get(f"/browse/evaluation?country={code}&format=json").get_json()
    assert counts.get("Evaluations", "0") == str(listed["total"])


def test_datasets_of_figures_are_read_once_for_a_version_and_language(real_app: Flask) -> None:
    site = real_app.extensions["gcmgraph"]
    snapshot = site.dataset.snapshot()
    with real_app.test_request_context():
        english, again, french = (
            Figures(Page(site, snapshot, language)).sets for language in ("en", "en", "fr")
        )
    assert english is again
    titles = [next(iter(sets.values())).title.language for sets in (english, french)]
    assert titles == ["en", "fr"]
