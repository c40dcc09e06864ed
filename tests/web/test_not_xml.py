"""What XML cannot carry is refused where XML is asked for, and answered in all other formats."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from urllib.parse import quote
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


#: Addresses of graphs with the statement, and one of a row with a text.
ADDRESSES = (
    "/doc/practice/glo-act.{}", "/graph-store?default&format={}", f"/graph-store?graph={OWN.value}&format={{}}",
    f"/sparql?query=DESCRIBE+<{PRACTICE}>&format={{}}",
    f"/sparql?query=CONSTRUCT+WHERE+{{{{<{PRACTICE}>+?p+?o+.+?s+?p+?o}}}}&format={{}}",
)  # fmt: skip


def check(client: FlaskClient, address: str, status: int, refused: str, others: tuple[str, ...], hint: str) -> None:
    """Compare the status of an answer in XML, and its hint; other formats have the answer."""
    in_xml = client.get(address.format(refused))
    assert in_xml.status_code == status, in_xml.text[-900:]
    if status == 406:
        assert hint in json.loads(in_xml.data)["hint"]
    else:
        ElementTree.fromstring(in_xml.data)  # noqa: S314 - our own
    for name in others:
        assert client.get(address.format(name)).status_code == 200


@pytest.mark.parametrize("number", range(len(STATEMENTS)))
def test_graph_beyond_xml_in_other_formats(tmp_path: Path, application: Application, number: int) -> None:
    quads = list(read_quads(Path(__file__).parent / "graph.trig"))
    StoreFolder(tmp_path).publish("v1", [*quads, Quad(IRI(PRACTICE), *STATEMENTS[number], OWN)], {})
    client = application(tmp_path).test_client(use_cookies=False)
    for address in ADDRESSES if number in {0, FIT} else ADDRESSES[::4]:
        check(client, address, 200 if number == FIT else 406, "rdf", ("ttl", "jsonld", "nt"), "Turtle")


def test_answers_beyond_xml_in_other_formats(client: FlaskClient) -> None:
    query = "CONSTRUCT { <urn:x:a> a <https://example.org/2> } {}"
    assert client.get("/sparql", query_string={"query": query, "format": "rdf"}).status_code == 406
    for text, status in (("\\u0001", 406), ("\\uFFFE", 406), ("\\t\\u0085 rdf: <:>", 200)):
        query = quote(f'SELECT ("{text}" AS ?b) {{}}')
        check(client, f"/sparql?query={query}&format={{}}", status, "xml", ("json", "csv", "tsv"), "CSV")


def test_rows_of_results_in_xml() -> None:
    """Rows beyond the limit are not checked."""
    for last in ("\\u0001", "c"):
        rows = Store().query(f'SELECT * {{ VALUES ?v {{ "a" "{last}" "\\u0002" }} }}')
        assert isinstance(rows, QuerySolutions)
        with nullcontext() if last == "c" else pytest.raises(NotXmlError):
            assert write_solutions(rows, XML_RESULTS, Caps(rows=2))[1]
    results = b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"literal","value":"\\u0001"}}]}}'
    assert transcribe(results, TSV_RESULTS)
    with pytest.raises(NotXmlError):
        transcribe(results, XML_RESULTS)
