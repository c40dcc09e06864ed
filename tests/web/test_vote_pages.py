"""Votes of States on pages, in lists, and in checks of claims."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from answers import html, words
from flask.testing import FlaskClient
from mcp_client import McpClient

from gcmgraph.web.resources.vote_views import CHOICES
from vote_graph import vote_quads

#: States that voted against A/RES/73/195.
NO_VOTERS = ["Czechia", "Hungary", "Israel", "Poland", "United States of America"]


@pytest.fixture(scope="module")
def votes(client_over: Callable[..., FlaskClient]) -> FlaskClient:
    return client_over(vote_quads())


def verdict(client: FlaskClient, resource: str, relation: str, value: str) -> str:
    claim = {"resource": resource, "relation": relation, "value": value, "format": "json"}
    return str(client.get("/check", query_string=claim).get_json()["verdict"])


def test_page_of_a_roll_call_has_the_votes_by_choice(votes: FlaskClient) -> None:
    page = html(votes, "/doc/vote/a-res-73-195", Accept_Language="en")
    text = words(page)
    assert "yes: 152 no: 5 abstained: 12 no vote recorded: 24" in text
    assert "no signature and no ratification: the Compact is not a treaty" in text
    against = page.partition('<h2 id="no">')[2].partition("</ul>")[0]
    assert against.count("<li>") == 5
    assert 'href="/doc/country/HUN"' in against
    absent = page.partition('<h2 id="no-vote-recorded">')[2].partition("</ul>")[0]
    assert absent.count("<li>") == 24
    assert "Derived: members of the United Nations" in absent


def test_map_of_a_roll_call_has_each_vote_as_colour_and_title(votes: FlaskClient) -> None:
    page = html(votes, "/doc/vote/a-res-73-195", Accept_Language="en")
    picture = page.partition('<svg class="map')[2].partition("</svg>")[0]
    titles = {
        choice: re.findall(f'class="vote-{choice}".*?<title>(.*?)</title>', picture)
        for choice in CHOICES
    }
    assert titles["no"] == [f"{country}: no" for country in map(_name, titles["no"])]
    assert sorted(map(_name, titles["no"])) == NO_VOTERS
    numbers = [len(titles[choice]) for choice in CHOICES]
    assert numbers == [152, 5, 12, 24]
    legend = page.partition('<ul class="legend">')[2].partition("</ul>")[0]
    assert words(legend) == "yes no abstained no vote recorded"
    assert 'href="/doc/vote/a-res-73-195"' in html(votes, "/map")


def _name(title: str) -> str:
    return title.partition(":")[0]


def test_contradicted_claim_about_a_vote_shows_the_vote_of_the_country(votes: FlaskClient) -> None:
    claim = {"resource": "Hungary", "relation": "voted for", "format": "json"}
    value = {"value": "Global Compact for Migration", "lang": "en"}
    document = votes.get("/check", query_string=claim | value).get_json()
    assert document["verdict"] == "contradicted"
    names = [
        (statement["subject"]["name"], statement["property"]["name"])
        for statement in document["statements"]
    ]
    assert names == [("Hungary", "voted against")]


def test_description_of_a_country_for_assistants_states_its_vote(votes: FlaskClient) -> None:
    arguments = {"resource": "country:HUN", "language": "en"}
    answer = McpClient(votes).send("tools/call", {"name": "describe", "arguments": arguments})
    text = answer.get_json()["result"]["content"][0]["text"]
    vote = text.partition("- gcm:voteOnCompact (vote on the Compact):\n")[2].partition("\n")[0]
    assert vote.strip().endswith("/id/concept/vote-choice/no) (inferred)")


def test_row_of_the_source_is_in_the_statements_of_a_roll_call(votes: FlaskClient) -> None:
    assert "6140 YU" in words(html(votes, "/doc/vote/a-res-73-195"))


@pytest.mark.parametrize(
    ("choice", "number"), [("yes", 152), ("no", 5), ("abstained", 12), ("no-vote-recorded", 24)]
)
def test_list_of_countries_with_a_vote_has_the_total_of_the_roll_call(
    votes: FlaskClient, choice: str, number: int
) -> None:
    response = votes.get(f"/browse/country?vote={choice}&format=json")
    assert response.get_json()["total"] == number


@pytest.mark.parametrize(
    ("resource", "relation", "value", "expected"),
    [
        ("Philippines", "voted for", "GCM", "supported"),
        ("Philippines", "voted against", "GCM", "contradicted"),
        ("Hungary", "voted for", "GCM", "contradicted"),
        ("Hungary", "voted against", "GCM", "supported"),
        ("Hungary", "vote on the Compact", "no", "supported"),
        ("Hungary", "vote on the Compact", "yes", "contradicted"),
        ("Switzerland", "abstained on", "GCM", "supported"),
        ("Afghanistan", "did not vote on", "GCM", "supported"),
        ("Holy See", "voted for", "GCM", "contradicted"),
        ("Suiza", "se abstuvo en la votación de", "GCM", "supported"),
        ("Philippines", "voted for", "untoc", "not stated here"),
    ],
)
def test_claim_about_a_vote_has_the_verdict_of_the_roll_call(
    votes: FlaskClient, resource: str, relation: str, value: str, expected: str
) -> None:
    assert verdict(votes, resource, relation, value) == expected


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("PHL", "vote on the Compact: yes"),
        ("USA", "vote on the Compact: no"),
        ("CHE", "vote on the Compact: abstained"),
        ("AFG", "vote on the Compact: no vote recorded"),
    ],
)
def test_page_of_a_country_begins_with_its_vote(
    real_client: FlaskClient, code: str, said: str
) -> None:
    page = words(html(real_client, f"/doc/country/{code}?lang=en"))
    assert said in page


def test_page_of_an_area_says_why_it_has_no_vote(real_client: FlaskClient) -> None:
    page = words(html(real_client, "/doc/country/ATA?lang=en"))
    assert "vote on the Compact" not in page
    assert "only Members of the United Nations vote" in page


def test_countries_are_compared_by_their_votes(real_client: FlaskClient) -> None:
    table = real_client.get("/compare?country=USA&country=PHL&format=csv").text
    votes = [line for line in table.splitlines() if "A/RES/73/195" in line]
    assert [(line.split(",")[0], ",no," in line) for line in votes] == [
        ("USA", True),
        ("PHL", False),
    ]
