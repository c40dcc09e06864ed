"""What XML cannot carry is refused where XML is asked for, and answered in all other formats."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from pyoxigraph import QuerySolutions, Store

from gcmgraph.errors import NotXmlError
from gcmgraph.model.terms import IRI, Literal, Quad
from gcmgraph.rdfio.parsing import read_quads
from gcmgraph.store.results import TSV_RESULTS, XML_RESULTS, Caps, transcribe, write_solutions
from gcmgraph.store.versions import StoreFolder
from serving import Application

PRACTICE = "https://w3id.org/gcmgraph/id/practice/glo-act"
NOTE = IRI("https://example.org/note")
OWN = IRI("https://example.org/graph/own")

#: Statements of one thing, of which none can be written in XML but the last.
STATEMENTS = [
    (NOTE, Literal("a\u0001b")),
    (NOTE, Literal("\uffff")),
    (IRI("https://example.org/1"), Literal("a name cannot begin with a digit")),
    (IRI("https://example.org/"), IRI("https://example.org/thing")),
    (NOTE, Literal("what looks so: rdf:about, or : xmlns: or :>")),
]
FIT = len(STATEMENTS) - 1


@pytest.fixture(scope="module", params=range(len(STATEMENTS)))
def given(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, application: Application
) -> tuple[FlaskClient, int]:
    """A client of a server that holds one of the statements, and the status of an answer in XML."""
    folder = tmp_path_factory.mktemp("not-xml") / "store"
    quads = list(read_quads(Path(__file__).parent / "graph.trig"))
    StoreFolder(folder).publish("v1", [*quads, Quad(IRI(PRACTICE), *STATEMENTS[request.param], OWN)], {})
    return application(folder).test_client(use_cookies=False), 200 if request.param == FIT else 406


@pytest.mark.parametrize(
    "address",
    [
        "/doc/practice/glo-act.{}",
        "/graph-store?default&format={}",
        f"/graph-store?graph={OWN.value}&format={{}}",
        f"/sparql?query=DESCRIBE+<{PRACTICE}>&format={{}}",
        f"/sparql?query=CONSTRUCT+WHERE+{{{{<{PRACTICE}>+?p+?o+.+?s+?p+?o}}}}&format={{}}",
    ],
)
def test_graph_beyond_xml_in_other_formats(given: tuple[FlaskClient, int], address: str) -> None:
    client, status = given
    in_xml = client.get(address.format("rdf"))
    assert in_xml.status_code == status, in_xml.text[-900:]
    if status == 406:
        assert "Turtle" in json.loads(in_xml.data)["hint"]
    else:
        ElementTree.fromstring(in_xml.data)  # noqa: S314 - our own
    for suffix in ("ttl", "jsonld", "nt"):
        assert client.get(address.format(suffix)).status_code == 200


def test_class_without_local_name_returns_406(client: FlaskClient) -> None:
    query = "CONSTRUCT { <urn:x:a> a <https://example.org/2> } {}"
    assert client.get("/sparql", query_string={"query": query, "format": "rdf"}).status_code == 406


@pytest.mark.parametrize(
    ("text", "status"),
    [("\\u0001", 406), ("\\uFFFE", 406), ("\\t\\u0085 rdf: <:>", 200)],
    ids=["control", "none", "fit"],
)
def test_rows_beyond_xml_in_other_formats(client: FlaskClient, text: str, status: int) -> None:
    query = f'SELECT ("{text}" AS ?b) {{}}'
    in_xml = client.post("/sparql", data={"query": query, "format": "xml"})
    assert in_xml.status_code == status, in_xml.text
    if status == 406:
        assert "CSV" in json.loads(in_xml.data)["hint"]
    else:
        ElementTree.fromstring(in_xml.data)  # noqa: S314 - our own
    for name in ("json", "csv", "tsv"):
        assert client.post("/sparql", data={"query": query, "format": name}).status_code == 200


@pytest.mark.parametrize(("last", "fits"), [("\\u0001", False), ("c", True)])
def test_rows_beyond_the_limit_are_not_checked(last: str, fits: bool) -> None:
    rows = Store().query(f'SELECT * {{ VALUES ?v {{ "a" "{last}" "\\u0002" }} }}')
    assert isinstance(rows, QuerySolutions)
    with nullcontext() if fits else pytest.raises(NotXmlError):
        assert write_solutions(rows, XML_RESULTS, Caps(rows=2))[1]


def test_transcription_to_xml_is_refused() -> None:
    results = b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"literal","value":"\\u0001"}}]}}'
    assert transcribe(results, TSV_RESULTS)
    with pytest.raises(NotXmlError):
        transcribe(results, XML_RESULTS)
