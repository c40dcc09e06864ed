"""Reference data by name and code, for readers of UN files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from gcmgraph.model.terms import IRI, Literal, Quad, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.tables import read_tables
from gcmgraph.text.folding import fold_name

#: Properties that name a country or an organisation.
_NAMES = ("skos:prefLabel", "skos:altLabel", "gcm:formalName")

#: Codes of countries.
_CODES = ("gcm:m49", "gcm:iso2", "gcm:iso3")


class ReferenceIndex:
    """Statements of the reference tables by subject and property, with lookups."""

    def __init__(self, quads: Iterable[Quad], addresses: Addresses) -> None:
        self.addresses = addresses
        self._v = Vocabulary(addresses)
        self._values: dict[tuple[IRI, IRI], set[object]] = defaultdict(set)
        for quad in quads:
            if isinstance(quad.subject, IRI):
                self._values[quad.subject, quad.predicate].add(quad.object)
        self.countries = self._of_type("gcm:Country")
        self._named: dict[str, set[IRI]] = defaultdict(set)
        self._coded: dict[tuple[str, str], IRI] = {}
        #: legal instruments by their number (`skos:notation`), such as XVIII-12-b
        self.instruments: dict[str, IRI] = {
            code: iri for iri in self._of_type("gcm:LegalInstrument") for code in self.texts(iri, "skos:notation")
        }
        for iri in (*self.countries, *self._of_type("gcm:Organisation")):
            for name in (name for curie in _NAMES for name in self.texts(iri, curie, "en")):
                self._named[fold_name(name)].add(iri)
        for country in self.countries:
            for curie in _CODES:
                self._coded.update({(curie, code): country for code in self.texts(country, curie)})

    @classmethod
    def of(cls, folder: Path, addresses: Addresses) -> Self:
        """Read the tables of a folder. Raises `DataError`."""
        return cls((quad for table in read_tables(folder, addresses) for quad in table.quads), addresses)

    def values(self, iri: IRI, curie: str) -> frozenset[object]:
        """The values of a property of a resource."""
        return frozenset(self._values.get((iri, self._v(curie)), ()))

    def texts(self, iri: IRI, curie: str, language: str | None = None) -> list[str]:
        """The texts of a property of a resource in a language (None: without language), sorted."""
        found = self.values(iri, curie)
        return sorted(t.value for t in found if isinstance(t, Literal) and t.language == language)

    def named(self, name: str) -> tuple[IRI, ...]:
        """The countries and organisations with this English name, regardless of case, accents and punctuation."""
        return tuple(sorted(self._named.get(fold_name(name), ()), key=str))

    def coded(self, curie: str, code: str) -> IRI | None:
        """The country with this code, or None."""
        return self._coded.get((curie, code))

    def _of_type(self, curie: str) -> tuple[IRI, ...]:
        a, cls = self._v("rdf:type"), self._v(curie)
        return tuple(sorted((s for (s, p), v in self._values.items() if p == a and cls in v), key=str))
