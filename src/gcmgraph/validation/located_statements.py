"""Statements of files and texts with their locations: source, line, and the column of a value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from gcmgraph.platform.errors import Place, RdfSyntaxError
from gcmgraph.rdf.media import RdfSyntax
from gcmgraph.rdf.parsing import parse_with_lines, read_document, without_bom
from gcmgraph.rdf.property_paths import predicates
from gcmgraph.rdf.terms import IRI, Literal, Quad
from gcmgraph.validation.graphs import local_part
from gcmgraph.validation.report import Result

#: Characters of the longest line that is searched; it is searched once for each of its statements.
LONGEST_LINE = 2_000

#: The part of a text that is searched for: its beginning, before characters that may be escaped.
_PLAIN = re.compile(r"[^\\\"'\n\r\t&<>]{0,60}")

#: Characters of a prefix or of a bare value.
_WORD = re.compile(r"[\w.-]*")
#: Characters of a local name, where a dot ends the statement.
_LOCAL = re.compile(r"[\w-]*")


class LocatedStatements:
    """Quads in the order given, each with its first location if that is known."""

    def __init__(self, locations: Mapping[Quad, Place | None]) -> None:
        self._locations = dict(locations)
        #: first locations by subject, by subject and property, and by triple
        self._first_locations: dict[tuple[object, ...], Place | None] = {}
        for quad, location in self._locations.items():
            triple = (quad.subject, quad.predicate, quad.object)
            for length in (1, 2, 3):
                self._first_locations.setdefault(triple[:length], location)

    @classmethod
    def of(cls, quads: Iterable[Quad]) -> LocatedStatements:
        """Quads without locations."""
        return cls(dict.fromkeys(quads))

    @classmethod
    def parse(
        cls, data: bytes, syntax: RdfSyntax, *, source: str, base_iri: str | None = None
    ) -> LocatedStatements:
        """The statements of a text in an RDF syntax, with `source` in their locations.

        Raises `RdfSyntaxError`, also if there are none.
        """
        return cls(_parse_with_locations(data, syntax, source, base_iri))

    @classmethod
    def read(cls, paths: Iterable[Path]) -> LocatedStatements:
        """The statements of RDF files taken together.

        Raises `RdfSyntaxError`, also if a file has none.
        """
        locations: dict[Quad, Place | None] = {}
        for path in paths:
            data, syntax = read_document(path)
            base_iri = path.absolute().as_uri()
            locations_in_file = _parse_with_locations(data, syntax, str(path), base_iri)
            for quad, location in locations_in_file.items():
                locations.setdefault(quad, location)
        return cls(locations)

    def __iter__(self) -> Iterator[Quad]:
        return iter(self._locations)

    def located(self) -> Iterable[tuple[Quad, Place | None]]:
        """Each quad with its first location."""
        return self._locations.items()

    def __len__(self) -> int:
        return len(self._locations)

    def describes(self, subject: object) -> bool:
        """Whether there are statements about a subject."""
        return (subject,) in self._first_locations

    def place(self, result: Result) -> Place | None:
        """The location of the value of a result, else of its property, else the first of the focus node."""
        properties = predicates(result.path) if result.path else ()
        keys = [
            *((result.focus, predicate, result.value) for predicate in properties),
            *((result.focus, predicate) for predicate in properties),
            (result.focus,),
        ]
        locations = (self._first_locations.get(key) for key in keys)
        return next((location for location in locations if location), None)


def _parse_with_locations(
    data: bytes, syntax: RdfSyntax, source: str, base_iri: str | None
) -> dict[Quad, Place | None]:
    lines = without_bom(data).split(b"\n")
    locations: dict[Quad, Place | None] = {}
    for located in parse_with_lines(data, syntax, source=source, base_iri=base_iri):
        quad = located.quad
        if quad not in locations:
            line = lines[located.line - 1] if located.line <= len(lines) else b""
            is_searched = len(line) <= LONGEST_LINE
            column = column_of_value(line.decode(), quad) if is_searched else None
            locations[quad] = Place(source, located.line, column)
    if not locations:
        raise RdfSyntaxError("There is no statement in it.", place=Place(source))
    return locations


def column_of_value(line: str, quad: Quad) -> int | None:
    """The 1-based column, in characters, of the value of a statement that ends on this line.

    If the line does not contain it as written, the column of the property, else of the first
    character.

    >>> is_about = IRI("http://purl.org/dc/terms/subject")
    >>> quad = Quad(IRI("http://e/practice"), is_about, IRI("http://e/objective/7"))
    >>> column_of_value("  dct:subject objective:7 .", quad)
    15
    >>> column_of_value("  dct:subject o:seven .", quad)
    3
    """
    for term in (quad.object, quad.predicate):
        offset = _offset_of_term(term, line)
        if offset is not None:
            return offset + 1
    return len(line) - len(line.lstrip()) + 1 if line.strip() else None


def _offset_of_term(term: object, line: str) -> int | None:
    """The offset of a term as written in Turtle and its relatives, RDF/XML or JSON-LD."""
    if isinstance(term, Literal):
        offset = _offset_of_text(term.value, line)
    elif isinstance(term, IRI):
        offset = _offset_of_iri(term, line)
    else:
        return None
    return offset if offset >= 0 else None


def _offset_of_text(text: str, line: str) -> int:
    beginning = _PLAIN.match(text)
    searched = beginning[0] if beginning else ""
    quoted = max(line.find(f'"{searched}'), line.find(f"'{searched}"))
    if quoted >= 0 or not searched:
        return quoted
    return _offset_of_word(searched, line, before=_WORD, after=_WORD)


def _offset_of_iri(iri: IRI, line: str) -> int:
    offset = line.find(iri.value)
    if offset >= 0:
        is_quoted = offset > 0 and line[offset - 1] in "<\"'"
        return offset - 1 if is_quoted else offset
    colon = _offset_of_word(f":{local_part(iri)}", line, before=None, after=_LOCAL)
    if colon < 0:
        return colon
    reversed_beginning = line[:colon][::-1]
    return colon - _length(_WORD, reversed_beginning)


def _offset_of_word(
    text: str, line: str, *, before: re.Pattern[str] | None, after: re.Pattern[str]
) -> int:
    """The first offset of a text without characters of `before` and `after` next to it; -1 for none.

    A regular expression of the text would have to be compiled for each of thousands of texts.
    """
    offset = line.find(text)
    while offset >= 0:
        end = offset + len(text)
        continues = _length(after, line[end : end + 1]) > 0
        is_continuation = before is not None and _length(before, line[max(offset - 1, 0) : offset])
        if not continues and not is_continuation:
            return offset
        offset = line.find(text, offset + 1)
    return offset


def _length(characters: re.Pattern[str], text: str) -> int:
    """The number of such characters at the start of a text."""
    match = characters.match(text)
    return match.end() if match else 0
