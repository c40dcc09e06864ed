"""The reference data as the reader of documents knows it: names, titles of objectives, SDG targets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from gcmgraph.model.terms import IRI, Literal, Quad, Vocabulary
from gcmgraph.names import Gazetteer
from gcmgraph.namespaces import Addresses


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
        v = Vocabulary(addresses)
        objective = addresses.thing("objective", "")
        titles = [
            (int(quad.subject.value[len(objective) :]), quad.object)
            for quad in quads
            if isinstance(quad.subject, IRI)
            and quad.subject.value.startswith(objective)
            and quad.predicate in {v("skos:prefLabel"), v("skos:altLabel")}
            and isinstance(quad.object, Literal)
        ]
        sdg = addresses.thing("sdg", "")
        return cls(
            Gazetteer.from_quads(quads, v, ("gcm:Organisation", "gcm:Country")),
            Gazetteer.of_places(quads, v),
            Gazetteer.of_cities(quads, v),
            Gazetteer.from_quads(quads, v, ("gcm:LegalInstrument",)),
            tuple(titles),
            frozenset(
                quad.subject.value[len(sdg) :]
                for quad in quads
                if quad.predicate == v("rdf:type")
                and quad.object == v("gcm:SdgTarget")
                and isinstance(quad.subject, IRI)
            ),
            frozenset(
                quad.subject
                for quad in quads
                if quad.object == v("gcm:SourceDocument") and isinstance(quad.subject, IRI)
            ),
            {
                (quad.subject.value[len(sdg) :], quad.object.language): quad.object.value
                for quad in quads
                if quad.predicate == v("skos:definition")
                and isinstance(quad.subject, IRI)
                and quad.subject.value.startswith(sdg)
                and isinstance(quad.object, Literal)
                and quad.object.language
            },
        )
