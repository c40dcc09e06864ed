"""VoID description of the dataset (https://www.w3.org/TR/void/)."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping

from gcmgraph.model.terms import IRI, Literal, Triple, Vocabulary, text, typed
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.publication.versions.downloads import Download
from gcmgraph.publication.versions.statistics import Statistics
from gcmgraph.translations.languages import DATA_LANGUAGES
from gcmgraph.translations.messages import Message

#: Name of the dataset in every language.
TITLE = "GCM Graph"
_DESCRIPTION = Message("The UN Global Compact for Safe, Orderly and Regular Migration as linked data.")
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def describe_dataset(
    statistics: Statistics,
    addresses: Addresses,
    version: str,
    link_sets: Collection[Triple] = (),
    dumps: Iterable[Download] = (),
    endpoint: str | None = None,
    partitions: Iterable[Triple] = (),
) -> Iterator[Triple]:
    """The VoID description of `{base}dataset`: counts, classes, properties, graphs, downloads.

    `link_sets` are the VoID statements about link sets (`LinkSets.in_void`); `endpoint` is the URL of the SPARQL
    endpoint, `{base}sparql` unless given; `partitions` are those of the version (`graph/void`).
    """
    v = Vocabulary(addresses)
    dataset, a = IRI(f"{addresses.base}dataset"), v("rdf:type")
    yield Triple(IRI(f"{addresses.base}.well-known/void"), a, v("void:DatasetDescription"))
    yield Triple(IRI(f"{addresses.base}.well-known/void"), v("foaf:primaryTopic"), dataset)
    yield Triple(dataset, a, v("void:Dataset"))
    for language in DATA_LANGUAGES:
        yield Triple(dataset, v("dct:title"), text(TITLE, language))
    for language, words in _DESCRIPTION.texts().items():
        yield Triple(dataset, v("dct:description"), text(words, language))
    yield Triple(dataset, v("dct:license"), IRI(LICENCE))
    yield Triple(dataset, v("owl:versionInfo"), Literal(version))
    yield Triple(dataset, v("void:sparqlEndpoint"), IRI(endpoint or f"{addresses.base}sparql"))
    yield Triple(dataset, v("void:uriSpace"), Literal(f"{addresses.base}id/"))
    yield Triple(dataset, v("void:exampleResource"), IRI(addresses.thing("objective", "9")))
    for local in ("Turtle", "JSON-LD", "RDF_XML", "N-Triples"):
        yield Triple(dataset, v("void:feature"), IRI(f"http://www.w3.org/ns/formats/{local}"))
    for name, count in _counts(statistics).items():
        yield Triple(dataset, v(f"void:{name}"), typed(str(count), "integer"))
    for kind, counted, counts in (
        ("class", "entities", statistics.classes),
        ("property", "triples", statistics.properties),
    ):
        yield from _partitions(v, dataset, kind, counted, counts)
    for namespace in sorted({addresses.ontology, *PREFIXES.values()}):
        if any(term.startswith(namespace) for term in statistics.properties):
            yield Triple(dataset, v("void:vocabulary"), IRI(namespace))
    for dump in dumps:
        yield Triple(dataset, v("void:dataDump"), IRI(addresses.base + dump.path))
    yield from link_sets
    yield from partitions
    linking = {triple.subject for triple in link_sets}
    for name, size in sorted(statistics.graphs.items()):
        yield Triple(dataset, v("void:subset"), IRI(name))
        if IRI(name) not in linking:
            yield Triple(IRI(name), a, v("void:Dataset"))
        yield Triple(IRI(name), v("void:triples"), typed(str(size), "integer"))


def _counts(statistics: Statistics) -> dict[str, int]:
    return {
        "distinctObjects": statistics.objects,
        "distinctSubjects": statistics.subjects,
        "properties": len(statistics.properties),
        "triples": statistics.triples,
    }


def _partitions(v: Vocabulary, dataset: IRI, kind: str, counted: str, counts: Mapping[str, int]) -> Iterator[Triple]:
    for term, count in counts.items():
        part = IRI(f"{dataset.value}#{kind}-{hashlib.sha256(term.encode()).hexdigest()[:12]}")
        yield Triple(dataset, v(f"void:{kind}Partition"), part)
        yield Triple(part, v(f"void:{kind}"), IRI(term))
        yield Triple(part, v(f"void:{counted}"), typed(str(count), "integer"))
