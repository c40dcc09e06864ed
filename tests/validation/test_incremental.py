"""A contribution's report is what full validation finds after it and does not find before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_graphs import GRAPHS, NODES, parsed, parts_of, shapes_graphs, statements

from gcmgraph.errors import DataError
from gcmgraph.model.terms import BlankNode, Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.store.stores import in_memory
from gcmgraph.validation.dataset import validate_dataset
from gcmgraph.validation.effect import ContributionEffect
from gcmgraph.validation.locations import LocatedStatements
from gcmgraph.validation.rules import Rules, Shapes


def rules_of(shapes: list[Quad]) -> Rules:
    return Rules(Shapes(tuple(shapes)), Addresses())


def effect_of(added: list[Quad], removed: Iterable[Quad], published: list[Quad], rules: Rules) -> ContributionEffect:
    return ContributionEffect(LocatedStatements.of(added), frozenset(removed), in_memory(published), rules)


def in_full(before: list[Quad], after: list[Quad], rules: Rules) -> Counter[tuple[object, ...]]:
    """The reference: two full validations, and what the second finds more."""
    old, new = (Counter(map(parts_of, validate_dataset(quads, rules.shapes).results)) for quads in (before, after))
    return new - old


PUBLISHED = st.lists(statements(NODES, GRAPHS), max_size=25)
ADDED = st.lists(statements([*NODES, BlankNode("x")], GRAPHS), max_size=8)


@pytest.mark.exhaustive
@given(st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_results_of_random_contributions(data: st.DataObject) -> None:
    rules = rules_of(list(data.draw(shapes_graphs())))
    published = list(dict.fromkeys(data.draw(PUBLISHED)))
    added = data.draw(ADDED)
    removed = frozenset(data.draw(st.lists(st.sampled_from(published), max_size=4)) if published else ())
    after = [*(quad for quad in published if quad not in removed), *added]
    try:
        expected = in_full(published, after, rules)
    except DataError:  # sh:lessThan with a blank node, which pyshacl does not compare
        return
    change = effect_of(added, removed, published, rules)
    assert not rules.shapes.dependencies.not_covered
    assert Counter(map(parts_of, change.results())) == expected


#: A shape of `:C`, what is published, what joins it, what leaves it, and whose verdict changes.
BREAKING = {
    "second title": ("sh:property [ sh:path :t ; sh:uniqueLang true ]",
                     ':a a :C ; :t "x"@fr .', ':a :t "y"@fr .', "", "a"),
    "closed": ("sh:closed true ; sh:ignoredProperties ( <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> )",
               ":a a :C .", ":a :other 1 .", "", "a"),
    "type of a value taken away": ("sh:property [ sh:path :p ; sh:class :D ]",
                                   ":a a :C ; :p :b . :b a :D .", "", ":b a :D .", "a"),
    "type of a value replaced": ("sh:property [ sh:path :p ; sh:class :D ]",
                                 ":a a :C ; :p :b . :b a :D .", ":b a :E .", ":b a :D .", "a"),
    "the other end of an inverse path": ("sh:property [ sh:path [ sh:inversePath :p ] ; sh:maxCount 1 ]",
                                         ":a a :C . :b :p :a .", ":c :p :a .", "", "a"),
    "far down a path": ("sh:property [ sh:path ( :p [ sh:zeroOrMorePath :q ] ) ; sh:nodeKind sh:IRI ]",
                        ":a a :C ; :p :b . :b :q :c . :c :q :d .", ":d :q 1 .", "", "a"),
    "a class below another": ("sh:property [ sh:path :p ; sh:minCount 1 ]",
                              ":a a :D .", ":D rdfs:subClassOf :C .", "", "a"),
    "within another shape": ("sh:property [ sh:path :p ; sh:node [ sh:property [ sh:path :q ; sh:maxCount 1 ] ] ]",
                             ":a a :C ; :p :b . :b :q 1 .", ":b :q 2 .", "", "a"),
    "nothing but a fault of old": ("sh:property [ sh:path :p ; sh:minCount 1 ]", ":a a :C .", ":a :other 1 .", "", ""),
    "a statement that was published": ("sh:property [ sh:path :p ; sh:maxCount 1 ]",
                                       ":a a :C ; :p 1 .", ":a :p 1 .", "", ""),
}  # fmt: skip


@pytest.mark.parametrize("case", BREAKING.values(), ids=BREAKING)
def test_results_of_a_contribution(case: tuple[str, ...]) -> None:
    shape, published, added, removed, broken = case
    before, joining, leaving = map(parsed, (published, added, removed))
    rules = rules_of(parsed(f":S sh:targetClass :C ; {shape} ."))
    results = list(effect_of(joining, leaving, before, rules).results())
    assert {result.focus.value for result in results} == ({f"http://example.org/{broken}"} if broken else set())
    after = [*(quad for quad in before if quad not in leaving), *joining]
    assert Counter(map(parts_of, results)) == in_full(before, after, rules)


def test_removal_of_a_triple_of_two_graphs() -> None:
    rules = rules_of(parsed(":S sh:targetClass :C ; sh:property [ sh:path :p ; sh:minCount 1 ] ."))
    (typed, valued) = parsed(":a a :C ; :p 1 .")
    twice = [Quad(valued.subject, valued.predicate, valued.object, graph) for graph in GRAPHS]
    published = [typed, *twice]
    assert list(effect_of([], twice[:1], published, rules).results()) == []
    assert len(list(effect_of([], twice, published, rules).results())) == 1


@pytest.mark.xfail(strict=True, reason="pyshacl 0.40.1 takes ^(:p/:q) for ^:p/^:q; no shape of ours inverts a sequence")
def test_inverse_of_a_sequence() -> None:
    """https://www.w3.org/TR/sparql11-query/#propertypath-syntaxforms."""
    path = "sh:path [ sh:inversePath ( :p :q ) ] ; sh:maxCount 0"
    rules = rules_of(parsed(f":S sh:targetNode :a ; sh:property [ {path} ] ."))
    found = validate_dataset(parsed(":b :p :c . :c :q :a ."), rules.shapes).results
    assert [result.focus.value for result in found] == ["http://example.org/a"]


def test_full_validation_of_shapes_without_dependencies(caplog: pytest.LogCaptureFixture) -> None:
    query = "SELECT $this { $this a ?c . ?x <http://example.org/p> 1 }"
    rules = rules_of(parsed(f':S sh:targetClass :C ; sh:sparql [ sh:select "{query}" ] .'))
    change = effect_of(parsed(":b :p 1 ."), (), parsed(":a a :C ."), rules)
    assert {result.focus.value for result in change.results()} == {"http://example.org/a"}
    assert "not connected with $this" in caplog.text
