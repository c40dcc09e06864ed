"""Incremental update of the list file for a changed version.

Only the subjects of the change and the resources with a path over a changed link are read again. A test compares the
result with a new file.
"""

from __future__ import annotations

import shutil
import sqlite3
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache, partial

from pyroaring import BitMap

from gcmgraph.errors import StoreError
from gcmgraph.model.kinds import KIND_CLASSES, kind_of
from gcmgraph.model.terms import IRI, Literal, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.build import TitleKey, followed, languages_of, pair_text, title_key, write_lists
from gcmgraph.publication.lists.facets import PAIR, PATHS
from gcmgraph.publication.lists.file import BY_ADDRESS, FILE, ListFile, Thing
from gcmgraph.publication.lists.records import ResourceNames
from gcmgraph.publication.lists.ties import write_ties
from gcmgraph.publication.naming.labels import LABEL_PROPERTIES
from gcmgraph.store.change import Change
from gcmgraph.store.port import Store
from gcmgraph.store.versions.incremental import ChangedVersion
from gcmgraph.store.versions.recorded import require_intact

#: A resource of a kind before and after a change; None if it is not of the kind.
_BeforeAfter = tuple[Thing | None, Thing | None]


def change_lists(made: ChangedVersion, addresses: Addresses) -> None:
    """Write the list file of a changed version; read the whole store if the version before has no valid file."""
    old, new = made.before_folder / FILE, made.folder / FILE
    try:
        require_intact(made.before_folder, FILE)
        shutil.copyfile(old, new)
        file = ListFile.open(new, addresses, to_write=True)
        if file is not None:
            apply(file, made.change, made.after, addresses)
            file.close()
            return
    except (FileNotFoundError, sqlite3.DatabaseError, StoreError):
        pass  # missing or damaged
    new.unlink(missing_ok=True)
    write_lists(made.folder, made.after, addresses)


def apply(file: ListFile, change: Change, after: Store, addresses: Addresses) -> None:
    """Apply a change to a list file; `after` is the changed store."""
    reader = _ResourceReader(after, addresses)
    concerned = sorted(reader.concerned(change), key=lambda iri: iri.value)
    known = {thing.iri: thing for thing in file.find(iri.value for iri in concerned)}
    members = {kind: file.of_kind(kind) for kind in KIND_CLASSES}
    changed: dict[str, list[_BeforeAfter]] = {kind: [] for kind in KIND_CLASSES}
    for iri in concerned:
        old, named, kind = known.get(iri), reader.named(iri), reader.kind(iri)
        now = file.put_thing(iri, named) if kind or named else None
        if old and now is None:
            file.remove_thing(old)
        for of_kind, pairs in changed.items():
            before = old if old and old.place in members[of_kind] else None
            if before or of_kind == kind:
                pairs.append((before, now if of_kind == kind else None))
    for kind, pairs in changed.items():
        if pairs:
            _change_places(file, kind, members[kind], pairs)
            _change_reached(file, kind, pairs, reader)
            if kind == "practice":
                write_ties(file)
            _change_orders(file, kind, pairs, addresses)
    file.connection.commit()


def _change_places(file: ListFile, kind: str, members: BitMap, pairs: list[_BeforeAfter]) -> None:
    removed, added = (BitMap(thing.place for thing in side if thing) for side in zip(*pairs, strict=True))
    file.put_kind(kind, (members - removed) | added)


def _change_reached(file: ListFile, kind: str, pairs: list[_BeforeAfter], reader: _ResourceReader) -> None:
    """Update the values of each path."""
    concerned = BitMap(thing.place for pair in pairs for thing in pair if thing)
    for path in PATHS[kind]:
        found = file.reached(kind, path)
        before = {value: places & concerned for value, places in found.items() if places.intersect(concerned)}
        now: dict[IRI | Literal, BitMap] = {}
        for thing in (after for _, after in pairs if after):
            for value in reader.reached(thing.iri, path):
                now.setdefault(value, BitMap()).add(thing.place)
        if now != before:
            for value in before.keys() | now.keys():
                found[value] = (found.get(value, BitMap()) - concerned) | now.get(value, BitMap())
            file.put_reached(kind, path, {value: places for value, places in found.items() if places})


def _change_orders(file: ListFile, kind: str, pairs: list[_BeforeAfter], addresses: Addresses) -> None:
    @cache
    def thing_at(place: int) -> Thing:
        (thing,) = file.things([place])
        return thing

    languages = {language for _, thing in pairs if thing for language in languages_of(thing.named)}
    # a new language starts with the order that was used for it so far
    orders = {name: file.order(kind, name) for name in file.order_names(kind) | languages}
    for name, order in orders.items():

        def key(thing: Thing, name: str = name) -> TitleKey | str:
            return thing.iri.value if name == BY_ADDRESS else title_key(thing.iri, thing.named, name, addresses)

        moved = [
            (before, after)
            for before, after in pairs
            if not (before and after and (name == BY_ADDRESS or before.named == after.named))
        ]
        for place in (before.place for before, _ in moved if before):
            order.remove(place)
        for thing in (after for _, after in moved if after):
            order.insert(bisect_left(order, key(thing), key=lambda place: key(thing_at(place))), thing.place)
        if moved:
            file.put_order(kind, name, order)


class _ResourceReader:
    """Reader of the data of a list file for single resources."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._addresses = addresses
        self._v = Vocabulary(addresses)
        self._start = f"{addresses.base}id/"

    def concerned(self, change: Change) -> set[IRI]:
        """The subjects of a change, and the resources with a path over a link that it changes."""
        quads = change.removed | change.added
        found = {quad.subject for quad in quads}
        for path in {path for paths in PATHS.values() for path in paths}:
            for step, curie in enumerate(path[1:], start=1):
                properties = {self._v(one) for one in curie.removesuffix("*").split("+")}
                ends: set[object] = {quad.subject for quad in quads if quad.predicate in properties}
                for back in reversed(path[: step + curie.endswith("*")]):
                    backwards = partial(self._subjects, back.removesuffix("*"))
                    ends = {term for end in ends if isinstance(end, IRI) for term in followed(end, back, backwards)}
                found |= {end for end in ends if isinstance(end, IRI)}
        return {thing for thing in found if isinstance(thing, IRI) and thing.value.startswith(self._start)}

    def kind(self, iri: IRI) -> str | None:
        """The kind of a resource, or None."""
        kind = kind_of(iri, self._addresses)
        classes = (self._v(curie) for curie in KIND_CLASSES.get(kind or "", ()))
        stated = (next(iter(self._store.triples(iri, self._v("rdf:type"), c)), None) for c in classes)
        return kind if any(stated) else None

    def named(self, iri: IRI) -> ResourceNames:
        """The names of a resource."""
        code = min((text.value for text in self._texts(iri, "skos:notation")), default=None)
        for curie in LABEL_PROPERTIES:
            if texts := set(self._texts(iri, curie)):
                return ResourceNames(curie, tuple(sorted(texts, key=str)), code)
        return ResourceNames(notation=code)

    def reached(self, iri: IRI, path: tuple[str, ...]) -> set[IRI | Literal]:
        """The values at the end of a path from a resource."""
        found = set(self._values(iri, path[0]))
        for curie in path[1:]:
            links = self._pairs if curie == PAIR else partial(self._values, curie=curie.removesuffix("*"))
            found = {
                value
                for thing in found
                if isinstance(thing, IRI)
                for value in followed(thing, curie, links)
                if isinstance(value, IRI) or curie == PAIR
            }
        return found

    def _subjects(self, curie: str, value: IRI) -> Iterator[IRI]:
        subjects = (triple.subject for triple in self._store.triples(None, self._v(curie), value))
        return (subject for subject in subjects if isinstance(subject, IRI))

    def _pairs(self, iri: IRI) -> Iterator[Literal]:
        value, other = (min(self._texts(iri, curie), key=str, default=None) for curie in PAIR.split("+"))
        if value and other:
            yield pair_text(value, other)

    def _texts(self, iri: IRI, curie: str) -> Iterator[Literal]:
        return (value for value in self._values(iri, curie) if isinstance(value, Literal))

    def _values(self, iri: IRI, curie: str) -> Iterator[IRI | Literal]:
        for triple in self._store.triples(iri, self._v(curie)):
            if isinstance(triple.object, IRI | Literal):
                yield triple.object
