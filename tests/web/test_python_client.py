"""`gcmgraph.client` against a server, and what it says when an answer is not one."""

from __future__ import annotations

import doctest
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pandas as pd
import pytest

import gcmgraph.client
from gcmgraph.client import ClientError, Graph, Table
from pretended import Serve, listening
from servers import free_port

ID = "https://w3id.org/gcmgraph/id"


@pytest.fixture(scope="module")
def graph(server: str) -> Graph:
    return Graph(server)


def test_table_of_texts_of_a_named_query(graph: Graph) -> None:
    table = graph.query("practices-by-country", country="AFG")
    (row,) = table
    assert row["practice"] == f"{ID}/practice/glo-act"
    frame = table.to_pandas()
    assert [str(kind) for kind in frame.dtypes] == ["string"] * len(table.columns)
    assert frame["start"].tolist() == ["2018"]
    assert len(graph.query("terms")) > 1
    assert list(Table(("a", "b"), (("1", None),))) == [{"a": "1", "b": None}]


def test_forms_of_sparql(graph: Graph) -> None:
    assert graph.ask(f"ASK {{ <{ID}/country/AFG> ?p ?o }}")
    triples = graph.construct(
        f"CONSTRUCT WHERE {{ <{ID}/practice/glo-act> <https://schema.org/startDate> ?o }}"
    )
    assert triples.split()[2].startswith('"2018"')
    frame = graph.sparql(
        'SELECT ?code ?none { VALUES ?code { "004" "17.10" "NA" "" } }'
    ).to_pandas()
    assert frame["code"].tolist() == ["004", "17.10", "NA", ""]  # codes stay as they are written
    assert frame["none"].isna().all()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("country/AFG", "country/AFG"),
        ("country:AFG", "country/AFG"),
        ("AFG", "country/AFG"),
        ("10.7", "sdg/10.7"),
        (f"{ID}/practice/glo-act", "practice/glo-act"),
        ("http://127.0.0.1:1/id/practice/glo-act", "practice/glo-act"),
        ("http://metadata.un.org/sdg/10.7", "sdg/10.7"),
    ],
)
def test_resource_by_each_of_its_names(graph: Graph, asked: str, found: str) -> None:
    assert graph.describe(asked).iri == f"{ID}/{found}"


def test_names_and_properties_of_a_description(graph: Graph) -> None:
    practice = graph.describe("practice/glo-act")
    assert practice.name("fr") == practice.name() == "Action mondiale (GLO.ACT)"
    assert practice["gcm:country"] == [f"{ID}/country/AFG", f"{ID}/country/IRQ"]
    assert practice.nodes[f"{practice.iri}#funding-amount"]["value"] == 12000000
    assert graph.describe("AFG").name("ar") == "أفغانستان"
    assert ("country", "Afghanistan", "AFG") in [
        (hit.kind, hit.name, hit.code) for hit in graph.search("afghan")
    ]


def test_report_on_a_file(graph: Graph, tmp_path: Path) -> None:
    file = tmp_path / "mine.ttl"
    file.write_text(
        "<https://example.org/x> a <https://w3id.org/gcmgraph/ontology#Practice> .\n", "utf-8"
    )
    report = graph.validate(file)
    assert not report.conforms
    assert (
        report.violations
        == len([each for each in report.findings if each.level == "violation"])
        > 0
    )
    assert all(finding.message and finding.focus for finding in report.findings)
    assert {finding.place for finding in report.findings} == {"mine.ttl:1"}


def test_order_of_a_matched_series(graph: Graph) -> None:
    names = pd.Series(["Iraq", "nowhere at all", "Afghanistan", "Iraq"], index=[7, 8, 9, 10])
    frame = graph.reconcile(names, kind="country").to_pandas()
    assert frame["id"].fillna("").tolist() == ["country/IRQ", "", "country/AFG", "country/IRQ"]
    assert frame.index.tolist() == [7, 8, 9, 10]
    assert graph.reconcile(["Iraq"]).rows[0][:3] == ("Iraq", "country/IRQ", "Iraq")


#: What a user may get wrong, with part of the sentence about it.
MISTAKES: list[tuple[Callable[[Graph], object], str]] = [
    (lambda graph: graph.query("no-such"), "There is no query 'no-such'"),
    (lambda graph: graph.query("../health"), "There is nothing at /queries/../health"),
    (lambda graph: graph.query("practices-by-country", country="XXX"), "There is no country 'XXX'"),
    (lambda graph: graph.query("practices-by-country", land="AFG"), "has no parameter 'land'"),
    (lambda graph: graph.sparql("SELECT *"), "not valid SPARQL"),
    (lambda graph: graph.sparql("ASK {\n} x"), "Line 2, column 4."),
    (lambda graph: graph.sparql("ASK {}"), "Use Graph.ask()"),
    (lambda graph: graph.ask("SELECT * {}"), "Use Graph.sparql()"),
    (lambda graph: graph.describe("country/XXX"), "nothing by this address or code"),
    (lambda graph: graph.describe("zzz"), "nothing by this address or code"),
    (lambda graph: graph.describe("http://example.org/id/x"), "nothing by this address or code"),
    (lambda graph: graph.validate("/no/such/file.ttl"), "/no/such/file.ttl cannot be read"),
    (lambda graph: graph.validate(__file__, rules="all"), "'all' is no value of 'as'"),
]


@pytest.mark.parametrize(("mistake", "sentence"), MISTAKES, ids=range(len(MISTAKES)))
def test_mistakes_with_the_sentence_of_the_server(
    graph: Graph, mistake: Callable[[Graph], object], sentence: str
) -> None:
    with pytest.raises(ClientError) as caught:
        mistake(graph)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_addresses_and_datasets_of_no_server(server: str) -> None:
    for wrong in ("example.org", "ftp://example.org/", "http://", "http://x/?q=1"):
        with pytest.raises(ClientError, match="is not the address of a server"):
            Graph(wrong)
    address = f"http://127.0.0.1:{free_port()}/"
    with pytest.raises(ClientError, match=f"{address}.* does not answer"):
        Graph(address).search("x")
    assert Graph(server, dataset="v1").query("terms").rows
    with pytest.raises(ClientError, match="has dataset version v1, not v0"):
        Graph(server, dataset="v0").query("terms")


#: Status, headers, body, and its announced length.
Answer = tuple[int, dict[str, str], bytes, int | None]


def answering(*answers: Answer) -> Serve:
    """Give one answer on each connection, which is closed without a word."""
    rest = list(answers)

    def serve(connection: socket.socket, _: threading.Event) -> None:
        status, headers, body, length = rest.pop(0)
        stated = headers | {"Content-Length": len(body) if length is None else length}
        head = "".join(f"{name}: {value}\r\n" for name, value in stated.items())
        connection.sendall(f"HTTP/1.1 {status} \r\n{head}\r\n".encode() + body)

    return serve


@pytest.fixture
def stub() -> Iterator[Callable[..., Graph]]:
    """Makes a client of a server that gives some answers."""
    with ExitStack() as servers:

        def start(*answers: Answer) -> Graph:
            url, _ = servers.enter_context(listening(answering(*answers)))
            return Graph(url.removesuffix("/sparql"))

        yield start


EMPTY = b'{"head":{"vars":[]},"results":{"bindings":[]}}'


OTHER = b'{"other": 1}'
READS = {
    "search": "x",
    "describe": "AFG",
    "validate": __file__,
    "reconcile": ["x"],
    "query": "objectives",
}


@pytest.mark.parametrize(
    ("method", "argument", "answer", "sentence"),
    [
        *((name, given, ({}, OTHER, None), "lacks|not a table") for name, given in READS.items()),
        ("search", "x", ({}, OTHER, 100), "was cut off after 12 bytes"),
        ("search", "x", ({}, OTHER[:9], None), "not whole, or not JSON"),
        ("sparql", "SELECT * {}", ({"Result-Truncated": "rows=1"}, EMPTY, None), "at its limit"),
        (
            "query",
            "objectives",
            ({"X-Total-Count": "2"}, EMPTY, None),
            "Of 2 rows of the query objectives, 0 came",
        ),
    ],
)
def test_answers_in_part_or_of_another_form_are_errors(
    stub: Callable[..., Graph],
    method: str,
    argument: object,
    answer: tuple[object, ...],
    sentence: str,
) -> None:
    graph = stub(*[(200, *answer)] * 3)
    with pytest.raises(ClientError, match=sentence):
        getattr(graph, method)(argument)


def test_other_software_is_an_error(stub: Callable[..., Graph]) -> None:
    health = b'{"software": "nginx", "version": "v1"}'
    with pytest.raises(ClientError, match="is not a GCM Graph server"):
        _ = stub((200, {}, health, None)).version


def test_client_without_other_packages(server: str, tmp_path: Path) -> None:
    ours = Path(gcmgraph.__file__).parent
    (tmp_path / "gcmgraph" / "platform").mkdir(parents=True)
    for name in ("__init__.py", "client.py", "platform/__init__.py", "platform/errors.py"):
        shutil.copy(ours / name, tmp_path / "gcmgraph" / name)
    program = f"""
import sys
sys.path.insert(0, {str(tmp_path)!r})
from gcmgraph.client import ClientError, Graph
table = Graph({server!r}).query("practices-by-country", country="AFG")
print(len(table))
try:
    table.to_pandas()
except ClientError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "1",
        "pandas is not installed. Install it: pip install pandas.",
    ]


def test_examples_of_the_client_are_true() -> None:
    result = doctest.testmod(gcmgraph.client)
    assert result.attempted > 3
    assert result.failed == 0


ROOT = Path(__file__).parents[2]


def test_run_of_the_notebook(site: str, tmp_path: Path) -> None:
    notebook = json.loads((ROOT / "docs" / "client.ipynb").read_text("utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    identifiers = [cell["id"] for cell in notebook["cells"]]
    assert len(set(identifiers)) == len(identifiers)
    code = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert len(code) > 5
    assert all(
        not cell.get("outputs") for cell in notebook["cells"]
    )  # results belong to one dataset version
    command = [sys.executable, "-W", "error", "-c", "\n".join(code)]
    subprocess.run(command, check=True, cwd=tmp_path, env={**os.environ, "GCMGRAPH_URL": site})


@pytest.mark.skipif(not shutil.which("Rscript"), reason="needs R: apt-get install r-base-core")
def test_run_of_the_lines_of_r(site: str) -> None:
    guide = (ROOT / "docs" / "analyst.md").read_text("utf-8")
    lines = guide.partition("```r\n")[2].partition("```")[0].replace("http://127.0.0.1:8080", site)
    check = f"{lines}\nstopifnot(all(sapply(table, is.character)), nrow(table) > 0)"
    subprocess.run(["Rscript", "-e", check], check=True)
