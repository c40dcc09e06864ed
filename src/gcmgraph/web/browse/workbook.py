"""A list as an XLSX workbook: names and codes in the language of the reader, and the page of each source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask_babel import gettext
from pyroaring import BitMap

from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.facets import Facet
from gcmgraph.publication.lists.index import KindIndex, Listed
from gcmgraph.spreadsheets.workbooks import TableCell
from gcmgraph.text.partial_dates import Moment
from gcmgraph.web.browse.request import ListRequest
from gcmgraph.web.http.urls import local_path
from gcmgraph.web.i18n.names import FACET_NAMES, KIND_NAMES, value_name

#: Resources that are read at once.
_AT_ONCE = 2_000

#: Facets whose values are written by their codes alone, and by name and code.
_BY_CODE = frozenset({"objective/", "action/", "sdg/"})
_BY_BOTH = frozenset({"country/", "concept/m49/", "practice/"})


class ListTable:
    """The rows of a list in one language."""

    def __init__(self, index: KindIndex, language: str, addresses: Addresses, public_base: str) -> None:
        self._index = index
        self._language = language
        self._addresses = addresses
        self._public_base = public_base

    def headings(self) -> list[str]:
        """Headings of the columns."""
        dates = [gettext("Start"), gettext("End")] if self._index.has_periods else []
        facets = [heading for facet in self._index.facets for heading in _headings(facet)]
        return [gettext("Address"), gettext("Code"), gettext("Name"), *dates, *facets, gettext("Source")]

    def rows(self, items: BitMap, asked: ListRequest, first: int, count: int, day: Moment) -> Iterator[list[TableCell]]:
        """`count` rows from index `first` on, in the requested order."""
        for begin in range(first, first + count, _AT_ONCE):
            size = min(_AT_ONCE, first + count - begin)
            listed = self._index.ordered(items, asked.sort, self._language, begin, size, day)
            for item in listed:
                yield self._row(item)

    def filters(self, asked: ListRequest) -> str:
        """The filters of a list in words."""
        parts = [
            f"{FACET_NAMES[name]}: {', '.join(self._names(facet, keys, coded=True))}"
            for name, keys in asked.values.items()
            if (facet := self._index.facet(name))
        ]
        if asked.first_year is not None or asked.last_year is not None:
            years = (str(year) if year is not None else "…" for year in (asked.first_year, asked.last_year))
            parts.append(f"{gettext('Years:')} {'–'.join(years)}")
        if asked.text:
            parts.append(f"{gettext('Words:')} {asked.text}")
        return "; ".join(parts) or gettext("none")

    def _row(self, item: Listed) -> list[TableCell]:
        names = self._index.names
        period = item.period
        dates = [str(date) if date else None for date in (period.start, period.end)] if self._index.has_periods else []
        cells: list[TableCell] = [item.iri.value, names.notation(item.iri), names.of(item.iri, self._language).text]
        values = (cell for facet in self._index.facets for cell in self._cells(facet, item.values.get(facet.name, ())))
        return [*cells, *dates, *values, self._source(item)]

    def _cells(self, facet: Facet, keys: Sequence[str]) -> list[TableCell]:
        if facet.stem in _BY_CODE:
            return ["; ".join(keys) or None]
        found: list[TableCell] = ["; ".join(self._names(facet, keys)) or None]
        return [*found, "; ".join(keys) or None] if facet.stem in _BY_BOTH else found

    def _names(self, facet: Facet, keys: Sequence[str], *, coded: bool = False) -> list[str]:
        if facet.stem is None:
            return [value_name(facet, key, self._language) for key in keys]
        iris = [IRI(facet.value(key, self._addresses)) for key in keys]
        codes = (self._index.names.notation(iri) if coded and facet.stem in _BY_CODE else None for iri in iris)
        names = (self._index.names.of(iri, self._language).text for iri in iris)
        return [f"{code} {name}" if code else name for code, name in zip(codes, names, strict=True)]

    def _source(self, item: Listed) -> str:
        """The pages of the source documents of a practice, else the page of the resource."""
        facet, keys = self._index.facet("source"), item.values.get("source", ())
        iris = [facet.value(key, self._addresses) for key in keys] if facet else []
        paths = ((iri, local_path(self._addresses, iri)) for iri in iris or [item.iri.value])
        return "; ".join(f"{self._public_base}{path.removeprefix('/')}" if path else iri for iri, path in paths)


def list_name(kind: str) -> str:
    """The name of a list."""
    return str(KIND_NAMES[kind])


def _headings(facet: Facet) -> list[str]:
    name = str(FACET_NAMES[facet.name])
    coded = gettext("%(name)s (code)", name=name)
    return [coded] if facet.stem in _BY_CODE else [name, coded] if facet.stem in _BY_BOTH else [name]
