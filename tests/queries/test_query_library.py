"""Every query of the library runs, finds something, and answers a question of the documentation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from collected import read_rows
from gcmgraph.queries.library import MAX_ROWS, NamedQuery, read_queries
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import read_quads
from gcmgraph.rdf.terms import IRI, Literal, Quad, Term, rebase_quad
from gcmgraph.repository.layout import Repository
from gcmgraph.store.port import Row, Store

ROOT = Path(__file__).parents[2]
NAMES = [path.stem for path in Repository(ROOT).queries]
#: Those that need no other endpoint; `tests/web/test_queries_service.py` has one for the others.
ALONE = [name for name in NAMES if not name.startswith("un-") or name == "un-identifiers"]
ADDRESSES = Addresses()
GCM, SKOS, DCT = (ADDRESSES.expand(f"{prefix}:") for prefix in ("gcm", "skos", "dct"))
#: Those that take a language.
IN_LANGUAGES = [
    name
    for name, query in read_queries(Repository(ROOT), ADDRESSES).items()
    if query.endpoint is None and "language" in {parameter.name for parameter in query.parameters}
]
#: Rows of queries with some values, by columns and in order, on the small graph beside this file.
CASES = read_rows(Path(__file__).with_name("rows.csv"))
Library = dict[str, NamedQuery]


def run(store: Store, query: NamedQuery, **given: str) -> list[dict[str, str]]:
    """Return the rows of a query with values as short as they can be."""
    bound = query.substitutions(given, ADDRESSES)
    rows = store.select(query.in_stable_order(), substitutions=bound).rows
    return [{name: short(term) for name, term in row.items()} for row in rows]


def short(term: Term) -> str:
    return (ADDRESSES.compress(term.value) or term.value) if isinstance(term, IRI) else term.value


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['query']} {case['given']}")
def test_rows_of_the_sample(sample: Store, queries: Library, case: dict[str, str]) -> None:
    given = dict(pair.split("=", 1) for pair in case["given"].split())
    rows = run(sample, queries[case["query"]], **given)
    found = [" | ".join(row.get(column, "-") for column in case["columns"].split()) for row in rows]
    assert found == (case["rows"].split("; ") if case["rows"] else [])


@pytest.mark.parametrize("name", ALONE)
def test_parameters_restrict_rows(sample: Store, queries: Library, name: str) -> None:
    """A value that fits nothing empties the answer, or at least the column that depends on it."""
    for parameter in queries[name].parameters:
        if parameter.type in {"integer", "gYear", "language"}:
            continue  # tested one by one below
        nothing = (
            Literal("no such text")
            if parameter.type == "text"
            else IRI("https://example.org/nothing")
        )
        bound = queries[name].substitutions({}, ADDRESSES)
        usual = sample.select(queries[name].text, substitutions=bound).rows
        rows = sample.select(
            queries[name].text, substitutions={**bound, parameter.name: nothing}
        ).rows
        assert answer(rows, parameter.name) != answer(usual, parameter.name)


@pytest.mark.parametrize("name", ALONE)
def test_equal_resources_in_every_language(sample: Store, queries: Library, name: str) -> None:
    """A thing without a text in the language asked for shows one in another."""
    if "language" not in {parameter.name for parameter in queries[name].parameters}:
        return
    found = []
    for language in ("en", "fr"):
        rows = sample.select(
            queries[name].text,
            substitutions=queries[name].substitutions({"language": language}, ADDRESSES),
        ).rows
        found.append(
            {frozenset(str(t) for t in row.values() if isinstance(t, IRI)) for row in rows}
        )
    assert found[0] == found[1]


def test_resources_without_label_are_included(sample: Store, queries: Library) -> None:
    """The shapes only warn of an action or an objective without one."""
    kinds = ", ".join(f"<{GCM}{kind}>" for kind in ("Action", "Objective"))
    labelled = {
        row["thing"]
        for row in sample.select(f"SELECT ?thing {{ ?thing a ?k FILTER(?k IN ({kinds})) }}").rows
    }
    bare = Store.in_memory(
        quad
        for quad in sample.quads()
        if quad.subject not in labelled or quad.predicate.value != f"{SKOS}prefLabel"
    )
    for name in set(ALONE) - {"texts-in-two-languages"}:
        bound = queries[name].substitutions({}, ADDRESSES)
        usual, found = (
            store.select(queries[name].text, substitutions=bound).rows for store in (sample, bare)
        )
        assert resources_of(found) == resources_of(usual), name


def resources_of(rows: Sequence[Row]) -> set[frozenset[str]]:
    return {frozenset(str(term) for term in row.values() if isinstance(term, IRI)) for row in rows}


#: What the queries that take a language show in one: of each thing there is one, but for the
#: acronyms and outcomes.
IN_A_LANGUAGE = {
    *(f"{SKOS}prefLabel", f"{DCT}title", f"{SKOS}definition", f"{GCM}outcome", f"{GCM}acronym"),
    "https://schema.org/unitText",
}


@pytest.mark.parametrize(
    ("tags", "shown"),
    [("zh fr es en ar", "es"), ("zh fr en ar", "en"), ("zh fr ar", "fr"), ("zh ru ar", "ar")],
)
def test_language_of_texts(sample: Store, queries: Library, tags: str, shown: str) -> None:
    """In the one asked for, else in English, else in French, else in that of the smallest tag; all that are in it."""
    spoken = Store.in_memory(
        Quad(quad.subject, quad.predicate, term, quad.graph_name)
        for quad in sample.quads()
        for term in (
            translated(quad.object, tags)
            if quad.predicate.value in IN_A_LANGUAGE
            else [quad.object]
        )
    )
    elsewhere = {
        "terms": shown != "es",
        "texts-without-translation": shown == "es",
    }  # no rows, or no such texts
    for name in IN_LANGUAGES:
        bound = queries[name].substitutions({"language": "es"}, ADDRESSES)
        rows = spoken.select(queries[name].text, substitutions=bound).rows
        texts = [
            term
            for row in rows
            for term in row.values()
            if isinstance(term, Literal) and term.language
        ]
        ours = {
            (text.language, text.value[-2:]) for text in texts if text.value[-2:] in {" 1", " 2"}
        }
        assert ours == (set() if elsewhere.get(name) else {(shown, " 1"), (shown, " 2")}), name


def translated(term: Term, tags: str) -> list[Term]:
    """Two texts in each of the languages."""
    return [
        Literal(f"{term.value} {number}", language=tag) for tag in tags.split() for number in (1, 2)
    ]


def answer(rows: Sequence[Row], parameter: str) -> list[dict[str, str]]:
    """Return the rows without the column that only repeats the parameter."""
    return [{name: str(term) for name, term in row.items() if name != parameter} for row in rows]


def test_slices_of_rows(sample: Store, queries: Library) -> None:
    for name in ALONE:
        query = queries[name]
        bound = query.substitutions({}, ADDRESSES)
        whole = sample.select(query.in_stable_order(), substitutions=bound).rows
        rows = sample.select(query.text, substitutions=bound).rows
        assert {frozenset(row.items()) for row in whole} == {
            frozenset(row.items()) for row in rows
        }, name
        in_order = query.in_stable_order().removesuffix(f"LIMIT {MAX_ROWS}\n")
        slices = [f"{in_order}LIMIT 1 OFFSET {number}" for number in range(len(whole))]
        assert [
            row for one in slices for row in sample.select(one, substitutions=bound).rows
        ] == list(whole), name


def test_rows_of_queries_written_out(sample: Store, queries: Library) -> None:
    for name in ALONE:
        bound = queries[name].substitutions({}, ADDRESSES)
        usual = sample.select(queries[name].text, substitutions=bound).rows
        written = sample.select(queries[name].written_out(bound)).rows
        assert resources_of(written) == resources_of(usual), name
        assert len(written) == len(usual), name


def test_library_under_another_base(repository: Repository) -> None:
    addresses = Addresses("http://localhost:8080/")
    quads = read_quads(Path(__file__).parent / "graph.trig")
    store = Store.in_memory(rebase_quad(quad, addresses) for quad in quads)
    library = read_queries(repository, addresses)
    for query in (library[name] for name in ALONE):
        assert store.select(query.text, substitutions=query.substitutions({}, addresses)).rows, (
            query.name
        )


def test_questions_of_the_page_equal_the_queries(queries: Library) -> None:
    page = (ROOT / "docs" / "competency-questions.md").read_text("utf-8")
    assert sorted(re.findall(r"\]\(\.\./queries/([\w-]+)\.rq\)", page)) == sorted(NAMES)
    for query in queries.values():
        for text in (query.title["en"], query.title["fr"]):
            assert text in page, f"queries/{query.name}.rq has a title that the page lacks"


def test_coverage_includes_actions_without_practices(sample: Store, queries: Library) -> None:
    rows = run(sample, queries["coverage-of-actions"])
    found = {
        row["notation"]: (row["practices"], sorted(row.get("titles", "").split(" | ")))
        for row in rows
    }
    assert found == {"9a": ("0", [""]), "9b": ("2", ["Initiative conjointe", "Plan de travail"])}
