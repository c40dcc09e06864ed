"""How much a dataset version holds, counted once and kept in a file beside it: what pages and catalogues tell of it.

A version that was made by changing another has the figures of the other, with what the change adds and takes.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from gcmgraph.model.terms import IRI, DefaultGraph, Literal, Quad, Term, Triple, Vocabulary
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.store.port import DEFAULT_GRAPH_STAND_IN, Store
from gcmgraph.store.versions.incremental import ChangedVersion

#: Beside the index of a version. A file of another form has another number, and one of this number is of this form.
FIGURES = "figures-1.json"

_TRIPLES = """SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)
    WHERE { ?s ?p ?o }"""
_GRAPHS = "SELECT ?term (COUNT(*) AS ?n) WHERE { GRAPH ?term { ?s ?p ?o } } GROUP BY ?term"
_CLASSES = "SELECT ?term (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?term } GROUP BY ?term"
_PROPERTIES = "SELECT ?term (COUNT(*) AS ?n) WHERE { ?s ?term ?o } GROUP BY ?term"

_RDF_TYPE = IRI(f"{PREFIXES['rdf']}type")

#: Properties whose texts tell in which languages a dataset speaks.
_LABELS = ("skos:prefLabel", "dct:title", "dct:description")

_Any = Term | Triple | None


@dataclass(frozen=True)
class Figures:
    """Counts of one version. `quads` and `graphs` count by graph, the others what a query without GRAPH sees."""

    quads: int
    triples: int
    subjects: int
    objects: int
    #: graphs by their IRIs, and the triples of each
    graphs: dict[str, int]
    #: classes by their IRIs, and the things of each
    classes: dict[str, int]
    #: properties by their IRIs, and the triples of each
    properties: dict[str, int]
    #: languages of labels (BCP 47, without region), and the labels in each
    languages: dict[str, int]

    @classmethod
    def of(cls, store: Store, addresses: Addresses) -> Figures:
        """Count what a store holds."""
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
    def read(cls, folder: Path) -> Figures | None:
        """Those in the folder of a version; None where there are none that can be read."""
        try:
            return cls(**json.loads((folder / FIGURES).read_bytes()))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, folder: Path) -> None:
        """Write them into the folder of a version."""
        (folder / FIGURES).write_text(json.dumps(asdict(self), indent=1), "utf-8")

    def changed(self, made: ChangedVersion, addresses: Addresses) -> Figures:
        """Return those of a version that was made by changing the one that these are of."""
        added, removed = made.change.added, made.change.removed
        graphs, classes, properties = Counter(self.graphs), Counter(self.classes), Counter(self.properties)
        languages, labels = Counter(self.languages), {Vocabulary(addresses)(curie) for curie in _LABELS}
        graphs.update(map(_graph_name, added))
        graphs.subtract(map(_graph_name, removed))
        triples = 0
        concerned = {quad.triple for quad in added | removed}
        for subject, predicate, value in concerned:
            more = _more(made, subject, predicate, value)
            triples += more
            properties[predicate.value] += more
            if predicate == _RDF_TYPE and isinstance(value, IRI):
                classes[value.value] += more
            if predicate in labels and (tag := _language(value)):
                languages[tag] += more
        return Figures(
            quads=self.quads + len(added) - len(removed),
            triples=self.triples + triples,
            subjects=self.subjects + sum(_more(made, subject=term) for term in {t.subject for t in concerned}),
            objects=self.objects + sum(_more(made, value=term) for term in {t.object for t in concerned}),
            graphs=_present(graphs),
            classes=_present(classes),
            properties=_present(properties),
            languages=_present(languages),
        )


def write_figures(folder: Path, store: Store, addresses: Addresses) -> None:
    """Write the figures of the version in a folder."""
    Figures.of(store, addresses).write(folder)


def change_figures(made: ChangedVersion, addresses: Addresses) -> None:
    """Write the figures of a changed version; anew where the version before has none that can be read."""
    before = Figures.read(made.before_folder)
    (before.changed(made, addresses) if before else Figures.of(made.after, addresses)).write(made.folder)


def _grouped(store: Store, query: str) -> dict[str, int]:
    return {row["term"].value: _number(row["n"]) for row in store.select(query).rows if isinstance(row["term"], IRI)}


def _present(counts: Counter[str]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count}


def _graph_name(quad: Quad) -> str:
    return DEFAULT_GRAPH_STAND_IN if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name.value


def _more(made: ChangedVersion, subject: _Any = None, predicate: IRI | None = None, value: _Any = None) -> int:
    """Return 1 where only the changed version has triples of a pattern, -1 where only the one before has."""
    stands = (next(s.triples(subject, predicate, value), None) is not None for s in (made.before, made.after))  # type: ignore[arg-type]
    before, after = stands
    return after - before


def _language(label: Term | Triple) -> str | None:
    return label.language.split("-", 1)[0] if isinstance(label, Literal) and label.language else None


def _number(term: Term) -> int:
    return int(term.value) if isinstance(term, Literal) else 0
