"""Ways on: every kind of page leads to others, and the numbers of resources on it lead to these."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from test_well_formed_pages import PAGES

from markup import Page
from serving import Application

#: Pages on which a number of resources is followed by what it counts, or is no count of resources.
NUMBERS_WITHOUT_LINK = {
    "/": "a legend of colours; the Compact's 23 objectives, which follow; a finding with its query",
    "/browse/practice": "parts stand below their practices in the list",
    "/coverage": "the table below lists the actions",
    "/map": "a legend of colours; the table below lists the countries",
    "/network": "the table below lists the organisations",
    "/brief/objective/9": "two pages to print; the page of the objective has the links",
    "/guides/analyst": "the Compact's 23 objectives",
    "/compare": "the limit on countries",
    "/compare?country=NER&country=MAR": "the limit on countries",
    "/doc/sdg/10.7": "a fold with the practices, and their parts",
    "/doc/concept/topic/remittances": "the passages follow",
    "/ontology": "definitions",
    "/shapes": "definitions",
}
#: Elements whose numbers lead somewhere, or are in no sentence of the page.
WITHOUT_NUMBERS = {"a", "summary", "script", "style", "option", "textarea", "svg"}
COUNTED = re.compile(
    r"\b[1-9][\d,]* (?:practices?|actions?|evaluations?|organisations?|countries|documents?|passages?|"
    r"topics?|objectives?|statements?|treaties|partners?|parts?)\b"
)


class MainPart(Page):
    """A page with the links of its main part, and the numbers of resources there outside of links."""

    def __init__(self, markup: str) -> None:
        self.numbers: list[str] = []
        super().__init__(markup)

    def handle_data(self, data: str) -> None:
        """Note the numbers of a text outside of links and summaries."""
        super().handle_data(data)
        tags = {element.tag for element in self._open}
        if "main" in tags and tags.isdisjoint(WITHOUT_NUMBERS):
            self.numbers.extend(COUNTED.findall(data))

    @property
    def main_links(self) -> list[str]:
        """The addresses that links of the main part lead to."""
        links = (element for element in self.named("a") if element.is_within("main"))
        addresses = (element.attributes.get("href") for element in links)
        return [address for address in addresses if address]


@pytest.fixture(scope="module")
def main_parts(small_store: Path, application: Application) -> dict[str, MainPart]:
    """The main parts of one page of each kind, in English."""
    client = application(small_store, query_timeout=9).test_client(use_cookies=False)
    responses = {
        path: client.get(path, headers={"Accept": "text/html"}, follow_redirects=True)
        for path in PAGES
    }
    return {path: MainPart(response.text) for path, response in responses.items()}


def test_every_kind_of_page_leads_to_another_page(main_parts: dict[str, MainPart]) -> None:
    without_way = [
        path
        for path, part in main_parts.items()
        if all(link.startswith(("#", "?")) for link in part.main_links)
    ]
    assert without_way == []


def test_numbers_of_resources_lead_to_what_they_count(main_parts: dict[str, MainPart]) -> None:
    numbers = {path: part.numbers for path, part in main_parts.items() if part.numbers}
    assert {path: numbers[path] for path in numbers.keys() - NUMBERS_WITHOUT_LINK.keys()} == {}
