"""Folders and files of the repository, and its RDF files as quads."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gcmgraph.platform.errors import DataError, Place
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import read_quads
from gcmgraph.rdf.terms import IRI, DefaultGraph, Quad, rebase_quad

#: Folders of a repository.
FOLDERS = ("ontology", "data", "shapes", "queries")


@dataclass(frozen=True)
class _At:
    """Attribute of a repository: a path below it."""

    path: str

    def __get__(self, repository: Repository, _: object) -> Path:
        return repository.root / self.path


@dataclass(frozen=True)
class _Files:
    """Attribute of a repository: the files of a pattern below it, sorted, without those of a name."""

    pattern: str
    but: str = ""

    def __get__(self, repository: Repository, _: object) -> list[Path]:
        return sorted(path for path in repository.root.glob(self.pattern) if path.name != self.but)


@dataclass(frozen=True)
class Repository:
    """A checkout: the folder that holds `ontology/ data/ shapes/ queries/`."""

    root: Path

    @classmethod
    def find(cls, root: str = "") -> Repository:
        """The repository at `root`; where that is empty, at or above the working folder, or around this file.

        The last is the copy in an installed wheel (`setup.py`). Raises `DataError` where there is
        none.
        """
        if root:
            candidates = [Path(root)]
        else:
            working_folder = Path.cwd()
            installed = Path(sys.prefix) / "share" / "gcmgraph"
            candidates = [
                working_folder,
                *working_folder.parents,
                Path(__file__).parents[3],
                installed,
            ]
        for folder in candidates:
            if all((folder / name).is_dir() for name in FOLDERS):
                return cls(folder)
        raise DataError(
            f"No repository found at {root or 'or above the working folder'}.",
            hint=f"Set GCMGRAPH_ROOT to the folder that holds {', '.join(FOLDERS)}.",
        )

    #: the ontology, the shapes, the query library: files, sorted
    ontology = _Files("ontology/*.ttl")
    #: the released versions of the ontology, and the list of their changes
    ontology_versions = _Files("ontology/versions/*.ttl")
    ontology_changes = _At("ontology/changes.csv")
    shapes = _Files("shapes/*.ttl")
    queries = _Files("queries/*.rq")
    #: the source documents, sorted; not the README beside them
    sources = _Files("data/sources/*.md", but="README.md")
    #: the register of documents and official data files to fetch
    register = _At("data/sources/register.csv")
    #: the folder of reviewed readings, one folder a guidance page
    readings = _At("data/readings")
    #: the table of the topics that passages of documents name
    topics = _At("data/readings/topics.csv")
    #: editors' judgements as RDF and as tables, sorted
    curated = _Files("data/curated/*.ttl")
    judgements = _Files("data/curated/*.csv")
    #: the folder of reference tables
    reference = _At("data/reference")
    #: the tables of figures, sorted
    statistics = _Files("data/statistics/*.csv")
    #: the link sets (SSSOM TSV), sorted, and the table of the last check of each
    linksets = _Files("data/linksets/*.sssom.tsv")
    link_checks = _At("data/linksets/checks.csv")


def read_graph(files: list[Path], graph: IRI, addresses: Addresses) -> Iterator[Quad]:
    """The triples of some Turtle files, in one graph and under one base.

    `DataError` where a file names graphs.
    """
    for file in files:
        for quad in read_quads(file):
            if not isinstance(quad.graph_name, DefaultGraph):
                raise DataError(
                    "This file may not name graphs: the folder that it is in says which graph it belongs to.",
                    place=Place(str(file)),
                )
            moved = rebase_quad(quad, addresses)
            yield Quad(moved.subject, moved.predicate, moved.object, graph)


def ontology_terms(repository: Repository, addresses: Addresses) -> frozenset[IRI]:
    """The classes and properties that the ontology defines. Raises a `GcmGraphError`."""
    quads = read_graph(repository.ontology, IRI(addresses.graph("ontology")), addresses)
    return frozenset(quad.subject for quad in quads if isinstance(quad.subject, IRI))
