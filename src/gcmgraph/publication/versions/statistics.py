"""Counts of one dataset version, which are stored beside its index."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec

from gcmgraph.platform.file_states import flaw_of
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad, Term, Triple, Vocabulary
from gcmgraph.store.changed_versions import EarlierVersion
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
    def of(
        cls, store: Store, addresses: Addresses, earlier: EarlierVersion | None = None
    ) -> Statistics:
        """Count the contents of a store: where it follows an earlier version, only what changed."""
        counted = cls.read(earlier.folder) if earlier else None
        if earlier is not None and counted is not None:
            return counted._after(earlier, store, addresses)
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

    def _after(self, earlier: EarlierVersion, store: Store, addresses: Addresses) -> Statistics:
        """The counts of a version in `store` that follows the counted one."""
        change = earlier.change
        new = {quad.triple for quad in change.added if not _holds(earlier.store, *quad.triple)}
        gone = {quad.triple for quad in change.removed if not _holds(store, *quad.triple)}
        subjects = {triple.subject for triple in new | gone}
        objects = {triple.object for triple in new | gone}
        subjects_now = sum(_holds(store, subject) for subject in subjects)
        subjects_before = sum(_holds(earlier.store, subject) for subject in subjects)
        objects_now = sum(_holds(store, object=value) for value in objects)
        objects_before = sum(_holds(earlier.store, object=value) for value in objects)
        return Statistics(
            quads=self.quads + len(change.added) - len(change.removed),
            triples=self.triples + len(new) - len(gone),
            subjects=self.subjects + subjects_now - subjects_before,
            objects=self.objects + objects_now - objects_before,
            graphs=_changed(self.graphs, map(_graph, change.added), map(_graph, change.removed)),
            classes=_changed(self.classes, _classes(new, addresses), _classes(gone, addresses)),
            properties=_changed(
                self.properties,
                (triple.predicate.value for triple in new),
                (triple.predicate.value for triple in gone),
            ),
            languages=_changed(
                self.languages, _languages(new, addresses), _languages(gone, addresses)
            ),
        )

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


def _holds(store: Store, *subject_and_predicate: Any, **pattern: Any) -> bool:
    """Whether a store has a triple that matches a pattern."""
    return next(store.triples(*subject_and_predicate, **pattern), None) is not None


def _changed(
    counts: dict[str, int], added: Iterable[str], removed: Iterable[str]
) -> dict[str, int]:
    """The counts above 0, with one more for each name that was added, and one less for each removed."""
    changed = Counter(counts)
    changed.update(added)
    changed.subtract(removed)
    return {name: count for name, count in changed.items() if count}


def _graph(quad: Quad) -> str:
    graph = quad.graph_name
    return graph.value if isinstance(graph, IRI) else DEFAULT_GRAPH_STAND_IN


def _classes(triples: Iterable[Triple], addresses: Addresses) -> Iterator[str]:
    """The classes that triples state, once for each instance."""
    type_property = Vocabulary(addresses)("rdf:type")
    for triple in triples:
        if triple.predicate == type_property and isinstance(triple.object, IRI):
            yield triple.object.value


def _labels_by_language(store: Store, addresses: Addresses) -> dict[str, int]:
    v = Vocabulary(addresses)
    labels = (triple for curie in _LABELS for triple in store.triples(predicate=v(curie)))
    return dict(Counter(_languages(labels, addresses)))


def _languages(triples: Iterable[Triple], addresses: Addresses) -> Iterator[str]:
    """The languages of the labels among triples, once for each label."""
    properties = set(map(Vocabulary(addresses), _LABELS))
    for triple in triples:
        label = triple.object
        if triple.predicate in properties and isinstance(label, Literal) and label.language:
            yield label.language.split("-", 1)[0]


def _counts_by_iri(store: Store, query: str) -> dict[str, int]:
    return {
        row["term"].value: _number(row["n"])
        for row in store.select(query).rows
        if isinstance(row["term"], IRI)
    }


def _number(term: Term) -> int:
    return int(term.value) if isinstance(term, Literal) else 0
