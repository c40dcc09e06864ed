"""Ways on: every kind of page leads to others, and the numbers of resources on it lead to these."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from test_well_formed_pages import PAGES

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
#: Elements whose texts are no sentences of the page.
SILENT_ELEMENTS = {"script", "style", "option", "textarea", "svg"}
WITHOUT_END = {"br", "hr", "img", "input", "link", "meta", "path", "rect", "wbr"}
COUNTED = re.compile(
    r"\b[1-9][\d,]* (?:practices?|actions?|evaluations?|organisations?|countries|documents?|passages?|"
    r"topics?|objectives?|statements?|treaties|partners?|parts?)\b"
)


class MainPart(HTMLParser):
    """The links of the main part of a page, and the numbers of resources outside of links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.numbers: list[str] = []
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the address of a link."""
        href = dict(attrs).get("href")
        if tag == "a" and href and "main" in self._open:
            self.links.append(href)
        if tag not in WITHOUT_END:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the element."""
        if tag in self._open:
            del self._open[len(self._open) - 1 - self._open[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        """Note the numbers of a text outside of links and summaries."""
        is_sentence = "main" in self._open and SILENT_ELEMENTS.isdisjoint(self._open)
        if is_sentence and not {"a", "summary"} & set(self._open):
            self.numbers.extend(COUNTED.findall(data))


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
        if all(link.startswith(("#", "?")) for link in part.links)
    ]
    assert without_way == []


def test_numbers_of_resources_lead_to_what_they_count(main_parts: dict[str, MainPart]) -> None:
    numbers = {path: part.numbers for path, part in main_parts.items() if part.numbers}
    assert {path: numbers[path] for path in numbers.keys() - NUMBERS_WITHOUT_LINK.keys()} == {}
