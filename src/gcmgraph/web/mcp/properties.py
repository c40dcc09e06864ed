"""Names of properties in calls of tools: the property that a name means for the resources of a kind.

A name is a short form or an IRI, a name of `relations.csv`, or a label, in any language. It never
means a property that no resource of the kind has: "start" is the start date of a practice, not the
first character of a passage (`oa:start`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from gcmgraph.model.kinds import KINDS
from gcmgraph.model.relations import Relation, relations
from gcmgraph.platform.similarity import nearest
from gcmgraph.platform.text import fold_words
from gcmgraph.publication.search.words import tokens
from gcmgraph.rdf.terms import IRI, Term, Triple
from gcmgraph.translations import LANGUAGES
from gcmgraph.web.mcp.protocol import ToolError
from gcmgraph.web.resources.claim_check import claim_checker
from gcmgraph.web.services import Snapshot, per_version
from gcmgraph.web.sparql.hints import local_name

#: Properties that are proposed for a name that no property has.
PROPOSED = 3


@dataclass(frozen=True)
class NamedProperty:
    """The property that a name means, and the relation of `relations.csv`, if there is one, by which it is reached."""

    iri: IRI
    relation: Relation | None
    #: whether the name is a short form or an IRI, which means this property alone
    is_term: bool


@per_version
def _properties_of_kinds(_: Snapshot) -> dict[str, frozenset[IRI]]:
    """The properties of the resources of each kind, filled in when they are needed."""
    return {}


def properties_of_kind(snapshot: Snapshot, kind: str) -> frozenset[IRI]:
    """The properties of a kind: of its resources, their parts and its relations, and those that lead to them."""
    known = _properties_of_kinds(snapshot)
    if kind not in known:
        related = (
            IRI(snapshot.addresses.expand(relation.curie)) for relation in _relations_of(kind)
        )
        members = snapshot.listings.of(kind).members if kind in KINDS else ()
        used = (predicate for resource in members for predicate in _used(snapshot, resource))
        known[kind] = frozenset((*related, *used))
    return known[kind]


def _used(snapshot: Snapshot, resource: IRI) -> Iterator[IRI]:
    """The properties of a resource and of its parts, and those that lead to it, with repetitions."""
    parts = set[IRI]()
    for triple in snapshot.store.triples(resource):
        yield triple.predicate
        parts |= _parts_among([triple.object], resource)
    for triple in snapshot.store.triples(None, None, resource):
        yield triple.predicate
        parts |= _parts_among([triple.subject], resource)
    for part in parts:
        yield from (triple.predicate for triple in snapshot.store.triples(part))


def _parts_among(terms: Iterable[object], resource: IRI) -> set[IRI]:
    return {
        term
        for term in terms
        if isinstance(term, IRI) and term.value.startswith(f"{resource.value}#")
    }


def find_property(
    snapshot: Snapshot, name: str, resource: IRI, stated: Iterable[IRI]
) -> NamedProperty:
    """The property that a name means for a resource, which has the properties `stated`.

    Raises `ToolError`.
    """
    kind = snapshot.addresses.kind_of(resource.value) or ""
    possible = properties_of_kind(snapshot, kind) | set(stated)
    term = _term(snapshot, name)
    if term in possible:
        return NamedProperty(term, _relation_of(snapshot, term, kind), True)
    if term is None:
        for relation in _relations_named(name, kind):
            return NamedProperty(IRI(snapshot.addresses.expand(relation.curie)), relation, False)
        for iri in _labelled(snapshot, name, possible):
            return NamedProperty(iri, _relation_of(snapshot, iri, kind), False)
    raise _unknown(snapshot, name, kind, possible)


def values_of_relation(
    snapshot: Snapshot, resource: IRI, relation: Relation
) -> dict[Term, tuple[Triple, ...]]:
    """The values of a relation of a resource, each with the statements that lead to it."""
    return claim_checker(snapshot).values(resource, relation)


def _term(snapshot: Snapshot, name: str) -> IRI | None:
    """The property of the graph with an IRI or a short form; None for other names."""
    addresses = snapshot.addresses
    try:
        iri = (
            addresses.rebase(name)
            if name.startswith(("http://", "https://"))
            else addresses.expand(name)
        )
    except (KeyError, ValueError):
        return None
    return IRI(iri) if iri in snapshot.figures.properties else None


def _relations_of(kind: str) -> list[Relation]:
    return [relation for relation in relations() if kind in relation.kinds]


def _relation_of(snapshot: Snapshot, iri: IRI, kind: str) -> Relation | None:
    """The relation of a property for the resources of a kind; None without one."""
    curie = snapshot.addresses.compress(iri.value)
    return next((relation for relation in _relations_of(kind) if relation.curie == curie), None)


def _relations_named(name: str, kind: str) -> Iterator[Relation]:
    """The relations of a kind with a name, those with exactly this name first."""
    folded, stems = fold_words(name), _stems(name)
    of_kind = _relations_of(kind)
    yield from (relation for relation in of_kind if folded in map(fold_words, relation.names))
    yield from (
        relation for relation in of_kind if any(stems & _stems(known) for known in relation.names)
    )


def _labelled(snapshot: Snapshot, name: str, possible: Iterable[IRI]) -> Iterator[IRI]:
    """The properties with a label or a local name, those with exactly this one first."""
    names = {iri: _names(snapshot, iri) for iri in sorted(possible, key=lambda iri: iri.value)}
    folded, stems = fold_words(local_name(name)), _stems(name)
    yield from (iri for iri, known in names.items() if folded in map(fold_words, known))
    yield from (iri for iri, known in names.items() if any(stems & _stems(text) for text in known))


def _names(snapshot: Snapshot, iri: IRI) -> list[str]:
    """The local name and the labels of a property."""
    return [local_name(iri.value), *(label.value for _, label in snapshot.labels.statements(iri))]


@cache
def _stems(name: str) -> frozenset[tuple[str, ...]]:
    """The stems of the words of a name, by the rules of each language: "countries" and "country" have equal ones."""
    return frozenset(tuple(stem for stem, _ in tokens(name, language)) for language in LANGUAGES)


def _unknown(snapshot: Snapshot, name: str, kind: str, possible: Iterable[IRI]) -> ToolError:
    """The error of a name that no property of a kind has, with those that are similar, or all."""
    addresses = snapshot.addresses
    by_name = {fold_words(text): iri for iri in possible for text in _names(snapshot, iri)}
    by_name |= {
        fold_words(text): IRI(addresses.expand(relation.curie))
        for relation in _relations_of(kind)
        for text in relation.names
    }
    similar = [by_name[near] for near in nearest(fold_words(local_name(name)), by_name, PROPOSED)]
    near = " or ".join(dict.fromkeys(addresses.short_form(iri.value) for iri in similar))
    listed = ", ".join(dict.fromkeys(relation.curie for relation in _relations_of(kind)))
    hint = (
        f"Did you mean {near}?" if near else f"It has, among others: {listed}." if listed else None
    )
    return ToolError(
        f"No {kind or 'resource like this'} in the graph has a property '{name[:60]}'.", hint=hint
    )
