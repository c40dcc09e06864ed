"""Statements of a contribution with their places in files: lines, and columns of values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from gcmgraph.errors import Place, RdfSyntaxError
from gcmgraph.model.terms import IRI, Literal, Quad
from gcmgraph.rdfio.media import RdfSyntax
from gcmgraph.rdfio.parsing import parse_with_lines, read_document, without_bom
from gcmgraph.shapes import predicates
from gcmgraph.validation.graphs import local_part
from gcmgraph.validation.report import Result

#: Characters of the longest line that is searched; it is searched once for each of its statements.
LONGEST_LINE = 2_000

#: The part of a text that is searched for: its beginning, before characters that may be escaped.
_PLAIN = re.compile(r"[^\\\"'\n\r\t&<>]{0,60}")

#: Characters of a prefix or of a bare value; characters of a local name, where a dot ends the statement.
_WORD, _LOCAL = re.compile(r"[\w.-]*"), re.compile(r"[\w-]*")


def column(line: str, quad: Quad) -> int | None:
    """The 1-based column, in characters, of the value of a statement that ends on this line.

    If the line does not contain it as written, the column of the property, else of the first character.
    """
    for term in (quad.object, quad.predicate):
        if isinstance(term, IRI | Literal) and (found := _found(term, line)) is not None:
            return found + 1
    return len(line) - len(line.lstrip()) + 1 if line.strip() else None


def _found(term: IRI | Literal, line: str) -> int | None:
    """The offset of a term as written in Turtle and its relatives, RDF/XML or JSON-LD."""
    if isinstance(term, Literal):
        start = _PLAIN.match(term.value)
        text = start[0] if start else ""
        at = max(line.find(f'"{text}'), line.find(f"'{text}"))
        if at < 0 and text:
            at = _offset(text, line, _WORD, _WORD)
        return at if at >= 0 else None
    if (at := line.find(term.value)) >= 0:
        return at - 1 if at and line[at - 1] in "<\"'" else at
    colon = _offset(f":{local_part(term)}", line, None, _LOCAL)
    return colon - _length(_WORD, line[:colon][::-1]) if colon >= 0 else None


def _offset(text: str, line: str, before: re.Pattern[str] | None, after: re.Pattern[str]) -> int:
    """The first offset of a text without characters of `before` and `after` next to it; -1 for none.

    A regular expression of the text would have to be compiled for each of thousands of texts.
    """
    at = line.find(text)
    while at >= 0 and (
        _length(after, line[at + len(text) : at + len(text) + 1])
        or (before is not None and _length(before, line[max(at - 1, 0) : at]))
    ):
        at = line.find(text, at + 1)
    return at


def _length(characters: re.Pattern[str], text: str) -> int:
    """The number of such characters at the start of a text."""
    found = characters.match(text)
    return found.end() if found else 0


class LocatedStatements:
    """Quads in the order given, each with its first place if that is known."""

    def __init__(self, places: Mapping[Quad, Place | None]) -> None:
        self._places = dict(places)
        #: first places by subject, by subject and property, and by triple
        self._first: dict[tuple[object, ...], Place | None] = {}
        for quad, place in self._places.items():
            triple = (quad.subject, quad.predicate, quad.object)
            for length in (1, 2, 3):
                self._first.setdefault(triple[:length], place)

    @classmethod
    def of(cls, quads: Iterable[Quad]) -> LocatedStatements:
        """Quads without places."""
        return cls(dict.fromkeys(quads))

    @classmethod
    def parse(cls, data: bytes, syntax: RdfSyntax, *, source: str, base_iri: str | None = None) -> LocatedStatements:
        """The statements of a text in an RDF syntax, with `source` in their places.

        Raises `RdfSyntaxError`, also if there are none.
        """
        return cls(_places(data, syntax, source, base_iri))

    @classmethod
    def read(cls, paths: Iterable[Path]) -> LocatedStatements:
        """The statements of RDF files taken together. Raises `RdfSyntaxError`, also if a file has none."""
        places: dict[Quad, Place | None] = {}
        for path in paths:
            for quad, place in _places(*read_document(path), str(path), path.absolute().as_uri()).items():
                places.setdefault(quad, place)
        return cls(places)

    def __iter__(self) -> Iterator[Quad]:
        return iter(self._places)

    def located(self) -> Iterable[tuple[Quad, Place | None]]:
        """Each quad with its first place."""
        return self._places.items()

    def __len__(self) -> int:
        return len(self._places)

    def describes(self, subject: object) -> bool:
        """Whether there are statements about a subject."""
        return (subject,) in self._first

    def place(self, result: Result) -> Place | None:
        """The place of the value of a result, else of its property, else the first of the focus node."""
        along = predicates(result.path) if result.path else ()
        properties = [(result.focus, predicate) for predicate in along]
        keys = [*((*one, result.value) for one in properties), *properties, (result.focus,)]
        return next((found for key in keys if (found := self._first.get(key))), None)


def _places(data: bytes, syntax: RdfSyntax, source: str, base_iri: str | None) -> dict[Quad, Place | None]:
    lines = without_bom(data).split(b"\n")
    places: dict[Quad, Place | None] = {}
    for one in parse_with_lines(data, syntax, source=source, base_iri=base_iri):
        if one.quad not in places:
            line = lines[one.line - 1] if one.line <= len(lines) else b""
            known = len(line) <= LONGEST_LINE
            places[one.quad] = Place(source, one.line, column(line.decode(), one.quad) if known else None)
    if not places:
        raise RdfSyntaxError("There is no statement in it.", place=Place(source))
    return places
