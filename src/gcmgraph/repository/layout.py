"""Folders and files of the repository, and its RDF files as quads."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gcmgraph.errors import DataError, Place
from gcmgraph.model.terms import IRI, DefaultGraph, Quad, rebase_quad
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.parsing import read_quads

_FOLDERS = ("ontology", "data", "shapes", "queries")


@dataclass(frozen=True)
class Repository:
    """A checkout: the folder that holds `ontology/ data/ shapes/ queries/`."""

    root: Path

    @classmethod
    def find(cls, root: str = "") -> Repository:
        """The repository at `root`; where that is empty, at or above the working folder, or around this file.

        The last is the copy in an installed wheel (`setup.py`). Raises `DataError` where there is none.
        """
        if root:
            candidates = [Path(root)]
        else:
            here = Path.cwd()
            installed = Path(sys.prefix) / "share" / "gcmgraph"
            candidates = [here, *here.parents, Path(__file__).parents[3], installed]
        for folder in candidates:
            if all((folder / name).is_dir() for name in _FOLDERS):
                return cls(folder)
        raise DataError(
            f"No repository found at {root or 'or above the working folder'}.",
            hint=f"Set GCMGRAPH_ROOT to the folder that holds {', '.join(_FOLDERS)}.",
        )

    @property
    def ontology(self) -> list[Path]:
        """The ontology files, sorted."""
        return sorted((self.root / "ontology").glob("*.ttl"))

    @property
    def shapes(self) -> list[Path]:
        """The shapes files, sorted."""
        return sorted((self.root / "shapes").glob("*.ttl"))

    @property
    def queries(self) -> list[Path]:
        """The query library, sorted."""
        return sorted((self.root / "queries").glob("*.rq"))

    @property
    def sources(self) -> list[Path]:
        """The source documents, sorted; not the README beside them."""
        return sorted(p for p in (self.root / "data" / "sources").glob("*.md") if p.name != "README.md")

    @property
    def register(self) -> Path:
        """The register of documents and official data files to fetch."""
        return self.root / "data" / "sources" / "register.csv"

    @property
    def readings(self) -> Path:
        """The folder of reviewed readings, one folder a guidance page."""
        return self.root / "data" / "readings"

    @property
    def topics(self) -> Path:
        """The table of the topics that passages of documents name."""
        return self.readings / "topics.csv"

    @property
    def curated(self) -> list[Path]:
        """Editors' judgements, sorted."""
        return sorted((self.root / "data" / "curated").glob("*.ttl"))

    @property
    def judgements(self) -> list[Path]:
        """Tables of editors' judgements, sorted."""
        return sorted((self.root / "data" / "curated").glob("*.csv"))

    @property
    def reference(self) -> Path:
        """The folder of reference tables."""
        return self.root / "data" / "reference"

    @property
    def statistics(self) -> list[Path]:
        """The tables of figures, sorted."""
        return sorted((self.root / "data" / "statistics").glob("*.csv"))

    @property
    def imports(self) -> Path:
        """The folder of metadata of imported tables of the UN."""
        return self.root / "data" / "imports"

    @property
    def linksets(self) -> list[Path]:
        """The link sets (SSSOM TSV), sorted."""
        return sorted((self.root / "data" / "linksets").glob("*.sssom.tsv"))

    @property
    def link_checks(self) -> Path:
        """The table of the last check of each link set."""
        return self.root / "data" / "linksets" / "checks.csv"


def read_graph(files: list[Path], graph: IRI, addresses: Addresses) -> Iterator[Quad]:
    """The triples of some Turtle files, in one graph and under one base. `DataError` where a file names graphs."""
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
