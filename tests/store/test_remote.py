"""What only a server has: addresses, credentials, failures, replaced graphs, the marker of the version."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Callable

import pytest
from engines import DBA, emptied, oxigraph

from gcmgraph.errors import QuerySyntaxError, SettingsError, StoreError
from gcmgraph.model.terms import IRI, BlankNode, Literal, Quad, Triple
from gcmgraph.namespaces import Addresses
from gcmgraph.sparql.bindings import bind
from gcmgraph.store.remote import store as remote
from gcmgraph.store.remote.client import OverLimitError
from gcmgraph.store.remote.dataset import RemoteDataset
from gcmgraph.store.remote.dialects import Access, find_endpoints
from gcmgraph.store.remote.store import RemoteStore
from gcmgraph.store.remote.version_marker import read_marker

A = Addresses()
CURATED, OURS, OTHERS = IRI(A.graph("curated")), IRI(A.graph("reference/x")), IRI("http://example.org/others")
S, P = IRI("http://example.org/s"), IRI("http://example.org/p")


@pytest.fixture(params=["oxigraph", "virtuoso"])
def dataset(request: pytest.FixtureRequest) -> RemoteDataset:
    url = request.getfixturevalue(f"{request.param}_url")
    dataset = RemoteDataset(url, A, DBA if request.param == "virtuoso" else Access())
    emptied(dataset.store)
    return dataset


def quad(value: str, graph: IRI) -> Quad:
    return Quad(S, P, Literal(value), graph)


@pytest.mark.parametrize(
    ("url", "access", "update", "graph_store"),
    [
        ("http://h:7878/query", Access(), "http://h:7878/update", "http://h:7878/store"),
        ("http://h:8890/sparql", Access(), "http://h:8890/sparql", "http://h:8890/sparql-graph-crud"),
        ("http://h:8890/sparql", DBA, "http://h:8890/sparql-auth", "http://h:8890/sparql-graph-crud-auth"),
        ("http://h/gcm/query", Access(), "http://h/gcm/update", "http://h/gcm/data"),
        ("http://h/gcm/sparql", Access(), "http://h/gcm/update", "http://h/gcm/data"),
        (
            "https://h/repositories/gcm",
            Access(),
            "https://h/repositories/gcm/statements",
            "https://h/repositories/gcm/rdf-graphs/service",
        ),
        ("https://h:8182/sparql", Access("neptune"), "https://h:8182/sparql", "https://h:8182/sparql/gsp/"),
        ("http://h/any", Access("standard", "http://h/u", "http://h/g"), "http://h/u", "http://h/g"),
    ],
)
def test_one_url_tells_the_others(url: str, access: Access, update: str, graph_store: str) -> None:
    found = find_endpoints(url, access)
    assert (found.query, found.update, found.graph_store) == (url, update, graph_store)


@pytest.mark.parametrize(
    ("url", "access", "words"),
    [
        ("http://h/nowhere", Access(), "does not tell which server"),
        ("http://h/query", Access("mysql"), "'store_engine' cannot be 'mysql'"),
        ("http:///query", Access(), "not the address"),
        ("http://h/query?x=y", Access(), "not the address"),
        ("http://user:secret@h/query", Access(), "holds credentials"),
    ],
)
def test_an_odd_url_is_refused_with_the_cure(url: str, access: Access, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as caught:
        find_endpoints(url, access)
    assert caught.value.hint
    assert "secret" not in str(caught.value)


def test_no_password_is_in_any_text() -> None:
    assert "secret" not in repr(Access(user="dba", password="secret"))  # noqa: S106


def test_a_server_that_is_not_there_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/query"
        with pytest.raises(StoreError, match="cannot be reached") as caught:
            RemoteStore(url).query("ASK {}")
    assert url in str(caught.value)


def test_a_server_that_does_not_answer_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/query"
        with pytest.raises(OverLimitError, match=r"took longer than 0\.2 s"):
            RemoteStore(url, Access(timeout=0.2)).query("ASK {}")


def test_a_path_that_is_no_endpoint_is_told(oxigraph_url: str) -> None:
    with pytest.raises(StoreError, match="No SPARQL query endpoint"):
        RemoteStore(oxigraph_url.replace("/query", "/gcm/query")).query("ASK {}")


def test_an_answer_that_is_too_large_is_given_up(oxigraph_url: str) -> None:
    store = emptied(oxigraph(oxigraph_url))
    store.load([quad("x" * 5_000, OURS)])
    with pytest.raises(OverLimitError, match="is larger than"):
        store.endpoint.query("SELECT * WHERE { ?s ?p ?o }", "text/csv", max_bytes=1_000)


@pytest.mark.parametrize("access", [Access(), Access(user="dba", password="wrong-secret")])  # noqa: S106
def test_who_may_not_write_is_told_so(virtuoso_url: str, access: Access) -> None:
    store = RemoteStore(virtuoso_url, access)
    for write in (lambda: store.drop_graph(OURS), lambda: store.load([quad("a", OURS)])):
        with pytest.raises(StoreError, match=r"permission|password") as caught:
            write()
        assert "GCMGRAPH_STORE_USER" in str(caught.value)
        assert "secret" not in str(caught.value)


def test_a_query_that_only_the_server_refuses_is_a_syntax_error(virtuoso_url: str) -> None:
    deep = "SELECT * WHERE { ?s ?p ?o FILTER(?o = 'a' " + "|| ?o = 'b' " * 20_000 + ") }"
    with pytest.raises((QuerySyntaxError, StoreError)) as caught:
        RemoteStore(virtuoso_url).fetch(deep, "text/csv")
    assert virtuoso_url in str(caught.value)
    assert len(str(caught.value)) < 1_000


@pytest.mark.parametrize(
    "query", ["SELECT * { ?a <urn:p>+ ?b }", "SELECT (1/0 AS ?x) {}", "SELECT * { VALUES () { () } }"]
)
def test_a_query_that_virtuoso_will_never_do_is_a_syntax_error(virtuoso_url: str, query: str) -> None:
    with pytest.raises(QuerySyntaxError, match=r"Virtuoso \w+ Error "):
        RemoteStore(virtuoso_url).fetch(query, "text/csv")


def test_a_blank_node_cannot_be_bound() -> None:
    with pytest.raises(StoreError, match="blank node"):
        bind("SELECT ?s WHERE { ?s ?p ?o }", {"s": BlankNode()})


def test_braces_that_open_no_group_stay_as_they_are() -> None:
    query = (
        "CONSTRUCT { ?s ?p '{' } WHERE { VALUES ?s { <a:{> } VALUES (?p ?q) { (UNDEF 1) } { SELECT ?s { ?s ?p 1 } } }"
    )
    query = query.replace("<a:{>", "<a:b>")
    bound = bind(query, {"s": IRI("a:b")})
    values = "VALUES (?s) { (<a:b>) }"
    assert bound == (
        f"CONSTRUCT {{ ?s ?p '{{' }} WHERE {{ {values} VALUES ?s {{ <a:b> }} VALUES (?p ?q) {{ (UNDEF 1) }} "
        f"{{ SELECT ?s {{ {values} ?s ?p 1 }} }} }}"
    )


def test_a_graph_is_replaced_and_dropped(dataset: RemoteDataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "CHUNK", 7)
    store = dataset.store
    many = [Triple(S, P, Literal(str(n))) for n in range(20)]
    store.replace_graph(OURS, many)
    store.replace_graph(OTHERS, many[:3])
    assert {q.triple for q in store.quads(graph=OURS)} == set(many)
    store.replace_graph(OURS, many[5:])
    assert {q.triple for q in store.quads(graph=OURS)} == set(many[5:])
    chain = [BlankNode() for _ in range(16)]
    store.replace_graph(OURS, [Triple(a, P, b) for a, b in itertools.pairwise(chain)])
    assert len({node for q in store.quads(graph=OURS) for node in (q.subject, q.object)}) == 16
    store.drop_graph(OURS)
    store.drop_graph(OURS)
    store.replace_graph(OTHERS, [])
    assert store.graphs() == frozenset()


def test_nothing_was_built_yet(dataset: RemoteDataset) -> None:
    assert dataset.current_version() is None
    with pytest.raises(StoreError, match="no graph of ours"):
        dataset.open_version()


def test_a_version_replaces_ours_and_leaves_others(dataset: RemoteDataset) -> None:
    dataset.store.replace_graph(OTHERS, [quad("theirs", OTHERS).triple])
    dataset.publish("v1", [quad("a", CURATED), quad("b", OURS)], {})
    assert dataset.current_version() == "v1"
    dataset.publish("v2", [quad("c", CURATED)], {})
    assert dataset.open_version().version == "v2"
    kept = {q for q in dataset.store.quads() if q.graph_name != IRI(A.graph("version"))}
    assert kept == {quad("c", CURATED), quad("theirs", OTHERS)}


def test_only_graphs_that_changed_are_sent(dataset: RemoteDataset) -> None:
    dataset.publish("v1", [quad("a", CURATED), quad("b", OURS)], {})
    dataset.store.load([quad("by hand", OURS)])
    dataset.publish("v2", [quad("c", CURATED), quad("b", OURS)], {})
    assert {q.object.value for q in dataset.store.quads(graph=OURS)} == {"b", "by hand"}
    assert {q.object.value for q in dataset.store.quads(graph=CURATED)} == {"c"}


class _PowerCutError(Exception):
    pass


def test_an_interrupted_load_is_seen_and_repaired(dataset: RemoteDataset, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset.publish("v1", [quad("a", CURATED), quad("b", OURS)], {})
    send = RemoteStore.replace_graph

    def cut(self: RemoteStore, graph: IRI, triples: list[Triple], *rest: Callable[[], None]) -> None:
        if graph == OURS:
            raise _PowerCutError
        send(self, graph, triples, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(RemoteStore, "replace_graph", cut)
        with pytest.raises(_PowerCutError):
            dataset.publish("v2", [quad("a2", CURATED), quad("b2", OURS)], {})
    assert dataset.current_version() == "v2-loading"
    dataset.publish("v1", [quad("a", CURATED), quad("b", OURS)], {})
    assert dataset.current_version() == "v1"
    assert {q.object.value for q in dataset.store.quads(S)} == {"a", "b"}
    marker = read_marker(dataset.store, A)
    assert marker is not None
    assert set(marker.digests) == {CURATED.value, OURS.value}
    assert None not in marker.digests.values()


def test_an_operators_quads_change_the_version_and_a_build_mends_our_graphs(dataset: RemoteDataset) -> None:
    dataset.publish("v1", [quad("a", CURATED)], {})
    added, version = dataset.add([quad("mine", OTHERS), quad("a", CURATED), quad("not ours", CURATED)])
    assert added == 2
    assert dataset.current_version() == version != "v1"
    dataset.publish("v1", [quad("a", CURATED)], {})
    assert {q.object.value for q in dataset.store.quads(S)} == {"a", "mine"}
