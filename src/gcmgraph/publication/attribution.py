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
    values = ResourceValues(store, v, work)
    editions = next(filter(None, map(values.texts, _EDITIONS)), ())
    licence = values.iri("dct:license")
    rights: tuple[Literal, ...] = ()
    if licence is None:
        rights = values.texts("dct:rights") or _rights_of_graphs(store, v, work)
    return Attribution(
        work=work,
        producers=next(filter(None, map(values.iris, _PRODUCERS)), ()),
        edition=next(iter(editions), None),
        licence=licence,
        rights=rights,
        unit=values.iri("sdmx-attribute:unitMeasure"),
    )


def _work(store: Store, v: Vocabulary, iri: IRI) -> IRI | None:
    """The work that a resource is, or is part of."""
    values = ResourceValues(store, v, iri)
    if _is_work(v, values):
        return iri
    whole = next(filter(None, map(values.iri, _PART_OF)), None)
    if v("gcm:Objective") in values.iris("rdf:type"):
        whole = v(_COMPACT)
    return whole if whole and _is_work(v, ResourceValues(store, v, whole)) else None


def _is_work(v: Vocabulary, values: ResourceValues) -> bool:
    types = values.iris("rdf:type")
    return any(v(curie) in types for curie in WORKS)


def _rights_of_graphs(store: Store, v: Vocabulary, work: IRI) -> tuple[Literal, ...]:
    """The rights in the lists that a work is from."""
    graphs = {quad.graph_name for quad in store.quads(work, v("rdf:type"))}
    named = (graph for graph in graphs if isinstance(graph, IRI))
    lists = sorted(named, key=lambda graph: graph.value)
    return ResourceValues(store, v, *lists).texts("dct:rights") if lists else ()


def licence_name(licence: IRI) -> str:
    """The short name of a licence, such as CC BY 3.0 IGO; else its address."""
    match = _COMMONS.fullmatch(licence.value)
    if match is None:
        return licence.value
    return " ".join(filter(None, ("CC", *match.groups()))).upper()
