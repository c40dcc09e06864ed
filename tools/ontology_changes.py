"""Write the list of the terms that each version of the ontology added, removed or changed.

python -m tools.ontology_changes              writes ontology/changes.csv
python -m tools.ontology_changes --release    first copies the ontology to ontology/versions/VERSION.ttl
"""

from __future__ import annotations

import argparse
import csv
import io
import shutil
import sys
from dataclasses import astuple, fields
from itertools import pairwise

from gcmgraph.platform.errors import DataError
from gcmgraph.publication.ontology_history import OntologyHistory, TermChange, term_changes
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad
from gcmgraph.repository.layout import Repository, read_graph

ADDRESSES = Addresses()


def current_ontology(repository: Repository) -> list[Quad]:
    """The statements of the ontology as it is now."""
    graph = IRI(ADDRESSES.graph("ontology"))
    return list(read_graph(repository.ontology, graph, ADDRESSES))


def version_of(ontology: list[Quad]) -> str:
    """The version that an ontology states."""
    version_info = IRI(ADDRESSES.expand("owl:versionInfo"))
    (version,) = (
        quad.object.value
        for quad in ontology
        if quad.predicate == version_info and isinstance(quad.object, Literal)
    )
    return version


def list_of_changes(repository: Repository) -> str:
    """The list as CSV: the changes of each released version, and of the ontology as it is now."""
    history = OntologyHistory(str(repository.root), ADDRESSES)
    texts = {name: history.quads(name) for name in reversed(history.names)}
    current = current_ontology(repository)
    texts.setdefault(version_of(current), current)
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow([field.name for field in fields(TermChange)])
    for before, after in reversed([*pairwise(texts)]):
        changes = term_changes(after, texts[before], texts[after], ADDRESSES)
        writer.writerows(map(astuple, changes))
    return table.getvalue()


def release(repository: Repository) -> None:
    """Copy the ontology to the file of its version, which must not exist."""
    file = repository.root / "ontology/versions" / f"{version_of(current_ontology(repository))}.ttl"
    if file.exists():
        raise DataError(
            f"{file} exists: a released version is not changed.",
            hint="State another version in ontology/gcmgraph.ttl.",
        )
    shutil.copyfile(repository.root / "ontology/gcmgraph.ttl", file)


def main() -> None:
    """Write the list, after a release where that is requested."""
    parser = argparse.ArgumentParser(prog="tools.ontology_changes")
    parser.add_argument(
        "--release", action="store_true", help="first copy the ontology to the file of its version"
    )
    options = parser.parse_args()
    repository = Repository.find()
    if options.release:
        release(repository)
    repository.ontology_changes.write_text(list_of_changes(repository), "utf-8")


if __name__ == "__main__":
    try:
        main()
    except DataError as error:
        sys.exit(f"{error}")
