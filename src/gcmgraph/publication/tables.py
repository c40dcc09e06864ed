"""CSV tables of one resource, a row for each statement, and of a list or of a whole kind, a row for each resource.

One resource as Markdown, with links to its evidence, for assistants and notes.

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

from gcmgraph.model.kinds import KINDS
from gcmgraph.model.program_tables import table_rows
from gcmgraph.model.properties import PROPERTIES, SUMMARIES
from gcmgraph.publication.descriptions import Description, Evidence, Fact, Labels, choose
from gcmgraph.publication.lists.facets import STATE, Facet
from gcmgraph.publication.lists.index import SORTS, KindIndex, Listed
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, BlankNode, Literal, Term
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
    "subject property value kind language datatype label graphs inferred source quotation start end page".split()
)


#: Column of a list of practices: the parts through which alone a practice is in it.
THROUGH_PART = "through-part"

_NO_PARTS: Mapping[IRI, Sequence[str]] = {}


def thing_csv(description: Description, labels: Labels, addresses: Addresses, language: str) -> str:
    """Statements about a resource and its parts, and statements that point at it, as CSV.

    `property` is a CURIE, `label` the label of an IRI in `language`; `graphs` are separated by
    spaces. A statement with several passages as evidence takes one row for each.
    """
    facts = [
        *description.facts,
        *(f for part in description.parts.values() for f in part),
        *description.inbound,
    ]
    return write_csv(
        STATEMENT_COLUMNS,
        (row for fact in facts for row in _statement_rows(fact, labels, addresses, language)),
    )


#: Signs of Markdown in texts (https://spec.commonmark.org/0.31.2/#backslash-escapes), also at the
#: beginning of a line.
_MARKDOWN = re.compile(r"[\\`*_\[\]<>#|~&]|^(?:[-+]|\d+[.)])(?=\s)")

#: Properties that the heading of a resource in Markdown has, or that are for programs.
_IN_HEADING = frozenset({"skos:prefLabel", "dct:title", *SUMMARIES, "rdf:type", "gcm:textSha256"})


def thing_markdown(
    description: Description, labels: Labels, addresses: Addresses, language: str
) -> str:
    """A resource as Markdown: its name and summary, and its statements with their passages, in a language.

    Texts are in the language, else in the next best one; inferred statements are left out.
    """
    summaries = (
        choose(description.texts(IRI(addresses.expand(curie))), language) for curie in SUMMARIES
    )
    summary = next((text.value for text in summaries if text), "")
    written = _MarkdownFacts(labels, addresses, language)
    lines = [
        f"# {markdown_text(labels.of(description.iri, language).text)}",
        f"<{description.iri.value}>",
    ]
    blocks = [
        *lines,
        *([markdown_text(summary)] if summary else []),
        *written.statements(description.facts),
    ]
    for part, facts in description.parts.items():
        if stated := list(written.statements(facts)):
            blocks += [f"## {markdown_text(labels.of(part, language).text)}", *stated]
    return "\n\n".join(blocks) + "\n"


class _MarkdownFacts:
    """Statements as lists of Markdown."""

    def __init__(self, labels: Labels, addresses: Addresses, language: str) -> None:
        self._labels, self._addresses, self._language = labels, addresses, language
        self._rank = {addresses.expand(row.curie): rank for rank, row in enumerate(PROPERTIES)}
        self._left_out = {addresses.expand(curie) for curie in _IN_HEADING}

    def statements(self, facts: Iterable[Fact]) -> Iterator[str]:
        """A list for each property, in reading order."""
        groups: dict[IRI, list[Fact]] = {}
        for fact in facts:
            if not (
                fact.inferred
                or fact.predicate.value in self._left_out
                or isinstance(fact.object, BlankNode)
            ):
                groups.setdefault(fact.predicate, []).append(fact)
        for predicate in sorted(groups, key=lambda one: self._rank.get(one.value, len(self._rank))):
            chosen = (
                (f, "; ".join(map(self._source, f.evidence)))
                for f in self._chosen(groups[predicate])
            )
            lines = "\n".join(
                f"- {self._value(f.object)}{f' ({sources})' if sources else ''}"
                for f, sources in chosen
            )
            yield f"**{markdown_text(self._name(predicate))}**\n\n{lines}"

    def _chosen(self, facts: list[Fact]) -> list[Fact]:
        """The facts without texts in other languages than the best."""
        best = choose(
            (f.object for f in facts if isinstance(f.object, Literal) and f.object.language),
            self._language,
        )
        tags = {None, best.language if best else None}
        return [f for f in facts if not isinstance(f.object, Literal) or f.object.language in tags]

    def _name(self, iri: IRI) -> str:
        return self._labels.of(iri, self._language).text

    def _value(self, term: Term) -> str:
        if isinstance(term, IRI):
            return f"[{markdown_text(self._name(term))}](<{term.value}>)"
        return markdown_text(str(getattr(term, "value", term)))

    def _source(self, evidence: Evidence) -> str:
        passage = evidence.passage
        name = self._name(passage.source) if passage.source else passage.name
        page = f", {passage.page}" if passage.page else ""
        return f"[{markdown_text(name)}{page}](<{passage.iri.value}>)"


def markdown_text(text: str) -> str:
    """A text as one line of Markdown that shows it as it is."""
    return _MARKDOWN.sub(lambda sign: f"{sign[0][:-1]}\\{sign[0][-1]}", " ".join(text.split()))


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
    dates = ("start", "end", "description") if index.has_periods else ()
    fixed = ("address", "code", "name", "language", *dates)
    facets = (f"{index.kind}_{f.name}" if f.name in fixed else f.name for f in index.facets)
    if not index.has_parts:
        return write_csv(
            (*fixed, *facets), (_row(index, item, language, index.facets) for item in items)
        )
    rows = (
        (*_row(index, item, language, index.facets), " ".join(leading_parts.get(item.iri, ())))
        for item in items
    )
    return write_csv((*fixed, *facets, THROUGH_PART), rows)


def _statement_rows(
    fact: Fact, labels: Labels, addresses: Addresses, language: str
) -> Iterator[tuple[str, ...]]:
    value = fact.object
    kind, tag, datatype, label = "iri", "", "", ""
    if isinstance(value, Literal):
        kind, tag = "literal", value.language or ""
        datatype = "" if tag else addresses.compress(value.datatype.value) or value.datatype.value
    elif isinstance(value, IRI):
        label = labels.of(value, language).text
    else:
        kind = "blank"
    statement = (
        fact.subject.value,
        addresses.compress(fact.predicate.value) or fact.predicate.value,
        value.value,
        kind,
        tag,
        datatype,
        label,
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


def _row(index: KindIndex, item: Listed, language: str, facets: Iterable[Facet]) -> tuple[str, ...]:
    """Address, code, name and its language, dates and description, values of facets, separated by spaces."""
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

    Numbers stay.

    Such a text begins the cell, or follows a semicolon, tab or line end within it.
    """
    inner = _INNER_FORMULA.sub(r"\1'", cell)
    return f"'{inner}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else inner


#: Suffix of the address of a table's metadata
#: (https://www.w3.org/TR/tabular-data-model/#default-locations).
METADATA_SUFFIX = "-metadata.json"

#: The kinds of resources that have a table, and the content of their tables.
TABLES: Mapping[str, str] = {name: kind.table for name, kind in KINDS.items() if kind.table}


@dataclass(frozen=True)
class Column:
    """A column: its datatypes, its description, and the facet whose values, separated by spaces, its cells list."""

    name: str
    datatype: str
    croissant: str
    description: str
    facet: Facet | None = None


#: Columns of tables beside facets, each with whether it is one of kinds with periods only
#: (`columns.csv`).
_COLUMNS = [
    (
        Column(row["name"], row["datatype"], row["croissant"], row["description"]),
        bool(row["periods"]),
    )
    for _, row in table_rows("publication/columns.csv", "name")
]


def columns(index: KindIndex) -> list[Column]:
    """The columns of the table of a kind.

    The state of a practice depends on the day, and is no column.
    """
    plain = [column for column, of_periods in _COLUMNS if index.has_periods or not of_periods]
    facets = [facet for facet in index.facets if facet.name != STATE]
    return [*plain, *(Column(f.name, "string", "sc:Text", _values_of(f), f) for f in facets)]


def _values_of(facet: Facet) -> str:
    kind = f"Local names below id/{facet.stem}" if facet.stem is not None else "Values"
    return f"{kind} of the facet {facet.name}, separated by spaces."


def table_csv(index: KindIndex) -> str:
    """The table of a kind, ordered by name."""
    return write_csv([column.name for column in columns(index)], _table_rows(index))


def table_parquet(index: KindIndex) -> bytes:
    """The table of a kind as Parquet (https://parquet.apache.org/docs/): texts, and lists of texts for facets.

    Requires pyarrow, of the extra `parquet`.
    """
    import pyarrow as arrow  # noqa: PLC0415 - optional
    from pyarrow import parquet  # noqa: PLC0415

    made, shown = {}, columns(index)
    for column, cells in zip(
        shown, [*zip(*_table_rows(index), strict=True)] or [()] * len(shown), strict=True
    ):
        values = (
            [cell.split() for cell in cells] if column.facet else [cell or None for cell in cells]
        )
        made[column.name] = arrow.array(
            values, arrow.list_(arrow.string()) if column.facet else arrow.string()
        )
    written = arrow.BufferOutputStream()
    parquet.write_table(arrow.table(made), written, compression="zstd")
    return written.getvalue().to_pybytes()  # type: ignore[no-any-return]


def _table_rows(index: KindIndex) -> Iterator[tuple[str, ...]]:
    items = index.ordered(index.everything, SORTS[0], SOURCE_LANGUAGE, 0, len(index))
    facets = [column.facet for column in columns(index) if column.facet]
    return (_row(index, item, SOURCE_LANGUAGE, facets) for item in items)
