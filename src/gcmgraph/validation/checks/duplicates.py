"""Checks for duplicates: resources that are published already, and published values that a contribution contradicts."""

from __future__ import annotations

from collections.abc import Iterator

from gcmgraph.model.terms import IRI, BlankNode, Literal, Term, Vocabulary
from gcmgraph.shapes.paths import Predicate
from gcmgraph.shapes.texts import Texts
from gcmgraph.shapes.vocabulary import WARNING, sh
from gcmgraph.translations.messages import Message
from gcmgraph.validation.checks.subject import CheckedContribution
from gcmgraph.validation.dependencies import TYPE
from gcmgraph.validation.graphs import GraphView
from gcmgraph.validation.report import ExtraConstraint, Result
from gcmgraph.validation.suggestions import labels

SAME_TITLE = ExtraConstraint(
    "same-title-and-period",
    Message("A practice with this title and the same period is already published."),
    Message("If it is the same, add to the published one instead: use its address."),
    WARNING,
)
SAME_IDENTIFIER = ExtraConstraint(
    "same-identifier",
    Message("Another resource is published with this identifier."),
    Message("If it is the same, add to the published one instead: use its address."),
    WARNING,
)

#: Components that a second value violates.
_UNIQUE_LANG = sh("UniqueLangConstraintComponent")
_ONE_ONLY = {sh("MaxCountConstraintComponent"), _UNIQUE_LANG}


def same_titles(checked: CheckedContribution) -> Iterator[Result]:
    """New practices with the title and the period of a published one."""
    term = Vocabulary(checked.addresses)
    for subject, predicate, value in checked.new:
        if predicate == term("dct:title") and term("gcm:Practice") in checked.new_values[subject].get(TYPE, ()):
            for other in checked.before.subjects(predicate, value):
                same = all(
                    set(checked.after.objects(other, name)) == set(checked.after.objects(subject, name))
                    for name in (term("schema:startDate"), term("schema:endDate"))
                )
                if other != subject and same and _same_class(subject, other, checked.after):
                    yield SAME_TITLE.result(
                        checked.addresses, subject, predicate, value, expected=named(other, checked)
                    )


def same_identifiers(checked: CheckedContribution) -> Iterator[Result]:
    """Resources with an external identifier that a published resource of the same class has."""
    term = Vocabulary(checked.addresses)
    identifying = {term(name) for name in ("skos:exactMatch", "owl:sameAs", "dct:identifier", "schema:identifier")}
    for subject, predicate, value in checked.new:
        if predicate in identifying:
            for other in checked.before.subjects(predicate, value):
                if other != subject and _same_class(subject, other, checked.after):
                    yield SAME_IDENTIFIER.result(
                        checked.addresses, subject, predicate, value, expected=named(other, checked)
                    )


def _same_class(one: Term, other: Term, graph: GraphView) -> bool:
    return not set(graph.objects(one, TYPE)).isdisjoint(graph.objects(other, TYPE))


def named(resource: IRI | BlankNode, checked: CheckedContribution) -> Texts:
    """The label of a resource in each language, with its address."""
    names = labels(checked.before, resource).pairs or (("", ""),)
    return Texts.of((language, f"{name} <{resource.value}>".strip()) for language, name in names)


def published_instead(result: Result, checked: CheckedContribution) -> Texts:
    """The published values, where a contribution adds another one and only one is allowed."""
    if not isinstance(result.path, Predicate) or result.component not in _ONE_ONLY:
        return Texts()
    said = checked.before.objects(result.focus, result.path.iri)
    added = checked.new_values.get(result.focus, {}).get(result.path.iri, [])
    if not said or not added:
        return Texts()
    if result.component == _UNIQUE_LANG:
        tags = {value.language for value in added if isinstance(value, Literal)}
        said = [value for value in said if isinstance(value, Literal) and value.language in tags]
    values = sorted(f"“{value.value}”" if isinstance(value, Literal) else str(value) for value in said)
    return Texts.of([("", ", ".join(values))])


CHECKS = (same_titles, same_identifiers)
