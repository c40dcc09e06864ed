"""Terms from the text of a cell, which may name a resource by code, address, or label in any language.

A value that cannot be read becomes plain text: the shape of the property then reports it, with a
suggestion.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from gcmgraph.platform.similarity import nearest_value
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.shapes import Texts
from gcmgraph.rdf.terms import IRI, Literal, Term, Vocabulary, text, typed
from gcmgraph.repository.csvw import DATATYPES
from gcmgraph.repository.tables import invalidations
from gcmgraph.spreadsheets.columns import TEXTS, CellKind, Sheet, SheetColumn
from gcmgraph.store.port import Store
from gcmgraph.translations import LANGUAGES
from gcmgraph.validation.report import Nearest

#: Limit on the entries of a list.
MOST = 5000

#: A code in a numbered group: 10.7, 16.a.
_CODE = re.compile(r"(\d+)\.[0-9A-Za-z]")

#: Apostrophes and hyphens with the same meaning.
_ALIKE = str.maketrans({**dict.fromkeys("’ʼ‘`´", "'"), **dict.fromkeys("‐‑‒–—", "-")})


def normal(name: str) -> str:
    """A name without case and accents, with one form of spaces, hyphens and apostrophes, for comparison."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    plain = (
        folded
        if folded.isascii()
        else "".join(char for char in folded if not unicodedata.combining(char))
    )
    return " ".join(plain.translate(_ALIKE).split())


@dataclass(frozen=True)
class ListEntry:
    """A resource in a list."""

    iri: IRI
    #: its code (`PHL`, `9a`, `16.9`), or nothing
    code: str
    labels: Texts
    #: other names in groups of equal rank, the best first
    others: tuple[tuple[str, ...], ...] = ()

    def shown(self, language: str) -> str:
        """The text in the list: `Philippines (PHL)`, `9 – Strengthen …`, or a part of this."""
        label = self.labels.best(language)
        if not label or not self.code:
            return label or self.code or self.iri.value
        return f"{self.code} – {label}" if self.code[0].isdecimal() else f"{label} ({self.code})"

    def names(self) -> Iterable[tuple[str, ...]]:
        """All names in groups of equal rank, the best first."""
        labels = tuple(label for _, label in self.labels.pairs)
        shown = tuple(self.shown(tag) for tag in ("", *(tag for tag, _ in self.labels.pairs)))
        yield (self.code, self.iri.value, *shown)
        yield labels
        yield from self.others


class ListEntries:
    """A list of resources."""

    def __init__(self, entries: Iterable[ListEntry]) -> None:
        found = sorted(entries, key=lambda entry: entry.iri.value)
        self.all = _distinguished(found)
        self._in_order: dict[str, tuple[ListEntry, ...]] = {}

    def in_order(self, language: str) -> tuple[ListEntry, ...]:
        """The entries by number if they have numbers, else by name."""

        def order(entry: ListEntry) -> tuple[object, ...]:
            if entry.code[:1].isdecimal():
                pieces = re.findall(r"\d+|[^\d.]+", entry.code)
                return (0, [(0, int(p), "") if p.isdecimal() else (1, 0, p) for p in pieces])
            return (1, normal(entry.shown(language)))

        if language not in self._in_order:
            self._in_order[language] = tuple(sorted(self.all, key=order))
        return self._in_order[language]

    @cached_property
    def _ranks(self) -> tuple[dict[str, set[IRI]], ...]:
        ranks: list[dict[str, set[IRI]]] = []
        for entry in self.all:
            for rank, names in enumerate(entry.names()):
                while len(ranks) <= rank:
                    ranks.append({})
                for name in filter(None, map(normal, names)):
                    ranks[rank].setdefault(name, set()).add(entry.iri)
        return tuple(ranks)

    def named(self, name: str) -> tuple[IRI, ...]:
        """The resources with a name: none, one, or several where it is ambiguous."""
        wanted = normal(name)
        found = next((rank[wanted] for rank in self._ranks if wanted in rank), set())
        return tuple(sorted(found, key=lambda iri: iri.value))

    def beside(self, name: str) -> list[str]:
        """The codes with the number before the dot of a code that there is not: `10.1`, `10.2` … for `10.8`."""
        code = _CODE.fullmatch(name.strip())
        group = [
            entry.code
            for entry in self.in_order("")
            if code and entry.code.startswith(f"{code[1]}.")
        ]
        return group if code and code[0].lower() not in map(str.lower, group) else []

    def near(self, name: str) -> Nearest | None:
        """The resource whose code begins a name, else that with the most similar name; none for a code that is none."""
        first = name.split(maxsplit=1)[0].strip(":–—-").lower() if name.split() else ""
        if named := [entry for entry in self.all if first and entry.code.lower() == first]:
            return Nearest(named[0].iri, named[0].labels)
        if self.beside(name):
            return None
        names = {
            known: iri
            for rank in reversed(self._ranks)
            for known, iris in rank.items()
            for iri in iris
        }
        iri = nearest_value(normal(name), names)
        return (
            None if iri is None else Nearest(iri, next(c.labels for c in self.all if c.iri == iri))
        )


def _distinguished(entries: list[ListEntry]) -> tuple[ListEntry, ...]:
    """The entries; those that share a label and have no code get the last part of their address as code."""
    bearers = Counter(
        name
        for entry in entries
        for name in {(tag, normal(label)) for tag, label in entry.labels.pairs}
    )
    return tuple(
        replace(entry, code=entry.iri.value.rpartition("/")[2])
        if not entry.code
        and any(bearers[tag, normal(label)] > 1 for tag, label in entry.labels.pairs)
        else entry
        for entry in entries
    )


class PublishedLists:
    """The lists of one published graph, each read on first use."""

    def __init__(self, published: Store, addresses: Addresses) -> None:
        self._published = published
        self._addresses = addresses
        self._term = Vocabulary(addresses)
        self._read: dict[tuple[tuple[IRI, ...], IRI | None], ListEntries] = {}

    def of(self, classes: tuple[IRI, ...], scheme: IRI | None = None) -> ListEntries:
        """The resources of some classes, or of a concept scheme."""
        found = self._read.get((classes, scheme))
        if found is None:
            wanted = (
                [("skos:inScheme", scheme)] if scheme else [("rdf:type", kind) for kind in classes]
            )
            resources = {
                iri: None for predicate, value in wanted for iri in self._subjects(predicate, value)
            }
            found = self._read[classes, scheme] = ListEntries(map(self._entry, resources))
        return found

    def _subjects(self, predicate: str, value: IRI) -> dict[IRI, None]:
        found: dict[IRI, None] = {}
        for triple in self._published.triples(predicate=self._term(predicate), object=value):
            if isinstance(triple.subject, IRI) and triple.subject not in self._withdrawn:
                found[triple.subject] = None
            if len(found) == MOST:
                break
        return found

    @cached_property
    def _withdrawn(self) -> frozenset[object]:
        return frozenset(quad.subject for quad in invalidations(self._published, self._addresses))

    def _entry(self, resource: IRI) -> ListEntry:
        written: dict[IRI, list[Literal]] = {}
        for triple in self._published.triples(resource):
            if isinstance(triple.object, Literal):
                written.setdefault(triple.predicate, []).append(triple.object)

        def texts(*curies: str) -> list[Literal]:
            return [value for curie in curies for value in written.get(self._term(curie), [])]

        def words(*curies: str) -> tuple[str, ...]:
            return tuple(value.value for value in texts(*curies))

        labels = Texts.of_terms(texts("skos:prefLabel") or texts("dct:title"))
        code = next(
            iter(words("skos:notation")), Texts.of_terms(texts("gcm:acronym")).best("en") or ""
        )
        local = resource.value.rpartition("/")[2]
        others = (
            words("gcm:acronym", "gcm:iso2", "gcm:m49"),
            (*words("skos:altLabel", "gcm:formalName"), local),
            words("skos:hiddenLabel"),
        )
        return ListEntry(resource, code, labels, others)


#: An address. It may contain semicolons, except at its end or before another address.
_WEB = re.compile(r"https?://[^\s/](?:(?!;(?:[;\s]|$|https?://))\S)*", re.IGNORECASE)
#: A piece between semicolons, or an address with its semicolons.
_PIECE = re.compile(rf"{_WEB.pattern}(?=\s*(?:;|$))|[^;]+", re.IGNORECASE)
_DATES = ("gYear", "gYearMonth", "date")
#: A period in one cell.
_PERIOD = re.compile(r"(\d{4}(?:-\d{2}){0,2})\s*[-–—/]\s*(\d{4}(?:-\d{2}){0,2})")
_GROUPED = re.compile(r"[0-9]{1,3}(?:[\s\u00a0\u202f\u2009][0-9]{3})+")
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

    def __init__(
        self, lists: PublishedLists, published: Store, addresses: Addresses, described: Described
    ) -> None:
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

    def advice(self, written: str, column: SheetColumn, sheet: Sheet) -> Texts | None:
        """Advice on a value that cannot be read: codes of its group, or the columns for the dates of a period."""
        if column.kind is CellKind.RESOURCE:
            codes = ", ".join(self._lists.of(column.classes, column.scheme).beside(written))
            return (
                _texts("no-such-code", lambda _: {"value": written, "codes": codes})
                if codes
                else None
            )
        period = _PERIOD.fullmatch(written.strip()) if column.kind is CellKind.DATE else None
        start, end = (
            next((one.names for one in sheet.columns if one.property.value.endswith(name)), None)
            for name in ("startDate", "endDate")
        )
        if period is None or start is None or end is None:
            return None
        return _texts(
            "period",
            lambda tag: {
                "first": period[1],
                "second": period[2],
                "start": start.best(tag),
                "end": end.best(tag),
            },
        )

    def named(self, written: str, sheet: Sheet) -> Term | Ambiguous:
        """The resource of a sheet that a cell names."""
        column = SheetColumn(
            (sheet.type,), (), CellKind.RESOURCE, sheet.labels, sheet.labels, classes=(sheet.type,)
        )
        return self._resource(written, column)

    def _pieces(self, written: str, column: SheetColumn) -> list[str]:
        if column.kind is CellKind.TEXT:
            return [written] if column.most == 1 else _lines(written)
        if column.kind is CellKind.RESOURCE and not isinstance(
            self._resource(written, column), Literal
        ):
            return [written]  # a name may contain a semicolon
        pieces = [
            piece
            for line in _lines(written)
            for part in _PIECE.findall(line)
            if (piece := part.strip())
        ]
        if column.kind is CellKind.SOURCE and not all(_WEB.fullmatch(piece) for piece in pieces):
            return _lines(written)  # a citation may contain one
        return pieces

    def _term(self, written: str, column: SheetColumn) -> Term | Ambiguous:
        if column.kind is CellKind.TEXT:
            return text(written, column.language or "en")
        if column.kind is CellKind.RESOURCE:
            return self._resource(written, column)
        if column.kind in {CellKind.ADDRESS, CellKind.SOURCE}:
            found = self._address(written)
            cited = (
                column.kind is CellKind.SOURCE
                and column.language is not None
                and isinstance(found, Literal)
            )
            return text(written, column.language or "") if cited else found
        return _PARSERS.get(column.kind, Literal)(written)

    def _resource(self, written: str, column: SheetColumn) -> Term | Ambiguous:
        found = self._address(written)
        if isinstance(found, IRI):
            return found
        here = {
            iri
            for kind in column.classes
            for iri in self._described.get(kind, {}).get(normal(written), ())
        }
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
        if re.fullmatch(r"[a-z]+:[\w./-]+", written) and self._addresses.prefixes.get(
            written.partition(":")[0]
        ):
            return IRI(self._addresses.expand(written))
        return Literal(written)

    def _by_title(self, column: SheetColumn) -> bool:
        """Whether the resources are too many for a list and are found by title: practices."""
        return column.classes == (IRI(self._addresses.term("Practice")),)

    def _titled(self, written: str, column: SheetColumn) -> set[IRI]:
        title = IRI(self._addresses.expand("dct:title"))
        type_ = IRI(self._addresses.expand("rdf:type"))
        local = re.fullmatch(
            r"(?:.*\()?([a-z0-9-]+)\)?", written, re.DOTALL
        )  # alone, or after an ambiguous title
        slug = IRI(self._addresses.resource("practice", local[1])) if local else None
        found = {
            q.subject
            for tag in LANGUAGES
            for q in self._published.quads(None, title, text(written, tag))
        }
        resources = {one for one in {*found, slug} if isinstance(one, IRI)}
        return {
            t
            for t in resources
            for c in column.classes
            if next(iter(self._published.quads(t, type_, c)), None)
        }


def _texts(name: str, values: Callable[[str], dict[str, object]]) -> Texts:
    return Texts.of((tag, TEXTS[name].in_language(tag, **values(tag))) for tag in LANGUAGES)


def _lines(written: str) -> list[str]:
    return [line for raw in written.splitlines() if (line := raw.strip())]


def _date(written: str) -> Literal:
    datatype = next((name for name in _DATES if DATATYPES[name].parse(written) is not None), None)
    return typed(written, datatype) if datatype else Literal(written)


def _number(written: str) -> Literal:
    number = "".join(written.split()) if _GROUPED.fullmatch(written) else written
    datatype = next(
        (name for name in ("integer", "decimal") if DATATYPES[name].parse(number) is not None), None
    )
    return typed(number, datatype) if datatype and number[0] != "+" else Literal(number)


def _boolean(written: str) -> Literal:
    word = normal(written)
    yes, no = ({normal(text) for text in offered.texts().values()} for offered in TEXTS["yes-no"])
    if word in _TRUE | yes:
        return typed("true", "boolean")
    return typed("false", "boolean") if word in _FALSE | no else Literal(written)


#: Literals of the other kinds of cells.
_PARSERS: dict[CellKind, Callable[[str], Literal]] = {
    CellKind.DATE: _date,
    CellKind.NUMBER: _number,
    CellKind.BOOLEAN: _boolean,
}
