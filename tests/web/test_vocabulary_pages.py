"""/ontology and /shapes over the graph that is published: every term and rule has its place, its words, its picture."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gcmgraph.model.terms import IRI, Literal, Quad, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.metadata.void import count, partition_quads
from gcmgraph.publication.vocabulary import ClassUses, Ontology
from gcmgraph.store.port import Store
from gcmgraph.store.versions import StoreFolder
from markup import Page
from serving import Application

A = Addresses()
V = Vocabulary(A)
BROWSER = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def client(real_app: Flask) -> FlaskClient:
    return real_app.test_client()


@pytest.fixture(scope="module")
def graph(client: FlaskClient) -> Store:
    site = client.application.extensions["gcmgraph"]
    store: Store = site.dataset.snapshot().store
    return store


def read(client: FlaskClient, path: str) -> Page:
    response = client.get(path, headers=BROWSER)
    assert response.status_code == 200
    return Page(response.text)


@pytest.mark.parametrize(("path", "name"), [("/ontology", "ontology"), ("/shapes", "shapes")])
def test_anchors_of_terms_and_rules(client: FlaskClient, graph: Store, path: str, name: str) -> None:
    page = read(client, path)
    start = f"{A.base}{name}#"
    subjects = {q.subject.value for q in graph.quads(graph=IRI(A.graph(name))) if isinstance(q.subject, IRI)}
    wanted = {subject.removeprefix(start) for subject in subjects if subject.startswith(start)}
    assert len(wanted) > 40
    assert wanted <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)


def test_version_iri_of_the_ontology(client: FlaskClient, graph: Store) -> None:
    (iri,) = (quad.object for quad in graph.quads(predicate=V("owl:versionIRI")))
    assert isinstance(iri, IRI)
    path = f"/{iri.value.removeprefix(A.base)}"
    response = client.get(f"{path}?lang=fr", headers=BROWSER)
    assert (response.status_code, response.headers["Content-Language"]) == (200, "fr")
    turtle = client.get(path, headers={"Accept": "text/turtle"})
    assert (turtle.status_code, turtle.mimetype) == (200, "text/turtle")
    assert turtle.data == client.get("/ontology.ttl").data
    assert client.get("/ontology/9.9.9").status_code == 404
    assert client.get("/ontology/%3E").status_code == 404


@pytest.mark.parametrize("language", ["en", "fr"])
def test_label_in_a_picture_and_definition_of_each_term(client: FlaskClient, graph: Store, language: str) -> None:
    response = client.get(f"/ontology?lang={language}", headers=BROWSER)
    page = Page(response.text)
    drawn = {label.text for label in page.named("text")}

    def texts(term: IRI, curie: str) -> list[str]:
        found = (quad.object for quad in graph.quads(term, V(curie)))
        return [text.value for text in found if isinstance(text, Literal) and text.language == language]

    for term in Ontology(graph, A).terms:
        (definition,), (label,) = texts(term.iri, "skos:definition"), texts(term.iri, "skos:prefLabel")
        assert definition.replace("'", "&#39;").replace('"', "&#34;") in response.text, term.iri
        if term.kind == "owl:Class" or (term.kind != "owl:AnnotationProperty" and (term.domains or term.ranges)):
            assert label in drawn, term.iri
    described = [picture["aria-describedby"] for picture in page.all("svg") if "aria-describedby" in picture]
    assert set(described) <= set(page.ids)
    assert len(described) == 3


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Practice needs: title, description, objective, organisation, country or audience, source."),
        ("fr", "titre, description, objectif, organisation, pays ou public, source"),
    ],
)
def test_sentence_of_the_needs_of_a_practice(client: FlaskClient, language: str, sentence: str) -> None:
    assert sentence in client.get(f"/shapes?lang={language}", headers=BROWSER).text


def test_wrong_example_with_the_messages_of_its_report(client: FlaskClient) -> None:
    text = client.get("/shapes?lang=en", headers=BROWSER).text.partition('id="Practice"')[2]
    wrong = text.partition('class="wrong"')[2]
    assert "The practice has no title in an official language of the United Nations." in wrong[:6000]
    assert "dct:title" not in wrong.partition("<pre")[2].partition("</pre>")[0]


def test_examples_are_statements_of_this_graph(client: FlaskClient, graph: Store) -> None:
    ontology = Ontology(graph, A)
    page = read(client, "/ontology")
    used = 0
    for term in ontology.terms:
        for triple in ontology.examples(term):
            assert next(graph.quads(triple.subject, triple.predicate, triple.object), None) is not None  # type: ignore[arg-type]
            used += 1
    assert used > 80
    assert any(link.startswith("/doc/country/") for link in page.links)


def test_properties_in_use_by_class(client: FlaskClient, graph: Store) -> None:
    uses, shown = ClassUses(graph, A), client.get("/ontology", headers=BROWSER).text
    page = Page(shown)
    for curie, properties in (
        ("gcm:Practice", {"dct:title", "schema:startDate", "schema:funding", "gcm:country", "dct:source"}),
        ("gcm:Evidence", {"rdf:subject", "rdf:predicate", "rdf:object", "oa:hasTarget"}),
        ("schema:MonetaryAmount", {"schema:value", "schema:currency"}),
        ("skos:Concept", {"skos:broader", "skos:inScheme", "gcm:iso3"}),
        ("oa:TextPositionSelector", {"oa:start", "oa:end"}),
    ):
        of, found = V(curie), {use.property: use for use in uses.properties(V(curie))}
        assert {V(name) for name in properties} <= found.keys()
        instances = {q.subject for q in graph.quads(None, V("rdf:type"), of) if isinstance(q.subject, IRI)}
        query = f"SELECT DISTINCT ?p {{ ?s a <{of.value}> ; ?p ?o FILTER isIRI(?s) }}"
        assert {row["p"] for row in graph.select(query).rows} == found.keys()
        for use in found.values():
            assert use.subjects <= uses.instances(of) == len(instances)
            assert use.example is not None
            assert use.pattern in shown
        assert (f"#{curie.replace(':', '-')}" in page.links) or curie.startswith("gcm:")
    assert not {"#schema-Country", "#sdgo-Target"} & {*page.links}  # classes with our instances only
    assert uses.pattern(V("gcm:Practice")).startswith("?practice a gcm:Practice ;\n  dct:")


def test_patterns_are_sparql(client: FlaskClient, graph: Store) -> None:
    uses = ClassUses(graph, A)
    prefixes = "".join(f"PREFIX {prefix}: <{namespace}> " for prefix, namespace in A.prefixes.items())
    for term in Ontology(graph, A).classes():
        if uses.instances(term.iri):
            pattern = uses.pattern(term.iri)
            assert graph.select(f"{prefixes} SELECT * {{ {pattern} }} LIMIT 1").rows, pattern


def test_deprecated_term_with_markup_in_its_label(tmp_path: Path, application: Application) -> None:
    where, term, markup = IRI(A.graph("ontology")), V("gcm:Old"), "<script>alert(1)</script>"
    quads = [
        Quad(term, V("rdf:type"), V("owl:Class"), where),
        Quad(term, V("rdfs:label"), text(markup, "en"), where),
        Quad(term, V("owl:deprecated"), typed("true", "boolean"), where),
        Quad(term, V("vs:term_status"), Literal(markup), where),
        Quad(term, V("skos:changeNote"), text(f"{markup} since 2026", "en"), where),
        Quad(V("practice:x"), V("rdf:type"), term, IRI(A.graph("curated"))),
        Quad(V("practice:x"), IRI("http://example.org/p?b&amp"), Literal(markup), IRI(A.graph("curated"))),
    ]
    StoreFolder(tmp_path / "store").publish("v1", [*quads, *partition_quads(count(quads), A)], {})
    app = application(tmp_path / "store")
    shown = app.test_client().get("/ontology", headers=BROWSER).text
    assert markup not in shown
    assert shown.count("&lt;script&gt;alert(1)&lt;/script&gt;") > 4
    assert "Deprecated: do not use this term any more." in shown
    assert "since 2026" in shown
