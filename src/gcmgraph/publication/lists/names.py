"""The names and codes of the things of one dataset version, read from its list file a page at a time.

`Labels` asks the store for one thing at a time. Lists name hundreds of things on a page, which a remote store would
answer one request after another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

from gcmgraph.model.terms import IRI, Literal, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.file import ListFile
from gcmgraph.publication.lists.records import Named
from gcmgraph.publication.naming.labels import Label

#: Things whose names are held, about 1 kB each: more than the largest page names.
MOST_HELD = 5_000


_NAMELESS = Named()


class Names:
    """What things under `{base}id/` are called."""

    def __init__(self, file: ListFile, addresses: Addresses) -> None:
        self._file = file
        self._addresses = addresses
        self._vocabulary = Vocabulary(addresses)
        self._held: dict[str, Named] = {}

    def fetch(self, iris: Iterable[IRI]) -> None:
        """Read the names of things that are asked for next, all at once."""
        self._read({iri.value for iri in iris if iri.value not in self._held})

    def hold(self, named: Mapping[str, Named]) -> None:
        """Keep names that were read already, by IRI; when they become too many, those from before go."""
        if len(self._held) + len(named) > MOST_HELD:
            self._held = {}
        self._held.update(named)

    def __contains__(self, iri: IRI) -> bool:
        """Whether a thing has a name or a code."""
        return bool(self._of(iri))

    def of(self, iri: IRI, language: str) -> Label:
        """The name of a thing, else its code, else its address."""
        return self._of(iri).label(language) or Label(self._addresses.compress(iri.value) or iri.value)

    def statements(self, iri: IRI) -> Iterable[tuple[IRI, Literal]]:
        """The statements that name a thing: property and text."""
        named = self._of(iri)
        return [(self._vocabulary(named.naming), text) for text in named.texts] if named.naming else []

    def notation(self, iri: IRI) -> str | None:
        """The code of a thing (`skos:notation`)."""
        return self._of(iri).notation

    def _of(self, iri: IRI) -> Named:
        held = self._held.get(iri.value)
        return held if held is not None else self._read({iri.value})[iri.value]

    def _read(self, iris: Set[str]) -> dict[str, Named]:
        found = {thing.iri.value: thing.named for thing in self._file.find(iris)} if iris else {}
        named = {iri: found.get(iri, _NAMELESS) for iri in iris}
        self.hold(named)
        return named
