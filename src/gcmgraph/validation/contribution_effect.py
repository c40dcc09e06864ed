"""The effect of a contribution: the published graph before and after, and what is new in its validation.

The new results are those of validating the published graph before and after in full and taking what
is new. Only nodes whose verdict the change can affect are validated, by the triples that their
shapes read.

Example. A practice is published with the title "Ship"@en, and its shape permits one title in each
language. A contribution adds the title "Navire"@fr.

- The shape reads `dct:title` from its focus nodes, so the new triple affects one: the practice.
- The shape reads one triple before the change, and two after: the titles.
- pySHACL reports nothing in either graph, so nothing is new. If a French title were published as
  well, it would report the constraint `sh:uniqueLang` after the change only: one new result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, TypeGuard

from gcmgraph.rdf.shapes import Name
from gcmgraph.rdf.terms import IRI, Literal, Quad, Term, Vocabulary
from gcmgraph.store.port import Store
from gcmgraph.validation.dependencies import (
    FocusNodes,
    affected_nodes,
    dependencies_at,
    is_target,
)
from gcmgraph.validation.graphs import (
    TYPE,
    Fact,
    GraphView,
    Subject,
    Triples,
    cached_quads,
    fact,
)
from gcmgraph.validation.located_statements import LocatedStatements
from gcmgraph.validation.report import Result, extra_result
from gcmgraph.validation.rules import Rules
from gcmgraph.validation.valid_values import ValidValues

#: Nodes that are validated together.
_BATCH = 200


class ContributionEffect:
    """A contribution, the published graph before and after it, and the rules."""

    #: resources of the contribution that were not checked, because there were enough results
    unchecked: frozenset[Term] = frozenset()

    def __init__(
        self, added: LocatedStatements, removed: frozenset[Quad], published: Store, rules: Rules
    ) -> None:
        self.added = added
        self.removed = removed
        self.published = published
        self.rules = rules
        self.addresses = rules.addresses
        self.term = Vocabulary(rules.addresses)
        quads = cached_quads(published)
        class_hierarchy = Triples(rules.shapes.hierarchy)
        self._added_triples = Triples(added)
        self.before = GraphView(quads, class_hierarchy)
        self.after = GraphView(quads, class_hierarchy, removed, self._added_triples)
        self._before_or_after = GraphView(quads, class_hierarchy, added=self._added_triples)
        self.valid_values = ValidValues(rules.shapes.dependencies, published, self.after)

    @cached_property
    def _unpublished(self) -> list[Fact]:
        return [triple for triple in self._added_triples.all if not self.before.holds(triple)]

    @property
    def new(self) -> list[Fact]:
        """The triples that are not published yet, without those about resources that were not checked."""
        if not self.unchecked:
            return self._unpublished
        return [triple for triple in self._unpublished if triple[0] not in self.unchecked]

    @cached_property
    def new_values(self) -> dict[Term, dict[IRI, list[Term]]]:
        """The values of the new triples by subject and property."""
        values: dict[Term, dict[IRI, list[Term]]] = {}
        for subject, predicate, value in self.new:
            values.setdefault(subject, {}).setdefault(predicate, []).append(value)
        return values

    @property
    def new_terms(self) -> Iterator[tuple[Subject, IRI, IRI, IRI | None]]:
        """Properties and classes of the new triples: subject, predicate, term, and the value if it is the term."""
        for subject, predicate, value in self.new:
            yield subject, predicate, predicate, None
            if predicate == TYPE and isinstance(value, IRI):
                yield subject, predicate, value, value

    @property
    def new_literals(self) -> Iterator[tuple[Subject, IRI, Literal]]:
        """The new triples with a literal."""
        for subject, predicate, value in self.new:
            if isinstance(value, Literal):
                yield subject, predicate, value

    def result(
        self, name: str, focus: Term, property: IRI | None, value: Term | None, **options: Any
    ) -> Result:
        """A result of a constraint beside SHACL, with the options of `extra_result`."""
        return extra_result(name, self.addresses, focus, property, value, **options)

    def remaining(
        self, subject: IRI | None = None, predicate: IRI | None = None, value: Term | None = None
    ) -> Iterator[Quad]:
        """The published quads of a pattern that are not removed, without inferred ones."""
        inferred = IRI(self.addresses.graph("inferred"))
        for quad in self.published.quads(subject, predicate, value):
            if quad.graph_name != inferred and quad not in self.removed:
                yield quad

    def kind(self, term: Term) -> str:
        """The kind that an address of this graph names (`country` of `…/id/country/PHL`); empty for other terms."""
        start = f"{self.addresses.base}id/"
        if not isinstance(term, IRI) or not term.value.startswith(start):
            return ""
        return term.value.removeprefix(start).partition("/")[0]

    def is_undeclared(self, term: Term) -> TypeGuard[IRI]:
        """Whether a term is in the namespace of the ontology, which does not declare it."""
        is_ours = isinstance(term, IRI) and term.value.startswith(self.addresses.ontology)
        return is_ours and term not in self.rules.terms

    def new_results(self, stop_after: int | None = None) -> Iterator[Result]:
        """The results of SHACL after the change that are not there before.

        After `stop_after` results or more, no further nodes are validated; `unchecked` has them.
        """
        dependencies = self.rules.shapes.dependencies
        affected = affected_nodes(dependencies, self._changed(), self._before_or_after)
        if stop_after is None:
            yield from self._new_results_at(affected)
            return
        positions: dict[Term, int] = {}
        for position, (subject, _, _) in enumerate(self._added_triples.all):
            positions[subject] = position
        nodes: set[Term] = set().union(*affected.values())
        result_count = 0
        ordered_nodes = sorted(nodes, key=lambda node: (positions.get(node, -1), str(node)))
        for start in range(0, len(ordered_nodes), _BATCH):
            end = start + _BATCH
            batch = set(ordered_nodes[start:end])
            affected_in_batch = {name: nodes & batch for name, nodes in affected.items()}
            for result in self._new_results_at(affected_in_batch):
                result_count += 1
                yield result
            if result_count >= stop_after:
                remaining = ordered_nodes[end:]
                self.unchecked = frozenset(node for node in remaining if node in positions)
                return

    def _changed(self) -> list[Fact]:
        """The triples in one of the graphs only."""
        triples = list(self._unpublished)
        for triple in dict.fromkeys(map(fact, self.removed)):
            if self.before.holds(triple) and not self.after.holds(triple):
                triples.append(triple)
        return triples

    def _new_results_at(self, affected: FocusNodes) -> Iterator[Result]:
        results_before = self._results(affected, self.before)
        results_after = self._results(affected, self.after)
        return _results_only_after(results_before, results_after)

    def _results(self, affected: FocusNodes, graph: GraphView) -> tuple[Result, ...]:
        """The results of the affected nodes that are targets in a graph."""
        shapes = self.rules.shapes
        targets: dict[Name, set[Term]] = {}
        for name, nodes in affected.items():
            shape = shapes.dependencies.shapes[name]
            targets_of_shape = {node for node in nodes if is_target(shape, node, graph)}
            if targets_of_shape:
                targets[name] = targets_of_shape
        if not targets:
            return ()
        return shapes.results(dependencies_at(targets, shapes.dependencies, graph), targets)


def _results_only_after(
    results_before: Iterable[Result], results_after: Iterable[Result]
) -> Iterator[Result]:
    """The results after a change that are not there before."""
    counts_before = Counter(map(_identity, results_before))
    for result in results_after:
        identity = _identity(result)
        if counts_before[identity]:
            counts_before[identity] -= 1
        else:
            yield result


def _identity(result: Result) -> tuple[object, ...]:
    """The parts by which two results are equal."""
    return (
        result.focus,
        result.path,
        result.value,
        result.component,
        result.severity,
        result.source_shape,
    )
