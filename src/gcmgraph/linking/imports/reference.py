"""Reference data by name and code, for readers of imported files; files, options and statements of an import."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from gcmgraph.model.terms import IRI, Literal, Quad, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository, ontology_terms
from gcmgraph.repository.tables import read_tables
from gcmgraph.text import fold_name

#: Properties that name a country or an organisation.
_NAMES = ("skos:prefLabel", "skos:altLabel", "gcm:formalName")


@dataclass(frozen=True)
class PublishedFile:
    """A file: name, location for messages, content."""

    name: str
    where: str
    data: bytes


@dataclass(frozen=True)
class ImportOptions:
    """Options of an import: the date of a list (ISO 8601), and names to leave out of it."""

    as_of: str | None = None
    left_out: tuple[str, ...] = ()


NO_OPTIONS = ImportOptions()


@dataclass(frozen=True)
class ImportedStatements:
    """The statements of files, and notes for the operator, in English."""

    quads: tuple[Quad, ...]
    notes: tuple[str, ...] = ()
    #: statements about the graph, in graph/provenance
    provenance: tuple[Quad, ...] = ()


class ReferenceIndex:
    """Statements of the reference tables by subject and property, with lookups."""

    def __init__(self, quads: Iterable[Quad], addresses: Addresses, repository: Repository) -> None:
        self.addresses, self.repository = addresses, repository
        self._v = Vocabulary(addresses)
        self._values: dict[tuple[IRI, IRI], set[object]] = defaultdict(set)
        for quad in quads:
            if isinstance(quad.subject, IRI):
                self._values[quad.subject, quad.predicate].add(quad.object)
        self.countries = self._of_type("gcm:Country")
        self._named: dict[str, set[IRI]] = defaultdict(set)
        #: legal instruments by their number (`skos:notation`), such as XVIII-12-b
        self.instruments: dict[str, IRI] = {
            code: iri for iri in self._of_type("gcm:LegalInstrument") for code in self.texts(iri, "skos:notation")
        }
        for iri in (*self.countries, *self._of_type("gcm:Organisation")):
            for name in (name for curie in _NAMES for name in self.texts(iri, curie, "en")):
                self._named[fold_name(name)].add(iri)

    @classmethod
    def of(cls, repository: Repository, addresses: Addresses) -> Self:
        """Read the reference tables. Raises `DataError`."""
        tables = read_tables(repository.reference, addresses, ontology_terms(repository, addresses))
        return cls((quad for table in tables for quad in table.quads), addresses, repository)

    def values(self, iri: IRI, curie: str) -> set[object]:
        """The values of a property of a resource."""
        return self._values.get((iri, self._v(curie)), set())

    def texts(self, iri: IRI, curie: str, language: str | None = None) -> list[str]:
        """The texts of a property of a resource in a language (None: without language), sorted."""
        found = self.values(iri, curie)
        return sorted(t.value for t in found if isinstance(t, Literal) and t.language == language)

    def named(self, name: str) -> tuple[IRI, ...]:
        """The countries and organisations with this English name, regardless of case, accents and punctuation."""
        return tuple(sorted(self._named.get(fold_name(name), ()), key=str))

    def differences(self, quads: Collection[Quad], curies: Iterable[str]) -> Iterator[str]:
        """Notes on values of some properties (IRIs, English texts) of which the tables have others."""
        stated: dict[tuple[object, IRI], set[object]] = defaultdict(set)
        for quad in quads:
            stated[quad.subject, quad.predicate].add(quad.object)
        subjects = dict.fromkeys(quad.subject for quad in quads if isinstance(quad.subject, IRI))
        for iri, curie in ((iri, curie) for iri in subjects for curie in curies):
            ours = {t for t in self.values(iri, curie) if getattr(t, "language", "en") == "en"}
            theirs = stated.get((iri, self._v(curie)), set())
            if ours != theirs and (theirs or curie != "skos:prefLabel"):
                values = f"{curie} is {_short(theirs)} in the file, {_short(ours)} in ours"
                yield f"{_short([iri])}: {values}; the file holds."

    def _of_type(self, curie: str) -> tuple[IRI, ...]:
        a, cls = self._v("rdf:type"), self._v(curie)
        return tuple(sorted((s for (s, p), v in self._values.items() if p == a and cls in v), key=str))


def _short(terms: Iterable[object]) -> str:
    return ", ".join(sorted(str(getattr(term, "value", "")).rpartition("/")[2] for term in terms)) or "none"
