"""Names of properties in calls of tools: what a name means for the resources of a kind.

A name is a short form or an IRI, a name of `relations.csv`, or a label, in any language. It never
means a property that no resource of the kind has: "start" is the start date of a practice, not the
first character of a passage (`oa:start`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TypeGuard

from gcmgraph.model.kinds import KINDS
from gcmgraph.model.relations import Relation, relations
from gcmgraph.platform.similarity import nearest
from gcmgraph.platform.text import fold_words
from gcmgraph.publication.search.words import tokens
from gcmgraph.rdf.terms import IRI, Term, Triple, iri_of_name
from gcmgraph.translations import LANGUAGES
from gcmgraph.web.mcp.tools import ToolError
from gcmgraph.web.resources.claim_check import claim_checker
from gcmgraph.web.services import Snapshot, per_version
from gcmgraph.web.sparql.unknown_terms import local_name

#: Properties that are proposed for a name that no property has.
MAX_PROPOSED = 3


@dataclass(frozen=True)
class NamedProperty:
    """The property that a name means."""

    iri: IRI
    #: the relation of `relations.csv` by which the property is reached, if there is one
    relation: Relation | None
    #: whether the name is a short form or an IRI, which means this property alone
    is_term: bool


@per_version
def _properties_of_kinds(_: Snapshot) -> dict[str, frozenset[IRI]]:
    """The properties of the resources of each kind, filled in when they are needed."""
    return {}


def properties_of_kind(snapshot: Snapshot, kind: str) -> frozenset[IRI]:
    """The properties of a kind.

    They are those of its resources and their parts, its relations, and those that lead to its
    resources.
    """
    properties_of_kinds = _properties_of_kinds(snapshot)
    if kind not in properties_of_kinds:
        properties = {
            IRI(snapshot.addresses.expand(relation.curie)) for relation in _relations_of(kind)
        }
        members = snapshot.listings.of(kind).members if kind in KINDS else ()
        for resource in members:
            properties.update(_used_properties(snapshot, resource))
        properties_of_kinds[kind] = frozenset(properties)
    return properties_of_kinds[kind]


def _used_properties(snapshot: Snapshot, resource: IRI) -> Iterator[IRI]:
    """The properties of a resource, of its parts, and of references to it, with repetitions."""
    parts: set[IRI] = set()
    for triple in snapshot.store.triples(resource):
        yield triple.predicate
        if _is_part(triple.object, resource):
            parts.add(triple.object)
    for triple in snapshot.store.triples(None, None, resource):
        yield triple.predicate
        if _is_part(triple.subject, resource):
            parts.add(triple.subject)
    for part in parts:
        yield from (triple.predicate for triple in snapshot.store.triples(part))


def _is_part(term: object, resource: IRI) -> TypeGuard[IRI]:
    return isinstance(term, IRI) and term.value.startswith(f"{resource.value}#")


def find_property(
    snapshot: Snapshot, name: str, resource: IRI, used_properties: Iterable[IRI]
) -> NamedProperty:
    """The property that a name means for a resource, which has the used properties.

    Raises `ToolError`.
    """
    kind = snapshot.addresses.kind_of(resource.value) or ""
    candidates = properties_of_kind(snapshot, kind) | set(used_properties)
    term = _property_of_term(snapshot, name)
    if term in candidates:
        return NamedProperty(term, _relation_of(snapshot, term, kind), is_term=True)
    if term is None:
        for relation in _relations_named(name, kind):
            iri = IRI(snapshot.addresses.expand(relation.curie))
            return NamedProperty(iri, relation, is_term=False)
        for iri in _properties_labelled(snapshot, name, candidates):
            return NamedProperty(iri, _relation_of(snapshot, iri, kind), is_term=False)
    raise _unknown_property(snapshot, name, kind, candidates)


def values_of_relation(
    snapshot: Snapshot, resource: IRI, relation: Relation
) -> dict[Term, tuple[Triple, ...]]:
    """The values of a relation of a resource, each with the statements that lead to it."""
    return claim_checker(snapshot).values(resource, relation)


def _property_of_term(snapshot: Snapshot, name: str) -> IRI | None:
    """The property of the graph with an IRI or a short form; None for other names."""
    iri = iri_of_name(name, snapshot.addresses)
    return iri if iri is not None and iri.value in snapshot.figures.properties else None


def _relations_of(kind: str) -> list[Relation]:
    return [relation for relation in relations() if kind in relation.kinds]


def _relation_of(snapshot: Snapshot, iri: IRI, kind: str) -> Relation | None:
    """The relation of a property for the resources of a kind; None without one."""
    curie = snapshot.addresses.compress(iri.value)
    for relation in _relations_of(kind):
        if relation.curie == curie:
            return relation
    return None


def _relations_named(name: str, kind: str) -> Iterator[Relation]:
    """The relations of a kind with a name, those with exactly this name first."""
    folded = fold_words(name)
    stems = _stems(name)
    of_kind = _relations_of(kind)
    for relation in of_kind:
        if any(folded == fold_words(relation_name) for relation_name in relation.names):
            yield relation
    for relation in of_kind:
        if any(stems & _stems(relation_name) for relation_name in relation.names):
            yield relation


def _properties_labelled(snapshot: Snapshot, name: str, candidates: Iterable[IRI]) -> Iterator[IRI]:
    """The properties with a label or a local name, those with exactly this one first."""
    sorted_candidates = sorted(candidates, key=lambda iri: iri.value)
    names_by_property = {iri: _names(snapshot, iri) for iri in sorted_candidates}
    folded = fold_words(local_name(name))
    stems = _stems(name)
    for iri, names in names_by_property.items():
        if any(folded == fold_words(property_name) for property_name in names):
            yield iri
    for iri, names in names_by_property.items():
        if any(stems & _stems(property_name) for property_name in names):
            yield iri


def _names(snapshot: Snapshot, iri: IRI) -> list[str]:
    """The local name and the labels of a property."""
    return [local_name(iri.value), *(label.value for _, label in snapshot.labels.statements(iri))]


@cache
def _stems(name: str) -> frozenset[tuple[str, ...]]:
    """The stems of the words of a name, by the rules of each language.

    "countries" and "country" have equal ones.
    """
    return frozenset(tuple(stem for stem, _ in tokens(name, language)) for language in LANGUAGES)


def _unknown_property(
    snapshot: Snapshot, name: str, kind: str, candidates: Iterable[IRI]
) -> ToolError:
    """The error of a name that no property of a kind has, with those that are similar, or all."""
    addresses = snapshot.addresses
    property_by_name: dict[str, IRI] = {}
    for iri in candidates:
        for text in _names(snapshot, iri):
            property_by_name[fold_words(text)] = iri
    for relation in _relations_of(kind):
        for text in relation.names:
            property_by_name[fold_words(text)] = IRI(addresses.expand(relation.curie))
    similar_names = nearest(fold_words(local_name(name)), property_by_name, MAX_PROPOSED)
    proposals = dict.fromkeys(
        addresses.short_form(property_by_name[similar].value) for similar in similar_names
    )
    relation_curies = dict.fromkeys(relation.curie for relation in _relations_of(kind))
    hint = None
    if proposals:
        hint = f"Did you mean {' or '.join(proposals)}?"
    elif relation_curies:
        hint = f"It has, among others: {', '.join(relation_curies)}."
    message = f"No {kind or 'resource like this'} in the graph has a property '{name[:60]}'."
    return ToolError(message, hint=hint)
