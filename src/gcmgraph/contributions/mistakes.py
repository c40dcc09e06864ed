"""Reports with one result for one mistake: results that the correction of another result resolves are left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from gcmgraph.rdf.property_paths import predicates
from gcmgraph.rdf.terms import IRI, Term
from gcmgraph.validation.graphs import TYPE
from gcmgraph.validation.report import Level, Report, Result

#: Whether there is a resource of this IRI.
Exists = Callable[[IRI], bool]

#: A property of a focus node.
_PropertyOfFocus = tuple[Term, IRI]


def one_by_mistake(report: Report, exists: Exists) -> Report:
    """The report without results that the correction of another result resolves.

    - Of several results about one value of a property, or about its absence, the worst is reported.
    - An address at which nothing exists is reported once for each resource that names it.
    - A value is not reported where its class is misspelt.
    - A value that is absent is not reported where a value of the property, or a misspelt property, is.

    Example. A practice has `objektive objective:9`, and no `gcm:objective`:

        practice:radio objektive   unknown property, nearest gcm:objective   reported
        practice:radio gcm:objective   has no value (minCount)                   left out
    """
    worst_by_mistake: dict[object, Result] = {}
    for result in sorted(report.results, key=_rank):
        worst_by_mistake.setdefault(_mistake(result, exists), result)
    results = list(worst_by_mistake.values())
    misspelt_classes = {
        result.focus for result in results if result.nearest and TYPE in _properties(result)
    }
    wrong_properties: set[_PropertyOfFocus] = set()
    for result in results:
        wrong_properties.update((result.focus, iri) for iri in _wrong_properties(result))
    return Report.of(
        result
        for result in results
        if not _is_resolved_by_another(result, misspelt_classes, wrong_properties)
    )


def _is_resolved_by_another(
    result: Result, misspelt_classes: set[Term], wrong_properties: set[_PropertyOfFocus]
) -> bool:
    """Whether the correction of a misspelt class, or of a value of the property, resolves a result."""
    if result.nearest is not None:
        return False
    if result.value is not None:
        return result.value in misspelt_classes
    properties = {(result.focus, iri) for iri in _properties(result)}
    return not wrong_properties.isdisjoint(properties)


def _mistake(result: Result, exists: Exists) -> object:
    """The mistake that a result is about: equal for results that one correction resolves."""
    if isinstance(result.value, IRI) and not exists(result.value):
        return result.focus, result.value
    if result.path is None:
        return result
    is_misspelt_property = result.value is None and result.nearest is not None
    return result.focus, result.path, result.value, is_misspelt_property


def _rank(result: Result) -> tuple[int, bool, str]:
    """Worst first; those with a suggestion before others; then by shape: `title` before `title-length`."""
    return result.level.value, result.nearest is None, str(result.source_shape)


def _wrong_properties(result: Result) -> Iterator[IRI]:
    """The properties that a violation shows to be stated, in a wrong way."""
    if result.level is Level.VIOLATION:
        if result.value is not None:
            yield from _properties(result)
        if result.nearest is not None:  # a misspelt property
            yield result.nearest.term


def _properties(result: Result) -> Iterable[IRI]:
    """The properties on the path of a result."""
    return predicates(result.path) if result.path else ()
