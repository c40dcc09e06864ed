"""Attribution of what others made: producer, edition, licence and unit, as the graph states them.

Figures, evaluations, treaties, documents and the texts of the Compact are works of others, which
this graph publishes. Every page, file, picture and citation takes their attribution from here. What
no work of another holds, such as a practice, is the editors'.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gcmgraph.publication.descriptions import ResourceValues
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Vocabulary
from gcmgraph.store.port import Store

#: Classes of works of others.
WORKS = ("qb:DataSet", "gcm:Evaluation", "gcm:LegalInstrument", "gcm:SourceDocument", "gcm:Pledge")

#: Properties from a part of a work to the work: of a figure, and of a passage.
_PART_OF = ("qb:dataSet", "oa:hasSource")

#: The work that has the objectives as its text.
_COMPACT = "instrument:gcm"

#: Properties of a work for its producers and for its edition, the first that it has.
_PRODUCERS = ("dct:publisher", "eli:passed_by", "dct:rightsHolder", "gcm:pledgedBy")
_EDITIONS = ("dct:issued", "schema:datePublished", "eli:date_document")

#: A licence of Creative Commons, with its name in the address.
_COMMONS = re.compile(r"https://creativecommons\.org/licenses/([a-z-]+)/([0-9.]+)/(?:([a-z]+)/)?")


@dataclass(frozen=True)
class Attribution:
    """Producers, edition, terms and unit of a work; empty where the graph does not state them."""

    work: IRI
    producers: tuple[IRI, ...]
    #: day, month or year of the producer's edition
    edition: Literal | None
    licence: IRI | None
    #: a sentence on the rights in languages, where there is no licence
    rights: tuple[Literal, ...]
    #: the unit of figures
    unit: IRI | None


def attribution(store: Store, addresses: Addresses, iri: IRI) -> Attribution | None:
    """The attribution of a work of others or of its part; None for what the editors made."""
    v = Vocabulary(addresses)
    work = _work(store, v, iri)
    if work is None:
        return None
    stated = ResourceValues(store, v, work)
    producers = next(filter(None, map(stated.iris, _PRODUCERS)), ())
    editions = next(filter(None, map(stated.texts, _EDITIONS)), ())
    licence = stated.iri("dct:license")
    rights = () if licence else stated.texts("dct:rights") or _rights_of_graphs(store, v, work)
    unit = stated.iri("sdmx-attribute:unitMeasure")
    return Attribution(work, producers, next(iter(editions), None), licence, rights, unit)


def _work(store: Store, v: Vocabulary, iri: IRI) -> IRI | None:
    """The work that a resource is, or is part of."""
    stated = ResourceValues(store, v, iri)
    if _is_work(v, stated):
        return iri
    whole = next(filter(None, map(stated.iri, _PART_OF)), None)
    if v("gcm:Objective") in stated.iris("rdf:type"):
        whole = v(_COMPACT)
    return whole if whole and _is_work(v, ResourceValues(store, v, whole)) else None


def _is_work(v: Vocabulary, stated: ResourceValues) -> bool:
    types = stated.iris("rdf:type")
    return any(v(curie) in types for curie in WORKS)


def _rights_of_graphs(store: Store, v: Vocabulary, work: IRI) -> tuple[Literal, ...]:
    """The rights in the lists that a work is from."""
    graphs = {quad.graph_name for quad in store.quads(work, v("rdf:type"))}
    lists = sorted(
        (graph for graph in graphs if isinstance(graph, IRI)), key=lambda graph: graph.value
    )
    return ResourceValues(store, v, *lists).texts("dct:rights") if lists else ()


def licence_name(licence: IRI) -> str:
    """The short name of a licence, such as CC BY 3.0 IGO; else its address."""
    parts = _COMMONS.fullmatch(licence.value)
    return f"CC {' '.join(filter(None, parts.groups()))}".upper() if parts else licence.value
