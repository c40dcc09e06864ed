"""CSV tables: a row for each statement about one resource, or for each resource of a list.

The format is that of https://www.rfc-editor.org/rfc/rfc4180. Whole tables depend on the dataset
version alone; their names are in English, else in the next best language.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain

from gcmgraph.model.kinds import KINDS
from gcmgraph.model.program_tables import table_rows
from gcmgraph.publication.descriptions import Description, Fact, Labels
from gcmgraph.publication.lists.facets import STATE, Facet
from gcmgraph.publication.lists.index import SORTS, KindIndex, Listed
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Term
from gcmgraph.translations import SOURCE_LANGUAGE

#: First characters of cells that a spreadsheet would run
#: (https://owasp.org/www-community/attacks/CSV_Injection), also in full width.
_SIGNS = r"=+\-@\uff1d\uff0b\uff0d\uff20"
_FORMULA = re.compile(rf"[{_SIGNS}\t\r]")

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")

#: Separators of cells where a spreadsheet splits at `;` or tabs: there our quotes do not count, nor
#: hold line ends.
_SEPARATORS = r";\t\r\n"

#: The place before the first sign of a formula after a separator, with the blanks and quotes
#: between.
_INNER_FORMULA = re.compile(
    rf"(?<=[{_SEPARATORS}])([ \"]*)(?=[{_SIGNS}])(?!{_NUMBER.pattern}[ \"]*[{_SEPARATORS}])"
)

#: Media type of Parquet
#: (https://www.iana.org/assignments/media-types/application/vnd.apache.parquet), and whether tables
#: can be written as such.
PARQUET_TYPE = "application/vnd.apache.parquet"
WITH_PARQUET = find_spec("pyarrow") is not None

#: Columns of the table of one resource.
STATEMENT_COLUMNS = tuple(
    "subject property value kind language datatype label graphs inferred"
    " source quotation start end page".split()
)

#: Column of a list of practices: the parts through which alone a practice is in it.
THROUGH_PART = "through-part"

#: Suffix of the address of a table's metadata
#: (https://www.w3.org/TR/tabular-data-model/#default-locations).
METADATA_SUFFIX = "-metadata.json"

#: The kinds of resources that have a table, and the content of their tables.
TABLES: Mapping[str, str] = {name: kind.table for name, kind in KINDS.items() if kind.table}

_NO_PARTS: Mapping[IRI, Sequence[str]] = {}


def resource_csv(
    description: Description, labels: Labels, addresses: Addresses, language: str
) -> str:
    """Statements about a resource and its parts, and statements that point at it, as CSV.

    `property` is a CURIE, `label` the label of an IRI in `language`; `graphs` are separated by
    spaces. A statement with several passages as evidence takes one row for each.
    """
    facts = [
        *description.facts,
        *chain.from_iterable(description.parts.values()),
        *description.inbound,
    ]
    rows = (row for fact in facts for row in _statement_rows(fact, labels, addresses, language))
    return write_csv(STATEMENT_COLUMNS, rows)


def list_csv(
    index: KindIndex,
    items: Iterable[Listed],
    language: str,
    leading_parts: Mapping[IRI, Sequence[str]] = _NO_PARTS,
) -> str:
    """Resources of a list as CSV, a row for each.

    Values of a facet are separated by spaces; none contains one.

    `language` is that of the name; the facet of that name is `source_language`. `leading_parts`
    has, for each practice, the local names of the parts through which alone it is in the list.
    """
    header = ["address", "code", "name", "language"]
    if index.has_periods:
        header += ["start", "end", "description"]
    header += [
        f"{index.kind}_{facet.name}" if facet.name in header else facet.name
        for facet in index.facets
    ]
    if index.has_parts:
        header.append(THROUGH_PART)

    def row(item: Listed) -> tuple[str, ...]:
        cells = _row(index, item, language, index.facets)
        parts = " ".join(leading_parts.get(item.iri, ()))
        return (*cells, parts) if index.has_parts else cells

    return write_csv(header, map(row, items))


def _statement_rows(
    fact: Fact, labels: Labels, addresses: Addresses, language: str
) -> Iterator[tuple[str, ...]]:
    """The rows of a statement: one for each passage, or one without a passage."""
    statement = (
        fact.subject.value,
        addresses.compress(fact.predicate.value) or fact.predicate.value,
        fact.object.value,
        *_term_cells(fact.object, labels, addresses, language),
        " ".join(fact.graphs),
        "true" if fact.inferred else "false",
    )
    for evidence in fact.evidence:
        passage = evidence.passage
        source = passage.source.value if passage.source else ""
        page = str(passage.page or "")
        yield (*statement, source, passage.exact or "", str(passage.start), str(passage.end), page)
    if not fact.evidence:
        yield (*statement, "", "", "", "", "")


def _term_cells(
    term: Term, labels: Labels, addresses: Addresses, language: str
) -> tuple[str, str, str, str]:
    """Kind, language, datatype and label of a term."""
    if isinstance(term, IRI):
        return "iri", "", "", labels.of(term, language).text
    if not isinstance(term, Literal):
        return "blank", "", "", ""
    if term.language:
        return "literal", term.language, "", ""
    datatype = term.datatype.value
    return "literal", "", addresses.compress(datatype) or datatype, ""


def _row(index: KindIndex, item: Listed, language: str, facets: Iterable[Facet]) -> tuple[str, ...]:
    """The cells of a resource: those of the columns of its kind, then the values of facets."""
    label = index.names.of(item.iri, language)
    dates: tuple[str, ...] = ()
    if index.has_periods:
        summary = index.names.summary(item.iri, language)
        dates = (
            str(item.period.start or ""),
            str(item.period.end or ""),
            summary.value if summary else "",
        )
    values = (" ".join(item.values.get(facet.name, ())) for facet in facets)
    return (
        item.iri.value,
        index.names.notation(item.iri) or "",
        label.text,
        label.language or "",
        *dates,
        *values,
    )


def write_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table with its header, lines ended by CRLF, and formulas guarded."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return text.getvalue()


def guarded(cell: str) -> str:
    """A cell with an apostrophe before each text that a spreadsheet would take for a formula.

    Numbers stay. Such a text begins the cell, or follows a semicolon, tab or line end within it.

    >>> guarded("=HYPERLINK(1)"), guarded("-12.5"), guarded("see;=1+1")
    ("'=HYPERLINK(1)", '-12.5', "see;'=1+1")
    """
    inner = _INNER_FORMULA.sub(r"\1'", cell)
    return f"'{inner}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else inner


@dataclass(frozen=True)
class Column:
    """A column of the table of a kind."""

    name: str
    #: datatype in CSV on the Web, and in Croissant
    datatype: str
    croissant: str
    description: str
    #: the facet whose values the cells list, separated by spaces
    facet: Facet | None = None
    #: whether only kinds with periods have the column
    of_periods: bool = False


#: Columns of tables beside facets.
_COLUMNS = [
    Column(
        name=row["name"],
        datatype=row["datatype"],
        croissant=row["croissant"],
        description=row["description"],
        of_periods=bool(row["periods"]),
    )
    for _, row in table_rows("publication/columns.csv", "name")
]


def columns(index: KindIndex) -> list[Column]:
    """The columns of the table of a kind.

    The state of a practice depends on the day, and is no column.
    """
    plain = [column for column in _COLUMNS if index.has_periods or not column.of_periods]
    return [*plain, *(_facet_column(facet) for facet in index.facets if facet.name != STATE)]


def _facet_column(facet: Facet) -> Column:
    values = f"Local names below id/{facet.stem}" if facet.stem is not None else "Values"
    description = f"{values} of the facet {facet.name}, separated by spaces."
    return Column(facet.name, "string", "sc:Text", description, facet)


def table_csv(index: KindIndex) -> str:
    """The table of a kind, ordered by name."""
    return write_csv([column.name for column in columns(index)], _table_rows(index))


def table_parquet(index: KindIndex) -> bytes:
    """The table of a kind as Parquet: texts, and lists of texts for facets.

    https://parquet.apache.org/docs/. Requires pyarrow, of the extra `parquet`.
    """
    import pyarrow as arrow  # noqa: PLC0415 - optional
    from pyarrow import parquet  # noqa: PLC0415

    rows = list(_table_rows(index))
    arrays = {}
    for position, column in enumerate(columns(index)):
        cells = [row[position] for row in rows]
        if column.facet:
            values = [cell.split() for cell in cells]
            arrays[column.name] = arrow.array(values, arrow.list_(arrow.string()))
        else:
            texts = [cell or None for cell in cells]
            arrays[column.name] = arrow.array(texts, arrow.string())
    stream = arrow.BufferOutputStream()
    parquet.write_table(arrow.table(arrays), stream, compression="zstd")
    return stream.getvalue().to_pybytes()  # type: ignore[no-any-return]


def _table_rows(index: KindIndex) -> Iterator[tuple[str, ...]]:
    items = index.ordered(index.everything, SORTS[0], SOURCE_LANGUAGE, 0, len(index))
    facets = [column.facet for column in columns(index) if column.facet]
    return (_row(index, item, SOURCE_LANGUAGE, facets) for item in items)
