"""Versions of the ontology: released texts, which stay as they were, and the changes of each.

A released version is a file `ontology/versions/VERSION.ttl`. `ontology/changes.csv` lists the terms
that each version added, removed or changed; `python -m tools.ontology_changes` writes the list.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from gcmgraph.platform.errors import DataError
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Quad
from gcmgraph.repository.layout import Repository, read_graph

#: Kinds of changes of a term, in the order of display.
KINDS_OF_CHANGES = ("added", "removed", "changed")


@dataclass(frozen=True)
class TermChange:
    """A term that a version added, removed or changed."""

    version: str
    #: one of `KINDS_OF_CHANGES`
    change: str
    #: local name of the term
    term: str
    #: CURIEs of the properties with other values; empty for an added or removed term
    properties: str


class OntologyHistory:
    """The released versions of the ontology of a repository."""

    def __init__(self, root: str, addresses: Addresses) -> None:
        """`root` is that of `Repository.find`. There are no versions without a repository."""
        self._addresses = addresses
        self._files: dict[str, Path] = {}
        self._list: Path | None = None
        try:
            repository = Repository.find(root)
        except DataError:
            return
        self._files = {file.stem: file for file in repository.ontology_versions}
        self._list = repository.ontology_changes

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the released versions, newest first."""
        return tuple(sorted(self._files, key=_numbers, reverse=True))

    def quads(self, name: str) -> list[Quad]:
        """The text of a released version in the graph of the ontology. Raises `KeyError`."""
        graph = IRI(self._addresses.graph("ontology"))
        return list(read_graph([self._files[name]], graph, self._addresses))

    @cached_property
    def changes(self) -> dict[str, list[TermChange]]:
        """The changes by version, newest first."""
        if self._list is None or not self._list.is_file():
            return {}
        by_version: dict[str, list[TermChange]] = defaultdict(list)
        with self._list.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                by_version[row["version"]].append(TermChange(**row))
        return {name: by_version[name] for name in sorted(by_version, key=_numbers, reverse=True)}


def term_changes(
    version: str, before: Iterable[Quad], after: Iterable[Quad], addresses: Addresses
) -> list[TermChange]:
    """The terms that differ between two versions of the ontology, by kind of change and name."""
    old = _statements(before, addresses)
    new = _statements(after, addresses)
    changes = [TermChange(version, "added", term, "") for term in new.keys() - old.keys()]
    changes += [TermChange(version, "removed", term, "") for term in old.keys() - new.keys()]
    for term in old.keys() & new.keys():
        predicates = {predicate for predicate, _ in old[term] ^ new[term]}
        if predicates:
            curies = (addresses.compress(iri.value) or iri.value for iri in predicates)
            changes.append(TermChange(version, "changed", term, " ".join(sorted(curies))))
    return sorted(changes, key=lambda row: (KINDS_OF_CHANGES.index(row.change), row.term))


def _statements(quads: Iterable[Quad], addresses: Addresses) -> dict[str, set[tuple[IRI, object]]]:
    """Property and value of the statements about each declared term, by its local name."""
    statements: dict[str, set[tuple[IRI, object]]] = defaultdict(set)
    for quad in quads:
        if isinstance(quad.subject, IRI) and quad.subject.value.startswith(addresses.ontology):
            local_name = quad.subject.value.removeprefix(addresses.ontology)
            statements[local_name].add((quad.predicate, quad.object))
    type_property = IRI(addresses.expand("rdf:type"))
    return {
        term: values
        for term, values in statements.items()
        if any(predicate == type_property for predicate, _ in values)
    }


def _numbers(version: str) -> list[int]:
    """The numbers of a version such as 0.2.0, by which versions are ordered."""
    return [int(part) for part in version.split(".")]
