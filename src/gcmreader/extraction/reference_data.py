"""Prior knowledge of the reader: names, titles and texts of the reference data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from gcmgraph.lexicon.names_in_texts import Gazetteer
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad, Vocabulary


@dataclass(frozen=True)
class ReferenceData:
    """Prior knowledge of the reader, all of it from the reference data."""

    names: Gazetteer
    #: places within countries, each as a name of its country
    places: Gazetteer
    #: cities that act as organisations, by the names of their towns
    cities: Gazetteer
    instruments: Gazetteer
    #: titles of objectives by number: as written, with language
    titles: tuple[tuple[int, Literal], ...]
    targets: frozenset[str]
    #: the documents that the reference data describes
    documents: frozenset[IRI] = frozenset()
    #: the United Nations' texts of SDG targets by code and language, where they were imported
    target_texts: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, quads: Iterable[Quad], addresses: Addresses) -> ReferenceData:
        """The reference data in a graph."""
        quads = list(quads)
        vocabulary = Vocabulary(addresses)
        objective_start = addresses.resource("objective", "")
        sdg_start = addresses.resource("sdg", "")
        title_properties = {vocabulary("skos:prefLabel"), vocabulary("skos:altLabel")}
        definition = vocabulary("skos:definition")
        sdg_target = vocabulary("gcm:SdgTarget")
        source_document = vocabulary("gcm:SourceDocument")
        titles: list[tuple[int, Literal]] = []
        targets: set[str] = set()
        documents: set[IRI] = set()
        target_texts: dict[tuple[str, str], str] = {}
        for quad in quads:
            if not isinstance(quad.subject, IRI):
                continue
            subject = quad.subject.value
            if quad.object == sdg_target:
                targets.add(subject.removeprefix(sdg_start))
            elif quad.object == source_document:
                documents.add(quad.subject)
            elif not isinstance(quad.object, Literal):
                continue
            elif quad.predicate in title_properties and subject.startswith(objective_start):
                titles.append((int(subject.removeprefix(objective_start)), quad.object))
            elif quad.predicate == definition and subject.startswith(sdg_start):
                language = quad.object.language or ""
                target_texts[subject.removeprefix(sdg_start), language] = quad.object.value
        return cls(
            names=Gazetteer.from_quads(quads, vocabulary, ("gcm:Organisation", "gcm:Country")),
            places=Gazetteer.of_places(quads, vocabulary),
            cities=Gazetteer.of_cities(quads, vocabulary),
            instruments=Gazetteer.from_quads(quads, vocabulary, ("gcm:LegalInstrument",)),
            titles=tuple(titles),
            targets=frozenset(targets),
            documents=frozenset(documents),
            target_texts=target_texts,
        )
