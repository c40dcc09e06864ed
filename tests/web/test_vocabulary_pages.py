"""/ontology and /shapes over the graph that is published: terms and rules, their words, and their diagrams."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest
from answers import HTML, html, page
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from gcmgraph.publication.class_uses import ClassUses
from gcmgraph.publication.metadata.partitions import count, partition_quads
from gcmgraph.publication.vocabulary import Ontology
from gcmgraph.rdf.media import TURTLE
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import parse_quads, read_quads
from gcmgraph.rdf.terms import IRI, Literal, Quad, Vocabulary, text, typed
from gcmgraph.repository.layout import Repository
from gcmgraph.store.port import Store
from gcmgraph.web.diagrams import Diagram, DiagramNode, lay_out
from markup import Page

A = Addresses()
V = Vocabulary(A)


@pytest.fixture(scope="module")
def client(real_client: FlaskClient) -> FlaskClient:
    return real_client


@pytest.fixture(scope="module")
def graph(real_app: Flask) -> Store:
    store: Store = real_app.extensions["gcmgraph"].dataset.snapshot().store
    return store


@pytest.mark.parametrize(("path", "name"), [("/ontology", "ontology"), ("/shapes", "shapes")])
def test_anchors_of_terms_and_rules(
    client: FlaskClient, graph: Store, path: str, name: str
) -> None:
    found = page(client, path)
    start = f"{A.base}{name}#"
    subjects = {
        q.subject.value for q in graph.quads(graph=IRI(A.graph(name))) if isinstance(q.subject, IRI)
    }
    wanted = {subject.removeprefix(start) for subject in subjects if subject.startswith(start)}
    assert len(wanted) > 40
    assert wanted <= set(found.ids)
    assert len(found.ids) == len(set(found.ids))
    assert {link[1:] for link in found.links if link.startswith("#")} <= set(found.ids)


def test_version_iri_of_the_ontology(client: FlaskClient, graph: Store) -> None:
    (iri,) = (quad.object for quad in graph.quads(predicate=V("owl:versionIRI")))
    path = f"/{str(iri.value).removeprefix(A.base)}"
    response = client.get(f"{path}?lang=fr", headers=HTML)
    assert (response.status_code, response.headers["Content-Language"]) == (200, "fr")
    turtle = client.get(path, headers={"Accept": "text/turtle"})
    assert (turtle.mimetype, turtle.data) == ("text/turtle", client.get("/ontology.ttl").data)
    for unknown in ("9.9.9", "%3E", "9.9.9.ttl", "0.1.0.docx", "0.1"):
        assert client.get(f"/ontology/{unknown}").status_code == 404, unknown


@pytest.mark.parametrize("file", Repository.find().ontology_versions, ids=lambda file: file.stem)
def test_released_version_of_the_ontology_is_served_as_it_was(
    client: FlaskClient, file: Path
) -> None:
    address = f"/ontology/{file.stem}"
    served = client.get(f"{address}.ttl")
    assert served.headers["Content-Location"] == f"{address}.ttl"
    statements = {quad.triple for quad in parse_quads(served.data, TURTLE, source=address)}
    assert statements == {quad.triple for quad in read_quads(file)}
    assert client.get(address, headers={"Accept": "text/turtle"}).data == served.data


def test_page_of_an_earlier_ontology_has_its_terms_only(client: FlaskClient) -> None:
    earlier = page(client, "/ontology/0.1.0?lang=en")
    newest = page(client, "/ontology?lang=en")
    assert "Practice" in earlier.ids
    assert "VoteEvent" not in earlier.ids
    assert "VoteEvent" in newest.ids
    assert {"/ontology/0.1.0.ttl", "/ontology/0.2.0"} <= {
        link.partition("?")[0] for link in earlier.links
    }
    assert "/ontology/0.1.0" in {link.partition("?")[0] for link in newest.links}


def test_label_in_a_picture_and_definition_of_each_term(client: FlaskClient, graph: Store) -> None:
    shown = html(client, "/ontology?lang=fr")
    found = Page(shown)
    drawn = {label.text for label in found.named("text")}

    def texts(term: IRI, curie: str) -> list[str]:
        objects = (quad.object for quad in graph.quads(term, V(curie)))
        return [
            text.value for text in objects if isinstance(text, Literal) and text.language == "fr"
        ]

    for term in Ontology(graph, A).terms:
        (definition,), (label,) = (
            texts(term.iri, "skos:definition"),
            texts(term.iri, "skos:prefLabel"),
        )
        assert definition.replace("'", "&#39;").replace('"', "&#34;") in shown, term.iri
        if term.kind == "owl:Class" or (
            term.kind != "owl:AnnotationProperty" and (term.domains or term.ranges)
        ):
            assert label in drawn, term.iri
    described = [
        picture["aria-describedby"] for picture in found.all("svg") if "aria-describedby" in picture
    ]
    assert set(described) <= set(found.ids)
    assert len(described) == 3


def test_requirements_of_a_practice_and_a_wrong_example(client: FlaskClient) -> None:
    shown = html(client, "/shapes?lang=en")
    assert (
        "Practice needs: title, description, objective, organisation, country or audience, source."
        in shown
    )
    wrong = shown.partition('id="Practice"')[2].partition('class="wrong"')[2]
    assert (
        "The practice has no title in an official language of the United Nations." in wrong[:6000]
    )
    assert "dct:title" not in wrong.partition("<pre")[2].partition("</pre>")[0]
    french = "titre, description, objectif, organisation, pays ou public, source"
    assert french in html(client, "/shapes?lang=fr")


def test_examples_are_statements_of_this_graph(client: FlaskClient, graph: Store) -> None:
    ontology = Ontology(graph, A)
    used = [triple for term in ontology.terms for triple in ontology.examples(term)]
    for triple in used:
        assert next(graph.quads(triple.subject, triple.predicate, triple.object), None) is not None  # type: ignore[arg-type]
    assert len(used) > 80
    assert any(link.startswith("/doc/country/") for link in page(client, "/ontology").links)


def test_properties_in_use_by_class(client: FlaskClient, graph: Store) -> None:
    uses, shown = ClassUses(graph, A), html(client, "/ontology")
    links = Page(shown).links
    for curie, properties in (
        (
            "gcm:Practice",
            {"dct:title", "schema:startDate", "schema:funding", "gcm:country", "dct:source"},
        ),
        ("gcm:Evidence", {"rdf:subject", "rdf:predicate", "rdf:object", "oa:hasTarget"}),
        ("schema:MonetaryAmount", {"schema:value", "schema:currency"}),
        ("skos:Concept", {"skos:broader", "skos:inScheme", "gcm:iso3"}),
        ("oa:TextPositionSelector", {"oa:start", "oa:end"}),
    ):
        of, found = V(curie), {use.property: use for use in uses.properties(V(curie))}
        assert {V(name) for name in properties} <= found.keys()
        instances = {
            q.subject for q in graph.quads(None, V("rdf:type"), of) if isinstance(q.subject, IRI)
        }
        query = f"SELECT DISTINCT ?p {{ ?s a <{of.value}> ; ?p ?o FILTER isIRI(?s) }}"
        assert {row["p"] for row in graph.select(query).rows} == found.keys()
        for use in found.values():
            assert use.subjects <= uses.instances(of) == len(instances)
            assert use.example is not None
            assert use.pattern in shown
        assert (f"#{curie.replace(':', '-')}" in links) or curie.startswith("gcm:")
    assert not {"#schema-Country", "#sdgo-Target"} & {*links}  # classes with our instances only
    assert uses.pattern(V("gcm:Practice")).startswith("?practice a gcm:Practice ;\n  dct:")
    prefixes = "".join(
        f"PREFIX {prefix}: <{namespace}> " for prefix, namespace in A.prefixes.items()
    )
    for term in Ontology(graph, A).classes():
        if uses.instances(term.iri):
            pattern = uses.pattern(term.iri)
            assert graph.select(f"{prefixes} SELECT * {{ {pattern} }} LIMIT 1").rows, pattern


def test_deprecated_term_with_markup_in_its_label(client_over: Callable[..., FlaskClient]) -> None:
    where, term, markup = IRI(A.graph("ontology")), V("gcm:Old"), "<script>alert(1)</script>"
    quads = [
        Quad(term, V("rdf:type"), V("owl:Class"), where),
        Quad(term, V("rdfs:label"), text(markup, "en"), where),
        Quad(term, V("owl:deprecated"), typed("true", "boolean"), where),
        Quad(term, V("vs:term_status"), Literal(markup), where),
        Quad(term, V("skos:changeNote"), text(f"{markup} since 2026", "en"), where),
        Quad(V("practice:x"), V("rdf:type"), term, IRI(A.graph("curated"))),
        Quad(
            V("practice:x"),
            IRI("http://example.org/p?b&amp"),
            Literal(markup),
            IRI(A.graph("curated")),
        ),
    ]
    shown = html(client_over([*quads, *partition_quads(count(quads), A)]), "/ontology")
    assert markup not in shown
    assert shown.count("&lt;script&gt;alert(1)&lt;/script&gt;") > 4
    assert "Deprecated: do not use this term any more." in shown
    assert "since 2026" in shown


def check(diagram: Diagram, nodes: int, edges: int) -> None:
    assert (len(diagram.boxes), len(diagram.arrows)) == (nodes, edges)
    for one, other in combinations(diagram.boxes, 2):
        beside = one.x >= other.x + other.width or other.x >= one.x + one.width
        assert beside or one.y >= other.y + other.height or other.y >= one.y + one.height
    for box in diagram.boxes:
        assert 0 <= box.x <= diagram.width - box.width
        assert 0 <= box.y <= diagram.height - box.height


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.data())
def test_boxes_are_apart_within_the_picture(
    left: int, middle: int, right: int, data: st.DataObject
) -> None:
    columns = [
        [DiagramNode(f"{name}{number}", f"{name} number {number}") for number in range(size)]
        for name, size in (("l", left), ("m", middle), ("r", right))
    ]
    possible = [(a.key, b.key) for i in (0, 1) for a in columns[i] for b in columns[i + 1]]
    edges = data.draw(st.lists(st.sampled_from(possible), unique=True)) if possible else []
    diagram = lay_out(columns, edges)
    check(diagram, left + middle + right, len(edges))
    assert lay_out(columns, edges) == diagram


def test_arrows_cross_only_where_they_must() -> None:
    left = [DiagramNode(f"l{n}", f"l{n}") for n in range(4)]
    right = [DiagramNode(f"r{n}", f"r{n}") for n in range(4)]
    diagram = lay_out([left, right], [(f"l{n}", f"r{3 - n}") for n in range(4)])
    height = {box.key: box.y for box in diagram.boxes}
    order = sorted(range(4), key=lambda n: height[f"l{n}"])
    assert [height[f"r{3 - n}"] for n in order] == sorted(height[f"r{n}"] for n in range(4))
