"""Validation of a contribution: its own statements, and what they change in the published graph."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gcmgraph.model.terms import IRI, Quad
from gcmgraph.shapes.paths import Predicate
from gcmgraph.shapes.texts import Texts
from gcmgraph.shapes.vocabulary import WARNING
from gcmgraph.store.port import Store
from gcmgraph.translations.messages import Message
from gcmgraph.validation.checks import literals, resources, terms
from gcmgraph.validation.checks.resources import published_instead
from gcmgraph.validation.effect import ContributionEffect
from gcmgraph.validation.locations import LocatedStatements
from gcmgraph.validation.report import ExtraConstraint, Level, Report, Result
from gcmgraph.validation.rules import Basis, Rules
from gcmgraph.validation.suggestions import labels

#: Limit on the results with a suggestion.
_SUGGESTIONS = 200
_GENERAL = (*terms.CHECKS, *literals.CHECKS, *resources.CHECKS)
#: Checks by the rules of which they are a part.
_CHECKS = {
    Basis.CONTRIBUTION: (*_GENERAL, *literals.CHECKS_OF_CONTRIBUTIONS, *resources.CHECKS_OF_CONTRIBUTIONS),
    Basis.DATASET: _GENERAL,
    Basis.SHAPES: (),
}
#: Results after which no more nodes are checked.
ENOUGH = 1_000
NOT_ALL_CHECKED = ExtraConstraint(
    "not-all-checked",
    Message("The check stopped after many findings; {left} more resources were not checked."),
    Message("Correct these first, and check again."),
    WARNING,
)
#: Above all levels.
_NONE = len(Level)


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
    effect = ContributionEffect(added, frozenset(removed), published, rules)
    found = list(effect.results(ENOUGH if basis is Basis.CONTRIBUTION else None))
    reported: dict[tuple[object, ...], int] = {}
    for result in found:
        about = (result.focus, result.path, result.value)
        reported[about] = min(result.level.value, reported.get(about, result.level.value))
    for check in _CHECKS[basis]:  # a result of a shape is not repeated, unless this one is worse
        found += [
            result
            for result in check(effect)
            if reported.get((result.focus, result.path, result.value), _NONE) > result.level.value
        ]
    if effect.left:
        count = {"left": f"{len(effect.left):,}"}
        found.append(NOT_ALL_CHECKED.result(rules.addresses, IRI(rules.addresses.base), None, None, words=count))
    report = Report.of(replace(result, place=added.place(result)) for result in found)
    return Report(
        tuple(_explained(result, effect, suggest=i < _SUGGESTIONS) for i, result in enumerate(report.results))
    )


def _explained(result: Result, effect: ContributionEffect, *, suggest: bool) -> Result:
    """A result with labels, names, published values and a suggestion."""
    return replace(
        result,
        labels=labels(effect.after, result.focus),
        names=result.names if result.names.pairs else _property_names(result, effect.rules),
        expected=result.expected if result.expected.pairs else published_instead(result, effect),
        nearest=result.nearest or (effect.valid.near(result) if suggest else None),
    )


def _property_names(result: Result, rules: Rules) -> Texts:
    return rules.terms.get(result.path.iri, Texts()) if isinstance(result.path, Predicate) else Texts()
