"""Every query of the library on the graph that this repository makes: an answer, or a reason for none."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from urllib.request import urlopen

import pytest
from pyoxigraph import QueryResultsFormat, parse_query_results

from gcmgraph.contributions.graph_sending import graph_lines
from gcmgraph.platform.text import natural
from gcmgraph.queries.description import examples_by_name
from gcmgraph.queries.library import NamedQuery
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal
from gcmgraph.repository.layout import Repository
from gcmgraph.store.graph_store import GraphStore, Target
from gcmgraph.store.port import Row, Store
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.store.transport import sparql_request
from gcmgraph.store.version_files import DUMP
from servers import oxigraph_server, virtuoso_server

ADDRESSES = Addresses()
QUERIES = {
    path.stem: path.read_text("utf-8") for path in Repository(Path(__file__).parents[2]).queries
}

#: Queries of this graph; those that ask another endpoint are in
#: `tests/web/test_queries_service.py`.
NAMES = [name for name, text in QUERIES.items() if "\n# parameter: endpoint endpoint" not in text]

#: Queries whose honest answer on today's graph is empty, and why.
EMPTY: dict[str, str] = {
    "contributions": "nothing was contributed to this repository yet",
    "practices-of-several-objectives": "each practice of the guidance is an example of one objective",
    "outputs-of-iom": "an operator imports IOM's results framework",
    "not-reviewed": "everything published was read by an editor",
}

#: Columns that no row of today's graph fills, and why.
UNFILLED = {
    ("members-of-organisation", "practice"): "no process has a practice of its own in a country",
    ("members-of-organisation", "title"): "no process has a practice of its own in a country",
    ("passages-not-understood", "passage"): "every passage of the sources is understood",
    ("passages-not-understood", "quotation"): "every passage of the sources is understood",
}


@pytest.fixture(scope="session")
def real(built_store: Path) -> Store:
    """Return the graph of this repository."""
    return StoreFolder(built_store).open_current()


@pytest.fixture(scope="session")
def rows_of(real: Store, queries: dict[str, NamedQuery]) -> Callable[[str], Sequence[Row]]:
    """Return what gives the rows of a query without values for its parameters; each query is asked once."""

    def rows(name: str) -> Sequence[Row]:
        query = queries[name]
        return real.select(query.text, substitutions=query.substitutions({}, ADDRESSES)).rows

    return cache(rows)


#: Queries that do not end on Oxigraph 0.4.9 within two minutes, or do so only on an idle machine.
LATE_ON_OXIGRAPH = frozenset(
    ("corridors-without-practice", "figures-of-country", "practices-by-region")
)

#: Queries with booleans, for which Virtuoso has integers (`test_virtuoso_has_integers_for_booleans`).
WITH_BOOLEANS = frozenset(
    ("countries-through-membership", "practices-by-goal", "practices-by-state")
)

BOOLEAN = IRI("http://www.w3.org/2001/XMLSchema#boolean")
INTEGER = "http://www.w3.org/2001/XMLSchema#integer"


#: Writes the union of all graphs to the default graph.
UNION = "INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def other_engine(
    request: pytest.FixtureRequest, built_store: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Target]:
    """A SPARQL server with the graph of this repository."""
    start = {"oxigraph": oxigraph_server, "virtuoso": virtuoso_server}[request.param]
    user = "dba" if request.param == "virtuoso" else ""
    with start(tmp_path_factory.mktemp(request.param)) as url:
        target = Target.of(url, user, user)
        dump = StoreFolder(built_store).current_folder() / DUMP
        for name, lines in graph_lines(dump, ADDRESSES.graph("")).items():
            GraphStore(target).replace(name, lines)
        if request.param == "oxigraph":  # in its own union a triple of two graphs counts twice
            update = sparql_request(f"{url.removesuffix('/query')}/update", "INSERT", UNION, "*/*")
            urlopen(update, timeout=120).close()  # noqa: S310 - a server of ours
        yield target


@pytest.mark.exhaustive
def test_rows_on_other_engines(
    other_engine: Target, real: Store, queries: dict[str, NamedQuery]
) -> None:
    bound = {
        name: query.substitutions({}, ADDRESSES)
        for name, query in queries.items()
        if query.stands_alone
    }
    texts = {name: queries[name].written_out(terms) for name, terms in bound.items()}
    for name, question in examples_by_name().items():
        if "CONSTRUCT" not in question.query and not question.query.startswith("ASK"):
            used = ADDRESSES.prefixes_in(question.query)
            texts[name] = (
                "".join(f"PREFIX {key}: <{iri}>\n" for key, iri in used.items()) + question.query
            )
    is_virtuoso = GraphStore(other_engine).is_virtuoso
    differing = set[str]()
    for name, text in texts.items():
        http = sparql_request(other_engine.query, "SELECT", text, "application/sparql-results+json")
        try:
            with urlopen(http, timeout=120) as response:  # noqa: S310 - a server of ours
                answer = parse_query_results(response.read(), QueryResultsFormat.JSON)
        except OSError:  # it gave up, or is late
            differing.add(name)
            continue
        names = [variable.value for variable in answer.variables]  # type: ignore[union-attr]
        there = [
            {n: term for n, term in zip(names, row, strict=True) if term is not None}
            for row in answer
        ]  # type: ignore[union-attr]
        rows_there = [words(row) for row in there]
        rows_here = real.select(text).rows
        if is_virtuoso and name in WITH_BOOLEANS:
            rows_here = [booleans_as_integers(row) for row in rows_here]
        if rows_there != [words(row) for row in rows_here]:
            differing.add(name)
    assert differing <= (frozenset() if is_virtuoso else LATE_ON_OXIGRAPH)


def test_virtuoso_has_integers_for_booleans(tmp_path: Path) -> None:
    """Comparisons return xsd:boolean (SPARQL 1.1, section 17.3). Virtuoso 7.2.12 returns 1 and 0.

    When this fails, Virtuoso is repaired: remove `WITH_BOOLEANS`.
    """
    query = "SELECT (1 = 1 AS ?same) (1 = 2 AS ?other) (true AS ?literal) WHERE {}"
    [row] = Store.in_memory().select(query).rows
    assert row == {"same": Literal(True), "other": Literal(False), "literal": Literal(True)}
    with virtuoso_server(tmp_path) as url:
        http = sparql_request(url, "SELECT", query, "application/sparql-results+json")
        with urlopen(http, timeout=120) as response:  # noqa: S310 - a server of ours
            bindings = json.load(response)["results"]["bindings"]
    [binding] = bindings
    values = {name: (term["value"], term["datatype"]) for name, term in binding.items()}
    assert values == {"same": ("1", INTEGER), "other": ("0", INTEGER), "literal": ("1", INTEGER)}


def booleans_as_integers(row: Row) -> Row:
    """Return a row as Virtuoso has it: 1 for true, 0 for false."""
    integers = {"true": "1", "false": "0"}
    return {
        name: Literal(integers[term.value])
        if isinstance(term, Literal) and term.datatype == BOOLEAN
        else term
        for name, term in row.items()
    }


def test_closest_role_in_each_practice(real: Store, queries: dict[str, NamedQuery]) -> None:
    query = queries["practices-by-organisation"]
    roles = {
        "redtram": ["involvesOrganisation"],
        "unodc": ["leadOrganisation", "organizer"],
    }  # of a meeting
    for organisation, expected in roles.items():
        bound = query.substitutions({"organisation": organisation}, ADDRESSES)
        rows = real.select(query.in_stable_order(), substitutions=bound).rows
        assert sorted(re.split("[#/]", row["role"].value)[-1] for row in rows) == expected  # type: ignore[union-attr]


def words(row: Row) -> dict[str, list[str]]:
    """Return a row with concatenated texts taken apart: SPARQL gives them in any order."""
    return {name: sorted(re.split(r"[| ]+", term.value)) for name, term in row.items()}


@pytest.mark.parametrize("name", NAMES)
def test_rows_of_every_query(
    rows_of: Callable[[str], Sequence[Row]], queries: dict[str, NamedQuery], name: str
) -> None:
    query, rows = queries[name], rows_of(name)
    assert bool(rows) is (name not in EMPTY), EMPTY.get(name, "no rows")
    unfilled = {
        variable
        for variable in query.variables
        if rows and not any(variable in row for row in rows)
    }
    unfilled -= {"partOf"}  # the default values of some have no part
    known = {variable for query_name, variable in UNFILLED if query_name == name}
    assert unfilled == known, "tell in UNFILLED why, or mend the query"
    seen = {
        frozenset(
            (column, term.value if column == "notation" else term) for column, term in row.items()
        )  # type: ignore[union-attr]
        for row in rows
    }
    assert len(seen) == len(rows)


def test_columns_of_simple_queries(queries: dict[str, NamedQuery]) -> None:
    empty = Store.in_memory()
    for name in NAMES:
        if "NOT EXISTS" in QUERIES[name]:
            simple = queries[name].simplified()
            assert "Better" not in simple
            bound = queries[name].substitutions({}, ADDRESSES)
            assert (
                tuple(empty.select(simple, substitutions=bound).variables)
                == queries[name].variables
            ), name


#: Columns of codes that come first in the order of queries, and their queries.
BY_CODE = {
    "notation": "actions-by-region actions-of-objective actions-without-practice actions-without-practice-in-region "
    "coverage-of-actions targets-of-objective instruments-of-actions",
    "notation objective": "practices-by-goal",
    "objective notation": "targets-without-practice",
    "objective": "audiences-by-objective funders-of-objective",
    "number": "objectives",
    "thing": "un-identifiers",
}


def test_order_of_codes(rows_of: Callable[[str], Sequence[Row]]) -> None:
    """Objective 10 follows 9, action 10a follows 9f, target 8.10 follows 8.8, as in all lists."""
    for columns, names in BY_CODE.items():
        for name in names.split():
            codes = [[row[column].value for column in columns.split()] for row in rows_of(name)]  # type: ignore[union-attr]
            assert codes == sorted(codes, key=lambda row: [natural(code) for code in row]), name
            assert len({code for code, *_ in codes}) > 1


def test_order_of_queries_with_codes() -> None:
    """A new query with objectives, actions or targets first in its order must not sort their codes as texts."""
    first = {
        name: re.findall(r"^ORDER BY (\S+)", text, re.MULTILINE)[-1:]
        for name, text in QUERIES.items()
    }
    codes = {"?objective", "?action", "?notation", "?target", "?goal"}
    as_text = {name for name, key in first.items() if codes.intersection(key)}
    assert not as_text


def test_rows_have_the_order_of_the_query(rows_of: Callable[[str], Sequence[Row]]) -> None:
    """Numbers that a query sorts first are sorted: the largest first after DESC, else the smallest."""
    sorted_queries = 0
    for name in NAMES:
        order = re.search(r"^ORDER BY (DESC)?\(?\?(\w+)", QUERIES[name], re.MULTILINE)
        if order is None:
            continue
        terms = [row.get(order[2]) for row in rows_of(name)]
        numbers = [
            float(term.value)
            for term in terms
            if isinstance(term, Literal) and term.value.isdecimal()
        ]
        if len(numbers) == len(terms) > 1:
            sorted_queries += 1
            assert numbers == sorted(numbers, reverse=order[1] is not None), name
    assert sorted_queries > 10
