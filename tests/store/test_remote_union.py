"""The union that is kept in a server, who may write there, and all rows of a server that gives only some."""

from __future__ import annotations

import dataclasses
import threading

import pytest
from engines import DBA, emptied

from gcmgraph.errors import QuerySyntaxError, StoreError
from gcmgraph.model.terms import IRI, Literal, Quad, Triple, text
from gcmgraph.namespaces import Addresses
from gcmgraph.sparql.dataset_clause import UNION, QueryDataset, read_dataset_clause, read_graph_patterns
from gcmgraph.store.port import CSV_RESULTS, Row, Wanted
from gcmgraph.store.remote import write_lock as remote_claim
from gcmgraph.store.remote.dataset import RemoteDataset
from gcmgraph.store.remote.dialects import Access
from gcmgraph.store.remote.rewriting import large_integer, without_large_limit
from gcmgraph.store.remote.store import RemoteStore
from gcmgraph.store.remote.union import UNION_GRAPH
from gcmgraph.store.remote.write_lock import CLAIMS, WriteClaim

A = Addresses()
EX = "http://example.org/"
CURATED, INFERRED, OTHERS = IRI(A.graph("curated")), IRI(A.graph("inferred")), IRI(EX + "others")
S, P, Q = IRI(EX + "s"), IRI(EX + "p"), IRI(EX + "q")
CSV = Wanted(CSV_RESULTS.media_type, None, None)


def opened(url: str, access: Access) -> RemoteDataset:
    dataset = RemoteDataset(url, A, access)
    emptied(dataset.store)
    return dataset


@pytest.fixture(params=["oxigraph", "standard", "virtuoso"])
def dataset(request: pytest.FixtureRequest) -> RemoteDataset:
    if request.param == "virtuoso":
        return opened(request.getfixturevalue("virtuoso_url"), DBA)
    url: str = request.getfixturevalue("oxigraph_url")
    base = url.removesuffix("/query")
    return opened(
        url, Access("standard", f"{base}/update", f"{base}/store") if request.param == "standard" else Access()
    )


def seen(store: RemoteStore) -> list[str]:
    """Return the values in the union, each as often as it comes."""
    return sorted(row["o"].value for row in store.select("SELECT ?o WHERE { ?s ?p ?o }").rows)


def test_the_union_follows_the_versions(dataset: RemoteDataset) -> None:
    both = [Quad(S, P, Literal("both"), graph) for graph in (CURATED, INFERRED)]
    dataset.publish("v1", [*both, Quad(S, P, Literal("old"), CURATED)], {})
    assert seen(dataset.store) == ["both", "old"]
    dataset.publish("v2", [both[0], Quad(S, P, Literal("new"), INFERRED)], {})
    assert seen(dataset.store) == ["both", "new"]
    dataset.publish("v3", [Quad(S, P, Literal("new"), INFERRED)], {})
    assert seen(dataset.store) == ["new"]


def test_what_an_operator_loads_stays_in_the_union_and_what_others_write_is_seen_with_graph(
    dataset: RemoteDataset,
) -> None:
    dataset.publish("v1", [Quad(S, P, Literal("ours"), CURATED)], {})
    dataset.add([Quad(S, P, Literal("loaded"), OTHERS), Quad(S, P, Literal("of no graph"))])
    dataset.store.replace_graph(IRI(EX + "strangers"), [Triple(S, P, Literal("strangers"))])
    for version in ("v2", "v3"):
        dataset.publish(version, [Quad(S, P, Literal(version), CURATED)], {})
        assert seen(dataset.store) == ["loaded", "of no graph", version]
    rows = dataset.store.select(f"SELECT ?g ?o WHERE {{ GRAPH ?g {{ {S} {P} ?o }} }}").rows
    assert {row["o"].value for row in rows} == {"loaded", "of no graph", "v3", "strangers"}
    assert UNION_GRAPH not in {row["g"] for row in rows}
    assert UNION_GRAPH not in dataset.store.graphs()


def test_an_interrupted_load_leaves_a_union_that_the_next_one_mends(
    dataset: RemoteDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset.publish("v1", [Quad(S, P, Literal("a"), CURATED)], {})
    with monkeypatch.context() as patch:
        patch.setattr(RemoteStore, "keep_union", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            dataset.publish("v2", [Quad(S, P, Literal("b"), CURATED)], {})
    assert dataset.current_version() == "v2-loading"
    dataset.publish("v2", [Quad(S, P, Literal("b"), CURATED)], {})
    assert (dataset.current_version(), seen(dataset.store)) == ("v2", ["b"])


def test_a_union_of_many_triples_shrinks_and_graph_names_of_all_kinds_work(dataset: RemoteDataset) -> None:
    """Virtuoso's updates hold 10,000 rows; ours take 9,000 away."""
    many_rows = 10_100 if "sparql" in dataset.url else 700
    many = [Quad(IRI(f"{EX}{n}"), P, text(f"n° {n}", "fr"), CURATED) for n in range(many_rows)]
    dataset.publish("v1", [*many, Quad(S, Q, Literal("x"), INFERRED)], {})
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    assert dataset.store.select(count).rows[0]["n"].value == str(many_rows + 1)
    dataset.publish("v2", [many[0], Quad(S, Q, Literal("x"), INFERRED)], {})
    assert seen(dataset.store) == ["n° 0", "x"]
    named = f"PREFIX g: <{A.graph('')}> SELECT ?o WHERE {{ ?s ?p ?o GRAPH g:inferred {{ ?s {Q} ?o }} }}"
    assert [row["o"].value for row in dataset.store.select(named).rows] == ["x"]
    mixed = f"SELECT ?g WHERE {{ GRAPH {INFERRED} {{ ?s {Q} ?o }} GRAPH ?g {{ ?s ?p ?o }} }}"
    assert [row["g"] for row in dataset.store.select(mixed).rows] == [INFERRED]


def test_from_without_from_named_has_no_named_graphs(dataset: RemoteDataset) -> None:
    dataset.publish("v1", [Quad(S, P, Literal("a"), CURATED), Quad(S, P, Literal("b"), INFERRED)], {})
    query = f"SELECT ?n FROM {CURATED} WHERE {{ GRAPH ?g {{ ?s ?p ?n }} }}"  # noqa: S608 - SPARQL, of constants
    assert dataset.store.serialized(query, CSV, QueryDataset(union=False)) == ("text/csv", b"n\r\n")
    query = "SELECT ?d ?n WHERE { { ?s ?p ?d } UNION { GRAPH ?g { ?s ?p ?n } } }"
    only = QueryDataset(False, True, (CURATED.value,), ())
    assert dataset.store.serialized(query, CSV, only) == ("text/csv", b"d,n\r\na,\r\n")
    assert len((dataset.store.serialized(query, CSV, UNION) or ("", b""))[1].splitlines()) > 4


def test_a_default_graph_of_others_is_left_alone(oxigraph_url: str) -> None:
    dataset = opened(oxigraph_url, Access())
    dataset.store.endpoint.update(f"INSERT DATA {{ {S} {P} 'theirs' }}")
    for write in (
        lambda: dataset.publish("v1", [Quad(S, P, Literal("ours"), CURATED)], {}),
        lambda: dataset.add([Quad(S, P, Literal("ours"), CURATED)]),
    ):
        with pytest.raises(StoreError, match="holds triples of others") as caught:
            write()
        assert caught.value.hint
    assert seen(dataset.store) == ["theirs"]
    dataset.store.endpoint.update("CLEAR DEFAULT")
    dataset.publish("v1", [Quad(S, P, Literal("ours"), CURATED)], {})
    assert seen(dataset.store) == ["ours"]


def test_one_writes_at_a_time(dataset: RemoteDataset) -> None:
    with WriteClaim(dataset.store, 60):
        for write in (
            lambda: dataset.publish("v1", [Quad(S, P, Literal("a"), CURATED)], {}),
            lambda: dataset.add([Quad(S, P, Literal("a"), OTHERS)]),
        ):
            with pytest.raises(StoreError, match=r"Another build or load is writing .* process \d+ on ") as caught:
                write()
            assert "180 seconds" in (caught.value.hint or "")
    assert dataset.current_version() is None
    dataset.publish("v1", [Quad(S, P, Literal("a"), CURATED)], {})
    assert dataset.current_version() == "v1"
    assert CLAIMS not in dataset.store.graphs()


def test_of_builds_that_begin_at_once_no_two_write(dataset: RemoteDataset) -> None:
    """Each looks after it has claimed, so at least one of two sees the other."""
    start, writing, most, refused, guard = threading.Barrier(6), [0], [0], [0], threading.Lock()

    def build() -> None:
        start.wait()
        try:
            with WriteClaim(dataset.store, 60) as claim:
                with guard:
                    writing[0] += 1
                    most[0] = max(most[0], writing[0])
                claim.renew()
                with guard:
                    writing[0] -= 1
        except StoreError:
            with guard:
                refused[0] += 1

    threads = [threading.Thread(target=build) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] <= 1
    assert refused[0] >= 1
    with WriteClaim(dataset.store, 60):
        pass


@pytest.mark.parametrize("looks", [1, 10**6])
def test_claims_that_are_just_changing_are_looked_at_again(
    dataset: RemoteDataset, looks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Virtuoso gives rows without some of their values while another process releases its claim."""
    rows, seen = dataset.store.rows, [0]

    def changing(query: str) -> tuple[Row, ...]:
        seen[0] += 1
        return rows(query) if seen[0] > looks else tuple({"claim": row["claim"]} for row in rows(query))

    monkeypatch.setattr(dataset.store, "rows", changing)
    monkeypatch.setattr(remote_claim, "_BETWEEN", 0)
    if looks == 1:
        with WriteClaim(dataset.store, 60) as claim:
            claim.renew()
    else:
        with pytest.raises(StoreError, match="just beginning or ending") as caught, WriteClaim(dataset.store, 60):
            pass
        assert caught.value.hint
    assert CLAIMS not in dataset.store.graphs()


def test_the_claim_of_a_dead_process_ends_and_it_cannot_go_on(dataset: RemoteDataset) -> None:
    dead = WriteClaim(dataset.store, 60)
    dead._lease = -1  # as if it had been silent for long
    with dead, WriteClaim(dataset.store, 60), pytest.raises(StoreError, match="took over"):
        dead.renew()


@pytest.mark.parametrize("shape", ["many subjects", "one subject", "one subject, few objects"])
def test_all_rows_of_a_server_that_gives_only_some(virtuoso_url: str, shape: str) -> None:
    store = emptied(RemoteStore(virtuoso_url, DBA))
    store._dialect = dataclasses.replace(store._dialect, page=300)
    many = range(1_500)
    triples = {
        "many subjects": lambda n: Triple(IRI(f"{EX}é{n}"), P, text(f"n° {n % 7} 中文 😀", "fr")),
        "one subject": lambda n: Triple(S, P, text(f"n° {n} 中文 😀", "fr")),
        "one subject, few objects": lambda n: Triple(S, IRI(f"{EX}{n}"), Literal(f"KEY FIRST {n % 100}")),
    }[shape]
    given = {triples(n) for n in many}
    store.replace_graph(CURATED, sorted(given, key=str))
    found = list(store.quads(graph=CURATED))
    assert len(found) == len(given)
    assert {quad.triple for quad in found} == given
    if shape != "many subjects":
        assert {quad.triple for quad in store.quads(subject=S)} == given


@pytest.mark.parametrize(
    ("query", "default", "named"),
    [
        ("SELECT * FROM <a:b> WHERE { ?s ?p ?o }", ("a:b",), ()),
        ("SELECT * FROM<a:b>FROM NAMED<a:c> WHERE { ?s ?p ?o }", ("a:b",), ("a:c",)),
        (
            "PREFIX g: <a:> SELECT * FROM g:b # FROM <a:z>\nFROM\nNAMED g:c\\-d { ?s ?p 'FROM <a:y>' }",
            ("a:b",),
            ("a:c-d",),
        ),
        ("BASE <http://e/x/> PREFIX g: <y/> SELECT * FROM <b> FROM g:c { }", ("http://e/x/b", "http://e/x/y/c"), ()),
        ("SELECT * FROM k:b { ?from ?p <a:FROM> }", ("http://known/b",), ()),
        ("SELECT (STR(?x) AS ?FROM) WHERE { ?x ?p ?o }", (), ()),
    ],
)
def test_the_graphs_of_a_query_are_read(query: str, default: tuple[str, ...], named: tuple[str, ...]) -> None:
    clause = read_dataset_clause(query, {"k": "http://known/"})
    assert (clause.default_graphs, clause.named_graphs) == (default, named)


def test_the_graphs_of_patterns_are_read() -> None:
    query = "PREFIX g: <a:> SELECT * { GRAPH g:b { ?s ?p 'GRAPH <a:z>' } graph<a:c>{ } GRAPH g:b { } }"
    assert read_graph_patterns(query).iris == ("a:b", "a:c")
    assert not read_graph_patterns(query).variable
    assert read_graph_patterns("SELECT * { GRAPH $g { } }").variable


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT * { ?s ?p ?o } ORDER BY ?s LIMIT 10001", "SELECT * { ?s ?p ?o } ORDER BY ?s "),
        ("SELECT * { ?s ?p ?o } ORDER BY ?s\nLIMIT 100000\nOFFSET 0 # end", "SELECT * { ?s ?p ?o } ORDER BY ?s\n"),
        ("SELECT * { ?s ?p ?o } ORDER BY ?s LIMIT 10000", None),
        ("SELECT * { ?s ?p ?o } ORDER BY ?s LIMIT 20000 OFFSET 5", None),
        ("SELECT * { ?s ?p ?o } LIMIT 20000", None),
        ("SELECT * { { SELECT * { ?s ?p ?o } ORDER BY ?s LIMIT 20000 } }", None),
    ],
)
def test_a_limit_that_virtuoso_refuses_is_left_out(query: str, expected: str | None) -> None:
    assert without_large_limit(query, 10_000) == (query if expected is None else expected)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("SELECT (124 AS ?x) {}", "124"),
        ("SELECT (-124 AS ?x) {}", "124"),
        ("SELECT (1+99999 AS ?x) {}", "99999"),
        ("SELECT (0001 AS ?x) {}", "0001"),
        ("ASK { ?s ?p 1 . ?s ?p 124 . ?s ?p 125 }", "124"),
        ("SELECT (123 AS ?x) {}", None),
        ("SELECT (099 AS ?x) {}", None),
        ("SELECT (124.5 AS ?x) (.124 AS ?y) (0.999 AS ?z) (124e5 AS ?e) {}", None),
        ("SELECT ?124 { ?124 <urn:124> '124', a:124, _:b124 } # 124", None),
    ],
)
def test_an_integer_over_the_largest_is_found(query: str, found: str | None) -> None:
    assert large_integer(query, 123) == found


def test_an_integer_that_virtuoso_would_get_wrong_is_refused(virtuoso_url: str) -> None:
    store = RemoteStore(virtuoso_url, DBA)
    assert store.fetch("SELECT (9223372036854775807 AS ?x) {}", "text/csv") is not None
    for number in ("9223372036854775808", "-9223372036854775808", "9" * 5000):
        with pytest.raises(QuerySyntaxError, match="reads no integer over 9223372036854775807, such as 9") as caught:
            store.fetch(f"SELECT ({number} AS ?x) {{}}", "text/csv")
        assert len(str(caught.value)) < 250
