"""Terms from the text of a cell.

A value that cannot be read becomes plain text: the shape of the property then reports it, with a suggestion.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from gcmgraph.model.terms import IRI, Literal, Term, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.spreadsheets.columns import CellKind, Sheet, SheetColumn
from gcmgraph.spreadsheets.lists import Lists, normal
from gcmgraph.spreadsheets.wording import YES_NO
from gcmgraph.store.port import Store
from gcmgraph.translations.languages import LANGUAGES
from gcmgraph.validation.report import Nearest

#: An address. It may contain semicolons, except at its end or before another address.
_WEB = re.compile(r"https?://[^\s/](?:(?!;(?:[;\s]|$|https?://))\S)*", re.IGNORECASE)
#: A piece between semicolons, or an address with its semicolons.
_PIECE = re.compile(rf"{_WEB.pattern}(?=\s*(?:;|$))|[^;]+", re.IGNORECASE)
_DATES = (
    (re.compile(r"[0-9]{4}"), "gYear"),
    (re.compile(r"[0-9]{4}-[0-9]{2}"), "gYearMonth"),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "date"),
)
_GROUPED = re.compile(r"[0-9]{1,3}(?:[\s\u00a0\u202f\u2009][0-9]{3})+")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
#: Beside the words that the template offers.
_TRUE = {"true", "vrai", "1", "y", "o", "x"}
_FALSE = {"false", "faux", "0", "n"}


@dataclass(frozen=True)
class Ambiguous:
    """A name of several resources."""

    name: str


#: Resources that rows of the file describe, by class and `normal` name.
Described = dict[IRI, dict[str, set[IRI]]]


class CellReader:
    """Reads cells that may name published resources and resources of the same file."""

    def __init__(self, lists: Lists, published: Store, addresses: Addresses, described: Described) -> None:
        self._lists = lists
        self._published = published
        self._addresses = addresses
        self._described = described

    def terms(self, written: str, column: SheetColumn) -> list[tuple[str, Term | Ambiguous]]:
        """The values of a cell, each with its text."""
        return [(one, self._term(one, column)) for one in self._pieces(written, column)]

    def near(self, written: str, column: SheetColumn) -> Nearest | None:
        """The most similar valid value for one that names nothing."""
        if column.kind is not CellKind.RESOURCE or self._by_title(column):
            return None
        return self._lists.of(column.classes, column.scheme).near(written)

    def named(self, written: str, sheet: Sheet) -> Term | Ambiguous:
        """The resource of a sheet that a cell names."""
        return self._resource(
            written,
            SheetColumn((sheet.type,), (), CellKind.RESOURCE, sheet.labels, sheet.labels, classes=(sheet.type,)),
        )

    def _pieces(self, written: str, column: SheetColumn) -> list[str]:
        if column.kind is CellKind.TEXT:
            return [written] if column.most == 1 else _lines(written)
        if column.kind is CellKind.RESOURCE and not isinstance(self._resource(written, column), Literal):
            return [written]  # a name may contain a semicolon
        pieces = [piece for line in _lines(written) for part in _PIECE.findall(line) if (piece := part.strip())]
        if column.kind is CellKind.SOURCE and not all(_WEB.fullmatch(piece) for piece in pieces):
            return _lines(written)  # a citation may contain one
        return pieces

    def _term(self, written: str, column: SheetColumn) -> Term | Ambiguous:
        match column.kind:
            case CellKind.TEXT:
                return text(written, column.language or "en")
            case CellKind.RESOURCE:
                return self._resource(written, column)
            case CellKind.DATE:
                return _date(written)
            case CellKind.NUMBER:
                return _number(written)
            case CellKind.BOOLEAN:
                return _boolean(written)
            case CellKind.ADDRESS:
                return self._address(written)
            case CellKind.SOURCE:
                found = self._address(written)
                return text(written, column.language) if column.language and isinstance(found, Literal) else found
        return Literal(written)

    def _resource(self, written: str, column: SheetColumn) -> Term | Ambiguous:
        found = self._address(written)
        if isinstance(found, IRI):
            return found
        here = {iri for kind in column.classes for iri in self._described.get(kind, {}).get(normal(written), ())}
        resources = here or set(
            self._titled(written, column) if self._by_title(column) else
            self._lists.of(column.classes, column.scheme).named(written)
        )  # fmt: skip
        if len(resources) > 1:
            return Ambiguous(written)
        return next(iter(resources), Literal(written))

    def _address(self, written: str) -> IRI | Literal:
        """An address in full or by a known prefix; else the text as it is."""
        if _WEB.fullmatch(written):
            try:
                return IRI(written)
            except ValueError:
                return Literal(written)
        if re.fullmatch(r"[a-z]+:[\w./-]+", written) and self._addresses.prefixes.get(written.partition(":")[0]):
            return IRI(self._addresses.expand(written))
        return Literal(written)

    def _by_title(self, column: SheetColumn) -> bool:
        """Whether the resources are too many for a list and are found by title: practices."""
        return column.classes == (IRI(self._addresses.term("Practice")),)

    def _titled(self, written: str, column: SheetColumn) -> set[IRI]:
        title = IRI(self._addresses.expand("dct:title"))
        type_ = IRI(self._addresses.expand("rdf:type"))
        local = re.fullmatch(r"(?:.*\()?([a-z0-9-]+)\)?", written, re.DOTALL)  # alone, or after an ambiguous title
        slug = IRI(self._addresses.thing("practice", local[1])) if local else None
        found = {q.subject for tag in LANGUAGES for q in self._published.quads(None, title, text(written, tag))}
        resources = {one for one in {*found, slug} if isinstance(one, IRI)}
        return {t for t in resources for c in column.classes if next(iter(self._published.quads(t, type_, c)), None)}


def _lines(written: str) -> list[str]:
    return [line for raw in written.splitlines() if (line := raw.strip())]


def _date(written: str) -> Literal:
    for pattern, datatype in _DATES:
        if pattern.fullmatch(written):
            try:
                date.fromisoformat(f"{written}-01-01"[:10] if datatype == "gYear" else f"{written}-01"[:10])
            except ValueError:
                return Literal(written)
            return typed(written, datatype)
    return Literal(written)


def _number(written: str) -> Literal:
    if _GROUPED.fullmatch(written):
        written = "".join(written.split())
    match = _NUMBER.fullmatch(written)
    if match is None:
        return Literal(written)
    return typed(written, "decimal" if match[1] else "integer")


def _boolean(written: str) -> Literal:
    word = normal(written)
    yes, no = ({normal(text) for text in offered.texts().values()} for offered in YES_NO)
    if word in _TRUE | yes:
        return typed("true", "boolean")
    return typed("false", "boolean") if word in _FALSE | no else Literal(written)
