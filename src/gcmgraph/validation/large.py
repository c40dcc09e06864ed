"""Validate RDF files that are too large to keep every statement's place: as a dataset, places looked up afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from gcmgraph.errors import Place, RdfSyntaxError
from gcmgraph.model.terms import Quad, Term
from gcmgraph.rdfio.parsing import stream_quads
from gcmgraph.store.port import Store
from gcmgraph.validation.dataset import validate_dataset
from gcmgraph.validation.report import Report, Result
from gcmgraph.validation.shacl.shapes import Shapes

#: Bytes of files from which on they are taken for a dataset.
LARGE = 50 * 1024 * 1024


def validate_large(paths: Sequence[Path], shapes: Shapes, published: Store) -> Report:
    """What SHACL finds about the subjects of the files, in the union of the files and the published graph.

    It takes some 250 bytes of memory a triple, the published ones included. Places are files; in N-Triples and
    N-Quads, lines too. Raises `RdfSyntaxError`; `DataError` for unusable shapes.
    """
    described: dict[Term, str] = {}

    def stated() -> Iterator[Quad]:
        for path in paths:
            empty = True
            for quad in stream_quads(path):
                empty = False
                described.setdefault(quad.subject, str(path))  # type: ignore[arg-type]
                yield quad
            if empty:
                raise RdfSyntaxError("There is no statement in it.", place=Place(str(path)))

    report = validate_dataset(chain(stated(), published.quads()), shapes)
    results = [result for result in report.results if result.focus in described]
    lines = _lines({result.focus for result in results}, paths)
    return Report.of(replace(result, place=_place(result, lines, described)) for result in results)


def _place(result: Result, lines: dict[str, Place], described: dict[Term, str]) -> Place:
    return lines.get(str(result.focus)) or Place(described[result.focus])


def _lines(nodes: set[Term], paths: Sequence[Path]) -> dict[str, Place]:
    """The first line about each node in files of one statement a line."""
    wanted = {str(node) for node in nodes}
    found: dict[str, Place] = {}
    for path in paths if wanted else ():
        if path.suffix in {".nt", ".nq"}:
            with path.open(encoding="utf-8-sig") as file:
                for number, line in enumerate(file, start=1):
                    subject = line.partition(" ")[0]
                    if subject in wanted:
                        found.setdefault(subject, Place(str(path), number, 1))
    return found
