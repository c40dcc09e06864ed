"""Entities of this graph with codes and names, from a store."""

from __future__ import annotations

from collections.abc import Collection

from gcmgraph.linking.targets.entities import CODES, NAMES, EntityReader, LabelledEntity
from gcmgraph.model.terms import IRI, Vocabulary
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.store.port import Store

#: Kinds without counterparts in other datasets.
_INTERNAL = ("source", "contribution", "practice")


def own_entities(store: Store, addresses: Addresses, kinds: Collection[str] = ()) -> list[tuple[str, LabelledEntity]]:
    """The entities of this graph, each with its kind (`country`, `sdg`, `concept/m49` …); of `kinds`, if any."""
    v = Vocabulary(addresses)
    predicates = [IRI(iri) for iri in (*NAMES, *CODES, PREFIXES["rdf"] + "type")]
    predicates += [v(f"gcm:{code}") for code in ("iso2", "iso3", "m49", "formalName")]
    start = f"{addresses.base}id/"
    reader = EntityReader(start)
    for predicate in predicates:
        reader.read((q.subject, q.predicate, q.object) for q in store.quads(predicate=predicate))  # type: ignore[misc]
    found = []
    for iri, entity in reader.entities.items():
        kind, slash, local = iri.removeprefix(start).rpartition("/")
        if slash and "#" not in local and kind.split("/")[0] not in _INTERNAL and (not kinds or kind in kinds):
            found.append((kind, entity))
    return sorted(found, key=lambda pair: pair[1].iri)
