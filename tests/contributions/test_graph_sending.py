"""Graphs that are sent to SPARQL servers: Oxigraph's and Virtuoso's, and pretended ones that fail."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from desk import ADDRESSES

from gcmgraph.contributions.database import Database
from gcmgraph.contributions.graph_sending import Sending, SendProcess, graph_lines, is_due, send
from gcmgraph.contributions.sent_graphs import UNSURE, EngineVersion, SentGraphs
from gcmgraph.platform.errors import SettingsError, StoreError
from gcmgraph.publication.versions.dataset import store_version
from gcmgraph.publication.versions.derivation import Derivation
from gcmgraph.rdf.canonical import serialize_canonical
from gcmgraph.rdf.terms import IRI, BlankNode, Literal, Quad
from gcmgraph.settings import Settings
from gcmgraph.store import graph_store
from gcmgraph.store.graph_store import GraphStore, Target
from gcmgraph.store.port import Location
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.store.version_files import DUMP
from pretended import listening, sends
from program import run_here as run
from servers import oxigraph_server

CURATED, SHAPES, VOID = (IRI(ADDRESSES.graph(name)) for name in ("curated", "shapes", "void"))
FOREIGN = IRI("http://example.org/others")
S, P = IRI("http://example.org/s"), IRI("http://example.org/p")


@pytest.fixture(params=["oxigraph", "virtuoso"])
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    """A real server with a graph of others, from which what tests sent is deleted."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    user = "dba" if request.param == "virtuoso" else ""
    made = Target.of(url, user, user)
    server = GraphStore(made)
    server.replace(FOREIGN.value, [b'<urn:x:foreign> <urn:x:p> "of others" .\n'])
    yield made
    for graph in server.graphs():
        if graph.startswith((ADDRESSES.base, FOREIGN.value, "urn:x-gcmgraph:")):
            server.delete(graph)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "ledger")


def quad(value: str, graph: IRI = CURATED) -> Quad:
    return Quad(S, P, Literal(value), graph)


def store_with(folder: Path, *quads: Quad, event: int = 0) -> StoreFolder:
    """A store whose current version has these quads and the decisions up to an event."""
    store = StoreFolder(folder)
    with store.writing():
        store_version(store, serialize_canonical(quads), ADDRESSES)
    Derivation(event=event).write(store.current_folder())
    return store


def values(target: Target, graph: IRI) -> set[str]:
    """The values in a graph of the server itself."""
    query = f"SELECT ?o {{ GRAPH <{graph.value}> {{ ?s ?p ?o }} }}"
    headers = {"Accept": "application/sparql-results+json"}
    request = Request(target.query, urlencode({"query": query}).encode(), headers)  # noqa: S310 - loopback
    with urlopen(request, timeout=20) as answer:  # noqa: S310
        return {row["o"]["value"] for row in json.load(answer)["results"]["bindings"]}


def test_changed_graphs_are_sent_and_foreign_ones_stay(
    target: Target, database: Database, tmp_path: Path
) -> None:
    node = BlankNode("a")
    shape = [Quad(S, P, node, SHAPES), Quad(node, P, Literal("part"), SHAPES)]
    elsewhere = quad("loaded", IRI("http://example.org/loaded"))
    store = store_with(tmp_path / "store", quad("one"), *shape, quad("gone", VOID), elsewhere)
    first = send(database, store, target, ADDRESSES)
    assert first is not None
    assert (first.version, first.written, first.deleted) == (store.current_version(), 3, 0)
    assert (values(target, CURATED), values(target, VOID)) == ({"one"}, {"gone"})
    assert "part" in values(target, SHAPES)
    assert values(target, IRI("http://example.org/loaded")) == set()
    again = send(database, store, target, ADDRESSES)
    assert again is not None
    assert (again.written, again.deleted) == (0, 0)
    store_with(tmp_path / "store", quad("two"), *shape, event=1)
    second = send(database, store, target, ADDRESSES)
    assert second is not None
    assert (second.written, second.deleted) == (1, 1)
    assert (values(target, CURATED), values(target, VOID), values(target, FOREIGN)) == (
        {"two"},
        set(),
        {"of others"},
    )


def test_publish_all_repairs_what_other_programs_changed(
    target: Target, database: Database, tmp_path: Path
) -> None:
    store = store_with(tmp_path / "store", quad("one"))
    send(database, store, target, ADDRESSES)
    server = GraphStore(target)
    server.replace(CURATED.value, [b'<urn:x:s> <urn:x:p> "changed" .\n'])
    server.replace(ADDRESSES.graph("strange"), [b'<urn:x:s> <urn:x:p> "strange" .\n'])
    server.replace(
        "urn:x-gcmgraph:writers", [b'<urn:x:s> <urn:x:p> "claim of an older release" .\n']
    )
    send(database, store, target, ADDRESSES)
    assert values(target, CURATED) == {"changed"}  # by its record, the graph is there
    repaired = send(database, store, target, ADDRESSES, whole=True)
    assert repaired is not None
    assert (repaired.written, repaired.deleted) == (1, 1)
    assert (values(target, CURATED), values(target, FOREIGN)) == ({"one"}, {"of others"})
    assert not {ADDRESSES.graph("strange"), "urn:x-gcmgraph:writers"} & set(server.graphs())


def test_union_is_tested_by_a_pattern_of_two_graphs(
    target: Target, database: Database, tmp_path: Path
) -> None:
    store = store_with(tmp_path / "store", quad("one"), quad("two", VOID))
    sent = send(database, store, target, ADDRESSES)
    assert sent is not None
    assert (
        sent.union is GraphStore(target).is_virtuoso
    )  # Oxigraph's server of the tests has not the option
    assert SentGraphs(database, target.query).state().union is sent.union


def test_command_sends_and_warns_where_the_union_lacks(tmp_path: Path) -> None:
    store = store_with(tmp_path / "store", quad("one"), quad("two", VOID))
    places = ("--store", store.path, "--contributions", tmp_path / "ledger")
    refused = run("publish", *places)
    assert (refused.exit_code, "No SPARQL server is set. Set 'publish_to'" in refused.output) == (
        1,
        True,
    )
    for options, warned in (((), True), (("--union-default-graph",), False)):
        with oxigraph_server(tmp_path, *options) as url:
            result = run("publish", "--all", *places, "--publish-to", url)
            assert result.exit_code == 0, result.output
            assert (
                f"Version {store.current_version()}: 2 graphs written, 0 deleted." in result.output
            )
            assert ("do not see all graphs" in result.output) is warned
            assert values(Target.of(url), CURATED) == {"one"}


@pytest.mark.parametrize(("options", "lacks"), [((), True), (("--union-default-graph",), False)])
def test_process_of_the_server_warns_where_the_union_lacks(
    database: Database,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    options: tuple[str, ...],
    lacks: bool,
) -> None:
    store = store_with(tmp_path / "store", quad("one"), quad("two", VOID))
    with oxigraph_server(tmp_path, *options) as url:
        location = Location(str(store.path), ADDRESSES.base)
        process = SendProcess(database.location, location, Target.of(url))
        with database.lock("sending", 0):  # of another server, which sends
            process()
        assert capfd.readouterr().err == ""
        process()
        assert ("do not see all graphs" in capfd.readouterr().err) is lacks
        assert values(Target.of(url), CURATED) == {"one"}


def test_sending_goes_on_where_another_one_was_interrupted(
    target: Target, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_with(tmp_path / "store", quad("one"), quad("two", VOID))
    replace, calls = GraphStore.replace, list[str]()

    def interrupted(server: GraphStore, graph: str, lines: list[bytes]) -> None:
        calls.append(graph)
        if len(calls) == 2:
            raise StoreError("The connection was lost.")
        replace(server, graph, lines)

    monkeypatch.setattr(GraphStore, "replace", interrupted)
    with pytest.raises(StoreError, match="The connection was lost"):
        send(database, store, target, ADDRESSES)
    state = SentGraphs(database, target.query).state()
    assert (state.version, state.failure, state.failed is not None) == (
        "",
        "The connection was lost.",
        True,
    )
    assert is_due(state, store)
    monkeypatch.setattr(GraphStore, "replace", replace)
    sent = send(database, store, target, ADDRESSES)
    assert sent is not None
    assert sent.written == 1  # the other one was there
    state = SentGraphs(database, target.query).state()
    assert (state.version, state.failure, state.failed) == (store.current_version(), "", None)
    assert (values(target, CURATED), values(target, VOID)) == ({"one"}, {"two"})


def test_only_one_process_sends(database: Database, tmp_path: Path) -> None:
    target = Target("http://127.0.0.1:1/query", "http://127.0.0.1:1/store")
    store = store_with(tmp_path / "store", quad("one"))
    with Database(tmp_path / "ledger").lock("sending", 0) as ours:
        assert ours
        assert send(database, store, target, ADDRESSES) is None


def test_server_that_sent_last_remains_the_one_that_sends(
    database: Database, tmp_path: Path
) -> None:
    one, two = (store_with(tmp_path / name, quad(name), event=3) for name in ("one", "two"))
    record = SentGraphs(database, "http://h/query")
    assert [is_due(record.state(), store) for store in (one, two)] == [True, True]
    record.succeed(
        f"{socket.gethostname()}:{one.path.absolute()}", 3, str(one.current_version()), union=True
    )
    assert [is_due(record.state(), store) for store in (one, two)] == [False, False]
    store_with(tmp_path / "one", quad("rebuilt"), event=3)
    assert [is_due(record.state(), store) for store in (one, two)] == [True, False]
    Derivation(event=4).write(two.current_folder())
    assert is_due(record.state(), two)


def test_wrong_password_at_virtuoso_is_one_sentence(
    virtuoso_url: str, database: Database, tmp_path: Path
) -> None:
    store = store_with(tmp_path / "store", quad("one"))
    target = Target.of(virtuoso_url, "dba", "wrong")
    with pytest.raises(StoreError, match="does not accept the user and password set") as error:
        send(database, store, target, ADDRESSES)
    assert "wrong" not in str(error.value)
    assert values(target, CURATED) == set()
    assert SentGraphs(database, target.query).state().version == ""


def test_engine_version_is_unknown_sent_or_changing(database: Database) -> None:
    record = SentGraphs(database, "http://h/query")
    assert EngineVersion(record).text() == "unknown"
    record.succeed("store", 1, "v1", union=True)
    assert EngineVersion(record).text() == '"v1"'
    record.set_digest(CURATED.value, UNSURE)
    assert EngineVersion(record).text() == '"v1";changing'
    record.set_digest(CURATED.value, "abc")
    record.fail("It is down.")
    assert EngineVersion(record).text() == '"v1";changing'


#: Answers of a server that fails, and the error.
ANSWERS = {
    b"HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\nfull": "answered with status 500: full.",
    b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n": "asks for a user and password",
    b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n": "No endpoint for writing a graph",
    b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf": "ended its answer early",
    b"": "cannot be reached",
}


@pytest.mark.parametrize("answer", ANSWERS, ids=list(ANSWERS.values()))
def test_failure_is_recorded_and_logged_once(
    answer: bytes, database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = store_with(tmp_path / "store", quad("one"))
    with listening(sends(answer)) as (url, _):
        target = Target.of(url)
        record = SentGraphs(database, target.query)
        sending = Sending(store, record, lambda: send(database, store, target, ADDRESSES))  # type: ignore[arg-type]
        assert [sending.catch_up(), sending.catch_up()] == [False, False]
    assert ANSWERS[answer] in record.state().failure
    assert len(caplog.messages) == 1


def test_server_that_never_answers_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph_store, "WRITE_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        base = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(StoreError, match=r"took longer than 0\.2 s for writing a graph"):
            GraphStore(Target.of(f"{base}/query")).replace(CURATED.value, [b"<a:> <a:> 1 .\n"])


def test_html_in_place_of_results_is_an_error() -> None:
    page = b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n<html></html>"
    with (
        listening(sends(page)) as (url, _),
        pytest.raises(StoreError, match="is not JSON of SPARQL results"),
    ):
        GraphStore(Target.of(url)).graphs()


def test_setting_gives_the_addresses_of_a_sparql_server() -> None:
    for setting, user, graph_store_url in (
        ("http://h:7878/query", "", "http://h:7878/store"),
        ("http://h:8890/sparql", "", "http://h:8890/sparql-graph-crud"),
        ("http://h:8890/sparql", "dba", "http://h:8890/sparql-graph-crud-auth"),
        ("http://h/ds/query http://h/ds/data", "", "http://h/ds/data"),
    ):
        assert Target.of(setting, user).graph_store == graph_store_url
    for setting, words in (
        ("http://h/nowhere", "does not tell which server"),
        ("http://h/query ftp://h/data", "is not the address of a SPARQL server"),
        ("http:///query", "is not the address"),
        ("http://h/query?x=y", "is not the address"),
        ("http://user:secret@h/query", "holds credentials"),
    ):
        with pytest.raises(SettingsError, match=words) as caught:
            Settings.read(environ={"GCMGRAPH_PUBLISH_TO": setting}, file=Path("none.toml"))
        assert caught.value.hint
        assert "secret" not in str(caught.value)
    assert "secret" not in repr(Target.of("http://h/query", "dba", "secret"))


def test_lines_of_the_dump_are_sent_by_graph(tmp_path: Path) -> None:
    store = store_with(
        tmp_path / "store",
        quad('a "quoted" <b> .'),
        quad("void", VOID),
        Quad(S, P, Literal("none")),
    )
    lines = graph_lines(store.current_folder() / DUMP, ADDRESSES.graph(""))
    assert lines == {
        CURATED.value: [
            b'<http://example.org/s> <http://example.org/p> "a \\"quoted\\" <b> ." .\n'
        ],
        VOID.value: [b'<http://example.org/s> <http://example.org/p> "void" .\n'],
    }
