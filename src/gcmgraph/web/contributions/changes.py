"""Changes that a contribution makes when it is accepted, resource by resource and property by property.

Each property has its published values, and its values after the acceptance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import request

from gcmgraph.contributions.stored_statements import statement_key
from gcmgraph.publication.descriptions import Description, Fact, Label
from gcmgraph.rdf.terms import IRI, Quad
from gcmgraph.translations import LANGUAGES
from gcmgraph.validation.checks.published import rules_for_published
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.resources.facts import EvidencePage, FactsPage, Quantity
from gcmgraph.web.services import Site, Snapshot

#: Limit on the resources that are compared property by property.
MAX_RESOURCES = 100

#: Limit on the statements that can be returned on a page.
MAX_RETURNS = 1_000

#: Subject, predicate and object of a statement.
Terms = tuple[object, IRI, object]


@dataclass(frozen=True)
class ChangedValue:
    """A value of a property: its fact, and whether it is `added`, `removed` or the `same`."""

    fact: Fact
    mark: str
    #: key by which the statement is returned; empty where the contribution does not state it
    key: str
    #: an amount or number in words, where the value is one
    quantity: Quantity | None


@dataclass(frozen=True)
class PropertyValues:
    """A property that changes: its label, and its values before and after."""

    label: Label
    values: list[ChangedValue]


@dataclass(frozen=True)
class ChangedName:
    """The name of a published resource on pages in a language, now and after an acceptance."""

    language: str
    now: Label
    then: Label


@dataclass(frozen=True)
class ResourceChange:
    """A resource that changes; `new` where nothing is published about it."""

    resource: IRI
    new: bool
    names: list[ChangedName]
    properties: list[PropertyValues]
    types: list[Label]


@dataclass(frozen=True)
class ContributionChanges:
    """The changes that an accepted contribution makes."""

    resources: list[ResourceChange]
    #: in whose language they are shown, after the acceptance
    page: EvidencePage
    #: the facts of parts, by part
    parts: Mapping[IRI, tuple[Fact, ...]]
    #: number of resources that are not compared
    left_out: int


def changes_of(
    site: Site, after: Snapshot, submitted: Sequence[Quad], removed: Sequence[Quad]
) -> ContributionChanges:
    """The changes for the statements `submitted` by a contribution, and those `removed` with its acceptance.

    `after` is the dataset after the acceptance.
    """
    comparison = _Comparison(site, after, submitted, removed)
    resources = described_resources((*submitted, *removed))
    return ContributionChanges(
        resources=[comparison.change_of(resource) for resource in resources[:MAX_RESOURCES]],
        page=comparison.page,
        parts=comparison.parts,
        left_out=max(0, len(resources) - MAX_RESOURCES),
    )


def described_resources(quads: Iterable[Quad]) -> list[IRI]:
    """The resources that statements describe, without parts that others of them name, in their order."""
    quads = list(quads)
    named_parts = {
        quad.object for quad in quads if isinstance(quad.object, IRI) and "#" in quad.object.value
    }
    accounts = {
        quad.subject for quad in quads if quad.predicate.value.endswith(("#subject", "/oa#exact"))
    }
    subjects = dict.fromkeys(quad.subject for quad in quads if isinstance(quad.subject, IRI))
    return [iri for iri in subjects if iri not in named_parts and iri not in accounts]


class _Comparison:
    """The published dataset beside the dataset after an acceptance."""

    def __init__(
        self, site: Site, after: Snapshot, submitted: Sequence[Quad], removed: Sequence[Quad]
    ) -> None:
        quads = (*submitted, *removed)
        self._site = site
        self._language = chosen_language(request)
        self._before = site.dataset.snapshot()
        self._after = after
        self.page = EvidencePage(site, after, self._language)
        self.parts = self._facts_of_parts(quads)
        self._keys: dict[Terms, str] = {
            (quad.subject, quad.predicate, quad.object): statement_key(quad)
            for quad in submitted[:MAX_RETURNS]
        }
        self._changed_properties = {(quad.subject, quad.predicate) for quad in quads}

    def _facts_of_parts(self, quads: Iterable[Quad]) -> dict[IRI, tuple[Fact, ...]]:
        """The facts of the parts of resources that statements name: after the acceptance, else published ones."""
        start = f"{self._site.addresses.base}id/"
        parts = {}
        for iri in dict.fromkeys(quad.object for quad in quads if isinstance(quad.object, IRI)):
            if "#" in iri.value and iri.value.startswith(start):
                facts = _facts(self._after, iri) or _facts(self._before, iri)
                if facts:
                    parts[iri] = facts
        return parts

    def change_of(self, resource: IRI) -> ResourceChange:
        """The change of a resource, with the properties that the contribution or its acceptance touches."""
        published = _facts(self._before, resource)
        coming = _facts(self._after, resource)
        description = Description(resource, coming, self.parts, (), 0, frozenset())
        page = FactsPage(self._site, self._after, self._language, description)
        published_terms = {_terms(fact) for fact in published}
        coming_terms = {_terms(fact) for fact in coming}
        facts = {_terms(fact): fact for fact in (*published, *coming)}
        properties = []
        for group in self.page.by_property(facts.values(), names=True):
            if (resource, group.predicate) in self._changed_properties:
                displaced = _displaced_facts(group.predicate, published, self._site)
                values = [
                    self._value(page, fact, published_terms, coming_terms)
                    for fact in (*group.facts, *displaced)
                ]
                properties.append(PropertyValues(group.label, values))
        names = _changed_names(resource, self._before, self._after) if published else []
        types = self.page.types(facts.values())
        return ResourceChange(resource, not published, names, properties, types)

    def _value(
        self, page: FactsPage, fact: Fact, published: set[Terms], coming: set[Terms]
    ) -> ChangedValue:
        """The value of a fact on the page of its resource, for `published` statements and for `coming` ones."""
        terms = _terms(fact)
        mark = "same" if terms in published else "added"
        if terms not in coming:
            mark = "removed"
        key = self._keys.get(terms, "") if mark == "added" else ""
        quantity = page.quantity(fact) if fact.object in self.parts else None
        if quantity is not None and not quantity.text:
            quantity = None
        return ChangedValue(fact, mark, key, quantity)


def _changed_names(resource: IRI, before: Snapshot, after: Snapshot) -> list[ChangedName]:
    """The languages in which a published resource would have another name."""
    changed_names = []
    for language in LANGUAGES:
        now = before.labels.of(resource, language)
        then = after.labels.of(resource, language)
        if now != then:
            changed_names.append(ChangedName(language, now, then))
    return changed_names


def _displaced_facts(predicate: IRI, published: Iterable[Fact], site: Site) -> list[Fact]:
    """The published facts of other properties that change the same as a property, such as other identifiers."""
    properties = rules_for_published(site.addresses)
    changing = properties.get(predicate)
    if changing is None:
        return []
    related = {row.property for row in properties.values() if row.aspect == changing.aspect}
    related.discard(predicate)
    return [fact for fact in published if fact.predicate in related]


def _facts(snapshot: Snapshot, iri: IRI) -> tuple[Fact, ...]:
    """The facts that are stated about a resource; none about an unknown one."""
    description = snapshot.describer.describe(iri, with_inbound=False)
    if description is None:
        return ()
    return tuple(fact for fact in description.facts if not fact.inferred)


def _terms(fact: Fact) -> Terms:
    return fact.subject, fact.predicate, fact.object
