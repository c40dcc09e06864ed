"""The names and codes of the things of one dataset version, read from its list file a page at a time.

`Labels` asks the store for one thing at a time. Lists name hundreds of things on a page, which a remote store would
answer one request after another.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gcmgraph.model.terms import IRI, Literal, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.naming.labels import Label, choose

if TYPE_CHECKING:
    from gcmgraph.publication.lists.file import ListFile

#: Things whose names are held, about 1 kB each: more than the largest page names.
MOST_HELD = 5_000


@dataclass(frozen=True)
class Named:
    """What a thing is called: the texts of the property that names it best (a CURIE), and its code."""

    naming: str | None = None
    texts: tuple[Literal, ...] = ()
    notation: str | None = None

    def __bool__(self) -> bool:
        """Whether there is a name or a code."""
        return self.naming is not None or self.notation is not None

    def label(self, language: str) -> Label | None:
        """The name, else the code; None where there is neither."""
        if (found := choose(self.texts, language)) is not None:
            return Label(found.value, found.language)
        return Label(self.notation) if self.notation else None

    def to_json(self) -> str:
        """As it is kept in a list file."""
        texts = [literal_parts(text) for text in self.texts]
        return json.dumps([self.naming, texts, self.notation], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, written: str) -> Named:
        """What `to_json` wrote."""
        naming, texts, notation = json.loads(written)
        return cls(naming, tuple(literal_of(*text) for text in texts), notation)


def literal_parts(literal: Literal) -> tuple[str, str | None, str | None]:
    """A literal as JSON can hold it: its text, and its language or its datatype."""
    return literal.value, literal.language, None if literal.language else literal.datatype.value


def literal_of(value: str, language: str | None, datatype: str | None) -> Literal:
    """The literal of its parts."""
    if language is not None:
        return Literal(value, language=language)
    return Literal(value, datatype=IRI(datatype)) if datatype is not None else Literal(value)


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
