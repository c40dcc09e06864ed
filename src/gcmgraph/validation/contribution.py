"""Validation of a contribution: its own statements, and what they change in the published graph.

The result is that of validating the published graph before and after in full and taking what is new. Only nodes
whose verdict the change can affect are validated, by the triples that their shapes read.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property

from gcmgraph.model.terms import IRI, Quad, Term
from gcmgraph.shapes.paths import Predicate
from gcmgraph.shapes.texts import Texts
from gcmgraph.shapes.vocabulary import WARNING
from gcmgraph.store.port import Store
from gcmgraph.translations.messages import Message
from gcmgraph.validation.checks import contributed, duplicates, languages, resources, terms, texts, values, vocabularies
from gcmgraph.validation.checks.duplicates import published_instead
from gcmgraph.validation.checks.subject import CheckedContribution
from gcmgraph.validation.dependencies import Focus, affected_nodes, gather, is_target
from gcmgraph.validation.graphs import Fact, GraphView, PublishedQuads, Triples, fact
from gcmgraph.validation.locations import LocatedStatements
from gcmgraph.validation.report import ExtraConstraint, Level, Report, Result
from gcmgraph.validation.rules import Basis, Rules, ShapesEngine
from gcmgraph.validation.suggestions import ValidValues, labels

#: Limit on the results with a suggestion.
_SUGGESTIONS = 200
_GENERAL = (*terms.CHECKS, *vocabularies.CHECKS, *values.CHECKS, *resources.CHECKS, *duplicates.CHECKS, *texts.CHECKS)
#: Checks by the rules of which they are a part.
_CHECKS = {
    Basis.CONTRIBUTION: (*_GENERAL, *contributed.CHECKS, *languages.CHECKS),
    Basis.DATASET: _GENERAL,
    Basis.SHAPES: (),
}
#: Results after which no more nodes are checked, and nodes that are checked at once.
ENOUGH, _AT_ONCE = 1_000, 200
NOT_ALL_CHECKED = ExtraConstraint(
    "not-all-checked",
    Message("The check stopped after many findings; {left} more resources were not checked."),
    Message("Correct these first, and check again."),
    WARNING,
)
#: Above all levels.
_NONE = len(Level)
_LOG = logging.getLogger(__name__)


def validate_contribution(
    added: LocatedStatements,
    published: Store,
    rules: Rules,
    *,
    removed: Iterable[Quad] = (),
    basis: Basis = Basis.DATASET,
) -> Report:
    """The report on what is new when `added` joins the published graph and `removed` leaves it.

    `basis` names the checks beside SHACL. As a contribution, the check stops after `ENOUGH` results, and one result
    states how many resources were not checked.

    Each result has the place of its statement, if `added` has one. Raises `DataError` for unusable shapes.
    """
    leaving = frozenset(removed)
    change = ContributionEffect(added, leaving, published, rules.engine)
    valid = ValidValues(rules.engine.dependencies, published, change.after)
    found = list(change.results(ENOUGH if basis is Basis.CONTRIBUTION else None))
    new = [triple for triple in change.joining if triple[0] not in change.left] if change.left else change.joining
    checked = CheckedContribution(new, change.before, change.after, published, rules, valid, added, leaving)
    reported: dict[tuple[object, ...], int] = {}
    for result in found:
        about = (result.focus, result.path, result.value)
        reported[about] = min(result.level.value, reported.get(about, result.level.value))
    for check in _CHECKS[basis]:  # a result of a shape is not repeated, unless this one is worse
        found += [
            result
            for result in check(checked)
            if reported.get((result.focus, result.path, result.value), _NONE) > result.level.value
        ]
    if change.left:
        count = {"left": f"{len(change.left):,}"}
        found.append(NOT_ALL_CHECKED.result(rules.addresses, IRI(rules.addresses.base), None, None, words=count))
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

    #: resources of the contribution that were not checked, after enough results
    left: frozenset[Term] = frozenset()

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

    def results(self, enough: int | None = None) -> Iterator[Result]:
        """The results of SHACL after the change that are not there before; no more nodes are checked after `enough`."""
        if not_covered := self._engine.dependencies.not_covered:
            _LOG.warning("Contributions are checked by validating the whole graph twice: %s.", "; ".join(not_covered))
            yield from _new(*self._in_full())
            return
        affected = affected_nodes(self._engine.dependencies, self.triples, self.either)
        if enough is None:
            yield from self._new_results(affected)
            return
        order = {subject: number for number, subject in enumerate(self._joining.subjects_in_order())}
        nodes = sorted(set().union(*affected.values()), key=lambda node: (order.get(node, -1), str(node)))
        for start in range(0, len(nodes), _AT_ONCE):
            some = set(nodes[start : start + _AT_ONCE])
            for result in self._new_results({name: those & some for name, those in affected.items()}):
                enough -= 1
                yield result
            if enough <= 0:
                self.left = frozenset(node for node in nodes[start + _AT_ONCE :] if node in order)
                return

    def _new_results(self, affected: Focus) -> Iterator[Result]:
        return _new(*(self._results(affected, graph) for graph in (self.before, self.after)))

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


def _new(before: Iterable[Result], after: Iterable[Result]) -> Iterator[Result]:
    """The results after a change that are not there before."""
    old = Counter(map(_identity, before))
    for result in after:
        if old[_identity(result)]:
            old[_identity(result)] -= 1
        else:
            yield result


def _identity(result: Result) -> tuple[object, ...]:
    """The parts by which two results are equal."""
    return (result.focus, result.path, result.value, result.component, result.severity, result.source_shape)
