"""Counts of a dataset version, stored beside its index."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec

from gcmgraph.manifests import flaw_of
from gcmgraph.model.terms import IRI, Literal, Term, Triple, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.store.port import DEFAULT_GRAPH_STAND_IN, Store

#: File beside the index of a version. The number is that of the format.
STATISTICS = "figures-1.json"

_TRIPLES = """SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)
    WHERE { ?s ?p ?o }"""
_GRAPHS = "SELECT ?term (COUNT(*) AS ?n) WHERE { GRAPH ?term { ?s ?p ?o } } GROUP BY ?term"
_CLASSES = "SELECT ?term (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?term } GROUP BY ?term"
_PROPERTIES = "SELECT ?term (COUNT(*) AS ?n) WHERE { ?s ?term ?o } GROUP BY ?term"

#: Properties whose texts are counted by language.
_LABELS = ("skos:prefLabel", "dct:title", "dct:description")


@dataclass(frozen=True)
class Statistics:
    """Counts of one version. `quads` and `graphs` count quads, the others distinct triples of the union graph."""

    quads: int
    triples: int
    subjects: int
    objects: int
    #: IRI of each graph to its number of triples
    graphs: dict[str, int]
    #: IRI of each class to its number of instances
    classes: dict[str, int]
    #: IRI of each property to its number of triples
    properties: dict[str, int]
    #: language of labels (BCP 47, without region) to its number of labels
    languages: dict[str, int]

    @classmethod
    def of(cls, store: Store, addresses: Addresses) -> Statistics:
        """Count the contents of a store."""
        (row,) = store.select(_TRIPLES).rows
        v = Vocabulary(addresses)
        labels = (triple.object for curie in _LABELS for triple in store.triples(predicate=v(curie)))
        return cls(
            quads=len(store),
            triples=_number(row["triples"]),
            subjects=_number(row["subjects"]),
            objects=_number(row["objects"]),
            graphs=_grouped(store, _GRAPHS),
            classes=_grouped(store, _CLASSES),
            properties=_grouped(store, _PROPERTIES),
            languages=dict(Counter(tag for label in labels if (tag := _language(label)))),
        )

    @classmethod
    def read(cls, folder: Path) -> Statistics | None:
        """Read the statistics of the version in `folder`; None if there is no valid file."""
        if flaw_of(folder, STATISTICS):
            return None
        try:
            return msgspec.json.decode((folder / STATISTICS).read_bytes(), type=cls)
        except (OSError, msgspec.DecodeError):
            return None

    def write(self, folder: Path) -> None:
        """Write the file into the folder of a version."""
        (folder / STATISTICS).write_text(json.dumps(asdict(self), indent=1), "utf-8")

    def summary(self, version: str, addresses: Addresses) -> str:
        """The counts of graphs and classes as lines of text, for the report of a build."""
        names, ontology = {DEFAULT_GRAPH_STAND_IN: "(default graph)"}, addresses.ontology
        graphs = sorted((names.get(iri, iri.removeprefix(addresses.base)), n) for iri, n in self.graphs.items())
        classes = sorted((f"gcm:{c[len(ontology) :]}", n) for c, n in self.classes.items() if c.startswith(ontology))
        lines = [f"Dataset {version}: {self.quads:,} triples in {len(graphs)} graphs"]
        for heading, counts in (("Triples per graph", graphs), ("Things per class", classes)):
            lines += ["", heading, *(f"  {count:>9,}  {name}" for name, count in counts)]
        return "\n".join(lines)


def _grouped(store: Store, query: str) -> dict[str, int]:
    return {row["term"].value: _number(row["n"]) for row in store.select(query).rows if isinstance(row["term"], IRI)}


def _language(label: Term | Triple) -> str | None:
    return label.language.split("-", 1)[0] if isinstance(label, Literal) and label.language else None


def _number(term: Term) -> int:
    return int(term.value) if isinstance(term, Literal) else 0
