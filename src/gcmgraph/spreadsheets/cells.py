"""Terms from the text of a cell.

A value that cannot be read becomes plain text: the shape of the property then reports it, with a
suggestion.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from gcmgraph.rdf.language_texts import Texts
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Term, text, typed
from gcmgraph.repository.csvw import DATATYPES
from gcmgraph.spreadsheets.columns import CellKind, Sheet, SheetColumn
from gcmgraph.spreadsheets.habits import amount, dates, is_cfa
from gcmgraph.spreadsheets.lists import ListEntries, PublishedLists, normal
from gcmgraph.spreadsheets.texts import TEXTS
from gcmgraph.store.port import Store
from gcmgraph.translations import LANGUAGES
from gcmgraph.validation.report import Nearest

#: An address. It may contain semicolons, except at its end or before another address.
_WEB = re.compile(r"https?://[^\s/](?:(?!;(?:[;\s]|$|https?://))\S)*", re.IGNORECASE)
#: A piece between semicolons, or an address with its semicolons.
_PIECE = re.compile(rf"{_WEB.pattern}(?=\s*(?:;|$))|[^;]+", re.IGNORECASE)
_CURIE = re.compile(r"([a-z]+):[\w./-]+")
#: The slug of a practice, alone, or in parentheses after an ambiguous title.
_SLUG_OF_PRACTICE = re.compile(r"(?:.*\()?([a-z0-9-]+)\)?", re.DOTALL)
#: A period in one cell.
_PERIOD = re.compile(r"(\d{4}(?:-\d{2}){0,2})\s*[-–—/]\s*(\d{4}(?:-\d{2}){0,2})")
#: Marks between the names of a list that is no list of the template, in a text with single spaces:
#: with any number of them, the search takes the square of their number.
_LIST_MARK = re.compile(" ?[,/،、] ?| (?:and|et|y|и|و) ")
#: A number with spaces between thousands.
_GROUPED = re.compile(r"[0-9]{1,3}(?:[\s\u00a0\u202f\u2009][0-9]{3})+")
#: Datatypes of dates and numbers, in the order in which they are tried.
_DATES = ("gYear", "gYearMonth", "date")
_NUMBERS = ("integer", "decimal")
#: Beside the words that the template offers.
_TRUE = {"true", "vrai", "1", "y", "o", "x"}
_FALSE = {"false", "faux", "0", "n"}

#: Resources that rows of the file describe, by class and `normal` name.
DescribedResources = dict[IRI, dict[str, set[IRI]]]


@dataclass(frozen=True)
class Ambiguous:
    """A name of several resources."""

    name: str


class CellReader:
    """Reads cells that may name published resources and resources of the same file."""

    def __init__(
        self,
        lists: PublishedLists,
        published: Store,
        addresses: Addresses,
        described: DescribedResources,
    ) -> None:
        self._lists = lists
        self._published = published
        self._addresses = addresses
        self._described = described

    def terms(self, cell_text: str, column: SheetColumn) -> list[tuple[str, Term | Ambiguous]]:
        """The values of a cell, each with its text."""
        return [(piece, self._term(piece, column)) for piece in self._pieces(cell_text, column)]

    def most_similar(self, name: str, column: SheetColumn) -> Nearest | None:
        """The most similar valid value for one that names nothing."""
        if column.kind is not CellKind.RESOURCE or self._names_practices(column):
            return None
        return self._list_of(column).most_similar(name)

    def advice(self, value: str, column: SheetColumn, sheet: Sheet) -> Texts | None:
        """Advice on a value that cannot be read: what it may mean, and how that is written."""
        if column.kind is CellKind.RESOURCE:
            return self._advice_on_resource(value, column)
        if column.kind is CellKind.NUMBER:
            return _advice_on_amount(value)
        if column.kind is CellKind.CODE:
            is_currency = column.property.value.endswith("currency")
            return _texts("cfa") if is_currency and is_cfa(value) else None
        return _advice_on_date(value, sheet) if column.kind is CellKind.DATE else None

    def _advice_on_resource(self, value: str, column: SheetColumn) -> Texts | None:
        """The codes of the group of a code that there is not, or the names in a list with commas."""
        resources = self._list_of(column)
        codes = ", ".join(resources.codes_beside_unknown(value))
        if codes:
            return _texts("no-such-code", value=value, codes=codes)
        names = _LIST_MARK.split(" ".join(value.split()))
        if len(names) > 1 and all(resources.named(name) for name in names):
            return _texts("several", value="; ".join(names))
        return None

    def named(self, name: str, sheet: Sheet) -> Term | Ambiguous:
        """The resource of a sheet that a cell names; plain text if it names nothing."""
        column = SheetColumn(
            (sheet.type,), (), CellKind.RESOURCE, sheet.labels, sheet.labels, classes=(sheet.type,)
        )
        return self._resource(name, column)

    def _list_of(self, column: SheetColumn) -> ListEntries:
        return self._lists.of(column.classes, column.scheme)

    def _pieces(self, cell_text: str, column: SheetColumn) -> list[str]:
        """The texts of the values of a cell: between semicolons, or on lines."""
        if column.kind is CellKind.TEXT:
            return [cell_text] if column.max_values == 1 else _lines(cell_text)
        if column.kind is CellKind.RESOURCE:
            # a name may contain a semicolon
            names_resources = not isinstance(self._resource(cell_text, column), Literal)
            if names_resources:
                return [cell_text]
        pieces = []
        for line in _lines(cell_text):
            stripped = [piece.strip() for piece in _PIECE.findall(line)]
            pieces += [piece for piece in stripped if piece]
        if column.kind is CellKind.SOURCE and not all(map(_WEB.fullmatch, pieces)):
            return _lines(cell_text)  # a citation may contain a semicolon
        return pieces

    def _term(self, piece: str, column: SheetColumn) -> Term | Ambiguous:
        match column.kind:
            case CellKind.TEXT:
                return text(piece, column.language or "en")
            case CellKind.RESOURCE:
                return self._resource(piece, column)
            case CellKind.ADDRESS:
                return self._address(piece)
            case CellKind.SOURCE:
                address = self._address(piece)
                if isinstance(address, Literal) and column.language is not None:
                    return text(piece, column.language)
                return address
        return _PARSERS.get(column.kind, Literal)(piece)

    def _resource(self, name: str, column: SheetColumn) -> Term | Ambiguous:
        """The resource of an address or name, of this file before published ones; plain text if there is none."""
        address = self._address(name)
        if isinstance(address, IRI):
            return address
        resources: set[IRI] = set()
        for class_ in column.classes:
            resources |= self._described.get(class_, {}).get(normal(name), set())
        if not resources and self._names_practices(column):
            resources = self._titled(name, column)
        elif not resources:
            resources = set(self._list_of(column).named(name))
        if len(resources) > 1:
            return Ambiguous(name)
        return next(iter(resources), Literal(name))

    def _address(self, piece: str) -> IRI | Literal:
        """An address in full or by a known prefix; else the text as it is."""
        if _WEB.fullmatch(piece):
            try:
                return IRI(piece)
            except ValueError:
                return Literal(piece)
        curie = _CURIE.fullmatch(piece)
        if curie is not None and self._addresses.prefixes.get(curie[1]):
            return IRI(self._addresses.expand(piece))
        return Literal(piece)

    def _names_practices(self, column: SheetColumn) -> bool:
        """Whether the resources are practices: too many for a list, they are matched by title."""
        return column.classes == (IRI(self._addresses.term("Practice")),)

    def _titled(self, name: str, column: SheetColumn) -> set[IRI]:
        """The published resources with a title or a slug."""
        title = IRI(self._addresses.expand("dct:title"))
        type_ = IRI(self._addresses.expand("rdf:type"))
        candidates = set()
        for language in LANGUAGES:
            for quad in self._published.quads(None, title, text(name, language)):
                if isinstance(quad.subject, IRI):
                    candidates.add(quad.subject)
        slug = _SLUG_OF_PRACTICE.fullmatch(name)
        if slug is not None:
            candidates.add(IRI(self._addresses.resource("practice", slug[1])))
        return {
            candidate
            for candidate in candidates
            for class_ in column.classes
            if any(self._published.quads(candidate, type_, class_))
        }


def _column_names(sheet: Sheet, property_name: str) -> Texts | None:
    """The names of the first column of a property, by the end of its IRI."""
    for column in sheet.columns:
        if column.property.value.endswith(property_name):
            return column.names
    return None


def _texts(name: str, **values: object) -> Texts:
    """A message in all languages, with values."""
    return Texts.of((tag, TEXTS[name].in_language(tag, **values)) for tag in LANGUAGES)


def _advice_on_amount(value: str) -> Texts | None:
    """Advice on an amount that has its currency beside it: two columns."""
    written = amount(value)
    if written is None:
        return None
    advice = _texts("amount", number=written.number, currency=written.currency)
    if not is_cfa(written.currency):
        return advice
    cfa = dict(_texts("cfa").pairs)
    return Texts.of((tag, f"{text} {cfa[tag]}") for tag, text in advice.pairs)


def _advice_on_date(value: str, sheet: Sheet) -> Texts | None:
    """Advice on a date: its form, or the columns for the dates of a period."""
    readings = dates(value)
    if readings:
        name = "date" if len(readings) == 1 else "dates"
        return _texts(name, first=readings[0], second=readings[-1])
    period = _PERIOD.fullmatch(value.strip())
    start_names = _column_names(sheet, "startDate")
    end_names = _column_names(sheet, "endDate")
    if period is None or start_names is None or end_names is None:
        return None
    return Texts.of(
        (
            language,
            TEXTS["period"].in_language(
                language,
                first=period[1],
                second=period[2],
                start=start_names.best(language),
                end=end_names.best(language),
            ),
        )
        for language in LANGUAGES
    )


def _lines(cell_text: str) -> list[str]:
    lines = [line.strip() for line in cell_text.splitlines()]
    return [line for line in lines if line]


def _typed(value: str, datatypes: tuple[str, ...]) -> Literal:
    """The value with the first datatype that has it, else as plain text."""
    for datatype in datatypes:
        if DATATYPES[datatype].parse(value) is not None:
            return typed(value, datatype)
    return Literal(value)


def _date(value: str) -> Literal:
    return _typed(value, _DATES)


def _number(value: str) -> Literal:
    number = "".join(value.split()) if _GROUPED.fullmatch(value) else value
    return Literal(number) if number.startswith("+") else _typed(number, _NUMBERS)


def _boolean(value: str) -> Literal:
    word = normal(value)
    yes, no = TEXTS["yes-no"]
    if word in _TRUE or word in map(normal, yes.texts().values()):
        return typed("true", "boolean")
    if word in _FALSE or word in map(normal, no.texts().values()):
        return typed("false", "boolean")
    return Literal(value)


#: Literals of the other kinds of cells.
_PARSERS: dict[CellKind, Callable[[str], Literal]] = {
    CellKind.DATE: _date,
    CellKind.NUMBER: _number,
    CellKind.BOOLEAN: _boolean,
}
