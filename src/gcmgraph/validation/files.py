"""Validation of RDF files as one contribution, or as a dataset where they are large."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from gcmgraph.errors import Place, RdfSyntaxError
from gcmgraph.model.terms import Quad, Term
from gcmgraph.rdfio.parsing import stream_quads
from gcmgraph.store.port import Store
from gcmgraph.store.stores import in_memory
from gcmgraph.validation.contribution import validate_contribution
from gcmgraph.validation.dataset import validate_dataset
from gcmgraph.validation.locations import LocatedStatements
from gcmgraph.validation.report import Report, Result
from gcmgraph.validation.rules import Rules, Shapes

#: Bytes of files above which they are validated as a dataset.
LARGE = 50 * 1024 * 1024


def validate_files(paths: Iterable[Path], rules: Rules, published: Store | None = None) -> Report:
    """The report on files taken together, each result with its line.

    Files of more than `LARGE` bytes are validated by SHACL alone; results about their subjects are reported, also if
    the published graph has them already. Raises `RdfSyntaxError`; `DataError` for unusable shapes.
    """
    known = in_memory() if published is None else published
    paths = list(paths)
    if is_large(paths):
        return _validate_large(paths, rules.shapes, known)
    return validate_contribution(LocatedStatements.read(paths), known, rules)


def is_large(paths: Iterable[Path]) -> bool:
    """Whether files have more than `LARGE` bytes in all."""
    return sum(path.stat().st_size for path in paths if path.is_file()) > LARGE


def _validate_large(paths: list[Path], shapes: Shapes, published: Store) -> Report:
    """The results about the subjects of the files, in the union of the files and the published graph.

    It takes about 250 bytes of memory a triple, published ones included. The place of a result is a file; in N-Triples
    and N-Quads, a line.
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

    def place(result: Result) -> Place:
        return lines.get(str(result.focus)) or Place(described[result.focus])

    return Report.of(replace(result, place=place(result)) for result in results)


def _lines(nodes: set[Term], paths: list[Path]) -> dict[str, Place]:
    """The first line about each node in files of one statement a line."""
    subjects = {str(node) for node in nodes}
    found: dict[str, Place] = {}
    for path in paths if subjects else ():
        if path.suffix in {".nt", ".nq"}:
            with path.open(encoding="utf-8-sig") as file:
                for number, line in enumerate(file, start=1):
                    subject = line.partition(" ")[0]
                    if subject in subjects:
                        found.setdefault(subject, Place(str(path), number, 1))
    return found
