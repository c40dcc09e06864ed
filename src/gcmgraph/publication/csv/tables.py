"""What is told of things as tables: one thing with a row for each statement, or a list with a row for each thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gcmgraph.model.terms import IRI, Literal
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.csv.csv_text import write_csv
from gcmgraph.publication.describe.description import Description, Fact
from gcmgraph.publication.lists.index import KindIndex, Listed
from gcmgraph.publication.naming.labels import Labels

#: Columns of the table of one thing.
STATEMENT_COLUMNS = (
    "subject",
    "property",
    "value",
    "kind",
    "language",
    "datatype",
    "label",
    "graphs",
    "inferred",
    "source",
    "quotation",
    "start",
    "end",
    "page",
)


def thing_csv(description: Description, labels: Labels, addresses: Addresses, language: str) -> str:
    """The statements about a thing, its parts and what points at it, as CSV: a row for each and for each proof of it.

    `property` is written with a prefix, `label` names what a value names, in a language; `graphs` are separated by
    spaces. A statement with several passages as proof stands in as many rows.
    """
    facts = [*description.facts, *(f for part in description.parts.values() for f in part), *description.inbound]
    return write_csv(
        STATEMENT_COLUMNS, (row for fact in facts for row in _statement_rows(fact, labels, addresses, language))
    )


def list_csv(index: KindIndex, items: Iterable[Listed], language: str) -> str:
    """Things of a list as CSV, a row for each. Values of a facet are separated by spaces: none has one in it."""
    dates = ("start", "end") if index.has_periods else ()
    header = ("address", "code", "name", "language", *dates, *(facet.name for facet in index.facets))
    return write_csv(header, (_list_row(index, item, language) for item in items))


def _statement_rows(fact: Fact, labels: Labels, addresses: Addresses, language: str) -> Iterator[tuple[str, ...]]:
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


def _list_row(index: KindIndex, item: Listed, language: str) -> tuple[str, ...]:
    label = index.names.of(item.iri, language)
    dates = (str(item.period.start or ""), str(item.period.end or "")) if index.has_periods else ()
    values = (" ".join(item.values.get(facet.name, ())) for facet in index.facets)
    return (item.iri.value, index.names.notation(item.iri) or "", label.text, label.language or "", *dates, *values)
