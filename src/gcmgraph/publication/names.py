"""The names and codes of all things of one dataset version, read in a few passes and kept.

`Labels` asks the store for one thing at a time. Lists name hundreds of things on a page, which a remote store would
answer one request after another.
"""

from __future__ import annotations

from collections.abc import Iterable

from gcmgraph.model.terms import IRI, Literal, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.labels import LABEL_PROPERTIES, Label, choose
from gcmgraph.store.port import Store


class Names:
    """What things under `{base}id/` are called."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._addresses = addresses
        v = Vocabulary(addresses)
        start = f"{addresses.base}id/"
        self._labels: dict[IRI, tuple[IRI, tuple[Literal, ...]]] = {}
        for curie in LABEL_PROPERTIES:
            naming, found = v(curie), dict[IRI, set[Literal]]()
            for triple in store.triples(predicate=naming):
                iri, text = triple.subject, triple.object
                if isinstance(iri, IRI) and isinstance(text, Literal) and iri.value.startswith(start):
                    found.setdefault(iri, set()).add(text)
            for iri, texts in found.items():  # a property that names a thing better has come before
                self._labels.setdefault(iri, (naming, tuple(sorted(texts, key=str))))
        self._notations: dict[IRI, str] = {}
        for triple in store.triples(predicate=v("skos:notation")):
            iri, code = triple.subject, triple.object
            if isinstance(iri, IRI) and isinstance(code, Literal) and iri.value.startswith(start):
                self._notations[iri] = min(code.value, self._notations.get(iri, code.value))

    def __contains__(self, iri: IRI) -> bool:
        """Whether a thing has a name or a code."""
        return iri in self._labels or iri in self._notations

    def of(self, iri: IRI, language: str) -> Label:
        """The name of a thing, else its code, else its address."""
        _, texts = self._labels.get(iri, (None, ()))
        if (found := choose(texts, language)) is not None:
            return Label(found.value, found.language)
        return Label(self._notations.get(iri) or self._addresses.compress(iri.value) or iri.value)

    def texts(self, iri: IRI) -> tuple[Literal, ...]:
        """The name of a thing in all its languages."""
        return self._labels.get(iri, (None, ()))[1]

    def statements(self, iri: IRI) -> Iterable[tuple[IRI, Literal]]:
        """The statements that name a thing: property and text."""
        naming, texts = self._labels.get(iri, (None, ()))
        return [(naming, text) for text in texts] if naming is not None else []

    def notation(self, iri: IRI) -> str | None:
        """The code of a thing (`skos:notation`)."""
        return self._notations.get(iri)
