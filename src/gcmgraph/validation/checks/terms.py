"""Checks of terms: properties and classes."""

from __future__ import annotations

from collections.abc import Iterator

from gcmgraph.model.terms import IRI
from gcmgraph.shapes.vocabulary import WARNING
from gcmgraph.translations.messages import Message
from gcmgraph.validation.checks.subject import CheckedContribution
from gcmgraph.validation.dependencies import CLASSES, TYPE
from gcmgraph.validation.graphs import ends
from gcmgraph.validation.report import ExtraConstraint, Nearest, Result
from gcmgraph.validation.rules import spelling
from gcmgraph.validation.suggestions import of_terms

UNKNOWN_TERM = ExtraConstraint(
    "unknown-term",
    Message("Our ontology has no such term."),
    Message("Check the spelling; the ontology lists all terms."),
)
RESOURCE_AS_TERM = ExtraConstraint(
    "thing-as-term",
    Message("This is the address of a resource, used as a property or a class."),
    Message("Write the term with its prefix: in our JSON-LD context, 'country' by itself is the prefix of countries."),
)
MISPLACED_TERM = ExtraConstraint(
    "misplaced-term",
    Message("This property is not defined for this class."),
    Message("Use a property that the ontology defines for this class, or state it about another resource."),
)
MISSPELT_TERM = ExtraConstraint(
    "misspelt-term",
    Message("This differs only in spelling from a term of the shapes, and is not recognized as that term."),
    Message("Write the address of the term as its vocabulary does."),
    WARNING,
)


def unknown_terms(checked: CheckedContribution) -> Iterator[Result]:
    """Terms in the namespace of the ontology that it does not declare."""
    terms = checked.rules.terms
    for subject, predicate, value in checked.new:
        for term in (predicate, value):
            if checked.is_undeclared(term):
                given = None if term == predicate else term
                yield UNKNOWN_TERM.result(checked.addresses, subject, predicate, given, nearest=of_terms(term, terms))


def resources_as_terms(checked: CheckedContribution) -> Iterator[Result]:
    """Properties and classes at addresses of resources: `…/id/country/` is not `gcm:country`."""
    for subject, predicate, value in checked.new:
        for term in (predicate, value) if predicate == TYPE else (predicate,):
            if isinstance(term, IRI) and checked.kind(term):
                yield RESOURCE_AS_TERM.result(
                    checked.addresses,
                    subject,
                    predicate,
                    None if term == predicate else term,
                    nearest=of_terms(term, checked.rules.classes if predicate == TYPE else checked.rules.properties),
                )


def misspelt_terms(checked: CheckedContribution) -> Iterator[Result]:
    """Properties and classes that differ from a term of the shapes by `http` or `https`, `www.`, `/` or `#` only."""
    terms = checked.rules.spellings
    for subject, predicate, value in checked.new:
        for term in (predicate, value) if predicate == TYPE else (predicate,):
            right = terms.get(spelling(term)) if isinstance(term, IRI) else None
            if right is not None and right != term:
                given = None if term == predicate else term
                yield MISSPELT_TERM.result(checked.addresses, subject, predicate, given, nearest=Nearest(right))


def misplaced_terms(checked: CheckedContribution) -> Iterator[Result]:
    """Properties of the ontology on resources outside their domain."""
    domains = checked.rules.domains
    for subject, said in checked.new_values.items():
        limited = [predicate for predicate in said if predicate in domains]
        classes = ends(checked.after, CLASSES, {subject}) if limited else set()
        for predicate in limited:
            if classes and domains[predicate].isdisjoint(classes):
                for value in said[predicate]:
                    yield MISPLACED_TERM.result(checked.addresses, subject, predicate, value)


CHECKS = (unknown_terms, resources_as_terms, misspelt_terms, misplaced_terms)
