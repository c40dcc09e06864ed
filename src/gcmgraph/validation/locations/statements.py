"""What a contribution states, and where each statement stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from gcmgraph.errors import Place, RdfSyntaxError
from gcmgraph.model.terms import IRI, Quad
from gcmgraph.rdfio.lines import LocatedQuad, parse_with_lines, read_quads_with_lines
from gcmgraph.rdfio.media import RdfSyntax
from gcmgraph.rdfio.parsing import without_bom
from gcmgraph.validation.locations.columns import LONGEST_LINE, column
from gcmgraph.validation.paths import predicates
from gcmgraph.validation.report import Result


class Statements:
    """Quads in the order in which they came, each with its first place where that is known."""

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
    def of(cls, quads: Iterable[Quad]) -> Statements:
        """Quads that come from nowhere that a person could look at."""
        return cls(dict.fromkeys(quads))

    @classmethod
    def parse(cls, data: bytes, syntax: RdfSyntax, *, source: str, base_iri: str | None = None) -> Statements:
        """The statements of a text in an RDF syntax, `source` in their places.

        Raises `RdfSyntaxError`, also where there is none.
        """
        return cls(_places(parse_with_lines(data, syntax, source=source, base_iri=base_iri), source, data))

    @classmethod
    def read(cls, paths: Iterable[Path]) -> Statements:
        """The statements of several RDF files taken together. Raises `RdfSyntaxError`, also where one has none."""
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
        """What is stated something about."""
        return self._subjects.keys()

    def place(self, result: Result) -> Place | None:
        """The place of the value at fault, else of the property, else the first about the focus node."""
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
