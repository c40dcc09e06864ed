"""Names and codes of resources, read from the list file in batches.

`Labels` queries the store for each resource, which takes too many requests to a remote store for the hundreds of names
on a page of a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

from gcmgraph.model.terms import IRI, Literal, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.file import ListFile
from gcmgraph.publication.lists.records import ResourceNames
from gcmgraph.publication.naming.labels import Label

#: Limit on the cached resources, about 1 kB each: more than the largest page names.
MOST_HELD = 5_000


class NameCache:
    """Names of the resources under `{base}id/` of one dataset version."""

    def __init__(self, file: ListFile, addresses: Addresses) -> None:
        self._file = file
        self._addresses = addresses
        self._vocabulary = Vocabulary(addresses)
        self._cached: dict[str, ResourceNames] = {}

    def fetch(self, iris: Iterable[IRI]) -> None:
        """Read the names of resources that are required next, all at once."""
        self._read({iri.value for iri in iris if iri.value not in self._cached})

    def hold(self, named: Mapping[str, ResourceNames]) -> None:
        """Cache names by IRI. The cache is emptied first if it would exceed its limit."""
        if len(self._cached) + len(named) > MOST_HELD:
            self._cached = {}
        self._cached.update(named)

    def __contains__(self, iri: IRI) -> bool:
        """Whether a resource has a name or a code."""
        return bool(self._of(iri))

    def of(self, iri: IRI, language: str) -> Label:
        """The name of a resource, else its code, else its address."""
        return self._of(iri).label(language) or Label(self._addresses.compress(iri.value) or iri.value)

    def statements(self, iri: IRI) -> Iterable[tuple[IRI, Literal]]:
        """Property and text of the statements that name a resource."""
        named = self._of(iri)
        return [(self._vocabulary(named.naming), text) for text in named.texts] if named.naming else []

    def notation(self, iri: IRI) -> str | None:
        """The code of a resource (`skos:notation`)."""
        return self._of(iri).notation

    def _of(self, iri: IRI) -> ResourceNames:
        cached = self._cached.get(iri.value)
        return cached if cached is not None else self._read({iri.value})[iri.value]

    def _read(self, iris: Set[str]) -> dict[str, ResourceNames]:
        found = {thing.iri.value: thing.named for thing in self._file.find(iris)} if iris else {}
        named = {iri: found.get(iri, ResourceNames()) for iri in iris}
        self.hold(named)
        return named
