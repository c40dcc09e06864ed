"""The terms that a cell says.

What cannot be understood is said as it stands, as a text: the shape of the property then says what is wrong with it,
and the nearest right value is told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from gcmgraph.model.terms import IRI, Literal, Term, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.spreadsheets.columns import CellKind, Sheet, SheetColumn
from gcmgraph.spreadsheets.lists import Lists, normal
from gcmgraph.store.port import Store
from gcmgraph.validation.report import Nearest

#: An address. It may hold semicolons, but not one that is its end or before another address.
_WEB = re.compile(r"https?://[^\s/](?:(?!;(?:[;\s]|$|https?://))\S)*", re.IGNORECASE)
#: What stands between semicolons, or an address with those that it holds.
_PIECE = re.compile(rf"{_WEB.pattern}(?=\s*(?:;|$))|[^;]+", re.IGNORECASE)
_DATES = (
    (re.compile(r"[0-9]{4}"), "gYear"),
    (re.compile(r"[0-9]{4}-[0-9]{2}"), "gYearMonth"),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "date"),
)
_GROUPED = re.compile(r"[0-9]{1,3}(?:[\s\u00a0\u202f\u2009][0-9]{3})+")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_TRUE = {"true", "yes", "oui", "vrai", "1", "y", "o", "x"}
_FALSE = {"false", "no", "non", "faux", "0", "n"}


@dataclass(frozen=True)
class Ambiguous:
    """A name of several things."""

    name: str


#: Things that rows of the file describe: by kind of sheet and normal name.
Described = dict[IRI, dict[str, set[IRI]]]


class CellReader:
    """Reads cells beside one published graph and what the file itself describes."""

    def __init__(self, lists: Lists, published: Store, addresses: Addresses, described: Described) -> None:
        self._lists = lists
        self._published = published
        self._addresses = addresses
        self._described = described

    def terms(self, said: str, column: SheetColumn) -> list[tuple[str, Term | Ambiguous]]:
        """The values in a cell, each with its words."""
        return [(one, self._term(one, column)) for one in self._pieces(said, column)]

    def near(self, said: str, column: SheetColumn) -> Nearest | None:
        """The nearest right value for one that names nothing."""
        if column.kind is not CellKind.RESOURCE or self._by_title(column):
            return None
        return self._lists.of(column.classes, column.scheme).near(said)

    def named(self, said: str, sheet: Sheet) -> Term | Ambiguous:
        """The thing of a sheet that a cell names."""
        return self._thing(
            said, SheetColumn((sheet.type,), (), CellKind.RESOURCE, sheet.labels, sheet.labels, classes=(sheet.type,))
        )

    def _pieces(self, said: str, column: SheetColumn) -> list[str]:
        if column.kind is CellKind.TEXT:
            return [said] if column.most == 1 else _lines(said)
        if column.kind is CellKind.RESOURCE and not isinstance(self._thing(said, column), Literal):
            return [said]  # a name may hold a semicolon
        pieces = [piece for line in _lines(said) for part in _PIECE.findall(line) if (piece := part.strip())]
        if column.kind is CellKind.SOURCE and not all(_WEB.fullmatch(piece) for piece in pieces):
            return _lines(said)  # a citation may hold one
        return pieces

    def _term(self, said: str, column: SheetColumn) -> Term | Ambiguous:
        match column.kind:
            case CellKind.TEXT:
                return text(said, column.language or "en")
            case CellKind.RESOURCE:
                return self._thing(said, column)
            case CellKind.DATE:
                return _date(said)
            case CellKind.NUMBER:
                return _number(said)
            case CellKind.BOOLEAN:
                return _boolean(said)
            case CellKind.ADDRESS:
                return self._address(said)
            case CellKind.SOURCE:
                found = self._address(said)
                return text(said, column.language) if column.language and isinstance(found, Literal) else found
        return Literal(said)

    def _thing(self, said: str, column: SheetColumn) -> Term | Ambiguous:
        found = self._address(said)
        if isinstance(found, IRI):
            return found
        here = {iri for kind in column.classes for iri in self._described.get(kind, {}).get(normal(said), ())}
        things = here or set(
            self._titled(said, column) if self._by_title(column) else
            self._lists.of(column.classes, column.scheme).named(said)
        )  # fmt: skip
        if len(things) > 1:
            return Ambiguous(said)
        return next(iter(things), Literal(said))

    def _address(self, said: str) -> IRI | Literal:
        """An address in full, or by one of our prefixes; else the words as they are."""
        if _WEB.fullmatch(said):
            try:
                return IRI(said)
            except ValueError:
                return Literal(said)
        if re.fullmatch(r"[a-z]+:[\w./-]+", said) and self._addresses.prefixes.get(said.partition(":")[0]):
            return IRI(self._addresses.expand(said))
        return Literal(said)

    def _by_title(self, column: SheetColumn) -> bool:
        """Whether the things are too many for a list: practices are looked up by their title."""
        return column.classes == (IRI(self._addresses.term("Practice")),)

    def _titled(self, said: str, column: SheetColumn) -> set[IRI]:
        title = IRI(self._addresses.expand("dct:title"))
        type_ = IRI(self._addresses.expand("rdf:type"))
        local = re.fullmatch(
            r"(?:.*\()?([a-z0-9-]+)\)?", said, re.DOTALL
        )  # by itself, or behind a title that is shared
        slug = IRI(self._addresses.thing("practice", local[1])) if local else None
        found = {q.subject for tag in ("en", "fr") for q in self._published.quads(None, title, text(said, tag))}
        things = {one for one in {*found, slug} if isinstance(one, IRI)}
        return {t for t in things for c in column.classes if next(iter(self._published.quads(t, type_, c)), None)}


def _lines(said: str) -> list[str]:
    return [line for raw in said.splitlines() if (line := raw.strip())]


def _date(said: str) -> Literal:
    for pattern, datatype in _DATES:
        if pattern.fullmatch(said):
            try:
                date.fromisoformat(f"{said}-01-01"[:10] if datatype == "gYear" else f"{said}-01"[:10])
            except ValueError:
                return Literal(said)
            return typed(said, datatype)
    return Literal(said)


def _number(said: str) -> Literal:
    if _GROUPED.fullmatch(said):
        said = "".join(said.split())
    match = _NUMBER.fullmatch(said)
    if match is None:
        return Literal(said)
    return typed(said, "decimal" if match[1] else "integer")


def _boolean(said: str) -> Literal:
    word = normal(said)
    return typed("true" if word in _TRUE else "false", "boolean") if word in _TRUE | _FALSE else Literal(said)
