"""Statements of a contribution with their places in files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from gcmgraph.errors import Place, RdfSyntaxError
from gcmgraph.model.terms import IRI, Quad
from gcmgraph.rdfio.lines import LocatedQuad, parse_with_lines, read_quads_with_lines
from gcmgraph.rdfio.media import RdfSyntax
from gcmgraph.rdfio.parsing import without_bom
from gcmgraph.shapes.paths import predicates
from gcmgraph.validation.locations.columns import LONGEST_LINE, column
from gcmgraph.validation.report import Result


class LocatedStatements:
    """Quads in the order given, each with its first place if that is known."""

    def __init__(self, places: Mapping[Quad, Place | None]) -> None:
        self._places = dict(places)
        self._subjects: dict[object, Place | None] = {}
        self._properties: dict[tuple[object, IRI], Place | None] = {}
        self._values: dict[tuple[object, IRI, object], Place | None] = {}
        for quad, place in self._places.items():
            self._subjects.setdefault(quad.subject, place)
            self._properties.setdefault((quad.subject, quad.predicate), place)
            self._values.setdefault((quad.subject, quad.predicate, quad.object), place)

    @classmethod
    def of(cls, quads: Iterable[Quad]) -> LocatedStatements:
        """Quads without places."""
        return cls(dict.fromkeys(quads))

    @classmethod
    def parse(cls, data: bytes, syntax: RdfSyntax, *, source: str, base_iri: str | None = None) -> LocatedStatements:
        """The statements of a text in an RDF syntax, with `source` in their places.

        Raises `RdfSyntaxError`, also if there are none.
        """
        return cls(_places(parse_with_lines(data, syntax, source=source, base_iri=base_iri), source, data))

    @classmethod
    def read(cls, paths: Iterable[Path]) -> LocatedStatements:
        """The statements of RDF files taken together. Raises `RdfSyntaxError`, also if a file has none."""
        places: dict[Quad, Place | None] = {}
        for path in paths:
            for quad, place in _places(read_quads_with_lines(path), str(path), path.read_bytes()).items():
                places.setdefault(quad, place)
        return cls(places)

    def __iter__(self) -> Iterator[Quad]:
        return iter(self._places)

    def located(self) -> Iterable[tuple[Quad, Place | None]]:
        """Each quad with its first place."""
        return self._places.items()

    def __len__(self) -> int:
        return len(self._places)

    @property
    def subjects(self) -> Iterable[object]:
        """The subjects of the statements."""
        return self._subjects.keys()

    def place(self, result: Result) -> Place | None:
        """The place of the value of a result, else of its property, else the first of the focus node."""
        along = predicates(result.path) if result.path else ()
        if result.value is not None:
            for predicate in along:
                if found := self._values.get((result.focus, predicate, result.value)):
                    return found
        for predicate in along:
            if found := self._properties.get((result.focus, predicate)):
                return found
        return self._subjects.get(result.focus)


def _places(located: Iterable[LocatedQuad], source: str, data: bytes) -> dict[Quad, Place | None]:
    lines = without_bom(data).split(b"\n")
    places: dict[Quad, Place | None] = {}
    for one in located:
        if one.quad not in places:
            line = lines[one.line - 1] if one.line <= len(lines) else b""
            known = len(line) <= LONGEST_LINE
            places[one.quad] = Place(source, one.line, column(line.decode(), one.quad) if known else None)
    if not places:
        raise RdfSyntaxError("There is no statement in it.", place=Place(source))
    return places
