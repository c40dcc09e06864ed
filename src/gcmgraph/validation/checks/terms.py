"""Checks of properties and classes: those of the ontology, of the shapes, and of vocabularies that rdflib lists."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from gcmgraph.platform import similarity
from gcmgraph.rdf.namespaces import PREFIXES
from gcmgraph.rdf.terms import IRI
from gcmgraph.validation.checks.words import WORDS
from gcmgraph.validation.contribution_effect import ContributionEffect
from gcmgraph.validation.graphs import TYPE
from gcmgraph.validation.paths import CLASSES, ends
from gcmgraph.validation.report import Nearest, Result
from gcmgraph.validation.rules import spelling
from gcmgraph.validation.valid_values import of_terms

#: Names of the vocabularies in rdflib by prefix.
_VOCABULARIES: dict[str, str] = WORDS["listed"]


def unknown_terms(effect: ContributionEffect) -> Iterator[Result]:
    """Terms in the namespace of the ontology that it does not declare."""
    terms = effect.rules.terms
    for subject, predicate, value in effect.new:
        for term in (predicate, value):
            if effect.is_undeclared(term):
                wrong_value = None if term == predicate else term
                nearest = of_terms(term, terms)
                yield effect.result(
                    "unknown-term", subject, predicate, wrong_value, nearest=nearest
                )


def resources_as_terms(effect: ContributionEffect) -> Iterator[Result]:
    """Properties and classes at addresses of resources: `…/id/country/` is not `gcm:country`."""
    for subject, predicate, term, value in effect.new_terms:
        if effect.kind(term):
            rules = effect.rules
            candidates = rules.classes if predicate == TYPE else rules.properties
            nearest = of_terms(term, candidates)
            yield effect.result("thing-as-term", subject, predicate, value, nearest=nearest)


def misspelt_terms(effect: ContributionEffect) -> Iterator[Result]:
    """Properties and classes that differ from a term of the shapes by `http` or `https`, `www.`, `/` or `#` only."""
    for subject, predicate, term, value in effect.new_terms:
        declared = effect.rules.spellings.get(spelling(term))
        if declared is not None and declared != term:
            nearest = Nearest(declared)
            yield effect.result("misspelt-term", subject, predicate, value, nearest=nearest)


def misplaced_terms(effect: ContributionEffect) -> Iterator[Result]:
    """Properties of the ontology on resources outside their domain."""
    domains = effect.rules.domains
    for subject, values in effect.new_values.items():
        limited = [predicate for predicate in values if predicate in domains]
        classes = ends(effect.after, CLASSES, {subject}) if limited else set()
        for predicate in limited:
            if classes and domains[predicate].isdisjoint(classes):
                for value in values[predicate]:
                    yield effect.result("misplaced-term", subject, predicate, value)


def vocabulary_terms(effect: ContributionEffect) -> Iterator[Result]:
    """Properties and classes that their vocabulary does not have."""
    terms_of_shapes = set(effect.rules.spellings.values())
    for subject, predicate, term, value in effect.new_terms:
        prefix = _prefix(term.value)
        if prefix is None:
            continue
        name = term.value.removeprefix(PREFIXES[prefix])
        if name in _names_of_terms(prefix) or term in terms_of_shapes:
            continue
        similar_term = _similar_term(prefix, name)
        if similar_term is None:
            yield effect.result("unknown-vocabulary-term", subject, predicate, value)
        else:
            nearest = Nearest(similar_term)
            yield effect.result("vocabulary-term", subject, predicate, value, nearest=nearest)


@cache
def _prefix(iri: str) -> str | None:
    return next((prefix for prefix in _VOCABULARIES if iri.startswith(PREFIXES[prefix])), None)


@cache
def _names_of_terms(prefix: str) -> frozenset[str]:
    from rdflib import namespace  # noqa: PLC0415 - a sixth of a second

    return frozenset(getattr(namespace, _VOCABULARIES[prefix]).__annotations__)


@cache
def _similar_term(prefix: str, name: str) -> IRI | None:
    candidates = sorted(_names_of_terms(prefix))
    similar_names = similarity.nearest(name.lower(), candidates, key=str.lower, strict=True)
    return IRI(PREFIXES[prefix] + similar_names[0]) if similar_names else None
