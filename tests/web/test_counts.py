"""Counts of practices are the same in lists, facets, exports, tables, maps, queries and tools for assistants.

A practice counts once where it or any of its parts has a value (docs/model.md). The expected
numbers are computed from `dct:isPartOf` and the stated values, without `gcm:countedAs` and without
the list file.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from pathlib import Path
from typing import TypeAlias

import pytest
from answers import html, table
from flask.testing import FlaskClient
from mcp_client import McpClient

from gcmgraph.publication.lists.facets import FACETS
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Vocabulary
from gcmgraph.store.port import Store
from gcmgraph.store.store_folder import StoreFolder

A = Addresses()
V = Vocabulary(A)

#: Practices and parts that have a value, by facet and key of the value.
Having: TypeAlias = dict[str, dict[str, set[IRI]]]

#: Facets, and queries that count or list practices.
TABLES = tomllib.loads(Path(__file__).with_name("counts.toml").read_text("utf-8"))
PATHS, COUNTING, LISTING = TABLES["paths"], TABLES["counting"], TABLES["listing"]


@pytest.fixture(scope="module")
def store(real_store_folder: Path) -> Store:
    return StoreFolder(real_store_folder).open_current()


@pytest.fixture(scope="module")
def whole_of(store: Store) -> dict[IRI, IRI]:
    """The practices, each with the one that it is a part of, else itself."""
    practices = {t.subject for t in store.triples(None, V("rdf:type"), V("gcm:Practice"))}
    wholes = {
        t.subject: t.object
        for t in store.triples(None, V("dct:isPartOf"))
        if t.subject in practices
    }
    return {practice: wholes.get(practice, practice) for practice in practices}  # type: ignore[misc]


@pytest.fixture(scope="module")
def having(store: Store, whole_of: dict[IRI, IRI]) -> Having:
    stems = {facet.name: facet for facet in FACETS["practice"]}
    prefixes = "".join(f"PREFIX {prefix}: <{iri}> " for prefix, iri in A.prefixes.items())
    found: Having = {}
    for name, path in PATHS.items():
        values = found[name] = dict[str, set[IRI]]()
        for row in store.select(
            f"{prefixes} SELECT ?p ?value {{ ?p a gcm:Practice ; {path} ?value }}"
        ).rows:
            practice, value = row["p"], row["value"]
            values.setdefault(stems[name].key(value.value, A), set()).add(practice)
    assert len(whole_of) > len(set(whole_of.values())) > 70
    return found


def counted(practices: set[IRI], whole_of: dict[IRI, IRI]) -> tuple[int, int]:
    """The number of practices, and of parts."""
    return len({whole_of[practice] for practice in practices}), sum(
        whole_of[one] != one for one in practices
    )


def query(client: FlaskClient, name: str, **values: str) -> list[dict[str, str]]:
    response = client.get(
        f"/queries/{name}", query_string={"format": "csv", "page_size": 100_000, **values}
    )
    assert response.status_code == 200, response.text
    return table(response.text)


@pytest.mark.parametrize("name", PATHS)
def test_counts_of_a_facet(
    real_client: FlaskClient, having: Having, whole_of: dict[IRI, IRI], name: str
) -> None:
    expected = {key: counted(practices, whole_of)[0] for key, practices in having[name].items()}
    counts = real_client.get("/browse/practice?format=json&limit=1").get_json()["counts"]
    assert counts[name] == expected
    options = re.search(
        rf'<select id="by-{name}".*?</select>',
        html(real_client, "/browse/practice?filters=all"),
        re.S,
    )
    if name != "stated-target":  # only the menus of offered facets
        assert options
    shown = dict(
        re.findall(
            r'<option value="([^"]+)"[^>]*>[^<]*\((\d+)\)</option>', options[0] if options else ""
        )
    )
    assert {key: int(count) for key, count in shown.items()} == expected


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", PATHS)
def test_total_and_rows_of_each_list(
    real_client: FlaskClient, having: Having, whole_of: dict[IRI, IRI], name: str
) -> None:
    for key, practices in having[name].items():
        address, (number, parts) = f"/browse/practice?{name}={key}", counted(practices, whole_of)
        listed = table(real_client.get(f"{address}&format=csv&limit=1000").text)
        wholes = {whole_of[practice] for practice in practices}
        assert {row["address"] for row in listed} == {
            practice.value for practice in practices | wholes
        }
        assert sum(bool(row["part-of"]) for row in listed) == parts
        assert sum(not row["part-of"] for row in listed) == number, address
        through = {row["address"] for row in listed if row["through-part"]}
        assert through == {whole.value for whole in wholes - practices}


@pytest.mark.parametrize("name", COUNTING)
def test_numbers_of_a_query(
    real_client: FlaskClient, having: Having, whole_of: dict[IRI, IRI], name: str
) -> None:
    facet, resource, number, of_parts = COUNTING[name]
    found = query(real_client, name)
    assert found
    for row in found:
        key = row[resource].rpartition("/")[2]
        practices = having[facet].get(key, set())
        expected = counted(practices, whole_of)
        assert int(row[number]) == expected[0], row
        if of_parts:
            through = len({whole_of[one] for one in practices} - practices)
            assert (int(row[of_parts]), int(row["throughPart"])) == (expected[1], through), row


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", LISTING)
def test_practices_of_a_query(
    real_client: FlaskClient, having: Having, whole_of: dict[IRI, IRI], name: str
) -> None:
    facet, parameter, stem = LISTING[name]
    for key, practices in having[facet].items():
        found = query(real_client, name, **{parameter: f"{stem}{key}"})
        assert {row["practice"] for row in found} == {practice.value for practice in practices}, (
            name,
            key,
        )
        wholes = {row["partOf"] or row["practice"] for row in found}
        assert wholes == {whole_of[practice].value for practice in practices}, (name, key)


@pytest.mark.parametrize("name", ["country", "organisation-kind", "region"])
def test_totals_of_a_matrix(
    real_client: FlaskClient, having: Having, whole_of: dict[IRI, IRI], name: str
) -> None:
    _, *lines = csv.reader(io.StringIO(real_client.get(f"/matrix/{name}?format=csv").text))
    numbers = {line[0].rpartition("/")[2]: int(line[-1]) for line in lines}
    expected = {key: counted(practices, whole_of)[0] for key, practices in having[name].items()}
    total = counted(set().union(*having[name].values()), whole_of)[0]
    assert {key: numbers[key] for key in expected} == expected
    assert set(numbers.values()) - set(expected.values()) <= {total}


@pytest.mark.exhaustive
@pytest.mark.parametrize("kind", ["objective", "country"])
def test_pages_of_a_kind(
    real_client: FlaskClient, having: Having, whole_of: dict[IRI, IRI], kind: str
) -> None:
    for key, practices in having[kind].items():
        number, parts = counted(practices, whole_of)
        page = real_client.get(f"/doc/{kind}/{key}.html").text
        if number > 1:
            assert f">All {number} practices</a>" in page, key
        if parts and number > 1:
            assert re.search(rf"\b{parts} parts?\b", page), key


def test_answers_to_assistants(
    real_client: FlaskClient, having: Having, whole_of: dict[IRI, IRI]
) -> None:
    mcp = McpClient(real_client)
    wholes = set(whole_of.values())
    assert (
        f"\n{len(wholes)},{len(whole_of) - len(wholes)}\n"
        in f"{mcp.call('run_query', name='practices-in-all')}\n"
    )
    answer = mcp.call("run_query", name="practices-per-country", parameters={"country": "MDA"})
    (row,) = table(answer.partition("\n\n")[2])
    assert (int(row["practicesCarriedOut"]), int(row["parts"])) == counted(
        having["country"]["MDA"], whole_of
    )


def test_practices_of_a_period_are_those_of_the_list(real_client: FlaskClient) -> None:
    for year in ("2018", "2020"):
        found = query(real_client, "practices-by-period", **{"from": year, "to": year})
        listed = table(
            real_client.get(f"/browse/practice?from={year}&to={year}&format=csv&limit=1000").text
        )
        passing = {row["address"] for row in listed if not row["through-part"]}
        assert {row["practice"] for row in found} == passing, year
        wholes = {row["partOf"] or row["practice"] for row in found}
        total = real_client.get(f"/browse/practice?from={year}&to={year}&format=json").get_json()[
            "total"
        ]
        assert len(wholes) == total, year


def test_columns_of_practices_say_what_they_count(real_client: FlaskClient) -> None:
    for role, name in (
        ("carried out", "practices-per-country"),
        ("any role", "immigrants-and-practices"),
    ):
        headings = re.findall(
            r'role="columnheader">([^<]+)', html(real_client, f"/queries/{name}?lang=en")
        )
        (column,) = (text for text in headings if text.startswith("Number of practices"))
        assert role in column


def test_topics_say_that_narrower_ones_are_counted(real_client: FlaskClient) -> None:
    assert "Topic (with narrower topics)" in html(
        real_client, "/browse/practice?filters=all&lang=en"
    )
    page = html(real_client, "/doc/concept/topic/cooperation?lang=en")
    assert re.search(r'\d+ practices</a> <span class="note">Topic \(with narrower topics\)', page)


def test_column_of_figures_is_named_in_words_of_readers(real_client: FlaskClient) -> None:
    page = html(real_client, "/doc/country/NER?lang=en")
    assert "observation value" not in page.partition('id="statements"')[0]
    assert '<th scope="col">Figure</th>' in page
