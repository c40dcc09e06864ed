"""Creation of the list file of a version from its store, in one pass over each property; ties of organisations.

Two organisations are tied by the practices in which both take part; the weight of a tie is their number. A practice
counts once where it or any of its parts ties them. In the file:

    partners  organisations with ties: number, IRI, sum of the weights of the ties
    ties      numbers of two organisations, in both directions, and the weight
    crowded   places of practices that tie nobody, since they have more than `MAX_ORGANISATIONS` organisations
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import chain, combinations
from pathlib import Path

from pyroaring import BitMap

from gcmgraph.kinds import KINDS
from gcmgraph.model.terms import IRI, Literal, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.facets import PAIR, PATHS, TAKING_PART
from gcmgraph.publication.lists.file import ANY_LANGUAGE, BY_ADDRESS, FILE, ListFile, ResourceNames
from gcmgraph.publication.naming.labels import LABEL_PROPERTIES, objective_apart
from gcmgraph.store.port import Store
from gcmgraph.text import fold_words, natural

#: Sort key of resources: code (for kinds ordered by code), folded title, title, IRI.
TitleKey = tuple[list[tuple[int, str]], str, str, str]

_BY_TITLE = frozenset({"country", "concept", "practice"})


def write_lists(folder: Path, store: Store, addresses: Addresses) -> None:
    """Write the list file of a version into `folder`."""
    make_lists(store, addresses, folder / FILE)


def make_lists(store: Store, addresses: Addresses, file: Path | None = None) -> ListFile:
    """Create a list file from a store; in memory if `file` is None."""
    made = ListFile.create(file, addresses)
    reader = _StoreReader(store, addresses)
    start = len(f"{addresses.base}id/")
    made.connection.executemany(
        "INSERT INTO things VALUES (?, ?, ?)",
        (
            (place, iri.value[start:], reader.named.get(iri, ResourceNames()).to_json())
            for place, iri in enumerate(reader.iris, start=1)
        ),
    )
    for kind, members in reader.members.items():
        places = BitMap(reader.place[iri] for iri in members)
        made.put_kind(kind, places)
        for path in PATHS[kind]:
            made.put_reached(kind, path, reader.reached(path, places))
        for name, order in _orders(members, reader.named, addresses).items():
            made.put_order(kind, name, array("I", (reader.place[iri] for iri in order)))
    write_ties(made)
    made.connection.commit()
    return made


def _title_key(iri: IRI, named: ResourceNames, language: str, addresses: Addresses) -> TitleKey:
    """Sort key of a resource in a list by title."""
    label = named.label(language)
    text = label.text if label else addresses.compress(iri.value) or iri.value
    code = "" if addresses.kind_of(iri.value) in _BY_TITLE else named.notation or "~"
    return natural(code), fold_words(text) or text, text, iri.value


def _languages_of(named: ResourceNames) -> set[str]:
    """Languages of the names of a resource, without regions."""
    return {text.language.split("-", 1)[0] for text in named.texts if text.language}


def _orders(
    members: tuple[IRI, ...], named: Mapping[IRI, ResourceNames], addresses: Addresses
) -> dict[str, Iterable[IRI]]:
    names = {iri: named.get(iri, ResourceNames()) for iri in members}
    orders: dict[str, Iterable[IRI]] = {BY_ADDRESS: members}
    for language in {ANY_LANGUAGE}.union(*map(_languages_of, names.values())):
        keys = sorted(_title_key(iri, name, language, addresses) for iri, name in names.items())
        orders[language] = (IRI(iri) for *_, iri in keys)
    return orders


class _StoreReader:
    """Reader of a store, each property once. Resources are numbered from 1, by kind and address."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._addresses = addresses
        self._v = Vocabulary(addresses)
        self._start = f"{addresses.base}id/"
        self._own: dict[str, dict[IRI | Literal, BitMap]] = {}
        self._links: dict[str, dict[IRI, set[IRI]]] = {}
        self.members = {kind: read_members(store, addresses, kind) for kind in KINDS}
        self.named = self._named()
        others = self.named.keys() - {iri for members in self.members.values() for iri in members}
        self.iris = [iri for members in self.members.values() for iri in members]
        self.iris += sorted(others, key=lambda iri: iri.value)
        self.place = {iri: place for place, iri in enumerate(self.iris, start=1)}

    def reached(self, path: tuple[str, ...], among: BitMap) -> dict[IRI | Literal, BitMap]:
        """Values at the end of a property path, each with the resources of `among` that it starts from."""
        found = {value: places & among for value, places in self._own_values(path[0]).items()}
        for curie in path[1:]:
            further: dict[IRI | Literal, BitMap] = {}
            links = self._links_of(curie.removesuffix("*"))
            for value, places in found.items():
                for target in _followed(value, curie, links.get) if isinstance(value, IRI) else ():
                    further.setdefault(target, BitMap()).update(places)
            found = further
        return {value: places for value, places in found.items() if places}

    def _named(self) -> dict[IRI, ResourceNames]:
        codes: dict[IRI, str] = {}
        for iri, code in self._texts("skos:notation"):
            codes[iri] = min(code.value, codes.get(iri, code.value))
        named: dict[IRI, ResourceNames] = {}
        for curie in LABEL_PROPERTIES:
            found: dict[IRI, set[Literal]] = {}
            for iri, text in self._texts(curie):
                if iri not in named:  # no preferred property names it
                    found.setdefault(iri, set()).add(text)
            for iri, texts in found.items():
                named[iri] = ResourceNames(curie, tuple(sorted(texts, key=str)), codes.get(iri))
        for iri in filter(named.__contains__, self.members["practice"]):
            titles = [(self._v(named[iri].naming or ""), text) for text in named[iri].texts]
            if objective := objective_apart(self._store, self._addresses, titles, codes.get, iri):
                named[iri] = replace(named[iri], objective=objective)
        return {iri: ResourceNames(notation=code) for iri, code in codes.items()} | named

    def _texts(self, curie: str) -> Iterable[tuple[IRI, Literal]]:
        for triple in self._store.triples(predicate=self._v(curie)):
            iri, text = triple.subject, triple.object
            if isinstance(iri, IRI) and isinstance(text, Literal) and iri.value.startswith(self._start):
                yield iri, text

    def _own_values(self, curie: str) -> dict[IRI | Literal, BitMap]:
        """Values of a property, each with the row numbers of its subjects."""
        if curie not in self._own:
            places: dict[IRI | Literal, array[int]] = {}
            for triple in self._store.triples(predicate=self._v(curie)):
                value = triple.object
                if isinstance(triple.subject, IRI) and isinstance(value, IRI | Literal):
                    place = self.place.get(triple.subject)
                    if place is not None:
                        places.setdefault(value, array("I")).append(place)
            self._own[curie] = {value: BitMap(found) for value, found in places.items()}
        return self._own[curie]

    def _links_of(self, curie: str) -> Mapping[IRI, set[IRI] | set[Literal]]:
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
        """The texts of both values of a `PAIR` by resource."""
        values, others = (
            dict(sorted(self._texts(curie), key=lambda pair: str(pair[1]), reverse=True)) for curie in PAIR.split("+")
        )
        return {iri: {Literal(f"{value.value} {others[iri].value}")} for iri, value in values.items() if iri in others}


def _followed(
    start: IRI, curie: str, links: Callable[[IRI], Iterable[IRI | Literal] | None]
) -> Iterable[IRI | Literal]:
    """The values that a step of a path leads to from a resource; those of a step with `*` include the resource."""
    if not curie.endswith("*"):
        return links(start) or ()
    found, waiting = {start}, [start]
    while waiting:
        new = {value for value in links(waiting.pop()) or () if isinstance(value, IRI)} - found
        found |= new
        waiting += new
    return found


def read_members(store: Store, addresses: Addresses, kind: str) -> tuple[IRI, ...]:
    """The resources of a kind in a store, ordered by address. Raises `KeyError` for an unknown kind."""
    v = Vocabulary(addresses)
    found = {
        triple.subject
        for curie in KINDS[kind].classes
        for triple in store.triples(predicate=v("rdf:type"), object=v(curie))
        if isinstance(triple.subject, IRI) and addresses.kind_of(triple.subject.value) == kind
    }
    return tuple(sorted(found, key=lambda iri: iri.value))


#: A practice of more organisations ties none: it says little about collaboration, and it has too many pairs.
MAX_ORGANISATIONS = 150


def taking_part(file: ListFile) -> dict[IRI, BitMap]:
    """Organisations, each with the places of its practices."""
    together: dict[IRI, BitMap] = {}
    for path in TAKING_PART:
        for value, places in file.reached("practice", path).items():
            if isinstance(value, IRI):
                together[value] = together[value] | places if value in together else places
    return together


def write_ties(file: ListFile) -> None:
    """Write the ties that follow from the organisations and the parts of practices in a list file."""
    wholes = file.wholes()
    ties_of: dict[int, set[tuple[str, str]]] = {}
    crowded: list[tuple[int]] = []
    for place, organisations in _by_practice(taking_part(file)).items():
        if len(organisations) > MAX_ORGANISATIONS:
            crowded.append((place,))
            continue
        for counted in wholes.get(place, (place,)):
            ties_of.setdefault(counted, set()).update(combinations(organisations, 2))
    weights = Counter(chain.from_iterable(ties_of.values()))
    shared: Counter[str] = Counter()
    for pair, weight in weights.items():
        for end in pair:
            shared[end] += weight
    number = {iri: row for row, iri in enumerate(sorted(shared), start=1)}
    both = ((number[a], number[b], weight) for pair, weight in weights.items() for a, b in (pair, pair[::-1]))
    for table, columns, rows in (
        ("partners", "?, ?, ?", ((number[iri], iri, weight) for iri, weight in shared.items())),
        ("ties", "?, ?, ?", sorted(both)),
        ("crowded", "?", crowded),
    ):
        file.connection.executemany(f"INSERT INTO {table} VALUES ({columns})", rows)  # noqa: S608


def _by_practice(organisations: Mapping[IRI, BitMap]) -> dict[int, list[str]]:
    """The organisations of each practice, by place."""
    found: dict[int, list[str]] = {}
    for iri in sorted(organisations, key=lambda iri: iri.value):
        for place in organisations[iri]:
            found.setdefault(place, []).append(iri.value)
    return found
