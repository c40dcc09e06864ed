"""Tasks of analysts from the home page: only links and forms of the pages, and at most four of them."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from answers import html, words
from flask.testing import FlaskClient

#: Links and forms that a task takes at most.
MAX_CLICKS = 4


class Reader:
    """A reader who follows links by their texts and fills in forms by the names of choices."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client
        self.clicks = -1
        self.page = ""
        self._open("/?lang=en")

    def follow(self, text: str) -> None:
        """Follow the first link with a text."""
        links = re.findall(r'<a\b[^>]*?href="([^"]*)"[^>]*>(.*?)</a>', self.page, re.DOTALL)
        addresses = [unescape(address) for address, name in links if text in words(name)]
        assert addresses, f"no link {text!r}"
        self._open(addresses[0])

    def choose(self, field: str, choice: str) -> None:
        """Choose a value in the form with a field, and send it."""
        forms = re.findall(r"<form\b(.*?)>(.*?)</form>", self.page, re.DOTALL)
        [(attributes, fields)] = [form for form in forms if f'name="{field}"' in form[1]]
        hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', fields)
        selects = re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', fields, re.DOTALL)
        [options] = [inner for name, inner in selects if name == field]
        names = re.findall(r'<option value="([^"]*)"[^>]*>(.*?)</option>', options)
        [value] = [value for value, name in names if re.match(rf"{choice}( \(|$)", words(name))]
        action = re.search(r'action="([^"]*)"', attributes)
        assert action
        self._open(f"{action[1]}?{urlencode([*hidden, (field, value)])}")

    def _open(self, address: str) -> None:
        self.page = html(self._client, address.partition("#")[0])
        self.clicks += 1

    @property
    def text(self) -> str:
        """The words of the page."""
        return str(words(self.page))


@pytest.fixture
def reader(real_client: FlaskClient) -> Reader:
    return Reader(real_client)


def test_two_countries_are_compared(reader: Reader) -> None:
    reader.follow("Compare countries")
    reader.choose("country", "Niger")
    reader.choose("country", "Morocco")
    assert re.search(r'<th scope="col">.*?Niger.*?<th scope="col">.*?Morocco', reader.page, re.S)
    assert reader.clicks <= MAX_CLICKS


def test_funders_of_work_on_trafficking(reader: Reader) -> None:
    reader.follow("Eradicate trafficking")
    reader.follow("Funders of an objective")
    assert '<option value="10" selected' in reader.page
    assert re.search(r"/doc/organisation/", reader.page)
    assert reader.clicks <= MAX_CLICKS


def test_practices_and_treaties_of_a_state_that_voted_no(reader: Reader) -> None:
    reader.follow("Countries")
    reader.choose("vote", "no")
    assert "5 of 248" in reader.text
    reader.follow("United States of America")
    assert "7 practices under 6 of 23 objectives · vote on the Compact: no" in reader.text
    assert "party to 3 of 4 treaties" in reader.text
    assert reader.clicks <= MAX_CLICKS


def test_practices_of_all_states_that_voted_no(reader: Reader) -> None:
    reader.follow("Countries")
    reader.choose("vote", "no")
    reader.follow("Hungary")
    reader.follow("Practices of States by their vote on the Compact")
    assert "United States of America" in reader.text
    assert reader.clicks <= MAX_CLICKS


@pytest.mark.parametrize("first", ["Migrant and diaspora contributions", "Figures"])
def test_highest_rate_of_emigrants_without_a_practice_on_objective_19(
    reader: Reader, first: str
) -> None:
    reader.follow(first)
    reader.follow("Highest rates of emigrants without a practice on an objective")
    assert '<option value="19" selected' in reader.page
    assert re.search(r"<td[^>]*>.*?/doc/country/[A-Z]{3}", reader.page, re.DOTALL)
    assert reader.clicks <= MAX_CLICKS
