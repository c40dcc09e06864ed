"""One result for one mistake: results that follow from another are left out of the report on a contribution."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from gcmgraph.model.terms import IRI
from gcmgraph.shapes import predicates
from gcmgraph.validation.dependencies import TYPE
from gcmgraph.validation.report import Level, Report, Result


def one_by_mistake(report: Report, exists: Callable[[IRI], bool]) -> Report:
    """The report without results that the correction of another result resolves.

    - Of several results about one value of a property, or about its absence, the worst is reported.
    - An address at which nothing exists is reported once for each resource that names it.
    - A value is not reported where its class is misspelt.
    - A value that is absent is not reported where a value of the property, or a misspelt property, is.
    """
    found: dict[object, Result] = {}
    for result in sorted(report.results, key=_rank):
        found.setdefault(_mistake(result, exists), result)
    misspelt = {result.focus for result in found.values() if result.nearest and TYPE in _along(result)}
    wrong = {(result.focus, one) for result in found.values() for one in _stated(result)}
    return Report.of(
        result
        for result in found.values()
        if (result.value is not None and result.value not in misspelt)
        or result.nearest is not None
        or (result.value is None and wrong.isdisjoint((result.focus, one) for one in _along(result)))
    )


def _mistake(result: Result, exists: Callable[[IRI], bool]) -> object:
    if isinstance(result.value, IRI) and not exists(result.value):
        return result.focus, result.value
    if result.path is None:
        return result
    return result.focus, result.path, result.value, result.value is None and result.nearest is not None


def _rank(result: Result) -> tuple[int, bool, str]:
    """Worst first; those with a suggestion before others; then by shape: `title` before `title-length`."""
    return result.level.value, result.nearest is None, str(result.source_shape)


def _stated(result: Result) -> Iterator[IRI]:
    """The properties that a violation shows to be stated, in a wrong way."""
    if result.level is Level.VIOLATION:
        if result.value is not None:
            yield from _along(result)
        if result.nearest is not None:  # a misspelt property
            yield result.nearest.term


def _along(result: Result) -> Iterable[IRI]:
    return predicates(result.path) if result.path else ()
