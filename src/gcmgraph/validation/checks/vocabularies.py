"""Check of terms of other vocabularies, whose terms rdflib lists."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import PREFIXES
from gcmgraph.shapes.vocabulary import WARNING
from gcmgraph.text.nearest import nearest
from gcmgraph.translations.messages import Message
from gcmgraph.validation.checks.subject import CheckedContribution
from gcmgraph.validation.dependencies import TYPE
from gcmgraph.validation.report import ExtraConstraint, Nearest, Result

MISSPELT = ExtraConstraint(
    "vocabulary-term",
    Message("The vocabulary has no such term."),
    Message("Check the spelling, small and capital letters included."),
)
UNKNOWN = ExtraConstraint(
    "unknown-vocabulary-term",
    Message("The vocabulary is not known to have this term."),
    Message("Check the spelling at the address of the vocabulary."),
    WARNING,
)

#: Names of the vocabularies in rdflib by prefix.
_LISTED = {
    "dcat": "DCAT", "dct": "DCTERMS", "foaf": "FOAF", "org": "ORG", "prov": "PROV", "rdfs": "RDFS", "schema": "SDO",
    "skos": "SKOS",
}  # fmt: skip


def misspelt_vocabulary_terms(checked: CheckedContribution) -> Iterator[Result]:
    """Properties and classes that their vocabulary does not have."""
    for subject, predicate, value in checked.new:
        for term in (predicate, value) if predicate == TYPE else (predicate,):
            if not isinstance(term, IRI) or (prefix := _prefix(term.value)) is None:
                continue
            name = term.value.removeprefix(PREFIXES[prefix])
            if name in _terms(prefix) or term in checked.rules.spellings.values():
                continue
            given = None if term == predicate else term
            near = _nearest(prefix, name)
            if near is None:
                yield UNKNOWN.result(checked.addresses, subject, predicate, given)
            else:
                yield MISSPELT.result(checked.addresses, subject, predicate, given, nearest=Nearest(near))


@cache
def _prefix(iri: str) -> str | None:
    return next((prefix for prefix in _LISTED if iri.startswith(PREFIXES[prefix])), None)


@cache
def _terms(prefix: str) -> frozenset[str]:
    from rdflib import namespace  # noqa: PLC0415 - a sixth of a second

    return frozenset(getattr(namespace, _LISTED[prefix]).__annotations__)


@cache
def _nearest(prefix: str, name: str) -> IRI | None:
    found = nearest(name.lower(), sorted(_terms(prefix)), key=str.lower, strict=True)
    return IRI(PREFIXES[prefix] + found[0]) if found else None


CHECKS = (misspelt_vocabulary_terms,)
