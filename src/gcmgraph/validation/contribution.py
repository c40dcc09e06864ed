"""The one way to validate what someone contributes: its own statements, and what they change in the published graph.

The verdict is that of validating the published graph before and after in full and taking what is new; but only
the nodes are looked at whose verdict the change can touch, each by the triples that its shapes read.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

from gcmgraph.model.terms import Quad
from gcmgraph.store.port import Store
from gcmgraph.validation.checks.checks import CHECKS, Checked, published_instead
from gcmgraph.validation.checks.rules import Rules
from gcmgraph.validation.incremental.affected_nodes import Focus, gathered, is_target
from gcmgraph.validation.incremental.graph_views import Known, Triples, View
from gcmgraph.validation.labels import labels
from gcmgraph.validation.locations.statements import Statements
from gcmgraph.validation.paths import Predicate
from gcmgraph.validation.report import Report, Result, Texts
from gcmgraph.validation.shacl.shapes import Shapes
from gcmgraph.validation.suggestions import RightValues
from gcmgraph.validation.triples import Fact, fact

#: Results for which the nearest right value is looked for; a person reads no more of them.
_NEAR = 200
_LOG = logging.getLogger(__name__)


def validate_contribution(added: Statements, published: Store, rules: Rules, *, removed: Iterable[Quad] = ()) -> Report:
    """The report on what is new when `added` joins the published graph and `removed` leaves it.

    Each result has the place of the statement that it is about, where `added` knows one.
    Raises `DataError` for unusable shapes.
    """
    leaving = frozenset(removed)
    change = Change(added, leaving, published, rules.shapes)
    right = RightValues(rules.shapes.reads, published, change.after)
    checked = Checked(change.joining, change.before, change.after, published, rules, right, added, leaving)
    found = list(change.results())
    told = {(result.focus, result.path, result.value) for result in found}
    for check in CHECKS:  # what a shape says already is not said again
        found += [result for result in check(checked) if (result.focus, result.path, result.value) not in told]
    report = Report.of(replace(result, place=added.place(result)) for result in found)
    return Report(tuple(_explained(result, checked, near=i < _NEAR) for i, result in enumerate(report.results)))


def _explained(result: Result, checked: Checked, *, near: bool) -> Result:
    """A result with all that helps a person: names, what is published instead, the nearest right value."""
    return replace(
        result,
        labels=labels(checked.after, result.focus),
        names=result.names if result.names.pairs else _property_names(result, checked.rules),
        expected=result.expected if result.expected.pairs else published_instead(result, checked),
        nearest=result.nearest or (checked.right.near(result) if near else None),
    )


def _property_names(result: Result, rules: Rules) -> Texts:
    return rules.terms.get(result.path.iri, Texts()) if isinstance(result.path, Predicate) else Texts()


class Change:
    """The published graph before and after a contribution."""

    def __init__(self, added: Iterable[Quad], removed: frozenset[Quad], published: Store, shapes: Shapes) -> None:
        known, hierarchy = Known(published), Triples(shapes.hierarchy)
        self._published, self._added = published, added
        self._joining = Triples(added)
        self._removed = removed
        self._shapes = shapes
        self.before = View(known, hierarchy)
        self.after = View(known, hierarchy, removed, self._joining)
        self.either = View(known, hierarchy, added=self._joining)

    @cached_property
    def joining(self) -> list[Fact]:
        """The triples that are new."""
        return [triple for triple in self._joining.all if not self.before.holds(triple)]

    @property
    def triples(self) -> list[Fact]:
        """The triples that are in one of the graphs only."""
        leaving = dict.fromkeys(map(fact, self._removed))
        return [*self.joining, *(t for t in leaving if self.before.holds(t) and not self.after.holds(t))]

    def results(self) -> Iterable[Result]:
        """What SHACL finds after the change and does not find before."""
        if self._shapes.reads.not_covered:
            _LOG.warning(
                "Contributions are checked by validating the whole graph twice: %s.",
                "; ".join(self._shapes.reads.not_covered),
            )
            before, after = self._in_full()
        else:
            concerned = self._shapes.concerned.by(self.triples, self.either)
            before, after = (self._results(concerned, graph) for graph in (self.before, self.after))
        old = Counter(map(_told, before))
        for result in after:
            told = _told(result)
            if old[told]:
                old[told] -= 1
            else:
                yield result

    def _in_full(self) -> tuple[tuple[Result, ...], tuple[Result, ...]]:
        published, hierarchy = list(self._published.quads()), self._shapes.hierarchy
        left = [quad for quad in published if quad not in self._removed]
        graphs = (Triples((*published, *hierarchy)), Triples((*left, *self._added, *hierarchy)))
        return tuple(self._shapes.reference.results(graph.all) for graph in graphs)  # type: ignore[return-value]

    def _results(self, concerned: Focus, graph: View) -> tuple[Result, ...]:
        reads = self._shapes.reads
        targets = {
            name: here
            for name, nodes in concerned.items()
            if (here := {node for node in nodes if is_target(reads.shapes[name], node, graph)})
        }
        return self._shapes.reference.results(gathered(targets, reads, graph), targets) if targets else ()


def _told(result: Result) -> tuple[object, ...]:
    """What makes two results the same finding."""
    return (result.focus, result.path, result.value, result.component, result.severity, result.source_shape)
