"""JSON-LD that we write: for every kind of term it is the same graph, by the engine's reader and by PyLD."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from pyld import jsonld

from gcmgraph.platform.errors import RdfSyntaxError
from gcmgraph.rdf.canonical import digest
from gcmgraph.rdf.json_ld import published_context, terms, versions, with_context, write_compacted
from gcmgraph.rdf.media import JSON_LD, N_QUADS
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import parse_quads, parse_with_lines
from gcmgraph.rdf.terms import IRI, BlankNode, DefaultGraph, Literal, Quad, Triple, text, typed
from gcmgraph.repository.layout import Repository, read_graph

ADDRESSES = Addresses()
X = IRI("https://example.org/x")


def term(curie: str) -> IRI:
    return IRI(ADDRESSES.expand(curie))


def triple(curie: str, value: IRI | BlankNode | Literal) -> Triple:
    return Triple(X, term(curie), value)


def node(*triples: Triple) -> dict[str, object]:
    """The node object of a subject, without its identifier."""
    (found,) = json.loads(write_compacted(triples, ADDRESSES.prefixes))["@graph"]
    assert found.pop("@id") == X.value
    return dict(found)


#: Statements, each with the members that it becomes.
MEMBERS = [
    (triple("rdf:type", term("gcm:Practice")), {"@type": "Practice"}),
    (triple("rdf:type", term("schema:Action")), {"@type": "schema:Action"}),
    (triple("rdf:type", IRI("https://example.org/C")), {"@type": "https://example.org/C"}),
    (triple("dct:title", text("Titre", "fr")), {"title": {"fr": "Titre"}}),
    (triple("dct:title", Literal("plain")), {"dct:title": "plain"}),
    (triple("dct:title", IRI("urn:x:y")), {"dct:title": {"@id": "urn:x:y"}}),
    (triple("sh:name", text("nom", "fr")), {"sh:name": {"fr": "nom"}}),
    (triple("sh:name", Literal("plain")), {"http://www.w3.org/ns/shacl#name": "plain"}),
    (triple("gcm:country", term("country:AFG")), {"gcm:country": "https://w3id.org/gcmgraph/id/country/AFG"}),
    (triple("gcm:country", Literal("Chad")), {"gcm:country": {"@value": "Chad"}}),
    (triple("gcm:country", BlankNode("b")), {"gcm:country": "_:c14n0"}),
    (triple("dct:created", typed("2026-01-02", "date")), {"created": "2026-01-02"}),
    (triple("skos:notation", Literal("10.7", datatype=term("sdgo:SDGCodeCompact"))), {"sdgCode": "10.7"}),
    (triple("skos:notation", Literal("10.7")), {"notation": "10.7"}),
    (triple("dct:created", typed("2026", "gYear")), {"created": {"@value": "2026", "@type": "xsd:gYear"}}),
    (triple("schema:startDate", typed("2018", "gYear")), {"startDate": {"@value": "2018", "@type": "xsd:gYear"}}),
    (triple("void:triples", typed("12", "integer")), {"triples": 12}),
    (triple("void:triples", typed("012", "integer")), {"triples": {"@value": "012", "@type": "xsd:integer"}}),
    (triple("void:triples", typed("9" * 30, "integer")), {"triples": {"@value": "9" * 30, "@type": "xsd:integer"}}),
    (triple("schema:value", typed("1.50", "decimal")), {"value": {"@value": "1.50", "@type": "xsd:decimal"}}),
    (triple("sh:optional", typed("true", "boolean")), {"optional": True}),
    (triple("sh:optional", typed("1", "boolean")), {"optional": {"@value": "1", "@type": "xsd:boolean"}}),
    (Triple(X, IRI("https://example.org/p#"), Literal("y")), {"https://example.org/p#": "y"}),
    (Triple(X, IRI(ADDRESSES.ontology + "a/b"), Literal("y")), {"https://w3id.org/gcmgraph/ontology#a/b": "y"}),
    (triple("schema:value", Literal("y", datatype=IRI("urn:d"))), {"value": {"@value": "y", "@type": "urn:d"}}),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "members"), MEMBERS, ids=lambda value: None)
def test_members_of_a_statement(statement: Triple, members: dict[str, object]) -> None:
    assert node(statement) == members


def quads_of(triples: list[Triple]) -> list[Quad]:
    return [Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in triples]


def by_pyld(document: object) -> str:
    """The digest of the graph that PyLD reads."""
    data = jsonld.to_rdf(
        document, {"format": "application/n-quads", "produceGeneralizedRdf": False}
    )
    return digest(parse_quads(data.encode(), N_QUADS, source="PyLD"))


def test_equal_graph_of_a_compacted_document() -> None:
    triples = [statement for statement, _ in MEMBERS]
    triples += [
        triple("dct:title", text(word, tag))
        for word, tag in (("a", "en"), ("b", "en"), ("c", "zh-hans"))
    ]
    data = write_compacted(triples, ADDRESSES.prefixes)
    expected = digest(quads_of(triples))
    assert digest(parse_quads(data, JSON_LD, source="ours")) == expected
    assert by_pyld(json.loads(data)) == expected
    with_published = json.loads(data) | {
        "@context": published_context(versions()[-1], ADDRESSES.prefixes)
    }
    assert by_pyld(with_published) == expected


def test_iri_with_a_prefix_as_scheme() -> None:
    odd, used = IRI("org:thing"), triple("org:member", X)  # which declares the prefix
    for statement in (
        Triple(odd, term("dct:title"), text("x", "en")), Triple(X, odd, Literal("x")), triple("dct:source", odd),
        triple("rdf:type", odd), triple("dct:title", Literal("x", datatype=odd)),
    ):  # fmt: skip
        data = write_compacted([statement, used], ADDRESSES.prefixes)
        assert digest(parse_quads(data, JSON_LD, source="ours")) == digest(
            quads_of([statement, used])
        )


def test_terms_of_the_ontology_in_the_context(repository: Repository) -> None:
    ontology = list(read_graph(repository.ontology, IRI(ADDRESSES.graph("ontology")), ADDRESSES))
    ours = {
        quad.subject.value
        for quad in ontology
        if str(quad.subject).startswith(f"<{ADDRESSES.ontology}")
    }
    named = {ADDRESSES.expand(definition["@id"]) for definition in terms(versions()[-1]).values()}
    assert ours
    assert ours - named == set(), "run: python -m tools.json_ld_context"
    (version,) = (
        quad.object.value for quad in ontology if quad.predicate == term("owl:versionInfo")
    )
    assert versions()[-1] == version, "run: python -m tools.json_ld_context"


def test_terms_written_as_curies() -> None:
    seen = set()
    for name, definition in terms(versions()[-1]).items():
        if definition["@id"] in seen:  # of its values of one datatype
            assert definition["@type"].startswith(
                tuple(f"{prefix}:" for prefix in ADDRESSES.prefixes)
            )
        else:
            assert definition["@id"] in {name, f"{definition['@id'].partition(':')[0]}:{name}"}
        seen.add(definition["@id"])
        assert set(definition) <= {"@id", "@type", "@container"}


OURS = "https://w3id.org/gcmgraph/context.jsonld"


@pytest.mark.parametrize(
    "context",
    [
        f'"{OURS}"',
        f'"{OURS.replace(".jsonld", f"/{versions()[-1]}.jsonld")}"',
        f'[ "{OURS}", {{"x": "urn:x"}} ]',
    ],
)
def test_context_by_its_address(context: str) -> None:
    document = f"""{{ "@context": {context},
  "id": "practice:x", "type": "Practice",
  "title": {{"en": "X"}} }}""".encode()
    expected = [
        Triple(term("practice:x"), term("rdf:type"), term("gcm:Practice")),
        Triple(term("practice:x"), term("dct:title"), text("X", "en")),
    ]
    assert digest(parse_quads(document, JSON_LD, source="x")) == digest(quads_of(expected))
    located = parse_with_lines(document, JSON_LD, source="x")
    assert max(each.line for each in located) == 3


def test_contexts_of_others() -> None:
    for context in (
        "https://example.org/context.jsonld", f"{OURS}?x=1", OURS.replace(".jsonld", "/9.9.9.jsonld"),
        OURS.replace("https", "http"),
    ):  # fmt: skip
        document = json.dumps({"@context": context, "@id": "urn:x", "dct:title": "X"}).encode()
        with pytest.raises(RdfSyntaxError, match="contexts are not fetched"):
            list(parse_quads(document, JSON_LD, source="x"))
    in_a_text = json.dumps({"@id": "urn:x", "urn:p": f'"@context": "{OURS}"'}).encode()
    assert with_context(in_a_text) == in_a_text


def test_context_in_each_of_many_nodes() -> None:
    document = json.dumps(
        [{"@context": OURS, "@id": f"urn:{number}"} for number in range(1000)]
    ).encode()
    assert len(with_context(document)) < len(document) + 50_000
    with pytest.raises(RdfSyntaxError):
        list(parse_quads(document, JSON_LD, source="x"))


def test_meaning_of_names_in_all_versions() -> None:
    for earlier, later in pairwise(versions()):
        assert terms(earlier).items() <= terms(later).items()
