"""Counts of a dataset version: `Statistics`, stored beside its index, and `Summary`, which a build reports."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from gcmgraph.manifests import flaw_of
from gcmgraph.model.terms import IRI, DefaultGraph, Literal, Quad, Term, Triple, Vocabulary
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
            return cls(**json.loads((folder / STATISTICS).read_bytes()))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, folder: Path) -> None:
        """Write the file into the folder of a version."""
        (folder / STATISTICS).write_text(json.dumps(asdict(self), indent=1), "utf-8")


@dataclass(frozen=True)
class Summary:
    """Counts of a build, for people to read."""

    version: str
    quads: int
    #: name of each graph without the base, and its number of triples; sorted
    graphs: tuple[tuple[str, int], ...]
    #: CURIE of each class of the ontology, and its number of instances; sorted
    classes: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, version: str, quads: Iterable[Quad], addresses: Addresses) -> Summary:
        """Count the quads of a dataset."""
        rdf_type = Vocabulary(addresses)("rdf:type")
        graphs: Counter[str] = Counter()
        instances: dict[str, set[object]] = {}
        for quad in quads:
            graphs[_graph_name(quad)] += 1
            if quad.predicate == rdf_type and isinstance(quad.object, IRI):
                instances.setdefault(quad.object.value, set()).add(quad.subject)
        counts = {iri: len(members) for iri, members in instances.items()}
        names = {DEFAULT_GRAPH_STAND_IN: "(default graph)"}
        ontology = addresses.ontology
        return cls(
            version,
            sum(graphs.values()),
            tuple(sorted((names.get(iri, iri.removeprefix(addresses.base)), n) for iri, n in graphs.items())),
            tuple(sorted((f"gcm:{c[len(ontology) :]}", n) for c, n in counts.items() if c.startswith(ontology))),
        )

    def text(self) -> str:
        """The counts as lines of text."""
        lines = [f"Dataset {self.version}: {self.quads:,} triples in {len(self.graphs)} graphs"]
        lines += ["", "Triples per graph"]
        lines += [f"  {count:>9,}  {name}" for name, count in self.graphs]
        lines += ["", "Things per class"]
        lines += [f"  {count:>9,}  {name}" for name, count in self.classes]
        return "\n".join(lines)


def _grouped(store: Store, query: str) -> dict[str, int]:
    return {row["term"].value: _number(row["n"]) for row in store.select(query).rows if isinstance(row["term"], IRI)}


def _graph_name(quad: Quad) -> str:
    return DEFAULT_GRAPH_STAND_IN if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name.value


def _language(label: Term | Triple) -> str | None:
    return label.language.split("-", 1)[0] if isinstance(label, Literal) and label.language else None


def _number(term: Term) -> int:
    return int(term.value) if isinstance(term, Literal) else 0
