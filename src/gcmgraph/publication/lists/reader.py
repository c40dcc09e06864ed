"""Readers of a store for the list file: of a whole store, or of what a change affects in it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from itertools import chain

from pyroaring import BitMap

from gcmgraph.model.kinds import KINDS
from gcmgraph.publication.descriptions import (
    LABEL_PROPERTIES,
    NameReader,
    ResourceNames,
    is_resource,
    resources_of_kind,
)
from gcmgraph.publication.lists.facets import PAIR
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Vocabulary
from gcmgraph.store.changed_versions import EarlierVersion
from gcmgraph.store.port import Store

#: A property path: CURIEs, and at its end perhaps a `PAIR`.
Path = tuple[str, ...]

#: Properties of names and codes.
_NAMING = (*LABEL_PROPERTIES, "skos:notation")


class ListReader(ABC):
    """Reader of a store for its lists: numbers the resources, and reads those to be listed anew."""

    #: the resources of each kind, by address
    members: dict[str, list[IRI]]
    #: all resources with names: those of the kinds, then others; the index of one is its row
    iris: list[IRI]

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._addresses = addresses
        self._v = Vocabulary(addresses)
        self._resource_start = f"{addresses.base}id/"
        self._names = NameReader(store, addresses)

    def _list_resources(self, members: Mapping[str, Iterable[IRI]], named: Iterable[IRI]) -> None:
        """Number the resources of the kinds, then others with names."""
        self.members = {kind: sorted(iris, key=_address) for kind, iris in members.items()}
        listed = list(chain.from_iterable(self.members.values()))
        self.iris = listed + sorted(set(named).difference(listed), key=_address)

    @cached_property
    def row_of(self) -> dict[IRI, int]:
        """The row of each resource."""
        return {iri: row for row, iri in enumerate(self.iris)}

    def names(self, iri: IRI) -> ResourceNames:
        """The names of a resource."""
        return self._names.read(iri)

    @property
    @abstractmethod
    def renamed(self) -> set[IRI]:
        """The resources whose names may be others than in the earlier version."""

    @abstractmethod
    def affected(self, kind: str, path: Path) -> BitMap:
        """The rows of a kind from which a path may lead to values that the earlier version lacks."""

    @abstractmethod
    def reached(self, path: Path, starts: BitMap) -> dict[IRI | Literal, BitMap]:
        """Values at the end of a property path, each with the rows of `starts` that lead to it.

        A step with `*` (`skos:broader*`) is followed any number of times, also not at all.
        """


class StoreReader(ListReader):
    """Reader of a whole store, each property once. All of its resources are to be listed anew."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        super().__init__(store, addresses)
        self._own: dict[str, dict[IRI | Literal, BitMap]] = {}
        self._links: dict[str, dict[IRI, set[IRI]]] = {}
        self._list_resources(
            {kind: resources_of_kind(store, addresses, kind) for kind in KINDS},
            {iri for curie in _NAMING for iri, _ in self._texts_of_resources(curie)},
        )

    @property
    def renamed(self) -> set[IRI]:
        """See `ListReader.renamed`: all resources."""
        return set(self.iris)

    def affected(self, kind: str, path: Path) -> BitMap:
        """See `ListReader.affected`: all rows."""
        return BitMap(self.row_of[iri] for iri in self.members[kind])

    def reached(self, path: Path, starts: BitMap) -> dict[IRI | Literal, BitMap]:
        """See `ListReader.reached`."""
        reached = {value: rows & starts for value, rows in self._own_values(path[0]).items()}
        for curie in path[1:]:
            targets: dict[IRI | Literal, BitMap] = {}
            links = self._links_of(curie.removesuffix("*"))
            for value, rows in reached.items():
                if isinstance(value, IRI):
                    for target in _followed(value, curie, links.get):
                        targets.setdefault(target, BitMap()).update(rows)
            reached = targets
        return {value: rows for value, rows in reached.items() if rows}

    def _texts_of_resources(self, curie: str) -> Iterable[tuple[IRI, Literal]]:
        """The resources of the dataset with a property, and its values that are literals."""
        for triple in self._store.triples(predicate=self._v(curie)):
            iri = triple.subject
            text = triple.object
            if (
                isinstance(iri, IRI)
                and isinstance(text, Literal)
                and iri.value.startswith(self._resource_start)
            ):
                yield iri, text

    def _own_values(self, curie: str) -> dict[IRI | Literal, BitMap]:
        """Values of a property, each with the rows of its subjects."""
        if curie not in self._own:
            rows_by_value: dict[IRI | Literal, array[int]] = {}
            for triple in self._store.triples(predicate=self._v(curie)):
                value = triple.object
                if isinstance(triple.subject, IRI) and isinstance(value, IRI | Literal):
                    row = self.row_of.get(triple.subject)
                    if row is not None:
                        rows_by_value.setdefault(value, array("I")).append(row)
            self._own[curie] = {value: BitMap(rows) for value, rows in rows_by_value.items()}
        return self._own[curie]

    def _links_of(self, curie: str) -> Mapping[IRI, set[IRI] | set[Literal]]:
        """The values of a property, or the texts of a `PAIR`, by resource."""
        if curie == PAIR:
            return self._pairs
        if curie not in self._links:
            links: dict[IRI, set[IRI]] = {}
            for triple in self._store.triples(predicate=self._v(curie)):
                if isinstance(triple.subject, IRI) and isinstance(triple.object, IRI):
                    links.setdefault(triple.subject, set()).add(triple.object)
            self._links[curie] = links
        return self._links[curie]

    @cached_property
    def _pairs(self) -> Mapping[IRI, set[Literal]]:
        """The texts of both values of a `PAIR` by resource; of several values the lowest."""
        values, units = (
            dict(
                sorted(self._texts_of_resources(curie), key=lambda pair: str(pair[1]), reverse=True)
            )
            for curie in PAIR.split("+")
        )
        return {
            iri: {Literal(f"{value.value} {units[iri].value}")}
            for iri, value in values.items()
            if iri in units
        }


class ChangeReader(ListReader):
    """Reader of the changed resources, and of those from which a path leads to them."""

    def __init__(
        self,
        store: Store,
        addresses: Addresses,
        earlier: EarlierVersion,
        members: Mapping[str, Iterable[IRI]],
        named: Iterable[IRI],
    ) -> None:
        """`members` of the kinds and all `named` resources are those of the earlier version."""
        super().__init__(store, addresses)
        self._stores_before_and_after = (earlier.store, store)
        change = earlier.change
        self._changed = {quad.triple for quad in change.removed | change.added}
        self._joined_or_left: set[IRI] = set()
        members_after = {kind: set(iris) for kind, iris in members.items()}
        named_after = set(named)
        for iri in {triple.subject for triple in self._changed}:
            if isinstance(iri, IRI) and iri.value.startswith(self._resource_start):
                self._list(iri, members_after, named_after)
        self._list_resources(members_after, named_after)

    def _list(self, iri: IRI, members: Mapping[str, set[IRI]], named: set[IRI]) -> None:
        """Add a changed resource to its kind or to others with names, or remove it there."""
        kind = self._addresses.kind_of(iri.value)
        if kind is not None:
            is_member = is_resource(self._store, self._addresses, iri)
            if is_member != (iri in members[kind]):
                self._joined_or_left.add(iri)
            members[kind].discard(iri)
            if is_member:
                members[kind].add(iri)
        named.discard(iri)
        if any(True for curie in _NAMING for _ in self._texts(iri, curie)):
            named.add(iri)

    @cached_property
    def renamed(self) -> set[IRI]:
        """See `ListReader.renamed`: the changed, namesakes, practices of changed objectives."""
        renamed = {triple.subject for triple in self._changed}
        naming = {self._v(curie) for curie in LABEL_PROPERTIES}
        code = self._v("skos:notation")
        for store in self._stores_before_and_after:
            for triple in self._changed:
                if triple.predicate in naming and isinstance(triple.object, Literal):
                    namesakes = store.triples(None, triple.predicate, triple.object)
                    renamed.update(namesake.subject for namesake in namesakes)
                elif triple.predicate == code and isinstance(triple.subject, IRI):
                    renamed |= self._sources(store, {triple.subject}, "gcm:objective")
        return {iri for iri in renamed if isinstance(iri, IRI)}

    def affected(self, kind: str, path: Path) -> BitMap:
        """See `ListReader.affected`."""
        starts = set(self._joined_or_left)
        for index, step in enumerate(path):
            subjects = self._changed_subjects(step)
            for store in self._stores_before_and_after:
                starts |= self._starts(store, subjects, path[:index], step)
        rows = BitMap(self.row_of[iri] for iri in starts if iri in self.row_of)
        return rows & self._rows_of_kind(kind)

    def _changed_subjects(self, step: str) -> set[IRI]:
        """The subjects of changed statements with a property of a step."""
        properties = {self._v(curie) for curie in step.removesuffix("*").split("+")}
        return {
            triple.subject
            for triple in self._changed
            if triple.predicate in properties and isinstance(triple.subject, IRI)
        }

    def reached(self, path: Path, starts: BitMap) -> dict[IRI | Literal, BitMap]:
        """See `ListReader.reached`."""
        rows_by_value: dict[IRI | Literal, BitMap] = {}
        for row in starts:
            for value in self._ends(self.iris[row], path):
                rows_by_value.setdefault(value, BitMap()).add(row)
        return rows_by_value

    def _ends(self, start: IRI, path: Path) -> Iterable[IRI | Literal]:
        """The values at the end of a path from a resource."""
        values = (triple.object for triple in self._store.triples(start, self._v(path[0])))
        ends: set[IRI | Literal] = {value for value in values if isinstance(value, IRI | Literal)}
        for curie in path[1:]:
            targets: set[IRI | Literal] = set()
            for value in ends:
                if isinstance(value, IRI):
                    targets.update(_followed(value, curie, self._links_by(curie)))
            ends = targets
        return ends

    def _links_by(self, step: str) -> Callable[[IRI], Iterable[IRI | Literal]]:
        """The function that returns the values of a step of a path, for a resource."""
        if step == PAIR:
            return self._paired
        return partial(self._linked, step.removesuffix("*"))

    def _linked(self, curie: str, iri: IRI) -> Iterator[IRI]:
        for triple in self._store.triples(iri, self._v(curie)):
            if isinstance(triple.object, IRI):
                yield triple.object

    def _paired(self, iri: IRI) -> Iterator[Literal]:
        value, unit = (
            min(self._texts(iri, curie), key=str, default=None) for curie in PAIR.split("+")
        )
        if value is not None and unit is not None:
            yield Literal(f"{value.value} {unit.value}")

    def _texts(self, iri: IRI, curie: str) -> Iterator[Literal]:
        """The texts of a property of a resource of the dataset."""
        if iri.value.startswith(self._resource_start):
            for triple in self._store.triples(iri, self._v(curie)):
                if isinstance(triple.object, Literal):
                    yield triple.object

    def _starts(self, store: Store, subjects: set[IRI], steps: Path, last_step: str) -> set[IRI]:
        """The resources from which a path leads to subjects of its last step."""
        reached = subjects
        if last_step.endswith("*"):
            reached = self._sources(store, reached, last_step)
        for step in reversed(steps):
            reached = self._sources(store, reached, step)
        return reached

    def _sources(self, store: Store, values: set[IRI], curie: str) -> set[IRI]:
        """The resources from which a step leads to one of some values."""
        predicate = self._v(curie.removesuffix("*"))
        follows_any_number = curie.endswith("*")
        sources: set[IRI] = set(values) if follows_any_number else set()
        to_follow = list(values)
        while to_follow:
            for triple in store.triples(None, predicate, to_follow.pop()):
                source = triple.subject
                if isinstance(source, IRI) and source not in sources:
                    sources.add(source)
                    if follows_any_number:
                        to_follow.append(source)
        return sources

    def _rows_of_kind(self, kind: str) -> BitMap:
        """The rows of a kind, which follow each other."""
        members = self.members[kind]
        start = self.row_of[members[0]] if members else 0
        return BitMap(range(start, start + len(members)))


def _address(iri: IRI) -> str:
    return iri.value


def _followed(
    start: IRI, curie: str, links: Callable[[IRI], Iterable[IRI | Literal] | None]
) -> Iterable[IRI | Literal]:
    """The values that a step of a path leads to from a resource.

    Those of a step with `*` include the resource.
    """
    if not curie.endswith("*"):
        return links(start) or ()
    reached = {start}
    to_follow = [start]
    while to_follow:
        targets = links(to_follow.pop()) or ()
        new_targets = {target for target in targets if isinstance(target, IRI)} - reached
        reached |= new_targets
        to_follow += new_targets
    return reached
