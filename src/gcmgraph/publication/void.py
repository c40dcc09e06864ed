"""What the dataset holds, counted, for machines (https://www.w3.org/TR/void/)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from gcmgraph.model.terms import IRI, Literal, Triple, Vocabulary, text, typed
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.store.port import Store

#: Counts over the union of all graphs, which is what a query without GRAPH sees.
_COUNTS = """SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?distinctSubjects)
  (COUNT(DISTINCT ?p) AS ?properties) (COUNT(DISTINCT ?o) AS ?distinctObjects) WHERE { ?s ?p ?o }"""
_CLASSES = "SELECT ?term (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?term } GROUP BY ?term"
_PROPERTIES = "SELECT ?term (COUNT(*) AS ?n) WHERE { ?s ?term ?o } GROUP BY ?term"

#: The name of the dataset, the same in every language.
TITLE = "GCM Graph"
_TITLES = ((TITLE, "en"), (TITLE, "fr"))
_DESCRIPTIONS = (
    ("The UN Global Compact for Safe, Orderly and Regular Migration as linked data.", "en"),
    ("Le Pacte mondial des Nations Unies pour des migrations sûres, ordonnées et régulières, en données liées.", "fr"),
)
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def describe_dataset(
    store: Store, addresses: Addresses, version: str, graph_sizes: Mapping[str, int]
) -> Iterator[Triple]:
    """The VoID description of `{base}dataset` as it stands in a store: counts, classes, properties, graphs."""
    v = Vocabulary(addresses)
    dataset, a = IRI(f"{addresses.base}dataset"), v("rdf:type")
    yield Triple(IRI(f"{addresses.base}.well-known/void"), a, v("void:DatasetDescription"))
    yield Triple(IRI(f"{addresses.base}.well-known/void"), v("foaf:primaryTopic"), dataset)
    yield Triple(dataset, a, v("void:Dataset"))
    for words, language in _TITLES:
        yield Triple(dataset, v("dct:title"), text(words, language))
    for words, language in _DESCRIPTIONS:
        yield Triple(dataset, v("dct:description"), text(words, language))
    yield Triple(dataset, v("dct:license"), IRI(LICENCE))
    yield Triple(dataset, v("dct:hasVersion"), Literal(version))
    yield Triple(dataset, v("void:sparqlEndpoint"), IRI(f"{addresses.base}sparql"))
    yield Triple(dataset, v("void:uriSpace"), Literal(f"{addresses.base}id/"))
    yield Triple(dataset, v("void:exampleResource"), IRI(addresses.thing("objective", "9")))
    for local in ("Turtle", "JSON-LD", "RDF_XML", "N-Triples"):
        yield Triple(dataset, v("void:feature"), IRI(f"http://www.w3.org/ns/formats/{local}"))
    yield from _counts(store, v, dataset)
    yield from _partitions(store, v, dataset, _CLASSES, "class", "entities")
    yield from _partitions(store, v, dataset, _PROPERTIES, "property", "triples")
    yield from _vocabularies(store, v, dataset, addresses)
    for name, size in sorted(graph_sizes.items()):
        yield Triple(dataset, v("void:subset"), IRI(name))
        yield Triple(IRI(name), a, v("void:Dataset"))
        yield Triple(IRI(name), v("void:triples"), typed(str(size), "integer"))


def _counts(store: Store, v: Vocabulary, dataset: IRI) -> Iterator[Triple]:
    (row,) = store.select(_COUNTS).rows
    for name, count in sorted(row.items()):
        yield Triple(dataset, v(f"void:{name}"), count)


def _partitions(store: Store, v: Vocabulary, dataset: IRI, query: str, kind: str, counted: str) -> Iterator[Triple]:
    for row in store.select(query).rows:
        term = row.get("term")
        if not isinstance(term, IRI):
            continue
        part = IRI(f"{dataset.value}#{kind}-{hashlib.sha256(term.value.encode()).hexdigest()[:12]}")
        yield Triple(dataset, v(f"void:{kind}Partition"), part)
        yield Triple(part, v(f"void:{kind}"), term)
        yield Triple(part, v(f"void:{counted}"), row["n"])


def _vocabularies(store: Store, v: Vocabulary, dataset: IRI, addresses: Addresses) -> Iterator[Triple]:
    used = {row["term"].value for row in store.select(_PROPERTIES).rows if isinstance(row.get("term"), IRI)}
    for namespace in sorted({addresses.ontology, *PREFIXES.values()}):
        if any(term.startswith(namespace) for term in used):
            yield Triple(dataset, v("void:vocabulary"), IRI(namespace))
