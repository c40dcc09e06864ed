"""Validation of a contribution: its own statements, and what they change in the published graph.

The result is that of validating the published graph before and after in full and taking what is new. Only nodes
whose verdict the change can affect are validated, by the triples that their shapes read.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

from gcmgraph.model.terms import Quad
from gcmgraph.shapes.paths import Predicate
from gcmgraph.shapes.texts import Texts
from gcmgraph.store.port import Store
from gcmgraph.validation.checks import duplicates, resources, terms, texts
from gcmgraph.validation.checks.duplicates import published_instead
from gcmgraph.validation.checks.rules import Rules
from gcmgraph.validation.checks.subject import CheckedContribution
from gcmgraph.validation.incremental.affected_nodes import Focus, affected_nodes, gather, is_target
from gcmgraph.validation.incremental.graph_views import GraphView, PublishedQuads, Triples
from gcmgraph.validation.locations.statements import LocatedStatements
from gcmgraph.validation.report import Report, Result
from gcmgraph.validation.shacl.engine import ShapesEngine
from gcmgraph.validation.suggestions import ValidValues, labels
from gcmgraph.validation.triples import Fact, fact

#: Limit on the results with a suggestion.
_SUGGESTIONS = 200
_CHECKS = (*terms.CHECKS, *resources.CHECKS, *duplicates.CHECKS, *texts.CHECKS)
_LOG = logging.getLogger(__name__)


def validate_contribution(
    added: LocatedStatements, published: Store, rules: Rules, *, removed: Iterable[Quad] = ()
) -> Report:
    """The report on what is new when `added` joins the published graph and `removed` leaves it.

    Each result has the place of its statement, if `added` has one. Raises `DataError` for unusable shapes.
    """
    leaving = frozenset(removed)
    change = ContributionEffect(added, leaving, published, rules.engine)
    valid = ValidValues(rules.engine.dependencies, published, change.after)
    checked = CheckedContribution(change.joining, change.before, change.after, published, rules, valid, added, leaving)
    found = list(change.results())
    reported = {(result.focus, result.path, result.value) for result in found}
    for check in _CHECKS:  # a result of a shape is not repeated
        found += [result for result in check(checked) if (result.focus, result.path, result.value) not in reported]
    report = Report.of(replace(result, place=added.place(result)) for result in found)
    return Report(
        tuple(_explained(result, checked, suggest=i < _SUGGESTIONS) for i, result in enumerate(report.results))
    )


def _explained(result: Result, checked: CheckedContribution, *, suggest: bool) -> Result:
    """A result with labels, names, published values and a suggestion."""
    return replace(
        result,
        labels=labels(checked.after, result.focus),
        names=result.names if result.names.pairs else _property_names(result, checked.rules),
        expected=result.expected if result.expected.pairs else published_instead(result, checked),
        nearest=result.nearest or (checked.valid.near(result) if suggest else None),
    )


def _property_names(result: Result, rules: Rules) -> Texts:
    return rules.terms.get(result.path.iri, Texts()) if isinstance(result.path, Predicate) else Texts()


class ContributionEffect:
    """The published graph before and after a contribution."""

    def __init__(self, added: Iterable[Quad], removed: frozenset[Quad], published: Store, engine: ShapesEngine) -> None:
        quads, hierarchy = PublishedQuads(published), Triples(engine.shapes.hierarchy)
        self._published, self._added = published, added
        self._joining = Triples(added)
        self._removed = removed
        self._engine = engine
        self.before = GraphView(quads, hierarchy)
        self.after = GraphView(quads, hierarchy, removed, self._joining)
        self.either = GraphView(quads, hierarchy, added=self._joining)

    @cached_property
    def joining(self) -> list[Fact]:
        """The triples that are new."""
        return [triple for triple in self._joining.all if not self.before.holds(triple)]

    @property
    def triples(self) -> list[Fact]:
        """The triples in one of the graphs only."""
        leaving = dict.fromkeys(map(fact, self._removed))
        return [*self.joining, *(t for t in leaving if self.before.holds(t) and not self.after.holds(t))]

    def results(self) -> Iterable[Result]:
        """The results of SHACL after the change that are not there before."""
        if not_covered := self._engine.dependencies.not_covered:
            _LOG.warning("Contributions are checked by validating the whole graph twice: %s.", "; ".join(not_covered))
            before, after = self._in_full()
        else:
            affected = affected_nodes(self._engine.dependencies, self.triples, self.either)
            before, after = (self._results(affected, graph) for graph in (self.before, self.after))
        old = Counter(map(_identity, before))
        for result in after:
            if old[_identity(result)]:
                old[_identity(result)] -= 1
            else:
                yield result

    def _in_full(self) -> tuple[tuple[Result, ...], tuple[Result, ...]]:
        published, hierarchy = list(self._published.quads()), self._engine.shapes.hierarchy
        left = [quad for quad in published if quad not in self._removed]
        graphs = (Triples((*published, *hierarchy)), Triples((*left, *self._added, *hierarchy)))
        return tuple(self._engine.results(graph.all) for graph in graphs)  # type: ignore[return-value]

    def _results(self, affected: Focus, graph: GraphView) -> tuple[Result, ...]:
        dependencies = self._engine.dependencies
        targets = {
            name: here
            for name, nodes in affected.items()
            if (here := {node for node in nodes if is_target(dependencies.shapes[name], node, graph)})
        }
        return self._engine.results(gather(targets, dependencies, graph), targets) if targets else ()


def _identity(result: Result) -> tuple[object, ...]:
    """The parts by which two results are equal."""
    return (result.focus, result.path, result.value, result.component, result.severity, result.source_shape)
