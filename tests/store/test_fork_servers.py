"""Query processes are forked, share the graph in memory, and are confined."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gcmgraph.rdf.canonical import serialize_canonical
from gcmgraph.rdf.terms import IRI, BlankNode, Literal, Quad
from gcmgraph.store.port import AcceptedMediaTypes, QueryOverLimitError, QueryRequest
from gcmgraph.store.query_limits import QueryLimits
from gcmgraph.store.query_pool import QueryWorkers
from gcmgraph.store.results import JSON_RESULTS
from gcmgraph.store.stores import read_dump, write_index
from gcmgraph.store.version_files import DUMP
from processes import children_of, runs, until

WANTED = AcceptedMediaTypes(
    JSON_RESULTS.media_type, JSON_RESULTS.media_type, "application/n-triples"
)
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
LIMITS = QueryLimits(seconds=5, megabytes=512, side_by_side=1, held_megabytes=64)


def quad(number: int, graph: str = "urn:x:g1") -> Quad:
    parent = IRI(f"urn:x:{number // 2}")
    return Quad(IRI(f"urn:x:{number}"), IRI("urn:x:under"), parent, IRI(graph))


def index_of(folder: Path, quads: list[Quad], *, dump: bool = True) -> Path:
    """The index of a version, and beside it the dump that it was loaded from."""
    folder.mkdir()
    (folder / DUMP).write_bytes(serialize_canonical(quads))
    write_index(folder / "index", read_dump(folder / DUMP))
    if not dump:
        (folder / DUMP).unlink()
    return folder / "index"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    node = BlankNode("b1")
    quads = [quad(number) for number in range(200)]
    quads += [quad(3, "urn:x:g2"), quad(4, "urn:x:g2")]  # in two graphs, once in the union
    quads.append(Quad(IRI("urn:x:1"), IRI("urn:x:has"), node, IRI("urn:x:g2")))
    quads.append(Quad(node, IRI("urn:x:label"), Literal("été", language="fr"), IRI("urn:x:g2")))
    return index_of(tmp_path_factory.mktemp("held") / "v1", quads)


@pytest.fixture
def workers() -> Iterator[QueryWorkers]:
    pool = QueryWorkers(LIMITS)
    yield pool
    pool.close()


def all_fork_servers() -> set[int]:
    """The fork servers that this process has started."""
    return set(children_of(os.getpid(), "store.fork_server"))


@pytest.fixture(autouse=True)
def before() -> Iterator[set[int]]:
    """The fork servers that other tests have started."""
    OTHERS.update(all_fork_servers())
    yield OTHERS
    OTHERS.clear()


OTHERS: set[int] = set()


def fork_servers() -> list[int]:
    """The fork servers that this test has started."""
    return sorted(all_fork_servers() - OTHERS)


def opened(pid: int) -> set[str]:
    """What a process has open."""
    return {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()}


def answers_of(workers: QueryWorkers, query: str, index: Path, **options: object) -> list[bytes]:
    """The lines of an answer, in an order of their own."""
    body = workers.run(QueryRequest(query, WANTED, **options), index).body  # type: ignore[arg-type]
    if body.startswith(b"{"):
        results = json.loads(body)
        rows = results.get("results", {}).get("bindings", [results.get("boolean")])
        return sorted(json.dumps(row, sort_keys=True).encode() for row in rows)
    return sorted(body.splitlines())


def holders() -> list[int]:
    """Children of the fork server that have a graph in memory, and query processes of their own."""
    return [
        child for server in fork_servers() for child in children_of(server) if children_of(child)
    ]


def held(workers: QueryWorkers, index: Path, other: int = 0) -> int:
    """Wait until the graph is held, by another process than `other`; the process that answers from memory."""
    workers.prepare(index)

    def answered() -> bool:
        assert answers_of(workers, "ASK {}", index) == [b"true"]
        return any(holder != other for holder in holders())

    until(answered)
    (holder,) = set(holders()) - {other}
    (process,) = children_of(holder)
    return process


#: Queries that are answered from memory.
IN_MEMORY = (
    COUNT,
    "SELECT ?s ?o { ?s <urn:x:under> ?o }",
    "SELECT ?s { ?s <urn:x:under>+ <urn:x:1> }",
    "SELECT ?o { <urn:x:1> <urn:x:has>/<urn:x:label> ?o }",
    "SELECT ?n { <urn:x:1> <urn:x:has> ?n }",
    "DESCRIBE <urn:x:1>",
    "CONSTRUCT { ?o <urn:x:over> ?s } { ?s <urn:x:under> ?o }",
    "ASK { <urn:x:3> <urn:x:under> <urn:x:1> }",
)

#: Queries of named graphs, and parameters of their requests.
OF_GRAPHS: tuple[tuple[str, dict[str, tuple[str, ...]]], ...] = (
    ("SELECT ?g ?s { GRAPH ?g { ?s ?p ?o } }", {}),
    ("SELECT ?g ?s { graph?g{ ?s ?p ?o } }", {}),
    ("PREFIX x: <urn:x:> SELECT ?s { GRAPHx:g2 { ?s ?p ?o } }", {}),
    ("SELECT ?s FROM <urn:x:g2> { ?s ?p ?o }", {}),
    ("SELECT ?s ?o { ?s ?p ?o }", {"default_graphs": ("urn:x:g2",)}),
    ("SELECT ?s { GRAPH ?g { ?s ?p ?o } }", {"named_graphs": ("urn:x:g2",)}),
    ("SELECT ?s { ?s ?p ?o FILTER NOT EXISTS { GRAPH <urn:x:g2> { ?s ?p ?o } } }", {}),
)


def test_answers_from_memory_equal_those_from_disk(workers: QueryWorkers, index: Path) -> None:
    queries = [*((query, {}) for query in IN_MEMORY), *OF_GRAPHS]
    on_disk = QueryWorkers(QueryLimits(seconds=5, megabytes=512, side_by_side=1))
    expected = [answers_of(on_disk, query, index, **options) for query, options in queries]
    on_disk.close()
    assert [] not in expected
    process = held(workers, index)
    in_memory = len(IN_MEMORY)
    assert [answers_of(workers, query, index) for query in IN_MEMORY] == expected[:in_memory]
    assert not any(str(index) in name for name in opened(process))
    assert [
        answers_of(workers, query, index, **options) for query, options in OF_GRAPHS
    ] == expected[in_memory:]
    assert any(str(index) in name for name in opened(process))


def test_forked_process_is_confined_and_limited_in_memory(
    workers: QueryWorkers, index: Path
) -> None:
    process = held(workers, index)
    status = Path(f"/proc/{process}/status").read_text("ascii")
    assert "\nSeccomp:\t2\n" in status
    assert "\nThreads:\t1\n" in status
    limit = next(
        line
        for line in Path(f"/proc/{process}/limits").read_text("ascii").splitlines()
        if "address space" in line
    )
    size = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmSize:"))
    assert int(limit.split()[3]) <= (size + 512 * 1024) * 1024


def test_query_over_its_memory_is_refused_and_the_next_answered(index: Path) -> None:
    workers = QueryWorkers(
        dataclasses.replace(LIMITS, seconds=30)
    )  # a busy machine takes its time to fill the memory
    held(workers, index)
    runaway = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?a"
    with pytest.raises(QueryOverLimitError, match="memory than 512 MB"):
        workers.run(QueryRequest(runaway, WANTED), index)
    assert answers_of(workers, "ASK {}", index) == [b"true"]
    workers.close()


def test_forked_processes_have_random_values_of_their_own(
    workers: QueryWorkers, index: Path
) -> None:
    query = "SELECT (UUID() AS ?u) (RAND() AS ?r) (BNODE() AS ?b) {}"
    answers = []
    for _ in range(3):
        process = held(workers, index)
        answers += answers_of(workers, query, index)
        os.kill(process, signal.SIGKILL)
        until(lambda: not holders())
    rows = [json.loads(answer) for answer in answers]
    for name in ("u", "r", "b"):
        assert len({row[name]["value"] for row in rows}) == 3


def test_graphs_that_are_missing_damaged_or_too_large_are_not_loaded(index: Path) -> None:
    others = [
        index.parent.with_name(name) for name in ("missing", "without-dump", "damaged", "0" * 16)
    ]
    _, without, damaged, cut = others
    index_of(without, [quad(1)], dump=False)
    index_of(damaged, [quad(1)]).with_name(DUMP).write_bytes(b"<urn:x:1> <urn:x:under>\n")
    index_of(cut, [quad(1)])  # after a line: the name is a digest of something else
    loads = [(str(index), 64), (str(index), 0), *((str(folder / "index"), 64) for folder in others)]
    lines = (
        "from pathlib import Path",
        "from gcmgraph.store.query_process import load_memory_graph",
        f"graphs = [load_memory_graph(Path(folder), megabytes) for folder, megabytes in {loads!r}]",
        "print([len(graph.store.engine) if graph else 0 for graph in graphs])",
    )
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [202, 0, 0, 0, 0, 0]


def test_new_version_takes_the_place_of_the_one_in_memory(
    workers: QueryWorkers, index: Path, tmp_path: Path
) -> None:
    held(workers, index)
    (before,) = holders()
    newer = index_of(tmp_path / "v2", [quad(number) for number in range(7)])
    seven = answers_of(workers, "SELECT (7 AS ?n) {}", index)
    assert answers_of(workers, COUNT, newer) == seven
    process = held(workers, newer, before)
    assert answers_of(workers, COUNT, newer) == seven
    assert not any(str(newer) in name for name in opened(process))
    until(lambda: not runs(before))  # with the graph that nobody reads any more


def test_graph_too_large_for_memory_is_read_from_disk(tmp_path: Path) -> None:
    small = index_of(tmp_path / "v1", [quad(1)])
    large = index_of(tmp_path / "v2", [quad(number) for number in range(20_000)])
    workers = QueryWorkers(QueryLimits(seconds=5, megabytes=512, side_by_side=1, held_megabytes=4))
    counted = answers_of(workers, "SELECT (20000 AS ?n) {}", small)
    held(workers, small)
    (before,) = holders()
    assert answers_of(workers, COUNT, large) == counted
    until(lambda: not runs(before))  # what is of no use any more goes
    assert answers_of(workers, COUNT, large) == counted
    assert holders() == []
    workers.close()
    until(lambda: not fork_servers())


def test_killed_fork_server_is_started_again(workers: QueryWorkers, index: Path) -> None:
    for victim in ("holder", "fork server"):
        process = held(workers, index) if victim == "holder" else query_processes()[0]
        os.kill(holders()[0] if victim == "holder" else fork_servers()[0], signal.SIGKILL)
        until(lambda process=process: not runs(process))  # type: ignore[misc]
        assert len(answers_of(workers, COUNT, index)) == 1


def query_processes() -> list[int]:
    """The query processes of fork servers without a graph."""
    return [child for server in fork_servers() for child in children_of(server)]


def test_servers_share_one_fork_server(workers: QueryWorkers, index: Path) -> None:
    process = held(workers, index)
    if (child := os.fork()) == 0:
        done = [answers_of(workers, COUNT, index) for _ in range(3)]
        os._exit(0 if len(done) == 3 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(fork_servers()) == 1
    assert runs(process)


def test_fork_server_ends_while_a_graph_is_loaded(index: Path) -> None:
    workers = QueryWorkers(LIMITS)
    workers.prepare(index)
    workers.close()
    until(lambda: fork_servers() == [])
