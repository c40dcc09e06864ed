"""Documents in JSON-LD, framed and by profile; evidence as reifiers of RDF 1.2; texts that XML cannot represent."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from answers import quads, rows
from flask import Flask
from flask.testing import FlaskClient
from pyld import jsonld
from pyoxigraph import Store
from werkzeug.test import TestResponse

from gcmgraph.platform.errors import NotXmlError
from gcmgraph.rdf.canonical import digest, with_reifiers
from gcmgraph.rdf.json_ld import terms, versions
from gcmgraph.rdf.media import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TURTLE, RdfSyntax
from gcmgraph.rdf.namespaces import PREFIXES, Addresses
from gcmgraph.rdf.parsing import parse_quads, read_quads
from gcmgraph.rdf.terms import IRI, Literal, Quad, Triple, typed
from gcmgraph.store.results import TSV_RESULTS, XML_RESULTS, Caps, transcribe, write_solutions
from gcmgraph.store.store_folder import StoreFolder
from serving import Application
from tools.json_ld_context import forms_of, published_triples

PRACTICE = "/doc/practice/glo-act"
EXPANDED = "http://www.w3.org/ns/json-ld#expanded"

#: Documents of all kinds of descriptions.
DOCUMENTS = [PRACTICE, "/doc/country/AFG", "/graph/curated", "/ontology", "/dataset", "/linksets"]


def read(client: FlaskClient, address: str, accept: str = "*/*") -> Any:
    return json.loads(client.get(address, headers={"Accept": accept}).data)


@pytest.mark.parametrize("path", DOCUMENTS)
def test_equal_graph_of_json_ld_and_turtle(client: FlaskClient, path: str) -> None:
    turtle = digest(parse_quads(client.get(f"{path}.ttl").data, TURTLE, source="turtle"))
    response = client.get(f"{path}.jsonld")
    link, document = '</context.jsonld>; rel="http://www.w3.org/ns/json-ld#context"', response.data
    assert path not in DOCUMENTS[:2] or link in ", ".join(response.headers.getlist("Link"))
    assert digest(parse_quads(document, JSON_LD, source="compacted")) == turtle
    compacted = jsonld.to_rdf(json.loads(document), {"format": "application/n-quads"})
    assert digest(parse_quads(compacted.encode(), N_QUADS, source="PyLD")) == turtle
    whole = json.dumps(json.loads(document) | read(client, "/context.jsonld")).encode()
    assert digest(parse_quads(whole, JSON_LD, source="with the whole context")) == turtle
    expanded = json.dumps(read(client, f"{path}.jsonld?profile=expanded")).encode()
    assert digest(parse_quads(expanded, JSON_LD, source="expanded")) == turtle
    assert len(document) < len(expanded) + 50


@pytest.mark.parametrize(
    ("path", "kind"), [(PRACTICE, "gcm:Practice"), ("/dataset", "dcat:Dataset")]
)
def test_document_is_framed_by_its_class(client: FlaskClient, path: str, kind: str) -> None:
    document = read(client, f"{path}.jsonld")
    for holder in (document, read(client, "/context.jsonld")):
        frame = {"@context": holder["@context"], "@type": Addresses().expand(kind)}
        framed = jsonld.frame(document, frame)
        # the whole context abbreviates identifiers: practice:glo-act
        found = [node.get("@id", node.get("id", "")) for node in framed.get("@graph", [framed])]
        assert any(name.endswith(path.rpartition("/")[2]) for name in found)


def test_example_of_the_guide_prints_its_result(
    site: str, capsys: pytest.CaptureFixture[str]
) -> None:
    guide = (
        Path(__file__)
        .parents[2]
        .joinpath("docs", "http.md")
        .read_text("utf-8")
        .partition("## JSON-LD")[2]
    )
    code = (
        guide.partition("```python\n")[2].partition("```")[0].replace("http://127.0.0.1:8080", site)
    )
    exec(compile(code, "http.md", "exec"), {})  # noqa: S102 - our own documentation
    assert len(capsys.readouterr().out.splitlines()) > 2


def test_practice_is_read_as_plain_json(client: FlaskClient) -> None:
    document = read(client, f"{PRACTICE}.jsonld")
    (practice,) = (
        node for node in document["@graph"] if node["@id"].endswith("/id/practice/glo-act")
    )
    assert ("Practice" in practice["@type"], bool(practice["title"]["fr"])) == (True, True)
    defined = {
        definition["@id"]
        for definition in document["@context"].values()
        if isinstance(definition, dict)
    }
    assert {"gcm:Practice", "dct:title"} <= defined

    document = read(client, "/doc/sdg/10.7.jsonld")
    (target,) = (node for node in document["@graph"] if node["@id"].endswith("/sdg/10.7"))
    assert (target["notation"], target["sdgCode"]) == ("10.7", "10.7")
    (expanded,) = (node for node in jsonld.expand(document) if node["@id"].endswith("/sdg/10.7"))
    types = {code.get("@type") for code in expanded["http://www.w3.org/2004/02/skos/core#notation"]}
    assert types == {None, Addresses().expand("sdgo:SDGCodeCompact")}


@pytest.mark.parametrize(
    ("address", "accept", "expanded"),
    [
        (f"{PRACTICE}.jsonld?profile=compacted", "*/*", False),
        (f"{PRACTICE}.jsonld?profile={EXPANDED.replace('#', '%23')}", "*/*", True),
        (PRACTICE, "application/ld+json", False),
        (PRACTICE, f'application/ld+json; profile="{EXPANDED}"; q=0.9, text/html;q=0.1', True),
        (PRACTICE, 'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', False),
        ("/queries/practices-by-country?profile=expanded", "application/ld+json", True),
        ("/sparql?profile=expanded", "application/ld+json", True),
        ("/browse/practice?format=jsonld&profile=expanded", "*/*", True),
        ("/resolve?uri=AFG&profile=expanded", "application/ld+json", True),
    ],
)
def test_requested_profile_of_json_ld_is_returned(
    client: FlaskClient, address: str, accept: str, expanded: bool
) -> None:
    response = client.get(address, headers={"Accept": accept})
    assert response.status_code == 200
    assert isinstance(json.loads(response.data), list) is expanded
    assert response.content_type == (
        f'application/ld+json; profile="{EXPANDED}"' if expanded else "application/ld+json"
    )
    other = client.get(f"{PRACTICE}.jsonld{'' if expanded else '?profile=expanded'}")
    assert response.headers["ETag"] != other.headers["ETag"]
    unknown = client.get(f"{PRACTICE}.jsonld?profile=flattened")
    assert (unknown.status_code, "compacted, expanded" in unknown.text) == (400, True)
    assert client.get(f"{PRACTICE}.ttl?profile=flattened").status_code == 200


def test_each_version_of_the_context_stays_available(client: FlaskClient) -> None:
    newest = client.get("/context.jsonld").data
    assert client.get(f"/context/{versions()[-1]}.jsonld").data == newest
    for version in versions():
        context = json.loads(client.get(f"/context/{version}.jsonld").data)["@context"]
        assert terms(version).items() <= context.items()
    assert client.get("/context/9.9.9.jsonld").status_code == 404


@pytest.mark.exhaustive
def test_context_has_all_published_terms(real_app: Flask) -> None:
    used = forms_of(published_triples(real_app), Addresses()).keys()
    named = {definition["@id"] for definition in terms(versions()[-1]).values()}
    assert len(used) > 250
    assert used - named == set(), "run: python -m tools.json_ld_context"


RDF = PREFIXES["rdf"]
REIFIES = IRI(f"{RDF}reifies")
PARTS = {IRI(f"{RDF}{part}") for part in ("subject", "predicate", "object")}


def term(curie: str) -> IRI:
    return IRI(Addresses().expand(curie))


def triples(client: FlaskClient, address: str, syntax: RdfSyntax) -> set[Triple]:
    response = client.get(address)
    coding = "; charset=utf-8" if syntax is TURTLE else ""
    assert response.content_type == f"{syntax.media_type}{coding}; version=1.2"
    return {quad.triple for quad in quads(response)}


@pytest.mark.parametrize("syntax", [TURTLE, RDF_XML, N_TRIPLES], ids=lambda syntax: syntax.suffix)
def test_evidence_is_stated_by_a_reifier(client: FlaskClient, syntax: RdfSyntax) -> None:
    found = triples(client, f"{PRACTICE}.{syntax.suffix}?annotations=rdf12", syntax)
    reified = {triple.object: triple.subject for triple in found if triple.predicate == REIFIES}
    statement = Triple(term("practice:glo-act"), term("gcm:country"), term("country:AFG"))
    assert statement in found
    dated = Triple(term("practice:glo-act"), term("schema:startDate"), typed("2018", "gYear"))
    assert {statement, dated} <= reified.keys()
    assert any(
        t.subject == reified[statement] and t.predicate == term("oa:hasTarget") for t in found
    )
    assert not PARTS & {triple.predicate for triple in found}
    assert IRI(f"{RDF}Statement") not in {triple.object for triple in found}


def test_forms_differ_in_statements_about_statements_alone(client: FlaskClient) -> None:
    usual = {quad.triple for quad in quads(client.get(f"{PRACTICE}.nt"))}
    found = triples(client, f"{PRACTICE}.nt?annotations=rdf12", N_TRIPLES)
    about = {t for t in usual if t.predicate in PARTS or t.object == IRI(f"{RDF}Statement")}
    assert len(about) == 8  # two statements
    assert {t for t in found if t.predicate != REIFIES} == usual - about
    ontology = (quads(client.get(f"/ontology.ttl{form}")) for form in ("", "?annotations=rdf12"))
    assert len({digest(form) for form in ontology}) == 1  # no statements about statements


@pytest.mark.parametrize(
    ("suffix", "accept", "is_reified"),
    [
        ("ttl", "text/turtle; version=1.2", True),
        ("ttl", 'text/turtle;version="1.2";q=0.9, text/html;q=0.1', True),
        ("nt", "application/n-triples;version=1.2", True),
        ("rdf", "application/rdf+xml;version=1.2", True),
        ("ttl", "text/turtle; version=1.1", False),
        ("ttl", "text/turtle; charset=utf-8", False),
    ],
)
def test_version_of_the_media_type_requests_reifiers(
    client: FlaskClient, suffix: str, accept: str, is_reified: bool
) -> None:
    by_accept, plain = (
        client.get(PRACTICE, headers={"Accept": one}) for one in (accept, accept.partition(";")[0])
    )
    assert (by_accept.headers["ETag"] != plain.headers["ETag"]) is is_reified
    reified, usual = (
        client.get(f"{PRACTICE}.{suffix}{form}") for form in ("?annotations=rdf12", "")
    )
    assert reified.headers["ETag"] != usual.headers["ETag"]
    assert by_accept.data == (reified if is_reified else usual).data
    for address, status in ((".ttl?annotations=x", 400), (".jsonld?annotations=rdf12", 406)):
        assert client.get(PRACTICE + address).status_code == status


def test_incomplete_statement_about_a_statement_stays_as_it_is() -> None:
    s, p = IRI("https://example.org/s"), IRI("https://example.org/p")
    incomplete = [Triple(s, IRI(f"{RDF}subject"), p), Triple(s, IRI(f"{RDF}predicate"), p)]
    twice = [*incomplete, *(Triple(s, IRI(f"{RDF}object"), Literal(word)) for word in "ab")]
    literal = [
        *incomplete[:1],
        Triple(s, IRI(f"{RDF}predicate"), Literal("p")),
        Triple(s, IRI(f"{RDF}object"), p),
    ]
    for given in (incomplete, twice, literal):
        assert set(with_reifiers(given)) == set(given)


#: Queries of SPARQL 1.2 with the value of ?x in their one row; the store has no reifiers, so they
#: make their own.
QUERIES = [
    ("SELECT (SUBJECT(TRIPLE(<http://e.org/a>, <http://e.org/b>, 1)) AS ?x) {}", "http://e.org/a"),
    (
        "VERSION '1.2' SELECT (isTRIPLE(<<( <http://e.org/a> <http://e.org/b> 1 )>>) AS ?x) {}",
        "true",
    ),
    ("SELECT (LANGDIR('a'@ar--rtl) AS ?x) {}", "rtl"),
    (
        "SELECT ?x { BIND(<<( <http://e.org/a> <http://e.org/b> 'c' )>> AS ?t) BIND(OBJECT(?t) AS ?x) }",
        "c",
    ),
]


def ask(
    client: FlaskClient, query: str, accept: str = "application/sparql-results+json"
) -> TestResponse:
    return client.post("/sparql", data={"query": query}, headers={"Accept": accept})


@pytest.mark.parametrize(("query", "value"), QUERIES)
def test_functions_of_sparql_1_2_are_evaluated(client: FlaskClient, query: str, value: str) -> None:
    assert [row["x"] for row in rows(ask(client, query))] == [value]


def test_triple_terms_are_returned_constructed_and_matched(client: FlaskClient) -> None:
    triple = "SELECT (TRIPLE(<http://e.org/a>, <http://e.org/b>, 1) AS ?x) {}"
    assert "http://e.org/b" in ask(client, triple, "application/sparql-results+json").text
    assert "http://e.org/b" in ask(client, triple, "text/csv").text
    assert (
        "&lt;&lt;( http://e.org/a http://e.org/b 1 )&gt;&gt;"
        in ask(client, triple, "text/html").text
    )
    for pattern in (
        "?s ?p ?o {| ?q ?v |}",
        "<< ?s ?p ?o ~ ?r >> ?q ?v",
        "?r rdf:reifies <<( ?s ?p ?o )>>",
    ):
        assert rows(ask(client, f"SELECT * {{ {pattern} }}")) == []
    query = "CONSTRUCT { ?p gcm:country ?c {| dct:source ?p |} } WHERE { ?p gcm:country ?c }"
    found = [quad.triple for quad in quads(ask(client, query, "text/turtle"))]
    assert len([triple for triple in found if triple.predicate == REIFIES]) == 2
    description = client.get("/sparql", headers={"Accept": "application/n-triples"}).text
    assert f"<{PREFIXES['sd']}supportedLanguage> <{PREFIXES['sd']}SPARQL12Query>" in description


THING = "https://w3id.org/gcmgraph/id/practice/glo-act"
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
    f"/sparql?query=DESCRIBE+<{THING}>&format={{}}",
    f"/sparql?query=CONSTRUCT+WHERE+{{{{<{THING}>+?p+?o+.+?s+?p+?o}}}}&format={{}}",
)  # fmt: skip


def check(
    client: FlaskClient, address: str, status: int, refused: str, others: tuple[str, ...], hint: str
) -> None:
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
def test_graph_beyond_xml_in_other_formats(
    tmp_path: Path, application: Application, number: int
) -> None:
    quads = list(read_quads(Path(__file__).parent / "graph.trig"))
    StoreFolder(tmp_path).publish("v1", [*quads, Quad(IRI(THING), *STATEMENTS[number], OWN)], {})
    client = application(tmp_path).test_client(use_cookies=False)
    for address in ADDRESSES if number in {0, FIT} else ADDRESSES[::4]:
        check(
            client, address, 200 if number == FIT else 406, "rdf", ("ttl", "jsonld", "nt"), "Turtle"
        )


def test_answers_beyond_xml_in_other_formats(client: FlaskClient) -> None:
    query = "CONSTRUCT { <urn:x:a> a <https://example.org/2> } {}"
    assert client.get("/sparql", query_string={"query": query, "format": "rdf"}).status_code == 406
    for text, status in (("\\u0001", 406), ("\\uFFFE", 406), ("\\t\\u0085 rdf: <:>", 200)):
        query = quote(f'SELECT ("{text}" AS ?b) {{}}')
        check(
            client,
            f"/sparql?query={query}&format={{}}",
            status,
            "xml",
            ("json", "csv", "tsv"),
            "CSV",
        )


def test_rows_of_results_in_xml() -> None:
    """Rows beyond the limit are not checked."""
    for last in ("\\u0001", "c"):
        rows = Store().query(f'SELECT * {{ VALUES ?v {{ "a" "{last}" "\\u0002" }} }}')
        with nullcontext() if last == "c" else pytest.raises(NotXmlError):
            assert write_solutions(rows, XML_RESULTS, Caps(rows=2))[1]
    results = b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"literal","value":"\\u0001"}}]}}'
    assert transcribe(results, TSV_RESULTS)
    with pytest.raises(NotXmlError):
        transcribe(results, XML_RESULTS)
