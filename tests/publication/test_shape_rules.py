"""The rules that contributors read are the shapes, and the examples do what is said under the real validator."""

from __future__ import annotations

import pytest

from gcmgraph.publication.assembly import Assembly
from gcmgraph.publication.descriptions import Describer
from gcmgraph.publication.shape_rules import Obligation, ShapeBook, ShapeExample, ShapeRules
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Quad, Vocabulary
from gcmgraph.store.port import Store
from gcmgraph.validation.rules import Rules
from gcmgraph.validation.validate import validate_dataset

A = Addresses()
V = Vocabulary(A)
SHAPES = f"{A.base}shapes#"


@pytest.fixture(scope="module")
def shapes(graph: Store) -> dict[str, ShapeRules]:
    return {shape.iri.value.removeprefix(SHAPES): shape for shape in ShapeBook(graph, A).shapes()}


def named(shape: ShapeRules, need: Obligation, language: str = "en") -> list[str]:
    return [next(n.value for n in p.names if n.language == language) for p in shape.needing(need)]


def test_required_properties_of_practices_are_read_from_the_shape(
    shapes: dict[str, ShapeRules],
) -> None:
    practice = shapes["Practice"]
    names = ["title", "description", "objective", "organisation, country or audience", "source"]
    assert named(practice, Obligation.REQUIRED) == names
    assert named(practice, Obligation.REQUIRED, "fr")[0] == "titre"
    who = set(practice.needing(Obligation.REQUIRED)[3].paths)
    assert who >= {V("gcm:leadOrganisation"), V("gcm:country"), V("gcm:corridor"), V("dct:hasPart")}
    assert practice.properties[0].need is Obligation.REQUIRED


def test_every_rule_has_a_description_in_english_and_french(shapes: dict[str, ShapeRules]) -> None:
    with_rules = [shape for shape in shapes.values() if shape.targets and shape.properties]
    assert len(with_rules) > 15
    for shape in with_rules:
        for rule in (rule for p in shape.properties for rule in p.rules):
            assert {text.language for text in rule.shape.descriptions.literals} >= {"en", "fr"}, (
                rule.iri
            )
            assert rule.paths, rule.iri


def examples(graph: Store) -> list[tuple[ShapeRules, ShapeExample]]:
    book, describer = ShapeBook(graph, A), Describer(graph, A)
    found = [(shape, book.example(shape, describer)) for shape in book.shapes()]
    return [(shape, example) for shape, example in found if example is not None]


def test_examples_of_classes_conform(small_or_whole: Assembly, rules: Rules) -> None:
    shown = examples(Store.in_memory(small_or_whole.quads))
    assert {
        "Practice",
        "Action",
        "Country",
        "Organisation",
        "SourceDocument",
        "Passage",
        "LegalInstrument",
    } <= {shape.iri.value.removeprefix(SHAPES) for shape, _ in shown}
    where = IRI(A.graph("example"))
    others = [
        q
        for q in small_or_whole.quads
        if q.subject not in {example.resource for _, example in shown}
    ]
    valid = [
        Quad(t.subject, t.predicate, t.object, where) for _, example in shown for t in example.valid
    ]
    results = validate_dataset([*others, *valid], rules.shapes).results
    assert [r for r in results if r.focus in {example.resource for _, example in shown}] == []
    invalid = [
        Quad(t.subject, t.predicate, t.object, where)
        for _, example in shown
        for t in example.invalid
    ]
    found = {
        (result.focus, result.source_shape)
        for result in validate_dataset([*others, *invalid], rules.shapes).results
    }
    for _, example in shown:
        for rule in example.broken:
            assert (example.resource, rule.iri) in found
