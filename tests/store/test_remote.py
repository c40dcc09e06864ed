"""A dataset in a SPARQL server, and its copies in folders: addresses, failures, versions, the union, one writer."""

from __future__ import annotations

import dataclasses
import socket
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from gcmgraph.errors import SettingsError, StoreError
from gcmgraph.model.terms import IRI, BlankNode, Literal, Quad, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build import load
from gcmgraph.publication.versions.dataset import follow, open_dataset, store_version
from gcmgraph.rdfio.canonical import serialize_canonical
from gcmgraph.store import remote, transport
from gcmgraph.store.port import Access, Location
from gcmgraph.store.remote import CLAIMS, RemoteDataset, WriteClaim
from gcmgraph.store.stores import as_kept
from gcmgraph.store.transport import Server, find_endpoints
from gcmgraph.store.versions import DUMP, StoreFolder
from pretended import listening, sends

A = Addresses()
CURATED, INFERRED, OTHERS = IRI(A.graph("curated")), IRI(A.graph("inferred")), IRI("http://example.org/others")
PART = IRI(f"{CURATED.value}/part")
S, P, Q = (IRI(f"http://example.org/{name}") for name in "spq")
MARKER = A.graph("version")
DBA = Access(user="dba", password="dba")  # noqa: S106 - Virtuoso's own default, on loopback

#: Terms whose form an engine could change.
TERMS = (
    text("n° 中文 😀 \" \\ \n\t'", "fr"),
    Literal("x" * 12_000),
    typed("true", "boolean"),
    typed("1.50", "decimal"),
    typed("007", "integer"),
    *(typed(value, "integer") for value in ("2147483647", "2147483648", "12026060392", "-2147483649")),
    typed("2018-12-10", "date"),
    typed("2018", "gYear"),
    typed("2018-12-10T10:00:00Z", "dateTime"),
    typed("https://example.org/a b", "anyURI"),
)


@pytest.fixture(params=["oxigraph", pytest.param("standard", marks=pytest.mark.exhaustive), "virtuoso"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> Location:
    """An empty server, and a folder for copies; `standard` is Oxigraph, of which only the addresses are known."""
    name = "virtuoso" if request.param == "virtuoso" else "oxigraph"
    url: str = request.getfixturevalue(f"{name}_url")
    base = url.removesuffix("/query")
    access = {"oxigraph": Access(), "virtuoso": DBA, "standard": Access(f"{base}/update {base}/store")}[request.param]
    empty(Server(url, access), MARKER, CLAIMS, *(graph.value for graph in (CURATED, INFERRED, PART, OTHERS)))
    return Location(url, A.base, dataclasses.replace(access, copies=str(tmp_path / "one")))


def empty(server: Server, *graphs: str) -> None:
    for graph in graphs:
        server.update(f"DROP SILENT GRAPH <{graph}>")
    if server.endpoints.writes_union:
        server.update("CLEAR DEFAULT")


def opened(location: Location) -> RemoteDataset:
    return open_dataset(location)  # type: ignore[return-value]


def elsewhere(location: Location, name: str = "two") -> Location:
    """The same server, with copies in another folder."""
    copies = Path(location.access.copies).with_name(name)
    return dataclasses.replace(location, access=dataclasses.replace(location.access, copies=str(copies)))


def published(dataset: StoreFolder, quads: list[Quad]) -> str:
    """Publish quads as a build does; the version."""
    with dataset.writing():
        return store_version(dataset, serialize_canonical(quads), A)


def in_server(location: Location, pattern: str = "?s ?p ?o") -> set[str]:
    """Values of `?o` of a pattern, from the server itself."""
    query = f"CONSTRUCT {{ <urn:x> <urn:x> ?o }} WHERE {{ {pattern} }}"
    return {triple.object.value for triple in Server(location.store, location.access).construct(query)}  # type: ignore[union-attr]


def quad(value: str, graph: IRI = CURATED) -> Quad:
    return Quad(S, P, Literal(value), graph)


def test_addresses_by_the_query_url() -> None:
    for url, access, update, graph_store in (
        ("http://h:7878/query", Access(), "http://h:7878/update", "http://h:7878/store"),
        ("http://h:8890/sparql", Access(), "http://h:8890/sparql", "http://h:8890/sparql-graph-crud"),
        ("http://h:8890/sparql", DBA, "http://h:8890/sparql-auth", "http://h:8890/sparql-graph-crud-auth"),
        ("http://h/any", Access("http://h/u http://h/g"), "http://h/u", "http://h/g"),
        ("http://h/data/query", Access("oxigraph"), "http://h/data/update", "http://h/data/store"),
    ):
        found = find_endpoints(url, access)
        assert (found.query, found.update, found.graph_store) == (url, update, graph_store)
    for url, access, words in (
        ("http://h/nowhere", Access(), "does not tell which server"),
        ("http://h/query", Access("mysql"), "'store_engine' cannot be 'mysql'"),
        ("http://h/query", Access("http://h/update"), "cannot be 'http://h/update'"),
        ("http:///query", Access(), "not the address"),
        ("http://h/query?x=y", Access(), "not the address"),
        ("http://user:secret@h/query", Access(), "holds credentials"),
    ):
        with pytest.raises(SettingsError, match=words) as caught:
            find_endpoints(url, access)
        assert caught.value.hint
        assert "secret" not in str(caught.value)
    assert "secret" not in repr(Location("http://h/query", A.base, Access(user="dba", password="secret")))  # noqa: S106


def test_an_unreachable_server() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/query"
        with pytest.raises(StoreError, match="cannot be reached") as caught:
            Server(url, Access()).graph(MARKER)
    assert url in str(caught.value)


def test_time_limits_of_reading_and_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("READ_SECONDS", "WRITE_SECONDS"):
        monkeypatch.setattr(transport, limit, 0.2)
    acts: list[tuple[Callable[[Server], object], str]] = [
        (lambda server: server.graph(MARKER), "an answer.*again"),
        (lambda server: server.update("CLEAR DEFAULT"), "an update.*again"),
        (lambda server: server.replace_graph(MARKER, [b"<a:> <a:> 1 .\n"]), "graph.*again"),
    ]
    for act, subject in acts:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"http://127.0.0.1:{silent.getsockname()[1]}/query"
            with pytest.raises(StoreError, match=rf"(?s)took longer than 0\.2 s for .*{subject}") as caught:
                act(Server(url, Access()))
        assert "LIMIT" not in str(caught.value)


ROLLED_BACK = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 22\r\n\r\n<h3>Error 40001</h3>\r\n"
TIMED_OUT = ROLLED_BACK.replace(b"40001", b"S1T00")
BROKEN = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<a> "
WRITTEN = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
REFUSED = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 5\r\n\r\nD1CTX"


def test_repetition_of_transactions_that_were_rolled_back(monkeypatch: pytest.MonkeyPatch) -> None:
    cases: list[tuple[tuple[bytes, ...], Callable[[Server], object]]] = [
        ((ROLLED_BACK, ROLLED_BACK, WRITTEN), lambda server: server.update("CLEAR DEFAULT")),
        ((TIMED_OUT, WRITTEN), lambda server: server.replace_graph(MARKER, [b"<a:> <a:> 1 .\n"])),
        ((ROLLED_BACK, BROKEN, WRITTEN), lambda server: server.graph(MARKER)),
    ]
    monkeypatch.setattr(transport, "_PAUSES", (0.01, 0.01))
    for answers, act in cases:
        left = iter(answers)
        with listening(lambda connection, _, left=left: connection.sendall(next(left))) as (url, seen):  # type: ignore[misc]
            act(Server(url, Access()))
            assert len(seen) == len(answers)
            assert len(set(seen)) == 1
    for answer, requests in ((ROLLED_BACK, 3), (REFUSED, 1)):
        with listening(sends(answer)) as (url, seen):
            with pytest.raises(StoreError, match="answered with status 500"):
                Server(url, Access()).update("CLEAR DEFAULT")
            assert len(seen) == requests


def test_a_path_that_is_no_endpoint(oxigraph_url: str) -> None:
    access = Access(f"{oxigraph_url} {oxigraph_url}")
    with pytest.raises(StoreError, match="No SPARQL query endpoint"):
        Server(oxigraph_url.replace("/query", "/gcm/query"), access).graph(MARKER)


@pytest.mark.parametrize("access", [Access(), Access(user="dba", password="wrong-secret")])  # noqa: S106
def test_a_user_without_the_right_to_write(virtuoso_url: str, access: Access) -> None:
    server = Server(virtuoso_url, access)
    writes: list[Callable[[], None]] = [
        lambda: server.update(f"DROP SILENT GRAPH <{MARKER}>"),
        lambda: server.replace_graph(MARKER, [b'<a:> <a:> "a" .\n']),
    ]
    for write in writes:
        with pytest.raises(StoreError, match=r"permission|password") as caught:
            write()
        assert "GCMGRAPH_STORE_USER" in str(caught.value)
        assert "secret" not in str(caught.value)


def test_a_version_in_the_server_and_in_two_copies(location: Location) -> None:
    one, two = opened(location), opened(elsewhere(location))
    assert not one.behind()
    with pytest.raises(StoreError, match="gcmgraph build"):
        one.open_version()
    node = BlankNode()
    quads = [
        *as_kept(Quad(IRI(f"http://example.org/{n}"), P, term, CURATED) for n, term in enumerate(TERMS)),
        *(quad("in two", graph) for graph in (CURATED, INFERRED, PART)),
        Quad(S, Q, node, INFERRED),
        Quad(node, Q, Literal("blank"), INFERRED),
    ]
    version = published(one, quads)
    assert two.behind()
    assert two.follow()
    assert two.current_version() == version
    assert (two.current_folder() / DUMP).read_bytes() == (one.current_folder() / DUMP).read_bytes()
    assert not two.follow()
    assert "in two" in in_server(location) & in_server(location, f"GRAPH {INFERRED} {{ ?s ?p ?o }}")


def test_a_change_of_another_copy(location: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only graphs that changed are sent and fetched, and triples of the union; graphs of others remain."""
    one, two = opened(location), opened(elsewhere(location))
    theirs = Server(location.store, location.access)
    theirs.replace_graph(OTHERS.value, [b'<a:s> <a:p> "theirs" .\n'])
    published(one, [quad("a"), quad("b", INFERRED)])
    follow(elsewhere(location))
    sent: list[str] = []
    updates: list[str] = []
    replace, graph, update = Server.replace_graph, Server.graph, Server.update

    def replaced(server: Server, name: str, lines: list[bytes]) -> None:
        sent.append(name)
        replace(server, name, lines)

    monkeypatch.setattr(Server, "replace_graph", replaced)
    monkeypatch.setattr(Server, "graph", lambda server, name: (sent.append(name), graph(server, name))[1])
    monkeypatch.setattr(Server, "update", lambda server, text: (updates.append(text), update(server, text))[1])
    published(two, [quad("a"), quad("c", INFERRED)])
    assert [text for text in updates if "GRAPH" not in text] == [
        f"{operation} DATA {{\n{quad(value).triple} .\n}}" for operation, value in (("DELETE", "b"), ("INSERT", "c"))
    ] or not theirs.endpoints.writes_union
    assert set(sent) == {MARKER, INFERRED.value}
    sent.clear()
    assert one.follow()
    assert set(sent) == {MARKER, INFERRED.value}
    assert {q.object.value for q in one.open_current().quads()} == {"a", "c"}  # type: ignore[union-attr]
    assert in_server(location, "GRAPH ?g { ?s <http://example.org/p> ?o }") == {"a", "c"}
    assert in_server(location, f"GRAPH {OTHERS} {{ ?s ?p ?o }}") == {"theirs"}
    published(two, [quad("a")])
    assert in_server(location, "?s <http://example.org/p> ?o") == {"a"}


class _PowerCutError(Exception):
    pass


@pytest.mark.parametrize("writes", [0, 1, 2, 3, 4])
def test_completion_of_an_interrupted_version(location: Location, writes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process ends before the first write, after the marker, after a graph, before and after the last marker."""
    one, two = opened(location), opened(elsewhere(location))
    before = published(one, [quad("a"), quad("b", INFERRED)])
    two.follow()
    replace, send, done = Server.replace_graph, RemoteDataset._send, [0]

    def cut(server: Server, name: str, lines: list[bytes]) -> None:
        if done[0] == writes:
            raise _PowerCutError
        done[0] += 1
        replace(server, name, lines)

    with monkeypatch.context() as patch:
        patch.setattr(Server, "replace_graph", cut)
        patch.setattr(RemoteDataset, "_send", lambda *given: cut(send(*given), "", []))
        patch.setattr(remote, "_RELEASE", "DROP SILENT GRAPH <urn:x:none>")  # a killed process releases nothing
        with pytest.raises(_PowerCutError):
            published(one, [quad("a2"), quad("b2", INFERRED)])
    assert one.current_version() == before
    with pytest.raises(StoreError, match="Another build or load is writing"), two.writing():
        pass
    assert (two.current_version(), two.behind()) == (before, writes == 4)
    again = opened(location)
    assert again.behind() is (writes > 0)
    assert again.follow() is (writes > 0)  # nothing was begun in the server before the first write
    values = {"a2", "b2"} if writes else {"a", "b"}
    assert in_server(location, "GRAPH ?g { ?s <http://example.org/p> ?o }") == values
    assert {q.object.value for q in again.open_current().quads()} == values  # type: ignore[union-attr]
    two.follow()
    assert two.current_version() == again.current_version()


def test_a_server_that_lost_its_data(location: Location) -> None:
    one = opened(location)
    version = published(one, [quad("a")])
    empty(Server(location.store, location.access), MARKER, CURATED.value)
    one.follow()
    assert one.current_version() == version
    assert in_server(location, f"GRAPH {CURATED} {{ ?s ?p ?o }}") == {"a"}


def test_graphs_changed_by_other_software(location: Location) -> None:
    published(opened(location), [quad("a")])
    Server(location.store, location.access).update(f"INSERT DATA {{ GRAPH {CURATED} {{ {S} {P} 'by hand' }} }}")
    with pytest.raises(StoreError, match="are not those of its version") as caught:
        opened(elsewhere(location)).follow()
    assert caught.value.hint


def test_a_file_loaded_into_a_server(location: Location, tmp_path: Path) -> None:
    file = tmp_path / "more.nq"
    file.write_text(f'{S} {P} "of no graph" .\n{S} {P} "mine" {OTHERS} .\n')
    published(opened(location), [quad("a")])
    added, version = load(opened(location), [file], None, A)
    two = opened(elsewhere(location))
    two.follow()
    assert (added, two.current_version()) == (2, version)
    assert {(q.object.value, str(q.graph_name)) for q in two.open_current().quads(S, P)} == {  # type: ignore[union-attr]
        ("of no graph", "DEFAULT"),
        ("mine", str(OTHERS)),
        ("a", str(CURATED)),
    }


def test_a_default_graph_of_others(oxigraph_url: str, tmp_path: Path) -> None:
    server = Server(oxigraph_url, Access())
    server.update(f"DROP SILENT GRAPH <{MARKER}> ; CLEAR DEFAULT ; INSERT DATA {{ {S} {P} 'theirs' }}")
    location = Location(oxigraph_url, A.base, Access(copies=str(tmp_path)))
    with pytest.raises(StoreError, match="holds triples of others") as caught:
        published(opened(location), [quad("ours")])
    assert caught.value.hint
    assert in_server(location) == {"theirs"}
    server.update("CLEAR DEFAULT")
    published(opened(location), [quad("ours")])
    assert in_server(location) == {"ours"}


def claim(location: Location, wait: float = 0.0) -> AbstractContextManager[WriteClaim]:
    """The claim of another copy."""
    return WriteClaim(Server(location.store, location.access), Path("elsewhere")).held(wait)


def test_one_writer_at_a_time(location: Location) -> None:
    dataset = opened(location)
    with claim(location):
        with pytest.raises(StoreError, match=r"Another build or load is writing .* process \d+ on ") as caught:
            published(dataset, [quad("a")])
        assert "960 seconds" in (caught.value.hint or "")
    assert dataset.current_version() is None
    version = published(dataset, [quad("a")])
    assert dataset.current_version() == version
    assert not list(Server(location.store, location.access).graph(CLAIMS))


def test_the_claim_of_a_dead_process(location: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as lost:
        lost.setattr(remote, "_LEASE_SECONDS", -40)
        WriteClaim(Server(location.store, location.access), Path("lost")).renew()
    with claim(location):
        pass
    dead = WriteClaim(Server(location.store, location.access), opened(location).path)
    dead.renew()  # of the same copy, whose lock is free
    with opened(location).writing():
        pass
    one = opened(location)
    published(one, [quad("a")])
    with StoreFolder(one.path).writing():  # of a copy that is up to date
        assert not opened(location).follow()


def test_writers_that_begin_at_once(location: Location) -> None:
    start, lock, most, done = threading.Barrier(4), threading.Lock(), [0, 0], list[int]()

    def write(number: int) -> None:
        start.wait()
        mine = WriteClaim(Server(location.store, location.access), Path(str(number)))
        with mine.held(60):
            with lock:
                most[0] += 1
                most[1] = max(most)
            mine.renew()
            with lock:
                most[0] -= 1
                done.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[1] == 1
    assert sorted(done) == [0, 1, 2, 3]
