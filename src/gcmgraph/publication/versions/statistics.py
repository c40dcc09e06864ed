"""Counts of one dataset version, which are stored beside its index."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec

from gcmgraph.platform.file_states import flaw_of
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Term, Vocabulary
from gcmgraph.store.port import DEFAULT_GRAPH_STAND_IN, Store

#: File beside the index of a version. The number is that of the format.
STATISTICS = "figures-1.json"

_TRIPLES = """SELECT (COUNT(*) AS ?triples)
    (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)
    WHERE { ?s ?p ?o }"""
_GRAPHS = "SELECT ?term (COUNT(*) AS ?n) WHERE { GRAPH ?term { ?s ?p ?o } } GROUP BY ?term"
_CLASSES = "SELECT ?term (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?term } GROUP BY ?term"
_PROPERTIES = "SELECT ?term (COUNT(*) AS ?n) WHERE { ?s ?term ?o } GROUP BY ?term"

#: Properties whose texts are counted by language.
_LABELS = ("skos:prefLabel", "dct:title", "dct:description")

#: Local names of the classes that a summary counts.
_MAIN_CLASSES = ("Practice", "Action", "Organisation", "Evaluation")


@dataclass(frozen=True)
class Statistics:
    """Counts of one version.

    `quads` and `graphs` count quads, the others distinct triples of the union graph.
    """

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
        (totals,) = store.select(_TRIPLES).rows
        return cls(
            quads=len(store),
            triples=_number(totals["triples"]),
            subjects=_number(totals["subjects"]),
            objects=_number(totals["objects"]),
            graphs=_counts_by_iri(store, _GRAPHS),
            classes=_counts_by_iri(store, _CLASSES),
            properties=_counts_by_iri(store, _PROPERTIES),
            languages=_labels_by_language(store, addresses),
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
        """The numbers of triples, graphs and main resources in a line, for a build's report."""
        counts = ", ".join(
            f"{self.classes.get(f'{addresses.ontology}{name}', 0):,} {name.lower()}s"
            for name in _MAIN_CLASSES
        )
        return f"Dataset {version}: {self.quads:,} triples in {len(self.graphs)} graphs; {counts}"

    def counts(self, addresses: Addresses) -> str:
        """The counts of graphs and classes as lines of text."""
        graphs = {}
        for iri, count in self.graphs.items():
            is_default = iri == DEFAULT_GRAPH_STAND_IN
            graphs["(default graph)" if is_default else iri.removeprefix(addresses.base)] = count
        classes = {}
        for iri, count in self.classes.items():
            if iri.startswith(addresses.ontology):
                classes[f"gcm:{iri.removeprefix(addresses.ontology)}"] = count
        lines = [
            *_table("Triples per graph", graphs),
            *_table("Resources per class", classes),
        ]
        return "\n".join(lines)


def _table(heading: str, counts: dict[str, int]) -> list[str]:
    rows = (f"  {count:>9,}  {name}" for name, count in sorted(counts.items()))
    return ["", heading, *rows]


def _labels_by_language(store: Store, addresses: Addresses) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for curie in _LABELS:
        for triple in store.triples(predicate=Vocabulary(addresses)(curie)):
            label = triple.object
            if isinstance(label, Literal) and label.language:
                counts[label.language.split("-", 1)[0]] += 1
    return dict(counts)


def _counts_by_iri(store: Store, query: str) -> dict[str, int]:
    return {
        row["term"].value: _number(row["n"])
        for row in store.select(query).rows
        if isinstance(row["term"], IRI)
    }


def _number(term: Term) -> int:
    return int(term.value) if isinstance(term, Literal) else 0
