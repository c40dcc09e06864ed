"""Numbers in answers of named queries, and the lists and answers that they link."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import cast

import pytest
from answers import html
from flask.testing import FlaskClient

from gcmgraph.platform.errors import DataError
from gcmgraph.publication.lists.facets import require_facets
from gcmgraph.queries.headers import CountedList
from gcmgraph.queries.library import read_query
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import Literal
from gcmgraph.web.named_queries import table
from gcmgraph.web.templating import Page
from program import ROOT

#: Values of the parameters that the user must give.
_VALUES = {"actions-by-region": "?region=m49/002"}

_COUNTING = sorted(
    path.stem for path in (ROOT / "queries").glob("*.rq") if read_query(path, Addresses()).counts
)

#: Queries with a number that leads nowhere, and why.
_WITHOUT_LINK = {
    "budgets-by-organisation": "no list and no query has amounts by leader and currency",
    "contributions": "the page of each contribution, linked in its row, has its statements",
    "corridors-with-practices": "no list takes two countries of one practice",
    "deaths-and-practices": "no list has the countries that a practice names in any role",
    "funders-of-objective": "a funder is an organisation or a country, and no list has both",
    "passages-not-understood": "the page of each document, linked in its row, has its passages",
    "practices-per-region-and-year": "no list has the year in which a practice began",
    "remittances-and-practices": "no list has the countries that a practice names in any role",
    "source-documents": "the page of each document, linked in its row, has its passages",
    "statements-per-graph": "the page of each graph, linked in its row, has its statements",
    "terms": "the page of each term, linked in its row, has its uses",
    "un-areas": "the query is not run here, so that no row is shown",
}

#: Links followed for each query.
_COMPARED = 8

#: A linked number.
_LINK = re.compile(r'<a href="(/(?:browse|queries)/[^"]+)">([0-9]+)</a>')


@pytest.mark.parametrize("name", _COUNTING)
def test_number_of_a_query_links_as_many_resources(real_client: FlaskClient, name: str) -> None:
    page = html(real_client, f"/queries/{name}{_VALUES.get(name, '')}")
    links = _LINK.findall(page)
    assert links
    for address, number in links[:: max(1, len(links) // _COMPARED)]:
        path = address.replace("&amp;", "&")
        assert _resources_behind(real_client, path) == int(number), path


def _resources_behind(client: FlaskClient, path: str) -> int:
    """The number of resources of a list, or of those in an answer, a practice with its parts as one."""
    separator = "&" if "?" in path else "?"
    document = client.get(f"{path}{separator}format=json").get_json()
    if path.startswith("/browse/"):
        return int(document["total"])
    rows = document["results"]["bindings"]
    if "practice" in document["head"]["vars"]:
        return len({row.get("partOf", row["practice"])["value"] for row in rows})
    return len(rows)


def test_every_count_has_a_link_or_a_reason() -> None:
    counting = {
        path.stem for path in (ROOT / "queries").glob("*.rq") if "COUNT(" in path.read_text("utf-8")
    }
    assert counting - set(_COUNTING) == set(_WITHOUT_LINK)


def test_answer_states_its_share_of_all_practices(real_client: FlaskClient) -> None:
    page = html(real_client, "/queries/practices-by-budget")
    stated = re.search("Practices in this answer: ([0-9]+) of ([0-9]+)", page)
    counted = real_client.get("/queries/practices-in-all?format=json").get_json()
    in_all = counted["results"]["bindings"][0]["practices"]["value"]
    with_budget = _resources_behind(real_client, "/queries/practices-by-budget")
    assert stated is not None
    assert stated.groups() == (str(with_budget), in_all)
    assert 0 < with_budget < int(in_all)


def test_answer_on_what_all_resources_have_states_no_share(real_client: FlaskClient) -> None:
    assert "in this answer" not in html(real_client, "/queries/practices-by-type")


def test_number_zero_links_no_list(real_client: FlaskClient) -> None:
    page = html(real_client, "/queries/coverage-of-actions")
    cell = '<td role="cell" class="figure" data-heading="Number of practices">'
    assert f"{cell}<bdi>0</bdi>" in page


@pytest.mark.parametrize("name", _COUNTING)
def test_counted_list_has_its_facets(name: str) -> None:
    require_facets(read_query(ROOT / "queries" / f"{name}.rq", Addresses()))


@pytest.mark.parametrize("kind", ["practice", "nothing"])
def test_unknown_facet_of_a_counted_list_is_an_error(kind: str) -> None:
    query = read_query(ROOT / "queries" / "objectives.rq", Addresses())
    counted_list = CountedList("practices", kind, {"objectiv": "objective"})
    with pytest.raises(DataError, match="the facet 'objectiv', which lists of the kind"):
        require_facets(replace(query, counts=(counted_list,)))


def test_linked_number_has_the_separators_of_its_column(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "_counted_path", lambda *_: "/browse/practice")
    counted_list = CountedList("practices", "practice", {})
    rows = [{"practices": Literal("12345")}, {"practices": Literal("0")}]
    cells = table._linked_counts(cast("Page", None), counted_list, rows, ["12,345", "0"])
    assert cells == [table.LinkedCount("12,345", "/browse/practice"), "0"]
