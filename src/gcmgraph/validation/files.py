"""Validate RDF files against their own triples and what the published graph knows of the things they name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from gcmgraph.errors import Place
from gcmgraph.model.terms import IRI, Quad
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.rdfio.lines import read_quads_with_lines
from gcmgraph.repository.layout import Repository
from gcmgraph.store.port import Store
from gcmgraph.validation.engine import validate_dataset
from gcmgraph.validation.paths import predicates
from gcmgraph.validation.report import Report, Result
from gcmgraph.validation.shapes import load_shapes

_TYPE = IRI(PREFIXES["rdf"] + "type")


def validate_files(
    paths: Iterable[Path], repository: Repository, addresses: Addresses, published: Store | None = None
) -> Report:
    """The report on files taken together, each result with the line that it is about.

    Only what the files describe is reported. From the published graph come the statements about the same
    things, and the types of the things they name. Raises `RdfSyntaxError`; `DataError` for unusable shapes.
    """
    shapes = load_shapes(repository, addresses)
    stated = _Stated()
    for path in paths:
        stated.read(path)
    known = () if published is None else _known(stated, published)
    report = validate_dataset((*stated.places, *known), shapes)
    return Report.of(
        replace(result, place=stated.place(result)) for result in report.results if result.focus in stated.subjects
    )


class _Stated:
    """The statements of the files, and the first place of each."""

    def __init__(self) -> None:
        self.places: dict[Quad, Place] = {}
        self.subjects: dict[object, Place] = {}
        self._properties: dict[tuple[object, IRI], Place] = {}
        self._values: dict[tuple[object, IRI, object], Place] = {}

    def read(self, path: Path) -> None:
        for located in read_quads_with_lines(path):
            quad, place = located.quad, Place(str(path), located.line)
            self.places.setdefault(quad, place)
            self.subjects.setdefault(quad.subject, place)
            self._properties.setdefault((quad.subject, quad.predicate), place)
            self._values.setdefault((quad.subject, quad.predicate, quad.object), place)

    def place(self, result: Result) -> Place | None:
        """The line of the value at fault, else of the property, else the first about the focus node."""
        along = predicates(result.path) if result.path else ()
        if result.value is not None:
            for predicate in along:
                if found := self._values.get((result.focus, predicate, result.value)):
                    return found
        for predicate in along:
            if found := self._properties.get((result.focus, predicate)):
                return found
        return self.subjects.get(result.focus)


def _known(stated: _Stated, published: Store) -> Iterator[Quad]:
    """What the published graph says about the files' subjects, and the types of all that is named then."""
    named: set[object] = {quad.object for quad in stated.places}
    for subject in stated.subjects:
        if isinstance(subject, IRI):
            for quad in published.quads(subject=subject):
                named.add(quad.object)
                yield quad
    for thing in named:
        if isinstance(thing, IRI):
            yield from published.quads(subject=thing, predicate=_TYPE)
